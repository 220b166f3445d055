// Package sts is as much of AWS's Security Token Service as the CDK's command and people's scripts need: who am I, and a
// session of a role. The roles themselves, and the sessions of identity pools, are package roles'.
//
// # What is not imitated
//
// Sessions made in other ways than by AssumeRole, managed policies for one, MFA and chains of tags.
//
// https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html
package sts

import (
	"context"
	"net/http"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/pipeline"
	"lightbox.example/lightbox/sandbox/roles"
)

const apiVersion = "2011-06-15"

// Operations are the operations by name, as in the form's Action. Neither asks IAM before it is run: who one is needs no
// permission, and of a session the role's trust has a say as well.
var Operations = pipeline.Table[*Service]{
	"AssumeRole":        pipeline.Own((*Service).assumeRole),
	"GetCallerIdentity": pipeline.Own((*Service).getCallerIdentity),
}

// refused are the operations that make sessions in other ways, and the reason why the sandbox has them not.
var refused = map[string]string{
	"AssumeRoleWithWebIdentity": "identity pools have no basic flow here, GetCredentialsForIdentity is the way to a session",
	"AssumeRoleWithSAML":        "there are no SAML providers",
	"GetSessionToken":           "there are no users with keys of their own",
	"GetFederationToken":        "there are no users with keys of their own",
}

// API is how the service is reached over the wire.
var API = pipeline.API[*Service]{
	Name: "sts", Operations: Operations, BodyLimit: 128 << 10, Input: pipeline.Form(nil), Parse: pipeline.ParseForm, Unknown: unknownOperation,
	Protocol: aws.QueryProtocol{Namespace: "https://sts.amazonaws.com/doc/" + apiVersion + "/", Version: apiVersion},
	Place: func(s *Service) pipeline.Place {
		return pipeline.Place{Region: s.Region, Keys: s.Keys, Now: s.Now}
	},
}

func unknownOperation(name string) error {
	if reason := refused[name]; reason != "" {
		return aws.Refuse(http.StatusBadRequest, "InvalidAction", "%s is not supported by the sandbox: %s", name, reason)
	}
	return aws.Refuse(http.StatusBadRequest, "InvalidAction", "Could not find operation %s for version %s", name, apiVersion)
}

// Roles makes sessions, as package roles does.
type Roles interface {
	Assume(ctx context.Context, request roles.Request) (roles.Session, error)
}

// Config is what a Service needs.
type Config struct {
	Region string // as in us-east-1
	Keys   aws.Keys
	Roles  Roles
	Now    func() time.Time // time.Now if nil
}

// A Service is STS in one region.
type Service struct{ Config }

// New returns the service.
func New(config Config) *Service {
	if config.Now == nil {
		config.Now = time.Now
	}
	return &Service{config}
}

// ServeHTTP answers requests to sts.REGION.amazonaws.com, and to sts.amazonaws.com, which is us-east-1's.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	API.Serve(s, w, r)
}

// identity is the result of GetCallerIdentity.
type identity struct {
	ARN     string `xml:"Arn"`
	UserID  string `xml:"UserId"`
	Account string
}

// getCallerIdentity needs no permission: even an explicit deny doesn't keep a caller from it.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
func (s *Service) getCallerIdentity(ctx context.Context, _ struct{}) (any, error) {
	caller := aws.CallerOf(ctx)
	result := identity{ARN: caller.ARN(), Account: caller.Account}
	if session, ok := caller.Principal.(iam.RoleSession); ok {
		result.UserID = session.UserID
	}
	return result, nil
}

// session is the result of AssumeRole.
type session struct {
	Credentials struct {
		AccessKeyID     string `xml:"AccessKeyId"`
		SecretAccessKey string
		SessionToken    string
		Expiration      string
	}
	AssumedRoleUser struct {
		ARN           string `xml:"Arn"`
		AssumedRoleID string `xml:"AssumedRoleId"`
	}
}

// assumeRoleRequest has the members of the request. What else is wrong with them package roles says.
type assumeRoleRequest struct {
	RoleARN         string `aws:"RoleArn"`
	RoleSessionName string
	DurationSeconds int    `min:"900" max:"43200"`
	ExternalID      string `aws:"ExternalId"`
	Policy          string
	Tags            []struct {
		Key   string `required:"true" min:"1"`
		Value string
	}
}

// assumeRole: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
func (s *Service) assumeRole(ctx context.Context, in assumeRoleRequest) (any, error) {
	caller := aws.CallerOf(ctx)
	request := roles.Request{
		RoleARN: in.RoleARN, SessionName: in.RoleSessionName, ExternalID: in.ExternalID, Policy: in.Policy, Caller: &caller,
		Duration: time.Duration(in.DurationSeconds) * time.Second,
	}
	for _, tag := range in.Tags {
		request.Tags = append(request.Tags, iam.Tag{Key: tag.Key, Value: tag.Value})
	}
	made, err := s.Roles.Assume(ctx, request)
	if err != nil {
		return nil, err
	}
	result := session{}
	result.Credentials.AccessKeyID, result.Credentials.SecretAccessKey = made.AccessKeyID, made.SecretAccessKey
	result.Credentials.SessionToken, result.Credentials.Expiration = made.SessionToken, made.Expiration.UTC().Format(time.RFC3339)
	result.AssumedRoleUser.ARN, result.AssumedRoleUser.AssumedRoleID = made.ARN, made.AssumedRoleID
	return result, nil
}
