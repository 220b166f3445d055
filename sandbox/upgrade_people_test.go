package sandbox_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	moderation "lightbox.example/lightbox/internal/person"
)

// lived is what people did before an upgrade.
type lived struct {
	photo     string // ada's, which ann likes and comments on
	addresses []string
	comment   string
	published string // a product in the catalogue
	draft     string // one that is not
	bob       person // who was blocked
	bobs      string // a photo of his
}

// live has people use everything: photos with pictures, likes, comments, products, files in each area with versions and a deletion, an
// upload that is not posted, and somebody who was blocked.
func (p people) live(t *testing.T) (l lived) {
	t.Helper()
	l.photo, l.addresses = p.shownPhoto(t, p.ada, "an old photo")
	if _, err := p.createPhoto(p.ann, "ann's"); err != nil {
		t.Fatal(err)
	}
	var said struct{ AddComment struct{ ID string } }
	for _, step := range []struct {
		mutation string
		into     any
	}{{`likePhoto(id: $id)`, nil}, {`addComment(photoId: $id, text: "x")`, &said}} {
		if err := p.ask(p.ann, `mutation($id: ID!) { `+step.mutation+` { id } }`, map[string]any{"id": l.photo}, step.into); err != nil {
			t.Fatal(err)
		}
	}
	l.comment = said.AddComment.ID
	var err error
	if l.published, err = p.createProduct(p.ada, "A lamp", 4900); err == nil {
		_, err = p.publish(p.ada, l.published)
	}
	if err == nil {
		l.draft, err = p.createProduct(p.ada, "A chair", 9900)
	}
	if err != nil {
		t.Fatal(err)
	}
	pool := p.people(t)
	pool.SignUp("bob")
	if l.bob, err = p.enter(pool, "bob"); err != nil {
		t.Fatal(err)
	}
	if l.bobs, err = p.createPhoto(l.bob, "bob's"); err != nil {
		t.Fatal(err)
	}
	for _, who := range []person{p.ann, p.ada, l.bob} {
		if err := p.ask(person{keys: who.keys}, `mutation { linkIdentity }`, nil, nil); err != nil {
			t.Fatal(err)
		}
		p.keeps(t, who)
	}
	pool.Do("AdminDisableUser", map[string]any{"UserPoolId": pool.Pool, "Username": "bob"})
	if err := ok(p.files(p.ann.keys, http.MethodPut, "uploads/"+p.ann.sub+"/pending", []byte("not posted"))); err != nil {
		t.Fatal(err)
	}
	p.atRest(t, 1, l.published)
	return l
}

// keeps puts files into one's own areas: one that is written twice, and one that is deleted.
func (p people) keeps(t *testing.T, who person) {
	t.Helper()
	for _, area := range []string{"protected/", "private/"} {
		key := area + who.identity + "/a"
		for _, one := range []struct{ method, key, body string }{
			{http.MethodPut, key, "first"}, {http.MethodPut, key, "of " + who.name}, {http.MethodPut, key + "/b", "gone"}, {http.MethodDelete, key + "/b", ""},
		} {
			if a, err := p.files(who.keys, one.method, one.key, []byte(one.body)); err != nil || a.status/100 != 2 {
				t.Fatalf("%s %s: got %d %s, %v", one.method, one.key, a.status, a.body, err)
			}
		}
	}
}

// goesOn has people do what they did, with the sessions and the passwords of before.
func (p people) goesOn(t *testing.T, l lived) {
	t.Helper()
	pool := p.people(t)
	if _, err := p.enter(pool, "bob"); err == nil {
		t.Error("bob, who was blocked, signs in")
	}
	again := map[string]person{}
	for _, was := range []person{p.ann, p.ada} {
		now, err := p.enter(pool, was.name)
		if err != nil || now.sub != was.sub || now.identity != was.identity {
			t.Fatalf("%s: got %s and %s, %v, want %s and %s, by the same password", was.name, now.sub, now.identity, err, was.sub, was.identity)
		}
		again[was.name] = now
		pool.Do("GetTokensFromRefreshToken", map[string]any{"ClientId": pool.Client, "RefreshToken": was.RefreshToken})
		for _, keys := range []person{was, now} {
			if a, err := p.files(keys.keys, http.MethodGet, "private/"+was.identity+"/a", nil); err != nil || a.body != "of "+was.name {
				t.Errorf("%s: got %d %.100s, %v, want the own private file", was.name, a.status, a.body, err)
			}
		}
	}
	if a, err := p.files(again["ann"].keys, http.MethodGet, "private/"+p.ada.identity+"/a", nil); err != nil || a.status != http.StatusForbidden {
		t.Errorf("ann reads ada's private file: got %d, %v", a.status, err)
	}
	if a, err := p.files(again["ann"].keys, http.MethodGet, "protected/"+p.ada.identity+"/a", nil); err != nil || a.body != "of ada" {
		t.Errorf("ann reads ada's protected file: got %d, %v", a.status, err)
	}
	for _, address := range l.addresses {
		if a := p.cdn(t, address); a.status != http.StatusOK {
			t.Errorf("%s: got %d, want the picture", address, a.status)
		}
	}
	p.answers(t, l, p.ann, again["ann"], again["ada"])
}

// answers has the API answer as before, to a token of before the upgrade as well.
func (p people) answers(t *testing.T, l lived, before, ann, ada person) {
	t.Helper()
	var got struct{ GetPhoto photo }
	if err := p.ask(before, `query($id: ID!) { getPhoto(id: $id) `+photoFields+` }`, map[string]any{"id": l.photo}, &got); err != nil ||
		got.GetPhoto.LikeCount != 1 || got.GetPhoto.LikedByMe == nil || !*got.GetPhoto.LikedByMe || len(got.GetPhoto.Picture.Renditions) != 2 {
		t.Errorf("got %+v, %v, want the photo with ann's like", got.GetPhoto, err)
	}
	for _, step := range []struct {
		by       person
		mutation string
		values   map[string]any
	}{
		{before, `mutation($id: ID!) { unlikePhoto(id: $id) { id } }`, map[string]any{"id": l.photo}},
		{ann, `mutation($id: ID!) { likePhoto(id: $id) { id } }`, map[string]any{"id": l.photo}},
		{ann, `mutation($id: ID!) { addComment(photoId: $id, text: "y") { id } }`, map[string]any{"id": l.photo}},
		{ann, `mutation($id: ID!, $comment: ID!) { deleteComment(photoId: $id, id: $comment) { id } }`, map[string]any{"id": l.photo, "comment": l.comment}},
		{ada, `mutation($id: ID!) { publishProduct(id: $id, version: 1) { id } }`, map[string]any{"id": l.draft}},
	} {
		if err := p.ask(step.by, step.mutation, step.values, nil); err != nil {
			t.Errorf("%s: %s: %v", step.by.name, step.mutation, err)
		}
	}
	id, addresses := p.shownPhoto(t, ann, "a new photo")
	p.cached(t, addresses)
	if err := p.deletePhoto(ann, id); err != nil {
		t.Error(err)
	}
	p.atRest(t, 0, l.published, l.draft)
}

// hidesWhoWasBlocked has the operator do what could not be done before the upgrade, twice: `lightbox user block --hide`.
func (p people) hidesWhoWasBlocked(t *testing.T, l lived) {
	t.Helper()
	shown := func() bool {
		var got struct{ GetPhoto *photo }
		if err := p.ask(p.ann, `query($id: ID!) { getPhoto(id: $id) { id } }`, map[string]any{"id": l.bobs}, &got); err != nil {
			t.Error(err)
		}
		return got.GetPhoto != nil
	}
	if !shown() {
		t.Error("got no photo of who was blocked, want it as it was before")
	}
	w, hiding := &wire{}, hidingIn(p)
	stores := hiding.stores(t, w)
	for range 2 {
		if _, err := stores.Hide(t.Context(), moderation.Person{Sub: l.bob.sub, Username: l.bob.name}, hiding.distribution(w).Invalidate, nil); err != nil {
			t.Error(err)
		}
		if shown() {
			t.Error("got the photo of who was blocked, want it hidden")
		}
	}
}

// atRest waits until functions have done what streams brought them, of five posts: a product that is published has its JPEG from the
// call and from the stream, and pictures of a draft no longer; uploads that are posted and what a photo that is deleted had are gone.
func (p people) atRest(t *testing.T, drafts int, published ...string) {
	t.Helper()
	eventually(t, "functions at rest", func() error {
		versions := p.versions(t)
		count := func(begin string) (n int) {
			for _, key := range versions {
				if strings.HasPrefix(key, begin) && !strings.Contains(key, " ") {
					n++
				}
			}
			return n
		}
		for _, id := range published {
			if main := "public/products/" + id + "/main.jpg noncurrent"; !slices.Contains(versions, main) {
				return fmt.Errorf("got %v, want %s", versions, main)
			}
		}
		if count("uploads/") != 1 || count("originals/") != 5 || count("drafts/") != 2*drafts || count("public/photos/") != 6 {
			return fmt.Errorf("got %v, want one upload, five originals, two pictures each of %d drafts and of three photos", versions, drafts)
		}
		return nil
	})
}
