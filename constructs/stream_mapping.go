package constructs

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"lightbox.example/lightbox/internal/access"
)

// Streams are the streams of tables, for functions that hear of them.
type Streams struct {
	// Tables are those with a stream, by their data source.
	Tables map[access.Source]awsdynamodb.TableV2
	// Failures is the bucket that gets what a function could not deal with.
	Failures awss3.IBucket
}

// What of a stream a mapping hands to its function at once, and how often it does so again: each record is a call of S3 or two. On
// AWS a function that fails is asked again after longer and longer; nobody says how long.
const (
	streamBatch   = 10
	streamRetries = 10
)

// streamStatements are what a function's role may do so that Lambda reads the streams that it hears of, and writes down what it gave
// up. Of the library's grants it has neither ListStreams, which reaches all tables, nor a deletion. Lambda wants to write to the
// bucket under any key, although it takes aws/lambda/, so that the bucket holds nothing else.
//
// See https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html and
// https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html#dynamodb-on-failure-destination-console.
func streamStatements(function access.Function, streams Streams) []awsiam.PolicyStatement {
	if len(function.Streams) == 0 {
		return nil
	}
	var read []*string
	for _, stream := range function.Streams {
		read = append(read, streams.Tables[stream.Of].TableStreamArn())
	}
	statement := func(sid string, resources []*string, actions ...string) awsiam.PolicyStatement {
		return awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{Sid: &sid, Actions: jsii.Strings(actions...), Resources: &resources})
	}
	return []awsiam.PolicyStatement{
		statement("ReadStreams", read, "dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"),
		statement("PutFailures", []*string{streams.Failures.ArnForObjects(jsii.String("*"))}, "s3:PutObject"),
		statement("ListFailures", []*string{streams.Failures.BucketArn()}, "s3:ListBucket"),
	}
}

// newStreamMapping lets a function hear of a table. What fails is found by halves, tried again, and left to the bucket; the others
// go on. A new mapping begins where the stream does.
//
// See https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html.
func newStreamMapping(scope constructs.Construct, of access.Function, stream access.Stream, function awslambda.Function, streams Streams) awslambda.CfnEventSourceMapping {
	var filters []any
	for _, pattern := range stream.Patterns() {
		filters = append(filters, &awslambda.CfnEventSourceMapping_FilterProperty{Pattern: &pattern})
	}
	return awslambda.NewCfnEventSourceMapping(scope, jsii.String(of.ID(string(stream.Of)+"Stream")), &awslambda.CfnEventSourceMappingProps{
		EventSourceArn:             streams.Tables[stream.Of].TableStreamArn(),
		FunctionName:               function.FunctionName(),
		StartingPosition:           jsii.String("TRIM_HORIZON"),
		BatchSize:                  jsii.Number(streamBatch),
		BisectBatchOnFunctionError: jsii.Bool(true),
		MaximumRetryAttempts:       jsii.Number(streamRetries),
		FunctionResponseTypes:      jsii.Strings("ReportBatchItemFailures"),
		FilterCriteria:             &awslambda.CfnEventSourceMapping_FilterCriteriaProperty{Filters: &filters},
		DestinationConfig: &awslambda.CfnEventSourceMapping_DestinationConfigProperty{
			OnFailure: &awslambda.CfnEventSourceMapping_OnFailureProperty{Destination: streams.Failures.BucketArn()},
		},
	})
}
