package sandbox_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"

	"lightbox.example/lightbox/sandbox"
)

// people are who tries something on a backend whose functions work.
type people struct {
	*backend
	s               *sandbox.Sandbox
	guest, ann, ada person // a guest, a user and an admin
}

func withPeople(t *testing.T) people {
	t.Helper()
	return withPeopleIn(t, start(t, sandbox.Config{}))
}

// withPeopleIn deploys it to a sandbox.
func withPeopleIn(t *testing.T, s *sandbox.Sandbox) people {
	t.Helper()
	return withPeopleOf(t, s, working(t))
}

// withPeopleOf deploys an assembly to a sandbox.
func withPeopleOf(t *testing.T, s *sandbox.Sandbox, assembly string) people {
	t.Helper()
	if err := s.Deploy(t.Context(), assembly, nil); err != nil {
		t.Fatal(err)
	}
	b, err := reach(s.HTTP())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.close)
	p, pool := people{backend: b, s: s}, b.people(t)
	pool.SignUp("ann")
	pool.SignUp("ada", "Admins")
	var faults [3]error
	p.ann, faults[0] = b.enter(pool, "ann")
	p.ada, faults[1] = b.enter(pool, "ada")
	_, p.guest.keys, faults[2] = b.credentials(pool, "")
	for _, err := range faults {
		if err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// A photo as its subscribers are told of it.
type photo struct {
	ID, ImgKey, Caption, Owner, UploadedBy string
	LikeCount, Version                     int
	LikedByMe                              *bool
	Picture                                struct {
		Width, Height int
		Placeholder   string
		Renditions    []struct {
			Width            int
			Format, Key, URL string
		}
	}
}

const photoFields = `{ id imgKey caption owner uploadedBy likeCount version likedByMe picture { width height placeholder renditions { width format key url } } }`

// cdn is what the distribution answers anyone.
func (p people) cdn(t *testing.T, target string) answer {
	t.Helper()
	a, err := p.send(http.NewRequest(http.MethodGet, target, http.NoBody))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// From the upload to the address where anyone sees it, and to its end.
func TestPictures_areMadeOfWhatPeopleUpload(t *testing.T) {
	p := withPeople(t)
	live, err := p.subscribe(p.ada, `subscription { onPhotoCreated { id caption picture { width } } }`, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer live.close()
	key, err := p.upload(p.ann, "Hi")
	if err != nil {
		t.Fatal(err)
	}
	const create = `mutation($in: PhotoInput!) { createPhoto(input: $in) ` + photoFields + ` }`
	var made, again struct{ CreatePhoto photo }
	in := map[string]any{"in": map[string]any{"imgKey": key, "caption": "Hi"}}
	if err := p.ask(p.ann, create, in, &made); err != nil {
		t.Fatal(err)
	}
	got := made.CreatePhoto
	if got.ID != p.ann.sub+"."+key[strings.LastIndex(key, "/")+1:] || got.Owner != p.ann.sub || got.UploadedBy != "ann" || got.LikeCount != 0 || got.Version != 1 || got.LikedByMe != nil {
		t.Errorf("got %+v", got)
	}
	if got.Picture.Width != 40 || got.Picture.Height != 30 || got.Picture.Placeholder == "" || len(got.Picture.Renditions) != 2 {
		t.Fatalf("got %+v, want a WebP and a JPEG of 40 pixels", got.Picture)
	}
	for _, one := range got.Picture.Renditions {
		kind, begins := "image/webp", "RIFF"
		if one.Format == "JPEG" {
			kind, begins = "image/jpeg", "\xff\xd8"
		}
		a := p.cdn(t, one.URL)
		if a.status != http.StatusOK || a.header.Get("Content-Type") != kind || !strings.HasPrefix(a.body, begins) || a.header.Get("Cache-Control") != "public, max-age=31536000, immutable" {
			t.Errorf("%s: got %d %v %.10q, want a %s for ever", one.URL, a.status, a.header, a.body, kind)
		}
	}
	var told struct{ OnPhotoCreated photo }
	if err := live.next(&told); err != nil || told.OnPhotoCreated.ID != got.ID || told.OnPhotoCreated.Caption != "Hi" || told.OnPhotoCreated.Picture.Width != 40 {
		t.Errorf("a subscriber: got %+v, %v", told, err)
	}
	if err := p.ask(p.ann, create, in, &again); err != nil || again.CreatePhoto.ID != got.ID || again.CreatePhoto.ImgKey != got.ImgKey {
		t.Errorf("again: got %+v, %v, want the same photo", again, err)
	}
	if err := p.ask(p.ann, `mutation($id: ID!) { deletePhoto(id: $id) { id } }`, map[string]any{"id": got.ID}, nil); err != nil {
		t.Fatal(err)
	}
	p.nothing(t, "after deletePhoto")
	for text, upload := range map[string]string{"not a picture": "uploads/" + p.ann.sub + "/" + uuid("text"), "an absent one": "uploads/" + p.ann.sub + "/" + uuid("absent")} {
		if text == "not a picture" {
			if err := ok(p.files(p.ann.keys, http.MethodPut, upload, []byte("<script>alert(1)</script>"))); err != nil {
				t.Fatal(err)
			}
		}
		if err := p.ask(p.ann, create, map[string]any{"in": map[string]any{"imgKey": upload}}, nil); errorType(err) != "BadRequest" {
			t.Errorf("%s: got %v, want BadRequest", text, err)
		}
	}
}

// M86: nobody but a function writes or deletes below public/ and drafts/.
func TestMisuse_M86_nobodyWritesWhereFunctionsDo(t *testing.T) {
	p := withPeople(t)
	id, err := p.createProduct(p.ada, "Vase", 5)
	if err != nil {
		t.Fatal(err)
	}
	draft, err := p.createProduct(p.ada, "Jug", 5)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := p.publish(p.ada, id)
	if err != nil {
		t.Fatal(err)
	}
	var drawn struct{ GetProduct struct{ ImgKey string } }
	if err := p.ask(p.ada, `query($id: ID!) { getProduct(id: $id) { imgKey } }`, map[string]any{"id": draft}, &drawn); err != nil {
		t.Fatal(err)
	}
	for name, who := range map[string]sdk.Credentials{"a guest": p.guest.keys, "a user": p.ann.keys, "an admin": p.ada.keys} {
		for _, key := range append(keys, drawn.GetProduct.ImgKey, "public/photos/"+p.ann.sub+"/x.jpg", "public/products/x.jpg", "drafts/x.jpg", "public/x.jpg") {
			for _, method := range []string{http.MethodPut, http.MethodDelete} {
				if err := refusedBy(p.files(who, method, key, nil)); err != nil {
					t.Errorf("%s: %s %s: %v", name, method, key, err)
				}
			}
		}
	}
	for _, key := range keys { // the control: they are there, for a user too
		if err := ok(p.files(p.ann.keys, http.MethodGet, key, nil)); err != nil {
			t.Errorf("%s: %v", key, err)
		}
	}
	if err := ok(p.files(p.ada.keys, http.MethodGet, drawn.GetProduct.ImgKey, nil)); err != nil {
		t.Errorf("the draft's, for an admin: %v", err)
	}
}

// invoke calls a function as AWS's SDK does.
func (p people) invoke(t *testing.T, who sdk.Credentials, function, event string) answer {
	t.Helper()
	a, err := p.send(p.request(who, "lambda", http.MethodPost, endpoint("lambda")+"2015-03-31/functions/"+function+"/invocations", []byte(event)))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// function is the name of a deployed function.
func (p people) function(t *testing.T, id string) string {
	t.Helper()
	for _, one := range p.s.Functions.Functions() {
		if strings.Contains(one.Name, id) {
			return one.Name
		}
	}
	t.Fatalf("no function is called %s", id)
	return ""
}

// M97: nobody invokes a function but AppSync, for a resolver, and the operator. M98: who calls the API has no field for what is
// the operator's. M91: whatever it is told, a function touches nothing outside its areas.
func TestMisuse_M91_M97_M98_functionsAreInvokedByAppSyncAloneAndStayInTheirAreas(t *testing.T) {
	p := withPeople(t)
	const anew = `{"render": {"set": "drafts/0123456789abcdef0123456789abcdef/", "from": "originals/x/0123456789abcdef0123456789abcdef"}}`
	for name, who := range map[string]sdk.Credentials{"a guest": p.guest.keys, "a user": p.ann.keys, "an admin": p.ada.keys} {
		for id, event := range map[string]string{"PicturesFunction": anew, "RemoverFunction": `{}`} {
			if a := p.invoke(t, who, p.function(t, id), event); a.status != http.StatusForbidden || !strings.HasPrefix(a.header.Get("X-Amzn-Errortype"), "AccessDeniedException") {
				t.Errorf("%s invokes %s: got %d %v %s, want AccessDeniedException", name, id, a.status, a.header, a.body)
			}
		}
	}
	for name, who := range map[string]person{"a user": p.ann, "an admin": p.ada} {
		if err := p.ask(who, `mutation { render(set: "drafts/0123456789abcdef0123456789abcdef/") { id } }`, nil, nil); err == nil || !strings.Contains(err.Error(), "FieldUndefined") && !strings.Contains(err.Error(), "Cannot query field") {
			t.Errorf("%s: got %v, want no such field", name, err)
		}
	}
	if a := p.invoke(t, sdk.Credentials{}, p.function(t, "PicturesFunction"), `{}`); a.status != http.StatusForbidden {
		t.Errorf("nobody: got %d %s, want it refused", a.status, a.body)
	}
	for _, one := range p.s.Functions.Functions() {
		if strings.Contains(one.Name, "PicturesFunction") && one.Running != 0 {
			t.Errorf("got %d environments of %s, want none: nothing was invoked", one.Running, one.Name)
		}
	}
	if _, err := p.createPhoto(p.ann, "Hi"); err != nil {
		t.Errorf("the control: by AppSync, with the role of the data source: %v", err)
	}
	if a := p.invoke(t, root, p.function(t, "PicturesFunction"), `{}`); a.status != http.StatusOK || a.header.Get("X-Amz-Function-Error") == "" {
		t.Errorf("the control: by the operator: got %d %v %s, want the function's own error", a.status, a.header, a.body)
	}
	if a := p.invoke(t, root, p.function(t, "PicturesFunction"), anew); a.status != http.StatusOK || !strings.Contains(a.body, "there is no originals/x/") {
		t.Errorf("the control: a set made anew by the operator: got %d %s, want the function's words", a.status, a.body)
	}
	p.staysInItsAreas(t)
}

// staysInItsAreas tells functions to touch what is outside of their areas.
func (p people) staysInItsAreas(t *testing.T) {
	t.Helper()
	picture, err := drawing("private")
	if err != nil {
		t.Fatal(err)
	}
	private, protected := "private/"+p.ann.identity+"/"+uuid("private"), "protected/"+p.ann.identity+"/"+uuid("private")
	for _, key := range []string{private, protected} {
		if err := ok(p.files(p.ann.keys, http.MethodPut, key, picture)); err != nil {
			t.Fatal(err)
		}
	}
	p.nothing(t, "the upload, which is used", "private/", "protected/", "public/", "originals/", "answers/")
	before := p.objects(t)
	for _, key := range []string{private, protected, "uploads/../" + private} {
		for id, event := range map[string]any{
			"PicturesFunction": map[string]any{"make": map[string]any{"area": "public/photos/", "upload": key, "owner": p.ann.sub, "claim": uuid("private")}},
			"RemoverFunction":  map[string]any{"remove": map[string]any{"folders": []string{}, "objects": []string{key}}},
		} {
			text, err := json.Marshal(event)
			if err != nil {
				t.Fatal(err)
			}
			if a := p.invoke(t, root, p.function(t, id), string(text)); a.status != http.StatusOK || !strings.Contains(a.body, "rror") || !strings.Contains(a.body, key) {
				t.Errorf("%s: %s: got %d %s, want an error that names the key", id, text, a.status, a.body)
			}
		}
	}
	if after := p.objects(t); !bytes.Equal(before, after) {
		t.Errorf("got the objects %s, want those of before: %s", after, before)
	}
}

// objects are the keys and ids of all versions in the bucket.
func (p people) objects(t *testing.T) []byte {
	t.Helper()
	versions, err := p.s.Files.Versions(p.output("FileStorage", "BucketName"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(versions)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// What was begun is done to the end when whoever asked is gone: else the files of a picture were left, and no row that names them.
func TestPictures_areMadeForWhoIsGone(t *testing.T) {
	gone, leave := context.WithCancel(t.Context())
	p := withPeopleIn(t, start(t, sandbox.Config{Log: func(c sandbox.Call) {
		if c.Operation == "PutObject" && strings.Contains(c.Caller, "Pictures") {
			leave()
		}
	}}))
	key, err := p.upload(p.ann, "Hi")
	if err != nil {
		t.Fatal(err)
	}
	request, err := p.graphQL(p.ann, `mutation($in: PhotoInput!) { createPhoto(input: $in) { id } }`, map[string]any{"in": map[string]any{"imgKey": key, "caption": "Hi"}})
	if err != nil {
		t.Fatal(err)
	}
	if a, err := p.send(request.WithContext(gone), nil); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %+v, %v, want a call whose client is gone while the picture is made", a, err)
	}
	var made struct{ GetPhoto *photo }
	id := map[string]any{"id": p.ann.sub + "." + key[strings.LastIndex(key, "/")+1:]}
	for until := time.Now().Add(time.Minute); made.GetPhoto == nil && time.Now().Before(until); time.Sleep(50 * time.Millisecond) {
		if err := p.ask(p.ann, `query($id: ID!) { getPhoto(id: $id) { id } }`, id, &made); err != nil {
			t.Fatal(err)
		}
	}
	if made.GetPhoto == nil {
		t.Error("got no photo, want the one whose picture was made")
	}
}
