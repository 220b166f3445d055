package datasource_test

import (
	"context"
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/sandbox/appsync/datasource"
	"lightbox.example/lightbox/sandbox/appsyncjs"
	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/dynamodb"
	"lightbox.example/lightbox/sandbox/paging"
	"lightbox.example/lightbox/sandbox/store"
)

// table is a table of rows with a key and a sort key, and what was asked for.
type table struct {
	datasource.Table
	t     *testing.T
	asked []string // actions and resources
}

func newTable(t *testing.T) *table {
	t.Helper()
	engine, err := dynamodb.New(store.NewMemory(), dynamodb.Config{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = engine.CreateTable(dynamodb.CreateTableInput{
		TableName: "Rows", BillingMode: "PAY_PER_REQUEST",
		AttributeDefinitions: []dynamodb.AttributeDefinition{{AttributeName: "id", AttributeType: "S"}, {AttributeName: "row", AttributeType: "S"}},
		KeySchema:            []dynamodb.KeySchemaElement{{AttributeName: "id", KeyType: "HASH"}, {AttributeName: "row", KeyType: "RANGE"}},
		GlobalSecondaryIndexes: []dynamodb.GlobalSecondaryIndex{{
			IndexName: "byRow", Projection: &dynamodb.Projection{ProjectionType: "ALL"},
			KeySchema: []dynamodb.KeySchemaElement{{AttributeName: "row", KeyType: "HASH"}},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	tb := &table{t: t}
	tb.Table = datasource.Table{DynamoDB: engine, Name: "Rows", API: "api", Pages: paging.New(nil), Allow: func(_ context.Context, needs []aws.Request) error {
		for _, need := range needs {
			tb.asked = append(tb.asked, strings.TrimPrefix(need.Action, "dynamodb:")+" "+need.Resource[strings.Index(need.Resource, ":table/")+7:])
		}
		return nil
	}}
	return tb
}

func text(s string) appsyncjs.Value { return appsyncjs.Value{"S": s} }

func key(id, row string) appsyncjs.Item { return appsyncjs.Item{"id": text(id), "row": text(row)} }

func (tb *table) do(op appsyncjs.Operation) appsyncjs.Reply {
	tb.t.Helper()
	reply, err := tb.Do(tb.t.Context(), op)
	if err != nil {
		tb.t.Fatalf("%s: %v", op.Name, err)
	}
	return reply
}

func (tb *table) put(id, row, value string) {
	tb.t.Helper()
	tb.do(appsyncjs.Operation{Name: "PutItem", Key: key(id, row), Attributes: appsyncjs.Item{"value": text(value)}})
}

func isThere(value string) *appsyncjs.Condition {
	return &appsyncjs.Condition{Expression: appsyncjs.Expression{
		Text: "#v = :v", Names: map[string]string{"#v": "value"}, Values: appsyncjs.Item{":v": text(value)},
	}}
}

func TestTable_answersWhatAppSyncSees(t *testing.T) {
	tb := newTable(t)
	row := appsyncjs.Item{"id": text("a"), "row": text("1"), "value": text("x")}
	put := tb.do(appsyncjs.Operation{Name: "PutItem", Key: key("a", "1"), Attributes: appsyncjs.Item{"value": text("x")}})
	if !put.Item.Equal(row) {
		t.Errorf("PutItem: got %v, want the new item", put.Item)
	}
	if got := tb.do(appsyncjs.Operation{Name: "GetItem", Key: key("a", "1")}); !got.Item.Equal(row) {
		t.Errorf("GetItem: got %v", got.Item)
	}
	if got := tb.do(appsyncjs.Operation{Name: "GetItem", Key: key("a", "2")}); got.Item != nil {
		t.Errorf("GetItem of none: got %v", got.Item)
	}
	update := &appsyncjs.Expression{Text: "SET #v = :n", Names: map[string]string{"#v": "value"}, Values: appsyncjs.Item{":n": text("y")}}
	if got := tb.do(appsyncjs.Operation{Name: "UpdateItem", Key: key("a", "1"), Update: update, Condition: isThere("x")}); !got.Item["value"].Equal(text("y")) {
		t.Errorf("UpdateItem: got %v, want the new item", got.Item)
	}
	_, err := tb.Do(t.Context(), appsyncjs.Operation{Name: "UpdateItem", Key: key("a", "1"), Update: update, Condition: isThere("x")})
	var fault *appsyncjs.Fault
	if !errors.As(err, &fault) || fault.Code != "ConditionalCheckFailedException" {
		t.Errorf("a condition that fails: got %v", err)
	}
	if item, err := tb.Item(t.Context(), key("a", "1"), true); err != nil || !item["value"].Equal(text("y")) {
		t.Errorf("Item: got %v %v", item, err)
	}
	if got := tb.do(appsyncjs.Operation{Name: "DeleteItem", Key: key("a", "1")}); !got.Item["value"].Equal(text("y")) {
		t.Errorf("DeleteItem: got %v, want the old item", got.Item)
	}
}

func TestTable_givesPages(t *testing.T) {
	tb := newTable(t)
	for _, row := range []string{"1", "2", "3"} {
		tb.put("a", row, "x")
	}
	query := appsyncjs.Operation{Name: "Query", Limit: 2, Backward: true, Query: &appsyncjs.Expression{Text: "id = :i", Values: appsyncjs.Item{":i": text("a")}}}
	rows := func(reply appsyncjs.Reply) (found []string) {
		for _, item := range reply.Items {
			found = append(found, item["row"]["S"].(string))
		}
		return found
	}
	first := tb.do(query)
	query.NextToken = first.NextToken
	second := tb.do(query)
	if got := append(rows(first), rows(second)...); !slices.Equal(got, []string{"3", "2", "1"}) || second.NextToken != "" {
		t.Errorf("got %v and the token %q", got, second.NextToken)
	}
	for _, token := range []string{"meow", "bnVsbA==", "e30=", "W10=", "eyJ4Ijp7IlMiOiJhIn19", base64.URLEncoding.EncodeToString([]byte(`{"id":{"S":"a"},"row":{"S":"2"}}`))} {
		query.NextToken = token
		tb.refusesToken(token, query)
	}
}

// refusesToken expects AppSync's refusal of a token.
func (tb *table) refusesToken(what string, op appsyncjs.Operation) {
	tb.t.Helper()
	var fault *appsyncjs.Fault
	if reply, err := tb.Do(tb.t.Context(), op); !errors.As(err, &fault) || fault.Code != "UserIllegalArgumentException" {
		tb.t.Errorf("%s: got %v %v, want its token refused", what, reply.Items, err)
	}
}

// A token tells nothing of the row that it stands behind, which a filter may hide, and is good for its API, table and index.
func TestTable_sealsTokens(t *testing.T) {
	tb := newTable(t)
	for _, row := range []string{"secret", "shown"} {
		tb.put("a", row, "x")
	}
	query := appsyncjs.Operation{Name: "Query", Limit: 1, Query: &appsyncjs.Expression{Text: "id = :i", Values: appsyncjs.Item{":i": text("a")}}}
	token := tb.do(query).NextToken
	query.NextToken = token
	if raw, err := base64.RawURLEncoding.DecodeString(token); err != nil || strings.Contains(string(raw), "secret") {
		t.Errorf("got a token that shows %q, %v", raw, err)
	}
	if got := tb.do(query); len(got.Items) != 1 || !got.Items[0]["row"].Equal(text("shown")) {
		t.Errorf("control: got %v, want the second row", got.Items)
	}
	byRow := query
	byRow.Index, byRow.Query = "byRow", &appsyncjs.Expression{Text: "#r = :r", Names: map[string]string{"#r": "row"}, Values: appsyncjs.Item{":r": text("shown")}}
	tb.refusesToken("of the table, on its index", byRow)
	other := *tb
	other.API = "other"
	other.refusesToken("another API's", query)
	other = *tb
	other.Pages = paging.New(nil)
	other.refusesToken("another sandbox's", query)
	query.Query.Values = appsyncjs.Item{":i": text("b")}
	var fault *appsyncjs.Fault
	if reply, err := tb.Do(t.Context(), query); !errors.As(err, &fault) || fault.Code != "ValidationException" {
		t.Errorf("of other rows: got %v %v, want DynamoDB to refuse it", reply.Items, err)
	}
}

func TestTable_carriesOutTransactions(t *testing.T) {
	tb := newTable(t)
	tb.put("a", "1", "x")
	write := func(condition string) error {
		_, err := tb.Do(t.Context(), appsyncjs.Operation{Name: "TransactWriteItems", Items: []appsyncjs.Operation{
			{Name: "PutItem", Table: "Rows", Key: key("b", "1"), Attributes: appsyncjs.Item{"value": text("new")}},
			{Name: "ConditionCheck", Table: "Rows", Key: key("a", "1"), Condition: isThere(condition)},
		}})
		return err
	}
	var fault *appsyncjs.Fault
	if err := write("other"); !errors.As(err, &fault) || fault.Code != "TransactionCanceledException" {
		t.Fatalf("got %v, want it cancelled", err)
	}
	if len(fault.Reasons) != 2 || fault.Reasons[0].Code != "None" || fault.Reasons[1].Code != "ConditionalCheckFailed" || !fault.Reasons[1].Item["value"].Equal(text("x")) {
		t.Errorf("got %+v", fault.Reasons)
	}
	if item, _ := tb.Item(t.Context(), key("b", "1"), true); item != nil {
		t.Errorf("got %v after a cancelled transaction", item)
	}
	if err := write("x"); err != nil {
		t.Error(err)
	}
}

func TestTable_asksForTheActionsOfEachRequest(t *testing.T) {
	tb := newTable(t)
	tb.put("a", "1", "x")
	byRow := &appsyncjs.Expression{Text: "#r = :r", Names: map[string]string{"#r": "row"}, Values: appsyncjs.Item{":r": text("1")}}
	tb.do(appsyncjs.Operation{Name: "Query", Index: "byRow", Query: byRow})
	tb.do(appsyncjs.Operation{Name: "TransactWriteItems", Items: []appsyncjs.Operation{
		{Name: "DeleteItem", Table: "Rows", Key: key("a", "1")},
		{Name: "ConditionCheck", Table: "Rows", Key: key("b", "1"), Condition: &appsyncjs.Condition{Expression: appsyncjs.Expression{Text: "attribute_not_exists(id)"}}},
	}})
	if _, err := tb.Item(t.Context(), key("a", "1"), false); err != nil {
		t.Fatal(err)
	}
	want := []string{"PutItem Rows", "Query Rows/index/byRow", "DeleteItem Rows", "ConditionCheckItem Rows", "GetItem Rows"}
	if diff := cmp.Diff(want, tb.asked); diff != "" {
		t.Error(diff)
	}
	denied := errors.New("denied")
	tb.Allow = func(context.Context, []aws.Request) error { return denied }
	if _, err := tb.Do(t.Context(), appsyncjs.Operation{Name: "PutItem", Key: key("c", "1")}); !errors.Is(err, denied) {
		t.Errorf("got %v", err)
	}
	if _, err := tb.Item(t.Context(), key("a", "1"), false); !errors.Is(err, denied) {
		t.Errorf("the read after a failed condition: got %v", err)
	}
	tb.Allow = nil
	if item, _ := tb.Item(t.Context(), key("c", "1"), true); item != nil {
		t.Errorf("what was denied was written: %v", item)
	}
}

func TestTable_refusesWhatItDoesNotKnowByName(t *testing.T) {
	tb := newTable(t)
	for _, name := range []string{"Sync", "Invoke", "BatchWriteItem"} {
		if _, err := tb.Do(t.Context(), appsyncjs.Operation{Name: name}); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	twice := appsyncjs.Operation{
		Name: "UpdateItem", Key: key("a", "1"), Condition: isThere("x"),
		Update: &appsyncjs.Expression{Text: "SET #v = :v", Names: map[string]string{"#v": "other"}, Values: appsyncjs.Item{":v": text("x")}},
	}
	if _, err := tb.Do(t.Context(), twice); err == nil || !strings.Contains(err.Error(), "the placeholder #v stands for") {
		t.Errorf("a placeholder with two meanings: got %v", err)
	}
}
