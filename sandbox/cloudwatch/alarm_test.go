package cloudwatch

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
)

func TestAlarm_refusesByName(t *testing.T) {
	metric := object{"Period": 60.0, "Stat": "Sum", "Metric": object{"Namespace": "n", "MetricName": "m"}}
	over := func(queries ...any) object {
		return object{"MetricName": nil, "Namespace": nil, "Statistic": nil, "Period": nil, "Dimensions": nil, "Metrics": queries}
	}
	for name, test := range map[string]struct {
		changes object
		want    string
	}{
		"a percentile":              {object{"ExtendedStatistic": "p99"}, "ExtendedStatistic is not supported by the sandbox"},
		"no operator":               {object{"ComparisonOperator": "Beyond"}, `ComparisonOperator: got "Beyond"`},
		"no threshold":              {object{"Threshold": nil}, "Threshold: got none"},
		"more than there are":       {object{"DatapointsToAlarm": 4.0}, "DatapointsToAlarm: got 4, want 1 to EvaluationPeriods, 3"},
		"seconds":                   {object{"Period": 10.0}, "Period: got 10, want a multiple of 60"},
		"more than a day":           {object{"Period": 300.0, "EvaluationPeriods": 289.0}, "EvaluationPeriods: got 24h5m0s in all, want at most 24h0m0s"},
		"a function as an action":   {object{"AlarmActions": []any{"arn:aws:lambda:us-east-1:000000000000:function:f"}}, "AlarmActions[0]: got"},
		"a topic elsewhere":         {object{"OKActions": []any{strings.Replace(aTopic, "us-east-1", "eu-west-1", 1)}}, "OKActions[0]: got"},
		"a treatment":               {object{"TreatMissingData": "good"}, `TreatMissingData: got "good"`},
		"metrics beside one":        {object{"Metrics": []any{object{"Id": "m1", "MetricStat": metric}}}, "Metrics: got 1 of them and MetricName"},
		"a function of math":        {over(object{"Id": "m1", "MetricStat": metric, "ReturnData": false}, object{"Id": "e", "Expression": "RATE(m1)"}), "RATE is not supported by the sandbox"},
		"an id that is not there":   {over(object{"Id": "m1", "MetricStat": metric, "ReturnData": false}, object{"Id": "e", "Expression": "m2+1"}), `got "m2", want the id of a metric or an expression`},
		"two that are compared":     {over(object{"Id": "m1", "MetricStat": metric}, object{"Id": "e", "Expression": "m1+1"}), "Metrics: got 2 with ReturnData"},
		"expressions in a circle":   {over(object{"Id": "m1", "MetricStat": metric, "ReturnData": false}, object{"Id": "e", "Expression": "f"}, object{"Id": "f", "Expression": "e+m1", "ReturnData": false}), "over itself"},
		"a metric without anything": {over(object{"Id": "m1"}), "both MetricStat and Expression, or neither"},
	} {
		t.Run(name, func(t *testing.T) { says(t, newRig(t).try(test.changes), test.want) })
	}
	if err := newRig(t).try(nil); err != nil {
		t.Errorf("the control: got %v", err)
	}
	if err := newRig(t).try(over(object{"Id": "m1", "MetricStat": metric, "ReturnData": false}, object{"Id": "e", "Expression": "FILL(m1,0)"})); err != nil {
		t.Errorf("the control of expressions: got %v", err)
	}
}

func TestAlarm_isUpdatedInPlaceAndDeleted(t *testing.T) {
	r := newRig(t)
	r.make(nil)
	kind := r.ResourceTypes()[alarmType]
	other := declared("Other", alarmOf(nil))
	if _, err := kind.Create(context.Background(), other); err == nil || !strings.Contains(err.Error(), "already exists") {
		t.Errorf("another of the name: got %v, want it refused", err)
	}
	same := declared("Alarm", alarmOf(object{"Threshold": 2.0}))
	if state, err := kind.Create(context.Background(), same); err != nil || state.Attributes["Arn"] != "arn:aws:cloudwatch:us-east-1:000000000000:alarm:a" {
		t.Errorf("again, as after a kill: got %+v and %v", state, err)
	}
	r.count(1)
	r.clock.Pass(time.Minute)
	r.Tick()
	same.PhysicalID = "a"
	same.Properties = alarmOf(object{"Threshold": 1.0})
	if _, err := kind.Update(context.Background(), nil, same); err != nil {
		t.Fatal(err)
	}
	if got := r.alarms["a"]; *got.Properties.Threshold != 1 || len(got.History) < 2 {
		t.Errorf("got %+v, want it updated, with its history", got)
	}
	r.open()
	if got := r.Alarms(); len(got) != 1 || got[0].Name != "a" {
		t.Errorf("after a restart: got %+v, want the alarm", got)
	}
	if err := r.ResourceTypes()[alarmType].Delete(context.Background(), same); err != nil || len(r.Alarms()) > 0 {
		t.Errorf("deleted: got %v and %+v", err, r.Alarms())
	}
	unnamed := declared("Alarm", alarmOf(object{"AlarmName": nil}))
	if state, err := r.ResourceTypes()[alarmType].Create(context.Background(), unnamed); err != nil || state.PhysicalID != "Stack-Alarm-abcdefghijkl" {
		t.Errorf("without a name: got %+v and %v, want one made", state, err)
	}
}

// A change of state is told to the topic, by the topic's own policy, and what came of it stands in the history.
func TestAlarm_tellsItsTopicAsFarAsThatLetsIt(t *testing.T) {
	r := newRig(t)
	make := func(kind string, properties object) aws.State {
		state, err := r.topic.ResourceTypes()[kind].Create(context.Background(), declared(kind, properties))
		if err != nil {
			t.Fatal(err)
		}
		return state
	}
	make("AWS::SNS::Topic", object{"TopicName": "topic", "DisplayName": "Shop"})
	make("AWS::SNS::Subscription", object{"TopicArn": aTopic, "Protocol": "email", "Endpoint": "ops@example.com"})
	r.make(object{"EvaluationPeriods": 1.0, "TreatMissingData": asGood, "AlarmDescription": "Errors. What to do: page 1"})
	fire := func() {
		r.count(1)
		r.clock.Pass(time.Minute)
		r.Tick()
	}
	fire()
	if len(r.mails) != 1 || r.mails[0].Link == "" || r.Alarms()[0].State != alarming {
		t.Fatalf("before it is confirmed: got %+v, want the mail that asks for it alone", r.mails)
	}
	r.confirm()
	r.clock.Pass(time.Hour)
	r.Tick() // OK again
	fire()
	if len(r.mails) != 3 {
		t.Fatalf("got %d mails, want OK and ALARM besides the first", len(r.mails))
	}
	for i, want := range []string{`OK: "a" in us-east-1`, `ALARM: "a" in us-east-1`} {
		m := r.mails[i+1]
		if m.Subject != want || m.To != "ops@example.com" || !strings.Contains(m.Body, "Errors. What to do: page 1") || !strings.Contains(m.From, "Shop") {
			t.Errorf("got %+v, want the subject %s", m, want)
		}
	}
	policy := func(source string) object {
		return object{"Topics": []any{aTopic}, "PolicyDocument": object{"Version": "2012-10-17", "Statement": []any{object{
			"Effect": "Allow", "Principal": object{"Service": "cloudwatch.amazonaws.com"}, "Action": "sns:Publish", "Resource": aTopic,
			"Condition": object{"ArnLike": object{"aws:SourceArn": source}},
		}}}}
	}
	state := make("AWS::SNS::TopicPolicy", policy("arn:aws:cloudwatch:us-east-1:000000000000:alarm:b*"))
	r.clock.Pass(time.Hour)
	r.Tick()
	if last := r.alarms["a"].History[len(r.alarms["a"].History)-1]; len(r.mails) != 3 || !strings.Contains(last.Summary, "Failed to execute action "+aTopic) {
		t.Errorf("by a policy for other alarms: got %d mails and %+v, want it refused", len(r.mails), last)
	}
	changed := declared("AWS::SNS::TopicPolicy", policy("arn:aws:cloudwatch:us-east-1:000000000000:alarm:a*"))
	changed.PhysicalID = state.PhysicalID
	if _, err := r.topic.ResourceTypes()["AWS::SNS::TopicPolicy"].Update(context.Background(), nil, changed); err != nil {
		t.Fatal(err)
	}
	fire()
	if last := r.alarms["a"].History[len(r.alarms["a"].History)-1]; len(r.mails) != 4 || last.Summary != "Successfully executed action "+aTopic {
		t.Errorf("by a policy for it: got %d mails and %+v", len(r.mails), last)
	}
	r.make(object{"EvaluationPeriods": 1.0, "TreatMissingData": asGood, "ActionsEnabled": false})
	fire()
	r.clock.Pass(time.Hour)
	r.Tick()
	if len(r.mails) != 4 {
		t.Errorf("with actions disabled: got %d mails, want none more", len(r.mails))
	}
}

// confirm follows the link of the first mail.
func (r *rig) confirm() {
	r.Helper()
	answer := httptest.NewRecorder()
	r.topic.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, r.mails[0].Link, nil))
	if answer.Code != 200 || !strings.Contains(answer.Body.String(), "<SubscriptionArn>"+aTopic+":") {
		r.Fatalf("got %d %s, want it confirmed", answer.Code, answer.Body)
	}
}
