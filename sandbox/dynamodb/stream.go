package dynamodb

import (
	"crypto/md5" //nolint:gosec // an id of what is no secret
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/dynamodb/item"
	"lightbox.example/lightbox/sandbox/store"
)

// A stream keeps what changes the items of a table, for a day, in one shard. A change is written in the transaction of the write
// that makes it, so that there is none of the two without the other, and the order is that of the writes.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
type stream struct {
	View  string // which images it has, as in NEW_AND_OLD_IMAGES
	Label string // when it was made, as in 2026-11-29T12:00:00.000: the end of its ARN
}

// views are the StreamViewTypes, with the images that they have.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_StreamSpecification.html
var views = map[string]struct{ before, after bool }{
	"KEYS_ONLY": {}, "NEW_IMAGE": {after: true}, "OLD_IMAGE": {before: true}, "NEW_AND_OLD_IMAGES": {true, true},
}

// retention is how long a change is kept.
const retention = 24 * time.Hour

// labelForm is that of the times that streams are called by.
const labelForm = "2006-01-02T15:04:05.000"

// keepStream gives a table the stream that it had before, or a new one, if it wants one.
func (t *table) keepStream(before *table, now time.Time) {
	switch {
	case t.Stream == nil:
	case before.Stream != nil:
		t.Stream = before.Stream
	default:
		t.Stream = &stream{View: t.Stream.View, Label: now.UTC().Format(labelForm)}
	}
}

// changes is the space of a table's stream: changes by their number, from 1.
func (t *table) changes() string { return "dynamodb/stream/" + t.ID + "/" + t.Stream.Label }

func (e *Service) streamARN(t *table) string { return e.tableARN(t.Name) + "/stream/" + t.Stream.Label }

// A change is what a write does to an item; nil stands for none.
type change struct {
	before, after item.Item
	expired       bool // by the time to live of the item, and by nobody
}

// record writes what a write does to the stream of its table: nothing if it changes nothing. An item that was expired is removed
// before something else takes its key.
func (f effect) record(tx store.Writer, now time.Time) error {
	if f.stored != nil && f.item == nil {
		if err := f.table.append(tx, now, change{before: f.stored, expired: true}); err != nil {
			return err
		}
	}
	if f.item == nil && f.after == nil || f.item != nil && f.after != nil && f.item.Equal(f.after) {
		return nil
	}
	return f.table.append(tx, now, change{before: f.item, after: f.after})
}

func (t *table) append(tx store.Writer, now time.Time, c change) error {
	next := lastChange(tx, t.changes()) + 1
	return tx.Put(t.changes(), changeKey(next), c.encode(now))
}

func changeKey(number uint64) []byte { return binary.BigEndian.AppendUint64(nil, number) }

// lastChange is the number of the last change in a space, 0 without one. The last is never dropped, so that numbers go on.
func lastChange(tx store.Reader, space string) uint64 {
	for key := range tx.Range(space, store.Range{Reverse: true}) {
		return binary.BigEndian.Uint64(key)
	}
	return 0
}

// encode is a change with its time: milliseconds, whether it expired, the length of the item before, and both items.
func (c change) encode(now time.Time) []byte {
	b := binary.BigEndian.AppendUint64(nil, uint64(now.UnixMilli())) //nolint:gosec // after 1970
	flag := byte(0)
	if c.expired {
		flag = 1
	}
	b = append(b, flag)
	var before, after []byte
	if c.before != nil {
		before = c.before.Encode()
	}
	if c.after != nil {
		after = c.after.Encode()
	}
	b = binary.AppendUvarint(b, uint64(len(before)))
	return append(append(b, before...), after...)
}

var errChange = errors.New("a change in a stream is damaged")

// timeOf is when a change was made.
func timeOf(encoded []byte) (time.Time, error) {
	if len(encoded) < 10 {
		return time.Time{}, errChange
	}
	return time.UnixMilli(int64(binary.BigEndian.Uint64(encoded))).UTC(), nil //nolint:gosec // as encode wrote it
}

func decodeChange(encoded []byte) (c change, at time.Time, err error) {
	if at, err = timeOf(encoded); err != nil {
		return c, at, err
	}
	c.expired = encoded[8] == 1
	size, n := binary.Uvarint(encoded[9:])
	rest := encoded[9+max(n, 0):]
	if n <= 0 || size > uint64(len(rest)) {
		return c, at, errChange
	}
	for _, image := range []struct {
		of   *item.Item
		text []byte
	}{{&c.before, rest[:size]}, {&c.after, rest[size:]}} {
		if len(image.text) == 0 {
			continue
		}
		if *image.of, err = item.Decode(image.text); err != nil {
			return c, at, err
		}
	}
	return c, at, nil
}

// name is the event of a change.
func (c change) name() string {
	switch {
	case c.before == nil:
		return "INSERT"
	case c.after == nil:
		return "REMOVE"
	}
	return "MODIFY"
}

// A StreamRecord is a change as GetRecords answers it.
type StreamRecord struct {
	SequenceNumber string
	Created        time.Time
	JSON           json.RawMessage
}

// A StreamDescription is what DescribeStream says of a stream.
type StreamDescription struct{ ARN, View, Shard string }

// userIdentity is who removes what expires.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html
type userIdentity struct {
	Type        string `json:"type"`
	PrincipalID string `json:"principalId"`
}

// streamRecord is the form of a change.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html
type streamRecord struct {
	EventID      string        `json:"eventID"`
	EventName    string        `json:"eventName"`
	EventVersion string        `json:"eventVersion"`
	EventSource  string        `json:"eventSource"`
	Region       string        `json:"awsRegion"`
	Change       streamChange  `json:"dynamodb"`
	UserIdentity *userIdentity `json:"userIdentity,omitempty"`
}

type streamChange struct {
	ApproximateCreationDateTime int64 // whole seconds
	Keys                        item.Item
	NewImage                    item.Item `json:",omitempty"`
	OldImage                    item.Item `json:",omitempty"`
	SequenceNumber              string
	SizeBytes                   int
	StreamViewType              string
}

// sequenceNumber is a number as DynamoDB writes it, in 21 digits, whose order is that of the changes.
func sequenceNumber(number uint64) string { return fmt.Sprintf("1%020d", number) }

func numberOf(sequence string) (uint64, error) {
	digits, ok := strings.CutPrefix(sequence, "1")
	number, err := strconv.ParseUint(digits, 10, 64)
	if !ok || err != nil || sequenceNumber(number) != sequence {
		return 0, validation("Invalid SequenceNumber: %s", sequence)
	}
	return number, nil
}

// streamRecord is a change as readers get it.
func (e *Service) streamRecord(t *table, number uint64, encoded []byte) (StreamRecord, error) {
	c, at, err := decodeChange(encoded)
	if err != nil {
		return StreamRecord{}, err
	}
	keys, whole := item.Item{}, c.after
	if whole == nil {
		whole = c.before
	}
	for _, name := range t.Key.names() {
		keys[name] = whole[name]
	}
	change := streamChange{
		ApproximateCreationDateTime: at.Unix(), Keys: keys, SequenceNumber: sequenceNumber(number), StreamViewType: t.Stream.View,
	}
	if has := views[t.Stream.View]; has.before {
		change.OldImage = c.before
	}
	if has := views[t.Stream.View]; has.after {
		change.NewImage = c.after
	}
	change.SizeBytes = keys.Size() + change.NewImage.Size() + change.OldImage.Size()
	sum := md5.Sum([]byte(t.changes() + "/" + change.SequenceNumber)) //nolint:gosec // see the import
	record := streamRecord{
		EventID: hex.EncodeToString(sum[:]), EventName: c.name(), EventVersion: "1.1", EventSource: "aws:dynamodb", Region: e.region, Change: change,
	}
	if c.expired {
		record.UserIdentity = &userIdentity{"Service", "dynamodb.amazonaws.com"}
	}
	text, err := json.Marshal(record)
	return StreamRecord{change.SequenceNumber, at, text}, err
}

// A signal tells those who wait that something happened.
type signal struct {
	mu      sync.Mutex
	waiting chan struct{}
}

func (s *signal) wait() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.waiting == nil {
		s.waiting = make(chan struct{})
	}
	return s.waiting
}

func (s *signal) raise() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.waiting != nil {
		close(s.waiting)
		s.waiting = nil
	}
}

// wrote wakes who waits for changes, if one of the tables of a write that is over has a stream.
func (e *Service) wrote(effects ...effect) {
	if slices.ContainsFunc(effects, func(f effect) bool { return f.table.Stream != nil }) {
		e.changed.raise()
	}
}

// StreamsChanged is closed when something is written to a stream: whoever waits for a change takes it before they look.
func (e *Service) StreamsChanged() <-chan struct{} { return e.changed.wait() }

// streamNamed finds the table of a stream, for somebody of whom allow says whether they may do the action.
func (e *Service) streamNamed(arn, action string, allow func(needs []aws.Request) error) (*table, error) {
	if err := allow([]aws.Request{{Action: "dynamodb:" + action, Resource: arn, Account: e.account}}); err != nil {
		return nil, err
	}
	for _, t := range e.tables {
		if t.Stream != nil && e.streamARN(t) == arn {
			return t, nil
		}
	}
	return nil, &Error{Type: "ResourceNotFoundException", Message: "Requested resource not found: Stream: " + arn + " not found"}
}
