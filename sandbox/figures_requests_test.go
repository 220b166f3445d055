package sandbox_test

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"lightbox.example/lightbox/internal/timing"
)

// figureTime is how long each kind of request is measured.
const figureTime = 2 * time.Second

// figureRequests measures requests over TLS from the signature to the last byte of the answer, at 1 and at 50 connections.
// The client is on the same processors.
func figureRequests(t *testing.T, command, assembly string) {
	b, ann := figureBackend(t, command, assembly)
	id, err := b.catalogue(ann)
	if err != nil {
		t.Fatal(err)
	}
	small, large := content("small", 10<<10), content("large", 100<<10)
	if err := ok(b.files(ann.keys, http.MethodPut, "private/"+ann.identity+"/small", small)); err != nil {
		t.Fatal(err)
	}
	var number atomic.Int64
	for _, f := range []struct {
		name string
		do   func() error
	}{
		{"S3 GET 10 KB", func() error {
			a, err := b.files(ann.keys, http.MethodGet, "private/"+ann.identity+"/small", nil)
			return wants(a, err, small)
		}},
		{"S3 PUT 100 KB", func() error {
			return ok(b.files(ann.keys, http.MethodPut, fmt.Sprintf("private/%s/%d", ann.identity, number.Add(1)%100), large))
		}},
		{"GraphQL get", func() error {
			return b.ask(ann, `query($id: ID!) { getProduct(id: $id) { id name price imgKey version } }`, map[string]any{"id": id}, nil)
		}},
		{"GraphQL get as a guest, signed", func() error {
			return b.ask(person{keys: root}, `query($id: ID!) { getProduct(id: $id) { id name price imgKey version } }`, map[string]any{"id": id}, nil)
		}},
		{"GraphQL list of 20", func() error {
			return b.ask(ann, `{ listProducts { items { id name price currency imgKey createdAt } nextToken } }`, nil, nil)
		}},
		{"GraphQL list of 20, likedByMe", func() error {
			return b.ask(ann, `{ listPhotos { items { id imgKey caption likeCount likedByMe } nextToken } }`, nil, nil)
		}},
		{"GraphQL mutation", func() error {
			return b.ask(ann, `mutation($in: ProductInput!) { createProduct(input: $in) { id version } }`,
				map[string]any{"in": map[string]any{"name": "Vase", "price": 5, "currency": "EUR"}}, nil)
		}},
	} {
		for _, connections := range []int{1, 50} {
			took, err := timing.Measure(connections, 1, figureTime, f.do)
			if err != nil {
				t.Fatalf("%s: %v", f.name, err)
			}
			t.Logf("%-32s %2d connections: p50 %7.2f ms, p99 %7.2f ms, %6.0f a second", f.name, connections,
				milliseconds(took[len(took)/2]), milliseconds(took[len(took)*99/100]), float64(len(took))/figureTime.Seconds())
		}
	}
}

// figureBackend runs the command with what is deployed, on the disk, and has an admin who is signed in. Both end with the test.
func figureBackend(t *testing.T, command, assembly string) (*backend, person) {
	t.Helper()
	c := runCommand(t, command, true, "--assembly", assembly)
	t.Cleanup(func() { c.stop(t) })
	b, err := reach(c.http)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.close)
	pool := b.people(t)
	pool.SignUp("ann", "Admins")
	ann, err := b.enter(pool, "ann")
	if err != nil {
		t.Fatal(err)
	}
	return b, ann
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// catalogue makes 20 live products and 20 photos, and returns the id of a product.
func (b *backend) catalogue(boss person) (id string, err error) {
	for i := range 20 {
		if id, err = b.createProduct(boss, fmt.Sprint("Vase ", i), i); err != nil {
			return "", err
		}
		if _, err := b.publish(boss, id); err != nil {
			return "", err
		}
		if _, err := b.createPhoto(boss, fmt.Sprint("photo ", i)); err != nil {
			return "", err
		}
	}
	return id, nil
}
