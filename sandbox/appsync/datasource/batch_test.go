package datasource_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/sandbox/appsync/datasource"
	"lightbox.example/lightbox/sandbox/appsyncjs"
	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/dynamodb"
)

// values are the values of items, "-" for one that is not there.
func values(items []appsyncjs.Item) (found []string) {
	for _, item := range items {
		value, _ := item["value"]["S"].(string)
		if item == nil {
			value = "-"
		}
		found = append(found, value)
	}
	return found
}

// second makes a second table beside the rows.
func (tb *table) second(name string) {
	tb.t.Helper()
	_, err := tb.DynamoDB.CreateTable(dynamodb.CreateTableInput{
		TableName: name, BillingMode: "PAY_PER_REQUEST",
		AttributeDefinitions: []dynamodb.AttributeDefinition{{AttributeName: "n", AttributeType: "N"}},
		KeySchema:            []dynamodb.KeySchemaElement{{AttributeName: "n", KeyType: "HASH"}},
	})
	if err != nil {
		tb.t.Fatal(err)
	}
}

// Pages of a scan are as those of a query, and a token is good for its segment.
func TestTable_scansPageByPage(t *testing.T) {
	tb := newTable(t)
	for _, row := range []string{"1", "2", "3", "4", "5"} {
		tb.put("a"+row, row, "v"+row)
	}
	scan := appsyncjs.Operation{Name: "Scan", Limit: 2, Filter: &appsyncjs.Expression{
		Text: "#v <> :v", Names: map[string]string{"#v": "value"}, Values: appsyncjs.Item{":v": text("v3")},
	}}
	var all []string
	scanned, pages := 0, 0
	for first := true; first || scan.NextToken != ""; first = false {
		page := tb.do(scan)
		all, scanned, pages = append(all, values(page.Items)...), scanned+page.ScannedCount, pages+1
		scan.NextToken = page.NextToken
	}
	if slices.Sort(all); !slices.Equal(all, []string{"v1", "v2", "v4", "v5"}) || scanned != 5 || pages != 3 {
		t.Errorf("got %v of %d scanned by %d pages", all, scanned, pages)
	}
	first := tb.do(appsyncjs.Operation{Name: "Scan", Limit: 1})
	tb.refusesToken("a query, by a scan's token", appsyncjs.Operation{
		Name: "Query", NextToken: first.NextToken, Query: &appsyncjs.Expression{Text: "id = :i", Values: appsyncjs.Item{":i": text("a1")}},
	})
	tb.refusesToken("a segment, by that of the whole", appsyncjs.Operation{Name: "Scan", TotalSegments: 2, Segment: 0, NextToken: first.NextToken})
	halves := 0
	for segment := range 2 {
		halves += len(tb.do(appsyncjs.Operation{Name: "Scan", TotalSegments: 2, Segment: segment}).Items)
	}
	if halves != 5 {
		t.Errorf("got %d rows in two segments, want 5", halves)
	}
}

func TestTable_readsBatchesInTheirOrder(t *testing.T) {
	tb := newTable(t)
	tb.second("Other")
	tb.put("a", "1", "one")
	tb.put("a", "2", "two")
	tb.do(appsyncjs.Operation{Name: "BatchPutItem", Tables: map[string]appsyncjs.TableWork{
		"Other": {Items: []appsyncjs.Item{{"n": {"N": "7"}, "value": text("seven")}}},
	}})
	projection := func(attributes string) *appsyncjs.Expression {
		return &appsyncjs.Expression{Text: attributes, Names: map[string]string{"#v": "value"}}
	}
	reply := tb.do(appsyncjs.Operation{Name: "BatchGetItem", Tables: map[string]appsyncjs.TableWork{
		"Rows":  {Keys: []appsyncjs.Item{key("a", "2"), key("a", "9"), key("a", "1")}, Projection: projection("#v")},
		"Other": {Keys: []appsyncjs.Item{{"n": {"N": "7.0"}}}, Projection: projection("n, #v"), ConsistentRead: true},
	}})
	if got := values(reply.Tables["Rows"]); !slices.Equal(got, []string{"two", "-", "one"}) || len(reply.Tables["Rows"][0]) != 1 {
		t.Errorf("got %v, want the values alone, in the order of the keys", reply.Tables["Rows"])
	}
	if diff := cmp.Diff([]appsyncjs.Item{{"n": {"N": "7"}, "value": text("seven")}}, reply.Tables["Other"]); diff != "" {
		t.Error(diff)
	}
	deleted := tb.do(appsyncjs.Operation{Name: "BatchDeleteItem", Tables: map[string]appsyncjs.TableWork{
		"Rows": {Keys: []appsyncjs.Item{key("a", "1"), key("a", "9")}},
	}})
	if diff := cmp.Diff([]appsyncjs.Item{key("a", "1"), key("a", "9")}, deleted.Tables["Rows"]); diff != "" || len(deleted.Unprocessed["Rows"]) > 0 {
		t.Errorf("got %v, want the keys: %s", deleted, diff)
	}
	items := tb.do(appsyncjs.Operation{Name: "TransactGetItems", Items: []appsyncjs.Operation{
		{Name: "GetItem", Table: "Rows", Key: key("a", "1")}, {Name: "GetItem", Table: "Rows", Key: key("a", "2"), Projection: projection("#v")},
	}}).Items
	if got := values(items); !slices.Equal(got, []string{"-", "two"}) || len(items[1]) != 1 {
		t.Errorf("got %v, want none and what was asked of the other", items)
	}
	var fault *appsyncjs.Fault
	many := make([]appsyncjs.Item, 26)
	for i := range many {
		many[i] = key("m", string(rune('a'+i)))
	}
	if _, err := tb.Do(t.Context(), appsyncjs.Operation{Name: "BatchPutItem", Tables: map[string]appsyncjs.TableWork{"Rows": {Items: many}}}); !errors.As(err, &fault) || fault.Code != "ValidationException" {
		t.Errorf("26 items: got %v, want DynamoDB's refusal", err)
	}
}

// A batch asks for its own action on each of its tables; one that is denied is neither read nor written.
func TestTable_asksForEachTableOfABatch(t *testing.T) {
	tb := newTable(t)
	tb.second("Other")
	both := func(keys bool) map[string]appsyncjs.TableWork {
		items := map[string][]appsyncjs.Item{"Rows": {key("a", "1")}, "Other": {{"n": {"N": "1"}}}}
		work := map[string]appsyncjs.TableWork{}
		for name, of := range items {
			if work[name] = (appsyncjs.TableWork{Items: of}); keys {
				work[name] = appsyncjs.TableWork{Keys: of}
			}
		}
		return work
	}
	get := []appsyncjs.Operation{{Name: "GetItem", Table: "Rows", Key: key("a", "1")}, {Name: "GetItem", Table: "Other", Key: appsyncjs.Item{"n": {"N": "1"}}}}
	for _, test := range []struct {
		op   appsyncjs.Operation
		want []string
	}{
		{appsyncjs.Operation{Name: "BatchPutItem", Tables: both(false)}, []string{"BatchWriteItem Other", "BatchWriteItem Rows"}},
		{appsyncjs.Operation{Name: "BatchGetItem", Tables: both(true)}, []string{"BatchGetItem Other", "BatchGetItem Rows"}},
		{appsyncjs.Operation{Name: "TransactGetItems", Items: get}, []string{"GetItem Rows", "GetItem Other"}},
		{appsyncjs.Operation{Name: "Scan", Index: "byRow"}, []string{"Scan Rows/index/byRow"}},
		{appsyncjs.Operation{Name: "BatchDeleteItem", Tables: both(true)}, []string{"BatchWriteItem Other", "BatchWriteItem Rows"}},
	} {
		tb.asked = nil
		if tb.do(test.op); !slices.Equal(tb.asked, test.want) {
			t.Errorf("%s: asked for %v, want %v", test.op.Name, tb.asked, test.want)
		}
		denied := datasource.Table{DynamoDB: tb.DynamoDB, Name: "Rows", Pages: tb.Pages, Allow: func(context.Context, []aws.Request) error {
			return &appsyncjs.Fault{Code: "AccessDeniedException"}
		}}
		var fault *appsyncjs.Fault
		if reply, err := denied.Do(t.Context(), test.op); !errors.As(err, &fault) || fault.Code != "AccessDeniedException" {
			t.Errorf("%s: got %v %v, want it denied", test.op.Name, reply, err)
		}
	}
}
