package tour

import (
	"context"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/s3"
)

const (
	createProduct    = `mutation ($input: ProductInput!) { createProduct(input: $input) { id version picture { renditions { key url } } } }`
	publishProduct   = `mutation ($id: ID!, $version: Int!) { publishProduct(id: $id, version: $version) { id name version isLive imgKey picture { renditions { key url } } } }`
	unpublishProduct = `mutation ($id: ID!, $version: Int!) { unpublishProduct(id: $id, version: $version) { id wasLive } }`
	readProduct      = `query ($id: ID!) { getProduct(id: $id) { id version picture { renditions { key url } } } }`
)

// tryProduct publishes a product and withdraws it, and tries both states as others.
func (w *walk) tryProduct(ctx context.Context) error {
	author, err := w.author()
	if err != nil {
		return err
	}
	key, err := w.upload(ctx, author)
	if err != nil {
		return err
	}
	theirs := pass{token: author.tokens.access}
	var created struct{ CreateProduct shown }
	input := map[string]any{"input": map[string]any{"name": "lightbox verify", "price": 1, "currency": "EUR", "imgKey": key}}
	draft := &created.CreateProduct
	a, err := w.askToMake(ctx, author, createProduct, input)
	if err != nil {
		return err
	}
	if !w.tells(trial{"M67", "Mutation.createProduct", author, "create a draft"}, a, "a draft with pictures",
		func() bool { return len(draft.Picture.Renditions) > 0 }, &created) {
		return nil
	}
	if err := w.note(ctx, author, draft); err != nil {
		return err
	}
	w.tryState(ctx, author, draft, false)
	if err := w.tryPublished(ctx, author, draft); err != nil {
		return err
	}
	return w.deleteProduct(ctx, theirs, author, draft.ID)
}

// tryPublished publishes a draft and withdraws it.
func (w *walk) tryPublished(ctx context.Context, author *caller, draft *shown) error {
	heard, stop := w.listen(ctx, pass{keys: w.guest.keys}, []string{""}, `subscription { onProductPublished { id } }`)
	defer stop()
	var published struct{ PublishProduct shown }
	live := &published.PublishProduct
	variables := map[string]any{"id": draft.ID, "version": draft.Version}
	w.got(trial{"M67", "Mutation.publishProduct", w.user, "publish it"}, w.ask(ctx, pass{token: w.user.tokens.access}, publishProduct, variables).said(), unauthorized)
	a, err := w.askToMake(ctx, author, publishProduct, variables)
	if err != nil {
		return err
	}
	if !w.tells(trial{"M67", "Mutation.publishProduct", author, "publish it"}, a, "a live product with pictures",
		func() bool { return len(live.Picture.Renditions) > 0 }, &published) {
		return nil
	}
	if err := w.note(ctx, author, live); err != nil {
		return err
	}
	w.got(trial{"M34", "Subscription.onProductPublished", w.guest, "hear of it"}, strings.SplitN(heard(), " ", 2)[0], "1")
	w.tryState(ctx, author, live, true)
	variables["version"] = live.Version
	w.got(trial{"M67", "Mutation.unpublishProduct", w.user, "withdraw it"}, w.ask(ctx, pass{token: w.user.tokens.access}, unpublishProduct, variables).said(), unauthorized)
	if a, err = w.askToMake(ctx, author, unpublishProduct, variables); err != nil {
		return err
	}
	w.got(trial{"M67", "Mutation.unpublishProduct", author, "withdraw it"}, a.said(), allowed)
	w.goes(ctx, live, "a product that was withdrawn")
	return ctx.Err()
}

// tryState looks at a product, and at its smallest picture, as everybody does. The CDN is asked for one that nobody has yet.
func (w *walk) tryState(ctx context.Context, author *caller, product *shown, live bool) {
	state, cases, seen := "a draft", "M35 M71", `null`
	if live {
		state, cases, seen = "a live product", "M24 M32", "the product"
	}
	for as, by := range map[*caller]pass{w.guest: {keys: w.guest.keys}, w.user: {token: w.user.tokens.access}, author: {token: author.tokens.access}} {
		want := seen
		if as == author {
			want = "the product"
		}
		var read struct{ GetProduct *shown }
		w.tells(trial{cases, "Query.getProduct", as, "read " + state}, w.ask(ctx, by, readProduct, map[string]any{"id": product.ID}), want,
			func() bool { return (read.GetProduct != nil) == (want == "the product") }, &read)
		code := accessDenied
		if live || as == author {
			code = allowed
		}
		got, err := as.files.GetObject(ctx, &s3.GetObjectInput{Bucket: &w.stores.Bucket, Key: &product.Picture.Renditions[0].Key})
		if err == nil {
			err = got.Body.Close()
		}
		w.got(trial{cases, "the bucket", as, "get a picture of " + state}, said(err), code)
	}
	address, want := w.cdn+"/"+product.Picture.Renditions[0].Key, "403"
	if live {
		address, want = product.Picture.Renditions[len(product.Picture.Renditions)-1].URL, "200"
	}
	got, err := w.roads.fetch(ctx, http.MethodGet, address)
	w.got(trial{"M08 " + cases, aboutCDN, w.anyone, "see a picture of " + state}, status(got, err), want)
}

// deleteProduct deletes it, as it is by now: its pictures have been in a third folder since it was withdrawn.
func (w *walk) deleteProduct(ctx context.Context, by pass, author *caller, id string) error {
	var read struct{ GetProduct *shown }
	a := w.ask(ctx, by, readProduct, map[string]any{"id": id})
	if !w.tells(trial{"M35", "Query.getProduct", author, "read a draft of theirs"}, a, "the product", func() bool { return read.GetProduct != nil }, &read) {
		return nil
	}
	if err := w.note(ctx, author, read.GetProduct); err != nil {
		return err
	}
	a = w.ask(ctx, by, `mutation ($id: ID!, $version: Int!) { deleteProduct(id: $id, version: $version) { id wasLive } }`, map[string]any{"id": id, "version": read.GetProduct.Version})
	w.got(trial{"M67", "Mutation.deleteProduct", author, "delete it"}, a.said(), allowed)
	return ctx.Err()
}
