package sandbox

import (
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/iam"
)

// bodyKept is how many octets of a body the page of requests has, of 1,000 calls that it looks back on. Only text is kept.
const bodyKept = 4 << 10

// An exchange is what went over the wire for a call and what was decided about it, as it was: what of it is a secret is hidden
// when it is shown.
type exchange struct {
	secure       bool
	method, host string
	path, query  string // as they were sent
	header       http.Header
	body         excerpt
	answerHeader http.Header
	answer       excerpt
	decided      bool
	reasons      iam.Reasons
}

// An excerpt is the beginning of a body.
type excerpt struct {
	text []byte
	size int64 // of all of it
	kept bool  // whether it is text
}

// begin decides by a body's headers whether it is kept.
func (e *excerpt) begin(header http.Header) {
	kind, _, _ := mime.ParseMediaType(header.Get("Content-Type"))
	e.kept = header.Get("Content-Encoding") == "" &&
		(strings.HasPrefix(kind, "text/") || strings.HasSuffix(kind, "xml") || strings.Contains(kind, "json") || slices.Contains([]string{"application/graphql", "application/x-www-form-urlencoded"}, kind))
}

func (e *excerpt) add(b []byte) {
	e.size += int64(len(b))
	if room := bodyKept - len(e.text); e.kept && room > 0 {
		e.text = append(e.text, b[:min(room, len(b))]...)
	}
}

// A watchedBody has an excerpt of what is read of a request's body.
type watchedBody struct {
	io.ReadCloser
	excerpt *excerpt
}

func (b watchedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.excerpt.add(p[:n])
	return n, err
}

// watch begins the exchange of a request, whose body is to be read by what it returns.
func watch(r *http.Request) (*http.Request, *exchange) {
	x := &exchange{
		secure: r.TLS != nil, method: r.Method, host: r.Host, path: r.URL.EscapedPath(), query: r.URL.RawQuery, header: r.Header.Clone(),
	}
	if r.Body != nil && r.Body != http.NoBody {
		x.body.begin(r.Header)
		r.Body = watchedBody{r.Body, &x.body} // of a copy: net/http's own request stays as it is
	}
	return r, x
}
