// Package input reads what a request says into a Go struct: once, strictly, and held to the constraints that are declared
// beside its fields. A field has the name of its member, or the one in its tag. The tags:
//
//	aws:"limit"            the name of the member
//	required:"true"        it has to be there, be it zero
//	min:"1" max:"60"       of the length of a text (in UTF-16 units), of a list or a map, or of a number
//	enum:"A,B"             it is one of these
//	shape:"UsernameType"   it is one of the Dialect's Shapes, which has more constraints
//	each:"GroupNameType"   so is each element of the list or map
//	keys:"TableName"       so is each key of the map
//	only:"STANDARD"        the sandbox has no other value: what is another one is refused as an unknown member is
//
// Fields are texts, bools, ints and int64s, pointers to these where absent and zero differ, structs (embedded ones too), lists,
// maps with texts for keys, and types that are a Tree. A member that is null is absent.
//
// How a service speaks of what is wrong is its Dialect: a value of another type, a member that the sandbox has no use for (by
// name: nothing is left out in silence), and constraints, all of which are reported at once in the words of AWS's framework:
// "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null".
package input

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// A Dialect is how a service reads inputs and speaks of their faults.
type Dialect struct {
	Shapes map[string]Shape
	Values Values // Strict{} if nil
	// Mismatch is the error of a value of another type, at a path in the body, which is "" for the body itself.
	Mismatch func(path string, err error) error
	// Unknown is the error of members that the sandbox does not know, by their paths.
	Unknown func(operation string, members []string) error
	// Invalid is the error of an input that breaks constraints.
	Invalid func(message string) error
	// Most is how many violations are reported; 0 is all.
	Most int

	nodes sync.Map // *node by reflect.Type
}

// A Shape has the constraints of a type of the service's model.
type Shape struct {
	Min, Max int64 // a Max of 0 is none
	Pattern  string
	Enum     []string
	Secret   bool // messages do not show the value
	// Part is what of a text is held to the constraints; false is nothing.
	Part func(text string) (string, bool)
}

// A Tree is a type that reads itself from what encoding/json makes of a body, numbers being json.Numbers.
type Tree interface{ FromTree(tree any) error }

// Read reads the tree of a request's input into the struct that into points to. It reads on behind a fault: what fits is there
// even if there is an error.
func (d *Dialect) Read(operation string, tree any, into any) error {
	r := reader{Dialect: d}
	v := reflect.ValueOf(into).Elem()
	r.value("", tree, v, d.node(v.Type()))
	switch {
	case r.mismatch != nil:
		return r.mismatch
	case r.unknown != nil:
		slices.Sort(r.unknown)
		return d.Unknown(operation, r.unknown)
	}
	return r.violated()
}

// Check holds a struct that was made in Go to the constraints of its fields. What is zero there is absent, unless it may be
// zero.
func (d *Dialect) Check(in any) error {
	r := reader{Dialect: d}
	v := reflect.ValueOf(in).Elem()
	r.check("", v, d.node(v.Type()))
	return r.violated()
}

// reader carries a tree into a struct and notes what does not fit.
type reader struct {
	*Dialect
	mismatch   error    // the first value of another type
	unknown    []string // members that the sandbox does not know
	violations []string
}

func (r *reader) values() Values {
	if r.Values == nil {
		return Strict{}
	}
	return r.Values
}

func (r *reader) wrong(path string, err error) {
	if r.mismatch == nil {
		r.mismatch = r.Mismatch(path, err)
	}
}

func (r *reader) value(path string, tree any, into reflect.Value, n *node) {
	if n.tree {
		if err := into.Addr().Interface().(Tree).FromTree(tree); err != nil {
			r.wrong(path, err)
		}
		return
	}
	var err error
	switch n.kind {
	case reflect.Pointer:
		into.Set(reflect.New(into.Type().Elem()))
		r.value(path, tree, into.Elem(), n.elem)
		return
	case reflect.Struct:
		err = r.object(path, tree, into, n)
	case reflect.Map:
		err = r.dictionary(path, tree, into, n)
	case reflect.Slice:
		err = r.list(path, tree, into, n)
	case reflect.String:
		var text string
		text, err = r.values().Text(tree)
		into.SetString(text)
	case reflect.Bool:
		var truth bool
		truth, err = r.values().Truth(tree)
		into.SetBool(truth)
	default:
		var number int64
		number, err = r.values().Integer(tree)
		into.SetInt(number)
	}
	if err != nil {
		r.wrong(path, err)
	} else if n.kind != reflect.Slice && n.kind != reflect.Map { // which are held before their elements, or with them
		n.rule.hold(r, path, into)
	}
}

func (r *reader) object(path string, tree any, into reflect.Value, n *node) error {
	members, err := r.values().Object(tree, into.Type())
	if err != nil {
		return err
	}
	known := 0
	for i := range n.fields {
		f := &n.fields[i]
		member, there := members[f.name]
		if there {
			known++
		}
		switch {
		case member != nil:
			value := into.FieldByIndex(f.index)
			r.value(join(path, f.path), member, value, f.node)
			if f.only != "" && fmt.Sprint(value) != f.only && !value.IsZero() {
				r.unknown = append(r.unknown, strings.TrimPrefix(path+"."+f.name, ".")+" "+strings.Trim(show(value), "'"))
			}
		case f.required:
			r.violation(f.node.rule, join(path, f.path), "null", "Member must not be null")
		}
	}
	if known == len(members) {
		return nil
	}
	for name, member := range members {
		if member != nil && !slices.ContainsFunc(n.fields, func(f field) bool { return f.name == name }) {
			r.unknown = append(r.unknown, strings.TrimPrefix(path+"."+name, "."))
		}
	}
	return nil
}

func (r *reader) dictionary(path string, tree any, into reflect.Value, n *node) error {
	members, err := r.values().Object(tree, into.Type())
	if err != nil {
		return err
	}
	into.Set(reflect.MakeMapWithSize(into.Type(), len(members)))
	for _, name := range sorted(members) {
		if members[name] == nil {
			continue
		}
		value := reflect.New(n.elemType).Elem()
		r.value(path+"."+name+".member", members[name], value, n.elem)
		into.SetMapIndex(reflect.ValueOf(name).Convert(into.Type().Key()), value)
	}
	n.rule.hold(r, path, into)
	return nil
}

func (r *reader) list(path string, tree any, into reflect.Value, n *node) error {
	list, err := r.values().List(tree)
	if err != nil {
		return err
	}
	into.Set(reflect.MakeSlice(into.Type(), len(list), len(list)))
	n.rule.hold(r, path, into)
	for i, element := range list {
		r.value(fmt.Sprintf("%s.%d.member", path, i+1), element, into.Index(i), n.elem)
	}
	return nil
}

// check is value for what is in the struct already.
func (r *reader) check(path string, v reflect.Value, n *node) {
	if n.tree {
		return
	}
	switch n.kind {
	case reflect.Pointer:
		r.check(path, v.Elem(), n.elem)
		return
	case reflect.Struct:
		for i := range n.fields {
			r.checkField(path, v, &n.fields[i])
		}
	case reflect.Slice:
		for i := range v.Len() {
			r.check(fmt.Sprintf("%s.%d.member", path, i+1), v.Index(i), n.elem)
		}
	case reflect.Map:
		names := v.MapKeys()
		slices.SortFunc(names, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		for _, name := range names {
			r.check(path+"."+name.String()+".member", v.MapIndex(name), n.elem)
		}
	}
	n.rule.hold(r, path, v)
}

func (r *reader) checkField(path string, in reflect.Value, f *field) {
	v := in.FieldByIndex(f.index)
	if !v.IsZero() {
		r.check(join(path, f.path), v, f.node)
		return
	}
	if !f.required {
		return
	}
	scratch := reader{Dialect: r.Dialect}
	if v.Kind() != reflect.Pointer && v.Kind() != reflect.Slice && v.Kind() != reflect.Map {
		scratch.check("", v, f.node)
		if scratch.violations == nil {
			return
		}
	}
	r.violation(f.node.rule, join(path, f.path), "null", "Member must not be null")
}

// violation notes a value that breaks a constraint.
func (r *reader) violation(rule *rule, path, shown, constraint string) {
	if r.Most > 0 && len(r.violations) == r.Most {
		return
	}
	if shown = " " + shown; rule != nil && rule.Secret {
		shown = ""
	}
	r.violations = append(r.violations, fmt.Sprintf("Value%s at '%s' failed to satisfy constraint: %s", shown, path, constraint))
}

// violated is the error of all violations, nil if there are none.
func (r *reader) violated() error {
	switch len(r.violations) {
	case 0:
		return nil
	case 1:
		return r.Invalid("1 validation error detected: " + r.violations[0])
	}
	return r.Invalid(fmt.Sprintf("%d validation errors detected: %s", len(r.violations), strings.Join(r.violations, "; ")))
}

func sorted(members map[string]any) []string {
	names := make([]string, 0, len(members))
	for name := range members {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
