package tour_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/verify"
	"lightbox.example/lightbox/internal/verify/tour"
)

var (
	aCase  = regexp.MustCompile(`(?m)^\| (M\d+) \|`)
	ofCase = regexp.MustCompile(`^(M\d+ )+`)
)

// everyCaseIsWalkedOrListed holds docs/MISUSE.md against what was walked, and against the lists.
func everyCaseIsWalkedOrListed(t *testing.T, rows []verify.Row) {
	t.Helper()
	page, err := os.ReadFile("../../../docs/MISUSE.md")
	if err != nil {
		t.Fatal(err)
	}
	walked := map[string]bool{}
	for _, row := range rows {
		for _, name := range strings.Fields(ofCase.FindString(row.Where)) {
			walked[name] = true
		}
	}
	known := map[string]bool{}
	for _, match := range aCase.FindAllStringSubmatch(string(page), -1) {
		name := match[1]
		known[name] = true
		_, derived := tour.Derived[name]
		_, not := tour.NotWalked[name]
		switch {
		case not && (derived || walked[name]):
			t.Errorf("%s: got it in NotWalked, and walked", name)
		case !not && !derived && !walked[name]:
			t.Errorf("%s: got it neither walked nor in NotWalked, with a reason", name)
		}
	}
	if len(known) < 90 {
		t.Errorf("got %d cases in docs/MISUSE.md, want those of its tables", len(known))
	}
	for _, list := range []map[string]string{tour.Derived, tour.NotWalked} {
		for name, text := range list {
			if !known[name] || text == "" {
				t.Errorf("%s: got it listed, want a case of docs/MISUSE.md with a reason", name)
			}
		}
	}
	for name := range walked {
		if !known[name] {
			t.Errorf("%s: got it walked, want a case of docs/MISUSE.md", name)
		}
	}
}

// everyRowOfTheTablesIsWalked wants each area by each verb, and each field, by all who walk: whatever the tables have.
func everyRowOfTheTablesIsWalked(t *testing.T, rows []verify.Row) {
	t.Helper()
	tries := map[string]int{}
	for _, row := range rows {
		tries[row.Where]++
	}
	members := len(access.Groups())
	for _, rule := range access.Rules() {
		if want := (4+members)*len(access.AllVerbs()) + 1; tries[rule.Area] < want {
			t.Errorf("%s: got %d tries, want %d or more", rule.Area, tries[rule.Area], want)
		}
	}
	for _, field := range access.Fields() {
		if want := 4 + 2*members; field.Type != "Photo" && tries[field.Path()] < want {
			t.Errorf("%s: got %d tries, want %d or more", field.Path(), tries[field.Path()], want)
		}
	}
}

// Whoever reads a report can use nothing of it: links that sign, tokens and keys stay out.
func saysNoSecret(t *testing.T, rows []verify.Row) {
	t.Helper()
	for _, row := range rows {
		for _, secret := range []string{"X-Amz-", "eyJ", "ASIA", "Aa1!"} {
			if strings.Contains(row.Text, secret) {
				t.Errorf("got %s in a row: %s: %s", secret, row.Where, row.Text)
			}
		}
	}
}
