package attack

import (
	"context"
	"net/http"
	"net/url"
	"strings"
)

const (
	scripting = "https://owasp.org/www-community/attacks/xss/"
	splitting = "https://owasp.org/www-community/attacks/HTTP_Response_Splitting"
)

// script is what would run if a page showed it as it is. It can be a user's name.
const script = `<img/src=x/onerror=alert(1)>`

// plant leaves it wherever a page shows what others said: a name in the inbox, paths, hosts and operations among the requests.
func (w *World) plant(ctx context.Context) error {
	name := script + w.run
	if err := w.must(ctx, w.idp("SignUp", map[string]any{"ClientId": w.client, "Username": name, "Password": password,
		"UserAttributes": []map[string]string{{"Name": "email", "Value": "planted-" + w.run + "@example.com"}}}), nil); err != nil {
		return err
	}
	encoded := url.PathEscape(script)
	for _, r := range []*request{
		w.object(w.bob.keys, http.MethodPut, w.bob.private(encoded), []byte("x")), w.object(keys{}, http.MethodGet, encoded, nil),
		to("X"+http.MethodGet, w.endpoint("s3"), "/"+script, nil), w.idp(script, map[string]any{}), to(http.MethodGet, w.cdn, "/"+encoded, nil),
		w.ask(w.bob, `query { `+script+` }`, nil), w.ask(w.bob, `query { getPhoto(id: "`+script+`") { id } }`, nil),
		local(http.MethodGet, "/_lightbox/bridge?url="+url.QueryEscape(script), "")(w),
	} {
		if _, err := w.send(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// runs reports what a browser would make of an answer: a script of somebody's, or a header.
func runs(a answer) answer {
	kind := a.header.Get("Content-Type")
	page := strings.HasPrefix(kind, "text/html") || strings.Contains(kind, "svg") || kind == "" || strings.Contains(kind, "xhtml")
	apart := strings.Contains(strings.Join(a.header.Values("Content-Security-Policy"), ";"), "sandbox")
	switch {
	case page && !apart && (strings.Contains(string(a.body), script) || strings.Contains(string(a.body), "<script>alert")):
		a.code = "and it runs"
	case a.header.Get("Set-Cookie") != "" || a.header.Get("X-Injected") != "":
		a.code = "and a header of theirs"
	}
	return a
}

// shows is the probe of a page that must not run what others said.
func shows(make func(w *World) *request) probe {
	return func(ctx context.Context, w *World) (answer, error) {
		a, err := w.send(ctx, make(w))
		code := a.code
		if a = runs(a); a.code == code {
			a.code = ""
		}
		return a, err
	}
}

// pages are what people said, where a page shows it; and headers that an answer takes from a request.
func pages(*World) []attack {
	var list []attack
	for _, name := range []string{"", "mail", "requests", "logs", "clock", "state", "files", "data", "users", "functions", "api", "stacks"} {
		list = append(list, attack{id: "page-" + or(name, "first"), has: "a name", want: "200", page: scripting, control: sends(local(http.MethodGet, "/_lightbox/"+name, "")),
			try: shows(func(w *World) *request {
				return local(http.MethodGet, "/_lightbox/"+name, "")(w).add("Accept", "text/html")
			})})
	}
	// What is planted is in the data of these, which no browser may take for a page.
	for _, name := range []string{"mail", "requests"} {
		data := local(http.MethodGet, "/_lightbox/"+name, "")
		list = append(list, attack{id: "data-" + name, has: "a name", want: "200", page: scripting, control: sends(data), try: func(ctx context.Context, w *World) (answer, error) {
			a, err := w.send(ctx, data(w))
			switch {
			case !strings.Contains(string(a.body), script):
				a.code = "without what was planted"
			case a.header.Get("Content-Type") != "application/json" || a.header.Get("X-Content-Type-Options") != "nosniff":
				a.code = "and it runs"
			}
			return a, err
		}})
	}
	for id, make := range inOrder(map[string]func(w *World) *request{
		"error-of-files": func(w *World) *request {
			return w.object(keys{}, http.MethodGet, url.PathEscape(script), nil).add("Accept", "text/html")
		},
		"error-of-the-cdn": func(w *World) *request {
			return to(http.MethodGet, w.cdn, "/"+url.PathEscape(script), nil).add("Accept", "text/html")
		},
		"error-of-the-bridge": func(w *World) *request {
			return local(http.MethodGet, "/_lightbox/bridge?url="+url.QueryEscape(script), "")(w).add("Accept", "text/html")
		},
		"error-of-a-service-unknown": func(w *World) *request {
			return to(http.MethodGet, "ec2."+w.region+".amazonaws.com", "/"+url.PathEscape(script), nil)
		},
		"error-of-a-page-unknown": func(w *World) *request { return local(http.MethodGet, "/_lightbox/"+url.PathEscape(script), "")(w) },
		"error-of-the-api":        func(w *World) *request { return w.ask(w.bob, script, nil).add("Accept", "text/html") },
		"error-of-the-pool":       func(w *World) *request { return w.idp(script, map[string]any{}).add("Accept", "text/html") },
		"error-of-the-wall":       func(w *World) *request { return local(http.MethodGet, "/_lightbox/", "")(w).set("Host", script) },
		"error-of-the-wall-by-an-origin": func(w *World) *request {
			return local(http.MethodGet, "/_lightbox/", "")(w).add("Origin", script)
		},
	}) {
		list = append(list, attack{id: id, has: "a link", want: "200 or 400 or 403 or 404 or 501 or 405", page: scripting, control: sends(local(http.MethodGet, "/_lightbox/", "")), try: shows(make)})
	}
	return append(list, split()...)
}

// stored is bob's page among his files, by a link of his.
func stored(w *World, query string) *request {
	r := w.object(w.bob.keys, http.MethodGet, w.bob.private("page.html"), nil)
	r.target = strings.TrimSuffix(r.target+"?"+query, "?")
	return r
}

// split are values with line ends in them, which must not become headers, and pages that must have no origin at this machine.
func split() []attack {
	// put leaves bob's page there, which says of itself what it is asked to.
	put := func(ctx context.Context, w *World) (answer, error) {
		r := w.object(w.bob.keys, http.MethodPut, w.bob.private("page.html"), []byte("<script>alert(1)</script>")).add("Content-Type", "text/html")
		if a, err := w.send(ctx, r); err != nil || !a.allowed() {
			return a, err
		}
		return w.send(ctx, stored(w, "response-content-disposition=x&response-content-language=x&response-content-type=x"))
	}
	const lines = "x%0D%0ASet-Cookie%3A%20a%3Db%0D%0AX-Injected%3A%201"
	var list []attack
	for id, make := range inOrder(map[string]func(w *World) *request{
		"header-of-a-disposition":           func(w *World) *request { return stored(w, "response-content-disposition="+lines) },
		"header-of-a-type":                  func(w *World) *request { return stored(w, "response-content-type="+lines) },
		"header-of-a-language":              func(w *World) *request { return stored(w, "response-content-language="+lines) },
		"header-of-a-redirect":              func(w *World) *request { r := to(http.MethodGet, w.cdn, "/"+lines, nil); r.plain = true; return r },
		"header-of-a-redirect-by-its-query": func(w *World) *request { r := to(http.MethodGet, w.cdn, "/x?"+lines, nil); r.plain = true; return r },
		"stored-page-over-the-bridge": func(w *World) *request {
			r := w.seal(stored(w, ""))
			r.target, r.plain = "/_lightbox/bridge?url="+url.QueryEscape("https://"+r.get("Host")+r.target), true
			return r.set("Host", w.http)
		},
	}) {
		list = append(list, attack{id: id, has: "a link", want: "200 or 301 or 400 or 403", page: splitting, control: put, try: shows(make), changes: true})
	}
	// Pages of strangers read nothing of the bucket: no answer names their origin.
	for id, method := range inOrder(map[string]string{"asked-first": http.MethodOptions, "by-get": http.MethodGet}) {
		list = append(list, attack{id: "strangers-script-reads-a-file-" + id, has: "stranger's site", want: "200 or 403 AccessForbidden", page: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html", control: sends(ownFile),
			try: func(ctx context.Context, w *World) (answer, error) {
				r := ownFile(w).add("Origin", "https://evil.example")
				if r.method = method; method == http.MethodOptions {
					r.sign = nil
					r.add("Access-Control-Request-Method", "GET")
				}
				a, err := w.send(ctx, r)
				if a.header.Get("Access-Control-Allow-Origin") != "" {
					a.code = "and may read it"
				}
				return a, err
			}})
	}
	return list
}
