package config

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNames_haveApplicationAndEnvironment(t *testing.T) {
	cfg := Config{App: "shop", Env: "pr-17", Region: "eu-west-1"}
	if got, want := cfg.StackName("Auth"), "Shop-pr-17-Auth"; got != want {
		t.Errorf("got the stack %q, want %q", got, want)
	}
	if got, want := cfg.ResourceName(), "shop-pr-17-eu-west-1"; got != want {
		t.Errorf("got the name %q, want %q", got, want)
	}
	if got, want := cfg.SiteName(), "shop-pr-17-eu-west-1-site"; got != want {
		t.Errorf("got the site's name %q, want %q", got, want)
	}
	longest := Config{App: strings.Repeat("a", appLength), Env: strings.Repeat("e", environmentLength), Region: "ap-southeast-2"}
	if got := longest.SiteName(); len(got) > 64 {
		t.Errorf("got %d characters in %s, want at most 64", len(got), got)
	}
}

func TestLoad_refusesNamesOfApplications(t *testing.T) {
	for name, ok := range map[string]bool{
		"shop": true, "a": true, "photos2": true, strings.Repeat("a", 20): true,
		"": false, "Shop": false, "photo-archive": false, "2shop": false, "shöp": false, "a b": false, "shop\n": false,
		strings.Repeat("a", 21): false,
	} {
		_, err := Load(func(key string) any {
			return map[string]any{"app": name, "environments": map[string]any{"dev": map[string]any{
				"region": "eu-west-1", "webOrigins": []any{"https://a.example"},
			}}}[key]
		})
		var want []string
		if !ok {
			want = []string{"app: got " + quote(name) + `, want a name of at most 20 lower-case letters and digits, a letter first, as in "shop"`}
		}
		if diff := cmp.Diff(want, faultsOf(err)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", name, diff)
		}
	}
}
