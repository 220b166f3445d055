package store

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// filled is how much of a page is filled when it is divided. Most keys come in an order, in their table or among those of their
// partition, and by halves, as bbolt has it, the file would be twice what is in it. Where they come in none it is a tenth longer.
const filled = 0.8

// lockPatience is how long Open waits for a process that is about to end.
const lockPatience = 200 * time.Millisecond

// ErrInUse is the error of Open when another process, or this one, has the file open.
var ErrInUse = errors.New("the file is in use by another sandbox")

// ErrDamaged is the error of Open when the file is none of a store, or was cut short or overwritten.
var ErrDamaged = errors.New("the file is damaged")

// Open opens the store in the file at path and makes the file, and its folder, if need be. Only one process has it open at a
// time: Open fails with ErrInUse for the second.
// It fails with ErrDamaged, and leaves the file as it is, where the file can't be read.
//
// A transaction returns when its pages are on the disk and, after them, the page that makes them count: a process that is
// killed, and a machine that loses power, leave the last transaction that returned or one that was about to return. Those
// that wait while one is written go to the disk together.
func Open(path string) (Store, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	if err := check(path); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	db, err := open(path, &bbolt.Options{
		FreelistType: bbolt.FreelistMapType,
		// The list of free pages is found by a scan at the next start instead of being written with every transaction.
		NoFreelistSync: true,
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &disk{db: db}, nil
}

// open opens the database, and says what is wrong with one that is damaged: there bbolt panics.
func open(path string, options *bbolt.Options) (db *bbolt.DB, err error) {
	defer damaged(&err)
	options.Timeout = lockPatience
	db, err = bbolt.Open(path, 0o600, options)
	switch {
	case errors.Is(err, berrors.ErrTimeout):
		return nil, ErrInUse
	case errors.Is(err, berrors.ErrInvalid), errors.Is(err, berrors.ErrVersionMismatch), errors.Is(err, berrors.ErrChecksum):
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return db, err
}

// check reads a file that is there from end to end. Opening it for writing does so as well, but bbolt does that in a goroutine
// of its own, whose panic nobody can catch.
func check(path string) (err error) {
	if info, err := os.Stat(path); err != nil || info.Size() == 0 {
		return nil // it is to be made; and what else is wrong with it, open says
	}
	db, err := open(path, &bbolt.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	defer damaged(&err)
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true)) // what lies behind the end of a file that was cut short
	return db.View(func(tx *bbolt.Tx) error {
		return tx.ForEach(func(_ []byte, b *bbolt.Bucket) error {
			return b.ForEach(func(_, _ []byte) error { return nil })
		})
	})
}

// damaged turns the panic of a reader into an error.
func damaged(err *error) {
	if fault := recover(); fault != nil {
		*err = fmt.Errorf("%w: %v", ErrDamaged, fault)
	}
}

// disk is a store in a file: a space is a bucket.
type disk struct {
	db *bbolt.DB
	group
}

func (d *disk) View(read func(Reader) error) error {
	return closed(d.db.View(func(tx *bbolt.Tx) error { return read(diskTx{tx: tx}) }))
}

func (d *disk) Close() error { return d.db.Close() }

func closed(err error) error {
	if errors.Is(err, berrors.ErrDatabaseNotOpen) {
		return ErrClosed
	}
	return err
}

// diskTx is a transaction. One that writes is a part of a transaction of the file's, of which undo is the way back to where
// it began.
type diskTx struct {
	tx   *bbolt.Tx
	undo *undo
}

func (t diskTx) Get(space string, key []byte) ([]byte, bool) {
	b := t.tx.Bucket([]byte(space))
	if b == nil {
		return nil, false
	}
	// Not Bucket.Get, which can't tell an empty value from none.
	k, v := b.Cursor().Seek(key)
	if k == nil || !bytes.Equal(k, key) {
		return nil, false
	}
	return v, true
}

func (t diskTx) Range(space string, r Range) iter.Seq2[[]byte, []byte] {
	return func(yield func(key, value []byte) bool) {
		b := t.tx.Bucket([]byte(space))
		if b == nil {
			return
		}
		c := b.Cursor()
		for k, v := first(c, r); k != nil && r.has(k); k, v = t.next(c, k, r) {
			if !yield(k, v) {
				return
			}
		}
	}
}

// first puts c on the first key in the order of r, which may lie outside of r.
func first(c *bbolt.Cursor, r Range) (k, v []byte) {
	if !r.Reverse {
		if r.From == nil {
			return c.First()
		}
		return c.Seek(r.From)
	}
	if r.To == nil {
		return c.Last()
	}
	return before(c, r.To)
}

// before puts c on the last key that is less than key.
func before(c *bbolt.Cursor, key []byte) (k, v []byte) {
	if k, _ := c.Seek(key); k == nil {
		return c.Last()
	}
	return c.Prev()
}

func (t diskTx) next(c *bbolt.Cursor, key []byte, r Range) (k, v []byte) {
	switch {
	case t.tx.Writable() && r.Reverse: // a write may have moved the cursor's page
		return before(c, slices.Clone(key))
	case t.tx.Writable():
		return c.Seek(After(key))
	case r.Reverse:
		return c.Prev()
	}
	return c.Next()
}

// has reports whether the end of r that its order comes to is still ahead of k.
func (r Range) has(k []byte) bool {
	if r.Reverse {
		return bytes.Compare(k, r.From) >= 0
	}
	return r.To == nil || bytes.Compare(k, r.To) < 0
}

func (t diskTx) Spaces() []string {
	var names []string
	c := t.tx.Cursor()
	for name, _ := c.First(); name != nil; name, _ = c.Next() {
		if k, _ := t.tx.Bucket(name).Cursor().First(); k != nil {
			names = append(names, string(name))
		}
	}
	return names
}

func (t diskTx) Put(space string, key, value []byte) error {
	if err := checkKey(space, key); err != nil {
		return err
	}
	b, err := t.tx.CreateBucketIfNotExists([]byte(space))
	if err != nil {
		return fmt.Errorf("store: space %q: %w", space, err)
	}
	b.FillPercent = filled
	t.undo.note(t, space, key)
	// bbolt copies the key but keeps the value until the transaction ends.
	return b.Put(key, slices.Clone(value))
}

func (t diskTx) Delete(space string, key []byte) error {
	b := t.tx.Bucket([]byte(space))
	if b == nil {
		return nil
	}
	t.undo.note(t, space, key)
	return b.Delete(key)
}

func (t diskTx) Drop(space string) error {
	for key := range t.Range(space, Range{}) {
		t.undo.note(t, space, key)
	}
	err := t.tx.DeleteBucket([]byte(space))
	if errors.Is(err, berrors.ErrBucketNotFound) {
		return nil
	}
	return err
}
