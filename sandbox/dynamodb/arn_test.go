package dynamodb_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"lightbox.example/lightbox/sandbox/dynamodb"
)

const photosARN = "arn:aws:dynamodb:us-east-1:000000000000:table/Photos"

// byName are requests to the table Photos, one for each operation that names a table, in an order that works.
var byName = []struct{ operation, body string }{
	{"CreateTable", photos},
	{"DescribeTable", `{"TableName": "Photos"}`},
	{"UpdateTimeToLive", `{"TableName": "Photos", "TimeToLiveSpecification": {"AttributeName": "until", "Enabled": true}}`},
	{"DescribeTimeToLive", `{"TableName": "Photos"}`},
	{"DescribeContinuousBackups", `{"TableName": "Photos"}`},
	{"UpdateContinuousBackups", `{"TableName": "Photos", "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": true}}`},
	{"UpdateTable", `{"TableName": "Photos", "OnDemandThroughput": {"MaxReadRequestUnits": 9}}`},
	{"PutItem", `{"TableName": "Photos", "Item": {"id": {"S": "p"}, "row": {"S": "r"}, "owner": {"S": "o"}}, "ReturnConsumedCapacity": "TOTAL"}`},
	{"GetItem", `{"TableName": "Photos", "Key": {"id": {"S": "p"}, "row": {"S": "r"}}, "ReturnConsumedCapacity": "INDEXES"}`},
	{"UpdateItem", `{"TableName": "Photos", "Key": {"id": {"S": "p"}, "row": {"S": "r"}}, "UpdateExpression": "SET a = :a", "ExpressionAttributeValues": {":a": {"S": "x"}}}`},
	{"Query", `{"TableName": "Photos", "IndexName": "keysOnly", "KeyConditionExpression": "#o = :o", "ExpressionAttributeNames": {"#o": "owner"},
		"ExpressionAttributeValues": {":o": {"S": "o"}}, "ReturnConsumedCapacity": "TOTAL"}`},
	{"Scan", `{"TableName": "Photos"}`},
	{"BatchGetItem", `{"RequestItems": {"Photos": {"Keys": [{"id": {"S": "p"}, "row": {"S": "r"}}]}}, "ReturnConsumedCapacity": "TOTAL"}`},
	{"BatchWriteItem", `{"RequestItems": {"Photos": [{"PutRequest": {"Item": {"id": {"S": "q"}, "row": {"S": "r"}}}}]}, "ReturnConsumedCapacity": "TOTAL"}`},
	{"TransactGetItems", `{"TransactItems": [{"Get": {"TableName": "Photos", "Key": {"id": {"S": "p"}, "row": {"S": "r"}}}}], "ReturnConsumedCapacity": "TOTAL"}`},
	{"TransactWriteItems", `{"TransactItems": [{"Put": {"TableName": "Photos", "Item": {"id": {"S": "1"}, "row": {"S": "r"}}}},
		{"Update": {"TableName": "Photos", "Key": {"id": {"S": "2"}, "row": {"S": "r"}}, "UpdateExpression": "REMOVE a"}},
		{"Delete": {"TableName": "Photos", "Key": {"id": {"S": "3"}, "row": {"S": "r"}}}},
		{"ConditionCheck": {"TableName": "Photos", "Key": {"id": {"S": "4"}, "row": {"S": "r"}}, "ConditionExpression": "attribute_not_exists(id)"}}]}`},
	{"DeleteItem", `{"TableName": "Photos", "Key": {"id": {"S": "p"}, "row": {"S": "r"}}}`},
	{"DeleteTable", `{"TableName": "Photos"}`},
}

// The answer to a request by the table's ARN is that to the one by its name, and names the table as the request did.
func TestOperations_takeATablesARN(t *testing.T) {
	name, arn := newWorld(t), newWorld(t)
	for _, test := range byName {
		byARN := strings.NewReplacer(`"TableName": "Photos"`, `"TableName": "`+photosARN+`"`, `{"Photos":`, `{"`+photosARN+`":`).Replace(test.body)
		plain, got := name.ok(test.operation, test.body), arn.ok(test.operation, byARN)
		if strings.HasSuffix(test.operation, "Table") {
			continue // their answers have an id of their own
		}
		want := strings.NewReplacer(`"TableName":"Photos"`, `"TableName":"`+photosARN+`"`, `{"Photos":`, `{"`+photosARN+`":`).Replace(plain)
		same(t, test.operation, got, want)
	}
	for operation := range dynamodb.Operations {
		known := slices.ContainsFunc(byName, func(r struct{ operation, body string }) bool { return r.operation == operation })
		if !known && operation != "ListTables" && operation != "DescribeLimits" && operation != "ListTagsOfResource" &&
			operation != "TagResource" && operation != "RestoreTableToPointInTime" {
			t.Errorf("%s has no request here", operation)
		}
	}
}

func TestOperations_refuseOtherARNs(t *testing.T) {
	w := withTable(t)
	for arn, want := range map[string]string{
		"arn:aws:dynamodb:us-east-1:111111111111:table/Photos":            "AccessDeniedException: User is not authorized to perform: dynamodb:DescribeTable on resource: arn",
		"arn:aws:dynamodb:eu-west-1:000000000000:table/Photos":            "ValidationException: Invalid TableArn: got the region eu-west-1, want us-east-1",
		"arn:aws:dynamodb:us-east-1:000000000000:table/None":              "ResourceNotFoundException: Requested resource not found: Table: None not found",
		"arn:aws:dynamodb:us-east-1:000000000000:table/Photos/index/feed": "ValidationException: Invalid TableArn",
		"arn:aws:dynamodb:us-east-1:000000000000:table/":                  "ValidationException: Invalid TableArn",
		"arn:aws:dynamodb:us-east-1:000000000000:Photos":                  "ValidationException: Invalid TableArn",
		"arn:aws:s3:us-east-1:000000000000:table/Photos":                  "ValidationException: Invalid TableArn",
		"arn:aws:dynamodb": "ValidationException: Invalid TableArn",
		"Photos:x":         "ValidationException: 1 validation error detected",
		"arn:aws:dynamodb:us-east-1:000000000000:table/" + strings.Repeat("x", 256): "ValidationException: 1 validation error detected",
	} {
		if got := w.fails("DescribeTable", fmt.Sprintf(`{"TableName": %q}`, arn)); !strings.HasPrefix(got, want) {
			t.Errorf("%s: got %s, want %s", arn, got, want)
		}
	}
	key := `{"id": {"S": "p"}, "row": {"S": "r"}}`
	got := w.fails("BatchGetItem", `{"RequestItems": {"Photos": {"Keys": [`+key+`]}, "`+photosARN+`": {"Keys": [`+key+`]}}}`)
	if !strings.Contains(got, "by its name and by its ARN") {
		t.Errorf("both at once: got %s", got)
	}
	got = w.fails("TransactWriteItems", `{"TransactItems": [{"Delete": {"TableName": "Photos", "Key": `+key+`}}, {"Delete": {"TableName": "`+photosARN+`", "Key": `+key+`}}]}`)
	if !strings.Contains(got, "Transaction request cannot include multiple operations on one item") {
		t.Errorf("one item twice: got %s", got)
	}
	if got := w.fails("ListTables", `{"ExclusiveStartTableName": "`+photosARN+`"}`); !strings.Contains(got, "regular expression") {
		t.Errorf("a name that is no table's: got %s", got)
	}
}

// What AWS has and the sandbox doesn't is refused by its name: it is no fault of the request.
func TestOperations_refuseNewerFeaturesByName(t *testing.T) {
	w := withTable(t)
	key := `"Key": {"id": {"S": "p"}, "row": {"S": "r"}}`
	const index = `"BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}, {"AttributeName": "b", "AttributeType": "S"}, {"AttributeName": "c", "AttributeType": "S"}],
		"KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}], "GlobalSecondaryIndexes": [{"IndexName": "several", "Projection": {"ProjectionType": "ALL"}, "KeySchema": %s}]`
	for _, test := range []struct{ operation, members, named string }{
		{"CreateTable", `"TableClass": "STANDARD_INFREQUENT_ACCESS"`, "TableClass"},
		{"CreateTable", `"WarmThroughput": {"ReadUnitsPerSecond": 1}`, "WarmThroughput"},
		{"CreateTable", `"ResourcePolicy": "{}"`, "ResourcePolicy"},
		{"CreateTable", `"SSESpecification": {"Enabled": true}`, "SSESpecification"},
		{"CreateTable", `"StreamSpecification": {"StreamEnabled": true}`, "StreamSpecification"},
		{"CreateTable", `"GlobalTableSourceArn": "x"`, "GlobalTableSourceArn"},
		{"CreateTable", fmt.Sprintf(index, `[{"AttributeName": "b", "KeyType": "HASH"}, {"AttributeName": "c", "KeyType": "HASH"}]`), "GlobalSecondaryIndexes.KeySchema"},
		{"CreateTable", fmt.Sprintf(index, `[{"AttributeName": "a", "KeyType": "HASH"}, {"AttributeName": "b", "KeyType": "RANGE"}, {"AttributeName": "c", "KeyType": "RANGE"}]`), "GlobalSecondaryIndexes.KeySchema"},
		{"PutItem", `"Item": {"id": {"S": "p"}, "row": {"S": "r"}}, "Expected": {}`, "Expected"},
		{"PutItem", `"Item": {"id": {"S": "p"}, "row": {"S": "r"}}, "ConditionalOperator": "AND"`, "ConditionalOperator"},
		{"UpdateItem", key + `, "AttributeUpdates": {}`, "AttributeUpdates"},
		{"GetItem", key + `, "AttributesToGet": ["a"]`, "AttributesToGet"},
		{"Query", `"KeyConditions": {}`, "KeyConditions"},
		{"Query", `"QueryFilter": {}`, "QueryFilter"},
		{"Scan", `"ScanFilter": {}`, "ScanFilter"},
	} {
		name := "Photos"
		if test.operation == "CreateTable" {
			name = "Other"
		}
		got := w.fails(test.operation, `{"TableName": "`+name+`", `+test.members+`}`)
		if !strings.Contains(got, test.operation+"."+test.named) || !strings.Contains(got, "is not supported by the sandbox") {
			t.Errorf("%s %s: got %s, want it by name", test.operation, test.named, got)
		}
	}
	for _, operation := range []string{"CreateBackup", "ExecuteStatement", "PutResourcePolicy", "DescribeStream", "UntagResource", "DescribeEndpoints"} {
		if got := w.fails(operation, `{}`); !strings.HasSuffix(got, operation+" is not supported by the sandbox") {
			t.Errorf("%s: got %s", operation, got)
		}
	}
}
