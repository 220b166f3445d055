package sandbox_test

import (
	"net/http"
	"strings"
	"testing"
)

// absences are requests that lack a member that they have to have, or that have it at a zero that is out of its range: named
// is what a refusal says of it, which is not the same for the two. wrong is whether the service gets that wrong today.
var absences = []struct {
	service, operation, body string
	named                    string // "" for a code alone
	wrong                    bool
}{
	{"dynamodb", "UpdateTimeToLive", `{"TableName": "TABLE", "TimeToLiveSpecification": {"AttributeName": "ends"}}`, "enabled", true},
	{"dynamodb", "CreateTable", provisioned + `"ProvisionedThroughput": {"WriteCapacityUnits": 1}}`, "Value null at 'provisionedThroughput.readCapacityUnits'", false},
	{"dynamodb", "CreateTable", provisioned + `"ProvisionedThroughput": {"ReadCapacityUnits": 0, "WriteCapacityUnits": 1}}`, "Value '0' at 'provisionedThroughput.readCapacityUnits'", true},
	{"dynamodb", "CreateTable", provisioned + `"BillingMode": "PAY_PER_REQUEST", "Tags": [{"Key": "k"}]}`, "value", true},
	{"dynamodb", "ListTables", `{"Limit": 0}`, "Value '0' at 'limit'", false},
	{"dynamodb", "Scan", `{"TableName": "TABLE", "Limit": 0}`, "Value '0' at 'limit'", false},
	{"dynamodb", "Scan", `{"TableName": "TABLE", "Segment": 0}`, "TotalSegments", false},
	{"dynamodb", "BatchGetItem", `{"RequestItems": {"TABLE": {}}}`, "Value null at 'requestItems.Expected.member.keys'", false},
	{"dynamodb", "BatchGetItem", `{"RequestItems": {"TABLE": {"Keys": []}}}`, "Value '[]' at 'requestItems.Expected.member.keys'", false},
	{"logs", "DescribeLogGroups", `{"limit": 0}`, "", false},
	{"logs", "FilterLogEvents", `{"logGroupName": "LOGS", "limit": 0}`, "", false},
	{"logs", "GetLogEvents", `{"logGroupName": "LOGS"}`, "", false},
	{"cognito-idp", "ListUserPools", `{}`, "", false},
	{"cognito-idp", "ListUserPools", `{"MaxResults": 0}`, "", false},
	{"cognito-idp", "ListUsers", `{"UserPoolId": "POOL", "Limit": -1}`, "", false},
	{"cognito-identity", "ListIdentityPools", `{}`, "Value null at 'maxResults'", false},
	{"cognito-identity", "ListIdentityPools", `{"MaxResults": 0}`, "Value '0' at 'maxResults'", false},
	{"ssm", "GetParameter", `{}`, "", false},
	{"ssm", "GetParameter", `{"Name": ""}`, "", false},
}

const provisioned = `{"TableName": "NEW", "AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}], `

// W12, an expected failure: what is not there is told from what is zero.
func TestW12_absentAndZero(t *testing.T) {
	call := jsonCaller(t)
	enable := `{"TableName": "TABLE", "TimeToLiveSpecification": {"AttributeName": "ends", "Enabled": true}}`
	if got := call("dynamodb", "UpdateTimeToLive", enable); got.status != http.StatusOK {
		t.Fatalf("got %d %s, want the control taken", got.status, got.body)
	}
	for _, a := range absences {
		got := call(a.service, a.operation, a.body)
		right := got.status == http.StatusBadRequest && strings.Contains(got.body, invalidCodes[a.service]) && strings.Contains(strings.ToLower(got.body), strings.ToLower(a.named))
		expectWrong(t, "W12", a.operation+" "+a.body+": "+got.body, !right, a.wrong)
	}
}
