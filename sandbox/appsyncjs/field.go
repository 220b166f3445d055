package appsyncjs

import (
	"context"
	"encoding/json"
	"fmt"
)

// A Field is what answers one field of a schema: a unit resolver, which is a step by itself, or a pipeline.
type Field struct {
	// Around is the code of a pipeline's own resolver; nil makes the field a unit resolver with one step.
	Around *Resolver
	Steps  []Step
}

// A Step is a unit resolver or a function of a pipeline, with its data source.
type Step struct {
	Name  string // for messages
	Code  *Resolver
	Store Store // a table; nil for another data source

	Lambda Lambda // a Lambda function; nil for another data source
}

// An Answer is what a field came to.
type Answer struct {
	Value    json.RawMessage // null where Err is set
	Err      *Error
	Appended []Error
	// Filter is what a subscription's resolver set, nil for none.
	Filter *SubscriptionFilter
	Logs   []LogLine
	// Ran are the handlers that ran, in their order.
	Ran []Handler
}

// A Handler is one of the two functions of a step, or of a pipeline's own resolver, which goes by Around.
type Handler struct {
	Step string // its name
	Name string // request or response
}

// Around is the name that a pipeline's own resolver goes by beside its steps.
const Around = "pipeline"

// Resolve answers the field for a caller, as AppSync does: the pipeline's own request handler, each function on its data
// source with the result of the one before as ctx.prev.result, and its own response handler, which has it as ctx.result
// too. An error of util.error ends the field. runtime.earlyReturn goes on with the next function; where it says END, and in
// the pipeline's own request handler, it goes on with the pipeline's response handler.
//
// The error is for a fault of the code or of the store itself. See
// https://docs.aws.amazon.com/appsync/latest/devguide/resolver-reference-overview-js.html and
// https://docs.aws.amazon.com/appsync/latest/devguide/runtime-utils-js.html.
func (f Field) Resolve(ctx context.Context, c Context) (Answer, error) {
	var err error
	if c.constant, err = c.encodeConstant(); err != nil {
		return Answer{}, fmt.Errorf("encode the context: %w", err)
	}
	r := resolution{context: ctx, ctx: c}
	if f.Around == nil {
		if len(f.Steps) != 1 {
			return Answer{}, fmt.Errorf("a unit resolver has one step, got %d", len(f.Steps))
		}
		_, err := r.step(f.Steps[0])
		return r.answer, err
	}
	outcome, err := r.run(Handler{Around, "request"}, f.Around.Request)
	if err != nil || r.answer.Err != nil {
		return r.answer, err
	}
	r.ctx.Prev = &Prev{Result: outcome.Value}
	end := outcome.Early && outcome.SkipTo != "NEXT"
	for i := 0; i < len(f.Steps) && !end; i++ {
		if end, err = r.step(f.Steps[i]); err != nil || r.answer.Err != nil {
			return r.answer, err
		}
		r.ctx.Prev = &Prev{Result: r.answer.Value}
	}
	r.ctx.Result, r.ctx.Error = r.ctx.Prev.Result, nil
	outcome, err = r.run(Handler{Around, "response"}, f.Around.Response)
	r.answer.Value = outcome.Value
	return r.answer, err
}

// resolution is a field on its way.
type resolution struct {
	context context.Context
	ctx     Context
	answer  Answer
}

// step runs both handlers of a step; one that returns early skips its data source and its response handler. It reports whether the pipeline goes straight to its end.
func (r *resolution) step(s Step) (end bool, err error) {
	r.ctx.Result, r.ctx.Error = nil, nil
	outcome, err := r.run(Handler{s.Name, "request"}, s.Code.Request)
	if err != nil || r.answer.Err != nil {
		return false, err
	}
	if outcome.Early {
		r.answer.Value = outcome.Value
		return outcome.SkipTo == "END", nil
	}
	operation, err := outcome.Operation()
	if err != nil {
		return false, fmt.Errorf("%s: %w", s.Name, err)
	}
	seen, err := s.settle(r.context, operation)
	if err != nil {
		return false, fmt.Errorf("%s: %w", s.Name, err)
	}
	r.ctx.Result, r.ctx.Error = seen.Result, seen.Error
	outcome, err = r.run(Handler{s.Name, "response"}, s.Code.Response)
	r.answer.Value = outcome.Value
	return outcome.Early && outcome.SkipTo == "END", err
}

// settle carries out what the step asks of its data source.
func (s Step) settle(ctx context.Context, op Operation) (Seen, error) {
	switch {
	case s.Lambda != nil && op.Name == "Invoke":
		return s.Lambda.Invoke(ctx, op.Payload, op.Async)
	case s.Lambda != nil:
		return Seen{}, fmt.Errorf("got the operation %q, want Invoke for a Lambda function", op.Name)
	case s.Store == nil && op.Name != "":
		return Seen{}, fmt.Errorf("got the operation %s, want none for a NONE data source", op.Name)
	}
	return Settle(ctx, op, s.Store)
}

// run runs a handler and keeps what outlasts it.
func (r *resolution) run(which Handler, handler func(Context) (Outcome, error)) (Outcome, error) {
	r.answer.Ran = append(r.answer.Ran, which)
	outcome, err := handler(r.ctx)
	if err != nil {
		return Outcome{}, fmt.Errorf("%s: %w", which.Step, err)
	}
	r.ctx.Stash = outcome.Stash
	r.answer.Appended = append(r.answer.Appended, outcome.Appended...)
	r.answer.Logs = append(r.answer.Logs, outcome.Logs...)
	if outcome.SubscriptionFilter != nil {
		r.answer.Filter = outcome.SubscriptionFilter
	}
	if outcome.Error != nil {
		r.answer.Err, r.answer.Value = outcome.Error, json.RawMessage("null")
		outcome.Value = r.answer.Value
	}
	return outcome, nil
}
