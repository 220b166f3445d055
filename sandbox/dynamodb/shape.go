package dynamodb

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"lightbox/sandbox/dynamodb/item"
)

// A request is a struct whose fields have the names of its parameters. A parameter that the struct doesn't have is refused
// by name; values are held to the tags of their fields:
//
//	required          it has to be there
//	min, max          of the length of a string, list or map, or of a number
//	name:"true"       it has the letters of a table's name
//	enum:"A,B"        it is one of these
type request struct {
	operation string
	empty     map[string]bool // the paths of strings that are there, but empty
	unknown   []string
}

// decodeRequest reads a body into the struct that into points to.
func decodeRequest(operation string, body []byte, into any) (*request, error) {
	var tree any
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := d.Decode(&tree); err != nil {
		return nil, &Error{Type: "SerializationException"}
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, &Error{Type: "SerializationException"}
	}
	r := &request{operation: operation, empty: map[string]bool{}}
	if err := r.read("", tree, reflect.ValueOf(into).Elem()); err != nil {
		return nil, &Error{Type: "SerializationException", Message: err.Error()}
	}
	if r.unknown != nil {
		slices.Sort(r.unknown)
		return nil, validation("%s", strings.Join(r.unknown, "; "))
	}
	return r, nil
}

// successors are the parameters that took the place of older ones.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html
var successors = map[string]string{
	"AttributesToGet":     "ProjectionExpression",
	"AttributeUpdates":    "UpdateExpression",
	"ConditionalOperator": "AND or OR in an expression",
	"Expected":            "ConditionExpression",
	"KeyConditions":       "KeyConditionExpression",
	"QueryFilter":         "FilterExpression",
	"ScanFilter":          "FilterExpression",
}

func (r *request) refuse(path, name string) {
	message := r.operation + "." + strings.TrimPrefix(path+"."+name, ".") + " is not supported by the sandbox"
	if use := successors[name]; use != "" {
		message += ": use " + use
	}
	r.unknown = append(r.unknown, message)
}

var (
	itemType  = reflect.TypeFor[item.Item]()
	namesType = reflect.TypeFor[map[string]string]()
)

// read decodes a tree into v.
func (r *request) read(path string, tree any, v reflect.Value) error {
	switch {
	case v.Type() == itemType:
		fields, err := item.MapFromJSON(tree)
		v.Set(reflect.ValueOf(fields))
		return err
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return r.read(path, tree, v.Elem())
	}
	var err error
	switch v.Kind() {
	case reflect.String:
		var s string
		s, err = item.Text(tree)
		v.SetString(s)
		r.empty[path] = s == ""
	case reflect.Bool:
		var b bool
		b, err = item.Truth(tree)
		v.SetBool(b)
	case reflect.Int64:
		var n int64
		n, err = item.Integer(tree)
		v.SetInt(n)
	case reflect.Slice:
		return r.readList(path, tree, v)
	case reflect.Map:
		return r.readMap(path, tree, v)
	case reflect.Struct:
		return r.readStruct(path, tree, v)
	default:
		panic("dynamodb: no shape for " + v.Type().String())
	}
	return err
}

func (r *request) readList(path string, tree any, v reflect.Value) error {
	list, err := item.Elements(tree)
	if err != nil {
		return err
	}
	v.Set(reflect.MakeSlice(v.Type(), len(list), len(list)))
	for i, e := range list {
		if err := r.read(path+"."+strconv.Itoa(i+1)+".member", e, v.Index(i)); err != nil {
			return err
		}
	}
	return nil
}

func (r *request) readMap(path string, tree any, v reflect.Value) error {
	members, err := objectOf(tree, javaMap(v.Type()))
	if err != nil {
		return err
	}
	v.Set(reflect.MakeMapWithSize(v.Type(), len(members)))
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if members[name] == nil {
			continue
		}
		element := reflect.New(v.Type().Elem()).Elem()
		if err := r.read(path+"."+name+".member", members[name], element); err != nil {
			return err
		}
		v.SetMapIndex(reflect.ValueOf(name), element)
	}
	return nil
}

// javaMap is a map's type as DynamoDB's messages have it.
func javaMap(t reflect.Type) string {
	element := "com.amazonaws.dynamodb.v20120810." + t.Elem().Name()
	if t == namesType {
		element = "java.lang.String"
	}
	return "java.util.Map<java.lang.String, " + element + ">"
}

func (r *request) readStruct(path string, tree any, v reflect.Value) error {
	members, err := objectOf(tree, "class com.amazonaws.dynamodb.v20120810."+v.Type().Name())
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if _, ok := v.Type().FieldByName(name); !ok && members[name] != nil {
			r.refuse(path, name)
		}
	}
	for _, field := range fieldsOf(v) {
		tree, ok := members[field.Name]
		if !ok || tree == nil {
			continue
		}
		if err := r.read(join(path, field.Name), tree, field.value); err != nil {
			return err
		}
	}
	return nil
}

func objectOf(tree any, class string) (map[string]any, error) {
	switch v := tree.(type) {
	case map[string]any:
		return v, nil
	case []any:
		return nil, item.TypeError("Unrecognized collection type " + class)
	}
	return nil, item.TypeError("Unexpected field type")
}

type field struct {
	reflect.StructField
	value reflect.Value
}

// fieldsOf are the fields of a struct and of those that it embeds.
func fieldsOf(v reflect.Value) []field {
	var fields []field
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if f.Anonymous {
			fields = append(fields, fieldsOf(v.Field(i))...)
			continue
		}
		fields = append(fields, field{f, v.Field(i)})
	}
	return fields
}

func join(path, name string) string {
	name = strings.ToLower(name[:1]) + name[1:]
	if path == "" {
		return name
	}
	return path + "." + name
}

// check holds the struct behind in against its tags, and returns all that is wrong as one ValidationException. empty are
// the strings that were given as "", where that is known.
func check(in any, empty map[string]bool) error {
	c := checker{empty: empty}
	c.fields("", reflect.ValueOf(in).Elem())
	switch len(c.faults) {
	case 0:
		return nil
	case 1:
		return validation("1 validation error detected: %s", c.faults[0])
	}
	return validation("%d validation errors detected: %s", len(c.faults), strings.Join(c.faults, "; "))
}

type checker struct {
	empty  map[string]bool
	faults []string
}

// maxFaults is how many faults DynamoDB reports at once.
const maxFaults = 10

func (c *checker) fail(path, value, format string, args ...any) {
	if len(c.faults) < maxFaults {
		c.faults = append(c.faults, fmt.Sprintf("Value %s at '%s' failed to satisfy constraint: Member must %s",
			value, path, fmt.Sprintf(format, args...)))
	}
}

func (c *checker) fields(path string, v reflect.Value) {
	for _, f := range fieldsOf(v) {
		c.field(join(path, f.Name), f)
	}
}

func (c *checker) field(path string, f field) {
	v := f.value
	if v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	} else if v.IsZero() && !c.empty[path] && (v.Kind() != reflect.Slice && v.Kind() != reflect.Map || v.IsNil()) {
		if f.Tag.Get("required") != "" {
			c.fail(path, "null", "not be null")
		}
		return
	}
	shown, size, unit := show(v)
	if f.Tag.Get("name") != "" && strings.Trim(v.String(), nameLetters) != "" {
		c.fail(path, shown, "satisfy regular expression pattern: [a-zA-Z0-9_.-]+")
	}
	if least, ok := number(f, "min"); ok && size < least {
		c.fail(path, shown, "have %s greater than or equal to %d", unit, least)
	}
	if most, ok := number(f, "max"); ok && size > most {
		c.fail(path, shown, "have %s less than or equal to %d", unit, most)
	}
	if values := f.Tag.Get("enum"); values != "" && !slices.Contains(strings.Split(values, ","), v.String()) {
		c.fail(path, shown, "satisfy enum value set: [%s]", strings.ReplaceAll(values, ",", ", "))
	}
	c.within(path, v)
}

const nameLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"

func number(f field, tag string) (int64, bool) {
	n, err := strconv.ParseInt(f.Tag.Get(tag), 10, 64)
	return n, err == nil
}

// show is a value in a message, its size, and what the size is of.
func show(v reflect.Value) (shown string, size int64, unit string) {
	switch v.Kind() {
	case reflect.String:
		return "'" + v.String() + "'", int64(len(v.String())), "length"
	case reflect.Int64:
		return fmt.Sprintf("'%d'", v.Int()), v.Int(), "value"
	case reflect.Slice, reflect.Map:
		if v.Len() == 0 {
			return map[reflect.Kind]string{reflect.Slice: "'[]'", reflect.Map: "'{}'"}[v.Kind()], 0, "length"
		}
		return fmt.Sprintf("'[%d elements]'", v.Len()), int64(v.Len()), "length"
	}
	return "", 0, ""
}

// within checks what a value is made of.
func (c *checker) within(path string, v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		c.fields(path, v)
	case reflect.Slice:
		for i := range v.Len() {
			c.within(path+"."+strconv.Itoa(i+1)+".member", v.Index(i))
		}
	case reflect.Map:
		if v.Type() == itemType || v.Type() == namesType {
			return
		}
		names := v.MapKeys()
		slices.SortFunc(names, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		for _, name := range names {
			c.within(path+"."+name.String()+".member", v.MapIndex(name))
		}
	}
}
