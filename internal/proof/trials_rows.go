package proof

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"lightbox.example/lightbox/internal/access"
)

// A subject is a row that trials call about, with the values that calls name it by.
type subject struct {
	kind        access.Row
	owner, host string // subs, empty for none
	values      arguments
	// bare is a product without a picture, which nobody can publish.
	bare bool
}

// newRow is what a call is about that makes one.
var newRow = subject{kind: access.New}

func (s subject) String() string { return "a " + string(s.kind) }

// sceneFields are the fields that scene calls.
var sceneFields = []string{"Mutation.createProduct", "Mutation.publishProduct", "Mutation.createPhoto", "Mutation.addComment", "Mutation.likePhoto", "Mutation.deleteAccount"}

// scene makes what people have before a trial: rows of every kind that calls can be about, of one
// owner and of another.
func (t *trials) scene() error {
	// Whoever may make a product is in one of the groups.
	admin, me, other := t.cast.memberOf("", 0, access.Groups()...).identity, t.cast.token("me", t.cast.me), t.cast.token("other", t.cast.other)
	var fault error
	made := func(who any, field string, args arguments) arguments {
		value, answer, err := t.call(who, field, args)
		if err == nil && answer != nil {
			err = answer
		}
		if err != nil {
			fault = cmp.Or(fault, fmt.Errorf("%s with %v: %w", field, args, err))
		}
		object, isObject := value.(arguments)
		if !isObject {
			fault = cmp.Or(fault, fmt.Errorf("%s with %v: got %v, want a row", field, args, show(value)))
			return arguments{}
		}
		return object
	}
	add := func(kind access.Row, owner, host string, values arguments) {
		t.subjects = append(t.subjects, subject{kind: kind, owner: owner, host: host, values: values})
	}
	uploader := t.cast.memberOf("", 0).sub
	product := arguments{"name": "a product", "price": 100, "currency": "EUR", "imgKey": upload(uploader, 1)}
	draft := made(admin, "Mutation.createProduct", arguments{"input": product})
	product["imgKey"] = upload(uploader, 2)
	live := made(admin, "Mutation.createProduct", arguments{"input": product})
	live = made(admin, "Mutation.publishProduct", arguments{"id": live["id"], "version": live["version"]})
	bare := made(admin, "Mutation.createProduct", arguments{"input": arguments{"name": "a product", "price": 100, "currency": "EUR"}})
	add(access.Draft, "", "", draft)
	t.subjects = append(t.subjects, subject{kind: access.Draft, values: bare, bare: true})
	add(access.Live, "", "", live)
	for i, who := range []struct {
		identity any
		sub      string
	}{{me, t.cast.me}, {other, t.cast.other}} {
		photo := made(who.identity, "Mutation.createPhoto", arguments{"input": arguments{"imgKey": upload(who.sub, 3+i), "caption": otherWords}})
		add(access.Profile, who.sub, "", arguments{"owner": who.sub})
		for _, by := range []any{me, other} {
			comment := made(by, "Mutation.addComment", arguments{"photoId": photo["id"], "text": otherWords})
			owner, _ := comment["owner"].(string)
			add(access.Comment, owner, who.sub, comment)
		}
		photo = made(me, "Mutation.likePhoto", arguments{"id": photo["id"]})
		photo["photoId"] = photo["id"]
		add(access.Photo, who.sub, "", photo)
		add(access.Like, t.cast.me, "", photo)
		hidden := made(who.identity, "Mutation.createPhoto", arguments{"input": arguments{"imgKey": upload(who.sub, 5+i), "caption": otherWords}})
		hidden["photoId"] = hidden["id"]
		if err := t.hide(t.api, hidden["id"]); err != nil {
			fault = cmp.Or(fault, err)
		}
		add(access.Hidden, who.sub, "", hidden)
	}
	if err := t.block(t.api, t.cast.blocked); err != nil {
		fault = cmp.Or(fault, err)
	}
	add(access.Blocked, t.cast.blocked, "", arguments{"owner": t.cast.blocked})
	if _, answer, err := t.call(t.cast.token("leaver", t.cast.leaver), "Mutation.deleteAccount", arguments{}); err != nil || answer != nil {
		fault = cmp.Or(fault, fmt.Errorf("Mutation.deleteAccount: got %v%v, want it done", show(answer), show(err)))
	}
	add(access.Leaving, t.cast.leaver, "", arguments{"owner": t.cast.leaver})
	return fault
}

// about are the rows that a field is tried with: those of the kinds that the table names, and of
// their siblings.
func (t *trials) about(field access.Field) []subject {
	var all []subject
	for kind := range field.May {
		if kind == access.New {
			return []subject{newRow}
		}
		for _, s := range t.subjects {
			if slices.Contains(kind.Siblings(), s.kind) && !slices.ContainsFunc(all, func(one subject) bool { return one.same(s) }) {
				all = append(all, s)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b subject) int { return strings.Compare(string(a.kind), string(b.kind)) })
	return all
}

func (s subject) same(other subject) bool {
	return s.kind == other.kind && s.values["id"] == other.values["id"] && s.owner == other.owner
}

// samples are values for arguments that name no row, by their names. Pages are left to begin at the
// beginning.
var samples = arguments{
	"name": "a name", "description": "a description", "price": 100, "currency": "EUR", "caption": "a caption", "text": "a text",
}

// arguments are what a person calls a field with about a row: all that the schema has but pages.
func (t *trials) arguments(of access.Field, definitions ast.ArgumentDefinitionList, who person, about subject) (arguments, error) {
	args := arguments{}
	for _, argument := range definitions {
		value, err := t.value(of, argument.Name, argument.Type, who, about)
		if err != nil {
			return nil, err
		}
		if fault := t.misfit(of.Path()+" by "+argument.Name, argument.Type, value); fault != "" && value != nil {
			return nil, fmt.Errorf("%s", fault)
		}
		if value != nil {
			args[argument.Name] = value
		}
	}
	return args, nil
}

// value is one argument's, or one member's of an input.
func (t *trials) value(of access.Field, name string, kind *ast.Type, who person, about subject) (any, error) {
	if input := t.schema.Types[kind.Name()]; input != nil && input.Kind == ast.InputObject {
		object := arguments{}
		for _, member := range input.Fields {
			value, err := t.value(of, member.Name, member.Type, who, about)
			if err != nil {
				return nil, err
			}
			if value != nil {
				object[member.Name] = value
			}
		}
		return object, nil
	}
	if of.Uploads && name == uploadArgument {
		return upload(who.sub, 9), nil
	}
	if value, given := about.values[name]; given && samples[name] == nil {
		return value, nil
	}
	if value, given := samples[name]; given {
		return value, nil
	}
	if kind.NonNull {
		return nil, fmt.Errorf("%s: the trials have no value for the argument %s about %s", of.Path(), name, about)
	}
	return nil, nil
}
