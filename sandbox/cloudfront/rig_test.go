package cloudfront_test

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/cloudfront"
	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/roles"
	"lightbox.example/lightbox/sandbox/s3"
	"lightbox.example/lightbox/sandbox/store"
)

const (
	account = deploytest.Account
	region  = deploytest.Region
)

var ctx = context.Background()

// rig is the FileStorage and the CDN stack of an environment, deployed to an S3 and a CloudFront that listens on the
// loopback.
type rig struct {
	*deploytest.Deployment
	t      testing.TB
	db     store.Store
	roles  *roles.Service // whose keys the API knows
	files  *s3.Service
	cdn    *cloudfront.Service
	bucket string
	host   string // of the distribution
	tls    *httptest.Server
	plain  *httptest.Server

	clock *deploytest.Clock

	mu     sync.Mutex
	asked  int          // how often S3 was asked
	broken bool         // whether S3 fails
	held   func()       // runs when S3 has answered, and its answer is on the way; nil for nothing
	entry  *aws.Entry   // of the last request
	handle http.Handler // the CloudFront that serves
}

// As is the way from CloudFront to S3.
func (r *rig) As(caller aws.Caller) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		r.mu.Lock()
		r.asked++
		broken, held := r.broken, r.held
		r.mu.Unlock()
		if broken {
			http.Error(w, "broken", http.StatusServiceUnavailable)
			return
		}
		r.files.As(caller).ServeHTTP(w, request)
		if held != nil {
			held()
		}
	})
}

func newRig(t testing.TB) *rig { return newRigOf(t, "dev", 0) }

func newRigOf(t testing.TB, environment string, cacheBytes int64) *rig {
	t.Helper()
	r := &rig{
		t: t, db: store.NewMemory(), clock: deploytest.ClockAt(time.Now().UTC().Truncate(time.Second)),
	}
	var err error
	r.files, err = s3.New(s3.Config{Store: r.db, Dir: t.TempDir(), Keys: nobody{}, Now: r.clock.Now, Region: region, Account: account})
	if err != nil {
		t.Fatal(err)
	}
	if r.roles, err = roles.New(roles.Config{Store: r.db, Account: account, Now: r.clock.Now, Root: developer}); err != nil {
		t.Fatal(err)
	}
	r.open(cacheBytes)
	handler := http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		ctx, entry := aws.WithEntry(request.Context())
		r.handle.ServeHTTP(w, request.WithContext(ctx))
		r.mu.Lock()
		defer r.mu.Unlock()
		r.entry = entry
	})
	r.tls, r.plain = httptest.NewTLSServer(handler), httptest.NewServer(handler)
	t.Cleanup(func() {
		r.tls.Close()
		r.plain.Close()
		if err := r.files.Close(); err != nil {
			t.Error(err)
		}
	})
	r.Deployment = deploytest.New(t, "../..", environment, r.files.ResourceTypes(), r.cdn.ResourceTypes())
	r.Deploy("Auth", "Identity", "FileStorage", "CDN")
	r.bucket = r.state("AWS::S3::Bucket", "Files").PhysicalID
	r.host = r.state("AWS::CloudFront::Distribution", "").Attributes["DomainName"].(string)
	return r
}

// open opens CloudFront on the store.
func (r *rig) open(cacheBytes int64) {
	r.t.Helper()
	cdn, err := cloudfront.New(cloudfront.Config{Store: r.db, Origin: r, Now: r.clock.Now, Account: account, Keys: r.roles, CacheBytes: cacheBytes})
	if err != nil {
		r.t.Fatal(err)
	}
	r.cdn, r.handle = cdn, cdn
}

// developer is the key that may do everything.
var developer = roles.Key{ID: "AKIAIOSFODNN7EXAMPLE", Secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}

type nobody struct{}

func (nobody) Credentials(string) (aws.Credentials, bool) { return aws.Credentials{}, false }

func (r *rig) one(kind, prefix string) aws.Resource { return r.One(kind, prefix).Resource }
func (r *rig) state(kind, prefix string) aws.State  { return r.One(kind, prefix).State }

// clone copies properties, so that they can be changed.
func clone(t testing.TB, properties map[string]any) map[string]any {
	t.Helper()
	text, err := json.Marshal(properties)
	if err != nil {
		t.Fatal(err)
	}
	var copied map[string]any
	if err := json.Unmarshal(text, &copied); err != nil {
		t.Fatal(err)
	}
	return copied
}

// change updates a resource of CloudFront or S3 in place.
func (r *rig) change(kind, prefix string, edit func(map[string]any)) error {
	r.t.Helper()
	resource := r.one(kind, prefix)
	old := resource.Properties
	resource.Properties = clone(r.t, old)
	edit(resource.Properties)
	resource.Properties = clone(r.t, resource.Properties) // numbers as JSON has them
	types := maps.Clone(r.files.ResourceTypes())
	maps.Copy(types, r.cdn.ResourceTypes())
	_, err := types[kind].Update(ctx, old, resource)
	return err
}

// operator may do everything with S3 over TLS.
func (r *rig) operator(method, key, body string, headers map[string]string) {
	r.t.Helper()
	all, err := iam.Parse(iam.Identity, "Operator", []byte(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}`))
	if err != nil {
		r.t.Fatal(err)
	}
	caller := aws.Caller{Account: account, Principal: iam.RoleSession{Role: "arn:aws:iam::" + account + ":role/Operator", Name: "test"}, Identity: []*iam.Policy{all}}
	request := httptest.NewRequest(method, "https://"+r.bucket+".s3.us-east-1.amazonaws.com/", strings.NewReader(body))
	request.URL.Path, request.URL.RawPath = "/"+key, aws.EscapePath("/"+key)
	request.TLS = &tls.ConnectionState{Version: tls.VersionTLS13}
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	recorder := httptest.NewRecorder()
	r.files.As(caller).ServeHTTP(recorder, request)
	if recorder.Code >= 300 {
		r.t.Fatalf("%s %s: %d %s", method, key, recorder.Code, recorder.Body)
	}
}

// put puts an object; headers are pairs of names and values.
func (r *rig) put(key, body string, headers ...string) {
	r.t.Helper()
	all := map[string]string{"Content-Type": "image/png"}
	for i := 0; i < len(headers); i += 2 {
		all[headers[i]] = headers[i+1]
	}
	r.operator("PUT", key, body, all)
}

// answer is a response that was read.
type answer struct {
	status int
	header http.Header
	body   string
}

// get asks the distribution for a path, which is sent as it is; headers are pairs of names and values.
func (r *rig) get(path string, headers ...string) answer {
	r.t.Helper()
	return r.ask(r.tls, "GET", path, headers...)
}

func (r *rig) ask(server *httptest.Server, method, path string, headers ...string) answer {
	r.t.Helper()
	request, err := http.NewRequest(method, "https://"+r.host+"/", nil)
	if err != nil {
		r.t.Fatal(err)
	}
	request.URL.Opaque = path // as it is, in the request line
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	return r.send(server, request)
}

func (r *rig) send(server *httptest.Server, request *http.Request) answer {
	r.t.Helper()
	if server == r.plain {
		request.URL.Scheme = "http"
	}
	client := http.Client{
		Transport: &http.Transport{
			DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
				return (&net.Dialer{}).DialContext(ctx, network, server.Listener.Addr().String())
			},
			TLSClientConfig:    &tls.Config{InsecureSkipVerify: true}, //nolint:gosec // a server of our own on the loopback
			DisableCompression: true, DisableKeepAlives: true,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	response, err := client.Do(request)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(content)}
}

// cache is what X-Cache says, in one word.
func (a answer) cache() string {
	word, _, _ := strings.Cut(a.header.Get("X-Cache"), " ")
	return word
}

func (r *rig) lastEntry() *aws.Entry {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.entry
}

// origins is how often S3 was asked while do ran.
func (r *rig) origins(do func()) int {
	r.mu.Lock()
	before := r.asked
	r.mu.Unlock()
	do()
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.asked - before
}

func want(t *testing.T, what string, got, want any) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// fails checks that an error says all of the words, or that there is none if there are none.
func fails(t *testing.T, what string, err error, words ...string) {
	t.Helper()
	if err == nil || len(words) == 0 {
		if (err == nil) != (len(words) == 0) {
			t.Errorf("%s: got %v, want %q", what, err, words)
		}
		return
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("%s: got %v, want it to say %q", what, err, word)
		}
	}
}
