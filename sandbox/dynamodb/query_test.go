package dynamodb_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// pages reads all pages of a Query or Scan and returns the items of each.
func (w *world) pages(operation string, body object) (pages [][]any) {
	w.t.Helper()
	for range 1000 {
		r := w.do(operation, textOf(body))
		if r.failed {
			w.t.Fatalf("%s %s: %s", operation, textOf(body), r)
		}
		pages = append(pages, r.body["Items"].([]any))
		end, ok := r.body["LastEvaluatedKey"].(object)
		if !ok {
			return pages
		}
		body["ExclusiveStartKey"] = end
	}
	w.t.Fatal("there is no last page")
	return nil
}

func flat(pages [][]any) []any {
	all := []any{}
	for _, p := range pages {
		all = append(all, p...)
	}
	return all
}

// Whatever the limit, and although items have equal keys in an index, the pages are parts of the whole.
func TestPages_areTheWholeInParts(t *testing.T) {
	w := newWorld(t)
	for _, table := range testTables {
		w.ok("CreateTable", table.create())
	}
	g := &generator{Rand: rand.New(rand.NewPCG(7, 7))}
	for _, table := range testTables {
		for range 120 {
			g.begin()
			w.ok("PutItem", textOf(object{"TableName": table.name, "Item": g.itemFor(table)}))
		}
		sources := []string{""}
		for index := range table.indexes {
			sources = append(sources, index)
		}
		for _, index := range sources {
			base := object{"TableName": table.name}
			key := table.key
			if index != "" {
				base["IndexName"] = index
				key = table.indexes[index]
			}
			whole := flat(w.pages("Scan", clone(base)))
			if len(whole) == 0 {
				t.Fatalf("%s %s is empty", table.name, index)
			}
			for _, limit := range []int{1, 2, 3, 7} {
				paged := clone(base)
				paged["Limit"] = limit
				if diff := cmp.Diff(whole, flat(w.pages("Scan", paged))); diff != "" {
					t.Errorf("scan of %s %s by %d (-whole +pages):\n%s", table.name, index, limit, diff)
				}
			}
			var segments []any
			for n := range 5 {
				segment := clone(base)
				segment["TotalSegments"], segment["Segment"], segment["Limit"] = 5, n, 3
				segments = append(segments, flat(w.pages("Scan", segment))...)
			}
			if diff := cmp.Diff(whole, segments); diff != "" {
				t.Errorf("scan of %s %s in segments (-whole +segments):\n%s", table.name, index, diff)
			}
			partition := whole[0].(object)[key[0]]
			base["KeyConditionExpression"] = "#k = :k"
			base["ExpressionAttributeNames"] = object{"#k": key[0]}
			base["ExpressionAttributeValues"] = object{":k": partition}
			forward := flat(w.pages("Query", clone(base)))
			base["ScanIndexForward"] = false
			for _, limit := range []int{1, 2, 5} {
				paged := clone(base)
				paged["Limit"] = limit
				backward := flat(w.pages("Query", paged))
				for i, j := 0, len(backward)-1; i < j; i, j = i+1, j-1 {
					backward[i], backward[j] = backward[j], backward[i]
				}
				if diff := cmp.Diff(forward, backward); diff != "" {
					t.Errorf("query of %s %s backward by %d (-forward +backward):\n%s", table.name, index, limit, diff)
				}
			}
		}
	}
}

func clone(o object) object {
	c := object{}
	for k, v := range o {
		c[k] = v
	}
	return c
}

// Numbers are ordered as numbers, strings by their bytes.
func TestQuery_ordersSortKeys(t *testing.T) {
	w := newWorld(t)
	for _, table := range testTables {
		w.ok("CreateTable", table.create())
	}
	for _, test := range []struct{ table, kind, values string }{
		{"Numbers", "N", "-9e125 -1000 -10.5 -10 -1.5 -1 -0.5 -1e-130 0 1e-130 0.09 0.1 0.11 1 2 9 10 10.01 99 100 1000 12345678901234567890123456789012345678 9e125"},
		{"Indexed", "S", "  A B a aa ab b é 日 \uff01 😀"},
	} {
		values := strings.Split(test.values, " ")
		var want []string
		for _, v := range values {
			if v != "" {
				want = append(want, v)
			}
		}
		for _, i := range rand.Perm(len(want)) {
			partition := object{"S": "p"}
			if test.kind == "N" {
				partition = object{"N": "1"}
			}
			w.ok("PutItem", textOf(object{"TableName": test.table, "Item": object{"k": partition, "s": object{test.kind: want[i]}, "text": object{"S": want[i]}}}))
		}
		partition := `{"S": "p"}`
		if test.kind == "N" {
			partition = `{"N": "1"}`
		}
		var got []string
		for _, i := range w.do("Query", `{"TableName": "`+test.table+`", "KeyConditionExpression": "k = :k", "ExpressionAttributeValues": {":k": `+partition+`}}`).body["Items"].([]any) {
			got = append(got, i.(object)["text"].(object)["S"].(string))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.table, diff)
		}
	}
}

func TestPages_endAtAMegabyte(t *testing.T) {
	w := withTable(t)
	for n := range 30 {
		w.ok("PutItem", fmt.Sprintf(`{"TableName": "Photos", "Item": {"id": {"S": "p"}, "row": {"S": "%02d"}, "owner": {"S": "o"}, "x": {"S": "%s"}}}`, n, strings.Repeat("x", 100<<10)))
	}
	body := object{"TableName": "Photos", "KeyConditionExpression": "id = :p", "ExpressionAttributeValues": object{":p": object{"S": "p"}}}
	var sizes []int
	for _, p := range w.pages("Query", clone(body)) {
		sizes = append(sizes, len(p))
	}
	if got, want := fmt.Sprint(sizes), "[11 11 8]"; got != want { // 11 of 100 KB are the first to reach 1 MB
		t.Errorf("got pages of %s, want %s", got, want)
	}
	// A filter and a projection come after.
	body["FilterExpression"], body["ProjectionExpression"] = "attribute_not_exists(x)", "id"
	if pages := w.pages("Query", clone(body)); len(pages) != 3 || len(flat(pages)) != 0 {
		t.Errorf("with a filter: got %d pages", len(pages))
	}
	delete(body, "FilterExpression")
	body["Select"] = "SPECIFIC_ATTRIBUTES"
	if pages := w.pages("Query", body); len(pages) != 3 {
		t.Errorf("with a projection: got %d pages", len(pages))
	}
	// An index of keys is small.
	index := object{"TableName": "Photos", "IndexName": "keysOnly", "KeyConditionExpression": "#o = :o",
		"ExpressionAttributeNames": object{"#o": "owner"}, "ExpressionAttributeValues": object{":o": object{"S": "o"}}}
	if pages := w.pages("Query", index); len(pages) != 1 || len(pages[0]) != 30 {
		t.Errorf("of the index: got %d pages", len(pages))
	}
}

func TestIndexes_haveWhatTheyProject(t *testing.T) {
	w := withTable(t)
	w.put(`"owner": {"S": "o"}, "likes": {"N": "3"}, "text": {"S": "t"}, "more": {"S": "m"}`)
	w.ok("PutItem", `{"TableName": "Photos", "Item": {"id": {"S": "sparse"}, "row": {"S": "r"}, "owner": {"S": "o"}}}`)
	query := func(index, condition, value, more string) string {
		return w.ok("Query", `{"TableName": "Photos", "IndexName": "`+index+`", "KeyConditionExpression": "#k = :v", "ExpressionAttributeNames": {"#k": "`+condition+`"},
			"ExpressionAttributeValues": {":v": `+value+`}`+more+`}`)
	}
	const all = `{"id": {"S": "p"}, "row": {"S": "r"}, "owner": {"S": "o"}, "likes": {"N": "3"}, "text": {"S": "t"}, "more": {"S": "m"}}`
	same(t, "all", query("byOwner", "owner", `{"S": "o"}`, ""), `{"Count": 1, "ScannedCount": 1, "Items": [`+all+`]}`)
	same(t, "some", query("including", "likes", `{"N": "3"}`, ""), `{"Count": 1, "ScannedCount": 1, "Items": [
		{"id": {"S": "p"}, "row": {"S": "r"}, "likes": {"N": "3"}, "text": {"S": "t"}}]}`)
	same(t, "count", query("keysOnly", "owner", `{"S": "o"}`, `, "Select": "COUNT"`), `{"Count": 2, "ScannedCount": 2}`)

	// They follow the table.
	w.ok("UpdateItem", `{`+photoKey+`, "UpdateExpression": "SET likes = likes + :one, #o = :other", "ExpressionAttributeNames": {"#o": "owner"},
		"ExpressionAttributeValues": {":one": {"N": "1"}, ":other": {"S": "other"}}}`)
	same(t, "moved away", query("byOwner", "owner", `{"S": "o"}`, `, "Select": "COUNT"`), `{"Count": 0, "ScannedCount": 0}`)
	same(t, "moved to", query("byOwner", "owner", `{"S": "other"}`, `, "Select": "COUNT"`), `{"Count": 1, "ScannedCount": 1}`)
	w.ok("UpdateItem", `{`+photoKey+`, "UpdateExpression": "REMOVE likes"}`)
	same(t, "left", query("byOwner", "owner", `{"S": "other"}`, `, "Select": "COUNT"`), `{"Count": 0, "ScannedCount": 0}`)
	w.ok("DeleteItem", `{`+photoKey+`}`)
	same(t, "deleted", query("keysOnly", "owner", `{"S": "other"}`, `, "Select": "COUNT"`), `{"Count": 0, "ScannedCount": 0}`)
}

func TestReads_messages(t *testing.T) {
	w := withTable(t)
	query := func(more string) string {
		return `{"TableName": "Photos", "KeyConditionExpression": "id = :p", "ExpressionAttributeValues": {":p": {"S": "p"}}` + more + `}`
	}
	byOwner := func(index, more string) string {
		return `{"TableName": "Photos", "IndexName": "` + index + `", "KeyConditionExpression": "#o = :o", "ExpressionAttributeNames": {"#o": "owner"},
			"ExpressionAttributeValues": {":o": {"S": "o"}}` + more + `}`
	}
	for _, test := range []struct{ operation, body, want string }{
		{"Query", `{"TableName": "Photos"}`, "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."},
		{"Query", byOwner("byOwner", `, "ConsistentRead": true`), "Consistent reads are not supported on global secondary indexes"},
		{"Scan", `{"TableName": "Photos", "IndexName": "byOwner", "ConsistentRead": true}`, "Consistent reads are not supported on global secondary indexes"},
		{"Query", byOwner("none", ""), "The table does not have the specified index: none"},
		{"Query", byOwner("keysOnly", `, "Select": "ALL_ATTRIBUTES"`), "One or more parameter values were invalid: " +
			"Select type ALL_ATTRIBUTES is not supported for global secondary index keysOnly because its projection type is not ALL"},
		{"Query", byOwner("keysOnly", `, "FilterExpression": "attribute_exists(more) OR attribute_exists(likes)"`), "One or more parameter values were invalid: " +
			"Global secondary index keysOnly does not project one or more filter attributes: [more, likes]"},
		{"Query", query(`, "Select": "SPECIFIC_ATTRIBUTES"`), "1 validation error detected: " +
			"Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES"},
		{"Scan", `{"TableName": "Photos", "Select": "SPECIFIC_ATTRIBUTES"}`, "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES"},
		{"Query", query(`, "Select": "COUNT", "ProjectionExpression": "id"`), "Cannot specify the ProjectionExpression when choosing to get only the Count"},
		{"Query", query(`, "Select": "ALL_PROJECTED_ATTRIBUTES"`), "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName"},
		{"Query", query(`, "Select": "SOME"`), "1 validation error detected: Value 'SOME' at 'select' failed to satisfy constraint: " +
			"Member must satisfy enum value set: [SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES]"},
		{"Query", query(`, "FilterExpression": "attribute_exists(id)"`), "Filter Expression can only contain non-primary key attributes: Primary key attribute: id"},
		{"Query", query(`, "ExclusiveStartKey": {"id": {"S": "p"}}`), "The provided starting key is invalid"},
		{"Query", query(`, "ExclusiveStartKey": {"id": {"S": "other"}, "row": {"S": "r"}}`), "The provided starting key is outside query boundaries based on provided conditions"},
		{"Scan", `{"TableName": "Photos", "ExclusiveStartKey": {"id": {"S": "p"}}}`, "The provided starting key is invalid: The provided key element does not match the schema"},
		{"Scan", `{"TableName": "Photos", "Segment": 1, "TotalSegments": 1}`, "The Segment parameter is zero-based and must be less than parameter TotalSegments: " +
			"Segment: 1 is not less than TotalSegments: 1"},
		{"Scan", `{"TableName": "Photos", "Segment": 0, "TotalSegments": 0}`, "1 validation error detected: Value '0' at 'totalSegments' failed to satisfy constraint: " +
			"Member must have value greater than or equal to 1"},
		{"Query", `{"TableName": "Photos", "KeyConditionExpression": "id = :p AND #r = :p AND begins_with(owner, :p)", "ExpressionAttributeNames": {"#r": "row"}, "ExpressionAttributeValues": {":p": {"S": "p"}}}`,
			"Invalid KeyConditionExpression: Attribute name is a reserved keyword; reserved keyword: owner"},
		{"Query", `{"TableName": "Photos", "KeyConditionExpression": "id = :p", "ExpressionAttributeValues": {":p": {"S": ""}}}`,
			"One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id"},
		{"Query", `{"TableName": "Photos", "KeyConditionExpression": "#r = :p", "ExpressionAttributeNames": {"#r": "row"}, "ExpressionAttributeValues": {":p": {"S": "p"}}}`,
			"Query condition missed key schema element: id"},
		{"Query", `{"TableName": "Photos", "KeyConditionExpression": "id > :p", "ExpressionAttributeValues": {":p": {"S": "p"}}}`, "Query key condition not supported"},
		{"Query", `{"TableName": "Photos", "KeyConditionExpression": "id = :p", "ExpressionAttributeValues": {":p": {"N": "1"}}}`,
			"One or more parameter values were invalid: Condition parameter type does not match schema type"},
	} {
		if got := w.fails(test.operation, test.body); got != "ValidationException: "+test.want {
			t.Errorf("%s %s\ngot  %s\nwant %s", test.operation, test.body, got, test.want)
		}
	}
}

func TestGetItem_projectsNothingAsAnEmptyItem(t *testing.T) {
	w := withTable(t)
	w.put("")
	got := w.ok("GetItem", `{`+photoKey+`, "ProjectionExpression": "nothing"}`)
	if !json.Valid([]byte(got)) || got != `{"Item":{}}` {
		t.Errorf("got %s", got)
	}
}
