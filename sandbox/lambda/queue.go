package lambda

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/store"
)

// queued is an invocation that nobody waits for.
type queued struct {
	Function  string
	RequestID string // the same for all attempts
	Payload   []byte
	By        string `json:",omitempty"`
	Accepted  time.Time
	Due       time.Time
	Failed    int // attempts that the function failed
	Throttled int // attempts that did not get to it
}

// waits say how long the next attempt waits: after the n-th that failed, or that did not get to the function. A stream has its own.
type waits struct{ failed, throttled, stream func(n int) time.Duration }

// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
var defaultWaits = waits{
	failed:    func(n int) time.Duration { return time.Duration(n) * time.Minute },
	throttled: func(n int) time.Duration { return min(time.Second<<min(n-1, 9), 5*time.Minute) },
	stream:    func(n int) time.Duration { return min(time.Second<<min(n-1, 9), time.Minute) },
}

// enqueue keeps an invocation until it was carried out, or given up.
func (s *Service) enqueue(f *live, by, requestID string, payload []byte) error {
	now := s.Now()
	q := queued{Function: f.Name, RequestID: requestID, Payload: payload, By: by, Accepted: now, Due: now}
	if err := s.keep(q); err != nil {
		return err
	}
	s.count(f, "AsyncEventsReceived", 1, "Count")
	s.process(q)
	return nil
}

func (s *Service) keep(q queued) error {
	return s.Store.Update(func(tx store.Writer) error { return store.PutJSON(tx, spaceQueue, q.RequestID, q) })
}

func (s *Service) forget(q queued) {
	err := s.Store.Update(func(tx store.Writer) error { return tx.Delete(spaceQueue, []byte(q.RequestID)) })
	if err != nil {
		s.Fault("Invoke", err)
	}
}

// resume goes on with what a former process left in the queue: an attempt that it did not end is made again.
func (s *Service) resume() error {
	var left []queued
	err := s.Store.View(func(tx store.Reader) error {
		for _, text := range tx.Range(spaceQueue, store.Range{}) {
			var q queued
			if err := json.Unmarshal(text, &q); err != nil {
				return err
			}
			left = append(left, q)
		}
		return nil
	})
	for _, q := range left {
		s.process(q)
	}
	return err
}

// process carries an invocation out in its own time.
func (s *Service) process(q queued) {
	if !s.begin() {
		return
	}
	go func() {
		defer s.running.Done()
		for {
			if !s.until(q.Due) {
				return
			}
			select {
			case s.slots <- struct{}{}:
			case <-s.stopped.Done():
				return
			}
			done := s.attempt(&q)
			<-s.slots
			if s.stopped.Err() != nil {
				return // it is in the store
			}
			if done {
				s.forget(q)
				return
			}
			if err := s.keep(q); err != nil {
				s.Fault("Invoke", err)
			}
		}
	}()
}

// look is how long the queue waits at most before it looks at the clock again, which may have been set.
const look = time.Second

// until waits as long as a time is away by the clock, or less where the clock is set. It reports false if the service closes before.
func (s *Service) until(due time.Time) bool {
	for end := time.Now().Add(due.Sub(s.Now())); ; {
		left := min(due.Sub(s.Now()), time.Until(end))
		if left <= 0 {
			return s.stopped.Err() == nil
		}
		timer := time.NewTimer(min(look, left))
		select {
		case <-timer.C:
		case <-s.stopped.Done():
			timer.Stop()
			return false
		}
	}
}

// attempt runs the function once, and reports whether that was the last time.
func (s *Service) attempt(q *queued) bool {
	f := s.find(q.Function)
	if f == nil {
		return true // it was deleted
	}
	outcome, _, err := s.run(context.Background(), f, q.By, q.RequestID, q.Payload)
	wait := time.Duration(0)
	var refusal *aws.Error
	switch {
	case err == nil && !outcome.Failed:
		return true
	case errors.As(err, &refusal) && refusal.Code == throttled:
		q.Throttled++
		wait = s.waits.throttled(q.Throttled)
	case err != nil: // a fault of the sandbox, or a role that does not trust Lambda any more
		s.Fault("Invoke", fmt.Errorf("the function %s, request %s: %w", f.Name, q.RequestID, err))
		q.Throttled++
		wait = s.waits.throttled(q.Throttled)
	default:
		if q.Failed++; q.Failed > f.retries.attempts() {
			s.count(f, "AsyncEventsDropped", 1, "Count")
			s.Fault("Invoke", fmt.Errorf("the function %s failed %d times, request %s: it is given up: %s", f.Name, q.Failed, q.RequestID, outcome.Payload))
			return true
		}
		wait = s.waits.failed(q.Failed)
	}
	q.Due = s.Now().Add(wait)
	if q.Due.Sub(q.Accepted) > f.retries.age() {
		s.count(f, "AsyncEventsDropped", 1, "Count")
		s.Fault("Invoke", fmt.Errorf("the function %s, request %s: it is older than %s and given up", f.Name, q.RequestID, f.retries.age()))
		return true
	}
	return false
}
