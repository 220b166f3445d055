package dynamodb_test

import (
	"strings"
	"testing"

	"lightbox.example/lightbox/sandbox/fidelity"
)

// localDifferences are answers of DynamoDB Local's that are not DynamoDB's, besides the words of faulty.
var localDifferences = []difference{
	{
		name: "what only removes makes no item", page: guide + "Expressions.UpdateExpressions.html#Expressions.UpdateExpressions.REMOVE",
		recorded:  "github.com/scylladb/scylladb/test/alternator/test_item.py",
		setup:     []string{`UpdateItem {"TableName": "Plain", "Key": {"k": {"S": "none"}}, "UpdateExpression": "REMOVE s1"}`},
		operation: `GetItem {"TableName": "Plain", "Key": {"k": {"S": "none"}}}`,
		engine:    `{}`,
		oracle:    `{"Item":{"k":{"S":"none"}}}`,
	},
	{
		name: "nothing is removed from within an item that is not there", page: guide + "Expressions.UpdateExpressions.html#Expressions.UpdateExpressions.REMOVE",
		recorded:  "github.com/scylladb/scylladb/test/alternator/test_update_expression.py",
		operation: `UpdateItem {"TableName": "Plain", "Key": {"k": {"S": "never"}}, "UpdateExpression": "REMOVE s1.s2"}`,
		engine:    `{}`,
		oracle:    `ValidationException: The document path provided in the update expression is invalid for update`,
	},
	{
		name: "of an attribute that changes within, only that is returned", page: reference + "API_UpdateItem.html#DDB-UpdateItem-request-ReturnValues",
		recorded:  "github.com/scylladb/scylladb/test/alternator/test_returnvalues.py",
		setup:     putA(`"m1": {"M": {"x": {"S": "x"}, "y": {"S": "y"}}}`),
		operation: `UpdateItem {` + key + `, "UpdateExpression": "SET m1.x = :z", "ExpressionAttributeValues": {":z": {"S": "z"}}, "ReturnValues": "UPDATED_NEW"}`,
		engine:    `{"Attributes":{"m1":{"M":{"x":{"S":"z"}}}}}`,
		oracle:    `{"Attributes":{"m1":{"M":{"x":{"S":"z"},"y":{"S":"y"}}}}}`,
	},
	{
		name: "numbers lose zeros wherever they are", page: guide + "HowItWorks.NamingRulesDataTypes.html#HowItWorks.DataTypes.Number",
		setup:     putA(`"l1": {"L": [{"N": "1e2"}, {"N": "04.0"}]}`),
		operation: `GetItem {` + key + `}`,
		engine:    `{"Item":{"k":{"S":"a"},"l1":{"L":[{"N":"100"},{"N":"4"}]}}}`,
		oracle:    `{"Item":{"k":{"S":"a"},"l1":{"L":[{"N":"1e2"},{"N":"04.0"}]}}}`,
	},
	{
		name: "capacity is returned when asked for", page: reference + "API_DeleteItem.html#DDB-DeleteItem-request-ReturnConsumedCapacity",
		operation: `DeleteItem {"TableName": "Plain", "Key": {"k": {"S": "never"}}, "ConditionExpression": "attribute_not_exists(k)"}`,
		engine:    `{}`,
		oracle:    `{"ConsumedCapacity":{"CapacityUnits":1.0,"TableName":"Plain"}}`,
	},
	{
		name: "reading an item that is not there costs as much", page: guide + "read-write-operations.html",
		recorded:  "npm dynalite",
		operation: `BatchGetItem {"RequestItems": {"Plain": {"Keys": [{"k": {"S": "never"}}]}}, "ReturnConsumedCapacity": "TOTAL"}`,
		engine:    `{"ConsumedCapacity":[{"CapacityUnits":0.5,"TableName":"Plain"}],"Responses":{"Plain":[]},"UnprocessedKeys":{}}`,
		oracle:    `{"ConsumedCapacity":[{"CapacityUnits":0.0,"TableName":"Plain"}],"Responses":{"Plain":[]},"UnprocessedKeys":{}}`,
	},
	{
		name: "an update of nothing returns nothing that it updated", page: reference + "API_UpdateItem.html#DDB-UpdateItem-request-ReturnValues",
		operation: `UpdateItem {` + key + `, "ReturnValues": "UPDATED_NEW"}`,
		engine:    `{}`,
		oracle:    `InternalFailure: The request processing has failed because of an unknown error, exception or failure.`,
	},
	{
		name: "a number is no string", page: reference + "API_AttributeValue.html",
		operation: `PutItem {"TableName": "Plain", "Item": {"k": {"S": "a"}, "s1": {"S": 1}}}`,
		engine:    `SerializationException: NUMBER_VALUE cannot be converted to String`,
		oracle:    `{}`,
	},
	{
		name: "what is not Base64 is a fault of the caller's", page: reference + "API_AttributeValue.html",
		operation: `PutItem {"TableName": "Plain", "Item": {"k": {"S": "a"}, "b1": {"B": "x"}}}`,
		engine:    `SerializationException: Base64 encoded length is expected a multiple of 4 bytes but found: 1`,
		oracle:    `InternalFailure: The request processing has failed because of an unknown error, exception or failure.`,
	},
	{
		name: "a page that ends with its last item says where", page: guide + "Query.Pagination.html", // the end is known by the key's absence only
		setup:     putA(`"s1": {"S": "x"}`),
		operation: `Query {"TableName": "Plain", "Limit": 1, "Select": "COUNT", "KeyConditionExpression": "k = :k", "ExpressionAttributeValues": {":k": {"S": "a"}}}`,
		engine:    `{"Count":1,"LastEvaluatedKey":{"k":{"S":"a"}},"ScannedCount":1}`,
		oracle:    `{"Count":1,"ScannedCount":1}`,
	},
	{
		name: "a page may begin after the last item of a range", page: guide + "Query.Pagination.html",
		operation: `Query {"TableName": "Numbers", "ExclusiveStartKey": {"k": {"N": "1"}, "s": {"N": "2"}}, "KeyConditionExpression": "k = :k AND s <= :s", "ExpressionAttributeValues": {":k": {"N": "1"}, ":s": {"N": "2"}}}`,
		engine:    `{"Count":0,"Items":[],"ScannedCount":0}`,
		oracle:    `ValidationException: The provided starting key does not match the range key predicate`,
	},
	{
		name: "an index's key keeps its type", page: guide + "GSI.html",
		recorded:  "npm dynalite",
		operation: `UpdateItem {"TableName": "Indexed", "Key": {"k": {"S": "new"}, "s": {"S": "a"}}, "UpdateExpression": "SET g = :v", "ExpressionAttributeValues": {":v": {"N": "1"}}}`,
		engine:    `ValidationException: One or more parameter values were invalid: Type mismatch for Index Key g Expected: S Actual: N IndexName: everything`,
		oracle:    `{}`,
	},
	{
		name: "a scan of an index filters by what it has", page: guide + "GSI.html#GSI.Projections",
		operation: `Scan {"TableName": "Indexed", "IndexName": "keysOnly", "FilterExpression": "s1 = :k", "ExpressionAttributeValues": {":k": {"S": "a"}}}`,
		engine:    `ValidationException: One or more parameter values were invalid: Global secondary index keysOnly does not project one or more filter attributes: [s1]`,
		oracle:    `{"Count":…`,
	},
	{
		name: "a transaction's update has an expression", page: reference + "API_Update.html",
		operation: `TransactWriteItems {"TransactItems": [{"Update": {` + key + `}}]}`,
		engine:    `ValidationException: 1 validation error detected: Value null at 'transactItems.1.member.update.updateExpression' failed to satisfy constraint: Member must not be null`,
		oracle:    `{}`,
	},
	{
		name: "what an update finds cancels its transaction", page: reference + "API_TransactWriteItems.html#API_TransactWriteItems_Errors",
		setup:     putA(`"s1": {"S": "x"}`),
		operation: `TransactWriteItems {"TransactItems": [{"Update": {` + key + `, "UpdateExpression": "SET s1.s2 = :v", "ExpressionAttributeValues": {":v": {"S": "x"}}}}]}`,
		engine:    `TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific reasons [ValidationError]`,
		oracle:    `ValidationException: The document path provided in the update expression is invalid for update`,
	},
	{
		name: "an item is in a transaction once, whatever the conditions", page: reference + "API_TransactWriteItems.html",
		operation: `TransactWriteItems {"TransactItems": [{"ConditionCheck": {` + key + `, "ConditionExpression": "attribute_exists(s9)"}}, {"Delete": {` + key + `}}]}`,
		engine:    `ValidationException: Transaction request cannot include multiple operations on one item`,
		oracle:    `TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific reasons [ConditionalCheckFailed, None]`,
	},
}

// compareKnown finds the differences still there, and as they are described.
func compareKnown(t *testing.T, w *world, d *oracle, tally *fidelity.Tally) {
	for _, known := range localDifferences {
		if !strings.HasPrefix(known.page, "https://") {
			t.Errorf("%s: no page of AWS says so", known.name)
		}
		for _, operation := range known.setup {
			name, body, _ := strings.Cut(operation, " ")
			w.do(name, body)
			d.do(name, body)
		}
		name, body, _ := strings.Cut(known.operation, " ")
		if got := w.do(name, body).String(); got != known.engine {
			t.Errorf("%s: the engine answers %s\nwant %s", known.name, got, known.engine)
		}
		if got := d.do(name, body).String(); !matches(got, known.oracle) || got == known.engine {
			t.Errorf("%s: DynamoDB Local answers %s\nwant %s", known.name, got, known.oracle)
		}
		tally.Differs(fidelity.Operation{Service: "dynamodb", Name: name}, fidelity.Difference{What: known.name, Page: known.page})
	}
}
