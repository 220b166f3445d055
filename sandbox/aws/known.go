package aws

import "reflect"

// Known is what Decode reads of properties into a struct: without the names that the struct has not and the values of another
// form, for who wants to know what is wrong with the rest of them. Structure is the struct, or a pointer to one.
func Known(properties map[string]any, structure any) map[string]any {
	of := reflect.TypeOf(structure)
	if of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	left, _ := known(properties, of)
	object, _ := left.(map[string]any)
	return object
}

// known is what is left of a value; it is not ok if nothing is.
func known(got any, of reflect.Type) (left any, ok bool) {
	switch of.Kind() {
	case reflect.Interface:
		return got, true
	case reflect.Pointer:
		return known(got, of.Elem())
	case reflect.Struct, reflect.Map:
		return knownObject(got, of)
	case reflect.Slice:
		list, ok := got.([]any)
		if !ok {
			return nil, false
		}
		all := []any{}
		for _, item := range list {
			if item, ok := known(item, of.Elem()); ok {
				all = append(all, item)
			}
		}
		return all, true
	}
	d := decoder{}
	d.scalar("", got, reflect.New(of).Elem())
	return got, d.faults == nil
}

func knownObject(got any, of reflect.Type) (left any, ok bool) {
	object, ok := got.(map[string]any)
	if !ok {
		return nil, false
	}
	types := map[string]reflect.Type{}
	if of.Kind() == reflect.Struct {
		for i, name := range Fields(reflect.Zero(of).Interface()) {
			types[name] = of.Field(i).Type
		}
	}
	all := map[string]any{}
	for name, value := range object {
		kind := types[name]
		if of.Kind() == reflect.Map {
			kind = of.Elem()
		}
		if kind == nil || value == nil {
			continue
		}
		if value, ok := known(value, kind); ok {
			all[name] = value
		}
	}
	return all, true
}
