package logs

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/store"
)

// maxMessage is the length in bytes that a line is cut to. CloudWatch refuses longer ones; what writes here has no use for
// the refusal.
const maxMessage = 256 << 10

// event is a line as it is stored.
type event struct {
	Stream   string
	Message  string
	Ingested int64 // milliseconds
}

// eventKey is the place of a line in eventSpace: lines of a group are in the order of their times.
func eventKey(group string, at int64, number uint64) []byte {
	key := binary.BigEndian.AppendUint64(append([]byte(group), 0), uint64(max(at, 0)))
	return binary.BigEndian.AppendUint64(key, number)
}

// timeOf is the time of a line, in milliseconds.
func timeOf(key []byte) int64 { return int64(binary.BigEndian.Uint64(key[len(key)-16:])) }

// Write adds lines to a stream of a group, as the caller, all with one time: the stream is made if need be. It fails with an
// *aws.Error: AccessDeniedException of a caller whose policies don't allow it, ResourceNotFoundException without the group.
func (s *Service) Write(ctx context.Context, caller aws.Caller, groupName, streamName string, at time.Time, lines []string) error {
	if streamName == "" || len(streamName) > 512 || strings.ContainsAny(streamName, ":*\x00") || !utf8.ValidString(streamName) {
		return invalid("got the log stream %q, want 1 to 512 characters without : and *", streamName)
	}
	may := func(action string) error {
		request := aws.Request{Action: action, Resource: s.streamARN(groupName, streamName)}
		if decision, message := aws.Authorize(ctx, caller, request); decision == iam.Deny {
			return refuse("AccessDeniedException", "%s", message)
		}
		return nil
	}
	if err := may("logs:PutLogEvents"); err != nil {
		return err
	}
	now := s.Now()
	return s.Store.Update(func(tx store.Writer) error {
		var g group
		found, err := store.GetJSON(tx, groupSpace, groupName, &g)
		switch {
		case err != nil:
			return err
		case !found:
			return noGroup()
		}
		place := g.Name + "\x00" + streamName
		x := stream{Name: streamName, Created: now}
		if found, err = store.GetJSON(tx, streamSpace, place, &x); err != nil {
			return err
		}
		if !found {
			if err := may("logs:CreateLogStream"); err != nil {
				return err
			}
		}
		for _, line := range lines {
			if err := g.add(tx, &x, at, line, now); err != nil {
				return err
			}
		}
		return errors.Join(g.trim(tx, now), store.PutJSON(tx, streamSpace, place, x), store.PutJSON(tx, groupSpace, g.Name, g))
	})
}

// add stores a line.
func (g *group) add(tx store.Writer, x *stream, at time.Time, message string, now time.Time) error {
	stamp := at.UnixMilli()
	if x.First == 0 || stamp < x.First {
		x.First = stamp
	}
	x.Last, x.LastIngestion = max(x.Last, stamp), now.UnixMilli()
	e := event{Stream: x.Name, Message: cut(strings.ToValidUTF8(message, "\uFFFD")), Ingested: now.UnixMilli()}
	text, err := json.Marshal(e)
	if err != nil {
		return err
	}
	g.Lines++
	g.Bytes += len(e.Message)
	number := nextNumber(tx)
	key := eventKey(g.Name, stamp, number)
	return errors.Join(tx.Put(eventSpace, key, text), tx.Put(arrivalSpace, binary.BigEndian.AppendUint64(nil, number), key))
}

// nextNumber is the number of the next line of all groups. Numbers are not given twice while the line before is there.
func nextNumber(tx store.Reader) uint64 {
	for last := range tx.Range(arrivalSpace, store.Range{Reverse: true}) {
		return binary.BigEndian.Uint64(last) + 1
	}
	return 1
}

// drop deletes a line.
func drop(tx store.Writer, key []byte) error {
	return errors.Join(tx.Delete(arrivalSpace, key[len(key)-8:]), tx.Delete(eventSpace, key))
}

// cut shortens a message to what a line may have, at the end of a character.
func cut(message string) string {
	if len(message) <= maxMessage {
		return message
	}
	end := maxMessage
	for !utf8.RuneStart(message[end]) {
		end--
	}
	return message[:end]
}

// trim deletes the oldest lines: those that the retention is over of, and those above Limit.
func (g *group) trim(tx store.Writer, now time.Time) error {
	oldest := g.oldest(now)
	for key, value := range tx.Range(eventSpace, store.Prefix([]byte(g.Name+"\x00"))) {
		if g.Lines <= Limit && timeOf(key) >= oldest {
			return nil
		}
		var e event
		if err := json.Unmarshal(value, &e); err != nil {
			return fmt.Errorf("%s %q: %w", eventSpace, key, err)
		}
		g.Lines--
		g.Bytes -= len(e.Message)
		if err := drop(tx, key); err != nil {
			return err
		}
	}
	return nil
}
