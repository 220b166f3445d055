package cognito

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
)

// maxDepth is how deep the JSON of a request may be nested; Cognito's own requests need five levels.
const maxDepth = 32

// read decodes the body of a request into the struct that into points to, by the exact names of its members, and checks it
// against the constraints of Cognito's service model. A member without a field is refused by name: nothing is left out in
// silence. A field's tag `aws:"Name Shape required"` has the member's name, the shape whose constraints it has (see shapes)
// and whether it must be there.
func read(operation string, body []byte, into any) error {
	if len(bytes.TrimSpace(body)) == 0 {
		body = []byte("{}")
	}
	tree, err := parse(body)
	if err != nil {
		return serialization("%s", err)
	}
	r := reader{operation: operation}
	if tree == nil {
		r.wrong("", nil, "an object")
	}
	r.value("", tree, reflect.ValueOf(into).Elem(), member{})
	switch {
	case r.mismatch != "":
		return serialization("%s", r.mismatch)
	case len(r.unknown) > 0:
		return invalidParameter("%s: %s is not supported by the sandbox", operation, strings.Join(r.unknown, ", "))
	}
	return violated(r.violations)
}

func serialization(format string, args ...any) error {
	return aws.Refuse(400, "SerializationException", format, args...)
}

// parse reads one JSON value: objects without duplicate members, numbers as they are written.
func parse(body []byte) (any, error) {
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
	if depth > maxDepth {
		return nil, fmt.Errorf("the body is nested deeper than %d levels", maxDepth)
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

// member is what a field's tag says.
type member struct {
	name     string
	shape    string
	required bool
}

func memberOf(field reflect.StructField) member {
	words := strings.Fields(field.Tag.Get("aws"))
	m := member{name: field.Name}
	if len(words) > 0 {
		m.name = words[0]
	}
	if len(words) > 1 {
		m.shape = words[1]
	}
	m.required = slices.Contains(words, "required")
	return m
}

// members lists the members of a struct with the indexes of their fields, those of embedded structs included.
func members(t reflect.Type) map[string][]int {
	all := map[string][]int{}
	for _, field := range reflect.VisibleFields(t) {
		if !field.Anonymous {
			all[memberOf(field).name] = field.Index
		}
	}
	return all
}

// reader carries a tree of JSON into a struct and notes what does not fit.
type reader struct {
	operation  string
	mismatch   string   // the first value of a wrong type
	unknown    []string // members that the sandbox does not know
	violations []string // of constraints
}

func (r *reader) value(path string, got any, into reflect.Value, m member) {
	if got == nil {
		return
	}
	switch into.Kind() {
	case reflect.Pointer:
		into.Set(reflect.New(into.Type().Elem()))
		r.value(path, got, into.Elem(), m)
	case reflect.Struct:
		if object, ok := got.(map[string]any); ok {
			r.object(path, object, into)
			return
		}
		r.wrong(path, got, "an object")
	case reflect.Map:
		r.dictionary(path, got, into)
	case reflect.Slice:
		r.list(path, got, into, m)
	default:
		r.scalar(path, got, into, m)
	}
}

// wrong notes a value of a wrong type. Cognito's words for it come from its framework; these are the sandbox's own.
func (r *reader) wrong(path string, got any, want string) {
	if r.mismatch != "" {
		return
	}
	var kind string
	switch got.(type) {
	case nil:
		kind = "null"
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
	if path == "" {
		path = "the body"
	}
	r.mismatch = fmt.Sprintf("%s: got %s, want %s", path, kind, want)
}

func (r *reader) object(path string, object map[string]any, into reflect.Value) {
	fields := members(into.Type())
	for name := range object {
		if fields[name] == nil {
			r.unknown = append(r.unknown, strings.TrimPrefix(path+"."+name, "."))
		}
	}
	slices.Sort(r.unknown)
	for _, field := range reflect.VisibleFields(into.Type()) {
		if field.Anonymous {
			continue
		}
		m := memberOf(field)
		here := joined(path, lowerFirst(m.name))
		if m.required && object[m.name] == nil {
			r.violation(m.shape, "null", here, "Member must not be null")
			continue
		}
		r.value(here, object[m.name], into.FieldByIndex(field.Index), m)
	}
}

func (r *reader) dictionary(path string, got any, into reflect.Value) {
	object, ok := got.(map[string]any)
	if !ok {
		r.wrong(path, got, "an object")
		return
	}
	into.Set(reflect.MakeMap(into.Type()))
	for name, item := range object {
		value := reflect.New(into.Type().Elem()).Elem()
		r.value(path+"."+name, item, value, member{})
		into.SetMapIndex(reflect.ValueOf(name), value)
	}
}

func (r *reader) list(path string, got any, into reflect.Value, m member) {
	list, ok := got.([]any)
	if !ok {
		r.wrong(path, got, "a list")
		return
	}
	into.Set(reflect.MakeSlice(into.Type(), len(list), len(list)))
	for i, item := range list {
		here := fmt.Sprintf("%s.%d.member", path, i+1)
		if item == nil {
			r.wrong(here, nil, "a value")
		}
		r.value(here, item, into.Index(i), m)
	}
}

func (r *reader) scalar(path string, got any, into reflect.Value, m member) {
	switch into.Kind() {
	case reflect.String:
		text, ok := got.(string)
		if !ok {
			r.wrong(path, got, "a string")
			return
		}
		into.SetString(text)
		r.checkText(path, text, m.shape)
	case reflect.Bool:
		value, ok := got.(bool)
		if !ok {
			r.wrong(path, got, "a boolean")
			return
		}
		into.SetBool(value)
	case reflect.Int:
		number, _ := got.(json.Number)
		value, err := number.Int64()
		if err != nil {
			r.wrong(path, got, "a whole number")
			return
		}
		into.SetInt(value)
		r.checkNumber(path, value, m.shape)
	default:
		panic(fmt.Sprintf("cognito: %s %s: no field of type %s can be read", r.operation, path, into.Type()))
	}
}

func joined(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func lowerFirst(name string) string { return strings.ToLower(name[:1]) + name[1:] }
