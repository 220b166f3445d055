package outputs

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A File is what a JSON file holds, and the name by which messages call it.
type File struct {
	Name string
	Data []byte // nil: there is no such file
}

// decode parses the one JSON value of f. Numbers stay as they are written (json.Number).
//
// It is stricter than encoding/json where that would change or lose what somebody wrote: text
// that is not UTF-8, a key that stands twice in one object, a number beyond float64 (which is
// all that JavaScript has) and anything after the value are faults.
//
// An error names the file, the line and the column, both from 1, the column in characters.
func decode(f File) (any, error) {
	if at := invalidUTF8(f.Data); at >= 0 {
		return nil, fmt.Errorf("%s: got a byte that is not UTF-8, want JSON in UTF-8", f.position(at))
	}
	var whole json.RawMessage // looks at the syntax alone
	if err := json.Unmarshal(f.Data, &whole); err != nil {
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			// Offset counts the bytes read, the offending one included; at a premature end
			// there is no such byte, and the place is the end.
			at := int(syntax.Offset) - 1
			if strings.HasPrefix(syntax.Error(), "unexpected end") {
				at = len(f.Data)
			}
			return nil, fmt.Errorf("%s: %w, want a whole JSON document", f.position(at), err)
		}
		return nil, fmt.Errorf("%s: %w", f.Name, err)
	}

	dec := json.NewDecoder(bytes.NewReader(f.Data))
	dec.UseNumber()
	return f.value(dec)
}

// value reads the next value of dec, which is known to be well formed.
func (f File) value(dec *json.Decoder) (any, error) {
	at := f.next(dec)
	token, err := dec.Token()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Name, err)
	}
	switch token := token.(type) {
	case json.Delim:
		if token == '{' {
			return f.object(dec)
		}
		return f.array(dec)
	case json.Number:
		if !plain(token) {
			return nil, fmt.Errorf("%s: got the number %s, want one that JavaScript can hold", f.position(at), clip(token.String()))
		}
		return token, nil
	default:
		return token, nil
	}
}

func (f File) object(dec *json.Decoder) (any, error) {
	object := map[string]any{}
	for dec.More() {
		at := f.next(dec)
		key, err := dec.Token()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
		name, _ := key.(string)
		if _, twice := object[name]; twice {
			return nil, fmt.Errorf("%s: got the key %q twice in one object, want it once", f.position(at), clip(name))
		}
		if object[name], err = f.value(dec); err != nil {
			return nil, err
		}
	}
	_, err := dec.Token() // the closing brace
	return object, err
}

func (f File) array(dec *json.Decoder) (any, error) {
	array := []any{}
	for dec.More() {
		item, err := f.value(dec)
		if err != nil {
			return nil, err
		}
		array = append(array, item)
	}
	_, err := dec.Token() // the closing bracket
	return array, err
}

// next is the offset of the token that dec reads next.
func (f File) next(dec *json.Decoder) int {
	at := int(dec.InputOffset())
	return at + len(f.Data[at:]) - len(bytes.TrimLeft(f.Data[at:], " \t\r\n,:"))
}

// plain reports whether n is an ordinary number. One with a huge exponent is infinite in
// JavaScript, and takes exact arithmetic (as in the schema's checks) ages.
func plain(n json.Number) bool {
	if len(n) > 64 {
		return false
	}
	if _, err := n.Float64(); err != nil {
		return false
	}
	_, exponent, _ := strings.Cut(strings.ToLower(n.String()), "e")
	e, err := strconv.Atoi(exponent)
	return exponent == "" || err == nil && e > -400
}

// position is "name:line:column" of the byte at offset at.
func (f File) position(at int) string {
	head := f.Data[:min(max(at, 0), len(f.Data))]
	line := 1 + bytes.Count(head, []byte("\n"))
	column := 1 + utf8.RuneCount(head[bytes.LastIndexByte(head, '\n')+1:])
	return fmt.Sprintf("%s:%d:%d", f.Name, line, column)
}

// invalidUTF8 is the offset of the first byte of data that is not UTF-8, or -1.
func invalidUTF8(data []byte) int {
	if utf8.Valid(data) {
		return -1
	}
	for at := 0; at < len(data); {
		r, size := utf8.DecodeRune(data[at:])
		if r == utf8.RuneError && size == 1 {
			return at
		}
		at += size
	}
	return -1
}

// clip shortens a value for a message: enough to know it again, too little to leak a secret
// that ended up in the wrong place.
func clip(value string) string {
	const most = 100
	if utf8.RuneCountInString(value) <= most {
		return value
	}
	return string([]rune(value)[:most]) + "…"
}
