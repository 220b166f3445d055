package appsync

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"lightbox.example/lightbox/sandbox/appsync/datasource"
	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/cognito/tokens"
	"lightbox.example/lightbox/sandbox/dynamodb"
	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/paging"
	"lightbox.example/lightbox/sandbox/store"
)

// Config is what a Service needs.
type Config struct {
	Store   store.Store      // required; the Service is alone in the spaces whose names begin with "appsync/"
	Region  string           // of the APIs, as in us-east-1; that if empty
	Account string           // in ARNs; "000000000000" if empty
	Now     func() time.Time // time.Now if nil

	Keys   aws.Keys          // of signed requests
	Tokens Tokens            // of requests with a user pool's token
	Roles  Roles             // of data sources and logs
	Tables *dynamodb.Service // behind data sources

	Functions datasource.Lambda // likewise; nil for none
	// Object reads an object of S3's, at most limit bytes; nil for none.
	Object func(ctx context.Context, bucket, key string, limit int64) ([]byte, error)
	Logs   Logs      // gets what LogConfig asks for; nil drops it
	Meter  aws.Meter // gets what is counted
}

// Tokens says what a user pool's token says.
type Tokens interface {
	Verify(token string, expect tokens.Expect) (tokens.Token, error)
}

// Roles lets a service act with a role whose trust policy names it.
type Roles interface {
	As(ctx context.Context, roleARN, sessionName string, service iam.Service) (aws.Caller, error)
}

// Logs keeps lines of logs. The group is named as CloudWatch Logs does; the caller's policies decide.
type Logs interface {
	Write(ctx context.Context, caller aws.Caller, group, stream string, at time.Time, lines []string) error
}

// A Service is AppSync in one account and region. It is safe for concurrent use.
type Service struct {
	store           store.Store
	region, account string
	now             func() time.Time

	keys   aws.Keys
	tokens Tokens
	roles  Roles
	tables *dynamodb.Service
	logs   Logs

	functions datasource.Lambda
	object    func(ctx context.Context, bucket, key string, limit int64) ([]byte, error)
	pages     *paging.Sealer
	meter     aws.Meter

	publisher atomic.Pointer[Publisher]
	views     views
	checked   checkedCodes

	changes sync.Mutex // held while an API is loaded anew
	mutex   sync.RWMutex
	apis    map[string]*api
	// schemaFaults are what was wrong with the schemas that StartSchemaCreation had last, by API.
	schemaFaults map[string]error
}

// New opens the APIs that are in the store.
func New(config Config) (*Service, error) {
	s := &Service{
		store: config.Store, region: config.Region, account: config.Account, now: config.Now,
		keys: config.Keys, tokens: config.Tokens, roles: config.Roles, tables: config.Tables, functions: config.Functions, logs: config.Logs,
		object: config.Object, meter: config.Meter, pages: paging.New(config.Store),
		apis: map[string]*api{}, schemaFaults: map[string]error{},
	}
	if s.region == "" {
		s.region = "us-east-1"
	}
	if s.account == "" {
		s.account = "000000000000"
	}
	if s.now == nil {
		s.now = time.Now
	}
	var ids []string
	err := s.store.View(func(tx store.Reader) error {
		for key := range tx.Range(spaceAPIs, store.Range{}) {
			ids = append(ids, string(key))
		}
		return nil
	})
	faults := []error{err}
	for _, id := range ids {
		faults = append(faults, s.reload(id))
	}
	return s, errors.Join(faults...)
}

// Subscribers names who takes the events of mutations to subscribers. Until then nobody does.
func (s *Service) Subscribers(to Publisher) { s.publisher.Store(&to) }

// api is the API of an id, nil for none.
func (s *Service) api(id string) *api {
	s.mutex.RLock()
	defer s.mutex.RUnlock()
	return s.apis[id]
}

// arn is the ARN of an API.
func (s *Service) arn(id string) string {
	return "arn:aws:appsync:" + s.region + ":" + s.account + ":apis/" + id
}

// host is the name under which an API answers requests.
func (s *Service) host(id string) string { return id + ".appsync-api." + s.region + ".amazonaws.com" }

// apiOf is the id of the API that a host name stands for: ID.appsync-api.REGION.amazonaws.com, with or without a port.
func (s *Service) apiOf(host string) (id string, ok bool) {
	id, rest, _ := strings.Cut(aws.Hostname(host), ".")
	return id, rest == "appsync-api."+s.region+".amazonaws.com"
}
