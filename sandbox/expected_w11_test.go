package sandbox_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"lightbox/sandbox"
)

// constrained are requests with a text inside a list or as the key of a map, marked @: right is one that it may be, and the
// wrong ones it may not. taken is whether the service takes the wrong ones today.
var constrained = []struct {
	service, operation, body string
	right                    string
	wrong                    []string
	taken                    bool
}{
	{"dynamodb", "PutItem", `{"TableName": "TABLE", "Item": {KEY, @: {"S": "x"}}}`, "a", attributeNames, true},
	{"dynamodb", "PutItem", `{"TableName": "TABLE", "Item": {KEY, "m": {"M": {@: {"S": "x"}}}}}`, "a", attributeNames, true},
	{"dynamodb", "PutItem", `{"TableName": "TABLE", "Item": {KEY, "l": {"L": [{"M": {@: {"S": "x"}}}]}}}`, "a", attributeNames, true},
	{"dynamodb", "UpdateItem", `{"TableName": "TABLE", "Key": {KEY}, "UpdateExpression": "SET #a = :a", "ExpressionAttributeNames": {"#a": @}, "ExpressionAttributeValues": {":a": {"S": "x"}}}`, "a", attributeNames, true},
	{"dynamodb", "UpdateItem", `{"TableName": "TABLE", "Key": {KEY}, "UpdateExpression": "SET a = :a", "ExpressionAttributeValues": {":a": {"M": {@: {"S": "x"}}}}}`, "a", attributeNames, true},
	{"dynamodb", "BatchWriteItem", `{"RequestItems": {"TABLE": [{"PutRequest": {"Item": {KEY, @: {"S": "x"}}}}]}}`, "a", attributeNames, true},
	{"dynamodb", "TransactWriteItems", `{"TransactItems": [{"Put": {"TableName": "TABLE", "Item": {KEY, @: {"S": "x"}}}}]}`, "a", attributeNames, true},
	{"dynamodb", "BatchGetItem", `{"RequestItems": {@: {"Keys": [{KEY}]}}}`, "TABLE", []string{"", "no name", strings.Repeat("n", 1025)}, true},
	{"dynamodb", "CreateTable", `{"TableName": "NEW", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}],
		"GlobalSecondaryIndexes": [{"IndexName": "abc", "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}], "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": [@]}}]}`, "b", []string{"", strings.Repeat("n", 256)}, true},
	{"cognito-idp", "ListUsers", `{"UserPoolId": "POOL", "AttributesToGet": [@]}`, "email", []string{"", strings.Repeat("n", 33)}, false},
	{"cognito-idp", "AdminUpdateUserAttributes", `{"UserPoolId": "POOL", "Username": "w11", "UserAttributes": [{"Name": @, "Value": "Ann"}]}`, "name", []string{"", strings.Repeat("n", 33)}, false},
}

// attributeNames are those that no attribute may have: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
var attributeNames = []string{"", strings.Repeat("n", 65_536)}

// jsonServices are the services' names in X-Amz-Target.
var jsonServices = map[string]string{
	"dynamodb": "DynamoDB_20120810", "logs": "Logs_20140328", "ssm": "AmazonSSM",
	"cognito-idp": "AWSCognitoIdentityProviderService", "cognito-identity": "AWSCognitoIdentityService",
}

// invalidCodes are the codes of requests that don't keep to the API's constraints.
var invalidCodes = map[string]string{
	"dynamodb": "ValidationException", "logs": "InvalidParameterException", "ssm": "ValidationException",
	"cognito-idp": "InvalidParameterException", "cognito-identity": "ValidationException",
}

// W11, an expected failure: what holds for a member holds for the elements of a list and for the keys of a map.
func TestW11_constraintsInListsAndMaps(t *testing.T) {
	call := jsonCaller(t)
	call("cognito-idp", "AdminCreateUser", `{"UserPoolId": "POOL", "Username": "w11", "MessageAction": "SUPPRESS", "UserAttributes": [{"Name": "email", "Value": "w11@example.com"}]}`)
	for _, c := range constrained {
		with := func(text string) string {
			quoted, err := json.Marshal(text)
			if err != nil {
				t.Fatal(err)
			}
			return strings.ReplaceAll(c.body, "@", string(quoted))
		}
		refused := func(got answer) bool {
			return got.status == http.StatusBadRequest && strings.Contains(got.body, invalidCodes[c.service])
		}
		// What is right may be refused for what it says, and not for its form.
		if got := call(c.service, c.operation, with(c.right)); refused(got) {
			t.Errorf("%s %s %q: got %s, want it taken", c.service, c.operation, c.right, got.body)
		}
		for _, wrong := range c.wrong {
			got := call(c.service, c.operation, with(wrong))
			expectWrong(t, "W11", fmt.Sprintf("%s %s with %.20q of %d bytes: %.300s", c.operation, c.body, wrong, len(wrong), got.body), !refused(got), c.taken)
		}
	}
}

// jsonCaller deploys a sandbox and returns a way to call its JSON services as the developer, by names in capitals.
func jsonCaller(t *testing.T) func(service, operation, body string) answer {
	t.Helper()
	s := deployed(t, sandbox.Config{})
	root := aws.Credentials{AccessKeyID: sandbox.AccessKeyID, SecretAccessKey: sandbox.SecretAccessKey}
	names := strings.NewReplacer("TABLE", "Expected", "POOL", output(t, s, "Auth", "UserPoolId"), "IDENTITY", output(t, s, "Identity", "IdentityPoolId"),
		"LOGS", "/aws/appsync/apis/"+output(t, s, "API", "GraphQLAPIID"), "KEY", `"id": {"S": "1"}`, "NEW", "Another", "VERSION", "/cdk-bootstrap/hnb659fds/version")
	send := func(service, operation, body string) answer {
		t.Helper()
		return do(t, client(t, s), by(t, root, http.MethodPost, "https://"+service+".us-east-1.amazonaws.com/", service, jsonServices[service]+"."+operation, names.Replace(body)))
	}
	got := send("dynamodb", "CreateTable", `{"TableName": "TABLE", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}`)
	if got.status != http.StatusOK {
		t.Fatalf("got %d %s, want a table", got.status, got.body)
	}
	return send
}
