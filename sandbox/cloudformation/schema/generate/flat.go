package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/cloudformation/schema"
)

// node is a resource schema, or a part of one: of JSON Schema what the table keeps. Conditions (if, then) are left out: they
// add no property.
// https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
type node struct {
	Ref                  string `json:"$ref"`
	Definitions          map[string]*node
	Properties           map[string]*node
	PatternProperties    map[string]*node
	AdditionalProperties json.RawMessage // true, false, or what a property of any other name is
	Items                *node
	OneOf, AnyOf, AllOf  []*node
	Type                 any // a name, or a list of names
	Enum                 []any
	Const                any
	Pattern              string
	Minimum, Maximum     json.Number
	MinLength, MaxLength json.Number
	MinItems, MaxItems   json.Number
	Required             []string

	CreateOnlyProperties, ConditionalCreateOnlyProperties, ReadOnlyProperties, WriteOnlyProperties, PrimaryIdentifier []string

	Tagging struct {
		Taggable    bool
		TagProperty string
	}
	Handlers struct{ Read, List *handler }
}

// handler is what a schema says of an operation.
type handler struct {
	Permissions   []string
	HandlerSchema struct{ Required []string }
}

// row is the handler as the table has it, nil if there is none.
func (h *handler) row() *schema.Handler {
	if h == nil {
		return nil
	}
	return &schema.Handler{Permissions: sorted(h.Permissions), Required: sorted(h.HandlerSchema.Required)}
}

// flat is the type that a whole schema describes, its properties by path.
func (n *node) flat() (schema.Type, error) {
	f := flattener{n.Definitions, map[string]schema.Property{}, map[string]bool{}}
	if err := f.add("", n, nil); err != nil {
		return schema.Type{}, err
	}
	delete(f.properties, "")
	f.open()
	t := schema.Type{
		CreateOnly: paths(n.CreateOnlyProperties), ConditionalCreateOnly: paths(n.ConditionalCreateOnlyProperties),
		ReadOnly: paths(n.ReadOnlyProperties), WriteOnly: paths(n.WriteOnlyProperties),
		Required: sorted(n.Required), Read: n.Handlers.Read.row(), List: n.Handlers.List.row(), Properties: f.properties,
	}
	for _, pointer := range n.PrimaryIdentifier {
		t.PrimaryIdentifier = append(t.PrimaryIdentifier, dotted(pointer))
	}
	tags := cmp.Or(dotted(n.Tagging.TagProperty), "Tags")
	if _, ok := f.properties[tags]; ok && n.Tagging.Taggable {
		t.TagProperty = tags
	}
	return t, nil
}

// dotted is a JSON pointer from the root as a path.
func dotted(pointer string) string {
	return strings.ReplaceAll(strings.TrimPrefix(pointer, "/properties/"), "/", ".")
}

func paths(pointers []string) (paths []string) {
	for _, pointer := range pointers {
		paths = append(paths, dotted(pointer))
	}
	return sorted(paths)
}

func sorted(texts []string) []string { return slices.Sorted(slices.Values(texts)) }

// flattener collects properties by their path.
type flattener struct {
	definitions map[string]*node
	properties  map[string]schema.Property
	closed      map[string]bool // objects that say that they have no other parts
}

// add adds what a node says of a path and of all below it. To a path that is there, an alternative adds types and parts. A
// definition within itself ends there, open.
func (f *flattener) add(path string, n *node, within []string) error {
	if n.Ref != "" {
		name := strings.TrimPrefix(n.Ref, "#/definitions/")
		definition, ok := f.definitions[name]
		if !ok {
			return fmt.Errorf("%s: got the reference %s, want one to a definition", path, n.Ref)
		}
		if slices.Contains(within, name) {
			f.properties[path] = schema.Property{Type: definition.types(), Open: true}
			return nil
		}
		return f.add(path, definition, append(slices.Clone(within), name))
	}
	property, again := f.properties[path]
	if !again {
		property = n.constraints()
	}
	property.Type = slices.Compact(sorted(slices.Concat(property.Type, n.types())))
	f.properties[path] = property
	f.closed[path] = f.closed[path] || string(n.AdditionalProperties) == "false"
	for _, alternative := range slices.Concat(n.OneOf, n.AnyOf, n.AllOf) {
		if err := f.add(path, alternative, within); err != nil {
			return err
		}
	}
	parts := n.Properties
	if !slices.Contains(n.types(), "object") {
		parts = nil // cfn-lint says so of the items of some lists
	}
	for _, key := range slices.Sorted(maps.Keys(parts)) {
		if err := f.add(strings.TrimPrefix(path+"."+key, "."), parts[key], within); err != nil {
			return err
		}
	}
	return f.addEach(strings.TrimPrefix(path+".*", "."), n, within)
}

// addEach adds what the items of a list are, and the values of a map.
func (f *flattener) addEach(path string, n *node, within []string) error {
	var each []*node
	if n.Items != nil {
		each = append(each, n.Items)
	}
	for _, pattern := range slices.Sorted(maps.Keys(n.PatternProperties)) {
		each = append(each, n.PatternProperties[pattern])
	}
	if bytes.HasPrefix(n.AdditionalProperties, []byte("{")) {
		rest := new(node)
		if err := json.Unmarshal(n.AdditionalProperties, rest); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		each = append(each, rest)
	}
	for _, n := range each {
		if err := f.add(path, n, within); err != nil {
			return err
		}
	}
	return nil
}

// open marks the objects of which no part is told, and what has no type.
func (f *flattener) open() {
	parents := map[string]bool{}
	for path := range f.properties {
		if dot := strings.LastIndex(path, "."); dot > 0 {
			parents[path[:dot]] = true
		}
	}
	for path, property := range f.properties {
		if !parents[path] && !f.closed[path] && (len(property.Type) == 0 || slices.Contains(property.Type, "object")) {
			property.Open = true
			f.properties[path] = property
		}
	}
}

// types are the names of the types that a value can be of.
func (n *node) types() (names []string) {
	switch kind := n.Type.(type) {
	case string:
		return []string{kind}
	case []any:
		for _, name := range kind {
			names = append(names, fmt.Sprint(name))
		}
		return sorted(names)
	}
	switch {
	case n.Properties != nil || n.PatternProperties != nil:
		return []string{"object"}
	case n.Items != nil:
		return []string{"array"}
	}
	return nil
}

// constraints are what a node says of the value itself.
func (n *node) constraints() schema.Property {
	property := schema.Property{
		Pattern: n.Pattern, Min: cmp.Or(n.Minimum, n.MinLength, n.MinItems), Max: cmp.Or(n.Maximum, n.MaxLength, n.MaxItems),
		Required: sorted(n.Required), Open: string(n.AdditionalProperties) == "true",
	}
	if n.Const != nil {
		property.Enum = []string{fmt.Sprint(n.Const)}
	}
	for _, value := range n.Enum {
		property.Enum = append(property.Enum, fmt.Sprint(value))
	}
	return property
}
