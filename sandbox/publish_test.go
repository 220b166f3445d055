package sandbox_test

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"lightbox.example/lightbox/sandbox"
)

// A draft that is deleted while its pictures are copied to where everybody sees them leaves none of them there.
func TestPublish_ofWhatIsDeletedMeanwhileLeavesNoPicture(t *testing.T) {
	var p people
	var id string
	var copies atomic.Int32
	var deleted error
	armed := make(chan struct{})
	s := start(t, sandbox.Config{Log: func(c sandbox.Call) {
		if c.Service != "s3" || c.Operation != "CopyObject" || !strings.Contains(c.Caller, "PicturesRole") || copies.Add(1) != 1 {
			return
		}
		<-armed
		deleted = p.ask(p.ada, `mutation($id: ID!) { deleteProduct(id: $id, version: 1) { id } }`, map[string]any{"id": id}, nil)
		for end := time.Now().Add(time.Minute); len(p.shown(t, "drafts/")) > 0 && time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		}
	}})
	p = withPeopleIn(t, s)
	var err error
	if id, err = p.createProduct(p.ada, "Vase", 1); err != nil {
		t.Fatal(err)
	}
	close(armed)
	_, err = p.publish(p.ada, id)
	if deleted != nil || errorType(err) != "NotFound" {
		t.Errorf("got %v, and %v of the deletion, want NotFound and none", err, deleted)
	}
	var left []string
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if left = append(p.shown(t, "public/products/"), p.shown(t, "drafts/")...); len(left) == 0 {
			break
		}
	}
	if len(left) > 0 {
		t.Errorf("got %v after a minute, want nothing of a product that is gone", left)
	}
	control, err := p.createProduct(p.ada, "Bowl", 2)
	if err == nil {
		_, err = p.publish(p.ada, control)
	}
	if err != nil || len(p.shown(t, "public/products/")) < 3 {
		t.Errorf("control: got %v below public/products/, %v, want main.jpg and a set", p.shown(t, "public/products/"), err)
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
