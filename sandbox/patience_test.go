package sandbox

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

const testPatience = 100 * time.Millisecond

// dialled is a raw connection to a handler with patience.
func dialled(t *testing.T, handler http.HandlerFunc) net.Conn {
	t.Helper()
	server := httptest.NewServer(patient(handler, testPatience))
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = conn.Close()
		server.Close()
	})
	return conn
}

func TestPatient_letsGoOfABodyThatDoesNotCome(t *testing.T) {
	failed := make(chan error, 1)
	conn := dialled(t, func(_ http.ResponseWriter, r *http.Request) {
		_, err := io.ReadAll(r.Body)
		failed <- err
	})
	_, _ = fmt.Fprint(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf")
	select {
	case err := <-failed:
		if err == nil {
			t.Error("got the whole body, want an error")
		}
	case <-time.After(10 * time.Second):
		t.Error("the handler waits for the body still")
	}
}

func TestPatient_waitsForABodyThatComesSlowly(t *testing.T) {
	got := make(chan string, 1)
	conn := dialled(t, func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		got <- fmt.Sprint(string(body), err)
	})
	_, _ = fmt.Fprint(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\n")
	for _, piece := range strings.Split("a b c d e f", " ") {
		time.Sleep(testPatience / 2)
		_, _ = fmt.Fprint(conn, piece)
	}
	if body := <-got; body != "abcdef<nil>" {
		t.Errorf("got %s, want all of it", body)
	}
}

func TestPatient_letsGoOfAClientThatTakesNothing(t *testing.T) {
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
	_, _ = fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	select {
	case <-failed:
	case <-time.After(10 * time.Second):
		t.Error("the handler writes still, to a client that does not read")
	}
}

func TestPatient_leavesAloneHandlersAndConnectionsThatTakeLonger(t *testing.T) {
	cancelled := make(chan bool, 2)
	conn := dialled(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body)
		time.Sleep(3 * testPatience)
		cancelled <- r.Context().Err() != nil
		w.WriteHeader(http.StatusNoContent)
	})
	for range 2 {
		_, _ = fmt.Fprint(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody")
		answer := make([]byte, 24)
		if _, err := io.ReadFull(conn, answer); err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 204 No Content") {
			t.Fatalf("got %q, %v, want 204", answer, err)
		}
		if <-cancelled {
			t.Error("the request was cancelled while its handler was at work")
		}
		rest := make([]byte, 1000) // the headers
		_, _ = conn.Read(rest)
		time.Sleep(2 * testPatience) // between requests
	}
}

func TestPatient_leavesHijackedConnectionsAlone(t *testing.T) {
	conn := dialled(t, func(w http.ResponseWriter, _ *http.Request) {
		hijacked, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		go func() {
			time.Sleep(3 * testPatience)
			_, _ = hijacked.Write([]byte("later"))
			_ = hijacked.Close()
		}()
	})
	_, _ = fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	if got, err := io.ReadAll(conn); err != nil || string(got) != "later" {
		t.Errorf("got %q, %v, want what was written later", got, err)
	}
}
