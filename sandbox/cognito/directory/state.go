package directory

import (
	"encoding/binary"
	"errors"
	"strings"
	"time"

	"lightbox.example/lightbox/sandbox/store"
)

// The spaces of the store, of this package and of those above it. Keys are made by key: the pool's id first, where there is
// one.
const (
	poolSpace    = "cognito/pools"    // id → pool
	clientSpace  = "cognito/clients"  // id → client
	KeySpace     = "cognito/keys"     // pool → signing key, PKCS #8
	groupSpace   = "cognito/groups"   // pool, name → group
	userSpace    = "cognito/users"    // pool, folded name → user
	aliasSpace   = "cognito/aliases"  // pool, folded verified e-mail address → folded name
	SealSpace    = "cognito/seal"     // "key" → the key of seals
	SignInSpace  = "cognito/signins"  // pool, folded name, id → signIn
	RefreshSpace = "cognito/refresh"  // SHA-256 of the token → refreshToken
	CodeSpace    = "cognito/codes"    // pool, folded name, purpose → code
	AttemptSpace = "cognito/attempts" // pool, folded name, kind → attempts
	UsedSpace    = "cognito/used"     // id of a seal that was used → expiring
	expirySpace  = "cognito/expiry"   // when, space, key → nothing
)

// Key joins parts, none of which can have a zero byte: they are ids, or match UsernameType.
func Key(parts ...string) []byte { return []byte(strings.Join(parts, "\x00")) }

// prefix is the range of the keys that begin with the parts.
func prefix(parts ...string) store.Range { return store.Prefix(Key(append(parts, "")...)) }

// A Directory is the user pools of one account and region, with all that is kept of them. It is safe for concurrent use.
type Directory struct {
	Store           store.Store // the directory is alone in the spaces whose names begin with "cognito/"
	Region, Account string
}

// ARN is the ARN of a pool, "*" of none.
func (d *Directory) ARN(pool string) string {
	if pool == "" {
		return "*"
	}
	return "arn:aws:cognito-idp:" + d.Region + ":" + d.Account + ":userpool/" + pool
}

// A Tx is a transaction; w is nil in one that reads.
type Tx struct {
	store.Reader
	w store.Writer
}

// View runs read in a transaction that reads.
func (d *Directory) View(read func(Tx) error) error {
	return d.Store.View(func(r store.Reader) error { return read(Tx{Reader: r}) })
}

// Update runs write in a transaction, in which it is now. What write did is kept if it returns nil or an error made by
// Committing.
func (d *Directory) Update(now time.Time, write func(Tx) error) error {
	var refusal error
	err := d.Store.Update(func(w store.Writer) error {
		t := Tx{Reader: w, w: w}
		if err := t.sweep(now); err != nil {
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

// Committing makes err one that does not undo the transaction that returns it, as for a failed attempt that is to be counted.
func Committing(err error) error { return keptError{err} }

type keptError struct{ error }

// GetJSON reads the value of a key into value, and reports whether there is one.
func (t Tx) GetJSON(space string, key []byte, value any) (bool, error) {
	return store.GetJSON(t, space, key, value)
}

// PutJSON sets the value of a key.
func (t Tx) PutJSON(space string, key []byte, value any) error {
	return store.PutJSON(t.w, space, key, value)
}

// Put sets the value of a key to bytes.
func (t Tx) Put(space string, key, value []byte) error { return t.w.Put(space, key, value) }

// Delete removes a key, if it is there.
func (t Tx) Delete(space string, key []byte) error { return t.w.Delete(space, key) }

// DeleteAll deletes the keys that begin with the parts.
func (t Tx) DeleteAll(space string, parts ...string) error {
	for k := range t.Range(space, prefix(parts...)) {
		if err := t.w.Delete(space, k); err != nil {
			return err
		}
	}
	return nil
}

// Count is how many keys begin with the parts.
func (t Tx) Count(space string, parts ...string) (n int) {
	for range t.Range(space, prefix(parts...)) {
		n++
	}
	return n
}

// Expiring is what all values have that leave the store by themselves.
type Expiring struct{ Expires time.Time }

// PutExpiring puts a value with an embedded expiring, and notes when it is over.
func (t Tx) PutExpiring(space string, key []byte, value any, expires time.Time) error {
	note := binary.BigEndian.AppendUint64(nil, uint64(expires.UnixMilli()))
	note = append(append(append(note, space...), 0), key...)
	return errors.Join(t.PutJSON(space, key, value), t.w.Put(expirySpace, note, nil))
}

// sweepLimit is how many notes of expiry one transaction looks at: more than a transaction makes.
const sweepLimit = 16

// sweep deletes what is over. A value that was put again in the meantime has a later note of its own.
func (t Tx) sweep(now time.Time) error {
	end := binary.BigEndian.AppendUint64(nil, uint64(now.UnixMilli()))
	seen := 0
	for note := range t.Range(expirySpace, store.Range{To: end}) {
		if seen++; seen > sweepLimit {
			return nil
		}
		space, k, _ := strings.Cut(string(note[8:]), "\x00")
		var value Expiring
		found, err := t.GetJSON(space, []byte(k), &value)
		if err == nil && found && !value.Expires.After(now) {
			err = t.w.Delete(space, []byte(k))
		}
		if err := errors.Join(err, t.w.Delete(expirySpace, note)); err != nil {
			return err
		}
	}
	return nil
}
