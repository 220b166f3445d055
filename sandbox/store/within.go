package store

import (
	"iter"
	"strings"
)

// Within is a part of a store: the spaces whose names begin with a prefix, by what follows it. Close leaves the store open.
func Within(s Store, prefix string) Store { return within{s, prefix} }

type within struct {
	store  Store
	prefix string
}

func (w within) View(read func(Reader) error) error {
	return w.store.View(func(r Reader) error { return read(withinReader{r, w.prefix}) })
}

func (w within) Update(write func(Writer) error) error {
	return w.store.Update(func(tx Writer) error { return write(withinWriter{withinReader{tx, w.prefix}, tx}) })
}

func (within) Close() error { return nil }

type withinReader struct {
	reader Reader
	prefix string
}

func (r withinReader) Get(space string, key []byte) ([]byte, bool) {
	return r.reader.Get(r.prefix+space, key)
}

func (r withinReader) Range(space string, of Range) iter.Seq2[[]byte, []byte] {
	return r.reader.Range(r.prefix+space, of)
}

func (r withinReader) Spaces() (names []string) {
	for _, space := range r.reader.Spaces() {
		if name, ok := strings.CutPrefix(space, r.prefix); ok {
			names = append(names, name)
		}
	}
	return names
}

type withinWriter struct {
	withinReader
	writer Writer
}

func (w withinWriter) Put(space string, key, value []byte) error {
	return w.writer.Put(w.prefix+space, key, value)
}

func (w withinWriter) Delete(space string, key []byte) error {
	return w.writer.Delete(w.prefix+space, key)
}

func (w withinWriter) Drop(space string) error { return w.writer.Drop(w.prefix + space) }
