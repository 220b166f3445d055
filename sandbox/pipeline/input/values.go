package input

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
)

// Values read what stands in a tree, which may be nil. The error of another type is what Dialect.Mismatch gets.
type Values interface {
	Text(tree any) (string, error)
	Truth(tree any) (bool, error)
	Integer(tree any) (int64, error)
	List(tree any) ([]any, error)
	Object(tree any, into reflect.Type) (map[string]any, error) // into is a struct or a map
}

// Strict are the values of AWS's JSON protocols: each type is written in one way.
type Strict struct{}

// Text implements Values.
func (Strict) Text(tree any) (string, error) { return as[string](tree, "a string") }

// Truth implements Values.
func (Strict) Truth(tree any) (bool, error) { return as[bool](tree, "a boolean") }

// Integer implements Values.
func (Strict) Integer(tree any) (int64, error) {
	number, _ := tree.(json.Number)
	value, err := number.Int64()
	if err != nil {
		_, err = as[int64](tree, "a whole number")
	}
	return value, err
}

// List implements Values.
func (Strict) List(tree any) ([]any, error) { return as[[]any](tree, "a list") }

// Object implements Values.
func (Strict) Object(tree any, _ reflect.Type) (map[string]any, error) {
	return as[map[string]any](tree, "an object")
}

func as[T any](tree any, want string) (T, error) {
	value, ok := tree.(T)
	if ok {
		return value, nil
	}
	kind := "null"
	switch tree.(type) {
	case map[string]any:
		kind = "an object"
	case []any:
		kind = "a list"
	case string:
		kind = "a string"
	case bool:
		kind = "a boolean"
	case json.Number:
		kind = "a number"
	}
	return value, fmt.Errorf("got %s, want %s", kind, want)
}

// MaxDepth is how deep a request may be nested; those of the services that Parse reads for need five levels.
const MaxDepth = 32

// Parse reads one JSON value: objects without duplicate members, numbers as they are written. No text is an empty object.
func Parse(body []byte) (any, error) {
	if len(bytes.TrimSpace(body)) == 0 {
		return map[string]any{}, nil
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	tree, err := parseValue(d, 0)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("the body has more than one JSON value")
	}
	return tree, nil
}

func parseValue(d *json.Decoder, depth int) (any, error) {
	if depth > MaxDepth {
		return nil, fmt.Errorf("the body is nested deeper than %d levels", MaxDepth)
	}
	token, err := d.Token()
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		return parseObject(d, depth)
	case json.Delim('['):
		return parseList(d, depth)
	}
	return token, nil
}

func parseObject(d *json.Decoder, depth int) (any, error) {
	object := map[string]any{}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, err
		}
		key, _ := name.(string) // the decoder gives nothing else here
		if _, twice := object[key]; twice {
			return nil, fmt.Errorf("the member %q is there twice", key)
		}
		if object[key], err = parseValue(d, depth+1); err != nil {
			return nil, err
		}
	}
	_, err := d.Token()
	return object, err
}

func parseList(d *json.Decoder, depth int) (any, error) {
	list := []any{}
	for d.More() {
		item, err := parseValue(d, depth+1)
		if err != nil {
			return nil, err
		}
		list = append(list, item)
	}
	_, err := d.Token()
	return list, err
}
