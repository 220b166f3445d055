package api

import (
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/sandbox/appsyncjs"
)

func TestResolver_bundlesWithRoomToSpare(t *testing.T) {
	for _, name := range Names() {
		code, err := Resolver(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(code) > appsyncjs.CodeLimit/4 {
			t.Errorf("%s: got %d bytes, want at most a quarter of AppSync's %d", name, len(code), appsyncjs.CodeLimit)
		}
		again, err := Resolver(name)
		if err != nil || again != code {
			t.Errorf("%s: got other code the second time (%v), want the same", name, err)
		}
		if want := "\nexport {\n  request,\n  response\n};\n"; !strings.HasSuffix(code, want) {
			t.Errorf("%s: got it to end in %q, want %q", name, code[max(0, len(code)-60):], want)
		}
		for line := range strings.Lines(code) {
			if strings.HasPrefix(line, "import ") && !strings.Contains(line, `from "@aws-appsync/utils`) {
				t.Errorf("%s: got %q, want imports of AppSync's own modules only", name, line)
			}
		}
	}
}

func TestResolver_neverScans(t *testing.T) {
	for _, name := range Names() {
		code, err := Resolver(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(strings.ToLower(strings.ReplaceAll(code, "scanIndexForward", "")), "scan") {
			t.Errorf("%s: got a Scan, want queries", name)
		}
	}
	for _, source := range []access.Source{access.Products, access.Photos, access.None} {
		for _, grant := range access.Actions(source) {
			for _, action := range grant.Actions {
				if !strings.HasPrefix(action, "dynamodb:") || strings.ContainsAny(action, "*?") || strings.Contains(action, "Scan") {
					t.Errorf("%s: got action %s, want a plain one that is no Scan", source, action)
				}
			}
		}
	}
}

func TestResolver_refusesAnUnknownName(t *testing.T) {
	for _, name := range []string{"", "nope", "shared/page", "../api"} {
		code, err := Resolver(name)
		if err == nil || !strings.Contains(err.Error(), "createPhoto") || !strings.Contains(err.Error(), `"`+name+`"`) || code != "" {
			t.Errorf("%q: got %v, want an error with that name and the names there are", name, err)
		}
	}
}

func TestResolver_refusesWhatAppSyncWould(t *testing.T) {
	if err := checkSize("resolvers/x.js", strings.Repeat("a", appsyncjs.CodeLimit)); err != nil {
		t.Errorf("at the limit: got %v, want no error", err)
	}
	err := checkSize("resolvers/x.js", strings.Repeat("a", appsyncjs.CodeLimit+1))
	want := "resolvers/x.js: got 32769 bytes bundled, want at most 32768, which is AppSync's limit"
	if err == nil || err.Error() != want {
		t.Errorf("over the limit: got %v, want %q", err, want)
	}
}

func TestBundle_saysWhereItFails(t *testing.T) {
	if _, err := bundle(sources, "resolvers/nope.js"); err == nil || !strings.Contains(err.Error(), "resolvers/nope.js") {
		t.Errorf("got %v, want an error that names the file", err)
	}
}
