package runbook_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/alarms"
	"lightbox.example/lightbox/internal/runbook"
)

func read(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../docs/RUNBOOK.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Whoever is woken finds the page of the mail, and every page is of a mail.
func TestRunbook_hasAPageForEachAlarm(t *testing.T) {
	wanted := map[string]bool{alarms.BudgetAnchor: true}
	for _, alarm := range alarms.All(access.Functions(), true) {
		wanted[alarm.Anchor] = true
	}
	got := map[string]bool{}
	for _, page := range runbook.Pages(read(t), "Alarms") {
		if got[page.Anchor] {
			t.Errorf("%s: got two pages, want one", page.Anchor)
		}
		got[page.Anchor] = true
		for _, part := range []string{"What it means", "What people see", "First look", "What to do", "When it is over"} {
			if strings.Count(page.Text, "- **"+part+".** ") != 1 {
				t.Errorf("%s: got no %q, want it once", page.Anchor, part)
			}
		}
	}
	if diff := cmp.Diff(wanted, got); diff != "" {
		t.Errorf("pages (-alarms +runbook):\n%s", diff)
	}
}

func TestRunbook_namesQueriesAndPlacesThatThereAre(t *testing.T) {
	text := read(t)
	var titles []string
	for _, query := range alarms.Queries() {
		titles = append(titles, query.Title)
	}
	for _, found := range regexp.MustCompile("saved\\s+query\\s+`([^`]+)`").FindAllStringSubmatch(text, -1) {
		if !slices.Contains(titles, found[1]) {
			t.Errorf("got the saved query %q, want one of %q", found[1], titles)
		}
	}
	for _, found := range regexp.MustCompile(`\]\(#([a-z-]+)\)`).FindAllStringSubmatch(text, -1) {
		if !strings.Contains(text, `<a id="`+found[1]+`"></a>`) && !strings.Contains(strings.ToLower(text), "\n## "+found[1]+"\n") {
			t.Errorf("got a link to #%s, want it there", found[1])
		}
	}
}

// Commands of the runbook stand in blocks of sh, which are run, and in no others.
func TestCommands_areAllOfTheBlocks(t *testing.T) {
	text := read(t)
	if blocks, fences := len(runbook.Commands(text)), strings.Count(text, "```"); blocks == 0 || fences != 2*blocks {
		t.Errorf("got %d blocks of sh and %d fences, want a block between each two", blocks, fences)
	}
}

func TestPages_endWhereTheNextBegins(t *testing.T) {
	text := "# A\n\n## One\n\n<a id=\"a\"></a>\n\nfirst\n\n<a id=\"b-c\"></a>\n\nsecond\n\n## Two\n\n<a id=\"d\"></a>\n\n```sh\necho a\necho b\n```\n\n```\nout\n```\n"
	want := []runbook.Page{{Anchor: "a", Text: "\nfirst\n\n"}, {Anchor: "b-c", Text: "\nsecond\n"}}
	if diff := cmp.Diff(want, runbook.Pages(text, "One")); diff != "" {
		t.Errorf("pages (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"echo a\necho b"}, runbook.Commands(text)); diff != "" {
		t.Errorf("commands (-want +got):\n%s", diff)
	}
}
