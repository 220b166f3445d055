package roles_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/roles"
	"lightbox.example/lightbox/sandbox/store"
)

const account = deploytest.Account

var root = roles.Key{ID: "AKIAROOT", Secret: "secret"}

// rig is the roles of an environment, deployed.
type rig struct {
	*deploytest.Deployment
	t     *testing.T
	db    store.Store
	s     *roles.Service
	clock *deploytest.Clock
}

func open(t *testing.T, db store.Store) *rig {
	t.Helper()
	r := &rig{t: t, db: db, clock: deploytest.ClockAt(time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC))}
	var err error
	if r.s, err = roles.New(roles.Config{Store: db, Account: account, Now: r.clock.Now, Root: root}); err != nil {
		t.Fatal(err)
	}
	r.Deployment = deploytest.New(t, "../..", "dev", r.s.ResourceTypes())
	return r
}

// newRig is the dev environment.
func newRig(t *testing.T) *rig {
	t.Helper()
	r := open(t, store.NewMemory())
	r.Deploy("Auth", "Identity", "FileStorage", "API")
	return r
}

// pool is the identity pool as the templates name it here.
const pool = "identitypoolec8a1a0d"

// person is who the identity pool vouches for.
func person(id string, methods ...string) *iam.WebIdentity {
	return &iam.WebIdentity{Provider: "cognito-identity.amazonaws.com", Audience: pool, Subject: id, Methods: methods}
}

// roleARN is the ARN of a role of a stack.
func (r *rig) roleARN(stack, prefix string) string {
	r.t.Helper()
	_, state := r.Resource(stack, prefix)
	return state.Attributes["Arn"].(string)
}

func (r *rig) assume(request roles.Request) (roles.Session, error) {
	if request.SessionName == "" {
		request.SessionName = "CognitoIdentityCredentials"
	}
	return r.s.Assume(context.Background(), request)
}

// mustAssume is a session that the trust policy allows.
func (r *rig) mustAssume(request roles.Request) roles.Session {
	r.t.Helper()
	session, err := r.assume(request)
	if err != nil {
		r.t.Fatal(err)
	}
	return session
}

// caller is who signs with a key.
func (r *rig) caller(accessKeyID string) aws.Caller {
	r.t.Helper()
	c, ok := r.s.Credentials(accessKeyID)
	if !ok {
		r.t.Fatalf("the key %s is unknown", accessKeyID)
	}
	return aws.Caller{AccessKeyID: accessKeyID, Account: c.Account, Principal: c.Principal, Identity: c.Identity, Session: c.Session}
}

// may reports whether the holder of a key may do something now.
func (r *rig) may(accessKeyID, action, resource string) bool {
	r.t.Helper()
	decision, _ := aws.Authorize(context.Background(), r.caller(accessKeyID), aws.Request{Action: action, Resource: resource})
	return decision == iam.Allow
}

func (r *rig) guest() roles.Session {
	r.t.Helper()
	return r.mustAssume(roles.Request{
		RoleARN: r.roleARN("Identity", "IdentityPoolUnauthenticatedRole"), WebIdentity: person("us-east-1:g", "unauthenticated"), Guest: true,
	})
}

// user is a session of a signed-in user, whose sub is the id's last letter.
func (r *rig) user(id string) roles.Session {
	r.t.Helper()
	return r.mustAssume(roles.Request{
		RoleARN:     r.roleARN("Identity", "IdentityPoolAuthenticatedRole"),
		WebIdentity: person("us-east-1:"+id, "authenticated", "cognito-idp.us-east-1.amazonaws.com/p", "cognito-idp.us-east-1.amazonaws.com/p:CognitoSignIn:sub-"+id),
		Tags:        []iam.Tag{{Key: "user", Value: "sub-" + id}},
	})
}

func codeOf(err error) string {
	var refusal *aws.Error
	if err == nil {
		return ""
	}
	if !errors.As(err, &refusal) {
		return err.Error()
	}
	return refusal.Code
}
