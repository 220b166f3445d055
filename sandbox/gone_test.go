package sandbox_test

import (
	"errors"
	"flag"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lightbox.example/lightbox/sandbox"
)

var gonePhotos = flag.Int("gone", 24, "how many photos to delete at once")

// eventually waits until something is so, a minute at most, which is what is promised of what is deleted.
func eventually(t *testing.T, what string, is func() error) {
	t.Helper()
	var err error
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if err = is(); err == nil {
			return
		}
	}
	t.Errorf("%s: after a minute: %v", what, err)
}

// cached views addresses twice: the CDN has them then.
func (p people) cached(t *testing.T, addresses []string) {
	t.Helper()
	for _, address := range addresses {
		for range 2 {
			if got := p.cdn(t, address); got.status != http.StatusOK {
				t.Fatalf("%s: got %d, want it served", address, got.status)
			}
		}
		if got := p.cdn(t, address); got.header.Get("X-Cache") != "Hit from cloudfront" {
			t.Fatalf("%s: got %v, want a hit", address, got.header)
		}
	}
}

// all403 waits until none of the addresses is served.
func (p people) all403(t *testing.T, what string, addresses []string) {
	t.Helper()
	eventually(t, what, func() error {
		var faults []error
		for _, address := range addresses {
			if got := p.cdn(t, address); got.status != http.StatusForbidden {
				faults = append(faults, fmt.Errorf("%s: got %d %s, want 403", address, got.status, got.header.Get("X-Cache")))
			}
		}
		return errors.Join(faults...)
	})
}

// versions are all that the bucket has: keys, and those of delete markers with a word.
func (p people) versions(t *testing.T) (all []string) {
	t.Helper()
	versions, err := p.s.Files.Versions(p.output("FileStorage", "BucketName"))
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range versions {
		key := one.Key
		switch {
		case one.DeleteMarker:
			key += " marker"
		case !one.Latest:
			key += " noncurrent"
		}
		all = append(all, key)
	}
	return all
}

// nothing waits until the bucket has no version of anything but what is named by its beginning.
func (p people) nothing(t *testing.T, what string, but ...string) {
	t.Helper()
	eventually(t, what, func() error {
		var left []string
		for _, key := range p.versions(t) {
			if !slices.ContainsFunc(but, func(begin string) bool { return strings.HasPrefix(key, begin) }) {
				left = append(left, key)
			}
		}
		if len(left) > 0 {
			return fmt.Errorf("got %v, want no version of it", left)
		}
		return nil
	})
}

// shownPhoto is a new photo with the addresses of its renditions.
func (p people) shownPhoto(t *testing.T, by person, words string) (id string, addresses []string) {
	t.Helper()
	id, err := p.createPhoto(by, words)
	if err != nil {
		t.Fatal(err)
	}
	var got struct{ GetPhoto photo }
	if err := p.ask(by, `query($id: ID!) { getPhoto(id: $id) `+photoFields+` }`, map[string]any{"id": id}, &got); err != nil {
		t.Fatal(err)
	}
	for _, one := range got.GetPhoto.Picture.Renditions {
		addresses = append(addresses, one.URL)
	}
	return id, addresses
}

func (p people) deletePhoto(by person, id string) error {
	return p.ask(by, `mutation($id: ID!) { deletePhoto(id: $id) { id } }`, map[string]any{"id": id}, nil)
}

// M90: a photo that is deleted is 403 at every address that it had, at a CDN that has it, and no version of it is in the bucket and no row
// of it, a comment or a like, in the table: within a minute. Somebody else's stays.
func TestGone_M90_aDeletedPhotoIsNowhereWithinAMinute(t *testing.T) {
	p := withPeople(t)
	id, addresses := p.shownPhoto(t, p.ann, "gone")
	other, stays := p.shownPhoto(t, p.ada, "stays")
	for _, one := range []string{id, other} {
		for _, text := range []string{"first", "second"} {
			if err := p.ask(p.ada, `mutation($id: ID!, $text: String!) { addComment(photoId: $id, text: $text) { id } }`, map[string]any{"id": one, "text": text}, nil); err != nil {
				t.Fatal(err)
			}
		}
		for _, who := range []person{p.ada, p.ann} {
			if err := p.ask(who, `mutation($id: ID!) { likePhoto(id: $id) { id } }`, map[string]any{"id": one}, nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	p.cached(t, slices.Concat(addresses, stays))
	eventually(t, "the uploads that are used", func() error {
		for _, key := range p.versions(t) {
			if strings.HasPrefix(key, "uploads/") {
				return fmt.Errorf("got %s, want it gone: its row is written", key)
			}
		}
		return nil
	})
	eventually(t, "deletePhoto", func() error { return p.deletePhoto(p.ann, id) }) // a like may come in the same moment
	p.all403(t, "deletePhoto", addresses)
	for _, address := range stays {
		if got := p.cdn(t, address); got.status != http.StatusOK || got.header.Get("X-Cache") != "Hit from cloudfront" {
			t.Errorf("the other's %s: got %d %v, want a hit", address, got.status, got.header)
		}
	}
	_, uuid, _ := strings.Cut(other, ".")
	p.nothing(t, "deletePhoto", "public/photos/"+strings.Split(stays[0], "/")[4], "originals/"+p.ada.sub, "answers/"+uuid)
	eventually(t, "rows", func() error {
		rows, err := p.photoRows()
		for key := range rows {
			if strings.HasPrefix(key, id) {
				err = errors.Join(err, fmt.Errorf("got the row %s, want none of the photo", key))
			}
		}
		if rows[other+" PHOTO"] == nil || len(rows) != 1+2+2+2+2 { // a photo, two comments, two likes, two profiles, two days
			err = errors.Join(err, fmt.Errorf("got %d rows, want those of the other photo", len(rows)))
		}
		return err
	})
	if err := p.sumsAreRight(); err != nil {
		t.Error(err)
	}
}

// Many of one user's at once are as gone.
func TestGone_manyPhotosAtOnce(t *testing.T) {
	p := withPeople(t)
	var ids, addresses []string
	for n := range *gonePhotos {
		id, shown := p.shownPhoto(t, p.ann, fmt.Sprint("photo ", n))
		ids, addresses = append(ids, id), append(addresses, shown...)
	}
	_, stays := p.shownPhoto(t, p.ada, "stays")
	p.cached(t, append(addresses, stays...))
	var all sync.WaitGroup
	for part := range slices.Chunk(ids, (len(ids)+3)/4) {
		all.Go(func() {
			for _, id := range part {
				eventually(t, id, func() error {
					err := p.deletePhoto(p.ann, id)
					if errorType(err) == "NotFound" {
						return nil
					}
					return err
				})
			}
		})
	}
	all.Wait()
	p.all403(t, fmt.Sprintf("%d photos", len(ids)), addresses)
	p.nothing(t, fmt.Sprintf("%d photos", len(ids)), "public/photos/"+strings.Split(stays[0], "/")[4], "originals/"+p.ada.sub, "answers/")
	for _, address := range stays {
		if got := p.cdn(t, address); got.status != http.StatusOK {
			t.Errorf("the other's %s: got %d, want it served", address, got.status)
		}
	}
}

// The addresses of a product's pictures end when it has others, is withdrawn or deleted; that of its JPEG shows what is live. What is
// left are versions below public/products/ and drafts/ that are not current, for thirty days.
func TestGone_picturesOfProducts(t *testing.T) {
	var ahead atomic.Int64
	p := withPeopleIn(t, start(t, sandbox.Config{Now: func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }}))
	halfAMinute := func() { ahead.Add(int64(30 * time.Second)) } // for what the CDN keeps main.jpg
	id, err := p.createProduct(p.ada, "Vase", 5)
	if err != nil {
		t.Fatal(err)
	}
	version := 1
	change := func(mutation, arguments string, variables map[string]any) {
		t.Helper()
		variables["id"], variables["version"] = id, version
		eventually(t, mutation, func() error {
			return p.ask(p.ada, `mutation($id: ID!, $version: Int!`+arguments+`) { `+mutation+` { id } }`, variables, nil)
		})
		version++
	}
	shown := func() (folder string, addresses []string, jpeg string) {
		t.Helper()
		var got struct{ GetProduct photo }
		if err := p.ask(p.ada, `query($id: ID!) { getProduct(id: $id) { id imgKey picture { width height placeholder renditions { width format key url } } } }`, map[string]any{"id": id}, &got); err != nil {
			t.Fatal(err)
		}
		for _, one := range got.GetProduct.Picture.Renditions {
			folder = one.Key[:strings.LastIndex(one.Key, "/")+1]
			if addresses = append(addresses, one.URL); one.Format == "JPEG" {
				jpeg = one.URL
			}
		}
		return folder, addresses, jpeg
	}
	same := func(address, other string) func() error {
		return func() error {
			a, b := p.cdn(t, address), p.cdn(t, other)
			if a.status != http.StatusOK || a.body != b.body {
				return fmt.Errorf("%s: got %d and %d bytes, want what %s has, %d bytes", address, a.status, len(a.body), other, len(b.body))
			}
			return nil
		}
	}
	draft, _, _ := shown()
	change(`publishProduct(id: $id, version: $version)`, "", map[string]any{})
	first, addresses, jpeg := shown()
	host, _, _ := strings.Cut(jpeg, "/products/")
	main := host + "/products/" + id + "/main.jpg"
	eventually(t, "main.jpg", same(main, jpeg))
	p.cached(t, append(addresses, main))

	key, err := p.upload(p.ada, "Another")
	if err != nil {
		t.Fatal(err)
	}
	change(`updateProduct(id: $id, version: $version, input: $in)`, ", $in: ProductInput!", map[string]any{"in": map[string]any{"name": "Vase", "price": 5, "currency": "EUR", "imgKey": key}})
	p.all403(t, "replaced", addresses)
	halfAMinute()
	second, addresses, jpeg := shown()
	eventually(t, "main.jpg, replaced", same(main, jpeg))
	p.cached(t, append(addresses, main))

	change(`unpublishProduct(id: $id, version: $version)`, "", map[string]any{})
	p.all403(t, "withdrawn", addresses)
	halfAMinute()
	p.all403(t, "withdrawn", []string{main})
	back, _, _ := shown()
	change(`publishProduct(id: $id, version: $version)`, "", map[string]any{})
	third, addresses, jpeg := shown()
	eventually(t, "main.jpg, again", same(main, jpeg))
	p.cached(t, append(addresses, main))
	change(`deleteProduct(id: $id, version: $version)`, "", map[string]any{})
	p.all403(t, "deleted", addresses)
	halfAMinute()
	p.all403(t, "deleted", []string{main})

	eventually(t, "what is left", func() error {
		for _, key := range p.versions(t) {
			if !strings.HasSuffix(key, " marker") && !strings.HasSuffix(key, " noncurrent") {
				return fmt.Errorf("got %s, want nothing current", key)
			}
			if !strings.HasPrefix(key, "public/products/") && !strings.HasPrefix(key, "drafts/") {
				return fmt.Errorf("got %s, want versions of products' pictures alone", key)
			}
		}
		return nil
	})
	for _, folder := range []string{draft, first, second, back, third} {
		if !slices.ContainsFunc(p.versions(t), func(key string) bool { return strings.HasPrefix(key, folder) && strings.HasSuffix(key, "noncurrent") }) {
			t.Errorf("%s: got no version, want that it can be had back for thirty days", folder)
		}
	}
}
