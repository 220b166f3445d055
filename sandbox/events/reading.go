package events

import (
	"context"
	"maps"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
)

// readRule is a rule of the default event bus.
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeRule.html
func (s *Service) readRule(_ context.Context, of aws.Identifier) (map[string]any, error) {
	name, ours := strings.CutPrefix(of["Arn"], s.arn(""))
	r := s.find(name)
	if !ours || r == nil {
		return nil, aws.ErrNoResource
	}
	properties := aws.Encode(r.Settings)
	maps.Copy(properties, map[string]any{"Arn": s.arn(name), "EventBusName": "default", "RuleName": name})
	return properties, nil
}

func (s *Service) listRuleIDs(context.Context, aws.Identifier) (list []aws.Identifier, err error) {
	for _, name := range slices.Sorted(maps.Keys(*s.rules.Load())) {
		list = append(list, aws.Identifier{"Arn": s.arn(name)})
	}
	return list, nil
}

func ruleARN(of aws.Identifier) string {
	if of["Arn"] == "" {
		return "*"
	}
	return of["Arn"]
}
