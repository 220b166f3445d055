package main

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/internal/plan"
	"lightbox.example/lightbox/sandbox/assembly"
)

// planned is the plan of a deployment, with its exit code.
func planned(t *testing.T, old, next string) string {
	t.Helper()
	before, err := assembly.Open(old)
	if err != nil {
		t.Fatal(err)
	}
	after, err := assembly.Open(next)
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan.Compare(before, after, plan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := p.WriteText(&b); err != nil {
		t.Fatal(err)
	}
	return b.String() + "exit " + strconv.Itoa(p.Code()) + "\n"
}

// planOf is the file with the plan of prod when one setting changes.
func planOf(setting string) string {
	return filepath.Join("internal", "plan", "testdata", "settings", strings.ReplaceAll(setting, " ", "-")+".txt")
}

// The plan of each setting, changed alone. A synth of each takes long: they are made by `make golden` and with -alone, and
// TestSettings_canBeChangedAfterADeployment holds the files against the settings that it changes together.
func TestSettings_plansAreGolden(t *testing.T) {
	var known []string
	for name := range changedSettings {
		known = append(known, filepath.Base(planOf(name)))
	}
	if *update || *alone {
		for _, name := range slices.Sorted(maps.Keys(changedSettings)) {
			t.Run(name, func(t *testing.T) { goldenPlan(t, name, prodWith(t, changedSettings[name].settings)) })
		}
	}
	var there []string
	files, err := os.ReadDir(filepath.Dir(planOf("")))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		there = append(there, file.Name())
	}
	slices.Sort(known)
	if diff := gocmp.Diff(known, there); diff != "" {
		t.Errorf("other plans than of the settings (-settings +files); `make golden` writes them:\n%s", diff)
	}
}

func goldenPlan(t *testing.T, name, folder string) {
	t.Helper()
	got := planned(t, shipped(t, "prod").folder, folder)
	if *update {
		if err := os.WriteFile(planOf(name), []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(planOf(name))
	if err != nil {
		t.Fatalf("%v; `make golden` writes it, a reviewer reads it", err)
	}
	if diff := gocmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s differs (-reviewed +now):\n%s", planOf(name), diff)
	}
}

var findingID = regexp.MustCompile(`(?m)^    (?:\[|To accept: --accept )([a-z-]+:[^\]\n]+)\]?$`)

// findings are the ids in a plan.
func findings(text string) map[string]bool {
	found := map[string]bool{}
	for _, match := range findingID.FindAllStringSubmatch(text, -1) {
		found[match[1]] = true
	}
	return found
}

// planAddsUp holds the plan of several settings against those of each.
func planAddsUp(t *testing.T, settings map[string]any, folder string) {
	t.Helper()
	want := map[string]bool{}
	for name, change := range changedSettings {
		if !merge(settings, change.settings, false) || !contains(settings, change.settings) {
			continue
		}
		text, err := os.ReadFile(planOf(name))
		if err != nil {
			t.Fatalf("%v; `make golden` writes it, a reviewer reads it", err)
		}
		maps.Copy(want, findings(string(text)))
	}
	if diff := gocmp.Diff(want, findings(planned(t, shipped(t, "prod").folder, folder))); diff != "" {
		t.Errorf("the plan differs from those of each setting (-each +together); `make golden` writes them anew:\n%s", diff)
	}
}

// contains reports whether all of some settings are among others.
func contains(all, some map[string]any) bool {
	for key, value := range some {
		object, isObject := value.(map[string]any)
		inner, _ := all[key].(map[string]any)
		if _, there := all[key]; !there || isObject && !contains(inner, object) {
			return false
		}
	}
	return true
}
