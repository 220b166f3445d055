package aws

import (
	"reflect"
)

// Encode is Decode the other way round: what a struct of properties holds as a template would say it, with float64 for
// numbers. What Decode leaves alone where a template does not say it is left out: nil, and texts, numbers, lists, maps and
// objects without anything in them. True and false are said of an object that is there, since services answer both, and so
// is what a pointer points to, be it zero.
func Encode(structure any) map[string]any {
	return encodeObject(reflect.Indirect(reflect.ValueOf(structure)))
}

func encodeObject(value reflect.Value) map[string]any {
	object := map[string]any{}
	for i, name := range Fields(value.Interface()) {
		if encoded := encode(value.Field(i)); encoded != nil {
			object[name] = encoded
		}
	}
	return object
}

// encode is nil of what is left out.
func encode(value reflect.Value) any {
	switch value.Kind() {
	case reflect.Bool:
		return value.Bool()
	case reflect.Pointer:
		if value.IsNil() {
			return nil
		}
		return encodeThere(value.Elem())
	case reflect.Slice, reflect.Map:
		if value.Len() == 0 {
			return nil
		}
	default:
		if value.IsZero() {
			return nil
		}
	}
	return encodeThere(value)
}

// encodeThere encodes what is said even if it is zero.
func encodeThere(value reflect.Value) any {
	switch value.Kind() {
	case reflect.Pointer:
		return encode(value)
	case reflect.Struct:
		return encodeObject(value)
	case reflect.Map:
		object := map[string]any{}
		for _, key := range value.MapKeys() {
			object[key.String()] = encodeThere(value.MapIndex(key))
		}
		return object
	case reflect.Slice:
		list := make([]any, value.Len())
		for i := range list {
			list[i] = encodeThere(value.Index(i))
		}
		return list
	case reflect.Int, reflect.Int64:
		return float64(value.Int())
	}
	return value.Interface()
}
