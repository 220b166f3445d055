package sns

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/store"
)

type object = map[string]any

const arn = "arn:aws:sns:us-east-1:000000000000:t"

// rig is SNS whose mails are kept.
type rig struct {
	*testing.T
	*Service
	db    store.Store
	mails []Mail
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{T: t, db: store.NewMemory()}
	r.open()
	return r
}

func (r *rig) open() {
	r.Helper()
	var err error
	r.Service, err = New(Config{Store: r.db, Region: "us-east-1", Account: "000000000000", Mail: func(m Mail) { r.mails = append(r.mails, m) }})
	if err != nil {
		r.Fatal(err)
	}
}

func of(id string, properties object) aws.Resource {
	return aws.Resource{
		Partition: "aws", Region: "us-east-1", Account: "000000000000", Stack: "S", LogicalID: id, Suffix: "abcdefghijkl", Properties: properties,
	}
}

func (r *rig) try(kind string, properties object) (aws.State, error) {
	return r.ResourceTypes()[kind].Create(context.Background(), of(kind[strings.LastIndex(kind, ":")+1:], properties))
}

func (r *rig) make(kind string, properties object) aws.State {
	r.Helper()
	state, err := r.try(kind, properties)
	if err != nil {
		r.Fatal(err)
	}
	return state
}

// subscribed is a topic that an address hears of, which is confirmed.
func (r *rig) subscribed() (subscription aws.State) {
	r.Helper()
	r.make(topicType, object{"TopicName": "t", "DisplayName": "Shop"})
	subscription = r.make(subscriptionType, object{"TopicArn": arn, "Protocol": "email", "Endpoint": "a@example.com"})
	if code, body := r.follow(r.mails[len(r.mails)-1].Link); code != http.StatusOK {
		r.Fatalf("confirm: got %d %s", code, body)
	}
	return subscription
}

func (r *rig) follow(link string) (int, string) {
	answer := httptest.NewRecorder()
	r.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, link, nil))
	return answer.Code, answer.Body.String()
}

func (r *rig) publish(service, source string) error {
	caller := aws.Caller{Principal: iam.Service{Name: service, SourceARN: source, SourceAccount: "000000000000"}}
	ctx, _ := aws.WithEntry(context.Background())
	return r.PublishFor(ctx, caller, Message{Topic: arn, Subject: "s", Text: "hello"})
}

func TestSubscription_waitsForTheLinkOfItsMail(t *testing.T) {
	r := newRig(t)
	r.make(topicType, object{"TopicName": "t"})
	state := r.make(subscriptionType, object{"TopicArn": arn, "Protocol": "email", "Endpoint": "a@example.com"})
	if !strings.HasPrefix(state.PhysicalID, arn+":") || len(r.mails) != 1 || !strings.Contains(r.mails[0].Body, r.mails[0].Link) {
		t.Fatalf("got %+v and %+v", state, r.mails)
	}
	if err := r.publish("cloudwatch.amazonaws.com", "x"); err != nil || len(r.mails) != 1 {
		t.Errorf("pending: got %v and %d mails, want none more", err, len(r.mails))
	}
	link, _ := url.Parse(r.mails[0].Link)
	query := link.Query()
	query.Set("Token", strings.Repeat("0", 256))
	link.RawQuery = query.Encode()
	if code, body := r.follow(link.String()); code != http.StatusBadRequest || !strings.Contains(body, "Invalid parameter: Token") {
		t.Errorf("by another token: got %d %s", code, body)
	}
	if code, body := r.follow(r.mails[0].Link); code != http.StatusOK || !strings.Contains(body, state.PhysicalID) {
		t.Fatalf("got %d %s, want it confirmed", code, body)
	}
	r.open()
	if err := r.publish("cloudwatch.amazonaws.com", "x"); err != nil || len(r.mails) != 2 || r.mails[1].To != "a@example.com" || r.mails[1].Subject != "s" {
		t.Errorf("confirmed, after a restart: got %v and %+v", err, r.mails)
	}
	if code, body := r.follow(r.mails[1].Unsubscribe); code != http.StatusOK {
		t.Errorf("to unsubscribe: got %d %s", code, body)
	}
	if err := r.publish("cloudwatch.amazonaws.com", "x"); err != nil || len(r.mails) != 2 {
		t.Errorf("unsubscribed: got %v and %d mails", err, len(r.mails))
	}
}

// The inbox is not kept, so that whoever has not confirmed is asked again after a restart, by the same link.
func TestSubscription_isAskedAgainAfterARestart(t *testing.T) {
	r := newRig(t)
	r.make(topicType, object{"TopicName": "t"})
	r.make(subscriptionType, object{"TopicArn": arn, "Protocol": "email", "Endpoint": "a@example.com"})
	if r.open(); len(r.mails) != 2 || r.mails[1].Link != r.mails[0].Link {
		t.Fatalf("got %+v, want the link again", r.mails)
	}
	if code, body := r.follow(r.mails[1].Link); code != http.StatusOK {
		t.Errorf("got %d %s", code, body)
	}
	if r.open(); len(r.mails) != 2 {
		t.Errorf("confirmed: got %d mails, want none more", len(r.mails))
	}
}

func TestTopic_letsWhomItsPolicyNames(t *testing.T) {
	r := newRig(t)
	r.subscribed()
	statement := object{"Effect": "Allow", "Principal": object{"Service": "cloudwatch.amazonaws.com"}, "Action": "sns:Publish", "Resource": arn,
		"Condition": object{"ArnLike": object{"aws:SourceArn": "arn:aws:cloudwatch:us-east-1:000000000000:alarm:shop-*"}}}
	policy := object{"Topics": []any{arn}, "PolicyDocument": object{"Version": "2012-10-17", "Statement": []any{statement}}}
	state := r.make(policyType, policy)
	for name, test := range map[string]struct {
		service, source string
		may             bool
	}{
		"the alarm":       {"cloudwatch.amazonaws.com", "arn:aws:cloudwatch:us-east-1:000000000000:alarm:shop-a", true},
		"another alarm":   {"cloudwatch.amazonaws.com", "arn:aws:cloudwatch:us-east-1:000000000000:alarm:a", false},
		"another service": {"budgets.amazonaws.com", "arn:aws:cloudwatch:us-east-1:000000000000:alarm:shop-a", false},
	} {
		before := len(r.mails)
		err := r.publish(test.service, test.source)
		if (err == nil) != test.may || (len(r.mails) > before) != test.may {
			t.Errorf("%s: got %v and %d mails, want it to publish: %t", name, err, len(r.mails)-before, test.may)
		}
	}
	if _, err := r.ResourceTypes()[policyType].Create(context.Background(), of("Other", policy)); err == nil || !strings.Contains(err.Error(), "has a policy of another resource") {
		t.Errorf("a second policy: got %v", err)
	}
	gone := of("TopicPolicy", policy)
	gone.PhysicalID = state.PhysicalID
	if err := r.ResourceTypes()[policyType].Delete(context.Background(), gone); err != nil {
		t.Fatal(err)
	}
	if err := r.publish("budgets.amazonaws.com", "x"); err != nil {
		t.Errorf("by the default policy: got %v", err)
	}
}

func TestTopic_isUpdatedReplacedAndDeleted(t *testing.T) {
	r := newRig(t)
	subscription := r.subscribed()
	changed := of("Topic", object{"DisplayName": "Other", "KmsMasterKeyId": ownKey})
	changed.PhysicalID = arn
	if _, err := r.ResourceTypes()[topicType].Update(context.Background(), nil, changed); err != nil || r.topics["t"].DisplayName != "Other" {
		t.Errorf("got %v and %+v, want it changed in place", err, r.topics["t"])
	}
	if err := r.publish("cloudwatch.amazonaws.com", "x"); err == nil || !strings.Contains(err.Error(), "encryption key") {
		t.Errorf("encrypted by AWS's key: got %v, want it refused", err)
	}
	if _, err := r.ResourceTypes()[topicType].Create(context.Background(), of("Second", object{"TopicName": "t"})); err == nil {
		t.Error("a second topic of the name: got no error")
	}
	if made := r.make(topicType, object{}); made.PhysicalID != "arn:aws:sns:us-east-1:000000000000:S-Topic-abcdefghijkl" {
		t.Errorf("without a name: got %s", made.PhysicalID)
	}
	if err := r.ResourceTypes()[topicType].Delete(context.Background(), changed); err != nil || len(r.subscriptions) > 0 {
		t.Errorf("got %v and %v, want it gone with its subscriptions", err, r.subscriptions)
	}
	one := of("Subscription", nil)
	one.PhysicalID = subscription.PhysicalID
	if err := r.ResourceTypes()[subscriptionType].Delete(context.Background(), one); err != nil {
		t.Errorf("what is gone: got %v, want no error", err)
	}
	if err := r.publish("cloudwatch.amazonaws.com", "x"); err == nil {
		t.Error("a topic that is gone: got no error")
	}
}

func TestResources_refuseByName(t *testing.T) {
	r := newRig(t)
	for want, test := range map[string]struct {
		kind       string
		properties object
	}{
		"FifoTopic is not supported by the sandbox":    {topicType, object{"FifoTopic": true}},
		`TopicName: got "a b"`:                         {topicType, object{"TopicName": "a b"}},
		`KmsMasterKeyId: got "alias/mine"`:             {topicType, object{"KmsMasterKeyId": "alias/mine"}},
		`Protocol: got "sqs", want email`:              {subscriptionType, object{"Protocol": "sqs", "Endpoint": "a@example.com", "TopicArn": arn}},
		`Endpoint: got "nobody"`:                       {subscriptionType, object{"Protocol": "email", "Endpoint": "nobody", "TopicArn": arn}},
		"NotFound: Topic does not exist":               {subscriptionType, object{"Protocol": "email", "Endpoint": "a@example.com", "TopicArn": arn}},
		"FilterPolicy is not supported by the sandbox": {subscriptionType, object{"FilterPolicy": object{}}},
		`Topics[0]: got "t"`:                           {policyType, object{"Topics": []any{"t"}, "PolicyDocument": object{"Version": "2012-10-17", "Statement": []any{}}}},
	} {
		if _, err := r.try(test.kind, test.properties); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// SNS has a code of its own for what IAM does not allow.
// https://docs.aws.amazon.com/sns/latest/api/API_ListTopics.html
func TestService_deniesByAnAuthorizationError(t *testing.T) {
	var refusal *aws.Error
	if err := API.Protocol.Denied("no"); !errors.As(err, &refusal) || refusal.Code != "AuthorizationError" || refusal.Status != http.StatusForbidden {
		t.Errorf("got %v, want a 403 AuthorizationError", err)
	}
}
