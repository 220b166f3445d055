package lambda

import (
	"time"

	"lightbox.example/lightbox/sandbox/dynamodb"
	"lightbox.example/lightbox/sandbox/store"
)

// Machine is the processor of this machine, by Lambda's name.
var Machine = machine

// SetTimes shortens what the service waits for: an idle environment, and between attempts.
func (s *Service) SetTimes(idle, between time.Duration) {
	s.idle = idle
	wait := func(int) time.Duration { return between }
	s.waits = waits{failed: wait, throttled: wait, stream: wait}
}

// Rest ends the environments that have nothing to do.
func (s *Service) Rest() {
	for _, f := range s.live {
		f.pool.rest()
	}
}

// TakenOf is how many of the records with some sequence numbers an answer has taken.
func TakenOf(answer []byte, sequence ...string) int {
	var records []dynamodb.StreamRecord
	for _, number := range sequence {
		records = append(records, dynamodb.StreamRecord{SequenceNumber: number})
	}
	return takenOf(answer, records)
}

// Passes tells whether a record passes a pattern.
func Passes(pattern, record string) (bool, error) {
	f, err := compileFilter(pattern)
	if err != nil {
		return false, err
	}
	return filters{f}.pass([]byte(record))
}

// Checkpoint is the last change that a mapping has dealt with.
func (s *Service) Checkpoint(mapping string) (after string) {
	_ = s.Store.View(func(tx store.Reader) error {
		_, err := store.GetJSON(tx, spaceCheckpoints, mapping, &after)
		return err
	})
	return after
}
