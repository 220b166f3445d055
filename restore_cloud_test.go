package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"flag"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentity"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox"
)

var byCLI = flag.Bool("restore-by-cli", false, "run each step of a restore by the CDK CLI, instead of one of each kind")

// The commands of the runbook's part about restoring, as printed.
const (
	restoreTable = "go run ./cmd/lightbox restore table photos --env prod --to 2026-11-30T09:15:00Z"
	takeTable    = "npx cdk import API -c env=prod --resource-mapping restored.json --force\nmake deploy ENV=prod"
	restoreFile  = "go run ./cmd/lightbox restore file KEY --env prod\ngo run ./cmd/lightbox restore file KEY --env prod --version VERSION"
	restoreKept  = "go run ./cmd/lightbox restore kept --env prod"
)

// typed are the arguments of a printed command behind what it begins with, with values in the place of some of its words.
func typed(t *testing.T, command, begins string, values ...string) []string {
	t.Helper()
	args, ok := strings.CutPrefix(command, begins+" ")
	if !ok {
		t.Fatalf("got %s, want it to begin with %s", command, begins)
	}
	return strings.Fields(strings.NewReplacer(values...).Replace(args))
}

const program = "go run ./cmd/lightbox"

// lightbox runs the command against the sandbox.
func (c cloud) lightbox(args ...string) (string, error) {
	c.t.Helper()
	out, err := c.command("go", append([]string{"run", "./cmd/lightbox"}, args...)...).CombinedOutput()
	return string(out), err
}

// ran is lightbox for a command that has to succeed.
func (c cloud) ran(args ...string) string {
	c.t.Helper()
	out, err := c.lightbox(args...)
	if err != nil {
		c.t.Fatalf("lightbox %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

// root is the sandbox's operator, and reaching how its services are reached.
var root = credentials.NewStaticCredentialsProvider(sandbox.AccessKeyID, sandbox.SecretAccessKey, "")

func (c cloud) reaching() *string { return sdk.String("http://" + c.HTTP()) }

func (c cloud) stacksAPI() *cloudformation.Client {
	return cloudformation.New(cloudformation.Options{Region: "us-east-1", BaseEndpoint: c.reaching(), Credentials: root})
}

func (c cloud) tablesAPI() *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{Region: "us-east-1", BaseEndpoint: c.reaching(), Credentials: root})
}

// filesAPI is S3 for whoever has the keys, by TLS, as the bucket's policy wants.
func (c cloud) filesAPI(keys sdk.CredentialsProvider) *s3.Client {
	c.t.Helper()
	authority, err := os.ReadFile(c.CAFile())
	if err != nil {
		c.t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(authority)
	return s3.New(s3.Options{
		Region: "us-east-1", BaseEndpoint: sdk.String("https://" + c.HTTPS()), UsePathStyle: true, Credentials: keys,
		HTTPClient: &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}},
	})
}

// resource is the physical id of the one resource of a stack of prod whose type and beginning of the logical id are these.
func (c cloud) resource(stack, kind, prefix string) string {
	c.t.Helper()
	for _, r := range c.one(stack).Resources {
		if r.Type == kind && strings.HasPrefix(r.LogicalID, prefix) && r.Status != "DELETE_COMPLETE" {
			return r.PhysicalID
		}
	}
	c.t.Fatalf("%s has no %s %s…", stack, kind, prefix)
	return ""
}

func (c cloud) functionsAPI() *lambda.Client {
	return lambda.New(lambda.Options{Region: "us-east-1", BaseEndpoint: c.reaching(), Credentials: root})
}

func (c cloud) readJSON(file string, into any) {
	c.t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		c.t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		c.t.Fatal(err)
	}
}

// prodPool is the user pool that a test signs people in to.
func (c cloud) prodPool() deploytest.UserPool {
	return deploytest.UserPool{
		T: c.t, Service: c.Users, Pool: c.resource("Auth", poolKind, "UserPool"), Client: c.resource("Auth", "AWS::Cognito::UserPoolClient", "WebClient"), Now: time.Now,
	}
}

// enter signs somebody in and returns their identity with its keys.
func (c cloud) enter(name string) (identity string, keys sdk.CredentialsProvider) {
	c.t.Helper()
	pool := c.prodPool()
	api := cognitoidentity.New(cognitoidentity.Options{Region: "us-east-1", BaseEndpoint: c.reaching(), Credentials: sdk.AnonymousCredentials{}})
	logins := map[string]string{"cognito-idp.us-east-1.amazonaws.com/" + pool.Pool: pool.SignIn(name).IDToken}
	id, err := api.GetId(c.t.Context(), &cognitoidentity.GetIdInput{IdentityPoolId: sdk.String(c.resource("Identity", "AWS::Cognito::IdentityPool", "IdentityPool")), Logins: logins})
	if err != nil {
		c.t.Fatal(err)
	}
	made, err := api.GetCredentialsForIdentity(c.t.Context(), &cognitoidentity.GetCredentialsForIdentityInput{IdentityId: id.IdentityId, Logins: logins})
	if err != nil {
		c.t.Fatal(err)
	}
	k := made.Credentials
	return *id.IdentityId, credentials.NewStaticCredentialsProvider(*k.AccessKeyId, *k.SecretKey, *k.SessionToken)
}

func (c cloud) bucket() string { return c.resource("FileStorage", "AWS::S3::Bucket", "Files") }

// read is a file as somebody reads it.
func (c cloud) read(keys sdk.CredentialsProvider, key string) (string, error) {
	c.t.Helper()
	out, err := c.filesAPI(keys).GetObject(c.t.Context(), &s3.GetObjectInput{Bucket: sdk.String(c.bucket()), Key: &key})
	if err != nil {
		return "", err
	}
	defer out.Body.Close()
	text, err := io.ReadAll(out.Body)
	return string(text), err
}

func (c cloud) write(keys sdk.CredentialsProvider, key, text string) {
	c.t.Helper()
	_, err := c.filesAPI(keys).PutObject(c.t.Context(), &s3.PutObjectInput{
		Bucket: sdk.String(c.bucket()), Key: &key, Body: bytes.NewReader([]byte(text)), ContentType: sdk.String("text/plain"),
	})
	if err != nil {
		c.t.Fatal(err)
	}
}
