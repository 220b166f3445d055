package plugin_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"

	"lightbox.example/lightbox/internal/proof/plugin"
)

// orders is a sixth stack, of a team's own: a queue, and a function that works through it.
func orders(app awscdk.App) (awscdk.Stack, awslambda.Function) {
	stack := awscdk.NewStack(app, jsii.String("Orders"), &awscdk.StackProps{Env: &awscdk.Environment{Region: jsii.String("us-east-1")}})
	queue := awssqs.NewQueue(stack, jsii.String("Queue"), &awssqs.QueueProps{EnforceSSL: jsii.Bool(true)})
	worker := awslambda.NewFunction(stack, jsii.String("Worker"), &awslambda.FunctionProps{
		Runtime: awslambda.Runtime_NODEJS_22_X(), Handler: jsii.String("index.handler"),
		Code: awslambda.Code_FromInline(jsii.String("exports.handler = async () => {}")),
	})
	queue.GrantConsumeMessages(worker)
	awslambda.NewEventSourceMapping(stack, jsii.String("Source"), &awslambda.EventSourceMappingProps{Target: worker, EventSourceArn: queue.QueueArn()})
	return stack, worker
}

func TestOutside_letsAStackOfOnesOwnPassByOneLine(t *testing.T) {
	if got := report(t, func(s system) {
		stack, _ := orders(s.app)
		plugin.Outside(stack, "orders of the shop")
	}); got != "" {
		t.Errorf("got %s, want nothing", got)
	}
	got := report(t, func(s system) { orders(s.app) })
	if want := `AWS::SQS::Queue is a type that the proof does not know. What is yours, and none of Lightbox's, is one line in main.go: plugin.Outside(Orders, \"what it is for\")`; !strings.Contains(got, want) || !strings.Contains(got, "Orders/Queue/Resource") {
		t.Errorf("without the line: got %s, want %q", got, want)
	}
}

// The library's own grant makes the function a reader of people's files.
func TestOutside_failsTheSynthWhereAFunctionOfOnesOwnReadsFiles(t *testing.T) {
	got := report(t, func(s system) {
		stack, worker := orders(s.app)
		plugin.Outside(stack, "orders of the shop")
		s.files.Bucket.GrantRead(worker, nil)
	})
	if want := "which is Lightbox's: what it does with that is unknown"; !strings.Contains(got, want) || !strings.Contains(got, "Orders/Worker/ServiceRole/DefaultPolicy") {
		t.Errorf("got %s, want %q at the function's policy", got, want)
	}
}
