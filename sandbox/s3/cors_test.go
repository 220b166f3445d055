package s3_test

import (
	"strings"
	"testing"
)

const (
	site    = "http://localhost:3000" // the one origin of dev
	foreign = "https://evil.example"
)

// cors are the headers of CORS in an answer.
func cors(a answer) map[string]string {
	got := map[string]string{}
	for name, values := range a.header {
		if short, ok := strings.CutPrefix(name, "Access-Control-"); ok {
			got[short] = strings.Join(values, "|")
		}
	}
	return got
}

func TestCORS_answersPreflightsByTheRule(t *testing.T) {
	r := newRig(t)
	allowed := map[string]string{
		"Allow-Origin": site, "Allow-Credentials": "true", "Allow-Methods": "GET, HEAD, PUT, POST, DELETE", "Max-Age": "3000",
		"Expose-Headers": "x-amz-server-side-encryption, x-amz-request-id, x-amz-id-2, ETag, x-amz-version-id",
	}
	for _, method := range []string{"GET", "HEAD", "PUT", "POST", "DELETE"} {
		got := r.request("OPTIONS", "/private/x", map[string]string{"Origin": site, "Access-Control-Request-Method": method}, "")
		want(t, method, got.status, 200)
		want(t, method, cors(got), allowed)
		want(t, method+": vary", got.header.Get("Vary"), "Origin, Access-Control-Request-Headers, Access-Control-Request-Method")
	}
	got := r.request("OPTIONS", "/private/x", map[string]string{
		"Origin": site, "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "Authorization, X-Amz-Date,x-amz-meta-by",
	}, "")
	want(t, "headers", got.header.Get("Access-Control-Allow-Headers"), "authorization, x-amz-date, x-amz-meta-by")

	for name, headers := range map[string]map[string]string{
		"a foreign origin":    {"Origin": foreign, "Access-Control-Request-Method": "GET"},
		"null":                {"Origin": "null", "Access-Control-Request-Method": "GET"},
		"https instead":       {"Origin": "https://localhost:3000", "Access-Control-Request-Method": "GET"},
		"another port":        {"Origin": "http://localhost:3001", "Access-Control-Request-Method": "GET"},
		"a longer host":       {"Origin": site + ".evil.example", "Access-Control-Request-Method": "GET"},
		"another case":        {"Origin": "http://LOCALHOST:3000", "Access-Control-Request-Method": "GET"},
		"a method of no rule": {"Origin": site, "Access-Control-Request-Method": "PATCH"},
		"no method":           {"Origin": site},
		"no origin":           {"Access-Control-Request-Method": "GET"},
	} {
		got := r.request("OPTIONS", "/private/x", headers, "")
		if got.status != 403 && got.status != 400 {
			t.Errorf("%s: got %d", name, got.status)
		}
		want(t, name, cors(got), map[string]string{})
	}
}

// M74: a foreign site's script reads nothing, whatever it knows; who is not a browser doesn't care.
func TestCORS_tellsTheBrowserWhoMayRead(t *testing.T) {
	r := newRig(t)
	key := "private/" + identity(userA) + "/x"
	r.put(key, "mine")
	for _, origin := range []string{site, foreign, ""} {
		request := r.presign(userA, "GET", key, 60e9)
		if origin != "" {
			request.Header.Set("Origin", origin)
		}
		got := r.send(request)
		want(t, origin, []any{got.status, got.body}, []any{200, "mine"})
		if origin != site {
			want(t, origin, cors(got), map[string]string{})
			continue
		}
		want(t, origin+": origin", got.header.Get("Access-Control-Allow-Origin"), site)
		want(t, origin+": exposed", strings.Contains(got.header.Get("Access-Control-Expose-Headers"), "ETag"), true)
	}
	// A refusal can be read as well, or a page could not tell why.
	got := r.request("GET", "/"+key, map[string]string{"Origin": site}, "")
	want(t, "a refusal", []any{got.status, got.header.Get("Access-Control-Allow-Origin")}, []any{403, site})
}

func TestCORS_matchesRulesInTheirOrder(t *testing.T) {
	r := newRig(t)
	rule := func(origin, method, header, expose string) map[string]any {
		return map[string]any{"AllowedOrigins": []any{origin}, "AllowedMethods": []any{method}, "AllowedHeaders": []any{header}, "ExposedHeaders": []any{expose}}
	}
	r.makeBucket("cors", map[string]any{"CorsConfiguration": map[string]any{"CorsRules": []any{
		rule("https://*.example", "GET", "x-amz-*", "first"),
		rule("https://a.example", "GET", "*", "second"),
		rule("*", "HEAD", "range", "third"),
	}}})
	r.files = "cors"
	for _, test := range []struct{ origin, method, headers, exposed, allowed string }{
		{"https://a.example", "GET", "X-Amz-Date", "first", "https://a.example"},
		{"https://a.example", "GET", "authorization", "second", "https://a.example"},
		{"https://b.example", "GET", "authorization", "", ""},
		{"https://b.example", "GET", "", "first", "https://b.example"},
		{"https://.example", "GET", "", "first", "https://.example"},
		{"http://b.example", "GET", "", "", ""},
		{"http://b.example", "HEAD", "Range", "third", "*"},
		{"http://b.example", "HEAD", "range, x-amz-date", "", ""},
		{"https://a.example", "PUT", "", "", ""},
	} {
		headers := map[string]string{"Origin": test.origin, "Access-Control-Request-Method": test.method}
		if test.headers != "" {
			headers["Access-Control-Request-Headers"] = test.headers
		}
		got := r.request("OPTIONS", "/x", headers, "")
		name := test.origin + " " + test.method + " " + test.headers
		want(t, name, []string{got.header.Get("Access-Control-Expose-Headers"), got.header.Get("Access-Control-Allow-Origin")}, []string{test.exposed, test.allowed})
		want(t, name+": status", got.status == 200, test.allowed != "")
		if test.allowed == "*" {
			want(t, name+": credentials", got.header.Get("Access-Control-Allow-Credentials"), "")
		}
	}
	r.makeBucket("nocors", nil)
	r.files = "nocors"
	got := r.request("OPTIONS", "/x", map[string]string{"Origin": site, "Access-Control-Request-Method": "GET"}, "")
	want(t, "a bucket without", []any{got.status, errorCode(got.body)}, []any{403, "AccessForbidden"})
}
