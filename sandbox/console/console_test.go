package console

import (
	"io/fs"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The look is that of the product's pages: web/styles/tokens.css, byte for byte.
func TestTokens_areThoseOfThePages(t *testing.T) {
	theirs, err := os.ReadFile("../../web/styles/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	ours, err := files.ReadFile("tokens.css")
	if err != nil || string(ours) != string(theirs) {
		t.Error("got other tokens than web/styles/tokens.css: copy it to sandbox/console/tokens.css")
	}
	declared := map[string]bool{}
	for _, token := range regexp.MustCompile(`(--[\w-]+):`).FindAllStringSubmatch(string(ours), -1) {
		declared[token[1]] = true
	}
	sheets, err := fs.Glob(files, "*.css")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.DeleteFunc(sheets, func(name string) bool { return name == "tokens.css" }) {
		text, err := files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, used := range regexp.MustCompile(`var\((--[\w-]+)`).FindAllStringSubmatch(string(text), -1) {
			if !declared[used[1]] {
				t.Errorf("%s: got %s, want a token", name, used[1])
			}
		}
		if colour := regexp.MustCompile(`#[0-9a-fA-F]{3,8}\b[^{]*;`).FindString(string(text)); colour != "" {
			t.Errorf("%s: got the colour %q, want a token", name, colour)
		}
	}
}

var elsewhere = regexp.MustCompile(`(?:https?:)?//[a-z0-9-]+\.[a-z]`)

// Nothing is loaded from another host, and nothing by a way that the policy would have to be opened for.
func TestFiles_areAllThatIsLoaded(t *testing.T) {
	c, err := New([]Page{{Name: "", Title: "Overview", Icon: "overview"}, {Name: "plan", Title: "Plan", Icon: "page", Module: "export default () => null;"}})
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	c.Show(w, "plan", "127.0.0.1:4566", "127.0.0.1:8443")
	shell := w.Body.String()
	for _, loaded := range regexp.MustCompile(`(?:src|href)="(/_lightbox/console/[^"]+)"`).FindAllStringSubmatch(shell, -1) {
		w := httptest.NewRecorder()
		c.ServeHTTP(w, httptest.NewRequest("GET", loaded[1], nil))
		if w.Code != 200 || w.Header().Get("ETag") == "" || !regexp.MustCompile(`^(text/(javascript|css); charset=utf-8|image/svg\+xml)$`).MatchString(w.Header().Get("Content-Type")) {
			t.Errorf("%s: got %d %v", loaded[1], w.Code, w.Header())
		}
	}
	for _, never := range []string{"<style", " style=", " onclick=", "<script>"} {
		if strings.Contains(shell, never) {
			t.Errorf("got %s in the document, which its policy forbids", never)
		}
	}
	err = fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasPrefix(name, "vendor/") {
			return err
		}
		text, err := files.ReadFile(name)
		if at := elsewhere.FindString(strings.ReplaceAll(string(text), "http://www.w3.org/2000/svg", "")); at != "" {
			t.Errorf("%s: got %q, want nothing of another host", name, at)
		}
		for _, imported := range regexp.MustCompile(`from '(\./[^']+|/[^']+)'`).FindAllStringSubmatch(string(text), -1) {
			if _, there := c.assets[strings.TrimPrefix(imported[1], "./")]; !there {
				t.Errorf("%s imports %s, which is not there", name, imported[1])
			}
		}
		for _, icon := range regexp.MustCompile(`(?:icon|name)="([a-z]+)"`).FindAllStringSubmatch(string(text), -1) {
			if strings.HasSuffix(name, ".js") && strings.Contains(string(text), `<${Icon} name="`+icon[1]) && !strings.Contains(shell, `id="i-`+icon[1]+`"`) {
				t.Errorf("%s: got the icon %s, want a symbol of icons.svg", name, icon[1])
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestNew_refusesAPageWithoutAModule(t *testing.T) {
	if _, err := New([]Page{{Name: "nothing", Title: "Nothing"}}); err == nil || !strings.Contains(err.Error(), `the page "nothing": got no module nothing.js`) {
		t.Errorf("got %v, want the page and what is missing", err)
	}
}

func TestConsole_saysNothingNewTwice(t *testing.T) {
	c, err := New([]Page{{Title: "Overview"}})
	if err != nil {
		t.Fatal(err)
	}
	first := httptest.NewRecorder()
	c.ServeHTTP(first, httptest.NewRequest("GET", Path+"kit.js", nil))
	again := httptest.NewRequest("GET", Path+"kit.js", nil)
	again.Header.Set("If-None-Match", first.Header().Get("ETag"))
	second := httptest.NewRecorder()
	c.ServeHTTP(second, again)
	if first.Code != 200 || second.Code != 304 {
		t.Errorf("got %d and then %d, want 200 and 304", first.Code, second.Code)
	}
	for path, want := range map[string]int{"none.js": 404, "": 404, "../pages.go": 404, "shell.html": 404} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest("GET", Path, nil)
		r.URL.Path = Path + path
		if c.ServeHTTP(w, r); w.Code != want {
			t.Errorf("%q: got %d, want %d", path, w.Code, want)
		}
	}
}
