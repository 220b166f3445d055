package question

import "github.com/vektah/gqlparser/v2/ast"

// Roots are the types whose fields clients call: those of Query, Mutation and Subscription that the schema has.
func Roots(schema *ast.Schema) []*ast.Definition {
	var all []*ast.Definition
	for _, root := range []*ast.Definition{schema.Query, schema.Mutation, schema.Subscription} {
		if root != nil {
			all = append(all, root)
		}
	}
	return all
}

// The directives of AppSync that say who may call a field or see a type.
// https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html#using-additional-authorization-modes
const (
	DirectiveIAM      = "aws_iam"
	DirectiveUserPool = "aws_cognito_user_pools"
	// The API has no mode of these.
	DirectiveAPIKey = "aws_api_key"
	directiveAuth   = "aws_auth" // user pools, in an API that has no other mode
	// DirectiveSubscribe says which mutations a subscription hears.
	DirectiveSubscribe = "aws_subscribe"
)

// GroupsOf are the groups that a directive names, nil for all users.
func GroupsOf(directive *ast.Directive) []string { return NamesIn(directive, "cognito_groups") }

// NamesIn are the texts of a directive's argument, nil without it.
func NamesIn(directive *ast.Directive, argument string) []string {
	if directive == nil || directive.Arguments.ForName(argument) == nil {
		return nil
	}
	value := directive.Arguments.ForName(argument).Value
	if len(value.Children) == 0 { // GraphQL takes one value for a list of one
		return []string{value.Raw}
	}
	var names []string
	for _, child := range value.Children {
		names = append(names, child.Value.Raw)
	}
	return names
}
