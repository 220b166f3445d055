package s3

import (
	"crypto/rand"
	"fmt"
	"net"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/store"
)

// Events is where events go: EventBridge.
type Events interface {
	// Keep keeps an event in the transaction in which it happens.
	Keep(tx store.Writer, source, detailType string, resources []string, detail any) error
	// Send has what was kept delivered, when the transaction is over.
	Send()
}

// eventDetail is what an event says of an object. Keys are as they are, not encoded.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
type eventDetail struct {
	Version   string      `json:"version"`
	Bucket    eventBucket `json:"bucket"`
	Object    eventObject `json:"object"`
	RequestID string      `json:"request-id"`
	Requester string      `json:"requester,omitempty"` // an account, or S3; nothing of who is anonymous
	SourceIP  string      `json:"source-ip-address,omitempty"`
	Reason    string      `json:"reason"`
	Deletion  string      `json:"deletion-type,omitempty"`
}

type eventBucket struct {
	Name string `json:"name"`
}

type eventObject struct {
	Key       string `json:"key"`
	Size      *int64 `json:"size,omitempty"` // not of what was deleted
	ETag      string `json:"etag,omitempty"`
	VersionID string `json:"version-id,omitempty"` // in buckets that have versions, or had
	Sequencer string `json:"sequencer"`            // of two events of a key, the greater one is the later
}

// What deletions there are, and why.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html
const (
	markerCreated      = "Delete Marker Created"
	permanentlyDeleted = "Permanently Deleted"
	byLifecycle        = "Lifecycle Expiration"
)

// emptyETag is that of a delete marker: of no bytes.
const emptyETag = "d41d8cd98f00b204e9800998ecf8427e"

// tellCreated tells that a version was written, by the operation of the request.
func (c *request) tellCreated(tx store.Writer, v *version) error {
	detail := c.eventDetail(c.operation.name)
	detail.Object = eventObject{Key: v.Key, Size: &v.Body.Size, ETag: v.ETag}
	return c.tell(tx, c.bucket, v, "Object Created", detail)
}

// tellDeleted tells that a version was removed, or a delete marker put. DeleteObjects is told as DeleteObject of each.
func (c *request) tellDeleted(tx store.Writer, v *version, deletion string) error {
	detail := c.eventDetail("DeleteObject")
	detail.Deletion, detail.Object = deletion, deletedObject(v)
	return c.tell(tx, c.bucket, v, "Object Deleted", detail)
}

// tellExpired tells that a rule of the bucket's lifecycle did so.
func (s *Service) tellExpired(tx store.Writer, b *bucket, v *version, deletion string) error {
	return s.tell(tx, b, v, "Object Deleted", eventDetail{
		Requester: "s3.amazonaws.com", Reason: byLifecycle, Deletion: deletion, Object: deletedObject(v), RequestID: rand.Text()[:16],
	})
}

func deletedObject(v *version) eventObject {
	if v.Marker {
		return eventObject{Key: v.Key, ETag: emptyETag}
	}
	return eventObject{Key: v.Key, ETag: v.ETag}
}

// eventDetail is what an event says of the request.
func (c *request) eventDetail(reason string) eventDetail {
	address, _, _ := net.SplitHostPort(c.r.RemoteAddr)
	return eventDetail{RequestID: aws.EntryOf(c.r.Context()).RequestID, Requester: c.caller.Account, SourceIP: address, Reason: reason}
}

// tell keeps an event in the transaction that it is about, if the bucket has its events sent.
func (s *Service) tell(tx store.Writer, b *bucket, v *version, detailType string, detail eventDetail) error {
	if s.Events == nil || !b.EventBridge {
		return nil
	}
	number, err := next(tx, "events")
	if err != nil {
		return err
	}
	detail.Version, detail.Bucket.Name = "0", b.Name
	detail.Object.Sequencer = fmt.Sprintf("%016X", number)
	if b.Versioning != "" {
		detail.Object.VersionID = v.ID
	}
	return s.Events.Keep(tx, "aws.s3", detailType, []string{b.arn()}, detail)
}

// send has the events of a transaction that is over delivered.
func (s *Service) send() {
	if s.Events != nil {
		s.Events.Send()
	}
}
