package constructs

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"lightbox.example/lightbox/internal/access"
)

// FunctionEventsProps say what EventBridge calls a function for.
type FunctionEventsProps struct {
	// Declared says it: its areas of Rules, and its schedules.
	Declared access.Function
	Function awslambda.IFunction
	// Bucket is what the areas are in. It has to send its events: see PrivateBucketProps.
	Bucket awss3.IBucket
	Rules  []access.Rule
}

// NewFunctionEvents defines a rule for each area and each schedule of a function, which calls that function, and nothing for a
// function without. Rules, and the permissions by which EventBridge may call, stand beside the function: the bucket names
// nobody, so its stack knows none of this.
//
// An event is delivered at least once. A call that fails is made twice again, within six hours: what Lambda does by itself, declared
// so that the template says it.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html and
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html.
func NewFunctionEvents(scope constructs.Construct, props FunctionEventsProps) {
	of := props.Declared
	for _, area := range props.Rules {
		for _, created := range of.Created {
			if created == area.Area {
				newEventRule(scope, of.ID("On"+area.ID()), props.Function, awsevents.CfnRuleProps{EventPattern: createdBelow(props.Bucket, area.Prefix())})
			}
		}
	}
	for _, expression := range of.Schedules {
		newEventRule(scope, of.ID("At "+expression), props.Function, awsevents.CfnRuleProps{ScheduleExpression: &expression})
	}
	if of.HasEvents() {
		awslambda.NewCfnEventInvokeConfig(scope, jsii.String(of.ID("Retries")), &awslambda.CfnEventInvokeConfigProps{
			FunctionName: props.Function.FunctionName(), Qualifier: jsii.String("$LATEST"),
			MaximumEventAgeInSeconds: jsii.Number(6 * 60 * 60), MaximumRetryAttempts: jsii.Number(2),
		})
	}
}

// createdBelow matches objects of a bucket that are written below a prefix.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
func createdBelow(bucket awss3.IBucket, prefix string) map[string]any {
	return map[string]any{
		"source": []string{"aws.s3"}, "detail-type": []string{"Object Created"},
		"detail": map[string]any{
			"bucket": map[string]any{"name": []*string{bucket.BucketName()}},
			"object": map[string]any{"key": []any{map[string]string{"prefix": prefix}}},
		},
	}
}

// newEventRule defines a rule that calls a function, and EventBridge's permission to do so for that rule alone. The library's own
// target gives one of its choice.
func newEventRule(scope constructs.Construct, id string, function awslambda.IFunction, props awsevents.CfnRuleProps) {
	within := constructs.NewConstruct(scope, &id)
	props.State = jsii.String("ENABLED")
	props.Targets = []any{&awsevents.CfnRule_TargetProperty{Arn: function.FunctionArn(), Id: jsii.String("Function")}}
	rule := awsevents.NewCfnRule(within, jsii.String("Rule"), &props)
	awslambda.NewCfnPermission(within, jsii.String("Permission"), &awslambda.CfnPermissionProps{
		Action: jsii.String("lambda:InvokeFunction"), FunctionName: function.FunctionArn(),
		Principal: jsii.String("events.amazonaws.com"), SourceArn: rule.AttrArn(),
	})
}
