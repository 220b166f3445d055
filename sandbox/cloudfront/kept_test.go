package cloudfront

import (
	"fmt"
	"testing"
	"time"

	"lightbox.example/lightbox/sandbox/store"
)

// As many are kept as can be in progress, in memory and in the store: the latest.
func TestInvalidations_areSoManyAtMost(t *testing.T) {
	db, now := store.NewMemory(), time.Unix(1_700_000_000, 0)
	kept := invalidations{of: map[string][]*invalidation{}}
	add := func(distribution, reference string) {
		t.Helper()
		if _, err := kept.add(db, &invalidation{ID: reference, Distribution: distribution, Created: now, Reference: reference, Paths: []string{"/x"}}); err != nil {
			t.Fatal(err)
		}
		now = now.Add(time.Second)
	}
	add("E0", "other")
	for i := range mostKept + 2 {
		add("E1", fmt.Sprint(i))
	}
	for _, when := range []string{"before", "after"} {
		list := kept.list("E1")
		if n, last := len(list), list[len(list)-1].ID; n != mostKept || list[0].ID != fmt.Sprint(mostKept+1) || last != "2" || len(kept.list("E0")) != 1 {
			t.Errorf("%s a restart: got %d from %s to %s, want %d from %d to 2", when, n, list[0].ID, last, mostKept, mostKept+1)
		}
		if err := db.View(kept.load); err != nil {
			t.Fatal(err)
		}
	}
}

// A clock that is set back ends what it makes wait.
func TestInvalidation_endsByAnyClock(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	one := &invalidation{Created: now}
	for offset, want := range map[time.Duration]bool{0: true, takes - 1: true, takes: false, -1: false, -time.Hour: false} {
		if got := one.inProgress(now.Add(offset)); got != want {
			t.Errorf("%v: got %t, want %t", offset, got, want)
		}
	}
}
