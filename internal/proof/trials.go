package proof

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"golang.org/x/sync/errgroup"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/prose"
	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/sandbox/appsync/graphql"
	"lightbox.example/lightbox/sandbox/appsyncjs"
	"lightbox.example/lightbox/sandbox/store"
)

// trials call each field of the API's table as every kind of caller about every kind of row, their
// own and others', past the directives: what the resolvers alone do.
type trials struct {
	*simulation
	findings
	api      system.API
	schema   *ast.Schema
	cast     cast
	people   []person
	subjects []subject
	scenery  store.Store // the tables as the scene left them
	before   rowsByKey   // what is in them
	messages []message   // what subscribers could hear
	// plain takes the cast's own words out of a text: ids of its people and rows.
	plain *strings.Replacer
	// said are the answers by field, caller and row, with the cast's own words taken out.
	said map[string]string
	// varies tells that this cast makes odd calls too.
	varies bool
	// same are the answers of calls that change nothing, by caller and arguments.
	same map[string]reply
}

// A reply is all that a call came to.
type reply struct {
	value  any
	answer appsyncjs.Answer
	err    error
}

// runTrials runs the trials with each cast, and compares what they were told. It answers what goes
// wrong, and the calls that it made.
func runTrials(a system.API, fields []access.Field, r *records) ([]Violation, callLog, error) {
	schema, err := graphql.LoadSchema(a.Schema)
	if err != nil {
		return nil, callLog{}, nil // which the rule of the schema says
	}
	r.prepare(a)
	if _, err := newSimulation(staged(a, a.Resolvers...), r); err != nil {
		return nil, callLog{}, nil // which the other trials say
	}
	ran := make([]part, len(casts()))
	var group errgroup.Group
	for i := range ran {
		group.Go(func() error {
			s, err := r.stage(a, i)
			if err == nil {
				ran[i], err = s.run(a, schema, fields, r)
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, callLog{}, err
	}
	var calls callLog
	all := findings{rule: "resolvers"}
	for _, t := range ran {
		calls.add(t.log)
		all.all = append(all.all, t.all...)
	}
	if len(all.all) == 0 {
		all.all = differences(a, ran)
	}
	return few(all.all), calls, nil
}

// differences are what casts were told that is not the same.
func differences(a system.API, ran []part) []Violation {
	all := findings{rule: "resolvers"}
	for _, t := range ran {
		for _, what := range slices.Sorted(maps.Keys(t.said)) {
			if first, said := ran[0].said[what]; said && first != t.said[what] {
				all.opens(a.At, "%s: got %s and %s for callers who differ in names, ids, claims, groups of others, headers and addresses alone", what, first, t.said[what])
			}
		}
	}
	return all.all
}

// few are the first violations at each resolver: one fault goes wrong for many callers.
func few(violations []Violation) []Violation {
	const most = 3
	at, left := map[system.At]int{}, map[system.At]int{}
	var all []Violation
	for _, v := range violations {
		if at[v.At]++; at[v.At] > most {
			left[v.At]++
			continue
		}
		all = append(all, v)
	}
	for i := range all {
		if count := left[all[i].At]; count > 0 {
			all[i].Text += fmt.Sprintf("; and %d more calls go wrong", count)
			delete(left, all[i].At)
		}
	}
	return all
}

// checkSteps holds what answers fields against the table: the same fields have resolvers, with the
// same data sources in the same order.
func checkSteps(a system.API, fields []access.Field) []Violation {
	all := findings{rule: "resolvers"}
	steps, declared, resolved := access.Steps(), map[string][]string{}, map[string]bool{}
	for _, field := range fields {
		for _, step := range field.Steps {
			declared[field.Path()] = append(declared[field.Path()], string(steps[step].Source))
		}
	}
	for _, resolver := range a.Resolvers {
		path := resolver.FieldPath()
		resolved[path] = true
		sources := []string{resolver.Source}
		if len(resolver.Steps) > 0 {
			sources = nil
		}
		for _, step := range resolver.Steps {
			sources = append(sources, step.Source)
		}
		if pipeline := len(resolver.Steps) > 0; (resolver.Kind == "PIPELINE") != pipeline {
			all.opens(resolver.At, "%s: got %s with %d functions, want PIPELINE with some and UNIT with none", path, resolver.Kind, len(resolver.Steps))
		}
		switch want := declared[path]; {
		case want == nil:
			all.opens(resolver.At, "%s has a resolver, and none in the API's table: what it lets whom do is unknown", path)
		case !slices.Equal(sources, want):
			all.opens(resolver.At, "%s asks the data sources %s, want %s", path, strings.Join(sources, ", "), strings.Join(want, ", "))
		}
	}
	for _, field := range fields {
		if len(field.Steps) > 0 && !resolved[field.Path()] {
			all.closes(a.At, "%s has no resolver: nobody gets an answer", field.Path())
		}
	}
	return all.all
}

// field tries one field.
func (t *trials) field(field access.Field) error {
	definition := t.definition(field)
	if definition == nil {
		return nil // which the rule of the schema says
	}
	people := t.people
	if field.Callers()&access.Identities != 0 {
		people = append(slices.Clone(people), t.cast.forgers()...)
	}
	for _, about := range t.about(field) {
		for _, who := range people {
			args, err := t.arguments(field, definition.Arguments, who, about)
			if err != nil {
				t.opens(t.api.SchemaAt, "%v: say in the trials what it is", err)
				return nil
			}
			c := trialCall{trials: t, field: field, who: who, about: about, args: args}
			if err := c.misplaced(); err != nil {
				return err
			}
			for _, call := range append(c.without(definition.Arguments), c) {
				if err := call.try(); err != nil {
					return err
				}
			}
		}
	}
	return t.vary(field, definition.Arguments)
}

// try makes a call and holds what comes of it against the table.
func (c trialCall) try() error {
	switch c.field.Type {
	case "Query":
		c.query()
		return nil
	case "Mutation":
		return c.mutation()
	case "Subscription":
		return c.subscription()
	default:
		c.member()
		return nil
	}
}

// definition is what the schema says of a field, nil without it.
func (t *trials) definition(field access.Field) *ast.FieldDefinition {
	of := t.schema.Types[field.Type]
	if of == nil {
		return nil
	}
	return of.Fields.ForName(field.Name)
}

// restore puts the tables back to the scene.
func (t *trials) restore() error {
	fresh := store.NewMemory()
	if err := store.Copy(fresh, t.scenery); err != nil {
		return err
	}
	return t.open(fresh)
}

// A trialCall is one call: a field, by a person, about a row.
type trialCall struct {
	*trials
	field access.Field
	who   person
	about subject
	args  arguments
	// odd says in which way the call is another than it usually is; empty for the usual one.
	odd string
}

func (c trialCall) String() string {
	return fmt.Sprintf("%s by %s about %s%s%s", c.field.Path(), c.who.name, c.whose(), c.about.kind, c.odd)
}

// whose words whom a row belongs to.
func (c trialCall) whose() string {
	switch {
	case c.about.owner == "":
		return "a "
	case c.about.owner == c.who.sub:
		return "their own "
	case c.about.host != "" && c.about.host == c.who.sub:
		return "somebody's, on a row of theirs, "
	}
	return "somebody else's "
}

// place is where the field's resolver is defined.
func (c trialCall) place() system.At { return c.api.PlaceOf(c.field.Path()) }

// call makes the call, and watches what of its caller the resolver reads. One that changes nothing is
// made once.
func (c trialCall) call() (any, appsyncjs.Answer, error) {
	if c.field.Type == "Mutation" {
		return c.make()
	}
	if c.odd != "" || c.source() != nil {
		return c.make()
	}
	key := fmt.Sprint(c.who.name, c.args)
	r, made := c.same[key]
	if !made {
		r.value, r.answer, r.err = c.make()
		c.same[key] = r
	}
	return r.value, r.answer, r.err
}

func (c trialCall) make() (any, appsyncjs.Answer, error) {
	c.log.tell(c.String())
	if c.odd == "" {
		c.log.tell(c.plain.Replace(fmt.Sprint(c.args)))
	}
	return c.resolve(c.field.Path(), appsyncjs.Context{
		Arguments: c.args, Source: c.source(), Identity: c.who.identity, Request: appsyncjs.HTTPRequest{Headers: c.cast.headers},
		Read: func(member string) {
			if known := tellsOf(c.field); !slices.Contains(known, member) {
				c.opensOnce(c.place(), "%s looks at ctx.%s of its caller: %s alone say who calls", c.field.Path(), member, prose.And(known))
			}
		},
	})
}

// tellsOf are the members of ctx by which the resolvers of a field may tell who calls: a token's sub, user name and groups,
// and of a field for signed-in identities what the identity pool says of their credentials.
func tellsOf(field access.Field) []string {
	if field.Callers() == access.Identities {
		return []string{"identity.cognitoIdentityAuthType", "identity.cognitoIdentityAuthProvider", "identity.cognitoIdentityId"}
	}
	return []string{"identity.sub", "identity.username", "identity.groups"}
}

// source is the object of which a field is a member, as a query answered it to the caller.
func (c trialCall) source() any {
	if slices.Contains([]string{"Query", "Mutation", "Subscription"}, c.field.Type) {
		return nil
	}
	source := maps.Clone(c.about.values)
	source["viewer"] = c.who.sub
	return source
}

// opensOnce is opens for what many attempts come upon.
func (c trialCall) opensOnce(place system.At, format string, args ...any) {
	v := Violation{At: place, Rule: c.rule, Text: fmt.Sprintf(format, args...)}
	if !slices.Contains(c.all, v) {
		c.all = append(c.all, v)
	}
}

// allowed tells what the table says.
func (c trialCall) allowed() bool { return c.may(c.about) }

func (c trialCall) may(row subject) bool {
	return c.who.may(c.field.May[row.kind], row.owner, row.host) || row.kind == access.New && c.who.may(c.field.May[row.kind], c.who.sub, "")
}

// refused checks a refusal of somebody who may not.
func (c trialCall) refused(fault *appsyncjs.Error, types ...string) {
	if !slices.Contains(types, fault.Type) {
		c.opens(c.place(), "%s: got the error %s, want %s", c, fault, strings.Join(types, " or "))
	}
	text, err := json.Marshal(fault)
	if err != nil {
		c.opens(c.place(), "%s: %v", c, err)
	}
	for _, secret := range []string{c.cast.other, c.cast.me, otherWords} {
		if secret != c.who.sub && strings.Contains(string(text), secret) {
			c.opens(c.place(), "%s: learns %q from the error", c, c.plain.Replace(secret))
		}
	}
}

// replacer makes plain.
func (t *trials) replacer() *strings.Replacer {
	pairs := []string{t.cast.me, "{me}", t.cast.other, "{other}", t.cast.stranger, "{stranger}", t.cast.leaver, "{leaver}", t.cast.blocked, "{blocked}", t.cast.member[:24], "{member}"}
	for i, s := range t.subjects {
		if id, _ := s.values["id"].(string); id != "" {
			pairs = append([]string{id, fmt.Sprintf("{row %d}", i)}, pairs...)
		}
	}
	return strings.NewReplacer(pairs...)
}

// say keeps an answer for the comparison of casts.
func (c trialCall) say(answer string) {
	key := fmt.Sprintf("%s (owner %s, host %s)", c, c.plain.Replace(c.about.owner), c.plain.Replace(c.about.host))
	c.said[key] += c.plain.Replace(answer)
}
