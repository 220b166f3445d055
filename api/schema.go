package api

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
	"github.com/vektah/gqlparser/v2/parser"

	"lightbox.example/lightbox/sandbox/appsync/graphql"
)

//go:embed schema.graphql
var schema string

// Schema answers schema.graphql as AppSync gets it: SDL without the descriptions, which AppSync's parser has refused or
// dropped by turns (github.com/aws/aws-appsync-community, issue 38), and without declarations of AppSync's own scalars and
// directives. It panics when the compiled-in schema does not parse, which a test excludes.
func Schema() string {
	text, err := SchemaOf(schema)
	if err != nil {
		panic(err)
	}
	return text
}

// SchemaOf is Schema for another text of schema.graphql: the file while somebody edits it. The error is one of its syntax.
func SchemaOf(schema string) (string, error) {
	document, err := parser.ParseSchema(&ast.Source{Name: "schema.graphql", Input: schema})
	if err != nil {
		return "", err
	}
	var text strings.Builder
	formatter.NewFormatter(&text, formatter.WithIndent("  "), formatter.WithoutDescription()).FormatSchemaDocument(document)
	return text.String(), nil
}

// Depth answers how many fields deep the deepest operation goes, the leaf and the root counted: 3 for
// `listPhotos { items { id } }`. AppSync's limit for the depth of queries must not be lower. It panics as Schema does, and
// on a schema whose types contain each other, which has no depth.
func Depth() int {
	loaded := load()
	return max(
		depth(loaded, loaded.Query, nil),
		depth(loaded, loaded.Mutation, nil),
		depth(loaded, loaded.Subscription, nil),
	)
}

// depth answers how many fields deep a selection on the type can go; above are the types that lead to it.
func depth(loaded *ast.Schema, of *ast.Definition, above []string) int {
	for _, name := range above {
		if name == of.Name {
			panic(fmt.Sprintf("schema.graphql: type %s contains itself, so operations have no greatest depth", name))
		}
	}
	deepest := 0
	for _, field := range of.Fields {
		if isIntrospection(field) {
			continue
		}
		deepest = max(deepest, 1+depth(loaded, loaded.Types[field.Type.Name()], append(above, of.Name)))
	}
	return deepest
}

// isIntrospection tells the fields that every schema has (__schema, __type) from the schema's own.
func isIntrospection(field *ast.FieldDefinition) bool { return strings.HasPrefix(field.Name, "__") }

// load answers the validated schema, with what AppSync provides.
var load = sync.OnceValue(func() *ast.Schema {
	loaded, err := graphql.LoadSchema(schema)
	if err != nil {
		panic(err)
	}
	return loaded
})
