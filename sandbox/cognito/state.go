package cognito

import (
	"encoding/binary"
	"errors"
	"strings"
	"time"

	"lightbox.example/lightbox/sandbox/store"
)

// The spaces of the store. Keys are made by key: the pool's id first, where there is one.
const (
	poolSpace    = "cognito/pools"    // id → pool
	clientSpace  = "cognito/clients"  // id → client
	keySpace     = "cognito/keys"     // pool → signing key, PKCS #8
	groupSpace   = "cognito/groups"   // pool, name → group
	userSpace    = "cognito/users"    // pool, folded name → user
	aliasSpace   = "cognito/aliases"  // pool, folded verified e-mail address → folded name
	sealSpace    = "cognito/seal"     // "key" → the key of seals
	signInSpace  = "cognito/signins"  // pool, folded name, id → signIn
	refreshSpace = "cognito/refresh"  // SHA-256 of the token → refreshToken
	codeSpace    = "cognito/codes"    // pool, folded name, purpose → code
	attemptSpace = "cognito/attempts" // pool, folded name, kind → attempts
	usedSpace    = "cognito/used"     // id of a seal that was used → expiring
	expirySpace  = "cognito/expiry"   // when, space, key → nothing
)

// key joins parts, none of which can have a zero byte: they are ids, or match UsernameType.
func key(parts ...string) []byte { return []byte(strings.Join(parts, "\x00")) }

// prefix is the range of the keys that begin with the parts.
func prefix(parts ...string) store.Range { return store.Prefix(key(append(parts, "")...)) }

// A tx is a transaction; w is nil in one that reads.
type tx struct {
	store.Reader
	w store.Writer
}

// view runs read in a transaction that reads.
func (s *Service) view(read func(tx) error) error {
	return s.store.View(func(r store.Reader) error { return read(tx{Reader: r}) })
}

// update runs write in a transaction. What write did is kept if it returns nil or an error made by keep.
func (c *request) update(write func(tx) error) error {
	var refusal error
	err := c.store.Update(func(w store.Writer) error {
		t := tx{Reader: w, w: w}
		if err := t.sweep(c.at); err != nil {
			return err
		}
		err := write(t)
		var kept keptError
		if errors.As(err, &kept) {
			refusal = kept.error
			return nil
		}
		return err
	})
	return errors.Join(refusal, err)
}

// committing makes err one that does not undo the transaction that returns it, as for a failed attempt that is to be counted.
func committing(err error) error { return keptError{err} }

type keptError struct{ error }

// get reads the value of a key into value, and reports whether there is one.
func (t tx) get(space string, key []byte, value any) (bool, error) {
	return store.GetJSON(t, space, key, value)
}

func (t tx) put(space string, key []byte, value any) error {
	return store.PutJSON(t.w, space, key, value)
}

// deleteAll deletes the keys that begin with the parts.
func (t tx) deleteAll(space string, parts ...string) error {
	for k := range t.Range(space, prefix(parts...)) {
		if err := t.w.Delete(space, k); err != nil {
			return err
		}
	}
	return nil
}

// expiring is what all values have that leave the store by themselves.
type expiring struct{ Expires time.Time }

// putExpiring puts a value with an embedded expiring, and notes when it is over.
func (t tx) putExpiring(space string, key []byte, value any, expires time.Time) error {
	note := binary.BigEndian.AppendUint64(nil, uint64(expires.UnixMilli()))
	note = append(append(append(note, space...), 0), key...)
	return errors.Join(t.put(space, key, value), t.w.Put(expirySpace, note, nil))
}

// sweepLimit is how many notes of expiry one transaction looks at: more than a transaction makes.
const sweepLimit = 16

// sweep deletes what is over. A value that was put again in the meantime has a later note of its own.
func (t tx) sweep(now time.Time) error {
	end := binary.BigEndian.AppendUint64(nil, uint64(now.UnixMilli()))
	seen := 0
	for note := range t.Range(expirySpace, store.Range{To: end}) {
		if seen++; seen > sweepLimit {
			return nil
		}
		space, k, _ := strings.Cut(string(note[8:]), "\x00")
		var value expiring
		found, err := t.get(space, []byte(k), &value)
		if err == nil && found && !value.Expires.After(now) {
			err = t.w.Delete(space, []byte(k))
		}
		if err := errors.Join(err, t.w.Delete(expirySpace, note)); err != nil {
			return err
		}
	}
	return nil
}
