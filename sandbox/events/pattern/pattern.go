// Package pattern reads the event patterns of EventBridge's rules, and says which events match.
//
// A pattern is a JSON object of the form of an event. A field has a list of what it may be, or an object of fields; all fields have to
// match. What the list says is a value, or an object with one of the operators of operators.go.
//
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern.html
package pattern

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// A Pattern matches some events.
type Pattern struct{ matches object }

// object reports whether an object of an event matches.
type object func(event map[string]any) bool

// A test reports whether a field's value matches. Of a field that an event does not have, present is false.
type test func(value any, present bool) bool

// Parse reads a pattern, as encoding/json decodes one. The error joins all faults, each with the path of the field.
func Parse(tree any) (*Pattern, error) {
	p := parser{}
	matches := p.object("", tree)
	return &Pattern{matches}, errors.Join(p.faults...)
}

// Matches reports whether an event matches, as encoding/json decodes it.
func (p *Pattern) Matches(event map[string]any) bool { return p.matches(event) }

type parser struct{ faults []error }

func (p *parser) fault(path, format string, args ...any) {
	p.faults = append(p.faults, fmt.Errorf("%s: %s", path, fmt.Sprintf(format, args...)))
}

// object reads the fields of an object, all of which have to match.
func (p *parser) object(path string, tree any) object {
	fields, is := tree.(map[string]any)
	if !is || len(fields) == 0 {
		p.fault(path, "got %s, want an object of fields", show(tree))
		return nil
	}
	var all []object
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		below := path + "." + name
		switch tree := fields[name].(type) {
		case []any:
			if name == "$or" {
				all = append(all, p.either(below, tree))
				continue
			}
			all = append(all, leaf(name, p.tests(below, tree)))
		case map[string]any:
			all = append(all, nested(name, p.object(below, tree)))
		default:
			p.fault(below, "got %s, want a list of values, or an object of fields", show(tree))
		}
	}
	return func(event map[string]any) bool {
		return !slices.ContainsFunc(all, func(one object) bool { return !one(event) })
	}
}

// either reads $or: patterns of which one has to match.
func (p *parser) either(path string, trees []any) object {
	if len(trees) < 2 {
		p.fault(path, "got %d patterns, want two at least", len(trees))
	}
	var all []object
	for i, tree := range trees {
		all = append(all, p.object(fmt.Sprintf("%s[%d]", path, i), tree))
	}
	return func(event map[string]any) bool {
		return slices.ContainsFunc(all, func(one object) bool { return one(event) })
	}
}

// nested is for an object within: of a list of them, one has to match.
func nested(name string, inner object) object {
	return func(event map[string]any) bool {
		switch value := event[name].(type) {
		case map[string]any:
			return inner(value)
		case []any:
			return slices.ContainsFunc(value, func(item any) bool {
				fields, is := item.(map[string]any)
				return is && inner(fields)
			})
		}
		return inner(nil) // which has none of the fields
	}
}

// leaf is for a value: of a list of them, one has to match. What an object is has no value.
func leaf(name string, tests []test) object {
	matches := func(value any, present bool) bool {
		return slices.ContainsFunc(tests, func(one test) bool { return one(value, present) })
	}
	return func(event map[string]any) bool {
		value, present := event[name]
		switch value := value.(type) {
		case map[string]any:
			return matches(nil, false)
		case []any:
			if len(value) > 0 {
				return slices.ContainsFunc(value, func(item any) bool { return matches(item, true) })
			}
			return matches(nil, false)
		}
		return matches(value, present)
	}
}

// tests reads what a field may be.
func (p *parser) tests(path string, list []any) []test {
	if len(list) == 0 {
		p.fault(path, "got an empty list, want what the field may be")
	}
	var all []test
	for i, item := range list {
		at := fmt.Sprintf("%s[%d]", path, i)
		switch item := item.(type) {
		case map[string]any:
			all = append(all, p.operator(at, item))
		case []any:
			p.fault(at, "got a list, want a value or an operator")
		default:
			all = append(all, equals(item))
		}
	}
	return all
}

// equals is for a value that has to be the same: texts character by character, and numbers by how they are written.
func equals(want any) test {
	return func(value any, present bool) bool { return present && same(value, want) }
}

func same(a, b any) bool {
	x, isText := a.(string)
	y, both := b.(string)
	if isText || both {
		return isText && both && x == y
	}
	return text(a) == text(b)
}

// text is how a value is written that is no text.
func text(value any) string {
	switch value := value.(type) {
	case json.Number:
		return value.String()
	case float64:
		return strconv.FormatFloat(value, 'f', -1, 64)
	}
	return fmt.Sprint(value)
}

func show(tree any) string {
	written, err := json.Marshal(tree)
	if err != nil {
		return fmt.Sprintf("%v", tree)
	}
	return string(written)
}
