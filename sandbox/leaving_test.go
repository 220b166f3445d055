package sandbox_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	erase "lightbox.example/lightbox/internal/person"
	"lightbox.example/lightbox/sandbox"
)

// deletes has somebody delete their account by the API.
func (l leaving) deletes(t *testing.T, who person) {
	t.Helper()
	if err := l.ask(who, `mutation { deleteAccount }`, nil, nil); err != nil {
		t.Fatal(err)
	}
}

// gone waits until a mark and pair rows are all that is left of somebody, at the CDN and in the bucket too.
func (l leaving) gone(t *testing.T, what string, who erase.Person, addresses []string) {
	t.Helper()
	eventually(t, what, func() error {
		if left := l.left(t, who); len(left) != 1+len(who.Identities) {
			return fmt.Errorf("got\n%s\nwant a mark and %d pair rows", cmp.Diff([]string{}, left), len(who.Identities))
		}
		return nil
	})
	l.all403(t, what, addresses)
}

// Who deletes their account has nothing left within a minute, wherever the function is killed: no row but the mark, no file, no version,
// no address, no user and no identity, and what they liked and commented on counts as if they had not been there.
func TestLeaving_M94_deleteAccountErasesAllOfAPersonWhereverTheRemoverIsKilled(t *testing.T) {
	h := &hangman{of: "Remover"}
	s := start(t, sandbox.Config{Log: h.log})
	h.kill = func() { h.killAll(s.Functions) }
	l := leavingIn(t, withPeopleIn(t, s))
	before := l.left(t)
	leave := func(name string, after int) (calls []string) {
		t.Helper()
		who := l.joins(t, name)
		found, err := l.stores(t, nil).Survey(t.Context(), who, nil)
		if err != nil {
			t.Fatal(err)
		}
		who.Identities = found.Identities
		by, err := l.enter(l.backend.people(t), name)
		if err != nil {
			t.Fatal(err)
		}
		id, addresses := l.shownPhoto(t, by, name+", seen")
		l.cached(t, addresses)
		_, uuid, _ := strings.Cut(id, ".")
		eventually(t, name+": the upload, which is used", func() error {
			if slices.Contains(l.versions(t), "uploads/"+who.Sub+"/"+uuid) {
				return errors.New("got it there")
			}
			return nil
		})
		h.arm(strconv.Itoa(after))
		l.deletes(t, by)
		l.gone(t, name, who, addresses)
		calls, done := h.seen()
		if h.arm(""); done != (after > 0) {
			t.Errorf("%s: got it killed %t, of %v", name, done, calls)
		}
		if _, err := l.enter(l.backend.people(t), name); err == nil {
			t.Errorf("%s: got signed in, want nobody of that name", name)
		}
		if err := errors.Join(l.sumsAreRight(), l.ask(by, `mutation($id: ID!) { likePhoto(id: $id) { id } }`, map[string]any{"id": l.photo}, nil)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		l.aged(t, who) // the next round takes what came in since, and the mark
		eventually(t, name+": the mark", func() error {
			if diff := cmp.Diff(before, l.left(t)); diff != "" {
				return fmt.Errorf("others' things (-before +after):\n%s", diff)
			}
			return nil
		})
		return calls
	}
	points := leave("undisturbed", 0)
	t.Logf("%d calls: %v", len(points), points)
	for n := range points {
		if *everyKill {
			leave(fmt.Sprint("killed", n+1), n+1)
		}
	}
	leave("random", 1+rand.IntN(len(points)))
}
