package sandbox_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lightbox/sandbox"
)

func TestSite_servesAnExport(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{
		"index.html": "home", "photos/index.html": "photos", "about.html": "about", "404.html": "nothing here", "app.js": "js",
	} {
		file := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
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
