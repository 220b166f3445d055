package sandbox_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/coder/websocket"
)

// A subscriber is a WebSocket with one subscription.
type subscriber struct {
	socket *websocket.Conn
	events chan json.RawMessage // the data of each, in their order; closed when the socket is
}

// header is what authorizes a person, in the words of the real-time protocol.
func (b *backend) header(by person) map[string]string {
	host, _, _ := strings.Cut(strings.TrimPrefix(b.output("API", "GraphQLAPIURL"), "https://"), "/")
	return map[string]string{"host": host, "Authorization": by.AccessToken}
}

// connect opens a WebSocket that is ready for subscriptions.
func (b *backend) connect(ctx context.Context, by person) (*websocket.Conn, error) {
	header, err := json.Marshal(b.header(by))
	if err != nil {
		return nil, err
	}
	host := strings.Replace(b.header(by)["host"], "appsync-api", "appsync-realtime-api", 1)
	socket, _, err := websocket.Dial( //nolint:bodyclose // the library's users need not close it
		ctx, "wss://"+host+"/graphql?payload=e30=&header="+base64.URLEncoding.EncodeToString(header),
		&websocket.DialOptions{HTTPClient: b.client, Subprotocols: []string{"graphql-ws"}})
	if err != nil {
		return nil, err
	}
	socket.SetReadLimit(1 << 20)
	if err := socket.Write(ctx, websocket.MessageText, []byte(`{"type":"connection_init"}`)); err != nil {
		return nil, err
	}
	return socket, expect(ctx, socket, "connection_ack")
}

// expect reads until a message of the type comes; no other than keep-alives may come before.
func expect(ctx context.Context, socket *websocket.Conn, wanted string) error {
	for {
		_, text, err := socket.Read(ctx)
		if err != nil {
			return err
		}
		var message struct{ Type string }
		if err := json.Unmarshal(text, &message); err != nil {
			return err
		}
		if message.Type == wanted {
			return nil
		}
		if message.Type != "ka" {
			return fmt.Errorf("got %s, want %s", text, wanted)
		}
	}
}

// subscribe opens a WebSocket and starts a subscription on it.
func (b *backend) subscribe(by person, query string, variables map[string]any) (*subscriber, error) {
	socket, err := b.begin(by, query, variables)
	if err != nil {
		return nil, err
	}
	s := &subscriber{socket: socket, events: make(chan json.RawMessage, 1000)}
	go s.listen()
	return s, nil
}

// begin is subscribe for who reads the messages themselves.
func (b *backend) begin(by person, query string, variables map[string]any) (*websocket.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	socket, err := b.connect(ctx, by)
	if err != nil {
		return nil, err
	}
	data, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return nil, err
	}
	start, err := json.Marshal(map[string]any{"id": "1", "type": "start", "payload": map[string]any{
		"data": string(data), "extensions": map[string]any{"authorization": b.header(by)},
	}})
	if err != nil {
		return nil, err
	}
	if err := socket.Write(ctx, websocket.MessageText, start); err != nil {
		return nil, err
	}
	return socket, expect(ctx, socket, "start_ack")
}

func (s *subscriber) listen() {
	defer close(s.events)
	for {
		_, text, err := s.socket.Read(context.Background())
		if err != nil {
			return
		}
		var message struct {
			Type    string
			Payload struct{ Data json.RawMessage }
		}
		if err := json.Unmarshal(text, &message); err == nil && message.Type == "data" {
			s.events <- message.Payload.Data
		}
	}
}

// next is the data of the next event.
func (s *subscriber) next(data any) error {
	select {
	case event, ok := <-s.events:
		if !ok {
			return fmt.Errorf("the socket was closed")
		}
		return json.Unmarshal(event, data)
	case <-time.After(time.Minute):
		return fmt.Errorf("no event came within a minute")
	}
}

func (s *subscriber) close() { _ = s.socket.Close(websocket.StatusNormalClosure, "") }
