package graphql

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"
)

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

// LoadSchema validates the text of a schema as AppSync gets it and answers it with what AppSync provides. What the text itself
// declares has the source "schema.graphql".
func LoadSchema(text string) (*ast.Schema, error) {
	return validator.LoadSchema(validator.Prelude, &ast.Source{Name: "appsync.graphql", Input: provided}, &ast.Source{Name: "schema.graphql", Input: text})
}
