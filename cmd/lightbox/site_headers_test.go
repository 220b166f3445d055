package main

import (
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A guarded page is an answer as a browser takes it: which headers it heeds, and what follows from all of its policies.
type guarded struct {
	header   http.Header
	policies []policy // each of which has to agree
}

// policy is a Content-Security-Policy by directive; of several of a name the first counts.
// https://www.w3.org/TR/CSP3/#parse-serialized-policy
type policy map[string][]string

func parsePolicy(text string) policy {
	p := policy{}
	for directive := range strings.SplitSeq(text, ";") {
		if words := strings.Fields(directive); len(words) > 0 {
			if name := strings.ToLower(words[0]); p[name] == nil {
				p[name] = words[1:]
			}
		}
	}
	return p
}

var metaPolicy = regexp.MustCompile(`(?i)<meta http-equiv="Content-Security-Policy" content="([^"]*)"`)

// guard reads an answer. In a page some directives don't count: no page says of itself who may frame it.
// https://html.spec.whatwg.org/multipage/semantics.html#attr-meta-http-equiv-content-security-policy
func guard(a answered) guarded {
	g := guarded{header: a.header}
	for _, line := range a.header.Values("Content-Security-Policy") {
		for one := range strings.SplitSeq(line, ",") {
			g.policies = append(g.policies, parsePolicy(one))
		}
	}
	for _, found := range metaPolicy.FindAllStringSubmatch(a.body, -1) {
		p := parsePolicy(found[1])
		for _, ignored := range []string{"frame-ancestors", "report-uri", "sandbox"} {
			delete(p, ignored)
		}
		g.policies = append(g.policies, p)
	}
	return g
}

// allows tells whether all policies let a page have something, by the first of the directives that a policy has.
func (g guarded) allows(source string, directives ...string) bool {
	return !slices.ContainsFunc(g.policies, func(p policy) bool {
		for _, name := range directives {
			if sources, has := p[name]; has {
				return !slices.Contains(sources, source)
			}
		}
		return false
	})
}

// byTLSFor is for how many seconds a browser asks the host by TLS alone.
// https://www.rfc-editor.org/rfc/rfc6797#section-6.1
func (g guarded) byTLSFor() int {
	for directive := range strings.SplitSeq(g.header.Get("Strict-Transport-Security"), ";") {
		if name, value, _ := strings.Cut(strings.TrimSpace(directive), "="); strings.EqualFold(name, "max-age") {
			seconds, _ := strconv.Atoi(strings.Trim(value, `"`))
			return seconds
		}
	}
	return 0
}

// may tells whether a page may use a feature: one whose list is empty is nobody's.
// https://www.w3.org/TR/permissions-policy/#permissions-policy-http-header-field
func (g guarded) may(feature string) bool {
	for entry := range strings.SplitSeq(strings.Join(g.header.Values("Permissions-Policy"), ","), ",") {
		if name, list, _ := strings.Cut(strings.TrimSpace(entry), "="); name == feature {
			return list != "()"
		}
	}
	return true
}

// runsAs tells whether a browser takes the answer for a script or a style sheet.
// https://fetch.spec.whatwg.org/#should-response-to-request-be-blocked-due-to-nosniff?
func (g guarded) runsAs(kind string) bool {
	essence, _, _ := mime.ParseMediaType(g.header.Get("Content-Type"))
	return essence == kind || !strings.EqualFold(g.header.Get("X-Content-Type-Options"), "nosniff")
}

// faults are what somebody could do with a page that they are not meant to, and what it could not do that it has to.
func (g guarded) faults() (all []string) {
	for fault, is := range map[string]bool{
		"another site shows it in a frame":           g.allows("https://evil.example", "frame-ancestors"),
		"markup turns its addresses to another site": g.allows("https://evil.example", "base-uri"),
		"a plugin runs in it":                        g.allows("https://evil.example", "object-src", "default-src"),
		"a script of somebody else's runs":           g.allows("https://evil.example", "script-src-elem", "script-src", "default-src"),
		"any script in its text runs":                g.allows("'unsafe-inline'", "script-src-elem", "script-src", "default-src"),
		"text becomes a script":                      g.allows("'unsafe-eval'", "script-src", "default-src"),
		"its own scripts do not run":                 !g.allows("'self'", "script-src-elem", "script-src", "default-src"),
		"its own styles do not show":                 !g.allows("'self'", "style-src-elem", "style-src", "default-src"),
		"it is asked for without TLS":                g.byTLSFor() < 365*24*60*60,
		"it uses a camera":                           g.may("camera"),
		"it asks where somebody is":                  g.may("geolocation"),
		"it is taken for a script":                   g.runsAs("text/javascript"),
		"another site hears its whole address":       !slices.Contains([]string{"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}, g.header.Get("Referrer-Policy")),
	} {
		if is {
			all = append(all, fault)
		}
	}
	slices.Sort(all)
	return all
}

// Browsers hold each page of the site to what it is meant to be, and let it be what it is.
func TestSite_isWhatBrowsersEnforce(t *testing.T) {
	p := newPages(t)
	p.deploy()
	for _, path := range []string{"/", "/photos", "/photos/", "/photos/index.html", "/nothing/", "/404.html"} {
		page := p.get(path)
		if got := guard(page).faults(); len(got) > 0 {
			t.Errorf("%s: got %q of %v, want nothing", path, got, page.header)
		}
	}
	script := p.get("/_next/static/chunks/a1b2.js")
	if got := guard(script); !got.runsAs("text/javascript") || got.byTLSFor() == 0 {
		t.Errorf("a script: got %v, want it taken for one", script.header)
	}
	// The controls: a page that says all of itself, and what the header alone would allow.
	itself := strings.Replace(p.get("/").body, "base-uri 'none'", "frame-ancestors 'none'", 1)
	alone := guard(answered{header: http.Header{"Content-Type": {"text/html"}}, body: itself}).faults()
	for _, want := range []string{"another site shows it in a frame", "markup turns its addresses to another site", "it is asked for without TLS", "it is taken for a script", "it uses a camera"} {
		if !slices.Contains(alone, want) {
			t.Errorf("a page without headers: got %q, want %q among them", alone, want)
		}
	}
	bare := guard(answered{header: script.header, body: "<html>"}).faults()
	if slices.Contains(bare, "its own scripts do not run") || !slices.Contains(bare, "any script in its text runs") {
		t.Errorf("headers without a page's own policy: got %q, want them to suit any build", bare)
	}
}

// What `make up` serves is what the distribution answers, headers and all.
func TestSite_isWhatTheSandboxServes(t *testing.T) {
	p := newPages(t)
	p.deploy()
	for _, path := range []string{"/", "/photos", "/photos/?id=1", "/nothing/", "/_next/static/chunks/a1b2.js"} {
		there, here := p.get(path), p.ask(http.DefaultClient, http.MethodGet, "http://"+p.s.Web()+path)
		if here.body != there.body || here.status != there.status {
			t.Errorf("%s: got %d and %.100q, want what the distribution answers", path, here.status, here.body)
		}
		for _, name := range []string{"Content-Security-Policy", "Strict-Transport-Security", "Permissions-Policy", "Referrer-Policy", "X-Content-Type-Options", "Cache-Control", "Content-Type"} {
			if got, want := here.header.Get(name), there.header.Get(name); got != want || want == "" {
				t.Errorf("%s: %s: got %q, want %q", path, name, got, want)
			}
		}
	}
}

// The site's pages may call the sandbox's services. Those of another distribution, which is on AWS, may not.
func TestSite_mayCallTheSandbox(t *testing.T) {
	p := newPages(t)
	for origin, refused := range map[string]bool{"https://" + p.host: false, "https://d1evil.cloudfront.net": true, "https://" + p.host + ".evil.example": true, "http://" + p.host: true} {
		text := p.ask(http.DefaultClient, http.MethodPost, "http://"+p.s.HTTP()+"/", "Origin", origin).body
		if got := strings.Contains(text, "a page of another site"); got != refused {
			t.Errorf("%s: got %s, want it refused: %v", origin, text, refused)
		}
	}
}
