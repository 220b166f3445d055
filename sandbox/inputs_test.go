package sandbox_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"lightbox.example/lightbox/sandbox"
	"lightbox.example/lightbox/sandbox/dynamodb"
	"lightbox.example/lightbox/sandbox/identity"
	"lightbox.example/lightbox/sandbox/logs"
	"lightbox.example/lightbox/sandbox/pipeline"
	"lightbox.example/lightbox/sandbox/pipeline/input"
	"lightbox.example/lightbox/sandbox/ssm"
)

// typed are the services whose requests package pipeline reads, by their names, from their tables.
var typed = map[string]struct {
	operations map[string]pipeline.Operation[any]
	shapes     map[string]input.Shape
}{
	"ssm":              table(&ssm.API),
	"logs":             table(&logs.API),
	"cognito-identity": table(&identity.API),
	"dynamodb":         table(&dynamodb.API),
}

// table is a service's, without the service's type.
func table[S any](api *pipeline.API[S]) (t struct {
	operations map[string]pipeline.Operation[any]
	shapes     map[string]input.Shape
}) {
	t.operations, t.shapes = map[string]pipeline.Operation[any]{}, api.Input.Shapes
	for name, o := range api.Operations {
		t.operations[name] = pipeline.Operation[any]{Signed: o.Signed, Input: o.Input}
	}
	return t
}

// wrong is a value that a member may not have, with what a refusal says of it.
type wrong struct {
	id    string // of the fault, as in W5
	value any
	path  string // in a message, relative to the member
	says  string // "" for a value of another type
}

var treeType = reflect.TypeFor[input.Tree]()

// wrongs are values that a type may not have in a place with the tag: one of another type, one for each constraint, and those of
// what it is made of.
func wrongs(t reflect.Type, tag reflect.StructTag, shapes map[string]input.Shape) []wrong {
	if t.Kind() == reflect.Pointer {
		return wrongs(t.Elem(), tag, shapes)
	}
	if reflect.PointerTo(t).Implements(treeType) {
		return []wrong{{"W5", 5, "", ""}}
	}
	limits := limitsOf(tag, shapes)
	switch t.Kind() {
	case reflect.String:
		return append([]wrong{{"W5", 5, "", ""}, {"W5", map[string]any{}, "", ""}}, textsBeyond(limits)...)
	case reflect.Bool:
		return []wrong{{"W5", []any{}, "", ""}, {"W5", 5, "", ""}}
	case reflect.Int, reflect.Int64:
		return append([]wrong{{"W5", "5", "", ""}, {"W5", true, "", ""}}, numbersBeyond(limits)...)
	case reflect.Slice, reflect.Map:
		return collectionsBeyond(t, tag, limits, shapes)
	}
	return append([]wrong{{"W5", "x", "", ""}}, objectsBeyond(t, shapes)...)
}

func limitsOf(tag reflect.StructTag, shapes map[string]input.Shape) input.Shape {
	limits := shapes[tag.Get("shape")]
	if n, err := strconv.ParseInt(tag.Get("min"), 10, 64); err == nil {
		limits.Min = n
	}
	if n, err := strconv.ParseInt(tag.Get("max"), 10, 64); err == nil {
		limits.Max = n
	}
	if enum := tag.Get("enum"); enum != "" {
		limits.Enum = strings.Split(enum, ",")
	}
	return limits
}

func textsBeyond(limits input.Shape) (list []wrong) {
	if limits.Min > 0 {
		list = append(list, wrong{"W12", "", "", "greater than or equal to " + fmt.Sprint(limits.Min)})
	}
	if limits.Max > 0 {
		list = append(list, wrong{"W12", strings.Repeat("a", int(limits.Max)+1), "", "less than or equal to " + fmt.Sprint(limits.Max)})
	}
	if limits.Enum != nil {
		list = append(list, wrong{"W12", "no such value", "", "enum value set: [" + strings.Join(limits.Enum, ", ")})
	}
	if limits.Pattern != "" {
		list = append(list, wrong{"W12", "\x00\x01 : * \t", "", "regular expression pattern: " + limits.Pattern})
	}
	return list
}

func numbersBeyond(limits input.Shape) (list []wrong) {
	if limits.Min > 0 {
		list = append(list, wrong{"W12", 0, "", "greater than or equal to " + fmt.Sprint(limits.Min)})
	}
	if limits.Max > 0 {
		list = append(list, wrong{"W12", limits.Max + 1, "", "less than or equal to " + fmt.Sprint(limits.Max)})
	}
	return list
}

func collectionsBeyond(t reflect.Type, tag reflect.StructTag, limits input.Shape, shapes map[string]input.Shape) []wrong {
	list := []wrong{{"W5", 5, "", ""}, {"W5", "x", "", ""}}
	within := reflect.StructTag(`shape:"` + tag.Get("each") + `"`)
	for _, inner := range wrongs(t.Elem(), within, shapes) {
		id := inner.id
		if id == "W12" {
			id = "W11"
		}
		if t.Kind() == reflect.Slice {
			list = append(list, wrong{id, []any{inner.value}, ".1.member" + inner.path, inner.says})
			continue
		}
		list = append(list, wrong{id, map[string]any{"key": inner.value}, ".key.member" + inner.path, inner.says})
	}
	if t.Kind() == reflect.Map {
		for _, key := range textsBeyond(shapes[tag.Get("keys")]) {
			list = append(list, wrong{"W11", map[string]any{key.value.(string): plain(t.Elem())}, "", "Map keys must satisfy constraint"})
		}
	} else if limits.Min > 0 {
		list = append(list, wrong{"W12", []any{}, "", "greater than or equal to " + fmt.Sprint(limits.Min)})
	}
	return list
}

// plain is a value that a type may have.
func plain(t reflect.Type) any {
	switch t.Kind() {
	case reflect.String:
		return "x"
	case reflect.Slice:
		return []any{}
	}
	return map[string]any{}
}

func objectsBeyond(t reflect.Type, shapes map[string]input.Shape) (list []wrong) {
	for _, f := range reflect.VisibleFields(t) {
		if f.Anonymous {
			continue
		}
		name := f.Name
		if tag := f.Tag.Get("aws"); tag != "" {
			name = tag
		}
		here := "." + strings.ToLower(name[:1]) + name[1:]
		if f.Tag.Get("required") != "" {
			list = append(list, wrong{"W12", map[string]any{}, here, "Member must not be null"}, wrong{"W12", map[string]any{name: nil}, here, "Member must not be null"})
		}
		for _, inner := range wrongs(f.Type, f.Tag, shapes) {
			list = append(list, wrong{inner.id, map[string]any{name: inner.value}, here + inner.path, inner.says})
		}
	}
	return list
}

// W5, W11 and W12, of every operation of every service from the tables: a value of another type is a SerializationException;
// absent is told from zero; and what holds for a member holds for the elements of a list and for the keys of a map.
// https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html, https://smithy.io/2.0/spec/constraint-traits.html
func TestW5_W11_W12_inputsOfEveryOperation(t *testing.T) {
	s := start(t, sandbox.Config{})
	root := aws.Credentials{AccessKeyID: sandbox.AccessKeyID, SecretAccessKey: sandbox.SecretAccessKey}
	tried := map[string]int{}
	for service, table := range typed {
		for operation, o := range table.operations {
			for _, wrong := range objectsBeyond(o.Input, table.shapes) {
				body, err := json.Marshal(wrong.value)
				if err != nil {
					t.Fatal(err)
				}
				got := do(t, client(t, s), by(t, root, http.MethodPost, "https://"+service+".us-east-1.amazonaws.com/", service, jsonServices[service]+"."+operation, string(body)))
				if fault := wrong.unsaid(got, invalidCodes[service]); fault != "" {
					t.Errorf("%s: %s %.200s: got %d %.400s, want %s", wrong.id, operation, body, got.status, got.body, fault)
				}
				tried[wrong.id]++
			}
		}
	}
	for _, id := range []string{"W5", "W11", "W12"} {
		if tried[id] < 2 {
			t.Errorf("%s: tried %d inputs, want some", id, tried[id])
		}
	}
}

// unsaid is what an answer should have said of the wrong value, and does not; "" if it has said so.
func (w wrong) unsaid(got answer, invalid string) string {
	var refusal struct{ Message, MESSAGE string }
	_ = json.Unmarshal([]byte(got.body), &refusal) // what is no JSON says nothing
	want := []string{invalid, "at '" + strings.TrimPrefix(w.path, ".") + "'", w.says}
	if w.says == "" {
		want = []string{"SerializationException"}
	}
	text := got.body + refusal.Message
	if at := slices.IndexFunc(want, func(part string) bool { return !strings.Contains(text, part) }); at >= 0 {
		return want[at]
	}
	if got.status != http.StatusBadRequest {
		return "400"
	}
	return ""
}
