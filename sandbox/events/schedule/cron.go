package schedule

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// cron are the six fields of a cron expression.
type cron struct {
	minutes, hours, months, years []int
	day                           func(time.Time) bool // reports whether a day is one, whose month and year are
}

// A field is one of the six: its values from first to last, names for them, and its wildcards besides the comma.
type field struct {
	name        string
	first, last int
	names       []string // of the values from first on
	wildcards   string
}

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html#eb-cron-expressions
var (
	minutes    = field{"minutes", 0, 59, nil, "-*/"}
	hours      = field{"hours", 0, 23, nil, "-*/"}
	dayOfMonth = field{"day-of-month", 1, 31, nil, "-*?/LW"}
	months     = field{"month", 1, 12, []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}, "-*/"}
	dayOfWeek  = field{"day-of-week", 1, 7, []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}, "-*?L#"}
	years      = field{"year", 1970, 2199, nil, "-*/"}
)

func parseCron(text string) (c cron, err error) {
	fields := strings.Fields(text)
	if len(fields) != 6 {
		return c, fmt.Errorf("cron(%s): got %d fields, want 6: minutes, hours, day-of-month, month, day-of-week, year", text, len(fields))
	}
	var faults []error
	note := func(err error) {
		if err != nil {
			faults = append(faults, fmt.Errorf("cron(%s): %w", text, err))
		}
	}
	for i, of := range []struct {
		field
		into *[]int
	}{{minutes, &c.minutes}, {hours, &c.hours}, {months, &c.months}, {years, &c.years}} {
		*of.into, err = of.values(fields[[]int{0, 1, 3, 5}[i]])
		note(err)
	}
	inMonth, inWeek := fields[2], fields[4]
	switch {
	case inMonth == "?" && inWeek == "?", inMonth != "?" && inWeek != "?":
		note(fmt.Errorf("got the day-of-month %q and the day-of-week %q, want a ? for one of them alone", inMonth, inWeek))
	case inMonth == "?":
		c.day, err = weekdays(inWeek)
		note(err)
	default:
		c.day, err = monthdays(inMonth)
		note(err)
	}
	return c, errors.Join(faults...)
}

// values are those of a field that has no more than lists, ranges and increments, ascending.
func (f field) values(text string) ([]int, error) {
	var all []int
	var faults []error
	for item := range strings.SplitSeq(text, ",") {
		values, err := f.item(item)
		all, faults = append(all, values...), append(faults, err)
	}
	slices.Sort(all)
	return slices.Compact(all), errors.Join(faults...)
}

// item are the values of one of a list: as in 5, MON, 1-15, *, 0/15 and 8-18/2.
func (f field) item(text string) ([]int, error) {
	span, step, increments := strings.Cut(text, "/")
	by := 1
	if increments {
		var err error
		if by, err = strconv.Atoi(step); err != nil || by < 1 || !strings.Contains(f.wildcards, "/") {
			return nil, f.fault(text)
		}
	}
	from, to, ranges := strings.Cut(span, "-")
	first, known := f.value(from)
	last := first
	switch {
	case span == "*":
		first, last, known = f.first, f.last, true
	case ranges:
		var ends bool
		last, ends = f.value(to)
		known = known && ends && first <= last
	case increments:
		last = f.last
	}
	if !known {
		return nil, f.fault(text)
	}
	var all []int
	for v := first; v <= last; v += by {
		all = append(all, v)
	}
	return all, nil
}

// value is a number, or a name that stands for one.
func (f field) value(text string) (int, bool) {
	if at := slices.Index(f.names, text); at >= 0 {
		return f.first + at, true
	}
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= f.first && n <= f.last && text[0] != '+'
}

func (f field) fault(got string) error {
	want := fmt.Sprintf("%d to %d", f.first, f.last)
	if f.names != nil {
		want += " or " + f.names[0] + " to " + f.names[len(f.names)-1]
	}
	return fmt.Errorf("%s: got %q, want %s, with the wildcards , %s", f.name, got, want, strings.Join(strings.Split(f.wildcards, ""), " "))
}

// monthdays reads the field day-of-month. L is the last day of the month, 3W the weekday that is closest to the third, within the
// month.
func monthdays(text string) (func(time.Time) bool, error) {
	nearest, isNearest := strings.CutSuffix(text, "W")
	day, known := dayOfMonth.value(nearest)
	switch {
	case text == "L":
		return func(t time.Time) bool { return t.Day() == lastDay(t) }, nil
	case isNearest && known:
		return func(t time.Time) bool { return day <= lastDay(t) && t.Day() == nearestWeekday(t, day) }, nil
	}
	days, err := dayOfMonth.values(text)
	return func(t time.Time) bool { return slices.Contains(days, t.Day()) }, err
}

// weekdays reads the field day-of-week, in which 1 is Sunday. L is Saturday, 6L the last Friday of the month, 3#2 its second Tuesday.
func weekdays(text string) (func(time.Time) bool, error) {
	if text == "L" {
		text = "SAT"
	}
	if last, is := strings.CutSuffix(text, "L"); is {
		day, known := dayOfWeek.value(last)
		if !known {
			return nil, dayOfWeek.fault(text)
		}
		return func(t time.Time) bool { return weekday(t) == day && t.Day()+7 > lastDay(t) }, nil
	}
	if of, nth, is := strings.Cut(text, "#"); is {
		day, known := dayOfWeek.value(of)
		n, err := strconv.Atoi(nth)
		if !known || err != nil || n < 1 || n > 5 {
			return nil, dayOfWeek.fault(text)
		}
		return func(t time.Time) bool { return weekday(t) == day && (t.Day()+6)/7 == n }, nil
	}
	days, err := dayOfWeek.values(text)
	return func(t time.Time) bool { return slices.Contains(days, weekday(t)) }, err
}

func weekday(t time.Time) int { return int(t.Weekday()) + 1 }

// lastDay is how many days the month has.
func lastDay(t time.Time) int { return time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day() }

// nearestWeekday is the day from Monday to Friday that is closest to one of a month, and in the month.
func nearestWeekday(t time.Time, day int) int {
	switch time.Date(t.Year(), t.Month(), day, 0, 0, 0, 0, time.UTC).Weekday() {
	case time.Saturday:
		if day == 1 {
			return 3
		}
		return day - 1
	case time.Sunday:
		if day == lastDay(t) {
			return day - 2
		}
		return day + 1
	}
	return day
}

// next is the first minute after a time that all fields have.
func (c cron) next(after time.Time) (time.Time, bool) {
	t := after.Truncate(time.Minute).Add(time.Minute)
	for day := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC); day.Year() <= years.last; day = day.AddDate(0, 0, 1) {
		if !slices.Contains(c.years, day.Year()) {
			day = time.Date(day.Year(), time.December, 31, 0, 0, 0, 0, time.UTC)
			continue
		}
		if !slices.Contains(c.months, int(day.Month())) || !c.day(day) {
			continue
		}
		for _, hour := range c.hours {
			for _, minute := range c.minutes {
				if at := day.Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute); !at.Before(t) {
					return at, true
				}
			}
		}
	}
	return time.Time{}, false
}
