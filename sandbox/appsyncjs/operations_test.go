package appsyncjs

import "testing"

// What AppSync's EvaluateCode answers for the operations by themselves.
func TestOperations_lookAsInAppSync(t *testing.T) {
	for expression, want := range map[string]string{
		"ddb.operations.add(10)":            `{"type":"OPERATION_ADD","value":10}`,
		"ddb.operations.replace({ a: 10 })": `{"type":"OPERATION_REPLACE","value":{"a":10}}`,
		"ddb.operations.increment(10)":      `{"type":"OPERATION_INCREMENT","by":10}`,
		"ddb.operations.decrement(10)":      `{"type":"OPERATION_DECREMENT","by":10}`,
		"ddb.operations.append([1, 2, 3])":  `{"type":"OPERATION_APPEND","items":[1,2,3]}`,
		"ddb.operations.prepend([1, 2, 3])": `{"type":"OPERATION_PREPEND","items":[1,2,3]}`,
	} {
		wantSame(t, expression, want)
	}
}

func TestUpdate_writesExpressions(t *testing.T) {
	tests := []struct{ name, update, expression, names, values string }{
		{"add", "{ age: ddb.operations.add(10) }", "SET #expName_1 = :expValue_1", `{"#expName_1":"age"}`, `{":expValue_1":{"N":10}}`},
		{"replace", "{ v: ddb.operations.replace({ a: 10 }) }", "SET #expName_1 = :expValue_1", `{"#expName_1":"v"}`, `{":expValue_1":{"M":{"a":{"N":10}}}}`},
		{"append", "{ v: ddb.operations.append([1]) }", "SET #expName_1 = list_append(#expName_1, :expValue_1)", `{"#expName_1":"v"}`, `{":expValue_1":{"L":[{"N":1}]}}`},
		{"prepend", "{ v: ddb.operations.prepend([1]) }", "SET #expName_1 = list_append(:expValue_1, #expName_1)", `{"#expName_1":"v"}`, `{":expValue_1":{"L":[{"N":1}]}}`},
		{"increment", "{ age: ddb.operations.increment(10) }", "SET #expName_1 = #expName_1 + :expValue_1", `{"#expName_1":"age"}`, `{":expValue_1":{"N":10}}`},
		{"increment by one", "{ age: ddb.operations.increment() }", "SET #expName_1 = #expName_1 + :expValue_1", `{"#expName_1":"age"}`, `{":expValue_1":{"N":1}}`},
		{"decrement", "{ age: ddb.operations.decrement(10) }", "SET #expName_1 = #expName_1 - :expValue_1", `{"#expName_1":"age"}`, `{":expValue_1":{"N":10}}`},
		{"plain values", "{ a: 'x', b: null, c: [1], d: true }", "SET #expName_1 = :expValue_1, #expName_2 = :expValue_2, #expName_3 = :expValue_3, #expName_4 = :expValue_4",
			`{"#expName_1":"a","#expName_2":"b","#expName_3":"c","#expName_4":"d"}`, `{":expValue_1":{"S":"x"},":expValue_2":{"NULL":null},":expValue_3":{"L":[{"N":1}]},":expValue_4":{"BOOL":true}}`},
		{"list items", "{ v: [ddb.operations.updateListItem('102', 1), ddb.operations.updateListItem('112', 2)] }", "SET #expName_1[1] = :expValue_1, #expName_1[2] = :expValue_2",
			`{"#expName_1":"v"}`, `{":expValue_1":{"S":"102"},":expValue_2":{"S":"112"}}`},
		{"set and remove", "{ a: 1, b: ddb.operations.remove(), c: 2, d: ddb.operations.remove() }", "SET #expName_1 = :expValue_1, #expName_3 = :expValue_2 REMOVE #expName_2, #expName_4",
			`{"#expName_1":"a","#expName_2":"b","#expName_3":"c","#expName_4":"d"}`, `{":expValue_1":{"N":1},":expValue_2":{"N":2}}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			wantValue(t, "ddb.update({ key: { id: 'test' }, update: "+test.update+" })",
				`{"operation":"UpdateItem","key":{"id":{"S":"test"}},"update":{"expression":"`+test.expression+`","expressionNames":`+test.names+`,"expressionValues":`+test.values+`}}`)
		})
	}
	wantValue(t, "ddb.update({ key: { id: 'test' }, update: { a: ddb.operations.remove() } }).update",
		`{"expression":"REMOVE #expName_1","expressionNames":{"#expName_1":"a"}}`)
}

func TestUpdate_refusesWhatIsNotDocumented(t *testing.T) {
	for update, want := range map[string]string{
		"{}":                                   "ddb.update's update is empty",
		"{ a: { b: 1 } }":                      "ddb.update's update.a is an object, of which AWS does not document",
		"{ a: undefined }":                     "ddb.update's update.a is undefined",
		"{ a: ddb.operations.add(undefined) }": "ddb.update's update.a is undefined",
		"{ a: ddb.operations.updateListItem(1, 0) }":       "operations.updateListItem must be in an array",
		"{ a: [1, ddb.operations.updateListItem(1, 0)] }":  "mixes operations.updateListItem with other elements",
		"{ a: ddb.operations.updateListItem(1, -1) }":      "the index is -1",
		"{ a: ddb.operations.append(1) }":                  "is a number, want an array",
		"{ a: ddb.operations.increment('1') }":             "is a string, want a number",
		"{ a: ddb.operations.add(ddb.operations.add(1)) }": "is an operation",
	} {
		wantRefusal(t, "ddb.update({ key: { id: 1 }, update: "+update+" })", want)
	}
}

// A client that sends an object in the shape of an operation must not get one carried out.
func TestUpdate_takesNoOperationFromInput(t *testing.T) {
	_, err := request(t, "return ddb.update({ key: { id: 1 }, update: ctx.args })", Context{
		Arguments: map[string]any{"balance": map[string]any{"type": "OPERATION_INCREMENT", "by": 1000}},
	})
	if err == nil {
		t.Error("got no error")
	}
}
