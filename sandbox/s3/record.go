package s3

import (
	"bytes"
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/go-json-experiment/json" // three times as fast as the library's, for what every request reads

	"lightbox.example/lightbox/sandbox/store"
)

// The spaces of the store.
const (
	spaceBuckets  = "s3/buckets"  // name → bucket
	spaceVersions = "s3/versions" // bucket, key, the newest first → version
	spaceUploads  = "s3/uploads"  // bucket, key, id → upload
	spaceParts    = "s3/parts"    // upload's id, number → part
	spaceBodies   = "s3/bodies"   // body's id → the bytes of a small one
	spaceCounters = "s3/counters" // "versions", "events" → how many there ever were
)

// version is one version of an object, or a delete marker.
type version struct {
	Key      string
	ID       string // "null" for the one without
	Marker   bool   `json:",omitempty"`
	Modified time.Time
	ETag     string            `json:",omitempty"` // without quotes
	Body     body              `json:",omitzero"`
	Headers  map[string]string `json:",omitempty"` // the texts of those that are sent back, x-amz-meta-* too, by canonical name
	Tags     []tag             `json:",omitempty"`
	Checksum checksum          `json:",omitzero"`
	Parts    []piece           `json:",omitempty"` // what an upload in parts was made of, in their order

	place []byte // its key in the store
}

// upload is an upload in parts that has begun.
type upload struct {
	Key       string
	ID        string
	Initiated time.Time
	Headers   map[string]string `json:",omitempty"`
	Tags      []tag             `json:",omitempty"`
	Algorithm string            `json:",omitempty"` // of the checksums that the client wants; "" if it said nothing
	Type      string            `json:",omitempty"` // COMPOSITE or FULL_OBJECT
}

// part is one part of an upload.
type part struct {
	Number   int
	Modified time.Time
	ETag     string
	Body     body
	Checksum checksum
}

// piece is what is left of a part once its upload is complete.
type piece struct {
	Size int64
	Sum  string `json:",omitempty"` // its checksum, by the algorithm of the upload; "" if the client asked for none
}

// nullID is the id of the version that was written while the bucket had no versions.
const nullID = "null"

// prefixOf is what the places of all versions, or uploads, of a bucket begin with whose keys begin with prefix.
func prefixOf(b *bucket, prefix string) []byte {
	place := append(append(make([]byte, 0, len(b.Name)+len(prefix)+16), b.Name...), 0) // with room for what comes behind it
	for i := range len(prefix) {
		// A zero byte is the end of a key, so one inside it is escaped. The order stays that of the keys.
		if prefix[i] == 0 {
			place = append(place, 0, 0xFF)
			continue
		}
		place = append(place, prefix[i])
	}
	return place
}

// placeOf is what the places of all versions, or uploads, of one key begin with.
func placeOf(b *bucket, key string) []byte { return append(prefixOf(b, key), 0, 1) }

// keyAt is the key of the version at a place.
func keyAt(b *bucket, place []byte) string {
	key := place[len(b.Name)+1 : len(place)-10]
	return string(bytes.ReplaceAll(key, []byte{0, 0xFF}, []byte{0}))
}

func decodeVersion(place, value []byte) (*version, error) {
	v := &version{place: append([]byte(nil), place...)}
	if err := json.Unmarshal(value, v); err != nil {
		return nil, fmt.Errorf("version at %q: %w", place, err)
	}
	return v, nil
}

// findVersion returns a version of a key: by its id, or the latest if the id is "". It is nil if there is none.
func findVersion(tx store.Reader, b *bucket, key, id string) (*version, error) {
	places := store.Prefix(placeOf(b, key))
	if number, ok := numberOf(id); ok {
		places = store.Prefix(versionPlace(b, key, number))
	}
	for place, value := range tx.Range(spaceVersions, places) {
		v, err := decodeVersion(place, value)
		if err != nil || id == "" || id == v.ID {
			return v, err
		}
	}
	return nil, nil
}

// insert makes v the latest version of its key. In a bucket without versions, or no longer with, it takes the place of the
// null version, whose body is returned.
func insert(tx store.Writer, b *bucket, v *version) (gone body, err error) {
	if err := stillThere(tx, b); err != nil {
		return body{}, err
	}
	number, err := next(tx, "versions")
	if err != nil {
		return body{}, err
	}
	v.ID = numberedID(number)
	if b.Versioning != "Enabled" {
		v.ID = nullID
		old, err := findVersion(tx, b, v.Key, nullID)
		if err != nil {
			return body{}, err
		}
		if old != nil {
			gone = old.Body
			if err := errors.Join(tx.Delete(spaceVersions, old.place), forget(tx, gone)); err != nil {
				return body{}, err
			}
		}
	}
	v.place = versionPlace(b, v.Key, number)
	return gone, store.PutJSON(tx, spaceVersions, v.place, v)
}

// next counts.
func next(tx store.Writer, counter string) (uint64, error) {
	var number uint64
	if value, found := tx.Get(spaceCounters, []byte(counter)); found && len(value) == 8 {
		number = binary.BigEndian.Uint64(value)
	}
	number++
	return number, tx.Put(spaceCounters, []byte(counter), binary.BigEndian.AppendUint64(nil, number))
}

// numberedID makes the id of a version or an upload from its number. Its letters tell what came first.
func numberedID(number uint64) string {
	raw := binary.BigEndian.AppendUint64(nil, number)
	raw = append(raw, make([]byte, 8)...)
	_, _ = rand.Read(raw[8:]) // never fails
	return idEncoding.EncodeToString(raw)
}

// numberOf is the number in an id, and whether it can be one of numberedID's.
func numberOf(id string) (uint64, bool) {
	raw, err := idEncoding.DecodeString(id)
	if err != nil || len(raw) != 16 {
		return 0, false
	}
	return binary.BigEndian.Uint64(raw), true
}

// idEncoding has its letters in the order of what they stand for.
var idEncoding = base32.NewEncoding("234567abcdefghijklmnopqrstuvwxyz").WithPadding(base32.NoPadding)

// versionPlace is the place of a version. The newest has the greatest number, and comes first.
func versionPlace(b *bucket, key string, number uint64) []byte {
	return binary.BigEndian.AppendUint64(placeOf(b, key), ^number)
}

// uploadPlace and partPlace are the places of an upload and of a part.
func uploadPlace(b *bucket, key, id string) []byte { return append(placeOf(b, key), id...) }

func partPlace(id string, number int) []byte {
	return binary.BigEndian.AppendUint16(append([]byte(id), 0), uint16(number))
}

// partsOf returns the parts of an upload by their numbers.
func partsOf(tx store.Reader, id string) ([]part, error) {
	var parts []part
	for place, value := range tx.Range(spaceParts, store.Prefix(append([]byte(id), 0))) {
		var p part
		if err := json.Unmarshal(value, &p); err != nil {
			return nil, fmt.Errorf("part at %q: %w", place, err)
		}
		parts = append(parts, p)
	}
	return parts, nil
}
