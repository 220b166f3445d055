package main

import (
	"strings"
	"testing"
)

func TestPhoto_isTakenDownAndPutBack(t *testing.T) {
	c, _ := newCommunity(t)
	hers, his := strings.Repeat("a", 32), strings.Repeat("b", 32)
	maria := c.joins("maria", "maria@example.com")
	c.photo(maria, hers)
	c.photo(c.joins("jonas", "jonas@example.com"), his)
	id := maria + ".01234567-89ab-4cde-8f01-23456789abcd"
	for _, step := range []struct{ args, says, area string }{
		{"photo hide https://www.example.com/photo/?id=" + id, id + " is hidden.\n", "hidden"},
		{"photo hide " + id, id + " was hidden before.\n", "hidden"},
		{"photo show " + id, id + " is shown.\n", "public"},
		{"photo show " + id, id + " was shown before.\n", "public"},
		{"photo hide " + id, id + " is hidden.\n", "hidden"},
		{"user unblock maria", "maria may sign in again.\n1 photo is shown again.\n", "public"},
	} {
		if exit, out, faults := on(strings.Fields(step.args)...); exit != 0 || out != step.says || faults != "" {
			t.Errorf("%s: got %d, %q and %q, want %q", step.args, exit, out, faults, step.says)
		}
		if got := c.keys(); !strings.Contains(got, step.area+"/photos/"+hers) || !strings.Contains(got, "public/photos/"+his) || strings.Count(got, hers) != 1 {
			t.Errorf("%s: got the files %s, want hers in %s, and the other's where it was", step.args, got, step.area)
		}
	}
	if exit, _, faults := on("user", "block", "maria", "--hide"); exit != 0 {
		t.Fatal(faults)
	}
	for name, refused := range map[string]struct{ args, says string }{
		"of somebody blocked": {"photo show " + id, "its owner is blocked since 2"},
		"none there":          {"photo hide " + strings.Replace(id, "abcd", "abce", 1), "got no photo of that id"},
		"no id":               {"photo hide https://cdn.example.com/photos/" + hers + "/40.webp", "want the id of a photo"},
	} {
		if exit, _, faults := on(strings.Fields(refused.args)...); exit != 1 || !strings.Contains(faults, refused.says) {
			t.Errorf("%s: got %d and %q, want %q", name, exit, faults, refused.says)
		}
	}
	if got := c.keys(); !strings.Contains(got, "hidden/photos/"+hers) {
		t.Errorf("got %s, want hers hidden", got)
	}
}
