package lambda

import (
	"slices"

	"lightbox.example/lightbox/sandbox/lambda/process"
)

// The metrics are in https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html.
const namespace = "AWS/Lambda"

// count reports a metric of a function.
func (s *Service) count(f *live, name string, value float64, unit string) {
	s.Meter.Count(namespace, name, value, unit, "FunctionName", f.Name)
}

// countInvocation reports how an invocation went. Errors has a 0 of one that went well.
func (s *Service) countInvocation(f *live, o process.Outcome) {
	failed := 0.0
	if o.Failed {
		failed = 1
	}
	s.count(f, "Invocations", 1, "Count")
	s.count(f, "Errors", failed, "Count")
	s.count(f, "Duration", float64(o.Duration.Microseconds())/1000, "Milliseconds")
}

// The event source mapping metrics of EventCount, which a mapping has to be told to count.
const (
	polled    = "PolledEventCount"
	held      = "FilteredOutEventCount"
	invoked   = "InvokedEventCount"
	failed    = "FailedInvokeEventCount"
	dropped   = "DroppedEventCount"
	delivered = "OnFailureDestinationDeliveredEventCount"
)

// eventCount is the group of these metrics.
const eventCount = "EventCount"

// count reports how many records of the stream something happened to.
func (p *poller) count(name string, records int) {
	if of := p.Settings.MetricsConfig; of == nil || !slices.Contains(of.Metrics, eventCount) || records == 0 {
		return
	}
	p.service.Meter.Count(namespace, name, float64(records), "Count", "EventSourceMappingUUID", p.ID)
}
