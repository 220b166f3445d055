package cloudwatch

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// beyond is how many periods more than it evaluates CloudWatch retrieves: "the evaluation range". The examples of AWS's page have five
// data points for three periods.
const beyond = 2

// A verdict is what an evaluation comes to. It is no state if an alarm stays as it is.
type verdict struct {
	state  string // "" to stay
	reason string
}

// decide decides on a state by AWS's rules, of the data points of an evaluation range, the newest first, of which some are missing.
//
// "If no data points in the evaluation range are missing, CloudWatch evaluates the alarm based on the most recent data points collected. The
// number of data points evaluated is equal to the Evaluation Periods for the alarm."
//
// "If some data points in the evaluation range are missing, but the total number of existing data points that were successfully retrieved
// from the evaluation range is equal to or more than the alarm's Evaluation Periods, CloudWatch evaluates the alarm state based on the most
// recent real data points that were successfully retrieved … the value you set for how to treat missing data is not needed and is
// ignored."
//
// "If some data points in the evaluation range are missing, and the number of actual data points that were retrieved is lower than the
// alarm's number of Evaluation Periods, CloudWatch fills in the missing data points with the result you specified for how to treat missing
// data, and then evaluates the alarm. However, all real data points in the evaluation range are included in the evaluation. CloudWatch uses
// missing data points only as few times as possible."
//
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
func decide(p *alarmProperties, missing string, found points) verdict {
	n, m := p.EvaluationPeriods, p.datapoints()
	breaches := func(value float64) bool { return operators[p.ComparisonOperator](value, *p.Threshold) }
	var real []float64
	breaching := 0
	for _, value := range found {
		if value == nil || len(real) == n {
			continue
		}
		real = append(real, *value)
		if breaches(*value) {
			breaching++
		}
	}
	fill := n - len(real)
	says := func(state string) verdict { return verdict{state, p.reason(real, breaching, fill, missing)} }
	switch {
	case breaching >= m:
		return says(alarming)
	case fill == 0:
		return says(ok)
	case missing == asBreaching && breaching+fill >= m:
		return says(alarming)
	case missing == asBreaching || missing == asGood:
		return says(ok)
	case breaching < len(real): // some is within the threshold, and too few are beyond it
		return says(ok)
	case missing == asIgnored:
		return verdict{}
	case len(real) == 0:
		return verdict{insufficient, fmt.Sprintf("Insufficient Data: %s unknown.", were(n))}
	case oldest(found)+1 >= m:
		return says(alarming)
	}
	return verdict{}
}

// oldest is where the oldest data point is. Where no other is within the threshold, "if the oldest available breaching data point … is at
// least as old as the value of Datapoints to Alarm, and all other more recent data points are breaching or missing … the alarm goes into
// ALARM state even if the total number of data points available is lower than M".
func oldest(found points) int {
	for i, value := range slices.Backward(found) {
		if value != nil {
			return i
		}
	}
	return -1
}

func were(n int) string {
	if n == 1 {
		return "1 datapoint was"
	}
	return fmt.Sprintf("%d datapoints were", n)
}

// phrases are the operators in the words of a reason.
var phrases = map[string]string{
	"GreaterThanOrEqualToThreshold": "greater than or equal to", "GreaterThanThreshold": "greater than",
	"LessThanOrEqualToThreshold": "less than or equal to", "LessThanThreshold": "less than",
}

// reason says why, in AWS's manner.
func (p *alarmProperties) reason(real []float64, breaching, fill int, missing string) string {
	was := "was"
	if breaching < p.datapoints() {
		was = "was not"
	}
	var values []string
	for _, value := range real {
		values = append(values, number(value))
	}
	text := fmt.Sprintf("Threshold Crossed: %d out of the last %d datapoints [%s] %s %s the threshold (%s)", breaching, p.EvaluationPeriods,
		strings.Join(values, ", "), was, phrases[p.ComparisonOperator], number(*p.Threshold))
	if len(real) == 0 {
		text = "Threshold Crossed: no datapoints were received"
	}
	if fill > 0 && (missing == asGood || missing == asBreaching) {
		word := map[string]string{asGood: "NonBreaching", asBreaching: "Breaching"}[missing]
		text += fmt.Sprintf(" and %d missing %s treated as [%s]", fill, strings.TrimPrefix(were(fill), fmt.Sprint(fill)+" "), word)
	}
	return text + fmt.Sprintf(" (minimum %d for OK -> ALARM transition).", p.datapoints())
}

// number writes a value as AWS does, with a point.
func number(value float64) string {
	if value == math.Trunc(value) && math.Abs(value) < 1e15 {
		return strconv.FormatFloat(value, 'f', 1, 64)
	}
	return strconv.FormatFloat(value, 'g', -1, 64)
}

// retrieve are the data points of the evaluation range that ends with the last whole minute, the newest first. The window slides: each
// evaluation has periods of its own.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation-window.html
func (s *Service) retrieve(a *alarm, now time.Time) points {
	length := a.Properties.EvaluationPeriods + beyond
	return s.computes(&a.compiled, now.Truncate(time.Minute), length+a.compiled.reach)(a.compiled.watched)[:length]
}

// computes computes the values that an id stands for in so many periods before an end, the newest first.
func (s *Service) computes(c *compiled, end time.Time, length int) func(id string) points {
	known := map[string]points{}
	var named func(id string) points
	named = func(id string) points {
		if there, ok := known[id]; ok {
			return there
		}
		if e := c.expressions[id]; e != nil {
			known[id] = e.of(named, length)
		} else {
			known[id] = s.points(c.metrics[id], c.period, end, length)
		}
		return known[id]
	}
	return named
}

// points are a statistic of a metric in so many periods before an end, the newest first.
func (s *Service) points(of source, period time.Duration, end time.Time, length int) points {
	all := make(points, length)
	for i := range all {
		if value, ok := s.metrics.between(of.metric, end.Add(-period), end).statistic(of.statistic); ok {
			all[i] = &value
		}
		end = end.Add(-period)
	}
	return all
}

// reasonData is what StateReasonData has, as JSON.
func reasonData(p *alarmProperties, c *compiled, found points, at time.Time) string {
	recent := []float64{}
	for _, value := range found[:p.EvaluationPeriods] {
		if value != nil {
			recent = append(recent, *value)
		}
	}
	data, _ := json.Marshal(map[string]any{ // numbers and texts
		"version": "1.0", "queryDate": at.UTC().Format("2006-01-02T15:04:05.000+0000"), "period": int(c.period.Seconds()), "recentDatapoints": recent, "threshold": *p.Threshold,
	})
	return string(data)
}
