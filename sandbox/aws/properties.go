package aws

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Decode reads the properties of a resource of the type name into the struct that into points to, field by field: a field
// has the name of its property, or the one in its tag `cfn:"Name"`. As in CloudFormation a number or true and false may be
// given as text. Supported are structs, pointers, slices, maps with text for keys, text, bool, int, float64 and any.
//
// The error joins all faults, each with its path. A property that has no field is one of them, as in
// "AWS::S3::Bucket.CorsConfiguration.Foo is not supported by the sandbox": nothing is left out in silence.
func Decode(name string, properties map[string]any, into any) error {
	d := decoder{}
	d.value(name, properties, reflect.ValueOf(into).Elem())
	return errors.Join(d.faults...)
}

type decoder struct{ faults []error }

func (d *decoder) fault(format string, args ...any) {
	d.faults = append(d.faults, fmt.Errorf(format, args...))
}

func (d *decoder) value(path string, got any, into reflect.Value) {
	if got == nil { // AWS::NoValue
		return
	}
	switch into.Kind() {
	case reflect.Interface:
		into.Set(reflect.ValueOf(got))
	case reflect.Pointer:
		into.Set(reflect.New(into.Type().Elem()))
		d.value(path, got, into.Elem())
	case reflect.Struct:
		d.object(path, got, into)
	case reflect.Map:
		d.dictionary(path, got, into)
	case reflect.Slice:
		d.list(path, got, into)
	default:
		d.scalar(path, got, into)
	}
}

func (d *decoder) object(path string, got any, into reflect.Value) {
	object, ok := got.(map[string]any)
	if !ok {
		d.fault("%s: got %T, want an object", path, got)
		return
	}
	fields := Fields(into.Interface())
	for _, name := range sortedKeys(object) {
		i := slices.Index(fields, name)
		if i < 0 {
			d.fault("%s.%s is not supported by the sandbox", path, name)
			continue
		}
		d.value(path+"."+name, object[name], into.Field(i))
	}
}

// Fields are the names of the properties that Decode reads into a struct, or into what a pointer to one points to.
func Fields(structure any) []string {
	t := reflect.TypeOf(structure)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	names := make([]string, t.NumField())
	for i := range names {
		names[i] = t.Field(i).Name
		if tag := t.Field(i).Tag.Get("cfn"); tag != "" {
			names[i] = tag
		}
	}
	return names
}

func sortedKeys(object map[string]any) []string {
	names := make([]string, 0, len(object))
	for name := range object {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (d *decoder) dictionary(path string, got any, into reflect.Value) {
	object, ok := got.(map[string]any)
	if !ok {
		d.fault("%s: got %T, want an object", path, got)
		return
	}
	into.Set(reflect.MakeMap(into.Type()))
	for _, name := range sortedKeys(object) {
		value := reflect.New(into.Type().Elem()).Elem()
		d.value(path+"."+name, object[name], value)
		into.SetMapIndex(reflect.ValueOf(name), value)
	}
}

func (d *decoder) list(path string, got any, into reflect.Value) {
	list, ok := got.([]any)
	if !ok {
		d.fault("%s: got %T, want a list", path, got)
		return
	}
	into.Set(reflect.MakeSlice(into.Type(), len(list), len(list)))
	for i, item := range list {
		d.value(fmt.Sprintf("%s[%d]", path, i), item, into.Index(i))
	}
}

// scalar reads a text, number or bool, each of which may be written as a text.
func (d *decoder) scalar(path string, got any, into reflect.Value) {
	var text string
	switch got := got.(type) {
	case string:
		text = got
	case bool:
		text = strconv.FormatBool(got)
	case float64:
		text = strconv.FormatFloat(got, 'f', -1, 64)
	case fmt.Stringer: // json.Number
		text = got.String()
	default:
		d.fault("%s: got %T, want a single value", path, got)
		return
	}
	var err error
	switch into.Kind() {
	case reflect.String:
		into.SetString(text)
	case reflect.Bool:
		into.SetBool(strings.EqualFold(text, "true"))
		if !strings.EqualFold(text, "true") && !strings.EqualFold(text, "false") {
			err = strconv.ErrSyntax
		}
	case reflect.Int:
		var value int
		if value, err = strconv.Atoi(text); err == nil {
			into.SetInt(int64(value))
		}
	case reflect.Float64:
		var value float64
		if value, err = strconv.ParseFloat(text, 64); err == nil {
			into.SetFloat(value)
		}
	default:
		err = fmt.Errorf("no field of type %s can be read", into.Type())
	}
	if err != nil {
		d.fault("%s: got %q, want %s", path, text, article(into.Kind()))
	}
}

func article(kind reflect.Kind) string {
	switch kind {
	case reflect.Bool:
		return "true or false"
	case reflect.Int:
		return "a whole number"
	}
	return "a number"
}
