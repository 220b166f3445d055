package api

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAddComment_belongsToTheCallerAndIsCounted(t *testing.T) {
	b := newBackend(t)
	photo := b.photo(bob)
	got := b.call("Mutation.addComment", alice, args{"photoId": photo["id"], "text": "Fine", "owner": bob.Sub, "author": "bob", "id": "x"}).ok()
	want := args{
		"id": got["id"], "photoId": photo["id"], "text": "Fine", "author": "alice", "owner": alice.Sub, "version": 1.0,
		"createdAt": "2026-11-21T08:00:02.000Z", "updatedAt": "2026-11-21T08:00:02.000Z",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("addComment (-want +got):\n%s", diff)
	}
	if id, _ := got["id"].(string); len(id) != 26 {
		t.Errorf("id: got %q, want a ULID", id)
	}
	b.comment(carol, photo)
	if count := b.call("Query.getPhoto", alice, args{"id": photo["id"]}).ok()["commentCount"]; count != 2.0 {
		t.Errorf("commentCount: got %v, want 2", count)
	}
	// No row but the photo's may show in the indexes of photos.
	for _, row := range b.photos.rows(t) {
		_, inFeed := row["feed"]
		_, ofOwner := row["photoOwner"]
		if row["row"].Text != "PHOTO" && (inFeed || ofOwner) {
			t.Errorf("got %v, want no attribute of an index of photos", row)
		}
	}
}

func TestComments_areBounded(t *testing.T) {
	b := newBackend(t)
	photo := b.photo(bob)
	comment := b.comment(alice, photo)
	for _, text := range []string{"", strings.Repeat("a", 2001)} {
		b.call("Mutation.addComment", alice, args{"photoId": photo["id"], "text": text}).fails("BadRequest")
		b.call("Mutation.editComment", alice, args{"photoId": photo["id"], "id": comment["id"], "version": 1, "text": text}).fails("BadRequest")
	}
	b.call("Mutation.addComment", alice, args{"photoId": photo["id"], "text": strings.Repeat("a", 2000)}).ok()
	b.call("Mutation.editComment", alice, args{"photoId": photo["id"], "id": comment["id"], "version": 1, "text": strings.Repeat("a", 2000)}).ok()
}

func TestCommentsByPhoto_areOldestFirstAndOfThatPhoto(t *testing.T) {
	b := newBackend(t)
	photo, other := b.photo(bob), b.photo(bob)
	b.call("Mutation.addComment", alice, args{"photoId": photo["id"], "text": "one"}).ok()
	b.call("Mutation.addComment", carol, args{"photoId": other["id"], "text": "elsewhere"}).ok()
	b.call("Mutation.addComment", bob, args{"photoId": photo["id"], "text": "two"}).ok()
	b.call("Mutation.likePhoto", carol, args{"id": photo["id"]}).ok()
	if diff := cmp.Diff([]string{"one", "two"}, b.call("Query.commentsByPhoto", carol, args{"photoId": photo["id"]}).items("text")); diff != "" {
		t.Errorf("commentsByPhoto (-want +got):\n%s", diff)
	}
}

func TestEditComment_isItsAuthorsOnly(t *testing.T) {
	b := newBackend(t)
	photo := b.photo(bob)
	comment := b.comment(carol, photo)
	edit := args{"photoId": photo["id"], "id": comment["id"], "version": 1, "text": "changed"}
	for _, who := range []any{alice, bob, admin} {
		b.call("Mutation.editComment", who, edit).fails("Unauthorized")
	}
	got := b.call("Mutation.editComment", carol, edit).ok()
	want := changed(changed(changed(comment, "text", "changed"), "version", 2.0), "updatedAt", got["updatedAt"])
	if diff := cmp.Diff(want, got); diff != "" || got["updatedAt"] == comment["updatedAt"] {
		t.Errorf("editComment (-want +got):\n%s", diff)
	}
	b.call("Mutation.editComment", carol, edit).fails("Conflict")
	b.call("Mutation.editComment", carol, changed(edit, "id", "none")).fails("NotFound")
}

func TestM55_editCommentWritesNothingButTheText(t *testing.T) {
	b := newBackend(t)
	photo := b.photo(bob)
	comment := b.comment(alice, photo)
	b.forget()
	b.call("Mutation.editComment", alice, args{"photoId": photo["id"], "id": comment["id"], "version": 1, "text": "x", "owner": bob.Sub, "author": "bob"}).ok()
	got := slices.Sorted(maps.Values(b.photos.done[0].Items[0].Update.Names))
	if diff := cmp.Diff([]string{"text", "updatedAt", "version"}, got); diff != "" {
		t.Errorf("attributes (-want +got):\n%s", diff)
	}
}

func TestDeleteComment_isForItsAuthorThePhotosOwnerAndAdmins(t *testing.T) {
	for name, who := range map[string]any{"author": carol, "photo's owner": bob, "admin": admin} {
		t.Run(name, func(t *testing.T) {
			b := newBackend(t)
			photo := b.photo(bob)
			comment := b.comment(carol, photo)
			b.comment(bob, photo)
			call := args{"photoId": photo["id"], "id": comment["id"]}
			b.call("Mutation.deleteComment", alice, call).fails("Unauthorized")
			got := b.call("Mutation.deleteComment", who, call).ok()
			if diff := cmp.Diff(changed(comment, "text", nil), got); diff != "" {
				t.Errorf("deleteComment (-want +got):\n%s", diff)
			}
			if count := b.call("Query.getPhoto", alice, args{"id": photo["id"]}).ok()["commentCount"]; count != 1.0 {
				t.Errorf("commentCount: got %v, want 1", count)
			}
			b.call("Mutation.deleteComment", who, call).fails("NotFound")
		})
	}
}

func TestM59_deleteCommentTwiceAtOnceCountsOnce(t *testing.T) {
	b := newBackend(t)
	photo := b.photo(bob)
	comment := b.comment(carol, photo)
	call := args{"photoId": photo["id"], "id": comment["id"]}
	meanwhile := func() { b.call("Mutation.deleteComment", carol, call).ok() }
	b.photos.before = func() { b.photos.before = meanwhile }
	b.call("Mutation.deleteComment", bob, call).fails("NotFound")
	if count := b.call("Query.getPhoto", alice, args{"id": photo["id"]}).ok()["commentCount"]; count != 0.0 {
		t.Errorf("commentCount: got %v, want 0", count)
	}
}

func TestDeletePhoto_leavesNoWayToItsComments(t *testing.T) {
	b := newBackend(t)
	photo := b.photo(bob)
	comment := b.comment(carol, photo)
	b.call("Mutation.deletePhoto", bob, args{"id": photo["id"]}).ok()
	id := args{"photoId": photo["id"], "id": comment["id"], "version": 1, "text": "x"}
	for _, who := range []any{alice, bob, carol, admin} {
		for _, field := range []string{"Query.commentsByPhoto", "Mutation.addComment", "Mutation.editComment", "Mutation.deleteComment"} {
			b.call(field, who, id).fails("NotFound")
		}
	}
	if len(b.photos.rows(t)) != 3 {
		t.Errorf("got %d rows, want the profile, the day and the comment left behind", len(b.photos.rows(t)))
	}
}

func TestComments_ofAPhotoUnderAForgedIdAreNotFound(t *testing.T) {
	b := newBackend(t)
	photo := b.photo(bob)
	comment := b.comment(carol, photo)
	id, _ := photo["id"].(string)
	// The id claims that the photo is alice's, whose right to delete would follow.
	forged := alice.Sub + "." + strings.TrimPrefix(id, bob.Sub+".")
	for _, field := range []string{"Query.commentsByPhoto", "Mutation.addComment", "Mutation.editComment", "Mutation.deleteComment"} {
		b.call(field, alice, args{"photoId": forged, "id": comment["id"], "version": 1, "text": "x"}).fails("NotFound")
		b.call(field, alice, args{"photoId": "", "id": comment["id"], "version": 1, "text": "x"}).fails("BadRequest")
	}
	if got := b.call("Mutation.addComment", alice, args{"photoId": forged, "text": "x"}).err.Message; got != "there is no such photo" {
		t.Errorf("addComment: got %q, want that the photo is missing", got)
	}
	// A comment's id is the end of a key, of a comment and of nothing else.
	for _, other := range []string{"", strings.Repeat("a", 129)} {
		b.call("Mutation.deleteComment", alice, args{"photoId": id, "id": other}).fails("BadRequest")
		b.call("Mutation.editComment", alice, args{"photoId": id, "id": other, "version": 1, "text": "x"}).fails("BadRequest")
	}
	b.call("Mutation.deleteComment", bob, args{"photoId": id, "id": "../PHOTO"}).fails("NotFound")
}
