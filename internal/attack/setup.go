package attack

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// victimCount is how many people there are beside the first three: a user who was named with a wrong password five times is locked for a
// while, so that those families take turns.
const victimCount = 12

// settle makes the people, and what is theirs.
func (w *World) settle(ctx context.Context) error {
	w.run = random(4)
	w.secret = "what nobody but alice reads " + random(8)
	for _, one := range []struct {
		person *person
		name   string
		groups []string
	}{{&w.alice, "alice", nil}, {&w.bob, "bob", nil}, {&w.boss, "boss", []string{"Admins"}}} {
		name := one.name + "-" + w.run
		if err := w.signUp(ctx, name, one.groups...); err != nil {
			return err
		}
		p, err := w.enter(ctx, name)
		if err != nil {
			return err
		}
		*one.person = p
	}
	for n := range victimCount {
		name := fmt.Sprintf("victim%d-%s", n, w.run)
		if err := w.signUp(ctx, name); err != nil {
			return err
		}
		w.victims = append(w.victims, person{name: name})
	}
	var err error
	if w.guest.identity, w.guest.keys, err = w.credentials(ctx, nil); err != nil {
		return err
	}
	if err := errors.Join(w.fill(ctx), w.withForeignPool(ctx), w.listTables(ctx)); err != nil {
		return err
	}
	return w.rest(ctx, atOnce)
}

// fill gives alice files, a photo with a comment and an upload in parts, and the admin a draft.
func (w *World) fill(ctx context.Context) error {
	w.upload = w.alice.sent(uuid())
	put, err := w.send(ctx, w.object(w.alice.keys, http.MethodPut, w.alice.private("secret.txt"), []byte(w.secret)))
	if err != nil {
		return err
	}
	w.versionID = put.header.Get("X-Amz-Version-Id")
	begun, err := w.send(ctx, w.object(w.alice.keys, http.MethodPost, w.alice.private("parts")+"?uploads=", nil))
	if err != nil {
		return err
	}
	w.parts = between(string(begun.body), "<UploadId>", "</UploadId>")
	for key, body := range map[string][]byte{
		"protected/" + w.alice.identity + "/seen.txt": []byte("what users see"), w.bob.private("own.txt"): []byte("bob's own"),
		w.upload: drawn(), w.alice.sent("kept"): drawn(),
	} {
		by := w.alice.keys
		if key == w.bob.private("own.txt") {
			by = w.bob.keys
		}
		if err := w.must(ctx, w.object(by, http.MethodPut, key, body), nil); err != nil {
			return err
		}
	}
	var photo struct {
		Data struct {
			CreatePhoto struct {
				ID      string
				Picture struct{ Renditions []struct{ URL string } }
			}
			AddComment    struct{ ID string }
			CreateProduct struct{ ID string }
		}
	}
	steps := []*request{
		w.ask(w.alice, createPhoto, map[string]any{"in": map[string]any{"imgKey": w.upload, "caption": "hers"}}),
		w.ask(w.boss, `mutation($name: String!) { createProduct(input: {name: $name, price: 1, currency: "EUR"}) { id } }`, map[string]any{"name": w.secret}),
	}
	for _, step := range steps {
		if err := w.must(ctx, step, &photo); err != nil {
			return err
		}
	}
	made := photo.Data.CreatePhoto
	w.photo, w.draft = made.ID, photo.Data.CreateProduct.ID
	if err := w.must(ctx, w.ask(w.alice, `mutation($id: ID!) { addComment(photoId: $id, text: "hers") { id } }`, map[string]any{"id": w.photo}), &photo); err != nil {
		return err
	}
	w.comment = photo.Data.AddComment.ID
	link, err := url.Parse(made.Picture.Renditions[0].URL)
	if err == nil {
		w.picture = link.Path
	}
	return err
}

const createPhoto = `mutation($in: PhotoInput!) { createPhoto(input: $in) { id picture { renditions { url } } } }`

func between(text, from, to string) string {
	_, text, _ = strings.Cut(text, from)
	text, _, _ = strings.Cut(text, to)
	return text
}

// drawn is a small picture.
func drawn() []byte {
	picture := image.NewNRGBA(image.Rect(0, 0, 40, 30))
	for n := range 40 * 30 {
		picture.Set(n%40, n/40, color.NRGBA{uint8(n % 251), uint8(n % 83), 99, 255})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, picture); err != nil {
		panic(err) // a buffer takes all
	}
	return b.Bytes()
}

// foreign is a stack with a user pool that is not the backend's, and a client of the backend's that is not the front end's.
const foreign = `{"Resources": {
"Pool": {"Type": "AWS::Cognito::UserPool", "Properties": {"UserPoolName": "foreign"}},
"Owner": {"Type": "AWS::Cognito::UserPoolClient", "Properties": {"UserPoolId": {"Ref": "Pool"}, "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]}},
"Other": {"Type": "AWS::Cognito::UserPoolClient", "Properties": {"UserPoolId": "POOL", "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]}}},
"Outputs": {"Pool": {"Value": {"Ref": "Pool"}}, "Owner": {"Value": {"Ref": "Owner"}}, "Other": {"Value": {"Ref": "Other"}}}}`

// withForeignPool deploys it, and signs its alice up there.
func (w *World) withForeignPool(ctx context.Context) error {
	name := "attack-" + w.run
	if err := w.must(ctx, w.form(w.root, "cloudformation", url.Values{
		"Action": {"CreateStack"}, "Version": {"2010-05-15"}, "StackName": {name}, "TemplateBody": {strings.Replace(foreign, `"POOL"`, `"`+w.pool+`"`, 1)},
	}), nil); err != nil {
		return err
	}
	for began := time.Now(); time.Since(began) < patience; time.Sleep(20 * time.Millisecond) {
		a, err := w.send(ctx, w.form(w.root, "cloudformation", url.Values{"Action": {"DescribeStacks"}, "Version": {"2010-05-15"}, "StackName": {name}}))
		if err != nil {
			return err
		}
		if text := string(a.body); strings.Contains(text, "CREATE_COMPLETE") {
			value := func(key string) string {
				return between(between(text, "<OutputKey>"+key+"</OutputKey>", "</member>"), "<OutputValue>", "</OutputValue>")
			}
			w.foreignPool, w.foreignOwner, w.otherClient = value("Pool"), value("Owner"), value("Other")
			return errors.Join(
				w.must(ctx, w.operation(w.root, "cognito-idp", "AdminCreateUser", map[string]any{"UserPoolId": w.foreignPool, "Username": w.alice.name, "MessageAction": "SUPPRESS"}), nil),
				w.must(ctx, w.operation(w.root, "cognito-idp", "AdminSetUserPassword", map[string]any{"UserPoolId": w.foreignPool, "Username": w.alice.name, "Password": password, "Permanent": true}), nil),
			)
		}
	}
	return fmt.Errorf("%s: got no CREATE_COMPLETE within %v", name, patience)
}

// form is a request to a service that speaks forms.
func (w *World) form(by keys, service string, values url.Values) *request {
	r := to(http.MethodPost, w.endpoint(service), "/", nil)
	r.plain = true
	r.add("Content-Type", "application/x-www-form-urlencoded")
	if by.id != "" {
		w.signedBy(by, service, r)
	}
	return r.carry(values.Encode())
}
