package assembly

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// maxResolved is how much text, in bytes, the functions of one entry of a template may make. A template of 1 MiB has no
// use for more; nested Fn::Sub could otherwise double their text with each level.
const maxResolved = 4 << 20

// nothing is what Ref gives for AWS::NoValue.
type nothing struct{}

func isNothing(v any) bool {
	_, is := v.(nothing)
	return is
}

// walk resolves the values of one entry of the template. Its methods return ok false when they reported a fault, or one
// that was reported before has left no value.
type walk struct {
	*Resolver
	faults faults
	place  Fault // all but its path and reason
	in     Section
	path   path
	left   int // of maxResolved
	// constant names the part of the template that must not depend on resources or other stacks, "" elsewhere.
	constant string
	// evaluate gives the value of a condition.
	evaluate func(name string) (holds, ok bool)
}

func (r *Resolver) walk(place Fault, in Section) *walk {
	return &walk{Resolver: r, place: place, in: in, left: maxResolved, evaluate: r.Holds}
}

func (w *walk) fail(format string, args ...any) {
	fault := w.place
	fault.Path, fault.Err = w.path.String(), fmt.Errorf(format, args...)
	w.faults.add(&fault)
}

// spend takes n bytes off what may be made.
func (w *walk) spend(n int) bool {
	enough := n <= w.left
	if enough {
		w.left -= n
	} else {
		w.fail("got more than %d bytes of text out of functions", maxResolved)
	}
	return enough
}

// at resolves the value one step further.
func (w *walk) at(step step, v any) (any, bool) {
	w.path = append(w.path, step)
	v, ok := w.value(v)
	w.path = w.path[:len(w.path)-1]
	return v, ok
}

// value resolves a value. The result shares nothing with the template.
func (w *walk) value(v any) (any, bool) {
	switch v := v.(type) {
	case []any:
		return w.list(v)
	case map[string]any:
		name, argument, err := function(v, w.in)
		if err != nil {
			w.fail("%w", err)
			return nil, false
		}
		if name == "" {
			return w.object(v)
		}
		w.path = append(w.path, keyStep(name))
		result, ok := w.call(name, argument)
		w.path = w.path[:len(w.path)-1]
		return result, ok
	}
	return v, true
}

func (w *walk) list(list []any) (any, bool) {
	out, ok := make([]any, 0, len(list)), true
	for i, v := range list {
		v, good := w.at(indexStep(i), v)
		ok = ok && good
		if !isNothing(v) {
			out = append(out, v)
		}
	}
	return out, ok
}

func (w *walk) object(object map[string]any) (any, bool) {
	out, ok := make(map[string]any, len(object)), true
	for _, key := range sortedKeys(object) {
		v, good := w.at(keyStep(key), object[key])
		ok = ok && good
		if !isNothing(v) {
			out[key] = v
		}
	}
	return out, ok
}

var sectionNames = map[Section]string{
	InResources: "resources", InOutputs: "outputs", InConditions: "conditions", InRules: "rules",
}

func (w *walk) call(name string, argument any) (any, bool) {
	f := intrinsics[name]
	switch {
	case f == nil:
		w.fail("the function is not supported")
		return nil, false
	case f.In&w.in == 0:
		w.fail("got the function in the %s of a template, where it can't stand", sectionNames[w.in])
		return nil, false
	}
	return f.resolve(w, argument)
}

// text resolves a value that has to be a string, number or boolean, to text.
func (w *walk) text(step step, v any) (string, bool) {
	v, ok := w.at(step, v)
	if !ok {
		return "", false
	}
	text, err := coerce(v)
	if err != nil {
		w.path = append(w.path, step)
		w.fail("%w", err)
		w.path = w.path[:len(w.path)-1]
		return "", false
	}
	return text, w.spend(len(text))
}

// plain is text without dynamic references: they are replaced in the end, where the function would see but their names.
func (w *walk) plain(step step, v any) (string, bool) {
	text, ok := w.text(step, v)
	if ok && strings.Contains(text, dynamicPrefix) {
		w.path = append(w.path, step)
		w.fail("got a dynamic reference, want a text that is known here")
		w.path = w.path[:len(w.path)-1]
		return "", false
	}
	return text, ok
}

// key is plain text that only Ref and Fn::FindInMap may give.
func (w *walk) key(step step, v any) (string, bool) {
	if object, isObject := v.(map[string]any); isObject {
		name, _, _ := function(object, w.in)
		if name != "Ref" && name != "Fn::FindInMap" {
			w.path = append(w.path, step)
			w.fail("got %s, want a text, Ref or Fn::FindInMap", describe(v))
			w.path = w.path[:len(w.path)-1]
			return "", false
		}
	}
	return w.plain(step, v)
}

// arguments returns the argument as a list of that many elements at least and at most.
func (w *walk) arguments(argument any, least, most int, form string) ([]any, bool) {
	list, ok := argument.([]any)
	if !ok || len(list) < least || most < len(list) {
		w.fail("got %s, want %s", describe(argument), form)
		return nil, false
	}
	return list, true
}

// values resolves a value that has to be a list.
func (w *walk) values(step step, v any) ([]any, bool) {
	v, ok := w.at(step, v)
	if !ok {
		return nil, false
	}
	list, ok := v.([]any)
	if !ok {
		w.path = append(w.path, step)
		w.fail("got %s, want a list", describe(v))
		w.path = w.path[:len(w.path)-1]
	}
	return list, ok
}

// ref is what Ref gives for a name.
func (w *walk) ref(name string) (any, bool) {
	if p, ok := pseudoParameters[name]; ok {
		return w.pseudo(p)
	}
	if p, ok := w.parameters.Get(name); ok {
		list, isList := p.Value.([]any)
		if !isList {
			return p.Value, true
		}
		return slices.Clone(list), w.spend(len(list) * 16)
	}
	res, ok := w.resource(name)
	if !ok {
		return nil, false
	}
	if w.env.Resources == nil {
		w.fail("got no resources to ask for the physical id of %s", name)
		return nil, false
	}
	id, err := w.env.Resources.Ref(res)
	return w.answer(id, err, "the physical id of "+name)
}

func (w *walk) pseudo(p PseudoParameter) (any, bool) {
	if p.Name == noValue {
		return nothing{}, true
	}
	v := p.value(&w.env)
	return w.answer(v, nil, p.Name)
}

// attribute is what Fn::GetAtt gives.
func (w *walk) attribute(id, name string) (any, bool) {
	res, ok := w.resource(id)
	if !ok {
		return nil, false
	}
	if w.env.Resources == nil {
		w.fail("got no resources to ask for %s of %s", name, id)
		return nil, false
	}
	v, err := w.env.Resources.GetAtt(res, name)
	return w.answer(v, err, "the attribute "+name+" of "+id)
}

// resource returns a resource that can be referred to here.
func (w *walk) resource(id string) (*Resource, bool) {
	res, ok := w.template.Resources.Get(id)
	switch {
	case !ok && w.env.Told:
		return &Resource{LogicalID: id}, true
	case !ok:
		w.fail("got %q, which the template does not define", clip(id))
	case w.in&(InConditions|InRules) != 0:
		w.fail("got the resource %s in the %s of a template, where nothing is created yet", id, sectionNames[w.in])
		ok = false
	case w.constant != "":
		w.fail("got the resource %s, but %s must not depend on resources", id, w.constant)
		ok = false
	case !w.exists(res):
		w.fail("%w", absent(res))
		ok = false
	}
	return res, ok
}

// answer checks what the environment gave.
func (w *walk) answer(v any, err error, what string) (any, bool) {
	given := func(text string) bool {
		return text != "" && !strings.Contains(text, dynamicPrefix)
	}
	if err != nil {
		w.fail("%s: %w", what, err)
		return nil, false
	}
	switch v := v.(type) {
	case string:
		if given(v) {
			return v, w.spend(len(v))
		}
	case []string:
		list, ok := make([]any, len(v)), true
		for i, text := range v {
			list[i], ok = text, ok && given(text) && w.spend(len(text)+16)
		}
		if ok {
			return list, true
		}
	}
	w.fail("%s: got %s, want a text that is not empty and no dynamic reference", what, describe(v))
	return nil, false
}

// condition resolves an expression that has to give true or false.
func (w *walk) condition(v any) (holds, ok bool) {
	object, _ := v.(map[string]any)
	name, _, err := function(object, w.in)
	f := intrinsics[name]
	switch {
	case err != nil:
		w.fail("%w", err)
		return false, false
	case f == nil || !f.condition:
		w.fail("got %s, want a function that gives true or false", describe(v))
		return false, false
	}
	result, ok := w.value(v)
	holds, _ = result.(bool)
	return holds, ok
}

// without reports what must not stand where the template has to be constant.
func (w *walk) without(what string) bool {
	if w.constant != "" {
		w.fail("%s must not depend on %s", w.constant, what)
	}
	return w.constant == ""
}

// asConstant resolves a text that must not depend on resources or other stacks.
func (w *walk) asConstant(what string, resolve func() (string, bool)) (string, bool) {
	before := w.constant
	if before == "" {
		w.constant = what
	}
	text, ok := resolve()
	w.constant = before
	return text, ok
}

var errNoStacks = errors.New("got no other stacks to ask")

// integer returns a whole number from 0, -1 if the text is none.
func integer(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || strconv.Itoa(n) != text {
		return -1
	}
	return n
}
