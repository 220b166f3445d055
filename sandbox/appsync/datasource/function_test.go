package datasource_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/sandbox/appsync/datasource"
	"lightbox.example/lightbox/sandbox/appsyncjs"
	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/lambda"
)

const functionARN = "arn:aws:lambda:us-east-1:000000000000:function:f"

// answering is Lambda with one answer.
type answering struct {
	result lambda.Result
	err    error
	takes  time.Duration
	got    []lambda.Invocation
}

func (a *answering) InvokeFor(ctx context.Context, in lambda.Invocation, allow func([]aws.Request) error) (lambda.Result, error) {
	if err := allow([]aws.Request{{Action: "lambda:InvokeFunction", Resource: functionARN}}); err != nil {
		return lambda.Result{}, err
	}
	a.got = append(a.got, in)
	select {
	case <-time.After(a.takes):
		return a.result, a.err
	case <-ctx.Done():
		return lambda.Result{}, ctx.Err()
	}
}

func TestFunction_answersWhatTheResolverSees(t *testing.T) {
	failed := func(kind, message string) appsyncjs.Seen {
		return appsyncjs.Seen{Error: &appsyncjs.Failure{Type: "Lambda:" + kind, Message: message}}
	}
	for name, test := range map[string]struct {
		lambda  answering
		async   bool
		refused error
		want    appsyncjs.Seen
	}{
		"an answer":    {lambda: answering{result: lambda.Result{Payload: []byte(`{"b":1,"a":2}`)}}, want: appsyncjs.Seen{Result: json.RawMessage(`{"b":1,"a":2}`)}},
		"null":         {lambda: answering{result: lambda.Result{Payload: []byte(`null`)}}, want: appsyncjs.Seen{Result: json.RawMessage(`null`)}},
		"nobody waits": {lambda: answering{result: lambda.Result{Status: 202}}, async: true},
		"an error": {
			lambda: answering{result: lambda.Result{FunctionError: "Unhandled", Payload: []byte(`{"errorType":"errorString","errorMessage":"no"}`)}},
			want:   failed("Unhandled", "no"),
		},
		"an error without a message": {lambda: answering{result: lambda.Result{FunctionError: "Unhandled", Payload: []byte(`"x"`)}}, want: failed("Unhandled", "Unknown error")},
		"too many": {
			lambda: answering{err: aws.Refuse(429, "TooManyRequestsException", "Rate Exceeded.")},
			want:   failed("TooManyRequestsException", "Rate Exceeded. (Service: AWSLambda; Status Code: 429; Error Code: TooManyRequestsException; Request ID: )"),
		},
		"a role that may not": {
			refused: &appsyncjs.Fault{Code: "AccessDeniedException", Message: "may not", RequestID: "r"},
			want:    failed("AccessDeniedException", "may not (Service: AWSLambda; Status Code: 403; Error Code: AccessDeniedException; Request ID: r)"),
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := datasource.Function{Lambda: &test.lambda, ARN: functionARN, Allow: func(context.Context, []aws.Request) error { return test.refused }}
			got, err := f.Invoke(t.Context(), json.RawMessage(`{"x":1}`), test.async)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if asked := fmt.Sprintf("%s %s", functionARN, map[bool]string{false: "", true: "Event"}[test.async]); test.refused == nil &&
				(len(test.lambda.got) != 1 || fmt.Sprintf("%s %s", test.lambda.got[0].Function, test.lambda.got[0].Type) != asked || string(test.lambda.got[0].Payload) != `{"x":1}`) {
				t.Errorf("asked %+v, want %s", test.lambda.got, asked)
			}
		})
	}
}

func TestFunction_failsOnWhatIsNoMatterOfTheResolvers(t *testing.T) {
	fault := errors.New("a fault of the sandbox")
	for _, l := range []answering{{err: fault}, {result: lambda.Result{Payload: []byte(`no JSON`)}}} {
		f := datasource.Function{Lambda: &l, ARN: functionARN, Allow: func(context.Context, []aws.Request) error { return nil }}
		if got, err := f.Invoke(t.Context(), nil, false); err == nil {
			t.Errorf("got %+v, want an error", got)
		}
	}
}

// A resolver has thirty seconds. The function may take longer, and nobody hears of it.
func TestFunction_isNotWaitedForBeyondTheTimeOfTheResolver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		l := &answering{takes: 29 * time.Second, result: lambda.Result{Payload: []byte(`1`)}}
		f := datasource.Function{Lambda: l, ARN: functionARN, Allow: func(context.Context, []aws.Request) error { return nil }}
		if got, err := f.Invoke(ctx, nil, false); err != nil || got.Error != nil {
			t.Errorf("after 29 seconds: got %+v, %v", got, err)
		}
		if got, err := f.Invoke(ctx, nil, false); err != nil || got.Error == nil || *got.Error != (appsyncjs.Failure{Type: "Lambda:ExecutionTimeoutException", Message: "Execution timed out."}) {
			t.Errorf("after 30 seconds: got %+v, %v", got, err)
		}
	})
}
