package sandbox_test

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/proof/page"
	"lightbox.example/lightbox/sandbox"
)

// walled starts a sandbox with a front end, and with a page that it was given by name.
func walled(t *testing.T) *sandbox.Sandbox {
	t.Helper()
	web := t.TempDir()
	if err := os.WriteFile(filepath.Join(web, "index.html"), []byte("home"), 0o600); err != nil {
		t.Fatal(err)
	}
	return start(t, sandbox.Config{Web: web, Origins: []string{"http://localhost:5173"}, Pages: []sandbox.Page{page.Access()}})
}

// A wallCase is a request that somebody's browser sends, and on which routes it passes.
type wallCase struct {
	host                string            // "" for the route's own
	header              map[string]string // what the browser says of it
	calls, loads, looks bool              // whether it may call services, load what any page may, look at the front end
	builds              bool              // whether it may call services over the bridge alone
}

func wallCases(s *sandbox.Sandbox) map[string]wallCase {
	origin := func(origin string) map[string]string {
		return map[string]string{"Origin": origin, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}
	}
	fetched := func(site, mode, dest string) map[string]string {
		return map[string]string{"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": dest}
	}
	_, port, _ := strings.Cut(s.HTTP(), ":")
	return map[string]wallCase{
		"a tool":                             {"", nil, true, true, true, false},
		"who types the address":              {"", fetched("none", "navigate", "document"), true, true, true, false},
		"the page itself":                    {"", fetched("same-origin", "cors", "empty"), true, true, true, false},
		"the inbox, by its origin":           {"", origin("http://" + s.HTTP()), true, true, true, false},
		"the inbox at localhost":             {"", origin("http://localhost:" + port), true, true, true, false},
		"the front end":                      {"", origin("http://" + s.Web()), true, true, true, false},
		"a page that was named":              {"", origin("http://localhost:5173"), true, true, true, false},
		"a page that somebody builds":        {"", origin("http://localhost:4200"), false, true, false, true},
		"another port of the same tool":      {"", origin("http://localhost:4201"), false, true, false, false},
		"the same at another name":           {"", origin("http://127.0.0.1:4200"), false, true, false, false},
		"a page of this machine":             {"", origin("http://localhost:5174"), false, true, false, false},
		"a named page's other scheme":        {"", origin("https://localhost:5173"), false, true, false, false},
		"the front end at another name":      {"", origin("http://" + strings.Replace(s.Web(), "localhost", "127.0.0.1", 1)), false, true, false, false},
		"a bucket's own page":                {"", origin("http://bucket.localhost:" + port), false, true, false, false},
		"a bucket's own page, as on AWS":     {"", origin("https://bucket.s3.us-east-1.amazonaws.com"), false, true, false, false},
		"the listener for AWS's names":       {"", origin("https://" + s.HTTPS()), false, true, false, false},
		"a site":                             {"", origin("https://evil.example"), false, true, false, false},
		"a sandboxed page":                   {"", origin("null"), false, true, false, false},
		"an origin that is no text":          {"", origin(""), false, true, false, false},
		"a site's picture":                   {"", fetched("cross-site", "no-cors", "image"), false, true, false, false},
		"a site's script":                    {"", fetched("cross-site", "no-cors", "script"), false, true, false, false},
		"a neighbour's picture":              {"", fetched("same-site", "no-cors", "image"), false, true, false, false},
		"a word that browsers may have once": {"", fetched("elsewhere", "no-cors", "image"), false, true, false, false},
		"a site's frame":                     {"", fetched("cross-site", "navigate", "iframe"), false, true, false, false},
		"a site's link":                      {"", fetched("cross-site", "navigate", "document"), false, true, true, false},
		"a name that points here":            {"evil.example", nil, false, false, false, false},
		"the same, its own page":             {"evil.example:" + port, fetched("same-origin", "cors", "empty"), false, false, false, false},
		"the same, by its origin":            {"evil.example:" + port, origin("http://evil.example:" + port), false, false, false, false},
		"every address":                      {"0.0.0.0:" + port, nil, false, false, false, false},
		"another machine":                    {"192.168.1.7:" + port, nil, false, false, false, false},
		"a name like AWS's":                  {"s3.amazonaws.com.evil.example", nil, false, false, false, false},
	}
}

// A page of another site, open in a browser on this machine, signs with the key that everyone knows and sends what needs no
// CORS: a form, an image, a WebSocket. It comes to nothing at whatever listener.
func TestWall_standsBeforeEveryListener(t *testing.T) {
	s := walled(t)
	const bucket = "cdk-hnb659fds-assets-000000000000-us-east-1" // of the bootstrap
	stacks := "/?" + url.Values{"Action": {"DescribeStacks"}, "Version": {"2010-05-15"}}.Encode()
	object := "/" + bucket + "/x.png"
	named := client(t, s)
	type knock struct {
		client *http.Client
		method string
		url    string // where it goes
		signed string // what its signature is for, "" for none
		of     string // the service
		passes func(wallCase) bool
	}
	calls := func(c wallCase) bool { return c.calls }
	loads := func(c wallCase) bool { return c.loads }
	looks := func(c wallCase) bool { return c.looks }
	bridges := func(c wallCase) bool { return c.calls || c.builds }
	const cloudformation, files = "https://cloudformation.us-east-1.amazonaws.com", "https://s3.us-east-1.amazonaws.com"
	const invalidations = "https://cloudfront.amazonaws.com/2020-05-31/distribution/E1/invalidation"
	over := func(target string) string { return bridge(t, s, target).String() }
	plain, local := "http://"+s.HTTP(), "https://localhost"
	routes := map[string]knock{
		"HTTP, a call":                {http.DefaultClient, "POST", plain + stacks, plain + stacks, "cloudformation", calls},
		"HTTP, a call by GET":         {http.DefaultClient, "GET", plain + stacks, plain + stacks, "cloudformation", calls},
		"HTTP, an upload":             {http.DefaultClient, "PUT", plain + object, plain + object, "s3", calls},
		"HTTP, an object":             {http.DefaultClient, "GET", plain + object, plain + object, "s3", loads},
		"HTTP, a preflight":           {http.DefaultClient, "OPTIONS", plain + object, "", "s3", loads},
		"HTTP, no service":            {http.DefaultClient, "GET", plain + "/", plain + "/", "ec2", calls},
		"TLS, a call":                 {named, "POST", cloudformation + stacks, cloudformation + stacks, "cloudformation", calls},
		"TLS, a call by GET":          {named, "GET", cloudformation + stacks, cloudformation + stacks, "cloudformation", calls},
		"TLS, an upload":              {named, "PUT", files + object, files + object, "s3", calls},
		"TLS, an object":              {named, "GET", files + object, files + object, "s3", loads},
		"TLS, a call by localhost":    {named, "POST", local + stacks, local + stacks, "cloudformation", calls},
		"TLS, an object by localhost": {named, "GET", local + object, local + object, "s3", loads},
		"the bridge, a call":          {http.DefaultClient, "POST", over(cloudformation + stacks), cloudformation + stacks, "cloudformation", bridges},
		"the bridge, a call by GET":   {http.DefaultClient, "GET", over(cloudformation + stacks), cloudformation + stacks, "cloudformation", bridges},
		"the bridge, an upload":       {http.DefaultClient, "PUT", over(files + object), files + object, "s3", bridges},
		"the bridge, an object":       {http.DefaultClient, "GET", over(files + object), files + object, "s3", loads},
		"the bridge, the CDN":         {http.DefaultClient, "GET", over("https://d111.cloudfront.net/x"), "", "", loads},
		"TLS, the CDN's API":          {named, "GET", invalidations, invalidations, "cloudfront", calls},
		"TLS, the CDN":                {named, "GET", "https://d111.cloudfront.net/x", "", "", loads},
		"HTTP, the CDN's API":         {http.DefaultClient, "GET", plain + "/2020-05-31/distribution/E1/invalidation", plain + "/2020-05-31/distribution/E1/invalidation", "cloudfront", calls},
		"the bridge, a WebSocket":     {http.DefaultClient, "GET", over("wss://x.appsync-realtime-api.us-east-1.amazonaws.com/graphql"), "", "", bridges},
		"the bridge, nonsense":        {http.DefaultClient, "GET", over("https://evil.example/"), "", "", calls},
		"the script for any browser":  {http.DefaultClient, "GET", plain + "/_lightbox/browser.js", "", "", loads},
		"the worker for any browser":  {http.DefaultClient, "GET", plain + "/_lightbox/worker.js", "", "", loads},
		"the script, sent to":         {http.DefaultClient, "POST", plain + "/_lightbox/browser.js", "", "", calls},
		"the front end":               {http.DefaultClient, "GET", "http://" + s.Web() + "/", "", "", looks},
	}
	// What is below /_lightbox/ is for its own pages: not for the front end's, and not for those that --origin names.
	named5173 := func(c wallCase) bool {
		return c.header["Origin"] == "http://localhost:5173" || c.header["Origin"] == "http://"+s.Web()
	}
	for _, path := range append(s.PagePaths(), "none") {
		routes["the console, GET "+path] = knock{http.DefaultClient, "GET", plain + "/_lightbox/" + path, "", "", func(c wallCase) bool { return c.looks && !named5173(c) }}
		for _, method := range []string{"POST", "PUT", "DELETE"} {
			routes["the console, "+method+" "+path] = knock{http.DefaultClient, method, plain + "/_lightbox/" + path, "", "", func(c wallCase) bool { return c.calls && !named5173(c) }}
		}
	}
	for what, route := range routes {
		t.Run(what, func(t *testing.T) {
			for who, test := range wallCases(s) {
				// The signature is for the Host that the request has: it is right, and refuses nobody.
				target := route.url
				if route.signed != "" {
					target = route.signed
				}
				u, err := url.Parse(target)
				if err != nil {
					t.Fatal(err)
				}
				if test.host != "" && !strings.Contains(route.url, "bridge") {
					u.Host = test.host
				}
				request := signed(t, route.method, u.String(), route.of, nil)
				if route.signed == "" {
					request.Header.Del("Authorization")
				}
				if request.URL, err = url.Parse(route.url); err != nil {
					t.Fatal(err)
				}
				request.Host = test.host
				for name, value := range test.header {
					request.Header.Set(name, value)
				}
				got := do(t, route.client, request)
				passed := got.status != http.StatusForbidden || !strings.HasPrefix(got.body, "got a request that a page of another site sends") && !strings.HasPrefix(got.body, "got the Host")
				if passed != route.passes(test) {
					t.Errorf("%s: got %d %s, want it to pass: %t", who, got.status, got.body, route.passes(test))
				}
				if strings.Contains(got.body, "SignatureDoesNotMatch") {
					t.Errorf("%s: got %s, want a signature that is right", who, got.body)
				}
			}
		})
	}
}

// An upload by a link that somebody signed is the bucket's to allow, but not for any site to send.
func TestWall_keepsPresignedUploadsOfOtherSitesOut(t *testing.T) {
	s := deployed(t, sandbox.Config{Origins: []string{"http://localhost:3000"}})
	target := "https://" + output(t, s, "FileStorage", "BucketName") + ".s3.us-east-1.amazonaws.com/public/products/x.png"
	for origin, want := range map[string]int{"https://evil.example": http.StatusForbidden, "http://localhost:5173": http.StatusForbidden, "http://localhost:3000": http.StatusOK} {
		for name, over := range map[string]func(*http.Request) *http.Client{
			"TLS": func(*http.Request) *http.Client { return client(t, s) },
			"the bridge": func(r *http.Request) *http.Client {
				r.URL, r.Host = bridge(t, s, r.URL.String()), ""
				return http.DefaultClient
			},
		} {
			t.Run(origin+" by "+name, func(t *testing.T) {
				request := presigned(t, http.MethodPut, target)
				request.Header.Set("Origin", origin)
				request.Body, request.ContentLength = io.NopCloser(strings.NewReader("png")), 3
				if got := do(t, over(request), request); got.status != want {
					t.Errorf("got %d %s, want %d", got.status, got.body, want)
				}
			})
		}
	}
}

// The bucket's own rule says who may read what it has.
func TestWall_leavesCORSToTheBucket(t *testing.T) {
	s := deployed(t, sandbox.Config{Origins: []string{"https://named.example"}})
	target := "https://" + output(t, s, "FileStorage", "BucketName") + ".s3.us-east-1.amazonaws.com/public/products/x.png"
	for origin, want := range map[string]string{"http://localhost:3000": "http://localhost:3000", "https://named.example": "", "https://evil.example": ""} {
		request, err := http.NewRequest(http.MethodOptions, target, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		request.Header = http.Header{"Origin": {origin}, "Access-Control-Request-Method": {"PUT"}}
		if got := do(t, client(t, s), request); got.header.Get("Access-Control-Allow-Origin") != want {
			t.Errorf("%s: got %d, %q, want %q", origin, got.status, got.header.Get("Access-Control-Allow-Origin"), want)
		}
	}
}

// Who builds a page reads in the log why it gets nothing.
func TestWall_logsWhomItKeepsOut(t *testing.T) {
	calls := make(chan sandbox.Call, 10)
	s := start(t, sandbox.Config{Log: func(c sandbox.Call) { calls <- c }})
	request := signed(t, http.MethodPost, "http://"+s.HTTP()+"/", "cognito-idp", nil)
	request.Header.Set("Origin", "http://localhost:5173")
	got := do(t, http.DefaultClient, request)
	call := <-calls
	if got.status != http.StatusForbidden || !call.Denied || call.Reason != strings.TrimSpace(got.body) || !strings.Contains(call.Reason, `"http://localhost:5173"`) || !strings.Contains(call.Reason, "--origin") {
		t.Errorf("got %d %s and the line %q, want both to name the origin and the flag", got.status, got.body, call)
	}
}

func TestStart_refusesOriginsThatBrowsersDoNotSay(t *testing.T) {
	for _, origin := range []string{"*", "null", "", "localhost:5173", "http://localhost:5173/", "HTTP://localhost:5173", "http://localhost:80", "ftp://localhost"} {
		s, err := sandbox.Start(context.Background(), sandbox.Config{Origins: []string{"http://localhost:5173", origin}})
		if err == nil {
			_ = s.Close()
		}
		if err == nil || !strings.HasPrefix(err.Error(), "--origin: got \""+origin+"\", want ") {
			t.Errorf("%q: got %v, want a refusal", origin, err)
		}
	}
}

// Whoever opens the sandbox to a network asks for it by an address, which no site's name is.
func TestWall_standsBeforeANetworkToo(t *testing.T) {
	s := start(t, sandbox.Config{HTTP: "0.0.0.0:0", ExposeToNetwork: true, Origins: []string{"http://shop.lan:3000"}})
	_, port, _ := strings.Cut(s.HTTP(), ":")
	for host, want := range map[string]int{
		"192.168.1.7:4566": http.StatusForbidden, "box:4566": http.StatusForbidden, "shop.lan:4566": http.StatusForbidden, // S3's, for nobody
		"evil.example": -1, "rebound.evil.example:4566": -1,
	} {
		request, err := http.NewRequest(http.MethodGet, "http://127.0.0.1:"+port+"/", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		request.Host = host
		got := do(t, http.DefaultClient, request)
		if kept := strings.HasPrefix(got.body, "got the Host"); kept != (want < 0) || !kept && got.status != want {
			t.Errorf("%s: got %d %s, want it to be kept out: %t", host, got.status, got.body, want < 0)
		}
	}
}
