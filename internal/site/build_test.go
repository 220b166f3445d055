package site

import (
	"errors"
	"maps"
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
	build, _, err := ReadBuild(folder(t, "index.html", "404.html", "amplify_outputs.json", "a.js", "a.js.gz", "b.gz", "_next/static/c.css", "_next/static/d", "P.PNG"), []byte("settings"))
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{
		"index.html": "text/html; charset=utf-8 no-cache", "a.js": "text/javascript; charset=utf-8 no-cache", "b.gz": "application/octet-stream no-cache",
		"_next/static/c.css": "text/css; charset=utf-8 public, max-age=31536000, immutable", "_next/static/d": "application/octet-stream public, max-age=31536000, immutable", "P.PNG": "image/png no-cache",
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
	_, _, err := ReadBuild(folder(t, "s/a.html", "s/b.html", "sitemap.xml"), nil)
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

// What nobody is to see or is never served stays away, and is named; what is well known and what has a dot is taken.
func TestReadBuild_leavesOutWhatIsNoPagesBusiness(t *testing.T) {
	dir := folder(t, "index.html", "404.html", ".env", ".DS_Store", ".git/config", "a/.env", ".well-known/.DS_Store", "CNAME", "s", "deployment",
		".well-known/assetlinks.json", ".well-known/change", "_next/static/d", "v1.0/index.html", "amplify_outputs.json.gz")
	build, leftOut, err := ReadBuild(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{".DS_Store", ".env", ".git/", ".well-known/.DS_Store", "CNAME", "a/.env", "deployment", "s"}; !slices.Equal(leftOut, want) {
		t.Errorf("got %q left out, want %q", leftOut, want)
	}
	want := []string{".well-known/assetlinks.json", ".well-known/change", "404.html", "_next/static/d", Outputs, "index.html", "v1.0/index.html"}
	if got := slices.Sorted(maps.Keys(build)); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestReadBuild_refusesWhatIsNoKeyAndEmptyPages(t *testing.T) {
	long := strings.Repeat(strings.Repeat("l", 200)+"/", 5) // 1005 bytes
	dir := folder(t, "index.html", "404.html", "bad\xff.txt", "bad\xfe/a.txt", "new\nline.txt", long+strings.Repeat("x", 16)+".txt", long+strings.Repeat("x", 15)+".txt", "a+ü ☺.txt")
	for _, page := range []string{"index.html", "404.html"} {
		if err := os.WriteFile(filepath.Join(dir, page), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	build, _, err := ReadBuild(dir, nil)
	if err == nil {
		t.Fatal("got no fault")
	}
	for _, want := range []string{`bad\xff.txt": got a name with control`, `bad\xfe": got`, `new\nline.txt": got`, "got a name of 1025 bytes, want at most 1024", "/index.html: got an empty file", "/404.html: got an empty file"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q in it", err, want)
		}
	}
	if lines := strings.Count(err.Error(), "\n") + 1; lines != 6 {
		t.Errorf("got %d lines of %v, want 6", lines, err)
	}
	for _, fine := range []string{long + strings.Repeat("x", 15) + ".txt", "a+ü ☺.txt"} {
		if _, there := build[fine]; !there {
			t.Errorf("%s: got it refused", fine)
		}
	}
}

func TestEach_namesTheFileThatFailed(t *testing.T) {
	done := 0
	err := each([]string{"a\nb"}, func() { done++ }, itself, func(string) error { return errors.New("no") })
	if err == nil || err.Error() != `"a\nb": no` || done != 0 {
		t.Errorf("got %v and %d done", err, done)
	}
	if err := each([]string{"a"}, func() { done++ }, itself, func(string) error { return nil }); err != nil || done != 1 {
		t.Errorf("got %v and %d done", err, done)
	}
}

// A page goes up behind what it asks for, and the settings behind what reads them now and before the pages that are new.
func TestWaves_haveWhatOthersNameFirst(t *testing.T) {
	build, _, err := ReadBuild(folder(t, "index.html", "404.html", "a/index.html", "a/index.txt", "_next/static/c.js"), nil)
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
