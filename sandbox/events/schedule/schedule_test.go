package schedule_test

import (
	"strings"
	"testing"
	"time"

	"lightbox.example/lightbox/sandbox/events/schedule"
)

func at(t *testing.T, text string) time.Time {
	t.Helper()
	when, err := time.Parse("2006-01-02 15:04:05", text)
	if err != nil {
		t.Fatal(err)
	}
	return when
}

func TestNext_isWhatTheExpressionSays(t *testing.T) {
	for _, test := range []struct{ expression, after, want string }{
		{"rate(1 minute)", "2026-01-01 10:00:30", "2026-01-01 10:01:15"},
		{"rate(5 minutes)", "2026-01-01 10:00:30", "2026-01-01 10:05:15"},
		{"rate(5 minutes)", "2026-01-01 10:05:15", "2026-01-01 10:10:15"},
		{"rate(5 minutes)", "2025-12-31 00:00:00", "2026-01-01 10:05:15"},
		{"rate(1 hour)", "2026-01-01 12:00:16", "2026-01-01 13:00:15"},
		{"rate(2 days)", "2026-01-01 10:00:30", "2026-01-03 10:00:15"},
		// The page's own.
		{"cron(0 10 * * ? *)", "2026-01-01 10:00:00", "2026-01-02 10:00:00"},
		{"cron(15 12 * * ? *)", "2026-01-01 12:14:59", "2026-01-01 12:15:00"},
		{"cron(0 18 ? * MON-FRI *)", "2026-01-02 18:00:00", "2026-01-05 18:00:00"},
		{"cron(0 8 1 * ? *)", "2026-01-01 08:00:00", "2026-02-01 08:00:00"},
		{"cron(0/15 * * * ? *)", "2026-01-01 10:50:00", "2026-01-01 11:00:00"},
		{"cron(0/10 * ? * MON-FRI *)", "2026-01-02 23:50:00", "2026-01-05 00:00:00"},
		{"cron(0/5 8-17 ? * MON-FRI *)", "2026-01-01 17:55:00", "2026-01-02 08:00:00"},
		{"cron(1/10 * * * ? *)", "2026-01-01 10:00:00", "2026-01-01 10:01:00"},
		{"cron(*/20 * * * ? *)", "2026-01-01 10:00:00", "2026-01-01 10:20:00"},
		{"cron(0 8-18/5 * * ? *)", "2026-01-01 13:00:00", "2026-01-01 18:00:00"},
		{"cron(15 10 ? * 6L 2019-2030)", "2026-01-01 00:00:00", "2026-01-30 10:15:00"},
		{"cron(0 0 ? * 1 *)", "2026-01-01 00:00:00", "2026-01-04 00:00:00"}, // 1 is Sunday
		{"cron(0 0 ? * L *)", "2026-01-01 00:00:00", "2026-01-03 00:00:00"}, // and L Saturday
		{"cron(0 0 ? * 3#2 *)", "2026-01-01 00:00:00", "2026-01-13 00:00:00"},
		{"cron(0 0 ? * 5#5 *)", "2026-01-30 00:00:00", "2026-04-30 00:00:00"},
		{"cron(0 0 L * ? *)", "2026-02-01 00:00:00", "2026-02-28 00:00:00"},
		{"cron(0 0 3W * ? *)", "2026-01-01 00:00:00", "2026-01-02 00:00:00"},  // the 3rd is a Saturday
		{"cron(0 0 1W 8 ? *)", "2026-01-01 00:00:00", "2026-08-03 00:00:00"},  // within the month
		{"cron(0 0 31W 5 ? *)", "2026-01-01 00:00:00", "2026-05-29 00:00:00"}, // here too
		{"cron(0 0 29 2 ? *)", "2026-01-01 00:00:00", "2028-02-29 00:00:00"},
		{"cron(0 0 1 JAN,MAR ? *)", "2026-01-01 00:00:00", "2026-03-01 00:00:00"},
		{"cron(59 23 31 12 ? 2027)", "2026-01-01 00:00:00", "2027-12-31 23:59:00"},
		{"cron(0 0 1 1 ? 2025)", "2026-01-01 00:00:00", ""},
		{"cron(0 0 30 2 ? *)", "2026-01-01 00:00:00", ""},
	} {
		s, err := schedule.Parse(test.expression)
		if err != nil {
			t.Errorf("%s: %v", test.expression, err)
			continue
		}
		got, is := s.Next(at(t, "2026-01-01 10:00:15"), at(t, test.after))
		if test.want == "" && is || test.want != "" && !got.Equal(at(t, test.want)) {
			t.Errorf("%s after %s: got %s %t, want %s", test.expression, test.after, got, is, test.want)
		}
	}
}

// A time of another zone is the same moment.
func TestNext_isUTC(t *testing.T) {
	s, err := schedule.Parse("cron(0 12 * * ? *)")
	if err != nil {
		t.Fatal(err)
	}
	after := at(t, "2026-01-01 11:30:00").In(time.FixedZone("elsewhere", 3600))
	if got, _ := s.Next(after, after); got.String() != "2026-01-01 12:00:00 +0000 UTC" {
		t.Errorf("got %s", got)
	}
}

func TestParse_refusesByName(t *testing.T) {
	for expression, want := range map[string]string{
		"":                              `got "", want rate(VALUE UNIT) or cron(`,
		"at(2026-01-01T00:00:00)":       "want rate(",
		"rate(5 minutes) ":              "want rate(",
		"rate(5)":                       "got 1 fields, want a number and a unit",
		"rate(0 minutes)":               `got the value "0"`,
		"rate(-1 minutes)":              `got the value "-1"`,
		"rate(1.5 hours)":               `got the value "1.5"`,
		"rate(100000 days)":             `got the value "100000"`,
		"rate(1 hours)":                 `got "hours", want the unit singular for 1`,
		"rate(5 hour)":                  `got "hour", want the unit singular for 1`,
		"rate(30 seconds)":              `got the unit "seconds"`,
		"rate(1 week)":                  `got the unit "week"`,
		"cron(0 10 * * ?)":              "got 5 fields, want 6",
		"cron(0 10 * * * *)":            "want a ? for one of them alone",
		"cron(0 10 ? * ? *)":            "want a ? for one of them alone",
		"cron(0 10 1 * MON *)":          "want a ? for one of them alone",
		"cron(60 10 * * ? *)":           `minutes: got "60", want 0 to 59`,
		"cron(+5 10 * * ? *)":           `minutes: got "+5"`,
		"cron(0/0 10 * * ? *)":          `minutes: got "0/0"`,
		"cron(? 10 * * ? *)":            `minutes: got "?"`,
		"cron(0 24 * * ? *)":            `hours: got "24", want 0 to 23`,
		"cron(0 0 0 * ? *)":             `day-of-month: got "0", want 1 to 31`,
		"cron(0 0 L-3 * ? *)":           `day-of-month: got "L-3"`,
		"cron(0 0 LW * ? *)":            `day-of-month: got "LW"`,
		"cron(0 0 * 13 ? *)":            `month: got "13", want 1 to 12 or JAN to DEC`,
		"cron(0 0 * jan ? *)":           `month: got "jan"`,
		"cron(0 0 ? * 0 *)":             `day-of-week: got "0", want 1 to 7 or SUN to SAT`,
		"cron(0 0 ? * 8 *)":             `day-of-week: got "8"`,
		"cron(0 0 ? * FRI-MON *)":       `day-of-week: got "FRI-MON"`,
		"cron(0 0 ? * 1/2 *)":           `day-of-week: got "1/2"`,
		"cron(0 0 ? * 3#1,6#3 *)":       `day-of-week: got "3#1,6#3"`,
		"cron(0 0 ? * 3#6 *)":           `day-of-week: got "3#6"`,
		"cron(0 0 * * ? 1969)":          `year: got "1969", want 1970 to 2199`,
		"cron(0 0 * * ? 2030-2027)":     `year: got "2030-2027"`,
		"cron(0,,5 0 * * ? *)":          `minutes: got ""`,
		"cron(61 25 * 14 ? 1000)":       `year: got "1000"`, // all at once
		"cron(61 25 * 14 ? 1000 )":      `minutes: got "61"`,
		"cron(0 0 * * ? *) cron(0 0 *)": "want rate(",
	} {
		if _, err := schedule.Parse(expression); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", expression, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("rate(5 minutes)")
	f.Add("cron(0/15 8-17 ? * MON#2 2026)")
	f.Add("cron(0 0 31W 5 ? *)")
	since := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, expression string) {
		s, err := schedule.Parse(expression)
		if err != nil {
			return
		}
		if next, is := s.Next(since, since); is && !next.After(since) {
			t.Errorf("%q: got %s, want a time after %s", expression, next, since)
		}
	})
}
