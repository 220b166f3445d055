package assembly

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// maxDepth is how deep a JSON text may nest. Templates that CDK writes stay below 40.
const maxDepth = 100

// decoder reads one JSON text from its beginning. It is stricter than encoding/json where that would change or lose what
// somebody wrote: text that is not UTF-8, half of a surrogate pair, and a key that stands twice in one object are faults.
// Numbers stay as they are written (json.Number).
//
// A fault names the place by path, line and column, both from 1, the column in characters.
type decoder struct {
	text  []byte
	pos   int
	path  path
	nulls bool // null is let through, as nil
}

// decode reads the whole text: each gets the decoder before its one value.
func decode(text []byte, nulls bool, each func(*decoder) error) error {
	d := &decoder{text: text, nulls: nulls}
	if at := firstInvalid(text); at >= 0 {
		d.pos = at
		return d.fault("got a byte that is not UTF-8")
	}
	if err := each(d); err != nil {
		return err
	}
	if d.space(); d.pos < len(d.text) {
		return d.fault("got %s after the end of the document", d.here())
	}
	return nil
}

func firstInvalid(text []byte) int {
	if utf8.Valid(text) {
		return -1
	}
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size <= 1 {
			return i
		}
		i += size
	}
	return -1
}

// members calls each for every member of the object that comes next, in the order of the text. It has to read the value.
func (d *decoder) members(each func(key string) error) error {
	if err := d.open('{', "an object"); err != nil {
		return err
	}
	seen := map[string]bool{}
	for first := true; ; first = false {
		more, err := d.more(first, '}')
		if err != nil || !more {
			return err
		}
		d.space()
		if d.pos >= len(d.text) || d.text[d.pos] != '"' {
			return d.fault("got %s, want a key", d.here())
		}
		at := d.pos
		key, err := d.string()
		if err != nil {
			return err
		}
		if seen[key] {
			d.pos = at
			return d.fault("key %q comes twice", clip(key))
		}
		seen[key] = true
		if d.space(); d.pos >= len(d.text) || d.text[d.pos] != ':' {
			return d.fault("got %s, want a colon", d.here())
		}
		d.pos++
		d.path = append(d.path, keyStep(key))
		if err := each(key); err != nil {
			return err
		}
		d.path = d.path[:len(d.path)-1]
	}
}

// elements calls each for every element of the list that comes next. It has to read the element.
func (d *decoder) elements(each func() error) error {
	if err := d.open('[', "a list"); err != nil {
		return err
	}
	for i := 0; ; i++ {
		more, err := d.more(i == 0, ']')
		if err != nil || !more {
			return err
		}
		d.path = append(d.path, indexStep(i))
		if err := each(); err != nil {
			return err
		}
		d.path = d.path[:len(d.path)-1]
	}
}

func (d *decoder) open(bracket byte, want string) error {
	if d.space(); d.pos >= len(d.text) || d.text[d.pos] != bracket {
		return d.fault("got %s, want %s", d.here(), want)
	}
	if len(d.path) >= maxDepth {
		return d.fault("got more than %d levels", maxDepth)
	}
	d.pos++
	return nil
}

// more reports whether another member or element comes, and moves to it.
func (d *decoder) more(first bool, closing byte) (bool, error) {
	d.space()
	switch {
	case d.pos < len(d.text) && d.text[d.pos] == closing:
		d.pos++
		return false, nil
	case first:
		return true, nil
	case d.pos < len(d.text) && d.text[d.pos] == ',':
		d.pos++
		return true, nil
	}
	return false, d.fault("got %s, want a comma or %c", d.here(), closing)
}

// value reads the value that comes next: map[string]any, []any, string, json.Number, bool or, where that is let
// through, nil.
func (d *decoder) value() (any, error) {
	d.space()
	if d.pos >= len(d.text) {
		return nil, d.fault("got %s, want a value", d.here())
	}
	switch c := d.text[d.pos]; {
	case c == '{':
		object := map[string]any{}
		err := d.members(func(key string) (err error) {
			object[key], err = d.value()
			return err
		})
		return object, err
	case c == '[':
		list := []any{}
		err := d.elements(func() error {
			v, err := d.value()
			list = append(list, v)
			return err
		})
		return list, err
	case c == '"':
		return d.string()
	case c == '-' || '0' <= c && c <= '9':
		return d.number()
	}
	return d.word()
}

func (d *decoder) word() (any, error) {
	for _, w := range []struct {
		text  string
		value any
	}{{"true", true}, {"false", false}, {"null", nil}} {
		if !strings.HasPrefix(string(d.text[d.pos:min(len(d.text), d.pos+len(w.text))]), w.text) {
			continue
		}
		if w.value == nil && !d.nulls {
			return nil, d.fault("got null, which a template may not have")
		}
		d.pos += len(w.text)
		return w.value, nil
	}
	return nil, d.fault("got %s, want a value", d.here())
}

func (d *decoder) number() (any, error) {
	start := d.pos
	digits := func() bool {
		from := d.pos
		for d.pos < len(d.text) && '0' <= d.text[d.pos] && d.text[d.pos] <= '9' {
			d.pos++
		}
		return d.pos > from
	}
	next := func(set string) bool {
		if d.pos < len(d.text) && strings.IndexByte(set, d.text[d.pos]) >= 0 {
			d.pos++
			return true
		}
		return false
	}
	next("-")
	ok := next("0") || digits()
	if ok && next(".") {
		ok = digits()
	}
	if ok && next("eE") {
		next("+-")
		ok = digits()
	}
	if !ok {
		return nil, d.fault("got %s, want a digit", d.here())
	}
	return json.Number(d.text[start:d.pos]), nil
}

// string reads the string whose opening quote comes next.
func (d *decoder) string() (string, error) {
	d.pos++
	start := d.pos
	for d.pos < len(d.text) {
		switch c := d.text[d.pos]; {
		case c == '"':
			d.pos++
			return string(d.text[start : d.pos-1]), nil
		case c == '\\':
			return d.escaped(start)
		case c < ' ':
			return "", d.fault("got a control character in a string")
		}
		d.pos++
	}
	return "", d.fault("got the end of the document, want a closing quote")
}

var escapes = map[byte]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// escaped reads the rest of a string that began at start and has a backslash at the position.
func (d *decoder) escaped(start int) (string, error) {
	out := append([]byte(nil), d.text[start:d.pos]...)
	for d.pos < len(d.text) {
		c := d.text[d.pos]
		switch {
		case c == '"':
			d.pos++
			return string(out), nil
		case c < ' ':
			return "", d.fault("got a control character in a string")
		case c != '\\':
			d.pos++
			out = append(out, c)
			continue
		}
		d.pos++
		if d.pos >= len(d.text) {
			break
		}
		if plain, ok := escapes[d.text[d.pos]]; ok {
			d.pos++
			out = append(out, plain)
			continue
		}
		r, ok := d.unicode()
		if !ok {
			return "", d.fault("got an escape that JSON does not have, or half of a surrogate pair")
		}
		out = utf8.AppendRune(out, r)
	}
	return "", d.fault("got the end of the document, want a closing quote")
}

// unicode reads uXXXX, or two of them that make a surrogate pair, after the backslash.
func (d *decoder) unicode() (rune, bool) {
	first, ok := d.hex()
	if !ok || !utf16.IsSurrogate(first) {
		return first, ok
	}
	if d.pos >= len(d.text) || d.text[d.pos] != '\\' {
		return 0, false
	}
	d.pos++
	second, ok := d.hex()
	r := utf16.DecodeRune(first, second)
	return r, ok && r != utf8.RuneError
}

func (d *decoder) hex() (rune, bool) {
	if d.pos+5 > len(d.text) || d.text[d.pos] != 'u' {
		return 0, false
	}
	var r rune
	for _, c := range d.text[d.pos+1 : d.pos+5] {
		switch {
		case '0' <= c && c <= '9':
			r = r<<4 | rune(c-'0')
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	d.pos += 5
	return r, true
}

func (d *decoder) space() {
	for d.pos < len(d.text) && strings.IndexByte(" \t\r\n", d.text[d.pos]) >= 0 {
		d.pos++
	}
}

// here says what stands at the position.
func (d *decoder) here() string {
	if d.pos >= len(d.text) {
		return "the end of the document"
	}
	r, _ := utf8.DecodeRune(d.text[d.pos:])
	return fmt.Sprintf("%q", r)
}

func (d *decoder) fault(format string, args ...any) error {
	before := d.text[:min(d.pos, len(d.text))]
	line := 1 + strings.Count(string(before), "\n")
	column := 1 + utf8.RuneCount(before[strings.LastIndexByte(string(before), '\n')+1:])
	where := fmt.Sprintf("line %d, column %d", line, column)
	if len(d.path) > 0 {
		where += ", at " + d.path.String()
	}
	return fmt.Errorf("%s: %s", where, fmt.Sprintf(format, args...))
}
