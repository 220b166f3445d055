package constructs

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsappsync"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"lightbox.example/lightbox/internal/access"
)

// AllowFields defines the policies that let roles call fields of an API with IAM credentials: all roles
// what is for guests, and all but the guests' what is for signed-in identities. They belong to the API's
// stack, so that no arrow points back to the roles'.
func AllowFields(scope constructs.Construct, api awsappsync.GraphqlApi, fields []access.Field, roles Roles) {
	allow := func(id, sid, description string, paths []string, principals ...access.Principal) {
		if len(paths) == 0 {
			return
		}
		whose := roles.of(principals...)
		awsiam.NewManagedPolicy(scope, &id, &awsiam.ManagedPolicyProps{
			Description: &description,
			Roles:       &whose,
			Statements: &[]awsiam.PolicyStatement{awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
				Sid:       &sid,
				Actions:   jsii.Strings("appsync:GraphQL"),
				Resources: fieldARNs(api, paths),
			})},
		})
	}
	allow("FieldAccess", "CallPublicFields", "The fields of the API that IAM callers may use",
		access.FieldsFor(fields, access.Guests), access.People()...)
	allow("IdentityFieldAccess", "CallFieldsOfIdentities", "The fields of the API that IAM callers who signed in may use",
		access.FieldsFor(fields, access.Identities), access.SignedInPrincipals()...)
}

// fieldARNs are the ARNs of fields such as "Query.getProduct".
func fieldARNs(api awsappsync.GraphqlApi, fields []string) *[]*string {
	var arns []*string
	for _, field := range fields {
		name := strings.Replace(field, ".", "/fields/", 1)
		arns = append(arns, awscdk.Stack_Of(api).FormatArn(&awscdk.ArnComponents{
			Service:      jsii.String("appsync"),
			Resource:     jsii.String("apis"),
			ResourceName: jsii.Sprintf("%s/types/%s", *api.ApiId(), name),
		}))
	}
	return &arns
}
