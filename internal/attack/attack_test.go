package attack

import (
	"context"
	"flag"
	"net/http"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox"
)

var (
	all  = flag.Bool("all", false, "try every attack, and not a part of each family")
	only = flag.String("only", "", "the `families` to try, by their names with commas between them")
)

// deployed starts a sandbox with the stacks of dev, and answers its address.
func deployed(t *testing.T) string {
	t.Helper()
	s, err := sandbox.Start(t.Context(), sandbox.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if err := s.Deploy(t.Context(), deploytest.WorkingAssembly(t, "../..", "dev"), nil); err != nil {
		t.Fatal(err)
	}
	return s.HTTP()
}

// Every attack is refused, and every control allowed. In CI it is a part of each family, which is what make attack tries all of.
func TestRun_refusesEveryAttackAndAllowsEveryControl(t *testing.T) {
	address := deployed(t)
	options := Options{Every: 5}
	if *all || *only != "" {
		options.Every = 1
	}
	if *only != "" {
		options.Only = strings.Split(*only, ",")
	}
	report, err := Run(t.Context(), address, options)
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for _, o := range report.Outcomes {
		if id := o.Family + "/" + o.ID; ids[id] {
			t.Errorf("%s: got two of that id, want one", id)
		} else {
			ids[id] = true
		}
	}
	for _, o := range report.Faults() {
		t.Error(o)
	}
	var table strings.Builder
	report.WriteTable(&table)
	t.Log(table.String())
	t.Run("and notices what gets through", func(t *testing.T) { noticesHoles(t, address) })
}

// noticesHoles tries what is allowed as if it were attacks.
func noticesHoles(t *testing.T, address string) {
	w, err := reach(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer w.close()
	if w.ahead, err = w.clock(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := w.settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	fine := func(w *World) *request {
		return w.object(w.bob.keys, http.MethodGet, w.alice.private("secret.txt"), nil)
	}
	holes := family{name: "holes", attacks: func(*World) []attack {
		return []attack{
			{id: "fine", want: noRight, control: sends(reads), try: sends(fine)},
			{id: "the secret", want: "200", control: sends(reads), try: sends(reads)},
			{id: "another answer", want: "404 NoSuchKey", control: sends(reads), try: sends(fine)},
			{id: "a change", want: "200", control: sends(reads), try: sends(puts)},
			{id: "fine as well", want: noRight, control: sends(reads), try: sends(fine)},
			{id: "no control", want: noRight, control: sends(fine), try: sends(fine)},
			{id: "no answer", want: noRight, control: sends(reads), try: func(context.Context, *World) (answer, error) { return answer{}, context.DeadlineExceeded }},
		}
	}}
	outcomes, err := w.tryAll(t.Context(), holes, 1)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"", "something of somebody else's", "another answer", "it changed something: files", "", "the control was refused", "nothing came of it"} {
		if got := outcomes[i].Fault; !strings.HasPrefix(got, want) || want == "" && got != "" {
			t.Errorf("%s: got %q, want %q", outcomes[i].ID, got, want)
		}
	}
}

func TestWanted_takesTheAnswersThatARowHas(t *testing.T) {
	for _, test := range []struct {
		want   string
		status int
		code   string
		is     bool
	}{
		{"403 AccessDenied", 403, "AccessDenied", true}, {"403 AccessDenied", 403, "", false}, {"403 AccessDenied", 404, "AccessDenied", false},
		{"403 A or 404 B", 404, "B", true}, {"403 A or 404 B", 403, "B", false}, {"400", 400, "and a second answer: 200", false},
		{"200", 200, "", true}, {"200", 200, "Unauthorized", false}, {"closed without an answer", 0, "without an answer", true},
	} {
		if got := wanted(test.want, answer{status: test.status, code: test.code}); got != test.is {
			t.Errorf("%d %s is %q: got %v, want %v", test.status, test.code, test.want, got, test.is)
		}
	}
}

// What a shell is given is what was sent.
func TestOutcome_saysWhatRepeatsIt(t *testing.T) {
	o := Outcome{Family: "paths", ID: "up", Has: "user", Got: "200", Want: noRight, Control: "200", Fault: "it changed something", Sent: []byte("GET /'\x00 HTTP/1.1\r\n\\\r\n"), Plain: true, At: "127.0.0.1:4566"}
	for _, part := range []string{"GOT THROUGH paths/up", "got 200, want 403 AccessDenied", `printf %b 'GET /\0047\0000 HTTP/1.1\r\n\\\r\n' | nc -q 1 127.0.0.1 4566`} {
		if !strings.Contains(o.String(), part) {
			t.Errorf("got %s\nwant %s in it", o, part)
		}
	}
}

func TestRun_refusesFamiliesThatAreNone(t *testing.T) {
	_, err := Run(t.Context(), "127.0.0.1:1", Options{Only: []string{"tokens", "x"}})
	if err == nil || !strings.Contains(err.Error(), `got the family "x", want one of: signatures, `) {
		t.Errorf("got %v", err)
	}
}
