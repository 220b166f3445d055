package lambda

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/lambda/process"
)

// report is the log of an invocation: what the function wrote, between the lines that Lambda adds.
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-view.html,
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-invoke-with-errors
func (f *live) report(requestID string, o process.Outcome) []string {
	milliseconds := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	line := fmt.Sprintf("REPORT RequestId: %s\tDuration: %.2f ms\tBilled Duration: %.0f ms\tMemory Size: %d MB\tMax Memory Used: %d MB",
		requestID, milliseconds(o.Duration), math.Ceil(milliseconds(o.Init)+milliseconds(o.Duration)), f.Settings.memory(), (o.Peak+1<<20-1)>>20)
	if o.Init > 0 {
		line += fmt.Sprintf("\tInit Duration: %.2f ms", milliseconds(o.Init))
	}
	if o.Status != "" {
		line += "\tStatus: " + o.Status
	}
	if o.Status == "error" {
		line += "\tError Type: " + o.ErrorType
	}
	return slices.Concat(
		[]string{"START RequestId: " + requestID + " Version: " + latest}, o.Lines,
		[]string{"END RequestId: " + requestID, line})
}

// write puts lines into the function's log, as its role: if that may not, they are lost, and the log of the calls says so.
func (s *Service) write(ctx context.Context, f *live, e *environment, lines []string) {
	if s.Logs == nil || e == nil {
		return
	}
	ctx = context.WithoutCancel(ctx)
	who, err := s.as(ctx, f.Settings.Role, f.session())
	if err == nil {
		sub, _ := aws.WithEntry(aws.ByService(ctx))
		err = s.Logs.Write(sub, who, f.Settings.logGroup(f.Name), e.stream, s.Now(), lines)
	}
	if err != nil {
		s.Fault("PutLogEvents", fmt.Errorf("the log of the function %s: %w", f.Name, err))
	}
}
