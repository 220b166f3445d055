package sandbox_test

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox"
	"lightbox.example/lightbox/sandbox/aws"
)

// A backend is the five stacks of dev as its clients know them: by the names of AWS, over the wire, wherever the sandbox
// runs. Its methods fail no test and are safe for concurrent use.
type backend struct {
	client   *http.Client
	overview sandbox.Overview
	now      func() time.Time
}

// root is the developer's own key.
var root = sdk.Credentials{AccessKeyID: sandbox.AccessKeyID, SecretAccessKey: sandbox.SecretAccessKey}

// reach finds out what the sandbox has that answers at an address.
func reach(address string) (*backend, error) { return reachAt(address, time.Now) }

// reachAt is reach, by another clock than the machine's.
func reachAt(address string, now func() time.Time) (*backend, error) {
	b := &backend{client: &http.Client{Timeout: time.Minute}, now: now}
	response, err := b.client.Get("http://" + address + "/_lightbox/")
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	if err := json.NewDecoder(response.Body).Decode(&b.overview); err != nil {
		return nil, err
	}
	pem, err := os.ReadFile(b.overview.CAFile)
	if err != nil {
		return nil, err
	}
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM(pem)
	b.client.Transport = &http.Transport{
		TLSClientConfig:     &tls.Config{RootCAs: trusted, Time: now, MinVersion: tls.VersionTLS12, ClientSessionCache: tls.NewLRUClientSessionCache(0)},
		MaxIdleConnsPerHost: 1000,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "tcp", b.overview.HTTPS)
		},
	}
	return b, nil
}

// close ends the connections that nobody uses.
func (b *backend) close() { b.client.CloseIdleConnections() }

// output is an output of a stack of dev, or of prod where that is deployed.
func (b *backend) output(stack, key string) string {
	return cmp.Or(b.overview.Output("Lightbox-dev-"+stack, key), b.overview.Output("Lightbox-prod-"+stack, key))
}

// endpoint is the URL of a service of the region.
func endpoint(service string) string { return "https://" + service + ".us-east-1.amazonaws.com/" }

// object is the URL of a key in the bucket. The ids of identities have a colon, which S3 signs as %3A.
func (b *backend) object(key string) string {
	return "https://" + b.output("FileStorage", "BucketName") + ".s3.us-east-1.amazonaws.com/" + strings.ReplaceAll(key, ":", "%3A")
}

// request is one that the credentials sign, unless they are empty.
func (b *backend) request(by sdk.Credentials, service, method, target string, body []byte) (*http.Request, error) {
	request, err := http.NewRequest(method, target, bytes.NewReader(body))
	if err != nil || by.AccessKeyID == "" {
		return request, err
	}
	sum := sha256.Sum256(body)
	hash := hex.EncodeToString(sum[:])
	request.Header.Set("X-Amz-Content-Sha256", hash)
	signer := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = service == "s3" })
	return request, signer.SignHTTP(context.Background(), by, request, hash, service, "us-east-1", b.now())
}

// send sends a request and reads the answer as a whole.
func (b *backend) send(request *http.Request, err error) (answer, error) {
	if err != nil {
		return answer{}, err
	}
	response, err := b.client.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	return answer{response.StatusCode, response.Header, string(body)}, err
}

// files sends a request to S3.
func (b *backend) files(by sdk.Credentials, method, key string, body []byte) (answer, error) {
	return b.send(b.request(by, "s3", method, b.object(key), body))
}

// targets are what X-Amz-Target begins with.
var targets = map[string]string{
	"cognito-idp": "AWSCognitoIdentityProviderService.", "cognito-identity": "AWSCognitoIdentityService.", "dynamodb": "DynamoDB_20120810.",
}

// post sends an operation to a service that speaks JSON.
func (b *backend) post(by sdk.Credentials, service, operation string, body []byte) (answer, error) {
	request, err := http.NewRequest(http.MethodPost, endpoint(service), bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	request.Header.Set("Content-Type", "application/x-amz-json-1.1")
	request.Header.Set("X-Amz-Target", targets[service]+operation)
	if by.AccessKeyID != "" {
		sum := sha256.Sum256(body)
		err = v4.NewSigner().SignHTTP(context.Background(), by, request, hex.EncodeToString(sum[:]), service, "us-east-1", b.now())
	}
	return b.send(request, err)
}

// call is post, with the error of the service if it refuses.
func (b *backend) call(by sdk.Credentials, service, operation string, input, output any) error {
	body, err := json.Marshal(input)
	if err != nil {
		return err
	}
	a, err := b.post(by, service, operation, body)
	switch {
	case err != nil:
		return err
	case a.status != http.StatusOK:
		return fmt.Errorf("%s: got %d %.300s", operation, a.status, a.body)
	case output == nil:
		return nil
	}
	return json.Unmarshal([]byte(a.body), output)
}

// Handle implements deploytest.Cognito: the administrator signs what needs a signature.
func (b *backend) Handle(_ context.Context, operation string, body []byte) ([]byte, *aws.Error) {
	var by sdk.Credentials
	if strings.HasPrefix(operation, "Admin") {
		by = root
	}
	a, err := b.post(by, "cognito-idp", operation, body)
	if err != nil {
		return nil, aws.Refuse(http.StatusServiceUnavailable, "Unreachable", "%v", err)
	}
	if a.status != http.StatusOK {
		return nil, aws.Refuse(a.status, a.header.Get("X-Amzn-Errortype"), "%s", a.body)
	}
	return []byte(a.body), nil
}

// people is the backend's user pool.
func (b *backend) people(t testing.TB) deploytest.UserPool {
	return deploytest.UserPool{T: t, Service: b, Pool: b.output("Auth", "UserPoolId"), Client: b.output("Auth", "UserPoolClientId"), Now: b.now}
}

// A person is somebody who has signed in.
type person struct {
	deploytest.Tokens
	name, sub, identity string
	keys                sdk.Credentials
}

// enter signs a user in, and gets the AWS credentials that the identity pool has for them.
func (b *backend) enter(pool deploytest.UserPool, name string) (person, error) {
	p := person{name: name}
	var err error
	if p.Tokens, err = pool.Enter(name); err != nil {
		return p, err
	}
	var claims struct{ Sub, Username string }
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(p.AccessToken, ".")[1])
	if err == nil {
		err = json.Unmarshal(payload, &claims)
	}
	if err == nil && claims.Username != name {
		err = fmt.Errorf("%s: got a token of %s", name, claims.Username)
	}
	if err != nil {
		return p, err
	}
	p.sub = claims.Sub
	p.identity, p.keys, err = b.credentials(pool, p.IDToken)
	return p, err
}

// credentials are those of the identity that a token stands for; a new guest's for none.
func (b *backend) credentials(pool deploytest.UserPool, token string) (identity string, keys sdk.Credentials, err error) {
	logins := map[string]string{}
	if token != "" {
		logins["cognito-idp.us-east-1.amazonaws.com/"+pool.Pool] = token
	}
	var id struct{ IdentityID string }
	var made struct {
		Credentials struct{ AccessKeyID, SecretKey, SessionToken string }
	}
	err = b.call(sdk.Credentials{}, "cognito-identity", "GetId", map[string]any{"IdentityPoolId": b.output("Identity", "IdentityPoolId"), "Logins": logins}, &id)
	if err == nil {
		err = b.call(sdk.Credentials{}, "cognito-identity", "GetCredentialsForIdentity", map[string]any{"IdentityId": id.IdentityID, "Logins": logins}, &made)
	}
	c := made.Credentials
	return id.IdentityID, sdk.Credentials{AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretKey, SessionToken: c.SessionToken}, err
}

// A graphQLError is the first error of an answer.
type graphQLError struct{ ErrorType, Message string }

func (e *graphQLError) Error() string { return e.ErrorType + ": " + e.Message }

// errorType is that of a GraphQL error, "" for none.
func errorType(err error) string {
	var refusal *graphQLError
	if !errors.As(err, &refusal) {
		return ""
	}
	return refusal.ErrorType
}

// graphQL is a request to the API, with a token or by credentials.
func (b *backend) graphQL(by person, query string, variables map[string]any) (*http.Request, error) {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return nil, err
	}
	target := b.output("API", "GraphQLAPIURL")
	if by.AccessToken == "" {
		return b.request(by.keys, "appsync", http.MethodPost, target, body)
	}
	request, err := http.NewRequest(http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", by.AccessToken)
	return request, nil
}

// ask decodes the data that answers a query; the error is a *graphQLError if the API reports one.
func (b *backend) ask(by person, query string, variables map[string]any, data any) error {
	a, err := b.send(b.graphQL(by, query, variables))
	if err != nil {
		return err
	}
	var said struct {
		Data   json.RawMessage
		Errors []*graphQLError
	}
	if err := json.Unmarshal([]byte(a.body), &said); err != nil {
		return fmt.Errorf("got %d %.300s: %w", a.status, a.body, err)
	}
	if len(said.Errors) > 0 {
		return said.Errors[0]
	}
	if a.status != http.StatusOK {
		return fmt.Errorf("got %d %.300s", a.status, a.body)
	}
	if data == nil {
		return nil
	}
	return json.Unmarshal(said.Data, data)
}
