package constructs

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsappsync"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// NewFunctionSource defines a data source by which resolvers invoke a function. Its role may invoke that one and nothing
// else; the library's own grant is for all of its versions and aliases too.
//
// See https://docs.aws.amazon.com/appsync/latest/devguide/resolver-reference-lambda-js.html.
func NewFunctionSource(scope constructs.Construct, id string, api awsappsync.GraphqlApi, function awslambda.IFunction) awsappsync.BaseDataSource {
	role := awsiam.NewRole(scope, jsii.Sprintf("%sSourceRole", id), &awsiam.RoleProps{
		Description: jsii.Sprintf("Invokes the function of %s for resolvers", id),
		AssumedBy:   awsiam.NewServicePrincipal(jsii.String("appsync.amazonaws.com"), nil),
	})
	awsiam.NewPolicy(scope, jsii.Sprintf("%sSourceAccess", id), &awsiam.PolicyProps{
		Roles: &[]awsiam.IRole{role},
		Statements: &[]awsiam.PolicyStatement{awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Actions: jsii.Strings("lambda:InvokeFunction"), Resources: &[]*string{function.FunctionArn()},
		})},
	})
	return awsappsync.NewLambdaDataSource(scope, jsii.Sprintf("%sSource", id), &awsappsync.LambdaDataSourceProps{
		Api: api, Name: &id, LambdaFunction: function,
		// The grant that comes with the data source finds nothing to write to.
		ServiceRole: role.WithoutPolicyUpdates(nil),
	})
}
