package dynamodb_test

import (
	"fmt"
	"strings"
	"testing"
)

// What operations cost, with indexes: the figures are those of
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations.Writes.
func TestConsumedCapacity_ofWrites(t *testing.T) {
	w := withTable(t)
	const asked = `, "ReturnConsumedCapacity": "INDEXES"`
	put := func(more string) string {
		return `PutItem {"TableName": "Photos", "Item": {"id": {"S": "p"}, "row": {"S": "r"}` + more + `}` + asked + `}`
	}
	update := func(expression, value string) string {
		return `UpdateItem {` + photoKey + `, "UpdateExpression": "` + expression + `", "ExpressionAttributeNames": {"#o": "owner"}, "ExpressionAttributeValues": {":v": ` + value + `}` + asked + `}`
	}
	large := strings.Repeat("x", 2500)
	for _, step := range []struct {
		name, operation, want string // table, byOwner, keysOnly, including
	}{
		{"in no index", put(``), "1 0 0 0"},
		{"into one", put(`, "owner": {"S": "o"}`), "1 0 1 0"},
		{"into all", put(`, "owner": {"S": "o"}, "likes": {"N": "1"}`), "1 1 0 1"},
		{"the same again", put(`, "owner": {"S": "o"}, "likes": {"N": "1.0"}`), "1 0 0 0"},
		{"an attribute that only one has", put(`, "owner": {"S": "o"}, "likes": {"N": "1"}, "more": {"S": "m"}`), "1 1 0 0"},
		{"a key of two by an update", update("SET likes = :v, #o = #o", `{"N": "2"}`), "1 2 0 2"},
		{"to another key", put(`, "owner": {"S": "o"}, "likes": {"N": "3"}, "more": {"S": "m"}`), "1 2 0 2"},
		{"large", put(`, "owner": {"S": "o"}, "likes": {"N": "3"}, "more": {"S": "` + large + `"}`), "3 3 0 0"},
		{"small again", put(`, "owner": {"S": "o"}, "likes": {"N": "3"}`), "3 3 0 0"},
		{"out of one", put(`, "owner": {"S": "o"}`), "1 1 0 1"},
		{"deleted", `DeleteItem {` + photoKey + asked + `}`, "1 0 1 0"},
		{"nothing to delete", `DeleteItem {` + photoKey + asked + `}`, "1 0 0 0"},
	} {
		name, body, _ := strings.Cut(step.operation, " ")
		r := w.do(name, body)
		if r.failed {
			t.Fatalf("%s: %s", step.name, r)
		}
		c := r.body["ConsumedCapacity"].(object)
		got := []any{c["Table"].(object)["CapacityUnits"]}
		indexes, _ := c["GlobalSecondaryIndexes"].(object)
		for _, index := range []string{"byOwner", "keysOnly", "including"} {
			units := any("0")
			if i, ok := indexes[index].(object); ok {
				units = i["CapacityUnits"]
			}
			got = append(got, units)
		}
		if text := fmt.Sprintf("%v %v %v %v", got...); text != step.want {
			t.Errorf("%s: got %s, want %s", step.name, text, step.want)
		}
	}
}

func TestConsumedCapacity_ofReads(t *testing.T) {
	w := withTable(t)
	for n := range 3 {
		w.ok("PutItem", fmt.Sprintf(`{"TableName": "Photos", "Item": {"id": {"S": "p"}, "row": {"S": "%d"}, "owner": {"S": "o"}, "x": {"S": "%s"}}}`, n, strings.Repeat("x", 5000)))
	}
	const item = `"TableName": "Photos", "Key": {"id": {"S": "p"}, "row": {"S": "1"}}, "ReturnConsumedCapacity": "TOTAL"`
	const query = `"TableName": "Photos", "KeyConditionExpression": "id = :p", "Select": "COUNT", "ReturnConsumedCapacity": "TOTAL", "ExpressionAttributeValues": {":p": {"S": "p"}}`
	for read, want := range map[string]string{
		`GetItem {` + item + `}`:                                                                   "1",
		`GetItem {` + item + `, "ConsistentRead": true}`:                                           "2",
		`GetItem {` + strings.Replace(item, `"1"`, `"9"`, 1) + `}`:                                 "0.5",
		`Query {` + query + `}`:                                                                    "2", // 15,042 bytes are 4 blocks
		`Query {` + query + `, "ConsistentRead": true}`:                                            "4",
		`Query {` + strings.Replace(query, `"p"}`, `"q"}`, 1) + `}`:                                "0",
		`Scan {"TableName": "Photos", "IndexName": "keysOnly", "ReturnConsumedCapacity": "TOTAL"}`: "0.5",
	} {
		name, body, _ := strings.Cut(read, " ")
		r := w.do(name, body)
		if r.failed {
			t.Fatal(r)
		}
		if got := fmt.Sprint(r.body["ConsumedCapacity"].(object)["CapacityUnits"]); got != want {
			t.Errorf("%s: got %s, want %s", read, got, want)
		}
	}
}

func TestConsumedCapacity_ofTransactionsIsDouble(t *testing.T) {
	w := withTable(t)
	body := `{"ReturnConsumedCapacity": "INDEXES", "TransactItems": [
		{"Put": {"TableName": "Photos", "Item": {"id": {"S": "p"}, "row": {"S": "r"}, "owner": {"S": "o"}}}},
		` + photoAction("ConditionCheck", "none", `, "ConditionExpression": "attribute_not_exists(id)"`) + `]}`
	same(t, "capacity", w.ok("TransactWriteItems", body), `{"ConsumedCapacity": [{"TableName": "Photos", "CapacityUnits": 5, "WriteCapacityUnits": 5,
		"Table": {"CapacityUnits": 4, "WriteCapacityUnits": 4}, "GlobalSecondaryIndexes": {"keysOnly": {"CapacityUnits": 1, "WriteCapacityUnits": 1}}}]}`)
}
