package s3

import (
	"encoding/json"
	"time"

	"lightbox.example/lightbox/sandbox/store"
)

// Object is a version of an object, or a delete marker, as a test or a page shows it.
type Object struct {
	Key          string
	VersionID    string // "null" for the one without
	Latest       bool
	DeleteMarker bool
	Size         int64
	ETag         string // without quotes
	Modified     time.Time
}

// Versions returns all there is in a bucket, by key and then the newest first.
func (s *Service) Versions(bucket string) ([]Object, error) {
	b := s.findBucket(bucket)
	if b == nil {
		return nil, noSuchBucket(bucket)
	}
	var objects []Object
	err := s.Store.View(func(tx store.Reader) error {
		last := ""
		for place, value := range tx.Range(spaceVersions, store.Prefix(prefixOf(b, ""))) {
			v, err := decodeVersion(place, value)
			if err != nil {
				return err
			}
			objects = append(objects, Object{
				Key: v.Key, VersionID: v.ID, Latest: len(objects) == 0 || v.Key != last, DeleteMarker: v.Marker,
				Size: v.Body.Size, ETag: v.ETag, Modified: v.Modified,
			})
			last = v.Key
		}
		return nil
	})
	return objects, err
}

// Upload is an upload in parts that is neither complete nor aborted.
type Upload struct {
	Key, ID   string
	Initiated time.Time
	Parts     int
	Size      int64 // of all parts
}

// Uploads returns the uploads of a bucket by key.
func (s *Service) Uploads(bucket string) ([]Upload, error) {
	b := s.findBucket(bucket)
	if b == nil {
		return nil, noSuchBucket(bucket)
	}
	var uploads []Upload
	err := s.Store.View(func(tx store.Reader) error {
		for _, value := range tx.Range(spaceUploads, store.Prefix(prefixOf(b, ""))) {
			var u upload
			if err := json.Unmarshal(value, &u); err != nil {
				return err
			}
			parts, err := partsOf(tx, u.ID)
			if err != nil {
				return err
			}
			shown := Upload{Key: u.Key, ID: u.ID, Initiated: u.Initiated, Parts: len(parts)}
			for _, p := range parts {
				shown.Size += p.Body.Size
			}
			uploads = append(uploads, shown)
		}
		return nil
	})
	return uploads, err
}
