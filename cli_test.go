package main

import (
	"bytes"
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
