package sandbox

import (
	"crypto/tls"
	"io/fs"
	"mime"
	"net"
	"net/http"
	"os"
	"path"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
)

// siteHeaders is what the pages' HTML cannot say of itself and web/README.md asks every host for: no other site shows them
// in a frame. A build that is new shows at once.
var siteHeaders = map[string]string{
	"Cache-Control":           "no-cache",
	"Content-Security-Policy": "frame-ancestors 'none'",
	"Referrer-Policy":         "strict-origin-when-cross-origin",
	"X-Content-Type-Options":  "nosniff",
}

// built is the front end of the configuration, as site serves it.
func (s *Sandbox) built() http.Handler {
	if s.config.WebFiles != nil {
		return site(s.config.WebFiles(s.HTTP()))
	}
	if s.config.Web == "" {
		return http.NotFoundHandler()
	}
	root, err := os.OpenRoot(s.config.Web)
	if err != nil {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "--web: "+err.Error(), http.StatusServiceUnavailable)
		})
	}
	return site(root.FS())
}

// site serves a front end that was built as static files: /photos is photos.html or photos/index.html, and what is not
// there is 404.html.
func site(files fs.FS) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, value := range siteHeaders {
			w.Header().Set(name, value)
		}
		name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
		for _, candidate := range []string{name, name + ".html", path.Join(name, "index.html")} {
			if info, err := fs.Stat(files, candidate); err == nil && !info.IsDir() {
				serve(w, r, files, strings.TrimSuffix(candidate, "/"))
				return
			}
		}
		w.WriteHeader(http.StatusNotFound)
		if missing, err := fs.ReadFile(files, "404.html"); err == nil {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = w.Write(missing)
		}
	})
}

// front is what answers at WebAddr: the distribution that a stack has put out, or the folder until there is one. What asks for
// it by this machine's address is sent to its name: CORS rules know the front end by one origin.
func (s *Sandbox) front() http.Handler {
	built := s.built()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, port, err := net.SplitHostPort(r.Host); err == nil && net.ParseIP(aws.Hostname(r.Host)).IsLoopback() {
			http.Redirect(w, r, "http://localhost:"+port+r.URL.RequestURI(), http.StatusTemporaryRedirect)
			return
		}
		stack, key, _ := strings.Cut(s.config.WebStack, "/")
		host := s.Overview().Output(stack, key)
		if host == "" {
			built.ServeHTTP(w, r)
			return
		}
		onward := r.Clone(r.Context())
		onward.Host, onward.TLS = host, &tls.ConnectionState{Version: tls.VersionTLS13, HandshakeComplete: true, ServerName: host}
		s.dispatch(w, onward)
	})
}

// serve answers with a file, or with the compressed copy that the build left beside it for clients that take one.
func serve(w http.ResponseWriter, r *http.Request, files fs.FS, name string) {
	w.Header().Add("Vary", "Accept-Encoding")
	if _, err := fs.Stat(files, name+".gz"); err == nil && takesGzip(r.Header.Get("Accept-Encoding")) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Content-Type", mime.TypeByExtension(path.Ext(name)))
		name += ".gz"
	}
	http.ServeFileFS(w, r, files, name)
}

// takesGzip reads an Accept-Encoding: gzip must be named, and not with a weight of zero.
func takesGzip(accepts string) bool {
	for one := range strings.SplitSeq(strings.ToLower(accepts), ",") {
		coding, weight, _ := strings.Cut(strings.ReplaceAll(one, " ", ""), ";")
		if coding == "gzip" {
			return strings.Trim(strings.TrimPrefix(weight, "q="), "0.") != "" || weight == ""
		}
	}
	return false
}
