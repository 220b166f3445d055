package sandbox_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"lightbox.example/lightbox/sandbox"
)

// constrained are requests with a text inside a list or as the key of a map, marked @: right is one that it may be, and the
// wrong ones it may not.
var constrained = []struct {
	service, operation, body string
	right                    string
	wrong                    []string
}{
	{"dynamodb", "PutItem", `{"TableName": "TABLE", "Item": {KEY, @: {"S": "x"}}}`, "a", attributeNames},
	{"dynamodb", "PutItem", `{"TableName": "TABLE", "Item": {KEY, "m": {"M": {@: {"S": "x"}}}}}`, "a", attributeNames},
	{"dynamodb", "PutItem", `{"TableName": "TABLE", "Item": {KEY, "l": {"L": [{"M": {@: {"S": "x"}}}]}}}`, "a", attributeNames},
	{"dynamodb", "UpdateItem", `{"TableName": "TABLE", "Key": {KEY}, "UpdateExpression": "SET #a = :a", "ExpressionAttributeNames": {"#a": @}, "ExpressionAttributeValues": {":a": {"S": "x"}}}`, "a", attributeNames},
	{"dynamodb", "UpdateItem", `{"TableName": "TABLE", "Key": {KEY}, "UpdateExpression": "SET a = :a", "ExpressionAttributeValues": {":a": {"M": {@: {"S": "x"}}}}}`, "a", attributeNames},
	{"dynamodb", "BatchWriteItem", `{"RequestItems": {"TABLE": [{"PutRequest": {"Item": {KEY, @: {"S": "x"}}}}]}}`, "a", attributeNames},
	{"dynamodb", "TransactWriteItems", `{"TransactItems": [{"Put": {"TableName": "TABLE", "Item": {KEY, @: {"S": "x"}}}}]}`, "a", attributeNames},
	{"dynamodb", "BatchGetItem", `{"RequestItems": {@: {"Keys": [{KEY}]}}}`, "TABLE", []string{"", "no name", strings.Repeat("n", 1025)}},
	{"dynamodb", "CreateTable", `{"TableName": "NEW", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}],
		"GlobalSecondaryIndexes": [{"IndexName": "abc", "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}], "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": [@]}}]}`, "b", []string{"", strings.Repeat("n", 256)}},
	{"cognito-idp", "ListUsers", `{"UserPoolId": "POOL", "AttributesToGet": [@]}`, "email", []string{"", strings.Repeat("n", 33)}},
	{"cognito-idp", "AdminUpdateUserAttributes", `{"UserPoolId": "POOL", "Username": "w11", "UserAttributes": [{"Name": @, "Value": "Ann"}]}`, "name", []string{"", strings.Repeat("n", 33)}},
}

// attributeNames are those that no attribute may have: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
var attributeNames = []string{"", strings.Repeat("n", 65_536)}

// jsonServices are the services' names in X-Amz-Target.
var jsonServices = map[string]string{
	"dynamodb": "DynamoDB_20120810", "logs": "Logs_20140328", "ssm": "AmazonSSM", "events": "AWSEvents",
	"cognito-idp": "AWSCognitoIdentityProviderService", "cognito-identity": "AWSCognitoIdentityService",
	"cloudcontrolapi": "CloudApiService",
}

// invalidCodes are the codes of requests that don't keep to the API's constraints.
var invalidCodes = map[string]string{
	"dynamodb": "ValidationException", "logs": "InvalidParameterException", "ssm": "ValidationException", "events": "ValidationException",
	"cognito-idp": "InvalidParameterException", "cognito-identity": "ValidationException",
	"cloudcontrolapi": "ValidationException",
}

// W11: what holds for a member holds for the elements of a list and for the keys of a map.
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
			if !refused(got) {
				t.Errorf("W11: %s %s with %.20q of %d bytes: got %.300s", c.operation, c.body, wrong, len(wrong), got.body)
			}
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

// absences are requests that lack a member that they have to have, or that have it at a zero that is out of its range: named
// is what a refusal says of it, which is not the same for the two.
var absences = []struct {
	service, operation, body string
	named                    string // "" for a code alone
}{
	{"dynamodb", "UpdateTimeToLive", `{"TableName": "TABLE", "TimeToLiveSpecification": {"AttributeName": "ends"}}`, "enabled"},
	{"dynamodb", "CreateTable", provisioned + `"ProvisionedThroughput": {"WriteCapacityUnits": 1}}`, "Value null at 'provisionedThroughput.readCapacityUnits'"},
	{"dynamodb", "CreateTable", provisioned + `"ProvisionedThroughput": {"ReadCapacityUnits": 0, "WriteCapacityUnits": 1}}`, "Value '0' at 'provisionedThroughput.readCapacityUnits'"},
	{"dynamodb", "CreateTable", provisioned + `"BillingMode": "PAY_PER_REQUEST", "Tags": [{"Key": "k"}]}`, "value"},
	{"dynamodb", "ListTables", `{"Limit": 0}`, "Value '0' at 'limit'"},
	{"dynamodb", "Scan", `{"TableName": "TABLE", "Limit": 0}`, "Value '0' at 'limit'"},
	{"dynamodb", "Scan", `{"TableName": "TABLE", "Segment": 0}`, "TotalSegments"},
	{"dynamodb", "BatchGetItem", `{"RequestItems": {"TABLE": {}}}`, "Value null at 'requestItems.Expected.member.keys'"},
	{"dynamodb", "BatchGetItem", `{"RequestItems": {"TABLE": {"Keys": []}}}`, "Value '[]' at 'requestItems.Expected.member.keys'"},
	{"logs", "DescribeLogGroups", `{"limit": 0}`, ""},
	{"logs", "FilterLogEvents", `{"logGroupName": "LOGS", "limit": 0}`, ""},
	{"logs", "GetLogEvents", `{"logGroupName": "LOGS"}`, ""},
	{"cognito-idp", "ListUserPools", `{}`, ""},
	{"cognito-idp", "ListUserPools", `{"MaxResults": 0}`, ""},
	{"cognito-idp", "ListUsers", `{"UserPoolId": "POOL", "Limit": -1}`, ""},
	{"cognito-identity", "ListIdentityPools", `{}`, "Value null at 'maxResults'"},
	{"cognito-identity", "ListIdentityPools", `{"MaxResults": 0}`, "Value '0' at 'maxResults'"},
	{"ssm", "GetParameter", `{}`, ""},
	{"ssm", "GetParameter", `{"Name": ""}`, ""},
}

const provisioned = `{"TableName": "NEW", "AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}], `

// W12: what is not there is told from what is zero.
func TestW12_absentAndZero(t *testing.T) {
	call := jsonCaller(t)
	enable := `{"TableName": "TABLE", "TimeToLiveSpecification": {"AttributeName": "ends", "Enabled": true}}`
	if got := call("dynamodb", "UpdateTimeToLive", enable); got.status != http.StatusOK {
		t.Fatalf("got %d %s, want the control taken", got.status, got.body)
	}
	for _, a := range absences {
		got := call(a.service, a.operation, a.body)
		right := got.status == http.StatusBadRequest && strings.Contains(got.body, invalidCodes[a.service]) && strings.Contains(strings.ToLower(got.body), strings.ToLower(a.named))
		if !right {
			t.Errorf("W12: %s %s: got %s", a.operation, a.body, got.body)
		}
	}
}
