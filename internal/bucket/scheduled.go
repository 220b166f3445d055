package bucket

import (
	"encoding/json"
	"fmt"
	"time"
)

// ReadScheduled reads the event of a schedule, and for when it was; it is not ok if the event is of another kind. What AWS says
// besides is not looked at.
//
//	{"source": "aws.events", "detail-type": "Scheduled Event", "time": "2026-11-30T03:00:00Z", …}
//
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html
func ReadScheduled(text []byte) (at time.Time, ok bool, err error) {
	var event struct {
		Source string `json:"source"`
		Type   string `json:"detail-type"`
		Time   string `json:"time"`
	}
	if json.Unmarshal(text, &event) != nil || event.Source != "aws.events" || event.Type != "Scheduled Event" {
		return at, false, nil
	}
	if at, err = time.Parse(time.RFC3339, event.Time); err != nil {
		return at, true, fmt.Errorf("schedule: time: got %q, want an ISO time, as in 2026-11-30T03:00:00Z", event.Time)
	}
	return at, true, nil
}
