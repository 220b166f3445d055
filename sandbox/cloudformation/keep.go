package cloudformation

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"lightbox.example/lightbox/sandbox/store"
)

// The spaces in the store. Keys begin with the stack's id; texts of templates are by their hash.
const (
	spaceStacks     = "cloudformation/stacks"
	spaceResources  = "cloudformation/resources"
	spaceChangeSets = "cloudformation/changesets"
	spaceEvents     = "cloudformation/events"
	spaceTemplates  = "cloudformation/templates"
)

const (
	// eventLife is how long events, and stacks that are deleted, can be asked for.
	eventLife = 90 * 24 * time.Hour
	// flushInterval is how often the progress of an operation is written: a process that is killed does again what
	// happened since.
	flushInterval = 50 * time.Millisecond
)

func keyOf(parts ...string) []byte { return []byte(strings.Join(parts, "\x00")) }

func eventKey(stackID string, number uint64) []byte {
	return binary.BigEndian.AppendUint64(append([]byte(stackID), 0), number)
}

// load reads all but the events into memory.
func (s *Service) load() error {
	return s.Store.View(func(tx store.Reader) error {
		for _, value := range tx.Range(spaceStacks, store.Range{}) {
			st := newStack()
			if err := decode(value, st); err != nil {
				return err
			}
			s.stacks[st.ID] = st
			if st.Status != deleteComplete {
				s.active[st.Name] = st
			}
		}
		for key, value := range tx.Range(spaceResources, store.Range{}) {
			id, _, _ := bytes.Cut(key, []byte{0})
			r := &resource{}
			if err := decode(value, r); err != nil {
				return err
			}
			if st := s.stacks[string(id)]; st != nil {
				st.resources[r.LogicalID] = r
			}
		}
		for _, value := range tx.Range(spaceChangeSets, store.Range{}) {
			set := &changeSet{}
			if err := decode(value, set); err != nil {
				return err
			}
			s.changeSets[set.ID] = set
		}
		for key, value := range tx.Range(spaceTemplates, store.Range{}) {
			s.templates[string(key)] = &text{body: bytes.Clone(value), kept: true}
		}
		return nil
	})
}

func newStack() *stack { return &stack{resources: map[string]*resource{}, dirty: map[string]bool{}} }

// decode keeps numbers as they are written.
func decode(value []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(value))
	d.UseNumber()
	return d.Decode(into)
}

// keep writes the stack with all that is not yet in the store. s.mu is held.
func (s *Service) keep(st *stack) error {
	var hashes []string
	if st.Operation != nil {
		hashes = []string{st.Operation.Target.Template}
	}
	err := s.Store.Update(func(tx store.Writer) error {
		if err := s.keepTemplates(tx, hashes...); err != nil {
			return err
		}
		return st.write(tx)
	})
	if err != nil {
		return fmt.Errorf("cloudformation: %s: %w", st.Name, err)
	}
	st.written()
	s.templatesKept(hashes...)
	return nil
}

// keepTemplates puts the texts with the hashes in the store, in the transaction of what refers to them.
func (s *Service) keepTemplates(tx store.Writer, hashes ...string) error {
	for _, hash := range hashes {
		if text := s.templates[hash]; text != nil && !text.kept {
			if err := tx.Put(spaceTemplates, []byte(hash), text.body); err != nil {
				return err
			}
		}
	}
	return nil
}

// templatesKept notes that the transaction of keepTemplates is over.
func (s *Service) templatesKept(hashes ...string) {
	for _, hash := range hashes {
		if text := s.templates[hash]; text != nil {
			text.kept = true
		}
	}
}

func (st *stack) write(tx store.Writer) error {
	if err := store.PutJSON(tx, spaceStacks, keyOf(st.ID), st); err != nil {
		return err
	}
	for id := range st.dirty {
		key := keyOf(st.ID, id)
		r := st.resources[id]
		if r == nil {
			if err := tx.Delete(spaceResources, key); err != nil {
				return err
			}
			continue
		}
		if err := store.PutJSON(tx, spaceResources, key, r); err != nil {
			return err
		}
	}
	for _, e := range st.pending {
		if err := store.PutJSON(tx, spaceEvents, eventKey(st.ID, e.number), e); err != nil {
			return err
		}
	}
	return nil
}

func (st *stack) written() {
	clear(st.dirty)
	st.pending = nil
	st.flushed = time.Now()
}

// sweep removes what nobody can ask for any more: texts of templates, old events, and stacks deleted long ago. s.mu is held.
func (s *Service) sweep() error {
	oldest := s.Now().Add(-eventLife)
	used := map[string]bool{}
	var gone []*stack
	for _, st := range s.stacks {
		if st.Status == deleteComplete && st.Deleted.Before(oldest) {
			gone = append(gone, st)
			continue
		}
		used[st.Template] = true
		if st.Operation != nil {
			used[st.Operation.Target.Template] = true
		}
	}
	for _, set := range s.changeSets {
		used[set.Target.Template] = true
	}
	var unused []string
	for hash := range s.templates {
		if !used[hash] {
			unused = append(unused, hash)
		}
	}
	if len(unused)+len(gone) == 0 {
		return nil
	}
	err := s.Store.Update(func(tx store.Writer) error {
		for _, hash := range unused {
			if err := tx.Delete(spaceTemplates, []byte(hash)); err != nil {
				return err
			}
		}
		for _, st := range gone {
			if err := st.erase(tx); err != nil {
				return err
			}
		}
		return forgetEvents(tx, s.stacks, oldest)
	})
	if err != nil {
		return err
	}
	for _, hash := range unused {
		delete(s.templates, hash)
	}
	for _, st := range gone {
		delete(s.stacks, st.ID)
	}
	return nil
}

func (st *stack) erase(tx store.Writer) error {
	if err := tx.Delete(spaceStacks, keyOf(st.ID)); err != nil {
		return err
	}
	for _, space := range []string{spaceResources, spaceEvents} {
		for key := range tx.Range(space, store.Prefix(keyOf(st.ID, ""))) {
			if err := tx.Delete(space, key); err != nil {
				return err
			}
		}
	}
	return nil
}

// forgetEvents removes the events before a time.
func forgetEvents(tx store.Writer, stacks map[string]*stack, oldest time.Time) error {
	for id := range stacks {
		for key, value := range tx.Range(spaceEvents, store.Prefix(keyOf(id, ""))) {
			var e Event
			if err := json.Unmarshal(value, &e); err != nil {
				return err
			}
			if !e.Time.Before(oldest) {
				break
			}
			if err := tx.Delete(spaceEvents, key); err != nil {
				return err
			}
		}
	}
	return nil
}

// numberOf is the number of the event with the key.
func numberOf(key []byte) uint64 { return binary.BigEndian.Uint64(key[len(key)-8:]) }
