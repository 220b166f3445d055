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

// those are the rows of a verdict, as texts.
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
func TestWalk_ofProdPostsNothingAndLeavesNothing(t *testing.T) {
	r := newRig(t, "prod")
	before := r.left(t)
	rows := r.walk(t, false)
	r.backAt(t, "a walk", before)
	everyRowOfTheTablesIsWalked(t, rows)
	skipped := strings.Join(those(rows, verify.Skipped), "\n")
	for _, want := range []string{"public/products/: a guest, get", "publishing a product: not tried", "posting a photo: not tried", "Mutation.deleteAccount"} {
		if !strings.Contains(skipped, want) {
			t.Errorf("got skipped\n%s\nwant %s", skipped, want)
		}
	}
}

// Where no data is kept all is tried, however often a run before was killed.
func TestWalk_ofDevTriesAllAndLeavesNothing(t *testing.T) {
	r := newRig(t, "dev")
	before := r.left(t)
	r.calls.arm(0, nil)
	rows := r.walk(t, false)
	total, _ := r.calls.seen(0)
	r.backAt(t, "a walk", before)
	for _, text := range those(rows, verify.Skipped) {
		if !strings.HasPrefix(text, "Mutation.deleteAccount") && !strings.HasPrefix(text, "M17") {
			t.Errorf("got skipped: %s", text)
		}
	}
	everyCaseIsWalkedOrListed(t, rows)
	everyRowOfTheTablesIsWalked(t, rows)
	saysNoSecret(t, rows)
	t.Run("strangers", r.strangers)
	t.Run("at once", r.atOnce)
	t.Run("killed while a picture is made", r.killedWhileMaking)
	t.Run("killed", func(t *testing.T) { r.killed(t, total) })
	t.Run("interrupted", r.interrupted)
	t.Run("broken", r.broken)
}
