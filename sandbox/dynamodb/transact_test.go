package dynamodb_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

const cancelled = "TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific reasons "

// action is an action on the row of a photo.
func photoAction(kind, row, more string) string {
	if kind == "Put" {
		return `{"Put": {"TableName": "Photos", "Item": {"id": {"S": "p"}, "row": {"S": "` + row + `"}}` + more + `}}`
	}
	return `{"` + kind + `": {"TableName": "Photos", "Key": {"id": {"S": "p"}, "row": {"S": "` + row + `"}}` + more + `}}`
}

func TestTransactWriteItems_reasons(t *testing.T) {
	w := withTable(t)
	w.put(`"text": {"S": "here"}`)
	const exists, absent = `, "ConditionExpression": "attribute_exists(id)"`, `, "ConditionExpression": "attribute_not_exists(id)"`
	for _, test := range []struct{ name, actions, message, reasons string }{
		{"a failed condition",
			photoAction("Put", "new", absent) + `, ` + photoAction("Put", "r", absent),
			cancelled + "[None, ConditionalCheckFailed]",
			`[{"Code": "None"}, {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed"}]`},
		{"all that fail, and the item where it is asked for",
			photoAction("Delete", "none", exists+`, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"`) + `, ` +
				photoAction("ConditionCheck", "r", absent+`, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"`) + `, ` + photoAction("Put", "new", ""),
			cancelled + "[ConditionalCheckFailed, ConditionalCheckFailed, None]",
			`[{"Code": "ConditionalCheckFailed", "Message": "The conditional request failed"}, {"Code": "ConditionalCheckFailed",
				"Message": "The conditional request failed", "Item": {"id": {"S": "p"}, "row": {"S": "r"}, "text": {"S": "here"}}}, {"Code": "None"}]`},
		{"an update that can't be done",
			photoAction("Put", "new", "") + `, ` + photoAction("Update", "r", `, "UpdateExpression": "ADD #t :one", "ExpressionAttributeNames": {"#t": "text"},
				"ExpressionAttributeValues": {":one": {"N": "1"}}`),
			cancelled + "[None, ValidationError]",
			`[{"Code": "None"}, {"Code": "ValidationError", "Message": "An operand in the update expression has an incorrect data type"}]`},
		{"the first key that doesn't fit, before any condition",
			photoAction("Put", "r", absent) + `, {"Put": {"TableName": "Photos", "Item": {"id": {"N": "1"}, "row": {"S": "r"}}}},
				{"Delete": {"TableName": "Photos", "Key": {"id": {"S": "x"}}}}`,
			cancelled + "[None, ValidationError, None]",
			`[{"Code": "None"}, {"Code": "ValidationError", "Message": "One or more parameter values were invalid: Type mismatch for key id expected: S actual: N"},
				{"Code": "None"}]`},
		{"an empty key", photoAction("Put", "", ""), "ValidationException: One or more parameter values are not valid. " +
			"The AttributeValue for a key attribute cannot contain an empty string value. Key: row", ""},
		{"two actions on an item", photoAction("Put", "new", "") + `, ` + photoAction("ConditionCheck", "new", absent),
			"ValidationException: Transaction request cannot include multiple operations on one item", ""},
		{"no table", strings.ReplaceAll(photoAction("Put", "new", ""), "Photos", "None"), "ResourceNotFoundException: Requested resource not found", ""},
		{"no condition to check", photoAction("ConditionCheck", "r", ""), "ValidationException: 1 validation error detected: " +
			"Value null at 'transactItems.1.member.conditionCheck.conditionExpression' failed to satisfy constraint: Member must not be null", ""},
		{"a fault in an expression", photoAction("Put", "new", "") + `, ` + photoAction("Delete", "r", `, "ConditionExpression": "#x = :y"`),
			"ValidationException: Invalid ConditionExpression: An expression attribute name used in the document path is not defined; attribute name: #x", ""},
		{"two actions in one", `{"Put": {"TableName": "Photos", "Item": {}}, "Delete": {"TableName": "Photos", "Key": {}}}`,
			"ValidationException: TransactItems can only contain one of Check, Put, Update or Delete", ""},
		{"nothing", ``, "ValidationException: 1 validation error detected: Value '[]' at 'transactItems' failed to satisfy constraint: " +
			"Member must have length greater than or equal to 1", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := w.do("TransactWriteItems", `{"TransactItems": [`+test.actions+`]}`)
			if r.String() != test.message {
				t.Errorf("got  %s\nwant %s", r, test.message)
			}
			if test.reasons != "" {
				same(t, "reasons", textOf(object{"reasons": r.body["CancellationReasons"]}), `{"reasons": `+test.reasons+`}`)
			}
			same(t, "the table", w.ok("Scan", `{"TableName": "Photos"}`),
				`{"Items": [{"id": {"S": "p"}, "row": {"S": "r"}, "text": {"S": "here"}}], "Count": 1, "ScannedCount": 1}`)
		})
	}
}

func TestTransactWriteItems_bodyOfACancellation(t *testing.T) {
	w := withTable(t)
	r := w.do("TransactWriteItems", `{"TransactItems": [`+photoAction("ConditionCheck", "r", `, "ConditionExpression": "attribute_exists(id)"`)+`]}`)
	same(t, "body", textOf(r.body), `{"__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
		"Message": "Transaction cancelled, please refer cancellation reasons for specific reasons [ConditionalCheckFailed]",
		"CancellationReasons": [{"Code": "ConditionalCheckFailed", "Message": "The conditional request failed"}]}`)
}

func TestTransactWriteItems_limits(t *testing.T) {
	w := withTable(t)
	puts := func(n, size int) string {
		var actions []string
		for i := range n {
			actions = append(actions, fmt.Sprintf(`{"Put": {"TableName": "Photos", "Item": {"id": {"S": "p%d"}, "row": {"S": "r"}, "x": {"S": "%s"}}}}`, i, strings.Repeat("x", size)))
		}
		return `{"TransactItems": [` + strings.Join(actions, ", ") + `]}`
	}
	w.ok("TransactWriteItems", puts(100, 10))
	w.ok("TransactWriteItems", puts(30, 100<<10))
	for body, want := range map[string]string{
		puts(101, 10): "ValidationException: 1 validation error detected: Value '[101 elements]' at 'transactItems' failed to satisfy constraint: " +
			"Member must have length less than or equal to 100",
		puts(45, 100<<10): "ValidationException: Transaction payload size cannot exceed 4194304 bytes",
	} {
		if got := w.fails("TransactWriteItems", body); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	got := w.fails("TransactWriteItems", strings.Replace(puts(1, 1), "{", `{"ClientRequestToken": "`+strings.Repeat("t", 37)+`", `, 1))
	if want := "ValidationException: 1 validation error detected: Value '" + strings.Repeat("t", 37) + "' at 'clientRequestToken' " +
		"failed to satisfy constraint: Member must have length less than or equal to 36"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestTransactWriteItems_isDoneOnceForAToken(t *testing.T) {
	w := withTable(t)
	add := func(token, n string) string {
		return `{"ClientRequestToken": "` + token + `", "ReturnConsumedCapacity": "TOTAL", "TransactItems": [` + photoAction("Update", "r",
			`, "UpdateExpression": "ADD n :n", "ExpressionAttributeValues": {":n": {"N": "`+n+`"}}`) + `]}`
	}
	check := func(want string) {
		t.Helper()
		same(t, "the item", w.ok("GetItem", `{`+photoKey+`, "ProjectionExpression": "n"}`), `{"Item": {"n": {"N": "`+want+`"}}}`)
	}
	const written = `{"ConsumedCapacity": [{"TableName": "Photos", "CapacityUnits": 2, "WriteCapacityUnits": 2}]}`
	same(t, "first", w.ok("TransactWriteItems", add("one", "1")), written)
	same(t, "again", w.ok("TransactWriteItems", add("one", "1")), strings.ReplaceAll(written, "Write", "Read"))
	check("1")
	want := "IdempotentParameterMismatchException: Request parameters do not match the parameters of the earlier request with this ClientRequestToken"
	if got := w.fails("TransactWriteItems", add("one", "5")); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	w.ok("TransactWriteItems", add("two", "1"))
	check("2")
	w.now = w.now.Add(10 * time.Minute)
	w.ok("TransactWriteItems", add("one", "1"))
	check("3")

	// A transaction that failed is not remembered.
	failing := `{"ClientRequestToken": "three", "TransactItems": [` + photoAction("Put", "late", `, "ConditionExpression": "attribute_exists(id)"`) + `]}`
	w.fails("TransactWriteItems", failing)
	w.ok("PutItem", `{"TableName": "Photos", "Item": {"id": {"S": "p"}, "row": {"S": "late"}}}`)
	w.ok("TransactWriteItems", failing)
}

// Many transactions at once leave the sum as it is.
func TestTransactWriteItems_areIsolated(t *testing.T) {
	w := withTable(t)
	for _, row := range []string{"a", "b", "c"} {
		w.ok("PutItem", `{"TableName": "Photos", "Item": {"id": {"S": "p"}, "row": {"S": "`+row+`"}, "n": {"N": "10"}}}`)
	}
	var group sync.WaitGroup
	for i := range 4 {
		group.Go(func() {
			for n := range 50 {
				from, to := string('a'+rune((i+n)%3)), string('a'+rune((i+n+1)%3))
				add := func(row, n, more string) string {
					return photoAction("Update", row, `, "UpdateExpression": "ADD n :n", "ExpressionAttributeValues": {":n": {"N": "`+n+`"}`+more)
				}
				_, err := w.Handle("TransactWriteItems", []byte(`{"TransactItems": [`+
					add(from, "-1", `, ":zero": {"N": "0"}}, "ConditionExpression": "n > :zero"`)+`, `+add(to, "1", `}`)+`]}`))
				if err != nil && err.Type != "TransactionCanceledException" {
					t.Error(err)
				}
				r, err := w.Handle("TransactGetItems", []byte(`{"TransactItems": [`+photoAction("Get", "a", "")+`, `+photoAction("Get", "b", "")+`, `+photoAction("Get", "c", "")+`]}`))
				if err != nil {
					t.Error(err)
					return
				}
				sum := 0
				for _, response := range tree(t, string(r)).(object)["Responses"].([]any) {
					var n int
					if _, err := fmt.Sscan(response.(object)["Item"].(object)["n"].(object)["N"].(string), &n); err != nil {
						t.Error(err)
					}
					sum += n
				}
				if sum != 30 {
					t.Errorf("got a sum of %d, want 30", sum)
				}
			}
		})
	}
	group.Wait()
}

func TestTransactGetItems(t *testing.T) {
	w := withTable(t)
	w.put(`"text": {"S": "here"}`)
	get := func(gets string) string {
		return w.ok("TransactGetItems", `{"ReturnConsumedCapacity": "INDEXES", "TransactItems": [`+gets+`]}`)
	}
	same(t, "two", get(photoAction("Get", "r", `, "ProjectionExpression": "#t", "ExpressionAttributeNames": {"#t": "text"}`)+`, `+photoAction("Get", "none", "")),
		`{"Responses": [{"Item": {"text": {"S": "here"}}}, {}], "ConsumedCapacity": [{"TableName": "Photos", "CapacityUnits": 4, "ReadCapacityUnits": 4,
			"Table": {"CapacityUnits": 4, "ReadCapacityUnits": 4}}]}`)
	same(t, "a projection of nothing", w.ok("TransactGetItems", `{"TransactItems": [`+photoAction("Get", "r", `, "ProjectionExpression": "nothing"`)+`]}`), `{"Responses": [{"Item": {}}]}`)
	for gets, want := range map[string]string{
		photoAction("Get", "r", "") + `, ` + photoAction("Get", "r", ""):              "ValidationException: Transaction request cannot include multiple operations on one item",
		photoAction("Get", "r", "") + `, {"Get": {"TableName": "Photos", "Key": {}}}`: cancelled + "[None, ValidationError]",
		photoAction("Get", "r", `, "ProjectionExpression": "!!!"`):                    `ValidationException: Invalid ProjectionExpression: Syntax error; token: "!", near: "!!"`,
		strings.ReplaceAll(photoAction("Get", "r", ""), "Photos", "None"):             "ResourceNotFoundException: Requested resource not found",
		`{}`: "ValidationException: 1 validation error detected: Value null at 'transactItems.1.member.get' failed to satisfy constraint: Member must not be null",
	} {
		if got := w.fails("TransactGetItems", `{"TransactItems": [`+gets+`]}`); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", gets, got, want)
		}
	}
}
