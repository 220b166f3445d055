package sandbox

import (
	"context"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/lambda"
)

// triggers invokes functions for user pools.
type triggers struct{ *Sandbox }

// Invoke implements cognito.Functions. Who may is for the function's own policy to say, which can ask for the pool and for its
// account.
func (t triggers) Invoke(ctx context.Context, function, pool string, event []byte) (answer []byte, failed bool, err error) {
	users := aws.Caller{Principal: iam.Service{Name: "cognito-idp.amazonaws.com", SourceARN: pool, SourceAccount: Account}}
	result, err := t.Functions.InvokeFor(ctx, lambda.Invocation{Function: function, Payload: event, By: pool}, func(needs []aws.Request) error { return aws.Permit(ctx, users, needs) })
	return result.Payload, result.FunctionError != "", err
}
