package ingest_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
)

func removeEvent(folders, objects []string) string {
	text := func(list []string) string {
		b, err := json.Marshal(append([]string{}, list...))
		if err != nil {
			panic(err)
		}
		return string(b)
	}
	return fmt.Sprintf(`{"remove": {"folders": %s, "objects": %s}}`, text(folders), text(objects))
}

const done = `{"done":true}`

// remove deletes an object as the developer: a marker is put.
func (b *bucket) remove(key string) {
	b.t.Helper()
	if _, err := b.root.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &b.name, Key: &key}); err != nil {
		b.t.Fatal(err)
	}
}

func TestRemove_erasesAllVersionsOrPutsAMarkerAsTheAreaSays(t *testing.T) {
	b := newRig(t).newBucket()
	original, main := "originals/"+sub+"/"+folderA, "public/products/"+product+"/main.jpg"
	folders := []string{"public/photos/" + folderA + "/", "public/products/" + folderA + "/", "drafts/" + folderA + "/"}
	objects := []string{upload, original, "answers/" + uuid, "answers/" + product + ".1." + uuid, "answers/" + folderA + ".1", main}
	var stays []string
	for _, folder := range []string{folderA, folderB} {
		for _, area := range []string{"public/photos/", "public/products/", "drafts/"} {
			b.put(area+folder+"/160.webp", []byte("first"))
			b.put(area+folder+"/160.webp", []byte("second"))
		}
	}
	for _, key := range objects {
		b.put(key, []byte("first"))
		b.remove(key)
		b.put(key, []byte("second"))
		if !strings.HasSuffix(key, "jpg") {
			b.put(key+"0", []byte("another that begins alike"))
			stays = append(stays, key+"0")
		}
	}
	event := removeEvent(folders, objects)
	want(t, "answer", b.must(b.remover(), event), done)
	for _, gone := range []string{upload, original, "answers/" + uuid, "answers/" + product + ".1." + uuid, "answers/" + folderA + ".1", "public/photos/" + folderA + "/"} {
		for _, key := range b.versionsBelow(gone) {
			if !strings.HasSuffix(key, "0") {
				t.Errorf("got %s left, want all versions erased", key)
			}
		}
	}
	for _, key := range []string{"public/products/" + folderA + "/160.webp", "drafts/" + folderA + "/160.webp"} {
		want(t, "versions", b.versionsBelow(key), []string{key, key, key + " marker"})
	}
	want(t, "main.jpg", b.versionsBelow(main), []string{main, main, main + " marker", main + " marker"})
	for _, area := range []string{"public/photos/", "public/products/", "drafts/"} {
		want(t, "control: the other folder", b.versionsBelow(area+folderB), []string{area + folderB + "/160.webp", area + folderB + "/160.webp"})
	}
	for _, key := range stays {
		want(t, "control: "+key, b.versionsBelow(key), []string{key})
	}
	state := b.state(true)
	want(t, "again", b.must(b.remover(), event), done)
	want(t, "and nothing changes", b.state(true) == state, true)
}

// A page has a thousand versions, and so has what DeleteObjects takes.
func TestRemove_takesPageByPage(t *testing.T) {
	b := newRig(t).newBucket()
	var puts sync.WaitGroup
	const many = 1003
	for worker := range 4 {
		puts.Go(func() {
			for i := worker; i < many; i += 4 {
				b.put(fmt.Sprintf("public/photos/%s/%d.webp", folderA, i+1), nil)
				b.put(fmt.Sprintf("drafts/%s/%d.webp", folderA, i+1), nil)
			}
		})
	}
	puts.Wait()
	w := &wire{}
	want(t, "answer", b.must(b.remover(w.options), removeEvent([]string{"public/photos/" + folderA + "/", "drafts/" + folderA + "/"}, nil)), done)
	want(t, "versions left", len(b.versionsBelow("public/")), 0)
	want(t, "drafts left", len(b.keysBelow("drafts/")), 0)
	want(t, "control: their versions stay, with a marker each", len(b.versionsBelow("drafts/")), 2*many)
	want(t, "calls", len(w.calls), 8) // two listings and two deletions of each
}

// S3 answers 200 for a deletion of many of which some are refused.
func TestRemove_namesEachKeyThatIsRefused(t *testing.T) {
	r := newRig(t)
	r.role("remover", append([]document{{
		"Effect": "Deny", "Action": "s3:DeleteObjectVersion", "Resource": []any{"arn:aws:s3:::*/public/photos/*/160.webp", "arn:aws:s3:::*/public/photos/*/200.jpg"},
	}}, removerPolicy...))
	b := r.newBucket()
	b.draft("public/photos/" + folderA + "/")
	b.draft("drafts/" + folderA + "/")
	_, err := b.remover().Handle(ctx, json.RawMessage(removeEvent([]string{"public/photos/" + folderA + "/", "drafts/" + folderA + "/"}, nil)))
	for _, name := range []string{"160.webp: api error AccessDenied", "200.jpg: api error AccessDenied"} {
		if err == nil || !strings.Contains(err.Error(), "public/photos/"+folderA+"/"+name) {
			t.Errorf("got %v, want %s", err, name)
		}
	}
	want(t, "control: the others are removed", b.keysBelow(""), []string{"public/photos/" + folderA + "/160.webp", "public/photos/" + folderA + "/200.jpg"})
}
