package sns

import (
	"cmp"
	"context"
	"crypto/subtle"
	"encoding/xml"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/paging"
)

type confirmInput struct {
	AuthenticateOnUnsubscribe string
	Token                     string `required:"true"`
	TopicArn                  string `required:"true"`
}

type unsubscribeInput struct {
	SubscriptionArn string `required:"true"`
	// Token is in the link of a mail, besides what AWS has: ARNs can be listed.
	Token string
}

type subscriptionInput struct {
	SubscriptionArn string `required:"true"`
}

type topicInput struct {
	TopicArn string `required:"true"`
}

type topicListInput struct {
	NextToken string
	TopicArn  string `required:"true"`
}

type listInput struct{ NextToken string }

type publishInput struct {
	Message  string `required:"true"`
	Subject  string `max:"100"`
	TopicArn string `required:"true"`
}

func topicNamed(_ *Service, in topicInput) string      { return cmp.Or(in.TopicArn, "*") }
func topicListed(_ *Service, in topicListInput) string { return cmp.Or(in.TopicArn, "*") }
func anything[In any](*Service, In) string             { return "*" }
func (s *Service) topicOfSubscription(in subscriptionInput) string {
	return s.arn(s.nameOf(in.SubscriptionArn))
}
func (s *Service) publishNeeds(in publishInput) []aws.Request {
	return []aws.Request{s.need(cmp.Or(in.TopicArn, "*"))}
}

// entries are attributes, as answers have them.
type entries struct {
	Entries []entry `xml:"Attributes>entry"`
}

type entry struct {
	Key   string `xml:"key"`
	Value string `xml:"value"`
}

func entriesOf(attributes map[string]string) entries {
	var all entries
	for _, key := range slices.Sorted(maps.Keys(attributes)) {
		all.Entries = append(all.Entries, entry{key, attributes[key]})
	}
	return all
}

// described is a subscription as lists have it.
type described struct {
	XMLName         xml.Name `xml:"member"`
	Endpoint        string
	Owner           string
	Protocol        string
	SubscriptionArn string
	TopicArn        string
}

const pending = "PendingConfirmation"

func (s *Service) described(one *subscription) described {
	d := described{Endpoint: one.Endpoint, Owner: s.Account, Protocol: "email", SubscriptionArn: one.ARN, TopicArn: s.arn(one.Topic)}
	if !one.Confirmed {
		d.SubscriptionArn = pending
	}
	return d
}

// pageSize is how many an answer lists.
const pageSize = 100

func page[T any](s *Service, token string, all []T, of ...string) (part []T, next string, err error) {
	part, next, ok := paging.Cut(s.pages, token, pageSize, all, append([]string{"SNS " + s.Region}, of...)...)
	if !ok {
		return nil, "", aws.Refuse(http.StatusBadRequest, "InvalidParameter", "Invalid parameter: NextToken")
	}
	return part, next, nil
}

type subscriptionsAnswer struct {
	Subscriptions struct{ Members []described }
	NextToken     string `xml:",omitempty"`
}

// https://docs.aws.amazon.com/sns/latest/api/API_ConfirmSubscription.html
func (s *Service) confirmSubscription(_ context.Context, in confirmInput) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.topics[s.nameOf(in.TopicArn)] == nil {
		return nil, noTopic()
	}
	for _, one := range s.subscriptions {
		if s.arn(one.Topic) == in.TopicArn && same(one.Token, in.Token) {
			confirmed := *one
			confirmed.Confirmed = true
			return struct{ SubscriptionArn string }{one.ARN}, s.keepSubscription(&confirmed)
		}
	}
	return nil, aws.Refuse(http.StatusBadRequest, "InvalidParameter", "Invalid parameter: Token")
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// unsubscribe ends a subscription by the link of one of its mails.
// https://docs.aws.amazon.com/sns/latest/api/API_Unsubscribe.html
func (s *Service) unsubscribe(_ context.Context, in unsubscribeInput) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if one := s.subscriptions[in.SubscriptionArn]; one == nil || !same(one.Token, in.Token) {
		return nil, aws.Refuse(http.StatusForbidden, "AuthorizationError", "The sandbox ends a subscription by the link of a mail, or with its stack")
	}
	return nil, s.forget(in.SubscriptionArn)
}

// https://docs.aws.amazon.com/sns/latest/api/API_GetSubscriptionAttributes.html
func (s *Service) getSubscriptionAttributes(_ context.Context, in subscriptionInput) (any, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	one := s.subscriptions[in.SubscriptionArn]
	if one == nil {
		return nil, aws.Refuse(http.StatusNotFound, "NotFound", "Subscription does not exist")
	}
	return entriesOf(map[string]string{
		"Endpoint": one.Endpoint, "Owner": s.Account, "PendingConfirmation": strconv.FormatBool(!one.Confirmed), "Protocol": "email",
		"SubscriptionArn": one.ARN, "TopicArn": s.arn(one.Topic),
	}), nil
}

// https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html
func (s *Service) getTopicAttributes(_ context.Context, in topicInput) (any, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	t := s.topics[s.nameOf(in.TopicArn)]
	if t == nil {
		return nil, noTopic()
	}
	confirmed, waiting := 0, 0
	for _, one := range s.subscriptions {
		switch {
		case one.Topic != t.Name:
		case one.Confirmed:
			confirmed++
		default:
			waiting++
		}
	}
	attributes := map[string]string{
		"DisplayName": t.DisplayName, "Owner": s.Account, "SubscriptionsConfirmed": strconv.Itoa(confirmed), "SubscriptionsPending": strconv.Itoa(waiting),
		"SubscriptionsDeleted": "0", "TopicArn": s.arn(t.Name),
	}
	if t.Key != "" {
		attributes["KmsMasterKeyId"] = t.Key
	}
	if t.Policy != nil {
		attributes["Policy"] = string(t.Policy)
	}
	return entriesOf(attributes), nil
}

// https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptions.html
func (s *Service) listSubscriptions(_ context.Context, in listInput) (any, error) {
	return s.listed(in.NextToken, "", func(*subscription) bool { return true })
}

// https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html
func (s *Service) listSubscriptionsByTopic(_ context.Context, in topicListInput) (any, error) {
	s.mu.RLock()
	known := s.topics[s.nameOf(in.TopicArn)] != nil
	s.mu.RUnlock()
	if !known {
		return nil, noTopic()
	}
	return s.listed(in.NextToken, in.TopicArn, func(one *subscription) bool { return s.arn(one.Topic) == in.TopicArn })
}

func (s *Service) listed(token, topic string, wanted func(*subscription) bool) (any, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var all []described
	for _, arn := range slices.Sorted(maps.Keys(s.subscriptions)) {
		if wanted(s.subscriptions[arn]) {
			all = append(all, s.described(s.subscriptions[arn]))
		}
	}
	var answer subscriptionsAnswer
	var err error
	answer.Subscriptions.Members, answer.NextToken, err = page(s, token, all, "subscriptions", topic)
	return answer, err
}

// https://docs.aws.amazon.com/sns/latest/api/API_ListTopics.html
func (s *Service) listTopics(_ context.Context, in listInput) (any, error) {
	type topicARN struct {
		XMLName  xml.Name `xml:"member"`
		TopicArn string
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	var all []topicARN
	for _, name := range slices.Sorted(maps.Keys(s.topics)) {
		all = append(all, topicARN{TopicArn: s.arn(name)})
	}
	var answer struct {
		Topics    struct{ Members []topicARN }
		NextToken string `xml:",omitempty"`
	}
	var err error
	answer.Topics.Members, answer.NextToken, err = page(s, in.NextToken, all, "topics")
	return answer, err
}

// publishFromWire publishes for somebody who may.
func (s *Service) publishFromWire(_ context.Context, in publishInput) (any, error) {
	s.mu.RLock()
	t := s.topics[s.nameOf(in.TopicArn)]
	s.mu.RUnlock()
	if t == nil {
		return nil, noTopic()
	}
	s.deliver(t, Message{Topic: in.TopicArn, Subject: in.Subject, Text: in.Message})
	return struct {
		MessageID string `xml:"MessageId"`
	}{aws.NewUUID()}, nil
}
