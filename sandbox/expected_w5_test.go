package sandbox_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"lightbox/sandbox"
)

// typedCalls are requests to each JSON service: right is what its members are, wrong the same with texts in the place of
// numbers and of truths. taken is whether the service takes that today.
var typedCalls = []struct {
	service, operation, right, wrong string
	taken                            bool
}{
	{"logs", "Logs_20140328.DescribeLogGroups", `{"limit": 5}`, `{"limit": "5"}`, true},
	{"logs", "Logs_20140328.DescribeLogStreams", `{"logGroupName": "LOGS", "descending": true}`, `{"logGroupName": "LOGS", "descending": "TRUE"}`, true},
	{"logs", "Logs_20140328.DescribeLogGroups", `{"logGroupNamePrefix": "5"}`, `{"logGroupNamePrefix": 5}`, true},
	{"cognito-identity", "AWSCognitoIdentityService.ListIdentityPools", `{"MaxResults": 5}`, `{"MaxResults": "5"}`, true},
	{"ssm", "AmazonSSM.GetParameter", `{"Name": "VERSION", "WithDecryption": true}`, `{"Name": "VERSION", "WithDecryption": "TRUE"}`, true},
	{"cognito-idp", "AWSCognitoIdentityProviderService.ListUserPools", `{"MaxResults": 5}`, `{"MaxResults": "5"}`, false},
	{"dynamodb", "DynamoDB_20120810.ListTables", `{"Limit": 5}`, `{"Limit": "5"}`, false},
}

// W5, an expected failure: a member of another type is a SerializationException, in every JSON service.
// https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
func TestW5_typesOfMembers(t *testing.T) {
	s := deployed(t, sandbox.Config{})
	root := aws.Credentials{AccessKeyID: sandbox.AccessKeyID, SecretAccessKey: sandbox.SecretAccessKey}
	names := strings.NewReplacer("VERSION", "/cdk-bootstrap/hnb659fds/version", "LOGS", "/aws/appsync/apis/"+output(t, s, "API", "GraphQLAPIID"))
	for _, call := range typedCalls {
		send := func(body string) answer {
			return do(t, client(t, s), by(t, root, http.MethodPost, "https://"+call.service+".us-east-1.amazonaws.com/", call.service, call.operation, names.Replace(body)))
		}
		if got := send(call.right); got.status != http.StatusOK {
			t.Errorf("%s %s: got %d %s, want it taken", call.operation, call.right, got.status, got.body)
		}
		got := send(call.wrong)
		refused := got.status == http.StatusBadRequest && strings.Contains(got.body, "SerializationException")
		expectWrong(t, "W5", call.operation+" "+call.wrong, !refused, call.taken)
	}
}
