package tour

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/sandbox/aws"
)

const aboutAPI = "the API"

// createPhoto posts one, and answers what of it others see.
const createPhoto = `mutation ($input: PhotoInput!) { createPhoto(input: $input) { id imgKey owner uploadedBy likeCount version createdAt picture { renditions { key url } } } }`

// tryAPI tries what the table of fields does not say: keys of the API, its schema, forged arguments, headers and uploads.
func (w *walk) tryAPI(ctx context.Context) error {
	mine := pass{token: w.user.tokens.access}
	list := `query { listPhotos(limit: 1) { items { id } } }`
	w.got(trial{"M16 M20", aboutAPI, w.user, "list photos with a token"}, w.ask(ctx, mine, list, nil).said(), allowed)
	w.got(trial{"M16", aboutAPI, w.anyone, "list photos with nothing"}, w.ask(ctx, pass{}, list, nil).said(), unauthorizedException)
	w.got(trial{"M16", aboutAPI, w.anyone, "list photos with an API key"}, w.ask(ctx, pass{}, list, nil, "x-api-key", "da2-"+word(13)).said(), unauthorizedException)
	w.trySchema(ctx, mine)
	w.tryForgeries(ctx, mine)
	w.tryLists(ctx, mine)
	w.tryUploads(ctx)
	return ctx.Err()
}

// trySchema asks for the schema, as tools do.
func (w *walk) trySchema(ctx context.Context, by pass) {
	if w.Config.Introspection {
		w.skip("M17 the API", "reading the schema", "the setting introspection allows it")
		return
	}
	got := w.ask(ctx, by, `query { __schema { types { name } } }`, nil)
	w.got(trial{"M17", aboutAPI, w.user, "read the schema"}, got.refused(), inAnyWay)
}

// tryForgeries tries to be another, by arguments and headers.
func (w *walk) tryForgeries(ctx context.Context, mine pass) {
	for cases, forged := range map[string]string{
		"M54 M55": `mutation { createPhoto(input: { imgKey: "` + nothing + `", owner: "` + w.other.sub + `", likeCount: 9 }) { id } }`,
		"M93":     `mutation { linkIdentity(identity: "` + w.other.identity + `", owner: "` + w.other.sub + `") }`,
		"M94":     `mutation { deleteAccount(owner: "` + w.other.sub + `") }`,
	} {
		got := w.ask(ctx, mine, forged, nil)
		w.got(trial{cases, aboutAPI, w.user, "name another as the owner"}, got.refused(), inAnyWay)
	}
	for _, header := range [][]string{{"cognito-groups", string(access.Admins)}, {"x-amz-groups", string(access.Admins)}, {"x-user", w.other.sub}} {
		for _, field := range access.Fields() {
			if groups := field.Callers().Groups(); field.Type == "Query" && len(groups) > 0 && slices.Contains(groups, access.Admins) {
				got := w.ask(ctx, mine, "query { "+field.Name+" { nextToken } }", nil, header...)
				w.got(trial{"M68 M71", field.Path(), w.user, "call with the header " + header[0]}, got.said(), unauthorized)
			}
		}
	}
	got := w.ask(ctx, pass{keys: w.guest.keys}, `query ($id: ID!) { getProduct(id: $id) { id } }`, map[string]any{"id": aws.NewUUID()})
	said := got.said()
	if said == allowed {
		said = string(got.data)
	}
	w.got(trial{"M35", "Query.getProduct", w.guest, "read a product that there is not"}, said, `{"getProduct":null}`)
}

// tryLists asks for more than a page, and with a token of no list.
func (w *walk) tryLists(ctx context.Context, mine pass) {
	var page struct {
		ListPhotos struct{ Items []struct{ ID string } }
	}
	got := w.ask(ctx, mine, `query { listPhotos(limit: 1000000) { items { id } } }`, nil)
	said := got.said()
	if err := got.into(&page); err == nil {
		said = "at most 100"
		if n := len(page.ListPhotos.Items); n > 100 {
			said = fmt.Sprint(n)
		}
	}
	w.got(trial{"M58", "Query.listPhotos", w.user, "ask for a million"}, said, "at most 100")
	got = w.ask(ctx, mine, `query { listPhotos(limit: 0) { items { id } } }`, nil)
	w.got(trial{"M58", "Query.listPhotos", w.user, "ask for none"}, got.said(), badRequest)
}

// tryUploads has a photo made of what is no upload of theirs, or no picture. Nothing is posted.
func (w *walk) tryUploads(ctx context.Context) {
	post := func(key string) string {
		a, err := w.askToMake(ctx, w.user, createPhoto, map[string]any{"input": map[string]any{"imgKey": key}})
		if err != nil {
			return said(err)
		}
		return a.said()
	}
	others := "uploads/" + w.other.sub + "/" + aws.NewUUID()
	if _, err := w.other.files.PutObject(ctx, &s3.PutObjectInput{Bucket: &w.stores.Bucket, Key: &others, Body: body()}); err != nil {
		w.got(trial{"M40", "uploads/{user}/", w.other, "put an upload"}, said(err), allowed)
		return
	}
	for what, key := range map[string]string{
		"another's upload": others, "an upload that there is not": "uploads/" + w.user.sub + "/" + aws.NewUUID(),
		"a key that is no upload": "private/" + w.user.identity + "/" + Prefix + "own", "a key of the catalogue": "public/products/x.jpg",
	} {
		w.got(trial{"M57 M89", "Mutation.createPhoto", w.user, "of " + what}, post(key), badRequest)
	}
	for what, text := range map[string]string{"a page of HTML": "<!doctype html><script>alert(1)</script>", "nothing": ""} {
		key := "uploads/" + w.user.sub + "/" + aws.NewUUID()
		_, err := w.user.files.PutObject(ctx, &s3.PutObjectInput{Bucket: &w.stores.Bucket, Key: &key, Body: bytes.NewReader([]byte(text))})
		if err != nil {
			w.got(trial{"M40", "uploads/{user}/", w.user, "put an upload"}, said(err), allowed)
			continue
		}
		w.got(trial{"M87", "Mutation.createPhoto", w.user, "of " + what}, post(key), badRequest)
	}
}
