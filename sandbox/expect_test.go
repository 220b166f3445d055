package sandbox_test

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"lightbox.example/lightbox/sandbox"
)

// dial is a connection to one of the listeners, on which a test writes what it likes.
func dial(t *testing.T, s *sandbox.Sandbox, listener, address string) (net.Conn, *bufio.Reader) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if listener == "https" {
		conn = tls.Client(conn, &tls.Config{RootCAs: client(t, s).Transport.(*http.Transport).TLSClientConfig.RootCAs, ServerName: "localhost", MinVersion: tls.VersionTLS12})
	}
	_ = conn.SetDeadline(time.Now().Add(time.Minute)) // so that a test of an answer that does not come ends
	return conn, bufio.NewReader(conn)
}

// head is a request up to its body, which waits for 100 Continue.
func head(r *http.Request) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: %s\r\nExpect: 100-continue\r\n", r.Method, r.URL.RequestURI(), r.Host)
	for _, name := range slices.Sorted(maps.Keys(r.Header)) {
		for _, value := range r.Header[name] {
			fmt.Fprintf(&b, "%s: %s\r\n", name, value)
		}
	}
	if r.ContentLength < 0 {
		b.WriteString("Transfer-Encoding: chunked\r\n")
	} else {
		fmt.Fprintf(&b, "Content-Length: %d\r\n", r.ContentLength)
	}
	return b.String() + "\r\n"
}

// A client that asks before it sends a body (Expect: 100-continue) gets the refusal instead of the permission, and at once:
// S3's conditional writes by s3fs and aiobotocore hung for want of it.
func TestExpect_isAnsweredByTheRefusalItself(t *testing.T) {
	s := start(t, sandbox.Config{})
	const bucket = "cdk-hnb659fds-assets-000000000000-us-east-1" // of the bootstrap
	body := []byte("body!")
	if got := do(t, http.DefaultClient, signed(t, http.MethodPut, "http://"+s.HTTP()+"/"+bucket+"/there", "s3", body)); got.status != http.StatusOK {
		t.Fatalf("got %d %s, want the object to be stored", got.status, got.body)
	}
	request := func(method, target, service string, header ...string) *http.Request {
		r := signed(t, method, "http://"+s.HTTP()+target, service, body)
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		sign(t, r, service)
		return r
	}
	anonymous := func(method, target string, header ...string) *http.Request {
		r := request(method, target, "s3", header...)
		r.Header.Del("Authorization")
		r.Header.Del("X-Amz-Content-Sha256")
		return r
	}
	unsized := anonymous(http.MethodPut, "/"+bucket+"/x")
	unsized.ContentLength = -1
	forged := request(http.MethodPut, "/"+bucket+"/x", "s3")
	forged.Header.Set("Authorization", forged.Header.Get("Authorization")+"0")
	for name, test := range map[string]struct {
		request *http.Request
		want    int
	}{
		"an object that is there":       {request(http.MethodPut, "/"+bucket+"/there", "s3", "If-None-Match", "*"), http.StatusPreconditionFailed},
		"an object that is not there":   {request(http.MethodPut, "/"+bucket+"/none", "s3", "If-Match", "x"), http.StatusNotFound},
		"no such bucket":                {request(http.MethodPut, "/no-such-bucket/x", "s3"), http.StatusNotFound},
		"no such upload":                {request(http.MethodPut, "/"+bucket+"/x?partNumber=1&uploadId=none", "s3"), http.StatusNotFound},
		"nobody":                        {anonymous(http.MethodPut, "/"+bucket+"/x"), http.StatusForbidden},
		"nobody, in chunks":             {unsized, http.StatusForbidden},
		"a wrong signature":             {forged, http.StatusForbidden},
		"a header that is not known":    {request(http.MethodPut, "/"+bucket+"/x", "s3", "X-Amz-Object-Lock-Mode", "GOVERNANCE"), http.StatusNotImplemented},
		"an operation that is not":      {request(http.MethodPut, "/"+bucket+"/x?acl", "s3"), http.StatusNotImplemented},
		"a method that is not":          {request("PATCH", "/"+bucket+"/x", "s3"), http.StatusMethodNotAllowed},
		"a checksum that is none":       {request(http.MethodPut, "/"+bucket+"/x", "s3", "X-Amz-Checksum-Crc32", "?"), http.StatusBadRequest},
		"a part number that is none":    {request(http.MethodPut, "/"+bucket+"/x?partNumber=0&uploadId=none", "s3"), http.StatusBadRequest},
		"a service that is not":         {request(http.MethodPost, "/", "ec2"), http.StatusNotImplemented},
		"another site":                  {request(http.MethodPut, "/"+bucket+"/x", "s3", "Origin", "https://evil.example"), http.StatusForbidden},
		"DynamoDB, nobody":              {anonymous(http.MethodPost, "/", "X-Amz-Target", "DynamoDB_20120810.ListTables"), http.StatusBadRequest},
		"Cognito, no such operation":    {request(http.MethodPost, "/", "cognito-idp", "X-Amz-Target", "AWSCognitoIdentityProviderService.Dance"), http.StatusBadRequest},
		"identities, no such operation": {request(http.MethodPost, "/", "cognito-identity", "X-Amz-Target", "AWSCognitoIdentityService.Dance"), http.StatusBadRequest},
		"parameters, nobody":            {anonymous(http.MethodPost, "/", "X-Amz-Target", "AmazonSSM.GetParameter"), http.StatusBadRequest},
		"logs, nobody":                  {anonymous(http.MethodPost, "/", "X-Amz-Target", "Logs_20140328.PutLogEvents"), http.StatusBadRequest},
		"the bridge, no name of AWS's":  {request(http.MethodPut, "/_lightbox/bridge?url=https%3A%2F%2Fevil.example", "s3"), http.StatusBadRequest},
		"control: what is taken":        {request(http.MethodPut, "/"+bucket+"/new", "s3"), http.StatusOK},
	} {
		for listener, address := range map[string]string{"http": s.HTTP(), "https": s.HTTPS()} {
			if listener == "https" && strings.HasPrefix(name, "the bridge") {
				continue // which is at the endpoint
			}
			t.Run(name+" by "+listener, func(t *testing.T) {
				conn, answers := dial(t, s, listener, address)
				if _, err := io.WriteString(conn, head(test.request)); err != nil {
					t.Fatal(err)
				}
				if test.want == http.StatusOK {
					if line, err := answers.ReadString('\n'); err != nil || line != "HTTP/1.1 100 Continue\r\n" {
						t.Fatalf("got %q, %v, want 100 Continue", line, err)
					}
					_, _ = answers.ReadString('\n')
					_, _ = conn.Write(body)
				}
				response, err := http.ReadResponse(answers, test.request)
				if err != nil {
					t.Fatalf("got no answer: %v", err)
				}
				text, err := io.ReadAll(response.Body)
				_ = response.Body.Close()
				if err != nil || response.StatusCode != test.want {
					t.Fatalf("got %d %s, %v, want %d", response.StatusCode, text, err, test.want)
				}
				refused := test.want != http.StatusOK
				if response.Close != refused {
					t.Errorf("got %t for whether the connection ends, want it to where the body was not sent", response.Close)
				}
				if refused {
					_, _ = io.WriteString(conn, string(body)+"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
					if rest, err := io.ReadAll(answers); len(rest) > 0 || err != nil {
						t.Errorf("got %q, %v after the answer, want the end", rest, err)
					}
				}
			})
		}
	}
}

// What is left of a body is never taken for the next request.
func TestExpect_leavesTheConnectionAsItShould(t *testing.T) {
	s := start(t, sandbox.Config{})
	const next = "GET /_lightbox/ HTTP/1.1\r\nHost: localhost\r\n\r\n"
	smuggled := "PUT /no-such-bucket/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s"
	for name, test := range map[string]struct {
		body string
		ends bool // whether net/http gives up on the rest of the body
	}{
		"a small one": {"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n", false},
		"a large one": {strings.Repeat("GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n", 20_000), true},
	} {
		t.Run(name, func(t *testing.T) {
			conn, answers := dial(t, s, "http", s.HTTP())
			go func() { _, _ = fmt.Fprintf(conn, smuggled+next, len(test.body), test.body) }()
			refused, err := http.ReadResponse(answers, nil)
			if err != nil || refused.StatusCode != http.StatusNotFound {
				t.Fatalf("got %v, %v, want 404", refused, err)
			}
			_, _ = io.Copy(io.Discard, refused.Body)
			_ = refused.Body.Close()
			second, err := http.ReadResponse(answers, nil)
			if err == nil {
				_ = second.Body.Close()
			}
			switch {
			case test.ends && err == nil:
				t.Errorf("got %s after it, want the end", second.Status)
			case !test.ends && (err != nil || second.StatusCode != http.StatusOK):
				t.Errorf("got %v, %v for the next request, want 200", second, err)
			}
		})
	}
}
