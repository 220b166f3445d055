package tour

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/sandbox/aws"
)

// whyNoLife is why nothing is posted where data is kept.
const whyNoLife = "others would see it for a moment: --tour"

// tryLife posts a photo and publishes a product, tries both as others, and takes them back.
func (w *walk) tryLife(ctx context.Context) error {
	if !w.whole {
		w.skip("M53 M54 M56 M60 M88 M90 "+aboutAPI, "posting a photo", whyNoLife)
		w.skip("M08 M24 M32 M34 M35 M67 M71 "+aboutAPI, "publishing a product", whyNoLife)
		return nil
	}
	if err := w.tryPhoto(ctx); err != nil {
		return err
	}
	return w.tryProduct(ctx)
}

// told is what a picture of ours says besides, as a phone does where it was taken.
const told = "lightbox verify: where it was taken"

// picture is a JPEG that says something besides.
func picture() []byte {
	drawn := image.NewRGBA(image.Rect(0, 0, 320, 240))
	for i := range drawn.Pix {
		drawn.Pix[i] = uint8(i)
	}
	drawn.Set(0, 0, color.White)
	var text bytes.Buffer
	_ = jpeg.Encode(&text, drawn, nil) // to memory
	comment := append([]byte{0xff, 0xfe, 0, byte(len(told) + 2)}, told...)
	return slices.Concat(text.Bytes()[:2], comment, text.Bytes()[2:])
}

// upload puts a picture into a caller's uploads, and answers its key.
func (w *walk) upload(ctx context.Context, c *caller) (string, error) {
	key := "uploads/" + c.sub + "/" + aws.NewUUID()
	_, err := c.files.PutObject(ctx, &s3.PutObjectInput{Bucket: &w.stores.Bucket, Key: &key, Body: bytes.NewReader(picture())})
	return key, err
}

// shown is a photo, or a product.
type shown struct {
	ID, ImgKey, Owner, UploadedBy string
	Version, LikeCount            int
	Picture                       struct{ Renditions []struct{ Key, URL string } }
}

// tells wants something of an answer, and notes what there is instead.
func (w *walk) tells(t trial, a answer, wanted string, is func() bool, into any) bool {
	got := a.said()
	if got == allowed {
		got = wanted
		if err := json.Unmarshal(a.data, into); err != nil || !is() {
			got = string(a.data)
		}
	}
	w.got(t, got, wanted)
	return got == wanted
}

func (w *walk) tryPhoto(ctx context.Context) error {
	mine, others := pass{token: w.user.tokens.access}, pass{token: w.other.tokens.access}
	key, err := w.upload(ctx, w.user)
	if err != nil {
		return err
	}
	input := map[string]any{"input": map[string]any{"imgKey": key}}
	var posted struct{ CreatePhoto shown }
	a, err := w.askToMake(ctx, w.user, createPhoto, input)
	if err != nil {
		return err
	}
	photo := &posted.CreatePhoto
	if !w.tells(trial{"M54", "Mutation.createPhoto", w.user, "post a photo"}, a, "theirs, with no likes", func() bool {
		return photo.Owner == w.user.sub && photo.UploadedBy == w.user.user && photo.LikeCount == 0 && len(photo.Picture.Renditions) > 0
	}, &posted) {
		return nil
	}
	var again struct{ CreatePhoto shown }
	if a, err = w.askToMake(ctx, w.user, createPhoto, input); err != nil {
		return err
	}
	w.tells(trial{"M56", "Mutation.createPhoto", w.user, "post it again"}, a, "the same", func() bool { return again.CreatePhoto.ID == photo.ID }, &again)
	w.tryPicture(ctx, photo)
	w.tryOthersPhoto(ctx, photo, mine, others)
	w.tryComments(ctx, photo, mine, others)
	for _, who := range []*caller{w.other, w.user} {
		a := w.ask(ctx, pass{token: who.tokens.access}, `mutation ($id: ID!) { deletePhoto(id: $id) { id imgKey } }`, map[string]any{"id": photo.ID})
		want := unauthorized
		if who == w.user {
			want = allowed
		}
		w.got(trial{"M53", "Mutation.deletePhoto", who, "delete a photo of a user"}, a.said(), want)
	}
	w.goes(ctx, photo, "a photo that was deleted")
	var gone struct{ GetPhoto *shown }
	w.tells(trial{"M90", "Query.getPhoto", w.user, "read a photo that was deleted"}, w.ask(ctx, mine, `query ($id: ID!) { getPhoto(id: $id) { id } }`, map[string]any{"id": photo.ID}),
		"null", func() bool { return gone.GetPhoto == nil }, &gone)
	return ctx.Err()
}

// tryPicture looks at what the CDN shows, but for the smallest size, which is kept for later.
func (w *walk) tryPicture(ctx context.Context, photo *shown) {
	for _, one := range photo.Picture.Renditions[1:] {
		got, err := w.roads.fetch(ctx, http.MethodGet, one.URL)
		w.got(trial{"M08", aboutCDN, w.anyone, "see a photo"}, status(got, err), "200")
		said := "nothing"
		if err == nil && bytes.Contains(got.body, []byte(told)) {
			said = told
		}
		w.got(trial{"M88", aboutCDN, w.anyone, "learn from a photo what its file said"}, said, "nothing")
	}
}

// tryOthersPhoto tries to change another's photo, and to like it.
func (w *walk) tryOthersPhoto(ctx context.Context, photo *shown, mine, others pass) {
	update := `mutation ($id: ID!, $version: Int!, $caption: String) { updatePhoto(id: $id, version: $version, caption: $caption) { id version } }`
	variables := map[string]any{"id": photo.ID, "version": photo.Version, "caption": "lightbox verify"}
	w.got(trial{"M53 M55", "Mutation.updatePhoto", w.other, "change another's photo"}, w.ask(ctx, others, update, variables).said(), unauthorized)
	w.got(trial{"M53", "Mutation.updatePhoto", w.user, "change their own photo"}, w.ask(ctx, mine, update, variables).said(), allowed)
	var liked struct{ LikePhoto shown }
	for range 2 {
		w.tells(trial{"", "Mutation.likePhoto", w.other, "like it"}, w.ask(ctx, others, `mutation ($id: ID!) { likePhoto(id: $id) { id likeCount } }`, variables),
			"one like", func() bool { return liked.LikePhoto.LikeCount == 1 }, &liked)
	}
	for as, want := range map[*caller]bool{w.other: true, w.user: false} {
		var read struct{ GetPhoto struct{ LikedByMe bool } }
		w.tells(trial{"", "Photo.likedByMe", as, "ask whether they like it"}, w.ask(ctx, pass{token: as.tokens.access}, `query ($id: ID!) { getPhoto(id: $id) { likedByMe } }`, variables),
			fmt.Sprint(want), func() bool { return read.GetPhoto.LikedByMe == want }, &read)
	}
}

// tryComments comments, live, and tries to change another's comment.
func (w *walk) tryComments(ctx context.Context, photo *shown, mine, others pass) {
	heard, stop := w.listen(ctx, mine, []string{photo.ID, w.other.sub + "." + aws.NewUUID()}, `subscription ($id: ID!) { onCommentChanged(photoId: $id) { photoId } }`)
	defer stop()
	var added struct {
		AddComment struct {
			ID, Owner string
			Version   int
		}
	}
	comment := &added.AddComment
	variables := map[string]any{"photoId": photo.ID, "text": "lightbox verify"}
	if !w.tells(trial{"M54", "Mutation.addComment", w.other, "comment on it"},
		w.ask(ctx, others, `mutation ($photoId: ID!, $text: String!) { addComment(photoId: $photoId, text: $text) { id owner version photoId } }`, variables),
		"theirs", func() bool { return comment.Owner == w.other.sub }, &added) {
		return
	}
	w.got(trial{"M60", "Subscription.onCommentChanged", w.user, "hear of comments on one photo, and not on others"}, heard(), "1")
	variables["id"], variables["version"] = comment.ID, comment.Version
	edit := `mutation ($photoId: ID!, $id: ID!, $version: Int!, $text: String!) { editComment(photoId: $photoId, id: $id, version: $version, text: $text) { id } }`
	w.got(trial{"M53", "Mutation.editComment", w.user, "change another's comment"}, w.ask(ctx, mine, edit, variables).said(), unauthorized)
	w.got(trial{"M53", "Mutation.editComment", w.other, "change their own comment"}, w.ask(ctx, others, edit, variables).said(), allowed)
	remove := `mutation ($photoId: ID!, $id: ID!) { deleteComment(photoId: $photoId, id: $id) { id photoId } }`
	w.got(trial{"M53", "Mutation.deleteComment", w.user, "delete a comment on their photo"}, w.ask(ctx, mine, remove, variables).said(), allowed)
}

// toHear is how long one listens for what must not come.
const toHear = time.Second

// listen subscribes once for each id, numbered from 1; heard answers of which there were messages, when the first has one.
func (w *walk) listen(ctx context.Context, by pass, ids []string, query string) (heard func() string, stop func()) {
	s, a := w.connect(ctx, by)
	for i, id := range ids {
		if s != nil && a.said() == allowed {
			a = s.start(ctx, fmt.Sprint(i+1), query, map[string]any{"id": id})
		}
	}
	if s == nil || a.said() != allowed {
		return a.said, func() {}
	}
	return func() string {
		var came []string
		for wait := toListen; ; wait = toHear {
			id, err := s.next(ctx, wait)
			if err != nil {
				return strings.Join(came, " ")
			}
			came = append(came, id)
		}
	}, s.close
}

// goes waits until no picture has its address any more: a minute is promised.
func (w *walk) goes(ctx context.Context, one *shown, what string) {
	until := time.Now().Add(90 * time.Second)
	for _, rendition := range one.Picture.Renditions {
		said := "200"
		for said == "200" && time.Now().Before(until) && ctx.Err() == nil {
			got, err := w.roads.fetch(ctx, http.MethodGet, rendition.URL)
			if said = status(got, err); said == "200" {
				time.Sleep(200 * time.Millisecond)
			}
		}
		w.got(trial{"M90", aboutCDN, w.anyone, "see " + what}, said, "403")
	}
}

// author is who may write the catalogue.
func (w *walk) author() (*caller, error) {
	for _, field := range access.Fields() {
		for _, member := range w.members {
			if field.Path() == "Mutation.createProduct" && field.Callers()&access.In(member.principal) != 0 {
				return member, nil
			}
		}
	}
	return nil, errors.New("got no group that may create a product, want one")
}
