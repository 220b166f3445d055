package api

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/sandbox/appsyncjs"
)

// mark is the row of somebody's profile, as texts.
func (b *backend) mark(who appsyncjs.UserPoolIdentity) map[string]string {
	b.t.Helper()
	for _, row := range b.textRows() {
		if row["photoId"] == "PROFILE#"+who.Sub && row["row"] == "PROFILE" {
			return row
		}
	}
	return nil
}

func TestDeleteAccount_marksTheProfileOnce(t *testing.T) {
	b := newBackend(t)
	b.photo(alice)
	if b.mark(alice)["name"] != "alice" || b.mark(alice)["leaving"] != "" {
		t.Fatalf("got %v, want a profile", b.mark(alice))
	}
	for _, when := range []string{"first", "again"} {
		got := b.call("Mutation.deleteAccount", alice, args{})
		if got.err != nil || got.value != "2026-11-22T08:00:02.000Z" {
			t.Errorf("%s: got %v and %v, want a day after the first time", when, got.value, got.err)
		}
	}
	got := b.mark(alice)
	want := map[string]string{
		"photoId": "PROFILE#" + alice.Sub, "row": "PROFILE", "leaving": "2026-11-21T08:00:02.000Z", "username": "alice",
		"photoCount": "1", "likeCount": "0", "bytes": "1000",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the mark (-want +got):\n%s", diff)
	}
	b.call("Query.getProfile", carol, args{"owner": alice.Sub}).null()
}

func TestDeleteAccount_isForWhoNeverPosted(t *testing.T) {
	b := newBackend(t)
	if got := b.call("Mutation.deleteAccount", bob, args{}); got.err != nil || got.value == nil {
		t.Errorf("got %v and %v, want a time", got.value, got.err)
	}
	if got := b.mark(bob); got["username"] != "bob" || got["leaving"] == "" {
		t.Errorf("got %v, want a mark", got)
	}
	b.call("Query.getProfile", carol, args{"owner": bob.Sub}).null()
}

// It says nobody's name: whoever calls is who leaves.
func TestM94_deleteAccountIsOnesOwn(t *testing.T) {
	b := newBackend(t)
	b.photo(alice)
	b.photo(carol)
	for _, who := range []any{nil, guest, identityOf(alice), credentials("unauthenticated", "g", "")} {
		b.call("Mutation.deleteAccount", who, args{"sub": alice.Sub, "username": "alice"}).fails("Unauthorized")
	}
	b.headers = map[string][]string{"x-user": {"alice"}}
	for _, who := range []appsyncjs.UserPoolIdentity{bob, admin} {
		b.call("Mutation.deleteAccount", who, args{"sub": alice.Sub, "owner": alice.Sub, "username": "alice", "id": "PROFILE#" + alice.Sub})
		if b.mark(who)["leaving"] == "" {
			t.Errorf("%s: got %v, want the mark of who called", who.Username, b.mark(who))
		}
	}
	for _, who := range []appsyncjs.UserPoolIdentity{alice, carol} {
		if b.mark(who)["leaving"] != "" || b.profile(who)["name"] != who.Username {
			t.Errorf("%s: got %v, want nothing changed", who.Username, b.mark(who))
		}
	}
}

func TestM94_whoLeavesPostsNoPhoto(t *testing.T) {
	b := newBackend(t)
	before := b.photo(alice)
	b.call("Mutation.deleteAccount", alice, args{})
	b.forget()
	post := args{"input": args{"imgKey": b.upload(alice)}}
	b.call("Mutation.createPhoto", alice, post).fails("Unauthorized")
	if asked := b.commands(); len(asked) > 0 {
		t.Errorf("got %v asked of functions, want nothing", asked)
	}
	// The control: others do, and what was there is.
	b.photo(bob)
	b.call("Query.getPhoto", bob, args{"id": before["id"]}).ok()
}

// A picture takes seconds to be made: who leaves meanwhile has no photo of it, and nothing of it is left.
func TestM94_whoLeavesWhileAPictureIsMadeHasNoneOfIt(t *testing.T) {
	b := newBackend(t)
	b.photo(alice)
	b.forget()
	operation := 0
	var count func()
	count = func() {
		operation++
		if operation == 3 {
			b.photos.before = nil
			b.call("Mutation.deleteAccount", alice, args{})
			return
		}
		b.photos.before = count
	}
	b.photos.before = count
	b.call("Mutation.createPhoto", alice, args{"input": args{"imgKey": b.upload(alice)}}).fails("Unauthorized")
	if got := b.mark(alice); got["photoCount"] != "1" || got["name"] != "" {
		t.Errorf("got %v, want no photo counted and no name", got)
	}
	if asked := b.commands(); len(asked) != 2 {
		t.Errorf("got %v, want a picture made and removed", asked)
	}
}
