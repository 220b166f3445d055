package events

import (
	"encoding/json"
	"fmt"
	"time"

	"lightbox.example/lightbox/sandbox/store"
)

// look is how long the service waits at most before it looks at the clock again: a machine that slept, or a clock that was set, is
// noticed by that.
const look = time.Minute

// late is how much after its time a schedule is still carried out. EventBridge's are precise to the minute.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html
const late = time.Minute

// run carries out what is due, until the service closes.
func (s *Service) run() {
	for {
		next := s.Tick()
		timer := time.NewTimer(min(look, next.Sub(s.Now())))
		select {
		case <-timer.C:
		case <-s.wake:
			timer.Stop()
		case <-s.stopped.Done():
			timer.Stop()
			return
		}
	}
}

// Tick carries out what is due by the clock: schedules, and deliveries. It returns when something is due again.
func (s *Service) Tick() time.Time {
	s.work.Lock()
	defer s.work.Unlock()
	next := s.Now().Add(look)
	for _, at := range []time.Time{s.schedules(), s.deliveries()} {
		if !at.IsZero() && at.Before(next) {
			next = at
		}
	}
	return next
}

// due is when a schedule is looked at next, for an expression of its rule.
type due struct {
	at         time.Time
	expression string
}

// schedules keeps the events of the schedules that are due, and returns when the next one is; zero for never.
func (s *Service) schedules() (first time.Time) {
	now, rules, next := s.Now().UTC(), *s.rules.Load(), map[string]due{}
	for name, r := range rules {
		if r.schedule == nil {
			continue
		}
		d, known := s.due[name]
		known = known && d.expression == r.Settings.ScheduleExpression
		if known && !d.at.After(now) && s.enabled(r) {
			s.carryOut(r, d.at, now)
		}
		if !known || !d.at.After(now) {
			at, is := r.schedule.Next(r.Since, now)
			if !is {
				continue
			}
			d = due{at, r.Settings.ScheduleExpression}
		}
		next[name] = d
		if first.IsZero() || d.at.Before(first) {
			first = d.at
		}
	}
	s.due = next
	return first
}

// carryOut keeps the event of a schedule that was due at a time, or since then; of times that are long over none.
func (s *Service) carryOut(r *live, since, now time.Time) {
	after := since.Add(-1)
	if oldest := now.Add(-late); after.Before(oldest) {
		after = oldest
	}
	at, is := r.schedule.Next(r.Since, after)
	if !is || at.After(now) {
		return
	}
	if err := s.keepScheduled(r, at); err != nil {
		s.Fault("ScheduledEvent", fmt.Errorf("the rule %s: %w", r.Name, err))
	}
}

// keepScheduled keeps the event of a rule's schedule, which goes to its own targets alone.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html
func (s *Service) keepScheduled(r *live, at time.Time) error {
	e := s.event("aws.events", "Scheduled Event", at, []string{s.arn(r.Name)}, struct{}{})
	text, err := json.Marshal(e)
	if err != nil {
		return err
	}
	return s.Store.Update(func(tx store.Writer) error { return r.keep(tx, e.ID, text, at) })
}
