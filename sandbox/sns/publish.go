package sns

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
)

// Message is what is published.
type Message struct {
	Topic   string // its ARN
	Subject string // "" for SNS's own
	Text    string // what subscribers by e-mail read
}

// sender is who mails come from.
const sender = "no-reply@sns.amazonaws.com"

func noTopic() error { return aws.Refuse(http.StatusNotFound, "NotFound", "Topic does not exist") }

// need is what IAM has to allow of who publishes. A topic without a policy has the default one: the owner's account may, and services for
// something of it.
// https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
func (s *Service) need(arn string) aws.Request {
	s.mu.RLock()
	defer s.mu.RUnlock()
	need := aws.Request{Action: "sns:Publish", Resource: arn, Account: s.Account}
	if t := s.topics[s.nameOf(arn)]; t != nil && t.Policy != nil {
		need.Policies = t.policies
	}
	return need
}

// byDefault reports whether the default policy of a topic lets a service publish: CloudWatch says for whose alarm it does.
func (s *Service) byDefault(t *topic, caller aws.Caller) bool {
	service, ok := caller.Principal.(iam.Service)
	return ok && t.Policy == nil && service.SourceAccount == s.Account
}

// PublishFor publishes as a service, by the topic's policy. Its errors are *aws.Errors: NotFound and AuthorizationError.
// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
func (s *Service) PublishFor(ctx context.Context, caller aws.Caller, m Message) error {
	s.mu.RLock()
	t := s.topics[s.nameOf(m.Topic)]
	s.mu.RUnlock()
	switch {
	case t == nil || !strings.HasPrefix(m.Topic, s.arn("")):
		return noTopic()
	case t.Key == ownKey: // its policy, which nobody can change, knows no services
		return aws.Refuse(http.StatusForbidden, "AuthorizationError", "%s does not have authorization to access the SNS topic encryption key.", caller)
	case s.byDefault(t, caller):
	default:
		if decision, message := aws.Authorize(ctx, caller, s.need(m.Topic)); decision == iam.Deny {
			return aws.Refuse(http.StatusForbidden, "AuthorizationError", "%s", message)
		}
	}
	s.deliver(t, m)
	return nil
}

// deliver mails a message to who has confirmed to want it.
func (s *Service) deliver(t *topic, m Message) {
	s.mu.RLock()
	var to []*subscription
	for _, one := range s.subscriptions {
		if one.Topic == t.Name && one.Confirmed {
			to = append(to, one)
		}
	}
	s.mu.RUnlock()
	slices.SortFunc(to, func(a, b *subscription) int { return cmp.Compare(a.Endpoint, b.Endpoint) })
	for _, one := range to {
		link := s.link("Unsubscribe", url.Values{"SubscriptionArn": {one.ARN}, "Token": {one.Token}})
		s.Mail(Mail{
			Time: s.Now(), Topic: t.Name, From: t.from(), To: one.Endpoint, Subject: cmp.Or(m.Subject, "AWS Notification Message"), Unsubscribe: link,
			Body: m.Text + "\n\n--\nIf you wish to stop receiving notifications from this topic, please click or visit the link below to unsubscribe:\n" + link + "\n",
		})
	}
}

func (t *topic) from() string {
	if t.DisplayName != "" {
		return t.DisplayName + " <" + sender + ">"
	}
	return "AWS Notifications <" + sender + ">"
}

// asksToConfirm is the first mail to an address. s.mu is held.
func (s *Service) asksToConfirm(one *subscription) Mail {
	link := s.link("ConfirmSubscription", url.Values{"TopicArn": {s.arn(one.Topic)}, "Token": {one.Token}})
	return Mail{
		Time: s.Now(), Topic: one.Topic, From: s.topics[one.Topic].from(), To: one.Endpoint, Subject: "AWS Notification - Subscription Confirmation", Link: link,
		Body: "You have chosen to subscribe to the topic:\n" + s.arn(one.Topic) + "\n\nTo confirm this subscription, click or visit the link below " +
			"(If this was in error no action is necessary):\n" + link + "\n",
	}
}

func (s *Service) link(action string, form url.Values) string {
	form.Set("Action", action)
	form.Set("Version", apiVersion)
	return s.Address() + "/?" + form.Encode()
}
