package sandbox_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	erase "lightbox.example/lightbox/internal/person"
)

// An identity that cannot be somebody's is refused before anything is made or looked for, by all that take one.
func TestIdentity_isRefusedWhereItCannotBeTheirs(t *testing.T) {
	l := withLeaving(t)
	pool, stores := l.backend.people(t), l.stores(t, nil)
	pool.SignUp("leaver")
	leaver, err := l.enter(pool, "leaver")
	if err != nil {
		t.Fatal(err)
	}
	if err := ok(l.files(leaver.keys, "PUT", "private/"+leaver.identity+"/mine", []byte("mine"))); err != nil {
		t.Fatal(err)
	}
	guest, _, err := l.credentials(pool, "")
	if err != nil {
		t.Fatal(err)
	}
	before := l.left(t)
	digit := map[bool]string{true: "1", false: "0"}[strings.HasSuffix(leaver.identity, "0")]
	for _, test := range []struct{ what, identity, want string }{
		{"another's", l.ada.identity, l.ada.identity + ": got the identity of " + l.ada.sub + ", as a row says, want one of " + leaver.sub},
		{"mistyped", leaver.identity[:len(leaver.identity)-1] + digit, "got an identity that is not there"},
		{"of another region", "eu" + strings.TrimPrefix(leaver.identity, "us"), "got an identity of the region eu-east-1, want one of us-east-1"},
		{"a guest's", guest, "want one to which somebody of " + stores.UserPool + " signed in"},
	} {
		who := erase.Person{Sub: leaver.sub, Username: "leaver", Identities: []string{test.identity, leaver.identity}}
		_, surveyed := stores.Survey(t.Context(), who, nil)
		_, exported := stores.Export(t.Context(), erase.User{Sub: who.Sub}, who.Identities, &strings.Builder{}, nil)
		for what, err := range map[string]error{"Survey": surveyed, "Export": exported, "Mark": stores.Mark(t.Context(), who)} {
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Count(err.Error(), "got") != 1 {
				t.Errorf("%s: %s: got %v, want %q alone", test.what, what, err, test.want)
			}
		}
	}
	if diff := cmp.Diff(before, l.left(t)); diff != "" {
		t.Errorf("got changes (-before +after):\n%s", diff)
	}
	// Of an erasure that nobody marked it for: pair rows alone say whose files go.
	who := erase.Person{Sub: leaver.sub, Username: "leaver"}
	if err := stores.Mark(t.Context(), who); err != nil {
		t.Fatal(err)
	}
	who.Identities = []string{l.ada.identity}
	if done, err := stores.Erase(t.Context(), who, nil); err != nil || len(done.Identities) > 0 {
		t.Errorf("Erase of another's: got %+v, %v, want no identity", done, err)
	}
	who.Identities = []string{leaver.identity}
	found, err := stores.Survey(t.Context(), who, nil)
	if err != nil || len(found.Known) != 1 || found.Known[0].Noted || found.Known[0].Created.IsZero() || found.Known[0].Versions != 1 {
		t.Errorf("control: got %+v, %v, want one that no row says, since when, and its file", found.Known, err)
	}
	if err := stores.Mark(t.Context(), who); err != nil {
		t.Errorf("control: %v", err)
	}
	if done, err := stores.Erase(t.Context(), who, nil); err != nil || done.Items("private/{identity}/") != 1 || !slices.Equal(done.Identities, who.Identities) {
		t.Errorf("control: got %+v, %v, want their file erased", done, err)
	}
	if found, err = stores.Survey(t.Context(), who, nil); err != nil || len(found.Known) != 1 || !found.Known[0].Noted || !found.Known[0].Created.IsZero() {
		t.Errorf("again: got %+v, %v, want it taken, which the mark says by now", found.Known, err)
	}
}
