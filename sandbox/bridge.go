package sandbox

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/browser"
)

// bridge carries a request for one of AWS's names that a page in any browser makes, which can't move names: it asks for
// /_lightbox/bridge?url=https%3A%2F%2FBUCKET.s3.us-east-1.amazonaws.com%2F… instead, with the same method, headers and
// body. The service gets it as if it had come by TLS, and for no other path is that assumed: the bridge is on this
// machine's own addresses alone, which no network lies between.
//
// Whatever it carries, a page that somebody stored among it, has an origin of its own and never that of the inbox.
func (s *Sandbox) bridge(r *http.Request) route {
	to := forThisMachine(r)
	target, err := bridged(r.URL.Query().Get("url"))
	if err != nil {
		to.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, err.Error(), http.StatusBadRequest) })
		return to
	}
	onward := r.Clone(r.Context())
	onward.Host, onward.URL, onward.RequestURI = target.Host, &url.URL{Path: target.Path, RawPath: target.RawPath, RawQuery: target.RawQuery}, target.RequestURI()
	onward.TLS = &tls.ConnectionState{Version: tls.VersionTLS13, HandshakeComplete: true, ServerName: target.Host}
	found := s.find(onward)
	to.others = found != nil && found.open(onward)
	if !to.others && s.develops(r) {
		to.others = true
		onward = onward.WithContext(aws.SessionsOnly(onward.Context(), errKey))
	}
	to.Handler = apart(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { s.dispatch(w, onward) }))
	return to
}

// developing are the ports at which tools for front ends serve on this machine: Next, Angular, Vite, and what serves a folder or
// an app for phones.
var developing = []string{"3000", "4200", "5173", "8080", "8081"}

// errKey is why a page that nobody named is refused what it signed with the administrator's key.
var errKey = errors.New("the administrator's key is not for pages, want one of the sandbox's own pages, or an origin that --origin names")

// develops reports whether a page asks that somebody on this machine is probably building. It may do over the bridge what a
// person's browser does, as on AWS, with the credentials that the services gave it. That is all: it is none of the sandbox's own
// pages, and does not see them.
func (s *Sandbox) develops(r *http.Request) bool {
	origins := r.Header.Values("Origin")
	if len(origins) != 1 || s.origins[origins[0]] {
		return false
	}
	port, found := strings.CutPrefix(origins[0], "http://localhost:")
	return found && slices.Contains(developing, port)
}

// browserPart is the route of the scripts that bring a page in any browser to the bridge. They say where the sandbox is, which
// pages of any site may load.
func (s *Sandbox) browserPart(r *http.Request) route {
	to := forThisMachine(r)
	to.others = r.Method == http.MethodGet || r.Method == http.MethodHead
	text := browser.Script(s.HTTP())
	if r.URL.Path == pagesPath+workerName {
		text = browser.Worker(s.HTTP())
	}
	to.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !to.others {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "got "+r.Method+", want GET or HEAD", http.StatusMethodNotAllowed)
			return
		}
		h := w.Header()
		h.Set("Content-Type", "text/javascript; charset=utf-8")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-cache")
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Cross-Origin-Resource-Policy", "cross-origin") // for pages that want it of all that they load
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(text))
	})
	return to
}

// bridged reads the URL that a request is for.
func bridged(text string) (*url.URL, error) {
	target, err := url.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("url: %w", err)
	}
	host := aws.Hostname(target.Host)
	switch {
	case target.Scheme != "https" && target.Scheme != "wss":
		return nil, fmt.Errorf("url: got the scheme %q, want https or wss", target.Scheme)
	case target.User != nil || target.Port() != "" || !ofAWS(host):
		return nil, fmt.Errorf("url: got %q, want a name of AWS's services, as in s3.us-east-1.amazonaws.com", target.Host)
	}
	if target.Path == "" {
		target.Path = "/"
	}
	return target, nil
}

// forThisMachine is the route of what is for who sits here: pages that show codes, and what carries requests.
func forThisMachine(r *http.Request) route {
	from, _, _ := net.SplitHostPort(r.RemoteAddr)
	return route{
		named: here(aws.Hostname(r.Host)) && net.ParseIP(from).IsLoopback(),
		names: "localhost or 127.0.0.1, and from this machine",
	}
}
