package sandbox

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// A piped is a listener for the one connection that is the other end of a pipe.
type piped struct {
	accepted chan net.Conn
	closed   chan struct{}
}

func (p piped) Accept() (net.Conn, error) {
	select {
	case conn := <-p.accepted:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p piped) Close() error { close(p.closed); return nil }

func (p piped) Addr() net.Addr { return &net.TCPAddr{} }

// dialled is a connection to a handler with timeouts, in the bubble of a test: its clock moves only while everybody waits, so
// that nothing depends on how busy the machine is.
func dialled(t *testing.T, handler http.HandlerFunc) net.Conn {
	t.Helper()
	conn, other := net.Pipe()
	listener := piped{make(chan net.Conn, 1), make(chan struct{})}
	listener.accepted <- other
	server := &http.Server{Handler: withTimeouts(handler)} //nolint:gosec // the timeout is what is tested
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() {
		_ = conn.Close()
		_ = server.Close()
	})
	return conn
}

func TestPatient_letsGoOfABodyThatDoesNotCome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		failed := make(chan error, 1)
		conn := dialled(t, func(_ http.ResponseWriter, r *http.Request) {
			_, err := io.ReadAll(r.Body)
			failed <- err
		})
		began := time.Now()
		_, _ = fmt.Fprint(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf")
		if err := <-failed; err == nil {
			t.Error("got the whole body, want an error")
		}
		if took := time.Since(began); took != ioTimeout {
			t.Errorf("got it after %s, want %s", took, ioTimeout)
		}
	})
}

func TestPatient_waitsForABodyThatComesSlowly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		got := make(chan string, 1)
		conn := dialled(t, func(_ http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			got <- fmt.Sprint(string(body), err)
		})
		_, _ = fmt.Fprint(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\n")
		for _, piece := range strings.Split("a b c d e f", " ") {
			time.Sleep(ioTimeout - time.Second)
			_, _ = fmt.Fprint(conn, piece)
		}
		if body := <-got; body != "abcdef<nil>" {
			t.Errorf("got %s, want all of it", body)
		}
	})
}

func TestPatient_letsGoOfAClientThatTakesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		failed := make(chan error, 1)
		conn := dialled(t, func(w http.ResponseWriter, _ *http.Request) {
			piece := bytes.Repeat([]byte("x"), 32<<10)
			for {
				if _, err := w.Write(piece); err != nil {
					failed <- err
					return
				}
			}
		})
		began := time.Now()
		_, _ = fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		<-failed
		if took := time.Since(began); took != ioTimeout {
			t.Errorf("the handler wrote for %s to a client that does not read, want %s", took, ioTimeout)
		}
	})
}

func TestPatient_leavesAloneHandlersAndConnectionsThatTakeLonger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cancelled := make(chan bool, 2)
		conn := dialled(t, func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.ReadAll(r.Body)
			time.Sleep(3 * ioTimeout)
			cancelled <- r.Context().Err() != nil
			w.WriteHeader(http.StatusNoContent)
		})
		for range 2 {
			_, _ = fmt.Fprint(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody")
			answer := make([]byte, 1000) // with the headers
			n, err := conn.Read(answer)
			if err != nil || !strings.HasPrefix(string(answer[:n]), "HTTP/1.1 204 No Content") {
				t.Fatalf("got %q, %v, want 204", answer[:n], err)
			}
			if <-cancelled {
				t.Error("the request was cancelled while its handler was at work")
			}
			time.Sleep(2 * ioTimeout) // between requests
		}
	})
}

func TestPatient_leavesHijackedConnectionsAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn := dialled(t, func(w http.ResponseWriter, _ *http.Request) {
			hijacked, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			go func() {
				time.Sleep(3 * ioTimeout)
				_, _ = hijacked.Write([]byte("later"))
				_ = hijacked.Close()
			}()
		})
		_, _ = fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		if got, err := io.ReadAll(conn); err != nil || string(got) != "later" {
			t.Errorf("got %q, %v, want what was written later", got, err)
		}
	})
}
