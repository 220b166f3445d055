package constructs

import (
	"maps"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3assets"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/functions"
)

// FunctionProps are the settings of a function. The zero value of a switch traces and keeps the log.
type FunctionProps struct {
	// Function says which of the table's it is.
	Function access.Function
	// Bundle is its code.
	Bundle functions.Bundle
	// MemoryMB is from 128 to 10,240 (1,769 is one whole processor), TimeoutSeconds from 1 to 900.
	MemoryMB, TimeoutSeconds int
	// ReservedConcurrency is how many calls it answers at once, taken from the account's; 0 for none.
	ReservedConcurrency int
	// Environment is what its code reads as environment variables.
	Environment map[string]string
	// Bucket is what its columns of Rules are about; nil for a function that reaches no files.
	Bucket awss3.IBucket
	Rules  []access.Rule
	// Tables are all, by their data source: it hears of some, and asks some.
	Tables map[access.Source]awsdynamodb.TableV2
	// Failures is the bucket that gets what it could not deal with of a table's stream.
	Failures awss3.IBucket
	// UserPool is the ARN of the one whose users it deletes; nil for a function that deletes none.
	UserPool *string
	// Distribution is the ARN of the one that forgets what it says; nil for a function that says nothing.
	Distribution *string
	// CountEvents has AWS count what becomes of the records that it hears of. AWS takes money for that.
	CountEvents bool
	// LogRetentionDays is how long its log is kept, one of the values that CloudWatch Logs accepts.
	LogRetentionDays int
	DisableTracing   bool
	// RemoveData deletes the log with the stack.
	RemoveData bool
}

// NewFunction defines a Lambda function with a log group and a role of its own. The role may write the log, send
// traces, do with files what the function's columns of the table say, have the streams read that it hears of, and ask of tables and the CDN what is declared:
// none of the library's defaults, which reach every log group.
//
// X-Ray's two actions have no resource to be narrowed to, nor have the two on identities.
//
// See https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncognitoidentity.html,
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html and
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html.
func NewFunction(scope constructs.Construct, props FunctionProps) awslambda.Function {
	of := props.Function
	role := awsiam.NewRole(scope, jsii.String(of.ID("Role")), &awsiam.RoleProps{
		Description: jsii.Sprintf("What the function %s may do", of.Name),
		AssumedBy:   awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil),
	})
	log := awslogs.NewLogGroup(scope, jsii.String(of.ID("Log")), &awslogs.LogGroupProps{RemovalPolicy: removal(props.RemoveData)})
	log.Node().DefaultChild().(awslogs.CfnLogGroup).SetRetentionInDays(jsii.Number(props.LogRetentionDays))
	allowed := []awsiam.PolicyStatement{awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: jsii.String("WriteLog"), Actions: jsii.Strings("logs:CreateLogStream", "logs:PutLogEvents"), Resources: &[]*string{log.LogGroupArn()},
	})}
	tracing := awslambda.Tracing_DISABLED
	if !props.DisableTracing {
		tracing = awslambda.Tracing_ACTIVE
		allowed = append(allowed, awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Sid: jsii.String("SendTraces"), Actions: jsii.Strings("xray:PutTelemetryRecords", "xray:PutTraceSegments"), Resources: jsii.Strings("*"),
		}))
	}
	if props.Bucket != nil {
		allowed = append(allowed, *statements(props.Bucket, access.Statements(props.Rules, of.Name))...)
	}
	allowed = append(allowed, streamStatements(props)...)
	for _, name := range slices.Sorted(maps.Keys(props.Tables)) {
		allowed = append(allowed, tableStatements(jsii.String("Ask"+string(name)), props.Tables[name], of.Grants(name))...)
	}
	if of.Users {
		allowed = append(allowed, awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Sid: jsii.String("DeleteUsers"), Actions: jsii.Strings("cognito-idp:AdminDeleteUser", "cognito-idp:AdminGetUser"), Resources: &[]*string{props.UserPool},
		}), awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Sid: jsii.String("DeleteIdentities"), Actions: jsii.Strings("cognito-identity:DeleteIdentities", "cognito-identity:DescribeIdentity"), Resources: jsii.Strings("*"),
		}))
	}
	if of.Invalidates {
		allowed = append(allowed, awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Sid: jsii.String("Invalidate"), Actions: jsii.Strings("cloudfront:CreateInvalidation"), Resources: &[]*string{props.Distribution},
		}))
	}
	policy := awsiam.NewPolicy(scope, jsii.String(of.ID("Access")), &awsiam.PolicyProps{
		Roles:      &[]awsiam.IRole{role},
		Statements: &allowed,
	})
	function := awslambda.NewFunction(scope, jsii.String(of.ID("Function")), &awslambda.FunctionProps{
		Description:                  jsii.String(of.Description),
		Runtime:                      awslambda.Runtime_PROVIDED_AL2023(),
		Architecture:                 architecture(props.Bundle.Architecture),
		Handler:                      jsii.String("bootstrap"),
		Code:                         awslambda.Code_FromAsset(&props.Bundle.Folder, &awss3assets.AssetOptions{AssetHash: &props.Bundle.Digest}),
		MemorySize:                   jsii.Number(props.MemoryMB),
		Timeout:                      awscdk.Duration_Seconds(jsii.Number(props.TimeoutSeconds)),
		ReservedConcurrentExecutions: orNil(props.ReservedConcurrency),
		Environment:                  pointers(props.Environment),
		LogGroup:                     log,
		Tracing:                      tracing,
		// What the library would allow it besides finds nothing to write to.
		Role: role.WithoutPolicyUpdates(nil),
	})
	// It may be called as soon as it is there.
	function.Node().AddDependency(policy)
	for _, stream := range of.Streams {
		newStreamMapping(scope, props, stream, function)
	}
	return function
}

func architecture(of functions.Architecture) awslambda.Architecture {
	if of == functions.X86 {
		return awslambda.Architecture_X86_64()
	}
	return awslambda.Architecture_ARM_64()
}

// orNil is a number, or nil for none.
func orNil(number int) *float64 {
	if number == 0 {
		return nil
	}
	return jsii.Number(number)
}

// pointers are texts as the library takes them.
func pointers(texts map[string]string) *map[string]*string {
	all := map[string]*string{}
	for name, value := range texts {
		all[name] = &value
	}
	return &all
}
