package site

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// folder writes files, by their names.
func folder(t *testing.T, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range names {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestReadBuild_saysOfEachFileWhatItIs(t *testing.T) {
	build, err := ReadBuild(folder(t, "index.html", "404.html", "amplify_outputs.json", "a.js", "a.js.gz", "b.gz", "_next/static/c.css", "CNAME", "P.PNG"), []byte("settings"))
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{
		"index.html": "text/html; charset=utf-8 no-cache", "a.js": "text/javascript; charset=utf-8 no-cache", "b.gz": "application/octet-stream no-cache",
		"_next/static/c.css": "text/css; charset=utf-8 public, max-age=31536000, immutable", "CNAME": "application/octet-stream no-cache", "P.PNG": "image/png no-cache",
	} {
		if got := build[key].ContentType + " " + build[key].CacheControl; got != want {
			t.Errorf("%s: got %s, want %s", key, got, want)
		}
	}
	if got := string(build[Outputs].Content); got != "settings" {
		t.Errorf("got the settings %q, want those of what is deployed", got)
	}
	if _, there := build["a.js.gz"]; there {
		t.Error("got the compressed copy of a file, want the file alone")
	}
}

func TestReadBuild_joinsAllFaults(t *testing.T) {
	_, err := ReadBuild(folder(t, "s/a.html", "s/b.html", "sitemap.xml"), nil)
	if err == nil {
		t.Fatal("got no fault")
	}
	for _, want := range []string{"s/a.html: got a file in the folder s/", "s/b.html: ", "index.html: got no such file", "404.html: got no such file"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q in it", err, want)
		}
	}
	if lines := strings.Count(err.Error(), "\n") + 1; lines != 4 {
		t.Errorf("got %d lines, want 4", lines)
	}
}

// A page goes up behind what it asks for, and the settings behind what reads them now and before the pages that are new.
func TestWaves_haveWhatOthersNameFirst(t *testing.T) {
	build, err := ReadBuild(folder(t, "index.html", "404.html", "a/index.html", "a/index.txt", "_next/static/c.js"), nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, wave := range build.waves([]string{"index.html", "a/index.html", "a/index.txt", Outputs, "_next/static/c.js"}) {
		var keys []string
		for _, f := range wave {
			keys = append(keys, f.Key)
		}
		got = append(got, strings.Join(keys, " "))
	}
	if want := []string{"_next/static/c.js", "a/index.txt", Outputs, "a/index.html index.html"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
