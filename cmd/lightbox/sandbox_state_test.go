package main

import (
	"strings"
	"testing"
	"time"
)

// What people type about states and the clock reaches the sandbox, and what it refuses is said in one line.
func TestSandboxState_isSavedLoadedAndMoved(t *testing.T) {
	s := startSandbox(t)
	workspace(t, "dev")
	for _, step := range []struct {
		args          []string
		want, refusal string
	}{
		{[]string{"load"}, "", ""},
		{[]string{"load", "seeded"}, "", `got the name "seeded", want a name of ` + "`lightbox sandbox save`, and nothing is saved yet"},
		{[]string{"save", "Seeded"}, "", `got the name "Seeded", want 1 to 64 lower-case letters, digits and hyphens`},
		{[]string{"save"}, "", "got 0 arguments, want 1, as in `lightbox sandbox save NAME`"},
		{[]string{"save", "seeded"}, "seeded is saved, in ", ""},
		{[]string{"clock", "1 week"}, "168h0m0s ahead\n", ""},
		{[]string{"clock", "90m"}, "169h30m0s ahead\n", ""},
		{[]string{"clock", s.Now().Add(time.Hour).UTC().Format(time.RFC3339)}, "", "want a time that is not over"}, // before the week
		{[]string{"clock", "a while"}, "", `got the time "a while", want one as in '25 hours'`},
		{[]string{"clock", "300 years"}, "", `got the time "300 years"`},
		{[]string{"clock", "99999999 weeks"}, "", `got the time "99999999 weeks"`},
		{[]string{"load", "seeded"}, "seeded is loaded, in ", ""},
		{[]string{"clock"}, " 0s ahead\n", ""},
		{[]string{"load", "none"}, "", `got the name "none", want one of seeded`},
		{[]string{"load"}, "seeded  ", ""},
	} {
		stdout, stderr := lightbox(append(append([]string{"sandbox"}, step.args...), "--http", s.HTTP())...)
		if !strings.Contains(stdout, step.want) || !strings.Contains(stderr, step.refusal) || (stderr == "") != (step.refusal == "") || strings.Count(stderr, "\n") > 1 {
			t.Errorf("%v: got %q and %q, want %q and %q", step.args, stdout, stderr, step.want, step.refusal)
		}
	}
}
