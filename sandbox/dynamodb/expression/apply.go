package expression

import (
	"maps"
	"slices"

	"lightbox.example/lightbox/sandbox/dynamodb/item"
)

const (
	noAttribute = "The provided expression refers to an attribute that does not exist in the item"
	wrongType   = "An operand in the update expression has an incorrect data type"
	wrongPath   = "The document path provided in the update expression is invalid for update"
)

// An outcome is what lies at a path after the update: a value, or none if there is a nil.
type outcome struct {
	path  Path
	value *item.Value
}

// Apply is the item after the update. The attributes are those of the item or, if there is none, of its key; they stay as
// they are. All values, and all indexes, refer to the item as it was. The error is a Fault.
func (u *Update) Apply(attributes item.Item) (item.Item, error) {
	set := make([]item.Value, len(u.actions))
	for i, a := range u.actions {
		if a.section != "SET" {
			continue
		}
		v, err := result(a.value, attributes)
		if err != nil {
			return nil, err
		}
		set[i] = v
	}
	var outcomes []outcome
	for i, a := range u.actions {
		old, found, ok := target(a.target.path, attributes)
		if !ok {
			return nil, faultf(wrongPath)
		}
		o := outcome{path: a.target.path, value: &set[i]}
		var err error
		switch a.section {
		case "REMOVE":
			o.value = nil
		case "ADD":
			o.value, err = added(old, found, a.value.value)
		case "DELETE":
			o.value, err = subtracted(old, found, a.value.value)
		}
		if err != nil {
			return nil, err
		}
		outcomes = append(outcomes, o)
	}
	return rebuilt(item.MapOf(attributes), outcomes, 0).Map, nil
}

// target is the value at a path, whether there is one, and whether there is a place for it.
func target(p Path, attributes item.Item) (v item.Value, found, ok bool) {
	last := len(p) - 1
	parent, ok := p[:last].find(attributes)
	want := item.M
	if p[last].IsIndex {
		want = item.L
	}
	ok = ok && parent.Kind == want
	v, found = child(parent, p[last])
	return v, found, ok
}

// result is the value of a SET.
func result(n *node, attributes item.Item) (item.Value, error) {
	switch {
	case n.kind == isValue:
		return n.value, nil
	case n.kind == isPath:
		v, ok := n.path.find(attributes)
		if !ok {
			return v, faultf(noAttribute)
		}
		return v, nil
	case n.text == "if_not_exists":
		if v, ok := n.args[0].path.find(attributes); ok {
			return v, nil
		}
		return result(n.args[1], attributes)
	}
	a, err := result(n.args[0], attributes)
	if err != nil {
		return a, err
	}
	want := item.N
	if n.kind == isCall {
		want = item.L
	}
	if a.Kind != want {
		return a, faultf(wrongType)
	}
	b, err := result(n.args[1], attributes)
	if err != nil {
		return b, err
	}
	switch {
	case b.Kind != want:
		return b, faultf(wrongType)
	case n.kind == isCall:
		return item.ListOf(slices.Concat(a.List, b.List)...), nil
	case n.text == "+":
		return faulty(item.Add(a, b))
	}
	return faulty(item.Subtract(a, b))
}

func faulty(v item.Value, err error) (item.Value, error) {
	if err != nil {
		return v, faultf("%w", err)
	}
	return v, nil
}

func added(old item.Value, found bool, more item.Value) (*item.Value, error) {
	switch {
	case !found:
		return &more, nil
	case old.Kind != more.Kind:
		return nil, faultf(wrongType)
	case old.Kind == item.N:
		sum, err := faulty(item.Add(old, more))
		return &sum, err
	}
	in := setOfElements(old.Set)
	union := slices.Clone(old.Set)
	for _, e := range more.Set {
		if !in[e] {
			union = append(union, e)
		}
	}
	return &item.Value{Kind: old.Kind, Set: union}, nil
}

func subtracted(old item.Value, found bool, less item.Value) (*item.Value, error) {
	if !found {
		return nil, nil
	}
	if old.Kind != less.Kind {
		return nil, faultf(wrongType)
	}
	out := setOfElements(less.Set)
	var rest []string
	for _, e := range old.Set {
		if !out[e] {
			rest = append(rest, e)
		}
	}
	if rest == nil { // there are no empty sets
		return nil, nil
	}
	return &item.Value{Kind: old.Kind, Set: rest}, nil
}

func setOfElements(elements []string) map[string]bool {
	set := make(map[string]bool, len(elements))
	for _, e := range elements {
		set[e] = true
	}
	return set
}

// rebuilt is v, a map or a list, with the outcomes in their places below it.
func rebuilt(v item.Value, outcomes []outcome, depth int) item.Value {
	groups := map[Step][]outcome{}
	for _, o := range outcomes {
		groups[o.path[depth]] = append(groups[o.path[depth]], o)
	}
	// at is what lies at a step afterwards, or nil.
	at := func(step Step) *item.Value {
		group := groups[step]
		if len(group[0].path) == depth+1 {
			return group[0].value
		}
		old, _ := child(v, step)
		changed := rebuilt(old, group, depth+1)
		return &changed
	}
	if v.Kind == item.M {
		fields := maps.Clone(v.Map)
		if fields == nil {
			fields = item.Item{}
		}
		for step := range groups {
			if child := at(step); child != nil {
				fields[step.Name] = *child
			} else {
				delete(fields, step.Name)
			}
		}
		return item.MapOf(fields)
	}
	var list []item.Value
	for i, element := range v.List {
		step := Step{Index: i, IsIndex: true}
		if groups[step] == nil {
			list = append(list, element)
		} else if child := at(step); child != nil {
			list = append(list, *child)
		}
	}
	// Elements beyond the end are appended in the order of their indexes.
	for _, step := range slices.SortedFunc(maps.Keys(groups), func(a, b Step) int { return a.Index - b.Index }) {
		if step.Index >= len(v.List) {
			if child := at(step); child != nil {
				list = append(list, *child)
			}
		}
	}
	return item.ListOf(list...)
}
