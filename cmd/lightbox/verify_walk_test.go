package main

import (
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox"
)

func TestVerify_walksAndCleans(t *testing.T) {
	startedSandbox(t, sandbox.Config{}, deploytest.WorkingAssembly(t, "../..", "prod"))
	exit, out, faults := on("verify", "--env", "prod")
	if exit != 0 || faults != "" || !strings.Contains(out, "Tried: ") || !strings.Contains(out, "Query.listDrafts [tour]") || !strings.Contains(out, "Mutation.deleteAccount") {
		t.Errorf("got %d, %s and\n%s", exit, faults, out)
	}
	if exit, out, faults := on("verify", "--env", "prod", "--clean"); exit != 0 || faults != "" || out != "Removed what earlier runs left: 0 users, with all that was theirs.\n" {
		t.Errorf("--clean: got %d, %s and\n%s", exit, faults, out)
	}
	for flags, has := range map[string]bool{"--policy": true, "--policy --read-only": false} {
		exit, out, faults := on(append([]string{"verify", "--env", "prod"}, strings.Fields(flags)...)...)
		if exit != 0 || faults != "" || strings.Contains(out, "AdminCreateUser") != has {
			t.Errorf("%s: got %d, %s and\n%s", flags, exit, faults, out)
		}
	}
	if exit, _, faults := on("verify", "--env", "prod", "--read-only", "--tour"); exit != 1 || !strings.Contains(faults, "--read-only: got it with --tour") {
		t.Errorf("--read-only --tour: got %d and %s", exit, faults)
	}
}
