package api

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
)

//go:embed schema.graphql
var schema string

// provided is what AppSync declares itself: its scalars and its directives (AppSync developer guide, "Scalar types in
// AppSync" and "AppSync directives").
const provided = `
scalar AWSDate
scalar AWSTime
scalar AWSDateTime
scalar AWSTimestamp
scalar AWSEmail
scalar AWSJSON
scalar AWSPhone
scalar AWSURL
scalar AWSIPAddress
directive @aws_api_key on OBJECT | FIELD_DEFINITION
directive @aws_auth(cognito_groups: [String!]!) on FIELD_DEFINITION
directive @aws_cognito_user_pools(cognito_groups: [String!]) on OBJECT | FIELD_DEFINITION
directive @aws_iam on OBJECT | FIELD_DEFINITION
directive @aws_lambda on OBJECT | FIELD_DEFINITION
directive @aws_oidc on OBJECT | FIELD_DEFINITION
directive @aws_subscribe(mutations: [String!]!) on FIELD_DEFINITION
`

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
	document, err := parser.ParseSchema(source("schema.graphql", schema))
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
	loaded, err := Load(schema)
	if err != nil {
		panic(err)
	}
	return loaded
})

// Load validates the text of a schema as AppSync gets it and answers it with what AppSync provides.
func Load(text string) (*ast.Schema, error) {
	return validator.LoadSchema(validator.Prelude, source("appsync.graphql", provided), source("schema.graphql", text))
}

func source(name, text string) *ast.Source { return &ast.Source{Name: name, Input: text} }
