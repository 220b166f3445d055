package sandbox_test

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lightbox.example/lightbox/sandbox"
)

// What people stored is opened by its link at the origin of the inbox, or of services: it must be of neither. What a browser
// then makes of it, web/e2e/stored.spec.ts tests.
func TestApart_isWhateverIsNotAtAWSsNames(t *testing.T) {
	s := start(t, sandbox.Config{})
	const bucket = "/cdk-hnb659fds-assets-000000000000-us-east-1" // of the bootstrap
	const files = "https://s3.us-east-1.amazonaws.com"
	for key, kind := range map[string]string{"html": "text/html", "svg": "image/svg+xml", "xml": "application/xml", "pdf": "application/pdf", "js": "text/javascript", "odd": "multipart/x-mixed-replace"} {
		request := signed(t, http.MethodPut, "http://"+s.HTTP()+bucket+"/"+key, "s3", []byte("<b>stored</b>"))
		request.Header.Set("Content-Type", kind)
		if got := do(t, http.DefaultClient, request); got.status != http.StatusOK {
			t.Fatalf("got %d %s, want it to be stored", got.status, got.body)
		}
	}
	etag := do(t, http.DefaultClient, signed(t, http.MethodHead, "http://"+s.HTTP()+bucket+"/html", "s3", nil)).header.Get("Etag")
	type ask struct {
		method, target, service string
		header                  string // as in Range=bytes=0-1
		want                    int
	}
	asks := map[string]ask{
		"nothing there":   {http.MethodGet, bucket + "/none", "s3", "", http.StatusNotFound},
		"no bucket":       {http.MethodGet, "/no-such-bucket/x", "s3", "", http.StatusNotFound},
		"a list":          {http.MethodGet, bucket + "?list-type=2", "s3", "", http.StatusOK},
		"a range":         {http.MethodGet, bucket + "/html", "s3", "Range=bytes=0-1", http.StatusPartialContent},
		"a wrong range":   {http.MethodGet, bucket + "/html", "s3", "Range=bytes=99-", http.StatusRequestedRangeNotSatisfiable},
		"nothing new":     {http.MethodGet, bucket + "/html", "s3", "If-None-Match=" + etag, http.StatusNotModified},
		"the head":        {http.MethodHead, bucket + "/html", "s3", "", http.StatusOK},
		"a preflight":     {http.MethodOptions, bucket + "/html", "s3", "", http.StatusBadRequest},
		"another type":    {http.MethodGet, bucket + "/js?response-content-type=text%2Fhtml", "s3", "", http.StatusOK},
		"no method":       {"PATCH", bucket + "/html", "s3", "", http.StatusMethodNotAllowed},
		"a call":          {http.MethodPost, "/?Action=DescribeStacks&Version=2010-05-15", "cloudformation", "", http.StatusOK},
		"a call refused":  {http.MethodPost, "/?Action=Dance&Version=2010-05-15", "cloudformation", "", http.StatusBadRequest},
		"JSON":            {http.MethodPost, "/", "ssm", "X-Amz-Target=AmazonSSM.Dance", http.StatusBadRequest},
		"another service": {http.MethodPost, "/", "ec2", "", http.StatusNotImplemented},
	}
	for _, key := range []string{"html", "svg", "xml", "pdf", "js", "odd"} {
		asks[key] = ask{http.MethodGet, bucket + "/" + key, "s3", "", http.StatusOK}
	}
	named := client(t, s)
	for what, ask := range asks {
		t.Run(what, func(t *testing.T) {
			host := strings.Replace(files, "s3", ask.service, 1)
			for where, target := range map[string]string{"HTTP": "http://" + s.HTTP(), "TLS": "https://localhost", "the bridge": host, "AWS's name": host} {
				request := signed(t, ask.method, target+ask.target, ask.service, nil)
				if name, value, ok := strings.Cut(ask.header, "="); ok {
					request.Header.Set(name, value)
				}
				over := named
				switch where {
				case "HTTP":
					over = http.DefaultClient
				case "the bridge":
					over, request.URL, request.Host = http.DefaultClient, bridge(t, s, target+ask.target), ""
				}
				got := do(t, over, request)
				if got.status != ask.want {
					t.Fatalf("%s: got %d %s, want %d", where, got.status, got.body, ask.want)
				}
				apart := slices.Contains(got.header.Values("Content-Security-Policy"), "sandbox")
				if atHome := where == "AWS's name"; apart == atHome {
					t.Errorf("%s: got %v, want an origin of its own unless it has one already", where, got.header)
				} else if !atHome && (got.header.Get("X-Content-Type-Options") != "nosniff" || got.header.Get("Set-Cookie") != "") {
					t.Errorf("%s: got %v, want the type to be taken for what it is, and no cookie", where, got.header)
				}
			}
		})
	}
	t.Run("what the bridge does not carry", func(t *testing.T) {
		got := get(t, http.DefaultClient, bridge(t, s, "https://evil.example/<script>").String())
		if got.status != http.StatusBadRequest || got.header.Get("X-Content-Type-Options") != "nosniff" || !strings.HasPrefix(got.header.Get("Content-Type"), "text/plain") {
			t.Errorf("got %d %v, want plain text", got.status, got.header)
		}
	})
	t.Run("control: the inbox is the sandbox's own", func(t *testing.T) {
		if got := get(t, http.DefaultClient, "http://"+s.HTTP()+"/_lightbox/mail"); slices.Contains(got.header.Values("Content-Security-Policy"), "sandbox") {
			t.Errorf("got %v, want the page to run its script", got.header)
		}
	})
}

// The pages are at localhost and at 127.0.0.1, and not at the names that buckets have on this machine.
func TestPages_areAtNoBucketsName(t *testing.T) {
	s := start(t, sandbox.Config{})
	request, err := http.NewRequest(http.MethodGet, "http://"+s.HTTP()+"/_lightbox/mail", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.Host = "bucket.localhost"
	if got := do(t, http.DefaultClient, request); got.status != http.StatusForbidden {
		t.Errorf("got %d %s, want 403", got.status, got.body)
	}
}

// Amplify's client takes the time of its signatures from the Date of answers: one clock for all of them.
func TestNow_isTheTimeOfEveryAnswer(t *testing.T) {
	web := t.TempDir()
	if err := os.WriteFile(filepath.Join(web, "index.html"), []byte("home"), 0o600); err != nil {
		t.Fatal(err)
	}
	now := time.Now().Add(2 * time.Hour).UTC() // and it stays there; clients hold the certificate against the machine's
	calls := make(chan sandbox.Call, 10_000)
	s := start(t, sandbox.Config{Web: web, Now: func() time.Time { return now }, Log: func(c sandbox.Call) { calls <- c }})
	date := now.Format(http.TimeFormat)
	for listener, address := range map[string]string{"http": s.HTTP(), "https": s.HTTPS(), "web": s.Web()} {
		for _, request := range []string{
			"GET /", "GET /none", "HEAD /", "POST /", "PATCH /x", "OPTIONS *", "GET /?Action=Dance", "GET /%2e%2e/x",
			"GET /_lightbox/", "GET /_lightbox/mail", "POST /_lightbox/mail", "GET /_lightbox/none", "GET /_lightbox/bridge",
			"GET /_lightbox/bridge?url=https%3A%2F%2Fs3.us-east-1.amazonaws.com%2Fb%2Fx", "GET /_lightbox/bridge?url=https%3A%2F%2Fd1.cloudfront.net%2Fx",
		} {
			for _, host := range []string{"localhost:1", "127.0.0.1:1", "evil.example", "s3.us-east-1.amazonaws.com", "cognito-idp.us-east-1.amazonaws.com", "d1.cloudfront.net", "ec2.us-east-1.amazonaws.com"} {
				conn, answers := dial(t, s, listener, address)
				_, _ = fmt.Fprintf(conn, "%s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", request, host)
				wantDates(t, listener+" "+host+" "+request, answers, request, date)
				_ = conn.Close()
			}
		}
	}
	for len(calls) > 0 {
		if call := <-calls; !call.Time.Equal(now) {
			t.Fatalf("got the line %v at %s, want it at %s", call, call.Time, now)
		}
	}
}

// wantDates reads an answer, which must have one Date, and that.
func wantDates(t *testing.T, what string, answers *bufio.Reader, request, date string) {
	t.Helper()
	method, _, _ := strings.Cut(request, " ")
	response, err := http.ReadResponse(answers, &http.Request{Method: method})
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return
	}
	_, _ = io.Copy(io.Discard, response.Body)
	_ = response.Body.Close()
	if got := response.Header.Values("Date"); !slices.Equal(got, []string{date}) {
		t.Errorf("%s: got %d with the Date %q, want %s", what, response.StatusCode, got, date)
	}
}

// What is stored is of that time as well, and signatures are checked by it.
func TestNow_isTheTimeOfWhatIsStoredAndSigned(t *testing.T) {
	ahead := start(t, sandbox.Config{Now: func() time.Time { return time.Now().Add(2 * time.Hour) }})
	level := start(t, sandbox.Config{})
	const key = "/cdk-hnb659fds-assets-000000000000-us-east-1/x"
	if got := do(t, http.DefaultClient, signed(t, http.MethodPut, "http://"+ahead.HTTP()+key, "s3", nil)); got.status != http.StatusForbidden || !strings.Contains(got.body, "RequestTimeTooSkewed") {
		t.Errorf("got %d %s for a signature of two hours ago, want it refused", got.status, got.body)
	}
	if got := do(t, http.DefaultClient, signed(t, http.MethodPut, "http://"+level.HTTP()+key, "s3", nil)); got.status != http.StatusOK {
		t.Errorf("control: got %d %s", got.status, got.body)
	}
	// A client that corrects its clock, as Amplify's does.
	date, err := http.ParseTime(get(t, http.DefaultClient, "http://"+ahead.HTTP()+key).header.Get("Date"))
	if err != nil {
		t.Fatal(err)
	}
	for _, method := range []string{http.MethodPut, http.MethodHead} {
		request := unsigned(t, method, "http://"+ahead.HTTP()+key, nil)
		signAt(t, request, "s3", date)
		got := do(t, http.DefaultClient, request)
		if got.status != http.StatusOK {
			t.Fatalf("%s: got %d %s with the corrected clock, want 200", method, got.status, got.body)
		}
		if modified, err := http.ParseTime(got.header.Get("Last-Modified")); method == http.MethodHead && (err != nil || modified.Before(date.Add(-time.Second))) {
			t.Errorf("got Last-Modified %s, %v, want the time of the clock, from %s", modified, err, date)
		}
	}
}
