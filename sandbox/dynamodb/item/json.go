package item

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A TypeError is a JSON value of another type than the request has in its place. DynamoDB answers with a
// SerializationException.
type TypeError string

func (e TypeError) Error() string { return string(e) }

// FromJSON reads an attribute value, such as {"S": "text"}, from what encoding/json decodes into an any with UseNumber. A
// TypeError is reported at once; all else that is wrong with the value is left for Check.
func FromJSON(tree any) (Value, error) {
	members, ok := tree.(map[string]any)
	if !ok {
		if _, list := tree.([]any); list {
			return Value{}, TypeError("Unrecognized collection type class com.amazonaws.dynamodb.v20120810.AttributeValue")
		}
		return Value{}, TypeError("Unexpected value type in payload")
	}
	var read []Value
	for _, t := range oneOf {
		member := members[t.name]
		if member == nil {
			continue
		}
		v, err := t.read(member)
		if err != nil {
			return Value{}, err
		}
		read = append(read, v)
	}
	for _, v := range read {
		if v.Kind == faulty {
			return v, nil
		}
	}
	if len(read) > 1 {
		return fault("Supplied AttributeValue has more than one datatypes set, " +
			"must contain exactly one of the supported datatypes").value(), nil
	}
	if len(read) == 0 {
		return Value{}, nil
	}
	return read[0], nil
}

// oneOf are the members that an attribute value may have one of.
var oneOf []jsonMember

type jsonMember struct {
	name string
	read func(tree any) (Value, error)
}

func init() { // the readers of lists and maps refer to the table
	oneOf = []jsonMember{
		{"S", readString}, {"B", readBinary}, {"N", readNumber}, {"BOOL", readBoolean}, {"NULL", readNull},
		{"BS", readSet(BS)}, {"NS", readSet(NS)}, {"SS", readSet(SS)}, {"L", readList}, {"M", readMap},
	}
}

func readString(tree any) (Value, error) {
	s, err := Text(tree)
	return String(s), err
}

func readNumber(tree any) (Value, error) {
	s, err := Text(tree)
	return Number(s), err
}

func readBinary(tree any) (Value, error) {
	b, err := blob(tree)
	return Binary(b), err
}

func readBoolean(tree any) (Value, error) {
	b, err := Truth(tree)
	return Boolean(b), err
}

func readNull(tree any) (Value, error) {
	b, err := Truth(tree)
	if err == nil && !b {
		return invalid("Null attribute value types must have the value of true").value(), nil
	}
	return Null(), err
}

func readSet(kind Kind) func(tree any) (Value, error) {
	element := Text
	if kind == BS {
		element = blob
	}
	return func(tree any) (Value, error) {
		list, err := Elements(tree)
		if err != nil {
			return Value{}, err
		}
		set := make([]string, len(list))
		for i, e := range list {
			if set[i], err = element(e); err != nil {
				return Value{}, err
			}
		}
		return SetOf(kind, set...), nil
	}
}

func readList(tree any) (Value, error) {
	list, err := Elements(tree)
	if err != nil {
		return Value{}, err
	}
	values := make([]Value, len(list))
	for i, e := range list {
		if values[i], err = FromJSON(e); err != nil {
			return Value{}, err
		}
	}
	return ListOf(values...), nil
}

func readMap(tree any) (Value, error) {
	fields, err := MapFromJSON(tree)
	return MapOf(fields), err
}

// FromTree implements input.Tree.
func (i *Item) FromTree(tree any) (err error) {
	*i, err = MapFromJSON(tree)
	return err
}

// MapFromJSON reads attribute values by name, as FromJSON does one.
func MapFromJSON(tree any) (Item, error) {
	members, ok := tree.(map[string]any)
	if !ok {
		if _, list := tree.([]any); list {
			return nil, TypeError("Unrecognized collection type " +
				"java.util.Map<java.lang.String, com.amazonaws.dynamodb.v20120810.AttributeValue>")
		}
		return nil, TypeError("Unexpected field type")
	}
	fields := make(Item, len(members))
	for name, member := range members {
		if member == nil {
			continue
		}
		v, err := FromJSON(member)
		if err != nil {
			return nil, err
		}
		fields[name] = v
	}
	return fields, nil
}

// Text reads a string.
func Text(tree any) (string, error) {
	s, ok := tree.(string)
	if !ok {
		return "", notConverted(tree, "String")
	}
	return s, nil
}

// Truth reads a boolean, also from the strings that DynamoDB takes for one.
func Truth(tree any) (bool, error) {
	switch v := tree.(type) {
	case bool:
		return v, nil
	case string:
		switch strings.ToUpper(v) {
		case "TRUE", "1", "YES":
			return true, nil
		case "FALSE", "0", "NO":
			return false, nil
		}
		return false, TypeError("Unexpected token received from parser")
	}
	return false, notConverted(tree, "Boolean")
}

// Elements reads a list.
func Elements(tree any) ([]any, error) {
	switch v := tree.(type) {
	case []any:
		return v, nil
	case map[string]any:
		return nil, structure
	}
	return nil, TypeError("Unexpected field type")
}

const structure = TypeError("Start of structure or map found where not expected")

// notConverted is the error for a value in the place of a scalar of Java's type.
func notConverted(tree any, want string) error {
	switch v := tree.(type) {
	case bool:
		return TypeError(fmt.Sprintf("%s_VALUE cannot be converted to %s", strings.ToUpper(fmt.Sprint(v)), want))
	case json.Number:
		if strings.ContainsAny(v.String(), ".eE") {
			return TypeError("DECIMAL_VALUE cannot be converted to " + want)
		}
		return TypeError("NUMBER_VALUE cannot be converted to " + want)
	case string:
		return TypeError("STRING_VALUE cannot be converted to " + want)
	case []any:
		return TypeError("Unrecognized collection type class java.lang." + want)
	}
	return structure
}

// Integer reads a whole number; a fraction is cut off.
func Integer(tree any) (int64, error) {
	n, ok := tree.(json.Number)
	if !ok {
		return 0, notConverted(tree, "Integer")
	}
	if i, err := n.Int64(); err == nil {
		return i, nil
	}
	f, err := n.Float64()
	if err != nil || f < -1<<53 || f > 1<<53 {
		return 0, TypeError("NUMBER_VALUE cannot be converted to Integer")
	}
	return int64(f), nil
}

func blob(tree any) (string, error) {
	s, ok := tree.(string)
	switch tree.(type) {
	case []any:
		return "", TypeError("Unrecognized collection type class java.nio.ByteBuffer")
	case map[string]any:
		return "", structure
	}
	if !ok {
		return "", TypeError("only base-64-encoded strings are convertible to bytes")
	}
	if len(s)%4 != 0 {
		return "", TypeError(fmt.Sprintf("Base64 encoded length is expected a multiple of 4 bytes but found: %d", len(s)))
	}
	b, err := base64.StdEncoding.Strict().DecodeString(s)
	if err != nil || strings.ContainsAny(s, "\r\n") {
		return "", TypeError("Invalid last non-pad Base64 character dectected") // sic
	}
	return string(b), nil
}

// AppendJSON appends v's JSON.
func (v Value) AppendJSON(b []byte) []byte {
	b = append(b, `{"`...)
	b = append(b, v.Kind.String()...)
	b = append(b, `":`...)
	switch v.Kind {
	case S, N:
		b = appendText(b, v.Text)
	case B:
		b = appendBase64(b, v.Text)
	case BOOL:
		b = fmt.Append(b, v.Bool)
	case NULL:
		b = append(b, "true"...)
	case SS, NS, BS:
		b = append(b, '[')
		for i, e := range v.Set {
			if i > 0 {
				b = append(b, ',')
			}
			if v.Kind == BS {
				b = appendBase64(b, e)
			} else {
				b = appendText(b, e)
			}
		}
		b = append(b, ']')
	case L:
		b = append(b, '[')
		for i, e := range v.List {
			if i > 0 {
				b = append(b, ',')
			}
			b = e.AppendJSON(b)
		}
		b = append(b, ']')
	case M:
		b = v.Map.AppendJSON(b)
	}
	return append(b, '}')
}

// AppendJSON appends the attributes as a JSON object, by name.
func (i Item) AppendJSON(b []byte) []byte {
	b = append(b, '{')
	for n, name := range slices.Sorted(maps.Keys(i)) {
		if n > 0 {
			b = append(b, ',')
		}
		b = appendText(b, name)
		b = append(b, ':')
		b = i[name].AppendJSON(b)
	}
	return append(b, '}')
}

func appendText(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			quoted, _ := json.Marshal(s) // a string always has a JSON form
			return append(b, quoted...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

func appendBase64(b []byte, binary string) []byte {
	b = append(b, '"')
	b = base64.StdEncoding.AppendEncode(b, []byte(binary))
	return append(b, '"')
}

// MarshalJSON implements json.Marshaler.
func (v Value) MarshalJSON() ([]byte, error) { return v.AppendJSON(nil), v.Check() }

// MarshalJSON implements json.Marshaler.
func (i Item) MarshalJSON() ([]byte, error) { return i.AppendJSON(nil), i.Check() }

// UnmarshalJSON implements json.Unmarshaler.
func (v *Value) UnmarshalJSON(text []byte) error {
	var tree any
	if err := decode(text, &tree); err != nil {
		return err
	}
	read, err := FromJSON(tree)
	if err != nil {
		return err
	}
	*v = read
	return v.Check()
}

func decode(text []byte, tree *any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	return d.Decode(tree)
}
