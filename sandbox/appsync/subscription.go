package appsync

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"lightbox.example/lightbox/sandbox/appsync/graphql"
	"lightbox.example/lightbox/sandbox/appsyncjs"
)

// A Publisher takes the events of mutations to the subscribers.
type Publisher interface {
	// Publish is called once for each subscription field whose @aws_subscribe names a mutation that has succeeded.
	// The event is the mutation's result, limited to the fields that the mutation selected, by their names and not their
	// aliases. It must not be changed, and Publish must not block: the mutation's answer waits for it.
	Publish(ctx context.Context, apiID, field string, event json.RawMessage)
}

// A Subscription is one accepted start of a client: what it gets of which events, and how long.
type Subscription struct {
	APIID     string
	Field     string                        // of the type Subscription, as in onPhotoChanged
	Key       string                        // the field's alias in the client's operation, or its name
	Arguments map[string]any                // coerced; those that the client did not give are absent
	Filter    *appsyncjs.SubscriptionFilter // what the field's resolver set; nil for none
	// Expires is when the credentials end with which the client subscribed; zero for never.
	Expires time.Time

	// Matches tells whether the client is to have an event of its field: it passes the filter or, where none was set, has
	// the values of the arguments in the fields of their names.
	Matches func(event *Event) bool
	// View is what the client gets of the events that it is to have: the same one as all who ask for the same and may have the same.
	View *View
}

// An Event is what a mutation has told its subscribers, read once for all of them. It must not be changed.
type Event struct {
	JSON  json.RawMessage // as Publish had it
	Value any             // the same, as graphql.Decode reads it
}

// ReadEvent reads what was published.
func ReadEvent(text json.RawMessage) (*Event, error) {
	value, err := graphql.Decode(text)
	return &Event{text, value}, err
}

// fields are those of the object that was told, nil for what is none.
func (e *Event) fields() map[string]any {
	object, _ := e.Value.(map[string]any)
	return object
}

// A View is what subscribers get of events. What it makes of an event is the same for all who have it, so it is to be asked once for all.
type View struct {
	// Project is the value of GraphQL's `data`, as in {"onPhotoChanged": {…}}, which is {"onPhotoChanged": null} where a field that
	// must not be null is missing, and the errors beside it.
	Project func(event *Event) (json.RawMessage, []GraphQLError)
}

// A GraphQLError is an entry of `errors` in an answer, as AppSync writes it.
type GraphQLError = graphql.Error

// A Refusal is the answer to a request that is not carried out at all: Connect and Start of Service return it, and it is
// what the endpoint answers with its status.
type Refusal struct {
	Status int // of HTTP, as in 401: the errorCode of a connection_error
	Errors []GraphQLError
}

// Error joins the types and messages.
func (r *Refusal) Error() string {
	texts := make([]string, len(r.Errors))
	for i, e := range r.Errors {
		texts[i] = e.Error()
	}
	return strings.Join(texts, "; ")
}

// refuse is a Refusal with one error.
func refuse(status int, kind, message string) *Refusal {
	return &Refusal{Status: status, Errors: []GraphQLError{{ErrorType: kind, Message: message}}}
}
