package lambda

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/lambda/process"
)

// The types of invocations: the caller waits for the answer, or not, or asks whether it may.
const (
	RequestResponse = "RequestResponse"
	Event           = "Event"
	DryRun          = "DryRun"
)

// latest is the version that all functions have.
const latest = "$LATEST"

// eventLimit is how many bytes an event may have for which nobody waits.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const eventLimit = 1 << 20

// tailLimit is how many bytes of the log an answer can bring.
const tailLimit = 4 << 10

// Invocation is what somebody asks of a function.
type Invocation struct {
	Function string // its name or its ARN
	Type     string // RequestResponse if empty
	Payload  []byte // JSON; {} if empty
	Tail     bool   // whether the answer brings the end of the log
	By       string // who asks, as the sandbox's pages show it; of requests over the wire it is who signed
}

// Result is the answer to an Invocation.
type Result struct {
	Status        int    // of HTTP: 200, 202 of an Event, 204 of a DryRun
	RequestID     string // a UUID, by which the log knows it
	Payload       []byte // what the function answered, or its error as JSON: errorType and errorMessage
	FunctionError string // Unhandled if the Payload is an error; else ""
	Tail          string // the last 4 KB of the log, in base64
}

// InvokeFor invokes a function for somebody, of whom allow says whether they may: it is asked for what IAM has to allow,
// lambda:InvokeFunction with the function's own policy, and its error is what comes back.
//
// Other errors are *aws.Errors: ResourceNotFoundException, InvalidRequestContentException, RequestEntityTooLargeException,
// TooManyRequestsException, and AccessDeniedException of a role that does not trust Lambda. That ctx ends is one too; the
// invocation goes on then, as with AWS. An error of the function is no error, but in the Result.
//
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
func (s *Service) InvokeFor(ctx context.Context, in Invocation, allow func(needs []aws.Request) error) (Result, error) {
	if err := allow([]aws.Request{s.need("lambda:InvokeFunction", in.Function, "")}); err != nil {
		return Result{}, err
	}
	return s.invoke(ctx, in, "")
}

// invokeInput is the input of Invoke.
type invokeInput struct {
	FunctionName   string `required:"true" shape:"NamespacedFunctionName"`
	InvocationType string `enum:"Event,RequestResponse,DryRun"`
	LogType        string `enum:"None,Tail"`
	Qualifier      string `shape:"Qualifier"`
	Payload        string
}

func (s *Service) invokeNeeds(in invokeInput) []aws.Request {
	return []aws.Request{s.need("lambda:InvokeFunction", in.FunctionName, in.Qualifier)}
}

func (s *Service) invokeFromWire(ctx context.Context, in invokeInput) (any, error) {
	return s.invoke(ctx, Invocation{
		Function: in.FunctionName, Type: in.InvocationType, Payload: []byte(in.Payload), Tail: in.LogType == "Tail",
		By: aws.CallerOf(ctx).ARN(),
	}, in.Qualifier)
}

// need is what IAM has to allow of a function.
func (s *Service) need(action, function, qualifier string) aws.Request {
	name, qualified, ok := s.nameOf(function, qualifier)
	request := aws.Request{Action: action, Resource: s.arn(name), Account: s.Account}
	if !ok {
		request.Resource = function
		if !strings.HasPrefix(function, "arn:") {
			request.Resource = s.arn(function)
		}
		return request
	}
	if qualified != "" {
		request.Resource += ":" + qualified
	}
	if f := s.find(name); f != nil {
		request.Policies = f.policies
	}
	return request
}

// invoke invokes a function for somebody who may.
func (s *Service) invoke(ctx context.Context, in Invocation, qualifier string) (Result, error) {
	f, err := s.named(in.Function, qualifier)
	if err != nil {
		return Result{}, err
	}
	limit := process.Limit
	switch in.Type {
	case "":
		in.Type = RequestResponse
	case Event:
		limit = eventLimit
	}
	if len(in.Payload) > limit {
		return Result{}, aws.Refuse(http.StatusRequestEntityTooLarge, "RequestEntityTooLargeException",
			"%d byte payload is too large for the %s invocation type (limit %d bytes)", len(in.Payload), in.Type, limit)
	}
	if len(in.Payload) == 0 {
		in.Payload = []byte("{}")
	}
	var into any
	if err := json.Unmarshal(in.Payload, &into); err != nil {
		return Result{}, aws.Refuse(http.StatusBadRequest, "InvalidRequestContentException", "Could not parse request body into json: %s", err)
	}
	result := Result{Status: http.StatusNoContent, RequestID: aws.NewUUID()}
	switch in.Type {
	case DryRun:
		return result, nil
	case Event:
		result.Status = http.StatusAccepted
		return result, s.enqueue(f, in.By, result.RequestID, in.Payload)
	}
	outcome, lines, err := s.run(ctx, f, in.By, result.RequestID, in.Payload)
	if err != nil {
		return Result{}, err
	}
	result.Status, result.Payload = http.StatusOK, outcome.Payload
	if outcome.Failed {
		result.FunctionError = "Unhandled"
	}
	if in.Tail {
		result.Tail = tail(lines)
	}
	return result, nil
}

// tail is the end of the log, in base64.
func tail(lines []string) string {
	text := strings.Join(lines, "\n") + "\n"
	return base64.StdEncoding.EncodeToString([]byte(text[max(0, len(text)-tailLimit):]))
}

// run lets an environment of the function have an event, and returns how it went, with the lines of the log. It goes on if ctx
// ends.
func (s *Service) run(ctx context.Context, f *live, by, requestID string, payload []byte) (process.Outcome, []string, error) {
	if !s.begin() {
		return process.Outcome{}, nil, closing()
	}
	e, err := f.pool.acquire(ctx)
	var refusal *aws.Error
	if errors.As(err, &refusal) && refusal.Code == throttled {
		s.count(f, "Throttles", 1, "Count")
	}
	var entrypoint *process.InvalidEntrypoint
	if err != nil {
		known := errors.As(err, &entrypoint)
		if now := s.find(f.Name); known && now != nil && now.Digest != f.Digest { // the code was changed meanwhile
			s.running.Done()
			return s.run(ctx, now, by, requestID, payload)
		}
		if !known {
			s.running.Done()
			return process.Outcome{}, nil, err
		}
	}
	type ended struct {
		outcome process.Outcome
		lines   []string
	}
	done := make(chan ended, 1)
	go func() {
		defer s.running.Done()
		var o process.Outcome
		if entrypoint != nil {
			o = entrypoint.Outcome(requestID)
		} else {
			o = e.Invoke(process.Event{RequestID: requestID, TraceID: f.traceID(s.Now()), Payload: payload})
		}
		s.note(f, by, requestID, o)
		lines := f.report(requestID, o)
		s.write(ctx, f, e, lines)
		s.countInvocation(f, o)
		f.pool.release(e, o.Ended)
		done <- ended{o, lines}
	}()
	select {
	case end := <-done:
		return end.outcome, end.lines, nil
	case <-ctx.Done():
		return process.Outcome{}, nil, ctx.Err()
	}
}

// begin counts something that Close waits for; it reports false if the service is closing.
func (s *Service) begin() bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return false
	}
	s.running.Add(1)
	return true
}
