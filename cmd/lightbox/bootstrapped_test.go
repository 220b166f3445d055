package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lightbox.example/lightbox/sandbox"
)

// A sandbox is bootstrapped. Where nobody answers, those are told who want an answer: who has something in us-east-1 from elsewhere.
func TestBootstrapped_asksForUsEast1WhereAStackIsToStandThere(t *testing.T) {
	emptySandbox(t, sandbox.Config{})
	wanted := map[string]string{ // by the settings, what is told where nobody answers; "" for nothing
		`"region": "eu-west-1", "alarms": {"email": "ops@example.com"}`: "OperationsGlobal of prod: us-east-1: ",
		`"region": "us-east-1", "alarms": {"email": "ops@example.com"}`: "",
		`"region": "eu-west-1"`: "",
	}
	ask := func(settings string) error {
		file := filepath.Join(t.TempDir(), "cdk.json")
		if err := os.WriteFile(file, []byte(`{"context": {"environments": {"prod": {"webOrigins": ["https://a.example"], `+settings+`}}}}`), 0o600); err != nil {
			t.Fatal(err)
		}
		return run([]string{"bootstrapped", "--env", "prod", "--config", file}, io.Discard)
	}
	for settings := range wanted {
		if err := ask(settings); err != nil {
			t.Errorf("%s: got %v", settings, err)
		}
	}
	t.Setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
	t.Setenv("AWS_MAX_ATTEMPTS", "1")
	for settings, want := range wanted {
		if err := ask(settings); want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s, and nobody answers: got %v, want %q", settings, err, want)
		}
	}
}
