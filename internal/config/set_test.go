package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const settable = `{
  "app": "go run .",
  "context": {
    "environments": {
      "dev": { "region": "us-east-1", "webOrigins": ["https://a.example"] },
      "prod": {
        "region": "us-east-1",
        "webOrigins": ["https://a.example"],
        "auth": {
          "signUp": true
        },
        "pictures": {}
      }
    }
  }
}
`

func TestSet_changesOneValueAndNothingElse(t *testing.T) {
	for name, test := range map[string]struct{ env, key, value, before, was, is string }{
		"a value that is there": {"prod", "auth.signUp", "false", "true", `"signUp": true`, `"signUp": false`},
		"in an empty object":    {"prod", "pictures.perDay", "0", "", `"pictures": {}`, `"pictures": { "perDay": 0 }`},
		"with its object":       {"prod", "cdn.priceClass", `"PriceClass_100"`, "", "\"prod\": {\n        ", "\"prod\": {\n        \"cdn\": { \"priceClass\": \"PriceClass_100\" },\n        "},
		"on one line":           {"dev", "auth.signUp", "false", "", `"dev": { `, `"dev": { "auth": { "signUp": false }, `},
		"an object":             {"prod", "site", "{}", "", "\"prod\": {\n        ", "\"prod\": {\n        \"site\": {},\n        "},
	} {
		file := filepath.Join(t.TempDir(), "cdk.json")
		if err := os.WriteFile(file, []byte(settable), 0o600); err != nil {
			t.Fatal(err)
		}
		before, err := Set(file, test.env, test.key, test.value)
		if err != nil || before != test.before {
			t.Errorf("%s: got %q, %v, want %q before", name, before, err, test.before)
		}
		got, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(strings.Replace(settable, test.was, test.is, 1), string(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestSet_leavesTheFileAsItIsWhereItIsRefused(t *testing.T) {
	for name, test := range map[string]struct{ env, key, value, says string }{
		"no such setting":     {"prod", "auth.signup", "false", `did you mean "signUp"`},
		"a value that is bad": {"prod", "auth.signUp", "7", "true or false"},
		"no JSON":             {"prod", "auth.signUp", "off", "want JSON"},
		"no such environment": {"staging", "auth.signUp", "false", "context.environments.staging"},
		"no object":           {"prod", "region.name", "false", "want an object"},
	} {
		folder := t.TempDir()
		file := filepath.Join(folder, "cdk.json")
		if err := os.WriteFile(file, []byte(settable), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Set(file, test.env, test.key, test.value); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: got %v, want %q", name, err, test.says)
		}
		got, err := os.ReadFile(file)
		entries, _ := os.ReadDir(folder)
		if err != nil || string(got) != settable || len(entries) != 1 {
			t.Errorf("%s: got %q, %v and %v, want the file as it was, alone", name, got, err, entries)
		}
	}
}
