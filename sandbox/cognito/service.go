package cognito

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/cognito/directory"
	"lightbox.example/lightbox/sandbox/cognito/refuse"
	"lightbox.example/lightbox/sandbox/cognito/resources"
	"lightbox.example/lightbox/sandbox/cognito/seal"
	"lightbox.example/lightbox/sandbox/cognito/tokens"
	"lightbox.example/lightbox/sandbox/paging"
	"lightbox.example/lightbox/sandbox/pipeline"
	"lightbox.example/lightbox/sandbox/store"
)

// Config is what a Service needs.
type Config struct {
	Store   store.Store      // required; the Service is alone in the spaces whose names begin with "cognito/"
	Region  string           // of the pools, as in us-east-1; that if empty
	Account string           // in ARNs; "000000000000" if empty
	Now     func() time.Time // time.Now if nil
	Random  io.Reader        // of codes, salts, tokens; crypto/rand if nil. Signing keys are not from it
	Mailer  Mailer           // gets the codes; nil drops them
	Keys    aws.Keys         // of who signs requests; nil knows none

	Functions Functions // invokes triggers; nil has none

	Meter aws.Meter // gets what is counted
	// Quotas says whether a pool refuses more sign-ups, sign-ins and renewals a second than Cognito's default quotas.
	Quotas bool

	// SigningKey makes the key that a pool signs its tokens with, of 2,048 bits; where it is nil, keys are from crypto/rand.
	SigningKey func() (*rsa.PrivateKey, error)
}

// A Service is Cognito user pools in one account and region. It is safe for concurrent use.
type Service struct {
	directory  *directory.Directory
	now        func() time.Time
	random     io.Reader
	mailer     Mailer
	accessKeys aws.Keys
	tokens     *tokens.Issuer
	seal       *seal.Sealer // of what clients keep for the service
	pages      *paging.Sealer
	functions  Functions
	limits

	triggerLimit time.Duration
}

// New opens the pools that are in the store.
func New(config Config) (*Service, error) {
	s := &Service{
		pages:     paging.New(config.Store),
		directory: &directory.Directory{Store: config.Store, Region: cmp.Or(config.Region, "us-east-1"), Account: cmp.Or(config.Account, "000000000000")},
		now:       config.Now, random: config.Random, mailer: config.Mailer, accessKeys: config.Keys,
		functions: config.Functions, triggerLimit: triggerLimit, limits: limits{config.Meter, config.Quotas, &quota{}},
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.random == nil {
		s.random = rand.Reader
	}
	if s.mailer == nil {
		s.mailer = nowhere{}
	}
	if s.accessKeys == nil {
		s.accessKeys = noKeys{}
	}
	if s.functions == nil {
		s.functions = noFunctions{}
	}
	s.tokens = tokens.New(s.directory, s.now, s.bytes, config.SigningKey)
	var err error
	if s.seal, err = seal.New(config.Store); err != nil {
		return nil, fmt.Errorf("cognito: %w", err)
	}
	return s, nil
}

// Tokens makes and verifies the tokens of the pools.
func (s *Service) Tokens() *tokens.Issuer { return s.tokens }

// ResourceTypes are the types of resources that CloudFormation makes with this service.
func (s *Service) ResourceTypes() map[string]aws.ResourceType {
	maker := resources.Maker{Directory: s.directory, Tokens: s.tokens, Now: s.now, Random: s.bytes}
	return maker.Types()
}

// Operations are the operations by name, as in the header X-Amz-Target: AWSCognitoIdentityProviderService.NAME.
var Operations = collect(
	signUpOperations, signInOperations, sessionOperations, mfaOperations, profileOperations, passwordOperations,
	adminOperations, adminPasswordOperations, groupOperations, listOperations, poolOperations,
)

func collect(tables ...pipeline.Table[*Service]) pipeline.Table[*Service] {
	all := pipeline.Table[*Service]{}
	for _, table := range tables {
		maps.Copy(all, table)
	}
	return all
}

// public is an operation that anyone may call: the request carries what proves them, if that is needed.
func public[In any](run func(*request, In) (any, error)) pipeline.Operation[*Service] {
	return pipeline.Public(handled(run))
}

// signed is an operation on a pool, for the holder of AWS credentials: IAM decides on its ARN.
func signed[In interface{ poolID() string }](run func(*request, In) (any, error)) pipeline.Operation[*Service] {
	return pipeline.Signed(func(s *Service, in In) string { return s.directory.ARN(in.poolID()) }, handled(run))
}

// handled runs an operation for a request. If it succeeds, it delivers its mail and tells the functions that hear of it.
func handled[In any](run func(*request, In) (any, error)) func(*Service, context.Context, In) (any, error) {
	return func(s *Service, ctx context.Context, in In) (any, error) {
		c := &request{Service: s, ctx: ctx, at: s.now()}
		output, err := run(c, in)
		if err != nil {
			return nil, err
		}
		for _, message := range c.outbox {
			s.mailer.Deliver(message)
		}
		if err := c.tell(); err != nil {
			return nil, err
		}
		return output, nil
	}
}

// Handle answers the operation of that name, whoever asks: a body of JSON with a body of JSON, or with a refusal. Faults of
// the sandbox itself go into the request log and are an InternalErrorException.
func (s *Service) Handle(ctx context.Context, name string, body []byte) ([]byte, *aws.Error) {
	aws.EntryOf(ctx).Operation = name
	answer, err := s.answer(ctx, name, body)
	if err != nil {
		return nil, refusal(ctx, err)
	}
	return answer, nil
}

func (s *Service) answer(ctx context.Context, name string, body []byte) ([]byte, error) {
	request, err := API.Read(s, name, body)
	if err != nil {
		return nil, err
	}
	output, err := request.Run(ctx)
	if err != nil {
		return nil, err
	}
	if output == nil {
		output = struct{}{}
	}
	return json.Marshal(output)
}

// refusal is what a client learns of err.
func refusal(ctx context.Context, err error) *aws.Error {
	var known *aws.Error
	if errors.As(err, &known) {
		return known
	}
	aws.EntryOf(ctx).Fault = err
	return aws.Refuse(http.StatusInternalServerError, "InternalErrorException", "Something went wrong")
}

func unknownOperation(name string) error {
	if reason := refused[name]; reason != "" {
		return refuse.Unsupported("%s is not supported by the sandbox: %s", name, reason)
	}
	return refuse.With("UnknownOperationException", "%s is not an operation of Amazon Cognito user pools that the sandbox knows", name)
}

// refused are the operations that Amplify can call, or that people script, and the reason why the sandbox has them not.
var refused = map[string]string{
	"AdminForgetDevice":            noDevices,
	"AdminGetDevice":               noDevices,
	"AdminListDevices":             noDevices,
	"AdminUpdateDeviceStatus":      noDevices,
	"ConfirmDevice":                noDevices,
	"ForgetDevice":                 noDevices,
	"GetDevice":                    noDevices,
	"ListDevices":                  noDevices,
	"UpdateDeviceStatus":           noDevices,
	"CompleteWebAuthnRegistration": noPasskeys,
	"DeleteWebAuthnCredential":     noPasskeys,
	"ListWebAuthnCredentials":      noPasskeys,
	"StartWebAuthnRegistration":    noPasskeys,
	"AdminRespondToAuthChallenge":  "no app client allows an administrator's sign-in",
	"CreateGroup":                  byTemplate,
	"CreateUserPool":               byTemplate,
	"CreateUserPoolClient":         byTemplate,
	"DeleteGroup":                  byTemplate,
	"DeleteUserPool":               byTemplate,
	"DeleteUserPoolClient":         byTemplate,
	"SetUserPoolMfaConfig":         byTemplate,
	"UpdateGroup":                  byTemplate,
	"UpdateUserPool":               byTemplate,
	"UpdateUserPoolClient":         byTemplate,
}

const (
	noDevices  = "no user pool remembers devices"
	noPasskeys = "it has no passkeys"
	byTemplate = "pools, clients and groups are made by CloudFormation"
)

// A request is one request on its way through the service.
type request struct {
	*Service
	ctx    context.Context
	at     time.Time // when it came; all of the request happens then
	outbox []Message // what is delivered if the call succeeds

	app      string            // the client that asks; "" of an administrator
	metadata map[string]string // what the client has for functions
	said     map[string][]byte // what functions have answered, by event
	after    []*trigger        // who hears of it if the call succeeds
	newSub   string            // of the user whom it makes, the same whenever its transaction is run
}

// by notes whose request it is, for functions.
func (c *request) by(app string, metadata map[string]string) { c.app, c.metadata = app, metadata }

// entry is what the request log says of the request.
func (c *request) entry() *aws.Entry { return aws.EntryOf(c.ctx) }

// view runs read in a transaction that reads.
func (c *request) view(read func(directory.Tx) error) error { return c.directory.View(read) }

// bytes returns n random bytes.
func (s *Service) bytes(n int) []byte {
	b := make([]byte, n)
	if _, err := io.ReadFull(s.random, b); err != nil {
		panic(fmt.Errorf("cognito: no randomness: %w", err)) // crypto/rand never fails
	}
	return b
}
