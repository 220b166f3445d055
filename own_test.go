package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/config"
)

// fork is a copy of what git knows of, in a folder of its own without git.
func fork(t *testing.T) (folder string) {
	t.Helper()
	folder = t.TempDir()
	list, err := exec.Command("git", "ls-files", "-z").Output()
	if err != nil {
		t.Skip("not a work tree of git: ", err)
	}
	for name := range strings.SplitSeq(strings.TrimRight(string(list), "\x00"), "\x00") {
		if strings.HasPrefix(name, "docs/screens/") {
			continue
		}
		text, err := os.ReadFile(name)
		if os.IsNotExist(err) {
			continue // deleted, and not committed yet
		}
		if err != nil {
			t.Fatal(err)
		}
		to := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// own runs what make own runs.
func own(t *testing.T, folder, module, app string, npm ...string) (out string, err error) {
	t.Helper()
	node, err := filepath.Abs("node_modules/.bin/node")
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(node, append([]string{"tools/own.mjs", module, app}, npm...)...)
	command.Dir = folder
	text, err := command.CombinedOutput()
	return string(text), err
}

func TestOwn_renamesModuleImportsAndApplication(t *testing.T) {
	folder := fork(t)
	settings, err := os.ReadFile(filepath.Join(folder, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	module := strings.TrimPrefix(strings.SplitN(string(settings), "\n", 2)[0], "module ")
	if out, err := own(t, folder, "github.com/you/shop", "shop"); err != nil || !strings.Contains(out, "the module is github.com/you/shop, the application shop.") {
		t.Fatalf("got %v\n%s", err, out)
	}
	cfg, err := config.Read(filepath.Join(folder, "cdk.json"), "dev")
	if err != nil || cfg.StackName("Auth") != "Shop-dev-Auth" {
		t.Errorf("got the stack %q (%v), want Shop-dev-Auth", cfg.StackName("Auth"), err)
	}
	list := exec.Command("go", "list", "-test", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...")
	list.Dir = folder
	out, err := list.CombinedOutput()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, out)
	}
	if !bytes.Contains(out, []byte("github.com/you/shop/cmd/lightbox ")) || bytes.Contains(out, []byte(module)) {
		t.Errorf("got packages or imports of %s, want all of github.com/you/shop:\n%s", module, out)
	}
	if out, err := own(t, folder, "github.com/you/shop", "shop"); err != nil || !strings.HasPrefix(out, "0 files changed") {
		t.Errorf("a second time: got %v\n%s, want nothing changed", err, out)
	}
	if out, err := own(t, folder, module, "lightbox"); err != nil {
		t.Errorf("and back: got %v\n%s", err, out)
	}
	back, err := config.Read(filepath.Join(folder, "cdk.json"), "dev")
	if err != nil || back.StackName("Auth") != "Lightbox-dev-Auth" {
		t.Errorf("and back: got the stack %q (%v), want Lightbox-dev-Auth", back.StackName("Auth"), err)
	}
}

// The packages have the name of their package.json, which docs/WITHOUT-GO.md has in commands and in a test that CI runs.
func TestOwn_renamesThePackages(t *testing.T) {
	folder := fork(t)
	text := func(name string) string {
		t.Helper()
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	const settings, page = "tools/release/npm/package.json", "docs/WITHOUT-GO.md"
	before := text(settings)
	if out, err := own(t, folder, "github.com/you/shop", "shop"); err != nil || text(settings) != before {
		t.Errorf("without a name: got %v\n%s, want the packages as they are", err, out)
	}
	if out, err := own(t, folder, "github.com/you/shop", "shop", "@you/shop"); err != nil {
		t.Fatalf("got %v\n%s", err, out)
	}
	if got := text(settings); !strings.Contains(got, `"name": "@you/shop"`) {
		t.Errorf("got %s", got)
	}
	for _, want := range []string{"from '@you/shop/playwright'", "./you-shop-0.1.0.tgz ./you-shop-linux-x64-0.1.0.tgz"} {
		if got := text(page); !strings.Contains(got, want) {
			t.Errorf("got the page %s, want %s in it", got, want)
		}
	}
}

func TestOwn_refusesBadNames(t *testing.T) {
	folder := fork(t)
	for _, test := range []struct{ module, app, want string }{
		{"", "shop", "got MODULE=, want a module path"},
		{"shop", "shop", "got MODULE=shop, want a module path"},
		{"github.com", "shop", "got MODULE=github.com, want a module path"},
		{"https://github.com/you/shop", "shop", "got MODULE=https://github.com/you/shop, want"},
		{"github.com/you/shop.git/", "shop", "want a module path"},
		{"github.com/you/$(id)", "shop", "want a module path"},
		{"github.com/../shop", "shop", "want a module path"},
		{"github.com/you/shop~1", "shop", "want a module path that Go takes: malformed module path"},
		{"github.com/you/con", "shop", "want a module path that Go takes: malformed module path"},
		{"github.com/you/shop/v1", "shop", "want a module path that Go takes: invalid module path"},
		{"gopkg.in/shop", "shop", "want a module path that Go takes: invalid module path"},
		{"github.com/you/shop", "", "got APP=, want a name of at most 20"},
		{"github.com/you/shop", "photo-shop", "got APP=photo-shop, want a name of at most 20"},
	} {
		if out, err := own(t, folder, test.module, test.app); err == nil || !strings.Contains(out, test.want) {
			t.Errorf("%q %q: got %v\n%s, want %q", test.module, test.app, err, out, test.want)
		}
	}
	if out, err := own(t, folder, "github.com/you/shop", "shop", "shop"); err == nil || !strings.Contains(out, "got NPM=shop, want the name of a package in a scope of yours") {
		t.Errorf("a name of npm's without a scope: got %v\n%s, want it refused", err, out)
	}
	if out, err := own(t, folder, "-", "-"); err == nil || strings.Count(out, "make own: ") != 2 {
		t.Errorf("two faults: got %v\n%s, want both", err, out)
	}
}
