package identity_test

import (
	"context"
	"net/http/httptest"
	"testing"
	"time"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/cognito"
	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/identity"
	"lightbox.example/lightbox/sandbox/roles"
	"lightbox.example/lightbox/sandbox/store"
)

var root = roles.Key{ID: "AKIAROOT", Secret: "secret"}

// rig is the stacks of dev on a user pool, roles and an identity pool that listens.
type rig struct {
	*deploytest.Deployment
	deploytest.UserPool
	t     *testing.T
	roles *roles.Service
	users *cognito.Service
	pools *identity.Service
	anon  deploytest.Client // without keys, as the client calls
	pool  string            // the identity pool's id
	clock *deploytest.Clock
}

// open makes the services on a store.
func open(t *testing.T, db store.Store) *rig {
	t.Helper()
	r := &rig{t: t, clock: deploytest.ClockAt(time.Now().UTC())}
	var err error
	if r.roles, err = roles.New(roles.Config{Store: db, Now: r.clock.Now, Root: root}); err != nil {
		t.Fatal(err)
	}
	if r.users, err = cognito.New(cognito.Config{Store: db, Now: r.clock.Now}); err != nil {
		t.Fatal(err)
	}
	r.pools = identity.New(identity.Config{Store: db, Now: r.clock.Now, Tokens: r.users.Tokens(), Roles: r.roles, Keys: r.roles})
	server := httptest.NewServer(r.pools)
	t.Cleanup(server.Close)
	r.anon = deploytest.Client{T: t, URL: server.URL, Service: "cognito-identity", Now: r.clock.Now()}
	r.Deployment = deploytest.New(t, "../..", "dev", r.roles.ResourceTypes(), r.users.ResourceTypes(), r.pools.ResourceTypes())
	return r
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := open(t, store.NewMemory())
	r.deploy()
	return r
}

func (r *rig) deploy() {
	r.t.Helper()
	r.Deploy("Auth", "Identity", "FileStorage", "API")
	r.UserPool = r.Deployment.UserPool(r.users, r.clock.Now)
	r.pool = r.Output("Identity", "IdentityPoolId")
}

type object = map[string]any

// provider is the user pool's name as a provider.
func (r *rig) provider() string { return "cognito-idp.us-east-1.amazonaws.com/" + r.Pool }

func (r *rig) logins(token string) object { return object{r.provider(): token} }

func (r *rig) call(operation string, input any) (object, string) {
	r.t.Helper()
	return r.anon.Call("AWSCognitoIdentityService."+operation, input)
}

// must calls an operation that succeeds.
func (r *rig) must(operation string, input any) object {
	r.t.Helper()
	output, code := r.call(operation, input)
	if code != "" {
		r.t.Fatalf("%s: got %s %v", operation, code, output)
	}
	return output
}

// id is the identity that GetId gives; a guest's for no token.
func (r *rig) id(token string) string {
	r.t.Helper()
	in := object{"IdentityPoolId": r.pool}
	if token != "" {
		in["Logins"] = r.logins(token)
	}
	return r.must("GetId", in)["IdentityId"].(string)
}

// keys are the credentials of an identity and the id that came with them.
func (r *rig) keys(id, token string) (aws.Caller, string) {
	r.t.Helper()
	in := object{"IdentityId": id}
	if token != "" {
		in["Logins"] = r.logins(token)
	}
	output := r.must("GetCredentialsForIdentity", in)
	credentials := output["Credentials"].(object)
	return r.caller(credentials["AccessKeyId"].(string)), output["IdentityId"].(string)
}

// caller is who signs with a key.
func (r *rig) caller(key string) aws.Caller {
	r.t.Helper()
	c, ok := r.roles.Credentials(key)
	if !ok {
		r.t.Fatalf("the key %s is unknown", key)
	}
	return aws.Caller{AccessKeyID: key, Account: c.Account, Principal: c.Principal, Identity: c.Identity, Session: c.Session}
}

// roleOf is the ARN of a role of the stack Identity.
func (r *rig) roleOf(prefix string) string {
	r.t.Helper()
	_, state := r.Resource("Identity", prefix)
	return state.Attributes["Arn"].(string)
}

const files = "arn:aws:s3:::files8e6940b8/"

// may reports whether the caller may do something.
func may(caller aws.Caller, action, resource string) bool {
	decision, _ := aws.Authorize(context.Background(), caller, aws.Request{Action: action, Resource: resource})
	return decision == iam.Allow
}
