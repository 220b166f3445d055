package proof

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
	"github.com/vektah/gqlparser/v2/parser"
)

// sdl makes the mutants of a schema by its syntax tree: each directive, field, argument and type of
// it removed, added and changed.
type sdl struct {
	t    *testing.T
	text string
	made func(operator, what, changed string)
}

// grammar mutates a schema.
func (m mutation) grammar(t *testing.T) {
	text, _ := m.properties()["Definition"].(string)
	if text == "" {
		return
	}
	s := sdl{t: t, text: text}
	s.made = func(operator, what, changed string) {
		place, _, _ := strings.Cut(what, " ")
		place, _, _ = strings.Cut(place, "(")
		m.made(mutant{operator: "schema: " + operator, what: m.id + ": " + what, generated: true, schema: true, fields: s.concerned(place), equal: schemaReason(operator, what)}, func(template map[string]any) {
			template["Resources"].(map[string]any)[m.id].(map[string]any)["Properties"].(map[string]any)["Definition"] = changed
		})
	}
	document := s.parse()
	for d, definition := range document.Definitions {
		s.directives(definition.Name, definition.Directives, func(doc *ast.SchemaDocument) *ast.DirectiveList {
			return &doc.Definitions[d].Directives
		}, definition.Kind == ast.Object)
		for f, field := range definition.Fields {
			s.field(definition, field, func(doc *ast.SchemaDocument) (*ast.Definition, *ast.FieldDefinition) {
				return doc.Definitions[d], doc.Definitions[d].Fields[f]
			})
		}
		s.made("add a field", definition.Name, s.with(func(doc *ast.SchemaDocument) {
			doc.Definitions[d].Fields = append(doc.Definitions[d].Fields, &ast.FieldDefinition{Name: "peek", Type: ast.NamedType("String", nil)})
		}))
		s.made("extend a type", definition.Name, s.with(func(doc *ast.SchemaDocument) {
			doc.Extensions = append(doc.Extensions, &ast.Definition{Kind: definition.Kind, Name: definition.Name, Fields: ast.FieldList{
				{Name: "peek", Type: ast.NamedType("String", nil)},
			}})
		}))
	}
	s.made("add a type", "an object", text+"\ntype Peek { peek: String }\n")
	for i, root := range document.Schema[0].OperationTypes {
		s.made("change the roots", "no "+root.Type, s.with(func(doc *ast.SchemaDocument) {
			doc.Schema[0].OperationTypes = slices.Delete(doc.Schema[0].OperationTypes, i, i+1)
		}))
		s.made("change the roots", root.Type+" are photos", s.with(func(doc *ast.SchemaDocument) { doc.Schema[0].OperationTypes[i].Type = "Photo" }))
	}
}

// concerned are the fields whose calls a place of the schema shows in: a field itself, those that take
// an input, those that answer a type or what has it.
func (s sdl) concerned(place string) []string {
	all, document := []string{}, s.parse()
	of, _, _ := strings.Cut(place, ".")
	var has func(name string) bool // itself, or at any depth: no type of the schema has itself
	has = func(name string) bool {
		definition := document.Definitions.ForName(name)
		return name == of || definition != nil && slices.ContainsFunc(definition.Fields, func(field *ast.FieldDefinition) bool { return has(field.Type.Name()) })
	}
	for _, root := range []string{"Query", "Mutation", "Subscription"} {
		for _, field := range document.Definitions.ForName(root).Fields {
			takes := slices.ContainsFunc(field.Arguments, func(argument *ast.ArgumentDefinition) bool { return argument.Type.Name() == of })
			answers := root != "Subscription" && has(field.Type.Name())
			if path := root + "." + field.Name; takes || answers || path == strings.TrimSuffix(place, ":") {
				all = append(all, path)
			}
		}
	}
	return all
}

func (s sdl) parse() *ast.SchemaDocument {
	s.t.Helper()
	document, err := parser.ParseSchema(&ast.Source{Name: "schema.graphql", Input: s.text})
	if err != nil {
		s.t.Fatal(err)
	}
	return document
}

// with is the text of the schema with one change.
func (s sdl) with(change func(doc *ast.SchemaDocument)) string {
	document := s.parse()
	change(document)
	var text strings.Builder
	formatter.NewFormatter(&text).FormatSchemaDocument(document)
	return text.String()
}

// authorizing are AppSync's directives of who may call.
var authorizing = []string{"aws_iam", "aws_cognito_user_pools", "aws_api_key", "aws_oidc", "aws_lambda", "aws_auth"}

// directives mutates those of a type or field.
func (s sdl) directives(place string, list ast.DirectiveList, at func(doc *ast.SchemaDocument) *ast.DirectiveList, open bool) {
	for i, directive := range list {
		s.made("remove a directive", place+" @"+directive.Name, s.with(func(doc *ast.SchemaDocument) {
			all := at(doc)
			*all = slices.Delete(*all, i, i+1)
		}))
		for a, argument := range directive.Arguments {
			s.made("change a directive", fmt.Sprintf("%s @%s without %s", place, directive.Name, argument.Name), s.with(func(doc *ast.SchemaDocument) {
				(*at(doc))[i].Arguments = slices.Delete((*at(doc))[i].Arguments, a, a+1)
			}))
			s.names(fmt.Sprintf("%s @%s(%s)", place, directive.Name, argument.Name), argument, func(doc *ast.SchemaDocument) *ast.Value {
				return (*at(doc))[i].Arguments[a].Value
			})
		}
	}
	for _, name := range authorizing {
		if open && list.ForName(name) == nil {
			s.made("add a directive", place+" @"+name, s.with(func(doc *ast.SchemaDocument) {
				all := at(doc)
				*all = append(*all, &ast.Directive{Name: name})
			}))
		}
	}
	if group := list.ForName("aws_cognito_user_pools"); open && group != nil && group.Arguments == nil {
		s.made("change a directive", place+" for readers alone", s.with(func(doc *ast.SchemaDocument) {
			at(doc).ForName(group.Name).Arguments = ast.ArgumentList{{Name: "cognito_groups", Value: &ast.Value{Kind: ast.ListValue, Children: ast.ChildValueList{
				{Value: &ast.Value{Kind: ast.StringValue, Raw: "Readers"}},
			}}}}
		}))
	}
}

// names mutates a list of names in a directive: groups, or mutations.
func (s sdl) names(place string, argument *ast.Argument, at func(doc *ast.SchemaDocument) *ast.Value) {
	var given []string
	for i, child := range argument.Value.Children {
		given = append(given, child.Value.Raw)
		s.made("change a directive", fmt.Sprintf("%s without %s", place, child.Value.Raw), s.with(func(doc *ast.SchemaDocument) {
			at(doc).Children = slices.Delete(at(doc).Children, i, i+1)
		}))
	}
	others := []string{"Users", "admins"}
	if argument.Name == "mutations" {
		others = nil
		for _, field := range s.parse().Definitions.ForName("Mutation").Fields {
			others = append(others, field.Name)
		}
	}
	for _, other := range others {
		if !slices.Contains(given, other) {
			s.made("change a directive", fmt.Sprintf("%s and %s", place, other), s.with(func(doc *ast.SchemaDocument) {
				at(doc).Children = append(at(doc).Children, &ast.ChildValue{Value: &ast.Value{Kind: ast.StringValue, Raw: other}})
			}))
		}
	}
}

// field mutates a field of a type, and its arguments.
func (s sdl) field(of *ast.Definition, field *ast.FieldDefinition, at func(doc *ast.SchemaDocument) (*ast.Definition, *ast.FieldDefinition)) {
	place := of.Name + "." + field.Name
	s.made("remove a field", place, s.with(func(doc *ast.SchemaDocument) {
		definition, own := at(doc)
		definition.Fields = slices.DeleteFunc(definition.Fields, func(f *ast.FieldDefinition) bool { return f == own })
	}))
	s.types("change a field's type", place, field.Type, func(doc *ast.SchemaDocument) **ast.Type {
		_, own := at(doc)
		return &own.Type
	})
	if of.Kind != ast.Object {
		return
	}
	s.directives(place, field.Directives, func(doc *ast.SchemaDocument) *ast.DirectiveList {
		_, own := at(doc)
		return &own.Directives
	}, true)
	for a, argument := range field.Arguments {
		place := place + "(" + argument.Name + ")"
		s.made("remove an argument", place+": "+argument.Type.String(), s.with(func(doc *ast.SchemaDocument) {
			_, own := at(doc)
			own.Arguments = slices.Delete(own.Arguments, a, a+1)
		}))
		s.types("change an argument's type", place, argument.Type, func(doc *ast.SchemaDocument) **ast.Type {
			_, own := at(doc)
			return &own.Arguments[a].Type
		})
	}
	s.made("add an argument", place, s.with(func(doc *ast.SchemaDocument) {
		_, own := at(doc)
		own.Arguments = append(own.Arguments, &ast.ArgumentDefinition{Name: "peek", Type: ast.NamedType("String", nil)})
	}))
}

// types mutates a type: whether it may be null, whether it is a list, and which it is.
func (s sdl) types(operator, place string, is *ast.Type, at func(doc *ast.SchemaDocument) **ast.Type) {
	for what, change := range map[string]func(of *ast.Type) *ast.Type{
		"null or not": func(of *ast.Type) *ast.Type { of.NonNull = !of.NonNull; return of },
		"a list":      func(of *ast.Type) *ast.Type { return ast.ListType(of, nil) },
		"another": func(of *ast.Type) *ast.Type {
			other := map[string]string{"Photo": "Comment", "Comment": "Photo", "Product": "Photo", "String": "Int"}[of.Name()]
			if other == "" {
				other = "String"
			}
			return ast.NamedType(other, nil)
		},
	} {
		s.made(operator, fmt.Sprintf("%s: %s %s", place, is, what), s.with(func(doc *ast.SchemaDocument) {
			of := at(doc)
			*of = change(*of)
		}))
	}
}
