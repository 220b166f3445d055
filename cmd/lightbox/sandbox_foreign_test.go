package main

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"
)

// Every CDK app has a cdk.json: that of another is read for nothing.
func TestSandbox_readsNothingOfTheFileOfAnotherApp(t *testing.T) {
	t.Chdir(t.TempDir())
	for text, want := range map[string]string{
		`{"app": "npx ts-node bin/app.ts", "context": {"@aws-cdk/core:checkSecretUsage": true}}`: "",
		`{"app": "go run ."}`: "",
		`{"app": "go run .", "context": {"environments": {"prod": {"region": "us-east-1"}}}}`: `env: got "dev"`,
	} {
		if err := os.WriteFile("cdk.json", []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := settingsOf(settingsHere, "dev")
		if want == "" && !errors.Is(err, fs.ErrNotExist) || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: got %v, want %q", text, err, want)
		}
		if region, err := regionOf("dev"); want == "" && (err != nil || region != "us-east-1") {
			t.Errorf("%s: got the region %s, %v", text, region, err)
		}
	}
}
