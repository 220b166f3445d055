package look

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"lightbox.example/lightbox/sandbox/appsync"
	"lightbox.example/lightbox/sandbox/cognito"
	"lightbox.example/lightbox/sandbox/identity"
	"lightbox.example/lightbox/sandbox/lambda"
	"lightbox.example/lightbox/sandbox/logs"
	"lightbox.example/lightbox/sandbox/paging"
	"lightbox.example/lightbox/sandbox/s3"
)

// Config is what a Looker needs.
type Config struct {
	Client     Client
	Users      *cognito.Service
	Identities *identity.Service
	Files      *s3.Service
	APIs       *appsync.Service
	Functions  *lambda.Service
	Logs       *logs.Service
	Now        func() time.Time
	Pages      *paging.Sealer
	// Web is the address of the front end, as in localhost:3000; "" where the sandbox serves none.
	Web func() string
}

// A Looker answers for the pages. It is safe for concurrent use.
type Looker struct {
	Config
	tickets tickets
	guests  guests
}

// New is a Looker, without tickets.
func New(config Config) *Looker { return &Looker{Config: config} }

// bodyLimit is more than any row has: DynamoDB's are of 400 KB, and an edit says what was before as well.
const bodyLimit = 4 << 20

// A Page is what there is at a path: GET looks, by the query of its URL, and POST does, by a JSON object.
type Page struct {
	Look func(ctx context.Context, query url.Values) (any, error)
	Do   func(ctx context.Context, body []byte) (any, error) // nil where nothing is to be done
}

// Pages are all, by their names below /_lightbox/.
func (l *Looker) Pages() map[string]Page {
	return map[string]Page{
		"users":     {l.users, doing(l.changeUser)},
		"files":     {l.files, nil},
		"data":      {l.data, doing(l.changeRow)},
		"api":       {l.api, doing(l.runGraphQL)},
		"functions": {l.functions, nil},
	}
}

// doing reads the body into what do takes. What it does not know it refuses.
func doing[In any](do func(context.Context, In) (any, error)) func(context.Context, []byte) (any, error) {
	return func(ctx context.Context, body []byte) (any, error) {
		var in In
		if err := Decode(body, &in); err != nil {
			return nil, badly("the body: %w", err)
		}
		return do(ctx, in)
	}
}

// ServeHTTP answers with JSON, or with a fault as text.
func (p Page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var answer any
	var err error
	switch {
	case r.Method == http.MethodGet || r.Method == http.MethodHead:
		answer, err = p.Look(r.Context(), r.URL.Query())
	case r.Method == http.MethodPost && p.Do != nil:
		var body []byte
		if body, err = io.ReadAll(http.MaxBytesReader(w, r.Body, bodyLimit)); err != nil {
			err = badly("the body: %w", err)
			break
		}
		answer, err = p.Do(r.Context(), body)
	default:
		allow := "GET"
		if p.Do != nil {
			allow = "GET, POST"
		}
		w.Header().Set("Allow", allow)
		http.Error(w, fmt.Sprintf("got %.20s, want %s", r.Method, strings.ReplaceAll(allow, ", ", " or ")), http.StatusMethodNotAllowed)
		return
	}
	if err != nil {
		http.Error(w, err.Error(), StatusOf(err))
		return
	}
	w.Header().Set("Content-Type", "application/json")
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	_ = encoder.Encode(answer) // half an answer is a client that went away
}

// A Fault is what is wrong with what was asked, with the status of HTTP that says so.
type Fault struct {
	Status int
	error
}

// Unwrap is the error without its status.
func (f *Fault) Unwrap() error { return f.error }

func badly(format string, args ...any) error {
	return &Fault{http.StatusBadRequest, fmt.Errorf(format, args...)}
}

// StatusOf is the status that an error is answered with.
func StatusOf(err error) int {
	var fault *Fault
	if errors.As(err, &fault) {
		return fault.Status
	}
	return http.StatusInternalServerError
}

// chosen is what the query names of a list, and the first of it if it names none.
func chosen(query url.Values, name string, list []string) (string, error) {
	got := query.Get(name)
	switch {
	case got == "" && len(list) > 0:
		return list[0], nil
	case got != "" && !slices.Contains(list, got):
		return "", &Fault{http.StatusNotFound, fmt.Errorf("%s: got %q, want one of %s", name, got, oneOf(list))}
	}
	return got, nil
}

// oneOf writes a list for a message.
func oneOf(list []string) string {
	if len(list) == 0 {
		return "none: there is none"
	}
	return strings.Join(list, ", ")
}

// refused joins what is wrong with a request, all at once; nil if nothing is.
func refused(faults []error) error {
	if err := errors.Join(faults...); err != nil {
		return &Fault{http.StatusBadRequest, err}
	}
	return nil
}

// stamp is a time of the pages.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
