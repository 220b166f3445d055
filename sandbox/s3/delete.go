package s3

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/store"
)

const (
	maxDeletes  = 1000
	deleteLimit = 4 << 20 // bytes of a document with as many keys
)

// deleteObject answers DeleteObject.
func (c *request) deleteObject() error {
	id := c.query.Get("versionId")
	if c.query.Has("versionId") {
		if err := checkID(id); err != nil {
			return err
		}
	}
	match := c.r.Header.Get("If-Match")
	if err := c.mayMatch(c.key, match); err != nil {
		return err
	}
	deleted, err := c.remove(c.key, id, match)
	if err != nil {
		return err
	}
	if deleted != nil {
		c.setVersionID(deleted)
		if deleted.Marker {
			c.w.Header().Set("X-Amz-Delete-Marker", "true")
		}
	}
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

// remove deletes a version for good; without an id it puts a delete marker on top or, in a bucket without versions, deletes
// the object. It returns what was deleted, or the marker that was put; nil if there was nothing. With a match, which is an
// ETag or a star, the latest version has to have it.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeletingObjectVersions.html,
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html
func (c *request) remove(key, id, match string) (*version, error) {
	var deleted *version
	var gone body
	err := c.Store.Update(func(tx store.Writer) (err error) {
		if match != "" {
			if err := c.matchLatest(tx, key, match); err != nil {
				return err
			}
		}
		if id == "" && c.bucket.Versioning != "" {
			deleted = &version{Key: key, Marker: true, Modified: c.Now().UTC()}
			if gone, err = insert(tx, c.bucket, deleted); err != nil {
				return err
			}
			return c.tellDeleted(tx, deleted, markerCreated)
		}
		if deleted, err = findVersion(tx, c.bucket, key, id); err != nil || deleted == nil {
			return err
		}
		gone = deleted.Body
		if err := errors.Join(tx.Delete(spaceVersions, deleted.place), forget(tx, gone)); err != nil {
			return err
		}
		return c.tellDeleted(tx, deleted, permanentlyDeleted)
	})
	if err != nil {
		return nil, err
	}
	c.bodies.remove(gone)
	c.send()
	return deleted, nil
}

// matchLatest fails if the latest version of a key does not have the ETag.
func (c *request) matchLatest(tx store.Reader, key, etag string) error {
	v, err := findVersion(tx, c.bucket, key, "")
	switch {
	case err != nil:
		return err
	case v == nil:
		return noSuchKey(key)
	case v.Marker, etag != "*" && strings.Trim(etag, `"`) != v.ETag:
		return failedCondition("If-Match")
	}
	return nil
}

// mayMatch refuses a caller who may not compare, if there is an ETag to compare with. Whether there is an object at all, which
// a star asks, S3 tells whoever may delete it.
func (c *request) mayMatch(key, match string) error {
	if match == "" || match == "*" {
		return nil
	}
	return c.mayCompare(key)
}

// mayCompare refuses a caller who may not read the object: to compare is to read.
func (c *request) mayCompare(key string) error {
	return c.authorize("s3:GetObject", c.bucket, key, c.context("s3:GetObject"))
}

// deleteDocument is the document Delete.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
type deleteDocument struct {
	Object []deletionWanted `s3:"required"`
	Quiet  bool
}

// deletionWanted is one of those that DeleteObjects asks for. Directory buckets alone know the last two.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ObjectIdentifier.html
type deletionWanted struct {
	Key                    string `s3:"required"`
	VersionID              string `xml:"VersionId"`
	ETag                   *string
	LastModifiedTime, Size unsupported
}

// deletion is one of those that DeleteObjects answers.
type deletion struct {
	Key       keyText
	VersionID string `xml:"VersionId,omitempty"`
}

type deletionDone struct {
	deletion
	DeleteMarker          bool   `xml:",omitempty"`
	DeleteMarkerVersionID string `xml:"DeleteMarkerVersionId,omitempty"`
}

type deletionFailed struct {
	deletion
	Code, Message string
}

// deleteObjects answers DeleteObjects: each key is a request of its own to the policies.
func (c *request) deleteObjects() error {
	header := c.r.Header
	if sum, err := announcedChecksum(header); header.Get("Content-Md5") == "" && (err != nil || sum.Algorithm == "") {
		return invalidRequest("Missing required header for this request: Content-MD5 OR x-amz-checksum-*")
	}
	var document deleteDocument
	if err := c.readXML(&document, c.checkDigests); err != nil {
		return err
	}
	if n := len(document.Object); n > maxDeletes {
		return malformedXML(fmt.Sprintf("Delete/Object: got %d, want at most %d", n, maxDeletes))
	}
	var result struct {
		Deleted []deletionDone
		Error   []deletionFailed
	}
	var denied *aws.Entry // of the last key that was denied: that is what the log shows
	entry := aws.EntryOf(c.r.Context())
	for _, wanted := range document.Object {
		object := deletion{keyText(wanted.Key), wanted.VersionID}
		deleted, err := c.removeOne(wanted)
		if err != nil {
			var refusal *aws.Error
			if !errors.As(err, &refusal) {
				return err
			}
			if entry.Decision == iam.Deny {
				last := *entry
				denied = &last
			}
			result.Error = append(result.Error, deletionFailed{object, refusal.Code, refusal.Message})
			continue
		}
		if document.Quiet {
			continue
		}
		item := deletionDone{deletion: object}
		if deleted != nil && deleted.Marker {
			item.DeleteMarker, item.DeleteMarkerVersionID = true, deleted.ID
		}
		result.Deleted = append(result.Deleted, item)
	}
	if denied != nil {
		entry.Decision, entry.Reasons = denied.Decision, denied.Reasons
	}
	return c.writeXML("DeleteResult", result)
}

// removeOne deletes one of many, if the caller may.
func (c *request) removeOne(wanted deletionWanted) (*version, error) {
	key, id, match := wanted.Key, wanted.VersionID, ""
	action := "s3:DeleteObject"
	if id != "" {
		action = "s3:DeleteObjectVersion"
		if err := checkID(id); err != nil {
			return nil, noSuchVersion(key, id)
		}
	}
	if key == "" || len(key) > maxKey {
		return nil, aws.Refuse(http.StatusBadRequest, "UserKeyMustBeSpecified", "User key must be specified.")
	}
	keys := c.baseContext()
	if id != "" {
		keys = append(keys, iam.Key{Name: "s3:VersionId", Value: id})
	}
	if wanted.ETag != nil {
		match = quote(strings.Trim(*wanted.ETag, `"`)) // an empty one too is one that nothing has
		if *wanted.ETag == "*" {
			match = "*"
		}
		keys = append(keys, iam.Key{Name: "s3:if-match", Value: *wanted.ETag})
	}
	if err := c.authorize(action, c.bucket, key, keys); err != nil {
		return nil, err
	}
	if err := c.mayMatch(key, match); err != nil {
		return nil, err
	}
	return c.remove(key, id, match)
}
