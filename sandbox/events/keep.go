package events

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/store"
)

// event is one as its targets get it.
// https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
type event struct {
	Version    string   `json:"version"`
	ID         string   `json:"id"` // a UUID
	DetailType string   `json:"detail-type"`
	Source     string   `json:"source"`
	Account    string   `json:"account"`
	Time       string   `json:"time"` // to the second
	Region     string   `json:"region"`
	Resources  []string `json:"resources"` // ARNs
	Detail     any      `json:"detail"`
}

func (s *Service) event(source, detailType string, at time.Time, resources []string, detail any) event {
	return event{
		Version: "0", ID: aws.NewUUID(), DetailType: detailType, Source: source, Account: s.Account, Time: at.UTC().Format(time.RFC3339),
		Region: s.Region, Resources: resources, Detail: detail,
	}
}

// delivery is an event on its way to one target.
type delivery struct {
	Rule, Target string // their names
	ARN          string // of the function
	Event        string // its id
	Payload      json.RawMessage
	Accepted     time.Time
	Due          time.Time
	Failed       int // attempts
	Retries      retryPolicy

	key []byte
}

// Keep keeps what the rules that match an event are to deliver, in the transaction in which it happens. Who calls it calls Send when
// the transaction is over. Source is as in aws.s3, detailType as in Object Created; resources are ARNs, and detail is written as
// JSON.
func (s *Service) Keep(tx store.Writer, source, detailType string, resources []string, detail any) error {
	rules := *s.rules.Load()
	if len(rules) == 0 {
		return nil
	}
	at := s.Now().UTC()
	e := s.event(source, detailType, at, resources, detail)
	text, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("events: %w", err)
	}
	var tree map[string]any
	if err := json.Unmarshal(text, &tree); err != nil {
		return fmt.Errorf("events: %w", err)
	}
	for _, r := range rules {
		if r.pattern == nil || !s.enabled(r) || !r.pattern.Matches(tree) {
			continue
		}
		if err := r.keep(tx, e.ID, text, at); err != nil {
			return err
		}
	}
	return nil
}

// keep keeps an event for each target of the rule.
func (r *live) keep(tx store.Writer, id string, payload []byte, at time.Time) error {
	for _, t := range r.Settings.Targets {
		d := delivery{
			Rule: r.Name, Target: t.ID, ARN: t.ARN, Event: id, Payload: payload, Accepted: at, Due: at, Retries: t.RetryPolicy,
			key: binary.BigEndian.AppendUint64(nil, uint64(at.UnixNano())),
		}
		d.key = fmt.Appendf(d.key, "%s/%s/%s", id, r.Name, t.ID)
		if err := store.PutJSON(tx, spaceDeliveries, d.key, d); err != nil {
			return err
		}
	}
	return nil
}

// Send has what was kept delivered. It does not wait for that.
func (s *Service) Send() {
	select {
	case s.wake <- struct{}{}:
	default: // it is awake
	}
}
