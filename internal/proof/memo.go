package proof

import (
	"crypto/sha256"
	"encoding/json"
	"slices"
	"sync"
)

// A digest stands for all that some work is given.
type digest [sha256.Size]byte

// digestOf is the digest of values that JSON has wholly: texts, and what templates say. The error is for any other.
func digestOf(given ...any) (digest, error) {
	text, err := json.Marshal(given)
	return sha256.Sum256(text), err
}

// A memo keeps what work came to by the digest of all that it was given, so that it is done once: the most results that
// were asked for last, of whoever asks. The work must depend on nothing else.
type memo[T any] struct {
	most  int
	mutex sync.Mutex
	kept  []result[T] // the one that was asked for last comes last
}

type result[T any] struct {
	of    digest
	comes func() T
}

// of is what the work came to, or comes to now.
func (m *memo[T]) of(given digest, work func() T) T {
	return m.find(given, work)()
}

// find puts what is asked for last. Whoever asks while the work is done waits for it, and holds up nobody else.
func (m *memo[T]) find(given digest, work func() T) func() T {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	found := result[T]{given, nil}
	if at := slices.IndexFunc(m.kept, func(r result[T]) bool { return r.of == given }); at >= 0 {
		found = m.kept[at]
		m.kept = slices.Delete(m.kept, at, at+1)
	} else {
		found.comes = sync.OnceValue(work)
	}
	if len(m.kept) >= m.most {
		m.kept = slices.Delete(m.kept, 0, len(m.kept)-m.most+1)
	}
	m.kept = append(m.kept, found)
	return found.comes
}
