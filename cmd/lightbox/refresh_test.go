package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/deploytest"
)

func TestRefresh_putsSavedCodeIntoTheTemplates(t *testing.T) {
	sources, assembly := t.TempDir(), deploytest.Assembly(t, "../..", "dev")
	if err := os.CopyFS(sources, os.DirFS("../../api")); err != nil {
		t.Fatal(err)
	}
	live, err := newLiveAPI(sources, assembly)
	if err != nil {
		t.Fatal(err)
	}
	template := func() string {
		text, err := os.ReadFile(filepath.Join(assembly, "API.template.json"))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	save := func(name, old, with string) {
		t.Helper()
		file := filepath.Join(sources, name)
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), old) {
			t.Fatalf("%s has no %q", name, old)
		}
		if err := os.WriteFile(file, []byte(strings.Replace(string(text), old, with, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	refresh := func(want bool) {
		t.Helper()
		if changed, err := live.refresh(); changed != want || err != nil {
			t.Fatalf("got %t, %v, want %t", changed, err, want)
		}
	}

	refresh(false)
	before := template()
	save("resolvers/getProduct.js", "export function request(ctx) {", "export function request(ctx) {\n  console.log('<saved> & live');")
	refresh(true)
	if got := template(); strings.Count(got, "<saved> & live") != 1 || len(got) <= len(before) {
		t.Error("got templates without the saved resolver, want it in one place")
	}
	save("schema.graphql", "type Profile", "type Extra @aws_cognito_user_pools { id: ID }\n\ntype Profile")
	refresh(true)
	if !strings.Contains(template(), `type Extra`) {
		t.Error("got a template without the saved type")
	}
	save("schema.graphql", "type Extra", "type Extra {")
	if changed, err := live.refresh(); changed || err == nil {
		t.Errorf("got %t, %v for a schema with a slip, want its error and nothing written", changed, err)
	}
	save("schema.graphql", "type Extra {", "type Other")
	refresh(true)
}
