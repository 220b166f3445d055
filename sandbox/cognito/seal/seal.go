// Package seal closes what a client keeps for the service between two steps of a sign-in, so that the client can neither read
// nor change it, and opens it again. The store has nothing of it but, once it was used, that it was.
package seal

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"slices"
	"time"

	"lightbox.example/lightbox/sandbox/cognito/directory"
	"lightbox.example/lightbox/sandbox/cognito/refuse"
	"lightbox.example/lightbox/sandbox/store"
)

// A Challenge is what a client keeps of one: it is the SECRET_BLOCK of SRP, or a Session.
type Challenge struct {
	Step         string // what it is good for
	ID           []byte // what is noted when it is used
	Expires      time.Time
	Pool, Client string
	Name         string // the user's, folded; of SRP it may be nobody's
	Sub          string // the user's; made up if there is nobody

	// Of SRP: the name that the client signs with, its public value, the service's secret one, and its public one.
	SignedName string `json:",omitempty"`
	A, S, B    []byte `json:",omitempty"`
}

// The steps that a Challenge is good for.
const (
	StepPassword    = "PASSWORD_VERIFIER"
	StepNewPassword = "NEW_PASSWORD_REQUIRED"
	StepTOTP        = "SOFTWARE_TOKEN_MFA"
	StepSetup       = "MFA_SETUP"            // an authenticator app is to be associated
	StepAssociated  = "MFA_SETUP associated" // its first code is to be verified
	StepVerified    = "MFA_SETUP verified"   // the sign-in can go on
)

// A Sealer closes and opens challenges with the key of a store.
type Sealer struct{ aead cipher.AEAD }

// New gets the key from the store, and makes it at the first time.
func New(s store.Store) (*Sealer, error) {
	var secret []byte
	err := s.Update(func(w store.Writer) error {
		if kept, ok := w.Get(directory.SealSpace, []byte("key")); ok {
			secret = append(secret, kept...)
			return nil
		}
		secret = make([]byte, 32)
		_, _ = rand.Read(secret) // never fails
		return w.Put(directory.SealSpace, []byte("key"), secret)
	})
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(secret)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	return &Sealer{aead}, err
}

// sealSize is what the length of a sealed text is a multiple of, so that it does not tell what is in it.
const sealSize = 2048

// Close seals v. The text is another one each time.
func (s *Sealer) Close(v Challenge) string {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err) // a struct of bytes and texts
	}
	data = append(data, bytes.Repeat([]byte{' '}, sealSize-len(data)%sealSize)...)
	nonce := make([]byte, s.aead.NonceSize())
	_, _ = rand.Read(nonce) // never fails; not from Config.Random, since a nonce that comes twice opens the seal
	return base64.StdEncoding.EncodeToString(s.aead.Seal(nonce, nonce, data, nil))
}

// Open opens text, if it was sealed for that client, or any if clientID is "", and one of the steps, and is not over now. The
// errors are refusals.
func (s *Sealer) Open(text, clientID string, now time.Time, steps ...string) (Challenge, error) {
	data, err := base64.StdEncoding.Strict().DecodeString(text)
	n := s.aead.NonceSize()
	if err != nil || len(data) < n {
		return Challenge{}, refuse.SessionInvalid()
	}
	var v Challenge
	plain, err := s.aead.Open(nil, data[:n], data[n:], nil)
	switch {
	case err != nil, json.Unmarshal(plain, &v) != nil, clientID != "" && v.Client != clientID, !slices.Contains(steps, v.Step):
		return Challenge{}, refuse.SessionInvalid()
	case !now.Before(v.Expires):
		return Challenge{}, refuse.NotAuthorized("Invalid session for the user, session is expired.")
	}
	return v, nil
}

// Unused fails if v was used before.
func Unused(t directory.Tx, v Challenge) error {
	if _, used := t.Get(directory.UsedSpace, v.ID); used {
		return refuse.NotAuthorized("Invalid session for the user, session can only be used once.")
	}
	return nil
}

// Use notes that v was used, or fails if it was before.
func Use(t directory.Tx, v Challenge) error {
	if err := Unused(t, v); err != nil {
		return err
	}
	return t.PutExpiring(directory.UsedSpace, v.ID, directory.Expiring{Expires: v.Expires}, v.Expires)
}
