package sns

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"lightbox.example/lightbox/sandbox/aws"
)

// readTopic is a topic with all who subscribed to it, by whatever way.
// https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html
func (s *Service) readTopic(_ context.Context, of aws.Identifier) (map[string]any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.topics[s.nameOf(of["TopicArn"])]
	if t == nil || s.arn(t.Name) != of["TopicArn"] {
		return nil, aws.ErrNoResource
	}
	properties := aws.Encode(topicProperties{DisplayName: t.DisplayName, KmsMasterKeyId: t.Key, TopicName: t.Name, Tags: t.Tags})
	var subscribed []any
	for _, arn := range slices.Sorted(maps.Keys(s.subscriptions)) {
		if one := s.subscriptions[arn]; one.Topic == t.Name {
			subscribed = append(subscribed, map[string]any{"Endpoint": one.Endpoint, "Protocol": "email"})
		}
	}
	if subscribed != nil {
		properties["Subscription"] = subscribed
	}
	maps.Copy(properties, s.topicState(t.Name).Attributes)
	return properties, nil
}

func (s *Service) listTopicARNs(context.Context, aws.Identifier) (list []aws.Identifier, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, name := range slices.Sorted(maps.Keys(s.topics)) {
		list = append(list, aws.Identifier{"TopicArn": s.arn(name)})
	}
	return list, nil
}

func (s *Service) readSubscription(_ context.Context, of aws.Identifier) (map[string]any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	one := s.subscriptions[of["Arn"]]
	if one == nil {
		return nil, aws.ErrNoResource
	}
	properties := aws.Encode(subscriptionProperties{Endpoint: one.Endpoint, Protocol: "email", TopicArn: s.arn(one.Topic)})
	properties["Arn"] = one.ARN
	return properties, nil
}

func (s *Service) listSubscriptionARNs(context.Context, aws.Identifier) (list []aws.Identifier, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, arn := range slices.Sorted(maps.Keys(s.subscriptions)) {
		list = append(list, aws.Identifier{"Arn": arn})
	}
	return list, nil
}

// topicARN is what policies are asked about: of a subscription, its topic.
func (s *Service) topicARN(of aws.Identifier) string {
	if of["Arn"] != "" {
		return s.arn(s.nameOf(of["Arn"]))
	}
	return cmp.Or(of["TopicArn"], "*")
}
