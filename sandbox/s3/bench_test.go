package s3_test

import (
	"fmt"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
)

// The benchmarks answer requests of a known caller with the store on the disk: what they measure is S3 without the wire.

func BenchmarkGet10KB(b *testing.B) { measure(b, "GET", 10<<10) }

func BenchmarkPut100KB(b *testing.B) { measure(b, "PUT", 100<<10) }

func BenchmarkList1000(b *testing.B) {
	d := openDisk(b, filepath.Join(b.TempDir(), "disk"))
	defer d.close()
	for i := range 1000 {
		d.do("PUT", fmt.Sprintf("/many/%02d/%d", i/10, i%10), "x")
	}
	for b.Loop() {
		if got := d.do("GET", "/?list-type=2&prefix=many/", ""); got.Code != 200 {
			b.Fatal(got.Code, got.Body)
		}
	}
}

func measure(b *testing.B, method string, size int) {
	b.Helper()
	d := openDisk(b, filepath.Join(b.TempDir(), "disk"))
	defer d.close()
	body := strings.Repeat("x", size)
	d.do("PUT", "/k", body)
	for b.Loop() {
		var got *httptest.ResponseRecorder
		if method == "GET" {
			got = d.do("GET", "/k", "")
		} else {
			got = d.do("PUT", "/k", body)
		}
		if got.Code != 200 {
			b.Fatal(got.Code, got.Body)
		}
	}
}
