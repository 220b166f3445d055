package schema

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Walk names each path of a resource's properties, as a template has them, that the schema of its type does not have, as in
// "LifecycleConfiguration.Rules.0.Stattus", sorted. What is below such a path is not looked at, nor what is in free JSON, nor
// the arguments of an intrinsic function, of which nobody knows the value: but for Fn::If, either of whose values counts. A
// property that only can be read, as an Arn, is one that the schema has.
//
// A type that is not in the table is an error.
func Walk(typeName string, properties map[string]any) ([]string, error) {
	kind, ok := Current().Types[typeName]
	if !ok {
		return nil, fmt.Errorf("got the type %s, want one of sandbox/cloudformation/schema/table.json: `make types` adds those of the templates", typeName)
	}
	w := walker{properties: kind.Properties}
	w.object(nil, nil, properties)
	slices.Sort(w.unknown)
	return slices.Compact(w.unknown), nil
}

// walker walks the properties of one resource, by the path that the template has and by that of the schema, which differ in
// the steps *.
type walker struct {
	properties map[string]Property
	unknown    []string
}

// value looks at what a template has at a path that the schema has.
func (w *walker) value(path, schema []string, value any) {
	property := w.properties[strings.Join(schema, ".")]
	switch value := value.(type) {
	case map[string]any:
		name, argument := intrinsic(value)
		if branches, ok := argument.([]any); ok && name == "Fn::If" && len(branches) == 3 {
			w.value(path, schema, branches[1])
			w.value(path, schema, branches[2])
		}
		if name == "" && !property.Open {
			w.object(path, schema, value)
		}
	case []any:
		for i, item := range value {
			w.step(path, schema, strconv.Itoa(i), "*", slices.Contains(property.Type, "array"), item)
		}
	}
}

// object looks at the parts of an object, "" the resource's own properties. Where the schema has a map, any key will do.
func (w *walker) object(path, schema []string, object map[string]any) {
	isMap := slices.Contains(w.properties[strings.Join(schema, ".")].Type, "object")
	for _, key := range slices.Sorted(maps.Keys(object)) {
		as := key
		if _, named := w.properties[strings.Join(append(slices.Clone(schema), key), ".")]; !named && isMap {
			as = "*"
		}
		w.step(path, schema, key, as, key != "*" || isMap, object[key])
	}
}

// step goes down by one key or index, which the schema calls as, if it can be there.
func (w *walker) step(path, schema []string, key, as string, may bool, value any) {
	path, schema = append(slices.Clone(path), key), append(slices.Clone(schema), as)
	if _, ok := w.properties[strings.Join(schema, ".")]; !ok || !may {
		w.unknown = append(w.unknown, strings.Join(path, "."))
		return
	}
	w.value(path, schema, value)
}

// intrinsic returns the name and the argument of the intrinsic function that an object is, or "".
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
func intrinsic(object map[string]any) (name string, argument any) {
	for key, value := range object {
		if len(object) == 1 && (key == "Ref" || strings.HasPrefix(key, "Fn::")) {
			return key, value
		}
	}
	return "", nil
}
