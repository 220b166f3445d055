package tour

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/coder/websocket"

	"lightbox.example/lightbox/api"
	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/sandbox/appsync/graphql"
)

// A socket is a connection for subscriptions.
//
// https://docs.aws.amazon.com/appsync/latest/devguide/real-time-websocket-client.html
type socket struct {
	conn   *websocket.Conn
	header func(path, body string) (map[string]string, error)
}

// toListen is how long a message of the protocol may take to come.
const toListen = 20 * time.Second

// connect opens one. A refusal is an answer with its kind, and no socket.
func (w *walk) connect(ctx context.Context, by pass) (*socket, answer) {
	ctx, cancel := context.WithTimeout(ctx, toListen)
	defer cancel()
	s := &socket{header: func(path, body string) (map[string]string, error) { return w.header(ctx, by, path, body) }}
	header, err := s.header("/connect", "{}")
	if err != nil {
		return nil, answer{fault: err}
	}
	text, err := json.Marshal(header)
	if err != nil {
		return nil, answer{fault: err}
	}
	target := strings.Replace(strings.Replace(w.api, "https://", "wss://", 1), ".appsync-api.", ".appsync-realtime-api.", 1)
	conn, refused, err := websocket.Dial( //nolint:bodyclose // the library's users need not close it
		ctx, target+"?payload=e30=&header="+url.QueryEscape(base64.StdEncoding.EncodeToString(text)),
		&websocket.DialOptions{HTTPClient: w.roads.client, Subprotocols: []string{"graphql-ws"}})
	if err != nil {
		if refused != nil && refused.StatusCode/100 == 4 {
			return nil, answer{kind: unauthorizedException}
		}
		return nil, answer{fault: err}
	}
	s.conn = conn
	conn.SetReadLimit(1 << 20)
	if err := conn.Write(ctx, websocket.MessageText, []byte(`{"type":"connection_init"}`)); err != nil {
		s.close()
		return nil, answer{fault: err}
	}
	a := s.read(ctx, "connection_ack")
	if a.said() != allowed {
		s.close()
		return nil, a
	}
	return s, a
}

// header is what authorizes a message: a token, or the signature of its data.
func (w *walk) header(ctx context.Context, by pass, path, body string) (map[string]string, error) {
	at, err := url.Parse(w.api)
	if err != nil {
		return nil, err
	}
	header := map[string]string{"host": at.Host}
	switch {
	case by.token != "":
		header["Authorization"] = by.token
	case by.keys.AccessKeyID != "":
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, w.api+path, bytes.NewReader([]byte(body)))
		if err != nil {
			return nil, err
		}
		for name, value := range map[string]string{"accept": "application/json, text/javascript", "content-encoding": "amz-1.0", "content-type": "application/json; charset=UTF-8"} {
			request.Header.Set(name, value)
			header[name] = value
		}
		if err := w.sign(ctx, by.keys, request, []byte(body)); err != nil {
			return nil, err
		}
		for _, name := range []string{"Authorization", "X-Amz-Date", "X-Amz-Security-Token"} {
			header[name] = request.Header.Get(name)
		}
	}
	return header, nil
}

// read reads until a message of the type comes, of whichever subscription.
func (s *socket) read(ctx context.Context, wanted string) answer {
	for {
		_, text, err := s.conn.Read(ctx)
		if err != nil {
			return answer{fault: err}
		}
		var message struct {
			Type    string
			Payload json.RawMessage
		}
		if err := json.Unmarshal(text, &message); err != nil {
			return answer{fault: err}
		}
		switch message.Type {
		case wanted:
			return answer{status: http.StatusOK}
		case "error", "connection_error":
			var said struct {
				Errors []struct{ ErrorType, Message string }
			}
			if err := json.Unmarshal(message.Payload, &said); err != nil || len(said.Errors) == 0 {
				return answer{fault: errors.New("got an error without a type")}
			}
			return answer{kind: said.Errors[0].ErrorType, message: said.Errors[0].Message}
		}
	}
}

// start starts a subscription.
func (s *socket) start(ctx context.Context, id, query string, variables map[string]any) answer {
	ctx, cancel := context.WithTimeout(ctx, toListen)
	defer cancel()
	data, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return answer{fault: err}
	}
	header, err := s.header("", string(data))
	if err != nil {
		return answer{fault: err}
	}
	message, err := json.Marshal(map[string]any{"id": id, "type": "start", "payload": map[string]any{
		"data": string(data), "extensions": map[string]any{"authorization": header},
	}})
	if err == nil {
		err = s.conn.Write(ctx, websocket.MessageText, message)
	}
	if err != nil {
		return answer{fault: err}
	}
	a := s.read(ctx, "start_ack")
	return a
}

// next is the number of the subscription that the next event is of. Whoever waited in vain has no socket any more.
func (s *socket) next(ctx context.Context, wait time.Duration) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	for {
		_, text, err := s.conn.Read(ctx)
		if err != nil {
			return "", err
		}
		var message struct{ ID, Type string }
		if err := json.Unmarshal(text, &message); err != nil {
			return "", err
		}
		if message.Type == "data" {
			return message.ID, nil
		}
	}
}

func (s *socket) close() { _ = s.conn.CloseNow() }

// subscriptions tries every subscription by every kind of caller, each on a connection of its own.
func (w *walk) subscriptions(ctx context.Context) error {
	schema, err := graphql.LoadSchema(api.Schema())
	if err != nil {
		return err
	}
	for _, one := range w.ways() {
		for _, field := range access.Fields() {
			if field.Type != "Subscription" {
				continue
			}
			text, variables := operation(schema, field)
			t := trial{where: field.Path(), as: one.as, tried: "subscribe" + one.how}
			s, got := w.connect(ctx, one.pass)
			if s != nil {
				got = s.start(ctx, "1", text, variables)
				s.close()
			}
			if one.lets(field.Callers()) {
				w.got(t, letIn(got), "let in")
				continue
			}
			w.got(t, got.said(), unauthorized, unauthorizedException)
		}
	}
	return ctx.Err()
}
