package main

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"lightbox.example/lightbox/internal/cost"
)

// costed is what `lightbox cost` prints at a time.
func costed(t *testing.T, now time.Time, args ...string) string {
	t.Helper()
	var stdout bytes.Buffer
	cmd := newCost(func() time.Time { return now })
	cmd.SetArgs(args)
	cmd.SetOut(&stdout)
	if err := cmd.Execute(); err != nil {
		t.Fatal(err)
	}
	return stdout.String()
}

func TestCost_saysOfWhenItsPricesAreAndWhenTheyAreOld(t *testing.T) {
	shippedAssembly(t)
	const warning = "warning: these prices are older than a year."
	fresh := costed(t, cost.Of)
	if !strings.HasPrefix(fresh, "A month of cdk.out in USD, by the prices of "+cost.Of.Format("January 2006")+" in us-east-1") || strings.Contains(fresh, "warning") {
		t.Errorf("got %.200s, want the month of the prices and no warning", fresh)
	}
	if old := costed(t, cost.Of.AddDate(1, 2, 0), "cdk.out"); !strings.Contains(old, warning) {
		t.Errorf("14 months later: got %.300s, want %q", old, warning)
	}
	for years, want := range map[int]bool{0: false, 2: true} {
		var report cost.Report
		if err := json.Unmarshal([]byte(costed(t, cost.Of.AddDate(years, 0, 0), "--format", "json")), &report); err != nil {
			t.Fatal(err)
		}
		if report.Prices.Old != want || report.Prices.Of != cost.Of.Format("2006-01") || len(report.Prices.All) == 0 {
			t.Errorf("%d years later: got %+v, want old %t", years, report.Prices, want)
		}
	}
}

func TestCost_warnsOfAnotherRegion(t *testing.T) {
	shippedAssembly(t)
	manifest := strings.ReplaceAll(read(t, "cdk.out/manifest.json"), "us-east-1", "eu-west-1")
	write(t, "cdk.out/manifest.json", manifest)
	if got := costed(t, cost.Of); !strings.Contains(got, "warning: the assembly is for eu-west-1, whose prices differ.") {
		t.Errorf("got %.300s, want a warning", got)
	}
}

// The same sums, for people and for programs, of the default use and of a file with it.
func TestCost_takesAFileOfUse(t *testing.T) {
	shippedAssembly(t)
	file := costed(t, cost.Of, "--default-usage")
	if err := os.WriteFile("usage.json", []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	want := costed(t, cost.Of)
	if got := costed(t, cost.Of, "--usage", "usage.json"); got != want {
		t.Errorf("got\n%s\nof the default's file, want\n%s", got, want)
	}
	more := strings.Replace(file, `"users": 1000`, `"users": 20000`, 1)
	if err := os.WriteFile("usage.json", []byte(more), 0o600); err != nil {
		t.Fatal(err)
	}
	var report cost.Report
	if err := json.Unmarshal([]byte(costed(t, cost.Of, "--usage", "usage.json", "--format", "json")), &report); err != nil {
		t.Fatal(err)
	}
	if got := report.Month.Services()["Cognito"]; got.String() != "150.00" {
		t.Errorf("20,000 users: got %s, want 150.00 for the 10,000 that are not free", got)
	}
	if strings.TrimSpace(string(report.Usage)) == "" || report.Unit != "nanodollars" {
		t.Errorf("got the use %s in %s, want what was asked, in nanodollars", report.Usage, report.Unit)
	}
}

func TestCost_refusesWhatItCannotRead(t *testing.T) {
	shippedAssembly(t)
	write(t, "usage.json", `{"user": 1}`)
	for args, want := range map[string]string{
		"cost none":                 "none: got no assembly there, want the folder that a synth writes",
		"cost --format csv":         `--format: got "csv", want text, markdown or json`,
		"cost --old cdk.out":        `--old: got "cdk.out", want --format markdown or --summary beside it`,
		"cost --usage usage.json":   `usage.json: the file: got the unknown key "user", want a known key; did you mean "users"?`,
		"cost --usage missing.json": "missing.json",
		"cost a b":                  "got 2 arguments, want at most 1, as in `lightbox cost [DIR]`",
	} {
		if stdout, stderr := lightbox(strings.Fields(args)...); stdout != "" || !strings.Contains(stderr, want) {
			t.Errorf("%s: got %q and %q, want %q", args, stdout, stderr, want)
		}
	}
	if stdout, stderr := lightbox("cost"); stderr != "" || !strings.Contains(stdout, "By service") {
		t.Errorf("control: got %q and %q, want the costs", stdout, stderr)
	}
}

// The summary of a job has both sums, behind what stands there already.
func TestCost_addsItselfToASummary(t *testing.T) {
	shippedAssembly(t)
	altering(t, "old.out", "Auth", func(template map[string]any) {
		for _, resource := range template["Resources"].(map[string]any) {
			if resource := resource.(map[string]any); resource["Type"] == "AWS::Cognito::UserPool" {
				resource["Properties"].(map[string]any)["UserPoolTier"] = "PLUS"
			}
		}
	})
	write(t, "summary.md", "## Before\n\n")
	args := []string{"--old", "old.out", "--summary", "summary.md"}
	if got := costed(t, cost.Of, args...); got != costed(t, cost.Of) {
		t.Errorf("got\n%s\nwant the text as ever", got)
	}
	got := read(t, "summary.md")
	for _, want := range []string{"## Before\n\n### Cost\n\nA month in USD", "| | idle | this use | was |", "| Cognito | 0.00 | 0.00 | 20.00 |", "What strangers can cause at most: "} {
		if !strings.Contains(got, want) {
			t.Errorf("got\n%s\nwant %q in it", got, want)
		}
	}
	if alone := costed(t, cost.Of, "--format", "markdown"); strings.Contains(alone, "was") || !strings.Contains(alone, "| Cognito | 0.00 | 0.00 |\n") {
		t.Errorf("the control, without --old: got\n%s", alone)
	}
}

// What the help says of a file of use is what one is read as.
func TestCost_helpSaysWhatAFileMustHave(t *testing.T) {
	shippedAssembly(t)
	help, _ := lightbox("cost", "--help")
	if want := "It must have users, calls, pictures and views"; !strings.Contains(help, want) {
		t.Errorf("got %s, want %q", help, want)
	}
	write(t, "usage.json", `{}`)
	_, stderr := lightbox("cost", "--usage", "usage.json")
	for _, key := range []string{"users", "calls", "pictures", "views"} {
		if want := "usage.json: " + key + ": got nothing"; !strings.Contains(stderr, want) {
			t.Errorf("got %q, want %q", stderr, want)
		}
	}
	write(t, "usage.json", `{"users": 1, "calls": 1, "pictures": 1, "views": 1}`)
	if _, stderr := lightbox("cost", "--usage", "usage.json"); stderr != "" {
		t.Errorf("control: got %q, want it read", stderr)
	}
}
