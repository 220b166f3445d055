package expression

import (
	"maps"
	"slices"

	"lightbox.example/lightbox/sandbox/dynamodb/item"
)

// A Projection is a parsed ProjectionExpression: the paths that it selects.
type Projection []Path

// Projection parses a ProjectionExpression.
func (s *Scope) Projection(text string) (Projection, error) {
	paths, message := s.projection(text)
	if message != "" {
		return nil, faultf("Invalid ProjectionExpression: %s", message)
	}
	return paths, nil
}

func (s *Scope) projection(text string) (Projection, string) {
	if m := sizeFault(text); m != "" {
		return nil, m
	}
	list := &node{}
	_, message := parse(text, func(p *parser) {
		for {
			list.args = append(list.args, p.path())
			if !p.take(",") {
				return
			}
		}
	})
	if message != "" {
		return nil, message
	}
	message = firstOf(
		func() string { return reservedWord(list) },
		func() string { return s.resolve(list, anyPlaceholder) },
	)
	if message != "" {
		return nil, message
	}
	var paths Projection
	for _, n := range list.args {
		paths = append(paths, n.path)
	}
	return paths, relationFault(paths)
}

// Of is the part of the attributes that the paths lead to, in the places where it is; of a list, only the elements that they
// lead to, in their order. It is empty, not nil, when they lead nowhere.
func (p Projection) Of(attributes item.Item) item.Item {
	part := item.Item{}
	for name, paths := range byName(p, 0) {
		if v, ok := selected(attributes[name], paths, 1); ok {
			part[name] = v
		}
	}
	return part
}

// byName groups paths by their step at a depth. None of them ends above it.
func byName(paths []Path, depth int) map[string][]Path {
	groups := map[string][]Path{}
	for _, p := range paths {
		if !p[depth].IsIndex {
			groups[p[depth].Name] = append(groups[p[depth].Name], p)
		}
	}
	return groups
}

func byIndex(paths []Path, depth int) map[int][]Path {
	groups := map[int][]Path{}
	for _, p := range paths {
		if p[depth].IsIndex {
			groups[p[depth].Index] = append(groups[p[depth].Index], p)
		}
	}
	return groups
}

// selected is the part of v that paths lead to from a depth on.
func selected(v item.Value, paths []Path, depth int) (item.Value, bool) {
	if v.Kind == item.None || len(paths[0]) == depth {
		return v, v.Kind != item.None
	}
	switch v.Kind {
	case item.M:
		part := item.Item{}
		for name, paths := range byName(paths, depth) {
			if child, ok := selected(v.Map[name], paths, depth+1); ok {
				part[name] = child
			}
		}
		return item.MapOf(part), len(part) > 0
	case item.L:
		var part []item.Value
		groups := byIndex(paths, depth)
		for _, i := range slices.Sorted(maps.Keys(groups)) {
			if i >= len(v.List) {
				break
			}
			if child, ok := selected(v.List[i], groups[i], depth+1); ok {
				part = append(part, child)
			}
		}
		return item.ListOf(part...), len(part) > 0
	}
	return v, false
}
