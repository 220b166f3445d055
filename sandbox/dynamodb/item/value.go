// Package item holds DynamoDB's items: typed values with their JSON form, number format, order, sizes and limits.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
package item

import (
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A Kind is the type of a value.
type Kind uint8

// The kinds of values. None is the zero Value: an attribute value without a type, which no item can have.
const (
	None Kind = iota
	S         // string
	N         // number
	B         // binary
	BOOL
	NULL
	SS // set of strings
	NS // set of numbers
	BS // set of binaries
	L  // list
	M  // map
	faulty
)

var kindNames = [...]string{"", "S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M", ""}

func (k Kind) String() string { return kindNames[k] }

// KindOf is the kind with DynamoDB's name for it, or None.
func KindOf(name string) Kind {
	if name == "" {
		return None
	}
	return Kind(max(0, slices.Index(kindNames[:], name)))
}

// A Value is an attribute's value. Values are shared freely: nothing changes one, or what it refers to, once it is made.
type Value struct {
	Kind Kind
	Text string   // S; N in DynamoDB's format; B as its bytes
	Bool bool     // BOOL
	Set  []string // SS, NS and BS as S, N and B, in the order they were given
	List []Value  // L
	Map  Item     // M
}

// An Item is a set of attributes, or a part of one: a key, the values of an expression.
type Item map[string]Value

// String makes a string.
func String(s string) Value { return Value{Kind: S, Text: s} }

// Binary makes a value of bytes.
func Binary(b string) Value { return Value{Kind: B, Text: b} }

// Boolean makes true or false.
func Boolean(b bool) Value { return Value{Kind: BOOL, Bool: b} }

// Null makes the null value.
func Null() Value { return Value{Kind: NULL} }

// ListOf makes a list.
func ListOf(values ...Value) Value { return Value{Kind: L, List: values} }

// MapOf makes a map.
func MapOf(fields Item) Value { return Value{Kind: M, Map: fields} }

// Number makes a number of a decimal such as "-1.50e3". A text that is none, or is out of range, makes a value that Check
// refuses, with DynamoDB's message.
func Number(text string) Value {
	n, fault := canonical(text)
	if fault != "" {
		return fault.value()
	}
	return Value{Kind: N, Text: n}
}

// SetOf makes a set of strings, numbers or binaries. Check refuses one that is empty or has an element twice.
func SetOf(kind Kind, elements ...string) Value {
	switch {
	case len(elements) == 0 && kind == SS:
		return invalid("An string set  may not be empty").value()
	case len(elements) == 0 && kind == NS:
		return invalid("An number set  may not be empty").value()
	case len(elements) == 0:
		return invalid("Binary sets should not be empty").value()
	case kind == NS:
		return numbers(elements)
	}
	if duplicated(elements) {
		if kind == SS {
			return invalid("Input collection [%s] contains duplicates.", strings.Join(elements, ", ")).value()
		}
		return invalid("Input collection [%s]of type BS contains duplicates.", strings.Join(encoded(elements), ", ")).value()
	}
	return Value{Kind: kind, Set: elements}
}

func numbers(elements []string) Value {
	set := make([]string, len(elements))
	for i, text := range elements {
		n, fault := canonical(text)
		if fault != "" {
			return fault.value()
		}
		set[i] = n
	}
	if duplicated(set) {
		return fault("Input collection contains duplicates").value()
	}
	return Value{Kind: NS, Set: set}
}

func duplicated(elements []string) bool {
	if len(elements) == 1 {
		return false
	}
	seen := make(map[string]bool, len(elements))
	for _, e := range elements {
		if seen[e] {
			return true
		}
		seen[e] = true
	}
	return false
}

func encoded(binaries []string) []string {
	var texts []string
	for _, b := range binaries {
		texts = append(texts, base64.StdEncoding.EncodeToString([]byte(b)))
	}
	return texts
}

// A fault is why a value is refused. It travels in the value's place until the operation comes to look at it, because the
// order in which DynamoDB reports the faults of a request is not the order in which they are read.
type fault string

func (f fault) value() Value  { return Value{Kind: faulty, Text: string(f)} }
func (f fault) Error() string { return string(f) }

func invalid(format string, args ...any) fault {
	return fault("One or more parameter values were invalid: " + fmt.Sprintf(format, args...))
}

// MaxDepth is how many levels of values within values there may be, the attribute's own value being the first.
const MaxDepth = 32

const (
	untyped = fault("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")
	tooDeep = fault("Nesting Levels have exceeded supported limits: " +
		"Attributes in the item have nested levels beyond supported limit")
)

// Check returns what is wrong with v or a value within it, in DynamoDB's words, or nil.
func (v Value) Check() error { return v.check(1) }

func (v Value) check(level int) error {
	switch {
	case v.Kind == faulty:
		return fault(v.Text)
	case v.Kind == None:
		return untyped
	case level > MaxDepth:
		return tooDeep
	}
	for _, element := range v.List {
		if err := element.check(level + 1); err != nil {
			return err
		}
	}
	return v.Map.check(level + 1)
}

// Check returns what is wrong with the first of the attributes, by name, that has something wrong, or nil.
func (i Item) Check() error { return i.check(1) }

func (i Item) check(level int) error {
	for _, name := range slices.Sorted(maps.Keys(i)) {
		if err := CheckName(name); err != nil {
			return err
		}
		if err := i[name].check(level); err != nil {
			return err
		}
	}
	return nil
}

// MaxName is how long the name of an attribute may be, in bytes.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
const MaxName = 65_535

// CheckName returns what is wrong with the name of an attribute, or nil.
func CheckName(name string) error {
	switch {
	case name == "":
		return invalid("An attribute name may not be empty")
	case len(name) > MaxName:
		return invalid("An attribute name has %d bytes, want at most %d", len(name), MaxName)
	}
	return nil
}
