package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
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
		before, err := Set(file, test.env, Change{test.key, test.value})
		if err != nil || len(before) != 1 || before[0] != test.before {
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
		if _, err := Set(file, test.env, Change{test.key, test.value}); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: got %v, want %q", name, err, test.says)
		}
		got, err := os.ReadFile(file)
		entries, _ := os.ReadDir(folder)
		if err != nil || string(got) != settable || len(entries) != 1 {
			t.Errorf("%s: got %q, %v and %v, want the file as it was, alone", name, got, err, entries)
		}
	}
}

// settableFile is a file with settings, in a folder of its own.
func settableFile(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "cdk.json")
	if err := os.WriteFile(file, []byte(settable), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestSet_changesAllOrNothing(t *testing.T) {
	file := settableFile(t)
	before, err := Set(file, "dev", Change{"removeData", "true"}, Change{"allowDeletion", "true"}, Change{"allowDeletion", "true"})
	if err != nil || strings.Join(before, ",") != ",,true" {
		t.Errorf("what is good together alone: got %q, %v", before, err)
	}
	if cfg, err := Read(file, "dev"); err != nil || !cfg.RemoveData || !cfg.AllowDeletion {
		t.Errorf("got %v, %v, want both set", cfg, err)
	}
	want, _ := os.ReadFile(file)
	if _, err := Set(file, "prod", Change{"auth.signUp", "false"}, Change{"mfa", `"maybe"`}); err == nil || !strings.HasPrefix(err.Error(), file+":") {
		t.Errorf("a good one and a bad one: got %v, want it refused by the file's name", err)
	}
	if got, err := os.ReadFile(file); err != nil || string(got) != string(want) {
		t.Errorf("got %q, %v, want nothing changed", got, err)
	}
}

// Of many at once each sets all that it says, or says that it sets nothing; the file is whole at any time.
func TestSet_isOneStepBesideOthers(t *testing.T) {
	file := settableFile(t)
	var group sync.WaitGroup
	done := make([]bool, 20)
	for i := range done {
		group.Go(func() {
			_, err := Set(file, "prod", Change{fmt.Sprintf("tags.n%d", i), `"x"`})
			if done[i] = err == nil; err != nil && !strings.Contains(err.Error(), "somebody else changed it") {
				t.Errorf("got %v, want it set, or that somebody else changed the file", err)
			}
			if _, err := Read(file, "prod"); err != nil {
				t.Errorf("got %v, want a whole file", err)
			}
		})
	}
	group.Wait()
	cfg, err := Read(file, "prod")
	if err != nil || len(cfg.Tags) == 0 {
		t.Fatalf("got %v and %v, want some set", cfg.Tags, err)
	}
	for i, did := range done {
		if _, is := cfg.Tags[fmt.Sprintf("n%d", i)]; is != did {
			t.Errorf("n%d: got it in the file %t, want %t", i, is, did)
		}
	}
	if entries, err := os.ReadDir(filepath.Dir(file)); err != nil || len(entries) != 1 {
		t.Errorf("got %v, %v, want the file alone", entries, err)
	}
}

func TestSet_refusesAFileThatChangedMeanwhile(t *testing.T) {
	file := settableFile(t)
	if err := replace(file, "prod", []byte("what it was"), []byte(settable)); err == nil || !strings.Contains(err.Error(), "somebody else changed it") {
		t.Errorf("got %v, want it refused", err)
	}
	if err := replace(file, "prod", []byte(settable), []byte(settable)); err != nil {
		t.Errorf("control: got %v, want it replaced", err)
	}
}

func TestSet_followsALink(t *testing.T) {
	file := settableFile(t)
	link := filepath.Join(t.TempDir(), "cdk.json")
	if err := os.Symlink(file, link); err != nil {
		t.Skip(err)
	}
	if _, err := Set(link, "prod", Change{"auth.signUp", "false"}); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("got %v, %v, want it a link still", info, err)
	}
	if cfg, err := Read(file, "prod"); err != nil || !cfg.Auth.NoSignUp {
		t.Errorf("got %v, %v, want the file changed that the link leads to", cfg.Auth, err)
	}
}
