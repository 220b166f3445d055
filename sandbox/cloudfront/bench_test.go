package cloudfront_test

import (
	"crypto/tls"
	"net/http/httptest"
	"strings"
	"testing"
)

// BenchmarkHit and BenchmarkMiss serve a picture of 10 KB, from the cache and from S3.
func BenchmarkHit(b *testing.B)  { serve(b, 0) }
func BenchmarkMiss(b *testing.B) { serve(b, 1) }

func serve(b *testing.B, cacheBytes int64) {
	b.Helper()
	r := newRigOf(b, "dev", cacheBytes)
	r.put("public/products/x.png", strings.Repeat("x", 10<<10))
	request := httptest.NewRequest("GET", "https://"+r.host+"/products/x.png", nil)
	request.TLS = &tls.ConnectionState{Version: tls.VersionTLS13}
	for b.Loop() {
		recorder := httptest.NewRecorder()
		r.cdn.ServeHTTP(recorder, request)
		if recorder.Code != 200 {
			b.Fatal(recorder.Code)
		}
	}
}
