package appsyncjs

import "testing"

// The examples of "Time helpers in util.time", with the moment of the page as the clock.
func TestUtilTime_formatsAndParsesAsAppSync(t *testing.T) {
	for expression, want := range map[string]string{
		"util.time.nowISO8601()":                                                                              `"2018-02-06T19:01:35.749Z"`,
		"util.time.nowEpochSeconds()":                                                                         `1517943695`,
		"util.time.nowEpochMilliSeconds()":                                                                    `1517943695749`,
		"util.time.nowFormatted('yyyy-MM-dd HH:mm:ssZ')":                                                      `"2018-02-06 19:01:35+0000"`,
		"util.time.nowFormatted('yyyy-MM-dd HH:mm:ssZ', '+08:00')":                                            `"2018-02-07 03:01:35+0800"`,
		"util.time.nowFormatted('yyyy-MM-dd HH:mm:ssZ', 'Australia/Perth')":                                   `"2018-02-07 03:01:35+0800"`,
		"util.time.epochMilliSecondsToSeconds(1517943695758)":                                                 `1517943695`,
		"util.time.epochMilliSecondsToISO8601(1517943695758)":                                                 `"2018-02-06T19:01:35.758Z"`,
		"util.time.epochMilliSecondsToFormatted(1517943695758, 'yyyy-MM-dd HH:mm:ssZ')":                       `"2018-02-06 19:01:35+0000"`,
		"util.time.epochMilliSecondsToFormatted(1517943695758, 'yyyy-MM-dd HH:mm:ssZ', '+08:00')":             `"2018-02-07 03:01:35+0800"`,
		"util.time.parseISO8601ToEpochMilliSeconds('2018-02-01T17:21:05.180+08:00')":                          `1517476865180`,
		"util.time.parseFormattedToEpochMilliSeconds('2018-02-02 01:19:22+0800', 'yyyy-MM-dd HH:mm:ssZ')":     `1517505562000`,
		"util.time.parseFormattedToEpochMilliSeconds('2018-02-02 01:19:22', 'yyyy-MM-dd HH:mm:ss', '+08:00')": `1517505562000`,
		"util.time.nowFormatted('yyyy-MM-dd[XXX]', '-07:00:30')":                                              `"2018-02-06-07:00"`,
		`util.time.nowFormatted("yyyy-MM-dd'T'HH:mm:ss[XXXXX]", '-07:00:30')`:                                 `"2018-02-06T12:01:05-07:00:30"`,
	} {
		wantValue(t, expression, want)
	}
}

func TestUtilTime_knowsTheLettersOfFormats(t *testing.T) {
	for expression, want := range map[string]string{
		"util.time.nowFormatted('uuuu/M/d H:m:s.SSS')":                                     `"2018/2/6 19:1:35.749"`,
		"util.time.nowFormatted(\"''yyyy 'at' HH\")":                                       `"'2018 at 19"`,
		"['X', 'XX', 'XXX', 'XXXX', 'XXXXX'].map((f) => util.time.nowFormatted(f))":        `["Z","Z","Z","Z","Z"]`,
		"['X', 'XX', 'XXX', 'XXXX', 'XXXXX'].map((f) => util.time.nowFormatted(f, '+08'))": `["+08","+0800","+08:00","+0800","+08:00"]`,
		"['X', 'XX', 'XXX'].map((f) => util.time.nowFormatted(f, '-0330'))":                `["-0330","-0330","-03:30"]`,
		"util.time.parseFormattedToEpochMilliSeconds('2018-2-6', 'yyyy-M-d', 'UTC')":       `1517875200000`,
		"util.time.parseISO8601ToEpochMilliSeconds('2018-02-06T19:01Z')":                   `1517943660000`,
		"util.time.parseISO8601ToEpochMilliSeconds('2018-02-06T19:01:35.749Z')":            `1517943695749`,
		"util.time.epochMilliSecondsToISO8601(0)":                                          `"1970-01-01T00:00:00.000Z"`,
		"util.time.epochMilliSecondsToSeconds(-1)":                                         `-1`,
	} {
		wantValue(t, expression, want)
	}
}

func TestUtilTime_refusesWhatItCannotRead(t *testing.T) {
	for expression, want := range map[string]string{
		"util.time.nowFormatted('EEEE')":                                                  "EEEE in the format",
		"util.time.nowFormatted('YYYY')":                                                  "YYYY in the format",
		"util.time.nowFormatted('yy')":                                                    "yy in the format",
		"util.time.nowFormatted(\"yyyy'\")":                                               "open quote",
		"util.time.nowFormatted('{yyyy}')":                                                "is reserved",
		"util.time.nowFormatted('yyyy', 'Mars/Base')":                                     "is not a time zone",
		"util.time.nowFormatted('yyyy', '../etc/passwd')":                                 "is not a time zone",
		"util.time.nowFormatted('yyyy', 'Local')":                                         "is not a time zone",
		"util.time.nowFormatted('yyyy', '+19:00')":                                        "is not a time zone",
		"util.time.parseFormattedToEpochMilliSeconds('2018', 'yyyy')":                     "names no zone",
		"util.time.parseFormattedToEpochMilliSeconds('2018-02-30', 'yyyy-MM-dd', 'UTC')":  "does not fit the format",
		"util.time.parseFormattedToEpochMilliSeconds('2018-02-03x', 'yyyy-MM-dd', 'UTC')": "does not fit the format",
		"util.time.parseFormattedToEpochMilliSeconds('x', 'yyyy', 'UTC')":                 "does not fit the format",
		"util.time.parseFormattedToEpochMilliSeconds('02', 'MM', 'UTC')":                  "does not fit the format",
		"util.time.parseISO8601ToEpochMilliSeconds('2018-02-06')":                         "is not a time",
		"util.time.parseISO8601ToEpochMilliSeconds('2018-02-30T00:00:00Z')":               "is not a time",
		"util.time.epochMilliSecondsToSeconds('1')":                                       "is a string, want a number",
		"util.time.epochMilliSecondsToISO8601(1.5)":                                       "want a whole number",
	} {
		wantRefusal(t, expression, want)
	}
}
