package s3_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	client "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

func TestSignature_refusesWhoIsNotWhoTheySay(t *testing.T) {
	r := newRig(t)
	key := "public/products/x.png"
	r.put(key, "picture")
	good := r.keys[userA]
	expired := good
	expired.Expiration = r.clock.Now().Add(-time.Minute)
	r.keys["AKIDEXPIRED"] = expired
	for name, test := range map[string]struct{ id, secret, token, code string }{
		"the right ones":      {userA, good.Secret, good.SessionToken, "none"},
		"a wrong secret":      {userA, good.Secret + "x", good.SessionToken, "SignatureDoesNotMatch"},
		"another's secret":    {userA, r.keys[userB].Secret, good.SessionToken, "SignatureDoesNotMatch"},
		"an unknown key":      {"AKIDNOBODY", good.Secret, good.SessionToken, "InvalidAccessKeyId"},
		"another's token":     {userA, good.Secret, r.keys[userB].SessionToken, "InvalidToken"},
		"no token":            {userA, good.Secret, "", "InvalidToken"},
		"an expired token":    {"AKIDEXPIRED", good.Secret, good.SessionToken, "ExpiredToken"},
		"another's key alone": {userB, good.Secret, good.SessionToken, "InvalidToken"},
	} {
		s3 := r.as(anyone, func(o *client.Options) {
			o.Credentials = credentials.NewStaticCredentialsProvider(test.id, test.secret, test.token)
		})
		_, err := s3.GetObject(ctx, &client.GetObjectInput{Bucket: &r.files, Key: &key})
		got := codeOf(err)
		if test.code == "InvalidToken" && got == "InvalidAccessKeyId" {
			got = test.code // S3 says either
		}
		want(t, name, got, test.code)
	}
}

// tamper changes requests after they were signed.
func tamper(change func(*smithyhttp.Request)) func(*client.Options) {
	return func(o *client.Options) {
		o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
			return stack.Finalize.Add(middleware.FinalizeMiddlewareFunc("Tamper", func(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (middleware.FinalizeOutput, middleware.Metadata, error) {
				change(in.Request.(*smithyhttp.Request))
				return next.HandleFinalize(ctx, in)
			}), middleware.After)
		})
	}
}

func TestSignature_refusesWhatWasChangedOnTheWay(t *testing.T) {
	r := newRig(t)
	own, other := "private/"+identity(userA)+"/x", "private/"+identity(userA)+"/y"
	r.put(own, "before")
	r.put(other, "before")
	for name, test := range map[string]struct {
		change func(*smithyhttp.Request)
		codes  string
	}{
		"nothing":         {func(*smithyhttp.Request) {}, "none"},
		"another path":    {func(q *smithyhttp.Request) { q.URL.Path, q.URL.RawPath = "/"+other, "" }, "SignatureDoesNotMatch"},
		"another method":  {func(q *smithyhttp.Request) { q.Method = "POST"; q.URL.RawQuery = "uploads" }, "SignatureDoesNotMatch"},
		"a query":         {func(q *smithyhttp.Request) { q.URL.RawQuery += "&versionId=null" }, "SignatureDoesNotMatch"},
		"a signed header": {func(q *smithyhttp.Request) { q.Header.Set("X-Amz-Meta-By", "eve") }, "SignatureDoesNotMatch"},
		"the date": {func(q *smithyhttp.Request) {
			q.Header.Set("X-Amz-Date", r.clock.Now().Add(time.Minute).Format("20060102T150405Z"))
		}, "SignatureDoesNotMatch"},
		"the body": {func(q *smithyhttp.Request) { replaceBody(t, q, "after", "afteR") }, "BadDigest"},
		"the body's hash": {func(q *smithyhttp.Request) {
			q.Header.Set("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD")
		}, "SignatureDoesNotMatch"},
		"an amz header that nobody signed": {func(q *smithyhttp.Request) { q.Header.Set("X-Amz-Acl", "bucket-owner-full-control") }, "AccessDenied SignatureDoesNotMatch"},
	} {
		_, err := r.as(userA, tamper(test.change)).PutObject(ctx, &client.PutObjectInput{
			Bucket: &r.files, Key: &own, Body: strings.NewReader("after"), Metadata: map[string]string{"by": "ann"},
		})
		if !strings.Contains(test.codes, codeOf(err)) {
			t.Errorf("%s: got %s, want %s", name, codeOf(err), test.codes)
		}
		wanted := "before"
		if name == "nothing" {
			wanted = "after"
		}
		want(t, name+": content", r.content(own), wanted)
		want(t, name+": the other's content", r.content(other), "before")
		r.put(own, "before")
	}
}

// replaceBody replaces a text in the body by another of its length.
func replaceBody(t *testing.T, q *smithyhttp.Request, from, to string) {
	t.Helper()
	body, err := io.ReadAll(q.GetStream())
	if err != nil {
		t.Fatal(err)
	}
	changed, err := q.SetStream(strings.NewReader(strings.Replace(string(body), from, to, 1)))
	if err != nil {
		t.Fatal(err)
	}
	*q = *changed
}

// The SDK signs the hash of the body by plain HTTP, which is denied unless the policy is gone.
func TestSignature_refusesABodyOfAnotherHash(t *testing.T) {
	r := newRig(t)
	if err := r.s.ResourceTypes()[policyType].Delete(ctx, r.one(policyType, "Files")); err != nil {
		t.Fatal(err)
	}
	own := "private/" + identity(userA) + "/x"
	for name, test := range map[string]struct{ to, code, content string }{
		"another": {"afteR", "XAmzContentSHA256Mismatch", "error NoSuchKey"},
		"its own": {"after", "none", "after"},
	} {
		_, err := r.as(userA, tamper(func(q *smithyhttp.Request) { replaceBody(t, q, "after", test.to) }), func(o *client.Options) {
			o.RequestChecksumCalculation = sdk.RequestChecksumCalculationWhenRequired
			o.HTTPClient, o.EndpointOptions.DisableHTTPS = dial(r.plain), true
		}).PutObject(ctx, &client.PutObjectInput{Bucket: &r.files, Key: &own, Body: strings.NewReader("after")})
		want(t, name, codeOf(err), test.code)
		want(t, name, r.content(own), test.content)
		r.delete(own, "")
	}
}

func TestSignature_isGoodForAQuarterOfAnHour(t *testing.T) {
	r := newRig(t)
	key := "public/products/x.png"
	r.put(key, "picture")
	for shift, code := range map[time.Duration]string{
		0: "none", 14 * time.Minute: "none", -14 * time.Minute: "none", 16 * time.Minute: "RequestTimeTooSkewed", -16 * time.Minute: "RequestTimeTooSkewed",
	} {
		r.clock.Pass(shift)
		want(t, shift.String(), verbs[0].do(r, guest, key), code)
		r.clock.Pass(-shift)
	}
	r.clock.Pass(1001 * time.Hour)
	want(t, "credentials that expired", verbs[0].do(r, guest, key) == "none", false)
}

// presign signs a request by its URL.
func (r *rig) presign(who, method, key string, expires time.Duration) *http.Request {
	r.t.Helper()
	signer := client.NewPresignClient(r.as(who, func(o *client.Options) {
		o.RequestChecksumCalculation = sdk.RequestChecksumCalculationWhenRequired
	}), client.WithPresignExpires(expires))
	var url string
	var err error
	switch method {
	case "GET":
		signed, presignErr := signer.PresignGetObject(ctx, &client.GetObjectInput{Bucket: &r.files, Key: &key})
		if err = presignErr; err == nil {
			url = signed.URL
		}
	case "PUT":
		signed, presignErr := signer.PresignPutObject(ctx, &client.PutObjectInput{Bucket: &r.files, Key: &key})
		if err = presignErr; err == nil {
			url = signed.URL
		}
	}
	if err != nil {
		r.t.Fatal(err)
	}
	request, err := http.NewRequest(method, url, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	return request
}

// withBody is the request with a body.
func withBody(request *http.Request, body string) *http.Request {
	changed := request.Clone(ctx)
	changed.Body, changed.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
	return changed
}

// M52: a presigned URL is good for one key and one method, and for as long as it says.
func TestPresigned_isGoodForWhatItSaysAndNoLonger(t *testing.T) {
	r := newRig(t)
	own, other := "private/"+identity(userA)+"/x y+z.png", "private/"+identity(userA)+"/other.png"
	r.put(own, "mine")
	r.put(other, "other")
	request := r.presign(userA, "GET", own, 5*time.Minute)
	code := func(request *http.Request) string {
		got := r.send(request)
		if got.status == 200 {
			return got.body
		}
		return errorCode(got.body)
	}
	edit := func(change func(*http.Request, url.Values)) *http.Request {
		changed := request.Clone(ctx)
		query := changed.URL.Query()
		change(changed, query)
		changed.URL.RawQuery = query.Encode()
		return changed
	}
	want(t, "at once", code(request), "mine")
	want(t, "again", code(request), "mine")
	want(t, "PUT instead", code(withBody(edit(func(q *http.Request, _ url.Values) { q.Method = "PUT" }), "evil")), "SignatureDoesNotMatch")
	want(t, "DELETE instead", code(edit(func(q *http.Request, _ url.Values) { q.Method = "DELETE" })), "SignatureDoesNotMatch")
	want(t, "another key", code(edit(func(q *http.Request, _ url.Values) { q.URL.Path, q.URL.RawPath = "/"+other, "" })), "SignatureDoesNotMatch")
	want(t, "a longer time", code(edit(func(_ *http.Request, v url.Values) { v.Set("X-Amz-Expires", "3600") })), "SignatureDoesNotMatch")
	want(t, "too long a time", code(edit(func(_ *http.Request, v url.Values) { v.Set("X-Amz-Expires", "604801") })), "AuthorizationQueryParametersError")
	want(t, "another type", code(edit(func(_ *http.Request, v url.Values) { v.Set("response-content-type", "text/html") })), "SignatureDoesNotMatch")
	want(t, "without its token", code(edit(func(_ *http.Request, v url.Values) { v.Del("X-Amz-Security-Token") })) == "mine", false)
	want(t, "without its signature", code(edit(func(_ *http.Request, v url.Values) { v.Del("X-Amz-Signature") })), "AuthorizationQueryParametersError")
	want(t, "without anything", code(edit(func(_ *http.Request, v url.Values) { clear(v) })), "AccessDenied")
	r.clock.Pass(5*time.Minute - 2*time.Second)
	want(t, "before the end", code(request), "mine")
	r.clock.Pass(4 * time.Second)
	want(t, "after the end", code(request), "AccessDenied")
	if got := r.send(request); !strings.Contains(got.body, "Request has expired") {
		t.Errorf("got %s", got.body)
	}
	want(t, "of what is not one's own", code(r.presign(userB, "GET", own, time.Minute)), "AccessDenied")
}

func TestPresigned_putsUntilItExpires(t *testing.T) {
	r := newRig(t)
	own := "private/" + identity(userA) + "/x.png"
	request := r.presign(userA, "PUT", own, time.Minute)
	want(t, "at once", r.send(withBody(request, "first")).status, 200)
	want(t, "content", r.content(own), "first")
	r.clock.Pass(61 * time.Second)
	got := r.send(withBody(request, "second"))
	want(t, "after the end", []any{got.status, errorCode(got.body)}, []any{403, "AccessDenied"})
	want(t, "content", r.content(own), "first")
	got = r.send(withBody(r.presign(userA, "PUT", "private/"+identity(userB)+"/x.png", time.Minute), "evil"))
	want(t, "of what is not one's own", got.status, 403)
	want(t, "of what is not one's own: content", r.content("private/"+identity(userB)+"/x.png"), "error NoSuchKey")
	// The credentials end before the URL does.
	c := r.keys[userA]
	c.Expiration = r.clock.Now().Add(time.Minute)
	r.keys[userA] = c
	request = r.presign(userA, "GET", own, time.Hour)
	want(t, "while the credentials last", r.send(request).body, "first")
	r.clock.Pass(2 * time.Minute)
	want(t, "after they ended", errorCode(r.send(request).body), "ExpiredToken")
}

// M06 and M07: plain HTTP and old TLS are denied, whoever asks.
func TestTransport_isTLSOfThisDecade(t *testing.T) {
	r := newRig(t)
	key := "public/products/x.png"
	r.put(key, "picture")
	overHTTP := func(who string) string {
		s3 := r.as(who, func(o *client.Options) {
			o.HTTPClient = dial(r.plain)
			o.EndpointOptions.DisableHTTPS = true
		})
		_, err := s3.GetObject(ctx, &client.GetObjectInput{Bucket: &r.files, Key: &key})
		return codeOf(err)
	}
	for _, who := range []string{anyone, guest, userA, admin, operator} {
		want(t, who+" by plain HTTP", overHTTP(who), "AccessDenied")
	}
	for version, code := range map[uint16]string{
		tls.VersionTLS10: "AccessDenied", tls.VersionTLS11: "AccessDenied", tls.VersionTLS12: "none", tls.VersionTLS13: "none",
	} {
		for _, method := range []string{"GET", "PUT", "DELETE"} {
			request := httptest.NewRequest(method, "https://"+r.files+".s3.us-east-1.amazonaws.com/"+key, strings.NewReader("x"))
			request.TLS = &tls.ConnectionState{Version: version}
			recorder := httptest.NewRecorder()
			r.s.As(r.caller(operator)).ServeHTTP(recorder, request)
			want(t, fmt.Sprintf("%s by %s", method, tls.VersionName(version)), errorCode(recorder.Body.String()), code)
		}
		r.put(key, "picture")
	}
	// The control: it is the policy that denies.
	if err := r.s.ResourceTypes()[policyType].Delete(ctx, r.one(policyType, "Files")); err != nil {
		t.Fatal(err)
	}
	want(t, "without a policy", overHTTP(userA), "none")
	want(t, "without a policy, as nobody", overHTTP(anyone), "AccessDenied")
}
