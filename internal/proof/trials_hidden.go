package proof

import (
	"fmt"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/sandbox/appsyncjs"
)

const hidingTime = "2026-01-02T03:04:05.678Z"

// hide has the row of a photo say that it is hidden, as the operator's `lightbox user block --hide` does.
func (w *simulation) hide(a system.API, photo any) error {
	return w.sets(a, photo, "PHOTO", "SET #hidden = :now, feed = :feed", `"ExpressionAttributeNames": {"#hidden": "hidden"}`, `, ":feed": {"S": "HIDDEN"}`)
}

// block has a profile, there or not, say that its person is blocked.
func (w *simulation) block(a system.API, sub string) error {
	return w.sets(a, "PROFILE#"+sub, "PROFILE", "SET blocked = :now", `"ReturnValues": "NONE"`, "")
}

func (w *simulation) sets(a system.API, partition any, row, update, member, value string) error {
	_, fault := w.engine.Handle("UpdateItem", fmt.Appendf(nil,
		`{"TableName": %q, "Key": {"photoId": {"S": %q}, "row": {"S": %q}}, "UpdateExpression": %q, %s, "ExpressionAttributeValues": {":now": {"S": %q}%s}}`,
		a.Tables[string(access.Photos)].Name, partition, row, update, member, hidingTime, value))
	if fault != nil {
		return fault
	}
	return nil
}

// hides makes sure that a hidden photo is there for nobody, and is deleted by who may.
func (t *trial) hides() {
	owner := appsyncjs.UserPoolIdentity{Sub: "5b5b5b5b-5b5b-4b5b-8b5b-5b5b5b5b5b5b", Username: "who-is-blocked"}
	post := func(number int) any {
		return t.may(owner, "Mutation.createPhoto", arguments{"input": arguments{"imgKey": upload(owner.Sub, number)}})["id"]
	}
	photo, another := post(1), post(2)
	comment := t.may(asMe, "Mutation.addComment", arguments{"photoId": photo, "text": otherWords})["id"]
	t.may(asMe, "Mutation.likePhoto", arguments{"id": photo})
	t.expect("Query.photosByOwner", fmt.Sprint(ids(t.may(asMe, "Query.photosByOwner", arguments{"owner": owner.Sub}))), fmt.Sprint([]any{another, photo}), "they are shown")
	t.hidden(photo)
	for _, who := range []any{asMe, owner, asAdmin} {
		if value, fault, err := t.call(who, "Query.getPhoto", arguments{"id": photo}); value != nil || fault != nil || err != nil {
			t.report("Query.getPhoto", "a photo that is hidden: got %v, want none", show(value))
		}
		t.expect("Query.photosByOwner", fmt.Sprint(ids(t.may(who, "Query.photosByOwner", arguments{"owner": owner.Sub}))), fmt.Sprint([]any{another}), "the one that is not hidden")
		t.expect("Query.listPhotos", system.Lookup(t.may(who, "Query.listPhotos", arguments{"limit": 1}), "items.0.id"), another, "the newest that is not hidden")
		for _, field := range []string{"likePhoto", "unlikePhoto"} {
			t.mayNot(who, "Mutation."+field, arguments{"id": photo}, "NotFound")
		}
		t.mayNot(who, "Query.commentsByPhoto", arguments{"photoId": photo}, "NotFound")
		t.mayNot(who, "Mutation.addComment", arguments{"photoId": photo, "text": "too late"}, "NotFound")
		t.mayNot(who, "Mutation.deleteComment", arguments{"photoId": photo, "id": comment}, "NotFound")
	}
	t.mayNot(asMe, "Mutation.editComment", arguments{"photoId": photo, "id": comment, "version": 1, "text": "too late"}, "NotFound")
	t.mayNot(owner, "Mutation.updatePhoto", arguments{"id": photo, "version": 1, "caption": "too late"}, "NotFound")
	t.mayNot(asMe, "Mutation.deletePhoto", arguments{"id": photo}, "NotFound")
	t.hidden(another)
	for _, deletes := range []struct{ who, photo any }{{owner, photo}, {asAdmin, another}} {
		if value, fault, err := t.call(deletes.who, "Mutation.deletePhoto", arguments{"id": deletes.photo}); value != nil || fault != nil || err != nil {
			t.report("Mutation.deletePhoto", "a photo that is hidden, by who may: got %v%v%v, want it done and nobody told", show(value), show(fault), show(err))
		}
	}
	t.expect("Query.getProfile", t.may(asMe, "Query.getProfile", arguments{"owner": owner.Sub})["photoCount"], 0, "both photos are gone")
	t.blocks(owner)
}

func (t *trial) hidden(photo any) {
	if err := t.hide(t.api, photo); err != nil {
		t.err = err
	}
}

// blocks makes sure that who is blocked is seen no more and posts nothing: from then on, and while a picture is made.
func (t *trial) blocks(who appsyncjs.UserPoolIdentity) {
	const post, profile = "Mutation.createPhoto", "Query.getProfile"
	block := func() {
		if err := t.block(t.api, who.Sub); err != nil {
			t.err = err
		}
	}
	t.before = func() { t.before = func() { t.before = block } } // between the check of the room and the write, as of who leaves
	for _, number := range []int{3, 4} {
		if _, fault, err := t.call(who, post, arguments{"input": arguments{"imgKey": upload(who.Sub, number)}}); err != nil || fault == nil || fault.Type != "Unauthorized" {
			t.report(post, "a user who is blocked posts a photo: got %v%v, want Unauthorized", show(fault), show(err))
		}
	}
	if value, fault, err := t.call(asMe, profile, arguments{"owner": who.Sub}); value != nil || fault != nil || err != nil {
		t.report(profile, "a user who is blocked has the profile %v: want none", show(value))
	}
}
