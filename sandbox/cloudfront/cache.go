package cloudfront

import (
	"container/list"
	"net/http"
	"sync"
	"time"
)

const (
	usualCacheBytes = 64 << 20
	// maxCached is the length in bytes of the longest answer that is kept. It is also that of the longest object that
	// CloudFront compresses.
	maxCached = 10_000_000
	// entryBytes is what an entry takes beside its body, about.
	entryBytes = 2 << 10
)

// cacheKey is what requests have in common that get the same answer.
type cacheKey struct {
	distribution string
	path         string // raw
	encoding     string // "gzip", or "" for none
}

// cached is an answer of the origin. It is not changed.
type cached struct {
	status int
	header http.Header // without what is said to each viewer anew
	body   []byte
	etag   string // the origin's, to validate by; "" if there is none
	stored time.Time
	until  time.Time // the first moment at which it is not fresh
}

func (c *cached) size() int64 { return int64(len(c.body)) + entryBytes }

// cache keeps answers, those that were asked for last, up to a number of bytes. What is on its way into it counts as well.
type cache struct {
	mu       sync.Mutex
	limit    int64
	used     int64 // by entries, and reserved
	byKey    map[cacheKey]*list.Element
	lastUsed *list.List // of slots, the latest first
}

type slot struct {
	key   cacheKey
	entry *cached
}

func newCache(limit int64) *cache {
	if limit == 0 {
		limit = usualCacheBytes
	}
	return &cache{limit: limit, byKey: map[cacheKey]*list.Element{}, lastUsed: list.New()}
}

// get returns what is under the key, fresh or not; nil for nothing.
func (c *cache) get(key cacheKey) *cached {
	c.mu.Lock()
	defer c.mu.Unlock()
	element := c.byKey[key]
	if element == nil {
		return nil
	}
	c.lastUsed.MoveToFront(element)
	return element.Value.(*slot).entry
}

// put keeps the entry in the place of an earlier one, as far as there is room.
func (c *cache) put(key cacheKey, entry *cached) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drop(c.byKey[key])
	if !c.makeRoom(entry.size()) {
		return
	}
	c.used += entry.size()
	c.byKey[key] = c.lastUsed.PushFront(&slot{key, entry})
}

// reserve makes room for n bytes that are about to be read, and reports whether there is. They are to be released.
func (c *cache) reserve(n int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if n < 0 || n > maxCached || !c.makeRoom(n) {
		return false
	}
	c.used += n
	return true
}

func (c *cache) release(n int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.used -= n
}

// makeRoom drops entries until n bytes fit.
func (c *cache) makeRoom(n int64) bool {
	for n <= c.limit && c.used+n > c.limit && c.lastUsed.Len() > 0 {
		c.drop(c.lastUsed.Back())
	}
	return c.used+n <= c.limit
}

func (c *cache) drop(element *list.Element) {
	if element == nil {
		return
	}
	gone := c.lastUsed.Remove(element).(*slot)
	c.used -= gone.entry.size()
	delete(c.byKey, gone.key)
}
