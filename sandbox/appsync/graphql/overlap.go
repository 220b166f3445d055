package graphql

import (
	"fmt"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// Two fields that make up one field of the answer must be the same field with the same arguments, unless their types never
// meet, and what they answer must have the same form. The library compares each with each; 15,000 tokens of one field take
// it half a minute. Here each is compared with one, which is enough, as being the same is transitive.
//
// https://spec.graphql.org/June2018/#sec-Field-Selection-Merging

// maxComparisons bounds the work for one document. Fragments within fragments can be combined in more ways than anybody
// wants to look at.
const maxComparisons = 200_000

// A placed field is a field with the type in which it stands.
type placedField struct {
	of    *ast.Definition
	field *ast.Field
}

type overlap struct {
	schema *ast.Schema
	left   int // comparisons
	seen   map[string]bool
	fault  *Error
}

// overlaps finds the first two fields of a valid document that cannot be merged.
func overlaps(schema *ast.Schema, document *ast.QueryDocument) *Error {
	o := &overlap{schema: schema, left: maxComparisons, seen: map[string]bool{}}
	for _, operation := range document.Operations {
		of := (&Operation{Definition: operation, schema: schema}).Root()
		o.check([]ast.SelectionSet{operation.SelectionSet}, []*ast.Definition{of}, "", true)
	}
	return o.fault
}

// check looks at what selections on types ask for together: their form, and, if they can meet, whether they are the same.
func (o *overlap) check(sets []ast.SelectionSet, types []*ast.Definition, above string, meet bool) {
	c := placer{groups: map[string][]placedField{}, spread: map[string]bool{}, overlap: o}
	for i, set := range sets {
		c.add(set, types[i])
	}
	for _, key := range c.keys {
		if o.fault != nil {
			return
		}
		o.group(c.groups[key], strings.TrimPrefix(above+"/"+key, "/"), key, meet)
	}
}

// group checks the fields of one key.
func (o *overlap) group(fields []placedField, path, key string, meet bool) {
	if o.known(fields, meet) {
		return
	}
	first := fields[0].field
	for _, f := range fields[1:] {
		if !sameForm(o.schema, first.Definition.Type, f.field.Definition.Type) {
			o.conflict(f.field, path, "%s: they return differing types %s and %s", key, first.Definition.Type, f.field.Definition.Type)
			return
		}
	}
	if !meet {
		o.below(fields, path, false)
		return
	}
	partitions := o.partitions(fields)
	for _, p := range partitions {
		for _, f := range p[1:] {
			if a, b := p[0].field, f.field; a.Name != b.Name {
				o.conflict(b, path, "%s: %s and %s are different fields", key, a.Name, b.Name)
				return
			} else if argumentsOfField(a) != argumentsOfField(b) {
				o.conflict(b, path, "%s: they have differing arguments", key)
				return
			}
		}
		o.below(p, path, true)
	}
	if len(partitions) > 1 {
		o.below(fields, path, false)
	}
}

// partitions are the fields that can meet: those of one object type, with those of interfaces and unions.
func (o *overlap) partitions(fields []placedField) [][]placedField {
	var abstract []placedField
	var names []string
	objects := map[string][]placedField{}
	for _, f := range fields {
		if f.of.IsAbstractType() {
			abstract = append(abstract, f)
			continue
		}
		if objects[f.of.Name] == nil {
			names = append(names, f.of.Name)
		}
		objects[f.of.Name] = append(objects[f.of.Name], f)
	}
	if names == nil {
		return [][]placedField{abstract}
	}
	partitions := make([][]placedField, len(names))
	for i, name := range names {
		partitions[i] = append(objects[name], abstract...)
	}
	return partitions
}

// below checks what is asked of the fields' values.
func (o *overlap) below(fields []placedField, path string, meet bool) {
	var sets []ast.SelectionSet
	var types []*ast.Definition
	for _, f := range fields {
		if f.field.SelectionSet != nil {
			sets = append(sets, f.field.SelectionSet)
			types = append(types, o.schema.Types[f.field.Definition.Type.Name()])
		}
	}
	if sets != nil {
		o.check(sets, types, path, meet)
	}
}

// known tells whether the same fields have been looked at, and counts the work.
func (o *overlap) known(fields []placedField, meet bool) bool {
	if o.left -= len(fields); o.left < 0 {
		if o.fault == nil {
			fault := faultf(at(fields[0].field.Position), "Validation error of type FieldsConflict: the document has too many fields to compare")
			o.fault = &fault
		}
		return true
	}
	if len(fields) == 1 && fields[0].field.SelectionSet == nil {
		return true
	}
	var key strings.Builder
	fmt.Fprint(&key, meet)
	for _, f := range fields {
		fmt.Fprintf(&key, " %x", f.field.Position.Start)
	}
	if o.seen[key.String()] {
		return true
	}
	o.seen[key.String()] = true
	return false
}

func (o *overlap) conflict(f *ast.Field, path, format string, args ...any) {
	if o.fault == nil {
		fault := faultf(at(f.Position), "Validation error of type FieldsConflict: "+format+" @ '"+path+"'", args...)
		o.fault = &fault
	}
}

// placer collects the fields of selections by their keys.
type placer struct {
	*overlap
	groups map[string][]placedField
	keys   []string
	spread map[string]bool
}

func (c *placer) add(set ast.SelectionSet, of *ast.Definition) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			key := s.Name
			if s.Alias != "" {
				key = s.Alias
			}
			if c.groups[key] == nil {
				c.keys = append(c.keys, key)
			}
			c.groups[key] = append(c.groups[key], placedField{of, s})
		case *ast.InlineFragment:
			on := of
			if s.TypeCondition != "" {
				on = c.schema.Types[s.TypeCondition]
			}
			c.add(s.SelectionSet, on)
		case *ast.FragmentSpread:
			if c.left--; c.left >= 0 && !c.spread[s.Name] {
				c.spread[s.Name] = true
				c.add(s.Definition.SelectionSet, c.schema.Types[s.Definition.TypeCondition])
			}
		}
	}
}

// sameForm compares types: lists and what cannot be null alike, and the same scalar or enumeration, or objects.
func sameForm(schema *ast.Schema, a, b *ast.Type) bool {
	if a.NonNull != b.NonNull || (a.Elem == nil) != (b.Elem == nil) {
		return false
	}
	if a.Elem != nil {
		return sameForm(schema, a.Elem, b.Elem)
	}
	x, y := schema.Types[a.NamedType], schema.Types[b.NamedType]
	return x == y || x.IsCompositeType() && y.IsCompositeType()
}

// argumentsOfField are the arguments as text, in the order of their declaration.
func argumentsOfField(f *ast.Field) string {
	if len(f.Arguments) == 0 {
		return ""
	}
	var text strings.Builder
	for _, declared := range f.Definition.Arguments {
		if given := f.Arguments.ForName(declared.Name); given != nil {
			fmt.Fprintf(&text, "%s:%s ", given.Name, given.Value.String())
		}
	}
	return text.String()
}
