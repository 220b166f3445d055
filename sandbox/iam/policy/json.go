package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"
)

// deepest is how many brackets may be open at once. The deepest place of the grammar is a condition's list of values:
// document, Statement, statement, Condition, operator, key.
const deepest = 6

// member is one key of an object, kept in the order of the document.
type member struct {
	key   string
	value any // object, []any, string, json.Number or bool
}

type object []member

// readJSON reads exactly one JSON object. Unlike encoding/json it refuses a key that comes twice, null, and text that is
// not UTF-8.
func readJSON(data []byte) (object, error) {
	if !utf8.Valid(data) {
		return nil, errors.New("not UTF-8")
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	v, err := readValue(dec, 0)
	if err != nil {
		return nil, err
	}
	root, ok := v.(object)
	if !ok {
		return nil, fmt.Errorf("got %s, want a JSON object", describe(v))
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("text after the policy at byte %d", dec.InputOffset())
	}
	return root, nil
}

func readValue(dec *json.Decoder, depth int) (any, error) {
	token, err := dec.Token()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("the JSON ends too early")
	}
	if err != nil {
		return nil, err
	}
	delim, ok := token.(json.Delim)
	if !ok {
		if token == nil {
			return nil, fmt.Errorf("null at byte %d", dec.InputOffset())
		}
		return token, nil
	}
	if depth == deepest {
		return nil, fmt.Errorf("more than %d levels at byte %d", deepest, dec.InputOffset())
	}
	if delim == '[' {
		return readList(dec, depth)
	}
	return readObject(dec, depth)
}

func readList(dec *json.Decoder, depth int) (any, error) {
	list := []any{}
	for dec.More() {
		v, err := readValue(dec, depth+1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	_, err := dec.Token()
	return list, err
}

func readObject(dec *json.Decoder, depth int) (any, error) {
	obj := object{}
	seen := map[string]bool{}
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return nil, err
		}
		key, ok := token.(string)
		if !ok {
			return nil, fmt.Errorf("got %v, want a key at byte %d", token, dec.InputOffset())
		}
		if seen[key] {
			return nil, fmt.Errorf("key %q comes twice, the second time at byte %d", key, dec.InputOffset())
		}
		seen[key] = true
		v, err := readValue(dec, depth+1)
		if err != nil {
			return nil, err
		}
		obj = append(obj, member{key, v})
	}
	_, err := dec.Token()
	return obj, err
}

// describe names a JSON value for a message.
func describe(v any) string {
	switch v := v.(type) {
	case object:
		return "an object"
	case []any:
		return "a list"
	case string:
		return strconv.Quote(v)
	case json.Number:
		return "the number " + v.String()
	}
	return fmt.Sprint(v)
}

// text returns v as one string.
func text(v any) (string, error) {
	s, ok := v.(string)
	if !ok {
		return "", fmt.Errorf("got %s, want a string", describe(v))
	}
	return s, nil
}

// texts returns v as a list of at least one string; a single string counts as a list of one.
func texts(v any) ([]string, error) {
	return list(v, text)
}

// scalars is texts for the values of a condition: a number or boolean counts as its text.
func scalars(v any) ([]string, error) {
	return list(v, func(v any) (string, error) {
		switch v := v.(type) {
		case bool:
			return strconv.FormatBool(v), nil
		case json.Number:
			return v.String(), nil
		case string:
			return v, nil
		}
		return "", fmt.Errorf("got %s, want a string, a number or a boolean", describe(v))
	})
}

func list(v any, one func(any) (string, error)) ([]string, error) {
	items, ok := v.([]any)
	if !ok {
		s, err := one(v)
		return []string{s}, err
	}
	if len(items) == 0 {
		return nil, errors.New("the list is empty")
	}
	out := make([]string, len(items))
	for i, item := range items {
		s, err := one(item)
		if err != nil {
			return nil, fmt.Errorf("item %d: %w", i+1, err)
		}
		out[i] = s
	}
	return out, nil
}
