package cloudfront

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/store"
)

// record is what all things have that the service keeps.
type record struct {
	ID    string
	Owner string // the resource that declares it, as in "stack/LogicalID"
}

// thing is a distribution, an origin access control, a response headers policy or a function.
type thing interface {
	self() record
	name() string // which no other thing of its kind has; "" if it has none
}

func (r record) self() record { return r }

// registry holds all things of one kind in memory; the store has them too. A thing that others can see is not changed.
type registry[T thing] struct {
	kind  string // as in its errors
	space string
	byID  map[string]T
}

func (g *registry[T]) load(tx store.Reader) error {
	g.byID = map[string]T{}
	for id, value := range tx.Range(g.space, store.Range{}) {
		var one T
		if err := json.Unmarshal(value, &one); err != nil {
			return fmt.Errorf("%s %s: %w", g.kind, id, err)
		}
		g.byID[string(id)] = one
	}
	return nil
}

// put adds a thing, or replaces the one with its id. It refuses an id that belongs to another resource, and a name that
// another thing has.
func (g *registry[T]) put(db store.Store, one T) error {
	r := one.self()
	for id, other := range g.byID {
		if id == r.ID && other.self().Owner != r.Owner || id != r.ID && one.name() != "" && other.name() == one.name() {
			return aws.Refuse(http.StatusConflict, g.kind+"AlreadyExists", "%s %s already exists: it is %s", g.kind, one.name(), id)
		}
	}
	if err := db.Update(func(tx store.Writer) error { return store.PutJSON(tx, g.space, r.ID, one) }); err != nil {
		return err
	}
	g.byID[r.ID] = one
	return nil
}

// delete removes a thing, and in the same transaction what is removed with it.
func (g *registry[T]) delete(db store.Store, id string, with ...func(store.Writer) error) error {
	err := db.Update(func(tx store.Writer) error {
		for _, remove := range with {
			if err := remove(tx); err != nil {
				return err
			}
		}
		return tx.Delete(g.space, []byte(id))
	})
	if err != nil {
		return err
	}
	delete(g.byID, id)
	return nil
}

// sorted returns the things by their ids.
func (g *registry[T]) sorted() []T {
	var list []T
	for _, id := range slices.Sorted(maps.Keys(g.byID)) {
		list = append(list, g.byID[id])
	}
	return list
}
