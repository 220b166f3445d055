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

// AllowFields defines a policy that lets all roles call some fields of an API with IAM
// credentials. It belongs to the API's stack, so that no arrow points back to the roles'.
func AllowFields(scope constructs.Construct, id string, api awsappsync.GraphqlApi, fields []string, roles Roles) awsiam.ManagedPolicy {
	all := roles.of(access.People()...)
	return awsiam.NewManagedPolicy(scope, &id, &awsiam.ManagedPolicyProps{
		Description: jsii.String("The fields of the API that IAM callers may use"),
		Roles:       &all,
		Statements: &[]awsiam.PolicyStatement{awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Sid:       jsii.String("CallPublicFields"),
			Actions:   jsii.Strings("appsync:GraphQL"),
			Resources: fieldARNs(api, fields),
		})},
	})
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
