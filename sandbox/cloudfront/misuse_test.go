package cloudfront_test

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
)

const pathOfA = "us-east-1:aaaaaaaa-0000-0000-0000-000000000000"

// M08 with M09 and M85: what the bucket policy gives the distribution, and what it does not.
func TestM08M09_readsOnlyWhatTheBucketPolicyGives(t *testing.T) {
	for _, environment := range []string{"dev", "prod"} {
		r := newRigOf(t, environment, 0)
		// With the bucket's root as the origin, so that any key can be asked for: the policy alone decides.
		err := r.change("AWS::CloudFront::Distribution", "", func(properties map[string]any) {
			origin := properties["DistributionConfig"].(map[string]any)["Origins"].([]any)[0].(map[string]any)
			delete(origin, "OriginPath")
		})
		fails(t, "update", err)
		for key, status := range map[string]int{
			"public/products/x.png":             200, // M08
			"public/photos/f01de2/160.webp":     200,
			"uploads/sub-A/x":                   403,
			"originals/sub-A/x":                 403,
			"answers/x":                         403,
			"private/" + pathOfA + "/x.png":     403, // M09
			"protected/" + pathOfA + "/x.png":   403,
			"drafts/x.png":                      403,
			"public/x.png":                      403, // M85
			"publicx/products/x.png":            403,
			"public/productsx.png":              403,
			"products/x.png":                    403,
			"public/products/there-is-none.png": 403, // not 404: it can't list
		} {
			if !strings.Contains(key, "there-is-none") {
				r.put(key, "content of "+key)
			}
			got := r.get("/" + key)
			want(t, environment+" "+key, got.status, status)
			if status == 200 {
				want(t, environment+" "+key, got.body, "content of "+key)
				continue
			}
			if strings.Contains(got.body, "content of") || !strings.Contains(got.body, "<Code>AccessDenied</Code>") {
				t.Errorf("%s %s: got %s", environment, key, got.body)
			}
			want(t, "decision on "+key, r.lastEntry().Decision, iam.Deny)
		}
	}
}

// M09's neighbours: another distribution, another account's, another service.
func TestM09_readsAsTheDistributionOfItsAccount(t *testing.T) {
	r := newRig(t)
	r.put("public/products/x.png", "picture")
	own := iam.Service{Name: "cloudfront.amazonaws.com", SourceARN: r.cdn.Distributions()[0].ARN}
	another, foreign, other := own, own, own
	another.SourceARN = "arn:aws:cloudfront::" + account + ":distribution/E2OTHER"
	foreign.SourceARN = "arn:aws:cloudfront::444455556666:distribution/E1"
	other.Name = "logging.s3.amazonaws.com"
	for name, test := range map[string]struct {
		principal iam.Principal
		status    int
	}{
		"its own":                      {own, 200},
		"another of the account":       {another, 200}, // a decision of the design: those areas are public
		"another account's":            {foreign, 403},
		"another service":              {other, 403},
		"nobody":                       {iam.Anonymous{}, 403},
		"without a source":             {iam.Service{Name: own.Name}, 403},
		"of an account with no source": {iam.Service{Name: own.Name, SourceAccount: account}, 403},
	} {
		request := httptest.NewRequest("GET", "https://"+r.bucket+".s3.us-east-1.amazonaws.com/public/products/x.png", nil)
		request.TLS = &tls.ConnectionState{Version: tls.VersionTLS13}
		recorder := httptest.NewRecorder()
		r.files.As(aws.Caller{Principal: test.principal}).ServeHTTP(recorder, request)
		want(t, name, recorder.Code, test.status)
	}
}

func TestM08_failsWithoutTheBucketPolicyOrTheAccessControl(t *testing.T) {
	r := newRig(t)
	r.put("public/products/x.png", "picture")
	want(t, "control", r.get("/products/x.png?1").status, 200)

	// A statement is removed: photos stay readable, products don't.
	r.put("public/photos/a/x.png", "photo")
	policy := r.one("AWS::S3::BucketPolicy", "Files")
	err := r.change("AWS::S3::BucketPolicy", "Files", func(properties map[string]any) {
		document := properties["PolicyDocument"].(map[string]any)
		var kept []any
		for _, statement := range document["Statement"].([]any) {
			if statement.(map[string]any)["Sid"] != "GetPublicProducts" {
				kept = append(kept, statement)
			}
		}
		document["Statement"] = kept
	})
	fails(t, "update of the policy", err)
	r.clock.Pass(25 * time.Hour)
	want(t, "a product without its statement", r.get("/products/x.png").status, 403)
	want(t, "a photo", r.get("/photos/a/x.png").status, 200)

	// The policy is deleted.
	fails(t, "deletion of the policy", r.files.ResourceTypes()["AWS::S3::BucketPolicy"].Delete(ctx, policy))
	want(t, "a photo that is cached", r.get("/photos/a/x.png").status, 200)
	r.clock.Pass(25 * time.Hour)
	want(t, "a photo that is no longer fresh", r.get("/photos/a/x.png").status, 403)
	_, err = r.files.ResourceTypes()["AWS::S3::BucketPolicy"].Create(ctx, policy)
	fails(t, "the policy again", err)
	r.clock.Pass(11 * time.Second)
	want(t, "a photo again", r.get("/photos/a/x.png").status, 200)

	// The distribution does not sign.
	r.put("public/products/y.png", "picture")
	fails(t, "update of the distribution", r.change("AWS::CloudFront::Distribution", "", func(properties map[string]any) {
		delete(properties["DistributionConfig"].(map[string]any)["Origins"].([]any)[0].(map[string]any), "OriginAccessControlId")
	}))
	want(t, "without an access control", r.get("/products/y.png").status, 403)
	fails(t, "update of the distribution", r.change("AWS::CloudFront::Distribution", "", func(map[string]any) {}))
	fails(t, "update of the control", r.change("AWS::CloudFront::OriginAccessControl", "", func(properties map[string]any) {
		properties["OriginAccessControlConfig"].(map[string]any)["SigningBehavior"] = "never"
	}))
	r.clock.Pass(11 * time.Second)
	want(t, "with one that never signs", r.get("/products/y.png").status, 403)
	fails(t, "update of the control", r.change("AWS::CloudFront::OriginAccessControl", "", func(map[string]any) {}))
	r.clock.Pass(11 * time.Second)
	want(t, "with one that signs", r.get("/products/y.png").status, 200)
}

// A4: CloudFront is not documented to send the account of a distribution. A policy that asks for it serves nobody.
func TestBucketPolicy_thatAsksForTheAccountServesNobody(t *testing.T) {
	for name, test := range map[string]struct {
		key    string
		status int
	}{
		"the account":            {"aws:SourceAccount", 403},
		"control: the same, TLS": {"aws:SecureTransport", 200},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			r.put("public/products/x.png", "picture")
			value := map[string]any{"aws:SourceAccount": account, "aws:SecureTransport": "true"}[test.key]
			fails(t, "update of the policy", r.change("AWS::S3::BucketPolicy", "Files", func(properties map[string]any) {
				for _, statement := range properties["PolicyDocument"].(map[string]any)["Statement"].([]any) {
					s := statement.(map[string]any)
					if principal, _ := s["Principal"].(map[string]any); principal["Service"] == "cloudfront.amazonaws.com" {
						s["Condition"].(map[string]any)["StringEquals"] = map[string]any{test.key: value}
					}
				}
			}))
			want(t, "a product", r.get("/products/x.png").status, test.status)
		})
	}
}

// M11: CloudFront can't be made to list or to write, and does not pass on what would make S3 do something else.
func TestM11_asksForObjectsOnly(t *testing.T) {
	r := newRig(t)
	r.put("public/products/x.png", "picture")
	for _, path := range []string{"/", "", "/?list-type=2", "/?list-type=2&prefix=public/", "/products/", "/?versions", "/?policy", "/?uploads"} {
		got := r.get(path)
		want(t, path, got.status, 403)
		if strings.Contains(got.body, "ListBucketResult") || strings.Contains(got.body, "products/x.png") {
			t.Errorf("%s: got %s", path, got.body)
		}
	}
	for _, query := range []string{"?acl", "?tagging", "?versionId=null", "?response-content-type=text/html", "?X-Amz-Signature=x", "?torrent"} {
		got := r.get("/products/x.png" + query)
		want(t, query, []any{got.status, got.body, got.header.Get("Content-Type")}, []any{200, "picture", "image/png"})
	}
}

// M12: a path names the key that it says, and nothing is normalized.
func TestM12_neverLeavesThePublicFolder(t *testing.T) {
	r := newRig(t)
	secret := "private/" + pathOfA + "/x.png"
	r.put(secret, "secret")
	r.put("drafts/x.png", "secret")
	r.put("public/products/x.png", "picture")
	for _, path := range []string{
		"/../" + secret, "/%2e%2e/" + secret, "/%2E%2E%2F" + secret, "/..%2f" + secret, "/..%5c" + secret, "/.%2e/" + secret,
		"//" + secret, "///" + secret, "/" + secret, "/./../" + secret, "/products/../../" + secret, "/products/%2e%2e/%2e%2e/" + secret,
		"/photos/../../drafts/x.png", "/products/..;/..;/drafts/x.png", "/%252e%252e/" + secret, "/products/..%2f..%2fdrafts/x.png",
		"/products/x.png/../../../drafts/x.png", "/\\..\\drafts\\x.png", "/products/%00/../../../drafts/x.png", "/products/x.png%00",
		"/products/%c0%ae%c0%ae/%c0%ae%c0%ae/drafts/x.png", "/%", "/%zz",
	} {
		status, body := r.raw(path)
		if status == 200 || strings.Contains(body, "secret") {
			t.Errorf("%q: got %d %s", path, status, body)
		}
	}
	for _, path := range []string{"/products/x.png", "/%70roducts/x%2Epng", "/products%2fx.png"} {
		status, body := r.raw(path)
		want(t, "control "+path, fmt.Sprint(status, strings.Contains(body, "picture")), "200 true")
	}
	// The dots are part of the key, and so are the slashes.
	r.put("public/products/../x.png", "dots")
	r.put("public//products/x.png", "slashes")
	want(t, "a key with dots", r.get("/products/../x.png").body, "dots")
	status, _ := r.raw("//products/x.png")
	want(t, "a key with two slashes", status, 403)
}

// raw sends a request line as no client would.
func (r *rig) raw(path string) (status int, body string) {
	r.t.Helper()
	conn, err := tls.Dial("tcp", r.tls.Listener.Addr().String(), &tls.Config{InsecureSkipVerify: true}) //nolint:gosec // a server of our own on the loopback
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", path, r.host); err != nil {
		r.t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var b strings.Builder
	if _, err := bufio.NewReader(response.Body).WriteTo(&b); err != nil {
		r.t.Fatal(err)
	}
	return response.StatusCode, b.String()
}

// M13: no method but GET and HEAD.
func TestM13_refusesToWrite(t *testing.T) {
	r := newRig(t)
	r.put("public/products/x.png", "picture")
	for _, server := range []*httptest.Server{r.tls, r.plain} {
		for _, method := range []string{"PUT", "POST", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"} {
			asked := r.origins(func() {
				got := r.ask(server, method, "/products/x.png")
				want(t, method, got.status, 403)
				want(t, method, got.cache(), "Error")
			})
			want(t, method+": questions to S3", asked, 0)
		}
	}
	request, err := http.NewRequest("GET", "https://"+r.host+"/products/x.png", strings.NewReader("body"))
	if err != nil {
		t.Fatal(err)
	}
	want(t, "GET with a body", r.send(r.tls, request).status, 403)
	want(t, "control", r.get("/products/x.png").body, "picture")
	want(t, "control HEAD", r.ask(r.tls, "HEAD", "/products/x.png").status, 200)
}

// M14: plain HTTP is redirected, and nothing else comes of it.
func TestM14_redirectsToHTTPS(t *testing.T) {
	r := newRig(t)
	r.put("public/products/x.png", "picture")
	for _, method := range []string{"GET", "HEAD"} {
		got := r.ask(r.plain, method, "/products/x%20y.png?a=b&c")
		want(t, method, got.status, 301)
		want(t, method, got.header.Get("Location"), "https://"+r.host+"/products/x%20y.png?a=b&c")
		want(t, method, got.cache(), "Redirect")
		want(t, method+" server", got.header.Get("Server"), "CloudFront")
	}
	want(t, "control", r.get("/products/x.png").status, 200)
	for policy, status := range map[string]int{"https-only": 403, "allow-all": 403, "redirect-to-https": 301} {
		fails(t, policy, r.change("AWS::CloudFront::Distribution", "", func(properties map[string]any) {
			properties["DistributionConfig"].(map[string]any)["DefaultCacheBehavior"].(map[string]any)["ViewerProtocolPolicy"] = policy
		}))
		// With allow-all CloudFront asks S3 by plain HTTP as well, which the bucket policy denies.
		r.put("public/products/"+policy+".png", "picture")
		want(t, policy, r.ask(r.plain, "GET", "/products/"+policy+".png").status, status)
		r.clock.Pass(11 * time.Second)
		want(t, policy+" by HTTPS", r.get("/products/"+policy+".png").status, 200)
	}
}

// M15 and M77: what people upload runs no script, is what it says it is, and is not framed.
func TestM15_answersWithTheSecurityHeaders(t *testing.T) {
	r := newRig(t)
	r.put("public/photos/a/x.html", "<script>alert(1)</script>", "Content-Type", "text/html")
	r.put("public/photos/a/x.svg", "<svg><script>alert(1)</script></svg>", "Content-Type", "image/svg+xml")
	for _, path := range []string{"/photos/a/x.html", "/photos/a/x.html", "/photos/a/x.svg", "/photos/a/none"} {
		got := r.get(path)
		for name, value := range map[string]string{
			"Content-Security-Policy":      "default-src 'none'; sandbox",
			"X-Content-Type-Options":       "nosniff",
			"X-Frame-Options":              "DENY",
			"Referrer-Policy":              "no-referrer",
			"Strict-Transport-Security":    "max-age=31536000; includeSubDomains",
			"Cross-Origin-Resource-Policy": "cross-origin", // M76
		} {
			want(t, path+" ("+got.cache()+") "+name, got.header.Get(name), value)
		}
	}
	// The control: without the policy there are none, so it is the policy that does it.
	fails(t, "update", r.change("AWS::CloudFront::Distribution", "", func(properties map[string]any) {
		delete(properties["DistributionConfig"].(map[string]any)["DefaultCacheBehavior"].(map[string]any), "ResponseHeadersPolicyId")
	}))
	got := r.get("/photos/a/x.html")
	want(t, "without the policy", []string{got.header.Get("Content-Security-Policy"), got.header.Get("X-Content-Type-Options")}, []string{"", ""})
}
