package attack

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A field is a line of a request's header.
type field struct{ name, value string }

// A request is what is written to a connection: its parts as they are, in their order, whether or not HTTP allows them.
type request struct {
	plain                 bool // to the listener without TLS
	method, target, proto string
	fields                []field
	body                  []byte
	sign                  *signing // how it is to be signed; nil if it is not, or was already
	raw                   []byte   // all of it, instead of all above
	ends                  bool     // whether nothing more is sent afterwards, however much was announced
}

// to is a request to a host, by TLS.
func to(method, host, target string, body []byte) *request {
	r := &request{method: method, target: target, proto: "HTTP/1.1", fields: []field{{"Host", host}}, body: body}
	if body != nil || method == http.MethodPost || method == http.MethodPut {
		r.set("Content-Length", strconv.Itoa(len(body)))
	}
	return r
}

func (r *request) index(name string) int {
	return slices.IndexFunc(r.fields, func(f field) bool { return strings.EqualFold(f.name, name) })
}

func (r *request) get(name string) string {
	if i := r.index(name); i >= 0 {
		return r.fields[i].value
	}
	return ""
}

// set puts a value in the place of a field's, or adds the field.
func (r *request) set(name, value string) *request {
	if i := r.index(name); i >= 0 {
		r.fields[i].value = value
		return r
	}
	return r.add(name, value)
}

func (r *request) add(name, value string) *request {
	r.fields = append(r.fields, field{name, value})
	return r
}

func (r *request) del(name string) *request {
	r.fields = slices.DeleteFunc(r.fields, func(f field) bool { return strings.EqualFold(f.name, name) })
	return r
}

// carry puts another body into the request, with its length.
func (r *request) carry(body string) *request {
	r.body = []byte(body)
	return r.set("Content-Length", strconv.Itoa(len(body)))
}

func (r *request) clone() *request {
	c := *r
	c.fields, c.body = slices.Clone(r.fields), bytes.Clone(r.body)
	if r.sign != nil {
		s := *r.sign
		c.sign = &s
	}
	return &c
}

// bytes are the request as it is written.
func (r *request) bytes() []byte {
	if r.raw != nil {
		return r.raw
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s %s\r\n", r.method, r.target, r.proto)
	for _, f := range r.fields {
		fmt.Fprintf(&b, "%s: %s\r\n", f.name, f.value)
	}
	b.WriteString("\r\n")
	b.Write(r.body)
	return b.Bytes()
}

// An answer is what came of a request.
type answer struct {
	status int    // of HTTP; 0 where the connection ended without an answer
	code   string // AWS's of the error, or the first errorType of GraphQL; "" if there is none
	header http.Header
	body   []byte
	sent   []byte
	plain  bool
}

// String is the answer as the rows want it, as in "403 AccessDenied".
func (a answer) String() string {
	if a.status == 0 {
		return "closed " + a.code
	}
	return strings.TrimSpace(strconv.Itoa(a.status) + " " + a.code)
}

// allowed reports whether it is the answer to what is allowed.
func (a answer) allowed() bool {
	return a.code == "" && (a.status >= 200 && a.status < 300 || a.status == http.StatusSwitchingProtocols)
}

// patience is how long an answer may take, and quietTime how long a connection stays silent until nothing more is expected.
const (
	patience  = 20 * time.Second
	quietTime = 150 * time.Millisecond
)

// dial connects to one of the listeners.
func (w *World) dial(ctx context.Context, plain bool, host string) (net.Conn, error) {
	if plain {
		return new(net.Dialer).DialContext(ctx, "tcp", w.http)
	}
	config := w.trust.Clone()
	if config.ServerName = host; !plainHost.MatchString(host) {
		config.ServerName = "localhost"
	}
	dialer := tls.Dialer{Config: config}
	return dialer.DialContext(ctx, "tcp", w.https)
}

var plainHost = regexp.MustCompile(`^[a-z0-9.-]+\.amazonaws\.com$|^[a-z0-9]+\.cloudfront\.net$|^localhost$`)

// send signs a request that is to be signed, writes it, and reads the answer.
func (w *World) send(ctx context.Context, r *request) (answer, error) {
	w.seal(r)
	conn, err := w.dial(ctx, r.plain, r.get("Host"))
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = conn.Close() }()
	sent := r.bytes()
	_ = conn.SetDeadline(time.Now().Add(patience))
	// A server that has seen enough closes: what it answered before counts, not what could not be written any more.
	_, _ = conn.Write(sent)
	if half, ok := conn.(interface{ CloseWrite() error }); ok && r.ends {
		_ = half.CloseWrite()
	}
	a, err := readAnswer(bufio.NewReader(conn), r.method)
	a.sent, a.plain = sent, r.plain
	if err != nil {
		return a, fmt.Errorf("%s %s: %w", r.method, r.target, err)
	}
	return a, nil
}

// readAnswer reads one answer. A connection that ends in the place of one is an answer, too.
func readAnswer(in *bufio.Reader, method string) (answer, error) {
	response, err := http.ReadResponse(in, &http.Request{Method: method})
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return answer{}, err
	}
	if err != nil {
		return answer{code: "without an answer"}, nil //nolint:nilerr // that is the answer
	}
	defer func() { _ = response.Body.Close() }()
	a := answer{status: response.StatusCode, header: response.Header}
	if a.status != http.StatusSwitchingProtocols {
		a.body, _ = io.ReadAll(response.Body)
	}
	a.code = codeOf(a)
	return a, nil
}

var xmlCode = regexp.MustCompile(`<Code>([^<]*)</Code>`)

// codeOf finds the error in an answer where the protocol of the service has it.
func codeOf(a answer) string {
	if kind := a.header.Get("X-Amzn-Errortype"); kind != "" {
		kind, _, _ = strings.Cut(kind, ":")
		return kind
	}
	if found := xmlCode.FindSubmatch(a.body); found != nil {
		return string(found[1])
	}
	var said struct {
		Type   string `json:"__type"`
		Errors []struct{ ErrorType, Message string }
	}
	if json.Unmarshal(a.body, &said) == nil {
		if len(said.Errors) > 0 {
			return or(said.Errors[0].ErrorType, "GraphQLError")
		}
		return said.Type[strings.LastIndex(said.Type, "#")+1:]
	}
	return ""
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
