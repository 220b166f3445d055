// Package errorid is about the ids of errors that people see. The pages show beside an error the first characters of the id
// that AWS gave the request; AppSync tags each line of an API's log with the id of its request, so that whoever is told an
// error finds what the log says of it.
//
// https://docs.aws.amazon.com/appsync/latest/devguide/monitoring.html, "CloudWatch Logs": the id of a request is in the header
// x-amzn-RequestId of its answer. docs/adr/0040-errors-have-the-request-id.md says why it is this one.
package errorid

import (
	"fmt"
	"regexp"
	"strings"
)

const (
	// Shown is how many characters of an id the pages show: of AppSync's, which are UUIDs, the first group.
	Shown = 8
	// Placeholder stands in Query where the id of an error belongs.
	Placeholder = "ERROR_ID"
	// Query finds what logs say of an error: a text of CloudWatch Logs Insights, about the log group of the API and those of
	// functions.
	//
	// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
	Query = `fields @timestamp, @log, @message
| filter @message like "` + Placeholder + `"
| sort @timestamp asc
| limit 100`
	longest = 64
)

var (
	word = regexp.MustCompile(`(?i)^error\s+`)                           // which a page shows before an id
	uuid = regexp.MustCompile(`(?i)^[0-9a-f]{8}(-[0-9a-f]{0,12}){0,4}$`) // or the beginning of one
)

// Filter is the pattern of FilterLogEvents that matches the lines that Query finds: a text anywhere in a line. An id is that
// of a request, or its first characters, Shown at least, with the word Error before it or not; all else is an error. Of a UUID, which logs
// have in small letters, capitals are the same. A pattern tells them apart.
//
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
func Filter(id string) (string, error) {
	id = word.ReplaceAllString(strings.TrimSpace(id), "")
	if uuid.MatchString(id) {
		id = strings.ToLower(id)
	}
	isOther := func(c rune) bool {
		return c != '-' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z')
	}
	if len(id) < Shown || len(id) > longest || strings.ContainsFunc(id, isOther) {
		return "", fmt.Errorf("got %q for the id of an error, want %d to %d letters, digits and dashes, as a page shows it", id, Shown, longest)
	}
	return `"` + id + `"`, nil
}
