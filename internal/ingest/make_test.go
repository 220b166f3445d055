package ingest_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"lightbox.example/lightbox/internal/environment"
	"lightbox.example/lightbox/internal/ingest"
)

func TestMake_writesOneSetAndKeepsTheOriginal(t *testing.T) {
	for area, url := range map[string]string{"public/photos/": "photo", "drafts/": "draft", "public/products/": "live product"} {
		t.Run(url, func(t *testing.T) {
			b := newRig(t).newBucket()
			source := photo(t, 1)
			b.put(upload, source)
			answer, err := b.pictures().Handle(ctx, json.RawMessage(makeEvent(area, upload, sub)))
			if err != nil || answer.Picture == nil {
				t.Fatalf("got %+v, %v, want a picture", answer, err)
			}
			picture := answer.Picture
			want(t, "the original's name", picture.Original, sub+"/"+picture.Folder)
			original, output := b.get("originals/" + picture.Original)
			want(t, "the original", string(original) == string(source), true)
			want(t, "its type", *output.ContentType, "image/jpeg")
			bytes := int64(len(source))
			kinds := map[string]string{"webp": "image/webp", "jpeg": "image/jpeg"}
			for _, r := range picture.Renditions {
				name := map[string]string{"webp": ".webp", "jpeg": ".jpg"}[r.Format]
				content, output := b.get(area + picture.Folder + "/" + itoa(r.Width) + name)
				want(t, "type", *output.ContentType, kinds[r.Format])
				want(t, "cache", aws.ToString(output.CacheControl), "public, max-age=31536000, immutable")
				bytes += int64(len(content))
			}
			want(t, "bytes", picture.Bytes, bytes)
			want(t, "width and height", []int{picture.Width, picture.Height}, []int{200, 100})
			want(t, "files", len(b.keysBelow(area)), len(picture.Renditions))
			want(t, "files in all", len(b.versions()), len(picture.Renditions)+4) // the upload, the original, and the claim without and with what was made
			want(t, "there is a JPEG", strings.Contains(asJSON(t, picture.Renditions), `"format":"jpeg"`), true)
		})
	}
}

func TestMake_keepsNoOriginalWhereTheSettingSays(t *testing.T) {
	b := newRig(t).newBucket()
	b.put(upload, photo(t, 1))
	f := ingest.NewPictures(b.client("pictures"), environment.Settings{Bucket: b.name, DropOriginals: true})
	dropped, err := f.Handle(ctx, json.RawMessage(makePhoto))
	if err != nil {
		t.Fatal(err)
	}
	want(t, "originals", len(b.keysBelow("originals/")), 0)
	want(t, "the original's name", dropped.Picture.Original, "")
	b.remove("answers/" + uuid)
	kept, err := b.pictures().Handle(ctx, json.RawMessage(makePhoto))
	if err != nil {
		t.Fatal(err)
	}
	want(t, "control: with the setting", len(b.keysBelow("originals/")), 1)
	want(t, "bytes more", kept.Picture.Bytes-dropped.Picture.Bytes, len(photo(t, 1)))
}

func TestMake_putsAVIFWhereTheSettingSays(t *testing.T) {
	b := newRig(t).newBucket()
	b.put(upload, photo(t, 1))
	f := ingest.NewPictures(b.client("pictures"), environment.Settings{Bucket: b.name, AVIF: true})
	both, err := f.Handle(ctx, json.RawMessage(makePhoto))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range both.Picture.Renditions {
		if r.Format != "avif" {
			continue
		}
		content, output := b.get("public/photos/" + both.Picture.Folder + "/" + itoa(r.Width) + ".avif")
		want(t, "type", *output.ContentType, "image/avif")
		want(t, "content", string(content[4:12]), "ftypavif")
	}
	files := len(b.keysBelow("public/photos/"))
	want(t, "files", files, len(both.Picture.Renditions))
	plain := newRig(t).newBucket()
	plain.put(upload, photo(t, 1))
	plain.must(plain.pictures(), makePhoto)
	want(t, "control: without it, the JPEG and as many", files, 2*len(plain.keysBelow("public/photos/"))-1)
}

func TestMake_saysWhatAPersonCanMend(t *testing.T) {
	b := newRig(t).newBucket()
	limit := 20 << 20
	b.put("uploads/"+sub+"/11111111-2222-4333-8444-000000000001", []byte("<html>"))
	b.put("uploads/"+sub+"/11111111-2222-4333-8444-000000000002", nil)
	b.put("uploads/"+sub+"/11111111-2222-4333-8444-000000000003", make([]byte, limit+1))
	b.put("uploads/"+sub+"/11111111-2222-4333-8444-000000000004", make([]byte, limit))
	b.put("uploads/"+otherSub+"/"+uuid, photo(t, 1))
	b.put("public/photos/"+sub+"/"+uuid+".jpg", photo(t, 1))
	before := b.state(true)
	own := "want an upload of your own, uploads/" + sub + "/ and a UUID in lower case"
	for key, words := range map[string]string{
		upload: "there is no such upload: " + upload,
		"uploads/" + sub + "/11111111-2222-4333-8444-000000000001":                       "want a JPEG",
		"uploads/" + sub + "/11111111-2222-4333-8444-000000000002":                       "want a JPEG",
		"uploads/" + sub + "/11111111-2222-4333-8444-000000000003":                       "more than 20 MB",
		"uploads/" + sub + "/11111111-2222-4333-8444-000000000004":                       "want a JPEG", // at the limit it is looked at
		"uploads/" + otherSub + "/" + uuid:                                               own,
		"uploads/" + otherSub + "/absent":                                                own,
		"public/photos/" + sub + "/" + uuid + ".jpg":                                     "which Lightbox writes itself",
		"public/products/x.jpg":                                                          "which Lightbox writes itself",
		"drafts/x.jpg":                                                                   "which Lightbox writes itself",
		"uploads/" + sub + "/" + strings.ToUpper("abcdefab-2222-4333-8444-555555555555"): own,
		"uploads/" + sub + "/../" + otherSub + "/" + uuid:                                own,
		"uploads/" + sub + "/" + uuid + "/x":                                             own,
		"uploads/" + sub + "/" + uuid + "\n":                                             own,
		"uploads/" + sub + "/":                                                           own,
		"/" + upload:                                                                     own,
		strings.Repeat("x", 5000):                                                        own,
		"":                                                                               own,
	} {
		answer, err := b.pictures().Handle(ctx, json.RawMessage(makeEvent("public/photos/", key, sub)))
		if err != nil || answer.Picture != nil || !strings.Contains(answer.Error, words) {
			t.Errorf("%.100q: got %+v, %v, want words with %q", key, answer, err, words)
		}
		for _, internal := range []string{b.name, "AccessDenied", "StatusCode", "answers/", "sha256"} {
			if strings.Contains(answer.Error, internal) {
				t.Errorf("%.100q: got %q, want nothing of %s", key, answer.Error, internal)
			}
		}
		if len(answer.Error) > 400 {
			t.Errorf("%.100q: got %d bytes of words, want what one can read", key, len(answer.Error))
		}
	}
	want(t, "what was written meanwhile", b.state(true) == before, true)
	b.put(upload, photo(t, 1))
	want(t, "control: a picture", strings.Contains(b.must(b.pictures(), makePhoto), `"picture"`), true)
}

// endless is a body without an end.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	e.read += len(p)
	return len(p), nil
}

func (*endless) Close() error { return nil }

// Not a byte more than 20 MB + 1 is taken, whatever comes.
func TestMake_readsNoMoreThanItTakes(t *testing.T) {
	b := newRig(t).newBucket()
	body := &endless{}
	w := &wire{answer: func(request *http.Request) *http.Response {
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Request: request, Body: body, ContentLength: -1}
	}}
	want(t, "answer", strings.Contains(b.must(b.pictures(w.options), makePhoto), "more than 20 MB"), true)
	want(t, "bytes", body.read, 20<<20+1)
	want(t, "calls", len(w.calls), 1)
}

// What is made of one upload for a photo and for products, or for one product at two versions, is removed each by itself.
func TestMake_keepsTheSetsOfOneUploadApart(t *testing.T) {
	b := newRig(t).newBucket()
	b.put(upload, photo(t, 1))
	originals := map[string]bool{}
	events := []string{
		makePhoto, makeEvent("drafts/", upload, sub), makeClaimed("drafts/", upload, sub, product+".4."+uuid),
		makeClaimed("public/products/", upload, sub, uuid+".3."+uuid),
	}
	for _, event := range events {
		answer, err := b.pictures().Handle(ctx, json.RawMessage(event))
		if err != nil || answer.Picture == nil {
			t.Fatalf("%s: got %+v, %v, want a picture", event, answer, err)
		}
		originals[answer.Picture.Original] = true
		want(t, "control: again", b.must(b.pictures(), event), asJSON(t, answer))
	}
	want(t, "originals", []int{len(originals), len(b.keysBelow("originals/"))}, []int{len(events), len(events)})
}

// A claim lasts for a day. An upload of the same name after that is another picture, and has another original.
func TestMake_keepsTheOriginalOfEachClaim(t *testing.T) {
	b := newRig(t).newBucket()
	var first string
	for seed := range uint8(2) {
		b.put(upload, photo(t, seed))
		answer, err := b.pictures().Handle(ctx, json.RawMessage(makePhoto))
		if err != nil || answer.Picture == nil {
			t.Fatalf("got %+v, %v, want a picture", answer, err)
		}
		want(t, "another folder", answer.Picture.Folder != first, true)
		first = answer.Picture.Folder
		original, _ := b.get("originals/" + answer.Picture.Original)
		want(t, "the original is its own", string(original) == string(photo(t, seed)), true)
		b.remove("answers/" + uuid)
	}
}

// Who may list learns by a 404 that there is nothing, all others by a 403: the words are the same.
func TestMake_knowsAnAbsentUploadByBothAnswersOfS3(t *testing.T) {
	b := newRig(t).newBucket()
	f := ingest.NewPictures(b.client(""), environment.Settings{Bucket: b.name})
	want(t, "the developer's answer", b.must(f, makePhoto), b.must(b.pictures(), makePhoto))
}

// A claim is of one user's upload of certain bytes.
func TestMake_writesNothingOfAnotherUploadIntoAClaimedFolder(t *testing.T) {
	b := newRig(t).newBucket()
	b.put(upload, photo(t, 1))
	first := b.must(b.pictures(), makePhoto)
	theirs := "uploads/" + otherSub + "/" + uuid // the UUID is in the photo's id, which all may read
	for _, seed := range []uint8{1, 2} {         // the same bytes are another upload too: its photo is removed by itself
		b.put(theirs, photo(t, seed))
		before := b.state(true)
		answer := b.must(b.pictures(), makeEvent("public/photos/", theirs, otherSub))
		want(t, "of another user", strings.Contains(answer, "another picture was sent by this name"), true)
		want(t, "what was written for another user", b.state(true) == before, true)
	}
	b.put(upload, photo(t, 3))
	before := b.state(true)
	answer := b.must(b.pictures(), makePhoto)
	want(t, "of other bytes", strings.Contains(answer, "another picture was sent by this name"), true)
	want(t, "what was written of other bytes", b.state(true) == before, true)
	b.put(upload, photo(t, 1))
	want(t, "control: the same bytes", b.must(b.pictures(), makePhoto), first)
}

// The upload goes when its row is written. Who asks for the same after that is answered what was made of it, and who asks for
// something else is told that it is gone.
func TestMake_answersWhatWasMadeOfAnUploadThatIsGone(t *testing.T) {
	b := newRig(t).newBucket()
	b.put(upload, photo(t, 1))
	first := b.must(b.pictures(), makePhoto)
	b.remove(upload)
	before := b.state(true)
	want(t, "the same", b.must(b.pictures(), makePhoto), first)
	for what, event := range map[string]string{
		"in another area":      makeEvent("drafts/", upload, sub),
		"for another user":     makeEvent("public/photos/", "uploads/"+otherSub+"/"+uuid, otherSub),
		"for a product":        makeClaimed("drafts/", upload, sub, product+".4."+uuid),
		"of a claim of no set": makeClaimed("public/photos/", upload, sub, product+".5."+uuid),
	} {
		want(t, what, strings.Contains(b.must(b.pictures(), event), "there is no such upload"), true)
	}
	want(t, "what was written meanwhile", b.state(true) == before, true)
	b.remove("answers/" + uuid) // as the remover does when the row is gone
	want(t, "when its row is gone", strings.Contains(b.must(b.pictures(), makePhoto), "there is no such upload"), true)
}

// What no row names for hours is swept before its claim ends: who asks again is told, and is not answered what is gone, be the upload
// there or not.
func TestMake_answersNothingThatIsSwept(t *testing.T) {
	b := newRig(t).newBucket()
	b.put(upload, photo(t, 1))
	first := b.must(b.pictures(), makePhoto)
	want(t, "control", b.must(b.pictures(), makePhoto), first)
	for _, key := range b.keysBelow("public/photos/") {
		b.remove(key)
	}
	want(t, "with the upload", strings.Contains(b.must(b.pictures(), makePhoto), "is deleted by now"), true)
	b.remove(upload)
	want(t, "without", strings.Contains(b.must(b.pictures(), makePhoto), "is deleted by now"), true)
}

// A claim that is removed while its set is made, because its row is deleted, has no set: what was removed with it is not all there.
func TestMake_isNoSetWhenItsClaimIsRemovedMeanwhile(t *testing.T) {
	b := newRig(t).newBucket()
	b.put(upload, photo(t, 1))
	armed := true
	w := &wire{once: true, answer: func(request *http.Request) *http.Response {
		if armed && strings.Contains(request.URL.Path, "/public/photos/") {
			armed = false
			b.remove("answers/" + uuid)
		}
		return nil
	}}
	want(t, "its answer", strings.Contains(b.must(b.pictures(w.options), makePhoto), "is deleted by now"), true)
	want(t, "control: the claim", armed, false)
	want(t, "control: again", strings.Contains(b.must(b.pictures(), makePhoto), `"picture"`), true)
}

func TestMake_twelveAtOnceMakeOneSet(t *testing.T) {
	r := newRig(t)
	alone, together := r.newBucket(), r.newBucket()
	for _, b := range []*bucket{alone, together} {
		b.put(upload, photo(t, 1))
	}
	answer := sameFolder(alone.must(alone.pictures(), makePhoto))
	var all sync.WaitGroup
	answers := make([]string, 12)
	start := make(chan struct{})
	for i := range answers {
		f := together.pictures()
		all.Go(func() {
			<-start
			got, err := f.Handle(ctx, json.RawMessage(makePhoto))
			if err != nil {
				t.Error(err)
				return
			}
			answers[i] = asJSON(t, got)
		})
	}
	close(start)
	all.Wait()
	for i := range answers {
		want(t, "an answer", answers[i], answers[0])
	}
	want(t, "the answer", sameFolder(answers[0]), answer)
	want(t, "what is there", together.state(false) == alone.state(false), true)
	want(t, "versions below public/", len(together.versionsBelow("public/")), len(alone.versionsBelow("public/")))
}

func (b *bucket) versionsBelow(prefix string) (below []string) {
	for _, key := range b.versions() {
		if strings.HasPrefix(key, prefix) {
			below = append(below, key)
		}
	}
	return below
}

// One instance takes one call at a time, and who waits goes when the time is over.
func TestHandle_takesOneCallAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var under, most atomic.Int32
		slow := &wire{answer: func(request *http.Request) *http.Response {
			most.Store(max(most.Load(), under.Add(1)))
			defer under.Add(-1)
			time.Sleep(time.Second) // of the bubble's clock
			return refusal(request, http.StatusForbidden, "AccessDenied")
		}}
		client := s3.New(s3.Options{
			Region: "us-east-1", HTTPClient: slow, Retryer: aws.NopRetryer{}, Credentials: credentials.NewStaticCredentialsProvider("a", "b", ""),
		})
		instance := ingest.NewPictures(client, environment.Settings{Bucket: "files"})
		var all sync.WaitGroup
		begun := time.Now()
		for range 3 {
			all.Go(func() {
				answer, err := instance.Handle(ctx, json.RawMessage(makePhoto))
				want(t, "an answer", strings.Contains(answer.Error, "no such upload"), err == nil)
			})
		}
		synctest.Wait()
		short, cancel := context.WithTimeout(ctx, time.Millisecond)
		defer cancel()
		_, err := instance.Handle(short, json.RawMessage(makePhoto))
		want(t, "who waits too long", errors.Is(err, context.DeadlineExceeded), true)
		all.Wait()
		want(t, "calls at once", most.Load(), 1)
		want(t, "in all", time.Since(begun), 6*time.Second) // for the upload and the claim

		most.Store(0)
		for range 3 {
			all.Go(func() {
				_, _ = ingest.NewPictures(client, environment.Settings{Bucket: "files"}).Handle(ctx, json.RawMessage(makePhoto))
			})
		}
		all.Wait()
		want(t, "control: of three instances", most.Load(), 3)
	})
}

// The end of the time is an error of the function, and no word for people.
func TestHandle_endsWithItsDeadline(t *testing.T) {
	b := newRig(t).newBucket()
	b.put(upload, photo(t, 1))
	before := b.state(true)
	over, cancel := context.WithCancel(ctx)
	w := &wire{answer: func(request *http.Request) *http.Response {
		if request.Method == http.MethodPut { // the claim
			cancel()
		}
		return nil
	}}
	answer, err := b.pictures(w.options).Handle(over, json.RawMessage(makePhoto))
	want(t, "an error, and no words", errors.Is(err, context.Canceled) && answer == ingest.Answer{}, true)
	want(t, "calls", len(w.calls), 2)
	want(t, "what was written", b.state(true) == before, true)
}
