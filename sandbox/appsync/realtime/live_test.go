package realtime

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox/appsync"
	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/cognito/tokens"
	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/store"
)

const liveSchema = `
type Note @aws_iam @aws_cognito_user_pools { id: ID! text: String owner: String size: Int secret: String @aws_cognito_user_pools(cognito_groups: ["Admins"]) }
type Query { nothing: String @aws_cognito_user_pools }
type Mutation {
  note(id: ID!, text: String, owner: String, size: Int, secret: String): Note @aws_cognito_user_pools
  other(id: ID!): Note @aws_cognito_user_pools
}
type Subscription {
  onNote(owner: String): Note @aws_subscribe(mutations: ["note"]) @aws_iam @aws_cognito_user_pools
  onBigNote: Note @aws_subscribe(mutations: ["note"]) @aws_cognito_user_pools
  onNoteForAdmins: Note @aws_subscribe(mutations: ["note"]) @aws_cognito_user_pools(cognito_groups: ["Admins"])
  onNoteForNobody: Note @aws_subscribe(mutations: ["note"]) @aws_cognito_user_pools
}`

// liveCode are the resolvers, on a data source of type NONE.
var liveCode = map[string]string{
	"Mutation.note":  `export function request(ctx) { return { payload: ctx.args } } export function response(ctx) { return ctx.result }`,
	"Mutation.other": `export function request(ctx) { return { payload: ctx.args } } export function response(ctx) { return ctx.result }`,
	"Subscription.onBigNote": `import { extensions, util } from '@aws-appsync/utils';
		export function request() { return { payload: null } }
		export function response() { extensions.setSubscriptionFilter(util.transform.toSubscriptionFilter({ size: { gt: 100 } })); return null }`,
	"Subscription.onNoteForNobody": `import { util } from '@aws-appsync/utils';
		export function request() { util.unauthorized() } export function response() { return null }`,
}

// people are the tokens of the tests: NAME, or NAME/GROUP for one in a group. They were issued when the clock was made and
// last an hour, those of "late" a minute.
type people struct {
	clock  *deploytest.Clock
	issued time.Time
}

func (p people) Verify(token string, _ tokens.Expect) (tokens.Token, error) {
	name, group, _ := strings.Cut(token, "/")
	expires := p.issued.Add(time.Hour)
	switch name {
	case "late":
		expires = p.issued.Add(time.Minute)
	case "nobody":
		return tokens.Token{}, tokens.ErrMalformed
	}
	if p.clock.Now().After(expires) {
		return tokens.Token{}, tokens.ErrExpired
	}
	t := tokens.Token{Pool: "us-east-1_pool", Use: "access", Client: "client", Sub: "sub-of-" + name, Username: name, Expires: expires, Claims: map[string]any{"sub": "sub-of-" + name}}
	if group != "" {
		t.Groups = []string{group}
	}
	return t, nil
}

// The access key of the tests, which may use everything.
const keyID, keySecret = "AKIATEST", "secret"

type keys struct{}

func (keys) Credentials(id string) (aws.Credentials, bool) {
	policy, err := iam.Parse(iam.Identity, "Test", []byte(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`))
	if err != nil {
		panic(err)
	}
	return aws.Credentials{
		Secret: keySecret, Account: "000000000000", Principal: iam.RoleSession{Role: "arn:aws:iam::000000000000:role/Test", Name: "test"}, Identity: []*iam.Policy{policy},
	}, id == keyID
}

// A live is an endpoint over a real API.
type live struct {
	*endpoint
	apis *appsync.Service
}

// serveLive makes the API and serves its real-time endpoint.
func serveLive(t testing.TB, config Config) *live {
	t.Helper()
	clock := newClock()
	config.Now = clock.Now
	apis, err := appsync.New(appsync.Config{Store: store.NewMemory(), Now: clock.Now, Keys: keys{}, Tokens: people{clock, clock.Now()}})
	if err != nil {
		t.Fatal(err)
	}
	types := apis.ResourceTypes()
	create := func(kind string, properties map[string]any) aws.State {
		t.Helper()
		state, err := types["AWS::AppSync::"+kind].Create(t.Context(), aws.Resource{
			Partition: "aws", Region: "us-east-1", Account: "000000000000", Stack: "Test", LogicalID: fmt.Sprintf("%s%d", kind, len(properties)),
			Suffix: "abcdefghijkl", Properties: properties,
		})
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		return state
	}
	api := create("GraphQLApi", map[string]any{
		"Name": "notes", "AuthenticationType": "AMAZON_COGNITO_USER_POOLS",
		"UserPoolConfig":                    map[string]any{"UserPoolId": "us-east-1_pool", "AwsRegion": "us-east-1", "DefaultAction": "ALLOW"},
		"AdditionalAuthenticationProviders": []any{map[string]any{"AuthenticationType": "AWS_IAM"}},
	})
	id := api.Attributes["ApiId"].(string)
	create("GraphQLSchema", map[string]any{"ApiId": id, "Definition": liveSchema})
	create("DataSource", map[string]any{"ApiId": id, "Name": "None", "Type": "NONE"})
	for field, code := range liveCode {
		parent, name, _ := strings.Cut(field, ".")
		create("Resolver", map[string]any{
			"ApiId": id, "TypeName": parent, "FieldName": name, "DataSourceName": "None", "Code": code,
			"Runtime": map[string]any{"Name": "APPSYNC_JS", "RuntimeVersion": "1.0.0"},
		})
	}
	config.APIs = apis
	l := &live{endpoint: serve(t, config, id), apis: apis}
	l.clock = clock
	apis.Subscribers(l.Service)
	return l
}

// as are the headers of a user.
func (l *live) as(token string) map[string]string {
	return map[string]string{"Authorization": token, "host": l.apiHost()}
}

// apiHost is the name of the API's HTTP endpoint.
func (l *live) apiHost() string { return l.apiID + ".appsync-api.us-east-1.amazonaws.com" }

// signed are the headers of a POST that the access key signed.
func (l *live) signed(t testing.TB, path, body string) map[string]string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://"+l.apiHost()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json; charset=UTF-8")
	sum := sha256.Sum256([]byte(body))
	err = v4.NewSigner().SignHTTP(t.Context(), sdk.Credentials{AccessKeyID: keyID, SecretAccessKey: keySecret}, request,
		hex.EncodeToString(sum[:]), "appsync", "us-east-1", l.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	header := map[string]string{"host": l.apiHost()}
	for name := range maps.Keys(request.Header) {
		header[strings.ToLower(name)] = request.Header.Get(name)
	}
	return header
}

// operation is the body of a request.
func operation(query string) string {
	body, err := json.Marshal(map[string]any{"query": query, "variables": map[string]any{}})
	if err != nil {
		panic(err)
	}
	return string(body)
}

// begin subscribes and waits for the acknowledgement.
func (c client) begin(id, query string, header map[string]string) {
	c.t.Helper()
	c.say(start(id, operation(query), header))
	c.wants(`{"id":"` + id + `","type":"start_ack"}`)
}

// mutate sends a mutation as alice, and returns its data.
func (l *live) mutate(t testing.TB, mutation string) string {
	t.Helper()
	return l.mutateAs(t, "alice", mutation)
}

func (l *live) mutateAs(t testing.TB, token, mutation string) string {
	t.Helper()
	request := httptest.NewRequestWithContext(context.Background(), http.MethodPost, "https://"+l.apiHost()+"/graphql", strings.NewReader(operation("mutation {"+mutation+"}")))
	request.Header.Set("Authorization", token)
	recorder := httptest.NewRecorder()
	l.apis.ServeHTTP(recorder, request)
	body := recorder.Body.Bytes()
	if recorder.Code != http.StatusOK || bytes.Contains(body, []byte(`"errors"`)) {
		t.Fatalf("%s: got %d %s", mutation, recorder.Code, body)
	}
	return string(body)
}
