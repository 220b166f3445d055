package graphql

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// A group are the fields of a selection that make up one field of the answer.
type group struct {
	key    string // the alias, or the name
	fields []*ast.Field
}

func (g group) locations() []Location {
	var places []Location
	for _, f := range g.fields {
		places = append(places, at(f.Position)...)
	}
	return places
}

// selections are what is asked of the group's value.
func (g group) selections() []ast.SelectionSet {
	sets := make([]ast.SelectionSet, len(g.fields))
	for i, f := range g.fields {
		sets[i] = f.SelectionSet
	}
	return sets
}

// collect groups what selections ask of an object of a type. https://spec.graphql.org/June2018/#CollectFields()
func (o *Operation) collect(of *ast.Definition, sets ...ast.SelectionSet) []group {
	c := collector{operation: o, of: of, index: map[string]int{}, spread: map[string]bool{}}
	for _, set := range sets {
		c.add(set)
	}
	return c.groups
}

type collector struct {
	operation *Operation
	of        *ast.Definition
	groups    []group
	index     map[string]int
	spread    map[string]bool
}

func (c *collector) add(set ast.SelectionSet) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			if c.left(s.Directives) {
				continue
			}
			key := s.Name
			if s.Alias != "" {
				key = s.Alias
			}
			i, found := c.index[key]
			if !found {
				i = len(c.groups)
				c.index[key] = i
				c.groups = append(c.groups, group{key: key})
			}
			c.groups[i].fields = append(c.groups[i].fields, s)
		case *ast.InlineFragment:
			if !c.left(s.Directives) && c.applies(s.TypeCondition) {
				c.add(s.SelectionSet)
			}
		case *ast.FragmentSpread:
			if c.left(s.Directives) || c.spread[s.Name] {
				continue
			}
			c.spread[s.Name] = true
			if c.applies(s.Definition.TypeCondition) {
				c.add(s.Definition.SelectionSet)
			}
		}
	}
}

// applies tells whether a fragment on a type is for the object.
func (c *collector) applies(name string) bool {
	if name == "" || name == c.of.Name {
		return true
	}
	condition := c.operation.schema.Types[name]
	return slices.Contains(c.operation.schema.GetPossibleTypes(condition), c.of)
}

// left tells whether @skip or @include leaves a selection out.
func (c *collector) left(directives ast.DirectiveList) bool {
	return c.says(directives.ForName("skip"), false) || !c.says(directives.ForName("include"), true)
}

// says is the value of a directive's argument `if`.
func (c *collector) says(directive *ast.Directive, absent bool) bool {
	if directive == nil {
		return absent
	}
	arguments, err := c.operation.arguments(directive.Definition.Arguments, directive.Arguments)
	if err != nil {
		return absent
	}
	value, ok := arguments["if"].(bool)
	if !ok {
		return absent
	}
	return value
}
