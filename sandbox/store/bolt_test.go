package store_test

import (
	"bufio"
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"lightbox.example/lightbox/sandbox/store"
)

var kills = flag.Int("kills", 5, "how often to kill the process that writes")

// childPath names the file that a child of this test binary writes to until it is killed.
const childPath = "LIGHTBOX_STORE_TEST_FILE"

func TestMain(m *testing.M) {
	if path := os.Getenv(childPath); path != "" {
		if err := writeForever(path); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	flag.Parse()
	os.Exit(m.Run())
}

func TestOpen_refusesAFileInUse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	open(t, path)
	_, err := store.Open(path)
	if !errors.Is(err, store.ErrInUse) || !strings.Contains(err.Error(), path) {
		t.Errorf("got %v, want %v with the path", err, store.ErrInUse)
	}
}

func TestOpen_refusesAFileThatIsDamaged(t *testing.T) {
	whole := filepath.Join(t.TempDir(), "store.db")
	db := open(t, whole)
	for i := range 40 {
		put(t, db, fmt.Sprintf("space%d", i), fmt.Sprintf("key=%s", strings.Repeat("v", 5000)))
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	overwritten := slices.Clone(good)
	for page := 2 * 4096; page < len(overwritten); page += 4096 {
		copy(overwritten[page:], "overwritten by something else")
	}
	for name, content := range map[string][]byte{
		"notes":       []byte(strings.Repeat("notes ", 10_000)),
		"a few bytes": []byte("notes"),
		"cut short":   good[:len(good)/4],
		"overwritten": overwritten,
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "store.db")
			if err := os.WriteFile(path, content, 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := store.Open(path)
			if !errors.Is(err, store.ErrDamaged) || !strings.Contains(err.Error(), path) {
				t.Errorf("got %v, want %v with the path", err, store.ErrDamaged)
			}
			if left, err := os.ReadFile(path); err != nil || !bytes.Equal(left, content) {
				t.Errorf("got another file (%v), want it left as it was", err)
			}
		})
	}
}

func TestOpen_findsWhatWasThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	db := open(t, path)
	put(t, db, "s", "a=1 b=2")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if got := words(t, open(t, path), "s", store.Range{}); got != "a=1 b=2" {
		t.Errorf("got %q", got)
	}
}

// rowsOf is how many rows a transaction of the child writes.
const rowsOf = 5

// writeForever numbers transactions and prints each number once its transaction has returned.
func writeForever(path string) error {
	db, err := store.Open(path)
	if err != nil {
		return err
	}
	var mu sync.Mutex
	errs := make(chan error)
	for w := range 4 {
		go func() {
			for n := lastOf(db, w) + 1; ; n++ {
				err := db.Update(func(tx store.Writer) error {
					for row := range rowsOf {
						key := fmt.Appendf(nil, "%d/%08d/%d", w, n, row)
						if err := tx.Put("rows", key, make([]byte, n%700)); err != nil {
							return err
						}
						// An older transaction's row goes in the same one.
						if err := tx.Delete("rows", fmt.Appendf(nil, "%d/%08d/%d", w, n-20, row)); err != nil {
							return err
						}
					}
					return tx.Put("last", []byte{byte(w)}, []byte(strconv.Itoa(n)))
				})
				if err != nil {
					errs <- err
					return
				}
				mu.Lock()
				fmt.Println(w, n)
				mu.Unlock()
			}
		}()
	}
	return <-errs
}

func lastOf(db store.Store, w int) (n int) {
	_ = db.View(func(tx store.Reader) error {
		value, _ := tx.Get("last", []byte{byte(w)})
		n, _ = strconv.Atoi(string(value))
		return nil
	})
	return n
}

// Whatever was acknowledged before a kill is there after it, and every transaction is there as a whole or not at all.
func TestOpen_survivesKills(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	var acked [4]int
	total := 0
	for kill := range *kills {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), childPath+"="+path)
		child.Stderr = os.Stderr
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewReader(out)
		acks := 0
		limit := 20 + rand.IntN(100)
		for ; ; acks++ {
			var w, n int
			if _, err := fmt.Fscan(lines, &w, &n); err != nil {
				if errors.Is(err, io.EOF) || acks >= limit {
					break
				}
				t.Fatal(err)
			}
			acked[w] = n
			if acks == limit {
				time.AfterFunc(time.Duration(rand.IntN(3000))*time.Microsecond, func() { _ = child.Process.Kill() })
			}
		}
		if err := child.Wait(); err == nil || acks < limit {
			t.Fatalf("kill %d: the child ended by itself after %d transactions: %v", kill, acks, err)
		}
		total += acks
		check(t, kill, path, acked)
	}
	t.Logf("%d kills, %d transactions acknowledged", *kills, total)
}

func check(t *testing.T, kill int, path string, acked [4]int) {
	t.Helper()
	db, err := store.Open(path)
	if err != nil {
		t.Fatalf("kill %d: %v", kill, err)
	}
	defer db.Close()
	for w, n := range acked {
		last := lastOf(db, w)
		if last < n {
			t.Errorf("kill %d: writer %d: transaction %d was acknowledged, the last one there is %d", kill, w, n, last)
		}
		found := map[int]int{}
		_ = db.View(func(tx store.Reader) error {
			for key, value := range tx.Range("rows", store.Prefix(fmt.Appendf(nil, "%d/", w))) {
				n, _ := strconv.Atoi(string(key[2:10]))
				found[n]++
				if len(value) != n%700 {
					t.Errorf("kill %d: writer %d: row %s has %d bytes, want %d", kill, w, key, len(value), n%700)
				}
			}
			return nil
		})
		for n, rows := range found {
			if n <= last-20 || n > last || rows != rowsOf {
				t.Errorf("kill %d: writer %d: transaction %d of %d has %d rows, want %d", kill, w, n, last, rows, rowsOf)
			}
		}
		if want := min(last, 20); len(found) != want {
			t.Errorf("kill %d: writer %d: %d transactions have rows, want %d", kill, w, len(found), want)
		}
	}
}

func BenchmarkStore_update(b *testing.B) {
	for name, db := range map[string]func() (store.Store, error){
		"memory": func() (store.Store, error) { return store.NewMemory(), nil },
		"disk":   func() (store.Store, error) { return store.Open(filepath.Join(b.TempDir(), "store.db")) },
	} {
		b.Run(name, func(b *testing.B) {
			db, err := db()
			if err != nil {
				b.Fatal(err)
			}
			defer db.Close()
			value := make([]byte, 300)
			for i := 0; b.Loop(); i++ {
				_ = db.Update(func(tx store.Writer) error {
					return tx.Put("s", fmt.Appendf(nil, "%08d", i*7919%1_000_000), value)
				})
			}
		})
	}
}

// A world of a few rows.
func BenchmarkNewMemory_fewRows(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		_ = store.NewMemory().Update(func(tx store.Writer) error {
			for _, key := range [...]string{"a", "c", "b", "d"} {
				if err := tx.Put("s", []byte(key), []byte("value")); err != nil {
					return err
				}
			}
			return nil
		})
	}
}
