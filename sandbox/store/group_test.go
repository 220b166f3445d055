package store_test

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"lightbox.example/lightbox/sandbox/store"
)

// Transactions that go to the disk together are as apart as if each went alone: those that fail, panic or never return leave
// nothing, and the others all that they wrote.
func TestUpdate_keepsTransactionsThatAreWrittenTogetherApart(t *testing.T) {
	each(t, func(t *testing.T, db store.Store) {
		var running sync.WaitGroup
		models := make([]map[string]string, 8)
		for w := range models {
			models[w] = map[string]string{}
			running.Go(func() {
				random := rand.New(rand.NewPCG(uint64(w), 7))
				for range 150 {
					next := maps.Clone(models[w])
					if attempt(db, fmt.Sprint("space", w), random, next) {
						models[w] = next
					}
				}
			})
		}
		running.Wait()
		for w, model := range models {
			got := map[string]string{}
			_ = db.View(func(tx store.Reader) error {
				for key, value := range tx.Range(fmt.Sprint("space", w), store.Range{}) {
					got[string(key)] = string(value)
				}
				return nil
			})
			if !maps.Equal(got, model) {
				t.Errorf("writer %d: got %v, want %v", w, got, model)
			}
		}
	})
}

// attempt runs a transaction on a space and on the model of it, and reports whether it succeeded.
func attempt(db store.Store, space string, random *rand.Rand, model map[string]string) (succeeded bool) {
	defer func() {
		if recover() != nil {
			succeeded = false
		}
	}()
	err := db.Update(func(tx store.Writer) error {
		for range 1 + random.IntN(6) {
			key, value := fmt.Sprint("key", random.IntN(20)), strings.Repeat("v", random.IntN(300))
			var err error
			switch random.IntN(8) {
			case 0:
				err = tx.Drop(space)
				clear(model)
			case 1, 2:
				err = tx.Delete(space, []byte(key))
				delete(model, key)
			default:
				err = tx.Put(space, []byte(key), []byte(value))
				model[key] = value
			}
			if err != nil {
				return err
			}
		}
		switch random.IntN(6) {
		case 0:
			return errors.New("no")
		case 1:
			panic("no")
		}
		return nil
	})
	return err == nil
}

// A goroutine that ends in the midst of a transaction, as t.FailNow has it end, does not hold up the others.
func TestUpdate_survivesAGoroutineThatEnds(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "store.db"))
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = db.Update(func(tx store.Writer) error {
			_ = tx.Put("s", []byte("a"), nil)
			runtime.Goexit()
			return nil
		})
	}()
	<-done
	put(t, db, "s", "b")
	if got := words(t, db, "s", store.Range{}); got != "b" {
		t.Errorf("got %q, want b alone", got)
	}
}

// BenchmarkStore_updateAtOnce shows what it saves to write together.
func BenchmarkStore_updateAtOnce(b *testing.B) {
	db, err := store.Open(filepath.Join(b.TempDir(), "store.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	b.SetParallelism(25)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			_ = db.Update(func(tx store.Writer) error {
				return tx.Put("s", fmt.Appendf(nil, "%08d", rand.IntN(1_000_000)), make([]byte, 300))
			})
		}
	})
}
