package process

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// Limit is how many bytes a function may be sent, and ResponseLimit how many it may answer.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html#function-configuration-deployment-and-execution
const (
	Limit         = 6 << 20
	ResponseLimit = Limit + 100
)

// delivery is an event with the time at which it has to be done.
type delivery struct {
	Event
	deadline time.Time
}

// handler is the Runtime API, for the program alone: pages in a browser, which could find the port, say where they are from.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
func (i *Instance) handler() http.Handler {
	const base = "/2018-06-01/runtime/"
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+base+"invocation/next", i.next)
	mux.HandleFunc("POST "+base+"invocation/{id}/response", i.respond)
	mux.HandleFunc("POST "+base+"invocation/{id}/error", i.fail)
	mux.HandleFunc("POST "+base+"init/error", i.failInit)
	address := i.listener.Addr().String()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Host != address || r.Header.Get("Origin") != "" || r.Header.Get("Sec-Fetch-Site") != "" {
			say(w, http.StatusForbidden, "Forbidden", "the Runtime API is for the function's own program")
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// next waits for an event.
func (i *Instance) next(w http.ResponseWriter, r *http.Request) {
	select {
	case i.asked <- struct{}{}:
	default: // it asks again
	}
	select {
	case event := <-i.events:
		header := w.Header()
		header.Set("Content-Type", "application/json")
		header.Set("Lambda-Runtime-Aws-Request-Id", event.RequestID)
		header.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(event.deadline.UnixMilli(), 10))
		header.Set("Lambda-Runtime-Invoked-Function-Arn", i.ARN)
		header.Set("Lambda-Runtime-Trace-Id", event.TraceID)
		_, _ = w.Write(event.Payload) // a program that is gone is seen elsewhere
	case <-r.Context().Done():
	case <-i.exited:
	}
}

// respond takes the answer to an event.
func (i *Instance) respond(w http.ResponseWriter, r *http.Request) {
	payload, size, err := readAll(r.Body, ResponseLimit)
	switch {
	case err != nil:
		say(w, http.StatusBadRequest, "InvalidRequest", err.Error())
	case size > ResponseLimit:
		reason := fmt.Sprintf("Response payload size exceeded maximum allowed payload size (%d bytes).", ResponseLimit)
		i.take(w, r, answer{payload: fault("Function.ResponseSizeTooLarge", reason), failed: true, kind: "Function.ResponseSizeTooLarge"}, http.StatusRequestEntityTooLarge)
	default:
		i.take(w, r, answer{payload: payload}, http.StatusAccepted)
	}
}

// fail takes the error of an event.
func (i *Instance) fail(w http.ResponseWriter, r *http.Request) {
	payload, _, err := readAll(r.Body, ResponseLimit)
	if err != nil {
		say(w, http.StatusBadRequest, "InvalidRequest", err.Error())
		return
	}
	i.take(w, r, answer{payload: payload, failed: true}, http.StatusAccepted)
}

// failInit takes the error of a start.
func (i *Instance) failInit(w http.ResponseWriter, r *http.Request) {
	payload, _, err := readAll(r.Body, ResponseLimit)
	if err != nil {
		say(w, http.StatusBadRequest, "InvalidRequest", err.Error())
		return
	}
	i.put(w, answer{payload: payload, failed: true, kind: r.Header.Get("Lambda-Runtime-Function-Error-Type")}, http.StatusAccepted)
}

// take takes an answer to the event that the program has, once.
func (i *Instance) take(w http.ResponseWriter, r *http.Request, a answer, status int) {
	i.mu.Lock()
	known := i.current != "" && i.current == r.PathValue("id")
	if known {
		i.current = ""
	}
	i.mu.Unlock()
	if !known {
		say(w, http.StatusBadRequest, "InvalidRequestID", "Invalid request ID")
		return
	}
	i.put(w, a, status)
}

func (i *Instance) put(w http.ResponseWriter, a answer, status int) {
	select {
	case i.answers <- a:
	default: // that of a start, again
	}
	if status == http.StatusAccepted {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, `{"status":"OK"}`+"\n") // as above
		return
	}
	say(w, status, "RequestEntityTooLarge", a.kind)
}

func say(w http.ResponseWriter, status int, kind, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(fault(kind, message)) // as above
}

func fault(kind, message string) []byte {
	text, _ := json.Marshal(struct { // texts
		Type    string `json:"errorType"`
		Message string `json:"errorMessage"`
	}{kind, message})
	return text
}

// readAll reads a body up to a limit, and counts the rest.
func readAll(body io.Reader, limit int64) (text []byte, size int64, err error) {
	if text, err = io.ReadAll(io.LimitReader(body, limit)); err != nil {
		return nil, 0, err
	}
	rest, err := io.Copy(io.Discard, body)
	return text, int64(len(text)) + rest, err
}
