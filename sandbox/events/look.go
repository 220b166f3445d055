package events

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
)

// bus is the only event bus there is, maxPage how much of a list an answer holds.
const (
	bus     = "default"
	maxPage = 100
)

type listInput struct {
	EventBusName string `shape:"EventBusNameOrArn"`
	Limit        int    `min:"1" max:"100"`
	NamePrefix   string `shape:"RuleName"`
	NextToken    string `shape:"NextToken"`
}

type ruleInput struct {
	EventBusName string `shape:"EventBusNameOrArn"`
	Name         string `required:"true" shape:"RuleName"`
}

type targetsInput struct {
	EventBusName string `shape:"EventBusNameOrArn"`
	Limit        int    `min:"1" max:"100"`
	NextToken    string `shape:"NextToken"`
	Rule         string `required:"true" shape:"RuleName"`
}

func (s *Service) describedARN(in ruleInput) string  { return s.arn(in.Name) }
func (s *Service) targetsARN(in targetsInput) string { return s.arn(in.Rule) }

// onBus refuses other event buses.
func (s *Service) onBus(name string) error {
	if name == "" || name == bus || name == "arn:aws:events:"+s.Region+":"+s.Account+":event-bus/"+bus {
		return nil
	}
	return aws.Refuse(http.StatusBadRequest, "ResourceNotFoundException", "Event bus %s does not exist.", name)
}

// after is the last entry of the page that a token ends; "" for the beginning.
func (s *Service) after(token string, of ...string) (last string, err error) {
	if token == "" {
		return "", nil
	}
	last, ok := s.pages.Open(token, append([]string{"EventBridge"}, of...)...)
	if !ok {
		return "", aws.Refuse(http.StatusBadRequest, "ValidationException", "The nextToken is invalid.")
	}
	return last, nil
}

// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListRules.html
func (s *Service) listRules(_ context.Context, in listInput) (any, error) {
	if err := s.onBus(in.EventBusName); err != nil {
		return nil, err
	}
	after, err := s.after(in.NextToken, "rules")
	if err != nil {
		return nil, err
	}
	rules, list := *s.rules.Load(), []map[string]any{}
	output := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(rules)) {
		if !strings.HasPrefix(name, in.NamePrefix) || name <= after {
			continue
		}
		if len(list) == cmp.Or(in.Limit, maxPage) {
			output["NextToken"] = s.pages.Seal(fmt.Sprint(list[len(list)-1]["Name"]), "EventBridge", "rules")
			break
		}
		list = append(list, s.described(rules[name]))
	}
	output["Rules"] = list
	return output, nil
}

// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeRule.html
func (s *Service) describeRule(_ context.Context, in ruleInput) (any, error) {
	r, err := s.named(in.EventBusName, in.Name)
	if err != nil {
		return nil, err
	}
	output := s.described(r)
	output["CreatedBy"] = s.Account
	return output, nil
}

// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListTargetsByRule.html
func (s *Service) listTargets(_ context.Context, in targetsInput) (any, error) {
	r, err := s.named(in.EventBusName, in.Rule)
	if err != nil {
		return nil, err
	}
	after, err := s.after(in.NextToken, "targets", in.Rule)
	if err != nil {
		return nil, err
	}
	list, output := []map[string]any{}, map[string]any{}
	targets := slices.SortedFunc(slices.Values(r.Settings.Targets), func(a, b target) int { return cmp.Compare(a.ID, b.ID) })
	for _, t := range targets {
		if t.ID <= after {
			continue
		}
		if len(list) == cmp.Or(in.Limit, maxPage) {
			output["NextToken"] = s.pages.Seal(fmt.Sprint(list[len(list)-1]["Id"]), "EventBridge", "targets", in.Rule)
			break
		}
		described := map[string]any{"Arn": t.ARN, "Id": t.ID}
		retries := map[string]any{}
		if age := t.RetryPolicy.MaximumEventAgeInSeconds; age != nil {
			retries["MaximumEventAgeInSeconds"] = *age
		}
		if attempts := t.RetryPolicy.MaximumRetryAttempts; attempts != nil {
			retries["MaximumRetryAttempts"] = *attempts
		}
		if len(retries) > 0 {
			described["RetryPolicy"] = retries
		}
		list = append(list, described)
	}
	output["Targets"] = list
	return output, nil
}

func (s *Service) named(on, name string) (*live, error) {
	if err := s.onBus(on); err != nil {
		return nil, err
	}
	if r := s.find(name); r != nil {
		return r, nil
	}
	return nil, noRule(name)
}

// described is a rule as EventBridge describes it.
func (s *Service) described(r *live) map[string]any {
	p := r.Settings
	d := map[string]any{"Name": r.Name, "Arn": s.arn(r.Name), "State": p.State, "EventBusName": bus}
	if p.Description != "" {
		d["Description"] = p.Description
	}
	if p.ScheduleExpression != "" {
		d["ScheduleExpression"] = p.ScheduleExpression
	}
	if p.EventPattern != nil {
		text, _ := json.Marshal(p.EventPattern) // it was decoded
		d["EventPattern"] = string(text)
	}
	return d
}
