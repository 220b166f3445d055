package cloudwatch

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"
)

var idPattern = regexp.MustCompile(`^[a-z][A-Za-z0-9_]*$`)

// whole is the id of the one metric of an alarm that has no others.
const whole = "m1"

// compile makes of the properties what is evaluated. Its error has all that is wrong with metrics and periods.
func (a *alarm) compile() error {
	p, f := &a.Properties, faults{}
	a.compiled = compiled{metrics: map[string]source{}, expressions: map[string]expression{}, watched: whole}
	switch {
	case (p.MetricName == "") == (p.Metrics == nil):
		f.add("Metrics", fmt.Sprintf("%d of them and MetricName %q", len(p.Metrics), p.MetricName), "one of the two")
		return errors.Join(f...)
	case p.MetricName != "":
		if p.Namespace == "" {
			f.add("Namespace", "none", "that of the metric")
		}
		f.statistic("Statistic", p.Statistic)
		a.compiled.metrics[whole] = source{keyOf(p.Namespace, p.MetricName, p.Dimensions), p.Statistic}
		a.compiled.setPeriod(&f, "Period", p.Period)
	default:
		if p.Namespace != "" || p.Statistic != "" || p.Period != 0 || p.Dimensions != nil || p.Unit != "" {
			f.add("Metrics", "them beside Namespace, Statistic, Period, Dimensions or Unit", "these within Metrics")
		}
		a.compiled.queries(&f, p.Metrics)
		a.compiled.watch(&f, p.Metrics)
	}
	if look, most := a.compiled.period*time.Duration(p.EvaluationPeriods), a.compiled.longest(); look > most {
		f.add("EvaluationPeriods", fmt.Sprintf("%s in all", look), "at most %s", most)
	}
	return errors.Join(f...)
}

// longest is how far an alarm may look back.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
func (c *compiled) longest() time.Duration {
	if c.period >= longPeriod {
		return longestByHour
	}
	return longestLook
}

func (f *faults) statistic(path, name string) {
	if !slices.Contains(statistics, name) {
		f.add(path, quoted(name), "one of %v: no other is supported by the sandbox", statistics)
	}
}

// setPeriod sets the period of all that is evaluated.
func (c *compiled) setPeriod(f *faults, path string, seconds int) {
	period := time.Duration(seconds) * time.Second
	switch {
	case seconds < 60 || seconds%60 != 0:
		f.add(path, fmt.Sprint(seconds), "a multiple of 60: no other is supported by the sandbox")
	case c.period != 0 && c.period != period:
		f.add(path, fmt.Sprint(seconds), "%.0f as of the others: no other is supported by the sandbox", c.period.Seconds())
	}
	c.period = period
}

// queries reads metrics and expressions.
func (c *compiled) queries(f *faults, all []query) {
	for i, q := range all {
		path := fmt.Sprintf("Metrics[%d]", i)
		if !idPattern.MatchString(q.Id) || c.metrics[q.Id] != (source{}) || c.expressions[q.Id] != nil {
			f.add(path+".Id", quoted(q.Id), "one of its own that begins with a small letter")
		}
		c.query(f, path, q)
	}
	for i, q := range all {
		path := fmt.Sprintf("Metrics[%d].Expression", i)
		if e := c.expressions[q.Id]; e != nil {
			c.names(f, path, e)
		}
	}
	for id := range c.expressions {
		reach := c.reachOf(id, nil)
		if reach < 0 {
			f.add("Metrics", "the expression "+id+" over itself", "none")
		}
		c.reach = max(c.reach, reach)
	}
}

// watch says which of the queries is compared.
func (c *compiled) watch(f *faults, all []query) {
	watched := 0
	for _, q := range all {
		if q.ReturnData == nil || *q.ReturnData {
			watched++
			c.watched = q.Id
		}
	}
	if watched != 1 {
		f.add("Metrics", fmt.Sprintf("%d with ReturnData", watched), "one: it is what is compared")
	}
	if len(c.metrics) > mostMetrics || len(c.metrics) == 0 {
		f.add("Metrics", fmt.Sprintf("%d metrics", len(c.metrics)), "1 to %d", mostMetrics)
	}
}

func (c *compiled) query(f *faults, path string, q query) {
	switch {
	case (q.MetricStat == nil) == (q.Expression == ""):
		f.add(path, "both MetricStat and Expression, or neither", "one of the two")
	case q.MetricStat != nil:
		of := q.MetricStat
		if of.Metric.Namespace == "" || of.Metric.MetricName == "" {
			f.add(path+".MetricStat.Metric", fmt.Sprintf("%q of %q", of.Metric.MetricName, of.Metric.Namespace), "a name and a namespace")
		}
		f.statistic(path+".MetricStat.Stat", of.Stat)
		c.setPeriod(f, path+".MetricStat.Period", of.Period)
		c.metrics[q.Id] = source{keyOf(of.Metric.Namespace, of.Metric.MetricName, of.Metric.Dimensions), of.Stat}
	default:
		e, err := parse(q.Expression)
		if err != nil {
			*f = append(*f, fmt.Errorf("%s.%s.Expression: %w", alarmType, path, err))
			return
		}
		c.expressions[q.Id] = e
	}
}

// names refuses an expression over what there is not.
func (c *compiled) names(f *faults, path string, e expression) {
	for _, id := range e.names() {
		if c.metrics[id] == (source{}) && c.expressions[id] == nil {
			f.add(path, quoted(id), "the id of a metric or an expression")
		}
	}
}

// reachOf is how many older periods an id looks at, through all that it is over; -1 if that is itself.
func (c *compiled) reachOf(id string, within []string) int {
	e := c.expressions[id]
	if e == nil {
		return 0
	}
	if slices.Contains(within, id) {
		return -1
	}
	most := 0
	for _, name := range e.names() {
		reach := c.reachOf(name, append(slices.Clone(within), id))
		if reach < 0 {
			return -1
		}
		most = max(most, reach)
	}
	return most + e.reach()
}
