// Package jsonapi answers the requests to a service whose API is a table of operations in AWS's JSON protocol. A row of a
// Table is Signed of two of the service's methods: the one that says what is asked for, and the one that answers.
//
// Each request takes the same steps: which operation, who signed, the members of the body, may they, and the operation.
// Members are read strictly, by aws.Decode: one that the operation has no use for is refused by name.
//
// Packages cognito and dynamodb are called from Go as well, by their Handle, and check more of a request than its members:
// they take these steps in a front.go of their own.
package jsonapi

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"lightbox/internal/iam"
	"lightbox/sandbox/aws"
)

// API is how a service is reached. S is the service.
type API[S any] struct {
	Name       string // as in a signature's scope and in IAM's actions, as in ssm
	Protocol   aws.JSONProtocol
	Operations Table[S]
	BodyLimit  int64  // in bytes
	Invalid    string // the code of the refusal of a member, as in ValidationException
}

// Surroundings are what a signature is checked with.
type Surroundings struct {
	Region string
	Keys   aws.Keys
	Now    func() time.Time
}

// Table are operations by their names.
type Table[S any] map[string]Operation[S]

// Operation is one operation of a service S. Signed and Public make them.
type Operation[S any] struct {
	signed bool
	read   func(name string, object map[string]any) (input any, err error)
	needs  func(s S, input any) (resource string)
	handle func(s S, ctx context.Context, input any) (output any, err error)
}

// Signed is an operation that IAM decides on, by the action of the operation's name on the resource, which is an ARN or "*".
func Signed[S, In any](resource func(S, In) string, handle func(S, context.Context, In) (any, error)) Operation[S] {
	o := Public(handle)
	o.signed = true
	o.needs = func(s S, input any) string { return resource(s, input.(In)) }
	return o
}

// Public is an operation that anyone may call, without a signature. One that is there is not looked at.
func Public[S, In any](handle func(S, context.Context, In) (any, error)) Operation[S] {
	return Operation[S]{
		read: func(name string, object map[string]any) (any, error) {
			var in In
			err := aws.Decode(name, object, &in)
			return in, err
		},
		handle: func(s S, ctx context.Context, input any) (any, error) { return handle(s, ctx, input.(In)) },
	}
}

// Serve answers a request. Refusals are *aws.Errors that the operations return; other errors are faults of the sandbox.
func (a *API[S]) Serve(s S, around Surroundings, w http.ResponseWriter, r *http.Request) {
	r, _ = aws.Begin(r, a.Name)
	if a.Protocol.Browsers && aws.AllowOrigins(w, r, http.MethodPost) {
		return
	}
	output, err := a.answer(s, around, r)
	if err != nil {
		a.Protocol.WriteError(w, r, err)
		return
	}
	w.Header().Set("Cache-Control", "no-store") // there may be keys in it
	a.Protocol.Write(w, r, output)
}

func (a *API[S]) answer(s S, around Surroundings, r *http.Request) (any, error) {
	name, err := a.Protocol.Operation(r)
	if err != nil {
		return nil, err
	}
	operation, ok := a.Operations[name]
	if !ok {
		return nil, aws.Refuse(http.StatusBadRequest, "UnknownOperationException", "%s is not an operation of %s that the sandbox knows", name, a.Name)
	}
	caller := aws.Caller{}
	if operation.signed {
		verifier := aws.Verifier{Service: a.Name, Region: around.Region, Keys: around.Keys, Now: around.Now, BodyLimit: a.BodyLimit}
		if caller, err = verifier.Verify(r); err != nil {
			return nil, err
		}
	}
	input, err := a.input(name, operation, r)
	if err != nil {
		return nil, err
	}
	if operation.signed {
		decision, message := aws.Authorize(r.Context(), caller, aws.Request{
			Action: a.Name + ":" + name, Resource: operation.needs(s, input),
			Context: iam.Context{{Name: "aws:SecureTransport", Value: strconv.FormatBool(r.TLS != nil)}},
		})
		if decision == iam.Deny {
			return nil, aws.Refuse(http.StatusBadRequest, "AccessDeniedException", "%s", message)
		}
	}
	return operation.handle(s, r.Context(), input)
}

// input reads the members of the body.
func (a *API[S]) input(name string, operation Operation[S], r *http.Request) (any, error) {
	body, err := aws.ReadBody(r, a.BodyLimit)
	if err != nil {
		return nil, err
	}
	object := map[string]any{}
	if len(bytes.TrimSpace(body)) > 0 {
		d := json.NewDecoder(bytes.NewReader(body))
		d.UseNumber()
		if err := d.Decode(&object); err != nil {
			return nil, aws.Refuse(http.StatusBadRequest, "SerializationException", "%s", strings.TrimPrefix(err.Error(), "json: "))
		}
		if d.More() {
			return nil, aws.Refuse(http.StatusBadRequest, "SerializationException", "the body has more than one JSON value")
		}
	}
	input, err := operation.read(name, object)
	if err != nil {
		return nil, aws.Refuse(http.StatusBadRequest, a.Invalid, "%s", err)
	}
	return input, nil
}
