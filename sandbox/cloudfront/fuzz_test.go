package cloudfront_test

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// FuzzViewer sends requests of any path and headers. Whatever they are, what lies outside of the public folders stays there,
// nothing fails inside, and an answer has the headers of the policy.
func FuzzViewer(f *testing.F) {
	r := newRig(f)
	r.put("private/"+pathOfA+"/x.png", "secret")
	r.put("drafts/x.png", "secret")
	r.put("public/products/x.svg", strings.Repeat("picture", 200), "Content-Type", "image/svg+xml")
	for _, seed := range [][4]string{
		{"/products/x.svg", "gzip, br;q=0", "bytes=0-1", `"etag"`},
		{"/../drafts/x.png", "gzip;q=x", "bytes=1-0,2-", "W/"},
		{"/%2e%2e/private/us-east-1%3Aaaaaaaaa-0000-0000-0000-000000000000/x.png", "*", "bytes=-1", "*"},
		{"//products//x.svg", ";", "x", ","},
	} {
		f.Add(seed[0], seed[1], seed[2], seed[3])
	}
	f.Fuzz(func(t *testing.T, path, encoding, ranges, etag string) {
		target, err := url.ParseRequestURI(path)
		if err != nil || strings.ContainsAny(path, "\r\n") {
			return // the server refuses it
		}
		request := httptest.NewRequest("GET", "/", nil)
		request.URL, request.RequestURI, request.Host = target, path, r.host
		request.TLS = &tls.ConnectionState{Version: tls.VersionTLS13}
		request.Header = http.Header{"Accept-Encoding": {encoding}, "Range": {ranges}, "If-None-Match": {etag}, "If-Range": {etag}, "Origin": {etag}}
		recorder := httptest.NewRecorder()
		r.cdn.ServeHTTP(recorder, request)
		if strings.Contains(recorder.Body.String(), "secret") || recorder.Code >= 500 {
			t.Errorf("%q: got %d %s", path, recorder.Code, recorder.Body)
		}
		if recorder.Code == 200 && recorder.Header().Get("Content-Security-Policy") != "default-src 'none'; sandbox" {
			t.Errorf("%q: got %v", path, recorder.Header())
		}
	})
}
