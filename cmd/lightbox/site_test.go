package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/internal/site"
	"lightbox.example/lightbox/sandbox"
)

// pages is prod with a site in a sandbox, and a build to bring there.
type pages struct {
	t               *testing.T
	s               *sandbox.Sandbox
	bucket, host    string
	settings, build string // a file and a folder
	files           *s3.Client
}

func newPages(t *testing.T) *pages {
	t.Helper()
	p := &pages{t: t, settings: filepath.Join(t.TempDir(), "cdk.json"), build: t.TempDir()}
	p.exports()
	s := startedSandbox(t, sandbox.Config{Web: p.build, WebStack: "Lightbox-prod-Site/SiteDomainName"}, deploytest.Assembly(t, "../..", "prod-site"))
	cfg, err := config.LoadDefaultConfig(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	overview, err := fetchOverview(s.HTTP())
	if err != nil {
		t.Fatal(err)
	}
	p.s, p.files = s, s3.NewFromConfig(cfg)
	p.bucket, p.host = overview.Output("Lightbox-prod-Site", "SiteBucketName"), overview.Output("Lightbox-prod-Site", "SiteDomainName")
	return p
}

// exports writes settings and a build.
func (p *pages) exports() {
	p.t.Helper()
	text := `{"context": {"environments": {"prod": {"region": "us-east-1", "site": {}}, "plain": {"region": "us-east-1", "webOrigins": ["https://a.example"]}}}}`
	if err := os.WriteFile(p.settings, []byte(text), 0o600); err != nil {
		p.t.Fatal(err)
	}
	page := func(title string) string {
		return `<!DOCTYPE html><html><head><meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='; style-src 'self'; base-uri 'none'; form-action 'none'"/><title>` + title +
			`</title></head><body><script src="/_next/static/chunks/a1b2.js"></script>` + strings.Repeat(" ", 2000) + "</body></html>"
	}
	p.file("index.html", page("store"))
	p.file("404.html", page("missing"))
	p.file("photos/index.html", page("photos"))
	p.file("photos/index.html.gz", "packed")
	p.file("photos/index.txt", "payload")
	p.file("_next/static/chunks/a1b2.js", "go()"+strings.Repeat(" ", 2000))
	p.file("icon.svg", "<svg/>")
}

func (p *pages) file(name, content string) {
	p.t.Helper()
	name = filepath.Join(p.build, name)
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		p.t.Fatal(err)
	}
}

// deploy runs `lightbox site deploy`, and returns the sums that it prints.
func (p *pages) deploy(flags ...string) string {
	p.t.Helper()
	exit, stdout, stderr := code(append([]string{"site", "deploy", p.build, "--env", "prod", "--config", p.settings}, flags...)...)
	if exit != 0 {
		p.t.Fatalf("got %d, %s and %s", exit, stdout, stderr)
	}
	_, sums, _ := strings.Cut(stdout, "https://"+p.host+"/: ") // a slow machine says before how far it is
	return cmp.Or(sums, stdout)
}

// An answered request is what a client got.
type answered struct {
	status int
	header http.Header
	body   string
}

// get asks the distribution for a path, as a browser that has its name point to the sandbox.
func (p *pages) get(path string, headers ...string) answered {
	p.t.Helper()
	client := http.Client{Transport: &http.Transport{
		DisableCompression: true, DisableKeepAlives: true,
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, //nolint:gosec // the sandbox of this process
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, p.s.HTTPS())
		},
	}}
	return p.ask(&client, http.MethodGet, "https://"+p.host+path, headers...)
}

func (p *pages) ask(client *http.Client, method, url string, headers ...string) answered {
	p.t.Helper()
	request, err := http.NewRequestWithContext(p.t.Context(), method, url, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := client.Do(request)
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return answered{response.StatusCode, response.Header, string(body)}
}

func (p *pages) status(path string, want int, body string) {
	p.t.Helper()
	if got := p.get(path); got.status != want || !strings.Contains(got.body, body) {
		p.t.Errorf("%s: got %d and %.100q, want %d and %q", path, got.status, got.body, want, body)
	}
}

// keys are those of the bucket, with a mark at those that wait to be removed.
func (p *pages) keys() (keys string) {
	p.t.Helper()
	listed, err := p.files.ListObjectsV2(p.t.Context(), &s3.ListObjectsV2Input{Bucket: &p.bucket})
	if err != nil {
		p.t.Fatal(err)
	}
	for _, object := range listed.Contents {
		head, err := p.files.HeadObject(p.t.Context(), &s3.HeadObjectInput{Bucket: &p.bucket, Key: object.Key})
		if err != nil {
			p.t.Fatal(err)
		}
		keys += *object.Key + " "
		if head.Metadata["unused-since"] != "" {
			keys += "(unused) "
		}
	}
	return keys
}

func TestSiteDeploy_bringsABuildAndItsSettings(t *testing.T) {
	p := newPages(t)
	p.status("/", http.StatusForbidden, "") // nothing is there, not even what says so
	if got := p.deploy("--dry-run"); !strings.Contains(got, "Would upload 7 and remove 0. Unchanged: 0.") || p.keys() != "" {
		t.Errorf("a dry run: got %s and %s", got, p.keys())
	}
	if got := p.deploy(); got != "7 uploaded, 0 unchanged, 0 removed, 0 unused for a week\n" {
		t.Errorf("got %s", got)
	}
	p.status("/", 200, "store")
	p.status("/photos/", 200, "photos")
	p.status("/photos", 200, "photos")
	p.status("/photos/?id=1", 200, "photos")
	p.status("/photos/index.txt", 200, "payload")
	p.status("/photo/", 404, "missing")
	p.status("/nothing.png", 404, "missing")
	p.status("/_next/static/chunks/gone.js", 404, "missing")
	for path, want := range map[string]string{
		"/": "text/html; charset=utf-8 no-cache", "/photos": "text/html; charset=utf-8 no-cache", "/nothing": "text/html; charset=utf-8 no-cache",
		"/_next/static/chunks/a1b2.js": "text/javascript; charset=utf-8 public, max-age=31536000, immutable",
		"/_next/static/chunks/gone.js": "text/html; charset=utf-8 no-cache", "/icon.svg": "image/svg+xml no-cache", "/amplify_outputs.json": "application/json no-cache",
	} {
		header := p.get(path, "Accept-Encoding", "gzip").header
		if got := header.Get("Content-Type") + " " + header.Get("Cache-Control"); got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
	if packed := p.get("/photos/", "Accept-Encoding", "gzip").header; packed.Get("Content-Encoding") != "gzip" {
		t.Errorf("got %v, want pages compressed", packed)
	}
	text := p.get("/amplify_outputs.json").body
	var outputs struct {
		Custom struct {
			Lightbox struct{ Env, Site string } `json:"lightbox"`
		} `json:"custom"`
	}
	if err := json.Unmarshal([]byte(text), &outputs); err != nil || outputs.Custom.Lightbox.Site != "https://"+p.host || outputs.Custom.Lightbox.Env != "prod" {
		t.Errorf("got %v and %s", err, text)
	}
}

func TestSiteDeploy_sendsWhatChangedAndKeepsWhatIsStillAskedFor(t *testing.T) {
	p := newPages(t)
	p.deploy()
	shared := "s/abc.html"
	if _, err := p.files.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &p.bucket, Key: &shared, Body: strings.NewReader("shared")}); err != nil {
		t.Fatal(err)
	}
	if got := p.deploy(); got != "0 uploaded, 7 unchanged, 0 removed, 0 unused for a week\n" {
		t.Errorf("the same again: got %s", got)
	}
	p.status("/photos/", 200, "photos")
	old := filepath.Join(p.build, "_next/static/chunks/a1b2.js")
	for _, gone := range []string{old, filepath.Join(p.build, "icon.svg")} {
		if err := os.Remove(gone); err != nil {
			t.Fatal(err)
		}
	}
	p.file("_next/static/chunks/c3d4.js", "other()")
	p.file("photos/index.html", "<head>other</head>")
	if got := p.deploy(); got != "2 uploaded, 4 unchanged, 1 removed, 1 unused for a week\n" {
		t.Errorf("changed: got %s", got)
	}
	p.status("/photos/", 200, "other") // at once, though an edge had it
	p.status("/_next/static/chunks/a1b2.js", 200, "go()")
	p.status("/icon.svg", 404, "missing")
	p.status("/s/abc.html", 200, "shared")
	const after = "404.html _next/static/chunks/a1b2.js (unused) _next/static/chunks/c3d4.js amplify_outputs.json deployment index.html photos/index.html photos/index.txt s/abc.html "
	if got := p.keys(); got != after {
		t.Errorf("got %s, want %s", got, after)
	}
	if got := p.deploy(); got != "0 uploaded, 6 unchanged, 0 removed, 1 unused for a week\n" {
		t.Errorf("the same again: got %s", got)
	}
	later := site.Site{Files: p.files, Bucket: p.bucket, Now: func() time.Time { return time.Now().Add(site.Grace) }}
	plan, err := later.Plan(t.Context(), site.Build{})
	if err != nil || !slices.Contains(plan.Remove, "_next/static/chunks/a1b2.js") || slices.Contains(plan.Remove, "_next/static/chunks/c3d4.js") || slices.Contains(plan.Remove, shared) {
		t.Errorf("in a week: got %v removed and %v, want what was unused for that long", plan.Remove, err)
	}
	// What is used again is no longer unused.
	p.file("_next/static/chunks/a1b2.js", "go()"+strings.Repeat(" ", 2000))
	if got := p.deploy(); got != "1 uploaded, 6 unchanged, 0 removed, 0 unused for a week\n" || strings.Contains(p.keys(), "unused") {
		t.Errorf("used again: got %s and %s", got, p.keys())
	}
}

func TestSiteDeploy_refusesByName(t *testing.T) {
	p := newPages(t)
	refused := func(what, want string, args ...string) {
		t.Helper()
		exit, _, stderr := code(append([]string{"site", "deploy"}, args...)...)
		if exit != 1 || !strings.Contains(stderr, want) {
			t.Errorf("%s: got %d and %s, want it to say %q", what, exit, stderr, want)
		}
	}
	refused("no site", "environments.plain.site: got nothing, want an object", p.build, "--env", "plain", "--config", p.settings)
	refused("no folder", "got 0 arguments, want 1", "--config", p.settings)
	empty := t.TempDir()
	for _, missing := range []string{"index.html", "404.html"} {
		refused("an empty folder", empty+"/"+missing+": got no such file", empty, "--env", "prod", "--config", p.settings)
	}
	p.file("s/mine.html", "x")
	refused("a file of pages for sharing", "s/mine.html: got a file in the folder s/", p.build, "--env", "prod", "--config", p.settings)
	if err := os.RemoveAll(filepath.Join(p.build, "s")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/etc/hostname", filepath.Join(p.build, "link.txt")); err != nil {
		t.Fatal(err)
	}
	refused("a link", "link.txt: got no regular file", p.build, "--env", "prod", "--config", p.settings)
	if got := p.keys(); got != "" {
		t.Errorf("got %s in the bucket, want nothing", got)
	}
	other := `{"version": "1.4", "custom": {"lightbox": {"env": "dev", "paths": {}}}}`
	if err := os.Remove(filepath.Join(p.build, "link.txt")); err != nil {
		t.Fatal(err)
	}
	p.file("amplify_outputs.json", other)
	refused("another environment's settings", `want "prod"`, p.build, "--env", "prod", "--config", p.settings)
}

// A key that XML cannot say, which somebody put there by hand, is listed and goes like every other. Control: one that it can say.
func TestSite_removesKeysThatXMLCannotSay(t *testing.T) {
	p := newPages(t)
	p.deploy()
	for _, key := range []string{"old.html", "old\x01.html", "a+b \u2028.txt", "x\r/y.html"} {
		if _, err := p.files.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &p.bucket, Key: &key}); err != nil {
			t.Fatal(err)
		}
	}
	if got := p.deploy(); !strings.Contains(got, " 4 removed") {
		t.Errorf("got %s, want all four removed", got)
	}
	if got := p.deploy(); !strings.Contains(got, " 0 removed") {
		t.Errorf("again: got %s, want nothing left to remove", got)
	}
}
