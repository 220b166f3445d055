package health

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/alarms"
	"lightbox.example/lightbox/internal/config"
)

// Status is how an environment is. Its JSON is for programs.
type Status struct {
	Env    string    `json:"env"`
	Region string    `json:"region"`
	At     time.Time `json:"at"`
	// Wrong says in plain words what is wrong, the worst first; empty if nothing is.
	Wrong []string `json:"wrong"`
	// AlarmsTo is who gets mails; "" where the settings name nobody, and so there is no alarm.
	AlarmsTo string  `json:"alarmsTo,omitempty"`
	Alarms   []Alarm `json:"alarms"`
	// Topics are what the alarms send to.
	Topics []Topic `json:"topics,omitempty"`
	Stacks []Stack `json:"stacks"`
}

// Alarm is one of the table's, as CloudWatch has it.
type Alarm struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	// Stack is the one that it stands in, as in Operations.
	Stack string `json:"stack"`
	// State is OK, ALARM, INSUFFICIENT_DATA, or MISSING for one that is not there.
	State State `json:"state"`
	// Since is when it came to be so, and Reason why, in CloudWatch's words.
	Since  time.Time `json:"since,omitzero"`
	Reason string    `json:"reason,omitempty"`
	// Silent is that it sends no mail when it rings: its actions are switched off, or it has none.
	Silent bool `json:"silent,omitempty"`
	// Page is where to read on.
	Page string `json:"page"`

	topics []string // ARNs of what it sends to when it rings
}

// State is that of an alarm.
type State string

// The states: CloudWatch's, and one more.
const (
	OK      State = "OK"
	Rings   State = "ALARM"
	NoData  State = "INSUFFICIENT_DATA"
	Missing State = "MISSING"
)

// Clients are how one asks in a region.
type Clients struct {
	CloudFormation CloudFormation
	CloudWatch     CloudWatch
	SNS            SNS
}

// Read reads how an environment is. in answers the clients of a region; now is the time.
func Read(ctx context.Context, cfg config.Config, in func(region string) Clients, now time.Time) (Status, error) {
	s := Status{Env: cfg.Env, Region: cfg.Region, At: now.UTC().Truncate(time.Second), AlarmsTo: cfg.Alarms.Email, Wrong: []string{}, Alarms: []Alarm{}}
	var faults []error
	for _, place := range places(cfg) {
		stack, err := readStack(ctx, in(place.region).CloudFormation, cfg.StackName(place.id), place)
		if err != nil {
			faults = append(faults, fmt.Errorf("%s in %s: %w", cfg.StackName(place.id), place.region, err))
			continue
		}
		if stack.LeftOver = place.leftOver; !place.leftOver || stack.State != Absent {
			s.Stacks = append(s.Stacks, stack)
		}
	}
	if cfg.Alarms.Email != "" {
		found, err := readAlarms(ctx, cfg, in)
		s.Alarms, faults = append(s.Alarms, found...), append(faults, err)
		s.Topics, err = readTopics(ctx, s.Alarms, cfg, in)
		faults = append(faults, err)
	}
	s.judge()
	return s, errors.Join(faults...)
}

// placed is a stack of an environment. One that is left over is none by the settings, and may be there of earlier ones.
type placed struct {
	id, region string
	leftOver   bool
}

// places are the stacks that an environment has by its settings, in the order of deployment, and those of alarms if it has none.
func places(cfg config.Config) []placed {
	var all []placed
	for _, id := range cfg.Stacks() {
		all = append(all, placed{id: id, region: cfg.Region})
	}
	none := cfg.Alarms.Email == ""
	all = append(all, placed{string(alarms.Operations), cfg.Region, none})
	if alarms.Global.In(cfg.Region) == alarms.Global {
		all = append(all, placed{string(alarms.Global), alarms.Home, none})
	}
	return all
}

// regionOf is where an alarm is.
func regionOf(cfg config.Config, a alarms.Alarm) string {
	if a.Place == alarms.Global {
		return alarms.Home
	}
	return cfg.Region
}

// readAlarms reads the alarms of the table.
func readAlarms(ctx context.Context, cfg config.Config, in func(region string) Clients) ([]Alarm, error) {
	var all []Alarm
	wanted := alarms.All(access.Functions(), cfg.Site.Present)
	names := map[string][]string{}
	for _, a := range wanted {
		region := regionOf(cfg, a)
		names[region] = append(names[region], a.Name(cfg))
	}
	found := map[string]Alarm{}
	var faults []error
	for region, some := range names {
		if err := describe(ctx, in(region).CloudWatch, some, found); err != nil {
			faults = append(faults, fmt.Errorf("alarms in %s: %w", region, err))
		}
	}
	if faults != nil {
		return nil, errors.Join(faults...)
	}
	for _, a := range wanted {
		one, is := found[a.Name(cfg)]
		if !is {
			one.State = Missing
		}
		one.Name, one.Title, one.Page, one.Stack = a.Name(cfg), a.Title, a.Page(), string(a.Place.In(cfg.Region))
		all = append(all, one)
	}
	return all, nil
}

// judge says what is wrong.
func (s *Status) judge() {
	say := func(some []Alarm, what string) {
		if len(some) > 0 {
			s.Wrong = append(s.Wrong, count(len(some))+" "+what)
		}
	}
	missing := s.alarmsIn(Missing)
	say(s.alarmsIn(Rings), "ringing")
	say(missing, "not there: deploy "+strings.Join(stacksOf(missing), " and "))
	say(s.silent(), "silent: nobody is told")
	for _, topic := range s.Topics {
		if topic.Mails != Confirmed {
			s.Wrong = append(s.Wrong, topic.wrong(s.AlarmsTo))
		}
	}
	for _, stack := range s.Stacks {
		switch {
		case stack.State == Deleting:
			s.Wrong = append(s.Wrong, "the stack "+stack.ID+" is being deleted")
		case stack.LeftOver:
			s.Wrong = append(s.Wrong, "the stack "+stack.ID+" in "+stack.Region+" is left over: no alarms are set, delete it")
		case stack.State == Absent:
			s.Wrong = append(s.Wrong, "the stack "+stack.ID+" is not there")
		case stack.State == Failed:
			s.Wrong = append(s.Wrong, "the last deployment of "+stack.ID+" failed")
		}
		if stack.Drift == "DRIFTED" {
			s.Wrong = append(s.Wrong, stack.ID+" was changed by hand")
		}
	}
}

// alarmsIn are the alarms in a state.
func (s *Status) alarmsIn(state State) []Alarm {
	return slices.DeleteFunc(slices.Clone(s.Alarms), func(a Alarm) bool { return a.State != state })
}

// silent are the alarms that are there and send no mail.
func (s *Status) silent() []Alarm {
	return slices.DeleteFunc(slices.Clone(s.Alarms), func(a Alarm) bool { return !a.Silent })
}

// stacksOf are the stacks that some alarms stand in.
func stacksOf(some []Alarm) []string {
	var ids []string
	for _, a := range some {
		ids = append(ids, a.Stack)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// count is a number of alarms in words.
func count(n int) string {
	if n == 1 {
		return "1 alarm is"
	}
	return fmt.Sprintf("%d alarms are", n)
}

// latest is the stack that was deployed last; ok is false if there is none.
func (s *Status) latest() (last Stack, ok bool) {
	for _, stack := range s.Stacks {
		if !stack.Changed.IsZero() && !stack.Changed.Before(last.Changed) {
			last, ok = stack, true
		}
	}
	return last, ok
}

// first is when the first of the alarms rang of those that ring.
func (s *Status) first() time.Time {
	var times []time.Time
	for _, a := range s.Alarms {
		if a.State == Rings && !a.Since.IsZero() {
			times = append(times, a.Since)
		}
	}
	if times == nil {
		return time.Time{}
	}
	return slices.MinFunc(times, time.Time.Compare)
}
