package aws

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"time"

	"lightbox.example/lightbox/sandbox/iam"
)

// Entry is what the request log says of one call. The server puts one into the request's context and reads it when the
// call is over; in between the service that answers fills it, from one goroutine.
type Entry struct {
	RequestID string // as the answer carries it
	Service   string // as in s3
	Operation string // as in PutObject
	Caller    string // who asked, as in arn:aws:iam::111122223333:role/Guest as session
	Fault     error  // what went wrong inside of the sandbox; nil as a rule

	// Decided tells whether a policy decision was made. Decision and Reasons are the last one, and that is the one that
	// refused if one did; Reasons.String() is its line for the log, with the deciding statement.
	Decided  bool
	Decision iam.Decision
	Reasons  iam.Reasons
}

type entryKey struct{}

// WithEntry returns a context that carries a new entry with a request id of its own.
func WithEntry(ctx context.Context) (context.Context, *Entry) {
	entry := &Entry{RequestID: rand.Text()[:16]}
	return context.WithValue(ctx, entryKey{}, entry), entry
}

// EntryOf returns the context's entry; if there is none, an entry that nobody reads.
func EntryOf(ctx context.Context) *Entry {
	if entry, ok := ctx.Value(entryKey{}).(*Entry); ok {
		return entry
	}
	return &Entry{}
}

// Begin notes in the entry which service answers a request, and in the context how it came: what Authorize decides in the course
// of it has the global condition keys, with that region and by that clock. It completes a request that did not come through
// the server, as in a test: one without an entry gets one, and one without a body an empty one.
func Begin(r *http.Request, service, region string, now func() time.Time) (*http.Request, *Entry) {
	r = r.WithContext(arriving(r, region, now))
	entry := EntryOf(r.Context())
	if entry.RequestID == "" {
		ctx, fresh := WithEntry(r.Context())
		r, entry = r.WithContext(ctx), fresh
	}
	if r.Body == nil {
		r.Body = http.NoBody
	}
	entry.Service = service
	return r, entry
}

// HostID is the opaque text of S3's header x-amz-id-2 and of HostId in its errors.
func (e *Entry) HostID() string {
	return base64.StdEncoding.EncodeToString([]byte("lightbox sandbox, request " + e.RequestID))
}
