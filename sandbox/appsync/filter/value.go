package filter

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
)

// kind is what a value is, as far as filters tell values apart.
type kind uint8

const (
	null kind = iota // also what is absent, and objects
	text
	number
	boolean
	list
)

// A value is one side of a comparison.
type value struct {
	kind    kind
	text    string
	number  float64 // GraphQL's Int and Float fit
	boolean bool
	list    []value
}

// read reads a JSON value. What is no JSON, an object and a number out of a float64's range read as null.
func read(raw json.RawMessage) value {
	var v any
	if len(raw) == 0 || json.Unmarshal(raw, &v) != nil {
		return value{}
	}
	return of(v)
}

// of is read for a value whose JSON has been read, with or without UseNumber.
func of(v any) value {
	switch v := v.(type) {
	case string:
		return value{kind: text, text: v}
	case float64:
		return value{kind: number, number: v}
	case json.Number:
		n, err := v.Float64()
		if err != nil {
			return value{}
		}
		return value{kind: number, number: n}
	case bool:
		return value{kind: boolean, boolean: v}
	case []any:
		members := make([]value, len(v))
		for i := range v {
			members[i] = of(v[i])
		}
		return value{kind: list, list: members}
	default:
		return value{}
	}
}

// equals tells whether both are the same text, number or boolean. Values of different kinds, and lists, never are.
func (v value) equals(other value) bool {
	if v.kind != other.kind {
		return false
	}
	switch v.kind {
	case text:
		return v.text == other.text
	case number:
		return v.number == other.number
	case boolean:
		return v.boolean == other.boolean
	default:
		return false
	}
}

// order is a set of what a comparison of two texts or numbers may come out as.
type order uint8

const (
	less order = 1 << iota
	same
	greater
)

// within tells whether v stands in one of the orders to the other value: texts by their bytes, numbers by their size, and
// nothing else.
func (v value) within(other value, orders order) bool {
	if v.kind != other.kind {
		return false
	}
	var sign int
	switch v.kind {
	case text:
		sign = strings.Compare(v.text, other.text)
	case number:
		sign = cmp.Compare(v.number, other.number)
	default:
		return false
	}
	return orders&[...]order{less, same, greater}[sign+1] != 0
}

// contains tells whether a list has the other value, or a text has it within.
func (v value) contains(other value) bool {
	switch v.kind {
	case list:
		return slices.ContainsFunc(v.list, other.equals)
	case text:
		return other.kind == text && strings.Contains(v.text, other.text)
	default:
		return false
	}
}

// beginsWith tells whether both are texts and v begins with the other.
func (v value) beginsWith(other value) bool {
	return v.kind == text && other.kind == text && strings.HasPrefix(v.text, other.text)
}
