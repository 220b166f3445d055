package look

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// A Client asks the services by requests that are signed, as if they had come by TLS from this machine.
type Client struct {
	Region string
	Key    sdk.Credentials // the administrator's
	Now    func() time.Time
	// Answer finds the service of a request, and has it answer. It keeps what is quiet out of the log.
	Answer func(w http.ResponseWriter, r *http.Request, quiet bool)
}

// targets are what X-Amz-Target begins with, by the service.
var targets = map[string]string{
	"cognito-idp": "AWSCognitoIdentityProviderService", "cognito-identity": "AWSCognitoIdentityService",
	"dynamodb": "DynamoDB_20120810", "logs": "Logs_20140328",
}

// look asks for something that changes nothing, by an operation of a service that speaks JSON, and reads the answer into out.
func (c *Client) look(ctx context.Context, service, operation string, in, out any) error {
	return c.json(ctx, service, operation, in, out, true)
}

// do has a service change something, which stands in the log.
func (c *Client) do(ctx context.Context, service, operation string, in, out any) error {
	return c.json(ctx, service, operation, in, out, false)
}

func (c *Client) json(ctx context.Context, service, operation string, in, out any, quiet bool) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	version := "1.1"
	if service == "dynamodb" {
		version = "1.0"
	}
	header := http.Header{"Content-Type": {"application/x-amz-json-" + version}, "X-Amz-Target": {targets[service] + "." + operation}}
	answer, err := c.send(ctx, request{service, http.MethodPost, service + "." + c.Region + ".amazonaws.com", "/", nil, header, body, &c.Key, quiet})
	if err != nil {
		return err
	}
	if answer.status != http.StatusOK {
		return answer.refusal()
	}
	if out == nil {
		return nil
	}
	decoder := json.NewDecoder(&answer.body)
	decoder.UseNumber()
	return decoder.Decode(out)
}

// rest asks for something that changes nothing, by the path of an operation.
func (c *Client) rest(ctx context.Context, service, method, path string, query url.Values) (*answer, error) {
	host := service + "." + c.Region + ".amazonaws.com"
	a, err := c.send(ctx, request{service, method, host, path, query, http.Header{}, nil, &c.Key, true})
	if err == nil && a.status != http.StatusOK {
		err = a.refusal()
	}
	return a, err
}

// A request is one before it is signed.
type request struct {
	service, method, host, path string // the path is not escaped
	query                       url.Values
	header                      http.Header
	body                        []byte
	key                         *sdk.Credentials // nil signs nothing
	quiet                       bool
}

func (c *Client) send(ctx context.Context, q request) (*answer, error) {
	u := url.URL{Scheme: "https", Host: q.host, Path: q.path, RawQuery: q.query.Encode()}
	if q.service == "s3" {
		u.RawPath = escaped(q.path)
	}
	u.RawQuery = strings.ReplaceAll(u.RawQuery, "+", "%20") // as signatures have it
	r, err := http.NewRequestWithContext(ctx, q.method, u.String(), bytes.NewReader(q.body))
	if err != nil {
		return nil, err
	}
	for name, values := range q.header {
		r.Header[name] = values
	}
	if q.key != nil {
		sum := sha256.Sum256(q.body)
		hash := hex.EncodeToString(sum[:])
		r.Header.Set("X-Amz-Content-Sha256", hash)
		signer := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = q.service == "s3" })
		if err := signer.SignHTTP(ctx, *q.key, r, hash, q.service, c.Region, c.Now()); err != nil {
			return nil, err
		}
	}
	arrived(r)
	a := &answer{header: http.Header{}, status: http.StatusOK}
	c.Answer(a, r, q.quiet)
	return a, nil
}

// stated are the headers of a POST by somebody, signed if they have keys, as messages of AppSync's WebSockets state them instead of sending it.
func (c *Client) stated(ctx context.Context, host, path, body string, who *speaker) (map[string]string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://"+host+path, http.NoBody)
	if err != nil {
		return nil, err
	}
	maps.Copy(r.Header, who.header)
	if who.key != nil {
		r.Header.Set("Accept", "application/json, text/javascript")
		r.Header.Set("Content-Encoding", "amz-1.0")
		r.Header.Set("Content-Type", "application/json; charset=UTF-8")
		sum := sha256.Sum256([]byte(body))
		if err := v4.NewSigner().SignHTTP(ctx, *who.key, r, hex.EncodeToString(sum[:]), "appsync", c.Region, c.Now()); err != nil {
			return nil, err
		}
	}
	header := map[string]string{"host": host}
	for name := range r.Header {
		header[strings.ToLower(name)] = r.Header.Get(name)
	}
	return header, nil
}

// arrived has a request look as it does to a server that it came to by TLS from this machine.
func arrived(r *http.Request) {
	r.RequestURI, r.RemoteAddr = r.URL.RequestURI(), "127.0.0.1:1"
	r.TLS = &tls.ConnectionState{Version: tls.VersionTLS13, HandshakeComplete: true, ServerName: r.Host}
	r.URL.Scheme, r.URL.Host = "", ""
}

// escaped writes a key in a path: all but letters, digits, -._~ and slashes as %XX, which is how S3 signs it.
func escaped(path string) string {
	var b strings.Builder
	for i := range len(path) {
		switch x := path[i]; {
		case x == '/' || x == '-' || x == '.' || x == '_' || x == '~' || x >= '0' && x <= '9' || x >= 'a' && x <= 'z' || x >= 'A' && x <= 'Z':
			b.WriteByte(x)
		default:
			fmt.Fprintf(&b, "%%%02X", x)
		}
	}
	return b.String()
}

// An answer is one of a service's, whole.
type answer struct {
	header http.Header
	status int
	wrote  bool
	body   bytes.Buffer
}

// Header implements http.ResponseWriter.
func (a *answer) Header() http.Header { return a.header }

// WriteHeader implements http.ResponseWriter.
func (a *answer) WriteHeader(status int) {
	if !a.wrote && status >= http.StatusOK {
		a.status, a.wrote = status, true
	}
}

// Write implements http.ResponseWriter.
func (a *answer) Write(b []byte) (int, error) {
	a.wrote = true
	return a.body.Write(b)
}

// refusal is what a service says instead of an answer, in its own words, JSON or XML.
func (a *answer) refusal() error {
	var said struct {
		Type    string `json:"__type"`
		Message string `json:"message"`
	}
	var inXML struct{ Code, Message string }
	switch {
	case json.Unmarshal(a.body.Bytes(), &said) == nil && said.Type != "":
		_, kind, found := strings.Cut(said.Type, "#")
		if !found {
			kind = said.Type
		}
		return refusedWith(a.status, kind, said.Message)
	case json.Unmarshal(a.body.Bytes(), &said) == nil && said.Message != "":
		return refusedWith(a.status, a.header.Get("X-Amzn-Errortype"), said.Message)
	case xml.Unmarshal(a.body.Bytes(), &inXML) == nil && inXML.Code != "":
		return refusedWith(a.status, inXML.Code, inXML.Message)
	}
	return refusedWith(a.status, http.StatusText(a.status), strings.TrimSpace(a.body.String()))
}

// A Refusal is what a service said, by the code of its error.
type Refusal struct{ Code, Message string }

// Error is both.
func (r *Refusal) Error() string {
	if r.Message == "" {
		return r.Code
	}
	return r.Code + ": " + r.Message
}

func refusedWith(status int, code, message string) error {
	return &Fault{status, &Refusal{code, message}}
}

// is reports whether a service refused with a code.
func is(err error, code string) bool {
	var r *Refusal
	return errors.As(err, &r) && r.Code == code
}
