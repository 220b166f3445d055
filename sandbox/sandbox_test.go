package sandbox_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/internal/proof/page"
	"lightbox.example/lightbox/sandbox"
)

// start starts a sandbox that ends with the test.
func start(t testing.TB, config sandbox.Config) *sandbox.Sandbox {
	t.Helper()
	s, err := sandbox.Start(context.Background(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// deployed starts a sandbox with the five stacks of dev.
func deployed(t testing.TB, config sandbox.Config) *sandbox.Sandbox {
	t.Helper()
	s := start(t, config)
	if err := s.Deploy(context.Background(), deploytest.Assembly(t, "..", "dev"), nil); err != nil {
		t.Fatal(err)
	}
	return s
}

// output is an output of a stack of dev.
func output(t testing.TB, s *sandbox.Sandbox, stack, key string) string {
	t.Helper()
	var overview sandbox.Overview
	decode(t, get(t, http.DefaultClient, "http://"+s.HTTP()+"/_lightbox/"), &overview)
	value := overview.Output("Lightbox-dev-"+stack, key)
	if value == "" {
		t.Fatalf("got no output %s of %s", key, stack)
	}
	return value
}

// client reaches the sandbox by the names of AWS's services.
func client(t testing.TB, s *sandbox.Sandbox) *http.Client {
	t.Helper()
	pem, err := os.ReadFile(s.CAFile())
	if err != nil {
		t.Fatal(err)
	}
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM(pem)
	transport := &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: trusted, MinVersion: tls.VersionTLS12},
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "tcp", s.HTTPS())
		},
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// An answer is the status and body of a response.
type answer struct {
	status int
	header http.Header
	body   string
}

func get(t testing.TB, client *http.Client, target string) answer {
	t.Helper()
	request, err := http.NewRequest(http.MethodGet, target, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	return do(t, client, request)
}

func do(t testing.TB, client *http.Client, request *http.Request) answer {
	t.Helper()
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(body)}
}

func decode(t testing.TB, a answer, into any) {
	t.Helper()
	if a.status != http.StatusOK {
		t.Fatalf("got %d %s, want 200", a.status, a.body)
	}
	if err := json.Unmarshal([]byte(a.body), into); err != nil {
		t.Fatal(err)
	}
}

func TestStart_refusesWhatItCannotHave(t *testing.T) {
	data := t.TempDir()
	first := start(t, sandbox.Config{Data: data})
	deployed := t.TempDir()
	before, err := sandbox.Start(context.Background(), sandbox.Config{Data: deployed})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(before.Deploy(context.Background(), deploytest.Assembly(t, "..", "dev"), nil), before.Close()); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		config sandbox.Config
		want   string
	}{
		"an address that is taken":            {sandbox.Config{HTTP: first.HTTP()}, "is another sandbox there?"},
		"an address without a port":           {sandbox.Config{HTTPS: "localhost"}, "--https localhost: got no port, want HOST:PORT"},
		"a front end that is not there":       {sandbox.Config{Web: data}, "--web " + data + ": got no index.html"},
		"stacks of another region":            {sandbox.Config{Data: deployed, Region: "eu-west-1"}, "got the region eu-west-1 and stacks of us-east-1"},
		"a folder that is in use":             {sandbox.Config{Data: data}, "in use by another sandbox"},
		"an address that others reach":        {sandbox.Config{HTTP: "0.0.0.0:0"}, "--expose-to-network"},
		"an address that others reach by TLS": {sandbox.Config{HTTPS: ":0"}, "--expose-to-network"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := sandbox.Start(context.Background(), test.config)
			if err == nil {
				_ = s.Close()
			}
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want an error with %q", err, test.want)
			}
		})
	}
	t.Run("control: two at once, one of them open to all", func(t *testing.T) {
		start(t, sandbox.Config{HTTP: "0.0.0.0:0", ExposeToNetwork: true, Data: t.TempDir()})
	})
}

func TestSandbox_findsEverythingAfterARestart(t *testing.T) {
	data := t.TempDir()
	s, err := sandbox.Start(context.Background(), sandbox.Config{Data: data, Pages: []sandbox.Page{page.Access()}})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Deploy(context.Background(), deploytest.Assembly(t, "..", "dev"), nil); err != nil {
		t.Fatal(err)
	}
	pool, ca := output(t, s, "Auth", "UserPoolId"), get(t, http.DefaultClient, "http://"+s.HTTP()+"/_lightbox/access").body
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	again := start(t, sandbox.Config{Data: data, Pages: []sandbox.Page{page.Access()}})
	if got := output(t, again, "Auth", "UserPoolId"); got != pool {
		t.Errorf("got the user pool %s after a restart, want %s", got, pool)
	}
	if got := get(t, http.DefaultClient, "http://"+again.HTTP()+"/_lightbox/access").body; got != ca {
		t.Errorf("got another matrix after a restart: %s", got)
	}
	if err := again.Deploy(context.Background(), deploytest.Assembly(t, "..", "dev"), func(e sandbox.Event) {
		t.Errorf("got %s of %s, want nothing to happen: nothing changed", e.Status, e.LogicalID)
	}); err != nil {
		t.Error(err)
	}
}

func TestReset_emptiesAFolderThatIsNotInUse(t *testing.T) {
	data := t.TempDir()
	s, err := sandbox.Start(context.Background(), sandbox.Config{Data: data, Pages: []sandbox.Page{page.Access()}})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Deploy(context.Background(), deploytest.Assembly(t, "..", "dev"), nil); err != nil {
		t.Fatal(err)
	}
	if err := sandbox.Reset(data); err == nil || !strings.Contains(err.Error(), "stop it first") {
		t.Errorf("got %v while it runs, want a refusal", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(filepath.Join(data, "tls", "ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	if err := sandbox.Reset(data); err != nil {
		t.Fatal(err)
	}
	var overview sandbox.Overview
	again := start(t, sandbox.Config{Data: data})
	decode(t, get(t, http.DefaultClient, "http://"+again.HTTP()+"/_lightbox/"), &overview)
	if len(overview.Stacks) != 0 {
		t.Errorf("got the stacks %v after a reset, want none", overview.Stacks)
	}
	if after, _ := os.ReadFile(again.CAFile()); !bytes.Equal(before, after) {
		t.Error("got another certificate after a reset, want the one that is trusted already")
	}
}

func TestHTTPS_answersForTheNamesOfAWSAlone(t *testing.T) {
	s := deployed(t, sandbox.Config{})
	named := client(t, s)
	keys := get(t, named, "https://cognito-idp.us-east-1.amazonaws.com/"+output(t, s, "Auth", "UserPoolId")+"/.well-known/jwks.json")
	if keys.status != http.StatusOK || !strings.Contains(keys.body, "RS256") {
		t.Errorf("got %d %s, want the pool's keys", keys.status, keys.body)
	}
	if got := get(t, named, "https://ec2.us-east-1.amazonaws.com/"); got.status != http.StatusNotImplemented || !strings.Contains(got.body, "ec2.us-east-1.amazonaws.com") {
		t.Errorf("got %d %s for a service that is not there, want 501 with its name", got.status, got.body)
	}
	if response, err := named.Get("https://example.com/"); err == nil {
		_ = response.Body.Close()
		t.Error("got an answer for example.com, want no certificate for it")
	}
}

// M06: the bucket policy refuses what is not sent by TLS, whoever asks.
func TestM06_plainHTTPMeetsTheBucketPolicy(t *testing.T) {
	s := deployed(t, sandbox.Config{})
	bucket := output(t, s, "FileStorage", "BucketName")
	key := "/public/products/a.png"
	host := bucket + ".s3.us-east-1.amazonaws.com"
	if got := do(t, client(t, s), signed(t, http.MethodPut, "https://"+host+key, "s3", []byte("png"))); got.status != http.StatusOK {
		t.Fatalf("got %d %s, want the object to be stored", got.status, got.body)
	}

	plain := do(t, http.DefaultClient, signed(t, http.MethodGet, "http://"+s.HTTP()+"/"+bucket+key, "s3", nil))
	if plain.status != http.StatusForbidden || !strings.Contains(plain.body, "explicit deny in a resource-based policy") {
		t.Errorf("got %d %s by plain HTTP, want the bucket policy's deny", plain.status, plain.body)
	}
	t.Run("control: by TLS", func(t *testing.T) {
		if got := do(t, client(t, s), signed(t, http.MethodGet, "https://"+host+key, "s3", nil)); got.status != http.StatusOK || got.body != "png" {
			t.Errorf("got %d %s, want the object", got.status, got.body)
		}
	})
	t.Run("control: over the bridge, which counts as TLS", func(t *testing.T) {
		request := signed(t, http.MethodGet, "https://"+host+key, "s3", nil)
		request.URL, request.Host = bridge(t, s, "https://"+host+key), ""
		if got := do(t, http.DefaultClient, request); got.status != http.StatusOK || got.body != "png" {
			t.Errorf("got %d %s, want the object", got.status, got.body)
		}
	})
}

// bridge is the bridge's URL for one of AWS's.
func bridge(t testing.TB, s *sandbox.Sandbox, target string) *url.URL {
	t.Helper()
	u, err := url.Parse("http://" + s.HTTP() + "/_lightbox/bridge?url=" + url.QueryEscape(target))
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestBridge_carriesOnlyWhatIsForAWS(t *testing.T) {
	s := start(t, sandbox.Config{})
	for name, target := range map[string]string{
		"another site":      "https://example.com/",
		"plain HTTP":        "http://s3.us-east-1.amazonaws.com/",
		"a name like it":    "https://amazonaws.com.example.com/",
		"a port of its own": "https://s3.us-east-1.amazonaws.com:8443/",
		"a user":            "https://a:b@s3.us-east-1.amazonaws.com/",
		"this machine":      "https://localhost/",
		"nothing":           "",
	} {
		t.Run(name, func(t *testing.T) {
			if got := get(t, http.DefaultClient, bridge(t, s, target).String()); got.status != http.StatusBadRequest {
				t.Errorf("got %d %s, want 400", got.status, got.body)
			}
		})
	}
	t.Run("control: S3", func(t *testing.T) {
		if got := get(t, http.DefaultClient, bridge(t, s, "https://s3.us-east-1.amazonaws.com/no-such-bucket/x").String()); got.status != http.StatusNotFound {
			t.Errorf("got %d %s, want S3's own 404", got.status, got.body)
		}
	})
}

func TestClose_leavesNothingBehind(t *testing.T) {
	before := runtime.NumGoroutine()
	s, err := sandbox.Start(context.Background(), sandbox.Config{})
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Dir(filepath.Dir(s.CAFile()))
	http.DefaultClient.CloseIdleConnections()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(folder); !os.IsNotExist(err) {
		t.Errorf("%s is still there: %v", folder, err)
	}
	wantGoroutines(t, before)
}
