package cloudfront_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestServeHTTP_servesWhatIsInTheOriginsPath(t *testing.T) {
	r := newRig(t)
	for _, key := range []string{"products/x.png", "products/ä b+c&d.png", "products/ä b c&d.png", "photos/us-east-1:1b2c/x.png", "products/100%.png"} {
		r.put("public/"+key, "content of "+key, "Cache-Control", "max-age=60", "X-Amz-Meta-By", "ann")
	}
	for path, key := range map[string]string{
		"/products/x.png":                           "products/x.png",
		"/products/%C3%A4%20b%2Bc&d.png":            "products/ä b+c&d.png",
		"/products/%C3%A4%20b+c&d.png":              "products/ä b c&d.png",
		"/products/%C3%A4+b%20c&d.png":              "products/ä b c&d.png",
		"/photos/us-east-1%3A1b2c/x.png":            "photos/us-east-1:1b2c/x.png",
		"/photos/us-east-1:1b2c/x.png":              "photos/us-east-1:1b2c/x.png",
		"/products/100%25.png":                      "products/100%.png",
		"/products/x.png?" + strings.Repeat("q", 9): "products/x.png",
	} {
		got := r.get(path)
		want(t, path, []any{got.status, got.body}, []any{200, "content of " + key})
		for name, value := range map[string]string{
			"Content-Type": "image/png", "Cache-Control": "max-age=60", "X-Amz-Meta-By": "ann", "Server": "AmazonS3",
			"Accept-Ranges": "bytes", "X-Amz-Server-Side-Encryption": "AES256", "Via": "1.1 lightbox.cloudfront.net (CloudFront)",
			"X-Amz-Request-Id": "", "X-Amz-Id-2": "",
		} {
			want(t, path+" "+name, got.header.Get(name), value)
		}
		if got.header.Get("Etag") == "" || got.header.Get("X-Amz-Version-Id") == "" || got.header.Get("X-Amz-Cf-Id") == "" {
			t.Errorf("%s: got %v", path, got.header)
		}
	}
}

func TestServeHTTP_knowsItsHosts(t *testing.T) {
	r := newRig(t)
	r.put("public/products/x.png", "picture")
	own := r.host
	for host, status := range map[string]int{
		own: 200, strings.ToUpper(own): 200, own + ":8443": 200,
		"d1unknown.cloudfront.net": 403, ".cloudfront.net": 403, "x." + own: 403,
		// By other names there is the API, which has no such operation.
		"cloudfront.net": 404, strings.TrimSuffix(own, ".net"): 404, "localhost": 404, "cloudfront.amazonaws.com": 404,
	} {
		r.host = host
		want(t, host, r.get("/products/x.png").status, status)
	}
	r.host = own
	fails(t, "disable", r.change("AWS::CloudFront::Distribution", "", func(properties map[string]any) {
		properties["DistributionConfig"].(map[string]any)["Enabled"] = false
	}))
	want(t, "disabled", r.get("/products/x.png").status, 403)
}

func TestServeHTTP_refusesAURLThatIsTooLong(t *testing.T) {
	r := newRig(t)
	want(t, "8193 bytes", r.get("/"+strings.Repeat("x", 8192)).status, 414)
	want(t, "8192 bytes", r.get("/"+strings.Repeat("x", 8191)).status, 403) // there is no such object
}

func TestCache_answersForADay(t *testing.T) {
	r := newRig(t)
	r.put("public/products/x.png", "first")
	got := r.get("/products/x.png")
	want(t, "the first", []string{got.cache(), got.body, got.header.Get("Age")}, []string{"Miss", "first", ""})
	date := got.header.Get("Date")
	r.clock.Pass(time.Hour)
	r.put("public/products/x.png", "second")
	want(t, "questions to S3", r.origins(func() {
		got = r.get("/products/x.png?another=query")
	}), 0)
	want(t, "an hour later", []string{got.cache(), got.body, got.header.Get("Age"), got.header.Get("Date")}, []string{"Hit", "first", "3600", date})
	want(t, "decision on a hit", r.lastEntry().Decided, false)
	r.clock.Pass(23*time.Hour - time.Second)
	want(t, "a second before the day is over", r.get("/products/x.png").body, "first")
	r.clock.Pass(time.Second)
	got = r.get("/products/x.png")
	want(t, "a day later", []string{got.cache(), got.body}, []string{"Miss", "second"})
	r.clock.Pass(25 * time.Hour)
	date = got.header.Get("Date")
	got = r.get("/products/x.png")
	want(t, "unchanged for another day", []string{got.cache(), got.body, got.header.Get("Age")}, []string{"RefreshHit", "second", ""})
	want(t, "as old as it was before", got.header.Get("Date") == date, false)
	want(t, "and then", r.get("/products/x.png").cache(), "Hit")
	want(t, "of another path", r.get("/products//x.png").cache(), "Error")
}

func TestCache_keepsAsLongAsTheObjectSays(t *testing.T) {
	r := newRig(t)
	for name, test := range map[string]struct {
		header string
		value  string
		fresh  time.Duration
	}{
		"max-age":                  {"Cache-Control", "public, max-age=60", time.Minute},
		"s-maxage over max-age":    {"Cache-Control", "max-age=60, s-maxage=120", 2 * time.Minute},
		"max-age=0":                {"Cache-Control", "max-age=0", time.Second},
		"no-cache":                 {"Cache-Control", "no-cache", time.Second},
		"no-store":                 {"Cache-Control", "no-store, max-age=60", time.Second},
		"private":                  {"Cache-Control", "private", time.Second},
		"more than a year":         {"Cache-Control", "max-age=99999999", 365 * 24 * time.Hour},
		"expires":                  {"Expires", r.clock.Now().Add(time.Hour).Format(http.TimeFormat), time.Hour},
		"expired":                  {"Expires", r.clock.Now().Add(-time.Hour).Format(http.TimeFormat), time.Second},
		"expires at no time":       {"Expires", "0", time.Second},
		"nothing about that":       {"Cache-Control", "immutable", 24 * time.Hour},
		"a max-age that is no age": {"Cache-Control", "max-age=soon", 24 * time.Hour},
	} {
		start := r.clock.Now()
		key := "products/" + strings.ReplaceAll(name, " ", "")
		r.put("public/"+key, "x", test.header, test.value)
		want(t, name, r.get("/"+key).cache(), "Miss")
		r.clock.Pass(test.fresh - time.Second/2)
		want(t, name+": before its end", r.get("/"+key).cache(), "Hit")
		r.clock.Pass(time.Second)
		want(t, name+": after its end", r.get("/"+key).cache(), "RefreshHit")
		r.clock.Pass(start.Sub(r.clock.Now()))
	}
}

func TestCache_keepsErrorsForTenSeconds(t *testing.T) {
	r := newRig(t)
	got := r.get("/products/x.png")
	want(t, "the first", []any{got.status, got.cache(), got.header.Get("Age"), got.header.Get("Content-Type")}, []any{403, "Error", "", "application/xml"})
	r.put("public/products/x.png", "picture")
	r.clock.Pass(9 * time.Second)
	got = r.get("/products/x.png")
	want(t, "nine seconds later", []any{got.status, got.cache(), got.header.Get("Age")}, []any{403, "Error", "9"})
	want(t, "HEAD", r.ask(r.tls, "HEAD", "/products/x.png").status, 403)
	r.clock.Pass(time.Second)
	want(t, "ten seconds later", r.get("/products/x.png").status, 200)

	// Without a CustomErrorResponse a 403 is not kept at all.
	fails(t, "update", r.change("AWS::CloudFront::Distribution", "", func(properties map[string]any) {
		delete(properties["DistributionConfig"].(map[string]any), "CustomErrorResponses")
	}))
	want(t, "questions to S3", r.origins(func() {
		want(t, "another", r.get("/products/y.png").status, 403)
		want(t, "again", r.get("/products/y.png").status, 403)
	}), 2)
}

func TestCache_answersFromTheCacheWhileTheOriginFails(t *testing.T) {
	r := newRig(t)
	r.put("public/products/x.png", "picture")
	r.get("/products/x.png")
	r.clock.Pass(25 * time.Hour)
	r.mu.Lock()
	r.broken = true
	r.mu.Unlock()
	want(t, "what was there", r.get("/products/x.png").body, "picture")
	got := r.get("/products/y.png")
	want(t, "what was not", []any{got.status, got.cache()}, []any{503, "Error"})
	r.mu.Lock()
	r.broken = false
	r.mu.Unlock()
	r.put("public/products/y.png", "picture")
	want(t, "which is kept", r.get("/products/y.png").status, 503)
	r.clock.Pass(11 * time.Second)
	want(t, "for ten seconds", r.get("/products/y.png").status, 200)
}

func TestCache_staysWithinItsBounds(t *testing.T) {
	r := newRigOf(t, "dev", 200<<10)
	for _, name := range []string{"a", "b", "c"} {
		r.put("public/products/"+name, strings.Repeat(name, 80<<10))
		want(t, name, r.get("/products/"+name).cache(), "Miss")
	}
	want(t, "the latest", r.get("/products/c").cache(), "Hit")
	want(t, "the one before", r.get("/products/b").cache(), "Hit")
	want(t, "the first", r.get("/products/a").cache(), "Miss")
	want(t, "what was used last stays", r.get("/products/b").cache(), "Hit")
	want(t, "what was not goes", r.get("/products/c").cache(), "Miss")

	// What is bigger than the cache goes past it, and leaves alone what is there.
	big := strings.Repeat("big", 100<<10)
	r.put("public/products/big", big)
	for range 2 {
		got := r.get("/products/big")
		want(t, "big", []any{got.status, got.cache(), got.body == big, got.header.Get("X-Frame-Options")}, []any{200, "Miss", true, "DENY"})
	}
	want(t, "what was there", r.get("/products/c").cache(), "Hit")
	got := r.get("/products/big", "Range", "bytes=3-5")
	want(t, "a part of it", []any{got.status, got.body, got.header.Get("Content-Range")}, []any{206, "big", "bytes 3-5/307200"})
	got = r.ask(r.tls, "HEAD", "/products/big")
	want(t, "its header", []any{got.status, got.header.Get("Content-Length")}, []any{200, "307200"})
	got = r.get("/products/big", "If-None-Match", got.header.Get("Etag"))
	want(t, "unchanged", []any{got.status, got.body}, []any{304, ""})
}

func TestCache_isForgottenOnRestart(t *testing.T) {
	r := newRig(t)
	r.put("public/products/x.png", "first")
	r.get("/products/x.png")
	r.put("public/products/x.png", "second")
	r.open(0)
	want(t, "after a restart", r.get("/products/x.png").body, "second")
	want(t, "the distribution", r.cdn.Distributions()[0].DomainName, r.host)
}

var errorCode = regexp.MustCompile("<Code>.*</Code>")

// Whether the cache has the object makes no difference.
func TestServeHTTP_answersRangesAndConditions(t *testing.T) {
	r := newRig(t)
	r.put("public/products/x.png", "0123456789")
	const path = "/products/x.png"
	etag := r.ask(r.tls, "HEAD", path).header.Get("Etag")
	modified := r.clock.Now().Format(http.TimeFormat)
	earlier := r.clock.Now().Add(-time.Hour).Format(http.TimeFormat)
	cases := []struct {
		name    string
		headers []string
		status  int
		body    string
	}{
		{"a range", []string{"Range", "bytes=2-4"}, 206, "234"},
		{"the end", []string{"Range", "bytes=-3"}, 206, "789"},
		{"from the middle", []string{"Range", "bytes=7-"}, 206, "789"},
		{"a range that is not there", []string{"Range", "bytes=10-"}, 416, ""},
		{"several ranges", []string{"Range", "bytes=0-1,4-5"}, 200, "0123456789"},
		{"a range that ends before it begins", []string{"Range", "bytes=9-2"}, 200, "0123456789"},
		{"a range that is none", []string{"Range", "abc"}, 200, "0123456789"},
		{"a range without numbers", []string{"Range", "bytes=a-b"}, 200, "0123456789"},
		{"a range of signs", []string{"Range", "bytes=+1-+2"}, 200, "0123456789"},
		{"nothing of bytes", []string{"Range", "bytes="}, 200, "0123456789"},
		{"a dash of bytes", []string{"Range", "bytes=-"}, 200, "0123456789"},
		{"another unit", []string{"Range", "items=0-4"}, 200, "0123456789"},
		{"no unit", []string{"Range", "items="}, 200, "0123456789"},
		{"a unit in capitals", []string{"Range", "Bytes=0-4"}, 200, "0123456789"},
		{"nothing of the end", []string{"Range", "bytes=-0"}, 416, ""},
		{"more than there is", []string{"Range", "bytes=-99"}, 206, "0123456789"},
		{"all of it", []string{"Range", "bytes=0-9"}, 206, "0123456789"},
		{"beyond the end", []string{"Range", "bytes=8-99"}, 206, "89"},
		{"blanks", []string{"Range", "bytes= 0-4 "}, 206, "01234"},
		{"several ranges, one of them missing", []string{"Range", "bytes=0-1,20-30"}, 200, "0123456789"},
		{"a range of what is unchanged since", []string{"Range", "bytes=2-4", "If-Range", modified}, 206, "234"},
		{"a range of what changed since", []string{"Range", "bytes=2-4", "If-Range", earlier}, 200, "0123456789"},
		{"a range and a condition that fails", []string{"Range", "bytes=20-", "If-Match", `"x"`}, 412, ""},
		{"if one of several matches, without quotes", []string{"If-Match", `"x", ` + strings.Trim(etag, `"`)}, 200, "0123456789"},
		{"a range if unchanged", []string{"Range", "bytes=2-4", "If-Range", etag}, 206, "234"},
		{"a range if another", []string{"Range", "bytes=2-4", "If-Range", `"x"`}, 200, "0123456789"},
		{"if none matches", []string{"If-None-Match", etag}, 304, ""},
		{"if none matches weakly", []string{"If-None-Match", "W/" + etag}, 304, ""},
		{"if none matches another", []string{"If-None-Match", `"x"`}, 200, "0123456789"},
		{"if modified since", []string{"If-Modified-Since", modified}, 304, ""},
		{"if modified since earlier", []string{"If-Modified-Since", earlier}, 200, "0123456789"},
		{"if it matches", []string{"If-Match", etag}, 200, "0123456789"},
		{"if it matches another", []string{"If-Match", `"x"`}, 412, ""},
		{"if unmodified since earlier", []string{"If-Unmodified-Since", earlier}, 412, ""},
	}
	cold := map[string]string{} // what the origin itself says
	for _, state := range []string{"cold", "warm"} {
		for _, test := range cases {
			if state == "cold" {
				r.open(0)
			}
			got := r.get(path, test.headers...)
			want(t, state+": "+test.name, got.status, test.status)
			if test.body != "" || got.status == 304 {
				want(t, state+": "+test.name, got.body, test.body)
			}
			if got.status == 304 {
				want(t, state+": "+test.name+": etag", strings.TrimPrefix(got.header.Get("Etag"), "W/"), etag)
			}
			said := fmt.Sprint(got.header.Get("Content-Range"), got.header.Get("Content-Length"), got.header.Get("Content-Type"), errorCode.FindString(got.body))
			if state == "cold" {
				cold[test.name] = said
			}
			if got.status != 304 {
				want(t, state+": "+test.name+": header", said, cold[test.name])
			}
			want(t, state+": "+test.name+": nosniff", got.header.Get("X-Content-Type-Options"), "nosniff")
		}
		r.get(path)
		want(t, "warmed", r.get(path).cache(), "Hit")
	}
}

func TestServeHTTP_answersHeadWithoutABody(t *testing.T) {
	r := newRig(t)
	r.put("public/products/x.png", "picture")
	for _, state := range []string{"Miss", "Hit"} {
		got := r.ask(r.tls, "HEAD", "/products/x.png")
		want(t, state, []any{got.status, got.cache(), got.body, got.header.Get("Content-Length"), got.header.Get("Content-Type")}, []any{200, state, "", "7", "image/png"})
		r.get("/products/x.png")
	}
	got := r.ask(r.tls, "HEAD", "/products/none.png")
	want(t, "none", []any{got.status, got.cache(), got.body}, []any{403, "Error", ""})
}

func TestCompress_compressesWhatIsWorthIt(t *testing.T) {
	r := newRig(t)
	text := strings.Repeat("<svg/>", 200)
	for key, kind := range map[string]string{"text": "image/svg+xml; charset=utf-8", "picture": "image/png", "short": "image/svg+xml", "encoded": "image/svg+xml"} {
		body, headers := text, []string{"Content-Type", kind}
		switch key {
		case "short":
			body = text[:999]
		case "encoded":
			headers = append(headers, "Content-Encoding", "br")
		}
		r.put("public/products/"+key, body, headers...)
	}
	for key, vary := range map[string]string{"text": "Accept-Encoding", "picture": "", "short": "", "encoded": ""} {
		got := r.ask(r.tls, "HEAD", "/products/"+key)
		want(t, "HEAD of "+key+" before it is in the cache", []string{got.cache(), got.header.Get("Vary")}, []string{"Miss", vary})
	}
	for _, test := range []struct {
		key, accept, encoding, vary string
	}{
		{"text", "gzip, deflate, br", "gzip", "Accept-Encoding"},
		{"text", "br;q=1, GZIP;q=0.5", "gzip", "Accept-Encoding"},
		{"text", "gzip;q=0", "", "Accept-Encoding"},
		{"text", "br", "", "Accept-Encoding"},
		{"text", "", "", "Accept-Encoding"},
		{"picture", "gzip", "", ""},
		{"short", "gzip", "", ""},
		{"encoded", "gzip", "br", ""},
	} {
		for _, state := range []string{"first", "second"} {
			name := test.key + " for " + test.accept + ", " + state
			got := r.get("/products/"+test.key, "Accept-Encoding", test.accept)
			want(t, name, []string{got.header.Get("Content-Encoding"), got.header.Get("Vary")}, []string{test.encoding, test.vary})
			weak := strings.HasPrefix(got.header.Get("Etag"), "W/")
			want(t, name+": weak etag", weak, test.encoding == "gzip")
			want(t, name+": length", got.header.Get("Content-Length"), len(got.body))
			if test.encoding != "gzip" {
				continue
			}
			reader, err := gzip.NewReader(strings.NewReader(got.body))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			var plain bytes.Buffer
			if _, err := io.Copy(&plain, reader); err != nil { //nolint:gosec // of our own making
				t.Fatal(err)
			}
			want(t, name, plain.String(), text)
			again := r.get("/products/"+test.key, "Accept-Encoding", "gzip", "If-None-Match", got.header.Get("Etag"))
			want(t, name+": unchanged", again.status, 304)
		}
	}
	got := r.get("/products/text", "Accept-Encoding", "gzip", "Range", "bytes=0-5")
	want(t, "a range is of the plain text", []any{got.status, got.body, got.header.Get("Content-Encoding")}, []any{206, "<svg/>", ""})
	r.clock.Pass(25 * time.Hour)
	want(t, "validated", r.get("/products/text", "Accept-Encoding", "gzip").cache(), "RefreshHit")
	fails(t, "update", r.change("AWS::CloudFront::Distribution", "", func(properties map[string]any) {
		properties["DistributionConfig"].(map[string]any)["DefaultCacheBehavior"].(map[string]any)["Compress"] = false
	}))
	want(t, "not if the behavior doesn't", r.get("/products/text", "Accept-Encoding", "gzip").header.Get("Content-Encoding"), "")
}

// M76: other sites may embed and read the pictures, without credentials.
func TestHeaders_allowOtherSitesToRead(t *testing.T) {
	r := newRig(t)
	r.put("public/products/x.png", "picture")
	for range 2 {
		want(t, "without an origin", r.get("/products/x.png").header.Get("Access-Control-Allow-Origin"), "")
		got := r.get("/products/x.png", "Origin", "https://shop.example")
		want(t, "with an origin", got.header.Get("Access-Control-Allow-Origin"), "*")
		want(t, "credentials", got.header.Get("Access-Control-Allow-Credentials"), "")
	}
	fails(t, "update", r.change("AWS::CloudFront::ResponseHeadersPolicy", "", func(properties map[string]any) {
		cors := properties["ResponseHeadersPolicyConfig"].(map[string]any)["CorsConfig"].(map[string]any)
		cors["AccessControlAllowOrigins"] = map[string]any{"Items": []any{"https://shop.example", "https://*.shop.example"}}
		cors["AccessControlAllowHeaders"] = map[string]any{"Items": []any{"range"}}
		cors["AccessControlAllowCredentials"] = true
	}))
	for origin, allowed := range map[string]string{
		"https://shop.example": "https://shop.example", "https://a.shop.example": "https://a.shop.example",
		"https://evil.example": "", "https://shop.example.evil": "", "http://shop.example": "",
	} {
		got := r.get("/products/x.png", "Origin", origin)
		want(t, origin, got.header.Get("Access-Control-Allow-Origin"), allowed)
		want(t, origin+": credentials", got.header.Get("Access-Control-Allow-Credentials") == "true", allowed != "")
	}
}

func TestHeaders_overrideTheObjectsIfThePolicySaysSo(t *testing.T) {
	r := newRig(t)
	r.put("public/products/x.png", "picture", "Cache-Control", "max-age=60")
	custom := func(override bool) {
		fails(t, "update", r.change("AWS::CloudFront::ResponseHeadersPolicy", "", func(properties map[string]any) {
			properties["ResponseHeadersPolicyConfig"].(map[string]any)["CustomHeadersConfig"] = map[string]any{"Items": []any{
				map[string]any{"Header": "cache-control", "Value": "no-store", "Override": override},
				map[string]any{"Header": "X-New", "Value": "new", "Override": override},
			}}
		}))
	}
	custom(false)
	got := r.get("/products/x.png")
	want(t, "without", []string{got.header.Get("Cache-Control"), got.header.Get("X-New")}, []string{"max-age=60", "new"})
	custom(true)
	got = r.get("/products/x.png")
	want(t, "with", []string{got.cache(), got.header.Get("Cache-Control")}, []string{"Hit", "no-store"})
}

func TestServeHTTP_servesManyAtOnce(t *testing.T) {
	r := newRigOf(t, "dev", 64<<10)
	names := []string{"a", "b", "c", "d", "e"}
	for _, name := range names {
		r.put("public/products/"+name, strings.Repeat(name, 20<<10))
	}
	var group sync.WaitGroup
	for i := range 20 {
		group.Go(func() {
			for j := range 10 {
				name := names[(i+j)%len(names)]
				if got := r.get("/products/" + name); got.body != strings.Repeat(name, 20<<10) {
					t.Errorf("%s: got %d, %d bytes", name, got.status, len(got.body))
				}
			}
		})
	}
	group.Wait()
}
