package sandbox_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"testing"
	"time"
)

// figureLive measures from sending that a product is published until each of 1,000 pages has read it. The client is on the same
// processors. What a hundredth takes is about what publishing takes by itself, which copies the product's pictures first.
func figureLive(t *testing.T, command, assembly string) {
	const pages, times = 1000, 10
	b, ann := figureBackend(t, command, assembly)
	arrived := make(chan time.Time, pages)
	for range pages {
		page, err := b.begin(ann, `subscription { onProductPublished { id name price } }`, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = page.CloseNow() }()
		go func() {
			for {
				_, text, err := page.Read(context.Background())
				at := time.Now()
				if err != nil {
					return
				}
				if bytes.Contains(text, []byte(`"type":"data"`)) { // reading more than that would be the client's time
					arrived <- at
				}
			}
		}()
	}
	var took []time.Duration
	for i := range times {
		id, err := b.createProduct(ann, fmt.Sprint("Vase ", i), i)
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		if _, err := b.publish(ann, id); err != nil {
			t.Fatal(err)
		}
		for range pages {
			select {
			case at := <-arrived:
				took = append(took, at.Sub(began))
			case <-time.After(time.Minute):
				t.Fatalf("product %d: a page heard nothing within a minute", i)
			}
		}
	}
	slices.Sort(took)
	t.Logf("a product reaches %d pages: a hundredth after %.1f ms, p50 %.1f ms, p99 %.1f ms, goal 50", pages,
		milliseconds(took[len(took)/100]), milliseconds(took[len(took)/2]), milliseconds(took[len(took)*99/100]))
}
