package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

func TestSynth_exitsWithOneOnAFault(t *testing.T) {
	dir := t.TempDir()
	command := exec.Command("node_modules/.bin/cdk", "synth", "-q", "-c", "env=stage", "--output", filepath.Join(dir, "cdk.out"))
	out, err := command.CombinedOutput()
	if code := command.ProcessState.ExitCode(); code != 1 {
		t.Errorf("cdk synth -c env=stage: got exit code %d (%v), want 1", code, err)
	}
	if !bytes.Contains(out, []byte(`lightbox: env: got "stage"`)) {
		t.Errorf("cdk synth -c env=stage: got %s, want the fault", out)
	}
	if written, _ := filepath.Glob(filepath.Join(dir, "cdk.out", "*.template.json")); len(written) > 0 {
		t.Errorf("cdk synth -c env=stage wrote %v, want nothing", written)
	}
}

// Stacks of an environment that is no longer in cdk.json are reached by no command, and the one for it says so.
func TestMake_destroyOfAnUnknownEnvironmentSaysWhatIsLeft(t *testing.T) {
	out, err := exec.Command("make", "--no-print-directory", "destroy", "ENV=old").CombinedOutput()
	if err == nil {
		t.Errorf("make destroy ENV=old: got no error, want one\n%s", out)
	}
	for _, wanted := range []string{"got ENV=old, want one of: dev prod", "taken out of cdk.json", "README.md"} {
		if !bytes.Contains(out, []byte(wanted)) {
			t.Errorf("make destroy ENV=old: got no %q in\n%s", wanted, out)
		}
	}
}

// The CDK CLI has read the file already and hands on the last of the two; the test above has the control, a
// file that is right.
func TestRun_refusesAKeyThatStandsTwice(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("cdk.json", []byte(`{"context": {"environments": {"dev": {}, "dev": {}}}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	const want = "cdk.json:1:42: got the key context.environments.dev for the second time, first in line 1, want it once"
	if err := run(); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
