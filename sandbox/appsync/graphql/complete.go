package graphql

import (
	"sync"

	"github.com/vektah/gqlparser/v2/ast"
)

// complete gives a field's value the form of its type. https://spec.graphql.org/June2018/#CompleteValue()
//
// Where null stands and must not, each such field has an error of its own, even where its siblings have one; the null goes
// up to the next field that may be null. A field whose resolver failed has that error alone.
func (x *execution) complete(want *ast.Type, value any, asked group, parent *ast.Definition, p *path, depth int) outcome {
	if value == nil {
		return x.null(want, parent, p)
	}
	var result outcome
	switch {
	case want.Elem != nil:
		result = x.list(want, value, asked, parent, p, depth)
	default:
		result = x.named(want, value, asked, parent, p, depth)
	}
	if result.null {
		return outcome{faults: result.faults, null: want.NonNull}
	}
	return result
}

// null is the outcome of a value that is not there. AppSync names no type for a list.
func (x *execution) null(want *ast.Type, parent *ast.Definition, p *path) outcome {
	if !want.NonNull {
		return outcome{}
	}
	name := want.NamedType
	if name == "" {
		name = "null"
	}
	return outcome{null: true, faults: []Error{{
		Path:    p.list(),
		Message: "Cannot return null for non-nullable type: '" + name + "' within parent '" + parent.Name + "' (" + p.String() + ")",
	}}}
}

// mismatch is the outcome of a value of the wrong kind.
func (x *execution) mismatch(want *ast.Type, p *path, kind string) outcome {
	return outcome{null: want.NonNull, faults: []Error{{
		Path: p.list(), Message: "Can't resolve value (" + p.String() + ") : type mismatch error, expected type " + kind,
	}}}
}

func (x *execution) list(want *ast.Type, value any, asked group, parent *ast.Definition, p *path, depth int) outcome {
	elements, ok := value.([]any)
	if !ok {
		return x.mismatch(want, p, "LIST")
	}
	results := make([]outcome, len(elements))
	if of := x.op.schema.Types[want.Name()]; of.Kind == ast.Object && x.below(of, asked).deep {
		var wait sync.WaitGroup
		for i, element := range elements {
			wait.Go(func() { results[i] = x.complete(want.Elem, element, asked, parent, p.element(i), depth) })
		}
		wait.Wait()
	} else {
		for i, element := range elements {
			results[i] = x.complete(want.Elem, element, asked, parent, p.element(i), depth)
		}
	}
	completed := outcome{value: make([]any, len(elements))}
	for i, r := range results {
		completed.value.([]any)[i] = r.value
		completed.faults = append(completed.faults, r.faults...)
		completed.null = completed.null || r.null
	}
	return completed
}

func (x *execution) named(want *ast.Type, value any, asked group, parent *ast.Definition, p *path, depth int) outcome {
	of := x.op.schema.Types[want.NamedType]
	switch of.Kind {
	case ast.Scalar, ast.Enum:
		written, err := write(of, value)
		if err != nil {
			return outcome{null: want.NonNull, faults: []Error{{
				Path: p.list(), Message: "Can't serialize value (" + p.String() + ") : " + err.Error(),
			}}}
		}
		return outcome{value: written}
	case ast.Interface, ast.Union:
		members, _ := value.(map[string]any)
		name, _ := members["__typename"].(string)
		concrete := x.op.schema.Types[name]
		if concrete == nil || concrete.Kind != ast.Object {
			return outcome{null: want.NonNull, faults: []Error{{
				Path: p.list(), Message: "Abstract type '" + of.Name + "' must resolve to an Object type at runtime for field '" +
					parent.Name + "." + asked.fields[0].Name + "': the value has no __typename of one.",
			}}}
		}
		of = concrete
	}
	if _, ok := value.(map[string]any); !ok && !isMeta(of) {
		return x.mismatch(want, p, "OBJECT")
	}
	object, faults, null := x.object(x.below(of, asked), value, p, depth+1, false)
	if null {
		return outcome{faults: faults, null: true}
	}
	return outcome{value: object, faults: faults}
}
