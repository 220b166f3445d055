package proof

import "github.com/vektah/gqlparser/v2/ast"

// roots are the types whose fields clients call.
func roots(schema *ast.Schema) []*ast.Definition {
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
	byIAM      = "aws_iam"
	byUserPool = "aws_cognito_user_pools"
	// subscribes says which mutations a subscription hears.
	subscribes = "aws_subscribe"
)

// groupsOf are the groups that a directive names, nil for all users.
func groupsOf(directive *ast.Directive) []string { return namesIn(directive, "cognito_groups") }

// namesIn are the texts of a directive's argument, nil without it.
func namesIn(directive *ast.Directive, argument string) []string {
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
