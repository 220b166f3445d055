package expression

import (
	"strconv"
	"strings"
	"unicode/utf16"

	"lightbox.example/lightbox/sandbox/dynamodb/item"
)

// Holds reports whether the condition holds for the attributes; those of an item that is not there are nil.
func (c *Condition) Holds(attributes item.Item) bool { return holds(c.root, attributes) }

func holds(n *node, attributes item.Item) bool {
	switch n.kind {
	case isAnd:
		return holds(n.args[0], attributes) && holds(n.args[1], attributes)
	case isOr:
		return holds(n.args[0], attributes) || holds(n.args[1], attributes)
	case isNot:
		return !holds(n.args[0], attributes)
	}
	args := make([]operand, len(n.args))
	for i, arg := range n.args {
		args[i] = evaluate(arg, attributes)
	}
	return tests[n.text](args)
}

// An operand is a value, or none where a path leads nowhere.
type operand struct {
	item.Value
	found bool
}

func evaluate(n *node, attributes item.Item) operand {
	switch n.kind {
	case isPath:
		v, found := n.path.find(attributes)
		return operand{v, found}
	case isCall: // size
		return size(evaluate(n.args[0], attributes))
	}
	return operand{n.value, true}
}

// size is the length of a string in UTF-16, of a binary in bytes, and of what has elements in elements.
func size(o operand) operand {
	length := 0
	switch o.Kind {
	case item.S:
		for _, r := range o.Text {
			length += utf16.RuneLen(r)
		}
	case item.B:
		length = len(o.Text)
	case item.SS, item.NS, item.BS:
		length = len(o.Set)
	case item.L:
		length = len(o.List)
	case item.M:
		length = len(o.Map)
	default:
		return operand{}
	}
	return operand{item.Number(strconv.Itoa(length)), true}
}

// tests are the operators and functions that make a condition, by what they are written as.
var tests = map[string]func(args []operand) bool{
	"=":                    func(args []operand) bool { return equal(args[0], args[1]) },
	"<>":                   func(args []operand) bool { return !equal(args[0], args[1]) },
	"<":                    func(args []operand) bool { return ordered(args[0], args[1]) && compare(args) < 0 },
	"<=":                   func(args []operand) bool { return ordered(args[0], args[1]) && compare(args) <= 0 },
	">":                    func(args []operand) bool { return ordered(args[0], args[1]) && compare(args) > 0 },
	">=":                   func(args []operand) bool { return ordered(args[0], args[1]) && compare(args) >= 0 },
	"between":              between,
	"in":                   in,
	"attribute_exists":     func(args []operand) bool { return args[0].found },
	"attribute_not_exists": func(args []operand) bool { return !args[0].found },
	"attribute_type":       func(args []operand) bool { return args[0].found && args[0].Kind.String() == args[1].Text },
	"begins_with":          beginsWith,
	"contains":             contains,
}

func equal(a, b operand) bool { return a.found && b.found && item.Equal(a.Value, b.Value) }

// ordered reports whether there is an order between two values: both there and of one kind that has one.
func ordered(a, b operand) bool { return a.found && b.found && a.Kind == b.Kind && a.Kind.Ordered() }

func compare(args []operand) int { return item.Compare(args[0].Value, args[1].Value) }

func between(args []operand) bool {
	v, low, high := args[0], args[1], args[2]
	return ordered(v, low) && ordered(v, high) &&
		item.Compare(low.Value, v.Value) <= 0 && item.Compare(v.Value, high.Value) <= 0
}

func in(args []operand) bool {
	for _, arg := range args[1:] {
		if equal(args[0], arg) {
			return true
		}
	}
	return false
}

func beginsWith(args []operand) bool {
	a, b := args[0], args[1]
	return a.found && b.found && a.Kind == b.Kind && (a.Kind == item.S || a.Kind == item.B) && strings.HasPrefix(a.Text, b.Text)
}

// contains finds a part of a string or binary, and an element of a set or list.
func contains(args []operand) bool {
	a, b := args[0], args[1]
	if !a.found || !b.found {
		return false
	}
	switch a.Kind {
	case item.S, item.B:
		return a.Kind == b.Kind && strings.Contains(a.Text, b.Text)
	case item.L:
		for _, e := range a.List {
			if item.Equal(e, b.Value) {
				return true
			}
		}
	case item.SS, item.NS, item.BS:
		if setOf[b.Kind] != a.Kind {
			return false
		}
		for _, e := range a.Set {
			if e == b.Text {
				return true
			}
		}
	}
	return false
}

// setOf is the kind of the sets whose elements are of a kind.
var setOf = map[item.Kind]item.Kind{item.S: item.SS, item.N: item.NS, item.B: item.BS}
