package item

import (
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
)

// Encode is the item as the store keeps it: the same bytes for equal items whose sets are in the same order. A value is its
// kind in a byte and then a text or a count of elements, each with its length before it.
func (i Item) Encode() []byte { return appendFields(make([]byte, 0, 64+i.Size()), i) }

func appendFields(b []byte, fields Item) []byte {
	b = binary.AppendUvarint(b, uint64(len(fields)))
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		b = appendBytes(b, name)
		b = appendValue(b, fields[name])
	}
	return b
}

func appendBytes(b []byte, s string) []byte {
	b = binary.AppendUvarint(b, uint64(len(s)))
	return append(b, s...)
}

func appendValue(b []byte, v Value) []byte {
	b = append(b, byte(v.Kind))
	switch v.Kind {
	case S, N, B:
		return appendBytes(b, v.Text)
	case BOOL:
		if v.Bool {
			return append(b, 1)
		}
		return append(b, 0)
	case SS, NS, BS:
		b = binary.AppendUvarint(b, uint64(len(v.Set)))
		for _, e := range v.Set {
			b = appendBytes(b, e)
		}
	case L:
		b = binary.AppendUvarint(b, uint64(len(v.List)))
		for _, e := range v.List {
			b = appendValue(b, e)
		}
	case M:
		return appendFields(b, v.Map)
	}
	return b
}

// Decode reads what Encode wrote and keeps nothing of b.
func Decode(b []byte) (Item, error) {
	d := decoder{text: string(b)}
	fields := d.fields(0)
	if d.err == nil && d.text != "" {
		d.fail("has %d bytes too many", len(d.text))
	}
	if d.err != nil {
		return nil, fmt.Errorf("stored item: %w", d.err)
	}
	return fields, nil
}

type decoder struct {
	text string // the rest; values are parts of it
	err  error
}

func (d *decoder) fail(format string, args ...any) {
	if d.err == nil {
		d.err = fmt.Errorf(format, args...)
	}
	d.text = ""
}

func (d *decoder) count() int {
	var n uint64
	for shift := 0; ; shift += 7 {
		if d.text == "" || shift > 56 {
			d.fail("ends within a length")
			return 0
		}
		c := d.text[0]
		d.text = d.text[1:]
		n |= uint64(c&0x7F) << shift
		if c < 0x80 {
			break
		}
	}
	// Whatever is counted takes at least a byte each.
	if n > uint64(len(d.text)) {
		d.fail("has a length of %d, but only %d bytes left", n, len(d.text))
		return 0
	}
	return int(n)
}

func (d *decoder) bytes() string {
	n := d.count()
	if d.err != nil {
		return ""
	}
	s := d.text[:n]
	d.text = d.text[n:]
	return s
}

func (d *decoder) fields(level int) Item {
	n := d.count()
	fields := make(Item, n)
	for range n {
		name := d.bytes()
		fields[name] = d.value(level + 1)
	}
	return fields
}

func (d *decoder) value(level int) Value {
	if level > MaxDepth {
		d.fail("%w", tooDeep)
	}
	if d.err != nil || d.text == "" {
		d.fail("ends before a value")
		return Value{}
	}
	v := Value{Kind: Kind(d.text[0])}
	d.text = d.text[1:]
	switch v.Kind {
	case S, N, B:
		v.Text = d.bytes()
	case BOOL:
		if d.text == "" {
			d.fail("ends before a boolean")
			return Value{}
		}
		v.Bool = d.text[0] != 0
		d.text = d.text[1:]
	case NULL:
	case SS, NS, BS:
		v.Set = make([]string, d.count())
		for i := range v.Set {
			v.Set[i] = d.bytes()
		}
	case L:
		v.List = make([]Value, d.count())
		for i := range v.List {
			v.List[i] = d.value(level + 1)
		}
	case M:
		v.Map = d.fields(level)
	default:
		d.fail("has a value of kind %d", v.Kind)
	}
	return v
}
