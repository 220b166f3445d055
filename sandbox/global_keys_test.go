package sandbox_test

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox"
)

// globalConditions are conditions on the keys that IAM has in every request: an operator, what holds of a session of the
// deploying role, and what does not. There are no IAM users here, so that aws:username is never there.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
var globalConditions = map[string]struct{ operator, holds, fails string }{
	"aws:SecureTransport":  {"Bool", "true", "false"},
	"aws:CurrentTime":      {"DateGreaterThan", "2020-01-01T00:00:00Z", "2999-01-01T00:00:00Z"},
	"aws:EpochTime":        {"NumericGreaterThan", "1577836800", "32472144000"},
	"aws:RequestedRegion":  {"StringEquals", "us-east-1", "eu-central-1"},
	"aws:SourceIp":         {"IpAddress", "127.0.0.0/8", "192.0.2.0/24"},
	"aws:UserAgent":        {"StringLike", "Go-http-client/*", "aws-cli/*"},
	"aws:ViaAWSService":    {"Bool", "false", "true"},
	"aws:ResourceAccount":  {"StringEquals", "000000000000", "111122223333"},
	"aws:PrincipalAccount": {"StringEquals", "000000000000", "111122223333"},
	"aws:PrincipalArn":     {"ArnLike", "arn:aws:iam::*:role/cdk-*", "arn:aws:iam::*:role/other"},
	"aws:PrincipalType":    {"StringEquals", "AssumedRole", "User"},
	"aws:userid":           {"StringLike", "*:test", "*:other"},
	"aws:username":         {"Null", "true", "false"},
}

const deployRole = deploytest.Deployer

// deciding are one request for each operation that IAM decides about, by service, from the tables. S3 decides all that it has
// in one function, and AppSync too. Of STS no operation but this one needs a permission.
func deciding(t *testing.T, s *sandbox.Sandbox) map[string][]wireCall {
	calls := map[string][]wireCall{
		"s3":      {{target: "https://s3.us-east-1.amazonaws.com/"}, {target: "https://s3.us-east-1.amazonaws.com/cdk-hnb659fds-assets-000000000000-us-east-1?location"}},
		"sts":     {{body: "Action=AssumeRole&Version=2011-06-15&RoleSessionName=again&RoleArn=" + deployRole}},
		"appsync": {{target: output(t, s, "API", "GraphQLAPIURL"), body: `{"query": "{ listProducts { nextToken } }"}`}},
	}
	for service, table := range rests {
		for operation := range table.operations {
			method, path, _, _ := table.request(operation, map[string]any{"FunctionName": "none"})
			call := wireCall{method: method, target: table.endpoint + path}
			if method == http.MethodPost || method == http.MethodPut {
				call.body = "{}"
			}
			calls[service] = append(calls[service], call)
		}
	}
	for operation := range forms["cloudformation"].operations {
		calls["cloudformation"] = append(calls["cloudformation"], wireCall{body: "Version=" + forms["cloudformation"].version + "&Action=" + operation})
	}
	for service, table := range typed {
		for operation, o := range table.operations {
			if o.Signed {
				calls[service] = append(calls[service], wireCall{operation: jsonServices[service] + "." + operation, body: "{}"})
			}
		}
	}
	return calls
}

// wireCall is a request to a service. Without a target it goes to the regional endpoint; an operation is a JSON service's. Without a
// method it is a POST if it has a body, and else a GET.
type wireCall struct{ method, target, operation, body string }

// denied sends a call, and reports whether a policy refused it.
func (c wireCall) denied(t *testing.T, s *sandbox.Sandbox, who aws.Credentials, service string) bool {
	t.Helper()
	method := cmp.Or(c.method, http.MethodPost)
	if c.method == "" && c.body == "" {
		method = http.MethodGet
	}
	got := do(t, client(t, s), by(t, who, method, cmp.Or(c.target, "https://"+service+".us-east-1.amazonaws.com/"), service, c.operation, c.body))
	if got.status >= 500 {
		t.Errorf("%s: got %d %s", service, got.status, got.body)
	}
	return strings.Contains(got.body, "AccessDenied") || strings.Contains(got.body, "is not authorized to perform") || strings.Contains(got.body, "Not Authorized") ||
		strings.Contains(got.body, "Permission denied")
}

// W4: a policy that asks for a global key is decided alike for every operation of every service.
func TestW4_globalConditionKeys(t *testing.T) {
	s := deployed(t, sandbox.Config{})
	allowing := func(conditions string) aws.Credentials {
		return assumed(t, s, `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {`+conditions+`}}]}`)
	}
	condition := func(operator, key, value string) string { return fmt.Sprintf("%q: {%q: %q}", operator, key, value) }
	holding := map[string][]string{}
	for key, c := range globalConditions {
		holding[c.operator] = append(holding[c.operator], fmt.Sprintf("%q: %q", key, c.holds))
	}
	var all []string
	for operator, keys := range holding {
		all = append(all, fmt.Sprintf("%q: {%s}", operator, strings.Join(keys, ", ")))
	}
	session, calls := allowing(strings.Join(all, ", ")), deciding(t, s)
	for service, list := range calls {
		for _, call := range list {
			if call.denied(t, s, session, service) {
				t.Errorf("%s %v: got a denial where all global keys hold", service, call)
			}
		}
	}
	for key, c := range globalConditions {
		session := allowing(condition(c.operator, key, c.fails))
		for service, list := range calls {
			if !list[0].denied(t, s, session, service) {
				t.Errorf("%s %v with %s that does not hold: got no denial", service, list[0], key)
			}
		}
	}
}

// assumed is a session of the role that deploys, which may do what the policy says.
func assumed(t testing.TB, s *sandbox.Sandbox, policy string) aws.Credentials {
	t.Helper()
	root := aws.Credentials{AccessKeyID: sandbox.AccessKeyID, SecretAccessKey: sandbox.SecretAccessKey}
	return deploytest.AssumeRole(t, "http://"+s.HTTP(), root, deployRole, policy)
}

// by is a request that somebody signs. An operation is one of a JSON service.
func by(t testing.TB, who aws.Credentials, method, target, service, operation, body string) *http.Request {
	t.Helper()
	request, err := http.NewRequest(method, target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(body))
	hash := hex.EncodeToString(sum[:])
	request.Header.Set("X-Amz-Content-Sha256", hash)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if operation != "" {
		request.Header.Set("X-Amz-Target", operation)
		request.Header.Set("Content-Type", "application/x-amz-json-1.1")
		if service == "dynamodb" {
			request.Header.Set("Content-Type", "application/x-amz-json-1.0")
		}
	}
	signer := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = service == "s3" })
	if err := signer.SignHTTP(context.Background(), who, request, hash, service, "us-east-1", time.Now()); err != nil {
		t.Fatal(err)
	}
	return request
}
