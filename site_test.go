package main

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/internal/cdktest"
)

// withSite is what prod is with a site, and without origins of its own.
func withSite(t *testing.T) map[string]any {
	t.Helper()
	all := cdktest.Context(t, nil)["environments"].(map[string]any)
	prod := all["prod"].(map[string]any)
	delete(prod, "webOrigins")
	prod["site"] = map[string]any{}
	return cdktest.Context(t, map[string]any{"env": "prod", "environments": all})
}

// testdata/prod-site has the templates that a site changes, and its own. No environment that ships has one.
func TestSite_templatesAreGolden(t *testing.T) {
	const folder = "testdata/prod-site"
	build := build
	if *update {
		build = define
	}
	_, templates := cdktest.Assembly(t, withSite(t), build)
	plain := synth(t, "prod")
	var changed []string
	for id, template := range templates {
		got := digest(t, template.Text)
		if without, there := plain[id]; there && bytes.Equal(got, digest(t, without.Text)) {
			continue
		}
		changed = append(changed, id)
		file := filepath.Join(folder, id+".json")
		if *update {
			if err := os.WriteFile(file, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := gocmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n")); diff != "" {
			t.Errorf("%s differs (-reviewed +now); if it should, run `make golden` and review the change:\n%s", file, diff)
		}
	}
	slices.Sort(changed)
	if want := []string{"FileStorage", "Site"}; !slices.Equal(changed, want) {
		t.Errorf("got %v changed by a site, want %v: without social sign-in nobody is sent back to it", changed, want)
	}
	if got := slices.Sorted(maps.Keys(plain)); len(got) != 5 || slices.Contains(got, "Site") {
		t.Errorf("prod: got the stacks %v, want the five without a site", got)
	}
}
