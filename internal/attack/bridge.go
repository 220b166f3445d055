package attack

import (
	"net/http"
	"net/url"
	"strings"
)

const bridging = "https://owasp.org/www-community/attacks/Server_Side_Request_Forgery"

// carried is alice asking the API over the bridge.
func carried(w *World) *request {
	r := w.ask(w.alice, `query { listProducts { items { id } } }`, nil)
	r.target, r.plain = "/_lightbox/bridge?url="+url.QueryEscape("https://"+w.api+"/graphql"), true
	return r.set("Host", w.http)
}

// built is the same as her browser does it for a page that somebody builds at this machine.
func built(w *World) *request { return carried(w).add("Origin", "http://localhost:8081") }

// bridges are addresses to which the bridge must not carry anything, and pages for which it must not. What changes the sandbox as a whole is
// asked for what it cannot be.
func bridges(w *World) []attack {
	var rows []row
	for id, target := range inOrder(map[string]string{
		"another-host": "https://evil.example/graphql", "this-machine": "https://127.0.0.1/graphql", "this-sandbox": "https://" + w.http + "/_lightbox/state",
		"localhost": "https://localhost/_lightbox/mail", "the-address-of-metadata": "https://169.254.169.254/latest/meta-data/", "an-address-of-ipv6": "https://[::1]/",
		"http": "http://API/graphql", "file": "file:///etc/passwd", "gopher": "gopher://API/", "no-scheme": "//API/graphql", "a-path": "/graphql",
		"javascript": "javascript:alert(1)", "data": "data:text/html,x", "a-user": "https://x@API/graphql", "aws-as-a-user": "https://API@evil.example/graphql",
		"a-port": "https://API:443/graphql", "another-port": "https://API:22/graphql", "aws-in-it": "https://API.evil.example/graphql", "aws-as-its-end": "https://evilamazonaws.com/graphql",
		"aws-behind-a-fragment": "https://evil.example#.amazonaws.com/", "aws-behind-a-query": "https://evil.example?.amazonaws.com/", "aws-behind-a-backslash": `https://evil.example\.amazonaws.com/`,
		"no-host": "https:///graphql", "nothing": "", "a-line-end": "https://API/graphql\r\nX-A: b", "a-zero-byte": "https://API\x00.evil.example/", "a-service-unknown": "https://ec2.us-east-1.amazonaws.com/",
		"another-region": "https://ELSEWHERE/graphql", "no-address": "%zz",
	}) {
		want := "400"
		switch id {
		case "a-service-unknown":
			want = "501"
		case "another-region":
			want = "404 NotFoundException"
		}
		rows = append(rows, row{id: "carry-to-" + id, want: want, change: func(w *World, r *request) {
			r.target = "/_lightbox/bridge?url=" + url.QueryEscape(strings.NewReplacer("API", w.api, "ELSEWHERE", strings.Replace(w.api, w.region, "eu-west-1", 1)).Replace(target))
		}})
	}
	asks := func(origin string, by func(w *World) *request) change {
		return func(w *World, r *request) {
			s := w.seal(by(w))
			s.target, s.plain = "/_lightbox/bridge?url="+url.QueryEscape("https://"+s.get("Host")+s.target), true
			*r = *s.set("Host", w.http).add("Origin", origin)
		}
	}
	list := append(against(carried, "stranger's site", bridging, rows), against(built, "stranger's site", bridging, []row{
		{id: "administrators-key-of-a-page-that-somebody-builds", want: "400 AccessDeniedException", change: asks("http://localhost:8081", listsUsers)},
		{id: "administrators-key-for-rows", want: "400 AccessDeniedException", change: asks("http://localhost:8081", lists)},
		{id: "administrators-key-for-files", want: "403 AccessDenied", change: asks("http://localhost:8081", func(w *World) *request { return w.object(w.root, http.MethodDelete, "x", nil) })},
		{id: "page-at-another-port", want: "403", change: with("Origin", "http://localhost:8082")},
		{id: "page-at-a-name-like-it", want: "403", change: with("Origin", "http://localhost:8081.evil.example")},
		{id: "page-by-tls", want: "403", change: with("Origin", "https://localhost:8081")},
		{id: "page-in-capitals", want: "403", change: with("Origin", "HTTP://LOCALHOST:8081")},
		{id: "page-and-another", want: "403", change: func(_ *World, r *request) { r.add("Origin", "https://evil.example") }},
	})...)
	return append(list, against(local(http.MethodPost, "/_lightbox/clock", `{"forward": "0s"}`), "stranger's program", "docs/adr/0043-one-line-one-name-one-clock.md", controls())...)
}

// controls are what the clock and the states that are kept must not take.
func controls() []row {
	state := func(body string) change {
		return func(_ *World, r *request) { r.target = "/_lightbox/state"; r.carry(body) }
	}
	clock := func(body string) change { return func(_ *World, r *request) { r.carry(body) } }
	rows := []row{
		{id: "clock-back", want: "400", change: clock(`{"forward": "-1h"}`)},
		{id: "clock-to-the-past", want: "400", change: clock(`{"to": "2001-01-01T00:00:00Z"}`)},
		{id: "clock-by-a-number", want: "400", change: clock(`{"forward": 5}`)},
		{id: "clock-too-far", want: "400", change: clock(`{"forward": "99999999999h"}`)},
		{id: "clock-by-both", want: "400", change: clock(`{"forward": "1h", "to": "2099-01-01T00:00:00Z"}`)},
		{id: "clock-by-none", want: "400", change: clock(`{}`)},
		{id: "clock-by-another", want: "400", change: clock(`{"backward": "1h"}`)},
		{id: "clock-by-a-form", want: "400", change: clock(`forward=1h`)},
		{id: "clock-by-a-lot", want: "400 or 413", change: clock(`{"forward": "` + strings.Repeat("1", 8<<10) + `"}`)},
		{id: "clock-by-delete", want: "405", change: func(_ *World, r *request) { r.method = http.MethodDelete }},
		{id: "state-by-put", want: "405", change: func(_ *World, r *request) { r.target, r.method = "/_lightbox/state", http.MethodPut }},
		{id: "state-both", want: "400", change: state(`{"save": "a", "load": "a"}`)},
		{id: "state-that-is-not-there", want: "400 or 404", change: state(`{"load": "not-there"}`)},
	}
	for id, name := range inOrder(map[string]string{
		"up": "../x", "absolute": "/etc/x", "empty": "", "in-capitals": "X", "with-a-dot": "a.b", "hidden": ".x", "with-a-zero-byte": `a\u0000b`, "too-long": strings.Repeat("a", 65), "with-a-slash": "a/b", "with-a-backslash": `a\\b`,
	}) {
		rows = append(rows, row{id: "save-" + id, want: "400", change: state(`{"save": "` + name + `"}`)}, row{id: "load-" + id, want: "400", change: state(`{"load": "` + name + `"}`)})
	}
	return rows
}
