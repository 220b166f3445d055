package expression

import (
	"fmt"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/dynamodb/item"
)

// A Path is a document path: an attribute's name, then names of map entries and indexes of list elements.
type Path []Step

// A Step is a name, or an index if Name is empty and IsIndex is set.
type Step struct {
	Name    string
	Index   int
	IsIndex bool
}

// String is the path as DynamoDB's messages have it: [a, [1], b].
func (p Path) String() string {
	steps := make([]string, len(p))
	for i, s := range p {
		steps[i] = s.Name
		if s.IsIndex {
			steps[i] = fmt.Sprintf("[%d]", s.Index)
		}
	}
	return "[" + strings.Join(steps, ", ") + "]"
}

// Attribute is the name of the attribute that the path begins with.
func (p Path) Attribute() string { return p[0].Name }

func (p Path) equal(other Path) bool { return slices.Equal(p, other) }

// find is the value at p within the attributes, and whether there is one.
func (p Path) find(attributes item.Item) (item.Value, bool) {
	v := item.MapOf(attributes)
	for _, step := range p {
		var ok bool
		if v, ok = child(v, step); !ok {
			return v, false
		}
	}
	return v, true
}

func child(v item.Value, step Step) (item.Value, bool) {
	if !step.IsIndex {
		field, ok := v.Map[step.Name] // nil unless v is a map
		return field, ok
	}
	if step.Index >= len(v.List) {
		return item.Value{}, false
	}
	return v.List[step.Index], true
}

// relation is how two paths, neither of which may change what the other names, stand to each other.
type relation int

const (
	apart relation = iota
	overlap
	conflict // one takes for a list what the other takes for a map
)

func (p Path) relation(other Path) relation {
	for i := range min(len(p), len(other)) {
		if p[i].IsIndex != other[i].IsIndex {
			return conflict
		}
		if p[i] != other[i] {
			return apart
		}
	}
	return overlap
}

// relationFault is DynamoDB's message for the first path that overlaps with one before it or, if there is none, for the last
// that conflicts with one.
func relationFault(paths []Path) string {
	const format = "Two document paths %s with each other; " +
		"must remove or rewrite one of these paths; path one: %s, path two: %s"
	conflicting := ""
	for i, two := range paths {
		for _, one := range paths[:i] {
			switch one.relation(two) {
			case overlap:
				return fmt.Sprintf(format, "overlap", one, two)
			case conflict:
				conflicting = fmt.Sprintf(format, "conflict", one, two)
			}
		}
	}
	return conflicting
}
