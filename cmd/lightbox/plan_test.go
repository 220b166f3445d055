package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/internal/plan"
)

// takingTable is a copy of cdk.out whose table of photos has another key.
func takingTable(t *testing.T, dir string) {
	t.Helper()
	altering(t, dir, "API", func(template map[string]any) {
		for id, resource := range template["Resources"].(map[string]any) {
			if strings.HasPrefix(id, "Photos") && resource.(map[string]any)["Type"] == "AWS::DynamoDB::GlobalTable" {
				keys := resource.(map[string]any)["Properties"].(map[string]any)["KeySchema"].([]any)
				keys[0], keys[1] = keys[1], keys[0]
				keys[0].(map[string]any)["KeyType"], keys[1].(map[string]any)["KeyType"] = "HASH", "RANGE"
			}
		}
	})
}

func TestPlan_answersByExitCode(t *testing.T) {
	shippedAssembly(t)
	takingTable(t, "table.out")
	altering(t, "case.out", "Auth", func(template map[string]any) {
		for id, resource := range template["Resources"].(map[string]any) {
			if strings.HasPrefix(id, "UserPool") {
				resource.(map[string]any)["Properties"].(map[string]any)["AliasAttributes"] = []any{"preferred_username"}
			}
		}
	})
	for name, test := range map[string]struct {
		args   string
		code   int
		stdout string // in it
		stderr string // all of it
	}{
		"fine":           {"cdk.out cdk.out", 0, "Fine: nobody loses anything", ""},
		"cannot":         {"cdk.out case.out", 2, "cannot: Auth/UserPool", ""},
		"a loss":         {"cdk.out table.out", 3, "To accept: --accept replaces:API/Photos", ""},
		"an accepted":    {"cdk.out table.out --accept replaces:API/Photos", 0, "What is lost is accepted.", ""},
		"accepts a typo": {"cdk.out table.out --accept replaces:API/Foto", 1, "replaces: API/Photos", "lightbox: --accept: got \"replaces:API/Foto\", want one of replaces:API/Photos\n"},
		"no assembly":    {"cdk.out none.out", 1, "", "lightbox: NEW: none.out: got no assembly there, want the folder that a synth writes: run `npx cdk synth` first\n"},
		"environment":    {"cdk.out cdk.out --env staging", 1, "", "lightbox: --env: got \"staging\", want an environment of OLD (cdk.out) or NEW (cdk.out): prod\n"},
		"no environment": {"cdk.out cdk.out --env=", 1, "", "lightbox: --env: got \"\", want the name of an environment, or no --env for all of them\n"},
		"a format":       {"cdk.out cdk.out --format sarif", 1, "", "lightbox: --format: got \"sarif\", want text, markdown or json\n"},
		"one folder":     {"cdk.out", 1, "", "lightbox: got 1 arguments, want 2, as in `lightbox plan OLD NEW`\n"},
		"two deployed":   {"cdk.out cdk.out --deployed", 1, "", "lightbox: got 2 arguments, want 1, as in `lightbox plan --deployed NEW`\n"},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := command(append([]string{"plan"}, strings.Fields(test.args)...)...)
			if code != test.code || stderr != test.stderr || !strings.Contains(stdout, test.stdout) || test.stdout == "" && stdout != "" {
				t.Errorf("got exit code %d, %q and %q, want %d, %q in it and %q", code, stdout, stderr, test.code, test.stdout, test.stderr)
			}
		})
	}
}

func TestPlan_writesJSONAndASummary(t *testing.T) {
	shippedAssembly(t)
	takingTable(t, "table.out")
	if err := os.WriteFile("summary.md", []byte("## Before\n\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := command("plan", "cdk.out", "table.out", "--format", "json", "--summary", "summary.md")
	var read plan.Plan
	if err := json.Unmarshal([]byte(stdout), &read); err != nil || code != 3 || stderr != "" || len(read.All()) != 1 || read.All()[0].ID != "replaces:API/Photos" {
		t.Errorf("got exit code %d, %q and %q (%v), want the loss as JSON", code, stdout, stderr, err)
	}
	summary, err := os.ReadFile("summary.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"## Before\n\n### Plan", "| `Lightbox-prod-API` | replaces: ", "To accept: `--accept replaces:API/Photos`"} {
		if !strings.Contains(string(summary), want) {
			t.Errorf("got the summary\n%s\nwant %q in it", summary, want)
		}
	}
}

func TestPlan_takesTheOldFromTheAccount(t *testing.T) {
	deployedSandbox(t, deploytest.Untold)
	next := deploytest.WorkingAssembly(t, "../..", "dev", deploytest.Untold)
	if code, stdout, stderr := command("plan", "--deployed", next, "--config", "../../cdk.json"); code != 0 || stderr != "" {
		t.Errorf("what is deployed: got exit code %d, %q and %q, want 0", code, stdout, stderr)
	}
	renamed := deploytest.WorkingAssembly(t, "../..", "dev", deploytest.Untold, func(_ string, template []byte) []byte {
		return []byte(strings.ReplaceAll(string(template), "PhotosB9552D0D", "PicturesB9552D0D"))
	})
	code, stdout, stderr := command("plan", "--deployed", renamed, "--config", "none.json")
	if code != 3 || stderr != "" || !strings.Contains(stdout, "The old one is deleted at the end of the\n    update") {
		t.Errorf("another table: got exit code %d, %q and %q, want the loss of dev's rows", code, stdout, stderr)
	}
}
