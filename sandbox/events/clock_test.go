package events_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// running is a service that runs by itself, in a bubble whose clock is its.
func running(t *testing.T) *rig {
	r, _ := newRig(t)
	r.now = time.Now
	r.open()
	r.events.Run()
	return r
}

func scheduled(expression string, changes ...object) object {
	return created(append([]object{{"Name": "tick", "EventPattern": nil, "ScheduleExpression": expression}}, changes...)...)
}

// after lets time pass, and is what the function got.
func (r *rig) after(d time.Duration) []string {
	r.t.Helper()
	time.Sleep(d)
	synctest.Wait()
	return r.got()
}

func want(t *testing.T, what string, got []string, times ...string) {
	t.Helper()
	var all []string
	for _, at := range times {
		all = append(all, "Scheduled Event "+at+" {}")
	}
	if diff := cmp.Diff(all, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// The bubble begins at midnight of 2000-01-01.
func TestSchedule_isInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := running(t)
		time.Sleep(10 * time.Second)
		r.make(scheduled("rate(5 minutes)"))
		want(t, "before its time", r.after(5*time.Minute-1))
		want(t, "in time", r.after(1), "2000-01-01T00:05:10Z")
		want(t, "an hour", r.after(15*time.Minute), "2000-01-01T00:10:10Z", "2000-01-01T00:15:10Z", "2000-01-01T00:20:10Z")
		time.Sleep(time.Minute)
		r.update("tick", scheduled("rate(5 minutes)", object{"Description": "another"}))
		want(t, "a change of words", r.after(4*time.Minute), "2000-01-01T00:25:10Z")
		time.Sleep(time.Minute)
		r.update("tick", scheduled("rate(1 minute)"))
		want(t, "another rate", r.after(2*time.Minute), "2000-01-01T00:27:10Z", "2000-01-01T00:28:10Z")
		r.update("tick", scheduled("rate(5 minutes)", object{"State": "DISABLED"}))
		want(t, "disabled", r.after(time.Hour))
		r.update("tick", scheduled("cron(30 3 ? * MON-FRI *)"))
		want(t, "till Monday", r.after(49*time.Hour))
		want(t, "on Monday", r.after(24*time.Hour), "2000-01-03T03:30:00Z")
		r.drop("tick")
		want(t, "deleted", r.after(48*time.Hour))
		if err := r.events.Close(); err != nil || r.faulted() != "" {
			t.Errorf("got %v, %s", err, r.faulted())
		}
	})
}

func TestSchedule_isNotMadeUpFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := running(t)
		r.make(scheduled("rate(10 minutes)"))
		want(t, "in time", r.after(10*time.Minute), "2000-01-01T00:10:00Z")
		if err := r.events.Close(); err != nil {
			t.Error(err)
		}
		time.Sleep(25 * time.Minute)
		r.open()
		r.events.Run()
		want(t, "opened again", r.after(0))
		want(t, "and later", r.after(5*time.Minute), "2000-01-01T00:40:00Z")
		if err := r.events.Close(); err != nil {
			t.Error(err)
		}
	})
}

// A machine that slept finds its clock later than it thought: what was due long ago is not made up for.
func TestSchedule_isNotMadeUpForAfterAJumpOfTheClock(t *testing.T) {
	r, clock := newRig(t)
	r.make(scheduled("rate(10 minutes)"))
	r.events.Tick()
	clock.Pass(10*time.Minute + 59*time.Second)
	r.events.Tick()
	want(t, "within its minute", r.got(), "2026-01-01T10:10:15Z")
	r.events.Tick()
	want(t, "again", r.got())
	clock.Pass(20 * time.Minute)
	if next := r.events.Tick(); next.Sub(clock.Now()) > time.Minute {
		t.Errorf("got %s, want the clock looked at in a minute", next)
	}
	want(t, "much later", r.got(), "2026-01-01T10:30:15Z")
	clock.Pass(10*time.Minute + time.Minute)
	r.events.Tick()
	want(t, "more than a minute late", r.got())
}

// It goes to the rule's own targets alone, whatever patterns say.
func TestSchedule_isForItsOwnTargets(t *testing.T) {
	r, clock := newRig(t)
	r.make(scheduled("rate(1 minute)"))
	r.make(created(object{"Name": "all", "EventPattern": object{"source": []any{object{"prefix": "aws."}}}, "Targets": []any{object{"Arn": function, "Id": "all"}}}))
	r.events.Tick()
	clock.Pass(time.Minute)
	r.events.Tick()
	if len(r.invoked) != 1 || !strings.Contains(string(r.invoked[0].Payload), `"resources":["`+ruleARN+`tick"]`) || !strings.Contains(string(r.invoked[0].Payload), `"source":"aws.events"`) {
		t.Errorf("got %v", r.invoked)
	}
}

// Deliveries that wait, and rules that change, do not keep it from sleeping: in a bubble nothing passes while anybody runs.
func TestRun_waits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := running(t)
		r.make(created())
		r.happens("Object Created", "a")
		if got := r.after(0); len(got) != 1 {
			t.Errorf("got %v, want it delivered at once", got)
		}
		r.after(24 * time.Hour)
		if err := r.events.Close(); err != nil {
			t.Error(err)
		}
	})
}
