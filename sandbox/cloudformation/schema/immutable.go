package schema

import (
	"slices"
	"strings"
)

// unsaid are properties that can't be changed in place though their schema does not say so.
var unsaid = map[string]struct {
	replaced []string // a change makes a new resource
	refused  []string // AWS refuses a change
	page     string
}{
	// ApiType that was not there "will result in an API replacement", as the type's page has it.
	"AWS::AppSync::GraphQLApi": {
		[]string{"ApiType"}, []string{"Visibility"},
		"https://docs.aws.amazon.com/appsync/latest/APIReference/API_CreateGraphqlApi.html",
	},
	"AWS::AppSync::GraphQLSchema": {
		[]string{"ApiId"}, nil,
		"https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-appsync-graphqlschema.html",
	},
	// "If you want to change the following settings, you must create a new user pool". An attribute can be added to Schema.
	"AWS::Cognito::UserPool": {
		nil, []string{"AliasAttributes", "Schema", "UsernameAttributes", "UsernameConfiguration"},
		"https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-updating.html",
	},
}

// inPlace are properties that the schema replaces for in some cases, and that the type's page changes without an
// interruption; what is below them too.
var inPlace = map[string]struct {
	paths []string
	page  string
}{
	"AWS::AppSync::GraphQLApi": {
		[]string{"LambdaAuthorizerConfig", "OpenIDConnectConfig", "UserPoolConfig"},
		"https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-appsync-graphqlapi-userpoolconfig.html",
	},
}

// Renews returns the properties of a type whose change makes a new resource as far as is known: those of Replaces, but for
// the ones that AWS changes in place.
func Renews(typeName string) []string {
	return slices.DeleteFunc(Replaces(typeName), func(path string) bool {
		top, _, _ := strings.Cut(path, ".")
		return slices.Contains(inPlace[typeName].paths, top)
	})
}

// Refuses returns the properties of a type whose change AWS refuses: neither is the resource changed, nor made anew.
func Refuses(typeName string) []string { return slices.Clone(unsaid[typeName].refused) }

// Replaces returns the properties of a type whose change makes a new resource, at least in some cases. It returns none for
// a type that the table does not have.
func Replaces(typeName string) []string {
	kind := Current().Types[typeName]
	return slices.Concat(kind.CreateOnly, kind.ConditionalCreateOnly, unsaid[typeName].replaced)
}

// Immutable returns the properties of a type that can't be changed in place: those that Replaces returns, and those whose
// change AWS refuses.
func Immutable(typeName string) []string {
	return append(Replaces(typeName), unsaid[typeName].refused...)
}
