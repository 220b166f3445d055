package aws_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
)

var now = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

const (
	longKey = "AKIDLONG"
	tempKey = "ASIATEMP"
	oldKey  = "ASIAOLD"
)

type keys map[string]aws.Credentials

func (k keys) Credentials(id string) (aws.Credentials, bool) {
	credentials, ok := k[id]
	return credentials, ok
}

var known = keys{
	longKey: {Secret: "long", Account: "111122223333", Principal: iam.RoleSession{Role: "arn:aws:iam::111122223333:role/long"}},
	tempKey: {Secret: "temp", SessionToken: "token", Expiration: now.Add(time.Hour), Account: "111122223333"},
	oldKey:  {Secret: "old", SessionToken: "token", Expiration: now, Account: "111122223333"},
}

func verifier(dialect aws.Dialect) aws.Verifier {
	service := "dynamodb"
	if dialect == aws.S3 {
		service = "s3"
	}
	return aws.Verifier{Dialect: dialect, Service: service, Region: "eu-west-1", Keys: known, Now: func() time.Time { return now }, BodyLimit: 1 << 20}
}

// signing is how the SDK's signer is called; the zero value signs as longKey, now, for the verifier above.
type signing struct {
	key, secret, token string
	service, region    string
	at                 time.Time
	expires            string // presigns if it is set
	payload            string
}

// signed is a request over the wire, signed by the SDK.
func signed(t *testing.T, dialect aws.Dialect, method, target, body string, s signing) *http.Request {
	t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	or := func(value *string, fallback string) {
		if *value == "" {
			*value = fallback
		}
	}
	or(&s.key, longKey)
	or(&s.secret, known[s.key].Secret)
	or(&s.token, known[s.key].SessionToken)
	or(&s.service, verifier(dialect).Service)
	or(&s.region, "eu-west-1")
	if s.at.IsZero() {
		s.at = now
	}
	if s.payload == "" && s.expires != "" && dialect == aws.S3 {
		s.payload = "UNSIGNED-PAYLOAD"
	}
	if s.payload == "" {
		sum := sha256.Sum256([]byte(body))
		s.payload = hex.EncodeToString(sum[:])
	}
	signer := v4.NewSigner(func(o *v4.SignerOptions) {
		o.DisableURIPathEscaping = dialect == aws.S3
		o.DisableHeaderHoisting = true
	})
	credentials := sdk.Credentials{AccessKeyID: s.key, SecretAccessKey: s.secret, SessionToken: strings.TrimPrefix(s.token, "none")}
	var err error
	if s.expires != "" {
		r.URL.RawQuery += "&X-Amz-Expires=" + s.expires
		var to string
		var also http.Header
		to, also, err = signer.PresignHTTP(context.Background(), credentials, r, s.payload, s.service, s.region, s.at)
		header := r.Header
		r = httptest.NewRequest(method, to, strings.NewReader(body))
		for name := range header {
			r.Header.Set(name, header.Get(name))
		}
		for name := range also {
			r.Header.Set(name, also.Get(name))
		}
	} else {
		if dialect == aws.S3 {
			r.Header.Set("X-Amz-Content-Sha256", s.payload)
		}
		err = signer.SignHTTP(context.Background(), credentials, r, s.payload, s.service, s.region, s.at)
	}
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// verify verifies and reads the body, as a service does.
func verify(r *http.Request, dialect aws.Dialect) (aws.Caller, error) {
	caller, err := verifier(dialect).Verify(r)
	if err != nil {
		return caller, err
	}
	_, err = io.Copy(io.Discard, r.Body)
	return caller, err
}

func codeOf(err error) string {
	var refusal *aws.Error
	if !errors.As(err, &refusal) {
		return "none"
	}
	return refusal.Code
}

func TestVerify_acceptsTheSDKsSigner(t *testing.T) {
	for _, target := range []string{
		"https://h/", "https://h", "https://h/a%20b/c/d/%C3%A4%2B?x=a+b&x=a%2Fb&y&z=%7E~", "https://h/private/us-east-1%3A1b/x.png?list-type=2&prefix=",
	} {
		for _, dialect := range []aws.Dialect{aws.JSON, aws.Query, aws.S3} {
			for _, s := range []signing{{}, {key: tempKey}} {
				for _, s.expires = range []string{"", "900"} {
					caller, err := verify(signed(t, dialect, "POST", target, "the body", s), dialect)
					if err != nil {
						t.Errorf("%s: %+v, dialect %d: %v", target, s, dialect, err)
						continue
					}
					if caller.Presigned != (s.expires != "") || caller.Account != "111122223333" || !caller.SignedAt.Equal(now) {
						t.Errorf("got caller %+v", caller)
					}
				}
			}
		}
	}
}

// Every row is a request that differs in one thing from those that TestVerify_acceptsTheSDKsSigner has.
func TestVerify_refusesInTheServicesOwnWords(t *testing.T) {
	header := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	replace := func(old, new string) func(*http.Request) {
		return func(r *http.Request) {
			r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), old, new, 1))
		}
	}
	tests := []struct {
		name     string
		signing  signing
		change   func(*http.Request)
		s3, json string // codes
		message  string // part of S3's
	}{
		{"wrong secret", signing{secret: "wrong"}, nil, "SignatureDoesNotMatch", "InvalidSignatureException", "Check your key and signing method."},
		{"unknown key", signing{key: "AKIDNOBODY", secret: "x"}, nil, "InvalidAccessKeyId", "UnrecognizedClientException", "The AWS Access Key Id you provided does not exist in our records. (the sandbox has a key of its own: `lightbox sandbox env` prints it)"},
		{"wrong region", signing{region: "us-east-1"}, nil, "AuthorizationHeaderMalformed", "InvalidSignatureException", "the region 'us-east-1' is wrong; expecting 'eu-west-1'"},
		{"wrong service", signing{service: "sts"}, nil, "AuthorizationHeaderMalformed", "InvalidSignatureException", `incorrect service "sts". This endpoint belongs to "s3".`},
		{"another day in the scope", signing{}, replace("/20261121/", "/20261120/"), "AuthorizationHeaderMalformed", "InvalidSignatureException", `Invalid credential date "20261120"`},
		{"no day in the scope", signing{}, replace("/20261121/", "/today/"), "AuthorizationHeaderMalformed", "InvalidSignatureException", `incorrect date format "today"`},
		{"another end of the scope", signing{}, replace("/aws4_request", "/aws5_request"), "AuthorizationHeaderMalformed", "InvalidSignatureException", `incorrect terminal`},
		{"a short scope", signing{}, replace("Credential=AKIDLONG/", "Credential="), "AuthorizationHeaderMalformed", "IncompleteSignatureException", "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request"},
		{"16 minutes late", signing{at: now.Add(-16 * time.Minute)}, nil, "RequestTimeTooSkewed", "InvalidSignatureException", "too large"},
		{"16 minutes early", signing{at: now.Add(16 * time.Minute)}, nil, "RequestTimeTooSkewed", "InvalidSignatureException", "too large"},
		{"expired token", signing{key: oldKey}, nil, "ExpiredToken", "ExpiredTokenException", "The provided token has expired."},
		{"another token", signing{key: tempKey, token: "other"}, nil, "InvalidToken", "UnrecognizedClientException", "malformed or otherwise invalid"},
		{"temporary key without token", signing{key: tempKey, token: "none"}, nil, "InvalidAccessKeyId", "UnrecognizedClientException", ""},
		{"long-term key with token", signing{token: "token"}, nil, "InvalidToken", "UnrecognizedClientException", ""},
		{"tampered path", signing{}, func(r *http.Request) { r.URL.Path = "/other" }, "SignatureDoesNotMatch", "InvalidSignatureException", ""},
		{"tampered query", signing{}, func(r *http.Request) { r.URL.RawQuery = "versionId=1" }, "SignatureDoesNotMatch", "InvalidSignatureException", ""},
		{"tampered method", signing{}, func(r *http.Request) { r.Method = "DELETE" }, "SignatureDoesNotMatch", "InvalidSignatureException", ""},
		{"tampered host", signing{}, func(r *http.Request) { r.Host = "other" }, "SignatureDoesNotMatch", "InvalidSignatureException", ""},
		{"tampered date", signing{}, header("X-Amz-Date", "20261121T120001Z"), "SignatureDoesNotMatch", "InvalidSignatureException", ""},
		{"tampered body", signing{}, func(r *http.Request) { r.Body = io.NopCloser(strings.NewReader("another!")) }, "XAmzContentSHA256Mismatch", "InvalidSignatureException", "does not match what was computed"},
		{"host not signed", signing{}, replace("host;", ""), "AccessDenied", "InvalidSignatureException", "not signed"},
		{"no date", signing{}, func(r *http.Request) { r.Header.Del("X-Amz-Date") }, "AccessDenied", "IncompleteSignatureException", "valid Date or x-amz-date"},
		{"no signature", signing{}, replace("Signature=", "Sign="), "AuthorizationHeaderMalformed", "IncompleteSignatureException", "Signature"},
		{"two signatures", signing{}, func(r *http.Request) { r.Header.Add("Authorization", r.Header.Get("Authorization")) }, "InvalidArgument", "IncompleteSignatureException", "Only one auth mechanism"},
		{"two credentials", signing{}, replace("Credential=", "Credential=a, Credential="), "AuthorizationHeaderMalformed", "IncompleteSignatureException", ""},
		{"version 2", signing{}, header("Authorization", "AWS AKIDLONG:c2lnbmF0dXJl"), "InvalidRequest", "IncompleteSignatureException", "Please use AWS4-HMAC-SHA256."},
		{"version 4a", signing{}, replace("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"), "InvalidRequest", "IncompleteSignatureException", ""},
		{"basic", signing{}, header("Authorization", "Basic YTpi"), "InvalidArgument", "MissingAuthenticationTokenException", "Unsupported Authorization Type"},
		{"presigned, expired", signing{expires: "60", at: now.Add(-60 * time.Second)}, nil, "AccessDenied", "InvalidSignatureException", "Request has expired"},
		{"presigned, from the future", signing{expires: "60", at: now.Add(16 * time.Minute)}, nil, "AccessDenied", "InvalidSignatureException", "Request is not yet valid"},
		{"presigned for more than a week", signing{expires: "604801"}, nil, "AuthorizationQueryParametersError", "IncompleteSignatureException", "604800"},
		{"presigned for less than nothing", signing{expires: "-1"}, nil, "AuthorizationQueryParametersError", "IncompleteSignatureException", "non-negative"},
		{"presigned for some time", signing{expires: "soon"}, nil, "AuthorizationQueryParametersError", "IncompleteSignatureException", "should be a number"},
		{"presigned with another secret", signing{expires: "60", secret: "wrong"}, nil, "SignatureDoesNotMatch", "InvalidSignatureException", ""},
		{"presigned elsewhere", signing{expires: "60", region: "us-east-1"}, nil, "AuthorizationQueryParametersError", "InvalidSignatureException", "the region 'us-east-1' is wrong"},
		{"presigned and signed", signing{expires: "60"}, header("Authorization", "AWS4-HMAC-SHA256 Credential=x"), "InvalidArgument", "IncompleteSignatureException", ""},
		{"presigned for another method", signing{expires: "60"}, func(r *http.Request) { r.Method = "DELETE" }, "SignatureDoesNotMatch", "InvalidSignatureException", ""},
	}
	for _, test := range tests {
		for dialect, want := range map[aws.Dialect]string{aws.S3: test.s3, aws.JSON: test.json} {
			r := signed(t, dialect, "PUT", "https://h/key", "the body", test.signing)
			if test.change != nil {
				test.change(r)
			}
			_, err := verify(r, dialect)
			if got := codeOf(err); got != want {
				t.Errorf("%s: got %v, want %s", test.name, err, want)
			}
			if dialect == aws.S3 && err != nil && !strings.Contains(err.Error(), test.message) {
				t.Errorf("%s: got %q, want %q", test.name, err, test.message)
			}
		}
	}
}

func TestVerify_refusesAPresignedRequestThatLacksAParameter(t *testing.T) {
	for _, name := range []string{"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-SignedHeaders", "X-Amz-Expires", "X-Amz-Signature"} {
		r := signed(t, aws.S3, "GET", "https://h/key", "", signing{expires: "60"})
		query := r.URL.Query()
		query.Del(name)
		r.URL.RawQuery = query.Encode()
		if _, err := verify(r, aws.S3); codeOf(err) != "AuthorizationQueryParametersError" {
			t.Errorf("without %s: got %v", name, err)
		}
	}
}

func TestVerify_acceptsUpTo15MinutesOfSkew(t *testing.T) {
	for _, skew := range []time.Duration{-15 * time.Minute, 15 * time.Minute} {
		if _, err := verify(signed(t, aws.S3, "GET", "https://h/key", "", signing{at: now.Add(skew)}), aws.S3); err != nil {
			t.Errorf("skew %s: %v", skew, err)
		}
	}
}

func TestVerify_inS3WantsEveryAmzHeaderSigned(t *testing.T) {
	for _, s := range []signing{{}, {expires: "60"}} {
		r := signed(t, aws.S3, "PUT", "https://h/key", "", s)
		r.Header.Set("Content-Type", "image/png") // need not be signed
		if _, err := verify(r, aws.S3); err != nil {
			t.Fatal(err)
		}
		r = signed(t, aws.S3, "PUT", "https://h/key", "", s)
		r.Header.Set("X-Amz-Acl", "public-read")
		if _, err := verify(r, aws.S3); err == nil || !strings.Contains(err.Error(), "There were headers present in the request which were not signed") {
			t.Errorf("%+v: got %v", s, err)
		}
	}
}

func TestVerify_inS3WantsAPayload(t *testing.T) {
	r := signed(t, aws.S3, "PUT", "https://h/key", "body", signing{})
	r.Header.Del("X-Amz-Content-Sha256")
	if _, err := verify(r, aws.S3); codeOf(err) != "InvalidRequest" {
		t.Errorf("no payload: got %v", err)
	}
	for payload, want := range map[string]string{
		"UNSIGNED-PAYLOAD": "none", "unsigned-payload": "InvalidArgument", "abc": "InvalidArgument", strings.Repeat("z", 64): "InvalidArgument",
		"STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD": "NotImplemented", "STREAMING-UNSIGNED-PAYLOAD-TRAILER": "MissingContentLength",
	} {
		if _, err := verify(signed(t, aws.S3, "PUT", "https://h/key", "body", signing{payload: payload}), aws.S3); codeOf(err) != want {
			t.Errorf("payload %s: got %v, want %s", payload, err, want)
		}
	}
}

func TestVerify_takesTheAnonymousInS3Alone(t *testing.T) {
	caller, err := verify(httptest.NewRequest("GET", "https://h/key", nil), aws.S3)
	if err != nil || !caller.Anonymous() {
		t.Errorf("got %v, %v", caller, err)
	}
	for dialect, want := range map[aws.Dialect]string{aws.JSON: "MissingAuthenticationTokenException", aws.Query: "MissingAuthenticationToken"} {
		if _, err := verify(httptest.NewRequest("GET", "https://h/key", nil), dialect); codeOf(err) != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if _, err := verify(httptest.NewRequest("GET", "https://h/key?AWSAccessKeyId=a&Signature=b&Expires=1", nil), aws.S3); codeOf(err) != "InvalidRequest" {
		t.Errorf("version 2 in the query: got %v", err)
	}
}

func TestVerify_readsNoMoreThanTheLimit(t *testing.T) {
	for _, length := range []int64{1<<20 + 1, -1} {
		body := &counting{Reader: io.LimitReader(zeros{}, 1<<30)}
		r := signed(t, aws.JSON, "POST", "https://h/", "", signing{})
		r.Body, r.ContentLength = io.NopCloser(body), length
		if _, err := verify(r, aws.JSON); codeOf(err) != "RequestEntityTooLarge" {
			t.Errorf("got %v", err)
		}
		if body.n > 1<<20+1 {
			t.Errorf("read %d bytes", body.n)
		}
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

type counting struct {
	io.Reader
	n int64
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += int64(n)
	return n, err
}

func TestVerify_leavesTheBodyToBeRead(t *testing.T) {
	for _, dialect := range []aws.Dialect{aws.JSON, aws.S3} {
		r := signed(t, dialect, "POST", "https://h/", "the body", signing{})
		if _, err := verifier(dialect).Verify(r); err != nil {
			t.Fatal(err)
		}
		if body, err := io.ReadAll(r.Body); err != nil || !bytes.Equal(body, []byte("the body")) {
			t.Errorf("dialect %d: got %q, %v", dialect, body, err)
		}
	}
}

func TestVerify_entersTheCaller(t *testing.T) {
	r := signed(t, aws.S3, "GET", "https://h/", "", signing{})
	ctx, entry := aws.WithEntry(r.Context())
	if _, err := verify(r.WithContext(ctx), aws.S3); err != nil {
		t.Fatal(err)
	}
	if want := "arn:aws:iam::111122223333:role/long"; entry.Caller != want {
		t.Errorf("got %q, want %q", entry.Caller, want)
	}
}

func TestVerify_asksForTheSecretOfNow(t *testing.T) {
	v, owner := verifier(aws.S3), known[longKey]
	for i, test := range []struct{ secret, signedWith, code string }{
		{"first", "first", "none"}, {"second", "first", "SignatureDoesNotMatch"}, {"second", "second", "none"}, {"first", "second", "SignatureDoesNotMatch"},
	} {
		owner.Secret = test.secret
		v.Keys = keys{longKey: owner}
		_, err := v.Verify(signed(t, aws.S3, "GET", "https://h/", "", signing{secret: test.signedWith}))
		if got := codeOf(err); got != test.code {
			t.Errorf("%d: got %s, want %s", i, got, test.code)
		}
	}
}
