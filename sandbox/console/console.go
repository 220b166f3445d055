// Package console is the front end of the sandbox's own pages: one document around all of them, and a module of JavaScript for
// each, as they stand in this folder. There is no build step: browsers get them byte by byte, and nothing from another host.
//
// A page is added in three steps. (1) Its row in sandbox/views.go: name, title, group and icon, and a handler for its data,
// which is JSON at /_lightbox/NAME for programs too. (2) NAME.js here, whose default export is the page, a component that gets
// {query, go}: what it imports comes from ./kit.js, where each part says what it is for; requests.js is an example. An icon that
// is new is a symbol of icons.svg. (3) A row in web/e2e/console.ts, which has axe look at it.
package console

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"
)

//go:embed *.js *.css *.html *.svg vendor/*
var files embed.FS

// Path is where pages find their scripts and styles. No page is called so.
const Path = "/_lightbox/console/"

// A Page is a place of the console, at /_lightbox/NAME.
type Page struct {
	Name  string // "" for the first
	Title string // its heading, and what leads to it
	Group string // of the navigation; "" for those without a heading
	Icon  string // a symbol of icons.svg
	Key   string // a letter, with which g leads there; "" for none
	// Module is the text of its module, for one that is no file of this folder.
	Module string
}

// script is the name of the page's module, without .js.
func (p Page) script() string {
	if p.Name == "" {
		return "overview"
	}
	return p.Name
}

// A Console answers with the document and with what it loads.
type Console struct {
	pages  []Page
	assets map[string]asset // by their names below Path
	shell  *template.Template
}

// kinds are by the endings of names. What the machine has for them may differ.
var kinds = map[string]string{".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}

type asset struct {
	kind, etag string
	text       []byte
}

// New is a console of these pages, in their order.
func New(pages []Page) (*Console, error) {
	c := &Console{pages: pages, assets: map[string]asset{}}
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(name) == ".html" {
			return err
		}
		text, err := files.ReadFile(name)
		c.add(name, text)
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, p := range pages {
		name := p.script() + ".js"
		if p.Module != "" {
			c.add(name, []byte(p.Module))
		}
		if _, there := c.assets[name]; !there {
			return nil, fmt.Errorf("the page %q: got no module %s", p.Name, name)
		}
	}
	icons := template.HTML(c.assets["icons.svg"].text) //nolint:gosec // a file of this folder
	c.shell, err = template.New("shell.html").Funcs(template.FuncMap{"icons": func() template.HTML { return icons }}).ParseFS(files, "shell.html")
	return c, err
}

func (c *Console) add(name string, text []byte) {
	c.assets[name] = asset{kindOf(name), `"` + hash(text) + `"`, text}
}

// kindOf is the type of a file by its name.
func kindOf(name string) string {
	return cmp.Or(kinds[path.Ext(name)], "text/plain; charset=utf-8") // a licence
}

// hash tells versions of a text apart.
func hash(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}

// Policy is the Content-Security-Policy of the document at a host: scripts and styles come from Path alone, since what people
// store is at the same origin. WebSockets, for subscriptions, are named: not every browser takes them for the same origin.
func Policy(host string) string {
	here := "http://" + host + Path
	return "default-src 'none'; script-src " + here + "; style-src " + here + "; img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self' ws://" + host + "; " +
		"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}

// A group is a part of the navigation.
type group struct {
	Name  string
	Pages []Page
}

// Show answers with the document, on a page of it. The addresses are those of this sandbox, for the commands that pages show: of its
// endpoint, and for AWS's names.
func (c *Console) Show(w http.ResponseWriter, name, address, https string) {
	at := slices.IndexFunc(c.pages, func(p Page) bool { return p.Name == name })
	var groups []group
	for _, p := range c.pages {
		if len(groups) == 0 || groups[len(groups)-1].Name != p.Group {
			groups = append(groups, group{Name: p.Group})
		}
		last := &groups[len(groups)-1]
		last.Pages = append(last.Pages, p)
	}
	var page bytes.Buffer
	err := c.shell.Execute(&page, struct {
		Page
		Script, Address, HTTPS string
		Groups                 []group
	}{c.pages[at], c.pages[at].script(), address, https, groups})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = page.WriteTo(w) // half a page is a browser that went away
}

// ServeHTTP answers with a script, a style or an icon.
func (c *Console) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, Path)
	found, ok := c.assets[name]
	packed, isPacked := small(name)
	if !ok && !isPacked {
		http.NotFound(w, r)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "got "+r.Method+", want GET or HEAD", http.StatusMethodNotAllowed)
		return
	}
	if isPacked {
		packed.ServeHTTP(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", found.kind)
	h.Set("Cache-Control", "no-cache")
	h.Set("ETag", found.etag)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(found.text))
}

// Assets are the names of all that there is below Path.
func (c *Console) Assets() []string {
	var names []string
	for name := range c.assets {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
