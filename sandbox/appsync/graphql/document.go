package graphql

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
)

// The limits of graphql-java: how many tokens a document may have, and how many errors of validation are told.
const (
	maxTokens = 15_000
	maxFaults = 100
)

// A Request is what a client sends. Numbers in Variables are json.Number.
type Request struct {
	Query         string         `json:"query"`
	OperationName string         `json:"operationName"`
	Variables     map[string]any `json:"variables"`
}

// An Operation is a valid operation of a document with its coerced variables. It can be executed any number of times.
type Operation struct {
	Definition *ast.OperationDefinition
	Variables  map[string]any

	schema *ast.Schema
	text   string
}

// Parse reads the document, validates it and takes the operation of the name, or the only one. With introspection off, the
// fields of the schema's description are undefined. Errors are those of the answer, and there is no operation then.
func Parse(schema *ast.Schema, request Request, introspection bool) (*Operation, []Error) {
	document, err := parser.ParseQueryWithTokenLimit(&ast.Source{Name: "query", Input: request.Query}, maxTokens)
	if err != nil {
		return nil, []Error{invalidSyntax(err)}
	}
	if faults := validate(schema, document, introspection); faults != nil {
		return nil, faults
	}
	definition, fault := choose(document, request.OperationName)
	if fault != nil {
		return nil, []Error{*fault}
	}
	o := &Operation{Definition: definition, schema: schema, text: request.Query}
	if fault := o.variables(request.Variables); fault != nil {
		return nil, []Error{*fault}
	}
	return o, nil
}

// invalidSyntax is the error for a document that is none.
func invalidSyntax(err error) Error {
	location := Location{Line: 1, Column: 1}
	message := err.Error()
	if e := (*gqlerror.Error)(nil); errors.As(err, &e) {
		message = e.Message
		if len(e.Locations) > 0 {
			location.Line, location.Column = e.Locations[0].Line, e.Locations[0].Column
		}
	}
	return Error{Locations: []Location{location}, Message: "Invalid Syntax : " + message}
}

// choose takes the operation of a name, or the only one.
func choose(document *ast.QueryDocument, name string) (*ast.OperationDefinition, *Error) {
	if name == "" && len(document.Operations) == 1 {
		return document.Operations[0], nil
	}
	if name != "" {
		if found := document.Operations.ForName(name); found != nil {
			return found, nil
		}
	}
	fault := faultf(nil, "Must provide operation name if query contains multiple operations.")
	switch {
	case name != "":
		fault.Message = "Unknown operation named '" + name + "'."
	case len(document.Operations) == 0:
		fault.Message = "The document has no operation."
	}
	return nil, &fault
}

// Kind tells queries, mutations and subscriptions apart.
func (o *Operation) Kind() ast.Operation {
	if o.Definition.Operation == "" {
		return ast.Query
	}
	return o.Definition.Operation
}

// Root is the type of the operation's own fields.
func (o *Operation) Root() *ast.Definition {
	switch o.Kind() {
	case ast.Mutation:
		return o.schema.Mutation
	case ast.Subscription:
		return o.schema.Subscription
	}
	return o.schema.Query
}

// A RootField is one of the fields that the operation asks the API for.
type RootField struct {
	Key   string // the alias, or the name
	Name  string
	Field *ast.FieldDefinition

	asked group
}

// Roots are the root fields that the operation selects, fragments and @skip and @include carried out.
func (o *Operation) Roots() []RootField {
	var roots []RootField
	for _, g := range o.collect(o.Root(), o.Definition.SelectionSet) {
		roots = append(roots, RootField{Key: g.key, Name: g.fields[0].Name, Field: g.fields[0].Definition, asked: g})
	}
	return roots
}

// Arguments are the coerced arguments of a root field. An error is one of the answer.
func (o *Operation) Arguments(root RootField) (map[string]any, *Error) {
	arguments, err := o.arguments(root.Field.Arguments, root.asked.fields[0].Arguments)
	if err != nil {
		fault := faultf(root.asked.locations(), "%s", err)
		return nil, &fault
	}
	return arguments, nil
}

// validate runs the rules of the specification, and those of this package. What they find comes in the order of the
// document.
func validate(schema *ast.Schema, document *ast.QueryDocument, introspection bool) []Error {
	checks := rulesFor(introspection)
	places := pathsOf(document)
	var faults []Error
	for _, found := range validator.ValidateWithRules(schema, document, checks) {
		faults = append(faults, violation(found, places))
	}
	if faults == nil {
		if fault := overlaps(schema, document); fault != nil {
			return []Error{*fault}
		}
		return nil
	}
	slices.SortStableFunc(faults, func(a, b Error) int {
		if len(a.Locations) == 0 || len(b.Locations) == 0 {
			return len(a.Locations) - len(b.Locations)
		}
		return cmp.Or(a.Locations[0].Line-b.Locations[0].Line, a.Locations[0].Column-b.Locations[0].Column)
	})
	return faults[:min(len(faults), maxFaults)]
}

// pathsOf are the paths of the fields by their places. The arguments and directives of a field are looked up by the place
// of the field before them.
func pathsOf(document *ast.QueryDocument) map[Location]string {
	places := map[Location]string{}
	for _, operation := range document.Operations {
		addPaths(places, operation.SelectionSet, nil)
	}
	for _, fragment := range document.Fragments {
		addPaths(places, fragment.SelectionSet, []string{fragment.Name})
	}
	return places
}

func addPaths(places map[Location]string, selections ast.SelectionSet, above []string) {
	for _, selection := range selections {
		switch s := selection.(type) {
		case *ast.Field:
			below := append(above[:len(above):len(above)], s.Name)
			name := strings.Join(below, "/")
			note := func(p *ast.Position) {
				if p != nil {
					places[Location{Line: p.Line, Column: p.Column}] = name
				}
			}
			note(s.Position)
			for _, argument := range s.Arguments {
				note(argument.Position)
				noteValues(argument.Value, note)
			}
			addPaths(places, s.SelectionSet, below)
		case *ast.InlineFragment:
			addPaths(places, s.SelectionSet, above)
		}
	}
}

func noteValues(v *ast.Value, note func(*ast.Position)) {
	note(v.Position)
	for _, child := range v.Children {
		note(child.Position)
		noteValues(child.Value, note)
	}
}
