package sandbox_test

import (
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"os/exec"
	"path"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"lightbox.example/lightbox/sandbox"
	"lightbox.example/lightbox/sandbox/cloudcontrol"
	"lightbox.example/lightbox/sandbox/cloudformation"
	"lightbox.example/lightbox/sandbox/cloudwatch"
	"lightbox.example/lightbox/sandbox/cognito"
	"lightbox.example/lightbox/sandbox/dynamodb"
	"lightbox.example/lightbox/sandbox/events"
	"lightbox.example/lightbox/sandbox/identity"
	"lightbox.example/lightbox/sandbox/logs"
	"lightbox.example/lightbox/sandbox/pipeline"
	"lightbox.example/lightbox/sandbox/pipeline/input"
	"lightbox.example/lightbox/sandbox/sns"
	"lightbox.example/lightbox/sandbox/ssm"
	"lightbox.example/lightbox/sandbox/sts"
)

// typed are the services whose requests package pipeline reads, by their names, from their tables.
var typed = map[string]struct {
	operations map[string]pipeline.Operation[any]
	shapes     map[string]input.Shape
}{
	"ssm":              table(&ssm.API),
	"logs":             table(&logs.API),
	"cognito-identity": table(&identity.API),
	"cognito-idp":      table(&cognito.API),
	"dynamodb":         table(&dynamodb.API),
	"events":           table(&events.API),
	"cloudcontrolapi":  table(&cloudcontrol.API),
	"monitoring":       table(&cloudwatch.API),
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

// Every service that package pipeline serves is among those that are tried from their tables.
func TestInputs_areTriedOfEveryService(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	var served []string
	for line := range strings.Lines(string(out)) {
		name, imports, _ := strings.Cut(strings.TrimSpace(line), " ")
		if slices.ContainsFunc(strings.Fields(imports), func(i string) bool { return strings.HasSuffix(i, "/sandbox/pipeline") }) {
			served = append(served, path.Base(name))
		}
	}
	if want := len(typed) + len(forms) + len(rests); len(served) != want {
		t.Errorf("%v are served by package pipeline, want as many as in typed, forms and rests: %d", served, want)
	}
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
		return []wrong{{"W5", true, "", ""}} // it may be read from a number, or from an object
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

// forms are the services whose requests are forms, with the versions of their APIs.
var forms = map[string]struct {
	operations map[string]pipeline.Operation[any]
	shapes     map[string]input.Shape
	version    string
}{
	"sts":            {table(&sts.API).operations, sts.API.Input.Shapes, "2011-06-15"},
	"sns":            {table(&sns.API).operations, sns.API.Input.Shapes, "2010-03-31"},
	"cloudformation": {table(&cloudformation.API).operations, cloudformation.API.Input.Shapes, "2010-05-15"},
}

// flat puts a value into a form: the members of objects behind dots, the elements of lists behind "member".
func flat(form url.Values, name string, value any) {
	switch value := value.(type) {
	case map[string]any:
		for key, member := range value {
			flat(form, strings.TrimPrefix(name+"."+key, "."), member)
		}
	case []any:
		for i, element := range value {
			flat(form, fmt.Sprintf("%s.member.%d", name, i+1), element)
		}
	case nil:
	default:
		form.Set(name, fmt.Sprint(value))
	}
}

// mistyped are values that a member of a form may not have: all of them are texts, or have members.
func mistyped(t reflect.Type) []any {
	switch t.Kind() {
	case reflect.String:
		return []any{map[string]any{"Inner": "x"}}
	case reflect.Bool:
		return []any{"yes", map[string]any{"Inner": "x"}}
	case reflect.Int, reflect.Int64:
		return []any{"soon", "1.5"}
	case reflect.Slice:
		return []any{"x", map[string]any{"member": map[string]any{"2": "x"}}, map[string]any{"member": map[string]any{"a": "x"}}}
	}
	return []any{"x"}
}

// The same of every operation of the services of the Query protocol. Theirs is a ValidationError.
// https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
func TestW5_W12_formsOfEveryOperation(t *testing.T) {
	s := start(t, sandbox.Config{})
	root := aws.Credentials{AccessKeyID: sandbox.AccessKeyID, SecretAccessKey: sandbox.SecretAccessKey}
	tried := map[string]int{}
	for service, table := range forms {
		send := func(id, operation string, value any, want ...string) {
			t.Helper()
			form := url.Values{"Action": {operation}, "Version": {table.version}}
			flat(form, "", value)
			got := do(t, client(t, s), by(t, root, http.MethodPost, "https://"+service+".us-east-1.amazonaws.com/", service, "", form.Encode()))
			for _, part := range append(want, "<Code>ValidationError</Code>") {
				if got.status != http.StatusBadRequest || !strings.Contains(html.UnescapeString(got.body), part) {
					t.Errorf("%s: %s %.200s: got %d %.400s, want %s", id, operation, form.Encode(), got.status, got.body, part)
				}
			}
			tried[id]++
		}
		for operation, o := range table.operations {
			send("unknown", operation, map[string]any{"NoSuchMember": "x"}, operation+": NoSuchMember is not supported by the sandbox")
			for _, wrong := range objectsBeyond(o.Input, table.shapes) {
				form := url.Values{}
				if flat(form, "", wrong.value); wrong.id == "W11" && len(form) == 0 {
					continue // a form can't say that an element has no members
				}
				if wrong.says != "" {
					send(wrong.id, operation, wrong.value, "at '"+strings.TrimPrefix(wrong.path, ".")+"'", wrong.says)
				}
			}
			for _, f := range reflect.VisibleFields(o.Input) {
				name := f.Name
				if tag := f.Tag.Get("aws"); tag != "" {
					name = tag
				}
				for _, value := range mistyped(f.Type) {
					if !f.Anonymous {
						send("W5", operation, map[string]any{name: value})
					}
				}
			}
		}
	}
	for _, id := range []string{"unknown", "W5", "W12"} {
		if tried[id] < 2 {
			t.Errorf("%s: tried %d inputs, want some", id, tried[id])
		}
	}
}
