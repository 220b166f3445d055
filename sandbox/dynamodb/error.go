package dynamodb

import (
	"encoding/json"
	"errors"
	"fmt"

	"lightbox.example/lightbox/sandbox/dynamodb/item"
)

// An Error is an answer of DynamoDB's other than success.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
type Error struct {
	Type    string // without its namespace, such as "ValidationException"
	Message string

	Item    item.Item // of a ConditionalCheckFailedException, where ReturnValuesOnConditionCheckFailure asks for it
	Reasons []Reason  // of a TransactionCanceledException, one for each of its actions

	// refuses says that it is the answer to a whole transaction, where others of its kind are a reason to cancel it.
	refuses bool
}

// A Reason is why an action cancelled its transaction; its Code is "None" if it did not.
type Reason struct {
	Code    string
	Message string    `json:",omitempty"`
	Item    item.Item `json:",omitempty"`
}

func (e *Error) Error() string { return e.Type + ": " + e.Message }

// Status is the answer's HTTP status.
func (e *Error) Status() int {
	if e.Type == "InternalServerError" {
		return 500
	}
	return 400
}

// errorForms are the types whose namespace or member for the message differs from the others'.
var errorForms = map[string]struct{ namespace, message string }{
	"ValidationException":                  {"com.amazon.coral.validate#", "message"},
	"SerializationException":               {"com.amazon.coral.service#", "Message"},
	"UnknownOperationException":            {"com.amazon.coral.service#", "message"},
	"TransactionCanceledException":         {"com.amazonaws.dynamodb.v20120810#", "Message"},
	"IdempotentParameterMismatchException": {"com.amazonaws.dynamodb.v20120810#", "Message"},
}

// Kind is its type, for the header X-Amzn-Errortype.
func (e *Error) Kind() string { return e.Type }

// MarshalJSON implements json.Marshaler: the body of the answer.
func (e *Error) MarshalJSON() ([]byte, error) {
	form, ok := errorForms[e.Type]
	if !ok {
		form.namespace, form.message = "com.amazonaws.dynamodb.v20120810#", "message"
	}
	body := map[string]any{"__type": form.namespace + e.Type}
	if e.Message != "" {
		body[form.message] = e.Message
	}
	if e.Item != nil {
		body["Item"] = e.Item
	}
	if e.Reasons != nil {
		body["CancellationReasons"] = e.Reasons
	}
	return json.Marshal(body)
}

func validation(format string, args ...any) *Error {
	return &Error{Type: "ValidationException", Message: fmt.Sprintf(format, args...)}
}

// invalid is a ValidationException in the words that most of them begin with.
func invalid(format string, args ...any) *Error {
	return validation("One or more parameter values were invalid: "+format, args...)
}

// emptyKey is a ValidationException about an empty value in a key.
func emptyKey(format string, args ...any) *Error {
	e := validation("One or more parameter values are not valid. "+format, args...)
	e.refuses = true
	return e
}

func refuses(err error) bool {
	var known *Error
	return errors.As(err, &known) && known.refuses
}

var notFound = &Error{Type: "ResourceNotFoundException", Message: "Requested resource not found"}

func conditionFailed(old item.Item, returnOld string) *Error {
	e := &Error{Type: "ConditionalCheckFailedException", Message: "The conditional request failed"}
	if returnOld == "ALL_OLD" {
		e.Item = old
	}
	return e
}
