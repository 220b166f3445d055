package cloudwatch

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/sns"
)

// principal is who publishes, by the topic's policy.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
const principal = "cloudwatch.amazonaws.com"

func compare(a, b string) int { return strings.Compare(a, b) }

func (p *alarmProperties) actions(state string) []string {
	switch state {
	case ok:
		return p.OKActions
	case alarming:
		return p.AlarmActions
	}
	return p.InsufficientDataActions
}

// act tells the topics of a change, and notes how that went.
func (s *Service) act(ctx context.Context, old, a *alarm) error {
	caller := aws.Caller{Principal: iam.Service{Name: principal, SourceARN: s.arn(a.Name), SourceAccount: s.Account}}
	var events []event
	for _, topic := range a.Properties.actions(a.State) {
		sub, _ := aws.WithEntry(aws.ByService(ctx))
		err := s.Topics.PublishFor(sub, caller, sns.Message{Topic: topic, Subject: s.subject(a), Text: s.mail(old, a)})
		text := "Successfully executed action " + topic
		if err != nil {
			text = fmt.Sprintf("Failed to execute action %s. Received error: %q", topic, err)
			s.Fault("PublishAlarm", fmt.Errorf("the alarm %s: %s", a.Name, text))
		}
		events = append(events, event{a.Updated, acted, text, ""})
	}
	if events == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	there := s.alarms[a.Name]
	if there == nil {
		return nil
	}
	next := *there
	for _, e := range events {
		next.enter(e)
	}
	return s.keep(&next)
}

// subject is as in: ALARM: "shop-prod-ApiErrors" in us-east-1. SNS cuts it at 100 characters.
func (s *Service) subject(a *alarm) string {
	subject := fmt.Sprintf("%s: %q in %s", a.State, a.Name, s.Region)
	return subject[:min(len(subject), 100)]
}

// mail is what subscribers by e-mail read, with the parts of CloudWatch's own.
func (s *Service) mail(old, a *alarm) string {
	p := &a.Properties
	var b strings.Builder
	line := func(name, value string) { fmt.Fprintf(&b, "- %-26s %s\n", name+":", value) }
	fmt.Fprintf(&b, "You are receiving this email because your Amazon CloudWatch Alarm %q in the %s region has entered the %s state, because %q at %q.\n\n", a.Name, s.Region, a.State,
		a.Reason, a.Updated.Format("Monday 02 January, 2006 15:04:05 UTC"))
	b.WriteString("Alarm Details:\n")
	line("Name", a.Name)
	line("Description", p.AlarmDescription)
	line("State Change", old.State+" -> "+a.State)
	line("Reason for State Change", a.Reason)
	line("Timestamp", a.Updated.Format("Monday 02 January, 2006 15:04:05 UTC"))
	line("AWS Account", s.Account)
	line("Alarm Arn", s.arn(a.Name))
	fmt.Fprintf(&b, "\nThreshold:\n- The alarm is in the ALARM state when the metric is %s %s for at least %d of the last %d period(s) of %.0f seconds.\n",
		p.ComparisonOperator, number(*p.Threshold), p.datapoints(), p.EvaluationPeriods, a.compiled.period.Seconds())
	b.WriteString("\nState Change Actions:\n")
	for _, state := range states {
		fmt.Fprintf(&b, "- %s: %s\n", state, strings.Join(p.actions(state), " "))
	}
	return b.String()
}

// historyOf is the HistoryData of a change of state.
func (a *alarm) historyOf(old *alarm) string {
	state := func(a *alarm) map[string]any {
		of := map[string]any{"stateValue": a.State, "stateReason": a.Reason}
		if a.ReasonData != "" {
			of["stateReasonData"] = json.RawMessage(a.ReasonData)
		}
		return of
	}
	data, _ := json.Marshal(map[string]any{"version": "1.0", "oldState": state(old), "newState": state(a)}) // texts, and JSON
	return string(data)
}
