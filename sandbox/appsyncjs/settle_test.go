package appsyncjs

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A store answers as it was told, and notes how the item was read.
type store struct {
	reply   Reply
	err     error
	item    Item
	itemErr error
	reads   []bool // whether the reads of the item were consistent
}

func (s *store) Do(context.Context, Operation) (Reply, error) { return s.reply, s.err }

func (s *store) Item(_ context.Context, _ Item, consistent bool) (Item, error) {
	s.reads = append(s.reads, consistent)
	return s.item, s.itemErr
}

// settle settles the request and answers what the handler sees as JSON: [result, error].
func settle(t *testing.T, request string, s *store) string {
	t.Helper()
	op, err := DecodeOperation(json.RawMessage(request))
	if err != nil {
		t.Fatal(err)
	}
	seen, err := Settle(context.Background(), op, s)
	if err != nil {
		t.Fatal(err)
	}
	var failure any
	if seen.Error != nil {
		failure = seen.Error.Type
	}
	text, err := json.Marshal([]any{seen.Result, failure})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var (
	conditionFailed = &Fault{Code: "ConditionalCheckFailedException", Message: "The conditional request failed", RequestID: "R"}
	steve           = Item{"id": {"S": "1"}, "name": {"S": "Steve"}, "version": {"N": "8"}}
)

const (
	putSteve    = `{"operation":"PutItem","key":{"id":{"S":"1"}},"attributeValues":{"name":{"S":"Steve"},"version":{"N":2}},"condition":{"expression":"version = :v"`
	deleteOne   = `{"operation":"DeleteItem","key":{"id":{"S":"1"}},"condition":{"expression":"version = :v"`
	updateOne   = `{"operation":"UpdateItem","key":{"id":{"S":"1"}},"update":{"expression":"SET a = b"},"condition":{"expression":"version = :v"`
	steveAsJSON = `{"id":"1","name":"Steve","version":8}`
	rejected    = `"DynamoDB:ConditionalCheckFailedException"`
)

func TestSettle_decidesWhatAFailedConditionMeans(t *testing.T) {
	tests := []struct {
		name, request string
		item          Item
		want          string
	}{
		{"a put that differs", putSteve + `}}`, steve, `[` + steveAsJSON + `,` + rejected + `]`},
		{"a put that differs in what is ignored", putSteve + `,"equalsIgnore":["version"]}}`, steve, `[` + steveAsJSON + `,null]`},
		{"a put of what is there", putSteve + `}}`, Item{"id": {"S": "1"}, "name": {"S": "Steve"}, "version": {"N": "2.0"}}, `[{"id":"1","name":"Steve","version":2.0},null]`},
		{"a put of less than what is there", putSteve + `}}`, Item{"id": {"S": "1"}, "name": {"S": "Steve"}, "version": {"N": "2"}, "more": {"S": "x"}}, `[{"id":"1","more":"x","name":"Steve","version":2},` + rejected + `]`},
		{"a put where nothing is", putSteve + `}}`, nil, `[null,` + rejected + `]`},
		{"a put where nothing is and all is ignored", putSteve + `,"equalsIgnore":["id","name","version"]}}`, nil, `[null,` + rejected + `]`},
		{"a delete of nothing", deleteOne + `}}`, nil, `[null,null]`},
		{"a delete of something", deleteOne + `}}`, steve, `[` + steveAsJSON + `,` + rejected + `]`},
		{"an update", updateOne + `}}`, steve, `[` + steveAsJSON + `,` + rejected + `]`},
		{"an update of nothing", updateOne + `}}`, nil, `[null,` + rejected + `]`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := &store{err: conditionFailed, item: test.item}
			if got := settle(t, test.request, s); got != test.want {
				t.Errorf("got %s\nwant %s", got, test.want)
			}
			if diff := cmp.Diff([]bool{true}, s.reads); diff != "" {
				t.Errorf("want one consistent read: %s", diff)
			}
		})
	}
}

func TestSettle_readsTheItemAsTheConditionSays(t *testing.T) {
	s := &store{err: conditionFailed, item: steve}
	settle(t, deleteOne+`,"consistentRead":false}}`, s)
	if diff := cmp.Diff([]bool{false}, s.reads); diff != "" {
		t.Error(diff)
	}
}

func TestSettle_wordsErrorsAsAppSync(t *testing.T) {
	op := Operation{Name: "GetItem", Key: Item{"id": {"S": "1"}}}
	seen, err := Settle(context.Background(), op, &store{err: conditionFailed})
	if err != nil {
		t.Fatal(err)
	}
	want := Seen{Error: &Failure{
		Type:    "DynamoDB:ConditionalCheckFailedException",
		Message: "The conditional request failed (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ConditionalCheckFailedException; Request ID: R)",
	}}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Error(diff)
	}
}

func TestSettle_passesOnWhatTheReadIsRefused(t *testing.T) {
	s := &store{err: conditionFailed, itemErr: &Fault{Code: "AccessDeniedException", Message: "no"}}
	if got, want := settle(t, deleteOne+`}}`, s), `[null,"DynamoDB:AccessDeniedException"]`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestSettle_keepsErrorsThatAreNotDynamoDBs(t *testing.T) {
	broken := errors.New("broken")
	for _, s := range []*store{{err: broken}, {err: conditionFailed, itemErr: broken}} {
		op, err := DecodeOperation(json.RawMessage(deleteOne + `}}`))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Settle(context.Background(), op, s); !errors.Is(err, broken) {
			t.Errorf("got %v, want %v", err, broken)
		}
	}
}

// The example of AWS's page "TransactWriteItems".
func TestSettle_explainsACancelledTransaction(t *testing.T) {
	const items = `{"operation":"TransactWriteItems","transactItems":[` +
		`{"table":"posts","operation":"PutItem","key":{"post_id":{"S":"p1"}},"attributeValues":{},"condition":{"expression":"a"OPTION}},` +
		`{"table":"authors","operation":"DeleteItem","key":{"author_id":{"S":"a1"}}}]}`
	withOption := func(option string) string { return strings.Replace(items, "OPTION", option, 1) }
	fault := &Fault{Code: "TransactionCanceledException", Message: "Transaction cancelled", Reasons: []Reason{
		{Code: "ConditionalCheckFailed", Message: "The conditional request failed", Item: Item{"post_id": {"S": "p1"}, "title": {"S": "old"}}},
		{Code: "None"},
	}}
	const none = `{"message":"None","type":"None"}`
	const canceled = `"DynamoDB:TransactionCanceledException"`
	tests := []struct {
		name, request string
		err           error
		want          string
	}{
		{"success", withOption(""), nil, `[{"cancellationReasons":null,"keys":[{"post_id":"p1"},{"author_id":"a1"}]},null]`},
		{"a failed condition", withOption(""), fault,
			`[{"cancellationReasons":[{"item":{"post_id":"p1","title":"old"},"message":"The condition check failed.","type":"ConditionCheckFailed"},` + none + `],"keys":null},` + canceled + `]`},
		{"a failed condition that hides its item", withOption(`,"returnValuesOnConditionCheckFailure":false`), fault,
			`[{"cancellationReasons":[{"message":"The condition check failed.","type":"ConditionCheckFailed"},` + none + `],"keys":null},` + canceled + `]`},
		{"a conflict", withOption(""), &Fault{Code: "TransactionCanceledException", Reasons: []Reason{{}, {Code: "TransactionConflict", Message: "Transaction is ongoing for the item"}}},
			`[{"cancellationReasons":[` + none + `,{"message":"Transaction is ongoing for the item","type":"TransactionConflict"}],"keys":null},` + canceled + `]`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := &store{err: test.err, item: steve}
			if got := settle(t, test.request, s); got != test.want {
				t.Errorf("got %s\nwant %s", got, test.want)
			}
			if len(s.reads) != 0 {
				t.Errorf("the item was read %d times", len(s.reads))
			}
		})
	}
}

func TestSettle_handsOverWhatDynamoDBAnswered(t *testing.T) {
	const key = `"key":{"id":{"S":"1"}}`
	tests := []struct {
		name, request string
		reply         Reply
		want          string
	}{
		{"NONE", `{"payload":{"b":1,"a":2}}`, Reply{}, `[{"b":1,"a":2},null]`},
		{"GetItem", `{"operation":"GetItem",` + key + `}`, Reply{Item: steve}, `[` + steveAsJSON + `,null]`},
		{"GetItem of nothing", `{"operation":"GetItem",` + key + `}`, Reply{}, `[null,null]`},
		{"PutItem", putSteve + `}}`, Reply{Item: steve}, `[` + steveAsJSON + `,null]`},
		{"DeleteItem", deleteOne + `}}`, Reply{Item: steve}, `[` + steveAsJSON + `,null]`},
		{"Query", `{"operation":"Query","query":{"expression":"a"}}`, Reply{Items: []Item{steve}, NextToken: "t", ScannedCount: 3}, `[{"items":[` + steveAsJSON + `],"nextToken":"t","scannedCount":3},null]`},
		{"Query of nothing", `{"operation":"Query","query":{"expression":"a"}}`, Reply{}, `[{"items":[],"nextToken":null,"scannedCount":0},null]`},
		{"BatchGetItem", `{"operation":"BatchGetItem","tables":{"t":{"keys":[{"id":{"S":"1"}},{"id":{"S":"2"}}]},"u":{"keys":[{"id":{"S":"1"}}]}}}`,
			Reply{Tables: map[string][]Item{"t": {steve, nil}}, Unprocessed: map[string][]Item{"u": {{"id": {"S": "1"}}}}},
			`[{"data":{"t":[` + steveAsJSON + `,null],"u":[]},"unprocessedKeys":{"t":[],"u":[{"id":"1"}]}},null]`},
		{"BatchPutItem", `{"operation":"BatchPutItem","tables":{"t":[{"id":{"S":"1"}}]}}`, Reply{Tables: map[string][]Item{"t": {steve}}},
			`[{"data":{"t":[` + steveAsJSON + `]},"unprocessedItems":{"t":[]}},null]`},
		{"TransactGetItems", `{"operation":"TransactGetItems","transactItems":[{"table":"t",` + key + `}]}`, Reply{Items: []Item{nil}}, `[{"cancellationReasons":null,"items":[null]},null]`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := settle(t, test.request, &store{reply: test.reply}); got != test.want {
				t.Errorf("got %s\nwant %s", got, test.want)
			}
		})
	}
	get := `{"operation":"TransactGetItems","transactItems":[{"table":"t",` + key + `}]}`
	fault := &Fault{Code: "TransactionCanceledException", Reasons: []Reason{{Code: "TransactionConflict", Message: "m"}}}
	if got, want := settle(t, get, &store{err: fault}), `[{"cancellationReasons":[{"message":"m","type":"TransactionConflict"}],"items":null},"DynamoDB:TransactionCanceledException"]`; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}
