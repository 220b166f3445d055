package sandbox

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/url"

	"lightbox/sandbox/aws"
)

// bridge carries a request for one of AWS's names that a page in any browser makes, which can't move names: it asks for
// /_lightbox/bridge?url=https%3A%2F%2FBUCKET.s3.us-east-1.amazonaws.com%2F… instead, with the same method, headers and
// body. The service gets it as if it had come by TLS, and for no other path is that assumed: the bridge is on this
// machine's own addresses alone, which no network lies between.
func (s *Sandbox) bridge(w http.ResponseWriter, r *http.Request) {
	target, err := bridged(r.URL.Query().Get("url"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	onward := r.Clone(r.Context())
	onward.Host, onward.URL, onward.RequestURI = target.Host, &url.URL{Path: target.Path, RawPath: target.RawPath, RawQuery: target.RawQuery}, target.RequestURI()
	onward.TLS = &tls.ConnectionState{Version: tls.VersionTLS13, HandshakeComplete: true, ServerName: target.Host}
	if !s.refuseSite(w, r, onward) {
		s.dispatch(w, onward)
	}
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
	case target.User != nil || target.Port() != "" || host == "localhost" || !ours(host):
		return nil, fmt.Errorf("url: got %q, want a name of AWS's services, as in s3.us-east-1.amazonaws.com", target.Host)
	}
	if target.Path == "" {
		target.Path = "/"
	}
	return target, nil
}

// onlyHere lets requests pass that come from this machine and ask for it by name: pages that show codes and carry requests
// are for who sits here, and not for a site that has its name point here (DNS rebinding).
func onlyHere(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := aws.Hostname(r.Host)
		from, _, _ := net.SplitHostPort(r.RemoteAddr)
		if !here(host) || !net.ParseIP(from).IsLoopback() {
			http.Error(w, "these pages are for this machine alone, by the name localhost or 127.0.0.1", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}
