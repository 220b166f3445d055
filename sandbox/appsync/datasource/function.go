package datasource

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"lightbox.example/lightbox/sandbox/appsyncjs"
	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/lambda"
)

// Lambda invokes functions, as *lambda.Service does.
type Lambda interface {
	InvokeFor(ctx context.Context, in lambda.Invocation, allow func(needs []aws.Request) error) (lambda.Result, error)
}

// Function is a data source over a Lambda function: an appsyncjs.Lambda.
//
// https://docs.aws.amazon.com/appsync/latest/devguide/resolver-reference-lambda-js.html
type Function struct {
	Lambda Lambda // nil has no function
	ARN    string
	By     string // the API that asks
	// Allow is asked before each invocation, with what it needs; its error is the invocation's.
	Allow func(ctx context.Context, needs []aws.Request) error
}

// Invoke implements appsyncjs.Lambda. If ctx ends, the function goes on, and nobody hears of it. Of the types of errors AWS
// documents none: clients have published Lambda:Unhandled and Lambda:ExecutionTimeoutException, and the others follow them.
func (f Function) Invoke(ctx context.Context, payload json.RawMessage, async bool) (appsyncjs.Seen, error) {
	if f.Lambda == nil {
		return failed("ResourceNotFoundException", words("Function not found: "+f.ARN, 404, "ResourceNotFoundException", aws.EntryOf(ctx).RequestID)), nil
	}
	in := lambda.Invocation{Function: f.ARN, Payload: payload, By: f.By}
	if async {
		in.Type = lambda.Event
	}
	result, err := f.Lambda.InvokeFor(ctx, in, func(needs []aws.Request) error { return f.Allow(ctx, needs) })
	var refusal *aws.Error
	var denied *appsyncjs.Fault
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return failed("ExecutionTimeoutException", "Execution timed out."), nil
	case errors.As(err, &denied):
		return failed(denied.Code, words(denied.Message, 403, denied.Code, denied.RequestID)), nil
	case errors.As(err, &refusal):
		return failed(refusal.Code, words(refusal.Message, refusal.Status, refusal.Code, aws.EntryOf(ctx).RequestID)), nil
	case err != nil:
		return appsyncjs.Seen{}, err
	case result.FunctionError != "":
		return unhandled(result.Payload), nil
	case async:
		return appsyncjs.Seen{}, nil
	case !json.Valid(result.Payload):
		return appsyncjs.Seen{}, fmt.Errorf("the function %s answered no JSON", f.ARN)
	}
	return appsyncjs.Seen{Result: json.RawMessage(result.Payload)}, nil
}

// unhandled is the error of a function, which it writes as an object with errorMessage.
func unhandled(payload []byte) appsyncjs.Seen {
	var said struct {
		Message string `json:"errorMessage"`
	}
	if json.Unmarshal(payload, &said) != nil || said.Message == "" {
		said.Message = "Unknown error"
	}
	return failed("Unhandled", said.Message)
}

func failed(kind, message string) appsyncjs.Seen {
	return appsyncjs.Seen{Error: &appsyncjs.Failure{Type: "Lambda:" + kind, Message: message}}
}

// words are those of AWS's SDK for Java for an error of a service, which AppSync passes on.
func words(message string, status int, code, requestID string) string {
	return fmt.Sprintf("%s (Service: AWSLambda; Status Code: %d; Error Code: %s; Request ID: %s)", message, status, code, requestID)
}
