package aws

import "sync"

// signingKeysKept is how many keys are remembered: those of a few hundred sessions that call a few services.
const signingKeysKept = 1000

// secretScope is what a signing key is derived from.
type secretScope struct {
	secret string
	scope  scope
}

// keyCache remembers signing keys. What makes a key is all in the name that it has here, so that none is ever wrong; when there are too
// many, all are forgotten.
type keyCache struct {
	mu   sync.RWMutex
	keys map[secretScope][]byte
}

var signingKeys keyCache

// get returns a key that nobody may change, and derives it if it is not there.
func (c *keyCache) get(of secretScope, derive func() []byte) []byte {
	c.mu.RLock()
	key, found := c.keys[of]
	c.mu.RUnlock()
	if found {
		return key
	}
	key = derive()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.keys == nil || len(c.keys) >= signingKeysKept {
		c.keys = map[secretScope][]byte{}
	}
	c.keys[of] = key
	return key
}
