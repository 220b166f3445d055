package cloudwatch

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/store"
)

const alarmType = "AWS::CloudWatch::Alarm"

// The states of an alarm.
const (
	ok           = "OK"
	alarming     = "ALARM"
	insufficient = "INSUFFICIENT_DATA"
)

var states = []string{ok, alarming, insufficient}

// alarmProperties are the properties of AWS::CloudWatch::Alarm that the sandbox knows.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-alarm.html
type alarmProperties struct {
	ActionsEnabled          *bool
	AlarmActions            []string
	AlarmDescription        string
	AlarmName               string
	ComparisonOperator      string
	DatapointsToAlarm       *int
	Dimensions              []dimension
	EvaluationPeriods       int
	InsufficientDataActions []string
	MetricName              string
	Metrics                 []query
	Namespace               string
	OKActions               []string
	Period                  int
	Statistic               string
	Tags                    []struct{ Key, Value string }
	Threshold               *float64
	TreatMissingData        string
	Unit                    string
}

type dimension struct{ Name, Value string }

// query is a metric, or an expression over others.
type query struct {
	Expression string
	Id         string //nolint:staticcheck // the property's name
	Label      string
	MetricStat *metricStat
	Period     *int
	ReturnData *bool
}

type metricStat struct {
	Metric struct {
		Dimensions            []dimension
		MetricName, Namespace string
	}
	Period     int
	Stat, Unit string
}

// alarm is one with its state.
type alarm struct {
	Name, Owner string
	Properties  alarmProperties
	Created     time.Time
	Configured  time.Time // the latest change of its properties
	State       string
	Reason      string
	ReasonData  string    `json:",omitempty"` // JSON
	Updated     time.Time // when the state, or its reason, was set
	Changed     time.Time // when the state was another last
	History     []event   // the latest ones, the oldest first

	compiled compiled
}

// compiled is what is evaluated: each query by its id, and which of them is compared.
type compiled struct {
	metrics     map[string]source
	expressions map[string]expression
	watched     string
	period      time.Duration
	reach       int
}

// source is a metric with a statistic of it.
type source struct {
	metric
	statistic string
}

func keyOf(namespace, name string, dimensions []dimension) metric {
	var all []aws.Dimension
	for _, d := range dimensions {
		all = append(all, aws.Dimension(d))
	}
	return metric{namespace, name, dimensionsText(all)}
}

// ResourceTypes are the types of resources that CloudFormation makes with this service.
func (s *Service) ResourceTypes() map[string]aws.ResourceType {
	return map[string]aws.ResourceType{
		alarmType: {
			Replaces: []string{"AlarmName"}, Attributes: []string{"Arn"}, Properties: (*alarmProperties)(nil),
			Check:  aws.Checked(func(r aws.Resource) (*alarm, error) { return s.readAlarm(r, r.MadeName(longestAlarm)) }),
			Create: s.createAlarm, Update: s.updateAlarm, Delete: s.deleteAlarm,
			Read: s.readAlarmOf, List: s.listAlarms, ARN: s.alarmARN,
		},
		dashboardType: {
			Replaces: []string{"DashboardName"}, Properties: (*dashboardProperties)(nil),
			Check:  func(r aws.Resource) error { return new(dashboardProperties).read(r, r.MadeName(longestAlarm)) },
			Create: s.createDashboard, Update: s.updateDashboard, Delete: s.deleteDashboard,
			Read: s.readDashboard, List: s.listDashboardNames, ARN: s.dashboardOf,
		},
	}
}

const (
	longestAlarm  = 255
	mostMetrics   = 10 // of an expression's
	mostActions   = 5
	longestText   = 1024
	day           = 24 * time.Hour
	longPeriod    = time.Hour // from there on an alarm looks back a week
	longestLook   = day
	longestByHour = 7 * day
)

var operators = map[string]func(value, threshold float64) bool{
	"GreaterThanOrEqualToThreshold": func(v, t float64) bool { return v >= t },
	"GreaterThanThreshold":          func(v, t float64) bool { return v > t },
	"LessThanOrEqualToThreshold":    func(v, t float64) bool { return v <= t },
	"LessThanThreshold":             func(v, t float64) bool { return v < t },
}

// The values of TreatMissingData.
const (
	asMissing   = "missing"
	asIgnored   = "ignore"
	asBreaching = "breaching"
	asGood      = "notBreaching"
)

func (p *alarmProperties) datapoints() int { return aws.Or(p.DatapointsToAlarm, p.EvaluationPeriods) }

// missing is what a period without data counts for. "Alarms that evaluate metrics in the AWS/DynamoDB namespace ignore missing data by
// default", and one that says something else has it otherwise.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
func (a *alarm) missing() string {
	if a.Properties.TreatMissingData != "" {
		return a.Properties.TreatMissingData
	}
	for _, of := range a.compiled.metrics {
		if of.namespace == "AWS/DynamoDB" {
			return asIgnored
		}
	}
	return asMissing
}

// faults collects what is wrong with properties.
type faults []error

func (f *faults) add(path, got, want string, args ...any) {
	*f = append(*f, fmt.Errorf("%s.%s: got %s, want %s", alarmType, path, got, fmt.Sprintf(want, args...)))
}

// check looks at what stands beside the metrics.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
func (p *alarmProperties) check(region, account string) error {
	var f faults
	if p.AlarmName == "" || len(p.AlarmName) > longestAlarm {
		f.add("AlarmName", fmt.Sprintf("%d characters", len(p.AlarmName)), "1 to %d", longestAlarm)
	}
	if len(p.AlarmDescription) > longestText {
		f.add("AlarmDescription", fmt.Sprintf("%d characters", len(p.AlarmDescription)), "at most %d", longestText)
	}
	if operators[p.ComparisonOperator] == nil {
		f.add("ComparisonOperator", quoted(p.ComparisonOperator), "one of %s", strings.Join(slices.Sorted(maps.Keys(operators)), ", "))
	}
	if p.EvaluationPeriods < 1 {
		f.add("EvaluationPeriods", fmt.Sprint(p.EvaluationPeriods), "1 or more")
	}
	if n := p.datapoints(); n < 1 || n > p.EvaluationPeriods {
		f.add("DatapointsToAlarm", fmt.Sprint(n), "1 to EvaluationPeriods, %d", p.EvaluationPeriods)
	}
	if p.Threshold == nil {
		f.add("Threshold", "none", "a number")
	}
	if !slices.Contains([]string{"", asMissing, asIgnored, asBreaching, asGood}, p.TreatMissingData) {
		f.add("TreatMissingData", quoted(p.TreatMissingData), "breaching, notBreaching, ignore or missing")
	}
	topic := regexp.MustCompile(`^arn:aws:sns:` + region + `:` + account + `:[A-Za-z0-9_-]{1,256}$`)
	for name, actions := range map[string][]string{"AlarmActions": p.AlarmActions, "InsufficientDataActions": p.InsufficientDataActions, "OKActions": p.OKActions} {
		if len(actions) > mostActions {
			f.add(name, fmt.Sprint(len(actions)), "at most %d", mostActions)
		}
		for i, action := range actions {
			if !topic.MatchString(action) {
				f.add(fmt.Sprintf("%s[%d]", name, i), quoted(action), "the ARN of an SNS topic of %s in %s: no other action is supported by the sandbox", account, region)
			}
		}
	}
	slices.SortFunc(f, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(f...)
}

func quoted(text string) string { return fmt.Sprintf("%q", text) }

func (s *Service) readAlarm(r aws.Resource, name string) (*alarm, error) {
	a := &alarm{Owner: r.Owner()}
	if err := aws.Decode(alarmType, r.Properties, &a.Properties); err != nil {
		return nil, err
	}
	if a.Properties.AlarmName == "" {
		a.Properties.AlarmName = name
	}
	a.Name = a.Properties.AlarmName
	return a, errors.Join(a.Properties.check(r.Region, s.Account), a.compile())
}

func (s *Service) alarmState(name string) aws.State {
	return aws.State{PhysicalID: name, Attributes: map[string]any{"Arn": s.arn(name)}}
}

func (s *Service) createAlarm(_ context.Context, r aws.Resource) (aws.State, error) {
	a, err := s.readAlarm(r, r.MadeName(longestAlarm))
	if err != nil {
		return aws.State{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if there := s.alarms[a.Name]; there != nil && there.Owner != a.Owner {
		return aws.State{}, aws.AlreadyExists(alarmType, a.Name)
	}
	now := s.Now().UTC()
	a.Created, a.Configured, a.Updated, a.Changed = now, now, now, now
	a.State, a.Reason = insufficient, "Unchecked: Initial alarm creation"
	a.note(now, configured, fmt.Sprintf("Alarm %q created", a.Name))
	return s.alarmState(a.Name), s.keep(a)
}

func (s *Service) updateAlarm(_ context.Context, _ map[string]any, r aws.Resource) (aws.State, error) {
	a, err := s.readAlarm(r, r.PhysicalID)
	if err != nil {
		return aws.State{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	there := s.alarms[a.Name]
	if there == nil {
		return aws.State{}, fmt.Errorf("%s: there is no alarm %s", alarmType, a.Name)
	}
	next := *there
	next.Properties, next.compiled, next.Configured = a.Properties, a.compiled, s.Now().UTC()
	next.note(next.Configured, configured, fmt.Sprintf("Alarm %q updated", a.Name))
	return s.alarmState(a.Name), s.keep(&next)
}

// keep keeps an alarm. s.mu is held.
func (s *Service) keep(a *alarm) error {
	err := s.Store.Update(func(tx store.Writer) error { return store.PutJSON(tx, s.space(alarmSpace), a.Name, a) })
	if err == nil {
		s.alarms[a.Name] = a
	}
	return err
}

func (s *Service) deleteAlarm(_ context.Context, r aws.Resource) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.alarms, r.PhysicalID)
	return s.Store.Update(func(tx store.Writer) error { return tx.Delete(s.space(alarmSpace), []byte(r.PhysicalID)) })
}
