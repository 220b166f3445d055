package main

import (
	"strings"
	"testing"
)

func TestSettings_saysWhatScriptsAskOfAnEnvironment(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "cdk.json", `{"context": {"environments": {
  "dev": {"region": "eu-west-1", "webOrigins": ["https://a.example"], "removeData": true, "allowDeletion": true},
  "prod": {"region": "us-east-1", "site": {}}
}}}`)
	for env, want := range map[string]string{
		"dev": "region=eu-west-1\nsite=false\n", "pr-12": "region=eu-west-1\nsite=false\n", "prod": "region=us-east-1\nsite=true\n",
	} {
		if stdout, stderr := lightbox("settings", "--env", env); stdout != want || stderr != "" {
			t.Errorf("%s: got %q and %q, want %q", env, stdout, stderr, want)
		}
	}
	if stdout, stderr := lightbox("settings", "--env", "prd"); stdout != "" || !strings.Contains(stderr, `got "prd", want one of "dev", "prod"`) {
		t.Errorf("another name: got %q and %q, want it refused", stdout, stderr)
	}
}

func TestSettings_setsAllOrNothing(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "cdk.json", `{"context": {"environments": {"prod": {"region": "us-east-1", "site": {}}}}}`)
	stdout, stderr := lightbox("settings", "--env", "prod", "--set", "auth.signUp=false", "--set", "mfa=7")
	if got := read(t, "cdk.json"); stdout != "" || stderr == "" || strings.Contains(got, "signUp") {
		t.Errorf("a good one and a bad one: got %q, %q and %s, want nothing set", stdout, stderr, got)
	}
	stdout, stderr = lightbox("settings", "--env", "prod", "--set", "removeData=true", "--set", "allowDeletion=true")
	if got := read(t, "cdk.json"); strings.Count(stdout, "it was not set") != 2 || stderr != "" || !strings.Contains(got, "removeData") {
		t.Errorf("good together alone: got %q, %q and %s, want both set", stdout, stderr, got)
	}
}
