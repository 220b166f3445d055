package sandbox

import (
	"embed"
	"encoding/json"
	"html/template"
	"net/http"
	"strconv"
	"strings"

	"lightbox/sandbox/cognito"
)

// pagesPath is where the sandbox's own pages are.
const pagesPath = "/_lightbox/"

//go:embed pages/*.html
var pageFiles embed.FS

var pageTemplates = template.Must(template.ParseFS(pageFiles, "pages/*.html"))

// Mail is a message that Cognito would send, as the inbox shows it.
type Mail = cognito.Message

// A page is what is under a path below pagesPath: a browser that asks for text/html gets the page, all others its data.
type page struct {
	Title string
	data  func(r *http.Request) (any, error)
}

// pages answers what is below pagesPath.
func (s *Sandbox) pages() http.Handler {
	mux := http.NewServeMux()
	for name, p := range map[string]page{
		"":         {"Sandbox", func(*http.Request) (any, error) { return s.Overview(), nil }},
		"mail":     {"Inbox", func(*http.Request) (any, error) { return s.letters(), nil }},
		"requests": {"Requests", s.recent},
		"access":   {"Who may do what", func(*http.Request) (any, error) { return s.access() }},
		"logs":     {"Resolver logs", s.recentLogs},
	} {
		mux.Handle("GET "+pagesPath+name+exactly(name), s.show(name, p))
	}
	return secured(mux)
}

// exactly keeps the pattern of the first page from being that of all.
func exactly(name string) string {
	if name == "" {
		return "{$}"
	}
	return ""
}

// show answers with a page or with its data.
func (s *Sandbox) show(name string, p page) http.Handler {
	if name == "" {
		name = "index"
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data, err := p.data(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		if strings.Contains(r.Header.Get("Accept"), "text/html") {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_ = pageTemplates.ExecuteTemplate(w, name+".html", struct {
				Title string
				Data  any
				HTTP  string // where this sandbox is, for the commands that a page shows
			}{p.Title, data, s.HTTP()}) // half a page is a browser that went away
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
	Pool     string `json:"pool"`
}

// letters are those of the inbox, the newest first.
func (s *Sandbox) letters() []letter {
	letters := []letter{}
	for _, m := range s.Inbox.Messages() {
		letters = append([]letter{{
			Time: m.Time.UTC().Format("2006-01-02T15:04:05Z"), To: m.To, Username: m.Username, Purpose: m.Purpose,
			Subject: m.Subject, Code: m.Code, Pool: m.PoolName,
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
