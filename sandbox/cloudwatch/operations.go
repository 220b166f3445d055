package cloudwatch

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/paging"
)

type describeInput struct {
	ActionPrefix, AlarmNamePrefix string
	AlarmNames                    []string `each:"AlarmName"`
	AlarmTypes                    []string
	MaxRecords                    int `min:"1" max:"100"`
	NextToken                     string
	StateValue                    string `shape:"StateValue"`
}

type historyInput struct {
	AlarmName          string `shape:"AlarmName"`
	AlarmTypes         []string
	HistoryItemType    string `enum:"ConfigurationUpdate,StateUpdate,Action"`
	StartDate, EndDate moment
	MaxRecords         int `min:"1" max:"100"`
	NextToken          string
	ScanBy             string `enum:"TimestampDescending,TimestampAscending"`
}

type setInput struct {
	AlarmName       string `required:"true" shape:"AlarmName"`
	StateReason     string `required:"true" max:"1023"`
	StateReasonData string `max:"4000"`
	StateValue      string `required:"true" shape:"StateValue"`
}

func (s *Service) alarmSet(in setInput) string       { return s.arn(in.AlarmName) }
func (s *Service) historyARN(in historyInput) string { return s.arn(cmp.Or(in.AlarmName, "*")) }

const (
	metricAlarm = "MetricAlarm"
	usualPage   = 50
)

// Alarm is one as people look at it.
type Alarm struct{ Name, State, Reason string }

// Alarms are the alarms that there are, by their names.
func (s *Service) Alarms() (list []Alarm) {
	for _, a := range s.sorted() {
		list = append(list, Alarm{a.Name, a.State, a.Reason})
	}
	return list
}

func (s *Service) sorted() []*alarm {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.SortedFunc(maps.Values(s.alarms), func(a, b *alarm) int { return strings.Compare(a.Name, b.Name) })
}

// paged is an answer with the part of a list that begins at a token, and with the token of the next.
func paged[T any](s *Service, name, token string, most int, all []T) (map[string]any, error) {
	part, next, ok := paging.Cut(s.pages, token, most, all, "CloudWatch "+s.Region, name)
	if !ok {
		return nil, aws.Refuse(http.StatusBadRequest, "InvalidNextToken", "Invalid nextToken")
	}
	answer := map[string]any{name: append([]T{}, part...)}
	if next != "" {
		answer["NextToken"] = next
	}
	return answer, nil
}

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
func (s *Service) describeAlarms(_ context.Context, in describeInput) (any, error) {
	list := []map[string]any{}
	for _, a := range s.sorted() {
		acts := func(actions []string) bool {
			return slices.ContainsFunc(actions, func(action string) bool { return strings.HasPrefix(action, in.ActionPrefix) })
		}
		p := &a.Properties
		switch {
		case in.AlarmTypes != nil && !slices.Contains(in.AlarmTypes, metricAlarm):
		case in.AlarmNames != nil && !slices.Contains(in.AlarmNames, a.Name):
		case !strings.HasPrefix(a.Name, in.AlarmNamePrefix):
		case in.StateValue != "" && in.StateValue != a.State:
		case in.ActionPrefix != "" && !acts(p.AlarmActions) && !acts(p.OKActions) && !acts(p.InsufficientDataActions):
		default:
			list = append(list, s.described(a))
		}
	}
	answer, err := paged(s, "MetricAlarms", in.NextToken, cmp.Or(in.MaxRecords, usualPage), list)
	if answer != nil {
		answer["CompositeAlarms"] = []any{}
	}
	return answer, err
}

// described is an alarm as CloudWatch describes it.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricAlarm.html
func (s *Service) described(a *alarm) map[string]any {
	p := &a.Properties
	d := map[string]any{
		"AlarmName": a.Name, "AlarmArn": s.arn(a.Name), "ActionsEnabled": aws.Or(p.ActionsEnabled, true),
		"AlarmConfigurationUpdatedTimestamp": seconds{a.Configured}, "ComparisonOperator": p.ComparisonOperator, "EvaluationPeriods": p.EvaluationPeriods,
		"Threshold": *p.Threshold, "StateValue": a.State, "StateReason": a.Reason, "StateUpdatedTimestamp": seconds{a.Updated},
		"StateTransitionedTimestamp": seconds{a.Changed}, "AlarmActions": texts(p.AlarmActions), "OKActions": texts(p.OKActions),
		"InsufficientDataActions": texts(p.InsufficientDataActions), "Dimensions": dimensionsOf(p.Dimensions),
	}
	for name, value := range map[string]string{
		"AlarmDescription": p.AlarmDescription, "StateReasonData": a.ReasonData, "MetricName": p.MetricName, "Namespace": p.Namespace,
		"Statistic": p.Statistic, "Unit": p.Unit, "TreatMissingData": p.TreatMissingData,
	} {
		if value != "" {
			d[name] = value
		}
	}
	if p.DatapointsToAlarm != nil {
		d["DatapointsToAlarm"] = *p.DatapointsToAlarm
	}
	if p.Period != 0 {
		d["Period"] = p.Period
	}
	if p.Metrics != nil {
		list := []map[string]any{}
		for _, q := range p.Metrics {
			list = append(list, describedQuery(q))
		}
		d["Metrics"] = list
	}
	return d
}

func texts(list []string) []string { return append([]string{}, list...) }

func dimensionsOf(list []dimension) []map[string]string {
	all := []map[string]string{}
	for _, d := range list {
		all = append(all, map[string]string{"Name": d.Name, "Value": d.Value})
	}
	return all
}

func describedQuery(q query) map[string]any {
	d := map[string]any{"Id": q.Id, "ReturnData": aws.Or(q.ReturnData, true)}
	if q.Label != "" {
		d["Label"] = q.Label
	}
	if q.Expression != "" {
		d["Expression"] = q.Expression
	}
	if q.Period != nil {
		d["Period"] = *q.Period
	}
	if of := q.MetricStat; of != nil {
		stat := map[string]any{
			"Period": of.Period, "Stat": of.Stat,
			"Metric": map[string]any{"Namespace": of.Metric.Namespace, "MetricName": of.Metric.MetricName, "Dimensions": dimensionsOf(of.Metric.Dimensions)},
		}
		if of.Unit != "" {
			stat["Unit"] = of.Unit
		}
		d["MetricStat"] = stat
	}
	return d
}

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmHistory.html
func (s *Service) describeAlarmHistory(_ context.Context, in historyInput) (any, error) {
	type of struct {
		event
		alarm string
	}
	var all []of
	for _, a := range s.sorted() {
		for _, e := range a.History {
			switch {
			case in.AlarmName != "" && in.AlarmName != a.Name:
			case in.AlarmTypes != nil && !slices.Contains(in.AlarmTypes, metricAlarm):
			case in.HistoryItemType != "" && in.HistoryItemType != e.Type:
			case in.StartDate != 0 && e.At.Unix() < int64(in.StartDate), in.EndDate != 0 && e.At.Unix() > int64(in.EndDate):
			default:
				all = append(all, of{e, a.Name})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b of) int { return a.At.Compare(b.At) })
	if in.ScanBy != "TimestampAscending" {
		slices.Reverse(all)
	}
	list := []map[string]any{}
	for _, e := range all {
		item := map[string]any{"AlarmName": e.alarm, "AlarmType": metricAlarm, "Timestamp": seconds{e.At}, "HistoryItemType": e.Type, "HistorySummary": e.Summary}
		if e.Data != "" {
			item["HistoryData"] = e.Data
		}
		list = append(list, item)
	}
	return paged(s, "AlarmHistoryItems", in.NextToken, cmp.Or(in.MaxRecords, 100), list)
}

// setAlarmState sets a state for a while: the next evaluation that comes to another one sets that. Actions are carried out.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_SetAlarmState.html
func (s *Service) setAlarmState(_ context.Context, in setInput) (any, error) {
	s.ticking.Lock()
	defer s.ticking.Unlock()
	s.mu.Lock()
	a := s.alarms[in.AlarmName]
	s.mu.Unlock()
	if a == nil {
		return nil, aws.Refuse(http.StatusNotFound, "ResourceNotFound", "There is no alarm %s", in.AlarmName)
	}
	if a.State == in.StateValue {
		return nil, nil
	}
	return nil, s.set(a, verdict{in.StateValue, in.StateReason}, in.StateReasonData, s.Now().UTC())
}
