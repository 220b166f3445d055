package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lightbox.example/lightbox/sandbox"
)

// A sandbox has no stack CDKToolkit: who asks is told, and who has nothing in us-east-1 but their own region asks nobody.
func TestBootstrapped_asksForUsEast1WhereAStackIsToStandThere(t *testing.T) {
	emptySandbox(t, sandbox.Config{})
	for name, test := range map[string]struct {
		settings string
		want     string // "" for nothing
	}{
		"alarms elsewhere":     {`"region": "eu-west-1", "alarms": {"email": "ops@example.com"}`, "OperationsGlobal of prod: us-east-1: got no stack CDKToolkit, want it"},
		"alarms in us-east-1":  {`"region": "us-east-1", "alarms": {"email": "ops@example.com"}`, ""},
		"no alarms, elsewhere": {`"region": "eu-west-1"`, ""},
	} {
		file := filepath.Join(t.TempDir(), "cdk.json")
		if err := os.WriteFile(file, []byte(`{"context": {"environments": {"prod": {"webOrigins": ["https://a.example"], `+test.settings+`}}}}`), 0o600); err != nil {
			t.Fatal(err)
		}
		err := run([]string{"bootstrapped", "--env", "prod", "--config", file}, io.Discard)
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s: got %v, want %q", name, err, test.want)
		}
	}
}
