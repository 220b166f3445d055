// Package strictjson reads JSON that others read too, and perhaps otherwise: what a service was given as a text.
package strictjson

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Decode is what a JSON text says to every reader: no object in it has a key twice, in whatever case, of which one reader takes the first
// and another the last. Numbers are json.Number, as they are written. An error says what is wanted, as in `as JSON`.
func Decode(text string) (any, error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	value, err := decodeValue(d)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("and nothing behind it")
	}
	return value, nil
}

// decodeValue is the value that is next.
func decodeValue(d *json.Decoder) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, errors.New("as JSON")
	}
	delimiter, is := token.(json.Delim)
	if !is {
		return token, nil
	}
	object, list := map[string]any{}, []any{}
	seen := map[string]bool{}
	for d.More() {
		key := ""
		if delimiter == '{' {
			token, err := d.Token()
			if err != nil {
				return nil, errors.New("as JSON")
			}
			key = token.(string) // the decoder takes no other key
			folded := strings.ToLower(key)
			if seen[folded] {
				return nil, fmt.Errorf("the key %q once in an object, in one case", key)
			}
			seen[folded] = true
		}
		value, err := decodeValue(d)
		if err != nil {
			return nil, err
		}
		if object[key] = value; delimiter == '[' {
			list = append(list, value)
		}
	}
	if _, err := d.Token(); err != nil {
		return nil, errors.New("as JSON")
	}
	if delimiter == '[' {
		return list, nil
	}
	return object, nil
}
