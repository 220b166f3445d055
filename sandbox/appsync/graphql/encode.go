package graphql

import (
	"encoding/json"
	"slices"
)

// An Object is an object of an answer: its fields in the order of the selection.
type Object struct{ fields []entry }

type entry struct {
	key   string // the alias, or the name
	name  string
	value any // nil, bool, string, json.Number, []any or *Object
}

// JSON is the object as text.
func (o *Object) JSON() json.RawMessage { return appendValue(nil, o) }

// Named is the value of the object's field with the key, as JSON whose members have the names of the fields and not their
// aliases: what AppSync tells subscribers of a mutation. Where a field was selected twice under two aliases, the members of
// both are in it.
func (o *Object) Named(key string) json.RawMessage {
	for _, f := range o.fields {
		if f.key == key {
			return appendValue(nil, named(f.value))
		}
	}
	return json.RawMessage("null")
}

// named renames what is in a value.
func named(v any) any {
	switch v := v.(type) {
	case *Object:
		members := make(map[string]any, len(v.fields))
		for _, f := range v.fields {
			members[f.name] = merge(members[f.name], named(f.value))
		}
		return members
	case []any:
		list := make([]any, len(v))
		for i, element := range v {
			list[i] = named(element)
		}
		return list
	}
	return v
}

// merge joins two selections of one field.
func merge(a, b any) any {
	switch a := a.(type) {
	case map[string]any:
		if b, ok := b.(map[string]any); ok {
			for name, value := range b {
				a[name] = merge(a[name], value)
			}
			return a
		}
	case []any:
		if b, ok := b.([]any); ok && len(a) == len(b) {
			for i := range a {
				a[i] = merge(a[i], b[i])
			}
			return a
		}
	}
	return b
}

// appendValue writes a value as JSON.
func appendValue(text []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(text, "null"...)
	case *Object:
		if v == nil {
			return append(text, "null"...)
		}
		text = append(text, '{')
		for i, f := range v.fields {
			if i > 0 {
				text = append(text, ',')
			}
			text = append(appendText(text, f.key), ':')
			text = appendValue(text, f.value)
		}
		return append(text, '}')
	case []any:
		text = append(text, '[')
		for i, element := range v {
			if i > 0 {
				text = append(text, ',')
			}
			text = appendValue(text, element)
		}
		return append(text, ']')
	case map[string]any:
		names := make([]string, 0, len(v))
		for name := range v {
			names = append(names, name)
		}
		slices.Sort(names)
		text = append(text, '{')
		for i, name := range names {
			if i > 0 {
				text = append(text, ',')
			}
			text = append(appendText(text, name), ':')
			text = appendValue(text, v[name])
		}
		return append(text, '}')
	case json.Number:
		return append(text, v...)
	case bool:
		if v {
			return append(text, "true"...)
		}
		return append(text, "false"...)
	case string:
		return appendText(text, v)
	}
	panic("graphql: a value of another type")
}

// appendText writes a text that needs no escapes as it is, and any other as encoding/json does.
func appendText(text []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= 0x7f {
			escaped, err := json.Marshal(s)
			if err != nil { // there is no such text
				panic(err)
			}
			return append(text, escaped...)
		}
	}
	return append(append(append(text, '"'), s...), '"')
}
