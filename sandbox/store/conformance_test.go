package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"lightbox.example/lightbox/sandbox/store"
)

// Both stores are held to one suite, and a part of one.
func each(t *testing.T, test func(t *testing.T, db store.Store)) {
	t.Run("part", func(t *testing.T) {
		whole := store.NewMemory()
		put(t, whole, "other/space", "a b=1")
		test(t, store.Within(whole, "part/"))
		if got := words(t, whole, "other/space", store.Range{}); got != "a b=1" {
			t.Errorf("beside the part: got %q, want it left alone", got)
		}
	})
	t.Run("memory", func(t *testing.T) { test(t, store.NewMemory()) })
	t.Run("disk", func(t *testing.T) { test(t, open(t, filepath.Join(t.TempDir(), "new", "store.db"))) })
}

func open(t *testing.T, path string) store.Store {
	t.Helper()
	db, err := store.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// put writes "key" or "key=value" words.
func put(t *testing.T, db store.Store, space, words string) {
	t.Helper()
	err := db.Update(func(tx store.Writer) error {
		for word := range strings.FieldsSeq(words) {
			key, value, _ := strings.Cut(word, "=")
			if err := tx.Put(space, []byte(key), []byte(value)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// words is what put would write.
func words(t *testing.T, db store.Store, space string, r store.Range) string {
	t.Helper()
	var got []string
	err := db.View(func(tx store.Reader) error {
		for key, value := range tx.Range(space, r) {
			word := string(key)
			if len(value) > 0 {
				word += "=" + string(value)
			}
			got = append(got, word)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(got, " ")
}

func TestStore_ranges(t *testing.T) {
	each(t, func(t *testing.T, db store.Store) {
		put(t, db, "other", "a z")
		put(t, db, "s", "b=2 a=1 ab ac b\xff \xff \xff\xff c=")
		for _, test := range []struct {
			r    store.Range
			want string
		}{
			{store.Range{}, "a=1 ab ac b=2 b\xff c \xff \xff\xff"},
			{store.Range{Reverse: true}, "\xff\xff \xff c b\xff b=2 ac ab a=1"},
			{store.Range{From: []byte("ab"), To: []byte("b")}, "ab ac"},
			{store.Range{From: []byte("ab"), To: []byte("b"), Reverse: true}, "ac ab"},
			{store.Range{From: []byte("aa"), To: []byte("bb")}, "ab ac b=2"},
			{store.Range{From: []byte("aa"), To: []byte("bb"), Reverse: true}, "b=2 ac ab"},
			{store.Range{From: []byte("c")}, "c \xff \xff\xff"},
			{store.Range{From: []byte("c"), Reverse: true}, "\xff\xff \xff c"},
			{store.Range{To: []byte("ab")}, "a=1"},
			{store.Range{To: []byte("a"), Reverse: true}, ""},
			{store.Range{From: []byte("x"), To: []byte("d")}, ""},
			{store.Range{From: []byte("x"), To: []byte("d"), Reverse: true}, ""},
			{store.Prefix([]byte("a")), "a=1 ab ac"},
			{store.Prefix([]byte("\xff")), "\xff \xff\xff"},
			{store.Prefix([]byte("b\xff")), "b\xff"},
			{store.Range{From: store.After([]byte("a")), To: []byte("b")}, "ab ac"},
		} {
			if got := words(t, db, "s", test.r); got != test.want {
				t.Errorf("range %q to %q, reverse %v: got %q, want %q", test.r.From, test.r.To, test.r.Reverse, got, test.want)
			}
		}
		if got := words(t, db, "none", store.Range{}); got != "" {
			t.Errorf("a space that is not there: got %q", got)
		}
	})
}

func TestStore_tellsAnEmptyValueFromNone(t *testing.T) {
	each(t, func(t *testing.T, db store.Store) {
		put(t, db, "s", "a b=1")
		_ = db.View(func(tx store.Reader) error {
			for key, want := range map[string]bool{"a": true, "b": true, "c": false, "": false} {
				if value, found := tx.Get("s", []byte(key)); found != want || key == "a" && len(value) != 0 {
					t.Errorf("%q: got %q, %v; want %v", key, value, found, want)
				}
			}
			if _, found := tx.Get("none", []byte("a")); found {
				t.Error("a key of no space is there")
			}
			return nil
		})
	})
}

func TestStore_seesItsOwnWrites(t *testing.T) {
	each(t, func(t *testing.T, db store.Store) {
		put(t, db, "s", "a b c d e")
		for _, reverse := range []bool{false, true} {
			var got []string
			err := db.Update(func(tx store.Writer) error {
				for key := range tx.Range("s", store.Range{Reverse: reverse}) {
					k := string(key)
					got = append(got, k)
					if k == "c" {
						return errors.Join(tx.Delete("s", []byte("b")), tx.Delete("s", []byte("d")),
							tx.Put("s", []byte("bb"), nil), tx.Put("s", []byte("dd"), nil), tx.Delete("s", []byte("c")),
							rest(tx, reverse, &got), errors.New("roll back"))
					}
				}
				return nil
			})
			if err == nil {
				t.Fatal("no error")
			}
			want := "a b c dd e"
			if reverse {
				want = "e d c bb a"
			}
			if s := strings.Join(got, " "); s != want {
				t.Errorf("got %q, want %q", s, want)
			}
		}
		if got := words(t, db, "s", store.Range{}); got != "a b c d e" {
			t.Errorf("after the roll back: %q", got)
		}
	})
}

// rest goes on from c in a range of its own.
func rest(tx store.Reader, reverse bool, got *[]string) error {
	r := store.Range{From: []byte("c"), Reverse: reverse}
	if reverse {
		r = store.Range{To: []byte("c"), Reverse: true}
	}
	for key := range tx.Range("s", r) {
		*got = append(*got, string(key))
	}
	return nil
}

func TestStore_writesWhileItRanges(t *testing.T) {
	each(t, func(t *testing.T, db store.Store) {
		for _, reverse := range []bool{false, true} {
			_ = db.Update(func(tx store.Writer) error {
				for i := range 3000 {
					_ = tx.Put("s", fmt.Appendf(nil, "%04d", i), bytes.Repeat([]byte("x"), 50))
				}
				n := 0
				for key := range tx.Range("s", store.Range{Reverse: reverse}) {
					n++
					_ = tx.Put("copy", key, key)
					if err := tx.Delete("s", bytes.Clone(key)); err != nil {
						t.Fatal(err)
					}
				}
				if n != 3000 {
					t.Errorf("reverse %v: went through %d keys, want 3000", reverse, n)
				}
				return nil
			})
		}
		if got := words(t, db, "s", store.Range{}); got != "" {
			t.Errorf("left: %q", got)
		}
	})
}

func TestStore_rollsBackOnErrorAndPanic(t *testing.T) {
	each(t, func(t *testing.T, db store.Store) {
		put(t, db, "s", "a=1 b=2 c=3")
		put(t, db, "d", "x y")
		spoil := func(tx store.Writer) {
			_ = tx.Put("s", []byte("a"), []byte("9"))
			_ = tx.Put("s", []byte("a"), []byte("8"))
			_ = tx.Delete("s", []byte("b"))
			_ = tx.Put("new", []byte("k"), nil)
			_ = tx.Drop("d")
			_ = tx.Put("d", []byte("z"), nil)
			_ = tx.Put("d", []byte("x"), []byte("1"))
		}
		want := errors.New("no")
		if err := db.Update(func(tx store.Writer) error { spoil(tx); return want }); !errors.Is(err, want) {
			t.Errorf("got error %v", err)
		}
		func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic was swallowed")
				}
			}()
			_ = db.Update(func(tx store.Writer) error { spoil(tx); panic("no") })
		}()
		for space, want := range map[string]string{"s": "a=1 b=2 c=3", "d": "x y", "new": ""} {
			if got := words(t, db, space, store.Range{}); got != want {
				t.Errorf("%s: got %q, want %q", space, got, want)
			}
		}
		put(t, db, "s", "d") // and it still works
	})
}

func TestStore_dropsAndNamesSpaces(t *testing.T) {
	each(t, func(t *testing.T, db store.Store) {
		put(t, db, "b", "x")
		put(t, db, "a", "x y")
		put(t, db, "c", "x")
		_ = db.Update(func(tx store.Writer) error {
			return errors.Join(tx.Drop("b"), tx.Drop("none"), tx.Delete("c", []byte("x")), tx.Delete("none", []byte("x")))
		})
		_ = db.View(func(tx store.Reader) error {
			if got := strings.Join(tx.Spaces(), " "); got != "a" {
				t.Errorf("got spaces %q, want a", got)
			}
			return nil
		})
	})
}

func TestStore_keepsCopies(t *testing.T) {
	each(t, func(t *testing.T, db store.Store) {
		key, value := []byte("key"), []byte("value")
		err := db.Update(func(tx store.Writer) error {
			defer func() { key[0], value[0] = 'X', 'X' }()
			return tx.Put("s", key, value)
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := words(t, db, "s", store.Range{}); got != "key=value" {
			t.Errorf("got %q", got)
		}
	})
}

func TestStore_refusesKeysThatDontFit(t *testing.T) {
	each(t, func(t *testing.T, db store.Store) {
		_ = db.Update(func(tx store.Writer) error {
			for _, test := range []struct {
				space string
				size  int
				want  string
			}{
				{"s", 0, `store: space "s": key has 0 bytes, want 1 to 32768`},
				{"s", store.MaxKey + 1, `store: space "s": key has 32769 bytes, want 1 to 32768`},
				{"", 1, "store: the name of the space is empty"},
			} {
				err := tx.Put(test.space, make([]byte, test.size), nil)
				if err == nil || err.Error() != test.want {
					t.Errorf("%q, %d bytes: got %v, want %s", test.space, test.size, err, test.want)
				}
			}
			return tx.Put("s", bytes.Repeat([]byte("k"), store.MaxKey), nil)
		})
	})
}

func TestStore_isClosed(t *testing.T) {
	each(t, func(t *testing.T, db store.Store) {
		put(t, db, "s", "a")
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		if err := db.View(func(store.Reader) error { return nil }); !errors.Is(err, store.ErrClosed) {
			t.Errorf("view: got %v", err)
		}
		if err := db.Update(func(store.Writer) error { return nil }); !errors.Is(err, store.ErrClosed) {
			t.Errorf("update: got %v", err)
		}
	})
}

// A reader sees the sum of all accounts unchanged while writers move money between them.
func TestStore_isolatesTransactions(t *testing.T) {
	each(t, func(t *testing.T, db store.Store) {
		put(t, db, "s", "a=d b=d c=d d=d") // 100 each
		var writers, readers sync.WaitGroup
		stop := make(chan struct{})
		for w := range 4 {
			writers.Go(func() {
				rng := rand.New(rand.NewPCG(uint64(w), 1))
				for range 50 {
					from, to := []byte{'a' + byte(rng.IntN(4))}, []byte{'a' + byte(rng.IntN(4))}
					_ = db.Update(func(tx store.Writer) error {
						v, _ := tx.Get("s", from)
						_ = tx.Put("s", from, []byte{v[0] - 1})
						v, _ = tx.Get("s", to)
						_ = tx.Put("s", to, []byte{v[0] + 1})
						if rng.IntN(3) == 0 {
							return errors.New("roll back")
						}
						return nil
					})
				}
			})
		}
		for range 2 {
			readers.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
					}
					sum := byte(0)
					_ = db.View(func(tx store.Reader) error {
						for _, v := range tx.Range("s", store.Range{}) {
							sum += v[0]
						}
						return nil
					})
					if want := byte(400 % 256); sum != want {
						t.Errorf("got a sum of %d, want %d", sum, want)
						return
					}
				}
			})
		}
		writers.Wait()
		close(stop)
		readers.Wait()
	})
}

// Random operations give what a map gives.
func TestStore_agreesWithAMap(t *testing.T) {
	each(t, func(t *testing.T, db store.Store) {
		rng := rand.New(rand.NewPCG(3, 4))
		model := map[string]string{}
		key := func() []byte { return fmt.Appendf(nil, "%03x", rng.IntN(2000)) }
		for round := range 40 {
			_ = db.Update(func(tx store.Writer) error {
				next := maps.Clone(model)
				for range 120 {
					k := key()
					if rng.IntN(3) == 0 {
						_ = tx.Delete("s", k)
						delete(next, string(k))
						continue
					}
					v := fmt.Sprint(rng.IntN(9))
					_ = tx.Put("s", k, []byte(v))
					next[string(k)] = v
				}
				if rng.IntN(4) == 0 {
					return errors.New("roll back")
				}
				model = next
				return nil
			})
			r := store.Range{From: key(), To: key(), Reverse: round%2 == 0}
			var want []string
			for _, k := range slices.Sorted(maps.Keys(model)) {
				if k >= string(r.From) && k < string(r.To) {
					want = append(want, k+"="+model[k])
				}
			}
			if r.Reverse {
				slices.Reverse(want)
			}
			if got := words(t, db, "s", r); got != strings.Join(want, " ") {
				t.Fatalf("round %d, %s to %s: got %q, want %q", round, r.From, r.To, got, want)
			}
		}
	})
}

func TestCopy_isAnotherStoreWithTheSame(t *testing.T) {
	each(t, func(t *testing.T, db store.Store) {
		put(t, db, "a", "x=1 y=2")
		put(t, db, "b", "z=3")
		copied := store.NewMemory()
		if err := store.Copy(copied, db); err != nil {
			t.Fatal(err)
		}
		put(t, copied, "a", "x=changed")
		for space, want := range map[string]string{"a": "x=1 y=2", "b": "z=3"} {
			if got := words(t, db, space, store.Range{}); got != want {
				t.Errorf("the original's %s: got %s, want %s", space, got, want)
			}
		}
		if got, want := words(t, copied, "a", store.Range{}), "x=changed y=2"; got != want {
			t.Errorf("the copy: got %s, want %s", got, want)
		}
	})
}

func TestReplace_leavesNothingOfBefore(t *testing.T) {
	each(t, func(t *testing.T, db store.Store) {
		put(t, db, "a", "x=old only=here")
		put(t, db, "gone", "x=1")
		from := store.NewMemory()
		put(t, from, "a", "x=new")
		put(t, from, "b", "z=3")
		if err := store.Replace(db, from); err != nil {
			t.Fatal(err)
		}
		for space, want := range map[string]string{"a": "x=new", "b": "z=3", "gone": ""} {
			if got := words(t, db, space, store.Range{}); got != want {
				t.Errorf("%s: got %q, want %q", space, got, want)
			}
		}
		// Nothing is changed where it fails.
		if err := from.Close(); err != nil {
			t.Fatal(err)
		}
		if err := store.Replace(db, from); !errors.Is(err, store.ErrClosed) {
			t.Errorf("from one that is closed: got %v, want %v", err, store.ErrClosed)
		}
		if got := words(t, db, "b", store.Range{}); got != "z=3" {
			t.Errorf("after that: got %q, want z=3", got)
		}
	})
}
