package s3_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	client "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/s3"
	"lightbox.example/lightbox/sandbox/store"
)

const (
	account = deploytest.Account
	region  = deploytest.Region
	stack   = "Lightbox-dev-FileStorage"
)

// rig is the FileStorage stack of dev, deployed to an S3 that listens on the loopback.
type rig struct {
	*deploytest.Deployment
	t       *testing.T
	s       *s3.Service
	server  *httptest.Server // TLS
	plain   *httptest.Server
	client  *http.Client // of the TLS server
	files   string       // the bucket
	logs    string
	keys    keys
	entries chan *aws.Entry // of the requests, the latest ones

	// The policies and their documents by their names.
	policies  map[string]*iam.Policy
	documents map[string]map[string]any

	// inside is whether clients call without a wire and a signature, as they have to when the clock is not the machine's.
	inside bool
	clock  *deploytest.Clock
}

type keys map[string]aws.Credentials

func (k keys) Credentials(id string) (aws.Credentials, bool) {
	credentials, ok := k[id]
	return credentials, ok
}

func newRig(t *testing.T) *rig { return newRigOn(t, store.NewMemory(), t.TempDir()) }

func newRigOn(t *testing.T, db store.Store, dir string) *rig {
	t.Helper()
	r := startRig(t, db, dir)
	r.deploy("dev")
	return r
}

// startRig is a rig without a stack.
func startRig(t *testing.T, db store.Store, dir string) *rig {
	t.Helper()
	r := &rig{t: t, keys: keys{}, documents: map[string]map[string]any{}, clock: deploytest.ClockAt(time.Now().UTC()), entries: make(chan *aws.Entry, 100)}
	s, err := s3.New(s3.Config{Store: db, Dir: dir, Small: smallInRig, Keys: r.keys, Now: r.clock.Now, Region: region, Account: account})
	if err != nil {
		t.Fatal(err)
	}
	r.s = s
	handler := http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		ctx, entry := aws.WithEntry(request.Context())
		s.ServeHTTP(w, request.WithContext(ctx))
		select {
		case r.entries <- entry:
		default:
		}
	})
	r.server, r.plain = httptest.NewTLSServer(handler), httptest.NewServer(handler)
	r.client = dial(r.server)
	t.Cleanup(func() {
		r.client.CloseIdleConnections()
		r.server.Close()
		r.plain.Close()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// deploy makes what the environment's template declares.
func (r *rig) deploy(environment string) {
	r.t.Helper()
	policies := map[string]*iam.Policy{}
	r.policies = policies
	policy := aws.ResourceType{
		Create: func(_ context.Context, declared aws.Resource) (aws.State, error) {
			document, err := json.Marshal(declared.Properties["PolicyDocument"])
			if err != nil {
				return aws.State{}, err
			}
			name := strings.TrimRight(declared.LogicalID, "0123456789ABCDEF")
			r.documents[name] = declared.Properties["PolicyDocument"].(map[string]any)
			policies[name], err = iam.Parse(iam.Identity, name, document)
			return aws.State{PhysicalID: name}, err
		},
	}
	managed := map[string]aws.ResourceType{"AWS::IAM::ManagedPolicy": policy, "AWS::IAM::Policy": policy}
	r.Deployment = deploytest.New(r.t, "../..", environment, r.s.ResourceTypes(), managed)
	r.Deploy("Auth", "Identity", "FileStorage")
	r.files = r.One(bucketType, "Files").State.PhysicalID
	r.logs = r.One(bucketType, "AccessLogs").State.PhysicalID
	r.people(policies)
}

// declare is a resource of the stack before there is one.
func declare(id string, properties map[string]any) aws.Resource {
	return aws.Resource{
		Partition: "aws", Region: region, Account: account, Stack: stack, LogicalID: id, Suffix: "abcdefghijkl", Properties: properties,
	}
}

// The callers of the misuse cases, and an operator who may do everything that the bucket policy does not forbid.
const (
	userA, userB, admin, guest, operator = "AKIDA", "AKIDB", "AKIDADM", "AKIDG", "AKIDOPERATOR"
	anyone                               = ""
)

// identity is the id of a caller in the identity pool, sub the one in the user pool.
func identity(key string) string { return "us-east-1:" + strings.TrimPrefix(key, "AKID") }
func sub(key string) string      { return "sub-" + strings.TrimPrefix(key, "AKID") }

func (r *rig) people(policies map[string]*iam.Policy) {
	all, err := iam.Parse(iam.Identity, "Operator", []byte(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}`))
	if err != nil {
		r.t.Fatal(err)
	}
	for key, attached := range map[string][]*iam.Policy{
		userA: {policies["UserAccess"]}, userB: {policies["UserAccess"]}, admin: {policies["UserAccess"], policies["AdminAccess"]},
		guest: {policies["GuestAccess"]}, operator: {all},
	} {
		session := iam.RoleSession{
			Role: "arn:aws:iam::" + account + ":role/" + strings.TrimPrefix(key, "AKID"), Name: "CognitoIdentityCredentials",
			Identity: iam.WebIdentity{Provider: "cognito-identity.amazonaws.com", Subject: identity(key), Methods: []string{"authenticated"}},
			Tags:     []iam.Tag{{Key: "user", Value: sub(key)}},
		}
		credentials := aws.Credentials{
			Secret: "secret " + key, SessionToken: "token " + key, Expiration: r.clock.Now().Add(1000 * time.Hour), Account: account,
			Principal: session, Identity: attached,
		}
		if key == guest {
			session.Tags, session.Identity.Methods = nil, []string{"unauthenticated"}
			credentials.Principal, credentials.Session = session, iam.GuestCeiling()
		}
		r.keys[key] = credentials
	}
}

// dial sends all requests to the server, whatever their host.
func dial(server *httptest.Server) *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
				return (&net.Dialer{}).DialContext(ctx, network, server.Listener.Addr().String())
			},
			TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, //nolint:gosec // a server of our own on the loopback
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// as is a client of AWS's SDK, which talks to AWS as far as it knows, in virtual-host style and over TLS.
func (r *rig) as(key string, options ...func(*client.Options)) *client.Client {
	o := client.Options{
		Region: region, HTTPClient: r.client, Retryer: sdk.NopRetryer{},
		Credentials: sdk.AnonymousCredentials{},
		// As a client is that loads its configuration.
		RequestChecksumCalculation: sdk.RequestChecksumCalculationWhenSupported,
		ResponseChecksumValidation: sdk.ResponseChecksumValidationWhenSupported,
	}
	if r.inside {
		o.HTTPClient, o.RequestChecksumCalculation = inside{r, key}, sdk.RequestChecksumCalculationWhenRequired
		return client.New(o, options...)
	}
	if key != anyone {
		c := r.keys[key]
		o.Credentials = credentials.NewStaticCredentialsProvider(key, c.Secret, c.SessionToken)
	}
	return client.New(o, options...)
}

// inside sends requests to the service as those of a caller, by TLS.
type inside struct {
	r   *rig
	key string
}

// Do answers a request.
func (i inside) Do(request *http.Request) (*http.Response, error) {
	request = request.Clone(request.Context())
	request.TLS, request.Host = &tls.ConnectionState{Version: tls.VersionTLS13}, request.URL.Host
	recorder := httptest.NewRecorder()
	i.r.s.As(i.r.caller(i.key)).ServeHTTP(recorder, request)
	return recorder.Result(), nil
}

// put puts an object as the operator and returns its version.
func (r *rig) put(key, content string, options ...func(*client.PutObjectInput)) string {
	r.t.Helper()
	input := &client.PutObjectInput{Bucket: &r.files, Key: &key, Body: strings.NewReader(content)}
	for _, option := range options {
		option(input)
	}
	output, err := r.as(operator).PutObject(context.Background(), input)
	if err != nil {
		r.t.Fatalf("put %s: %v", key, err)
	}
	return sdk.ToString(output.VersionId)
}

// content is what a reader of the object gets.
func (r *rig) content(key string) string {
	r.t.Helper()
	output, err := r.as(operator).GetObject(context.Background(), &client.GetObjectInput{Bucket: &r.files, Key: &key})
	if err != nil {
		return "error " + codeOf(err)
	}
	return read(r.t, output.Body)
}

func read(t *testing.T, body io.ReadCloser) string {
	t.Helper()
	content, err := io.ReadAll(body)
	if err := errors.Join(err, body.Close()); err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// These are how many bytes a body may have in tests to lie in the store: so there are both kinds.
const (
	smallInRig  = 4
	smallOnDisk = 1000
)

// heldIn counts the bodies that are in the store.
func heldIn(t testing.TB, db store.Store) (n int) {
	t.Helper()
	err := db.View(func(tx store.Reader) error {
		for range tx.Range("s3/bodies", store.Range{}) {
			n++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// bodies counts what is kept, in files and in the store.
func (r *rig) bodies() int {
	r.t.Helper()
	n := heldIn(r.t, r.s.Store)
	err := filepath.WalkDir(filepath.Join(r.s.Dir, "objects"), func(_ string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			n++
		}
		return err
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return n
}

// codeOf is the error code of S3 in an error of the SDK, "none" if there is no error, and the status of a bodiless one.
func codeOf(err error) string {
	if err == nil {
		return "none"
	}
	var api smithy.APIError
	if !errors.As(err, &api) {
		return err.Error()
	}
	return api.ErrorCode()
}

// answer is a response that was read.
type answer struct {
	status int
	header http.Header
	body   string
}

// request sends a request that no SDK would send, unsigned, to a host of the bucket.
func (r *rig) request(method, target string, headers map[string]string, body string) answer {
	r.t.Helper()
	request, err := http.NewRequest(method, "https://"+r.files+".s3.us-east-1.amazonaws.com"+target, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	return r.send(request)
}

// send sends a request over TLS.
func (r *rig) send(request *http.Request) answer {
	r.t.Helper()
	response, err := r.client.Do(request)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(content)}
}

// direct serves a request as the caller without a wire, over TLS unless it says otherwise.
func (r *rig) direct(caller aws.Caller, method, target string, headers map[string]string, body []byte) *httptest.ResponseRecorder {
	request := httptest.NewRequest(method, "https://"+r.files+".s3.us-east-1.amazonaws.com"+target, bytes.NewReader(body))
	request.TLS = &tls.ConnectionState{Version: tls.VersionTLS13}
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	recorder := httptest.NewRecorder()
	r.s.As(caller).ServeHTTP(recorder, request)
	return recorder
}

// caller is who has the key, known without a signature.
func (r *rig) caller(key string) aws.Caller {
	c := r.keys[key]
	return aws.Caller{AccessKeyID: key, Account: c.Account, Principal: c.Principal, Identity: c.Identity, Session: c.Session}
}

func want(t testing.TB, what string, got, want any) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// directTo serves a GET of any URL as the caller.
func (r *rig) directTo(caller aws.Caller, method, url string) *httptest.ResponseRecorder {
	recorder := httptest.NewRecorder()
	r.s.As(caller).ServeHTTP(recorder, httptest.NewRequest(method, url, nil))
	return recorder
}
