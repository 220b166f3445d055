package appsync_test

import (
	"bytes"
	"context"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox/appsync"
	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/cognito"
	"lightbox.example/lightbox/sandbox/cognito/tokens/tokenstest"
	"lightbox.example/lightbox/sandbox/dynamodb"
	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/roles"
	"lightbox.example/lightbox/sandbox/store"
)

// rig is an environment with its users, roles, tables and API, deployed from the golden templates with the code of package
// api in the place of its hashes.
type rig struct {
	*deploytest.Deployment
	deploytest.UserPool
	t      testing.TB
	clock  *deploytest.Clock
	db     store.Store
	users  *cognito.Service
	keys   func() (*rsa.PrivateKey, error) // of users, which go on where they were when it opens again
	roles  *roles.Service
	tables *dynamodb.Service
	apis   *appsync.Service
	logs   logbook
	events events
	server *httptest.Server
	id     string // the API's id
	entry  *aws.Entry
}

func newRig(t testing.TB, environment string) *rig {
	t.Helper()
	r := &rig{t: t, clock: deploytest.ClockAt(time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)), db: store.NewMemory(), keys: tokenstest.Keys()}
	r.open()
	r.Deployment = deploytest.New(t, "../..", environment,
		r.users.ResourceTypes(), r.roles.ResourceTypes(), r.tables.ResourceTypes(), r.apis.ResourceTypes(), logGroups)
	r.Deploy("Auth", "Identity", "FileStorage", "API")
	r.UserPool, r.id = r.Deployment.UserPool(r.users, r.clock.Now), r.Output("API", "GraphQLAPIID")
	r.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		ctx, entry := aws.WithEntry(req.Context())
		r.entry = entry
		r.apis.ServeHTTP(w, req.WithContext(ctx))
	}))
	t.Cleanup(r.server.Close)
	return r
}

// open makes the services over the store.
func (r *rig) open() {
	r.t.Helper()
	var err error
	must := func() {
		if err != nil {
			r.t.Fatal(err)
		}
	}
	r.roles, err = roles.New(roles.Config{Store: r.db, Now: r.clock.Now, Root: roles.Key{ID: "AKIAROOT", Secret: "secret"}})
	must()
	r.users, err = cognito.New(cognito.Config{Store: r.db, Now: r.clock.Now, SigningKey: r.keys})
	must()
	r.tables, err = dynamodb.New(r.db, dynamodb.Config{Now: r.clock.Now})
	must()
	r.apis, err = appsync.New(appsync.Config{
		Store: r.db, Now: r.clock.Now, Keys: r.roles, Tokens: r.users.Tokens(), Roles: r.roles, Tables: r.tables, Logs: &r.logs,
	})
	must()
	r.apis.Subscribers(&r.events)
}

// logGroups have the names and ARNs of real ones, and nothing behind them.
var logGroups = map[string]aws.ResourceType{"AWS::Logs::LogGroup": {
	Create: func(_ context.Context, r aws.Resource) (aws.State, error) {
		name, named := r.Properties["LogGroupName"].(string)
		if !named {
			name = strings.ToLower(r.LogicalID)
		}
		return aws.State{PhysicalID: name, Attributes: map[string]any{
			"Arn": "arn:aws:logs:us-east-1:000000000000:log-group:" + name + ":*",
		}}, nil
	},
}}

// logbook is what was logged, and as whom.
type logbook struct {
	mutex sync.Mutex
	lines []string
}

func (l *logbook) Write(ctx context.Context, caller aws.Caller, group, stream string, _ time.Time, lines []string) error {
	arn := "arn:aws:logs:us-east-1:000000000000:log-group:" + group + ":log-stream:" + stream
	decision, message := aws.Authorize(ctx, caller, aws.Request{Action: "logs:PutLogEvents", Resource: arn, Account: "000000000000"})
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if decision == iam.Deny {
		l.lines = append(l.lines, message)
		return aws.Refuse(http.StatusBadRequest, "AccessDeniedException", "%s", message)
	}
	for _, line := range lines {
		l.lines = append(l.lines, group+" "+line)
	}
	return nil
}

func (l *logbook) take() []string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	lines := l.lines
	l.lines = nil
	return lines
}

// events is what subscribers would be told, as in "onPhotoCreated {…}".
type events struct {
	mutex sync.Mutex
	told  []string
}

func (e *events) Publish(_ context.Context, _, field string, event json.RawMessage) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	e.told = append(e.told, field+" "+string(event))
}

func (e *events) take() []string {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	told := e.told
	e.told = nil
	return told
}

// host is the API's.
func (r *rig) host() string { return r.id + ".appsync-api.us-east-1.amazonaws.com" }

// caller signs in to the API: it puts what proves who sends it into a request with that body.
type caller func(req *http.Request, body string)

func nobody(*http.Request, string) {}

func bearer(token string) caller {
	return func(req *http.Request, _ string) { req.Header.Set("Authorization", token) }
}

// signed signs as AWS's SDK does.
func (r *rig) signed(s roles.Session) caller {
	return func(req *http.Request, body string) {
		sum := sha256.Sum256([]byte(body))
		credentials := sdk.Credentials{AccessKeyID: s.AccessKeyID, SecretAccessKey: s.SecretAccessKey, SessionToken: s.SessionToken}
		if err := v4.NewSigner().SignHTTP(context.Background(), credentials, req, hex.EncodeToString(sum[:]), "appsync", "us-east-1", r.clock.Now()); err != nil {
			r.t.Fatal(err)
		}
	}
}

// guest are the credentials of somebody who did not sign in.
func (r *rig) guest() caller {
	r.t.Helper()
	return r.signed(r.session("IdentityPoolUnauthenticatedRole", true, "unauthenticated"))
}

// member are the credentials of somebody who signed in.
func (r *rig) member() caller {
	r.t.Helper()
	return r.signed(r.session("IdentityPoolAuthenticatedRole", false,
		"authenticated", "cognito-idp.us-east-1.amazonaws.com/p", "cognito-idp.us-east-1.amazonaws.com/p:CognitoSignIn:sub"))
}

func (r *rig) session(role string, guest bool, methods ...string) roles.Session {
	r.t.Helper()
	_, state := r.Resource("Identity", role)
	s, err := r.roles.Assume(context.Background(), roles.Request{
		RoleARN: state.Attributes["Arn"].(string), SessionName: "CognitoIdentityCredentials", Guest: guest,
		WebIdentity: &iam.WebIdentity{Provider: "cognito-identity.amazonaws.com", Audience: "identitypoolec8a1a0d", Subject: "us-east-1:g", Methods: methods},
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return s
}

// answer is what the API answered.
type answer struct {
	Status int
	Header http.Header
	Text   string
	Data   map[string]any
	Errors []fault
}

type fault struct {
	Path      []any
	ErrorType string
	Message   string
}

// send sends a body.
func (r *rig) send(as caller, body string) answer {
	r.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, r.server.URL+"/graphql", strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	req.Host = r.host()
	req.Header.Set("Content-Type", "application/json")
	as(req, body)
	return r.over(req)
}

func (r *rig) over(req *http.Request) answer {
	r.t.Helper()
	response, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	a := answer{Status: response.StatusCode, Header: response.Header, Text: string(text)}
	if len(text) > 0 {
		if err := json.Unmarshal(text, &a); err != nil {
			r.t.Fatalf("got %d with %q, want JSON: %v", response.StatusCode, text, err)
		}
	}
	return a
}

type vars map[string]any

// ask sends a query with its variables.
func (r *rig) ask(as caller, query string, variables vars) answer {
	r.t.Helper()
	var body bytes.Buffer
	if err := json.NewEncoder(&body).Encode(map[string]any{"query": query, "variables": variables}); err != nil {
		r.t.Fatal(err)
	}
	return r.send(as, body.String())
}

// must answers the value of the only field of an operation, which must not fail.
func (r *rig) must(as caller, query string, variables vars) map[string]any {
	r.t.Helper()
	a := r.ask(as, query, variables)
	if a.Status != http.StatusOK || a.Errors != nil {
		r.t.Fatalf("%s %v: got %d %s", query, variables, a.Status, a.Text)
	}
	for _, value := range a.Data {
		object, _ := value.(map[string]any)
		return object
	}
	return nil
}

// refused wants an error of a type and no data.
func (r *rig) refused(as caller, query string, variables vars, errorType string) {
	r.t.Helper()
	a := r.ask(as, query, variables)
	if len(a.Errors) == 0 || a.Errors[0].ErrorType != errorType {
		r.t.Errorf("%s %v: got %d %s, want %s", query, variables, a.Status, a.Text, errorType)
	}
	for key, value := range a.Data {
		if value != nil {
			r.t.Errorf("%s: got %s of %v, want no data", query, key, value)
		}
	}
}
