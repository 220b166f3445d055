package api

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/sandbox/appsyncjs"
)

const (
	productsTable = "Lightbox-test-Products"
	photosTable   = "Lightbox-test-Photos"
)

// Callers. The names and subs of people are what must never show in another person's errors.
var (
	guest = appsyncjs.IAMIdentity{AccountID: "111122223333", Username: "AROAEXAMPLE:CognitoIdentityCredentials"}
	alice = appsyncjs.UserPoolIdentity{Sub: "aaaaaaaa-1111-4111-8111-aaaaaaaaaaaa", Username: "alice"}
	bob   = appsyncjs.UserPoolIdentity{Sub: "bbbbbbbb-2222-4222-8222-bbbbbbbbbbbb", Username: "bob", Groups: []string{"Readers", "admins"}}
	carol = appsyncjs.UserPoolIdentity{Sub: "cccccccc-3333-4333-8333-cccccccccccc", Username: "carol"}
	admin = appsyncjs.UserPoolIdentity{Sub: "dddddddd-4444-4444-8444-dddddddddddd", Username: "root", Groups: []string{"Admins"}}
)

// userPool is the user pool's name as a provider of the identity pool.
const userPool = "cognito-idp.us-east-1.amazonaws.com/us-east-1_EXAMPLE"

// cdn is where the CDN serves what lies below public/.
const cdn = "https://cdn.example"

// backend answers fields as AppSync does: it runs the bundles that are deployed, step by step, on the sandbox's tables.
type backend struct {
	t                *testing.T
	products, photos *table
	functions        *functions
	headers          map[string][]string
	env              map[string]string

	mu      sync.Mutex
	clock   time.Time
	uploads int
}

func newBackend(t *testing.T) *backend {
	t.Helper()
	products, photos := newTables(t)
	return &backend{
		t: t, products: products, photos: photos, clock: time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC),
		functions: &functions{keys: map[string]bool{}, claims: map[string]string{}, gone: map[string]bool{}, bytes: 1000},
		env: map[string]string{
			"PRODUCTS_TABLE": productsTable, "PHOTOS_TABLE": photosTable, "CDN_URL": cdn, "USER_POOL_PROVIDER": userPool,
			"PICTURES_PER_DAY": "20", "PHOTOS_PER_USER": "1000", "BYTES_PER_USER": "100000000",
		},
	}
}

// reply is what a field answered.
type reply struct {
	t      *testing.T
	name   string
	value  any
	err    *appsyncjs.Error
	filter *appsyncjs.SubscriptionFilter
}

// args are a field's arguments, and any other JSON object.
type args = map[string]any

// call answers a field, as in "Query.getPhoto", for a caller.
func (b *backend) call(name string, who any, arguments args) reply {
	b.t.Helper()
	return b.resolve(name, appsyncjs.Context{Identity: who, Arguments: arguments})
}

// resolve answers a field in a context that has at least the identity.
func (b *backend) resolve(name string, ctx appsyncjs.Context) reply {
	b.t.Helper()
	field := fieldNamed(b.t, name)
	// Time passes, so that nothing has the same createdAt.
	b.mu.Lock()
	b.clock = b.clock.Add(time.Second)
	ctx.Now = b.clock
	b.mu.Unlock()
	ctx.Env = b.env
	ctx.Request.Headers = b.headers
	ctx.Info = appsyncjs.Info{FieldName: field.Name, ParentTypeName: field.Type}
	resolver := appsyncjs.Field{}
	if len(field.Steps) > 1 {
		resolver.Around = compileOnce(b.t, access.Pipeline)
	}
	for _, step := range field.Steps {
		one := appsyncjs.Step{Name: step, Code: compileOnce(b.t, step)}
		switch access.Steps()[step].Source { // None: a request without an operation never asks
		case access.Products:
			one.Store = b.products
		case access.Photos:
			one.Store = b.photos
		case access.PicturesSource:
			one.Lambda = source{b.functions, access.Pictures}
		case access.RemoverSource:
			one.Lambda = source{b.functions, access.Remover}
		}
		resolver.Steps = append(resolver.Steps, one)
	}
	answer, err := resolver.Resolve(context.Background(), ctx)
	if err != nil {
		b.t.Fatalf("%s: %v", name, err)
	}
	if len(answer.Appended) > 0 {
		b.t.Errorf("%s: got appended errors %v, want none", name, answer.Appended)
	}
	return reply{t: b.t, name: name, value: decode(b.t, answer.Value), err: answer.Err, filter: answer.Filter}
}

var (
	compiling sync.Mutex
	compiled  = map[string]*appsyncjs.Resolver{}
)

// compileOnce answers the deployed code of a resolver, ready to run.
func compileOnce(t *testing.T, name string) *appsyncjs.Resolver {
	t.Helper()
	compiling.Lock()
	defer compiling.Unlock()
	if resolver, ok := compiled[name]; ok {
		return resolver
	}
	code, err := Resolver(name)
	if err != nil {
		t.Fatal(err)
	}
	resolver, err := appsyncjs.Compile(code)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	compiled[name] = resolver
	return resolver
}

func fieldNamed(t *testing.T, name string) access.Field {
	t.Helper()
	for _, field := range access.Fields() {
		if field.Path() == name {
			return field
		}
	}
	t.Fatalf("no field %q has a resolver", name)
	return access.Field{}
}

func decode(t *testing.T, raw json.RawMessage) any {
	t.Helper()
	var value any
	if err := json.Unmarshal(raw, &value); err != nil {
		t.Fatal(err)
	}
	return value
}

// ok answers the value of a field that must have one.
func (r reply) ok() args {
	r.t.Helper()
	if r.err != nil {
		r.t.Fatalf("%s: got %s: %s, want a value", r.name, r.err.Type, r.err.Message)
	}
	value, isObject := r.value.(args)
	if !isObject {
		r.t.Fatalf("%s: got %v, want an object", r.name, r.value)
	}
	return value
}

// null fails unless the field answered null without an error.
func (r reply) null() {
	r.t.Helper()
	if r.err != nil || r.value != nil {
		r.t.Errorf("%s: got %v and error %v, want null", r.name, r.value, r.err)
	}
}

// fails checks the type of the error, and that the error says nothing of people: it has no data, no errorInfo, and none of
// their names, subs and texts in its message.
func (r reply) fails(errorType string) {
	r.t.Helper()
	if r.err == nil {
		r.t.Errorf("%s: got %v, want the error %s", r.name, r.value, errorType)
		return
	}
	if r.err.Type != errorType {
		r.t.Errorf("%s: got %s: %s, want %s", r.name, r.err.Type, r.err.Message, errorType)
	}
	if r.value != nil || r.err.Data != nil || r.err.Info != nil {
		r.t.Errorf("%s: got value %v, data %s, info %s with an error, want none", r.name, r.value, r.err.Data, r.err.Info)
	}
	for _, private := range []string{bob.Sub, "bob", carol.Sub, "carol", secret} {
		if strings.Contains(r.err.Message, private) {
			r.t.Errorf("%s: message %q has %q, want nothing of another person", r.name, r.err.Message, private)
		}
	}
}

// secret is in every text that tests store for bob and carol, and in DynamoDB's own messages.
const secret = "not for others"

// items are the items of a connection, by one member.
func (r reply) items(member string) []string {
	r.t.Helper()
	list, _ := r.ok()["items"].([]any)
	texts := make([]string, len(list))
	for i, item := range list {
		texts[i], _ = item.(args)[member].(string)
	}
	return texts
}

// operations are the names of all operations so far on a table; those of a transaction's items follow its own.
func operations(s *table) []string {
	var names []string
	for _, op := range s.done {
		names = append(names, op.Name)
		for _, item := range op.Items {
			names = append(names, item.Name)
		}
	}
	return names
}

// forget starts the record of operations anew.
func (b *backend) forget() {
	b.products.done, b.photos.done, *b.photos.log, b.functions.asked = nil, nil, nil, nil
}

// wantNoOperation fails if a table or a function was asked for anything since forget.
func (b *backend) wantNoOperation() {
	b.t.Helper()
	if done := slices.Concat(operations(b.products), operations(b.photos), b.commands()); len(done) > 0 {
		b.t.Errorf("got operations %v, want none", done)
	}
}

// The fixtures: what people have made before a test begins.

func (b *backend) draft(description string) args {
	b.t.Helper()
	return b.call("Mutation.createProduct", admin, args{"input": args{
		"name": "Lamp", "description": description, "price": 1999, "currency": "EUR", "imgKey": b.upload(admin),
	}}).ok()
}

func (b *backend) live(description string) args {
	b.t.Helper()
	product := b.draft(description)
	return b.call("Mutation.publishProduct", admin, args{"id": product["id"], "version": product["version"]}).ok()
}

func (b *backend) photo(who appsyncjs.UserPoolIdentity) args {
	b.t.Helper()
	return b.call("Mutation.createPhoto", who, args{"input": args{"imgKey": b.upload(who), "caption": "A photo, " + secret}}).ok()
}

func (b *backend) comment(who appsyncjs.UserPoolIdentity, photo args) args {
	b.t.Helper()
	return b.call("Mutation.addComment", who, args{"photoId": photo["id"], "text": "A comment, " + secret}).ok()
}

// profile is what the Profile of a user says.
func (b *backend) profile(who appsyncjs.UserPoolIdentity) args {
	b.t.Helper()
	return b.call("Query.getProfile", carol, args{"owner": who.Sub}).ok()
}
