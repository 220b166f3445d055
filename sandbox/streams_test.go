package sandbox_test

import (
	"bytes"
	"fmt"
	"net/http"
	"testing"
	"time"

	"lightbox.example/lightbox/internal/deploytest"
)

// withoutLastStep is dev whose mutations do not write a live product's main.jpg: what is left to do so is the stream.
func withoutLastStep(t *testing.T) string {
	t.Helper()
	cut := 0
	assembly := deploytest.WorkingAssembly(t, "..", "dev", func(stack string, template []byte) []byte {
		const step = "if (!ctx.stash.main) {"
		if stack == "API" {
			cut += bytes.Count(template, []byte(step))
		}
		return bytes.ReplaceAll(template, []byte(step), []byte("if (true) {"))
	})
	if cut != 1 {
		t.Fatalf("got %d steps in the templates, want one", cut)
	}
	return assembly
}

// mainOf is the key of a live product's JPEG.
func mainOf(id string) string { return "public/products/" + id + "/main.jpg" }

// becomes waits until an object is there, or is not, a minute at most.
func (b *backend) becomes(t *testing.T, who person, key string, there bool) answer {
	t.Helper()
	var last answer
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		var err error
		if last, err = b.files(who.keys, http.MethodGet, key, nil); err != nil {
			t.Fatal(err)
		}
		if (last.status == http.StatusOK) == there {
			return last
		}
	}
	t.Fatalf("%s: got %d after a minute, want it there %t", key, last.status, there)
	return last
}

// unpublish makes a live product at version 2 a draft.
func (b *backend) unpublish(by person, id string) error {
	return b.ask(by, `mutation($id: ID!) { unpublishProduct(id: $id, version: 2) { id } }`, map[string]any{"id": id}, nil)
}

// admin is somebody who may change the catalogue.
func (b *backend) admin(t *testing.T) person {
	t.Helper()
	pool := b.people(t)
	pool.SignUp("ada", "Admins")
	ada, err := b.enter(pool, "ada")
	if err != nil {
		t.Fatal(err)
	}
	return ada
}

// A live product's JPEG has its address, and a product that is live no more has none, whatever becomes of the call that changed it:
// the stream of the table sees to it, and after a kill of the sandbox too.
func TestStreams_bringAndTakeMainPicturesAlsoAfterAKill(t *testing.T) {
	folder := t.TempDir()
	c := spawn(t, folder, withoutLastStep(t))
	for line := ""; line != deployedLine; {
		if line = c.line(); line == "" {
			t.Fatal(c.ended())
		}
	}
	b, err := reach(c.address)
	if err != nil {
		t.Fatal(err)
	}
	ada := b.admin(t)
	var ids []string
	jpegs := map[string]string{}
	for i := range 4 {
		id, err := b.createProduct(ada, fmt.Sprint("Vase ", i), 5)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	again := func() { // another process on the same folder
		c.kill()
		b.close()
		c = spawn(t, folder, "")
		if b, err = reach(c.address); err != nil {
			t.Fatal(err)
		}
	}
	for _, id := range ids {
		keys, err := b.publish(ada, id)
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range keys[1:] {
			if one, err := b.files(ada.keys, http.MethodGet, key, nil); err == nil && one.header.Get("Content-Type") == "image/jpeg" {
				jpegs[id] = one.body
			}
		}
	}
	again()
	for _, id := range ids {
		if got := b.becomes(t, ada, mainOf(id), true); got.body != jpegs[id] || jpegs[id] == "" || got.header.Get("Cache-Control") != "public, max-age=30" {
			t.Errorf("%s: got %d bytes with %v, want its JPEG", id, len(got.body), got.header)
		}
	}
	for _, id := range ids[1:] {
		if err := b.unpublish(ada, id); err != nil {
			t.Fatal(err)
		}
	}
	again()
	for _, id := range ids[1:] {
		b.becomes(t, ada, mainOf(id), false)
	}
	b.becomes(t, ada, mainOf(ids[0]), true) // the control
	b.close()
}
