package s3

import (
	"bytes"
	"io"
	"io/fs"
	"slices"
	"sync"

	"lightbox.example/lightbox/sandbox/store"
)

// A small body lies in the store: it comes and goes in the transaction of its record, where a file would be made before that and
// removed behind it. To make and to remove a file takes longer than all else that a small object needs.

// held is a body that is in memory.
type held struct{ *bytes.Reader }

func (held) Close() error { return nil }

// hand writes the next bytes of a body into an answer: at once, where they are in memory to the end. A client that went away has had
// enough.
func hand(w io.Writer, from io.Reader, length int64) {
	if h, ok := from.(held); ok && int64(h.Len()) == length {
		_, _ = h.WriteTo(w)
		return
	}
	_, _ = pour(w, io.LimitReader(from, length))
}

// openHeld opens a body that is in the store. It fails with fs.ErrNotExist, as for a file, if it is gone.
func (b bodies) openHeld(id string) (held, error) {
	var content []byte
	err := b.store.View(func(tx store.Reader) error {
		value, found := tx.Get(spaceBodies, []byte(id))
		if !found {
			return fs.ErrNotExist
		}
		content = slices.Clone(value)
		return nil
	})
	return held{bytes.NewReader(content)}, err
}

// put writes a body that is kept and small into the store, in the transaction of its record.
func (w *writer) put(tx store.Writer) error {
	if w.held == nil || w.size == 0 {
		return nil
	}
	return tx.Put(spaceBodies, []byte(w.id), w.held.Bytes())
}

// forget deletes a body that is in the store, in the transaction in which its record goes. Those in files are removed when the
// transaction is over.
func forget(tx store.Writer, gone body) error {
	if !gone.Held {
		return nil
	}
	return tx.Delete(spaceBodies, []byte(gone.ID))
}

// letGo gives back what the writer held.
func (w *writer) letGo() {
	if w.held != nil {
		w.held.Reset()
		holders.Put(w.held)
		w.held = nil
	}
}

// holders are the buffers of writers, which grow no longer than a small body and what was read with its end.
var holders = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// pouring are the buffers of pour.
var pouring = sync.Pool{New: func() any { return new([64 << 10]byte) }}

// pour copies all there is, as io.Copy does, with a buffer that stays.
func pour(to io.Writer, from io.Reader) (int64, error) {
	buffer := pouring.Get().(*[64 << 10]byte)
	defer pouring.Put(buffer)
	return io.CopyBuffer(to, from, buffer[:])
}
