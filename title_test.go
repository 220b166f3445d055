package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/config"
)

// The pages, the Makefile and the tests of the pages ask title.mjs for the name, and the stacks ask config.
func TestTitle_isOneForStacksAndPages(t *testing.T) {
	script, err := os.ReadFile("web/tools/title.mjs")
	if err != nil {
		t.Fatal(err)
	}
	node, err := filepath.Abs("node_modules/.bin/node")
	if err != nil {
		t.Fatal(err)
	}
	for _, app := range []string{"", "shop", "x1"} {
		folder := t.TempDir()
		file := filepath.Join(folder, "web", "tools", "title.mjs")
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, script, 0o600); err != nil {
			t.Fatal(err)
		}
		context := map[string]any{"environments": map[string]any{"dev": map[string]any{"region": "us-east-1", "webOrigins": []any{"https://a.example"}}}}
		if app != "" {
			context["app"] = app
		}
		text, err := json.Marshal(map[string]any{"context": context})
		if err != nil {
			t.Fatal(err)
		}
		settings := filepath.Join(folder, "cdk.json")
		if err := os.WriteFile(settings, text, 0o600); err != nil {
			t.Fatal(err)
		}
		cfg, err := config.Read(settings, "dev")
		if err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(node, file).CombinedOutput()
		if got := strings.TrimSpace(string(out)); err != nil || got != cfg.Title() {
			t.Errorf("app %q: got %q from title.mjs (%v), want %q", app, got, err, cfg.Title())
		}
	}
}
