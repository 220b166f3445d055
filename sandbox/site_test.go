package sandbox_test

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/sandbox"
)

func TestSite_servesAnExport(t *testing.T) {
	folder := exported(t, map[string]string{
		"index.html": "home", "photos/index.html": "photos", "about.html": "about", "404.html": "nothing here", "app.js": "js",
	})
	outside := filepath.Join(filepath.Dir(folder), "secret")
	if err := os.WriteFile(outside, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := start(t, sandbox.Config{Web: folder})
	if !strings.HasPrefix(s.Web(), "localhost:") {
		t.Errorf("got %s, want the front end at the origin that CORS rules know", s.Web())
	}
	for path, want := range map[string]string{
		"/": "home", "/photos": "photos", "/photos/": "photos", "/photos?id=1": "photos", "/about": "about", "/app.js": "js",
	} {
		if got := get(t, http.DefaultClient, "http://"+s.Web()+path); got.status != http.StatusOK || got.body != want {
			t.Errorf("%s: got %d %s, want %s", path, got.status, got.body, want)
		}
	}
	for _, path := range []string{"/none", "/../secret", "/%2e%2e/secret"} {
		if got := get(t, http.DefaultClient, "http://"+s.Web()+path); got.status != http.StatusNotFound || got.body != "nothing here" {
			t.Errorf("%s: got %d %s, want the page for what is not there", path, got.status, got.body)
		}
	}
	if got := get(t, http.DefaultClient, "http://"+strings.Replace(s.Web(), "localhost", "127.0.0.1", 1)+"/about"); got.body != "about" {
		t.Errorf("by 127.0.0.1: got %d %s, want the way to localhost", got.status, got.body)
	}
}

func TestSite_letsNoOtherSiteFrameThePages(t *testing.T) {
	s := start(t, sandbox.Config{Web: exported(t, map[string]string{"index.html": "home", "app.js": "js", "404.html": "nothing here"})})
	for _, address := range []string{"http://" + s.Web() + "/", "http://" + s.Web() + "/app.js", "http://" + s.Web() + "/none"} {
		for name, want := range map[string]string{
			"Content-Security-Policy": "frame-ancestors 'none'",
			"Referrer-Policy":         "strict-origin-when-cross-origin",
			"X-Content-Type-Options":  "nosniff",
		} {
			if got := get(t, http.DefaultClient, address).header.Get(name); got != want {
				t.Errorf("%s of %s: got %q, want %q", name, address, got, want)
			}
		}
	}
}

func TestSite_sendsTheCompressedCopyToWhoeverTakesIt(t *testing.T) {
	s := start(t, sandbox.Config{Web: exported(t, map[string]string{
		"index.html": "home", "index.html.gz": "packed home", "app.js": "js", "app.js.gz": "packed js", "plain.js": "plain",
	})})
	for _, test := range []struct{ path, accepts, body, encoding, media string }{
		{"/app.js", "gzip, deflate, br", "packed js", "gzip", "text/javascript; charset=utf-8"},
		{"/", "br;q=1, GZIP;q=0.5", "packed home", "gzip", "text/html; charset=utf-8"},
		{"/app.js", "identity", "js", "", "text/javascript; charset=utf-8"},
		{"/app.js", "gzip;q=0", "js", "", "text/javascript; charset=utf-8"},
		{"/app.js", "gzip; q=0.0, br", "js", "", "text/javascript; charset=utf-8"},
		{"/plain.js", "gzip", "plain", "", "text/javascript; charset=utf-8"},
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+s.Web()+test.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Accept-Encoding", test.accepts)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		got := []string{string(body), response.Header.Get("Content-Encoding"), response.Header.Get("Content-Type"), response.Header.Get("Vary")}
		want := []string{test.body, test.encoding, test.media, "Accept-Encoding"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s for %q (-want +got):\n%s", test.path, test.accepts, diff)
		}
	}
}

// exported writes a front end and answers its folder.
func exported(t *testing.T, files map[string]string) string {
	t.Helper()
	folder := t.TempDir()
	for name, text := range files {
		file := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}
