package sandbox_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/internal/cdn"
	"lightbox.example/lightbox/internal/deploytest"
	moderation "lightbox.example/lightbox/internal/person"
	"lightbox.example/lightbox/internal/render"
	"lightbox.example/lightbox/sandbox"
)

// hidingIn is a backend whose operator hides photos.
func hidingIn(p people) leaving { return leaving{people: p} }

func (l leaving) annPerson() moderation.Person {
	return moderation.Person{Sub: l.ann.sub, Username: l.ann.name}
}

// distribution is the CDN by the operator, on a wire.
func (l leaving) distribution(w *wire) cdn.CDN {
	cfg := sdk.Config{Region: "us-east-1", HTTPClient: w, Credentials: credentials.NewStaticCredentialsProvider(root.AccessKeyID, root.SecretAccessKey, "")}
	if w.after > 0 {
		cfg.Retryer = func() sdk.Retryer { return sdk.NopRetryer{} }
	}
	return cdn.CDN{Client: cloudfront.NewFromConfig(cfg, cdn.Patiently), Distribution: l.output("CDN", "DistributionId")}
}

// hides has the operator hide what ann posted.
func (l leaving) hides(t *testing.T, w *wire) (moderation.Hiding, error) {
	t.Helper()
	stores := l.stores(t, w)
	return stores.Hide(t.Context(), l.annPerson(), l.distribution(w).Invalidate, nil)
}

func (l leaving) shows(t *testing.T, w *wire) (moderation.Hiding, error) {
	t.Helper()
	return l.stores(t, w).Show(t.Context(), l.annPerson(), nil)
}

// posted is a photo of ann's that is liked and commented on by ada, and which the CDN has.
func (l leaving) posted(t *testing.T, words string) (id, folder string, addresses []string) {
	t.Helper()
	id, addresses = l.shownPhoto(t, l.ann, words)
	for _, mutation := range []string{`likePhoto(id: $id)`, `addComment(photoId: $id, text: "x")`} {
		if err := l.ask(l.ada, `mutation($id: ID!) { `+mutation+` { id } }`, map[string]any{"id": id}, nil); err != nil {
			t.Fatal(err)
		}
	}
	l.cached(t, addresses)
	return id, strings.Split(addresses[0], "/")[4] + "/", addresses
}

// below are the keys of all versions and markers in a folder.
func (l leaving) below(t *testing.T, prefix string) (keys []string) {
	t.Helper()
	for _, key := range l.versions(t) {
		if strings.HasPrefix(key, prefix) {
			keys = append(keys, key)
		}
	}
	return keys
}

func (l leaving) rowsOf(t *testing.T) map[string]row {
	t.Helper()
	rows, err := l.photoRows()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// ofAnn are the rows of what she posted, and her profile.
func (l leaving) ofAnn(t *testing.T) map[string]row {
	t.Helper()
	rows := l.rowsOf(t)
	maps.DeleteFunc(rows, func(key string, _ row) bool {
		return !strings.Contains(key, l.ann.sub) || strings.Contains(key, " DAY#")
	})
	return rows
}

// kept are all versions but of what S3's clock removes.
func (l leaving) kept(t *testing.T) []string {
	t.Helper()
	return slices.DeleteFunc(l.versions(t), func(key string) bool { return strings.HasPrefix(key, "uploads/") || strings.HasPrefix(key, "answers/") })
}

// served waits until all addresses are.
func (l leaving) served(t *testing.T, what string, addresses []string) {
	t.Helper()
	eventually(t, what, func() error {
		for _, address := range addresses {
			if got := l.cdn(t, address); got.status != http.StatusOK {
				return fmt.Errorf("%s: got %d, want it served", address, got.status)
			}
		}
		return nil
	})
}

// M110: what is hidden is there for nobody: at no address, in no list, by no id, in the bucket for nobody of the application, and its
// owner posts no more. Shown again it is as it was. Another's stays all the while.
func TestHide_M110_isThereForNobodyAndComesBackAsItWas(t *testing.T) {
	l, began := hidingIn(withPeople(t)), time.Now()
	other, stays := l.shownPhoto(t, l.ada, "stays")
	one, folder, addresses := l.posted(t, "one")
	_, second, more := l.posted(t, "two")
	l.cached(t, stays)
	l.settled(t)
	before, versions := l.ofAnn(t), l.kept(t)
	if got := l.lists(t, one); got != fmt.Sprintf("%s 3 2 ann 1", one) {
		t.Fatalf("control: got %s", got)
	}

	w := &wire{}
	if done, err := l.hides(t, w); err != nil || done != (moderation.Hiding{Changed: 2}) {
		t.Fatalf("got %+v, %v, want two hidden", done, err)
	}
	for _, each := range []string{folder, second} {
		if public, hidden := l.below(t, "public/photos/"+each), l.below(t, "hidden/photos/"+each); len(public) > 0 || len(hidden) != len(addresses) {
			t.Errorf("got %v public and %v hidden, want none and %d files", public, hidden, len(addresses))
		}
	}
	l.all403(t, "hidden", slices.Concat(addresses, more))
	l.nobodySees(t, one, folder)
	if got := l.cdn(t, stays[0]); got.status != http.StatusOK || l.deletable(t, other) != nil {
		t.Errorf("the control: another's: got %d, want it served", got.status)
	}
	if done, err := l.hides(t, &wire{}); err != nil || done != (moderation.Hiding{Before: 2}) {
		t.Errorf("again: got %+v, %v, want nothing to do", done, err)
	}
	l.known(t, folder)
	for _, minutes := range []time.Duration{150, 210} {
		if swept := l.pass(t, began, minutes*time.Minute); swept.Removed+swept.Candidates+swept.Failed != 0 {
			t.Errorf("after %d minutes: got %+v, want nothing swept", minutes, swept)
		}
	}

	for _, want := range []moderation.Hiding{{Changed: 2}, {Before: 2}} {
		if done, err := l.shows(t, nil); err != nil || done != want {
			t.Errorf("shown: got %+v, %v, want %+v", done, err, want)
		}
		if diff := cmp.Diff(before, l.ofAnn(t)); diff != "" {
			t.Errorf("want the rows as they were (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(versions, l.kept(t)); diff != "" {
			t.Errorf("want the files as they were (-want +got):\n%s", diff)
		}
		l.served(t, "shown", slices.Concat(addresses, more, stays))
	}
	if got := l.lists(t, one); got != fmt.Sprintf("%s 3 2 ann 1", one) {
		t.Errorf("shown: got %s", got)
	}
	if _, err := l.createPhoto(l.ann, "posted again"); err != nil {
		t.Errorf("shown: got %v, want them to post again", err)
	}
	eventually(t, "sums", l.sumsAreRight)
}

// lists is what ada sees of ann's photo, by its id and in lists: its id, how many there are in all and of ann, who ann is, and the comments.
func (l leaving) lists(t *testing.T, id string) string {
	t.Helper()
	type items struct{ Items []struct{ ID string } }
	var got struct {
		GetPhoto                  struct{ ID string }
		ListPhotos, PhotosByOwner items
		GetProfile                struct{ Name string }
	}
	err := l.ask(l.ada, `query($id: ID!, $owner: ID!) { getPhoto(id: $id) { id } listPhotos { items { id } } photosByOwner(owner: $owner) { items { id } } getProfile(owner: $owner) { name } }`,
		map[string]any{"id": id, "owner": l.ann.sub}, &got)
	var comments struct{ CommentsByPhoto items }
	err2 := l.ask(l.ada, `query($id: ID!) { commentsByPhoto(photoId: $id) { items { id } } }`, map[string]any{"id": id}, &comments)
	if errorType(err2) == "NotFound" {
		err2 = nil
	}
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(fmt.Sprintln(got.GetPhoto.ID, len(got.ListPhotos.Items), len(got.PhotosByOwner.Items), got.GetProfile.Name, len(comments.CommentsByPhoto.Items)))
}

// nobodySees makes sure of it, by the API and in the bucket.
func (l leaving) nobodySees(t *testing.T, id, folder string) {
	t.Helper()
	if got := strings.Fields(l.lists(t, id)); !slices.Equal(got, []string{"1", "0", "0"}) {
		t.Errorf("got %v, want the other's photo alone", got)
	}
	for mutation, want := range map[string]string{
		`likePhoto(id: $id)`: "NotFound", `unlikePhoto(id: $id)`: "NotFound", `addComment(photoId: $id, text: "x")`: "NotFound",
		`updatePhoto(id: $id, version: 1)`: "NotFound",
	} {
		if err := l.ask(l.ann, `mutation($id: ID!) { `+mutation+` { id } }`, map[string]any{"id": id}, nil); errorType(err) != want {
			t.Errorf("%s: got %v, want %s", mutation, err, want)
		}
	}
	if _, err := l.createPhoto(l.ann, "meanwhile"); errorType(err) != "Unauthorized" {
		t.Errorf("createPhoto: got %v, want Unauthorized", err)
	}
	key := l.below(t, "hidden/photos/"+folder)[0]
	for name, keys := range map[string]sdk.Credentials{"its owner": l.ann.keys, "an admin": l.ada.keys, "a guest": l.guest.keys} {
		for _, at := range []string{key, strings.Replace(key, "hidden/", "public/", 1)} {
			if a, err := l.files(keys, http.MethodGet, at, nil); err != nil || a.status/100 != 4 {
				t.Errorf("%s by %s: got %d, %v, want it refused", at, name, a.status, err)
			}
		}
	}
	if err := ok(l.files(root, http.MethodGet, key, nil)); err != nil {
		t.Errorf("control: %v", err)
	}
}

// deletable tells whether a photo can be read by its id.
func (l leaving) deletable(t *testing.T, id string) error {
	t.Helper()
	return l.ask(l.ann, `query($id: ID!) { getPhoto(id: $id) { id imgKey } }`, map[string]any{"id": id}, nil)
}

// known makes sure that the operator's commands find what is hidden.
func (l leaving) known(t *testing.T, folder string) {
	t.Helper()
	stores := l.stores(t, nil)
	found, err := stores.Survey(t.Context(), l.annPerson(), nil)
	if err != nil || found.Items(moderation.Photos) != 2 || found.Hidden != 2 || found.Blocked == "" {
		t.Errorf("a survey: got %+v, %v, want two hidden photos", found, err)
	}
	var archive bytes.Buffer
	said, err := stores.Export(t.Context(), moderation.User{Sub: l.ann.sub, Username: l.ann.name}, nil, &archive, nil)
	if err != nil || len(said.Missing) > 0 {
		t.Errorf("an archive: got %v and %v missing", err, said.Missing)
	}
	files, err := zip.NewReader(bytes.NewReader(archive.Bytes()), int64(archive.Len()))
	if err != nil || !slices.ContainsFunc(files.File, func(f *zip.File) bool { return strings.HasPrefix(f.Name, "files/hidden/photos/"+folder) }) {
		t.Errorf("an archive: got %v, want the hidden set in it", err)
	}
	outcomes, err := operator{people: l.people}.all(nil, false)
	hidden := 0
	for _, o := range outcomes {
		if o.State == render.Hidden {
			hidden++
		}
	}
	if err != nil || hidden != 2 {
		t.Errorf("made anew: got %v, %v, want the hidden ones left out", outcomes, err)
	}
}

// unheard is dev whose remover hears of no photo, so that what is done is the operator's alone.
func unheard(stack string, template []byte) []byte {
	const filter = `\"row\":{\"S\":[{\"prefix\":\"PHOTO\"}`
	if stack == "API" && bytes.Count(template, []byte(filter)) != 2 {
		panic("the templates have other filters of photos than two")
	}
	return bytes.ReplaceAll(template, []byte(filter), []byte(strings.Replace(filter, "PHOTO", "never", 1)))
}

// Killed after any of its calls and run again, hiding leaves what an undisturbed run does, and so does showing. At no time has the row no
// set, and the table's stream is not there to help.
func TestHide_goesOnWhereverItIsKilled(t *testing.T) {
	var ahead atomic.Int64
	now := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	l := hidingIn(withPeopleOf(t, start(t, sandbox.Config{Now: now}), deploytest.WorkingAssembly(t, "..", "dev", unheard)))
	id, folder, addresses := l.posted(t, "x")
	before, files := l.rowsOf(t), len(addresses)
	whole := func(what string) {
		t.Helper()
		area := "public/photos/"
		if _, hidden := l.rowsOf(t)[id+" PHOTO"]["hidden"]; hidden {
			area = "hidden/photos/"
		}
		if got := l.below(t, area+folder); len(got) < files {
			t.Errorf("%s: got %v, want all that the row names", what, got)
		}
	}
	hidden := func(what string) {
		t.Helper()
		if public, hidden := l.below(t, "public/photos/"), l.below(t, "hidden/"); len(public) > 0 || len(hidden) < files {
			t.Errorf("%s: got %v public and %v hidden, want none and all", what, public, hidden)
		}
		l.all403(t, what, addresses)
	}
	shown := func(what string) {
		t.Helper()
		if diff := cmp.Diff(before, l.rowsOf(t)); diff != "" {
			t.Errorf("%s: want the rows as they were (-want +got):\n%s", what, diff)
		}
		if hidden := l.below(t, "hidden/"); len(hidden) > 0 {
			t.Errorf("%s: got %v hidden, want nothing", what, hidden)
		}
		ahead.Add(int64(10 * time.Second)) // for what the CDN keeps an error
		l.served(t, what, addresses)
		l.cached(t, addresses)
	}
	for _, run := range []struct {
		name     string
		do, undo func(*testing.T, *wire) (moderation.Hiding, error)
		is, was  func(string)
	}{{"hide", l.hides, l.shows, hidden, shown}, {"show", l.shows, l.hides, shown, hidden}} {
		undo := func() {
			t.Helper()
			if _, err := run.undo(t, &wire{}); err != nil {
				t.Fatal(err)
			}
			run.was("back before " + run.name)
		}
		undo()
		undisturbed := &wire{}
		if _, err := run.do(t, undisturbed); err != nil {
			t.Fatal(err)
		}
		run.is(run.name + ", undisturbed")
		t.Log(run.name, undisturbed.calls)
		for n := 1; n <= len(undisturbed.calls); n++ {
			if !killedAt() {
				continue
			}
			undo()
			what := fmt.Sprintf("%s, killed after call %d, %s", run.name, n, undisturbed.calls[n-1])
			if _, err := run.do(t, &wire{after: n}); err == nil {
				t.Errorf("%s: got no fault, so it was not killed", what)
			}
			whole(what)
			if _, err := run.do(t, &wire{}); err != nil {
				t.Errorf("%s: again: %v", what, err)
			}
			run.is(what)
		}
	}
}

// A hidden photo is deleted by its owner or a moderator, and goes with its owner: with its set, and with what a killed run had left where
// it was. A run that nobody repeats is finished by the table's stream.
func TestHide_deletedOrForgottenLeavesNothing(t *testing.T) {
	cuts := []int{0, 14} // whole; killed while it wrote rows
	if *everyKill {
		cuts = append(cuts, 8, 20) // while it copied, and while it emptied
	}
	for _, cut := range cuts {
		l := hidingIn(withPeople(t))
		_, stays := l.shownPhoto(t, l.ada, "stays")
		var folders, addresses, ids []string
		for _, words := range []string{"by its owner", "by a moderator", "with its owner"} {
			id, folder, at := l.posted(t, words)
			ids, folders, addresses = append(ids, id), append(folders, folder), append(addresses, at...)
		}
		if _, err := l.hides(t, &wire{after: cut}); (err != nil) != (cut > 0) {
			t.Fatalf("killed after %d: got %v", cut, err)
		}
		eventually(t, "deleted by its owner", func() error { return l.deletePhoto(l.ann, ids[0]) })
		eventually(t, "deleted by a moderator", func() error { return l.deletePhoto(l.ada, ids[1]) })
		stores := l.stores(t, nil)
		if err := stores.Mark(t.Context(), l.annPerson()); err != nil {
			t.Fatal(err)
		}
		if _, err := stores.Erase(t.Context(), l.annPerson(), nil); err != nil {
			t.Fatal(err)
		}
		l.all403(t, "gone", addresses)
		eventually(t, fmt.Sprint("killed after ", cut), func() error {
			for _, key := range l.versions(t) {
				if slices.ContainsFunc(folders, func(folder string) bool { return strings.Contains(key, folder) }) || strings.Contains(key, l.ann.sub) {
					return fmt.Errorf("got %s, want nothing of it", key)
				}
			}
			return nil
		})
		for key := range l.rowsOf(t) {
			if strings.Contains(key, l.ann.sub) && !strings.HasPrefix(key, "PROFILE#") {
				t.Errorf("got the row %s", key)
			}
		}
		if got := l.cdn(t, stays[0]); got.status != http.StatusOK {
			t.Errorf("the control: got %d, want another's served", got.status)
		}
		if cut == 0 {
			eventually(t, "sums", l.sumsAreRight)
		}
	}
}

// What others do meanwhile changes nothing of it: a photo that is posted is refused or hidden, one that is deleted is gone, and one that
// is made anew is whole where its row says.
func TestHide_whileOthersWrite(t *testing.T) {
	p := operator{people: withPeople(t)}
	l := hidingIn(p.people)
	kept, gone := p.photo(t, "kept"), p.photo(t, "gone")
	p.aged(t, kept, true)
	var posted error
	w := &wire{before: map[string]func(){
		"Query":      func() { _, posted = l.createPhoto(l.ann, "meanwhile") },
		"CopyObject": func() { eventually(t, "deleted", func() error { return l.deletePhoto(l.ann, gone) }) },
	}}
	done, err := l.hides(t, w)
	if err != nil || done.Changed != 1 || errorType(posted) != "Unauthorized" {
		t.Errorf("got %+v, %v, and a post %v, want one hidden and the post refused", done, err, posted)
	}
	for _, key := range append(l.below(t, "hidden/"), l.below(t, "public/photos/")...) {
		if folder := p.row(t, kept).text("folder"); !strings.HasPrefix(key, "hidden/photos/"+folder) {
			t.Errorf("got %s, want the set of the other alone, hidden", key)
		}
	}
	if done, err := l.shows(t, nil); err != nil || done.Changed != 1 {
		t.Fatalf("got %+v, %v", done, err)
	}
	w = &wire{before: map[string]func(){"TransactWriteItems": func() {
		if _, err := l.hides(t, &wire{}); err != nil {
			t.Error(err)
		}
	}}}
	outcomes, err := p.all(w, false)
	if err != nil || len(outcomes) != 1 || outcomes[0].State != render.Hidden {
		t.Errorf("hidden while it is made anew: got %v, %v, want it left out", outcomes, err)
	}
	if public, hidden := l.below(t, "public/photos/"), l.below(t, "hidden/photos/"+p.row(t, kept).text("folder")); len(public) > 0 || len(hidden) < 3 {
		t.Errorf("hidden while it is made anew: got %v public and %v hidden, want all hidden", public, hidden)
	}
}

// What the index has not yet, or what a profile counts too many, is said.
func TestHide_saysWhatTheIndexDoesNotHave(t *testing.T) {
	l := hidingIn(withPeople(t))
	l.posted(t, "x")
	table, err := l.table("Photos")
	if err == nil {
		err = l.call(root, "dynamodb", "UpdateItem", map[string]any{
			"TableName": table, "Key": stored{"photoId": {"S": "PROFILE#" + l.ann.sub}, "row": {"S": "PROFILE"}},
			"UpdateExpression": "ADD photoCount :two", "ExpressionAttributeValues": stored{":two": {"N": "2"}},
		}, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	if done, err := l.hides(t, &wire{}); err != nil || done != (moderation.Hiding{Changed: 1, Missed: 2}) {
		t.Errorf("got %+v, %v, want two missed", done, err)
	}
	// Of somebody without a row a mark is made, and nothing is left of it.
	nobody := moderation.Person{Sub: l.ada.sub}
	stores := l.stores(t, nil)
	for _, do := range []func() (moderation.Hiding, error){
		func() (moderation.Hiding, error) {
			return stores.Hide(t.Context(), nobody, func(context.Context, []string) error { return nil }, nil)
		},
		func() (moderation.Hiding, error) { return stores.Show(t.Context(), nobody, nil) },
	} {
		if done, err := do(); err != nil || done != (moderation.Hiding{}) {
			t.Errorf("nobody's: got %+v, %v", done, err)
		}
		_, there := l.rowsOf(t)["PROFILE#"+l.ada.sub+" PROFILE"]
		t.Log("profile there:", there)
	}
	if _, there := l.rowsOf(t)["PROFILE#"+l.ada.sub+" PROFILE"]; there {
		t.Error("got a profile, want none: it was made to say that it is blocked")
	}
}
