package api

import (
	"fmt"
	"testing"
)

// hide has the row of a photo say that it is hidden, as the operator does.
func (b *backend) hide(id any) {
	b.t.Helper()
	if _, fault := b.photos.DynamoDB.Handle("UpdateItem", fmt.Appendf(nil,
		`{"TableName": %q, "Key": {"photoId": {"S": %q}, "row": {"S": "PHOTO"}}, "UpdateExpression": "SET #h = :now, feed = :feed",
		"ExpressionAttributeNames": {"#h": "hidden"}, "ExpressionAttributeValues": {":now": {"S": "2026-11-21T08:00:00.000Z"}, ":feed": {"S": "HIDDEN"}}}`,
		b.photos.Name, id)); fault != nil {
		b.t.Fatal(fault)
	}
}

func TestM110_aHiddenPhotoIsThereForNobody(t *testing.T) {
	b := newBackend(t)
	photo, another := b.photo(alice), b.photo(bob)
	comment := b.comment(carol, photo)
	id, on := photo["id"], args{"photoId": photo["id"], "id": comment["id"]}
	b.hide(id)
	for _, who := range []any{alice, bob, carol, admin} {
		b.call("Query.getPhoto", who, args{"id": id}).null()
		b.call("Query.commentsByPhoto", who, args{"photoId": id}).fails("NotFound")
		b.call("Mutation.likePhoto", who, args{"id": id}).fails("NotFound")
		b.call("Mutation.unlikePhoto", who, args{"id": id}).fails("NotFound")
		b.call("Mutation.addComment", who, args{"photoId": id, "text": "x"}).fails("NotFound")
		b.call("Mutation.deleteComment", who, on).fails("NotFound")
		b.call("Mutation.updatePhoto", who, args{"id": id, "version": 1}).fails("NotFound")
		b.call("Query.getPhoto", who, args{"id": another["id"]}).ok()
		if got := b.call("Query.photosByOwner", who, args{"owner": alice.Sub}).items("id"); len(got) > 0 {
			t.Errorf("photosByOwner: got %v, want none", got)
		}
		if got := b.call("Query.listPhotos", who, args{}).items("id"); len(got) != 1 || got[0] != another["id"] {
			t.Errorf("listPhotos: got %v, want the other's", got)
		}
	}
	b.call("Mutation.editComment", carol, args{"photoId": id, "id": comment["id"], "version": 1, "text": "y"}).fails("NotFound")
	b.call("Mutation.deletePhoto", bob, args{"id": id}).fails("NotFound")
	b.call("Mutation.deletePhoto", alice, args{"id": id}).null()
	b.call("Mutation.deletePhoto", bob, args{"id": another["id"]}).ok()
}

// Nobody hears of what a moderator deletes of it either.
func TestM110_moderatorsDeleteWhatIsHidden(t *testing.T) {
	b := newBackend(t)
	photo := b.photo(alice)
	b.hide(photo["id"])
	b.call("Mutation.deletePhoto", admin, args{"id": photo["id"]}).null()
	b.call("Mutation.deletePhoto", admin, args{"id": photo["id"]}).fails("NotFound")
	if got := b.mark(alice); got["photoCount"] != "0" {
		t.Errorf("got %v, want no photo counted", got)
	}
}

func TestM110_whoIsBlockedIsSeenNoMoreAndPostsNothing(t *testing.T) {
	b := newBackend(t)
	b.photo(alice)
	b.photos.update(t, `{"photoId": {"S": "PROFILE#`+alice.Sub+`"}, "row": {"S": "PROFILE"}}`, "SET blocked = :v", `{"S": "2026-11-21T08:00:00.000Z"}`)
	b.call("Query.getProfile", carol, args{"owner": alice.Sub}).null()
	b.forget()
	b.call("Mutation.createPhoto", alice, args{"input": args{"imgKey": b.upload(alice)}}).fails("Unauthorized")
	if asked := b.commands(); len(asked) > 0 {
		t.Errorf("got %v asked of functions, want nothing", asked)
	}
	b.photo(bob)
	b.call("Query.getProfile", carol, args{"owner": bob.Sub}).ok()
}
