// Package schedule reads the schedule expressions of EventBridge's rules, as in rate(5 minutes) and cron(0 3 * * ? *), and says when
// they are due. All times are UTC, to the minute.
//
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
package schedule

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// A Schedule says when a rule is due.
type Schedule struct {
	period time.Duration // of a rate; 0 for a cron expression
	cron   cron
}

var (
	form = regexp.MustCompile(`^(rate|cron)\(([^()]*)\)$`)
	// value is that of a rate. What is longer is centuries of days.
	value = regexp.MustCompile(`^[1-9][0-9]{0,4}$`)
)

// units are those of a rate, in the singular.
var units = map[string]time.Duration{"minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour}

// Parse reads an expression. The error joins all faults, each with what was got and what is wanted.
func Parse(expression string) (Schedule, error) {
	parts := form.FindStringSubmatch(expression)
	if parts == nil {
		return Schedule{}, fmt.Errorf("got %q, want rate(VALUE UNIT) or cron(MINUTES HOURS DAY-OF-MONTH MONTH DAY-OF-WEEK YEAR)", expression)
	}
	if parts[1] == "cron" {
		c, err := parseCron(parts[2])
		return Schedule{cron: c}, err
	}
	period, err := parseRate(parts[2])
	return Schedule{period: period}, err
}

// parseRate reads a number and its unit, which is singular for 1 and plural for more.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rate-expressions.html
func parseRate(text string) (time.Duration, error) {
	fields := strings.Fields(text)
	if len(fields) != 2 {
		return 0, fmt.Errorf("rate(%s): got %d fields, want a number and a unit", text, len(fields))
	}
	if !value.MatchString(fields[0]) {
		return 0, fmt.Errorf("rate(%s): got the value %q, want a positive whole number of five digits at most", text, fields[0])
	}
	n, _ := strconv.Atoi(fields[0]) // it is one
	unit, plural := strings.CutSuffix(fields[1], "s")
	length, known := units[unit]
	switch {
	case !known:
		return 0, fmt.Errorf("rate(%s): got the unit %q, want minute, hour or day, in the plural for more than 1", text, fields[1])
	case plural != (n > 1):
		return 0, fmt.Errorf("rate(%s): got %q, want the unit singular for 1 and plural for more", text, fields[1])
	}
	return time.Duration(n) * length, nil
}

// Next is the first time after another at which a rule is due that has had its expression since some time: a rate starts then, and
// is due for the first time when its value is over. It returns false if there is none.
func (s Schedule) Next(since, after time.Time) (time.Time, bool) {
	since, after = since.UTC(), after.UTC()
	switch {
	case s.period == 0:
		return s.cron.next(after)
	case after.Before(since):
		return since.Add(s.period), true
	}
	return since.Add((after.Sub(since)/s.period + 1) * s.period), true
}
