package graphql

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/vektah/gqlparser/v2/ast"
)

// A Backend is what stands behind the fields of a schema. It is called from several goroutines.
type Backend interface {
	// Authorize says whether the caller may have a field of a type: nil, or the error to answer instead.
	Authorize(parent *ast.Definition, field *ast.FieldDefinition) *Error
	// Resolver is what answers a field, nil where the value of its parent does.
	Resolver(parent, field string) Resolver
}

// A Resolver answers a field. The value is JSON. Paths and locations of errors are added by the caller.
type Resolver func(ctx context.Context, f Field) (value json.RawMessage, faults []Error)

// A Field is a field that a Resolver answers.
type Field struct {
	Parent    *ast.Definition
	Name      string
	Type      *ast.Type
	Arguments map[string]any
	Source    any // the parent's value; nil at the root
	Path      []any

	operation *Operation
	asked     group
}

// Limits bound an execution; zero is no limit.
type Limits struct {
	Depth     int // levels of fields, the root and the leaf counted
	Resolvers int
}

// A Result is what an operation came to.
type Result struct {
	Data   *Object // nil is null
	Errors []Error
}

// JSON is the body of the answer.
func (r Result) JSON() json.RawMessage {
	text := appendValue([]byte(`{"data":`), r.Data)
	if len(r.Errors) > 0 {
		errors, err := json.Marshal(r.Errors)
		if err != nil {
			errors = []byte("[]") // Data and ErrorInfo are JSON, or they would not be here
		}
		text = append(append(text, `,"errors":`...), errors...)
	}
	return append(text, '}')
}

// resolversAtOnce is how many resolvers of one request run at a time.
const resolversAtOnce = 8

// Execute carries out a query, its fields side by side, or a mutation, one root field after the other. Errors come in the
// order of the fields in the answer. https://spec.graphql.org/June2018/#sec-Execution
func (o *Operation) Execute(ctx context.Context, backend Backend, limits Limits) Result {
	x := o.execution(ctx, backend, limits)
	root := x.shape(o.Root(), o.Definition.SelectionSet)
	data, faults, null := x.object(root, nil, nil, 1, o.Kind() == ast.Mutation)
	if null {
		data = nil
	}
	return Result{Data: data, Errors: faults}
}

// A Projection is what subscribers with an operation get of events. It is safe for concurrent use.
type Projection struct {
	root  RootField
	x     *execution
	shape *shape
}

// Projection prepares what subscribers with this operation get of events: authorize is asked, as that of a Backend, and no resolver is.
func (o *Operation) Projection(authorize func(*ast.Definition, *ast.FieldDefinition) *Error, limits Limits, root RootField) *Projection {
	x := o.execution(context.Background(), silent(authorize), limits)
	return &Projection{root, x, x.shape(o.Root(), o.Definition.SelectionSet)}
}

// Of is what subscribers get of an event: an object with the fields by their names, or null, as Decode reads it. What the event does not
// have is null.
func (p *Projection) Of(event any) Result {
	data, faults, null := p.x.object(p.shape, map[string]any{p.root.Name: event}, nil, 1, false)
	if null {
		data = nil
	}
	return Result{Data: data, Errors: faults}
}

// silent is a backend without resolvers.
type silent func(*ast.Definition, *ast.FieldDefinition) *Error

func (s silent) Authorize(parent *ast.Definition, field *ast.FieldDefinition) *Error {
	return s(parent, field)
}

func (silent) Resolver(string, string) Resolver { return nil }

// execution is an operation on its way.
type execution struct {
	ctx     context.Context
	op      *Operation
	backend Backend
	limits  Limits
	count   atomic.Int64  // of resolvers that ran
	slots   chan struct{} // one for each resolver that runs

	mutex  sync.Mutex
	shapes map[shapeKey]*shape
}

func (o *Operation) execution(ctx context.Context, backend Backend, limits Limits) *execution {
	return &execution{
		ctx: ctx, op: o, backend: backend, limits: limits,
		slots: make(chan struct{}, resolversAtOnce), shapes: map[shapeKey]*shape{},
	}
}

// A shape is what a selection asks of objects of one type.
type shape struct {
	of     *ast.Definition
	groups []ask
	deep   bool // there are resolvers in it or below
}

type ask struct {
	group
	resolver Resolver
	denied   *Error
}

type shapeKey struct {
	of    *ast.Definition
	first *ast.Field // of the group whose value it is
}

// below is the shape of a field's value, made once.
func (x *execution) below(of *ast.Definition, asked group) *shape {
	key := shapeKey{of, asked.fields[0]}
	x.mutex.Lock()
	defer x.mutex.Unlock()
	if s, ok := x.shapes[key]; ok {
		return s
	}
	s := x.shape(of, asked.selections()...)
	x.shapes[key] = s
	return s
}

func (x *execution) shape(of *ast.Definition, sets ...ast.SelectionSet) *shape {
	s := &shape{of: of}
	for _, g := range x.op.collect(of, sets...) {
		a := ask{group: g}
		if definition := g.fields[0].Definition; g.fields[0].Name != "__typename" && !isMeta(of) {
			a.denied = x.backend.Authorize(of, definition)
			a.resolver = x.backend.Resolver(of.Name, definition.Name)
			s.deep = s.deep || a.resolver != nil
		}
		s.groups = append(s.groups, a)
	}
	return s
}

// outcome is what a field came to.
type outcome struct {
	value  any
	faults []Error
	null   bool // the field must not be null and is
}

// object completes an object: its fields one after the other or, where resolvers answer several of them, side by side.
func (x *execution) object(s *shape, source any, p *path, depth int, serial bool) (*Object, []Error, bool) {
	results := make([]outcome, len(s.groups))
	var wait sync.WaitGroup
	for i, a := range s.groups {
		if serial || a.resolver == nil || len(s.groups) == 1 {
			results[i] = x.field(s.of, a, source, p, depth)
			continue
		}
		wait.Go(func() { results[i] = x.field(s.of, a, source, p, depth) })
	}
	wait.Wait()
	object := &Object{fields: make([]entry, len(s.groups))}
	var faults []Error
	null := false
	for i, r := range results {
		a := s.groups[i]
		object.fields[i] = entry{key: a.key, name: a.fields[0].Name, value: r.value}
		faults = append(faults, r.faults...)
		null = null || r.null
	}
	if null {
		return nil, faults, true
	}
	return object, faults, false
}

// field answers one field of an object.
func (x *execution) field(parent *ast.Definition, a ask, source any, up *path, depth int) (result outcome) {
	f, p := a.fields[0], up.field(a.key)
	defer func() { // it may be a goroutine of its own
		if reason := recover(); reason != nil {
			result = x.failed(a, p, Error{ErrorType: "InternalFailure", Message: fmt.Sprintf("a fault of the sandbox: %v", reason)})
		}
	}()
	if f.Name == "__typename" {
		return outcome{value: parent.Name}
	}
	if x.limits.Depth > 0 && depth > x.limits.Depth {
		return x.failed(a, p, Error{ErrorType: "QueryDepthLimitReached",
			Message: fmt.Sprintf("The field is deeper than %d levels, the API's limit of the depth of queries.", x.limits.Depth)})
	}
	if a.denied != nil {
		return x.failed(a, p, *a.denied)
	}
	value, faults := x.value(parent, a, source, p)
	if value == nil && faults != nil {
		return outcome{faults: faults, null: f.Definition.Type.NonNull}
	}
	result = x.complete(f.Definition.Type, value, a.group, parent, p, depth)
	result.faults = append(faults, result.faults...)
	return result
}

// failed is a field that has an error instead of a value.
func (x *execution) failed(a ask, p *path, faults ...Error) outcome {
	return outcome{faults: x.placed(a, p, faults), null: a.fields[0].Definition.Type.NonNull}
}

// placed gives errors the path and the places of a field.
func (x *execution) placed(a ask, p *path, faults []Error) []Error {
	for i := range faults {
		faults[i].Path, faults[i].Locations = p.list(), a.locations()
	}
	return faults
}

// value is what a field has before its type is looked at. Where it fails there are errors; a resolver may append errors to
// a value as well.
func (x *execution) value(parent *ast.Definition, a ask, source any, p *path) (any, []Error) {
	f := a.fields[0]
	arguments, err := x.op.arguments(f.Definition.Arguments, f.Arguments)
	if err != nil {
		return nil, x.placed(a, p, []Error{{Message: err.Error()}})
	}
	if answer, ok := x.introspect(parent, f, arguments, source); ok {
		return answer, nil
	}
	if a.resolver == nil {
		members, _ := source.(map[string]any)
		return members[f.Name], nil
	}
	if limit := int64(x.limits.Resolvers); x.count.Add(1) > limit && limit > 0 {
		return nil, x.placed(a, p, []Error{{ErrorType: "ResolverExecutionLimitReached",
			Message: fmt.Sprintf("The request needs more than %d resolvers, the API's limit.", limit)}})
	}
	return x.resolve(parent, a, arguments, source, p)
}

func (x *execution) resolve(parent *ast.Definition, a ask, arguments map[string]any, source any, p *path) (any, []Error) {
	select {
	case x.slots <- struct{}{}:
		defer func() { <-x.slots }()
	case <-x.ctx.Done():
		return nil, x.placed(a, p, []Error{{ErrorType: "ExecutionTimeout", Message: "Execution timed out."}})
	}
	f := a.fields[0]
	text, faults := a.resolver(x.ctx, Field{
		Parent: parent, Name: f.Name, Type: f.Definition.Type, Arguments: arguments, Source: source, Path: p.list(),
		operation: x.op, asked: a.group,
	})
	x.placed(a, p, faults)
	value, err := Decode(text)
	if err != nil {
		return nil, append(faults, x.placed(a, p, []Error{{ErrorType: "InternalFailure", Message: "the resolver's value is no JSON: " + err.Error()}})...)
	}
	return value, faults
}

// Decode reads JSON as this package has it: numbers are json.Number, and no text is null.
func Decode(text json.RawMessage) (any, error) {
	if len(text) == 0 {
		return nil, nil
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	err := decoder.Decode(&value)
	return value, err
}

// Begin runs the resolver of a subscription's field, if it has one, and answers what forbids the subscription. What the
// resolver returns counts for nothing: events have what mutations return.
func (o *Operation) Begin(ctx context.Context, backend Backend, limits Limits, root RootField) []Error {
	x := o.execution(ctx, backend, limits)
	s := x.shape(o.Root(), o.Definition.SelectionSet)
	for _, a := range s.groups {
		if a.key != root.Key {
			continue
		}
		p := (*path)(nil).field(a.key)
		if a.denied != nil {
			return x.placed(a, p, []Error{*a.denied})
		}
		_, faults := x.value(s.of, a, nil, p)
		return faults
	}
	return nil
}
