package store

import (
	"iter"
	"maps"
	"slices"
	"sync"
)

// NewMemory returns an empty store that lives as long as the process, and holds readers back while it is written.
func NewMemory() Store { return &memory{} }

// memory is a store of sorted lists; nil lists until there is something in them.
type memory struct {
	mu     sync.RWMutex
	spaces map[string]*sorted
	closed bool
}

func (m *memory) View(read func(Reader) error) error {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if m.closed {
		return ErrClosed
	}
	return read(memoryReader{m})
}

func (m *memory) Update(write func(Writer) error) (err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return ErrClosed
	}
	tx := &memoryWriter{memoryReader: memoryReader{m}}
	done := false
	defer func() {
		if !done { // an error or a panic
			tx.undo()
		}
	}()
	if err := write(tx); err != nil {
		return err
	}
	done = true
	return nil
}

func (m *memory) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	m.spaces = nil
	return nil
}

type memoryReader struct{ m *memory }

func (t memoryReader) Get(space string, key []byte) ([]byte, bool) { return t.m.spaces[space].get(key) }

func (t memoryReader) Range(space string, r Range) iter.Seq2[[]byte, []byte] {
	return func(yield func(key, value []byte) bool) {
		list := t.m.spaces[space]
		if list == nil {
			return
		}
		p := list.start(r)
		for e, ok := list.at(p); ok && r.has(e.key); e, ok = list.at(p) {
			version := list.version
			if !yield(e.key, e.value) {
				return
			}
			switch {
			case list.version == version:
				p = list.step(p, r.Reverse)
			case r.Reverse:
				p = list.step(list.seek(e.key), true)
			default:
				p = list.seek(After(e.key))
			}
		}
	}
}

func (t memoryReader) Spaces() []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(t.m.spaces)) {
		if t.m.spaces[name].chunks != nil {
			names = append(names, name)
		}
	}
	return names
}

// memoryWriter writes in place and notes what was there.
type memoryWriter struct {
	memoryReader
	before []change
}

// change is one key as it was before a write, or a whole space.
type change struct {
	space      string
	key, value []byte
	found      bool
	dropped    *sorted
}

func (t *memoryWriter) Put(space string, key, value []byte) error {
	if err := checkKey(space, key); err != nil {
		return err
	}
	list := t.m.spaces[space]
	if list == nil {
		if t.m.spaces == nil {
			t.m.spaces = map[string]*sorted{}
		}
		list = &sorted{}
		t.m.spaces[space] = list
	}
	old, found := list.put(slices.Clone(key), slices.Clone(value))
	t.before = append(t.before, change{space: space, key: slices.Clone(key), value: old, found: found})
	return nil
}

func (t *memoryWriter) Delete(space string, key []byte) error {
	list := t.m.spaces[space]
	if old, found := list.get(key); found {
		list.remove(key)
		t.before = append(t.before, change{space: space, key: slices.Clone(key), value: old, found: true})
	}
	return nil
}

func (t *memoryWriter) Drop(space string) error {
	if list := t.m.spaces[space]; list != nil {
		delete(t.m.spaces, space)
		t.before = append(t.before, change{space: space, dropped: list})
	}
	return nil
}

func (t *memoryWriter) undo() {
	for _, c := range slices.Backward(t.before) {
		switch {
		case c.dropped != nil:
			t.m.spaces[c.space] = c.dropped
		case c.found:
			t.m.spaces[c.space].put(c.key, c.value)
		default:
			t.m.spaces[c.space].remove(c.key)
		}
	}
}
