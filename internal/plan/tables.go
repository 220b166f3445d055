package plan

import (
	"cmp"
	"fmt"
	"strings"

	"lightbox.example/lightbox/sandbox/cloudformation/schema"
)

// tableRefusals are the changes that DynamoDB does not make in place, or not at once.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html
func tableRefusals(old, next part) []Finding {
	t := tables{old: old, next: next}
	t.indexes()
	t.attributes()
	t.replicas()
	t.once("StreamSpecification.StreamViewType", "What a stream shows can't be changed.",
		"Deploy without the stream and what hears of it.", "Deploy with the new one.")
	if on := func(p part) bool {
		return schema.Same(schema.At(p.Properties, "TimeToLiveSpecification.Enabled"), true)
	}; on(old) && on(next) {
		t.once("TimeToLiveSpecification.AttributeName", "Which attribute ends a row can't be changed while it is in use.",
			"Deploy with it switched off.", "Deploy with the new one.")
	}
	return t.finding()
}

// tables are a table as it is and as it is to be, with what is refused of the change.
type tables struct {
	old, next part
	says      []string
	because   []Change
	steps     []string
}

func (t *tables) refuse(says string, change Change, steps ...string) {
	t.says = append(t.says, says)
	t.because = append(t.because, change)
	t.steps = append(t.steps, steps...)
}

// finding is all that is refused in one, for which there is one id.
func (t *tables) finding() []Finding {
	if len(t.says) == 0 {
		return nil
	}
	f := finding(Cannot, t.next)
	f.Says, f.Because, f.Steps = strings.Join(t.says, " "), t.because, t.steps
	return []Finding{f}
}

func (t *tables) indexes() {
	was, is := named(t.old, "GlobalSecondaryIndexes", "IndexName"), named(t.next, "GlobalSecondaryIndexes", "IndexName")
	var added, gone []string
	for _, name := range is.names {
		before, there := was.items[name]
		if !there {
			added = append(added, name)
			continue
		}
		for _, path := range []string{"KeySchema", "Projection"} {
			if a, b := before[path], is.items[name][path]; !schema.Same(a, b) {
				t.refuse(fmt.Sprintf("The %s of the index %s can't be changed.", path, name), Change{name + "." + path, shown(a), shown(b)},
					"Add an index under a new name, and deploy.", "Let the resolvers ask that one, and deploy.", fmt.Sprintf("Take %s out, and deploy.", name))
			}
		}
	}
	for _, name := range was.names {
		if _, there := is.items[name]; !there {
			gone = append(gone, name)
		}
	}
	if len(added)+len(gone) < 2 {
		return
	}
	var steps []string
	for _, name := range added {
		steps = append(steps, fmt.Sprintf("Deploy with the index %s added, and nothing else of the indexes changed.", name))
	}
	for _, name := range gone {
		steps = append(steps, fmt.Sprintf("Deploy with the index %s taken out, when no resolver asks it.", name))
	}
	t.refuse("DynamoDB makes or deletes one index in an update of a table.",
		Change{"GlobalSecondaryIndexes", strings.Join(was.names, ", "), strings.Join(is.names, ", ")}, steps...)
}

func (t *tables) attributes() {
	was, is := named(t.old, "AttributeDefinitions", "AttributeName"), named(t.next, "AttributeDefinitions", "AttributeName")
	for _, name := range is.names {
		before, there := was.items[name]
		if a, b := before["AttributeType"], is.items[name]["AttributeType"]; there && !schema.Same(a, b) {
			t.refuse(fmt.Sprintf("The attribute %s is part of a key, and can't become another type.", name),
				Change{"AttributeDefinitions." + name, shown(a), shown(b)}, "Take another attribute for the new type.")
		}
	}
}

// once is a property that can be set and taken away, and not changed.
func (t *tables) once(path, says string, steps ...string) {
	if a, b := schema.At(t.old.Properties, path), schema.At(t.next.Properties, path); a != nil && b != nil && !schema.Same(a, b) {
		t.refuse(says, Change{path, shown(a), shown(b)}, steps...)
	}
}

// members are items of a list by what names them.
type members struct {
	names []string // in their order
	items map[string]map[string]any
}

func named(p part, list, by string) members {
	found := members{items: map[string]map[string]any{}}
	items, _ := p.Properties[list].([]any)
	for _, item := range items {
		object, _ := item.(map[string]any)
		name := cmp.Or(shown(object[by]), "?")
		found.names = append(found.names, name)
		found.items[name] = object
	}
	return found
}
