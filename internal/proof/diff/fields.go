package diff

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"lightbox.example/lightbox/internal/proof/prose"
	"lightbox.example/lightbox/internal/proof/question"
	"lightbox.example/lightbox/internal/proof/system"
)

// compareFields compares who may call the fields, and who may see the fields of types.
func (p *pair) compareFields(was, is *ast.Schema) {
	types := map[string]bool{}
	for _, schema := range []*ast.Schema{was, is} {
		for name, of := range schema.Types {
			if of.Kind == ast.Object && !of.BuiltIn && !strings.HasPrefix(name, "__") {
				types[name] = true
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(types)) {
		p.compareType(name, was, is)
	}
}

// compareType compares one type of two schemas; either may lack it.
func (p *pair) compareType(name string, was, is *ast.Schema) {
	before, after := was.Types[name], is.Types[name]
	fields := map[string]bool{}
	for _, of := range []*ast.Definition{before, after} {
		if of == nil {
			continue
		}
		for _, field := range of.Fields {
			if !strings.HasPrefix(field.Name, "__") {
				fields[field.Name] = true
			}
		}
	}
	called := slices.Contains(question.Roots(was), before) || slices.Contains(question.Roots(is), after)
	// One sentence for all fields that change for the same callers.
	same := map[fieldChange][]string{}
	for _, field := range slices.Sorted(maps.Keys(fields)) {
		for c := range p.fieldChanges(before, after, field, called) {
			same[c] = append(same[c], field)
		}
	}
	for _, c := range slices.SortedFunc(maps.Keys(same), func(a, b fieldChange) int { return strings.Compare(a.who+a.source, b.who+b.source) }) {
		names := same[c]
		if !called && len(names) == len(fields) {
			p.add(c.opens, Change{c.text("see all of " + name), c.source})
			continue
		}
		verb := "see "
		if called {
			verb = "call "
		}
		for _, field := range names {
			p.add(c.opens, Change{c.text(verb + name + "." + field), c.source})
		}
	}
}

// fieldChange is what changes for some callers at a field.
type fieldChange struct {
	opens       bool
	who, source string
}

func (c fieldChange) text(what string) string {
	if c.opens {
		return fmt.Sprintf("%s may %s", c.who, what)
	}
	return fmt.Sprintf("%s may no longer %s", c.who, what)
}

// fieldChanges asks both systems for a field, as everybody who could have a way in.
func (p *pair) fieldChanges(before, after *ast.Definition, field string, called bool) map[fieldChange]bool {
	groups := map[bool][]string{}
	sources := map[bool][]string{}
	was, is := p.callers()
	for i, who := range was {
		if !who.IsPerson() && !who.Column.IsFunction() && i > 0 { // the first is anyone on the internet
			continue
		}
		old, young := reachIfThere(p.before, was[i], before, field, called), reachIfThere(p.after, is[i], after, field, called)
		if old.Open() == young.Open() {
			continue
		}
		opens, opener, r := young.Open(), p.after, young
		if !opens {
			opener, r = p.before, old
		}
		source := sourceOf(opener, r)
		groups[opens] = append(groups[opens], who.Name)
		if !slices.Contains(sources[opens], source) {
			sources[opens] = append(sources[opens], source)
		}
	}
	changes := map[fieldChange]bool{}
	for opens, names := range groups {
		changes[fieldChange{opens, prose.And(names), strings.Join(sources[opens], ", ")}] = true
	}
	return changes
}

// reachIfThere is reach for a field that may not be there.
func reachIfThere(s *system.System, who question.Caller, of *ast.Definition, name string, called bool) question.Reach {
	if of == nil || of.Fields.ForName(name) == nil {
		return question.Reach{}
	}
	return question.ReachField(s, who, of, of.Fields.ForName(name), called)
}

// sourceOf is what opens a field: the directive, and the statement that gives it.
func sourceOf(s *system.System, r question.Reach) string {
	first := r.Entries[0]
	source := first.Mode.String() + " of " + s.API.SchemaAt.Construct()
	if first.IAM {
		source += ", " + question.ListStatements(first.Reasons.Deciding()[:1])
	}
	return source
}
