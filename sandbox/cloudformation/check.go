package cloudformation

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"lightbox.example/lightbox/sandbox/assembly"
	"lightbox.example/lightbox/sandbox/aws"
)

// check tells all that the service will refuse of the properties, as far as they are known: names, forms and values alike. It
// asks the service's Decode and its Check, which ask for nothing that is there.
//
// What is not known yet is a placeholder. A fault that is about one, or that goes away where another text stands in its place,
// is none: the deployment will see.
func (p *planner) check(res *assembly.Resource, properties map[string]any) error {
	found := p.faultsOf(res, properties)
	if len(found) == 0 || !p.unknown {
		return joined(found)
	}
	found = slices.DeleteFunc(found, func(line string) bool { return leadsToLater(line, res.Type, properties) })
	for _, other := range instead {
		if len(found) == 0 {
			return nil
		}
		anew := p.faultsOf(res, replaced(properties, other).(map[string]any))
		found = slices.DeleteFunc(found, func(line string) bool {
			return !slices.ContainsFunc(anew, func(other string) bool { return sameFault(line, other) })
		})
	}
	return joined(found)
}

// instead are texts of other forms than the placeholder's: an ARN, a name that is a number as well.
var instead = []string{"arn:aws:iam::111122223333:role/known-after-apply", "1"}

// sameFault reports whether two lines say the same: the first of several begins with the code of the refusal.
func sameFault(a, b string) bool {
	return a == b || strings.HasSuffix(a, ": "+b) || strings.HasSuffix(b, ": "+a)
}

// faultsOf are the lines of all faults. Where a name or a form is wrong, the rest of the values is looked at without it.
func (p *planner) faultsOf(res *assembly.Resource, properties map[string]any) []string {
	kind := p.Types[res.Type]
	if kind.Properties == nil {
		return nil
	}
	found := lines(aws.Decode(res.Type, properties, reflect.New(reflect.TypeOf(kind.Properties).Elem()).Interface()))
	if kind.Check == nil {
		return found
	}
	said := version{Type: res.Type, Properties: aws.Known(properties, kind.Properties), Suffix: strings.Repeat("0", 12)}
	if r := p.st.resources[res.LogicalID]; r != nil {
		said.PhysicalID = r.PhysicalID
	}
	fault := guarded(func() error { return kind.Check(p.told(p.st, res.LogicalID, said)) })
	for _, line := range lines(fault) {
		same := func(other string) bool { return placeOf(other) == placeOf(line) }
		if !slices.ContainsFunc(found, same) {
			found = append(found, line)
		}
	}
	return found
}

// placeOf is what a fault begins with: the type and the path of what it is about, as in AWS::S3::Bucket.Tags[0].Key.
func placeOf(line string) string {
	place, _, _ := strings.Cut(line, " ")
	return strings.TrimSuffix(place, ":")
}

// leadsToLater reports whether the placeholder is in what a fault is about. A fault that names no place, as of a policy, is about
// nothing in particular.
func leadsToLater(line, typeName string, properties map[string]any) bool {
	path, ok := strings.CutPrefix(placeOf(line), typeName+".")
	if !ok {
		return false
	}
	var at any = properties
	for path != "" {
		switch here := at.(type) {
		case map[string]any:
			at, path = member(here, path)
		case []any:
			index, rest, _ := strings.Cut(strings.TrimPrefix(path, "["), "]")
			n, err := strconv.Atoi(index)
			if err != nil || n < 0 || n >= len(here) {
				return false
			}
			at, path = here[n], strings.TrimPrefix(rest, ".")
		default:
			return has(at, placeholder)
		}
	}
	return has(at, placeholder)
}

// has reports whether a text is in a value.
func has(value any, text string) bool {
	switch value := value.(type) {
	case string:
		return strings.Contains(value, text)
	case []any:
		return slices.ContainsFunc(value, func(item any) bool { return has(item, text) })
	case map[string]any:
		for _, item := range value {
			if has(item, text) {
				return true
			}
		}
	}
	return false
}

// member is the value of the longest key that a path begins with, as keys of maps may have dots, and the rest of the path.
func member(object map[string]any, path string) (value any, rest string) {
	longest := ""
	for key := range object {
		after, ok := strings.CutPrefix(path, key)
		if ok && len(key) > len(longest) && (after == "" || after[0] == '.' || after[0] == '[') {
			longest = key
		}
	}
	if longest == "" {
		return nil, ""
	}
	return object[longest], strings.TrimPrefix(strings.TrimPrefix(path, longest), ".")
}

// replaced is a value with another text for the placeholder.
func replaced(value any, other string) any {
	switch value := value.(type) {
	case string:
		return strings.ReplaceAll(value, placeholder, other)
	case []any:
		list := make([]any, len(value))
		for i, item := range value {
			list[i] = replaced(item, other)
		}
		return list
	case map[string]any:
		object := make(map[string]any, len(value))
		for key, item := range value {
			object[key] = replaced(item, other)
		}
		return object
	}
	return value
}

func joined(found []string) error {
	var faults []error
	for _, line := range found {
		faults = append(faults, errors.New(line))
	}
	return errors.Join(faults...)
}

// unrecognized refuses types that no service has, in CloudFormation's words. Who made them, and what is wrong besides, is told with
// it: CloudFormation itself tells it when the types are gone.
func unrecognized(template *assembly.Template, types []string, others []invalid) error {
	text := fmt.Sprintf("Template format error: Unrecognized resource types: [%s]. The sandbox has no such types; docs/SANDBOX.md lists those that it has.",
		strings.Join(types, ", "))
	var made []string
	for id, res := range template.Resources.All() {
		if slices.Contains(types, res.Type) && res.Construct != "" {
			made = append(made, fmt.Sprintf("%s (%s)", id, res.Construct))
		}
	}
	if made != nil {
		text += " They are " + strings.Join(made, ", ") + "."
	}
	for _, fault := range others {
		text += fmt.Sprintf(" And at %s: %s.", fault.Path, fault.Message)
	}
	return refuse("%s", text)
}
