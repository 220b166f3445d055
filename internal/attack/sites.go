package attack

import (
	"net/http"
	"net/url"
	"strings"
)

const fetchMetadata = "https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header"

// A route is a request that a person at this machine may send, and that other sites could have their browser send: no form and no image
// asks whether it may.
type route struct {
	id   string
	make func(w *World) *request
}

// local is a request to the sandbox's own pages.
func local(method, path, body string) func(w *World) *request {
	return func(w *World) *request {
		var b []byte
		if body != "" {
			b = []byte(body)
		}
		r := to(method, w.http, path, b)
		r.plain = true
		return r
	}
}

// routes are what answers at the endpoint, of each kind one.
func routes() []route {
	through := func(target string) string { return "/_lightbox/bridge?url=" + url.QueryEscape(target) }
	return []route{
		{id: "overview", make: local(http.MethodGet, "/_lightbox/", "")},
		{id: "inbox", make: local(http.MethodGet, "/_lightbox/mail", "")},
		{id: "requests", make: local(http.MethodGet, "/_lightbox/requests", "")},
		{id: "logs", make: local(http.MethodGet, "/_lightbox/logs", "")},
		{id: "clock", make: local(http.MethodGet, "/_lightbox/clock", "")},
		{id: "clock-forward", make: local(http.MethodPost, "/_lightbox/clock", `{"forward": "0s"}`)},
		{id: "state", make: local(http.MethodGet, "/_lightbox/state", "")},
		{id: "files-page", make: local(http.MethodGet, "/_lightbox/files", "")},
		{id: "data-page", make: local(http.MethodGet, "/_lightbox/data", "")},
		{id: "users-page", make: local(http.MethodGet, "/_lightbox/users", "")},
		{id: "functions-page", make: local(http.MethodGet, "/_lightbox/functions", "")},
		{id: "api-page", make: local(http.MethodGet, "/_lightbox/api", "")},
		{id: "api-page-asks", make: asksAPI(false)},
		{id: "api-page-subscribes", make: asksAPI(true)},
		{id: "stacks-page", make: local(http.MethodGet, "/_lightbox/stacks", "")},
		{id: "rows", make: func(w *World) *request {
			return onThisMachine(w, w.operation(w.root, "dynamodb", "ListTables", map[string]any{}))
		}},
		{id: "users", make: func(w *World) *request { return onThisMachine(w, listsUsers(w)) }},
		{id: "users-by-their-name", make: listsUsers},
		{id: "stacks", make: func(w *World) *request {
			return onThisMachine(w, w.form(w.root, "cloudformation", url.Values{"Action": {"DescribeStacks"}, "Version": {"2010-05-15"}}))
		}},
		{id: "put-a-file", make: puts},
		{id: "api", make: func(w *World) *request { return w.ask(w.alice, `query { listProducts { items { id } } }`, nil) }},
		{id: "bridge-to-the-api", make: func(w *World) *request {
			r := w.ask(w.alice, `query { listProducts { items { id } } }`, nil)
			r.target, r.plain = through("https://"+w.api+"/graphql"), true
			return r.set("Host", w.http)
		}},
		{id: "bridge-to-users", make: func(w *World) *request {
			r := w.seal(listsUsers(w))
			r.target, r.plain = through("https://"+w.endpoint("cognito-idp")+"/"), true
			return r.set("Host", w.http)
		}},
	}
}

// asksAPI has the console's page of the API ask as a guest, or hand out what opens a subscription as one.
func asksAPI(subscribe bool) func(w *World) *request {
	return func(w *World) *request {
		id, _, _ := strings.Cut(w.api, ".")
		query := `query { listProducts { items { id } } }`
		if subscribe {
			query = `subscription { onProductPublished { id } }`
		}
		body := text(map[string]any{"api": id, "as": "guest", "subscribe": subscribe, "request": map[string]any{"query": query}})
		return local(http.MethodPost, "/_lightbox/api", body)(w)
	}
}

// onThisMachine sends to this machine's own name what is for a name of AWS's.
func onThisMachine(w *World, r *request) *request {
	r.set("Host", w.http)
	return r
}

// otherSites are requests that a page of another site has a browser send.
func otherSites(w *World) []attack {
	port := w.http[strings.LastIndex(w.http, ":"):]
	said := []struct {
		id     string
		fields []field
	}{
		{"origin", []field{{"Origin", "https://evil.example"}}},
		{"null-origin", []field{{"Origin", "null"}}},
		{"cross-site", []field{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Mode", "no-cors"}}},
		{"same-site", []field{{"Sec-Fetch-Site", "same-site"}, {"Sec-Fetch-Mode", "no-cors"}}},
		{"frame", []field{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Mode", "navigate"}, {"Sec-Fetch-Dest", "iframe"}}},
		{"origin-like-ours", []field{{"Origin", "http://127.0.0.1" + port + ".evil.example"}}},
		{"origin-of-another-port", []field{{"Origin", "http://localhost:9"}}},
		{"two-origins", []field{{"Origin", "http://" + w.http}, {"Origin", "https://evil.example"}}},
		{"form", []field{{"Origin", "https://evil.example"}, {"Content-Type", "text/plain"}}},
	}
	var list []attack
	for _, to := range routes() {
		for _, s := range said {
			if s.id == "form" && to.make(w).body == nil {
				continue // a form that sends nothing is the first of these
			}
			list = append(list, attack{
				id: to.id + "-" + s.id, has: "stranger's site", want: "403", page: fetchMetadata, control: sends(to.make),
				try: sends(func(w *World) *request {
					r := w.seal(to.make(w))
					for _, f := range s.fields {
						if f.name == "Content-Type" {
							r.set(f.name, f.value)
						} else {
							r.add(f.name, f.value)
						}
					}
					return r
				}),
			})
		}
	}
	return list
}

// rebinding is a site that has its name point to this machine, so that for a browser the sandbox is that site.
func rebinding(w *World) []attack {
	_, port, _ := strings.Cut(w.http, ":")
	hosts := []struct{ id, host string }{
		{"name", "evil.example"}, {"name-and-port", "evil.example:" + port}, {"localhost-in-it", "localhost.evil.example:" + port},
		{"address-in-it", "127.0.0.1.nip.example:" + port}, {"address-of-all", "0.0.0.0:" + port}, {"aws-in-it", "s3.us-east-1.amazonaws.com.evil.example"},
		{"aws-as-its-end", "evilamazonaws.com"}, {"another-address", "192.168.0.1:" + port}, {"empty", ""},
	}
	var list []attack
	for _, to := range append(routes(), route{"script", local(http.MethodGet, "/_lightbox/browser.js", "")}, route{"worker", local(http.MethodGet, "/_lightbox/worker.js", "")}) {
		if strings.HasPrefix(to.id, "users-by") || to.id == "put-a-file" || to.id == "api" {
			continue // by these names no browser comes here
		}
		for _, h := range hosts {
			want := "403"
			if h.id == "empty" {
				want = "403 or 400"
			}
			list = append(list, attack{
				id: to.id + "-" + h.id, has: "stranger's site", want: want, control: sends(to.make),
				page: "https://www.rfc-editor.org/rfc/rfc9110#section-17.1",
				try:  sends(func(w *World) *request { return w.seal(to.make(w)).set("Host", h.host) }),
			})
		}
		list = append(list, attack{
			id: to.id + "-by-tls", has: "stranger's site", want: "403", control: sends(to.make), page: "https://www.rfc-editor.org/rfc/rfc9110#section-17.1",
			try: sends(func(w *World) *request {
				r := w.seal(to.make(w)).set("Host", "evil.example")
				r.plain = false
				return r
			}),
		})
		list = append(list, attack{
			id: to.id + "-absolute", has: "stranger's site", want: "403 or 400", control: sends(to.make), page: "https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2",
			try: sends(func(w *World) *request {
				r := w.seal(to.make(w))
				r.target = "http://evil.example" + r.target
				return r
			}),
		})
	}
	return list
}
