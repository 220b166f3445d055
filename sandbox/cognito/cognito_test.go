package cognito

import (
	"context"
	"crypto/rsa"
	"encoding/json"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"lightbox.example/lightbox/internal/golden"
	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/cognito/tokens/tokenstest"
	"lightbox.example/lightbox/sandbox/store"
)

// A world is a service with the pool, client and group of the templates that we ship.
type world struct {
	t       testing.TB
	store   store.Store
	service *Service
	clock   *clock
	inbox   *Inbox
	keys    func() (*rsa.PrivateKey, error) // go on where they were after a restart
	pool    string
	client  string
}

// clock is the time of a world; it stands still until it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// settings change the properties of the pool and the client before they are made.
type settings func(pool, client map[string]any)

func newWorld(t testing.TB, change ...settings) *world {
	t.Helper()
	w := &world{t: t, store: store.NewMemory(), clock: &clock{now: time.Date(2026, 11, 1, 2, 18, 43, 0, time.UTC)}, inbox: &Inbox{}, keys: tokenstest.Keys()}
	w.open()
	pool, client := shipped(t, "Auth", "AWS::Cognito::UserPool"), shipped(t, "Auth", "AWS::Cognito::UserPoolClient")
	for _, f := range change {
		f(pool, client)
	}
	w.pool = w.create("AWS::Cognito::UserPool", "UserPool", pool)
	client["UserPoolId"] = w.pool
	w.client = w.create("AWS::Cognito::UserPoolClient", "WebClient", client)
	w.create("AWS::Cognito::UserPoolGroup", "Admins", map[string]any{
		"GroupName": "Admins", "UserPoolId": w.pool, "Precedence": 0.0, "RoleArn": "arn:aws:iam::000000000000:role/Admin",
	})
	return w
}

// open makes a service over the world's store, as a new process would.
func (w *world) open() {
	w.t.Helper()
	service, err := New(Config{Store: w.store, Now: w.clock.Now, Mailer: w.inbox, SigningKey: w.keys})
	if err != nil {
		w.t.Fatal(err)
	}
	w.service = service
}

// shipped are the properties of the resource of a type in the golden template of a stack.
func shipped(t testing.TB, stack, kind string) map[string]any {
	t.Helper()
	for _, resource := range golden.Resources(t, "../..", "prod", stack) {
		if resource.Type == kind {
			delete(resource.Properties, "LambdaConfig") // whom a team's functions let in is for their tests
			return resource.Properties
		}
	}
	t.Fatalf("%s has no %s", stack, kind)
	return nil
}

func resource(name string, properties map[string]any) aws.Resource {
	return aws.Resource{
		Partition: "aws", Region: "us-east-1", Account: "000000000000", Stack: "Lightbox-test-Auth", LogicalID: name,
		Suffix: "abcdefghijkl", Properties: properties,
	}
}

// create makes a resource and returns its physical id.
func (w *world) create(kind, name string, properties map[string]any) string {
	w.t.Helper()
	state, err := w.service.ResourceTypes()[kind].Create(context.Background(), resource(name, properties))
	if err != nil {
		w.t.Fatalf("create %s: %v", kind, err)
	}
	return state.PhysicalID
}

// in is the input of an operation.
type in = map[string]any

// try calls an operation.
func (w *world) try(operation string, input in) (map[string]any, *aws.Error) {
	w.t.Helper()
	body, err := json.Marshal(input)
	if err != nil {
		w.t.Fatal(err)
	}
	answer, refusal := w.service.Handle(context.Background(), operation, body)
	if refusal != nil {
		return nil, refusal
	}
	var output map[string]any
	if err := json.Unmarshal(answer, &output); err != nil {
		w.t.Fatalf("%s answered %s: %v", operation, answer, err)
	}
	return output, nil
}

// do calls an operation that must succeed.
func (w *world) do(operation string, input in) map[string]any {
	w.t.Helper()
	output, refusal := w.try(operation, input)
	if refusal != nil {
		w.t.Fatalf("%s: %v", operation, refusal)
	}
	return output
}

// refused calls an operation that must fail with that code and message; "" is any message.
func (w *world) refused(operation string, input in, code, message string) {
	w.t.Helper()
	output, refusal := w.try(operation, input)
	wantRefusal(w.t, operation, output, refusal, code, message)
}

func wantRefusal(t testing.TB, what string, output any, got *aws.Error, code, message string) {
	t.Helper()
	switch {
	case got == nil:
		t.Errorf("%s: got %v, want %s", what, output, code)
	case got.Code != code || message != "" && got.Message != message:
		t.Errorf("%s: got %s: %q\nwant %s: %q", what, got.Code, got.Message, code, message)
	}
}

// public is an input with the client's id.
func (w *world) public(input in) in {
	next := maps.Clone(input)
	next["ClientId"] = w.client
	return next
}

// admin is an input with the pool's id.
func (w *world) admin(input in) in {
	next := maps.Clone(input)
	next["UserPoolId"] = w.pool
	return next
}

const password = "Correct-horse-1"

// signUp makes an unconfirmed user with the password above.
func (w *world) signUp(name, address string) {
	w.t.Helper()
	w.do("SignUp", w.public(in{"Username": name, "Password": password, "UserAttributes": []in{{"Name": "email", "Value": address}}}))
}

// person makes a confirmed user with the password above.
func (w *world) person(name, address string) {
	w.t.Helper()
	w.signUp(name, address)
	w.do("ConfirmSignUp", w.public(in{"Username": name, "ConfirmationCode": w.lastCode(address)}))
}

// lastCode is the code of the last mail to an address.
func (w *world) lastCode(address string) string {
	w.t.Helper()
	messages := w.inbox.Messages()
	for i := len(messages) - 1; i >= 0; i-- {
		if messages[i].To == address {
			return messages[i].Code
		}
	}
	w.t.Fatalf("no mail to %s", address)
	return ""
}

// other is a text of digits as long as code, and another.
func other(code string) string {
	return strings.Map(func(r rune) rune { return '0' + (r-'0'+1)%10 }, code)
}

// session is what a signed-in client holds.
type session struct{ access, id, refresh string }

func sessionOf(output map[string]any) session {
	result, _ := output["AuthenticationResult"].(map[string]any)
	text := func(name string) string { value, _ := result[name].(string); return value }
	return session{access: text("AccessToken"), id: text("IdToken"), refresh: text("RefreshToken")}
}

// enter signs in and must get tokens.
func (w *world) enter(name, password string) session {
	w.t.Helper()
	output, refusal := w.signIn(name, password)
	if refusal != nil {
		w.t.Fatalf("sign-in of %s: %v", name, refusal)
	}
	s := sessionOf(output)
	if s.access == "" || s.id == "" {
		w.t.Fatalf("sign-in of %s: got %v, want tokens", name, output)
	}
	return s
}
