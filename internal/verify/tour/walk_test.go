package tour_test

import (
	"slices"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/verify"
	"lightbox.example/lightbox/internal/verify/tour"
)

// walk walks, and wants no violation and no fault.
func (r *rig) walk(t *testing.T, whole bool) []verify.Row {
	t.Helper()
	rows, err := tour.Walk(t.Context(), r.world, whole)
	if err != nil {
		t.Error(err)
	}
	for _, row := range rows {
		if row.Verdict == verify.Violation {
			t.Errorf("%s: %s", row.Where, row.Text)
		}
	}
	return rows
}

// those are the texts of rows.
func those(rows []verify.Row, verdict verify.Verdict) (texts []string) {
	for _, row := range rows {
		if row.Verdict == verdict {
			texts = append(texts, row.Where+": "+row.Text)
		}
	}
	slices.Sort(texts)
	return slices.Compact(texts)
}

// Where data is kept nothing is posted, and all that is put lies in the users' own folders and in areas that nobody reads.
func TestWalk_isGreenOnAFreshDeploymentAndLeavesNothing(t *testing.T) {
	r := newRig(t, "prod")
	before := r.left(t)
	rows := r.walk(t, false)
	r.backAt(t, "prod", before)
	if kept := those(rows, verify.Kept); len(kept) < 500 {
		t.Errorf("got %d rows that hold, want each area, verb, field and caller", len(kept))
	}
	skipped := strings.Join(those(rows, verify.Skipped), "\n")
	for _, want := range []string{"public/products/: a guest, get", "publishing a product: not tried", "Mutation.deleteAccount"} {
		if !strings.Contains(skipped, want) {
			t.Errorf("got skipped\n%s\nwant %s", skipped, want)
		}
	}
	// With a tour all is tried.
	rows = r.walk(t, true)
	r.backAt(t, "prod, the whole tour", before)
	for _, text := range those(rows, verify.Skipped) {
		if !strings.HasPrefix(text, "Mutation.deleteAccount") {
			t.Errorf("got skipped in a tour: %s", text)
		}
	}
}
