package api

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/sandbox/appsyncjs"
)

func TestCreatePhoto_belongsToTheCallerAndIsCounted(t *testing.T) {
	b := newBackend(t)
	upload := b.upload(alice)
	got := b.call("Mutation.createPhoto", alice, args{"input": args{"imgKey": upload, "caption": "Dawn"}}).ok()
	folder := "public/photos/" + folderNamed(1)
	want := args{
		"id": alice.Sub + "." + idOf(upload), "imgKey": folder + "200.jpg", "picture": pictureIn(t, folder), "caption": "Dawn", "owner": alice.Sub, "uploadedBy": "alice",
		"likeCount": 0.0, "commentCount": 0.0, "version": 1.0,
		"createdAt": "2026-11-21T08:00:01.000Z", "updatedAt": "2026-11-21T08:00:01.000Z",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("createPhoto (-want +got):\n%s", diff)
	}
	b.photo(alice)
	if diff := cmp.Diff(args{"owner": alice.Sub, "name": "alice", "photoCount": 2.0, "likeCount": 0.0}, b.profile(alice)); diff != "" {
		t.Errorf("getProfile (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{
		"UpdateItem", "TransactWriteItems", "ConditionCheck", "ConditionCheck", "TransactWriteItems", "PutItem", "UpdateItem", "GetItem",
	}, operations(b.photos)[:8]); diff != "" {
		t.Errorf("operations (-want +got):\n%s", diff)
	}
}

func TestM54_createPhotoTakesNothingButKeyAndCaption(t *testing.T) {
	b := newBackend(t)
	forged := args{
		"imgKey": b.upload(alice), "owner": bob.Sub, "photoOwner": bob.Sub, "uploadedBy": "bob", "id": "x", "photoId": "x",
		"likeCount": 1e6, "createdAt": "1970-01-01T00:00:00Z", "version": 7, "role": "Admins",
	}
	got := b.call("Mutation.createPhoto", alice, args{"input": forged, "owner": bob.Sub, "photoId": "x.y"}).ok()
	if got["owner"] != alice.Sub || got["uploadedBy"] != "alice" || got["likeCount"] != 0.0 || got["version"] != 1.0 {
		t.Errorf("createPhoto: got %v, want it to be alice's and new", got)
	}
	stored := slices.Sorted(maps.Keys(b.photos.done[2].Items[0].Attributes))
	want := []string{
		"bytes", "claim", "commentCount", "createdAt", "feed", "folder", "height", "likeCount", "original", "photoOwner", "placeholder", "renditions",
		"updatedAt", "upload", "uploadedBy", "version", "width",
	}
	if diff := cmp.Diff(want, stored); diff != "" {
		t.Errorf("attributes (-want +got):\n%s", diff)
	}
}

func TestCaptions_areBounded(t *testing.T) {
	b := newBackend(t)
	photo := b.photo(alice)
	longest, tooLong := strings.Repeat("a", 2200), strings.Repeat("a", 2201)
	b.call("Mutation.createPhoto", alice, args{"input": changed(args{"imgKey": b.upload(alice)}, "caption", tooLong)}).fails("BadRequest")
	b.call("Mutation.updatePhoto", alice, args{"id": photo["id"], "version": 1, "caption": tooLong}).fails("BadRequest")
	b.call("Mutation.createPhoto", alice, args{"input": changed(args{"imgKey": b.upload(alice)}, "caption", longest)}).ok()
	b.call("Mutation.createPhoto", alice, args{"input": changed(args{"imgKey": b.upload(alice)}, "caption", "")}).ok()
	b.call("Mutation.updatePhoto", alice, args{"id": photo["id"], "version": 1, "caption": longest}).ok()
	b.call("Mutation.updatePhoto", alice, args{"id": photo["id"], "version": 2, "caption": ""}).ok()
}

func TestUpdatePhoto_changesTheCaption(t *testing.T) {
	b := newBackend(t)
	photo := b.photo(alice)
	got := b.call("Mutation.updatePhoto", alice, args{"id": photo["id"], "version": 1, "caption": "Dusk"}).ok()
	want := changed(changed(changed(photo, "caption", "Dusk"), "version", 2.0), "updatedAt", got["updatedAt"])
	if diff := cmp.Diff(want, got); diff != "" || got["updatedAt"] == photo["updatedAt"] {
		t.Errorf("updatePhoto (-want +got):\n%s", diff)
	}
	got = b.call("Mutation.updatePhoto", alice, args{"id": photo["id"], "version": 2, "caption": nil}).ok()
	if got["caption"] != nil {
		t.Errorf("caption: got %v, want none", got["caption"])
	}
	b.call("Mutation.updatePhoto", alice, args{"id": photo["id"], "version": 2, "caption": "Noon"}).fails("Conflict")
	b.call("Mutation.updatePhoto", alice, args{"id": alice.Sub + ".none", "version": 1, "caption": "x"}).fails("NotFound")
}

func TestM55_updatePhotoWritesNothingButTheCaption(t *testing.T) {
	b := newBackend(t)
	photo := b.photo(alice)
	b.forget()
	b.call("Mutation.updatePhoto", alice, args{
		"id": photo["id"], "version": 1, "caption": "Dusk", "owner": bob.Sub, "likeCount": 1e6, "input": args{"owner": bob.Sub},
	}).ok()
	got := slices.Sorted(maps.Values(b.photos.done[0].Update.Names))
	if diff := cmp.Diff([]string{"caption", "updatedAt", "version"}, got); diff != "" {
		t.Errorf("attributes (-want +got):\n%s", diff)
	}
}

func TestM53_updatePhotoOfAnotherIsUnauthorized(t *testing.T) {
	b := newBackend(t)
	photo := b.photo(bob)
	b.forget()
	for _, who := range []any{alice, admin} {
		b.call("Mutation.updatePhoto", who, args{"id": photo["id"], "version": 1, "caption": "mine"}).fails("Unauthorized")
	}
	condition := b.photos.done[0].Condition
	if condition.Text != "#photoOwner = :me AND #version = :version AND attribute_not_exists(#hidden )" || condition.Values[":me"]["S"] != alice.Sub {
		t.Errorf("condition: got %q with %v, want the owner to be the caller", condition.Text, condition.Values)
	}
	b.call("Mutation.updatePhoto", bob, args{"id": photo["id"], "version": 1, "caption": "mine"}).ok()
}

func TestM53_deletePhotoOfAnotherIsUnauthorized(t *testing.T) {
	b := newBackend(t)
	photo := b.photo(bob)
	b.call("Mutation.deletePhoto", alice, args{"id": photo["id"]}).fails("Unauthorized")
	if len(b.photos.rows(t)) != 3 {
		t.Errorf("got %d rows, want the photo, the profile and the day", len(b.photos.rows(t)))
	}
	b.call("Mutation.deletePhoto", bob, args{"id": photo["id"]}).ok()
}

func TestDeletePhoto_answersItAndTakesItsLikesFromTheProfile(t *testing.T) {
	for name, who := range map[string]any{"owner": bob, "admin": admin} {
		t.Run(name, func(t *testing.T) {
			b := newBackend(t)
			photo, other := b.photo(bob), b.photo(bob)
			for _, liker := range []any{alice, carol} {
				b.call("Mutation.likePhoto", liker, args{"id": photo["id"]}).ok()
			}
			b.call("Mutation.likePhoto", alice, args{"id": other["id"]}).ok()
			got := b.call("Mutation.deletePhoto", who, args{"id": photo["id"]}).ok()
			if diff := cmp.Diff(changed(photo, "likeCount", 2.0), got); diff != "" {
				t.Errorf("deletePhoto (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(args{"owner": bob.Sub, "name": "bob", "photoCount": 1.0, "likeCount": 1.0}, b.profile(bob)); diff != "" {
				t.Errorf("getProfile (-want +got):\n%s", diff)
			}
			b.call("Query.getPhoto", alice, args{"id": photo["id"]}).null()
			b.call("Mutation.deletePhoto", who, args{"id": photo["id"]}).fails("NotFound")
		})
	}
}

func TestM59_deletePhotoOfWhatIsNoLongerThereIsAConflict(t *testing.T) {
	for name, meanwhile := range map[string]func(*backend, args){
		"liked":   func(b *backend, photo args) { b.call("Mutation.likePhoto", carol, args{"id": photo["id"]}).ok() },
		"deleted": func(b *backend, photo args) { b.call("Mutation.deletePhoto", bob, args{"id": photo["id"]}).ok() },
		"made anew": func(b *backend, photo args) {
			b.photos.update(b.t, fmt.Sprintf(`{"photoId": {"S": %q}, "row": {"S": "PHOTO"}}`, photo["id"]), "SET folder = :v", `{"S": "`+strings.Repeat("f", 32)+`"}`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBackend(t)
			photo := b.photo(bob)
			before := func() { meanwhile(b, photo) }
			// The first operation of deletePhoto is its read; the other caller comes right after.
			b.photos.before = func() { b.photos.before = before }
			b.call("Mutation.deletePhoto", bob, args{"id": photo["id"]}).fails("Conflict")
		})
	}
}

func TestLikePhoto_countsOnceAPerson(t *testing.T) {
	b := newBackend(t)
	photo := b.photo(bob)
	id := args{"id": photo["id"]}
	want := func(step string, got args, likes float64) {
		t.Helper()
		if got["likeCount"] != likes || b.profile(bob)["likeCount"] != likes {
			t.Errorf("%s: got likeCount %v and %v in the profile, want %v", step, got["likeCount"], b.profile(bob)["likeCount"], likes)
		}
	}
	want("first", b.call("Mutation.likePhoto", alice, id).ok(), 1)
	want("again", b.call("Mutation.likePhoto", alice, id).ok(), 1)
	want("another", b.call("Mutation.likePhoto", carol, id).ok(), 2)
	want("own", b.call("Mutation.likePhoto", bob, id).ok(), 3)
	want("taken back", b.call("Mutation.unlikePhoto", alice, id).ok(), 2)
	want("taken back again", b.call("Mutation.unlikePhoto", alice, id).ok(), 2)
	want("liked anew", b.call("Mutation.likePhoto", alice, id).ok(), 3)
	if got := b.call("Query.getPhoto", alice, id).ok(); got["version"] != 1.0 || got["updatedAt"] != photo["updatedAt"] {
		t.Errorf("got version %v of %v, want likes to change neither", got["version"], got["updatedAt"])
	}
}

// Who erases a person finds their comments and likes in an index by it.
func TestByAuthor_holdsWhatSomebodyLeftWithOthers(t *testing.T) {
	b := newBackend(t)
	photo := b.photo(bob)
	b.comment(alice, photo)
	b.comment(carol, photo)
	for _, who := range []appsyncjs.UserPoolIdentity{alice, carol} {
		b.call("Mutation.likePhoto", who, args{"id": photo["id"]}).ok()
	}
	page, fault := b.photos.DynamoDB.Handle("Query", fmt.Appendf(nil, `{"TableName": %q, "IndexName": "byAuthor",
		"KeyConditionExpression": "#o = :o", "ExpressionAttributeNames": {"#o": "owner"}, "ExpressionAttributeValues": {":o": {"S": %q}}}`, photosTable, alice.Sub))
	if fault != nil {
		t.Fatal(fault)
	}
	var got struct {
		Items []struct{ Row, PhotoID struct{ S string } }
	}
	if err := json.Unmarshal(page, &got); err != nil || len(got.Items) != 2 {
		t.Fatalf("got %s and %v, want a comment and a like", page, err)
	}
	if comment, like := got.Items[0].Row.S, got.Items[1].Row.S; !strings.HasPrefix(comment, "COMMENT#") || like != "LIKE#"+alice.Sub {
		t.Errorf("got %s and %s, want her comment and her like", comment, like)
	}
}

func TestLikes_ofNoSuchPhotoAreNotFoundAndLeaveNothing(t *testing.T) {
	b := newBackend(t)
	photo := b.photo(bob)
	id, _ := photo["id"].(string)
	b.call("Mutation.likePhoto", carol, args{"id": id}).ok()
	rows := len(b.photos.rows(t))
	for name, forged := range map[string]string{
		"unknown":                bob.Sub + ".0f8fad5b-d9cb-469f-a165-70867728950e",
		"another owner claimed":  alice.Sub + "." + strings.TrimPrefix(id, bob.Sub+"."),
		"a profile":              "PROFILE#" + bob.Sub + ".x",
		"the id with more to it": id + ".x",
	} {
		t.Run(name, func(t *testing.T) {
			for _, field := range []string{"Mutation.likePhoto", "Mutation.unlikePhoto", "Mutation.deletePhoto"} {
				b.call(field, alice, args{"id": forged}).fails("NotFound")
			}
		})
	}
	for _, malformed := range []string{"", "x", "." + id, "x.", strings.Repeat("a", 64) + "." + strings.Repeat("b", 64)} {
		for _, field := range []string{"Query.getPhoto", "Mutation.likePhoto", "Mutation.unlikePhoto", "Mutation.deletePhoto", "Mutation.updatePhoto"} {
			b.call(field, alice, args{"id": malformed, "version": 1}).fails("BadRequest")
		}
	}
	if len(b.photos.rows(t)) != rows || b.profile(bob)["likeCount"] != 1.0 {
		t.Errorf("got %d rows and %v likes, want %d and 1", len(b.photos.rows(t)), b.profile(bob)["likeCount"], rows)
	}
	b.call("Mutation.deletePhoto", bob, args{"id": id}).ok()
	for _, field := range []string{"Mutation.likePhoto", "Mutation.unlikePhoto"} {
		b.forget()
		b.call(field, carol, args{"id": id}).fails("NotFound") // though carol's like is still there
		if got := operations(b.photos); got[0] != "TransactWriteItems" || slices.Contains(got, "GetItem") {
			t.Errorf("%s: got operations %v, want the transaction alone", field, got)
		}
	}
}

func TestLikedByMe_isTheViewersAndOnlyInQueries(t *testing.T) {
	b := newBackend(t)
	photo := b.photo(bob)
	id := args{"id": photo["id"]}
	liked := b.call("Mutation.likePhoto", alice, id).ok()
	likedByMe := func(who appsyncjs.UserPoolIdentity, source any) reply {
		t.Helper()
		return b.resolve("Photo.likedByMe", appsyncjs.Context{Identity: who, Source: source})
	}
	for _, test := range []struct {
		who  appsyncjs.UserPoolIdentity
		want bool
	}{{alice, true}, {carol, false}} {
		sources := []any{
			b.call("Query.getPhoto", test.who, id).ok(),
			b.call("Query.listPhotos", test.who, args{}).ok()["items"].([]any)[0],
			b.call("Query.photosByOwner", test.who, args{"owner": bob.Sub}).ok()["items"].([]any)[0],
		}
		for i, source := range sources {
			if got := likedByMe(test.who, source); got.err != nil || got.value != test.want {
				t.Errorf("%s, query %d: got %v (%v), want %t", test.who.Username, i, got.value, got.err, test.want)
			}
		}
		// What carol read must not answer for alice.
		likedByMe(alice, b.call("Query.getPhoto", carol, id).ok()).null()
	}
	b.forget()
	likedByMe(alice, liked).null()
	b.wantNoOperation()
	b.resolve("Photo.likedByMe", appsyncjs.Context{Identity: guest, Source: args{"id": "a.b"}}).fails("Unauthorized")
}

func TestPhotoFields_areForSignedInUsers(t *testing.T) {
	for name, arguments := range map[string]args{
		"Query.getPhoto":                {"id": "a.b"},
		"Query.listPhotos":              {},
		"Query.photosByOwner":           {"owner": bob.Sub},
		"Query.getProfile":              {"owner": bob.Sub},
		"Query.commentsByPhoto":         {"photoId": "a.b"},
		"Mutation.createPhoto":          {"input": args{"imgKey": uploadOf(bob, 1)}},
		"Mutation.updatePhoto":          {"id": "a.b", "version": 1},
		"Mutation.deletePhoto":          {"id": "a.b"},
		"Mutation.likePhoto":            {"id": "a.b"},
		"Mutation.unlikePhoto":          {"id": "a.b"},
		"Mutation.addComment":           {"photoId": "a.b", "text": "x"},
		"Mutation.editComment":          {"photoId": "a.b", "id": "c", "version": 1, "text": "x"},
		"Mutation.deleteComment":        {"photoId": "a.b", "id": "c"},
		"Subscription.onPhotoChanged":   {},
		"Subscription.onPhotoDeleted":   {},
		"Subscription.onCommentChanged": {"photoId": "a.b"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBackend(t)
			b.call(name, guest, arguments).fails("Unauthorized")
			b.call(name, nil, arguments).fails("Unauthorized")
			b.wantNoOperation()
			if got := b.call(name, alice, arguments); got.err != nil && got.err.Type == "Unauthorized" {
				t.Errorf("signed in: got %s, want another answer than Unauthorized", got.err.Message)
			}
		})
	}
}

func TestGetProfile_ofAUserWithoutPhotosIsNull(t *testing.T) {
	newBackend(t).call("Query.getProfile", alice, args{"owner": bob.Sub}).null()
	newBackend(t).call("Query.getProfile", alice, args{"owner": ""}).fails("BadRequest")
}
