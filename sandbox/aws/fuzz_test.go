package aws

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func FuzzVerify(f *testing.F) {
	scope := strings.Replace(suiteScope, "/service/", "/s3/", 1)
	f.Add("AWS4-HMAC-SHA256 Credential="+scope+", SignedHeaders=host;x-amz-date, Signature=00", suiteDate, "UNSIGNED-PAYLOAD", "a=b", "body")
	f.Add("", "", "", "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential="+url.QueryEscape(scope)+"&X-Amz-Date="+suiteDate+"&X-Amz-Expires=1&X-Amz-SignedHeaders=host&X-Amz-Signature=0", "")
	f.Add("AWS4-HMAC-SHA256 Credential=", "Sun, 30 Aug 2015 12:36:00 GMT", streamingPayload, "%", "0;chunk-signature=\r\n\r\n")
	f.Fuzz(func(t *testing.T, authorization, date, payload, query, body string) {
		for _, dialect := range []Dialect{JSON, Query, S3} {
			r := httptest.NewRequest("PUT", "/", strings.NewReader(body))
			r.URL.RawQuery = query
			r.Header = http.Header{"X-Amz-Date": {date}, "X-Amz-Content-Sha256": {payload}}
			if authorization != "" {
				r.Header.Set("Authorization", authorization)
			}
			v := suiteVerifier("")
			v.Dialect, v.Service = dialect, "s3"
			caller, err := v.Verify(r)
			if err == nil && (dialect != S3 || caller.AccessKeyID != "") {
				t.Errorf("accepted as %+v", caller)
			}
			if err == nil {
				_, _ = io.Copy(io.Discard, r.Body)
			}
		}
	})
}

func FuzzChunks(f *testing.F) {
	f.Add("5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n", "5")
	f.Add("5\r\nhello\r\n5\r\nworld\r\n0\r\n\r\n", "10")
	f.Add("-1\r\n", "0")
	f.Fuzz(func(t *testing.T, body, length string) {
		r := httptest.NewRequest("PUT", "/", strings.NewReader(body))
		r.Header = http.Header{"X-Amz-Content-Sha256": {streamingUnsignedTrailer}, "X-Amz-Decoded-Content-Length": {length}, "X-Amz-Trailer": {"x-amz-checksum-crc32"}}
		v := suiteVerifier("")
		v.Dialect = S3
		if _, err := v.Verify(r); err != nil {
			return
		}
		decoded, err := io.ReadAll(r.Body)
		if int64(len(decoded)) > r.ContentLength || err == nil && int64(len(decoded)) != r.ContentLength {
			t.Errorf("got %d bytes and %v, announced were %d", len(decoded), err, r.ContentLength)
		}
		if n, again := r.Body.Read(make([]byte, 1)); n != 0 || again == nil {
			t.Errorf("a further read: got %d bytes, %v", n, again)
		}
	})
}

func FuzzParseQuery(f *testing.F) {
	f.Add("a=b&c=%20&d;e=f+g&%41&=")
	f.Fuzz(func(t *testing.T, raw string) {
		query, err := ParseQuery(raw)
		if err != nil {
			return
		}
		again, err := ParseQuery(canonicalQuery(query))
		if err != nil || canonicalQuery(again) != canonicalQuery(query) {
			t.Errorf("%q: got %q and then %q, %v", raw, canonicalQuery(query), canonicalQuery(again), err)
		}
	})
}
