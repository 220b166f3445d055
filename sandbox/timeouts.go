package sandbox

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"time"
)

// ioTimeout is how long a client may take to send the next bytes of a body, or to take the next bytes of an answer. S3 waits
// for 20 seconds or so before it answers RequestTimeout.
const ioTimeout = 30 * time.Second

// withTimeouts lets go of clients that are slower: their connection ends, and the handler sees that it did. How long a whole
// request takes is not limited, so that large objects go over slow lines.
func withTimeouts(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		control := http.NewResponseController(w)
		_ = control.SetWriteDeadline(time.Time{}) // that of the request before on this connection
		// net/http looks at the body of its own request to see whether the client waits for 100 Continue, or how much of it
		// is still to come, before it answers. So that one stays, and handlers get another request.
		awaited := *r
		if r.Body != nil && r.Body != http.NoBody {
			_ = control.SetReadDeadline(time.Now().Add(ioTimeout)) // for what net/http reads of a body that nobody wanted
			awaited.Body = &awaitedBody{r.Body, control}
		}
		answer := &awaitedAnswer{ResponseWriter: w, control: control}
		next.ServeHTTP(answer, &awaited)
		answer.extend() // for what is in net/http's buffer
	})
}

// awaitedBody gives each read of a body its time.
type awaitedBody struct {
	io.ReadCloser
	control *http.ResponseController
}

func (b *awaitedBody) Read(p []byte) (int, error) {
	_ = b.control.SetReadDeadline(time.Now().Add(ioTimeout))
	n, err := b.ReadCloser.Read(p)
	if err != nil {
		_ = b.control.SetReadDeadline(time.Time{}) // net/http goes on reading, to see whether the client is there
	}
	return n, err
}

// awaitedAnswer gives each write of an answer its time.
type awaitedAnswer struct {
	http.ResponseWriter
	control  *http.ResponseController
	hijacked bool
}

func (a *awaitedAnswer) extend() {
	if !a.hijacked {
		_ = a.control.SetWriteDeadline(time.Now().Add(ioTimeout))
	}
}

func (a *awaitedAnswer) Write(b []byte) (int, error) {
	a.extend()
	return a.ResponseWriter.Write(b)
}

// Hijack implements http.Hijacker: WebSockets have their own timeouts.
func (a *awaitedAnswer) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	a.hijacked = true
	return a.control.Hijack()
}

// Unwrap lets http.ResponseController reach what is behind.
func (a *awaitedAnswer) Unwrap() http.ResponseWriter { return a.ResponseWriter }
