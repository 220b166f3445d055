package proof

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"lightbox.example/lightbox/sandbox/cloudformation/schema"
)

// typeMutation makes the mutants of a resource that nobody chose: each property that CloudFormation
// knows of its type added, removed, and set to something else.
type typeMutation struct {
	mutation
	kind   schema.Type
	judged properties
}

// chosen is the reason of what cdk.json chooses.
const chosen = "a choice of cdk.json"

// generated makes them, for a resource of a type in the table.
func (m mutation) generated(judged properties) {
	name, _ := m.resource["Type"].(string)
	kind, known := schema.Current().Types[name]
	if !known {
		return
	}
	g := typeMutation{m, kind, judged}
	for _, key := range slices.Sorted(maps.Keys(m.properties())) {
		g.present([]string{key}, m.properties()[key])
	}
	for _, path := range slices.Sorted(maps.Keys(kind.Properties)) {
		g.absent(path)
	}
	for attribute, values := range map[string][]any{
		"DeletionPolicy": {"Delete", "Retain", "RetainExceptOnCreate", "Snapshot", nil}, "UpdateReplacePolicy": {"Delete", "Retain", nil},
		"Condition": {"Never"}, "CreationPolicy": {map[string]any{"ResourceSignal": map[string]any{"Count": 1}}}, "UpdatePolicy": {map[string]any{}},
	} {
		for _, value := range values {
			m.machine("", "set an attribute", fmt.Sprintf("%s: %s = %v", m.id, attribute, value), func(template map[string]any) {
				resource := template["Resources"].(map[string]any)[m.id].(map[string]any)
				resource[attribute] = value
				if value == nil {
					delete(resource, attribute)
				}
			})
		}
	}
}

// present mutates what a template has at a path, and below.
func (m typeMutation) present(path []string, value any) {
	place := strings.Join(path, ".")
	if required := m.property(path[:len(path)-1]).Required; !slices.Contains(m.kind.Required, place) && !slices.Contains(required, path[len(path)-1]) {
		m.at("remove a property", path, "", nil) // AWS refuses a template without what is required
	}
	switch value := value.(type) {
	case map[string]any:
		if name := slices.Sorted(maps.Keys(value)); len(name) == 1 && (name[0] == "Ref" || strings.HasPrefix(name[0], "Fn::")) {
			m.at("point elsewhere", path, "elsewhere", "elsewhere")
			return
		}
		if m.property(path).Open {
			return // policies have mutants of their own
		}
		for _, key := range slices.Sorted(maps.Keys(value)) {
			m.present(append(slices.Clone(path), key), value[key])
		}
	case []any:
		if len(value) > 0 {
			m.at("repeat an item", append(slices.Clone(path), strconv.Itoa(len(value))), "again", value[0])
		}
		for i, item := range value {
			m.present(append(slices.Clone(path), strconv.Itoa(i)), item)
		}
	case bool:
		m.at("change a property", path, fmt.Sprint(!value), !value)
	case string:
		m.text(path, value)
	case float64:
		for _, other := range []string{cmpNumber(m.property(path).Min, "0"), cmpNumber(m.property(path).Max, "2147483647")} {
			m.at("set to its extremes", path, other, json.Number(other))
		}
	}
}

func cmpNumber(bound json.Number, otherwise string) string {
	if bound == "" {
		return otherwise
	}
	return bound.String()
}

// text mutates a text: to each other value of an enumeration, or to another text.
func (m typeMutation) text(path []string, value string) {
	if m.mutation.resource["Type"] == "AWS::AppSync::GraphQLSchema" || path[len(path)-1] == "Code" {
		return // which have mutants of their own
	}
	enum := m.property(path).Enum
	for _, other := range enum {
		if other != value {
			m.at("change a property", path, other, other)
		}
	}
	if len(enum) == 0 {
		m.at("change a property", path, "another text", value+"x")
	}
}

// absent adds a property that a template lacks, where what it belongs to is there.
func (m typeMutation) absent(path string) {
	if slices.Contains(m.kind.ReadOnly, path) || strings.HasSuffix(path, ".*") {
		return
	}
	keys := strings.Split(path, ".")
	var value any = m.properties()
	for i, key := range keys {
		if key == "*" {
			list, _ := value.([]any)
			if len(list) == 0 {
				return
			}
			keys[i], value = "0", list[0]
			continue
		}
		object, isObject := value.(map[string]any)
		if !isObject {
			return
		}
		below, there := object[key]
		if i == len(keys)-1 && !there {
			for _, sample := range m.samples(path, 0) {
				m.at("add a property", keys, fmt.Sprint(sample), sample)
			}
		}
		value = below
	}
}

// samples are values for a path of the schema: of a boolean both, of an enumeration all.
func (m typeMutation) samples(path string, depth int) []any {
	property := m.kind.Properties[path]
	switch kind := strings.Join(property.Type, " "); {
	case depth > 6:
		return nil
	case len(property.Enum) > 0:
		var all []any
		for _, value := range property.Enum {
			all = append(all, value)
		}
		return all
	case strings.Contains(kind, "array"):
		for _, item := range m.samples(path+".*", depth+1) {
			return []any{[]any{item}}
		}
	case strings.Contains(kind, "object"):
		object := map[string]any{}
		for _, part := range property.Required {
			for _, value := range m.samples(path+"."+part, depth+1) {
				object[part] = value
				break
			}
		}
		return []any{object}
	case strings.Contains(kind, "boolean"):
		return []any{true, false}
	case strings.Contains(kind, "integer"), strings.Contains(kind, "number"):
		return []any{json.Number(cmpNumber(property.Min, "1"))}
	}
	return []any{"sample"}
}

// property is what the schema says of a path in a template.
func (m typeMutation) property(path []string) schema.Property {
	return m.kind.Properties[strings.Join(starred(path), ".")]
}

// starred is a path with a star for each index.
func starred(path []string) []string {
	var keys []string
	for _, key := range path {
		if _, err := strconv.Atoi(key); err == nil {
			key = "*"
		}
		keys = append(keys, key)
	}
	return keys
}

// at makes a mutant with a value at a path; nil takes away what is there.
func (m typeMutation) at(operator string, path []string, what string, value any) {
	place := strings.Join(path, ".")
	m.machine(m.reason(path), operator, m.id+": "+strings.TrimSpace(place+" "+what), func(template map[string]any) {
		setAt(template["Resources"].(map[string]any)[m.id].(map[string]any)["Properties"].(map[string]any), path, value)
	})
}

// reason is why a change of a property may pass, empty where it may not.
func (m typeMutation) reason(path []string) string {
	keys := starred(path)
	for i := range keys {
		j, judged := m.judged[strings.Join(keys[:i+1], ".")]
		switch {
		case judged && j.choice:
			return chosen
		case judged:
			return string(j.reason)
		}
	}
	return ""
}

// setAt puts a value at a path of an object, or takes away what is there; an index after the last adds
// an item.
func setAt(object map[string]any, path []string, value any) {
	var into any = object
	for i, key := range path[:len(path)-1] {
		if list, isList := into.([]any); isList {
			index, _ := strconv.Atoi(key)
			into = list[index]
			continue
		}
		holder := into.(map[string]any)
		if list, isList := holder[key].([]any); isList && i == len(path)-2 {
			index, _ := strconv.Atoi(path[i+1])
			switch {
			case index == len(list):
				holder[key] = append(list, value)
			case value == nil:
				holder[key] = slices.Delete(list, index, index+1)
			default:
				list[index] = value
			}
			return
		}
		into = holder[key]
	}
	holder, isObject := into.(map[string]any)
	if !isObject {
		return // an item of a list in a list, which no type has
	}
	if value == nil {
		delete(holder, path[len(path)-1])
		return
	}
	holder[path[len(path)-1]] = value
}
