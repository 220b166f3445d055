package cloudfront

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"lightbox.example/lightbox/sandbox/store"
)

// takes is how long an invalidation is in progress. On AWS edge locations hear of it "within a few seconds", begin at once and
// may serve what they have until they are done. Here there is one edge, and it serves that until the invalidation completes:
// a client that does not wait sees the worst that AWS allows.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Invalidation_Requests.html#canceling-invalidations
const takes = 2 * time.Second

// The most paths of a distribution's that can be in progress at a time.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/InvalidationLimits.html
const (
	maxFiles     = 3000
	maxWildcards = 15
)

// mostKept is how many invalidations of a distribution are kept, the latest: as many as can be in progress, so that all others
// have completed.
const mostKept = maxFiles + maxWildcards

// invalidation is one batch of paths. It is not changed.
type invalidation struct {
	ID           string
	Distribution string
	Number       uint64 // of the distribution's, in the order in which they were made
	Created      time.Time
	Reference    string // the caller's
	Paths        []string
}

// inProgress reports whether the invalidation has not completed at a time. By a clock that was set back it has.
func (i *invalidation) inProgress(now time.Time) bool {
	return !now.Before(i.Created) && now.Before(i.Created.Add(takes))
}

func (i *invalidation) status(now time.Time) string {
	if i.inProgress(now) {
		return "InProgress"
	}
	return "Completed"
}

// count is how many of the paths name one file, and how many end with *.
func (i *invalidation) count() (files, wildcards int) {
	for _, path := range i.Paths {
		if isWildcard(path) {
			wildcards++
		} else {
			files++
		}
	}
	return files, wildcards
}

const invalidationSpace = "cloudfront/invalidations"

// key is where the store has an invalidation: a distribution's are there in their order.
func (i *invalidation) key() string { return fmt.Sprintf("%s/%016x", i.Distribution, i.Number) }

// newInvalidationID is as in I2J0I21PCUYOIK.
func newInvalidationID() string { return "I" + rand.Text()[:13] }

// invalidations are those of all distributions. The store has them too.
type invalidations struct {
	mu sync.RWMutex
	of map[string][]*invalidation // by distribution, the oldest first
}

func (l *invalidations) load(tx store.Reader) error {
	l.of = map[string][]*invalidation{}
	for key, value := range tx.Range(invalidationSpace, store.Range{}) {
		one := &invalidation{}
		if err := json.Unmarshal(value, one); err != nil {
			return fmt.Errorf("invalidation %s: %w", key, err)
		}
		l.of[one.Distribution] = append(l.of[one.Distribution], one)
	}
	return nil
}

// list returns those of a distribution, the latest first.
func (l *invalidations) list(distribution string) []*invalidation {
	l.mu.RLock()
	defer l.mu.RUnlock()
	list := slices.Clone(l.of[distribution])
	slices.Reverse(list)
	return list
}

// add keeps a new invalidation. If the caller's reference was used for one before, that is returned instead.
func (l *invalidations) add(db store.Store, one *invalidation) (before *invalidation, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := l.of[one.Distribution]
	for _, other := range all {
		if other.Reference != one.Reference {
			continue
		}
		if !slices.Equal(other.Paths, one.Paths) {
			return nil, referenceUsed(other.Reference)
		}
		return other, nil
	}
	if err := checkRoom(all, one); err != nil {
		return nil, err
	}
	if len(all) > 0 {
		one.Number = all[len(all)-1].Number + 1
	}
	all = append(all[:len(all):len(all)], one)
	gone := all[:max(0, len(all)-mostKept)]
	err = db.Update(func(tx store.Writer) error {
		for _, old := range gone {
			if err := tx.Delete(invalidationSpace, []byte(old.key())); err != nil {
				return err
			}
		}
		return store.PutJSON(tx, invalidationSpace, one.key(), one)
	})
	if err == nil {
		l.of[one.Distribution] = all[len(gone):]
	}
	return nil, err
}

// checkRoom refuses an invalidation that is too much beside those in progress.
func checkRoom(all []*invalidation, one *invalidation) error {
	files, wildcards := one.count()
	if files > maxFiles {
		return batchTooLarge(files)
	}
	for _, other := range all {
		if other.inProgress(one.Created) {
			f, w := other.count()
			files, wildcards = files+f, wildcards+w
		}
	}
	switch {
	case files > maxFiles:
		return tooMany("in-progress invalidations")
	case wildcards > maxWildcards:
		return tooMany("in-progress wildcard invalidations")
	}
	return nil
}

// remove removes those of a distribution from the store, in a transaction, and forget from memory.
func (l *invalidations) remove(tx store.Writer, distribution string) error {
	for key := range tx.Range(invalidationSpace, store.Prefix([]byte(distribution+"/"))) {
		if err := tx.Delete(invalidationSpace, slices.Clone(key)); err != nil {
			return err
		}
	}
	return nil
}

func (l *invalidations) forget(distribution string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.of, distribution)
}
