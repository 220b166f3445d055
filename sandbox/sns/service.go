package sns

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/paging"
	"lightbox.example/lightbox/sandbox/pipeline"
	"lightbox.example/lightbox/sandbox/store"
)

// Config is what a Service needs.
type Config struct {
	Store   store.Store // required; the Service is alone in the spaces whose names begin with "sns/REGION/"
	Region  string      // of the topics, as in us-east-1
	Account string      // 12 digits
	Now     func() time.Time
	Keys    aws.Keys
	// Mail gets what is sent by e-mail; nil drops it.
	Mail func(Mail)
	// Address is where the links in mails lead, as in http://127.0.0.1:4566; nil is the service's own.
	Address func() string
}

// A Mail is an e-mail that SNS would send.
type Mail struct {
	Time              time.Time
	Topic             string // its name
	From, To          string
	Subject, Body     string
	Link, Unsubscribe string // what confirms the subscription, or ends it; one of the two
}

// A Service is SNS in one account and region. It is safe for concurrent use.
type Service struct {
	Config
	pages *paging.Sealer

	mu            sync.RWMutex
	topics        map[string]*topic        // by name
	subscriptions map[string]*subscription // by ARN
}

// topic is one with its policy.
type topic struct {
	Name, Owner string
	DisplayName string
	Key         string // the alias of the key that encrypts it; "" for none
	Tags        []tag
	Policy      []byte `json:",omitempty"`
	PolicyOwner string `json:",omitempty"`

	policies []*iam.Policy
}

type tag struct{ Key, Value string }

// subscription is an address that hears of a topic.
type subscription struct {
	ARN, Topic, Owner string // Topic is its name
	Endpoint          string
	Token             string // what confirms it
	Confirmed         bool
}

// New opens the topics that are in the store.
func New(config Config) (*Service, error) {
	s := &Service{Config: config, pages: paging.New(config.Store), topics: map[string]*topic{}, subscriptions: map[string]*subscription{}}
	if s.Now == nil {
		s.Now = time.Now
	}
	if s.Mail == nil {
		s.Mail = func(Mail) {}
	}
	if s.Address == nil {
		s.Address = func() string { return "https://sns." + s.Region + ".amazonaws.com" }
	}
	err := s.Store.View(func(tx store.Reader) error {
		for name := range tx.Range(s.space(topicSpace), store.Range{}) {
			t := &topic{}
			if _, err := store.GetJSON(tx, s.space(topicSpace), string(name), t); err != nil {
				return err
			}
			if err := s.compile(t); err != nil {
				return err
			}
			s.topics[t.Name] = t
		}
		for arn := range tx.Range(s.space(subscriptionSpace), store.Range{}) {
			one := &subscription{}
			if _, err := store.GetJSON(tx, s.space(subscriptionSpace), string(arn), one); err != nil {
				return err
			}
			s.subscriptions[one.ARN] = one
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("sns: %w", err)
	}
	s.askAgain()
	return s, nil
}

// askAgain mails again to the addresses that have not confirmed: mails are not kept, and the link is in them alone.
func (s *Service) askAgain() {
	for _, arn := range slices.Sorted(maps.Keys(s.subscriptions)) {
		if one := s.subscriptions[arn]; !one.Confirmed && s.topics[one.Topic] != nil {
			s.Mail(s.asksToConfirm(one))
		}
	}
}

// The spaces of the store, of a region.
const (
	topicSpace        = "topics"
	subscriptionSpace = "subscriptions"
)

func (s *Service) space(name string) string { return "sns/" + s.Region + "/" + name }

// arn is the ARN of a topic.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html
func (s *Service) arn(topic string) string {
	return "arn:aws:sns:" + s.Region + ":" + s.Account + ":" + topic
}

const apiVersion = "2010-03-31"

// Operations are the operations by name, as in the form's Action. A link is followed without a signature: its token is the proof.
var Operations = pipeline.Table[*Service]{
	"ConfirmSubscription":       pipeline.Public((*Service).confirmSubscription),
	"GetSubscriptionAttributes": pipeline.Signed((*Service).topicOfSubscription, (*Service).getSubscriptionAttributes),
	"GetTopicAttributes":        pipeline.Signed(topicNamed, (*Service).getTopicAttributes),
	"ListSubscriptions":         pipeline.Signed(anything[listInput], (*Service).listSubscriptions),
	"ListSubscriptionsByTopic":  pipeline.Signed(topicListed, (*Service).listSubscriptionsByTopic),
	"ListTopics":                pipeline.Signed(anything[listInput], (*Service).listTopics),
	"Publish":                   pipeline.SignedEach((*Service).publishNeeds, (*Service).publishFromWire),
	"Unsubscribe":               pipeline.Public((*Service).unsubscribe),
}

// API is how the service is reached over the wire.
// https://docs.aws.amazon.com/sns/latest/api/welcome.html
var API = pipeline.API[*Service]{
	Name: "sns", Operations: Operations, BodyLimit: 512 << 10, Input: pipeline.Form(nil), Parse: pipeline.ParseForm, Unknown: unknownOperation,
	Protocol: aws.QueryProtocol{Namespace: "http://sns.amazonaws.com/doc/" + apiVersion + "/", DeniedCode: "AuthorizationError"},
	Place: func(s *Service) pipeline.Place {
		return pipeline.Place{Region: s.Region, Account: s.Account, Keys: s.Keys, Now: s.Now}
	},
}

func unknownOperation(name string) error {
	switch name {
	case "CreateTopic", "DeleteTopic", "SetTopicAttributes", "Subscribe", "SetSubscriptionAttributes", "AddPermission", "RemovePermission":
		return aws.Refuse(http.StatusBadRequest, "InvalidAction", "%s is not supported by the sandbox: topics and subscriptions come by a template", name)
	}
	return aws.Refuse(http.StatusBadRequest, "InvalidAction", "The action %s is not valid for this endpoint.", name)
}

// ServeHTTP answers requests to sns.REGION.amazonaws.com. IAM decides on sns:OPERATION for the topic.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) { API.Serve(s, w, r) }
