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
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/roles"
)

// Operations are the operations by name, as in the form's Action.
var Operations = map[string]func(*call) (any, error){
	"AssumeRole":        (*call).assumeRole,
	"GetCallerIdentity": (*call).getCallerIdentity,
}

// refused are the operations that make sessions in other ways, and the reason why the sandbox has them not.
var refused = map[string]string{
	"AssumeRoleWithWebIdentity": "identity pools have no basic flow here, GetCredentialsForIdentity is the way to a session",
	"AssumeRoleWithSAML":        "there are no SAML providers",
	"GetSessionToken":           "there are no users with keys of their own",
	"GetFederationToken":        "there are no users with keys of their own",
}

const (
	bodyLimit  = 128 << 10
	apiVersion = "2011-06-15"
)

var protocol = aws.QueryProtocol{Namespace: "https://sts.amazonaws.com/doc/" + apiVersion + "/"}

// Roles makes sessions, as package roles does.
type Roles interface {
	Assume(ctx context.Context, request roles.Request) (roles.Session, error)
}

// Config is what a Service takes from its surroundings.
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

// call is one request on its way.
type call struct {
	*Service
	ctx    context.Context
	caller aws.Caller
	form   url.Values
}

// ServeHTTP answers requests to sts.REGION.amazonaws.com, and to sts.amazonaws.com, which is us-east-1's.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r, _ = aws.Begin(r, "sts", s.Region, s.Now)
	operation, result, err := s.answer(r)
	if err != nil {
		protocol.WriteError(w, r, err)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	protocol.Write(w, r, operation, result)
}

func (s *Service) answer(r *http.Request) (operation string, result any, err error) {
	operation, form, err := protocol.Read(r, bodyLimit)
	if err != nil {
		return "", nil, err
	}
	run := Operations[operation]
	switch reason := refused[operation]; {
	case form.Get("Version") != apiVersion:
		return "", nil, aws.Refuse(http.StatusBadRequest, "NoSuchVersion", "The requested version (%s) is not valid.", form.Get("Version"))
	case reason != "":
		return "", nil, aws.Refuse(http.StatusBadRequest, "InvalidAction", "%s is not supported by the sandbox: %s", operation, reason)
	case run == nil:
		return "", nil, aws.Refuse(http.StatusBadRequest, "InvalidAction", "Could not find operation %s for version %s", operation, apiVersion)
	}
	verifier := aws.Verifier{Dialect: aws.Query, Service: "sts", Region: s.Region, Keys: s.Keys, Now: s.Now, BodyLimit: bodyLimit}
	caller, err := verifier.Verify(r)
	if err != nil {
		return "", nil, err
	}
	result, err = run(&call{s, r.Context(), caller, form})
	return operation, result, err
}

// known refuses a parameter that the operation has no use for, by its name.
func (c *call) known(names ...string) error {
	for name, values := range c.form {
		head, _, _ := strings.Cut(name, ".")
		signature := strings.HasPrefix(name, "X-Amz-")
		if !signature && head != "Action" && head != "Version" && !slices.Contains(names, head) {
			return invalid("%s is not supported by the sandbox", name)
		}
		if len(values) > 1 {
			return invalid("got %s %d times, want it once", name, len(values))
		}
	}
	return nil
}

func invalid(format string, args ...any) error {
	return aws.Refuse(http.StatusBadRequest, "ValidationError", format, args...)
}

// identity is the result of GetCallerIdentity.
type identity struct {
	ARN     string `xml:"Arn"`
	UserID  string `xml:"UserId"`
	Account string
}

// getCallerIdentity needs no permission: even an explicit deny doesn't keep a caller from it.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
func (c *call) getCallerIdentity() (any, error) {
	if err := c.known(); err != nil {
		return nil, err
	}
	result := identity{ARN: c.caller.ARN(), Account: c.caller.Account}
	if session, ok := c.caller.Principal.(iam.RoleSession); ok {
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

// assumeRole: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
func (c *call) assumeRole() (any, error) {
	if err := c.known("RoleArn", "RoleSessionName", "DurationSeconds", "ExternalId", "Policy", "Tags"); err != nil {
		return nil, err
	}
	request := roles.Request{
		RoleARN: c.form.Get("RoleArn"), SessionName: c.form.Get("RoleSessionName"), ExternalID: c.form.Get("ExternalId"),
		Policy: c.form.Get("Policy"), Caller: &c.caller,
	}
	if text := c.form.Get("DurationSeconds"); text != "" {
		seconds, err := strconv.Atoi(text)
		if err != nil || seconds < 900 || seconds > 43200 {
			return nil, invalid("1 validation error detected: Value '%s' at 'durationSeconds' failed to satisfy constraint: Member must be a number from 900 to 43200", text)
		}
		request.Duration = time.Duration(seconds) * time.Second
	}
	var err error
	if request.Tags, err = c.tags(); err != nil {
		return nil, err
	}
	made, err := c.Roles.Assume(c.ctx, request)
	if err != nil {
		return nil, err
	}
	result := session{}
	result.Credentials.AccessKeyID, result.Credentials.SecretAccessKey = made.AccessKeyID, made.SecretAccessKey
	result.Credentials.SessionToken, result.Credentials.Expiration = made.SessionToken, made.Expiration.UTC().Format(time.RFC3339)
	result.AssumedRoleUser.ARN, result.AssumedRoleUser.AssumedRoleID = made.ARN, made.AssumedRoleID
	return result, nil
}

// tags reads Tags.member.N.Key and Tags.member.N.Value, with N from 1 without a gap.
func (c *call) tags() ([]iam.Tag, error) {
	read := 0
	var tags []iam.Tag
	for n := 1; ; n++ {
		key, value := fmt.Sprintf("Tags.member.%d.Key", n), fmt.Sprintf("Tags.member.%d.Value", n)
		if !c.form.Has(key) {
			break
		}
		read++
		if c.form.Has(value) {
			read++
		}
		tags = append(tags, iam.Tag{Key: c.form.Get(key), Value: c.form.Get(value)})
	}
	for name := range c.form {
		if strings.HasPrefix(name, "Tags.") || name == "Tags" {
			read--
		}
	}
	if read != 0 {
		return nil, invalid("want the session tags as Tags.member.N.Key and Tags.member.N.Value, with N from 1")
	}
	return tags, nil
}
