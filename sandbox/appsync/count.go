package appsync

import (
	"net/http"
	"time"
)

// noSchema is the refusal of an API that has none.
const noSchema = "GraphQLSchemaException"

// count reports a request: whether it was the client's fault or the service's that it was refused as a whole, and how long it took. Of an
// API without a schema AWS's page has it that "this can occur when invoking a query for an empty or incorrect schema" of 5XXError.
// https://docs.aws.amazon.com/appsync/latest/devguide/monitoring.html
func (s *Service) count(host string, refusal *Refusal, took time.Duration) {
	id, ok := s.apiOf(host)
	if !ok || s.api(id) == nil {
		return
	}
	report := func(metric, unit string, value float64) {
		s.meter.Count("AWS/AppSync", metric, value, unit, "GraphQLAPIId", id)
	}
	ours, theirs := 0.0, 0.0
	switch {
	case refusal == nil:
	case refusal.Status >= http.StatusInternalServerError || refusal.Errors[0].ErrorType == noSchema:
		ours = 1
	default:
		theirs = 1
	}
	report("5XXError", "Count", ours)
	report("4XXError", "Count", theirs)
	report("Requests", "Count", 1)
	report("Latency", "Milliseconds", float64(took.Microseconds())/1000)
}
