package deploytest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/roles"
)

// A Client sends requests to a service, signed by AWS's own signer.
type Client struct {
	T                  testing.TB
	URL                string // of the service's listener
	Service            string // as in a signature's scope
	Key, Secret, Token string // no signature if Key is empty
	Now                time.Time
	Host               string // instead of that in URL, unless empty
}

// Post sends a body and returns the answer.
func (c Client) Post(header map[string]string, body string) (status int, answer string, answered http.Header) {
	c.T.Helper()
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, c.URL+"/", strings.NewReader(body))
	if err != nil {
		c.T.Fatal(err)
	}
	r.Host = c.Host
	for name, value := range header {
		r.Header.Set(name, value)
	}
	if c.Key != "" {
		sum := sha256.Sum256([]byte(body))
		credentials := sdk.Credentials{AccessKeyID: c.Key, SecretAccessKey: c.Secret, SessionToken: c.Token}
		if err := v4.NewSigner().SignHTTP(context.Background(), credentials, r, hex.EncodeToString(sum[:]), c.Service, Region, c.Now); err != nil {
			c.T.Fatal(err)
		}
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		c.T.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		c.T.Fatal(err)
	}
	return response.StatusCode, string(text), response.Header
}

// Call calls an operation of a service with a JSON protocol. The target is what X-Amz-Target names. The code is that of the
// error, "" if there was none.
func (c Client) Call(target string, input any) (output map[string]any, code string) {
	c.T.Helper()
	body, ok := input.(string)
	if !ok {
		text, err := json.Marshal(input)
		if err != nil {
			c.T.Fatal(err)
		}
		body = string(text)
	}
	status, text, header := c.Post(map[string]string{"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": target}, body)
	if err := json.Unmarshal([]byte(text), &output); err != nil {
		c.T.Fatalf("%s: got %d with %q, want JSON", target, status, text)
	}
	if status == http.StatusOK {
		return output, ""
	}
	if code = header.Get("X-Amzn-Errortype"); code == "" {
		c.T.Fatalf("%s: got %d without a type of error", target, status)
	}
	return output, code
}

// Session is a session of a role for an identity of the pool with the methods.
func Session(t testing.TB, service *roles.Service, role, pool string, methods ...string) roles.Session {
	t.Helper()
	session, err := service.Assume(context.Background(), roles.Request{
		RoleARN: role, SessionName: "CognitoIdentityCredentials",
		WebIdentity: &iam.WebIdentity{Provider: "cognito-identity.amazonaws.com", Audience: pool, Subject: Region + ":1", Methods: methods},
	})
	if err != nil {
		t.Fatal(err)
	}
	return session
}
