package dynamodb_test

import (
	"strings"
	"testing"

	"lightbox.example/lightbox/sandbox/dynamodb"
	"lightbox.example/lightbox/sandbox/store"
)

// called runs an operation with a body of JSON, and answers its answer or its error.
func called(t *testing.T, e *dynamodb.Service, operation, body string) string {
	t.Helper()
	answer, fault := e.Handle(operation, []byte(body))
	if fault != nil {
		return fault.Type + ": " + fault.Message
	}
	return string(answer)
}

const withLocal = `{"TableName": "Local", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "p", "AttributeType": "S"}, {"AttributeName": "s", "AttributeType": "S"}, {"AttributeName": "at", "AttributeType": "N"}],
	"KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}],
	"LocalSecondaryIndexes": [{"IndexName": "byTime", "Projection": {"ProjectionType": "KEYS_ONLY"},
		"KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}]}]}`

// A local index is read in its order, consistently, and gets what it does not have from the table.
func TestLocalIndex_isOfOnePartitionAndReachesTheTable(t *testing.T) {
	e, err := dynamodb.New(store.NewMemory(), dynamodb.Config{})
	if err != nil {
		t.Fatal(err)
	}
	if made := called(t, e, "CreateTable", withLocal); !strings.Contains(made, `"LocalSecondaryIndexes":[{"IndexName":"byTime"`) || strings.Contains(made, "GlobalSecondaryIndexes") {
		t.Fatalf("got %s", made)
	}
	for _, item := range []string{
		`"s": {"S": "a"}, "at": {"N": "2"}, "text": {"S": "two"}`, `"s": {"S": "b"}, "at": {"N": "1"}, "text": {"S": "one"}`, `"s": {"S": "c"}, "text": {"S": "none"}`,
	} {
		called(t, e, "PutItem", `{"TableName": "Local", "Item": {"p": {"S": "x"}, `+item+`}}`)
	}
	const query = `"TableName": "Local", "IndexName": "byTime", "KeyConditionExpression": "p = :p", `
	const of = `"ExpressionAttributeValues": {":p": {"S": "x"}}`
	const one, two = `{"at":{"N":"1"},"p":{"S":"x"},"s":{"S":"b"}`, `{"at":{"N":"2"},"p":{"S":"x"},"s":{"S":"a"}`
	for name, test := range map[string]struct{ operation, members, want string }{
		"in its order":       {"Query", query + of, `"Items":[` + one + `},` + two + `}]`},
		"consistently":       {"Query", query + `"ConsistentRead": true, ` + of, `"Count":2`},
		"all of the table":   {"Query", query + `"Select": "ALL_ATTRIBUTES", ` + of, one + `,"text":{"S":"one"}}`},
		"one of the table":   {"Query", query + `"ProjectionExpression": "#t", "ExpressionAttributeNames": {"#t": "text"}, ` + of, `"Items":[{"text":{"S":"one"}},{"text":{"S":"two"}}]`},
		"by what it has not": {"Query", query + `"FilterExpression": "#t = :t", "ExpressionAttributeNames": {"#t": "text"}, "ExpressionAttributeValues": {":p": {"S": "x"}, ":t": {"S": "two"}}`, `"Items":[` + two + `}]`},
		"its capacity":       {"Query", query + `"ReturnConsumedCapacity": "INDEXES", ` + of, `"LocalSecondaryIndexes":{"byTime"`},
		"a scan":             {"Scan", `"TableName": "Local", "IndexName": "byTime", "ConsistentRead": true`, `"Count":2`},
		"its figures":        {"DescribeTable", `"TableName": "Local"`, `"ItemCount":2`},
		"a value of its key": {"PutItem", `"TableName": "Local", "Item": {"p": {"S": "x"}, "s": {"S": "d"}, "at": {"S": "now"}}`, "ValidationException: One or more parameter values were invalid: Type mismatch for Index Key at"},
		"by UpdateTable":     {"UpdateTable", `"TableName": "Local", "GlobalSecondaryIndexUpdates": [{"Update": {"IndexName": "byTime", "OnDemandThroughput": {"MaxReadRequestUnits": 1}}}]`, "does not have the specified index"},
	} {
		if got := called(t, e, test.operation, "{"+test.members+"}"); !strings.Contains(got, test.want) {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
	}
	for name, test := range map[string]struct{ old, new, want string }{
		"a table without a sort key": {`, {"AttributeName": "s", "KeyType": "RANGE"}`, ``, "Table KeySchema does not have a range key"},
		"no sort key":                {`, {"AttributeName": "at", "KeyType": "RANGE"}`, ``, "Index KeySchema does not have a range key for index: byTime"},
		"another partition":          {`{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "at"`, `{"AttributeName": "s", "KeyType": "HASH"}, {"AttributeName": "at"`, "same leading hash key"},
		"no projection":              {`{"ProjectionType": "KEYS_ONLY"}`, `{"ProjectionType": "INCLUDE"}`, "NonKeyAttributes is not specified"},
	} {
		body := strings.Replace(strings.Replace(withLocal, test.old, test.new, 1), `"Local"`, `"Other"`, 1)
		if name == "no sort key" {
			body = strings.Replace(body, `, {"AttributeName": "at", "AttributeType": "N"}`, "", 1)
		}
		if name == "a table without a sort key" {
			body = strings.Replace(body, `{"AttributeName": "s", "AttributeType": "S"}, `, "", 1)
		}
		if got := called(t, e, "CreateTable", body); !strings.Contains(got, test.want) {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
	}
}
