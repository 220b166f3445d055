package cloudformation

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"sync"
	"time"

	"lightbox.example/lightbox/sandbox/assembly"
	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/paging"
	"lightbox.example/lightbox/sandbox/store"
)

// Config is what a Service needs.
type Config struct {
	Store   store.Store
	Types   map[string]aws.ResourceType // by name, as in AWS::S3::Bucket
	Keys    aws.Keys
	Region  string
	Account string           // 12 digits
	Now     func() time.Time // time.Now if nil
	Random  io.Reader        // of ids; nil is crypto/rand
	// Templates reads the template at a TemplateURL as the caller would.
	Templates func(ctx context.Context, caller aws.Caller, url string) ([]byte, error)
	// Parameter is the parameter store: the value under the name, and whether there is one.
	Parameter func(name string) (string, bool)
	// Secret gives the values of dynamic references other than those of the parameter store; nil refuses them.
	Secret func(assembly.DynamicReference) (string, error)
	// Object says why an object of S3's can't be read; nil asks for none before it is needed.
	Object func(ctx context.Context, bucket, key string) error
	// Beside is the service of another region, if there is one. Each refers to outputs of the other's stacks.
	Beside *Service
}

// Service is CloudFormation. Its methods are safe for concurrent use.
type Service struct {
	Config
	pages  *paging.Sealer
	ctx    context.Context // ends with Close
	cancel context.CancelFunc
	runs   sync.WaitGroup
	// flushEvery is how often the progress of an operation is kept.
	flushEvery time.Duration
	answerWait time.Duration
	headStart  time.Duration

	mu         *sync.Mutex           // the same of the service beside it
	stacks     map[string]*stack     // by id; deleted ones too
	active     map[string]*stack     // by name: those that are not deleted
	changeSets map[string]*changeSet // by id
	templates  map[string]*text      // by hash
	watchers   map[string]func(Event)
}

// New opens the service and carries on with what a former process left in progress.
func New(config Config) (*Service, error) {
	s := &Service{
		Config: config, pages: paging.New(config.Store), stacks: map[string]*stack{}, active: map[string]*stack{}, changeSets: map[string]*changeSet{},
		templates: map[string]*text{}, watchers: map[string]func(Event){}, flushEvery: flushInterval, answerWait: answerWait, headStart: headStart,
	}
	s.mu = new(sync.Mutex)
	if s.Beside != nil {
		s.mu = s.Beside.mu
	}
	if s.Now == nil {
		s.Now = time.Now
	}
	if s.Random == nil {
		s.Random = rand.Reader
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	if err := s.load(); err != nil {
		return nil, fmt.Errorf("cloudformation: %w", err)
	}
	if s.Beside != nil {
		s.mu.Lock()
		s.Beside.Beside = s
		s.mu.Unlock()
	}
	for _, st := range s.stacks {
		if stages[st.Status] != nil {
			s.start(st)
		}
	}
	return s, nil
}

// Close stops the operations under way after the resource they are at. The next New carries on with them.
func (s *Service) Close() error {
	s.cancel()
	s.runs.Wait()
	return nil
}

const partition = "aws"

// stackARN is the id of a stack that is new.
func (s *Service) stackARN(name, id string) string {
	return fmt.Sprintf("arn:%s:cloudformation:%s:%s:stack/%s/%s", partition, s.Region, s.Account, name, id)
}

func (s *Service) changeSetARN(name, id string) string {
	return fmt.Sprintf("arn:%s:cloudformation:%s:%s:changeSet/%s/%s", partition, s.Region, s.Account, name, id)
}

// newID is a random UUID.
func (s *Service) newID() (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(s.Random, b[:]); err != nil {
		return "", err
	}
	return aws.UUID(b[:]), nil
}

// suffixOf makes the suffix of a resource's names. It follows from the operation that creates the resource, so that the same
// operation, carried on after a kill, comes to the same names, and a replacement comes to others.
func suffixOf(stackID, logicalID, operationID string) string {
	const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789"
	sum := sha256.Sum256([]byte(stackID + "\x00" + logicalID + "\x00" + operationID))
	suffix := make([]byte, 12)
	for i := range suffix {
		suffix[i] = alphabet[int(sum[i])%len(alphabet)]
	}
	return string(suffix)
}

// text is a template's text and what was read from it.
type text struct {
	body     []byte
	template *assembly.Template // nil until it is asked for
	kept     bool               // whether it is in the store
}

func hashOf(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// take keeps a template's text in mind, until the store has it, and returns its hash. s.mu is held.
func (s *Service) take(body []byte) (hash string) {
	hash = hashOf(body)
	if s.templates[hash] == nil {
		s.templates[hash] = &text{body: body}
	}
	return hash
}

// forget drops the texts that nothing came of: those that are not in the store by the end of a request. s.mu is held.
func (s *Service) forget() {
	maps.DeleteFunc(s.templates, func(_ string, t *text) bool { return !t.kept })
}

// template returns the template with the hash. s.mu is held.
func (s *Service) template(name, hash string) (*assembly.Template, error) {
	kept := s.templates[hash]
	if kept == nil {
		return nil, errors.New("the template is not in the store")
	}
	if kept.template == nil {
		template, err := assembly.ParseTemplate(name, kept.body)
		if err != nil {
			return nil, err
		}
		kept.template = template
	}
	return kept.template, nil
}
