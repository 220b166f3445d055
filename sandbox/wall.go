package sandbox

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/cloudfront"
	"lightbox.example/lightbox/sandbox/origin"
)

// Everyone knows the administrator's key, so any site that is open in a browser on this machine could sign with it and send
// the request here: a form or an image needs no CORS. What browsers say of a request tells those apart from the rest. The
// wall asks for it in one place, for every listener: routes only say what they are, and whom they are for.

// A route is what answers a request, and what the wall has to know of it.
type route struct {
	http.Handler
	named  bool   // whether the request came by a name that the route answers to
	names  string // these, in words
	others bool   // whether pages of other sites may send the request
	own    bool   // whether no pages may but those below /_lightbox/, not even such as were named
}

// wall answers requests whose route is for whoever sends them, and refuses the others.
func (s *Sandbox) wall(find func(*http.Request) route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		to := find(r)
		switch {
		case r.URL.Opaque != "": // POST evil.example:80 HTTP/1.1, which CONNECT alone may say
			s.keepOut(w, r, http.StatusBadRequest, fmt.Sprintf("got the target %s, want a path or a URL", clipped(r.RequestURI)))
		case !to.named: // a site that has its name point here (DNS rebinding) would count as this machine's own
			s.keepOut(w, r, http.StatusForbidden, fmt.Sprintf("got the Host %s, want %s", clipped(r.Host), to.names))
		case to.own && s.elsewhere(r):
			s.keepOut(w, r, http.StatusForbidden, fmt.Sprintf("got a request that a page of another site sends (Origin %q), want one of the sandbox's own pages, below %s", clipped(r.Header.Get("Origin")), pagesPath))
		case !to.others && s.foreign(r):
			s.keepOut(w, r, http.StatusForbidden, fmt.Sprintf("got a request that a page of another site sends (Origin %q, Sec-Fetch-Site %q), want one of the sandbox's own pages, an origin that --origin names or, over the bridge, localhost at %s",
				clipped(r.Header.Get("Origin")), clipped(r.Header.Get("Sec-Fetch-Site")), strings.Join(developing, ", ")))
		default:
			to.ServeHTTP(w, r)
		}
	})
}

// keepOut refuses a request that no service has seen, and logs it: whoever builds a page wants to know.
func (s *Sandbox) keepOut(w http.ResponseWriter, r *http.Request, status int, reason string) {
	http.Error(w, reason, status)
	s.report(Call{
		Time: s.config.Now(), Service: "sandbox", Operation: clipped(r.Method + " " + r.URL.EscapedPath()), Status: status,
		Denied: true, Reason: reason,
	}, nil)
}

// foreign reports whether a browser sends the request for a page of another origin than the sandbox's own. Tools that are no
// browsers never say where a request comes from.
//
// https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header
func (s *Sandbox) foreign(r *http.Request) bool {
	if origins := r.Header.Values("Origin"); len(origins) > 0 {
		return slices.ContainsFunc(origins, func(origin string) bool { return !s.origins[origin] && !s.distributes(origin) })
	}
	site := r.Header.Get("Sec-Fetch-Site")
	return site != "" && site != "none" && site != "same-origin"
}

// elsewhere reports whether a browser sends the request for a page that is none of those below /_lightbox/.
func (s *Sandbox) elsewhere(r *http.Request) bool {
	_, port, _ := net.SplitHostPort(s.HTTP())
	return slices.ContainsFunc(r.Header.Values("Origin"), func(origin string) bool {
		return origin != "http://"+s.HTTP() && origin != "http://localhost:"+port
	})
}

// distributes reports whether an origin is that of pages which one of the sandbox's own distributions serves. No other site can
// have its name; what people upload is answered so that it has no origin.
func (s *Sandbox) distributes(origin string) bool {
	host, ok := strings.CutPrefix(origin, "https://")
	return ok && slices.ContainsFunc(s.Distributions.Distributions(), func(d cloudfront.Distribution) bool { return d.Enabled && d.DomainName == host })
}

// navigates reports whether a request is for a page that a browser is to show by itself, as when a link is followed. Other
// sites may lead there; in a frame, or by script, they get nothing.
func navigates(r *http.Request) bool {
	return r.Method == http.MethodGet && r.Header.Get("Origin") == "" &&
		r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document"
}

// open reports whether pages of any site may send the request to the service: what they can load on AWS, a picture of the CDN
// or by a presigned link, and the question whether the bucket's rule lets them read it.
func (s *service) open(r *http.Request) bool {
	return (r.Method == http.MethodGet || r.Method == http.MethodHead || r.Method == http.MethodOptions) && (s.name == "s3" || cloudfront.ForViewers(r.Host))
}

// here reports whether a name is one of this machine for itself. Those below localhost are S3's, for its buckets.
func here(host string) bool { return host == "localhost" || net.ParseIP(host).IsLoopback() }

// hosted reports whether services answer to a name: this machine's, one of AWS's, or that of a page that was named. On a
// network the address of this machine is another, which no DNS can lie about.
func (s *Sandbox) hosted(host string) bool {
	return here(host) || ours(host) || s.names[host] || s.config.ExposeToNetwork && (net.ParseIP(host) != nil || !strings.Contains(host, "."))
}

// ownOrigins are those of the pages that the sandbox serves, and those that it was given by name. It is called when the
// listeners are there.
func (s *Sandbox) ownOrigins() {
	s.origins, s.names = map[string]bool{}, map[string]bool{}
	_, port, _ := net.SplitHostPort(s.HTTP())
	for _, origin := range append([]string{"http://" + s.HTTP(), "http://localhost:" + port, "http://" + s.Web()}, s.config.Origins...) {
		s.origins[origin] = true
	}
	for _, origin := range s.config.Origins {
		u, _ := url.Parse(origin) // it was checked
		s.names[aws.Hostname(u.Host)] = true
	}
}

// checkOrigins refuses all that are no origins.
func (c Config) checkOrigins() (errs []error) {
	for _, given := range c.Origins {
		if err := origin.Check(given); err != nil {
			errs = append(errs, fmt.Errorf("--origin: %w", err))
		}
	}
	return errs
}
