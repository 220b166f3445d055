package cloudformation

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"lightbox.example/lightbox/sandbox/store"
)

// Event is something that happened to a stack or to one of its resources.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackEvent.html
type Event struct {
	ID          string
	Time        time.Time // later than all events of the stack before
	Stack       string    // the stack's name
	StackID     string
	OperationID string
	Token       string // of the client that asked for the operation
	LogicalID   string // the stack's name where the event is the stack's own
	PhysicalID  string
	Type        string // of the resource, as in AWS::S3::Bucket; AWS::CloudFormation::Stack for the stack's own
	Status      string // as in CREATE_COMPLETE
	Reason      string

	number uint64
}

// OfStack reports whether the event is the stack's own.
func (e Event) OfStack() bool { return e.PhysicalID == e.StackID }

// now is the time to the millisecond, which is what AWS's answers carry.
func (s *Service) now() time.Time { return s.Now().UTC().Truncate(time.Millisecond) }

// record adds an event. Clients sort events by their time, so no two have the same. s.mu is held.
func (s *Service) record(st *stack, logicalID, physicalID, kind, status, reason string) Event {
	at := s.now()
	if !at.After(st.LastEvent) {
		at = st.LastEvent.Add(time.Millisecond)
	}
	st.LastEvent = at
	st.Events++
	e := Event{
		Time: at, Stack: st.Name, StackID: st.ID, LogicalID: logicalID, PhysicalID: physicalID, Type: kind, Status: status, Reason: reason,
		number: st.Events,
	}
	e.ID = fmt.Sprintf("%s-%s-%s", logicalID, status, at.Format("2006-01-02T15:04:05.000Z"))
	if st.Operation != nil {
		e.OperationID, e.Token = st.Operation.ID, st.Operation.Token
	}
	st.pending = append(st.pending, e)
	return e
}

// setStatus changes the status of the stack and says so in an event. s.mu is held.
func (s *Service) setStatus(st *stack, status, reason string) Event {
	st.Status, st.Reason = status, reason
	return s.record(st, st.Name, st.ID, stackType, status, reason)
}

// pageSize is how many entries an answer with a NextToken has at most.
const pageSize = 100

// Events are the latest events of a stack that there is, by its name, the latest first, pageSize of them at most. There are none of
// another.
func (s *Service) Events(name string) ([]Event, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, st := range s.sortedStacks(false) {
		if st.Name == name {
			events, _, err := s.eventsBefore(st, 0)
			return events, err
		}
	}
	return nil, nil
}

// eventsBefore returns at most pageSize events of the stack, the latest first, that have smaller numbers; 0 is all. The number
// is that of the last one if there are more. s.mu is held.
func (s *Service) eventsBefore(st *stack, number uint64) (events []Event, next uint64, err error) {
	for _, e := range slices.Backward(st.pending) {
		if number == 0 || e.number < number {
			events = append(events, e)
		}
	}
	span := store.Prefix(keyOf(st.ID, ""))
	span.Reverse = true
	if number != 0 {
		span.To = eventKey(st.ID, number)
	}
	err = s.Store.View(func(tx store.Reader) error {
		for key, value := range tx.Range(spaceEvents, span) {
			if len(events) > pageSize {
				break
			}
			var e Event
			if err := json.Unmarshal(value, &e); err != nil {
				return err
			}
			e.number = numberOf(key)
			events = append(events, e)
		}
		return nil
	})
	if len(events) > pageSize {
		events = events[:pageSize]
		next = events[pageSize-1].number
	}
	return events, next, err
}
