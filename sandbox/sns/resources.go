package sns

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/mail"
	"regexp"
	"strings"
	"sync"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/store"
)

// The types that CloudFormation makes with this service.
const (
	topicType        = "AWS::SNS::Topic"
	policyType       = "AWS::SNS::TopicPolicy"
	subscriptionType = "AWS::SNS::Subscription"
)

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topic.html
type topicProperties struct {
	DisplayName, KmsMasterKeyId, TopicName string //nolint:staticcheck // the property's name
	Tags                                   []tag
}

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topicpolicy.html
type policyProperties struct {
	PolicyDocument any
	Topics         []string // ARNs
}

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-subscription.html
type subscriptionProperties struct{ Endpoint, Protocol, TopicArn string }

// ResourceTypes are the types of resources that CloudFormation makes with this service.
func (s *Service) ResourceTypes() map[string]aws.ResourceType {
	return map[string]aws.ResourceType{
		topicType: {
			Replaces: []string{"TopicName"}, Attributes: []string{"TopicArn", "TopicName"}, Properties: (*topicProperties)(nil),
			Check:  func(r aws.Resource) error { return new(topicProperties).read(r) },
			Create: s.createTopic, Update: s.updateTopic, Delete: s.deleteTopic,
			Read: s.readTopic, List: s.listTopicARNs, ARN: s.topicARN,
		},
		policyType: {
			Attributes: []string{"Id"}, Properties: (*policyProperties)(nil),
			Check:  func(r aws.Resource) error { return new(policyProperties).read(s, r.Properties) },
			Create: s.createPolicy, Update: s.updatePolicy, Delete: s.deletePolicy,
			Unread: "GetTopicAttributes of SNS's own reads it, topic by topic",
		},
		subscriptionType: {
			Replaces: []string{"Endpoint", "Protocol", "TopicArn"}, Attributes: []string{"Arn"}, Properties: (*subscriptionProperties)(nil),
			Check:  func(r aws.Resource) error { return new(subscriptionProperties).read(s, r.Properties) },
			Create: s.createSubscription, Update: s.updateSubscription, Delete: s.deleteSubscription,
			Read: s.readSubscription, List: s.listSubscriptionARNs, ARN: s.topicARN,
		},
	}
}

const (
	longestName    = 256
	longestDisplay = 100
	ownKey         = "alias/aws/sns" // of AWS's
)

var topicName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`) })

func (p *topicProperties) read(r aws.Resource) error {
	if err := aws.Decode(topicType, r.Properties, p); err != nil {
		return err
	}
	p.TopicName = cmp.Or(p.TopicName, r.MadeName(longestName))
	var faults []error
	if !topicName().MatchString(p.TopicName) {
		faults = append(faults, fmt.Errorf("%s.TopicName: got %q, want at most %d letters, digits, hyphens and underscores", topicType, p.TopicName, longestName))
	}
	if len(p.DisplayName) > longestDisplay {
		faults = append(faults, fmt.Errorf("%s.DisplayName: got %d characters, want at most %d", topicType, len(p.DisplayName), longestDisplay))
	}
	if p.KmsMasterKeyId != "" && p.KmsMasterKeyId != ownKey {
		faults = append(faults, fmt.Errorf("%s.KmsMasterKeyId: got %q, want %s or none: the sandbox has no other keys", topicType, p.KmsMasterKeyId, ownKey))
	}
	return errors.Join(faults...)
}

func (s *Service) topicState(name string) aws.State {
	return aws.State{PhysicalID: s.arn(name), Attributes: map[string]any{"TopicArn": s.arn(name), "TopicName": name}}
}

func (s *Service) createTopic(_ context.Context, r aws.Resource) (aws.State, error) {
	var p topicProperties
	if err := p.read(r); err != nil {
		return aws.State{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t := &topic{Name: p.TopicName, Owner: r.Owner(), DisplayName: p.DisplayName, Key: p.KmsMasterKeyId, Tags: p.Tags}
	if there := s.topics[t.Name]; there != nil {
		if there.Owner != t.Owner {
			return aws.State{}, aws.AlreadyExists(topicType, s.arn(t.Name))
		}
		t.Policy, t.PolicyOwner, t.policies = there.Policy, there.PolicyOwner, there.policies
	}
	return s.topicState(t.Name), s.keep(t)
}

func (s *Service) updateTopic(_ context.Context, _ map[string]any, r aws.Resource) (aws.State, error) {
	r.Properties = withName(r.Properties, s.nameOf(r.PhysicalID))
	var p topicProperties
	if err := p.read(r); err != nil {
		return aws.State{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	there := s.topics[p.TopicName]
	if there == nil {
		return aws.State{}, noTopic()
	}
	t := *there
	t.DisplayName, t.Key, t.Tags = p.DisplayName, p.KmsMasterKeyId, p.Tags
	return s.topicState(t.Name), s.keep(&t)
}

// withName are properties with the name that was made for them.
func withName(properties map[string]any, name string) map[string]any {
	all := map[string]any{"TopicName": name}
	for key, value := range properties {
		all[key] = value
	}
	return all
}

// keep keeps a topic. s.mu is held.
func (s *Service) keep(t *topic) error {
	err := s.Store.Update(func(tx store.Writer) error { return store.PutJSON(tx, s.space(topicSpace), t.Name, t) })
	if err == nil {
		s.topics[t.Name] = t
	}
	return err
}

// deleteTopic deletes a topic with its subscriptions.
// https://docs.aws.amazon.com/sns/latest/api/API_DeleteTopic.html
func (s *Service) deleteTopic(_ context.Context, r aws.Resource) error {
	name := s.nameOf(r.PhysicalID)
	s.mu.Lock()
	defer s.mu.Unlock()
	var gone []string
	err := s.Store.Update(func(tx store.Writer) error {
		for arn, one := range s.subscriptions {
			if one.Topic != name {
				continue
			}
			gone = append(gone, arn)
			if err := tx.Delete(s.space(subscriptionSpace), []byte(arn)); err != nil {
				return err
			}
		}
		return tx.Delete(s.space(topicSpace), []byte(name))
	})
	if err != nil {
		return err
	}
	for _, arn := range gone {
		delete(s.subscriptions, arn)
	}
	delete(s.topics, name)
	return nil
}

// nameOf is the name in the ARN of a topic, or of a subscription's topic.
func (s *Service) nameOf(arn string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(arn, s.arn("")), ":")
	return name
}

func (s *Service) compile(t *topic) error {
	t.policies = nil
	if t.Policy == nil {
		return nil
	}
	policy, err := iam.Parse(iam.Resource, "policy of the topic "+t.Name, t.Policy)
	t.policies = []*iam.Policy{policy}
	return err
}

func (s *Service) createPolicy(ctx context.Context, r aws.Resource) (aws.State, error) {
	r.PhysicalID = r.MadeName(longestName)
	return s.updatePolicy(ctx, nil, r)
}

// read reads the properties of a policy and checks them.
func (p *policyProperties) read(s *Service, properties map[string]any) error {
	if err := aws.Decode(policyType, properties, p); err != nil {
		return err
	}
	document, err := json.Marshal(p.PolicyDocument)
	if err != nil {
		return err
	}
	faults := []error{aws.CheckKeys(iam.Resource, policyType, document)}
	for i, arn := range p.Topics {
		if !strings.HasPrefix(arn, s.arn("")) {
			faults = append(faults, fmt.Errorf("%s.Topics[%d]: got %q, want the ARN of a topic in %s", policyType, i, arn, s.Region))
		}
	}
	return errors.Join(faults...)
}

// updatePolicy gives the topics their policy, and takes it from those that are no longer named.
func (s *Service) updatePolicy(_ context.Context, _ map[string]any, r aws.Resource) (aws.State, error) {
	var p policyProperties
	if err := p.read(s, r.Properties); err != nil {
		return aws.State{}, err
	}
	document, err := json.Marshal(p.PolicyDocument)
	if err != nil {
		return aws.State{}, err
	}
	named := map[string]bool{}
	for _, arn := range p.Topics {
		named[s.nameOf(arn)] = true
	}
	state := aws.State{PhysicalID: r.PhysicalID, Attributes: map[string]any{"Id": r.PhysicalID}}
	return state, s.setPolicies(document, r.PhysicalID, named)
}

// setPolicies gives the named topics a policy, and takes the owner's from all others.
func (s *Service) setPolicies(document []byte, owner string, named map[string]bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name := range named {
		if s.topics[name] == nil {
			return noTopic()
		}
	}
	for name, there := range s.topics {
		t := *there
		switch {
		case named[name] && there.PolicyOwner != "" && there.PolicyOwner != owner:
			return fmt.Errorf("%s.Topics: the topic %s has a policy of another resource", policyType, name)
		case named[name]:
			t.Policy, t.PolicyOwner = document, owner
		case there.PolicyOwner == owner:
			t.Policy, t.PolicyOwner = nil, ""
		default:
			continue
		}
		if err := s.compile(&t); err != nil {
			return err
		}
		if err := s.keep(&t); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) deletePolicy(_ context.Context, r aws.Resource) error {
	return s.setPolicies(nil, r.PhysicalID, nil)
}

func (p *subscriptionProperties) read(s *Service, properties map[string]any) error {
	if err := aws.Decode(subscriptionType, properties, p); err != nil {
		return err
	}
	var faults []error
	if p.Protocol != "email" {
		faults = append(faults, fmt.Errorf("%s.Protocol: got %q, want email: no other is supported by the sandbox", subscriptionType, p.Protocol))
	}
	if address, err := mail.ParseAddress(p.Endpoint); err != nil || address.Address != p.Endpoint {
		faults = append(faults, fmt.Errorf("%s.Endpoint: got %q, want an e-mail address", subscriptionType, p.Endpoint))
	}
	if !strings.HasPrefix(p.TopicArn, s.arn("")) {
		faults = append(faults, fmt.Errorf("%s.TopicArn: got %q, want the ARN of a topic in %s", subscriptionType, p.TopicArn, s.Region))
	}
	return errors.Join(faults...)
}

// createSubscription subscribes an address, and asks whoever reads its mail to confirm.
// https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
func (s *Service) createSubscription(_ context.Context, r aws.Resource) (aws.State, error) {
	var p subscriptionProperties
	if err := p.read(s, r.Properties); err != nil {
		return aws.State{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.topics[s.nameOf(p.TopicArn)]
	if t == nil {
		return aws.State{}, noTopic()
	}
	for _, one := range s.subscriptions {
		if one.Owner == r.Owner() {
			return state(one), nil
		}
	}
	one := &subscription{ARN: p.TopicArn + ":" + aws.NewUUID(), Topic: t.Name, Owner: r.Owner(), Endpoint: p.Endpoint, Token: newToken()}
	if err := s.keepSubscription(one); err != nil {
		return aws.State{}, err
	}
	s.Mail(s.asksToConfirm(one))
	return state(one), nil
}

// newToken is what only who reads the mail knows, of 256 digits.
func newToken() string {
	bytes := make([]byte, 128)
	_, _ = rand.Read(bytes) // it never fails
	return hex.EncodeToString(bytes)
}

func state(one *subscription) aws.State {
	return aws.State{PhysicalID: one.ARN, Attributes: map[string]any{"Arn": one.ARN}}
}

// keepSubscription keeps one. s.mu is held.
func (s *Service) keepSubscription(one *subscription) error {
	err := s.Store.Update(func(tx store.Writer) error { return store.PutJSON(tx, s.space(subscriptionSpace), one.ARN, one) })
	if err == nil {
		s.subscriptions[one.ARN] = one
	}
	return err
}

// updateSubscription has nothing to do: each property that can change makes another subscription.
func (s *Service) updateSubscription(_ context.Context, _ map[string]any, r aws.Resource) (aws.State, error) {
	return aws.State{PhysicalID: r.PhysicalID, Attributes: map[string]any{"Arn": r.PhysicalID}}, nil
}

func (s *Service) deleteSubscription(_ context.Context, r aws.Resource) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.forget(r.PhysicalID)
}

// forget ends a subscription. s.mu is held.
func (s *Service) forget(arn string) error {
	err := s.Store.Update(func(tx store.Writer) error { return tx.Delete(s.space(subscriptionSpace), []byte(arn)) })
	if err == nil {
		delete(s.subscriptions, arn)
	}
	return err
}
