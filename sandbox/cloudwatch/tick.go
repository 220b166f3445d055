package cloudwatch

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"
)

// look is how often the service looks at the clock. CloudWatch evaluates an alarm once a minute.
const look = 5 * time.Second

// mostEvents is how much of its history an alarm keeps.
const mostEvents = 100

// The types of what a history has.
const (
	configured = "ConfigurationUpdate"
	changed    = "StateUpdate"
	acted      = "Action"
)

// event is an entry of an alarm's history.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_AlarmHistoryItem.html
type event struct {
	At            time.Time
	Type, Summary string
	Data          string `json:",omitempty"` // JSON
}

func (a *alarm) note(at time.Time, kind, summary string) { a.enter(event{at, kind, summary, ""}) }

// enter enters an event. The list is another then: that of an earlier copy of the alarm stays.
func (a *alarm) enter(e event) {
	a.History = append(slices.Clone(a.History[max(0, len(a.History)+1-mostEvents):]), e)
}

// Run evaluates the alarms once a minute of the clock, in the background until Close.
func (s *Service) Run() {
	s.running.Go(func() {
		last := int64(0)
		for {
			if minute := minuteOf(s.Now()); minute != last {
				last = minute
				s.Tick()
			}
			timer := time.NewTimer(look)
			select {
			case <-timer.C:
			case <-s.stopped.Done():
				timer.Stop()
				return
			}
		}
	})
}

// Close ends the evaluations.
func (s *Service) Close() error {
	s.stop()
	s.running.Wait()
	return nil
}

// Tick evaluates all alarms now, with the daily figures of the day.
func (s *Service) Tick() {
	s.ticking.Lock()
	defer s.ticking.Unlock()
	now := s.Now().UTC()
	s.daily(now)
	s.mu.Lock()
	all := slices.SortedFunc(maps.Values(s.alarms), func(a, b *alarm) int { return compare(a.Name, b.Name) })
	s.mu.Unlock()
	for _, a := range all {
		found := s.retrieve(a, now)
		v := decide(&a.Properties, a.missing(), found)
		if v.state == "" || v.state == a.State {
			continue
		}
		if err := s.set(a, v, reasonData(&a.Properties, &a.compiled, found, now), now); err != nil {
			s.Fault("EvaluateAlarm", fmt.Errorf("the alarm %s: %w", a.Name, err))
		}
	}
}

// daily has the figures of a day reported, once.
func (s *Service) daily(now time.Time) {
	day := now.Format(time.DateOnly)
	if s.Daily == nil || s.day == day {
		return
	}
	s.day = day
	s.Daily(s.Meter())
}

// set brings an alarm into another state, and tells whom it is to tell. What is told is in the history, with what came of it.
func (s *Service) set(a *alarm, v verdict, data string, now time.Time) error {
	s.mu.Lock()
	if s.alarms[a.Name] != a { // it was changed, or deleted
		s.mu.Unlock()
		return nil
	}
	old, next := *a, *a
	next.State, next.Reason, next.ReasonData, next.Updated, next.Changed = v.state, v.reason, data, now, now
	next.enter(event{now, changed, fmt.Sprintf("Alarm updated from %s to %s", old.State, v.state), next.historyOf(&old)})
	err := s.keep(&next)
	s.mu.Unlock()
	if err != nil || next.Properties.ActionsEnabled != nil && !*next.Properties.ActionsEnabled {
		return err
	}
	return s.act(context.Background(), &old, &next)
}
