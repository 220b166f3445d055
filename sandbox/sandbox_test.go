package sandbox_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
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

// A site whose name points to this machine must not read codes or use the bridge.
func TestPages_areForThisMachineByName(t *testing.T) {
	s := start(t, sandbox.Config{Pages: []sandbox.Page{page.Access()}})
	for host, want := range map[string]int{
		"": http.StatusOK, "localhost:4566": http.StatusOK, "evil.example": http.StatusForbidden, "192.168.1.7": http.StatusForbidden,
		"s3.us-east-1.amazonaws.com": http.StatusForbidden,
	} {
		t.Run("host "+host, func(t *testing.T) {
			for _, page := range []string{"", "mail", "requests", "access", "logs"} {
				request, err := http.NewRequest(http.MethodGet, "http://"+s.HTTP()+"/_lightbox/"+page, http.NoBody)
				if err != nil {
					t.Fatal(err)
				}
				request.Host = host
				if got := do(t, http.DefaultClient, request); got.status != want {
					t.Errorf("/_lightbox/%s: got %d %s, want %d", page, got.status, got.body, want)
				}
			}
		})
	}
}

func TestPages_areForPeopleAndPrograms(t *testing.T) {
	s := deployed(t, sandbox.Config{Pages: []sandbox.Page{page.Access()}})
	for _, page := range []string{"", "mail", "requests", "access", "logs", "stacks", "clock", "state"} {
		request, err := http.NewRequest(http.MethodGet, "http://"+s.HTTP()+"/_lightbox/"+page, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		if got := do(t, http.DefaultClient, request); !json.Valid([]byte(got.body)) {
			t.Errorf("/_lightbox/%s: got %s, want JSON", page, got.body)
		}
		request.Header.Set("Accept", "text/html,*/*")
		if got := do(t, http.DefaultClient, request); got.status != http.StatusOK || !strings.Contains(got.body, "</main>") {
			t.Errorf("/_lightbox/%s: got %d %s, want a whole page", page, got.status, got.body)
		} else if policy := got.header.Get("Content-Security-Policy"); !strings.Contains(policy, "frame-ancestors 'none'") || got.header.Get("Cache-Control") != "no-store" {
			t.Errorf("/_lightbox/%s: got the headers %v, want no site to frame it and nobody to keep its codes", page, got.header)
		} else if !strings.Contains(policy, "script-src http://"+s.HTTP()+"/_lightbox/console/;") || strings.Contains(policy, "unsafe") {
			t.Errorf("/_lightbox/%s: got the policy %q, want scripts of the console alone: what people store has the same origin", page, policy)
		}
	}
	looksIntoStacks(t, s)
	opensCells(t, s)
}

// opensCells asks the page of access why a cell is as it is.
func opensCells(t *testing.T, s *sandbox.Sandbox) {
	t.Helper()
	cells := "http://" + s.HTTP() + "/_lightbox/access?environment=Lightbox-dev&"
	for query, want := range map[string]map[string]bool{
		"as=guest&owner=other&area=public/products/":                  {"get": true, "list": false, "put": false, "delete": false},
		"as=user&owner=me&area=" + url.QueryEscape("uploads/{user}/"): {"get": true, "list": false, "put": true, "delete": false},
		"as=guest&field=Mutation.createProduct":                       {"Mutation.createProduct": false},
	} {
		var answers []struct {
			Asked   string
			Allowed bool
			Reasons []struct{ Words, Source string }
		}
		decode(t, get(t, http.DefaultClient, cells+query), &answers)
		got := map[string]bool{}
		for _, one := range answers {
			got[one.Asked] = one.Allowed
			if one.Allowed && (len(one.Reasons) == 0 || one.Reasons[0].Source == "") {
				t.Errorf("%s: got %+v, want the statement", query, one)
			}
		}
		for asked, allowed := range want {
			if is, there := got[asked]; !there || is != allowed {
				t.Errorf("%s: got %v, want %s: %t", query, got, asked, allowed)
			}
		}
	}
	for query, want := range map[string]string{"as=root&area=drafts/&owner=me": `as: got "root"`, "as=guest&field=Query.none": `field: got "Query.none"`} {
		if got := get(t, http.DefaultClient, cells+query); got.status != http.StatusNotFound || !strings.Contains(got.body, want) {
			t.Errorf("%s: got %d %s, want 404 and %s", query, got.status, got.body, want)
		}
	}
}

// looksIntoStacks holds what the page of stacks has to what is deployed.
func looksIntoStacks(t *testing.T, s *sandbox.Sandbox) {
	t.Helper()
	type stack struct {
		Name, Region, Status string
		Resources            any
	}
	var all []stack
	decode(t, get(t, http.DefaultClient, "http://"+s.HTTP()+"/_lightbox/stacks"), &all)
	if len(all) != 5 || all[1].Name != "Lightbox-dev-Auth" || all[1].Region != "us-east-1" || all[1].Resources != 2.0 {
		t.Errorf("got %v, want the five stacks, with how much each has", all)
	}
	var auth struct {
		Name      string
		Outputs   []struct{ Key, Value string }
		Resources []struct {
			LogicalID, PhysicalID, Type string
			Properties                  map[string]any
		}
		Events []struct{ LogicalID, Status string }
	}
	decode(t, get(t, http.DefaultClient, "http://"+s.HTTP()+"/_lightbox/stacks?stack=Lightbox-dev-Auth"), &auth)
	if len(auth.Resources) != 2 || auth.Resources[0].PhysicalID != output(t, s, "Auth", "UserPoolId") || len(auth.Resources[0].Properties) == 0 {
		t.Errorf("got the resources %v, want the pool and its client, with what the template says", auth.Resources)
	}
	if len(auth.Events) == 0 || auth.Events[0].LogicalID != auth.Name || auth.Events[0].Status != "CREATE_COMPLETE" {
		t.Errorf("got the events %v, want them from the latest on", auth.Events)
	}
	if got := get(t, http.DefaultClient, "http://"+s.HTTP()+"/_lightbox/stacks?stack=Nothing"); got.status != http.StatusNotFound || !strings.Contains(got.body, `"Nothing"`) {
		t.Errorf("got %d %s, want 404 with the name", got.status, got.body)
	}
}

// A page that takes the place of another, or that can't be shown, is refused at the start, all faults at once.
func TestPages_thatCannotBeAreRefused(t *testing.T) {
	data := func(*sandbox.Sandbox, *http.Request) (any, error) { return nil, nil }
	const whole = `export default () => null;`
	_, err := sandbox.Start(t.Context(), sandbox.Config{Pages: []sandbox.Page{
		{Name: "mail", Module: whole, Data: data},
		{Name: "bridge", Module: whole, Data: data},
		{Name: "", Module: whole, Data: data},
		{Name: "plan", Module: whole, Data: data},
		{Name: "plan", Module: whole, Data: data},
		{Name: "a/b", Module: whole, Data: data},
		{Name: "{x}", Module: whole},
		{Name: "console", Module: whole, Data: data},
		{Name: "broken", Data: data},
	}})
	if err == nil {
		t.Fatal("got no error")
	}
	want := `Pages[0].Name: got "mail", want one that nothing else below /_lightbox/ has
Pages[1].Name: got "bridge", want one that nothing else below /_lightbox/ has
Pages[2].Name: got "", want one that nothing else below /_lightbox/ has
Pages[4].Name: got "plan", want one that nothing else below /_lightbox/ has
Pages[5].Name: got "a/b", want lower-case letters, digits and hyphens
Pages[6].Name: got "{x}", want lower-case letters, digits and hyphens
Pages[6].Data: got nothing, want what the page shows
Pages[7].Name: got "console", want one that nothing else below /_lightbox/ has
Pages[8].Module: got nothing, want a module of JavaScript`
	if err.Error() != want {
		t.Errorf("got\n%s\nwant\n%s", err, want)
	}
	for range 2 { // in one process
		s := start(t, sandbox.Config{Pages: []sandbox.Page{{Name: "plan", Title: "Plan", Module: whole, Data: data}}})
		for _, name := range []string{"", "plan"} {
			request, err := http.NewRequest(http.MethodGet, "http://"+s.HTTP()+"/_lightbox/"+name, http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Accept", "text/html")
			if got := do(t, http.DefaultClient, request); got.status != http.StatusOK || !strings.Contains(got.body, `<a href="/_lightbox/plan"`) {
				t.Errorf("control: got %d %q, want the page, with the link to it", got.status, got.body)
			}
		}
	}
}

func TestRequests_sayWhoDecided(t *testing.T) {
	calls := make(chan sandbox.Call, 1000)
	s := deployed(t, sandbox.Config{Log: func(c sandbox.Call) { calls <- c }})
	bucket := output(t, s, "FileStorage", "BucketName")
	get(t, client(t, s), "https://"+bucket+".s3.us-east-1.amazonaws.com/private/x")
	call := <-calls
	if call.Service != "s3" || call.Operation != "GetObject" || call.Status != http.StatusForbidden || !call.Denied || call.Reason == "" {
		t.Errorf("got %+v, want a denied GetObject with its reason", call)
	}
	var page []sandbox.Call
	decode(t, get(t, http.DefaultClient, "http://"+s.HTTP()+"/_lightbox/requests"), &page)
	if len(page) == 0 || page[len(page)-1].RequestID != call.RequestID {
		t.Errorf("got %v on the page, want the call %s", page, call.RequestID)
	}
	if !strings.Contains(call.String(), "denied: "+call.Reason) {
		t.Errorf("got the line %q, want the reason in it", call)
	}
	showsTheDecision(t, s, call.Number, bucket)
	hidesWhatIsSecret(t, s)
}

// A detail is what the page of requests has of one call.
type detail struct {
	Request, Answer struct {
		Method, URL, Body string
		Headers           []struct{ Name, Value string }
		Cut               bool
		Size              int64
	}
	Decision struct {
		Decision, Why, Action, Resource string
		Statements                      []struct {
			Name, Failed, Why string
			Document          map[string]any
		}
	}
}

func showsTheDecision(t *testing.T, s *sandbox.Sandbox, number int, bucket string) {
	t.Helper()
	var one detail
	decode(t, get(t, http.DefaultClient, fmt.Sprintf("http://%s/_lightbox/requests?call=%d", s.HTTP(), number)), &one)
	if one.Request.Method != "GET" || one.Request.URL != "https://"+bucket+".s3.us-east-1.amazonaws.com/private/x" || !strings.Contains(one.Answer.Body, "AccessDenied") {
		t.Errorf("got %+v, want the call as it went over the wire", one)
	}
	if d := one.Decision; d.Decision != "deny" || d.Action != "s3:GetObject" || len(d.Statements) == 0 || d.Statements[0].Failed == "" || d.Statements[0].Why == "" || d.Statements[0].Document["Effect"] == nil {
		t.Errorf("got the decision %+v, want each statement and what of it does not match", d)
	}
	if got := get(t, http.DefaultClient, "http://"+s.HTTP()+"/_lightbox/requests?call=999"); got.status != http.StatusNotFound {
		t.Errorf("got %d %s for a call that was not, want 404", got.status, got.body)
	}
}

// hidesWhatIsSecret signs up, and reads all that the page has of it.
func hidesWhatIsSecret(t *testing.T, s *sandbox.Sandbox) {
	t.Helper()
	const password = "Correct-horse-9!"
	input := fmt.Sprintf(`{"ClientId": %q, "Username": "ann", "Password": %q, "UserAttributes": [{"Name": "email", "Value": "ann@example.com"}]}`, output(t, s, "Auth", "UserPoolClientId"), password)
	request := signed(t, http.MethodPost, "http://"+s.HTTP()+"/?X-Amz-Signature=5ec2e7", "cognito-idp", []byte(input))
	request.Header.Set("Content-Type", "application/x-amz-json-1.1")
	request.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService.SignUp")
	request.Header.Set("X-Amz-Security-Token", "5ec2e7")
	do(t, http.DefaultClient, request)
	var calls []sandbox.Call
	decode(t, get(t, http.DefaultClient, "http://"+s.HTTP()+"/_lightbox/requests"), &calls)
	got := get(t, http.DefaultClient, fmt.Sprintf("http://%s/_lightbox/requests?call=%d", s.HTTP(), calls[len(calls)-1].Number)).body
	_, signature, _ := strings.Cut(request.Header.Get("Authorization"), "Signature=")
	for _, secret := range []string{password, "5ec2e7", signature} {
		if strings.Contains(got, secret) {
			t.Errorf("got %s, want nothing of %q", got, secret)
		}
	}
	if !strings.Contains(got, "ann@example.com") || !strings.Contains(got, "Credential="+sandbox.AccessKeyID) {
		t.Errorf("control: got %s, want what is no secret", got)
	}
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
