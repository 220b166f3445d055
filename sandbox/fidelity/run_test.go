package fidelity_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"lightbox.example/lightbox/sandbox/fidelity"
)

// A verdict is a line of what a judge writes: that a case is over, and how. Of names its operation where no request says it.
type verdict struct {
	Case    string              `json:"case"`
	OK      bool                `json:"ok"`
	Why     string              `json:"why"`
	Refused bool                `json:"refused"` // it could not be judged
	Of      *fidelity.Operation `json:"of"`
	Version string              `json:"version"` // of the judge, on a line of its own
}

// A run is a judge at work. Its cases come one after the other, and it writes one's verdict before the next one's first request, so
// that what was called since the last verdict is the case's.
type run struct {
	t       testing.TB
	tally   *fidelity.Tally
	version string
	known   []known
	seen    map[int]bool // of these
	buckets bool         // it makes its own buckets
	printed bool         // its verdicts are what it prints
	parse   func(line []byte) (verdict, bool)

	mu         sync.Mutex
	transcript *os.File // what the judge writes, read from where it was read to
	rest       []byte
	calls      map[fidelity.Operation]bool
	refused    bool
	last       string // what was refused last, for who reads of a failure
}

// judged runs a program, and counts its verdicts. The program writes them to the file that JUDGE_CASES names, or to its output.
func (b *bench) judged(t *testing.T, name string, r *run, command *exec.Cmd) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "cases")
	written, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer written.Close()
	if r.transcript, err = os.Open(path); err != nil {
		t.Fatal(err)
	}
	defer r.transcript.Close()
	r.t, r.tally, r.seen, r.calls = t, fidelity.NewTally(name, ""), map[int]bool{}, map[fidelity.Operation]bool{}
	b.mu.Lock()
	b.run = r
	b.mu.Unlock()
	var words bytes.Buffer
	command.Env = append(append(b.environment(), "JUDGE_CASES="+path), command.Env...)
	if command.Stdout, command.Stderr = &words, &words; r.printed {
		command.Stdout = written
	}
	failed := command.Run()
	r.turn()
	b.mu.Lock()
	b.run = nil
	b.mu.Unlock()
	record := r.tally.Record()
	if record.Cases == 0 || failed != nil {
		text := words.String()
		t.Errorf("%s: got %d cases and the end %v\n%s", name, record.Cases, failed, text[max(0, len(text)-6000):])
	}
	for i, k := range r.known {
		if !r.seen[i] {
			t.Errorf("%s (%s%s): differs no longer, want the entry gone", k.What, k.cases, k.says)
		}
	}
	r.tally.Version(r.version)
	r.tally.Save(t)
}

// called notes what an answer is of.
func (r *run) called(of fidelity.Operation, status int, body []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case refusedByName(status, body):
		r.refused = true
	case of.Name != "Preflight" && (of.Service == "appsync" || !strings.ContainsAny(of.Name, "/ ")):
		r.calls[of] = true
	}
	if status >= 400 {
		r.last = of.Service + " " + of.Name + ": " + string(body[:min(len(body), 300)])
	}
}

// turn reads the verdicts since the last one.
func (r *run) turn() {
	r.mu.Lock()
	defer r.mu.Unlock()
	more, err := io.ReadAll(r.transcript)
	if err != nil {
		r.t.Error(err)
	}
	r.rest = append(r.rest, more...)
	for {
		line, rest, whole := bytes.Cut(r.rest, []byte("\n"))
		if !whole {
			return
		}
		r.rest = rest
		if v, ok := r.parse(line); ok {
			r.close(v)
		}
	}
}

// close counts a case.
func (r *run) close(v verdict) {
	if v.Version != "" {
		r.version = v.Version
		return
	}
	if v.Of != nil {
		r.calls[*v.Of] = true
	}
	is := slices.IndexFunc(r.known, func(k known) bool { return k.is(v, r.last) })
	switch {
	case v.OK:
		r.tally.Agreed(slices.Collect(maps.Keys(r.calls))...)
	case is >= 0:
		r.seen[is] = true
		r.tally.Differs(r.known[is].of, r.known[is].Difference)
	case r.refused || v.Refused:
		r.t.Logf("needs what is refused by name: %s: %.200s", v.Case, cmp.Or(r.last, v.Why))
		r.tally.Refused()
	default:
		r.t.Errorf("%s: %s\nthe last refusal: %s", v.Case, v.Why, r.last)
	}
	r.calls, r.refused, r.last = map[fidelity.Operation]bool{}, false, ""
}

// lines are verdicts as our own judges write them.
func lines(line []byte) (verdict, bool) {
	var v verdict
	err := json.Unmarshal(line, &v)
	return v, err == nil && strings.TrimSpace(string(line)) != ""
}
