package sandbox

import (
	"io/fs"
	"net"
	"net/http"
	"os"
	"path"
	"strings"

	"lightbox/sandbox/aws"
)

// site serves a front end that was built as static files: /photos is photos.html or photos/index.html, and what is not
// there is 404.html.
func site(folder string) http.Handler {
	if folder == "" {
		return http.NotFoundHandler()
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "--web: "+err.Error(), http.StatusServiceUnavailable)
		})
	}
	files := root.FS()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, port, err := net.SplitHostPort(r.Host); err == nil && net.ParseIP(aws.Hostname(r.Host)).IsLoopback() {
			// CORS rules know the front end by one origin.
			http.Redirect(w, r, "http://localhost:"+port+r.URL.RequestURI(), http.StatusTemporaryRedirect)
			return
		}
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Cache-Control", "no-cache") // a build that is new shows at once
		name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
		for _, candidate := range []string{name, name + ".html", path.Join(name, "index.html")} {
			if info, err := fs.Stat(files, candidate); err == nil && !info.IsDir() {
				http.ServeFileFS(w, r, files, strings.TrimSuffix(candidate, "/"))
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
