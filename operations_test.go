package main

import (
	"bytes"
	"path/filepath"
	"slices"
	"testing"

	"lightbox.example/lightbox/internal/alarms"
	"lightbox.example/lightbox/internal/cdktest"
	"lightbox.example/lightbox/internal/config"
	"lightbox.example/lightbox/sandbox"
	"lightbox.example/lightbox/sandbox/assembly"
)

// withOperations is prod with alarms, a budget and a site, in a region.
func withOperations(t *testing.T, region string) map[string]any {
	t.Helper()
	return changedContext(t, "prod", map[string]any{
		"region": region, "site": map[string]any{}, "alarms": map[string]any{"email": "ops@example.com"}, "budget": map[string]any{"monthly": 50},
	})
}

// testdata/prod-operations has the templates that alarms and a budget change, and their own, beside a site's; with -eu-west-1 at its end, what
// is another in that region. No environment that ships has any.
func TestOperations_templatesAreGolden(t *testing.T) {
	build := build
	if *update {
		build = define
	}
	site := cdktest.Synth(t, changedContext(t, "prod", map[string]any{"site": map[string]any{}}), define)
	homeFolder, home := cdktest.Assembly(t, withOperations(t, "us-east-1"), build)
	abroadFolder, abroad := cdktest.Assembly(t, withOperations(t, "eu-west-1"), define)
	changed := func(id string) bool {
		without, there := site[id]
		return !there || !bytes.Equal(digest(t, without.Text), digest(t, home[id].Text))
	}
	var got []string
	for id, template := range home {
		if changed(id) {
			got = append(got, id)
			heldGolden(t, filepath.Join("testdata/prod-operations", id+".json"), digest(t, template.Text))
		}
	}
	if slices.Sort(got); !slices.Equal(got, []string{"API", "Operations", "Site"}) {
		t.Errorf("got %v changed by alarms and a budget, want API, whose streams are counted, Site, whose distribution is named, and Operations", got)
	}
	if len(abroad) != len(home)+1 {
		t.Errorf("in eu-west-1: got %d stacks, want those of us-east-1 and OperationsGlobal", len(abroad))
	}
	for _, id := range []string{"Operations", "OperationsGlobal"} {
		heldGolden(t, filepath.Join("testdata/prod-operations-eu-west-1", id+".json"), digest(t, abroad[id].Text))
	}
	areInOrder(t, abroadFolder)
	for region, folder := range map[string]string{"us-east-1": homeFolder, "eu-west-1": abroadFolder} {
		areDeployed(t, region, folder, map[string]int{"us-east-1": len(home), "eu-west-1": len(abroad)}[region])
	}
}

// areInOrder holds the order that the settings say, by which stacks are imported and looked at, to what stacks wait for.
func areInOrder(t *testing.T, folder string) {
	t.Helper()
	a, err := assembly.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	order := append(config.Config{Site: config.Site{Present: true}}.Stacks(), string(alarms.Operations), string(alarms.Global))
	if len(order) != len(a.Stacks) {
		t.Errorf("got %d stacks, want %v", len(a.Stacks), order)
	}
	for _, stack := range a.Stacks {
		for _, before := range append(stack.Dependencies, stack.ID) {
			if at := slices.Index(order, before); at < 0 || at > slices.Index(order, stack.ID) {
				t.Errorf("got the order %v, want %s in it before %s", order, before, stack.ID)
			}
		}
	}
}

// areDeployed deploys prod with everything on to a sandbox of a region, twice: the second time changes nothing.
func areDeployed(t *testing.T, region, folder string, stacks int) {
	t.Helper()
	s, err := sandbox.Start(t.Context(), sandbox.Config{Region: region})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	events := 0
	for range 2 {
		events = 0
		if err := s.Deploy(t.Context(), folder, func(sandbox.Event) { events++ }); err != nil {
			t.Fatalf("%s: %v", region, err)
		}
	}
	if events > 0 {
		t.Errorf("%s: got %d events of a deployment that changes nothing", region, events)
	}
	var complete []string
	for _, stack := range s.Overview().Stacks {
		if stack.Status == "CREATE_COMPLETE" {
			complete = append(complete, stack.Name)
		}
	}
	if len(complete) != stacks {
		t.Errorf("%s: got the stacks %v, want %d", region, complete, stacks)
	}
}
