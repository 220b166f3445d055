package identity

import (
	"errors"
	"strings"
	"time"

	"lightbox.example/lightbox/sandbox/store"
)

// identity is someone whom a pool knows.
type identity struct {
	ID, Pool      string
	Provider, Sub string // of whom signed in; empty of a guest
	Created       time.Time
	Modified      time.Time
}

// login is a sign-in that was verified.
type login struct{ provider, sub string }

// key is the place of a login in loginSpace.
func (l login) key(pool string) string {
	return strings.Join([]string{pool, l.provider, l.sub}, "\x00")
}

// idPattern is that of the ids of pools and identities.
const idPattern = `[\w-]+:[0-9a-f-]+`

// findPool returns the pool with the id.
func (s *Service) findPool(id string) (*pool, error) {
	var p pool
	err := s.find(poolSpace, id, &p, "IdentityPool")
	return &p, err
}

// findIdentity returns the identity with the id.
func (s *Service) findIdentity(id string) (*identity, error) {
	var i identity
	err := s.find(identitySpace, id, &i, "Identity")
	return &i, err
}

// find reads the value of a key, or says that what it is about is not found.
func (s *Service) find(space, id string, value any, what string) error {
	return s.Store.View(func(tx store.Reader) error {
		found, err := store.GetJSON(tx, space, id, value)
		if err == nil && !found {
			err = notFound(what, id)
		}
		return err
	})
}

// newGuest makes an identity without a login.
func (s *Service) newGuest(p *pool) (*identity, error) {
	made := s.newIdentity(p)
	return made, s.Store.Update(func(tx store.Writer) error { return putIdentity(tx, made) })
}

func (s *Service) newIdentity(p *pool) *identity {
	now := s.Now()
	return &identity{ID: s.newID(), Pool: p.ID, Created: now, Modified: now}
}

func putIdentity(tx store.Writer, i *identity) error {
	return errors.Join(store.PutJSON(tx, identitySpace, i.ID, i), tx.Put(memberSpace, []byte(i.Pool+"\x00"+i.ID), nil))
}

// identityOf returns the identity of a login. If it has none it becomes that of the guest, or a new one if guest is nil.
func (s *Service) identityOf(p *pool, l login, guest *identity) (*identity, error) {
	var known *identity
	err := s.Store.View(func(tx store.Reader) error {
		var err error
		known, err = lookUp(tx, p, l)
		return err
	})
	if known != nil || err != nil {
		return known, err
	}
	err = s.Store.Update(func(tx store.Writer) error {
		var err error
		if known, err = lookUp(tx, p, l); known != nil || err != nil { // by another request in the meantime
			return err
		}
		known = s.newIdentity(p)
		if guest != nil {
			var now identity
			if found, err := store.GetJSON(tx, identitySpace, guest.ID, &now); err != nil {
				return err
			} else if found && now.Provider == "" { // nobody else's in the meantime
				known = &now
			}
		}
		known.Provider, known.Sub, known.Modified = l.provider, l.sub, s.Now()
		return errors.Join(putIdentity(tx, known), tx.Put(loginSpace, []byte(l.key(p.ID)), []byte(known.ID)))
	})
	return known, err
}

// lookUp returns the identity of a login, nil if it has none.
func lookUp(tx store.Reader, p *pool, l login) (*identity, error) {
	id, found := tx.Get(loginSpace, []byte(l.key(p.ID)))
	if !found {
		return nil, nil
	}
	i := &identity{}
	found, err := store.GetJSON(tx, identitySpace, id, i)
	if err != nil || !found {
		return nil, err
	}
	return i, nil
}
