package dynamodb_test

import (
	"strings"
	"testing"
)

// faulty are requests with one fault each, and DynamoDB Local's words for it where it has words of its own ("…" stands for any
// more). It has them for the shapes of requests, which the service checks before its tables ever see them; the engine has the
// service's own there, as dynalite has them. What both know of expressions and values they tell alike.
var faulty = []struct{ request, local string }{
	// Shapes.
	{`GetItem {"TableName": "Plain"}`,
		`Cannot have null key for GetItem, DeleteItem, or UpdateItem`},
	{`GetItem {"Key": {"k": {"S": "a"}}}`,
		`Invalid table/index name.  Table/index names must be between 3 and 255 characters long, and may contain only the characters a-z, A-Z, 0-9, '_', '-', and '.'`},
	{`PutItem {"TableName": "Plain"}`,
		`Item to put in PutItem cannot be null`},
	{`PutItem {"TableName": "Plain", "Item": {"k": {"S": "a"}}, "ReturnValues": "ALL_NEW"}`,
		`Return values set to invalid value`},
	{`PutItem {"TableName": "Plain", "Item": {"k": {"S": "a"}}, "ReturnValues": "EVERYTHING"}`,
		`Return values set to invalid value`},
	{`PutItem {"TableName": "Plain", "Item": {"k": {"S": "a"}}, "ReturnConsumedCapacity": "SOME"}`,
		`Cannot have null key for GetItem, DeleteItem, or UpdateItem`},
	{`PutItem {"TableName": "Plain", "Item": {"k": {"S": "a"}}, "ReturnValuesOnConditionCheckFailure": "ALL_NEW"}`, ""},
	{`DeleteItem {` + key + `, "ReturnValues": "UPDATED_OLD"}`,
		`Return values set to invalid value`},
	{`Query {"TableName": "Plain"}`, ""},
	{`Query {"TableName": "Plain", "Limit": 0, "KeyConditionExpression": "k = :k", "ExpressionAttributeValues": {":k": {"S": "a"}}}`,
		`Limit must be greater than or equal to 1`},
	{`Scan {"TableName": "Plain", "Limit": -1}`,
		`Limit must be greater than or equal to 1`},
	{`Scan {"TableName": "Plain", "Segment": 0}`,
		`If segment is specified, total segment must also be specified`},
	{`Scan {"TableName": "Plain", "TotalSegments": 2}`,
		`If total segments is specified, a particular segment must also be specified for this request`},
	{`Scan {"TableName": "Plain", "Segment": 2, "TotalSegments": 2}`,
		`1 validation error detected: Value '2' at 'segment' failed to satisfy constraint: Member must have value less than or equal to 1`},
	{`BatchGetItem {"RequestItems": {}}`,
		`BatchGetItem must have some requests set`},
	{`BatchGetItem {}`,
		`BatchGetItem must have some requests set`},
	{`BatchGetItem {"RequestItems": {"Plain": {"Keys": []}}}`,
		`The list of keys in RequestItems for BatchGetItem is required: Plain has empty list`},
	{`BatchGetItem {"RequestItems": {"Plain": {"Keys": [{"k": {"S": "a"}}, {"k": {"S": "a"}}]}}}`, ""},
	{`BatchGetItem {"RequestItems": {"Nowhere": {"Keys": [{"k": {"S": "a"}}]}}}`,
		`Cannot do operations on a non-existent table`},
	{`BatchGetItem {"RequestItems": {"Plain": {"Keys": [` + keys(101) + `]}}}`,
		`Too many items requested for the BatchGetItem call`},
	{`BatchWriteItem {"RequestItems": {}}`,
		`BatchWriteItem cannot have a null or no requests set`},
	{`BatchWriteItem {"RequestItems": {"Plain": []}}`,
		`The batch write request list for a table cannot be null or empty: Plain`},
	{`BatchWriteItem {"RequestItems": {"Plain": [{}]}}`, ""},
	{`BatchWriteItem {"RequestItems": {"Plain": [{"DeleteRequest": {"Key": {"k": {"S": "a"}}}}, {"PutRequest": {"Item": {"k": {"S": "a"}}}}]}}`, ""},
	{`BatchWriteItem {"RequestItems": {"Plain": [` + deletions(26) + `]}}`,
		`Too many items requested for the BatchWriteItem call`},
	{`BatchWriteItem {"RequestItems": {"Plain": [{"PutRequest": {"Item": {"s1": {"S": "a"}}}}]}}`,
		`One of the required keys was not given a value`},
	{`TransactWriteItems {"TransactItems": []}`,
		`Value [] at 'transactItems' failed to satisfy constraint: Member must have length greater than or equal to 1`},
	{`TransactWriteItems {}`,
		`Value null at 'transactItems' failed to satisfy constraint: Member must not be null`},
	{`TransactWriteItems {"TransactItems": [{}]}`,
		`Invalid Request: TransactWriteRequest should contain Delete or Put or Update request`},
	{`TransactWriteItems {"TransactItems": [{"Put": {"TableName": "Plain", "Item": {"k": {"S": "a"}}}, "Delete": {` + key + `}}]}`, ""},
	{`TransactWriteItems {"TransactItems": [{"ConditionCheck": {` + key + `}}]}`,
		`Value null at 'transactItems.1.member.conditionCheck.conditionExpression' failed to satisfy constraint: Member must not be null`},
	{`TransactWriteItems {"TransactItems": [{"Delete": {` + key + `}}, {"Put": {"TableName": "Plain", "Item": {"k": {"S": "a"}}}}]}`, ""},
	{`TransactWriteItems {"ClientRequestToken": "` + strings.Repeat("x", 37) + `", "TransactItems": [{"Delete": {` + key + `}}]}`,
		`Value xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx at 'clientRequestToken' failed to satisfy constraint: Member must have length less than or equal to 36`},
	{`TransactWriteItems {"TransactItems": [` + deletedTogether(101) + `]}`,
		`Member must have length less than or equal to 100`},
	{`TransactWriteItems {"TransactItems": [{"Delete": {"TableName": "Nowhere", "Key": {"k": {"S": "a"}}}}]}`,
		`Cannot do operations on a non-existent table`},
	{`TransactWriteItems {"TransactItems": [{"Put": {"TableName": "Plain", "Item": {"s1": {"S": "a"}}}}]}`,
		`One of the required keys was not given a value`},
	{`TransactWriteItems {"TransactItems": [{"Put": {"TableName": "Plain", "Item": {"k": {"N": "1"}}}}]}`, ""},
	{`TransactWriteItems {"TransactItems": [{"Delete": {"TableName": "Plain", "Key": {"k": {"N": "1"}}}}]}`, ""},
	{`TransactGetItems {"TransactItems": []}`,
		`Value null at 'transactItems' failed to satisfy constraint: Member must not be null`},
	{`TransactGetItems {"TransactItems": [{}]}`,
		`Value null at 'transactItems' failed to satisfy constraint: Member must not be null`},
	{`TransactGetItems {"TransactItems": [{"Get": {` + key + `}}, {"Get": {` + key + `}}]}`, ""},
	{`TransactGetItems {"TransactItems": [{"Get": {"TableName": "Plain", "Key": {"k": {"N": "1"}}}}]}`,
		`One or more parameter values were invalid: Type mismatch for key`},
	// Values and keys.
	{`PutItem {"TableName": "Plain", "Item": {"k": {"S": ""}}}`, ""},
	{`PutItem {"TableName": "Binaries", "Item": {"k": {"B": "AQ=="}, "s": {"B": ""}}}`, ""},
	{`GetItem {"TableName": "Plain", "Key": {"k": {"S": ""}}}`, ""},
	{`GetItem {"TableName": "Plain", "Key": {"k": {"N": "1"}}}`,
		`One or more parameter values were invalid: Type mismatch for key`},
	{`GetItem {"TableName": "Plain", "Key": {"id": {"S": "a"}}}`,
		`One of the required keys was not given a value`},
	{`GetItem {"TableName": "Plain", "Key": {"k": {"S": "a"}, "s": {"S": "a"}}}`,
		`The number of conditions on the keys is invalid`},
	{`GetItem {"TableName": "Indexed", "Key": {"k": {"S": "a"}}}`,
		`The number of conditions on the keys is invalid`},
	{`PutItem {"TableName": "Plain", "Item": {"s1": {"S": "a"}}}`,
		`One of the required keys was not given a value`},
	{`PutItem {"TableName": "Plain", "Item": {"k": {"N": "1"}}}`,
		`One or more parameter values were invalid: Type mismatch for key`},
	{`PutItem {"TableName": "Plain", "Item": {"k": {"S": "` + strings.Repeat("x", 2049) + `"}}}`,
		`Hash primary key values must be under 2048 bytes, and range primary key values must be under 1024 bytes`},
	{`PutItem {"TableName": "Indexed", "Item": {"k": {"S": "a"}, "s": {"S": "` + strings.Repeat("x", 1025) + `"}}}`,
		`Hash primary key values must be under 2048 bytes, and range primary key values must be under 1024 bytes`},
	{`PutItem {"TableName": "Indexed", "Item": {"k": {"S": "a"}, "s": {"S": "a"}, "g": {"S": ""}}}`,
		`One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. …`},
	{`PutItem {"TableName": "Indexed", "Item": {"k": {"S": "a"}, "s": {"S": "a"}, "g": {"N": "1"}}}`,
		`One or more parameter values were invalid: Type mismatch for Index Key`},
	{`PutItem {"TableName": "Indexed", "Item": {"k": {"S": "a"}, "s": {"S": "a"}, "g": {"S": "` + strings.Repeat("x", 2049) + `"}}}`,
		`One or more parameter values were invalid: Size limit exceeded`},
	{`PutItem {"TableName": "Plain", "Item": {"k": {"S": "a"}, "v": {"N": "one"}}}`,
		`A value provided cannot be converted into a number`},
	{`PutItem {"TableName": "Plain", "Item": {"k": {"S": "a"}, "v": {"N": ""}}}`,
		`A value provided cannot be converted into a number`},
	{`PutItem {"TableName": "Plain", "Item": {"k": {"S": "a"}, "v": {"N": " 1"}}}`,
		`A value provided cannot be converted into a number`},
	{`PutItem {"TableName": "Plain", "Item": {"k": {"S": "a"}, "v": {"N": "1e126"}}}`, ""},
	{`PutItem {"TableName": "Plain", "Item": {"k": {"S": "a"}, "v": {"N": "1e-131"}}}`, ""},
	{`PutItem {"TableName": "Plain", "Item": {"k": {"S": "a"}, "v": {"N": "123456789012345678901234567890123456789"}}}`,
		`DynamoDB only supports precision up to 38 digits`},
	{`PutItem {"TableName": "Plain", "Item": {"k": {"S": "a"}, "v": {"NULL": false}}}`, ""},
	{`PutItem {"TableName": "Plain", "Item": {"k": {"S": "a"}, "v": {}}}`, ""},
	{`PutItem {"TableName": "Plain", "Item": {"k": {"S": "a"}, "v": {"S": "a", "N": "1"}}}`, ""},
	{`PutItem {"TableName": "Plain", "Item": {"k": {"S": "a"}, "v": {"SS": []}}}`, ""},
	{`PutItem {"TableName": "Plain", "Item": {"k": {"S": "a"}, "v": {"NS": []}}}`, ""},
	{`PutItem {"TableName": "Plain", "Item": {"k": {"S": "a"}, "v": {"BS": []}}}`, ""},
	{`PutItem {"TableName": "Plain", "Item": {"k": {"S": "a"}, "v": {"SS": ["a", "a"]}}}`,
		`One or more parameter values were invalid: Input collection [a, a] contains duplicates`},
	{`PutItem {"TableName": "Plain", "Item": {"k": {"S": "a"}, "v": {"NS": ["1", "1.0"]}}}`, ""},
	{`PutItem {"TableName": "Plain", "Item": {"k": {"S": "a"}, "v": {"BS": ["AQ==", "AQ=="]}}}`,
		`One or more parameter values were invalid: Input collection of type BS contains duplicates.`},
	{`PutItem {"TableName": "Plain", "Item": {"k": {"S": "a"}, "v": ` + strings.Repeat(`{"L": [`, 32) + `{"S": "x"}` + strings.Repeat(`]}`, 32) + `}}`, ""},
	{`PutItem {"TableName": "Plain", "Item": {"k": {"S": "a"}, "v": {"S": "` + strings.Repeat("x", 400<<10) + `"}}}`, ""},
	// Expressions.
	{conditional("", ""), ""},
	{conditional("a", ""), ""},
	{conditional("a = :v", ""), ""},
	{conditional("#a = :v", `":v": {"S": "x"}`), ""},
	{conditional("k = :v", `":v": {"S": "x"}, ":w": {"S": "x"}`), ""},
	{conditional("k = k", ""), ""},
	{conditional("k < :v", `":v": {"BOOL": true}`), ""},
	{conditional("k BETWEEN :v AND :w", `":v": {"S": "b"}, ":w": {"S": "a"}`), ""},
	{conditional("k BETWEEN :v AND :w", `":v": {"S": "b"}, ":w": {"N": "1"}`), ""},
	{conditional("size(k)", ""), ""},
	{conditional("size(:v) = :v", `":v": {"N": "1"}`), ""},
	{conditional("contains(k)", ""), ""},
	{conditional("begins_with(k, :v)", `":v": {"N": "1"}`), ""},
	{conditional("attribute_type(k, :v)", `":v": {"S": "X"}`),
		`Invalid ConditionExpression: Invalid attribute type name found; type: X, valid types: …`},
	{conditional("attribute_type(k, :v)", `":v": {"N": "1"}`), ""},
	{conditional("attribute_exists(:v)", `":v": {"S": "x"}`), ""},
	{conditional("attribute_exists(name)", ""), ""},
	{conditional("attribute_exists(k[99999999999])", ""), ""},
	{conditional("k IN ()", ""), ""},
	{conditional("k IN ("+strings.TrimSuffix(strings.Repeat(":v,", 101), ",")+")", `":v": {"S": "x"}`), ""},
	{conditional("s1 = :v"+strings.Repeat(" OR s1 = :v", 150), `":v": {"S": "x"}`), ""},
	{conditional("attribute_exists(k"+strings.Repeat(" ", 4096)+")", ""), ""},
	{updating("", ""), ""},
	{updating("SET k = :v", `":v": {"S": "x"}`), ""},
	{updating("SET s1 = :v", ""), ""},
	{updating("SET s1 = :v, s1 = :v", `":v": {"S": "x"}`), ""},
	{updating("SET s1 = :v, s1.s2 = :v", `":v": {"S": "x"}`), ""},
	{updating("SET s1 = :v SET s2 = :v", `":v": {"S": "x"}`), ""},
	{updating("SET s1 = nothing", ""), ""},
	{updating("SET nothing.s1 = :v", `":v": {"S": "x"}`), ""},
	{updating("SET k.s1 = :v", `":v": {"S": "x"}`), ""},
	{updating("SET s1 = k + :v", `":v": {"N": "1"}`), ""},
	{updating("SET s1 = :v + :v", `":v": {"S": "x"}`), ""},
	{updating("SET s1 = list_append(:v, :v)", `":v": {"S": "x"}`), ""},
	{updating("SET s1 = list_append(k, :v)", `":v": {"L": []}`), ""},
	{updating("SET s1 = list_append(:v)", `":v": {"L": []}`), ""},
	{updating("SET s1 = if_not_exists(:v, :v)", `":v": {"L": []}`), ""},
	{updating("ADD s1 :v", `":v": {"S": "x"}`), ""},
	{updating("ADD k :v", `":v": {"N": "1"}`), ""},
	{updating("DELETE s1 :v", `":v": {"N": "1"}`), ""},
	{updating("DELETE s1 k", ""), ""},
	{updating("ADD t1 :v", `":v": {"N": "1"}`), ""},
	{updating("ADD ss1 :v", `":v": {"NS": ["1"]}`), ""},
	{updating("ADD n1 :v", `":v": {"N": "1e-100"}`),
		`DynamoDB only supports precision up to 38 digits`},
	{updating("SET n1 = :v + :w", `":v": {"N": "9e125"}, ":w": {"N": "9e125"}`), ""},
	{`UpdateItem {"TableName": "Indexed", "Key": {"k": {"S": "a"}, "s": {"S": "a"}}, "UpdateExpression": "SET g = :v", "ExpressionAttributeValues": {":v": {"S": ""}}}`, ""},
	{`UpdateItem {"TableName": "Indexed", "Key": {"k": {"S": "a"}, "s": {"S": "a"}}, "UpdateExpression": "SET g.x = :v", "ExpressionAttributeValues": {":v": {"S": "x"}}}`, ""},
	{`GetItem {` + key + `, "ProjectionExpression": "a, a"}`, ""},
	{`GetItem {` + key + `, "ProjectionExpression": "a, a.b"}`, ""},
	{`GetItem {` + key + `, "ProjectionExpression": "a.b, a[0]"}`, ""},
	{`GetItem {` + key + `, "ProjectionExpression": ""}`, ""},
	{`GetItem {` + key + `, "ExpressionAttributeNames": {"#a": "a"}}`, ""},
	{`GetItem {` + key + `, "ProjectionExpression": "#a", "ExpressionAttributeNames": {"#a": "a", "#b": "b"}}`, ""},
	{`GetItem {` + key + `, "ProjectionExpression": "#a", "ExpressionAttributeNames": {"a": "a"}}`, ""},
	{`GetItem {` + key + `, "ProjectionExpression": "#a", "ExpressionAttributeNames": {}}`, ""},
	{`PutItem {"TableName": "Plain", "Item": {"k": {"S": "a"}}, "ExpressionAttributeValues": {":v": {"S": "x"}}}`, ""},
	{conditional("k = :v", `"v": {"S": "x"}`), ""},
	{querying("k = :k", `":k": {"N": "1"}`), ""},
	{querying("k > :k", `":k": {"S": "a"}`), ""},
	{querying("k = :k OR s1 = :k", `":k": {"S": "a"}`), ""},
	{querying("s1 = :k", `":k": {"S": "a"}`),
		`Query condition missed key schema element`},
	{querying("k = :k AND s1 = :k", `":k": {"S": "a"}`),
		`Query condition missed key schema element`},
	{querying("k = :k AND k = :k", `":k": {"S": "a"}`), ""},
	{querying("k <> :k", `":k": {"S": "a"}`), ""},
	{querying("NOT k = :k", `":k": {"S": "a"}`), ""},
	{querying("begins_with(k, :k)", `":k": {"S": "a"}`), ""},
	{querying("k = :k AND contains(s, :k)", `":k": {"S": "a"}`), ""},
	{querying("k = :k", `":k": {"S": ""}`), ""},
	{querying("k = s", ""), ""},
	{`Query {"TableName": "Plain", "IndexName": "nothing", "KeyConditionExpression": "k = :k", "ExpressionAttributeValues": {":k": {"S": "a"}}}`, ""},
	{`Query {"TableName": "Plain", "FilterExpression": "k = :k", "KeyConditionExpression": "k = :k", "ExpressionAttributeValues": {":k": {"S": "a"}}}`, ""},
	{`Query {"TableName": "Plain", "Select": "ALL_PROJECTED_ATTRIBUTES", "KeyConditionExpression": "k = :k", "ExpressionAttributeValues": {":k": {"S": "a"}}}`, ""},
	{`Query {"TableName": "Plain", "Select": "SPECIFIC_ATTRIBUTES", "KeyConditionExpression": "k = :k", "ExpressionAttributeValues": {":k": {"S": "a"}}}`,
		`Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES`},
	{`Query {"TableName": "Plain", "Select": "COUNT", "ProjectionExpression": "k", "KeyConditionExpression": "k = :k", "ExpressionAttributeValues": {":k": {"S": "a"}}}`, ""},
	{`Query {"TableName": "Plain", "Select": "ALL_ATTRIBUTES", "ProjectionExpression": "k", "KeyConditionExpression": "k = :k", "ExpressionAttributeValues": {":k": {"S": "a"}}}`, ""},
	{`Query {"TableName": "Indexed", "IndexName": "keysOnly", "Select": "ALL_ATTRIBUTES", "KeyConditionExpression": "g = :k", "ExpressionAttributeValues": {":k": {"S": "a"}}}`, ""},
	{`Query {"TableName": "Indexed", "IndexName": "keysOnly", "ProjectionExpression": "s1", "KeyConditionExpression": "g = :k", "ExpressionAttributeValues": {":k": {"S": "a"}}}`, ""},
	{`Query {"TableName": "Indexed", "IndexName": "keysOnly", "FilterExpression": "s1 = :k", "KeyConditionExpression": "g = :k", "ExpressionAttributeValues": {":k": {"S": "a"}}}`,
		`One or more parameter values were invalid: Secondary index keysOnly does not project one or more filter attributes: [s1]`},
	{`Query {"TableName": "Indexed", "IndexName": "keysOnly", "ConsistentRead": true, "KeyConditionExpression": "g = :k", "ExpressionAttributeValues": {":k": {"S": "a"}}}`,
		`Consistent read cannot be true when querying a GSI`},
	{`Query {"TableName": "Plain", "ExclusiveStartKey": {"k": {"N": "1"}}, "KeyConditionExpression": "k = :k", "ExpressionAttributeValues": {":k": {"S": "a"}}}`,
		`Type mismatch for attribute to update`},
	{`Query {"TableName": "Indexed", "ExclusiveStartKey": {"k": {"S": "a"}}, "KeyConditionExpression": "k = :k", "ExpressionAttributeValues": {":k": {"S": "a"}}}`,
		`Exclusive Start Key must have same size as table's key schema`},
	{`Query {"TableName": "Indexed", "ExclusiveStartKey": {"k": {"S": "b"}, "s": {"S": "b"}}, "KeyConditionExpression": "k = :k", "ExpressionAttributeValues": {":k": {"S": "a"}}}`,
		`The provided starting key does not match the range key predicate`},
	{`Scan {"TableName": "Plain", "ExclusiveStartKey": {"k": {"N": "1"}}}`,
		`Type mismatch for attribute to update`},
	{`Scan {"TableName": "Plain", "ExclusiveStartKey": {"id": {"S": "a"}}}`,
		`The provided starting key is invalid`},
	{`Scan {"TableName": "Plain", "IndexName": "nothing"}`, ""},
	{`Scan {"TableName": "Indexed", "IndexName": "keysOnly", "ConsistentRead": true}`,
		`Consistent read cannot be true when scanning a GSI`},
	// Tables.
	{`DescribeTable {"TableName": "Nowhere"}`,
		`Cannot do operations on a non-existent table`},
	{`DeleteTable {"TableName": "Nowhere"}`,
		`Cannot do operations on a non-existent table`},
	{`CreateTable {"TableName": "Plain", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}]}`,
		`Cannot create preexisting table`},
	{`CreateTable {"TableName": "New", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [], "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}]}`,
		`Hash Key not specified in Attribute Definitions.  Type unknown.`},
	{`CreateTable {"TableName": "New", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}, {"AttributeName": "x", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}]}`,
		`The number of attributes in key schema must match the number of attributes defined in attribute definitions.`},
	{`CreateTable {"TableName": "New", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "k", "KeyType": "RANGE"}]}`,
		`No Hash Key specified in schema.  All Dynamo DB tables must have exactly one hash key`},
	{`CreateTable {"TableName": "New", "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}]}`,
		`No provisioned throughput specified for the table`},
}

func updating(update, values string) string {
	if values != "" {
		values = `, "ExpressionAttributeValues": {` + values + `}`
	}
	return `UpdateItem {` + key + `, "UpdateExpression": "` + update + `"` + values + `}`
}

func querying(condition, values string) string {
	if values != "" {
		values = `, "ExpressionAttributeValues": {` + values + `}`
	}
	return `Query {"TableName": "Indexed", "KeyConditionExpression": "` + condition + `"` + values + `}`
}

// repeated joins what n numbers make of a format.
func repeated(n int, format string) string {
	var list []string
	for i := range n {
		list = append(list, strings.ReplaceAll(format, "%", strings.Repeat("i", i+1)))
	}
	return strings.Join(list, ", ")
}

func keys(n int) string      { return repeated(n, `{"k": {"S": "%"}}`) }
func deletions(n int) string { return repeated(n, `{"DeleteRequest": {"Key": {"k": {"S": "%"}}}}`) }
func deletedTogether(n int) string {
	return repeated(n, `{"Delete": {"TableName": "Plain", "Key": {"k": {"S": "%"}}}}`)
}

// compareFaults holds the messages to each other, word for word.
func compareFaults(t *testing.T, w *world, d *oracle) {
	both := func(operation, body string) (got, want reply) { return w.do(operation, body), d.do(operation, body) }
	both("PutItem", `{"TableName": "Plain", "Item": {"k": {"S": "a"}, "t1": {"BOOL": true}, "ss1": {"SS": ["a"]}, "n1": {"N": "1e38"}}}`)
	for _, f := range faulty {
		name, body, _ := strings.Cut(f.request, " ")
		got, want := both(name, body)
		own := f.local != ""
		if !got.failed || !want.failed || own == (got.String() == want.String()) || own && !matches(want.message, f.local) {
			t.Errorf("%.300s\nengine: %s\nlocal:  %s\nwant    %s", f.request, got, want, f.local)
		}
	}
}
