package sandbox_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"lightbox.example/lightbox/internal/proof/page"
	"lightbox.example/lightbox/sandbox"
	"lightbox.example/lightbox/sandbox/look"
)

// A looked is a sandbox that somebody looks into: one for all that a test does.
type looked struct {
	*sandbox.Sandbox
	b *backend
}

func withLook(t *testing.T) looked {
	t.Helper()
	web := t.TempDir()
	if err := os.WriteFile(filepath.Join(web, "index.html"), []byte("home"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := deployed(t, sandbox.Config{Web: web, Pages: []sandbox.Page{page.Access()}})
	b, err := reach(s.HTTP())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.close)
	return looked{s, b}
}

// get reads a page's data.
func (l looked) get(t *testing.T, page string, query map[string]string, into any) {
	t.Helper()
	values := url.Values{}
	for name, value := range query {
		values.Set(name, value)
	}
	decode(t, get(t, http.DefaultClient, "http://"+l.HTTP()+"/_lightbox/"+page+"?"+values.Encode()), into)
}

// post has a page do something.
func (l looked) post(t *testing.T, page string, body map[string]any) answer {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequest(http.MethodPost, "http://"+l.HTTP()+"/_lightbox/"+page, bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return do(t, http.DefaultClient, request)
}

// One deployment for all of the pages: each part has people, files and rows of its own.
func TestLook(t *testing.T) {
	l := withLook(t)
	for name, test := range map[string]func(*testing.T, looked){
		"users": lookAtUsers, "open as": openAsThem, "who may": lookWhoMay, "files": lookAtFiles, "rows": editRows, "indexes": lookAtIndexes, "api": askAsSomebody,
		"functions": lookAtFunctions, "faults": sayFaults, "parameters": sayParameters, "subscriptions": subscribeAsSomebody,
	} {
		t.Run(name, func(t *testing.T) { test(t, l) })
	}
}

func lookAtUsers(t *testing.T, l looked) {
	pool := l.b.people(t)
	pool.SignUp("una")
	var before, page look.UserPage
	l.get(t, "users", map[string]string{"filter": "una"}, &before)
	if len(before.Users) != 1 || before.Users[0].Name != "una" || before.Users[0].Status != "CONFIRMED" || before.Users[0].Email != "una@example.com" {
		t.Fatalf("got the users %+v, want una alone", before.Users)
	}
	change := func(want int, more map[string]any) {
		t.Helper()
		body := map[string]any{"pool": pool.Pool, "user": "una"}
		maps.Copy(body, more)
		if got := l.post(t, "users", body); got.status != want {
			t.Errorf("%v: got %d %s, want %d", more, got.status, got.body, want)
		}
	}
	change(http.StatusOK, map[string]any{"do": "add", "group": "Admins"})
	change(http.StatusOK, map[string]any{"do": "disable"})
	l.get(t, "users", map[string]string{"user": "una"}, &page)
	if page.User == nil || page.User.Enabled || !slices.Equal(page.User.Groups, []string{"Admins"}) || len(page.User.Attributes) < 3 {
		t.Errorf("got %+v, want a disabled admin with attributes", page.User)
	}
	if _, err := pool.Enter("una"); err == nil {
		t.Error("got a sign-in of who is disabled")
	}
	change(http.StatusOK, map[string]any{"do": "enable"})
	change(http.StatusBadRequest, map[string]any{"do": "password", "password": "short"}) // the pool's policy
	if _, err := pool.Enter("una"); err != nil {
		t.Errorf("control: %v, want the password of before", err)
	}
	change(http.StatusOK, map[string]any{"do": "password", "password": "Another-Horse-2"})
	if _, err := pool.Enter("una"); err == nil {
		t.Error("got a sign-in with the password of before")
	}
	change(http.StatusOK, map[string]any{"do": "password", "password": "Correct-Horse-1"})
	if _, err := pool.Enter("una"); err != nil {
		t.Errorf("got %v with the password that was set, want a sign-in", err)
	}
	change(http.StatusOK, map[string]any{"do": "delete"})
	change(http.StatusBadRequest, map[string]any{"do": "enable"}) // nobody
}

func openAsThem(t *testing.T, l looked) {
	pool := l.b.people(t)
	pool.SignUp("otto")
	open := map[string]any{"pool": pool.Pool, "user": "otto", "do": "open"}
	for range 2 { // a ticket is for once, and the next one for the next time
		var ticket struct{ URL string }
		decode(t, l.post(t, "users", open), &ticket)
		target := strings.Replace(ticket.URL, "localhost", "127.0.0.1", 1)
		for who, header := range map[string]map[string]string{
			"a site's script": {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"},
			"a site's frame":  {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"},
		} {
			request := unsigned(t, http.MethodGet, target, nil)
			for name, value := range header {
				request.Header.Set(name, value)
			}
			if got := do(t, http.DefaultClient, request); got.status != http.StatusForbidden || strings.Contains(got.body, "CognitoIdentity") {
				t.Errorf("%s: got %d %s, want 403", who, got.status, got.body)
			}
		}
		got := get(t, http.DefaultClient, target)
		if got.status != http.StatusOK || !strings.Contains(got.body, "CognitoIdentityServiceProvider."+pool.Client+".otto.accessToken") || got.header.Get("Cache-Control") != "no-store" {
			t.Errorf("got %d %s, want a session of Amplify's for otto", got.status, got.body)
		}
		if again := get(t, http.DefaultClient, target); again.status != http.StatusForbidden {
			t.Errorf("got %d the second time, want 403", again.status)
		}
	}
	pool.Do("AdminDisableUser", map[string]any{"UserPoolId": pool.Pool, "Username": "otto"})
	if got := l.post(t, "users", open); got.status != http.StatusBadRequest || !strings.Contains(got.body, "User is disabled") {
		t.Errorf("got %d %s of who is disabled, want a refusal", got.status, got.body)
	}
}

// What the page says is what happens.
func lookWhoMay(t *testing.T, l looked) {
	pool := l.b.people(t)
	pool.SignUp("wanda")
	pool.SignUp("will")
	pool.SignUp("walt", "Admins")
	people := map[string]person{}
	for role, name := range map[string]string{"owner": "wanda", "signed in": "will", "Admins": "walt"} {
		p, err := l.b.enter(pool, name)
		if err != nil {
			t.Fatal(err)
		}
		people[role] = p
	}
	_, guest, err := l.b.credentials(pool, "")
	if err != nil {
		t.Fatal(err)
	}
	people["guest"] = person{keys: guest}
	allowed := 0
	for _, key := range []string{
		"private/" + people["owner"].identity + "/a.txt", "protected/" + people["owner"].identity + "/b c+d.txt", "uploads/" + people["owner"].sub + "/e.txt",
		"public/products/f.txt", "public/photos/g/h.webp", "nowhere/i.txt",
	} {
		if got, err := l.b.files(root, http.MethodPut, escapedKey(key), []byte("x")); err != nil || got.status != http.StatusOK {
			t.Fatalf("%s: got %d %s, %v", key, got.status, got.body, err)
		}
		var page look.FilePage
		l.get(t, "files", map[string]string{"bucket": l.b.output("FileStorage", "BucketName"), "key": key}, &page)
		owned := strings.Contains(key, people["owner"].identity) || strings.Contains(key, people["owner"].sub)
		if owned != (page.File.Owner == "wanda") || len(page.File.Who) != map[bool]int{true: 4, false: 3}[owned] {
			t.Errorf("%s: got the owner %q and %d rows, want them to fit", key, page.File.Owner, len(page.File.Who))
		}
		for _, who := range page.File.Who {
			for _, d := range who.May {
				if really := l.may(t, people[who.Who].keys, d.Do, key); really != d.Allowed {
					t.Errorf("%s: %s: %s: got %t (%s), and the real request says %t", key, who.Who, d.Do, d.Allowed, d.Text, really)
				}
				if d.Allowed {
					allowed++
				}
				if d.Allowed && len(d.By) == 0 || d.Text == "" {
					t.Errorf("%s: %s: %s: got no statement that decided", key, who.Who, d.Do)
				}
			}
		}
	}
	if allowed < 8 {
		t.Errorf("control: got %d of all allowed, want some", allowed)
	}
}

func escapedKey(key string) string {
	return strings.NewReplacer("%2F", "/", "+", "%2B").Replace(url.PathEscape(key))
}

// may sends the request itself, and puts back what it deletes.
func (l looked) may(t *testing.T, by sdk.Credentials, verb, key string) bool {
	t.Helper()
	path := escapedKey(key)
	method, body := map[string]string{"get": "GET", "list": "GET", "put": "PUT", "delete": "DELETE"}[verb], []byte(nil)
	if verb == "put" {
		body = []byte("x")
	}
	if verb == "list" {
		path = "?list-type=2&prefix=" + strings.ReplaceAll(url.QueryEscape(key[:strings.LastIndexByte(key, '/')+1]), "+", "%20")
	}
	got, err := l.b.files(by, method, path, body)
	if err != nil {
		t.Fatal(err)
	}
	if verb == "delete" {
		if _, err := l.b.files(root, http.MethodPut, path, []byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	return got.status < 300
}

func lookAtFiles(t *testing.T, l looked) {
	bucket := l.b.output("FileStorage", "BucketName")
	put := func(key, kind string, body []byte) {
		t.Helper()
		request, err := l.b.request(root, "s3", http.MethodPut, l.b.object(key), body)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("X-Amz-Meta-Note", "of "+key) // signed, as it has to be
		signer := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true })
		if err := signer.SignHTTP(t.Context(), root, request, request.Header.Get("X-Amz-Content-Sha256"), "s3", "us-east-1", l.b.now()); err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", kind) // not signed, as it need not be
		if got, err := l.b.send(request, nil); err != nil || got.status != http.StatusOK {
			t.Fatalf("%s: got %d %s, %v", key, got.status, got.body, err)
		}
	}
	png := []byte("\x89PNG\r\n\x1a\n0000")
	put("looks/a.png", "image/png", png)
	put("looks/a.png", "image/png", append(png, '1'))
	put("looks/deep/b.svg", "image/svg+xml", []byte("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"))
	put("looks/c.png", "image/png", []byte("<script>alert(1)</script>"))
	calls := len(l.calls(t))
	var page look.FilePage
	l.get(t, "files", map[string]string{"bucket": bucket, "prefix": "looks/", "key": "looks/a.png"}, &page)
	if !slices.Equal(page.Folders, []string{"looks/deep/"}) || len(page.Files) != 2 || page.File == nil {
		t.Fatalf("got the folders %v, the files %v, want one and two", page.Folders, page.Files)
	}
	if page.File.Type != "image/png" || page.File.Preview == "" || len(page.File.Versions) != 2 || !page.File.Versions[0].Latest || page.File.Versions[0].Size != 13 {
		t.Errorf("got %+v, want a picture with two versions, the latest first", page.File)
	}
	if got := page.File.Metadata; len(got) != 1 || got["note"] != "of looks/a.png" {
		t.Errorf("got the metadata %v, want the note", got)
	}
	if now := len(l.calls(t)); now != calls {
		t.Errorf("got %d calls in the log for looking, want none", now-calls)
	}
	for key, kind := range map[string]string{"looks/a.png": "image/png", "looks/deep/b.svg": "application/octet-stream", "looks/c.png": "application/octet-stream"} {
		got := get(t, http.DefaultClient, "http://"+l.HTTP()+"/_lightbox/files/raw?"+url.Values{"bucket": {bucket}, "key": {key}}.Encode())
		policies := strings.Join(got.header.Values("Content-Security-Policy"), "; ")
		if got.status != http.StatusOK || got.header.Get("Content-Type") != kind || !strings.Contains(policies, "sandbox") || got.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: got %d, %v, want %s and no origin", key, got.status, got.header, kind)
		}
	}
}

func (l looked) calls(t *testing.T) (calls []sandbox.Call) {
	t.Helper()
	decode(t, get(t, http.DefaultClient, "http://"+l.HTTP()+"/_lightbox/requests"), &calls)
	return calls
}

func askAsSomebody(t *testing.T, l looked) {
	pool := l.b.people(t)
	pool.SignUp("gus", "Admins")
	var page look.APIPage
	l.get(t, "api", nil, &page)
	if !page.Guests || page.Pool != pool.Pool || !strings.Contains(page.Schema, "type Query") {
		t.Fatalf("got %+v, want guests, the pool and the schema", page)
	}
	run := func(query string, more map[string]any) (a look.GraphQLAnswer) {
		t.Helper()
		body := map[string]any{"api": page.API, "request": map[string]any{"query": query}}
		maps.Copy(body, more)
		decode(t, l.post(t, "api", body), &a)
		return a
	}
	const everyone, users = `{ listProducts { items { id } } }`, `{ listPhotos { items { id } } }`
	asGuest, asUser := map[string]any{"as": "guest"}, map[string]any{"as": "user", "user": "gus"}
	first := run(everyone, asGuest)
	if !strings.HasPrefix(first.As, "guest us-east-1:") || strings.Contains(string(first.Answer), "errors") {
		t.Errorf("got %s %s as a guest, want products", first.As, first.Answer)
	}
	if again := run(everyone, asGuest); again.As != first.As {
		t.Errorf("got %s, then %s, want one guest", first.As, again.As)
	}
	if got := run(`mutation { likePhoto(id: "x") { id } }`, asGuest); !strings.Contains(string(got.Answer), "errors") {
		t.Errorf("got %s for a guest's like, want a refusal", got.Answer)
	}
	if got := run(users, asUser); got.As != "gus of "+pool.Pool || strings.Contains(string(got.Answer), "errors") {
		t.Errorf("got %s %s as gus, want photos", got.As, got.Answer)
	}
	if u, _ := l.Users.User(pool.Pool, "gus"); u.SignIns != 0 {
		t.Errorf("got %d sign-ins that stay, want none", u.SignIns)
	}
	calls := l.calls(t)
	if last := calls[len(calls)-1]; last.Service != "appsync" || last.Operation != "listPhotos" || !strings.HasPrefix(last.Caller, "gus of ") {
		t.Errorf("got the call %v last, want it in the log", last)
	}
}

func lookAtFunctions(t *testing.T, l looked) {
	var page look.FunctionPage
	l.get(t, "functions", nil, &page)
	if len(page.Functions) == 0 || len(page.Groups) == 0 {
		t.Fatalf("got %d functions, %d groups, want some", len(page.Functions), len(page.Groups))
	}
	f := page.Functions[0]
	var c struct{ FunctionName, Role string }
	if err := json.Unmarshal(f.Configuration, &c); err != nil || c.FunctionName != f.Name || c.Role == "" {
		t.Errorf("got the configuration %s, want AWS's", f.Configuration)
	}
	l.get(t, "functions", map[string]string{"function": f.Name}, &page)
	if page.Function != f.Name || page.Group != f.LogGroup {
		t.Errorf("got %s, %s, want its log", page.Function, page.Group)
	}
}

// Faults say where, got, want; all of them at once.
func sayFaults(t *testing.T, l looked) {
	for _, test := range []struct {
		page string
		body map[string]any
		want string
	}{
		{"users", map[string]any{"do": "promote"}, `do: got "promote", want add, confirm`},
		{"users", map[string]any{"do": "promote"}, "pool: got none"},
		{"users", map[string]any{"dew": "x"}, `"dew": got a member that is not known`},
		{"data", map[string]any{"table": "none", "do": "put"}, "ResourceNotFoundException"},
		{"data", map[string]any{"do": "drop"}, `do: got "drop", want put or delete`},
		{"api", map[string]any{"as": "root"}, `as: got "root", want guest, user or key`},
		{"api", map[string]any{"as": "user"}, "user: got none"},
		{"api", map[string]any{"as": "guest", "subscribe": "yes"}, "subscribe: got string, want true or false"},
	} {
		if got := l.post(t, test.page, test.body); got.status != http.StatusBadRequest || !strings.Contains(got.body, test.want) {
			t.Errorf("%s %v: got %d %s, want 400 with %q", test.page, test.body, got.status, got.body, test.want)
		}
	}
	if got := l.post(t, "files", map[string]any{}); got.status != http.StatusMethodNotAllowed {
		t.Errorf("files: got %d for POST, want 405", got.status)
	}
}
