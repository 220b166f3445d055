package dynamodb_test

import (
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lightbox.example/lightbox/sandbox/dynamodb"
	"lightbox.example/lightbox/sandbox/store"
)

const figuresSpace = "dynamodb/figures"

// watched is a store that counts what is read of it, and fails writes when it is told to.
type watched struct {
	store.Store
	gets, rows int
	broken     bool
}

type watchedReader struct {
	store.Reader
	of *watched
}

type watchedWriter struct {
	store.Writer
	of *watched
}

func (w *watched) View(read func(store.Reader) error) error {
	return w.Store.View(func(tx store.Reader) error { return read(watchedReader{tx, w}) })
}

func (w *watched) Update(write func(store.Writer) error) error {
	return w.Store.Update(func(tx store.Writer) error {
		err := write(watchedWriter{tx, w})
		if w.broken {
			err = errors.Join(err, errors.New("the disk is full"))
		}
		return err
	})
}

func (r watchedReader) Get(space string, key []byte) ([]byte, bool) {
	r.of.gets++
	return r.Reader.Get(space, key)
}

func (r watchedReader) Range(space string, of store.Range) iter.Seq2[[]byte, []byte] {
	return r.of.watch(r.Reader.Range(space, of))
}

func (w watchedWriter) Range(space string, of store.Range) iter.Seq2[[]byte, []byte] {
	return w.of.watch(w.Writer.Range(space, of))
}

func (w *watched) watch(rows iter.Seq2[[]byte, []byte]) iter.Seq2[[]byte, []byte] {
	return func(yield func([]byte, []byte) bool) {
		for key, value := range rows {
			w.rows++
			if !yield(key, value) {
				return
			}
		}
	}
}

// open opens an engine on the store, with the clock of the test.
func open(t testing.TB, db store.Store) *world {
	t.Helper()
	w := &world{t: t, now: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)}
	var err error
	if w.Service, err = dynamodb.New(db, dynamodb.Config{Now: func() time.Time { return w.now }}); err != nil {
		t.Fatal(err)
	}
	return w
}

// DescribeTable reads a number for the table and one for each index, however many rows there are.
func TestDescribeTable_readsNoRows(t *testing.T) {
	db := &watched{Store: store.NewMemory()}
	w := open(t, db)
	w.ok("CreateTable", photos)
	for n := range 50 {
		w.ok("PutItem", benchItem(n, "PHOTO"))
	}
	db.gets, db.rows = 0, 0
	w.ok("DescribeTable", `{"TableName": "Photos"}`)
	if db.gets != 4 || db.rows != 0 {
		t.Errorf("read %d values and %d rows, want 4 and none", db.gets, db.rows)
	}
	w.ok("Scan", `{"TableName": "Photos"}`)
	if db.rows < 50 {
		t.Errorf("a scan read %d rows, want 50: the test counts nothing", db.rows)
	}
}

// Whatever is written and however it ends, the figures are those of counting: in both stores, and in an engine that is opened
// on what another one left.
func TestDescribeTable_keepsCount(t *testing.T) {
	for name, make := range map[string]func(t *testing.T) store.Store{
		"memory": func(*testing.T) store.Store { return store.NewMemory() },
		"file": func(t *testing.T) store.Store {
			db, err := store.Open(filepath.Join(t.TempDir(), "store.db"))
			if err != nil {
				t.Fatal(err)
			}
			return db
		},
	} {
		t.Run(name, func(t *testing.T) {
			db := &watched{Store: make(t)}
			w := open(t, db)
			w.ok("CreateTable", photos)
			w.ok("UpdateTimeToLive", `{"TableName": "Photos", "TimeToLiveSpecification": {"AttributeName": "ends", "Enabled": true}}`)
			random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same on each run
			for range 300 {
				db.broken = random.IntN(10) == 0
				operation, body := anyWrite(random)
				_, _ = w.Handle(operation, []byte(body)) // a write that fails is part of it
				db.broken = false
				w.now = w.now.Add(time.Minute)
			}
			kept := w.ok("DescribeTable", `{"TableName": "Photos"}`)
			same(t, "opened again", open(t, db).ok("DescribeTable", `{"TableName": "Photos"}`), kept)
			forget(t, db)
			same(t, "counted", open(t, db).ok("DescribeTable", `{"TableName": "Photos"}`), kept)
			if strings.Contains(kept, `"ItemCount":0`) {
				t.Errorf("got %s, want some items in all of it", kept)
			}
			w.ok("DeleteTable", `{"TableName": "Photos"}`)
			w.ok("CreateTable", photos)
			if text := w.ok("DescribeTable", `{"TableName": "Photos"}`); strings.Count(text, `"ItemCount":0`) != 4 {
				t.Errorf("a new table of the name: got %s, want nothing in it", text)
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// anyWrite is a write of every kind, on few keys: so that items come, go, change, enter indexes and leave them.
func anyWrite(random *rand.Rand) (operation, body string) {
	key := func() string { return fmt.Sprintf(`"id": {"S": "p%d"}, "row": {"S": "r"}`, random.IntN(8)) }
	item := func() string {
		text := key() + fmt.Sprintf(`, "text": {"S": %q}`, strings.Repeat("x", random.IntN(9)))
		if random.IntN(2) == 0 {
			text += `, "owner": {"S": "o"}`
		}
		if random.IntN(2) == 0 {
			text += fmt.Sprintf(`, "likes": {"N": "%d"}`, random.IntN(3))
		}
		if random.IntN(4) == 0 {
			text += fmt.Sprintf(`, "ends": {"N": "%d"}`, time.Date(2026, 11, 21, 12+random.IntN(4), 0, 0, 0, time.UTC).Unix())
		}
		return text
	}
	put := func() string { return `{"TableName": "Photos", "Item": {` + item() + `}}` }
	remove := func() string { return `{"TableName": "Photos", "Key": {` + key() + `}}` }
	change := func() string {
		return `{"TableName": "Photos", "Key": {` + key() + `}, "UpdateExpression": "SET #o = :o, #t = :t REMOVE likes",
			"ExpressionAttributeNames": {"#o": "owner", "#t": "text"}, "ExpressionAttributeValues": {":o": {"S": "someone"}, ":t": {"S": "new"}}}`
	}
	refused := `{"TableName": "Photos", "Key": {` + key() + `}, "ConditionExpression": "attribute_exists(nothing)"}`
	switch random.IntN(7) {
	case 0, 1:
		return "PutItem", put()
	case 2:
		return "DeleteItem", remove()
	case 3:
		return "UpdateItem", change()
	case 4:
		return "DeleteItem", refused
	case 5:
		return "BatchWriteItem", `{"RequestItems": {"Photos": [{"PutRequest": {"Item": {` + item() + `}}}, {"DeleteRequest": {"Key": {` + key() + `}}}]}}`
	default:
		third := remove()
		if random.IntN(2) == 0 {
			third = refused
		}
		return "TransactWriteItems", `{"TransactItems": [{"Put": ` + put() + `}, {"Update": ` + change() + `}, {"Delete": ` + third + `}]}`
	}
}

// forget takes the figures out of a store, as one has it that an older sandbox wrote.
func forget(t testing.TB, db store.Store) {
	t.Helper()
	if err := db.Update(func(tx store.Writer) error { return tx.Drop(figuresSpace) }); err != nil {
		t.Fatal(err)
	}
}

// Figures that are none stop the sandbox, instead of being taken for some.
func TestNew_refusesFiguresThatAreNone(t *testing.T) {
	db := store.NewMemory()
	w := open(t, db)
	w.ok("CreateTable", photos)
	err := db.Update(func(tx store.Writer) error {
		for key := range tx.Range(figuresSpace, store.Range{}) {
			if err := tx.Put(figuresSpace, key, []byte("short")); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := dynamodb.New(db, dynamodb.Config{}); err == nil || !strings.Contains(err.Error(), "got 5 bytes, want 16") {
		t.Errorf("got %v, want figures that are refused", err)
	}
}

// What DescribeTable takes beside what counting takes, which it did before.
func BenchmarkDescribeTable(b *testing.B) {
	for _, rows := range []int{1000, 100_000} {
		db := store.NewMemory()
		w := open(b, db)
		w.ok("CreateTable", photos)
		for n := range rows {
			w.ok("PutItem", benchItem(n, "PHOTO"))
		}
		b.Run(fmt.Sprint(rows, "/read"), func(b *testing.B) {
			for b.Loop() {
				w.ok("DescribeTable", `{"TableName": "Photos"}`)
			}
		})
		b.Run(fmt.Sprint(rows, "/counted"), func(b *testing.B) {
			for b.Loop() {
				forget(b, db)
				open(b, db)
			}
		})
	}
}
