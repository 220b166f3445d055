package dynamodb_test

import (
	"fmt"
	"strings"
	"testing"
)

func TestBatchWriteItem_messages(t *testing.T) {
	w := withTable(t)
	put := func(row string) string {
		return `{"PutRequest": {"Item": {"id": {"S": "p"}, "row": {"S": "` + row + `"}}}}`
	}
	var many []string
	for n := range 26 {
		many = append(many, put(fmt.Sprint(n)))
	}
	w.ok("BatchWriteItem", `{"RequestItems": {"Photos": [`+strings.Join(many[:25], ", ")+`]}}`)
	for requests, want := range map[string]string{
		strings.Join(many, ", "): "1 validation error detected: Value '{Photos=[26 elements]}' at 'requestItems' failed to satisfy constraint: " +
			"Map value must satisfy constraint: [Member must have length less than or equal to 25, Member must have length greater than or equal to 1]",
		put("a") + `, {"DeleteRequest": {"Key": {"id": {"S": "p"}, "row": {"S": "a"}}}}`: "Provided list of item keys contains duplicates",
		`{"PutRequest": {"Item": {"id": {"S": "p"}}}}`:                                   "The provided key element does not match the schema",
		`{"PutRequest": {"Item": {"id": {"N": "1"}, "row": {"S": "r"}}}}`:                "The provided key element does not match the schema",
		put(""): "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: row",
		`{}`:    "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
		`{"PutRequest": {"Item": {"id": {"S": "p"}, "row": {"S": "r"}, "x": {}}}}`: "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes",
	} {
		if got := w.fails("BatchWriteItem", `{"RequestItems": {"Photos": [`+requests+`]}}`); got != "ValidationException: "+want {
			t.Errorf("%s\ngot  %s\nwant %s", requests, got, want)
		}
	}
	if got, want := w.fails("BatchWriteItem", `{"RequestItems": {"None": [`+put("a")+`]}}`), "ResourceNotFoundException: Requested resource not found"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := w.fails("BatchWriteItem", `{"RequestItems": {}}`), "ValidationException: The requestItems parameter is required for BatchWriteItem"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	same(t, "count", w.ok("Scan", `{"TableName": "Photos", "Select": "COUNT"}`), `{"Count": 25, "ScannedCount": 25}`)
}

func TestBatchGetItem_messages(t *testing.T) {
	w := withTable(t)
	key := func(row string) string { return `{"id": {"S": "p"}, "row": {"S": "` + row + `"}}` }
	var many []string
	for n := range 101 {
		many = append(many, key(fmt.Sprint(n)))
	}
	for keys, want := range map[string]string{
		strings.Join(many, ", "): "1 validation error detected: Value at 'RequestItems.Photos.member.Keys' failed to satisfy constraint: " +
			"Member must have length less than or equal to 100",
		key("a") + `, ` + key("a"): "Provided list of item keys contains duplicates",
		`{"id": {"S": "p"}}`:       "The provided key element does not match the schema",
		``: "1 validation error detected: Value '[]' at 'requestItems.Photos.member.keys' failed to satisfy constraint: " +
			"Member must have length greater than or equal to 1",
	} {
		if got := w.fails("BatchGetItem", `{"RequestItems": {"Photos": {"Keys": [`+keys+`]}}}`); got != "ValidationException: "+want {
			t.Errorf("%s\ngot  %s\nwant %s", keys, got, want)
		}
	}
	same(t, "none", w.ok("BatchGetItem", `{"RequestItems": {"Photos": {"Keys": [`+strings.Join(many[:100], ", ")+`]}}}`), `{"Responses": {"Photos": []}, "UnprocessedKeys": {}}`)
}

func TestBatchGetItem_leavesWhatIsBeyond16MB(t *testing.T) {
	w := withTable(t)
	var keys []string
	for n := range 45 { // of 380 KB
		keys = append(keys, fmt.Sprintf(`{"id": {"S": "p"}, "row": {"S": "%02d"}}`, n))
		w.ok("PutItem", fmt.Sprintf(`{"TableName": "Photos", "Item": {"id": {"S": "p"}, "row": {"S": "%02d"}, "x": {"S": "%s"}}}`, n, strings.Repeat("x", 380<<10)))
	}
	r := w.do("BatchGetItem", `{"RequestItems": {"Photos": {"Keys": [`+strings.Join(keys, ", ")+`], "ProjectionExpression": "id", "ConsistentRead": true}}}`)
	got := len(r.body["Responses"].(object)["Photos"].([]any))
	left := r.body["UnprocessedKeys"].(object)["Photos"].(object)
	if got != 43 || len(left["Keys"].([]any)) != 2 || left["ProjectionExpression"] != "id" || left["ConsistentRead"] != true {
		t.Errorf("got %d items, left %v", got, left)
	}
}
