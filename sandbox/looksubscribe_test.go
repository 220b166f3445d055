package sandbox_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"

	"lightbox.example/lightbox/sandbox/look"
)

// What the page is given opens a subscription at the real-time endpoint, as whom it says; what AppSync refuses it refuses there.
func subscribeAsSomebody(t *testing.T, l looked) {
	pool := l.b.people(t)
	pool.SignUp("sue", "Admins")
	var page look.APIPage
	l.get(t, "api", nil, &page)
	opened := func(query string, more map[string]any) (s look.GraphQLSubscription) {
		t.Helper()
		body := map[string]any{"api": page.API, "request": map[string]any{"query": query}, "subscribe": true}
		for name, value := range more {
			body[name] = value
		}
		decode(t, l.post(t, "api", body), &s)
		return s
	}
	const products, photos = `subscription { onProductPublished { id } }`, `subscription { onPhotoCreated { id } }`
	asGuest, asUser := map[string]any{"as": "guest"}, map[string]any{"as": "user", "user": "sue"}
	for _, test := range []struct {
		query string
		as    map[string]any
		want  string
	}{{products, asGuest, "start_ack"}, {photos, asUser, "start_ack"}, {photos, asGuest, "UnauthorizedException"}, {`subscription { x }`, asUser, "FieldUndefined"}} {
		s := opened(test.query, test.as)
		conn := l.connects(t, s, "http://"+l.HTTP())
		if got := starts(t, conn, s); !strings.Contains(got, test.want) {
			t.Errorf("%s as %s: got %s, want %s", test.query, s.As, got, test.want)
		}
		_ = conn.CloseNow()
	}
	if u, _ := l.Users.User(pool.Pool, "sue"); u.SignIns != 0 {
		t.Errorf("got %d sign-ins that stay, want none", u.SignIns)
	}
	if got := l.connects(t, opened(products, asGuest), "https://evil.example"); got != nil {
		t.Error("got a connection for a page of another site, want none")
	}
}

// connects opens the WebSocket over the bridge, as a page of an origin does: nil if it is refused.
func (l looked) connects(t *testing.T, s look.GraphQLSubscription, origin string) *websocket.Conn {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	header, err := json.Marshal(s.Connect)
	if err != nil {
		t.Fatal(err)
	}
	conn, answer, err := websocket.Dial(ctx, "ws://"+l.HTTP()+"/_lightbox/bridge?url="+url.QueryEscape(s.URL), &websocket.DialOptions{ //nolint:bodyclose // the connection has it, and a refusal nothing to read
		Subprotocols: []string{"graphql-ws", "header-" + base64.RawURLEncoding.EncodeToString(header)}, HTTPHeader: http.Header{"Origin": {origin}},
	})
	if err != nil {
		if answer == nil || answer.StatusCode != http.StatusForbidden {
			t.Fatal(err)
		}
		return nil
	}
	return conn
}

// starts begins the subscription, and returns what comes back first that is no sign of life.
func starts(t *testing.T, conn *websocket.Conn, s look.GraphQLSubscription) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	say := func(message any) {
		t.Helper()
		if err := wsjson.Write(ctx, conn, message); err != nil {
			t.Fatal(err)
		}
	}
	say(map[string]any{"type": "connection_init"})
	for {
		var heard struct {
			Type    string
			Payload json.RawMessage
		}
		if err := wsjson.Read(ctx, conn, &heard); err != nil {
			t.Fatal(err)
		}
		switch heard.Type {
		case "ka":
		case "connection_ack":
			say(map[string]any{"id": "1", "type": "start", "payload": map[string]any{"data": s.Data, "extensions": map[string]any{"authorization": s.Start}}})
		default:
			return heard.Type + " " + string(heard.Payload)
		}
	}
}
