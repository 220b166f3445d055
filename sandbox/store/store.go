// Package store is the database of the sandbox: ordered key/value spaces with transactions, in one process.
//
// Open keeps them in a file, so that what a transaction wrote is there after a kill -9 as a whole or not at all;
// NewMemory keeps them in memory and costs a few allocations. Both behave the same; one suite of tests holds them to it.
//
// A space is there as soon as it has a key. Keys are compared byte by byte. Values that are JSON go in and out by PutJSON and
// GetJSON.
package store

import (
	"errors"
	"fmt"
	"iter"
	"slices"
)

// A Store holds spaces. It is safe for concurrent use.
type Store interface {
	// View runs read with everything as it is at one moment, and returns its error.
	View(read func(Reader) error) error

	// Update runs write alone among writers. When it returns nil, all that it wrote is there, on disk if the store is
	// there; when it returns an error or panics, nothing is. Transactions are not nested.
	Update(write func(Writer) error) error

	// Close waits for transactions to end. Those that begin later fail with ErrClosed.
	Close() error
}

// A Reader reads within a transaction. The slices that it gives belong to the store: they must not be changed and are not
// to be kept after the transaction.
type Reader interface {
	// Get returns the value of key, and whether there is one.
	Get(space string, key []byte) (value []byte, found bool)

	// Range goes through keys and values in the order of r. It sees what the transaction has written so far, ahead of its
	// place: one may put and delete while ranging, but not drop the space.
	Range(space string, r Range) iter.Seq2[[]byte, []byte]

	// Spaces are the names of the spaces that have keys, sorted.
	Spaces() []string
}

// A Writer reads and writes within a transaction.
type Writer interface {
	Reader

	// Put sets the value of key. The store keeps copies. It fails on an empty name of a space and on a key that is empty or
	// longer than MaxKey.
	Put(space string, key, value []byte) error

	// Delete removes key, if it is there.
	Delete(space string, key []byte) error

	// Drop removes all keys of a space.
	Drop(space string) error
}

// MaxKey is the longest key, in bytes.
const MaxKey = 32 << 10

// ErrClosed is the error of a transaction on a store that was closed.
var ErrClosed = errors.New("store: closed")

// A Range is the keys from From up to, but without, To. Nil leaves an end open; the zero Range is all keys.
type Range struct {
	From, To []byte
	Reverse  bool // from the last key to the first
}

// Prefix is the range of the keys that begin with p.
func Prefix(p []byte) Range { return Range{From: p, To: PrefixEnd(p)} }

// PrefixEnd is the first key after all that begin with p, or nil when there is none.
func PrefixEnd(p []byte) []byte {
	for i := len(p) - 1; i >= 0; i-- {
		if p[i] < 0xFF {
			end := slices.Clone(p[:i+1])
			end[i]++
			return end
		}
	}
	return nil
}

// After is the first key after k.
func After(k []byte) []byte { return append(slices.Clone(k), 0) }

// checkKey refuses what not every store can hold.
func checkKey(space string, key []byte) error {
	if space == "" {
		return errors.New("store: the name of the space is empty")
	}
	if len(key) == 0 || len(key) > MaxKey {
		return fmt.Errorf("store: space %q: key has %d bytes, want 1 to %d", space, len(key), MaxKey)
	}
	return nil
}
