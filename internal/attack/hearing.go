package attack

import (
	"bufio"
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"time"
)

const hearingGuide = "https://docs.aws.amazon.com/appsync/latest/devguide/aws-appsync-real-time-enhanced-filtering.html"

// A hearing is somebody subscribed while somebody else does something.
type hearing struct {
	who   func(w *World) person // guests sign, users have a token
	query string
	then  func(w *World) *request
	long  time.Duration // how long to listen; tooLong if zero
}

// tooLong is how long to listen for what must not be heard: what is heard comes within milliseconds.
const tooLong = 400 * time.Millisecond

// hears is the probe of a hearing: 200 if something was heard, and 403 Silence if not.
func hears(h hearing) probe {
	return func(ctx context.Context, w *World) (answer, error) {
		who := h.who(w)
		header, body := w.bearing(who.access), text(map[string]any{"query": w.filled(h.query), "variables": map[string]any{}})
		start := header
		if who.access == "" {
			header, start = w.signedHeader(who.keys, "/graphql/connect", "{}"), w.signedHeader(who.keys, "/graphql", body)
		}
		conn, err := w.dial(ctx, false, w.realtime)
		if err != nil {
			return answer{}, err
		}
		defer func() { _ = conn.Close() }()
		_ = conn.SetDeadline(time.Now().Add(patience))
		greeting := w.greeting(header)
		_, _ = conn.Write(append(greeting.bytes(), append(message(`{"type":"connection_init"}`), message(text(map[string]any{
			"id": "1", "type": "start", "payload": map[string]any{"data": body, "extensions": map[string]any{"authorization": start}}}))...)...))
		in := bufio.NewReader(conn)
		a, err := readAnswer(in, http.MethodGet)
		if err != nil || a.status != http.StatusSwitchingProtocols {
			return a, err
		}
		if a.code = listen(in, "start_ack", &a); a.code != "" {
			return a, nil
		}
		if err := w.must(ctx, h.then(w), nil); err != nil {
			return a, err
		}
		a = answer{status: http.StatusForbidden, code: "Silence", sent: greeting.bytes()}
		_ = conn.SetDeadline(time.Now().Add(max(h.long, tooLong)))
		for {
			_, payload, err := readFrame(in)
			var timeout net.Error
			switch {
			case errors.As(err, &timeout) && timeout.Timeout():
				return a, nil
			case err != nil:
				return a, err
			case strings.Contains(string(payload), `"data"`) && strings.Contains(string(payload), `"id":"1"`):
				return answer{status: http.StatusOK, sent: greeting.bytes(), body: payload}, nil
			}
		}
	}
}

// hearings are subscriptions that must not hear of what concerns others.
func hearings(*World) []attack {
	bob := func(w *World) person { return w.bob }
	guest := func(w *World) person { return person{keys: w.guest.keys} }
	comment := func(w *World) *request {
		return w.ask(w.alice, `mutation($id: ID!) { addComment(photoId: $id, text: "heard") { id photoId text } }`, map[string]any{"id": w.photo})
	}
	like := func(w *World) *request {
		return w.ask(w.alice, `mutation($id: ID!) { likePhoto(id: $id) { id likeCount } }`, map[string]any{"id": w.photo})
	}
	// A draft is made and deleted, of which nobody hears.
	draft := func(w *World) *request {
		var made struct {
			Data struct {
				CreateProduct struct {
					ID      string
					Version int
				}
			}
		}
		_ = w.must(context.Background(), w.ask(w.boss, `mutation { createProduct(input: {name: "passing", price: 1, currency: "EUR"}) { id version } }`, nil), &made)
		p := made.Data.CreateProduct
		return w.ask(w.boss, `mutation($id: ID!, $v: Int!) { deleteProduct(id: $id, version: $v) { id wasLive } }`, map[string]any{"id": p.ID, "v": p.Version})
	}
	right := hears(hearing{bob, `subscription { onCommentChanged(photoId: "PHOTO") { id photoId text } }`, comment, patience})
	var list []attack
	for id, h := range inOrder(map[string]hearing{
		"comments-of-another-photo":   {bob, `subscription { onCommentChanged(photoId: "HERS.00000000-0000-4000-8000-000000000000") { id photoId text } }`, comment, 0},
		"comments-of-a-wildcard":      {bob, `subscription { onCommentChanged(photoId: "*") { id photoId text } }`, comment, 0},
		"comments-of-a-prefix":        {bob, `subscription { onCommentChanged(photoId: "HERS") { id photoId text } }`, comment, 0},
		"comments-of-nothing":         {bob, `subscription { onCommentChanged(photoId: "") { id photoId text } }`, comment, 0},
		"changes-of-another-photo":    {bob, `subscription { onPhotoChanged(id: "HERS.00000000-0000-4000-8000-000000000000") { id likeCount } }`, like, 0},
		"comments-by-changes":         {bob, `subscription { onPhotoChanged(id: "PHOTO") { id } }`, comment, 0},
		"photos-by-another-name":      {bob, `subscription { onPhotoCreated: onPhotoDeleted { id } }`, comment, 0},
		"a-draft-that-is-deleted":     {guest, `subscription { onProductWithdrawn { id wasLive } }`, draft, 0},
		"a-draft-that-is-published":   {guest, `subscription { onProductPublished { id } }`, draft, 0},
		"a-draft-deleted-by-a-user":   {bob, `subscription { onProductWithdrawn { id wasLive } }`, draft, 0},
		"a-draft-deleted-by-an-admin": {func(w *World) person { return w.boss }, `subscription { onProductWithdrawn { id wasLive } }`, draft, 0},
	}) {
		list = append(list, attack{id: "hears-" + id, has: "a connection", want: "403 Silence or 101 BadRequest", page: hearingGuide, control: right, try: hears(h), changes: true})
	}
	return list
}
