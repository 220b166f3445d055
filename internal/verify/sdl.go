package verify

import (
	"cmp"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
	"github.com/vektah/gqlparser/v2/parser"
)

// sameSchema compares schemas by what they say: without comments, descriptions and order, and without the scalars and
// directives that AppSync has itself and may answer with.
// https://docs.aws.amazon.com/appsync/latest/devguide/scalars.html
func sameSchema(got, want string) bool {
	a, b := plainSchema(got), plainSchema(want)
	return a != "" && a == b
}

// plainSchema is a schema in the one form that all have that say the same, "" for what is none.
func plainSchema(text string) string {
	document, err := parser.ParseSchema(&ast.Source{Input: text})
	if err != nil {
		return ""
	}
	appsync := func(name string) bool { return strings.HasPrefix(strings.ToLower(name), "aws") }
	document.Directives = slices.DeleteFunc(document.Directives, func(d *ast.DirectiveDefinition) bool { return appsync(d.Name) })
	document.Definitions = slices.DeleteFunc(document.Definitions, func(d *ast.Definition) bool { return d.Kind == ast.Scalar && appsync(d.Name) })
	plainRoots(document)
	for _, definition := range document.Definitions {
		definition.Description = ""
		slices.Sort(definition.Interfaces)
		slices.Sort(definition.Types)
		for _, field := range definition.Fields {
			field.Description = ""
			for _, argument := range field.Arguments {
				argument.Description = ""
			}
			slices.SortFunc(field.Arguments, func(a, b *ast.ArgumentDefinition) int { return cmp.Compare(a.Name, b.Name) })
		}
		slices.SortFunc(definition.Fields, func(a, b *ast.FieldDefinition) int { return cmp.Compare(a.Name, b.Name) })
		for _, value := range definition.EnumValues {
			value.Description = ""
		}
		slices.SortFunc(definition.EnumValues, func(a, b *ast.EnumValueDefinition) int { return cmp.Compare(a.Name, b.Name) })
	}
	slices.SortFunc(document.Definitions, func(a, b *ast.Definition) int { return cmp.Compare(a.Name, b.Name) })
	var b strings.Builder
	formatter.NewFormatter(&b).FormatSchemaDocument(document)
	return b.String()
}

// plainRoots drops a schema's section that names the roots as they are called without one.
// https://spec.graphql.org/October2021/#sec-Root-Operation-Types.Default-Root-Operation-Type-Names
func plainRoots(document *ast.SchemaDocument) {
	for _, section := range document.Schema {
		for _, root := range section.OperationTypes {
			if !strings.EqualFold(root.Type, string(root.Operation)) {
				return
			}
		}
	}
	document.Schema = nil
}

// typesOf are the types of a schema that have fields.
func typesOf(text string) []string {
	document, err := parser.ParseSchema(&ast.Source{Input: text})
	if err != nil {
		return nil
	}
	var all []string
	for _, definition := range document.Definitions {
		if definition.Kind == ast.Object {
			all = append(all, definition.Name)
		}
	}
	slices.Sort(all)
	return all
}
