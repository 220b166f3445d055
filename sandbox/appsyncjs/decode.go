package appsyncjs

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/dop251/goja"
)

// decode makes the value of a JSON text that json.Marshal has written, as JSON.parse does. The engine's own takes three
// times as long, which was a third of each call.
func (r *realm) decode(text []byte) (goja.Value, error) {
	d := jsonReader{vm: r.vm, rest: text}
	value, err := d.value()
	if err == nil && len(d.rest) > 0 {
		err = fmt.Errorf("got %.20q behind the value, want nothing", d.rest)
	}
	return value, err
}

// A jsonReader reads compact JSON from its beginning. All bytes of its syntax are ASCII, and blanks are in texts alone.
type jsonReader struct {
	vm   *goja.Runtime
	rest []byte
}

var errEnd = errors.New("got the end of the text, want JSON")

// next takes the next byte, if it is that one.
func (d *jsonReader) next(b byte) bool {
	if len(d.rest) == 0 || d.rest[0] != b {
		return false
	}
	d.rest = d.rest[1:]
	return true
}

func (d *jsonReader) value() (goja.Value, error) {
	if len(d.rest) == 0 {
		return nil, errEnd
	}
	switch d.rest[0] {
	case '{':
		return d.object()
	case '[':
		return d.array()
	case '"':
		text, err := d.text()
		return d.vm.ToValue(text), err
	}
	end := bytes.IndexAny(d.rest, ",]}")
	if end < 0 {
		end = len(d.rest)
	}
	word := string(d.rest[:end])
	d.rest = d.rest[end:]
	switch word {
	case "null":
		return goja.Null(), nil
	case "true", "false":
		return d.vm.ToValue(word == "true"), nil
	}
	number, err := strconv.ParseFloat(word, 64)
	return d.vm.ToValue(number), err
}

func (d *jsonReader) object() (goja.Value, error) {
	d.next('{')
	object := d.vm.NewObject()
	if d.next('}') {
		return object, nil
	}
	for {
		name, err := d.text()
		if err != nil {
			return nil, err
		}
		if !d.next(':') {
			return nil, fmt.Errorf("got %.20q behind %q, want a colon", d.rest, name)
		}
		value, err := d.value()
		if err != nil {
			return nil, err
		}
		// Not Set, which what objects inherit has a say in.
		if err := object.DefineDataProperty(name, value, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE); err != nil {
			return nil, err
		}
		if d.next('}') {
			return object, nil
		}
		if !d.next(',') {
			return nil, fmt.Errorf("got %.20q behind a member, want a comma", d.rest)
		}
	}
}

func (d *jsonReader) array() (goja.Value, error) {
	d.next('[')
	var items []any
	if d.next(']') {
		return d.vm.NewArray(), nil
	}
	for {
		item, err := d.value()
		if err != nil {
			return nil, err
		}
		items = append(items, item)
		if d.next(']') {
			return d.vm.NewArray(items...), nil
		}
		if !d.next(',') {
			return nil, fmt.Errorf("got %.20q behind an item, want a comma", d.rest)
		}
	}
}

// text takes a text in quotes.
func (d *jsonReader) text() (string, error) {
	if !d.next('"') {
		return "", fmt.Errorf("got %.20q, want a text", d.rest)
	}
	plain := true
	for i := 0; i < len(d.rest); i++ {
		switch b := d.rest[i]; {
		case b == '\\':
			plain = false
			i++
		case b >= 0x80:
			plain = false
		case b == '"':
			quoted := d.rest[:i]
			d.rest = d.rest[i+1:]
			if plain {
				return string(quoted), nil
			}
			var text string
			err := json.Unmarshal(append(append([]byte{'"'}, quoted...), '"'), &text)
			return text, err
		}
	}
	return "", errEnd
}
