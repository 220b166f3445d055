package attack

import (
	"bufio"
	"bytes"
	"context"
	"net/http"
	"strings"
	"time"
)

const (
	message9112 = "https://www.rfc-editor.org/rfc/rfc9112#section-6.3"
	fields9110  = "https://www.rfc-editor.org/rfc/rfc9110#section-5.5"
)

// smuggled is a request within the body of another, which who reads the length otherwise takes for the next: it would be the
// administrator's if it were read at all.
func (w *World) smuggled() []byte {
	r := w.seal(w.operation(w.root, "dynamodb", "DeleteTable", map[string]any{"TableName": w.tables[0]}))
	return r.bytes()
}

// lists is the administrator asking for the tables, over TLS or not: whoever is in front of it forwards such requests.
func lists(w *World) *request { return w.operation(w.root, "dynamodb", "ListTables", map[string]any{}) }

// protocol are requests that two readers of HTTP would read as two things, and such as are none.
func protocol(*World) []attack {
	raw := func(with func(w *World, r *request) []byte) change {
		return sealed(func(w *World, r *request) { r.raw = with(w, r) })
	}
	// head puts lines in front of the header's end.
	head := func(lines string) change {
		return raw(func(_ *World, r *request) []byte {
			return bytes.Replace(r.bytes(), []byte("\r\n\r\n"), []byte("\r\n"+lines+"\r\n\r\n"), 1)
		})
	}
	first := func(line string) change {
		return raw(func(_ *World, r *request) []byte {
			_, rest, _ := bytes.Cut(r.bytes(), []byte("\r\n"))
			return append([]byte(line+"\r\n"), rest...)
		})
	}
	const bad = "400"
	list := against(lists, "a request in front of it", message9112, []row{
		{id: "space-before-a-colon", want: bad, page: fields9110, change: head("X-A : b")},
		{id: "line-goes-on", want: bad + " or 200", page: "https://www.rfc-editor.org/rfc/rfc9112#section-5.2", change: head("X-A: b\r\n X-Amz-Target: DynamoDB_20120810.DeleteTable")},
		{id: "field-without-a-name", want: bad, page: fields9110, change: head(": b")},
		{id: "field-without-a-colon", want: bad, page: fields9110, change: head("abc")},
		{id: "field-with-a-zero-byte", want: bad, page: fields9110, change: head("X-A: b\x00c")},
		{id: "field-with-a-return", want: bad, page: fields9110, change: head("X-A: b\rc")},
		{id: "field-with-a-delete", want: bad, page: fields9110, change: head("X-A: b\x7fc")},
		{id: "name-with-a-letter-of-others", want: bad, page: fields9110, change: head("X-\xc3\xa4: b")},
		{id: "name-with-a-space", want: bad, page: fields9110, change: head("X A: b")},
		{id: "header-of-80-kilobytes", want: "431", change: head("X-A: " + strings.Repeat("b", 80<<10))},
		{id: "header-of-9000-lines", want: "431", change: head(strings.TrimSuffix(strings.Repeat("X-A: b\r\n", 9000), "\r\n"))},
		{id: "target-of-80-kilobytes", want: "431 or 414", change: first("POST /" + strings.Repeat("a", 80<<10) + " HTTP/1.1")},
		{id: "no-version", want: bad, change: first("POST /")},
		{id: "version-0.9", want: bad + " or 505", change: first("POST / HTTP/0.9")},
		{id: "version-2", want: bad + " or 505", change: first("POST / HTTP/2.0")},
		{id: "version-9", want: bad + " or 505", change: first("POST / HTTP/9.9")},
		{id: "version-of-no-form", want: bad, change: first("POST / HTTP/1.x")},
		{id: "preface-of-http-2", want: bad + " or 505 or 403", change: raw(func(*World, *request) []byte { return []byte("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") })},
		{id: "method-of-no-form", want: bad, change: first("PO(ST / HTTP/1.1")},
		{id: "method-empty", want: bad, change: first(" / HTTP/1.1")},
		{id: "target-with-a-space", want: bad, change: first("POST / x HTTP/1.1")},
		{id: "target-with-a-zero-byte", want: bad, change: first("POST /\x00 HTTP/1.1")},
		{id: "target-of-no-form", want: bad, change: first("POST /%zz HTTP/1.1")},
		{id: "target-a-host", want: bad, change: first("POST evil.example:80 HTTP/1.1")},
		{id: "connect", want: "403", change: first("CONNECT evil.example:443 HTTP/1.1")},
		{id: "expectation-unknown", want: "417", page: "https://www.rfc-editor.org/rfc/rfc9110#section-10.1.1", change: head("Expect: 200-ok")},
		{id: "no-host", want: bad, change: sealed(func(_ *World, r *request) { r.del("Host") })},
		{id: "two-hosts", want: bad, change: sealed(func(_ *World, r *request) { r.add("Host", "evil.example") })},
		{id: "host-of-no-form", want: bad + " or 403", change: setting("Host", "a b")},
		{id: "transfer-unknown", want: "501 or 400", change: head("Transfer-Encoding: gzip")},
		{id: "transfer-misspelt", want: "501 or 400", change: head("Transfer-Encoding: xchunked")},
		{id: "transfer-twice", want: "501 or 400", change: head("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity")},
		{id: "transfer-in-a-list", want: "501 or 400", change: head("Transfer-Encoding: chunked, identity")},
		{id: "transfer-with-a-tab", want: "501 or 400", change: head("Transfer-Encoding:\tchunked\x0b")},
		{id: "plain-text-to-tls", want: bad, change: raw(func(_ *World, r *request) []byte { return append([]byte("\x16\x03\x01"), r.bytes()...) })},
	})
	return append(list, smuggling()...)
}

// secondAnswer is in the place of a code where what was in a body was answered, too.
const secondAnswer = "and a second answer: "

// smuggling are requests with another in them. Whatever the first is answered, the second must not be read as one that was sent: what it
// would do would be seen. Where the server reads the first to its end as it has to, what follows is the next request in its own right, so that
// it ends the connection in the place of guessing.
func smuggling() []attack {
	build := func(fields string, body func(w *World) []byte, silence time.Duration) probe {
		return func(ctx context.Context, w *World) (answer, error) {
			conn, err := w.dial(ctx, true, "")
			if err != nil {
				return answer{}, err
			}
			defer func() { _ = conn.Close() }()
			_ = conn.SetDeadline(time.Now().Add(patience))
			sent := append([]byte("POST / HTTP/1.1\r\nHost: "+w.endpoint("dynamodb")+"\r\nContent-Type: application/x-amz-json-1.0\r\n"+fields+"\r\n\r\n"), body(w)...)
			_, _ = conn.Write(sent)
			in := bufio.NewReader(conn)
			a, err := readAnswer(in, http.MethodPost)
			a.sent, a.plain = sent, true
			if err != nil {
				return a, err
			}
			_ = conn.SetDeadline(time.Now().Add(silence))
			if second, err := readAnswer(in, http.MethodPost); err == nil && second.allowed() {
				a.code = secondAnswer + second.String()
			}
			return a, nil
		}
	}
	inside := func(before string) func(w *World) []byte {
		return func(w *World) []byte { return append([]byte(before), w.smuggled()...) }
	}
	// The control is two requests that no reader takes for one: the second is answered, and would be where it is smuggled.
	two := build("Content-Length: 0", func(w *World) []byte { return w.seal(lists(w)).bytes() }, patience)
	both := func(ctx context.Context, w *World) (answer, error) {
		a, err := two(ctx, w)
		if a.code == secondAnswer+"200" {
			a.status, a.code = http.StatusOK, ""
		}
		return a, err
	}
	const unread = "400 UnknownOperationException" // of the first request, which says nothing but its length
	var list []attack
	for id, one := range inOrder(map[string]struct {
		fields string
		body   func(w *World) []byte
		want   string
	}{
		"two-lengths":              {"Content-Length: 0\r\nContent-Length: 5", inside(""), "400"},
		"length-in-a-list":         {"Content-Length: 0, 5", inside(""), "400"},
		"length-with-a-sign":       {"Content-Length: +0", inside(""), "400"},
		"length-in-hexadecimals":   {"Content-Length: 0x0", inside(""), "400"},
		"length-with-a-space":      {"Content-Length : 0", inside(""), "400"},
		"chunk-of-no-size":         {"Transfer-Encoding: chunked", inside("x\r\n"), unread},
		"chunk-of-a-negative-size": {"Transfer-Encoding: chunked", inside("-1\r\n"), unread},
		"chunk-too-large":          {"Transfer-Encoding: chunked", inside("fffffffffffffffff\r\n"), unread},
		"chunk-with-a-line-feed":   {"Transfer-Encoding: chunked", inside("1\r\nab\r\n0\r\n\r\n"), unread},
		"chunked-and-misspelt":     {"Transfer-Encoding: chunked\r\nTransfer-encoding: x", inside("0\r\n\r\n"), "400 or 501"},
		"transfer-in-http-1-0":     {"Transfer-Encoding: \x0bchunked", inside("0\r\n\r\n"), "400 or 501"},
	}) {
		list = append(list, attack{id: "smuggled-by-" + id, has: "a request in front of it", want: one.want, page: message9112, control: both, try: build(one.fields, one.body, quietTime)})
	}
	return list
}
