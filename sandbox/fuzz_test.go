package sandbox

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"lightbox.example/lightbox/internal/deploytest"
)

// hang is longer than any answer takes, on a busy machine too.
const hang = time.Minute

// fuzzed is a sandbox with the five stacks for a fuzz target to knock at.
func fuzzed(f *testing.F) *Sandbox {
	f.Helper()
	s, err := Start(context.Background(), Config{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = s.Close() })
	if err := s.Deploy(context.Background(), deploytest.Assembly(f, "..", "dev"), nil); err != nil {
		f.Fatal(err)
	}
	return s
}

// knock sends a request to a handler, and fails the test if that panics, is at fault or does not answer.
func (s *Sandbox) knock(t *testing.T, handler http.Handler, r *http.Request) *httptest.ResponseRecorder {
	t.Helper()
	last := s.requests.last()
	w := httptest.NewRecorder()
	done := make(chan struct{})
	go func() {
		defer close(done)
		handler.ServeHTTP(w, r)
	}()
	select {
	case <-done:
	case <-time.After(hang):
		t.Fatalf("%s %s: got no answer within %s", r.Method, r.URL, hang)
	}
	for _, c := range s.requests.after(last) {
		if c.Fault != "" {
			t.Errorf("%s: %s", c, c.Fault)
		}
	}
	if w.Code == http.StatusInternalServerError {
		t.Errorf("%s %s: got %d %s", r.Method, r.URL, w.Code, w.Body)
	}
	return w
}

// doors are the names that requests go to, with an operation of each.
var doors = []struct{ host, target, body string }{
	{"cognito-idp.us-east-1.amazonaws.com", "AWSCognitoIdentityProviderService.InitiateAuth", `{"AuthFlow":"USER_SRP_AUTH","ClientId":"x","AuthParameters":{"USERNAME":"ann","SRP_A":"2"}}`},
	{"cognito-idp.us-east-1.amazonaws.com", "AWSCognitoIdentityProviderService.AdminGetUser", `{"UserPoolId":"us-east-1_x","Username":"ann"}`},
	{"cognito-identity.us-east-1.amazonaws.com", "AWSCognitoIdentityService.GetId", `{"IdentityPoolId":"us-east-1:x","Logins":{}}`},
	{"dynamodb.us-east-1.amazonaws.com", "DynamoDB_20120810.ListTables", `{}`},
	{"dynamodb.us-east-1.amazonaws.com", "DynamoDB_20120810.PutItem", `{"TableName":"t","Item":{"id":{"S":"1"}}}`},
	{"x.appsync-api.us-east-1.amazonaws.com", "", `{"query":"{listProducts{items{id}}}"}`},
	{"x.appsync-realtime-api.us-east-1.amazonaws.com", "", ``},
	{"x.cloudfront.net", "", ``},
	{"cloudfront.amazonaws.com", "", `<InvalidationBatch><CallerReference>x</CallerReference></InvalidationBatch>`},
	{"cloudformation.us-east-1.amazonaws.com", "", `Action=DescribeStacks&Version=2010-05-15`},
	{"sts.amazonaws.com", "", `Action=GetCallerIdentity&Version=2011-06-15`},
	{"ssm.us-east-1.amazonaws.com", "AmazonSSM.GetParameter", `{"Name":"/cdk-bootstrap/hnb659fds/version"}`},
	{"logs.us-east-1.amazonaws.com", "Logs_20140328.DescribeLogGroups", `{}`},
	{"s3.us-east-1.amazonaws.com", "", ``},
	{"127.0.0.1:4566", "", `<Delete><Object><Key>x</Key></Object></Delete>`},
	{"ec2.us-east-1.amazonaws.com", "", ``},
}

// FuzzDispatch knocks with whatever net/http takes for a request: it is always answered, and never by a fault.
func FuzzDispatch(f *testing.F) {
	s := fuzzed(f)
	for _, d := range doors {
		for _, method := range []string{"POST /", "GET /x%2fy?list-type=2&prefix=a", "PUT /b/k?partNumber=1&uploadId=2", "OPTIONS *", "DELETE /b/k?versionId=1"} {
			var b strings.Builder
			b.WriteString(method + " HTTP/1.1\r\nHost: " + d.host + "\r\nX-Amz-Target: " + d.target + "\r\nContent-Length: ")
			b.WriteString(strconv.Itoa(len(d.body)) + "\r\nRange: bytes=1-\r\nOrigin: http://localhost:3000\r\n")
			b.WriteString("Authorization: AWS4-HMAC-SHA256 Credential=" + AccessKeyID + "/" + time.Now().UTC().Format("20060102") + "/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00\r\n\r\n" + d.body)
			f.Add([]byte(b.String()), true)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte, byTLS bool) {
		r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(text)))
		if err != nil {
			return
		}
		r.RemoteAddr = "127.0.0.1:1"
		if byTLS {
			r.TLS = &tls.ConnectionState{Version: tls.VersionTLS13, HandshakeComplete: true}
		}
		s.knock(t, s.handlers()["http"], r)
	})
}

// FuzzDispatch_signed knocks as the administrator, who may do everything.
func FuzzDispatch_signed(f *testing.F) {
	s := fuzzed(f)
	bucket, api := s.Overview().Output("Lightbox-dev-FileStorage", "BucketName"), s.Overview().Output("Lightbox-dev-API", "GraphQLAPIID")
	for i, d := range doors {
		f.Add(uint8(i), "POST", "/", "", d.target, d.body)
		f.Add(uint8(i), "GET", "/"+bucket+"/x", "list-type=2&max-keys=1", "", "")
		f.Add(uint8(i), "PUT", "/"+bucket+"/public/x", "", "", "body")
		f.Add(uint8(i), "POST", "/"+bucket, "delete=", "", d.body)
		f.Add(uint8(i), "POST", "/"+bucket+"/x", "uploads=", "", "")
	}
	f.Fuzz(func(t *testing.T, door uint8, method, path, query, target, body string) {
		d := doors[int(door)%len(doors)]
		host := strings.Replace(d.host, "x.appsync", api+".appsync", 1)
		r, err := http.NewRequest(method, "https://"+host+"/", strings.NewReader(body))
		if err != nil {
			return
		}
		r.URL.Path, r.URL.RawQuery = "/"+strings.TrimPrefix(path, "/"), query
		r.RemoteAddr = "127.0.0.1:1"
		r.TLS = &tls.ConnectionState{Version: tls.VersionTLS13, HandshakeComplete: true}
		if target != "" {
			r.Header.Set("X-Amz-Target", target)
		}
		if strings.Contains(body, "Action=") {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		service, _, _ := strings.Cut(d.host, ".")
		switch {
		case strings.HasPrefix(d.host, "x.appsync"):
			service = "appsync"
		case strings.HasPrefix(d.host, "127."):
			service = "s3"
		}
		hash := hashOf(body)
		r.Header.Set("X-Amz-Content-Sha256", hash)
		key := sdk.Credentials{AccessKeyID: AccessKeyID, SecretAccessKey: SecretAccessKey}
		signer := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = service == "s3" })
		if err := signer.SignHTTP(t.Context(), key, r, hash, service, "us-east-1", time.Now()); err != nil {
			return
		}
		s.knock(t, s.handlers()["http"], r)
	})
}

// FuzzBridge asks the bridge for whatever URL.
func FuzzBridge(f *testing.F) {
	s := fuzzed(f)
	for _, target := range []string{
		"https://s3.us-east-1.amazonaws.com/b/k?x=y", "wss://x.appsync-realtime-api.us-east-1.amazonaws.com/graphql", "https://d1.cloudfront.net",
		"https://a:b@s3.us-east-1.amazonaws.com/", "http://s3.us-east-1.amazonaws.com", "https://s3.us-east-1.amazonaws.com:1/", "https://[::1]/",
		"https://s3.us-east-1.amazonaws.com/%00%zz?%", "https://localhost/", "//", "",
	} {
		f.Add("GET", target)
		f.Add("POST", target)
	}
	f.Fuzz(func(t *testing.T, method, target string) {
		r, err := http.NewRequest(method, "http://127.0.0.1:4566/_lightbox/bridge?url="+url.QueryEscape(target), strings.NewReader("{}"))
		if err != nil {
			return
		}
		r.RemoteAddr = "127.0.0.1:1"
		w := s.knock(t, s.handlers()["http"], r)
		u, err := url.Parse(target)
		if carried := w.Code != http.StatusBadRequest; carried && (err != nil || u.Scheme != "https" && u.Scheme != "wss" || u.User != nil || u.Port() != "") {
			t.Errorf("%s: got %d, want it not to be carried", target, w.Code)
		}
	})
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
