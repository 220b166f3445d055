package appsyncjs

import (
	"time"

	"github.com/dop251/goja"
)

// https://docs.aws.amazon.com/appsync/latest/devguide/time-helpers-in-util-time-js.html
var timeFunctions = map[string]function{
	"util.time.nowISO8601":           {"()", "Now in UTC, as 2018-02-06T19:01:35.749Z.", func(c *invocation, _ goja.FunctionCall) goja.Value { return c.vm.ToValue(iso(c.now)) }},
	"util.time.nowEpochSeconds":      {"()", "Now in seconds since 1970.", func(c *invocation, _ goja.FunctionCall) goja.Value { return c.vm.ToValue(c.now.Unix()) }},
	"util.time.nowEpochMilliSeconds": {"()", "Now in milliseconds since 1970.", func(c *invocation, _ goja.FunctionCall) goja.Value { return c.vm.ToValue(c.now.UnixMilli()) }},
	"util.time.nowFormatted":         {"(format, zone?)", "Now in UTC or the zone, in a format of Java's DateTimeFormatter.", nowFormatted},

	"util.time.parseFormattedToEpochMilliSeconds": {"(time, format, zone?)", "The milliseconds of a formatted time, which names its zone or gets it.", parseFormatted},
	"util.time.parseISO8601ToEpochMilliSeconds":   {"(time)", "The milliseconds of a time in ISO 8601 with its offset.", parseISO8601},
	"util.time.epochMilliSecondsToSeconds":        {"(milliseconds)", "The whole seconds.", toSeconds},
	"util.time.epochMilliSecondsToISO8601":        {"(milliseconds)", "The time in UTC, as 2018-02-06T19:01:35.758Z.", toISO8601},
	"util.time.epochMilliSecondsToFormatted":      {"(milliseconds, format, zone?)", "The time in UTC or the zone, in a format.", toFormatted},
}

// iso is how AppSync writes a time: UTC, always with milliseconds.
func iso(t time.Time) string {
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

func nowFormatted(c *invocation, args goja.FunctionCall) goja.Value {
	return c.formatted("util.time.nowFormatted", c.now, args, 0)
}

func toFormatted(c *invocation, args goja.FunctionCall) goja.Value {
	const name = "util.time.epochMilliSecondsToFormatted"
	return c.formatted(name, time.UnixMilli(c.whole(name, args, 0)), args, 1)
}

// formatted writes t in the format of argument i and the zone of the argument behind it, if there is one.
func (c *invocation) formatted(name string, t time.Time, args goja.FunctionCall, i int) goja.Value {
	layout, err := parseLayout(c.text(name, args, i))
	if err != nil {
		c.refuse("%s: %v", name, err)
	}
	return c.vm.ToValue(layout.format(t.In(c.zone(name, args, i+1, time.UTC))))
}

// zone is the time zone of argument i, or fallback where it is missing.
func (c *invocation) zone(name string, args goja.FunctionCall, i int, fallback *time.Location) *time.Location {
	if absent(args.Argument(i)) {
		return fallback
	}
	zone, err := parseZone(c.text(name, args, i))
	if err != nil {
		c.refuse("%s: %v", name, err)
	}
	return zone
}

func parseFormatted(c *invocation, args goja.FunctionCall) goja.Value {
	const name = "util.time.parseFormattedToEpochMilliSeconds"
	text := c.text(name, args, 0)
	layout, err := parseLayout(c.text(name, args, 1))
	if err != nil {
		c.refuse("%s: %v", name, err)
	}
	t, err := layout.parse(text, c.zone(name, args, 2, nil))
	if err != nil {
		c.refuse("%s: %v", name, err)
	}
	return c.vm.ToValue(t.UnixMilli())
}

// isoLayouts are the forms of ISO 8601 that name a moment.
var isoLayouts = []string{"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05Z07:00:00", "2006-01-02T15:04Z07:00"}

func parseISO8601(c *invocation, args goja.FunctionCall) goja.Value {
	const name = "util.time.parseISO8601ToEpochMilliSeconds"
	text := c.text(name, args, 0)
	for _, layout := range isoLayouts {
		// Go accepts a fraction behind the seconds of any layout.
		if t, err := time.Parse(layout, text); err == nil {
			return c.vm.ToValue(t.UnixMilli())
		}
	}
	c.refuse("%s: %q is not a time as 2018-02-01T17:21:05.180+08:00", name, text)
	return nil
}

func toSeconds(c *invocation, args goja.FunctionCall) goja.Value {
	t := time.UnixMilli(c.whole("util.time.epochMilliSecondsToSeconds", args, 0))
	return c.vm.ToValue(t.Unix())
}

func toISO8601(c *invocation, args goja.FunctionCall) goja.Value {
	return c.vm.ToValue(iso(time.UnixMilli(c.whole("util.time.epochMilliSecondsToISO8601", args, 0))))
}
