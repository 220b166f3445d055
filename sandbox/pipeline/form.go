package pipeline

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/pipeline/input"
)

// mostMembers is how many elements a list in a form may have. The longest that AWS documents is CloudFormation's, of 200
// parameters.
const mostMembers = 200

// Form is how the services of the Query protocol speak of the faults of an input: all of them are ValidationErrors.
func Form(shapes map[string]input.Shape) *input.Dialect {
	const code = "ValidationError"
	d := Words(code, shapes)
	d.Values = formValues{}
	d.Mismatch = func(path string, err error) error {
		if path != "" {
			path += ": "
		}
		return aws.Refuse(http.StatusBadRequest, code, "%s%s", path, err)
	}
	return d
}

// ParseForm makes a tree of a form: of A.B the member B of A, and of A.member.1, A.member.2 a list.
// https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
func ParseForm(body []byte) (any, error) {
	form, err := aws.ParseQuery(string(body))
	if err != nil {
		return nil, err
	}
	root := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(form)) {
		if name == "Action" || name == "Version" || aws.OfSignature(name) {
			continue // of the protocol
		}
		if name == "" {
			return nil, errors.New("got a value without a name")
		}
		if n := len(form[name]); n > 1 {
			return nil, fmt.Errorf("got %s %d times, want it once", name, n)
		}
		if err := put(root, name, form.Get(name)); err != nil {
			return nil, err
		}
	}
	return lists("", root)
}

// put sets the value at a dotted name.
func put(in map[string]any, name, value string) error {
	steps := strings.Split(name, ".")
	if len(steps) > input.MaxDepth {
		return fmt.Errorf("the form has a name of more than %d parts", input.MaxDepth)
	}
	for _, step := range steps[:len(steps)-1] {
		if in[step] == nil {
			in[step] = map[string]any{}
		}
		next, ok := in[step].(map[string]any)
		if !ok {
			return fmt.Errorf("got %s beside a value of a part of that name", name)
		}
		in = next
	}
	in[steps[len(steps)-1]] = value
	return nil
}

// lists makes lists of the objects whose only member is "member".
func lists(path string, tree any) (any, error) {
	object, ok := tree.(map[string]any)
	if !ok {
		return tree, nil
	}
	for name, member := range object {
		var err error
		if object[name], err = lists(strings.TrimPrefix(path+"."+name, "."), member); err != nil {
			return nil, err
		}
	}
	members, ok := object["member"].(map[string]any)
	if !ok || len(object) != 1 {
		return object, nil
	}
	list := make([]any, 0, len(members))
	for i := 1; i <= len(members); i++ {
		element, there := members[strconv.Itoa(i)]
		if !there || i > mostMembers {
			return nil, fmt.Errorf("want %s.member.N with N from 1 to at most %d, without a gap", path, mostMembers)
		}
		list = append(list, element)
	}
	return list, nil
}

// formValues are values of a form: all of them are texts.
type formValues struct{ input.Strict }

func (formValues) Truth(tree any) (bool, error) {
	switch tree {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, fmt.Errorf("got %q, want true or false", shown(tree))
}

func (formValues) Integer(tree any) (int64, error) {
	text, _ := tree.(string)
	number, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("got %q, want a whole number", shown(tree))
	}
	return number, nil
}

// List takes an empty text for a list without elements, as the protocol writes one.
func (v formValues) List(tree any) ([]any, error) {
	if tree == "" {
		return nil, nil
	}
	return v.Strict.List(tree)
}

func shown(tree any) string {
	text, ok := tree.(string)
	if !ok {
		return "more than a text"
	}
	const most = 100
	if len(text) > most {
		return strings.ToValidUTF8(text[:most], "") + "…"
	}
	return text
}
