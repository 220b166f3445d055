package item

import (
	"bytes"
	"slices"
	"strings"
)

// Ordered reports whether values of kind k have an order: strings by their UTF-8 bytes, binaries by theirs, and numbers.
func (k Kind) Ordered() bool { return k == S || k == N || k == B }

// Compare orders two values of one kind that is Ordered.
func Compare(a, b Value) int {
	if a.Kind == N {
		return compareNumbers(a.Text, b.Text)
	}
	return strings.Compare(a.Text, b.Text)
}

// Equal reports whether two values are the same: of one kind, with elements of sets in any order.
func Equal(a, b Value) bool {
	if a.Kind != b.Kind || a.Text != b.Text || a.Bool != b.Bool || len(a.Set) != len(b.Set) {
		return false
	}
	return sameSet(a.Set, b.Set) && slices.EqualFunc(a.List, b.List, Equal) && a.Map.Equal(b.Map)
}

// Equal reports whether two items have the same attributes with the same values.
func (i Item) Equal(other Item) bool {
	if len(i) != len(other) {
		return false
	}
	for name, v := range i {
		w, ok := other[name]
		if !ok || !Equal(v, w) {
			return false
		}
	}
	return true
}

// sameSet compares sets of one size, whose elements are distinct.
func sameSet(a, b []string) bool {
	if slices.Equal(a, b) {
		return true
	}
	in := make(map[string]bool, len(b))
	for _, e := range b {
		in[e] = true
	}
	for _, e := range a {
		if !in[e] {
			return false
		}
	}
	return true
}

// Size is how many bytes v takes, without the name of its attribute.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
func (v Value) Size() int {
	switch v.Kind {
	case S, B:
		return len(v.Text)
	case N:
		return len(appendNumber(nil, v.Text))
	case SS, BS:
		size := 0
		for _, e := range v.Set {
			size += len(e)
		}
		return size
	case NS:
		size := 0
		for _, e := range v.Set {
			size += len(appendNumber(nil, e))
		}
		return size
	case L:
		size := 3
		for _, e := range v.List {
			size += 1 + e.Size()
		}
		return size
	case M:
		return 3 + len(v.Map) + v.Map.Size()
	}
	return 1
}

// Size is how many bytes the attributes take with their names.
func (i Item) Size() int {
	size := 0
	for name, v := range i {
		size += len(name) + v.Size()
	}
	return size
}

// AppendKey appends a string, number or binary so that the bytes order as the values do, whatever follows them.
func (v Value) AppendKey(b []byte) []byte {
	b = escape(b, v.KeyBytes())
	return append(b, 0, 0)
}

// AppendKeyPrefix appends the beginning of what AppendKey appends for values that begin with v.
func (v Value) AppendKeyPrefix(b []byte) []byte { return escape(b, v.KeyBytes()) }

// KeyBytes are bytes that order as the values of v's kind do.
func (v Value) KeyBytes() []byte {
	if v.Kind == N {
		return appendNumber(nil, v.Text)
	}
	return []byte(v.Text)
}

// escape keeps 0 0 free to end a key: a 0 becomes 0 255.
func escape(b, key []byte) []byte {
	for {
		i := bytes.IndexByte(key, 0)
		if i < 0 {
			return append(b, key...)
		}
		b = append(b, key[:i]...)
		b = append(b, 0, 0xFF)
		key = key[i+1:]
	}
}

// appendNumber appends a number as DynamoDB keeps it: a byte for sign and exponent to the base 100, then a byte for each
// digit to that base, and for a negative one that ends early a byte that is larger than any digit.
func appendNumber(b []byte, text string) []byte {
	const zero = 0x80
	d, _ := parseDecimal(text)
	if d.digits == "" {
		return append(b, zero)
	}
	// Pairs of digits begin at the point: an even exponent has a single digit first.
	pairs := d.digits
	if d.exponent%2 == 0 {
		pairs = "0" + pairs
	}
	if len(pairs)%2 == 1 {
		pairs += "0"
	}
	first := byte(zero + 1 + (floorHalf(d.exponent) + 64)) // 129 to 255 for positive numbers
	if d.negative {
		first = ^first
	}
	b = append(b, first)
	for i := 0; i < len(pairs); i += 2 {
		digit := (pairs[i]-'0')*10 + pairs[i+1] - '0'
		if d.negative {
			b = append(b, 101-digit)
		} else {
			b = append(b, 1+digit)
		}
	}
	if d.negative && len(pairs)/2 < 20 {
		b = append(b, 102)
	}
	return b
}

func floorHalf(n int) int { return n >> 1 }
