package cognito

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"time"

	"lightbox.example/lightbox/sandbox/cognito/directory"
	"lightbox.example/lightbox/sandbox/cognito/properties"
	"lightbox.example/lightbox/sandbox/cognito/refuse"
	"lightbox.example/lightbox/sandbox/store"
)

// A sealed is what a client keeps between two steps of a sign-in: the SECRET_BLOCK of SRP, or a Session. The client can
// neither read nor change it, and the store has nothing of it until it was used.
type sealed struct {
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

// The steps that a sealed is good for.
const (
	stepPassword    = "PASSWORD_VERIFIER"
	stepNewPassword = "NEW_PASSWORD_REQUIRED"
	stepTOTP        = "SOFTWARE_TOKEN_MFA"
	stepSetup       = "MFA_SETUP"            // an authenticator app is to be associated
	stepAssociated  = "MFA_SETUP associated" // its first code is to be verified
	stepVerified    = "MFA_SETUP verified"   // the sign-in can go on
)

// openSeal gets the key of seals from the store, and makes it at the first time.
func (s *Service) openSeal() error {
	var secret []byte
	err := s.directory.Store.Update(func(w store.Writer) error {
		if kept, ok := w.Get(directory.SealSpace, []byte("key")); ok {
			secret = append(secret, kept...)
			return nil
		}
		secret = make([]byte, 32)
		_, _ = rand.Read(secret) // never fails
		return w.Put(directory.SealSpace, []byte("key"), secret)
	})
	if err != nil {
		return err
	}
	block, err := aes.NewCipher(secret)
	if err != nil {
		return err
	}
	s.seal, err = cipher.NewGCM(block)
	return err
}

// sealSize is what the length of a sealed text is a multiple of, so that it does not tell what is in it.
const sealSize = 2048

// sealUp gives v an id and the client's time for a sign-in, and seals it.
func (c *request) sealUp(v sealed, settings properties.Client) string {
	v.ID = c.bytes(16)
	v.Expires = c.at.Add(settings.SessionLife())
	data, err := json.Marshal(v)
	if err != nil {
		panic(err) // a struct of bytes and texts
	}
	data = append(data, bytes.Repeat([]byte{' '}, sealSize-len(data)%sealSize)...)
	nonce := make([]byte, c.seal.NonceSize())
	_, _ = rand.Read(nonce) // never fails; not from Config.Random, since a nonce that comes twice opens the seal
	return base64.StdEncoding.EncodeToString(c.seal.Seal(nonce, nonce, data, nil))
}

// unseal opens text, if it was sealed for that client and one of the steps.
func (c *request) unseal(text, clientID string, steps ...string) (sealed, error) {
	data, err := base64.StdEncoding.Strict().DecodeString(text)
	n := c.seal.NonceSize()
	if err != nil || len(data) < n {
		return sealed{}, refuse.SessionInvalid()
	}
	var v sealed
	plain, err := c.seal.Open(nil, data[:n], data[n:], nil)
	if err != nil || json.Unmarshal(plain, &v) != nil || clientID != "" && v.Client != clientID {
		return sealed{}, refuse.SessionInvalid()
	}
	for _, step := range steps {
		if v.Step != step {
			continue
		}
		if !c.at.Before(v.Expires) {
			return sealed{}, refuse.NotAuthorized("Invalid session for the user, session is expired.")
		}
		return v, nil
	}
	return sealed{}, refuse.SessionInvalid()
}

// unused fails if v was used before.
func unused(t directory.Tx, v sealed) error {
	if _, used := t.Get(directory.UsedSpace, v.ID); used {
		return refuse.NotAuthorized("Invalid session for the user, session can only be used once.")
	}
	return nil
}

// use notes that v was used, or fails if it was before.
func use(t directory.Tx, v sealed) error {
	if err := unused(t, v); err != nil {
		return err
	}
	return t.PutExpiring(directory.UsedSpace, v.ID, directory.Expiring{Expires: v.Expires}, v.Expires)
}
