package store

import (
	"bytes"
	"slices"
)

// chunk is how many entries lie in one slice at most: few enough to move, many enough to find.
const chunk = 512

// sorted is a list of entries in the order of their keys, in chunks that are never empty. The nil list is empty.
type sorted struct {
	chunks  [][]entry
	version int // grows with every change of the order
}

type entry struct{ key, value []byte }

// place is where an entry lies, or would.
type place struct{ chunk, at int }

// seek is the place of the first entry whose key is not less than key.
func (s *sorted) seek(key []byte) place {
	c, _ := slices.BinarySearchFunc(s.chunks, key, func(list []entry, key []byte) int {
		return bytes.Compare(list[len(list)-1].key, key)
	})
	if c == len(s.chunks) {
		return place{chunk: c}
	}
	at, _ := slices.BinarySearchFunc(s.chunks[c], key, compareKey)
	return place{c, at}
}

func compareKey(e entry, key []byte) int { return bytes.Compare(e.key, key) }

// start is the place of the first entry in the order of r.
func (s *sorted) start(r Range) place {
	if !r.Reverse {
		return s.seek(r.From)
	}
	if r.To == nil {
		return s.step(place{chunk: len(s.chunks)}, true)
	}
	return s.step(s.seek(r.To), true)
}

// at is the entry at p, and whether there is one.
func (s *sorted) at(p place) (entry, bool) {
	if p.chunk < 0 || p.chunk >= len(s.chunks) {
		return entry{}, false
	}
	return s.chunks[p.chunk][p.at], true
}

// step is the place after p, or before it.
func (s *sorted) step(p place, back bool) place {
	switch {
	case back && p.at > 0:
		return place{p.chunk, p.at - 1}
	case back && p.chunk > 0:
		return place{p.chunk - 1, len(s.chunks[p.chunk-1]) - 1}
	case back:
		return place{chunk: -1}
	case p.at+1 < len(s.chunks[p.chunk]):
		return place{p.chunk, p.at + 1}
	}
	return place{chunk: p.chunk + 1}
}

func (s *sorted) get(key []byte) ([]byte, bool) {
	if s == nil {
		return nil, false
	}
	e, ok := s.at(s.seek(key))
	if !ok || !bytes.Equal(e.key, key) {
		return nil, false
	}
	return e.value, true
}

// put sets the value of key and returns the one that it replaces.
func (s *sorted) put(key, value []byte) (old []byte, found bool) {
	p := s.seek(key)
	if e, ok := s.at(p); ok && bytes.Equal(e.key, key) {
		s.chunks[p.chunk][p.at].value = value
		return e.value, true
	}
	s.version++
	e := entry{key, value}
	switch {
	case len(s.chunks) == 0:
		s.chunks = [][]entry{{e}}
		return nil, false
	case p.chunk == len(s.chunks): // after the last
		p = place{p.chunk - 1, len(s.chunks[p.chunk-1])}
	}
	list := slices.Insert(s.chunks[p.chunk], p.at, e)
	s.chunks[p.chunk] = list
	if len(list) > chunk {
		half := len(list) / 2
		if p.chunk == len(s.chunks)-1 && p.at == len(list)-1 {
			half = len(list) - 1 // keys that come in order fill their chunks
		}
		rest := slices.Clone(list[half:])
		clear(list[half:])
		s.chunks[p.chunk] = list[:half]
		s.chunks = slices.Insert(s.chunks, p.chunk+1, rest)
	}
	return nil, false
}

// remove takes out key, which may be absent.
func (s *sorted) remove(key []byte) {
	p := s.seek(key)
	if e, ok := s.at(p); !ok || !bytes.Equal(e.key, key) {
		return
	}
	s.version++
	list := slices.Delete(s.chunks[p.chunk], p.at, p.at+1)
	s.chunks[p.chunk] = list
	if len(list) == 0 {
		s.chunks = slices.Delete(s.chunks, p.chunk, p.chunk+1)
		if len(s.chunks) == 0 {
			s.chunks = nil
		}
	}
}
