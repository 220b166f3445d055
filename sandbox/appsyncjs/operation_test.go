package appsyncjs

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDecodeOperation_readsEveryOperation(t *testing.T) {
	key := Item{"id": {"S": "1"}}
	condition := Expression{Text: "attribute_exists(#id)", Names: map[string]string{"#id": "id"}}
	const conditionText = `"condition":{"expression":"attribute_exists(#id)","expressionNames":{"#id":"id"}`
	tests := []struct {
		name, request string
		want          Operation
	}{
		{"NONE", `{"payload":{"a":1}}`, Operation{Payload: json.RawMessage(`{"a":1}`)}},
		{"NONE without payload", `{}`, Operation{Payload: json.RawMessage(`null`)}},
		{"NONE, null", `null`, Operation{Payload: json.RawMessage(`null`)}},
		{"NONE with a version", `{"version":"2018-05-29","payload":null}`, Operation{Payload: json.RawMessage(`null`)}},
		{"GetItem", `{"operation":"GetItem","key":{"id":{"S":"1"}},"consistentRead":true,"projection":{"expression":"#a","expressionNames":{"#a":"a"}}}`,
			Operation{Name: "GetItem", Key: key, ConsistentRead: true, Projection: &Expression{Text: "#a", Names: map[string]string{"#a": "a"}}}},
		{"PutItem", `{"operation":"PutItem","key":{"id":{"S":"1"}},"attributeValues":{"n":{"N":1.5}},` + conditionText + `,"equalsIgnore":["n"],"consistentRead":false,"conditionalCheckFailedHandler":{"strategy":"Reject"}}}`,
			Operation{Name: "PutItem", Key: key, Attributes: Item{"n": {"N": "1.5"}}, Condition: &Condition{Expression: condition, EqualsIgnore: []string{"n"}, EventualRead: true}}},
		{"UpdateItem", `{"operation":"UpdateItem","key":{"id":{"S":"1"}},"update":{"expression":"SET a = :a","expressionValues":{":a":{"NULL":null}}}}`,
			Operation{Name: "UpdateItem", Key: key, Update: &Expression{Text: "SET a = :a", Values: Item{":a": {"NULL": true}}}}},
		{"DeleteItem", `{"operation":"DeleteItem","key":{"id":{"S":"1"}},` + conditionText + `}}`,
			Operation{Name: "DeleteItem", Key: key, Condition: &Condition{Expression: condition}}},
		{"Query", `{"operation":"Query","query":{"expression":"a = :a","expressionValues":{":a":{"S":"x"}}},"index":"i","nextToken":"t","limit":5,"scanIndexForward":false,"consistentRead":true,"select":"ALL_ATTRIBUTES","filter":{"expression":"b"}}`,
			Operation{Name: "Query", Query: &Expression{Text: "a = :a", Values: Item{":a": {"S": "x"}}}, Index: "i", NextToken: "t", Limit: 5, Backward: true, ConsistentRead: true, Select: "ALL_ATTRIBUTES", Filter: &Expression{Text: "b"}}},
		{"Query with nulls", `{"operation":"Query","query":{"expression":"a","expressionValues":null},"nextToken":null,"limit":null,"filter":null}`,
			Operation{Name: "Query", Query: &Expression{Text: "a"}}},
		{"Scan", `{"operation":"Scan","totalSegments":4,"segment":1}`, Operation{Name: "Scan", TotalSegments: 4, Segment: 1}},
		{"BatchGetItem", `{"operation":"BatchGetItem","tables":{"t":{"keys":[{"id":{"S":"1"}}],"consistentRead":true}}}`,
			Operation{Name: "BatchGetItem", Tables: map[string]TableWork{"t": {Keys: []Item{key}, ConsistentRead: true}}}},
		{"BatchPutItem", `{"operation":"BatchPutItem","tables":{"t":[{"id":{"S":"1"}}]}}`,
			Operation{Name: "BatchPutItem", Tables: map[string]TableWork{"t": {Items: []Item{key}}}}},
		{"BatchDeleteItem", `{"operation":"BatchDeleteItem","tables":{"t":[{"id":{"S":"1"}}]}}`,
			Operation{Name: "BatchDeleteItem", Tables: map[string]TableWork{"t": {Keys: []Item{key}}}}},
		{"TransactGetItems", `{"operation":"TransactGetItems","transactItems":[{"table":"t","key":{"id":{"S":"1"}}}]}`,
			Operation{Name: "TransactGetItems", Items: []Operation{{Name: "GetItem", Table: "t", Key: key}}}},
		{"TransactWriteItems", `{"operation":"TransactWriteItems","transactItems":[
			{"table":"t","operation":"PutItem","key":{"id":{"S":"1"}},"attributeValues":{},` + conditionText + `,"returnValuesOnConditionCheckFailure":false}},
			{"table":"t","operation":"UpdateItem","key":{"id":{"S":"1"}},"update":{"expression":"REMOVE a"}},
			{"table":"t","operation":"DeleteItem","key":{"id":{"S":"1"}}},
			{"table":"t","operation":"ConditionCheck","key":{"id":{"S":"1"}},` + conditionText + `}}]}`,
			Operation{Name: "TransactWriteItems", Items: []Operation{
				{Name: "PutItem", Table: "t", Key: key, Attributes: Item{}, Condition: &Condition{Expression: condition, HideItem: true}},
				{Name: "UpdateItem", Table: "t", Key: key, Update: &Expression{Text: "REMOVE a"}},
				{Name: "DeleteItem", Table: "t", Key: key},
				{Name: "ConditionCheck", Table: "t", Key: key, Condition: &Condition{Expression: condition}},
			}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := DecodeOperation(json.RawMessage(test.request))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("got what follows +, want what follows -:\n%s", diff)
			}
		})
	}
}

func TestDecodeOperation_refusesByName(t *testing.T) {
	const key = `"key":{"id":{"S":"1"}}`
	tests := []struct{ name, request, want string }{
		{"no object", `[1]`, "got [1], want an object"},
		{"an unknown operation", `{"operation":"Sync"}`, `operation "Sync" is not supported by this runtime`},
		{"an operation that is no text", `{"operation":1}`, "operation: got 1, want a string"},
		{"an unknown member", `{"operation":"GetItem",` + key + `,"projections":{}}`, "GetItem: projections is not supported by this runtime"},
		{"a member of another operation", `{"operation":"GetItem",` + key + `,"condition":{}}`, "GetItem: condition is not supported"},
		{"a versioned write", `{"operation":"PutItem",` + key + `,"attributeValues":{},"_version":1}`, "PutItem: _version is not supported"},
		{"a NONE request with more", `{"payload":1,"key":{}}`, "key is not supported by this runtime"},
		{"a version", `{"version":"2019-01-01"}`, `version "2019-01-01" is not supported`},
		{"no key", `{"operation":"GetItem"}`, "GetItem: key is missing"},
		{"an empty key", `{"operation":"GetItem","key":{}}`, "GetItem: key is empty"},
		{"a plain key", `{"operation":"GetItem","key":{"id":"1"}}`, `GetItem: key: "1" is not a typed value`},
		{"no attributes", `{"operation":"PutItem",` + key + `}`, "PutItem: attributeValues is missing"},
		{"no update", `{"operation":"UpdateItem",` + key + `}`, "UpdateItem: update is missing"},
		{"no query", `{"operation":"Query"}`, "Query: query is missing"},
		{"an empty expression", `{"operation":"Query","query":{"expression":""}}`, "Query: query.expression is empty"},
		{"an expression that is text", `{"operation":"DeleteItem",` + key + `,"condition":"a"}`, `DeleteItem: condition: got "a", want an object`},
		{"an unknown part", `{"operation":"Query","query":{"expression":"a","values":{}}}`, "Query: query.values is not supported"},
		{"values in a projection", `{"operation":"GetItem",` + key + `,"projection":{"expression":"a","expressionValues":{}}}`, "projection.expressionValues is not supported"},
		{"a name without #", `{"operation":"Query","query":{"expression":"a","expressionNames":{"a":"a"}}}`, `"a" must begin with #`},
		{"a value without :", `{"operation":"Query","query":{"expression":"a","expressionValues":{"a":{"S":""}}}}`, `"a" must begin with :`},
		{"a custom handler", `{"operation":"DeleteItem",` + key + `,"condition":{"expression":"a","conditionalCheckFailedHandler":{"strategy":"Custom"}}}`, `strategy "Custom" is not supported`},
		{"a Lambda", `{"operation":"DeleteItem",` + key + `,"condition":{"expression":"a","conditionalCheckFailedHandler":{"strategy":"Reject","lambdaArn":"a"}}}`, "lambdaArn is not supported"},
		{"an option of transactions", `{"operation":"DeleteItem",` + key + `,"condition":{"expression":"a","returnValuesOnConditionCheckFailure":false}}`, "condition.returnValuesOnConditionCheckFailure is not supported"},
		{"an option outside of transactions", `{"operation":"TransactWriteItems","transactItems":[{"operation":"DeleteItem","table":"t",` + key + `,"condition":{"expression":"a","equalsIgnore":[]}}]}`, "condition.equalsIgnore is not supported"},
		{"a limit of 0", `{"operation":"Scan","limit":0}`, "Scan: limit is 0, want 1 or more"},
		{"half a limit", `{"operation":"Scan","limit":0.5}`, "Scan: limit: got 0.5, want a whole number"},
		{"a select", `{"operation":"Scan","select":"COUNT"}`, `select "COUNT" is not supported`},
		{"no tables", `{"operation":"BatchGetItem"}`, "BatchGetItem: tables: got , want an object"},
		{"empty tables", `{"operation":"BatchGetItem","tables":{}}`, "BatchGetItem: tables is empty"},
		{"a table without keys", `{"operation":"BatchGetItem","tables":{"t":{"keys":[]}}}`, "want a list of items that is not empty"},
		{"no items", `{"operation":"TransactWriteItems","transactItems":[]}`, "want a list of 1 to 100 items"},
		{"too many items", `{"operation":"TransactGetItems","transactItems":[` + strings.Repeat("{},", 100) + `{}]}`, "want a list of 1 to 100 items"},
		{"an item that reads", `{"operation":"TransactWriteItems","transactItems":[{"operation":"GetItem"}]}`, `transactItems[0].operation "GetItem" is not supported`},
		{"an item without a table", `{"operation":"TransactWriteItems","transactItems":[{"operation":"DeleteItem",` + key + `}]}`, "transactItems[0].table is missing"},
		{"an unchecked check", `{"operation":"TransactWriteItems","transactItems":[{"operation":"ConditionCheck","table":"t",` + key + `}]}`, "transactItems[0].condition is missing"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := DecodeOperation(json.RawMessage(test.request))
			if err == nil || !strings.HasPrefix(err.Error(), "request: ") || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q in it", err, test.want)
			}
		})
	}
}

func TestOutcome_decodes(t *testing.T) {
	outcome, err := request(t, "return ddb.remove({ key: { id: ctx.args.id } })", Context{Arguments: map[string]any{"id": "1"}})
	if err != nil {
		t.Fatal(err)
	}
	op, err := outcome.Operation()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Operation{Name: "DeleteItem", Key: Item{"id": {"S": "1"}}}, op); diff != "" {
		t.Error(diff)
	}
	var plain struct{ Operation string }
	if err := outcome.Decode(&plain); err != nil || plain.Operation != "DeleteItem" {
		t.Errorf("got %+v, %v", plain, err)
	}
}
