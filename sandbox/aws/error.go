package aws

import (
	"errors"
	"fmt"
	"net/http"
)

// Error is a refusal in a service's own words. Clients act on Code; Status and Message are what AWS sends with it.
type Error struct {
	Status  int    // of HTTP, as in 403
	Code    string // as in AccessDenied
	Message string
	// Details are the further elements of S3's error document, in their order, as in {"BucketName", "b"}.
	Details []Detail
}

// Detail is one more element of S3's error document.
type Detail struct{ Name, Value string }

// Refuse returns the refusal with the status, code and formatted message.
func Refuse(status int, code, format string, args ...any) *Error {
	return &Error{Status: status, Code: code, Message: fmt.Sprintf(format, args...)}
}

// With returns the error with one more detail.
func (e *Error) With(name, value string) *Error {
	next := *e
	next.Details = append(e.Details[:len(e.Details):len(e.Details)], Detail{name, value})
	return &next
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// RefusalOf returns the refusal in err. Any other error is a fault of the sandbox: it goes into the request log, and the
// answer is a 500 with the code that the service has for that, which keeps the reason to itself.
func RefusalOf(r *http.Request, err error, internalCode string) *Error {
	var refusal *Error
	if errors.As(err, &refusal) {
		return refusal
	}
	EntryOf(r.Context()).Fault = err
	return Refuse(http.StatusInternalServerError, internalCode, "We encountered an internal error. Please try again.")
}
