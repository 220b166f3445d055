package sandbox

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/console"
)

// A Page is one more page of the console, of the program that starts the sandbox: a browser that asks for text/html gets the
// page, all others its data as JSON.
type Page struct {
	Name  string // of its path, as in access for /_lightbox/access
	Title string // its heading, and what leads to it
	Icon  string // a symbol of icons.svg in package console; that of a page if empty
	// Module is a module of JavaScript whose default export is the page: see package console.
	Module string
	// Data is what the page shows, by the query that it is asked with.
	Data func(*Sandbox, *http.Request) (any, error)
}

// A view is a page of the console and its data.
type view struct {
	console.Page
	data http.Handler // JSON, at the page's own path
	// more is what is below it, by the pattern that follows its path, as http.ServeMux has them: "/{pool}/{user}".
	more map[string]http.Handler
}

// Groups of the navigation.
const (
	watching = "Watch"
	looking  = "Look into"
	turning  = "Control"
)

// ownViews are the console's pages in their order, but for those of Config.Pages, which come last of what one looks into.
func (s *Sandbox) ownViews() []view {
	all := []view{
		{Page: console.Page{Name: "", Title: "Overview", Icon: "overview", Key: "o"}, data: shown(func(*http.Request) (any, error) { return s.Overview(), nil })},
		{Page: console.Page{Name: "requests", Title: "Requests", Group: watching, Icon: "requests", Key: "r"}, data: shown(s.recent)},
		{Page: console.Page{Name: "mail", Title: "Inbox", Group: watching, Icon: "mail", Key: "i"}, data: shown(func(*http.Request) (any, error) { return s.letters(), nil })},
		{Page: console.Page{Name: "logs", Title: "Logs", Group: watching, Icon: "logs", Key: "l"}, data: shown(s.recentLogs)},
		{Page: console.Page{Name: "stacks", Title: "Stacks", Group: looking, Icon: "stacks", Key: "s"}, data: shown(s.deployedStacks)},
	}
	return slices.Concat(all, s.lookViews(), []view{
		{Page: console.Page{Name: "clock", Title: "Clock", Group: turning, Icon: "clock", Key: "c"}, data: s.clockControl()},
		{Page: console.Page{Name: "state", Title: "State", Group: turning, Icon: "state", Key: "t"}, data: s.stateControl()},
	})
}

// What is below pagesPath and is no page. A page's name has no dot, so that the scripts take none.
var otherNames = []string{bridgeName, strings.TrimSuffix(strings.TrimPrefix(console.Path, pagesPath), "/")}

var pageName = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)

// allViews are the sandbox's own and those of Config.Pages. The error says which of these can't be.
func (s *Sandbox) allViews() ([]view, error) {
	all := s.ownViews()
	taken := map[string]bool{}
	for _, name := range otherNames {
		taken[name] = true
	}
	for _, v := range all {
		taken[v.Name] = true
	}
	var errs []error
	for i, p := range s.config.Pages {
		fault := func(format string, args ...any) {
			errs = append(errs, fmt.Errorf("Pages[%d]."+format, append([]any{i}, args...)...))
		}
		if taken[p.Name] {
			fault("Name: got %q, want one that nothing else below %s has", p.Name, pagesPath)
		} else if !pageName.MatchString(p.Name) {
			fault("Name: got %q, want lower-case letters, digits and hyphens", p.Name)
		}
		if p.Data == nil {
			fault("Data: got nothing, want what the page shows")
		}
		if p.Module == "" {
			fault("Module: got nothing, want a module of JavaScript")
		}
		taken[p.Name] = true
		one := view{
			Page: console.Page{Name: p.Name, Title: p.Title, Group: looking, Icon: cmp.Or(p.Icon, "page"), Key: p.Name[:min(1, len(p.Name))], Module: p.Module},
			data: shown(func(r *http.Request) (any, error) { return p.Data(s, r) }),
		}
		last := slices.IndexFunc(all, func(v view) bool { return v.Group == turning })
		all = slices.Insert(all, last, one)
	}
	return all, errors.Join(errs...)
}

// openConsole has the console show all views.
func (s *Sandbox) openConsole() error {
	var err error
	if s.views, err = s.allViews(); err != nil {
		return err
	}
	var pages []console.Page
	for _, v := range s.views {
		pages = append(pages, v.Page)
	}
	s.console, err = console.New(pages)
	return err
}

// servePages answers what is below pagesPath.
func (s *Sandbox) servePages() http.Handler {
	mux := http.NewServeMux()
	for pattern, handler := range s.pageRoutes() {
		mux.Handle(pattern, handler)
	}
	return secured(s.signed(mux))
}

// InstanceHeader is the header of the pages' answers which names who answers: another one after a start, and after a state was loaded. Numbers of calls and
// of log lines go on with one, and not with another.
const InstanceHeader = "Lightbox-Instance"

func (s *Sandbox) signed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set(InstanceHeader, s.instance)
		next.ServeHTTP(w, r)
	})
}

// pageRoutes is what is below pagesPath, by the patterns of http.ServeMux.
func (s *Sandbox) pageRoutes() map[string]http.Handler {
	routes := map[string]http.Handler{console.Path: s.console}
	for _, v := range s.views {
		name := v.Name
		if name == "" {
			name = "{$}" // that page, and not all below it
		}
		routes[pagesPath+name] = s.show(v)
		for pattern, handler := range v.more {
			routes[pagesPath+v.Name+pattern] = handler
		}
	}
	return routes
}

// show answers with a page for people, or with its data.
func (s *Sandbox) show(v view) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet && strings.Contains(r.Header.Get("Accept"), "text/html") {
			s.console.Show(w, v.Name, s.HTTP(), s.HTTPS())
			return
		}
		v.data.ServeHTTP(w, r)
	})
}

// shown is the data of a page that is looked at and changes nothing.
func shown(look func(*http.Request) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "got "+clipped(r.Method)+", want GET", http.StatusMethodNotAllowed)
			return
		}
		data, err := look(r)
		if err != nil {
			http.Error(w, err.Error(), statusOf(err))
			return
		}
		answerJSON(w, data)
	})
}

// answerJSON answers with JSON that people can read.
func answerJSON(w http.ResponseWriter, data any) {
	w.Header().Set("Content-Type", "application/json")
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	_ = encoder.Encode(data) // half an answer is a client that went away
}

// secured adds the headers that keep the pages from being framed, read or scripted by others.
func secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", console.Policy(r.Host))
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}
