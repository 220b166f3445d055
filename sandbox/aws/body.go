package aws

import (
	"bytes"
	"errors"
	"io"
	"net/http"
)

// ReadBody reads the whole body, at most limit bytes, and leaves it in r to be read again. A longer one is refused with
// RequestEntityTooLarge before more of it is read.
func ReadBody(r *http.Request, limit int64) ([]byte, error) {
	if r.Body == nil || r.Body == http.NoBody {
		return nil, nil
	}
	if r.ContentLength > limit {
		return nil, tooLarge(limit)
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, limit+1))
	if err != nil {
		return nil, broken(err)
	}
	if int64(len(body)) > limit {
		return nil, tooLarge(limit)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return body, nil
}

func tooLarge(limit int64) *Error {
	return Refuse(http.StatusRequestEntityTooLarge, "RequestEntityTooLarge", "Request size exceeded the limit of %d bytes", limit)
}

// broken is a body that did not arrive as a whole; a refusal stays what it is.
func broken(err error) error {
	var refusal *Error
	if errors.As(err, &refusal) {
		return err
	}
	return Refuse(http.StatusBadRequest, "IncompleteBody", "The request body terminated unexpectedly")
}
