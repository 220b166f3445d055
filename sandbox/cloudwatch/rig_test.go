package cloudwatch

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/sns"
	"lightbox.example/lightbox/sandbox/store"
)

type object = map[string]any

const aTopic = "arn:aws:sns:us-east-1:000000000000:topic"

// rig is CloudWatch with a topic, and one address that hears of it.
type rig struct {
	*testing.T
	*Service
	clock *deploytest.Clock
	db    store.Store
	topic *sns.Service
	mails []sns.Mail
}

// newRig is one by a clock that the test moves; nothing runs by itself.
func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{T: t, clock: deploytest.ClockAt(time.Date(2026, 3, 1, 10, 0, 30, 0, time.UTC)), db: store.NewMemory()}
	var err error
	r.topic, err = sns.New(sns.Config{
		Store: r.db, Region: deploytest.Region, Account: deploytest.Account, Now: r.clock.Now, Mail: func(m sns.Mail) { r.mails = append(r.mails, m) },
	})
	if err != nil {
		t.Fatal(err)
	}
	r.open()
	return r
}

// open opens the service over the store, as after a restart.
func (r *rig) open() {
	r.Helper()
	var err error
	if r.Service, err = New(Config{Store: r.db, Region: deploytest.Region, Account: deploytest.Account, Now: r.clock.Now, Topics: r.topic}); err != nil {
		r.Fatal(err)
	}
}

func declared(id string, properties object) aws.Resource {
	return aws.Resource{
		Partition: "aws", Region: deploytest.Region, Account: deploytest.Account, Stack: "Stack", LogicalID: id, Suffix: "abcdefghijkl", Properties: properties,
	}
}

// alarmOf are the properties of an alarm of three periods of a minute, with changes: nil takes a property away.
func alarmOf(changes object) object {
	properties := object{
		"AlarmName": "a", "Namespace": "AWS/Lambda", "MetricName": "Errors", "Statistic": "Sum", "Period": 60.0, "EvaluationPeriods": 3.0,
		"Threshold": 1.0, "ComparisonOperator": "GreaterThanOrEqualToThreshold", "Dimensions": []any{object{"Name": "FunctionName", "Value": "f"}},
		"AlarmActions": []any{aTopic}, "OKActions": []any{aTopic},
	}
	for name, value := range changes {
		if properties[name] = value; value == nil {
			delete(properties, name)
		}
	}
	return properties
}

func (r *rig) try(changes object) error {
	_, err := r.ResourceTypes()[alarmType].Create(context.Background(), declared("Alarm", alarmOf(changes)))
	return err
}

func (r *rig) make(changes object) {
	r.Helper()
	if err := r.try(changes); err != nil {
		r.Fatal(err)
	}
}

func (r *rig) count(value float64) {
	r.Meter().Count("AWS/Lambda", "Errors", value, "Count", "FunctionName", "f")
}

// state evaluates, and is the state of the one alarm.
func (r *rig) state() string {
	r.Tick()
	return r.Alarms()[0].State
}

// points are data points as AWS's page writes them, the oldest first: 0 is within the threshold, X beyond, and - is missing.
func pointsOf(text string) points {
	var all points
	for mark := range strings.FieldsSeq(text) {
		var value *float64
		if mark != "-" {
			number := 0.0
			if mark == "X" {
				number = 5
			}
			value = &number
		}
		all = append(points{value}, all...)
	}
	return all
}

func decoded(t *testing.T, value any) (o object) {
	t.Helper()
	text, err := json.Marshal(value)
	if err == nil {
		err = json.Unmarshal(text, &o)
	}
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func says(t *testing.T, err error, want ...string) {
	t.Helper()
	for _, part := range want {
		if err == nil || !strings.Contains(fmt.Sprint(err), part) {
			t.Errorf("got %v, want %q", err, part)
		}
	}
}
