package schema

import (
	"maps"
	"slices"
)

// An Identity is what a resource of a type can have only once: another with the same values is refused as long as the first
// one is there, even if a later step of the same deployment would delete it. CloudFormation makes the new one first.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
type Identity struct {
	Paths []string // of the properties whose values count together
	Scope Scope    // within what: Global, Account, Region, or Parent where a path names what it belongs to
}

// once are types whose primary identifier AWS makes, or does not say it all, and of which there is one all the same.
var once = map[string]struct {
	paths []string
	page  string
}{
	"AWS::AppSync::DataSource": {
		[]string{"ApiId", "Name"}, "https://docs.aws.amazon.com/appsync/latest/APIReference/API_CreateDataSource.html",
	},
	"AWS::AppSync::GraphQLSchema": {
		[]string{"ApiId"}, "https://docs.aws.amazon.com/appsync/latest/APIReference/API_StartSchemaCreation.html",
	},
	// "Only one resolver is allowed per field", https://github.com/aws/aws-cdk/issues/21350.
	"AWS::AppSync::Resolver": {
		[]string{"ApiId", "TypeName", "FieldName"}, "https://docs.aws.amazon.com/appsync/latest/APIReference/API_CreateResolver.html",
	},
	// "already exists", https://github.com/aws/aws-cdk/issues/33510.
	"AWS::Cognito::IdentityPoolRoleAttachment": {
		[]string{"IdentityPoolId"}, "https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_SetIdentityPoolRoles.html",
	},
	// A pool has one host with a prefix: https://github.com/aws/aws-cdk/issues/10062.
	"AWS::Cognito::UserPoolDomain": {
		[]string{"UserPoolId"}, "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolDomain.html",
	},
	// "The event source arn and function provided mapping already exists", https://github.com/aws/serverless-application-model/issues/1320.
	"AWS::Lambda::EventSourceMapping": {
		[]string{"EventSourceArn", "FunctionName"}, "https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html",
	},
}

// Identities returns what a resource of the type can have only once: its names that reach further than their parent, its
// primary identifier where a template sets all of it, which a create handler refuses as AlreadyExists, and what is by hand.
// It returns none for a type that the table does not have.
// https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-test-contract.html
func Identities(typeName string) []Identity {
	var found []Identity
	scopes := names[typeName].scopes
	for _, path := range slices.Sorted(maps.Keys(scopes)) {
		if scope := scopes[path]; scope == Global || scope == Account || scope == Region {
			found = append(found, Identity{[]string{path}, scope})
		}
	}
	if by, ok := once[typeName]; ok {
		return append(found, Identity{by.paths, Parent})
	}
	kind := Current().Types[typeName]
	made := func(path string) bool { return slices.Contains(kind.ReadOnly, path) }
	named := func(path string) bool {
		return scopes[path] == Global || scopes[path] == Account || scopes[path] == Region
	}
	if len(kind.PrimaryIdentifier) == 0 || slices.ContainsFunc(kind.PrimaryIdentifier, made) || slices.ContainsFunc(kind.PrimaryIdentifier, named) {
		return found
	}
	return append(found, Identity{kind.PrimaryIdentifier, Parent})
}
