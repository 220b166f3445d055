package sandbox_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"lightbox/sandbox"
)

// globalConditions are conditions on keys that IAM has in every request, all of which hold. "none" is the control.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
var globalConditions = map[string]string{
	"none":                "",
	"aws:SecureTransport": `, "Condition": {"Bool": {"aws:SecureTransport": "true"}}`,
	"aws:CurrentTime":     `, "Condition": {"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}`,
	"aws:RequestedRegion": `, "Condition": {"StringEquals": {"aws:RequestedRegion": "us-east-1"}}`,
}

// globalKeyCalls are one call to each service that IAM decides about, and the keys that it lacks today. STS is a call to
// assume a role: what else there is of STS needs no permission.
var globalKeyCalls = []struct {
	service, target, operation, body string
	lacks                            string
}{
	{"s3", "https://s3.us-east-1.amazonaws.com/", "", "", "aws:RequestedRegion"},
	{"dynamodb", "https://dynamodb.us-east-1.amazonaws.com/", "DynamoDB_20120810.ListTables", "{}", "aws:CurrentTime aws:RequestedRegion"},
	{"ssm", "https://ssm.us-east-1.amazonaws.com/", "AmazonSSM.GetParameter", `{"Name": "/cdk-bootstrap/hnb659fds/version"}`, "aws:CurrentTime aws:RequestedRegion"},
	{"logs", "https://logs.us-east-1.amazonaws.com/", "Logs_20140328.DescribeLogGroups", "{}", "aws:CurrentTime aws:RequestedRegion"},
	{"cognito-identity", "https://cognito-identity.us-east-1.amazonaws.com/", "AWSCognitoIdentityService.ListIdentityPools", `{"MaxResults": 5}`, "aws:CurrentTime aws:RequestedRegion"},
	{"cognito-idp", "https://cognito-idp.us-east-1.amazonaws.com/", "AWSCognitoIdentityProviderService.ListUserPools", `{"MaxResults": 5}`, "aws:SecureTransport aws:CurrentTime aws:RequestedRegion"},
	{"cloudformation", "https://cloudformation.us-east-1.amazonaws.com/", "", "Action=ListStacks&Version=2010-05-15", "aws:SecureTransport aws:CurrentTime aws:RequestedRegion"},
	{"sts", "https://sts.us-east-1.amazonaws.com/", "", "Action=AssumeRole&Version=2011-06-15&RoleSessionName=again&RoleArn=" + deployRole, "aws:SecureTransport aws:CurrentTime aws:RequestedRegion"},
	{"appsync", "", "", `{"query": "{ listProducts { nextToken } }"}`, "aws:CurrentTime aws:RequestedRegion"},
}

const deployRole = "arn:aws:iam::000000000000:role/cdk-hnb659fds-deploy-role-000000000000-us-east-1"

// W4, an expected failure: a policy that asks for a global key is to be decided alike by every service.
func TestW4_globalConditionKeys(t *testing.T) {
	s := deployed(t, sandbox.Config{})
	for name, condition := range globalConditions {
		session := assumed(t, s, `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"`+condition+`}]}`)
		for _, call := range globalKeyCalls {
			target, method := call.target, http.MethodPost
			if target == "" {
				target = output(t, s, "API", "GraphQLAPIURL")
			}
			if call.body == "" {
				method = http.MethodGet
			}
			got := do(t, client(t, s), by(t, session, method, target, call.service, call.operation, call.body))
			denied := got.status == http.StatusForbidden || strings.Contains(got.body, "AccessDenied") || strings.Contains(got.body, "not authorized") ||
				strings.Contains(got.body, "Permission denied")
			if !denied && got.status != http.StatusOK {
				t.Errorf("%s with %s: got %d %s, want an answer or a denial", call.service, name, got.status, got.body)
			}
			expectWrong(t, "W4", name+" of "+call.service, denied, strings.Contains(call.lacks, name))
		}
	}
}

var sessionKey = regexp.MustCompile(`<(AccessKeyId|SecretAccessKey|SessionToken)>([^<]*)<`)

// assumed is a session of the role that deploys, which may do what the policy says.
func assumed(t testing.TB, s *sandbox.Sandbox, policy string) aws.Credentials {
	t.Helper()
	root := aws.Credentials{AccessKeyID: sandbox.AccessKeyID, SecretAccessKey: sandbox.SecretAccessKey}
	form := url.Values{"Action": {"AssumeRole"}, "Version": {"2011-06-15"}, "RoleArn": {deployRole}, "RoleSessionName": {"w4"}, "Policy": {policy}}
	got := do(t, client(t, s), by(t, root, http.MethodPost, "https://sts.us-east-1.amazonaws.com/", "sts", "", form.Encode()))
	found := map[string]string{}
	for _, match := range sessionKey.FindAllStringSubmatch(got.body, -1) {
		found[match[1]] = match[2]
	}
	if got.status != http.StatusOK || len(found) != 3 {
		t.Fatalf("got %d %s, want a session", got.status, got.body)
	}
	return aws.Credentials{AccessKeyID: found["AccessKeyId"], SecretAccessKey: found["SecretAccessKey"], SessionToken: found["SessionToken"]}
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
