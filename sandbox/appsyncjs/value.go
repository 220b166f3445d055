package appsyncjs

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"regexp"
	"slices"
)

// A Value is one of DynamoDB's typed values, in the form of its JSON: Value{"S": "a"}, Value{"N": "1.5"},
// Value{"BOOL": true}, Value{"NULL": true}, Value{"B": base64}, Value{"SS": []string{…}} and NS and BS alike,
// Value{"L": []Value{…}}, Value{"M": Item{…}}. It has exactly one member; numbers are decimal text.
type Value map[string]any

// An Item is a set of named values: an item of a table, a key, the values of an expression.
type Item map[string]Value

// UnmarshalJSON reads a typed value strictly. Numbers may be JSON numbers, as resolvers write them, and NULL may be null.
func (v *Value) UnmarshalJSON(text []byte) error {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil || len(members) != 1 {
		return fmt.Errorf("%s is not a typed value, as {\"S\": \"text\"}", abridged(text))
	}
	for key, raw := range members {
		value, err := decodeValue(key, raw)
		if err != nil {
			return err
		}
		*v = Value{key: value}
	}
	return nil
}

// abridged is text, short enough for a message.
func abridged(text []byte) string {
	const limit = 80
	if len(text) > limit {
		return string(bytes.ToValidUTF8(text[:limit], nil)) + "…"
	}
	return string(text)
}

// decodeValue reads the member of a typed value.
func decodeValue(key string, raw json.RawMessage) (any, error) {
	fail := func(want string) error { return fmt.Errorf("%s: %s, want %s", key, abridged(raw), want) }
	switch key {
	case "S":
		var s *string
		if json.Unmarshal(raw, &s) != nil || s == nil {
			return nil, fail("a string")
		}
		return *s, nil
	case "N":
		return decodeNumber(raw)
	case "B":
		return decodeBinary(raw)
	case "BOOL":
		var b *bool
		if json.Unmarshal(raw, &b) != nil || b == nil {
			return nil, fail("true or false")
		}
		return *b, nil
	case "NULL":
		if text := string(raw); text != "null" && text != "true" {
			return nil, fail("null or true")
		}
		return true, nil
	case "SS", "NS", "BS":
		return decodeSet(key, raw)
	case "L":
		list := []Value{}
		if err := json.Unmarshal(raw, &list); err != nil {
			return nil, err
		}
		if list == nil || slices.ContainsFunc(list, func(v Value) bool { return v == nil }) {
			return nil, fail("a list of typed values")
		}
		return list, nil
	case "M":
		return decodeItem(raw)
	}
	return nil, fmt.Errorf("%q is not a type of DynamoDB's", key)
}

// decodeItem reads an object of typed values.
func decodeItem(raw json.RawMessage) (Item, error) {
	var item Item
	if err := json.Unmarshal(raw, &item); err != nil {
		return nil, err
	}
	if item == nil {
		return nil, fmt.Errorf("%s, want an object of typed values", abridged(raw))
	}
	for name, value := range item {
		if value == nil {
			return nil, fmt.Errorf("%s: null, want a typed value", name)
		}
	}
	return item, nil
}

// decimal is a number as DynamoDB takes it.
var decimal = regexp.MustCompile(`^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,4})?$`)

// decodeNumber reads a JSON number, or a decimal in a string.
func decodeNumber(raw json.RawMessage) (string, error) {
	text := string(raw)
	var quoted *string
	if json.Unmarshal(raw, &quoted) == nil && quoted != nil {
		text = *quoted
	}
	if !decimal.MatchString(text) {
		return "", fmt.Errorf("N: %s, want a number", abridged(raw))
	}
	return text, nil
}

// decodeBinary checks base64.
func decodeBinary(raw json.RawMessage) (string, error) {
	var text *string
	if json.Unmarshal(raw, &text) == nil && text != nil {
		if _, err := base64.StdEncoding.DecodeString(*text); err == nil {
			return *text, nil
		}
	}
	return "", fmt.Errorf("B: %s, want base64", abridged(raw))
}

// decodeSet reads a set, which has no element twice and is not empty.
func decodeSet(key string, raw json.RawMessage) ([]string, error) {
	var members []json.RawMessage
	if err := json.Unmarshal(raw, &members); err != nil || len(members) == 0 {
		return nil, fmt.Errorf("%s: %s, want a list that is not empty", key, abridged(raw))
	}
	set := make([]string, len(members))
	for i, member := range members {
		value, err := decodeValue(key[:1], member)
		if err != nil {
			return nil, err
		}
		set[i], _ = value.(string)
	}
	return set, nil
}

// Plain is the value as AppSync hands it to a response handler: {"S": "a"} as "a", {"N": "1"} as 1, sets as lists.
// https://docs.aws.amazon.com/appsync/latest/devguide/js-resolver-reference-dynamodb.html, "Type system (response mapping)".
func (v Value) Plain() any {
	for key, value := range v {
		switch key {
		case "N":
			text, _ := value.(string)
			return plainNumber(text)
		case "NULL":
			return nil
		case "NS":
			texts, _ := value.([]string)
			numbers := make([]any, len(texts))
			for i, text := range texts {
				numbers[i] = plainNumber(text)
			}
			return numbers
		case "L":
			values, _ := value.([]Value)
			list := make([]any, len(values))
			for i, member := range values {
				list[i] = member.Plain()
			}
			return list
		case "M":
			item, _ := value.(Item)
			return item.Plain()
		default:
			return value
		}
	}
	return nil
}

// Plain is the item as an object of plain values, nil for no item.
func (item Item) Plain() any {
	if item == nil {
		return nil
	}
	object := make(map[string]any, len(item))
	for name, value := range item {
		object[name] = value.Plain()
	}
	return object
}

// plainNumber is text as JSON writes numbers.
func plainNumber(text string) json.Number {
	n := json.Number(text)
	if json.Valid([]byte(text)) {
		return n
	}
	// DynamoDB takes "+1" and ".5", JSON does not.
	r, ok := number(text)
	if !ok {
		return "0"
	}
	f, _ := r.Float64()
	plain, err := json.Marshal(f)
	if err != nil {
		return "0"
	}
	return json.Number(plain)
}

// number is text as a number.
func number(text string) (*big.Rat, bool) {
	if !decimal.MatchString(text) {
		return nil, false
	}
	return new(big.Rat).SetString(text)
}

// Equal tells whether two values are the same to DynamoDB: numbers by value, sets without order.
func (v Value) Equal(other Value) bool {
	for key, value := range v {
		twin, ok := other[key]
		if !ok || len(other) != 1 {
			return false
		}
		switch value := value.(type) {
		case []string:
			twin, _ := twin.([]string)
			return slices.Equal(canonical(key, value), canonical(key, twin))
		case []Value:
			twin, _ := twin.([]Value)
			return slices.EqualFunc(value, twin, Value.Equal)
		case Item:
			twin, _ := twin.(Item)
			return value.Equal(twin)
		case string:
			twin, _ := twin.(string)
			return slices.Equal(canonical(key, []string{value}), canonical(key, []string{twin}))
		default:
			return value == twin
		}
	}
	return len(other) == 0
}

// Equal tells whether two items have the same attributes with equal values.
func (item Item) Equal(other Item) bool {
	return maps.EqualFunc(item, other, Value.Equal)
}

// canonical is a sorted copy of the members, numbers written in one way.
func canonical(key string, members []string) []string {
	members = slices.Clone(members)
	if key == "N" || key == "NS" {
		for i, text := range members {
			if r, ok := number(text); ok {
				members[i] = r.RatString()
			}
		}
	}
	slices.Sort(members)
	return members
}
