package sandbox

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/url"

	"lightbox.example/lightbox/sandbox/aws"
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
	to.Handler = apart(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { s.dispatch(w, onward) }))
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
