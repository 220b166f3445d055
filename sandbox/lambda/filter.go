package lambda

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// filters let a record through that one of them does; none let everything through.
type filters []filter

// A filter tells whether a part of a record, or several at a place, are as a pattern says.
type filter func(values []any) bool

func (all filters) pass(record json.RawMessage) (bool, error) {
	if len(all) == 0 {
		return true, nil
	}
	var tree any
	if err := json.Unmarshal(record, &tree); err != nil {
		return false, err
	}
	return slices.ContainsFunc(all, func(f filter) bool { return f([]any{tree}) }), nil
}

// maxPattern is the longest pattern, in characters.
const maxPattern = 4096

// compileFilter reads a pattern: an object with the structure of a record, whose leaves are lists of conditions. All members have
// to hold, and one condition of each list. Of a record the member dynamodb alone is looked at, and there are no numbers in it.
//
// https://docs.aws.amazon.com/lambda/latest/dg/with-ddb-filtering.html
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html#filtering-syntax
func compileFilter(pattern string) (filter, error) {
	if len(pattern) > maxPattern {
		return nil, fmt.Errorf("got %d characters, want at most %d", len(pattern), maxPattern)
	}
	d := json.NewDecoder(strings.NewReader(pattern))
	tree, err := readPattern(d)
	if err == nil {
		if _, end := d.Token(); !errors.Is(end, io.EOF) {
			err = errors.New("got something after the object")
		}
	}
	if err != nil {
		return nil, fmt.Errorf("want JSON: %w", err)
	}
	root, ok := tree.(members)
	if !ok {
		return nil, fmt.Errorf("got %v, want an object", tree)
	}
	for _, m := range root {
		if m.name != "dynamodb" {
			return nil, fmt.Errorf("%s: want dynamodb alone, which is what mappings of DynamoDB's streams filter by", m.name)
		}
	}
	return compileObject("", root)
}

// members are those of an object in a pattern, of which two may have one name: AWS's own example has two of dynamodb.
type members []member

type member struct {
	name  string
	value any // members, []any or a scalar
}

// readPattern reads JSON as encoding/json does, but for objects.
func readPattern(d *json.Decoder) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		object := members{}
		for d.More() {
			name, err := d.Token()
			if err != nil {
				return nil, err
			}
			value, err := readPattern(d)
			if err != nil {
				return nil, err
			}
			object = append(object, member{name.(string), value})
		}
		_, err = d.Token()
		return object, err
	case json.Delim('['):
		list := []any{}
		for d.More() {
			value, err := readPattern(d)
			if err != nil {
				return nil, err
			}
			list = append(list, value)
		}
		_, err = d.Token()
		return list, err
	}
	return token, nil
}

func compileObject(at string, object members) (filter, error) {
	if len(object) == 0 {
		return nil, fmt.Errorf("%s: got an empty object", at)
	}
	var all []filter
	var faults []error
	for _, m := range object {
		f, err := compileMember(strings.TrimPrefix(at+"."+m.name, "."), m)
		all, faults = append(all, f), append(faults, err)
	}
	return func(values []any) bool {
		return !slices.ContainsFunc(all, func(f filter) bool { return !f(values) })
	}, errors.Join(faults...)
}

func compileMember(at string, m member) (filter, error) {
	var inner filter
	var err error
	switch value := m.value.(type) {
	case members:
		inner, err = compileObject(at, value)
	case []any:
		if strings.HasPrefix(m.name, "$") {
			return nil, fmt.Errorf("%s is not supported by the sandbox", at)
		}
		inner, err = compileLeaf(at, value)
	default:
		err = fmt.Errorf("%s: got %v, want an object or a list of conditions", at, m.value)
	}
	if err != nil {
		return nil, err
	}
	return func(values []any) bool { return inner(below(values, m.name)) }, nil
}

// below are the members of that name of objects, and of those that lists have.
func below(values []any, name string) (all []any) {
	for _, value := range values {
		switch value := value.(type) {
		case map[string]any:
			if v, has := value[name]; has {
				all = append(all, v)
			}
		case []any:
			all = append(all, below(value, name)...)
		}
	}
	return all
}

// A condition is what a leaf is held to: exists is about all of them, the others about one.
type condition struct {
	exists *bool
	holds  func(leaf any) bool
}

func compileLeaf(at string, list []any) (filter, error) {
	if len(list) == 0 {
		return nil, fmt.Errorf("%s: got an empty list", at)
	}
	var all []condition
	var faults []error
	for _, one := range list {
		c, err := compileCondition(one)
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", at, err))
		}
		all = append(all, c)
	}
	return func(values []any) bool {
		found := leaves(values)
		return slices.ContainsFunc(all, func(c condition) bool {
			if c.exists != nil {
				return *c.exists == (len(found) > 0)
			}
			return slices.ContainsFunc(found, c.holds)
		})
	}, errors.Join(faults...)
}

// leaves are the values that are no objects, those in lists too.
func leaves(values []any) (all []any) {
	for _, value := range values {
		switch value := value.(type) {
		case map[string]any:
		case []any:
			all = append(all, leaves(value)...)
		default:
			all = append(all, value)
		}
	}
	return all
}

// comparisons are those of texts.
var comparisons = map[string]func(got, want string) bool{
	"prefix": strings.HasPrefix, "suffix": strings.HasSuffix, "equals-ignore-case": strings.EqualFold,
}

func compileCondition(one any) (c condition, err error) {
	switch one := one.(type) {
	case nil, bool, string:
		return condition{holds: func(leaf any) bool { return leaf == one }}, nil
	case members:
		if len(one) == 1 {
			return compileOperator(one[0])
		}
	}
	return c, fmt.Errorf("got %v, want a text, true, false, null or one operator: DynamoDB's event filtering doesn't support numbers", one)
}

func compileOperator(m member) (c condition, err error) {
	text, isText := m.value.(string)
	truth, isTruth := m.value.(bool)
	compare, known := comparisons[m.name]
	switch {
	case known && isText:
		c.holds = func(leaf any) bool {
			got, ok := leaf.(string)
			return ok && compare(got, text)
		}
	case m.name == "exists" && isTruth:
		c.exists = &truth
	case m.name == "anything-but":
		return compileAnythingBut(m.value)
	case m.name == "numeric":
		err = errors.New("numeric: DynamoDB's event filtering doesn't support numeric operators: numbers are texts in its records")
	case known || m.name == "exists":
		err = fmt.Errorf("%s: got %v, want a text, or true or false of exists", m.name, m.value)
	default:
		err = fmt.Errorf("%s is not supported by the sandbox: want one of anything-but exists %s", m.name, strings.Join(slices.Sorted(maps.Keys(comparisons)), " "))
	}
	return c, err
}

// compileAnythingBut is the condition of a leaf that is none of some texts.
func compileAnythingBut(value any) (c condition, err error) {
	list, isList := value.([]any)
	if !isList {
		list = []any{value}
	}
	for _, one := range list {
		if _, isText := one.(string); !isText || len(list) == 0 {
			return c, fmt.Errorf("anything-but: got %v, want a text or a list of texts: no other is supported by the sandbox", value)
		}
	}
	return condition{holds: func(leaf any) bool { return !slices.Contains(list, leaf) }}, nil
}
