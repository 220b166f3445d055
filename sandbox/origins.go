package sandbox

import (
	"net"
	"net/http"
	"net/url"
	"strings"

	"lightbox/sandbox/aws"
)

// Everyone knows the administrator's key, so any site that is open in a browser on this machine could sign with it and send
// the request here: a form or an image needs no CORS. What browsers say of a request tells those apart from the rest.

// fromSite reports whether a browser sends the request for a page of another site than this machine's own. Tools that are no
// browsers never say where a request comes from.
//
// https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header
func fromSite(r *http.Request) bool {
	if origin := r.Header.Get("Origin"); origin != "" {
		u, err := url.Parse(origin)
		return err != nil || !here(aws.Hostname(u.Host))
	}
	site := r.Header.Get("Sec-Fetch-Site")
	return site == "cross-site" || site == "same-site"
}

// here reports whether a name is one of this machine for itself.
func here(host string) bool {
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || net.ParseIP(host).IsLoopback()
}

// open reports whether a site may send the request to the service: what pages of any site can load, a picture of the CDN or
// by a presigned link.
func (s *service) open(r *http.Request) bool {
	return (r.Method == http.MethodGet || r.Method == http.MethodHead) && (s.name == "s3" || s.name == "cloudfront")
}

// refuseSite answers a request that another site sends, and reports whether it did. onward is the request as its service
// gets it.
func (s *Sandbox) refuseSite(w http.ResponseWriter, r, onward *http.Request) bool {
	if !fromSite(r) {
		return false
	}
	if service := s.find(onward); service != nil && service.open(onward) {
		return false
	}
	http.Error(w, "other sites than this machine's own may not call the sandbox: got Origin "+r.Header.Get("Origin"), http.StatusForbidden)
	return true
}

// named refuses requests that came here by a name which is not this machine's, nor one of AWS's: a site that has its name
// point here (DNS rebinding) would count as this machine's own.
func (s *Sandbox) named(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := aws.Hostname(r.Host)
		if !s.config.ExposeToNetwork && !here(host) && !ours(host) {
			http.Error(w, "got the Host "+clipped(r.Host)+", want localhost, 127.0.0.1 or a name of AWS's services", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}
