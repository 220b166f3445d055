package realtime

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"lightbox.example/lightbox/sandbox/appsync"
	"lightbox.example/lightbox/sandbox/aws"
)

// A request is a message of a client: its members type, id and payload.
type request struct {
	Type, ID string
	Payload  json.RawMessage
}

// startPayload is the payload of start: its members data and extensions, of which authorization.
type startPayload struct {
	Data          string // the JSON text of {query, variables}
	Authorization map[string]string
}

func readStart(text json.RawMessage) (p startPayload, err error) {
	extensions := json.RawMessage("{}")
	if err = aws.Members(text, map[string]any{"data": &p.Data, "extensions": &extensions}); err == nil {
		err = aws.Members(extensions, map[string]any{"authorization": &p.Authorization})
	}
	return p, err
}

// A reply is a message of the server.
type reply struct {
	ID      string `json:"id,omitempty"`
	Type    string `json:"type"`
	Payload any    `json:"payload,omitempty"`
}

type ackPayload struct {
	ConnectionTimeoutMs int64 `json:"connectionTimeoutMs"`
}

type dataPayload struct {
	Data   json.RawMessage        `json:"data"`
	Errors []appsync.GraphQLError `json:"errors,omitempty"`
}

type errorsPayload struct {
	Errors []fault `json:"errors"`
}

// limitPayload is how AppSync puts the one error of a limit: not as a list.
// https://github.com/aws-amplify/amplify-js/issues/8370
type limitPayload struct {
	Error fault `json:"errors"`
}

// A fault is one error of a message.
type fault struct {
	Type    string `json:"errorType,omitempty"`
	Message string `json:"message"`
	Code    int    `json:"errorCode,omitempty"` // of HTTP, in a connection_error
}

// A message waits for a client. Its second part may be that of messages to others too: no part is to be changed.
type message struct{ head, rest []byte }

func (m message) size() int { return len(m.head) + len(m.rest) }

// headOf is the first part of messages about events: all but the payload and the brace behind it.
func headOf(id string) []byte {
	encoded := whole(reply{ID: id, Type: "data", Payload: 0}).rest
	return encoded[:len(encoded)-len("0}")]
}

// keepAlive is the message ka.
var keepAlive = whole(reply{Type: "ka"})

// whole is a message of text and numbers, in one part.
func whole(r reply) message {
	encoded, err := json.Marshal(r)
	if err != nil {
		panic(err) // it is not of text and numbers
	}
	return message{rest: encoded}
}

// failure is the message error.
func failure(id string, err error) message {
	return whole(reply{ID: id, Type: "error", Payload: errorsPayload{faultsOf(refusalOf(err), 0)}})
}

// faultsOf are the errors of a refusal, each with the code unless that is 0.
func faultsOf(refusal *appsync.Refusal, code int) []fault {
	faults := make([]fault, 0, len(refusal.Errors))
	for _, e := range refusal.Errors {
		faults = append(faults, fault{Type: e.ErrorType, Message: e.Message, Code: code})
	}
	return faults
}

// refusalOf is the refusal in an error, or what a client learns of any other.
func refusalOf(err error) *appsync.Refusal {
	var refusal *appsync.Refusal
	if errors.As(err, &refusal) {
		return refusal
	}
	return &appsync.Refusal{Status: http.StatusInternalServerError, Errors: []appsync.GraphQLError{
		{ErrorType: "InternalFailure", Message: "An internal failure occurred while processing the operation."},
	}}
}

// refuse is a refusal with one error, for an error's code of 400.
func refuse(errorType, format string, args ...any) *appsync.Refusal {
	return &appsync.Refusal{Status: http.StatusBadRequest, Errors: []appsync.GraphQLError{
		{ErrorType: errorType, Message: fmt.Sprintf(format, args...)},
	}}
}

// badRequest refuses what is not of the right form.
func badRequest(format string, args ...any) *appsync.Refusal {
	return refuse("BadRequestException", format, args...)
}

// faultOf is what the log says of an error: nothing of a refusal.
func faultOf(err error) error {
	if refusal := new(appsync.Refusal); errors.As(err, &refusal) {
		return nil
	}
	return err
}
