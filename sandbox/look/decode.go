package look

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// Decode reads the body of a POST, one object, into the fields of a struct. The error has all members at once that are not known or of
// another kind, in the words of JSON and not of Go.
func Decode(body []byte, into any) error {
	var members map[string]json.RawMessage
	if err := decodeOne(body, &members); err != nil {
		var kind *json.UnmarshalTypeError
		if errors.As(err, &kind) {
			return fmt.Errorf("got %s, want an object", kind.Value)
		}
		return err
	}
	fields := fieldsOf(reflect.ValueOf(into).Elem())
	var faults []error
	for _, name := range slices.Sorted(maps.Keys(members)) {
		field, known := fields[strings.ToLower(name)]
		if !known {
			faults = append(faults, fmt.Errorf("%.40q: got a member that is not known, want %s", name, strings.Join(slices.Sorted(maps.Keys(fields)), ", ")))
			continue
		}
		if err := decodeOne(members[name], field.Addr().Interface()); err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", name, inWords(err, field)))
		}
	}
	return errors.Join(faults...)
}

// fieldsOf are the fields of a struct by their names in lower case.
func fieldsOf(in reflect.Value) map[string]reflect.Value {
	fields := map[string]reflect.Value{}
	for i := range in.NumField() {
		fields[strings.ToLower(in.Type().Field(i).Name)] = in.Field(i)
	}
	return fields
}

// decodeOne reads one value, behind which nothing is.
func decodeOne(text []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(into); err != nil {
		if errors.Is(err, io.EOF) {
			return errors.New("got nothing, want an object")
		}
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("got more behind the object, want it alone")
	}
	return nil
}

// inWords says of a value of another kind what it is and what is wanted.
func inWords(err error, field reflect.Value) error {
	var kind *json.UnmarshalTypeError
	if !errors.As(err, &kind) {
		return err
	}
	want := map[reflect.Kind]string{reflect.String: "a string", reflect.Bool: "true or false", reflect.Map: "an object"}[field.Kind()]
	return fmt.Errorf("got %s, want %s", kind.Value, want)
}
