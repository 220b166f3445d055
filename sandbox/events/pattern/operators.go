package pattern

import (
	"encoding/json"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// operators are those that a value can be compared by. Each reads what it is given, and reports false for what it can't be.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
var operators map[string]operator

type operator struct {
	read func(of any) (test, bool)
	want string // what it can be given
}

func init() { // anything-but has operators of its own
	operators = map[string]operator{
		"prefix": {ends(strings.HasPrefix), `a text, or {"equals-ignore-case": TEXT}`},
		"suffix": {ends(strings.HasSuffix), `a text, or {"equals-ignore-case": TEXT}`},
		"equals-ignore-case": {texts(func(of string) (func(string) bool, bool) {
			return func(v string) bool { return strings.EqualFold(v, of) }, true
		}), "a text"},
		"wildcard":     {texts(wildcard), `a text with * for any characters, none of them beside another, and \* for a star`},
		"anything-but": {anythingBut, "a text, a number, a list of either, or an object with prefix, suffix, equals-ignore-case or wildcard"},
		"numeric":      {numeric, `as in ["=", 1], ["<", 10] and [">", 0, "<=", 5], of numbers from -5000000000 to 5000000000`},
		"exists":       {exists, "true or false"},
		"cidr":         {cidr, "a range of addresses, as in 10.0.0.0/24"},
	}
}

// Operators are the names of the operators, sorted.
func Operators() []string { return append([]string{"$or"}, slices.Sorted(maps.Keys(operators))...) }

// operator reads an object with one operator.
func (p *parser) operator(path string, tree map[string]any) test {
	never := func(any, bool) bool { return false }
	if len(tree) != 1 {
		p.fault(path, "got %s, want one operator", show(tree))
		return never
	}
	name := slices.Collect(maps.Keys(tree))[0]
	known, is := operators[name]
	if !is {
		p.fault(path, "the operator %s is not supported by the sandbox", name)
		return never
	}
	read, ok := known.read(tree[name])
	if !ok {
		p.fault(path+"."+name, "got %s, want %s", show(tree[name]), known.want)
		return never
	}
	return read
}

// texts is an operator that is given a text, and compares texts.
func texts(make func(of string) (func(value string) bool, bool)) func(any) (test, bool) {
	return func(of any) (test, bool) {
		given, is := of.(string)
		if !is || given == "" {
			return nil, false
		}
		matches, ok := make(given)
		return func(value any, _ bool) bool {
			text, is := value.(string)
			return is && matches(text)
		}, ok
	}
}

// ends is prefix or suffix, by has.
func ends(has func(text, part string) bool) func(any) (test, bool) {
	return func(of any) (test, bool) {
		fold := func(text string) string { return text }
		if inner, is := of.(map[string]any); is && len(inner) == 1 {
			of, fold = inner["equals-ignore-case"], strings.ToLower
		}
		return texts(func(of string) (func(string) bool, bool) {
			return func(v string) bool { return has(fold(v), fold(of)) }, true
		})(of)
	}
}

// wildcard matches with a star for any characters. A backslash is before a star, or a backslash, that is one.
func wildcard(of string) (func(string) bool, bool) {
	parts, part := []string{}, strings.Builder{}
	for i := 0; i < len(of); i++ {
		switch of[i] {
		case '\\':
			if i+1 == len(of) || of[i+1] != '*' && of[i+1] != '\\' {
				return nil, false
			}
			i++
			part.WriteByte(of[i])
		case '*':
			if i > 0 && of[i-1] == '*' && part.Len() == 0 {
				return nil, false
			}
			parts = append(parts, part.String())
			part.Reset()
		default:
			part.WriteByte(of[i])
		}
	}
	parts = append(parts, part.String())
	return func(value string) bool { return inOrder(value, parts) }, true
}

// inOrder reports whether a text begins with the first part, ends with the last one, and has the others in between.
func inOrder(text string, parts []string) bool {
	if len(parts) == 1 {
		return text == parts[0]
	}
	rest, begins := strings.CutPrefix(text, parts[0])
	if !begins {
		return false
	}
	last := parts[len(parts)-1]
	for _, part := range parts[1 : len(parts)-1] {
		at := strings.Index(rest, part)
		if at < 0 {
			return false
		}
		rest = rest[at+len(part):]
	}
	return strings.HasSuffix(rest, last)
}

// anythingBut matches every value that is there but some.
func anythingBut(of any) (test, bool) {
	var none []test
	switch of := of.(type) {
	case map[string]any:
		if len(of) != 1 {
			return nil, false
		}
		for name, inner := range of {
			if !slices.Contains([]string{"prefix", "suffix", "equals-ignore-case", "wildcard"}, name) {
				return nil, false
			}
			list, isList := inner.([]any)
			if !isList {
				list = []any{inner}
			}
			for _, item := range list {
				read, ok := operators[name].read(item)
				if !ok {
					return nil, false
				}
				none = append(none, read)
			}
		}
	case []any:
		for _, item := range of {
			if !isValue(item) {
				return nil, false
			}
			none = append(none, equals(item))
		}
	default:
		if !isValue(of) {
			return nil, false
		}
		none = append(none, equals(of))
	}
	return func(value any, present bool) bool {
		return present && !slices.ContainsFunc(none, func(one test) bool { return one(value, true) })
	}, len(none) > 0
}

// isValue tells a text or a number.
func isValue(of any) bool {
	_, isText := of.(string)
	_, isNumber := number(of)
	return isText || isNumber
}

func number(of any) (float64, bool) {
	switch of := of.(type) {
	case float64:
		return of, true
	case json.Number:
		n, err := strconv.ParseFloat(of.String(), 64)
		return n, err == nil
	}
	return 0, false
}

// bound is how far numbers can be compared.
const bound = 5e9

// numeric compares numbers: by one comparison, or by a lower and an upper one.
func numeric(of any) (test, bool) {
	list, _ := of.([]any)
	if len(list) != 2 && len(list) != 4 {
		return nil, false
	}
	var all []func(float64) bool
	var limits []float64
	for i := 0; i < len(list); i += 2 {
		n, is := number(list[i+1])
		compare := comparison(list[i], n)
		lower := list[i] == ">" || list[i] == ">="
		if !is || n < -bound || n > bound || compare == nil || len(list) == 4 && (list[i] == "=" || lower != (i == 0)) {
			return nil, false
		}
		all, limits = append(all, compare), append(limits, n)
	}
	return func(value any, _ bool) bool {
		n, is := number(value)
		return is && !slices.ContainsFunc(all, func(one func(float64) bool) bool { return !one(n) })
	}, len(limits) == 1 || limits[0] < limits[1]
}

func comparison(by any, n float64) func(float64) bool {
	switch by {
	case "=":
		return func(v float64) bool { return v == n }
	case "<":
		return func(v float64) bool { return v < n }
	case "<=":
		return func(v float64) bool { return v <= n }
	case ">":
		return func(v float64) bool { return v > n }
	case ">=":
		return func(v float64) bool { return v >= n }
	}
	return nil
}

// exists is for a field with a value, be it null, or for none.
func exists(of any) (test, bool) {
	want, is := of.(bool)
	return func(_ any, present bool) bool { return present == want }, is
}

func cidr(of any) (test, bool) {
	given, _ := of.(string)
	within, err := netip.ParsePrefix(given)
	return func(value any, _ bool) bool {
		text, _ := value.(string)
		address, err := netip.ParseAddr(text)
		return err == nil && within.Contains(address)
	}, err == nil
}
