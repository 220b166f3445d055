package lambda

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/pipeline"
	"lightbox.example/lightbox/sandbox/pipeline/input"
	"lightbox.example/lightbox/sandbox/roles"
	"lightbox.example/lightbox/sandbox/store"
)

// Config is what a Service needs.
type Config struct {
	Store   store.Store      // required; the Service is alone in the spaces whose names begin with "lambda/"
	Dir     string           // where code is unpacked; "" is a folder of its own that Close removes
	Region  string           // of the functions, as in us-east-1; that if empty
	Account string           // in ARNs; "000000000000" if empty
	Now     func() time.Time // time.Now if nil

	Keys  aws.Keys
	Roles Roles
	Logs  Logs // gets what functions write; nil drops it
	// Object opens an object of S3's, of at most limit bytes.
	Object func(ctx context.Context, bucket, key string, limit int64) (Stored, error)
	// Streams are what event source mappings read. PutObject puts what they give up into a bucket of S3's, as somebody whose
	// policies decide. Without both there are no mappings.
	Streams   Streams
	PutObject func(ctx context.Context, caller aws.Caller, bucket, key string, body []byte) error

	// Endpoint and CAFile are how functions reach the sandbox, as in https://127.0.0.1:8443, and the certificate that they
	// trust for it.
	Endpoint, CAFile string
	// Fault gets what goes wrong outside of any call; nil for nobody.
	Fault func(operation string, err error)
	Meter aws.Meter // gets what is counted
}

// Stored is an object that stays as it is until it is closed. Programs are large: none is read into memory as a whole.
type Stored interface {
	io.ReaderAt
	io.Closer
	Size() int64 // in bytes
}

// Roles gives functions the keys of their roles, and lets Lambda act with them.
type Roles interface {
	As(ctx context.Context, roleARN, sessionName string, service iam.Service) (aws.Caller, error)
	Assume(ctx context.Context, request roles.Request) (roles.Session, error)
}

// Logs keeps lines of logs. The caller's policies decide.
type Logs interface {
	Write(ctx context.Context, caller aws.Caller, group, stream string, at time.Time, lines []string) error
}

// A Service is Lambda in one account and region. It is safe for concurrent use.
type Service struct {
	Config
	temporary bool // whether Dir is of our own making
	idle      time.Duration
	waits     waits
	recent    recent

	stop    context.CancelFunc
	stopped context.Context // done when the service closes
	running sync.WaitGroup  // invocations, and what waits in the queue
	slots   chan struct{}   // of the queue

	changes sync.Mutex // held while a function is loaded anew, or code comes or goes
	mu      sync.RWMutex
	closed  bool
	live    map[string]*live
	started map[*environment]bool
	pollers map[string]*poller // by the ids of their mappings
}

// idleLimit is how long an environment is kept that has nothing to do. AWS says no more than that it is some time.
const idleLimit = 10 * time.Minute

// queueSlots are how many invocations that nobody waits for are carried out at a time.
const queueSlots = 4

// New opens the functions that are in the store, and goes on with the invocations that were not carried out.
func New(config Config) (*Service, error) {
	s := &Service{
		Config: config, idle: idleLimit, waits: defaultWaits, slots: make(chan struct{}, queueSlots),
		live: map[string]*live{}, started: map[*environment]bool{}, pollers: map[string]*poller{},
	}
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
	if s.Dir == "" {
		dir, err := os.MkdirTemp("", "lightbox-lambda-")
		if err != nil {
			return nil, fmt.Errorf("lambda: %w", err)
		}
		s.Dir, s.temporary = dir, true
	}
	if err := s.open(); err != nil {
		return nil, fmt.Errorf("lambda: %w", err)
	}
	return s, nil
}

func (s *Service) open() error {
	if err := os.RemoveAll(s.temporaryFolder()); err != nil { // of a process that was killed
		return err
	}
	names, err := s.names()
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := s.reload(name); err != nil {
			return err
		}
	}
	return errors.Join(s.sweepCode(), s.resume(), s.resumePolling())
}

// Close ends all environments. What waits in the queue is carried out when the store is opened again.
func (s *Service) Close() error {
	s.stop()
	s.mu.Lock()
	s.closed = true
	for e := range s.started {
		e.Kill()
	}
	all := s.live
	s.live = map[string]*live{}
	s.mu.Unlock()
	for _, f := range all {
		f.pool.retire()
	}
	s.running.Wait()
	if s.temporary {
		return os.RemoveAll(s.Dir)
	}
	return os.RemoveAll(s.temporaryFolder())
}

// Operations are the operations by name.
var Operations = pipeline.Table[*Service]{
	"GetFunction":              pipeline.SignedEach((*Service).namedNeeds, (*Service).getFunction),
	"GetFunctionConfiguration": pipeline.SignedEach((*Service).namedNeeds, (*Service).getConfiguration),
	"Invoke":                   pipeline.SignedEach((*Service).invokeNeeds, (*Service).invokeFromWire),
	"ListFunctions":            pipeline.Signed(func(*Service, listInput) string { return "*" }, (*Service).listFunctions),

	"UpdateFunctionCode":          pipeline.SignedEach((*Service).codeNeeds, (*Service).changeCode),
	"UpdateFunctionConfiguration": pipeline.SignedEach((*Service).configurationNeeds, (*Service).changeConfiguration),
}

// API is how the service is reached over the wire.
var API = pipeline.API[*Service]{
	Name: "lambda", Operations: Operations, BodyLimit: bodyLimit, Input: pipeline.Words("ValidationException", shapes),
	Protocol: rest{}, Parse: parse,
	Place: func(s *Service) pipeline.Place {
		return pipeline.Place{Region: s.Region, Account: s.Account, Keys: s.Keys, Now: s.Now}
	},
}

// shapes are the types of the service model that have a pattern.
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
var shapes = map[string]input.Shape{
	"NamespacedFunctionName": {Min: 1, Max: 170, Pattern: namespaced},
	"Qualifier":              {Min: 1, Max: 128, Pattern: `\$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+`},
}

// ServeHTTP answers requests to lambda.REGION.amazonaws.com. IAM decides on lambda:OPERATION for the function, its own policy
// included; on lambda:InvokeFunction for Invoke.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) { API.Serve(s, w, r) }
