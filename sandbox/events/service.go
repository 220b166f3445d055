package events

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/lambda"
	"lightbox.example/lightbox/sandbox/paging"
	"lightbox.example/lightbox/sandbox/pipeline"
	"lightbox.example/lightbox/sandbox/pipeline/input"
	"lightbox.example/lightbox/sandbox/store"
)

// Config is what a Service needs.
type Config struct {
	Store   store.Store      // required; the Service is alone in the spaces whose names begin with "events/"
	Region  string           // of the rules, as in us-east-1; that if empty
	Account string           // in ARNs; "000000000000" if empty
	Now     func() time.Time // time.Now if nil
	Keys    aws.Keys

	// Fault gets what could not be delivered, and what goes wrong outside of any call; nil for nobody.
	Fault func(operation string, err error)
}

// Functions are the targets of rules. Lambda has them.
type Functions interface {
	InvokeFor(ctx context.Context, in lambda.Invocation, allow func(needs []aws.Request) error) (lambda.Result, error)
}

// A Service is EventBridge in one account and region. It is safe for concurrent use.
type Service struct {
	Config
	pages     *paging.Sealer
	functions Functions

	changes sync.Mutex // held while a rule changes
	rules   atomic.Pointer[map[string]*live]

	work sync.Mutex     // held while something is carried out
	due  map[string]due // of schedules, by the rule's name; under work

	wake    chan struct{}
	stop    context.CancelFunc
	stopped context.Context
	running sync.WaitGroup
}

// New opens the rules that are in the store. Nothing is delivered until Run, or Tick.
func New(config Config) (*Service, error) {
	s := &Service{Config: config, pages: paging.New(config.Store), wake: make(chan struct{}, 1), due: map[string]due{}}
	if s.Region == "" {
		s.Region = "us-east-1"
	}
	if s.Account == "" {
		s.Account = "000000000000"
	}
	if s.Now == nil {
		s.Now = time.Now
	}
	if s.Fault == nil {
		s.Fault = func(string, error) {}
	}
	s.stopped, s.stop = context.WithCancel(context.Background())
	if err := s.load(); err != nil {
		return nil, fmt.Errorf("events: %w", err)
	}
	return s, nil
}

// To says whose functions are the targets of rules. It comes before all deliveries.
func (s *Service) To(functions Functions) { s.functions = functions }

// Run carries out what rules say, and what a former process left, in the background until Close.
func (s *Service) Run() { s.running.Go(s.run) }

// Close ends the deliveries. What is kept is carried out when the store is opened again.
func (s *Service) Close() error {
	s.stop()
	s.running.Wait()
	return nil
}

// Operations are the operations by name, as in the header X-Amz-Target: AWSEvents.NAME.
var Operations = pipeline.Table[*Service]{
	"DescribeRule":      pipeline.Signed((*Service).describedARN, (*Service).describeRule),
	"ListRules":         pipeline.Signed(func(*Service, listInput) string { return "*" }, (*Service).listRules),
	"ListTargetsByRule": pipeline.Signed((*Service).targetsARN, (*Service).listTargets),
}

// API is how the service is reached over the wire.
var API = pipeline.API[*Service]{
	Name: "events", Operations: Operations, BodyLimit: 64 << 10, Input: pipeline.Words("ValidationException", shapes),
	Protocol: aws.JSONProtocol{Version: "1.1", Target: "AWSEvents", Internal: "InternalException"},
	Place: func(s *Service) pipeline.Place {
		return pipeline.Place{Region: s.Region, Account: s.Account, Keys: s.Keys, Now: s.Now}
	},
}

// shapes are the types of the service model that have constraints.
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListTargetsByRule.html
var shapes = map[string]input.Shape{
	"RuleName":          {Min: 1, Max: 64, Pattern: `[\.\-_A-Za-z0-9]+`},
	"EventBusNameOrArn": {Min: 1, Max: 1600, Pattern: `(arn:aws[\w-]*:events:[a-z]+-[a-z]+-[\w-]+:[0-9]{12}:event-bus\/)?[/\.\-_A-Za-z0-9]+`},
	"NextToken":         {Min: 1, Max: 2048},
}

// ServeHTTP answers requests to events.REGION.amazonaws.com. IAM decides on events:OPERATION for the rule.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) { API.Serve(s, w, r) }

// arn is the ARN of a rule of the default event bus.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html
func (s *Service) arn(rule string) string {
	return "arn:aws:events:" + s.Region + ":" + s.Account + ":rule/" + rule
}
