package realtime

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"lightbox.example/lightbox/sandbox/appsync"
)

// stub is an engine for tests of frames, where what the frames ask for does not matter: who has the Authorization "yes" may
// connect and subscribe to the field that data names.
type stub struct{}

const stubAPI = "abcdefghijklmnopqrstuvwxyz"

var yes = map[string]string{"Authorization": "yes"}

func (stub) Connect(_ context.Context, _ string, header map[string]string) error {
	if header["Authorization"] != "yes" {
		return &appsync.Refusal{Status: 401, Errors: []appsync.GraphQLError{{ErrorType: "UnauthorizedException", Message: "You are not authorized to make this call."}}}
	}
	return nil
}

func (s stub) Start(ctx context.Context, apiID string, header map[string]string, data string) (appsync.Subscription, error) {
	if err := s.Connect(ctx, apiID, header); err != nil {
		return appsync.Subscription{}, err
	}
	return appsync.Subscription{
		APIID: apiID, Field: data, Key: data,
		Matches: func(*appsync.Event) bool { return true },
		View:    &appsync.View{Project: func(event *appsync.Event) (json.RawMessage, []appsync.GraphQLError) { return event.JSON, nil }},
	}, nil
}

func TestMessage_thatIsWrongIsAnsweredAndTheConnectionStays(t *testing.T) {
	e := serve(t, Config{APIs: stub{}}, stubAPI)
	c := e.connect(yes)
	long := strings.Repeat("i", maxID+1)
	for message, want := range map[string]string{
		`{`:                           `"type":"error","payload":{"errors":[{"errorType":"BadRequestException","message":"the message is not valid: `,
		`[]`:                          `"BadRequestException"`,
		`"x"`:                         `"BadRequestException"`,
		``:                            `"BadRequestException"`,
		"\xff":                        `"BadRequestException"`,
		`{"type":1}`:                  `"BadRequestException"`,
		`{"type":"start"}`:            `got an id of 0 bytes, want 1 to 128`,
		`{"type":"start","id":7}`:     `"BadRequestException"`,
		start(long, "onX", yes):       `got an id of 129 bytes`,
		`{"type":"start","id":"a"}`:   `{"id":"a","type":"error","payload":{"errors":[{"errorType":"BadRequestException","message":"the payload is not valid`,
		`{"type":"ping","id":"a"}`:    `{"id":"a","type":"error","payload":{"errors":[{"errorType":"UnsupportedOperation","message":"unknown not supported through the realtime channel"}]}}`,
		`{}`:                          `"UnsupportedOperation"`,
		`null`:                        `"UnsupportedOperation"`,
		`{"type":"stop","id":"gone"}`: `{"id":"gone","type":"error","payload":{"errors":[{"errorType":"UnknownOperationError","message":"Unknown operation id gone"}]}}`,
		`{"type":"stop"}`:             `"UnknownOperationError"`,
		// As plain graphql-ws has it.
		`{"type":"start","id":"a","payload":{"query":"subscription { onX }"}}`:                                                      `"UnsupportedOperation"`,
		`{"type":"start","id":"a","payload":{"data":"onX","extensions":{"authorization":{"Authorization":{}}}}}`:                    `"BadRequestException"`,
		`{"type":"start","id":"a","payload":{"data":{"query":"x"}}}`:                                                                `"BadRequestException"`,
		`{"type":"start","id":"a","payload":{"data":"onX"}}`:                                                                        `"UnauthorizedException"`,
		`{"type":"start","id":"a","payload":{"data":"onX","extensions":null}}`:                                                      `"UnauthorizedException"`,
		`{"type":"start","id":"a","payload":{"data":` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `}}`:            `"BadRequestException"`,
		`{"type":"start","id":"a","payload":` + strings.Repeat(`{"a":`, 10_001) + `1` + strings.Repeat(`}`, 10_001) + `,"type":""}`: `"BadRequestException"`,
	} {
		c.say(message)
		if got := c.hears(); !strings.Contains(got, want) {
			t.Errorf("%.80s: got %s, want %s", message, got, want)
		}
	}
	c.say(start("a", "onX", yes))
	c.wants(`{"id":"a","type":"start_ack"}`)
}

func TestMessage_thatIsTooLongOrBinaryClosesTheConnection(t *testing.T) {
	e := serve(t, Config{APIs: stub{}}, stubAPI)
	t.Run("as long as may be", func(t *testing.T) {
		c := e.connect(yes)
		c.say(`{"type":"connection_init","x":"` + strings.Repeat("x", maxMessage-100) + `"}`)
		if got := c.hears(); !strings.Contains(got, "connection_ack") {
			t.Errorf("got %s, want connection_ack", got)
		}
	})
	t.Run("too long", func(t *testing.T) {
		c := e.connect(yes)
		_ = c.Write(t.Context(), websocket.MessageText, make([]byte, maxMessage+1))
		c.wantsClose(websocket.StatusMessageTooBig)
	})
	t.Run("binary", func(t *testing.T) {
		c := e.connect(yes)
		if err := c.Write(t.Context(), websocket.MessageBinary, []byte(`{"type":"connection_init"}`)); err != nil {
			t.Fatal(err)
		}
		c.wantsClose(websocket.StatusUnsupportedData)
	})
	eventually(t, "no connections but the first", func() bool { return e.Connections() <= 1 })
}

// raw connects and returns the connection behind the handshake, for frames that no client would send.
func (e *endpoint) raw(t testing.TB) net.Conn {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", e.address)
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.SetDeadline(time.Now().Add(deadline))
	fmt.Fprintf(conn, "GET /graphql HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"+
		"Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nSec-WebSocket-Protocol: graphql-ws, %s\r\n\r\n", e.host(), offer(yes))
	response, err := http.ReadResponse(bufio.NewReaderSize(conn, 16), nil)
	if err != nil || response.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("handshake: %v %v", response, err)
	}
	_ = response.Body.Close()
	return conn
}

// frame is a masked frame, with its first byte and payload.
func frame(first byte, payload []byte) []byte {
	var b bytes.Buffer
	b.WriteByte(first)
	switch n := len(payload); {
	case n < 126:
		b.WriteByte(0x80 | byte(n))
	case n < 1<<16:
		b.WriteByte(0x80 | 126)
		_ = binary.Write(&b, binary.BigEndian, uint16(n))
	default:
		b.WriteByte(0x80 | 127)
		_ = binary.Write(&b, binary.BigEndian, uint64(n))
	}
	b.Write([]byte{0, 0, 0, 0}) // a mask that changes nothing
	b.Write(payload)
	return b.Bytes()
}

func TestFrames_thatBreakTheProtocolEndTheConnectionOnly(t *testing.T) {
	e := serve(t, Config{APIs: stub{}}, stubAPI)
	witness := e.connect(yes)
	for name, frames := range map[string][]byte{
		"unmasked":                   {0x81, 0x02, '{', '}'},
		"reserved bits":              frame(0xF1, []byte("{}")),
		"unknown opcode":             frame(0x83, []byte("{}")),
		"continuation of nothing":    frame(0x80, []byte("{}")),
		"long control frame":         frame(0x89, make([]byte, 200)),
		"fragmented control frame":   frame(0x09, []byte("a")),
		"two beginnings":             append(frame(0x01, []byte("{")), frame(0x81, []byte("}"))...),
		"length of 2^63":             {0x81, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4},
		"length of all ones":         {0x81, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3, 4},
		"close with half a code":     frame(0x88, []byte{3}),
		"close with a reserved code": frame(0x88, []byte{3, 237}),
		"no frame at all":            []byte("GET / HTTP/1.1\r\n\r\n"),
	} {
		t.Run(name, func(t *testing.T) {
			conn := e.raw(t)
			if _, err := conn.Write(frames); err != nil {
				t.Fatal(err)
			}
			// A length that cannot be is waited for until its bytes come: then it is the limit that ends it.
			if _, err := conn.Write(make([]byte, 2*maxMessage)); err != nil {
				t.Log(err)
			}
			_ = conn.(*net.TCPConn).CloseWrite()
			buffer := make([]byte, 4096)
			for {
				if _, err := conn.Read(buffer); err != nil {
					if timeout, ok := err.(net.Error); ok && timeout.Timeout() { //nolint:errorlint // it is not wrapped
						t.Error("the connection is still open")
					}
					break
				}
			}
			_ = conn.Close()
		})
	}
	eventually(t, "the connections end", func() bool { return e.Connections() == 1 })
	witness.say(`{"type":"connection_init"}`)
	witness.wants(`{"type":"connection_ack","payload":{"connectionTimeoutMs":300000}}`)
}

func TestFrames_inFragmentsAreOneMessage(t *testing.T) {
	e := serve(t, Config{APIs: stub{}}, stubAPI)
	conn := e.raw(t)
	defer conn.Close()
	_, _ = conn.Write(frame(0x01, []byte(`{"type":"connec`)))
	_, _ = conn.Write(frame(0x89, []byte(`hello`))) // a ping may come in between
	_, _ = conn.Write(frame(0x80, []byte(`tion_init"}`)))
	buffer := make([]byte, 4096)
	var got []byte
	for !bytes.Contains(got, []byte("connection_ack")) {
		n, err := conn.Read(buffer)
		if err != nil {
			t.Fatalf("after %q: %v", got, err)
		}
		got = append(got, buffer[:n]...)
	}
	if !bytes.Contains(got, append([]byte{0x8A, 5}, "hello"...)) {
		t.Errorf("got %q, want a pong in it", got)
	}
}

func TestClose_waitsForNobodyForever(t *testing.T) {
	before := runtime.NumGoroutine()
	e := serve(t, Config{APIs: stub{}}, stubAPI)
	conn := e.raw(t) // it will not answer a close frame
	defer conn.Close()
	eventually(t, "it is connected", func() bool { return e.Connections() == 1 })
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := e.Close(ctx); err == nil {
		t.Error("got nil, want the context's error: a client did not leave")
	}
	if got := e.Connections(); got != 0 {
		t.Errorf("got %d connections, want 0", got)
	}
	if _, status, err := e.tryDial("/graphql", subprotocol, offer(yes)); err == nil || status != http.StatusTooManyRequests {
		t.Errorf("dial after close: got status %d, want 429", status)
	}
	http.DefaultClient.CloseIdleConnections()
	eventually(t, "no goroutines are left but the listener's", func() bool { return runtime.NumGoroutine() <= before+4 })
}

func TestConnections_areBounded(t *testing.T) {
	e := serve(t, Config{APIs: stub{}, MaxConnections: 2}, stubAPI)
	first := e.connect(yes)
	e.connect(yes)
	_, status, err := e.tryDial("/graphql", subprotocol, offer(yes))
	if err == nil || status != http.StatusTooManyRequests {
		t.Fatalf("a third connection: got status %d, want 429", status)
	}
	_ = first.Close(websocket.StatusNormalClosure, "")
	eventually(t, "the first has gone", func() bool { return e.Connections() == 1 })
	e.connect(yes)
}

func TestKeepAlive_comesEachMinute(t *testing.T) {
	e := serve(t, Config{APIs: stub{}}, stubAPI)
	c := e.connect(yes)
	e.clock.Pass(59 * time.Second)
	e.tick(nil)
	c.say(`{"type":"connection_init"}`)
	c.wants(`{"type":"connection_ack","payload":{"connectionTimeoutMs":300000}}`)
	c.wants(`{"type":"ka"}`)
	for range 3 {
		e.clock.Pass(time.Minute)
		e.tick(nil)
		c.wants(`{"type":"ka"}`)
	}
}

func FuzzFrames(f *testing.F) {
	f.Add(frame(0x81, []byte(`{"type":"connection_init"}`)))
	f.Add(frame(0x81, []byte(start("1", "onX", yes))))
	f.Add(append(frame(0x81, []byte(start("1", "onX", yes))), frame(0x81, []byte(`{"type":"stop","id":"1"}`))...))
	f.Add(append(frame(0x01, []byte(`{"type":`)), frame(0x80, []byte(`"start"}`))...))
	f.Add([]byte{0x81, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4})
	f.Add(frame(0x88, []byte{3, 232}))
	e := serve(f, Config{APIs: stub{}}, stubAPI)
	witness := e.connect(yes)
	f.Fuzz(func(t *testing.T, frames []byte) {
		conn := e.raw(t)
		_, _ = conn.Write(frames)
		_ = conn.(*net.TCPConn).CloseWrite()
		buffer := make([]byte, 4096)
		for {
			if _, err := conn.Read(buffer); err != nil {
				break
			}
		}
		_ = conn.Close()
		eventually(t, "the connection ends", func() bool { return e.Connections() == 1 })
		if got := e.Subscriptions(stubAPI, "onX"); got != 0 {
			t.Fatalf("got %d subscriptions of nobody, want 0", got)
		}
		witness.t = t
		witness.say(`{"type":"stop","id":"1"}`)
		if got := witness.hears(); !strings.Contains(got, "UnknownOperationError") {
			t.Fatalf("got %s, want UnknownOperationError", got)
		}
	})
}

func FuzzMessage(f *testing.F) {
	f.Add([]byte(`{"type":"start","id":"a","payload":{"data":"onX","extensions":{"authorization":{"Authorization":"yes"}}}}`))
	f.Add([]byte(`{"type":"stop","id":"a"}`))
	f.Add([]byte(`{"type":"connection_init"}`))
	e := serve(f, Config{APIs: stub{}}, stubAPI)
	f.Fuzz(func(t *testing.T, message []byte) {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		c, err := e.admit(request, stubAPI)
		if err != nil {
			t.Fatal(err)
		}
		defer e.work.Done()
		defer e.dismiss(c)
		c.handle(message)
		if len(c.queue) == 0 || len(c.queue) > 2 {
			t.Fatalf("got %d answers, want one or two", len(c.queue))
		}
		for _, answer := range c.queue {
			if !json.Valid(answer.rest) {
				t.Errorf("got %q, want JSON", answer.rest)
			}
		}
	})
}
