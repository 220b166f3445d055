package fidelity

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// A Difference is where a judge and the sandbox are known to differ, and the page of AWS's that decides.
type Difference struct {
	What string `json:"what"`
	Page string `json:"page"`
}

// A Score is what one judge found of one operation. Cases are those that were agreed and those that differ by Differences.
type Score struct {
	Service     string       `json:"service"` // as in the scope of signatures: s3, cognito-idp
	Operation   string       `json:"operation"`
	Cases       int          `json:"cases"`
	Agreed      int          `json:"agreed"`
	Differences []Difference `json:"differences,omitempty"`
}

// A Record is a run of a judge.
type Record struct {
	Judge   string  `json:"judge"`
	Version string  `json:"version"`
	Cases   int     `json:"cases"` // of the judge: one may call many operations
	Agreed  int     `json:"agreed"`
	Refused int     `json:"refused,omitempty"` // cases that need what the sandbox refuses by name
	Scores  []Score `json:"scores"`
}

// An Operation of a service's.
type Operation struct{ Service, Name string }

// A Tally counts the cases of one run. Its methods may be called from many goroutines.
type Tally struct {
	mu     sync.Mutex
	record Record
	scores map[Operation]*Score
}

// NewTally counts for the judge of that name, in the version that runs.
func NewTally(name, version string) *Tally {
	return &Tally{record: Record{Judge: name, Version: version}, scores: map[Operation]*Score{}}
}

// Version is told where the judge itself says it.
func (t *Tally) Version(version string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.record.Version = version
}

func (t *Tally) score(of Operation) *Score {
	s := t.scores[of]
	if s == nil {
		s = &Score{Service: of.Service, Operation: of.Name}
		t.scores[of] = s
	}
	return s
}

// Agreed counts a case in which judge and sandbox said the same, and its operations.
func (t *Tally) Agreed(operations ...Operation) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.record.Cases++
	t.record.Agreed++
	for _, of := range operations {
		s := t.score(of)
		s.Cases++
		s.Agreed++
	}
}

// Refused counts a case that could not be judged, as it needs what the sandbox refuses by its name.
func (t *Tally) Refused() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.record.Cases++
	t.record.Refused++
}

// Differs counts a case of a known difference, which is of one operation.
func (t *Tally) Differs(of Operation, known Difference) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.record.Cases++
	s := t.score(of)
	s.Cases++
	if !slices.Contains(s.Differences, known) {
		s.Differences = append(s.Differences, known)
	}
}

// Record is what was counted, in the order of services, operations and differences.
func (t *Tally) Record() Record {
	t.mu.Lock()
	defer t.mu.Unlock()
	record := t.record
	for _, s := range t.scores {
		sorted := *s
		sorted.Differences = slices.SortedFunc(slices.Values(s.Differences), func(a, b Difference) int { return strings.Compare(a.What, b.What) })
		record.Scores = append(record.Scores, sorted)
	}
	slices.SortFunc(record.Scores, func(a, b Score) int {
		return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(a.Operation, b.Operation))
	})
	return record
}

// Save shows what was counted and, where LIGHTBOX_FIDELITY names the folder of the records and the test has not failed, keeps it.
func (t *Tally) Save(tb testing.TB) {
	tb.Helper()
	record := t.Record()
	tb.Logf("%s %s: %d cases, %d agreed, %d refused by name", record.Judge, record.Version, record.Cases, record.Agreed, record.Refused)
	if err := record.check(); err != nil {
		tb.Error(err)
	}
	folder := os.Getenv("LIGHTBOX_FIDELITY")
	if folder == "" || tb.Failed() {
		return
	}
	var text bytes.Buffer
	to := json.NewEncoder(&text)
	to.SetEscapeHTML(false)
	to.SetIndent("", "  ")
	if err := to.Encode(record); err != nil {
		tb.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, record.Judge+".json"), text.Bytes(), 0o600); err != nil {
		tb.Fatal(err)
	}
}

// check tells all that is wrong with a record: an unknown judge, a difference without AWS's page, counts that don't add up.
func (r Record) check() error {
	var errs []error
	fault := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("record "+r.Judge+": "+format, args...))
	}
	if _, ok := judge(r.Judge); !ok {
		fault("got no judge of that name in Judges")
	}
	if r.Version == "" {
		fault("got no version")
	}
	if r.Agreed+r.Refused > r.Cases {
		fault("got %d agreed and %d refused of %d cases", r.Agreed, r.Refused, r.Cases)
	}
	for _, s := range r.Scores {
		if s.Agreed > s.Cases || s.Agreed < s.Cases && len(s.Differences) == 0 {
			fault("%s %s: got %d agreed of %d cases, and %d differences that say why", s.Service, s.Operation, s.Agreed, s.Cases, len(s.Differences))
		}
		for _, d := range s.Differences {
			if !strings.HasPrefix(d.Page, "https://docs.aws.amazon.com/") && !strings.HasPrefix(d.Page, "https://aws.amazon.com/") || d.What == "" {
				fault("%s %s: got the difference %q by %q, want words and a page of AWS's", s.Service, s.Operation, d.What, d.Page)
			}
		}
	}
	return errors.Join(errs...)
}

// Read reads the records of a folder, in the order of Judges. The error tells all that is wrong with them.
func Read(folder string) ([]Record, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil {
		return nil, err
	}
	var records []Record
	var errs []error
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		var r Record
		strict := json.NewDecoder(bytes.NewReader(text))
		strict.DisallowUnknownFields()
		if err := strict.Decode(&r); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", file, err))
			continue
		}
		if want := filepath.Base(file); r.Judge+".json" != want {
			errs = append(errs, fmt.Errorf("%s: got the record of %q", file, r.Judge))
		}
		errs = append(errs, r.check())
		records = append(records, r)
	}
	place := func(r Record) int { return slices.IndexFunc(Judges, func(j Judge) bool { return j.Name == r.Judge }) }
	slices.SortFunc(records, func(a, b Record) int { return cmp.Compare(place(a), place(b)) })
	return records, errors.Join(errs...)
}

// PackageVersion is the version of a package of npm's in a folder node_modules.
func PackageVersion(tb testing.TB, folder, name string) string {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join(folder, name, "package.json"))
	var its struct{ Version string }
	if err = errors.Join(err, json.Unmarshal(text, &its)); err != nil {
		tb.Fatal(err)
	}
	return its.Version
}
