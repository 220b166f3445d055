package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// reviewed is what the summary of a pull request's job says of two assemblies, and the exit code.
func reviewed(t *testing.T, folders ...string) (string, int) {
	t.Helper()
	out, err := exec.Command(filepath.Join(root, "tools/review.sh"), folders...).CombinedOutput()
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		t.Fatal(err)
	}
	if failed == nil {
		return string(out), 0
	}
	return string(out), failed.ExitCode()
}

// building puts a script in the place of `go build -o FILE`.
func building(t *testing.T, script string) {
	t.Helper()
	bin := t.TempDir()
	if err := os.WriteFile(filepath.Join(bin, "go"), []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+":/usr/bin:/bin")
}

// A command that breaks is no answer, and no leave to merge.
func TestReview_takesNoOtherAnswer(t *testing.T) {
	for _, code := range []string{"2", "4", "137"} {
		building(t, "printf '#!/bin/sh\\nexit "+code+"\\n' > \"$3\" && chmod +x \"$3\"")
		if _, got := reviewed(t, "old", "new"); got != 1 {
			t.Errorf("a command that ends with %s: got exit code %d, want 1", code, got)
		}
	}
}

func TestReview_writesTheSummaryOfAPullRequest(t *testing.T) {
	shippedAssembly(t)
	opening(t, "open.out")
	commenting(t, "words.out")
	for name, test := range map[string]struct {
		folders []string
		code    int
		want    []string
	}{
		"nothing": {[]string{"cdk.out", "cdk.out"}, 0, []string{
			"## Access\n\nIs it proven?\n\n~~~~text\nProven: nobody may do more than is declared, and nobody less.\n",
			"~~~~\n\nWho may do more than before, and who less?\n\n~~~~text\nNobody may do more than before, and nobody less.\n~~~~\n",
		}},
		"words for people": {[]string{"cdk.out", "words.out"}, 0, []string{"Irrelevant to access\n"}},
		"what opens":       {[]string{"cdk.out", "open.out"}, 3, []string{"Not proven: ", "Opens\n  - a guest may get drafts/"}},
		"no assembly":      {[]string{"cdk.out", "none"}, 1, []string{"none: got no assembly there"}},
		"one argument":     {[]string{"cdk.out"}, 1, []string{"got 1 arguments, want two folders"}},
	} {
		t.Run(name, func(t *testing.T) {
			if name != "nothing" { // which builds it
				building(t, "cat '"+binary(t)+"' > \"$3\" && chmod +x \"$3\"")
			}
			got, code := reviewed(t, test.folders...)
			if code != test.code {
				t.Errorf("got exit code %d, want %d", code, test.code)
			}
			for _, want := range test.want {
				if !strings.Contains(got, want) {
					t.Errorf("got\n%s\nwant %q in it", got, want)
				}
			}
		})
	}
}
