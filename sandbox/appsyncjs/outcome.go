package appsyncjs

import (
	"encoding/json"
	"errors"
	"fmt"
)

// An Outcome is what one handler did.
type Outcome struct {
	// Value is what the handler, or runtime.earlyReturn, returned, with the order of its keys; `null` for nothing and
	// where Error is set.
	Value json.RawMessage
	// Stash is ctx.stash as the handler left it, to be put into the next Context.
	Stash json.RawMessage
	// Error ended the handler: util.error or util.unauthorized.
	Error *Error
	// Appended are the errors of util.appendError, in their order.
	Appended []Error
	// Early tells that runtime.earlyReturn ended the handler.
	Early bool
	// SkipTo is earlyReturn's option of that name: "NEXT", "END" or "" for none, which is "NEXT" in a function's request
	// handler and "END" in a pipeline resolver's.
	SkipTo string
	// SubscriptionFilter and InvalidationFilter are what the handler set through extensions; nil for none.
	SubscriptionFilter *SubscriptionFilter
	InvalidationFilter *SubscriptionFilter
	// Invalidations are the arguments of extensions.invalidateSubscriptions, in their order.
	Invalidations []Invalidation
	// Logs are the lines of console.log and console.error.
	Logs []LogLine
}

// An Error is an entry of GraphQL's `errors` that the resolver asked for.
type Error struct {
	Message string
	Type    string          // errorType; "" is null
	Data    json.RawMessage // filtered by the selection set before a client sees it; nil is null
	Info    json.RawMessage // errorInfo, which is not filtered; nil is null
	// Unauthorized tells util.unauthorized() from util.error(): the message is then AppSync's own.
	Unauthorized bool
}

// Error is the message with its type.
func (e *Error) Error() string {
	if e.Type == "" {
		return e.Message
	}
	return e.Type + ": " + e.Message
}

// An Invalidation is what extensions.invalidateSubscriptions was given.
type Invalidation struct {
	SubscriptionField string          `json:"subscriptionField"`
	Payload           json.RawMessage `json:"payload"`
}

// A LogLine is one call of console.log or console.error.
type LogLine struct {
	Level   string // "log" or "error"
	Message string
}

// ErrTimeout is returned for a handler that was interrupted because it ran too long.
var ErrTimeout = errors.New("the resolver was interrupted: it ran longer than its limit")

// A ScriptError is a fault of the resolver's code that showed when it ran: an exception that is not util.error, or the use
// of something this runtime refuses. Its message names what and where.
type ScriptError struct {
	Message string // as "TypeError: util.xml is not supported by this runtime"
	Place   string // as "code.js:3:10"; "" where it is unknown
}

func (e *ScriptError) Error() string {
	if e.Place == "" {
		return e.Message
	}
	return fmt.Sprintf("%s: %s", e.Place, e.Message)
}

// Decode reads the outcome's value into v.
func (o Outcome) Decode(v any) error {
	return json.Unmarshal(o.Value, v)
}

// Operation is the outcome of a request handler as its data source reads it. See [DecodeOperation].
func (o Outcome) Operation() (Operation, error) {
	return DecodeOperation(o.Value)
}
