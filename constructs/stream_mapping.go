package constructs

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"lightbox.example/lightbox/internal/access"
)

// streamRetries is how often a function that fails is asked again: on AWS after longer and longer; nobody says how long.
const streamRetries = 10

// streamStatements are what a function's role may do so that Lambda reads the streams that it hears of, and writes down what it gave
// up. Of the library's grants it has neither ListStreams, which reaches all tables, nor a deletion. Lambda wants to write to the
// bucket under any key, although it takes aws/lambda/, so that the bucket holds nothing else.
//
// See https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html and
// https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html#dynamodb-on-failure-destination-console.
func streamStatements(props FunctionProps) []awsiam.PolicyStatement {
	if len(props.Function.Streams) == 0 {
		return nil
	}
	var read []*string
	for _, stream := range props.Function.Streams {
		read = append(read, props.Tables[stream.Of].TableStreamArn())
	}
	statement := func(sid string, resources []*string, actions ...string) awsiam.PolicyStatement {
		return awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{Sid: &sid, Actions: jsii.Strings(actions...), Resources: &resources})
	}
	return []awsiam.PolicyStatement{
		statement("ReadStreams", read, "dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"),
		statement("PutFailures", []*string{props.Failures.ArnForObjects(jsii.String("*"))}, "s3:PutObject"),
		statement("ListFailures", []*string{props.Failures.BucketArn()}, "s3:ListBucket"),
	}
}

// newStreamMapping lets a function hear of a table. What fails is found by halves, tried again, and left to the bucket; the others
// go on. A new mapping begins where the stream does.
//
// See https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html and
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html#event-source-mapping-metrics.
func newStreamMapping(scope constructs.Construct, props FunctionProps, stream access.Stream, function awslambda.Function) awslambda.CfnEventSourceMapping {
	var filters []any
	for _, pattern := range stream.Patterns() {
		filters = append(filters, &awslambda.CfnEventSourceMapping_FilterProperty{Pattern: &pattern})
	}
	var metrics *awslambda.CfnEventSourceMapping_MetricsConfigProperty
	if props.CountEvents {
		metrics = &awslambda.CfnEventSourceMapping_MetricsConfigProperty{Metrics: jsii.Strings("EventCount")}
	}
	return awslambda.NewCfnEventSourceMapping(scope, jsii.String(props.Function.StreamID(stream)), &awslambda.CfnEventSourceMappingProps{
		EventSourceArn:             props.Tables[stream.Of].TableStreamArn(),
		FunctionName:               function.FunctionName(),
		StartingPosition:           jsii.String("TRIM_HORIZON"),
		BatchSize:                  jsii.Number(stream.Batch),
		BisectBatchOnFunctionError: jsii.Bool(true),
		MaximumRetryAttempts:       jsii.Number(streamRetries),
		FunctionResponseTypes:      jsii.Strings("ReportBatchItemFailures"),
		FilterCriteria:             &awslambda.CfnEventSourceMapping_FilterCriteriaProperty{Filters: &filters},
		DestinationConfig: &awslambda.CfnEventSourceMapping_DestinationConfigProperty{
			OnFailure: &awslambda.CfnEventSourceMapping_OnFailureProperty{Destination: props.Failures.BucketArn()},
		},
		MetricsConfig: metrics,
	})
}
