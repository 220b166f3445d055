package store

import (
	"errors"
	"slices"
	"sync"

	"go.etcd.io/bbolt"
)

// A group is the transactions that wait to be written. Whoever comes first when the disk is free writes for all of them, one
// after the other, in one transaction of the file's: what takes time is to wait for the disk, and that is done once.
type group struct {
	mu      sync.Mutex
	waiting []*member

	turn sync.Mutex // held by the one that writes
}

// A member is one transaction.
type member struct {
	write func(Writer) error
	over  bool  // whether err is its result
	err   error // of write, or of the disk
	panic any   // what write panicked with; nil for nothing
}

func (d *disk) Update(write func(Writer) error) error {
	m := &member{write: write}
	d.mu.Lock()
	d.waiting = append(d.waiting, m)
	d.mu.Unlock()
	d.await(m)
	if m.panic != nil {
		panic(m.panic)
	}
	return m.err
}

// await returns when m is over: somebody has written for it, or it has written for all.
func (d *disk) await(m *member) {
	d.turn.Lock()
	defer d.turn.Unlock()
	if m.over {
		return
	}
	d.mu.Lock()
	members := d.waiting
	d.waiting = nil
	d.mu.Unlock()
	d.commit(members)
}

// errUnfinished is the result of a transaction whose goroutine ended while it was written.
var errUnfinished = errors.New("store: the transaction was not completed")

// commit writes the transactions of all members, or of none that has no error of its own.
func (d *disk) commit(members []*member) {
	result := errUnfinished
	defer func() {
		for _, m := range members {
			if m.over = true; m.err == nil {
				m.err = result
			}
		}
	}()
	result = closed(d.db.Update(func(tx *bbolt.Tx) error {
		for _, m := range members {
			if err := m.run(tx); err != nil {
				return err
			}
		}
		return nil
	}))
}

// run takes the steps of one transaction, and takes them back if it fails. The error is that of taking them back.
func (m *member) run(tx *bbolt.Tx) error {
	t := diskTx{tx: tx, undo: &undo{}}
	m.err = m.try(t)
	if m.err == nil {
		return nil
	}
	return t.undo.all(t)
}

// errPanicked is the error of a transaction that panicked, whose caller panics in turn.
var errPanicked = errors.New("store: the transaction panicked")

func (m *member) try(t diskTx) (err error) {
	defer func() {
		if m.panic = recover(); m.panic != nil {
			err = errPanicked
		}
	}()
	return m.write(t)
}

// undo is what a transaction has overwritten, in the order in which it did.
type undo struct{ before []pair }

// A pair is what was at a key of a space.
type pair struct {
	space      string
	key, value []byte
	found      bool
}

// note remembers what is at a key before it changes. The value is the file's or the transaction's: neither changes until the
// transaction of the file ends.
func (u *undo) note(t diskTx, space string, key []byte) {
	value, found := t.Get(space, key)
	u.before = append(u.before, pair{space, slices.Clone(key), value, found})
}

// all puts everything back.
func (u *undo) all(t diskTx) error {
	for _, p := range slices.Backward(u.before) {
		b, err := t.tx.CreateBucketIfNotExists([]byte(p.space))
		if err == nil && p.found {
			err = b.Put(p.key, p.value)
		} else if err == nil {
			err = b.Delete(p.key)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
