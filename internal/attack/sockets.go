package attack

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	realtimeGuide = "https://docs.aws.amazon.com/appsync/latest/devguide/real-time-websocket-client.html"
	webSocketRFC  = "https://www.rfc-editor.org/rfc/rfc6455"
)

// A conversation is a handshake, and the frames that follow it.
type conversation struct {
	handshake *request
	frames    [][]byte
	awaited   string // the type of the message that all is well with
}

// greeting is the handshake of who has a header, as AppSync's clients make it.
func (w *World) greeting(header map[string]string) *request {
	r := to(http.MethodGet, w.realtime, "/graphql?header="+url.QueryEscape(base64.StdEncoding.EncodeToString([]byte(text(header))))+"&payload=e30%3D", nil)
	return r.add("Connection", "Upgrade").add("Upgrade", "websocket").add("Sec-WebSocket-Version", "13").
		add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==").add("Sec-WebSocket-Protocol", "graphql-ws")
}

func (w *World) bearing(token string) map[string]string {
	return map[string]string{"host": w.api, "Authorization": token}
}

// talk is bob connecting, and subscribing to photos that are posted.
func talk(w *World) *conversation {
	return &conversation{handshake: w.greeting(w.bearing(w.bob.access)), awaited: "start_ack",
		frames: [][]byte{message(`{"type":"connection_init"}`), w.start("1", w.bearing(w.bob.access), `subscription { onPhotoCreated { id } }`)}}
}

// start is the message that begins a subscription.
func (w *World) start(id string, header map[string]string, query string) []byte {
	return message(text(map[string]any{"id": id, "type": "start", "payload": map[string]any{
		"data": text(map[string]any{"query": w.filled(query), "variables": map[string]any{}}), "extensions": map[string]any{"authorization": header},
	}}))
}

// message is a masked frame with a text.
func message(text string) []byte { return frame(0x81, true, []byte(text)) }

// frame is one of RFC 6455, section 5.2: its first byte has the flags and the kind.
func frame(first byte, masked bool, payload []byte) []byte {
	b := []byte{first}
	mask := byte(0)
	if masked {
		mask = 0x80
	}
	switch n := len(payload); {
	case n < 126:
		b = append(b, mask|byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, mask|126), uint16(n)) //nolint:gosec // it is less
	default:
		b = binary.BigEndian.AppendUint64(append(b, mask|127), uint64(n)) //nolint:gosec // a length is positive
	}
	if !masked {
		return append(b, payload...)
	}
	key := []byte{1, 2, 3, 4}
	b = append(b, key...)
	for i, c := range payload {
		b = append(b, c^key[i%4])
	}
	return b
}

// speaks is the probe of a conversation.
func speaks(make func(w *World) *conversation) probe {
	return func(ctx context.Context, w *World) (answer, error) {
		c := make(w)
		conn, err := w.dial(ctx, c.handshake.plain, c.handshake.get("Host"))
		if err != nil {
			return answer{}, err
		}
		defer func() { _ = conn.Close() }()
		_ = conn.SetDeadline(time.Now().Add(patience))
		sent := append(c.handshake.bytes(), bytes.Join(c.frames, nil)...)
		if _, err := conn.Write(c.handshake.bytes()); err != nil {
			return answer{}, err
		}
		in := bufio.NewReader(conn)
		a, err := readAnswer(in, c.handshake.method)
		a.sent, a.plain = sent, c.handshake.plain
		if err != nil || a.status != http.StatusSwitchingProtocols {
			return a, err
		}
		go func() { // it may be told to go before all is said
			for _, f := range c.frames {
				_, _ = conn.Write(f)
			}
		}()
		_ = conn.SetDeadline(time.Now().Add(patience))
		a.code = listen(in, c.awaited, &a)
		return a, nil
	}
}

// listen reads messages until there is the awaited one, or an error, whose name it answers.
func listen(in *bufio.Reader, awaited string, a *answer) string {
	for {
		kind, payload, err := readFrame(in)
		var timeout net.Error
		switch {
		case errors.As(err, &timeout) && timeout.Timeout():
			return "silence"
		case err != nil:
			return "closed"
		case kind == 8:
			if len(payload) >= 2 {
				return fmt.Sprintf("close %d", binary.BigEndian.Uint16(payload))
			}
			return "closed"
		}
		a.body = append(a.body, payload...)
		var said struct {
			Type    string
			Payload struct {
				Errors []struct{ ErrorType, Message string }
			}
		}
		_ = json.Unmarshal(payload, &said)
		switch {
		case said.Type == awaited:
			return ""
		case strings.HasSuffix(said.Type, "error"):
			if len(said.Payload.Errors) == 0 {
				return said.Type
			}
			return or(said.Payload.Errors[0].ErrorType, said.Payload.Errors[0].Message)
		}
	}
}

func readFrame(in *bufio.Reader) (kind byte, payload []byte, err error) {
	head := make([]byte, 2)
	if _, err = io.ReadFull(in, head); err != nil {
		return 0, nil, err
	}
	n := int(head[1] & 0x7f)
	if n == 126 {
		long := make([]byte, 2)
		if _, err = io.ReadFull(in, long); err != nil {
			return 0, nil, err
		}
		n = int(binary.BigEndian.Uint16(long))
	}
	payload = make([]byte, n)
	_, err = io.ReadFull(in, payload)
	return head[0] & 0x0f, payload, err
}

// sockets are connections without a right to one, subscriptions beyond what the caller may, and frames that are none.
func sockets(*World) []attack {
	var list []attack
	add := func(base func(w *World) *conversation, page string, rows map[string]struct {
		want   string
		change func(w *World, c *conversation)
	}) {
		for id, one := range inOrder(rows) {
			list = append(list, attack{id: id, has: "a connection", want: one.want, page: page, control: speaks(base), try: speaks(func(w *World) *conversation {
				c := base(w)
				one.change(w, c)
				return c
			})})
		}
	}
	add(talk, realtimeGuide, greetings())
	add(talk, realtimeGuide, beginnings())
	add(talk, webSocketRFC, frames())
	return list
}

// otherID is the host of an API that is not there.
func otherID(host string) string {
	if host[0] == 'a' {
		return "b" + host[1:]
	}
	return "a" + host[1:]
}

type spoken = map[string]struct {
	want   string
	change func(w *World, c *conversation)
}

// greetings are handshakes that must not lead to a connection.
func greetings() spoken {
	by := func(header func(w *World) map[string]string) func(*World, *conversation) {
		return func(w *World, c *conversation) { c.handshake = w.greeting(header(w)) }
	}
	hand := func(change func(r *request)) func(*World, *conversation) {
		return func(_ *World, c *conversation) { change(c.handshake) }
	}
	const refused, unfit = "101 UnauthorizedException", "101 BadRequestException"
	forged := func(t string) string {
		_, claims, _ := partsOf(t)
		return encoded(map[string]string{"alg": "none"}) + "." + encoded(claims) + "."
	}
	return spoken{
		"header-missing":    {refused, hand(func(r *request) { r.target = "/graphql?payload=e30%3D" })},
		"header-of-no-form": {unfit, hand(func(r *request) { r.target = "/graphql?header=%25&payload=e30%3D" })},
		"header-no-json":    {unfit, hand(func(r *request) { r.target = "/graphql?header=eA%3D%3D&payload=e30%3D" })},
		"header-a-list":     {unfit, hand(func(r *request) { r.target = "/graphql?header=W10%3D&payload=e30%3D" })},
		"payload-another": {unfit, hand(func(r *request) {
			r.target = strings.Replace(r.target, "payload=e30%3D", "payload=eyJhIjoxfQ%3D%3D", 1)
		})},
		"token-missing": {refused, by(func(w *World) map[string]string { return map[string]string{"host": w.api} })},
		"token-forged":  {refused, by(func(w *World) map[string]string { return w.bearing(forged(w.bob.access)) })},
		"token-changed": {refused, by(func(w *World) map[string]string { return w.bearing(w.bob.access[:len(w.bob.access)-8]) })},
		"token-of-groups": {refused, by(func(w *World) map[string]string {
			return w.bearing(claiming("cognito:groups", func(*World) any { return []string{"Admins"} })(w, w.bob.access))
		})},
		"token-for-refreshing": {refused, by(func(w *World) map[string]string { return w.bearing(w.bob.refresh) })},
		"key-made-up": {refused, by(func(w *World) map[string]string {
			return map[string]string{"host": w.api, "x-api-key": "da2-aaaaaaaaaaaaaaaaaaaaaaaaaa"}
		})},
		"signature-of-nothing": {"101 IncompleteSignatureException", by(func(w *World) map[string]string { return w.bearing("AWS4-HMAC-SHA256 Credential=x") })},
		"token-in-the-handshake": {refused, func(w *World, c *conversation) {
			c.handshake.target = "/graphql?payload=e30%3D"
			c.handshake.add("Authorization", w.bob.access)
		}},
		"token-in-a-cookie": {refused, func(w *World, c *conversation) {
			c.handshake.target = "/graphql?payload=e30%3D"
			c.handshake.add("Cookie", "Authorization="+w.bob.access)
		}},
		"signed-for-another-path": {"101 InvalidSignatureException", by(func(w *World) map[string]string { return w.signedHeader(w.guest.keys, "/graphql", "{}") })},
		"signed-for-another-body": {"101 InvalidSignatureException", by(func(w *World) map[string]string { return w.signedHeader(w.guest.keys, "/graphql/connect", "{ }") })},
		"protocol-missing":        {"101 NoProtocolError", hand(func(r *request) { r.del("Sec-WebSocket-Protocol") })},
		"protocol-another":        {"101 NoProtocolError", hand(func(r *request) { r.set("Sec-WebSocket-Protocol", "graphql-transport-ws") })},
		"version-old":             {"400", hand(func(r *request) { r.set("Sec-WebSocket-Version", "8") })},
		"key-missing":             {"400", hand(func(r *request) { r.del("Sec-WebSocket-Key") })},
		"key-too-short":           {"400", hand(func(r *request) { r.set("Sec-WebSocket-Key", "eA==") })},
		"upgrade-missing":         {"426", hand(func(r *request) { r.del("Upgrade") })},
		"connection-missing":      {"426", hand(func(r *request) { r.del("Connection") })},
		"upgrade-to-http-2":       {"426", hand(func(r *request) { r.set("Upgrade", "h2c") })},
		"by-post":                 {"405", hand(func(r *request) { r.method = http.MethodPost })},
		"by-http-1-0":             {"426", hand(func(r *request) { r.proto = "HTTP/1.0" })},
		"another-path":            {"404 NotFoundException", hand(func(r *request) { r.target = strings.Replace(r.target, "/graphql", "/admin", 1) })},
		"another-api":             {"101 NotFoundException", func(w *World, c *conversation) { c.handshake.set("Host", otherID(w.realtime)) }},
	}
}

// signedHeader are the headers of a signed POST to the API, as the guide has clients of IAM put them.
func (w *World) signedHeader(by keys, path, body string) map[string]string {
	r := to(http.MethodPost, w.api, path, nil)
	r.add("Content-Type", "application/json; charset=UTF-8")
	r.carry(body)
	w.seal(w.signedBy(by, "appsync", r))
	header := map[string]string{}
	for _, f := range r.fields {
		if f.name != "Content-Length" {
			header[strings.ToLower(f.name)] = f.value
		}
	}
	return header
}

// beginnings are subscriptions that the caller has no right to, or that are none.
func beginnings() spoken {
	second := func(make func(w *World) []byte) func(*World, *conversation) {
		return func(w *World, c *conversation) { c.frames[1] = make(w) }
	}
	asked := func(query string) func(*World, *conversation) {
		return second(func(w *World) []byte { return w.start("1", w.bearing(w.bob.access), query) })
	}
	by := func(header func(w *World) map[string]string) func(*World, *conversation) {
		return second(func(w *World) []byte { return w.start("1", header(w), `subscription { onPhotoCreated { id } }`) })
	}
	data := func(query string) string {
		return text(map[string]any{"query": query, "variables": map[string]any{}})
	}
	guests := func(query string) func(*World, *conversation) {
		return func(w *World, c *conversation) {
			c.handshake = w.greeting(w.signedHeader(w.guest.keys, "/graphql/connect", "{}"))
			body := data(query)
			c.frames[1] = message(text(map[string]any{"id": "1", "type": "start", "payload": map[string]any{
				"data": body, "extensions": map[string]any{"authorization": w.signedHeader(w.guest.keys, "/graphql", body)}}}))
		}
	}
	const refused, fault = "101 UnauthorizedException", "101 Validation error of type "
	return spoken{
		"start-without-a-header":   {"101 UnauthorizedException", by(func(*World) map[string]string { return nil })},
		"start-by-a-changed-token": {refused, by(func(w *World) map[string]string { return w.bearing(w.bob.access[:len(w.bob.access)-8]) })},
		"start-by-no-token":        {refused, by(func(w *World) map[string]string { return map[string]string{"host": w.api} })},
		"start-at-another-api": {"101 UnauthorizedException", by(func(w *World) map[string]string {
			return map[string]string{"host": otherID(w.api), "Authorization": w.bob.access + "x"}
		})},
		"guest-to-photos":            {refused, guests(`subscription { onPhotoCreated { id } }`)},
		"guest-to-changes":           {refused, guests(`subscription { onPhotoChanged { id } }`)},
		"guest-to-deletions":         {refused, guests(`subscription { onPhotoDeleted { id } }`)},
		"guest-to-comments":          {refused, guests(`subscription { onCommentChanged(photoId: "x") { id } }`)},
		"query-as-a-subscription":    {"101 UnsupportedOperation", asked(`{ listPhotos { items { id } } }`)},
		"mutation-as-a-subscription": {"101 UnsupportedOperation", asked(`mutation { likePhoto(id: "PHOTO") { id } }`)},
		"two-fields":                 {fault + "SubscriptionMultipleRootFields: Anonymous Subscription must select only one top level field. @ 'onPhotoDeleted'", asked(`subscription { onPhotoCreated { id } onPhotoDeleted { id } }`)},
		"field-unknown":              {fault + "FieldUndefined: Field 'onUserCreated' in type 'Subscription' is undefined @ 'onUserCreated'", asked(`subscription { onUserCreated { password } }`)},
		"comments-of-all":            {fault + "MissingFieldArgument: Missing field argument photoId @ 'onCommentChanged'", asked(`subscription { onCommentChanged { text } }`)},
		"introspection":              {fault + "FieldUndefined: Field '__schema' in type 'Subscription' is undefined @ '__schema'", asked(`subscription { __schema { types { name } } }`)},
		"start-without-an-id": {"101 BadRequestException", second(func(w *World) []byte {
			return w.start("", w.bearing(w.bob.access), `subscription { onPhotoCreated { id } }`)
		})},
		"start-by-a-long-id": {"101 BadRequestException", second(func(w *World) []byte {
			return w.start(strings.Repeat("i", 129), w.bearing(w.bob.access), `subscription { onPhotoCreated { id } }`)
		})},
		"start-with-no-payload":        {"101 BadRequestException", second(func(*World) []byte { return message(`{"id":"1","type":"start"}`) })},
		"start-with-a-payload-of-text": {"101 BadRequestException", second(func(*World) []byte { return message(`{"id":"1","type":"start","payload":"x"}`) })},
		"message-of-no-type":           {"101 UnsupportedOperation", second(func(*World) []byte { return message(`{"id":"1"}`) })},
		"message-of-a-type-unknown":    {"101 UnsupportedOperation", second(func(*World) []byte { return message(`{"type":"publish","id":"1"}`) })},
		"message-no-json":              {"101 BadRequestException", second(func(*World) []byte { return message(`start`) })},
		"message-a-list":               {"101 BadRequestException", second(func(*World) []byte { return message(`[]`) })},
		"message-in-another-case": {"101 UnsupportedOperation", func(w *World, c *conversation) {
			c.frames[1] = message(text(map[string]any{"id": "1", "TYPE": "start", "payload": map[string]any{"data": data(`subscription { onPhotoCreated { id } }`),
				"extensions": map[string]any{"authorization": w.bearing(w.bob.access)}}}))
		}},
		"payload-in-another-case": {"101 UnsupportedOperation", func(w *World, c *conversation) {
			c.frames[1] = message(text(map[string]any{"id": "1", "type": "start", "payload": map[string]any{"DATA": data(`subscription { onPhotoCreated { id } }`),
				"extensions": map[string]any{"authorization": w.bearing(w.bob.access)}}}))
		}},
		"stop-of-nothing": {"101 UnknownOperationError", second(func(*World) []byte { return message(`{"type":"stop","id":"x"}`) })},
		"start-twice": {"101 DuplicatedOperationError", func(_ *World, c *conversation) {
			c.frames = append(c.frames, c.frames[1])
			c.awaited = "never"
		}},
	}
}

// frames are such as RFC 6455 forbids, or as are too large.
func frames() spoken {
	second := func(f []byte) func(*World, *conversation) {
		return func(_ *World, c *conversation) { c.frames[1] = f }
	}
	const failed = "101 close 1002 or 101 closed"
	hello := []byte(`{"type":"connection_init"}`)
	return spoken{
		"frame-unmasked":               {failed, second(frame(0x81, false, hello))},
		"frame-with-a-reserved-bit":    {failed, second(frame(0xc1, true, hello))},
		"frame-with-another-bit":       {failed, second(frame(0x91, true, hello))},
		"frame-of-a-kind-unknown":      {failed, second(frame(0x83, true, hello))},
		"frame-of-a-control-unknown":   {failed, second(frame(0x8b, true, nil))},
		"frame-that-goes-on-nothing":   {failed, second(frame(0x80, true, hello))},
		"frame-in-another":             {failed, second(append(frame(0x01, true, hello[:4]), frame(0x81, true, hello)...))},
		"frame-binary":                 {"101 close 1003 or 101 closed", second(frame(0x82, true, hello))},
		"frame-of-no-text":             {"101 BadRequestException", second(frame(0x81, true, []byte{0xff, 0xfe}))},
		"frame-too-large":              {"101 close 1009 or 101 closed", second(frame(0x81, true, bytes.Repeat([]byte("x"), 300<<10)))},
		"frame-said-to-be-larger":      {"101 close 1009 or 101 closed", second(append([]byte{0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4}, make([]byte, 300<<10)...))},
		"frame-with-a-negative-length": {failed, second([]byte{0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4})},
		"ping-in-parts":                {failed, second(frame(0x09, true, nil))},
		"ping-too-large":               {failed, second(frame(0x89, true, make([]byte, 126)))},
		"close-with-one-byte":          {failed, second(frame(0x88, true, []byte{3}))},
		"close-with-a-reserved-code":   {failed, second(frame(0x88, true, []byte{3, 0xed}))},
	}
}
