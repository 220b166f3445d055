package sandbox

import (
	"net/http"
	"time"
)

// dated gives every answer the time of the sandbox's clock, in the place of the machine's, which net/http would write.
// Amplify's client takes its signatures' time from there.
//
// What net/http answers before there is a request, 400, 431 and 417, has the machine's or none.
func dated(next http.Handler, now func() time.Time) http.Handler {
	return withHeader(next, func(h http.Header) {
		if h.Get("Date") == "" { // that of CloudFront's is older, where it comes out of the cache
			h.Set("Date", now().UTC().Format(http.TimeFormat))
		}
	})
}

// apart gives every answer an origin of its own, which is no other's, so that what people stored can be opened beside the
// sandbox's pages: a document runs no script, and reads nothing and sends nothing by our name. The policy holds besides
// those that the answer has.
//
// https://www.w3.org/TR/CSP3/#directive-sandbox
func apart(next http.Handler) http.Handler {
	return withHeader(next, func(h http.Header) {
		h.Add("Content-Security-Policy", "sandbox")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Del("Set-Cookie")
		h.Del("Service-Worker-Allowed")
	})
}

// withHeader changes the header of every answer, whatever it is, when it is about to be written.
func withHeader(next http.Handler, change func(http.Header)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		changing := &changingHeader{ResponseWriter: w, change: change}
		next.ServeHTTP(changing, r)
		changing.now() // the answer of a handler that wrote nothing
	})
}

type changingHeader struct {
	http.ResponseWriter
	change func(http.Header) // nil when it is done
}

func (c *changingHeader) now() {
	if c.change != nil {
		c.change(c.Header())
		c.change = nil
	}
}

func (c *changingHeader) WriteHeader(status int) {
	if status >= 200 || status == http.StatusSwitchingProtocols {
		c.now()
	}
	c.ResponseWriter.WriteHeader(status)
}

func (c *changingHeader) Write(b []byte) (int, error) {
	c.now()
	return c.ResponseWriter.Write(b)
}

// FlushError writes the header, if that was not yet done.
func (c *changingHeader) FlushError() error {
	c.now()
	return http.NewResponseController(c.ResponseWriter).Flush()
}

// Unwrap lets http.ResponseController reach what is behind.
func (c *changingHeader) Unwrap() http.ResponseWriter { return c.ResponseWriter }
