package alarms

import "lightbox.example/lightbox/internal/errorid"

// Query is a question to the logs that is kept where operators find it, as a text of CloudWatch Logs Insights.
//
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
type Query struct {
	// ID is its construct's, and Title what people read: see QueryName.
	ID, Title, Text string
	// API and Functions say whose logs it is about.
	API, Functions bool
}

// Queries are all. What the API logs of a request, and how, AWS says on its page about monitoring.
//
// https://docs.aws.amazon.com/appsync/latest/devguide/monitoring.html
func Queries() []Query {
	return []Query{
		{ID: "ErrorsById", Title: "errors by id", Text: errorid.Query, API: true, Functions: true},
		{ID: "Denied", Title: "denied", Text: `fields @timestamp, requestId, parentType, fieldName, @message
| filter @message like "Unauthorized"
| sort @timestamp desc
| limit 100`, API: true},
		// Nanoseconds, as AppSync's log has them.
		{ID: "Slow", Title: "slow", Text: `fields @timestamp, requestId, latency / 1000000 as milliseconds
| filter logType = "RequestSummary"
| sort latency desc
| limit 100`, API: true},
		{ID: "FunctionErrors", Title: "function errors", Text: `fields @timestamp, @log, @requestId, @message
| filter @message like /(?i)error|panic|timed out/
| sort @timestamp desc
| limit 100`, Functions: true},
	}
}
