package roles

import (
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/store"
)

// Config is what a Service needs.
type Config struct {
	Store   store.Store      // required; the Service is alone in the spaces whose names begin with "roles/"
	Account string           // 12 digits; "000000000000" if empty
	Now     func() time.Time // time.Now if nil
	Random  io.Reader        // of keys and ids; crypto/rand if nil
	Root    Key              // the developer's own; no such key if its ID is empty
}

// Key is a long-term access key.
type Key struct{ ID, Secret string }

// A Service holds the roles of an account and their sessions. It is safe for concurrent use.
type Service struct {
	store   store.Store
	account string
	now     func() time.Time
	random  io.Reader
	root    Key

	bootstrap bootstrap
	changing  sync.Mutex             // held while the tables change
	tables    atomic.Pointer[tables] // what is there now
}

// New opens the roles that are in the store.
func New(config Config) (*Service, error) {
	s := &Service{store: config.Store, account: config.Account, now: config.Now, random: config.Random, root: config.Root}
	if s.account == "" {
		s.account = "000000000000"
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.random == nil {
		s.random = rand.Reader
	}
	var err error
	if s.bootstrap, err = newBootstrap(s.account); err != nil {
		return nil, fmt.Errorf("roles: %w", err)
	}
	loaded, err := s.load()
	if err != nil {
		return nil, fmt.Errorf("roles: %w", err)
	}
	s.tables.Store(loaded)
	return s, nil
}

// Credentials returns what an access key stands for now, and whether there is such a key. Those of a session are known for
// a day after they expired, so that whoever still uses them learns why they fail; those of a role that is not there any
// more are unknown.
func (s *Service) Credentials(accessKeyID string) (aws.Credentials, bool) {
	if accessKeyID == "" {
		return aws.Credentials{}, false
	}
	if accessKeyID == s.root.ID {
		return aws.Credentials{
			Secret: s.root.Secret, Account: s.account, Principal: s.developer(), Identity: s.bootstrap.everything,
		}, true
	}
	return s.session(accessKeyID)
}

// developer is the user of the Root key.
func (s *Service) developer() iam.RoleSession {
	return iam.RoleSession{Role: "arn:aws:iam::" + s.account + ":user/lightbox", UserID: "AIDALIGHTBOXDEVELOPER"}
}

// letters returns n random letters and digits, as ids of IAM have them.
func (s *Service) letters(n int) string {
	return base32.StdEncoding.EncodeToString(s.bytes(n))[:n]
}

// bytes returns n random bytes.
func (s *Service) bytes(n int) []byte {
	b := make([]byte, n)
	if _, err := io.ReadFull(s.random, b); err != nil {
		panic(fmt.Errorf("roles: no randomness: %w", err)) // crypto/rand never fails
	}
	return b
}
