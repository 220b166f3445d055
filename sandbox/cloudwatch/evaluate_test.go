package cloudwatch

import (
	"strings"
	"testing"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
)

// The examples of AWS's page: 3 out of 3 data points, and 2 out of 3, with what each way to treat missing data makes of them. "" is that
// the alarm stays as it is.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
func TestDecide_asAWSsTablesHaveIt(t *testing.T) {
	threshold, two := 1.0, 2
	three := alarmProperties{EvaluationPeriods: 3, Threshold: &threshold, ComparisonOperator: "GreaterThanOrEqualToThreshold"}
	some := three
	some.DatapointsToAlarm = &two
	for _, test := range []struct {
		of                                *alarmProperties
		points                            string
		missing, ignored, breaching, good string
	}{
		{&three, "0 - X - X", ok, ok, ok, ok},
		{&three, "- - - - -", insufficient, "", alarming, ok},
		{&three, "0 - - - -", ok, ok, ok, ok},
		{&three, "0 X X - X", alarming, alarming, alarming, alarming}, // the three latest are X X X
		{&three, "- - X - -", alarming, "", alarming, ok},
		{&some, "0 - X - X", alarming, alarming, alarming, alarming},
		{&some, "0 0 X 0 X", alarming, alarming, alarming, alarming},
		{&some, "0 - X - -", ok, ok, alarming, ok},
		{&some, "- - - - 0", ok, ok, alarming, ok},
		{&some, "- - - X -", alarming, "", alarming, ok},
		{&three, "- - - - X", "", "", alarming, ok}, // the newest alone is too young: "a false alarm"
	} {
		for treatment, want := range map[string]string{asMissing: test.missing, asIgnored: test.ignored, asBreaching: test.breaching, asGood: test.good} {
			if got := decide(test.of, treatment, pointsOf(test.points)); got.state != want || got.state != "" && got.reason == "" {
				t.Errorf("%d of 3, %q, %s: got %+v, want %q", test.of.datapoints(), test.points, treatment, got, want)
			}
		}
	}
}

func TestDecide_comparesAsTheOperatorSays(t *testing.T) {
	threshold := 2.0
	for operator, want := range map[string]string{
		"GreaterThanOrEqualToThreshold": "OK ALARM ALARM", "GreaterThanThreshold": "OK OK ALARM",
		"LessThanOrEqualToThreshold": "ALARM ALARM OK", "LessThanThreshold": "ALARM OK OK",
	} {
		var got []string
		for _, value := range []float64{1, 2, 3} {
			got = append(got, decide(&alarmProperties{EvaluationPeriods: 1, Threshold: &threshold, ComparisonOperator: operator}, asMissing, points{&value}).state)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: got %v, want %s", operator, got, want)
		}
	}
}

func TestTick_firesByTheClockAndGoesBack(t *testing.T) {
	r := newRig(t)
	r.make(object{"TreatMissingData": asGood, "EvaluationPeriods": 1.0, "Threshold": 3.0})
	if got := r.state(); got != ok {
		t.Errorf("without data that is missed: got %s, want OK", got)
	}
	r.count(1)
	r.count(2)
	if got := r.state(); got != ok {
		t.Errorf("within the minute that is not over: got %s, want OK", got)
	}
	r.clock.Pass(time.Minute)
	if got := r.state(); got != alarming {
		t.Errorf("got %s of a sum of 3, want ALARM", got)
	}
	r.count(1)
	r.clock.Pass(time.Minute)
	if got := r.state(); got != ok {
		t.Errorf("with 1 in the latest minute: got %s, want OK", got)
	}
	r.count(9)
	r.clock.Pass(time.Minute)
	if got := r.state(); got != alarming {
		t.Errorf("got %s, want ALARM again", got)
	}
	r.clock.Pass(time.Hour)
	if got := r.state(); got != ok {
		t.Errorf("after an hour without data: got %s, want OK", got)
	}
}

func TestTick_looksAtTheStatisticAndTheDimensions(t *testing.T) {
	for statistic, want := range map[string]string{"Sum": alarming, "SampleCount": ok, "Average": ok, "Maximum": ok, "Minimum": ok} {
		r := newRig(t)
		r.make(object{"Statistic": statistic, "EvaluationPeriods": 1.0, "Threshold": 5.0})
		r.count(2)
		r.count(4)
		r.Meter().Count("AWS/Lambda", "Errors", 100, "Count", "FunctionName", "g")
		r.Meter().Count("AWS/Lambda", "Errors", 100, "Count")
		r.clock.Pass(time.Minute)
		if got := r.state(); got != want {
			t.Errorf("%s of 2 and 4: got %s, want %s", statistic, got, want)
		}
	}
}

// A metric of DynamoDB's that is missing leaves an alarm as it is, unless it says otherwise.
func TestMissing_isIgnoredOfDynamoDB(t *testing.T) {
	for treatment, want := range map[any]string{nil: asIgnored, asGood: asGood} {
		r := newRig(t)
		r.make(object{"Namespace": "AWS/DynamoDB", "TreatMissingData": treatment})
		if got := r.alarms["a"].missing(); got != want {
			t.Errorf("%v: got %s, want %s", treatment, got, want)
		}
	}
	r := newRig(t)
	r.make(nil)
	if got := r.alarms["a"].missing(); got != asMissing {
		t.Errorf("of another namespace: got %s, want missing", got)
	}
}

func TestMath_computesWhatItNames(t *testing.T) {
	series := map[string]string{"m1": "X - X 0", "m2": "- - X X", "m3": "- - - -"}
	for text, want := range map[string]string{
		"m1+m2":                  "- - 10 5",
		"m1-m2*2":                "- - -5 -10",
		"(m1-m2)*2":              "- - 0 -10",
		"m2/m1":                  "- - 1 -", // by 0
		"FILL(m1,0)+FILL(m2, 0)": "5 0 10 5",
		"FILL(m3,0)":             "- - - -", // there is nothing to fill
		"SUM([m1,m2,m3])":        "5 - 10 5",
		"FILL(SUM([m1,m2]),1)":   "5 1 10 5",
		"DIFF(m1)":               "- - 0 -5",
		"m1+1.5":                 "6.5 - 6.5 1.5",
	} {
		e, err := parse(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		var got []string
		for _, value := range e.of(func(id string) points { return pointsOf(series[id]) }, 4) {
			if mark := "-"; value == nil {
				got = append([]string{mark}, got...)
			} else {
				got = append([]string{strings.TrimSuffix(number(*value), ".0")}, got...)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: got %v, want %s", text, got, want)
		}
	}
	for _, text := range []string{"", "m1+", "MAX(m1)", "FILL(m1,REPEAT)", "SUM(m1)", "m1 m2", "5", "IF(m1>1,1,0)", "m1)", "SUM([m1"} {
		if _, err := parse(text); err == nil {
			t.Errorf("%q: got no error", text)
		}
	}
}

// An expression retrieves as many older periods as it looks at: S3's figures are of a day each.
func TestTick_comparesADayWithTheOneBefore(t *testing.T) {
	r := newRig(t)
	r.make(object{
		"MetricName": nil, "Namespace": nil, "Statistic": nil, "Period": nil, "Dimensions": nil, "EvaluationPeriods": 1.0, "Threshold": 50.0, "TreatMissingData": asIgnored,
		"Metrics": []any{
			object{"Id": "figure", "Expression": "DIFF(m1)", "ReturnData": true},
			object{"Id": "m1", "ReturnData": false, "MetricStat": object{"Period": 86400.0, "Stat": "Average", "Metric": object{"Namespace": "AWS/S3", "MetricName": "BucketSizeBytes"}}},
		},
	})
	daily := 0.0
	r.Daily = func(m aws.Meter) {
		m(aws.Datum{Namespace: "AWS/S3", Name: "BucketSizeBytes", Value: daily, At: r.clock.Now().Truncate(day)})
	}
	for _, step := range []struct {
		size float64
		want string
	}{{10, insufficient}, {20, ok}, {80, alarming}, {90, ok}} {
		daily = step.size
		r.Tick()
		r.Tick() // once a day alone
		if got := r.Alarms()[0].State; got != step.want {
			t.Errorf("%v: got %s, want %s", step.size, got, step.want)
		}
		r.clock.Pass(day)
	}
}
