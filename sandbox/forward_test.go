package sandbox_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"lightbox.example/lightbox/sandbox"
)

// W6: there is one clock for everything that a client sees, and it goes forward over HTTP.
func TestW6_theClockGoesForwardOverHTTP(t *testing.T) {
	folder := t.TempDir()
	s := deployed(t, sandbox.Config{Data: folder})
	p, err := reach(s.HTTP())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.close)
	p.people(t).SignUp("ann")
	first, err := p.enter(p.people(t), "ann")
	if err != nil {
		t.Fatal(err)
	}
	key := "private/" + first.identity + "/x"
	if err := ok(p.files(first.keys, "PUT", key, []byte("x"))); err != nil {
		t.Fatal(err)
	}
	const object = "/cdk-hnb659fds-assets-000000000000-us-east-1/x"
	link := presigned(t, http.MethodGet, "http://"+s.HTTP()+object)
	if got := do(t, http.DefaultClient, link); got.status != http.StatusNotFound {
		t.Errorf("control, a link of today: got %d %s", got.status, got.body)
	}
	before := time.Now()
	moved := controlled(t, s, "clock", `{"forward": "25h"}`)
	date, err := http.ParseTime(moved.header.Get("Date"))
	if ahead := date.Sub(before); err != nil || ahead < 25*time.Hour-2*time.Second || ahead > 26*time.Hour {
		t.Errorf("got the Date %s, %s ahead, want 25h", moved.header.Get("Date"), ahead)
	}
	if !strings.Contains(moved.body, `"ahead": "25h0m0s"`) {
		t.Errorf("got %s", moved.body)
	}
	if got := do(t, http.DefaultClient, presigned(t, http.MethodGet, "http://"+s.HTTP()+object)); !strings.Contains(got.body, "has expired") {
		t.Errorf("a link by the machine's clock: got %d %s, want it expired", got.status, got.body)
	}
	if a, err := p.files(first.keys, "GET", key, nil); err != nil || !strings.Contains(a.body, "RequestTimeTooSkewed") {
		t.Errorf("signed by the machine's clock: got %+v, %v, want it refused", a, err)
	}
	// From here on, clients sign by the sandbox's clock, and hold its certificate against the machine's.
	p.now = s.Now
	if a, err := p.files(first.keys, "GET", key, nil); err != nil || a.status != http.StatusForbidden {
		t.Errorf("with keys of yesterday: got %+v, %v, want them refused", a, err)
	}
	ann, err := p.enter(p.people(t), "ann")
	if err != nil {
		t.Fatal(err)
	}
	if a, err := p.files(ann.keys, "GET", key, nil); err != nil || a.body != "x" {
		t.Errorf("with keys of today: got %+v, %v", a, err)
	}
	for body, want := range map[string]string{
		`{"forward": "-1h"}`:                              "got -1h, want a time that is not over",
		`{"to": "` + before.Format(time.RFC3339) + `"}`:   "got " + before.Format(time.RFC3339) + ", want a time that is not over",
		`{"forward": "90000000h"}`:                        "forward: got \"90000000h\"",
		`{"to": "9999-12-31T23:59:59Z", "forward": "1h"}`: "got neither or both",
		`{"to": "9999-12-31T23:59:59Z"}`:                  "to: got 9999-12-31T23:59:59Z, want a time within 292 years",
		`{"forward": 5, "too": "1h"}`:                     "forward: got number, want a string\n\"too\": got a member that is not known, want forward, to",
		`{"forward": "1h"}{}`:                             "got more behind the object",
		`[]`:                                              "got array, want an object",
		`{"to": "tomorrow"}`:                              "to: got \"tomorrow\"",
		`{}`:                                              "got neither or both",
	} {
		if a, err := commanded(s.HTTP(), "clock", body); err != nil || a.status != http.StatusBadRequest || !strings.Contains(a.body, want) {
			t.Errorf("%s: got %+v, %v, want %s", body, a, err, want)
		}
	}
	at := s.Now()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if again := start(t, sandbox.Config{Data: folder}); again.Now().Before(at) {
		t.Errorf("after a restart: got %s, want no earlier than %s", again.Now(), at)
	}
}
