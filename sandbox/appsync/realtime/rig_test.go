package realtime

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox/aws"
)

// deadline is how long a test waits for what must come, on a busy machine too.
const deadline = time.Minute

// newClock is a clock that shows what the real one did when it was made: Amplify signs by the real one.
func newClock() *deploytest.Clock { return deploytest.ClockAt(time.Now().UTC()) }

// An endpoint is a service behind a real listener.
type endpoint struct {
	*Service
	t       testing.TB
	clock   *deploytest.Clock
	apiID   string
	address string

	mu      sync.Mutex
	entries []*aws.Entry // what Log and the connections told
}

// serve starts an endpoint, which ends with the test.
func serve(t testing.TB, config Config, apiID string) *endpoint {
	t.Helper()
	e := &endpoint{t: t, clock: newClock(), apiID: apiID}
	if config.Now == nil {
		config.Now = e.clock.Now
	}
	config.Log = func(entry *aws.Entry, _ time.Duration) { e.note(entry) }
	e.Service = New(config)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, entry := aws.WithEntry(r.Context())
		e.ServeHTTP(w, r.WithContext(ctx))
		e.note(entry)
	}))
	e.address = server.Listener.Addr().String()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), deadline)
		defer cancel()
		if err := e.Close(ctx); err != nil {
			t.Errorf("close: %v", err)
		}
		server.Close()
	})
	return e
}

func (e *endpoint) note(entry *aws.Entry) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.entries = append(e.entries, entry)
}

// host is the API's real-time host.
func (e *endpoint) host() string { return e.apiID + ".appsync-realtime-api.us-east-1.amazonaws.com" }

// offer is the subprotocol that carries the headers.
func offer(header map[string]string) string {
	encoded, err := json.Marshal(header)
	if err != nil {
		panic(err)
	}
	return headerPrefix + base64.RawURLEncoding.EncodeToString(encoded)
}

// A client is a WebSocket to the endpoint.
type client struct {
	*websocket.Conn
	t testing.TB
}

// open connects with the headers; what comes of that is for the caller to read.
func (e *endpoint) open(header map[string]string) client {
	e.t.Helper()
	return e.dial("/graphql", subprotocol, offer(header))
}

// dial connects to a path with subprotocols.
func (e *endpoint) dial(path string, subprotocols ...string) client {
	e.t.Helper()
	c, status, err := e.tryDial(path, subprotocols...)
	if err != nil {
		e.t.Fatalf("dial %s: %v (status %d)", path, err, status)
	}
	e.t.Cleanup(func() { _ = c.CloseNow() })
	return c
}

// tryDial is dial, with the status of the answer, which is 0 if there was none.
func (e *endpoint) tryDial(path string, subprotocols ...string) (client, int, error) {
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	var dialer net.Dialer
	transport := &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return dialer.DialContext(ctx, network, e.address)
	}}
	conn, response, err := websocket.Dial( //nolint:bodyclose // the library's users need not close it
		ctx, "ws://"+e.host()+path, &websocket.DialOptions{
			Subprotocols: subprotocols, HTTPClient: &http.Client{Transport: transport},
		})
	status := 0
	if response != nil {
		status = response.StatusCode
	}
	if err != nil {
		return client{}, status, err
	}
	conn.SetReadLimit(1 << 20)
	return client{conn, e.t}, status, nil
}

// connect opens a connection and has it acknowledged.
func (e *endpoint) connect(header map[string]string) client {
	e.t.Helper()
	c := e.open(header)
	c.say(`{"type":"connection_init"}`)
	c.wants(`{"type":"connection_ack","payload":{"connectionTimeoutMs":300000}}`)
	c.wants(`{"type":"ka"}`)
	return c
}

// say sends a message.
func (c client) say(message string) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	if err := c.Write(ctx, websocket.MessageText, []byte(message)); err != nil {
		c.t.Fatalf("write: %v", err)
	}
}

// hears reads the next message.
func (c client) hears() string {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	_, message, err := c.Read(ctx)
	if err != nil {
		c.t.Fatalf("read: %v", err)
	}
	return string(message)
}

// wants reads the next message and compares it.
func (c client) wants(want string) {
	c.t.Helper()
	if got := c.hears(); got != want {
		c.t.Fatalf("got  %s\nwant %s", got, want)
	}
}

// wantsClose reads until the connection is closed with the status.
func (c client) wantsClose(want websocket.StatusCode) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	for {
		_, message, err := c.Read(ctx)
		if err == nil {
			c.t.Logf("before the close: %s", message)
			continue
		}
		if got := websocket.CloseStatus(err); got != want {
			c.t.Fatalf("got %d (%v), want %d", got, err, want)
		}
		return
	}
}

// start is the message start.
func start(id, data string, header map[string]string) string {
	message, err := json.Marshal(map[string]any{
		"id": id, "type": "start",
		"payload": map[string]any{"data": data, "extensions": map[string]any{"authorization": header}},
	})
	if err != nil {
		panic(err)
	}
	return string(message)
}

// eventually waits until something holds.
func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	end := time.Now().Add(deadline)
	for !holds() {
		if time.Now().After(end) {
			t.Fatalf("%s: did not come about in %s", what, deadline)
		}
		time.Sleep(time.Millisecond)
	}
}

// operations are those of the log so far.
func (e *endpoint) operations() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	var names []string
	for _, entry := range e.entries {
		names = append(names, entry.Operation)
	}
	return names
}

// faults are those of the log so far, joined.
func (e *endpoint) faults() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	var text strings.Builder
	for _, entry := range e.entries {
		if entry.Fault != nil {
			fmt.Fprintf(&text, "%s: %v\n", entry.Operation, entry.Fault)
		}
	}
	return text.String()
}
