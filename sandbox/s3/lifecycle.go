package s3

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"lightbox.example/lightbox/sandbox/store"
)

// lifecycleRule is AWS::S3::Bucket.LifecycleConfiguration.Rules.
type lifecycleRule struct {
	ID                             string `cfn:"Id"`
	Status                         string // Enabled or Disabled
	Prefix                         string // of keys
	ExpirationInDays               int    // 0 for never, as everywhere here
	ExpiredObjectDeleteMarker      bool
	AbortIncompleteMultipartUpload struct{ DaysAfterInitiation int }
	NoncurrentVersionExpiration    struct{ NoncurrentDays, NewerNoncurrentVersions int }
}

// Swept is what Sweep did.
type Swept struct {
	Uploads  int // that were aborted
	Versions int // that were deleted for good, delete markers too
	Expired  int // objects that were deleted
	Files    int // that nothing referred to
}

// Sweep does what the lifecycle rules of all buckets say is due by the clock, and removes the files that a killed process
// left behind. S3 does the former once a day, some time after midnight.
func (s *Service) Sweep(ctx context.Context) (Swept, error) {
	var swept Swept
	for _, b := range s.allBuckets() {
		if err := ctx.Err(); err != nil {
			return swept, err
		}
		if err := s.sweepBucket(b, &swept); err != nil {
			return swept, fmt.Errorf("s3: sweep of %s: %w", b.Name, err)
		}
	}
	n, err := s.sweepFiles()
	swept.Files = n
	return swept, err
}

// due is the moment at which something of an age of days is over: the first midnight after.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html#intro-lifecycle-rules-number-of-days
func due(since time.Time, days int) time.Time {
	end := since.UTC().Add(time.Duration(days) * 24 * time.Hour)
	midnight := end.Truncate(24 * time.Hour)
	if midnight.Before(end) {
		midnight = midnight.Add(24 * time.Hour)
	}
	return midnight
}

// sweeper carries out the rules of one bucket in one transaction.
type sweeper struct {
	*Service
	tx     store.Writer
	bucket *bucket
	now    time.Time
	swept  Swept
	gone   []body
}

func (s *Service) sweepBucket(b *bucket, swept *Swept) error {
	w := sweeper{Service: s, bucket: b, now: s.Now(), swept: *swept}
	err := s.Store.Update(func(tx store.Writer) error {
		if stillThere(tx, b) != nil {
			return nil
		}
		w.tx = tx
		if err := w.uploads(); err != nil {
			return err
		}
		return w.versions()
	})
	if err != nil {
		return err
	}
	s.bodies.remove(w.gone...)
	s.send()
	*swept = w.swept
	return nil
}

// over reports whether one of the rules for a key ends what began at since. days picks a rule's number of days.
func (w *sweeper) over(key string, since time.Time, days func(lifecycleRule) int) bool {
	for _, rule := range w.bucket.Lifecycle {
		if n := days(rule); rule.Status == "Enabled" && strings.HasPrefix(key, rule.Prefix) && n > 0 && !w.now.Before(due(since, n)) {
			return true
		}
	}
	return false
}

func (w *sweeper) uploads() error {
	for _, value := range w.tx.Range(spaceUploads, store.Prefix(prefixOf(w.bucket, ""))) {
		var u upload
		if err := json.Unmarshal(value, &u); err != nil {
			return err
		}
		if !w.over(u.Key, u.Initiated, func(r lifecycleRule) int { return r.AbortIncompleteMultipartUpload.DaysAfterInitiation }) {
			continue
		}
		gone, err := dropUpload(w.tx, w.bucket, &u)
		if err != nil {
			return err
		}
		w.gone = append(w.gone, gone...)
		w.swept.Uploads++
	}
	return nil
}

func (w *sweeper) versions() error {
	var all []*version // of one key, the newest first
	for place, value := range w.tx.Range(spaceVersions, store.Prefix(prefixOf(w.bucket, ""))) {
		v, err := decodeVersion(place, value)
		if err != nil {
			return err
		}
		if len(all) > 0 && all[0].Key != v.Key {
			if err := w.key(all); err != nil {
				return err
			}
			all = all[:0]
		}
		all = append(all, v)
	}
	if len(all) == 0 {
		return nil
	}
	return w.key(all)
}

// key sweeps the versions of one key.
func (w *sweeper) key(all []*version) error {
	left := 1
	for i, v := range all[1:] {
		newer := i // noncurrent versions that are newer
		ended := func(r lifecycleRule) int {
			if newer < r.NoncurrentVersionExpiration.NewerNoncurrentVersions {
				return 0
			}
			return r.NoncurrentVersionExpiration.NoncurrentDays
		}
		if !w.over(v.Key, all[i].Modified, ended) {
			left++
			continue
		}
		if err := w.delete(v); err != nil {
			return err
		}
	}
	latest := all[0]
	expired := w.over(latest.Key, latest.Modified, func(r lifecycleRule) int { return r.ExpirationInDays })
	switch {
	case latest.Marker && left == 1 && (expired || w.endsMarkers(latest.Key)):
		return w.delete(latest)
	case latest.Marker || !expired:
		return nil
	case w.bucket.Versioning == "":
		w.swept.Expired++
		return w.delete(latest)
	}
	w.swept.Expired++
	marker := &version{Key: latest.Key, Marker: true, Modified: w.now.UTC()}
	gone, err := insert(w.tx, w.bucket, marker)
	if err != nil {
		return err
	}
	w.gone = append(w.gone, gone)
	return w.tellExpired(w.tx, w.bucket, marker, markerCreated)
}

// endsMarkers reports whether delete markers of a key go that have no version under them.
func (w *sweeper) endsMarkers(key string) bool {
	for _, rule := range w.bucket.Lifecycle {
		if rule.Status == "Enabled" && rule.ExpiredObjectDeleteMarker && strings.HasPrefix(key, rule.Prefix) {
			return true
		}
	}
	return false
}

func (w *sweeper) delete(v *version) error {
	w.swept.Versions++
	w.gone = append(w.gone, v.Body)
	if err := errors.Join(w.tx.Delete(spaceVersions, v.place), forget(w.tx, v.Body)); err != nil {
		return err
	}
	return w.tellExpired(w.tx, w.bucket, v, permanentlyDeleted)
}

// sweepFiles removes bodies that no record refers to: what a kill left between the making of a file and its transaction, or
// between a transaction and the deletion of a file. The files are read before the records: what comes in between is not seen.
func (s *Service) sweepFiles() (int, error) {
	ids, err := s.bodies.settled()
	if err != nil {
		return 0, err
	}
	referred := map[string]bool{}
	err = s.Store.View(func(tx store.Reader) error {
		for _, space := range []string{spaceVersions, spaceParts} {
			for place, value := range tx.Range(space, store.Range{}) {
				var record struct{ Body body }
				if err := json.Unmarshal(value, &record); err != nil {
					return fmt.Errorf("record at %q: %w", place, err)
				}
				referred[record.Body.ID] = true
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	n := 0
	for _, id := range ids {
		if !referred[id] {
			s.bodies.remove(body{ID: id})
			n++
		}
	}
	return n, nil
}
