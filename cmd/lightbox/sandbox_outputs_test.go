package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox"
)

// Whoever builds a front end gets its settings from what runs, with no file of the CDK CLI's.
func TestSandboxOutputs_areThoseOfWhatRuns(t *testing.T) {
	settings, err := filepath.Abs("../../cdk.json")
	if err != nil {
		t.Fatal(err)
	}
	s := startedSandbox(t, sandbox.Config{}, deploytest.Assembly(t, "../..", "dev"))
	empty := startSandbox(t)
	t.Chdir(t.TempDir())
	ask := func(s *sandbox.Sandbox, args ...string) (stdout, stderr string) {
		return lightbox(append([]string{"sandbox", "outputs", "--config", settings, "--http", s.HTTP()}, args...)...)
	}
	printed, stderr := ask(s, "-")
	var outputs struct {
		Auth struct {
			UserPoolID string `json:"user_pool_id"`
		} `json:"auth"`
	}
	if err := json.Unmarshal([]byte(printed), &outputs); err != nil || stderr != "" {
		t.Fatalf("got %v, %s and %q, want settings", err, stderr, printed)
	}
	overview, err := fetchOverview(s.HTTP())
	if err != nil {
		t.Fatal(err)
	}
	if want := overview.Output("Lightbox-dev-Auth", "UserPoolId"); outputs.Auth.UserPoolID != want || want == "" {
		t.Errorf("got the user pool %q, want %q", outputs.Auth.UserPoolID, want)
	}

	write(t, "src/amplify_outputs.json", `{"version": "1.4", "custom": {"theme": "dark"}}`)
	if stdout, stderr := ask(s, "src"); stderr != "" || !strings.HasPrefix(stdout, "src/amplify_outputs.json: written for dev from Auth, ") {
		t.Errorf("got %q and %q, want the file written", stdout, stderr)
	}
	if got := read(t, "src/amplify_outputs.json"); !strings.Contains(got, `"theme": "dark"`) || !strings.Contains(got, outputs.Auth.UserPoolID) {
		t.Errorf("got %s, want what was there under custom, and the settings", got)
	}
	if stdout, _ := ask(s); !strings.HasPrefix(stdout, "amplify_outputs.json: written") || read(t, "amplify_outputs.json") != printed {
		t.Errorf("got %q, want the same in this folder", stdout)
	}
	for want, test := range map[string][2]string{
		`DIR: got "none", want a folder that is there, or - for stdout`:                                            {s.HTTP(), "none"},
		"the sandbox at " + empty.HTTP() + ": got no stack of environment dev but nothing, want Lightbox-dev-Auth": {empty.HTTP(), "-"},
	} {
		if _, stderr := lightbox("sandbox", "outputs", "--config", settings, "--http", test[0], test[1]); !strings.HasPrefix(stderr, "lightbox: "+want) {
			t.Errorf("got %q, want %q", stderr, want)
		}
	}
}
