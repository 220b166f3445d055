// Package pipeline takes each request to a service through the same steps, by the service's table of operations. A row of a
// Table is Signed of two of the service's methods: the one that says what is asked for, and the one that answers.
//
// The steps: which operation, who signed, what the request says, what IAM must be asked for that, may they, and the operation.
// What a request says is read once, by package input, and that value is what the needs are told from and what the operation
// gets: what IAM decides about is what is done. A fault of it is told only to who may: the decision comes first.
//
// A protocol is a value, as aws.JSONProtocol and aws.QueryProtocol are. S3 and AppSync have steps of their own, and their package comments say why.
package pipeline

import (
	"cmp"
	"context"
	"net/http"
	"reflect"
	"slices"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/pipeline/input"
)

// Protocol is how requests and answers are written.
type Protocol interface {
	Dialect() aws.Dialect
	// Operation is the name of the operation that a request asks for.
	Operation(r *http.Request, bodyLimit int64) (string, error)
	// Body is what a request says besides, of at most so many bytes.
	Body(r *http.Request, bodyLimit int64) ([]byte, error)
	// Denied is the refusal of what IAM does not allow, in the words of aws.Authorize.
	Denied(message string) error
	Write(w http.ResponseWriter, r *http.Request, operation string, output any)
	WriteError(w http.ResponseWriter, r *http.Request, err error)
}

// API is how a service is reached. S is the service.
type API[S any] struct {
	Name       string // as in a signature's scope and in IAM's actions, as in ssm
	Protocol   Protocol
	Operations Table[S]
	BodyLimit  int64 // in bytes
	Input      *input.Dialect
	// Parse makes a tree of a body; its error goes to Input.Mismatch. input.Parse if nil.
	Parse func(body []byte) (any, error)
	// Browsers tells whether pages of any origin call, by POST.
	Browsers bool
	// Unknown is the refusal of an operation that is not in the table; UnknownOperationException if nil.
	Unknown func(operation string) error
	Place   func(S) Place
}

// Place is where a service is, and what it knows callers and the time by.
type Place struct {
	Region, Account string
	Keys            aws.Keys
	Now             func() time.Time
}

// Table are operations by their names.
type Table[S any] map[string]Operation[S]

// Operation is one operation of a service S. Signed, SignedEach, Own and Public make them.
type Operation[S any] struct {
	Signed bool         // whether it wants a signature
	Input  reflect.Type // the struct that its request is read into
	needs  func(s S, in any) []aws.Request
	run    func(s S, ctx context.Context, in any) (any, error)
}

// Signed is an operation that IAM decides on, by the action of the operation's name on the resource, which is an ARN or "*".
func Signed[S, In any](resource func(S, In) string, run func(S, context.Context, In) (any, error)) Operation[S] {
	return SignedEach(func(s S, in In) []aws.Request { return []aws.Request{{Resource: resource(s, in)}} }, run)
}

// SignedEach is an operation that IAM decides on more than once. A need without an action is about that of the operation's
// name, one without an account about the service's, and none at all is that action on "*": nothing is free.
func SignedEach[S, In any](needs func(S, In) []aws.Request, run func(S, context.Context, In) (any, error)) Operation[S] {
	o := Public(run)
	o.Signed = true
	o.needs = func(s S, in any) []aws.Request { return needs(s, *in.(*In)) }
	return o
}

// Own is an operation that wants a signature, and that itself decides who may: aws.CallerOf is who signed.
func Own[S, In any](run func(S, context.Context, In) (any, error)) Operation[S] {
	o := Public(run)
	o.Signed = true
	return o
}

// Public is an operation that anyone may call, without a signature. One that is there is not looked at.
func Public[S, In any](run func(S, context.Context, In) (any, error)) Operation[S] {
	return Operation[S]{
		Input: reflect.TypeFor[In](),
		run:   func(s S, ctx context.Context, in any) (any, error) { return run(s, ctx, *in.(*In)) },
	}
}

// Request is what somebody asks of a service, read.
type Request[S any] struct {
	api       *API[S]
	service   S
	name      string
	operation Operation[S]
	input     any   // a pointer to the operation's struct
	fault     error // of the input
}

// Read reads a request. Its error is that there is no such operation; what is wrong with the body is Run's to say.
func (a *API[S]) Read(s S, name string, body []byte) (*Request[S], error) {
	operation, err := a.operation(name)
	if err != nil {
		return nil, err
	}
	q := &Request[S]{api: a, service: s, name: name, operation: operation, input: reflect.New(operation.Input).Interface()}
	parse := a.Parse
	if parse == nil {
		parse = input.Parse
	}
	tree, err := parse(body)
	if err != nil {
		q.fault = a.Input.Mismatch("", err)
	} else {
		q.fault = a.Input.Read(name, tree, q.input)
	}
	return q, nil
}

func (a *API[S]) operation(name string) (Operation[S], error) {
	operation, ok := a.Operations[name]
	switch {
	case ok:
		return operation, nil
	case a.Unknown != nil:
		return operation, a.Unknown(name)
	}
	return operation, aws.Refuse(http.StatusBadRequest, "UnknownOperationException", "%s is not an operation of %s that the sandbox knows", name, a.Name)
}

// Needs are what IAM must allow a caller, each once; none for an operation that is anyone's or decides itself.
func (q *Request[S]) Needs() []aws.Request {
	if q.operation.needs == nil {
		return nil
	}
	needs := q.operation.needs(q.service, q.input)
	if len(needs) == 0 {
		needs = []aws.Request{{Resource: "*"}}
	}
	account := q.api.Place(q.service).Account
	var once []aws.Request
	for _, need := range needs {
		need.Action, need.Account = cmp.Or(need.Action, q.api.Name+":"+q.name), cmp.Or(need.Account, account)
		if !slices.ContainsFunc(once, func(n aws.Request) bool { return n.Action == need.Action && n.Resource == need.Resource }) {
			once = append(once, need)
		}
	}
	return once
}

// Run carries the request out, whoever asks for it, or says what is wrong with its input.
func (q *Request[S]) Run(ctx context.Context) (any, error) {
	if q.fault != nil {
		return nil, q.fault
	}
	return q.operation.run(q.service, ctx, q.input)
}

// Serve answers a request. Refusals are *aws.Errors that the operations return, or what the protocol knows besides; other
// errors are faults of the sandbox.
func (a *API[S]) Serve(s S, w http.ResponseWriter, r *http.Request) {
	place := a.Place(s)
	r, _ = aws.Begin(r, a.Name, place.Region, place.Now)
	if a.Browsers && aws.AllowOrigins(w, r, http.MethodPost) {
		return
	}
	name, output, err := a.answer(s, place, r)
	if err != nil {
		a.Protocol.WriteError(w, r, err)
		return
	}
	w.Header().Set("Cache-Control", "no-store") // there may be keys in it
	a.Protocol.Write(w, r, name, output)
}

func (a *API[S]) answer(s S, place Place, r *http.Request) (name string, output any, err error) {
	if name, err = a.Protocol.Operation(r, a.BodyLimit); err != nil {
		return "", nil, err
	}
	operation, err := a.operation(name)
	if err != nil {
		return "", nil, err
	}
	caller := aws.Caller{}
	if operation.Signed {
		verifier := aws.Verifier{
			Dialect: a.Protocol.Dialect(), Service: a.Name, Region: place.Region, Keys: place.Keys, Now: place.Now, BodyLimit: a.BodyLimit,
		}
		if caller, err = verifier.Verify(r); err != nil {
			return "", nil, err
		}
	}
	body, err := a.Protocol.Body(r, a.BodyLimit)
	if err != nil {
		return "", nil, err
	}
	request, err := a.Read(s, name, body)
	if err != nil {
		return "", nil, err
	}
	for _, need := range request.Needs() {
		if decision, message := aws.Authorize(r.Context(), caller, need); decision == iam.Deny {
			return "", nil, a.Protocol.Denied(message)
		}
	}
	output, err = request.Run(aws.WithCaller(r.Context(), caller))
	return name, output, err
}
