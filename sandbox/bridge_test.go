package sandbox_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"lightbox.example/lightbox/sandbox"
)

// A page that can't move names subscribes over the bridge.
func TestBridge_carriesWebSockets(t *testing.T) {
	s := deployed(t, sandbox.Config{})
	b, err := reach(s.HTTP())
	if err != nil {
		t.Fatal(err)
	}
	defer b.close()
	pool := b.people(t)
	pool.SignUp("ann")
	ann, err := b.enter(pool, "ann")
	if err != nil {
		t.Fatal(err)
	}
	header, err := json.Marshal(b.header(ann))
	if err != nil {
		t.Fatal(err)
	}
	target := "wss://" + strings.Replace(b.header(ann)["host"], "appsync-api", "appsync-realtime-api", 1) +
		"/graphql?payload=e30=&header=" + base64.URLEncoding.EncodeToString(header)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	socket, _, err := websocket.Dial( //nolint:bodyclose // the library's users need not close it
		ctx, "ws://"+s.HTTP()+"/_lightbox/bridge?url="+url.QueryEscape(target), &websocket.DialOptions{Subprotocols: []string{"graphql-ws"}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = socket.CloseNow() }()
	if err := socket.Write(ctx, websocket.MessageText, []byte(`{"type":"connection_init"}`)); err != nil {
		t.Fatal(err)
	}
	if err := expect(ctx, socket, "connection_ack"); err != nil {
		t.Error(err)
	}
}
