package sandbox_test

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"lightbox.example/lightbox/sandbox"
)

// A product that is deleted while its pictures are copied, to where everybody sees them or back, leaves none of them anywhere.
func TestPublish_ofWhatIsDeletedMeanwhileLeavesNoPicture(t *testing.T) {
	var p people
	var armed atomic.Bool
	var remove func()
	s := start(t, sandbox.Config{Log: func(c sandbox.Call) {
		if c.Service == "s3" && c.Operation == "CopyObject" && strings.Contains(c.Caller, "PicturesRole") && armed.CompareAndSwap(true, false) {
			remove()
		}
	}})
	p = withPeopleIn(t, s)
	for name, move := range map[string]func(id string) (version int, do func() error){
		"published": func(id string) (int, func() error) {
			return 1, func() error { _, err := p.publish(p.ada, id); return err }
		},
		"withdrawn": func(id string) (int, func() error) {
			if _, err := p.publish(p.ada, id); err != nil {
				t.Fatal(err)
			}
			return 2, func() error { return p.unpublish(p.ada, id) }
		},
	} {
		id, err := p.createProduct(p.ada, name, 1)
		if err != nil {
			t.Fatal(err)
		}
		version, do := move(id)
		from := "drafts/"
		if version == 2 {
			from = "public/products/"
		}
		var deleted error
		remove = func() {
			deleted = p.ask(p.ada, `mutation($id: ID!, $version: Int!) { deleteProduct(id: $id, version: $version) { id } }`, map[string]any{"id": id, "version": version}, nil)
			p.left(t, from)
		}
		armed.Store(true)
		if err := do(); deleted != nil || errorType(err) != "NotFound" || armed.Load() {
			t.Errorf("%s: got %v, and %v of the deletion, want NotFound and none", name, err, deleted)
		}
		if left := append(p.left(t, "public/products/"), p.left(t, "drafts/")...); len(left) > 0 {
			t.Errorf("%s: got %v after a minute, want nothing of a product that is gone", name, left)
		}
	}
	control, err := p.createProduct(p.ada, "Bowl", 2)
	if err == nil {
		_, err = p.publish(p.ada, control)
	}
	if err != nil || len(p.shown(t, "public/products/")) < 3 {
		t.Errorf("control: got %v below public/products/, %v, want main.jpg and a set", p.shown(t, "public/products/"), err)
	}
}

// left waits until nothing is shown below a prefix, a minute at most, and answers what is.
func (p people) left(t *testing.T, prefix string) (keys []string) {
	t.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		if keys = p.shown(t, prefix); len(keys) == 0 || time.Now().After(end) {
			return keys
		}
	}
}

// shown are the keys below a prefix of what is there and not deleted.
func (p people) shown(t *testing.T, prefix string) (keys []string) {
	t.Helper()
	versions, err := p.s.Files.Versions(p.output("FileStorage", "BucketName"))
	if err != nil {
		t.Error(err)
	}
	for _, one := range versions {
		if one.Latest && !one.DeleteMarker && strings.HasPrefix(one.Key, prefix) {
			keys = append(keys, one.Key)
		}
	}
	return keys
}
