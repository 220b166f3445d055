package identity

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/cognito/tokens"
	"lightbox.example/lightbox/sandbox/paging"
	"lightbox.example/lightbox/sandbox/pipeline"
	"lightbox.example/lightbox/sandbox/pipeline/input"
	"lightbox.example/lightbox/sandbox/roles"
	"lightbox.example/lightbox/sandbox/store"
)

// Tokens verifies what user pools sign, as package tokens does.
type Tokens interface {
	Verify(token string, expect tokens.Expect) (tokens.Token, error)
	Check(token tokens.Token) error
}

// Roles makes sessions, as package roles does.
type Roles interface {
	Assume(ctx context.Context, request roles.Request) (roles.Session, error)
	Acting(ctx context.Context, request roles.Request) (aws.Caller, error)
}

// Config is what a Service needs.
type Config struct {
	Store   store.Store      // required; the Service is alone in the spaces whose names begin with "identity/"
	Region  string           // of the pools, as in us-east-1; that if empty
	Account string           // in ARNs; "000000000000" if empty
	Now     func() time.Time // time.Now if nil
	Random  io.Reader        // of identity ids; crypto/rand if nil
	Tokens  Tokens
	Roles   Roles
	Keys    aws.Keys // of those who look at pools
}

// A Service is identity pools in one account and region. It is safe for concurrent use.
type Service struct {
	Config
	pages *paging.Sealer
}

// New returns the service of the pools that are in the store.
func New(config Config) *Service {
	if config.Region == "" {
		config.Region = "us-east-1"
	}
	if config.Account == "" {
		config.Account = "000000000000"
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.Random == nil {
		config.Random = rand.Reader
	}
	return &Service{config, paging.New(config.Store)}
}

// Operations are the operations by name, as in the header X-Amz-Target: AWSCognitoIdentityService.NAME.
var Operations = pipeline.Table[*Service]{
	"GetId":                     pipeline.Public((*Service).getID),
	"GetCredentialsForIdentity": pipeline.Public((*Service).getCredentials),
	"GetOpenIdToken":            pipeline.Public((*Service).classicFlow),

	"DeleteIdentities":            pipeline.Signed((*Service).noARN, (*Service).deleteIdentities),
	"DescribeIdentity":            pipeline.Signed((*Service).identityARN, (*Service).describeIdentity),
	"DescribeIdentityPool":        pipeline.Signed((*Service).poolARN, (*Service).describePool),
	"GetIdentityPoolRoles":        pipeline.Signed((*Service).poolARN, (*Service).getRoles),
	"GetPrincipalTagAttributeMap": pipeline.Signed((*Service).providerARN, (*Service).getTags),
	"ListIdentities":              pipeline.Signed((*Service).listARN, (*Service).listIdentities),
	"ListIdentityPools":           pipeline.Signed((*Service).allARN, (*Service).listPools),
}

// API is how the service is reached over the wire: a request has at most a few tokens in it.
var API = pipeline.API[*Service]{
	Name: "cognito-identity", Operations: Operations, BodyLimit: 128 << 10, Input: pipeline.Words("ValidationException", shapes), Browsers: true,
	Protocol: aws.JSONProtocol{Version: "1.1", Target: "AWSCognitoIdentityService", Internal: "InternalErrorException", Browsers: true},
	Place: func(s *Service) pipeline.Place {
		return pipeline.Place{Region: s.Region, Account: s.Account, Keys: s.Keys, Now: s.Now}
	},
}

// shapes are the types of the service model that have a pattern, or that elements and keys are of.
// https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_GetCredentialsForIdentity.html
var shapes = map[string]input.Shape{
	"AccountId":            {Min: 1, Max: 15, Pattern: `\d+`},
	"ARNString":            {Min: 20, Max: 2048},
	"IdentityId":           {Min: 1, Max: 55, Pattern: idPattern},
	"IdentityProviderName": {Min: 1, Max: 128},
	"PaginationKey":        {Min: 1, Max: 65535, Pattern: `[\S]+`},
}

// ServeHTTP answers requests to cognito-identity.REGION.amazonaws.com, from pages of any origin too. The operations of the
// client are anyone's; the others are signed, and IAM decides on cognito-identity:OPERATION for the pool's ARN.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	API.Serve(s, w, r)
}

const (
	authenticated   = "authenticated"
	unauthenticated = "unauthenticated"
)

func refuse(code, format string, args ...any) *aws.Error {
	return aws.Refuse(http.StatusBadRequest, code, format, args...)
}

func notAuthorized(format string, args ...any) *aws.Error {
	return refuse("NotAuthorizedException", format, args...)
}

func notFound(what, id string) *aws.Error {
	return refuse("ResourceNotFoundException", "%s '%s' not found.", what, id)
}

// newID is a new identity's id.
func (s *Service) newID() string {
	var b [16]byte
	if _, err := io.ReadFull(s.Random, b[:]); err != nil {
		panic(fmt.Errorf("identity: no randomness: %w", err)) // crypto/rand never fails
	}
	return s.Region + ":" + aws.UUID(b[:])
}
