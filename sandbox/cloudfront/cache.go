package cloudfront

import (
	"container/list"
	"net/http"
	"slices"
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
	now func() time.Time

	mu       sync.Mutex
	limit    int64
	used     int64 // by entries, and reserved
	byKey    map[cacheKey]*list.Element
	lastUsed *list.List       // of slots, the latest first
	flights  map[*flight]bool // what is asked of the origin
	coming   []*invalidation  // those that are in progress
}

type slot struct {
	key   cacheKey
	entry *cached
}

// flight is an answer of the origin on its way.
type flight struct {
	key   cacheKey
	stale bool // an invalidation of its path completed since it was asked for
}

func newCache(limit int64, now func() time.Time) *cache {
	if limit == 0 {
		limit = usualCacheBytes
	}
	return &cache{limit: limit, now: now, byKey: map[cacheKey]*list.Element{}, lastUsed: list.New(), flights: map[*flight]bool{}}
}

// get returns what is under the key, fresh or not; nil for nothing.
func (c *cache) get(key cacheKey) *cached {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.settle()
	element := c.byKey[key]
	if element == nil {
		return nil
	}
	c.lastUsed.MoveToFront(element)
	return element.Value.(*slot).entry
}

// begin is called before the origin is asked for what is under the key, and end when its answer was used.
func (c *cache) begin(key cacheKey) *flight {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.settle()
	f := &flight{key: key}
	c.flights[f] = true
	return f
}

func (c *cache) end(f *flight) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.flights, f)
}

// put keeps what the flight has brought in the place of an earlier entry, as far as there is room. What was asked for before
// an invalidation of its path completed may be what was invalidated: it is not kept.
func (c *cache) put(f *flight, entry *cached) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.settle()
	if f.stale {
		return
	}
	c.drop(c.byKey[f.key])
	if !c.makeRoom(entry.size()) {
		return
	}
	c.used += entry.size()
	c.byKey[f.key] = c.lastUsed.PushFront(&slot{f.key, entry})
}

// invalidate has the invalidation carried out when it completes.
func (c *cache) invalidate(i *invalidation) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.coming = append(c.coming, i)
}

// settle carries out the invalidations that have completed. Whatever looks into the cache calls it first: nobody who saw that
// one has completed gets what it invalidated.
func (c *cache) settle() {
	if len(c.coming) == 0 {
		return
	}
	now, paths := c.now(), map[string][]string{} // by distribution: many small ones are one sweep
	c.coming = slices.DeleteFunc(c.coming, func(i *invalidation) bool {
		if i.inProgress(now) {
			return false
		}
		paths[i.Distribution] = append(paths[i.Distribution], i.Paths...)
		return true
	})
	for distribution, completed := range paths {
		c.sweep(distribution, newTargets(completed).has)
	}
}

// sweep drops what there is of a distribution at certain paths, as viewers ask for them, and what is on its way.
func (c *cache) sweep(distribution string, has func(raw string) bool) {
	for key, element := range c.byKey {
		if key.distribution == distribution && has(key.path) {
			c.drop(element)
		}
	}
	for f := range c.flights {
		f.stale = f.stale || f.key.distribution == distribution && has(f.key.path)
	}
}

// forget drops what there is of a distribution, its invalidations too.
func (c *cache) forget(distribution string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.coming = slices.DeleteFunc(c.coming, func(i *invalidation) bool { return i.Distribution == distribution })
	c.sweep(distribution, func(string) bool { return true })
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
