package appsyncjs

import "testing"

// The requests that AppSync's EvaluateCode returns, and AWS's page "Built-in modules".
func TestDynamodb_buildsRequests(t *testing.T) {
	const condition = "condition: { id: { attributeExists: false } }"
	const rendered = `"condition":{"expression":"(attribute_not_exists(#id))","expressionNames":{"#id":"id"}}`
	tests := []struct{ expression, want string }{
		{"ddb.get({ key: { id: 'id' } })", `{"operation":"GetItem","key":{"id":{"S":"id"}}}`},
		{"ddb.get({ key: { id: 1, sk: 'a' }, consistentRead: true, projection: ['id', 'nested.object[1]'] })",
			`{"operation":"GetItem","key":{"id":{"N":1},"sk":{"S":"a"}},"consistentRead":true,"projection":{"expression":"#id, #nested.#object[1]","expressionNames":{"#id":"id","#nested":"nested","#object":"object"}}}`},
		{"ddb.put({ key: { id: 'abc' }, item: { value: 10 } })", `{"operation":"PutItem","key":{"id":{"S":"abc"}},"attributeValues":{"value":{"N":10}}}`},
		{"ddb.put({ key: { id: 'abc' }, item: {}, " + condition + " })", `{"operation":"PutItem","key":{"id":{"S":"abc"}},"attributeValues":{},` + rendered + `}`},
		{"ddb.put({ key: { id: 'abc' }, item: {}, condition: null })", `{"operation":"PutItem","key":{"id":{"S":"abc"}},"attributeValues":{}}`},
		{"ddb.remove({ key: { id: 'test' } })", `{"operation":"DeleteItem","key":{"id":{"S":"test"}}}`},
		{"ddb.remove({ key: { id: 'test' }, " + condition + " })", `{"operation":"DeleteItem","key":{"id":{"S":"test"}},` + rendered + `}`},
		{"ddb.scan({ limit: 10, nextToken: 'abc' })", `{"operation":"Scan","limit":10,"nextToken":"abc"}`},
		{"ddb.scan({ index: 'i', filter: { a: { gt: 1 } }, totalSegments: 2, segment: 1, nextToken: null })",
			`{"operation":"Scan","index":"i","totalSegments":2,"segment":1,"filter":{"expression":"(#a > :a_gt)","expressionNames":{"#a":"a"},"expressionValues":{":a_gt":{"N":1}}}}`},
		{"ddb.query({ query: { id: { eq: 'a' }, sk: { beginsWith: 'b' } }, index: 'i', limit: 5, nextToken: undefined, scanIndexForward: false, select: 'ALL_ATTRIBUTES' })",
			`{"operation":"Query","query":{"expression":"(#id = :id_eq) AND (begins_with(#sk,:sk_beginsWith))","expressionNames":{"#id":"id","#sk":"sk"},"expressionValues":{":id_eq":{"S":"a"},":sk_beginsWith":{"S":"b"}}},"index":"i","limit":5,"scanIndexForward":false,"select":"ALL_ATTRIBUTES"}`},
		{"ddb.batchGet({ tables: { post: { keys: [{ id: '1' }, { id: '2' }], consistentRead: false, projection: ['id'] } } })",
			`{"operation":"BatchGetItem","tables":{"post":{"keys":[{"id":{"S":"1"}},{"id":{"S":"2"}}],"consistentRead":false,"projection":{"expression":"#id","expressionNames":{"#id":"id"}}}}}`},
		{"ddb.batchPut({ tables: { post: [{ id: 'one', value: 'x' }] } })", `{"operation":"BatchPutItem","tables":{"post":[{"id":{"S":"one"},"value":{"S":"x"}}]}}`},
		{"ddb.batchDelete({ tables: { post: [{ id: 'one' }] } })", `{"operation":"BatchDeleteItem","tables":{"post":[{"id":{"S":"one"}}]}}`},
		{"ddb.transactGet({ items: [{ table: 'post', key: { id: '1' }, projection: ['name'] }] })",
			`{"operation":"TransactGetItems","transactItems":[{"table":"post","key":{"id":{"S":"1"}},"projection":{"expression":"#name","expressionNames":{"#name":"name"}}}]}`},
		{"ddb.transactWrite({ items: [{ putItem: { table: 't', key: { id: '1' }, item: { a: 1 }, " + condition + " } }, { deleteItem: { table: 't', key: { id: '2' } } }, { updateItem: { table: 't', key: { id: '3' }, update: { n: 1 } } }, { conditionCheck: { table: 't', key: { id: '4' }, " + condition + " } }] })",
			`{"operation":"TransactWriteItems","transactItems":[{"table":"t","operation":"PutItem","key":{"id":{"S":"1"}},"attributeValues":{"a":{"N":1}},` + rendered + `},` +
				`{"table":"t","operation":"DeleteItem","key":{"id":{"S":"2"}}},` +
				`{"table":"t","operation":"UpdateItem","key":{"id":{"S":"3"}},"update":{"expression":"SET #expName_1 = :expValue_1","expressionNames":{"#expName_1":"n"},"expressionValues":{":expValue_1":{"N":1}}}},` +
				`{"table":"t","operation":"ConditionCheck","key":{"id":{"S":"4"}},` + rendered + `}]}`},
	}
	for _, test := range tests {
		wantValue(t, test.expression, test.want)
	}
}

func TestDynamodb_refusesWhatItCannotBuild(t *testing.T) {
	for expression, want := range map[string]string{
		"ddb.get()":                           "the first argument of ddb.get is undefined, want an object",
		"ddb.get({})":                         "ddb.get's key is undefined, want an object",
		"ddb.get({ key: {} })":                "ddb.get's key is empty",
		"ddb.get({ key: { id: undefined } })": "ddb.get's key.id is undefined",
		"ddb.get({ key: { id: 1 }, consistent: true })":                              "the argument of ddb.get.consistent is not supported by this runtime",
		"ddb.get({ key: { id: 1 }, consistentRead: 'yes' })":                         "ddb.get's consistentRead is a string, want a boolean",
		"ddb.get({ key: { id: 1 }, projection: [] })":                                "ddb.get's projection is empty",
		"ddb.get({ key: { id: 1 }, projection: ['a-b'] })":                           `"a-b" is not the path of an attribute`,
		"ddb.put({ key: { id: 1 } })":                                                "ddb.put's item is undefined",
		"ddb.put({ key: { id: 1 }, item: { a: undefined } })":                        "ddb.put's item.a is undefined",
		"ddb.put({ key: { id: 1 }, item: { a: ddb.operations.add(1) } })":            "is an operation",
		"ddb.put({ key: { id: 1 }, item: {}, _version: 1 })":                         "_version is not supported",
		"ddb.put({ key: { id: 1 }, item: {}, condition: {} })":                       "{} says nothing",
		"ddb.put({ key: { id: 1 }, item: {}, condition: { a: {} } })":                "a says nothing",
		"ddb.put({ key: { id: 1 }, item: {}, condition: { a: 1 } })":                 "a is a number, want an object of operators",
		"ddb.put({ key: { id: 1 }, item: {}, condition: { a: { is: 1 } } })":         "the operator is is not known",
		"ddb.put({ key: { id: 1 }, item: {}, condition: { a: { in: [] } } })":        "a_in says nothing",
		"ddb.put({ key: { id: 1 }, item: {}, condition: { a: { eq: undefined } } })": "a_eq is undefined",
		"ddb.put({ key: { id: 1 }, item: {}, condition: { 'a.b': { eq: 1 } } })":     `the attribute "a.b" is not a plain name`,
		"ddb.put({ key: { id: 1 }, item: {}, condition: { and: [] } })":              "says nothing",
		"ddb.query({})": "ddb.query's query is missing",
		"ddb.query({ query: { id: { eq: 1 } }, limit: '5' })":                                "ddb.query's limit is a string, want a number",
		"ddb.scan({ query: {} })":                                                            "query is not supported",
		"ddb.batchGet({ tables: { t: { keys: [1] } } })":                                     "is a number, want an object",
		"ddb.batchPut({ tables: [] })":                                                       "is an array, want an object",
		"ddb.transactWrite({ items: [{}] })":                                                 "has 0 members",
		"ddb.transactWrite({ items: [{ putItem: {}, deleteItem: {} }] })":                    "has 2 members",
		"ddb.transactWrite({ items: [{ getItem: {} }] })":                                    "items[0].getItem is not supported by this runtime",
		"ddb.transactWrite({ items: [{ putItem: { key: { id: 1 } } }] })":                    "table is undefined",
		"ddb.transactWrite({ items: [{ conditionCheck: { table: 't', key: { id: 1 } } }] })": "condition is missing",
		"ddb.transactGet({ items: 1 })":                                                      "items is a number, want an array",
	} {
		wantRefusal(t, expression, want)
	}
}
