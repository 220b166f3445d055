package sandbox

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"lightbox.example/lightbox/sandbox/cognito"
)

// pagesPath is where the sandbox's own pages are.
const pagesPath = "/_lightbox/"

//go:embed pages/*.html
var pageFiles embed.FS

// pageTemplates are cloned by each sandbox and never executed: what was executed can't be cloned any more.
var pageTemplates = template.Must(template.ParseFS(pageFiles, "pages/*.html"))

// Mail is a message that Cognito or SNS would send, as the inbox shows it.
type Mail = cognito.Message

// A Page is one more page below /_lightbox/, of the program that starts the sandbox: a browser that asks for text/html gets
// the page, all others its data as JSON.
type Page struct {
	Name  string // of its path, as in access for /_lightbox/access
	Link  string // what leads to it
	Title string
	// Template is one of html/template, given the data as .Data. It begins with {{template "head" .}}, which opens <main>.
	Template string
	Data     func(*Sandbox) (any, error)
}

// page is what is under a path below pagesPath.
type page struct {
	Title    string
	data     func(r *http.Request) (any, error)
	template *template.Template
}

// What is below pagesPath and is no page. A page's name has no dot, so that the scripts take none.
const (
	bridgeName = "bridge"
	scriptName = "browser.js"
	workerName = "worker.js"
)

var pageName = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)

// allPages are the sandbox's own and those of Config.Pages, by their names. The error says which of these can't be.
func (s *Sandbox) allPages() (map[string]page, error) {
	templates := template.Must(pageTemplates.Clone())
	own := func(name string) *template.Template { return templates.Lookup(name + ".html") }
	all := map[string]page{
		"":         {"Sandbox", func(*http.Request) (any, error) { return s.Overview(), nil }, own("index")},
		"mail":     {"Inbox", func(*http.Request) (any, error) { return s.letters(), nil }, own("mail")},
		"requests": {"Requests", s.recent, own("requests")},
		"logs":     {"Resolver logs", s.recentLogs, own("logs")},
	}
	var errs []error
	controls := s.controls()
	for i, p := range s.config.Pages {
		fault := func(format string, args ...any) {
			errs = append(errs, fmt.Errorf("Pages[%d]."+format, append([]any{i}, args...)...))
		}
		if _, taken := all[p.Name]; taken || p.Name == bridgeName || controls[pagesPath+p.Name] != nil {
			fault("Name: got %q, want one that nothing else below %s has", p.Name, pagesPath)
		} else if !pageName.MatchString(p.Name) {
			fault("Name: got %q, want lower-case letters, digits and hyphens", p.Name)
		}
		if p.Data == nil {
			fault("Data: got nothing, want what the page shows")
		}
		read, err := template.Must(pageTemplates.Clone()).New(p.Name).Parse(p.Template)
		if err != nil {
			fault("Template: %w", err)
		}
		all[p.Name] = page{p.Title, func(*http.Request) (any, error) { return p.Data(s) }, read}
	}
	return all, errors.Join(errs...)
}

// servePages answers what is below pagesPath.
func (s *Sandbox) servePages() http.Handler {
	mux := http.NewServeMux()
	for name, p := range s.pages {
		if name == "" {
			name = "{$}" // that page, and not all below it
		}
		mux.Handle("GET "+pagesPath+name, s.show(p))
	}
	return secured(mux)
}

// show answers with a page or with its data.
func (s *Sandbox) show(p page) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data, err := p.data(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		if strings.Contains(r.Header.Get("Accept"), "text/html") {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_ = p.template.Execute(w, struct {
				Title string
				Data  any
				HTTP  string // where this sandbox is, for the commands that a page shows
				More  []Page
			}{p.Title, data, s.HTTP(), s.config.Pages}) // half a page is a browser that went away
			return
		}
		w.Header().Set("Content-Type", "application/json")
		encoder := json.NewEncoder(w)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		_ = encoder.Encode(data)
	})
}

// secured adds the headers that keep the pages from being framed, read or scripted by others.
func secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// A letter is a message of the inbox.
type letter struct {
	Time     string `json:"time"` // ISO 8601, UTC
	To       string `json:"to"`
	Username string `json:"username"`
	Purpose  string `json:"purpose"` // the operation that asked for it, as in SignUp
	Subject  string `json:"subject"`
	Code     string `json:"code"`
	Link     string `json:"link,omitempty"` // what is to be followed, as of a subscription
	Pool     string `json:"pool"`           // or the topic
}

// letters are those of the inbox, the newest first.
func (s *Sandbox) letters() []letter {
	letters := []letter{}
	for _, m := range s.Inbox.Messages() {
		letters = append([]letter{{
			Time: m.Time.UTC().Format("2006-01-02T15:04:05Z"), To: m.To, Username: m.Username, Purpose: m.Purpose,
			Subject: m.Subject, Code: m.Code, Link: m.Link, Pool: m.PoolName,
		}}, letters...)
	}
	return letters
}

// recent are the calls behind the one that ?after= names.
func (s *Sandbox) recent(r *http.Request) (any, error) {
	after, _ := strconv.Atoi(r.URL.Query().Get("after")) // all, then
	return s.requests.after(after), nil
}

// A LogLine is a line of CloudWatch Logs, as the page and `lightbox sandbox logs` show it.
type LogLine struct {
	ID      string `json:"id"`
	Time    string `json:"time"` // ISO 8601, UTC
	Group   string `json:"group"`
	Message string `json:"message"`
}

// recentLogs are the latest log lines behind the one that ?after= names.
func (s *Sandbox) recentLogs(r *http.Request) (any, error) {
	found, err := s.Logs.Lines(r.URL.Query().Get("after"), callsLimit)
	lines := []LogLine{}
	for _, line := range found {
		lines = append(lines, LogLine{ID: line.ID, Time: line.Time.UTC().Format("2006-01-02T15:04:05.000Z"), Group: line.Group, Message: line.Message})
	}
	return lines, err
}
