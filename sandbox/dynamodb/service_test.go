package dynamodb_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/sandbox/dynamodb"
	"lightbox.example/lightbox/sandbox/store"
)

// A world is an engine in memory with a clock that a test sets.
type world struct {
	*dynamodb.Service
	t   testing.TB
	now time.Time
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, now: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)}
	e, err := dynamodb.New(store.NewMemory(), dynamodb.Config{Now: func() time.Time { return w.now }})
	if err != nil {
		t.Fatal(err)
	}
	w.Service = e
	return w
}

// photos is the table that most tests use: with an index that has all, one that has keys and one that has some more.
const photos = `{"TableName": "Photos", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "row", "AttributeType": "S"},
		{"AttributeName": "owner", "AttributeType": "S"}, {"AttributeName": "likes", "AttributeType": "N"}],
	"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "row", "KeyType": "RANGE"}],
	"GlobalSecondaryIndexes": [
		{"IndexName": "byOwner", "KeySchema": [{"AttributeName": "owner", "KeyType": "HASH"}, {"AttributeName": "likes", "KeyType": "RANGE"}],
			"Projection": {"ProjectionType": "ALL"}},
		{"IndexName": "keysOnly", "KeySchema": [{"AttributeName": "owner", "KeyType": "HASH"}],
			"Projection": {"ProjectionType": "KEYS_ONLY"}},
		{"IndexName": "including", "KeySchema": [{"AttributeName": "likes", "KeyType": "HASH"}],
			"Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["text"]}}]}`

// ok does an operation that succeeds and returns its answer.
func (w *world) ok(operation, body string) string {
	w.t.Helper()
	response, err := w.Handle(operation, []byte(body))
	if err != nil {
		w.t.Fatalf("%s %s: %v", operation, body, err)
	}
	return string(response)
}

// fails does an operation that fails and returns the error's type and message.
func (w *world) fails(operation, body string) string {
	w.t.Helper()
	response, err := w.Handle(operation, []byte(body))
	if err == nil {
		w.t.Fatalf("%s %s: got %s, want an error", operation, body, response)
	}
	return err.Error()
}

// same compares JSON texts.
func same(t testing.TB, what, got, want string) {
	t.Helper()
	if diff := cmp.Diff(tree(t, want), tree(t, got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func tree(t testing.TB, text string) (v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return v
}

func withTable(t testing.TB) *world {
	t.Helper()
	w := newWorld(t)
	w.ok("CreateTable", photos)
	return w
}

func TestEngine_putsAndGets(t *testing.T) {
	w := withTable(t)
	const item = `{"id": {"S": "p1"}, "row": {"S": "PHOTO"}, "n": {"N": "1"}, "deep": {"M": {"l": {"L": [{"BOOL": true}, {"NULL": true},
		{"SS": ["b", "a"]}, {"NS": ["10", "2"]}, {"B": "AQI="}, {"BS": ["AQ==", "Ag=="]}, {"M": {}}, {"L": []}, {"S": ""}]}}}}`
	same(t, "put", w.ok("PutItem", `{"TableName": "Photos", "Item": `+item+`}`), `{}`)
	same(t, "get", w.ok("GetItem", `{"TableName": "Photos", "Key": {"id": {"S": "p1"}, "row": {"S": "PHOTO"}}}`), `{"Item": `+item+`}`)
	same(t, "get of nothing", w.ok("GetItem", `{"TableName": "Photos", "Key": {"id": {"S": "p2"}, "row": {"S": "PHOTO"}}}`), `{}`)
	same(t, "delete", w.ok("DeleteItem", `{"TableName": "Photos", "Key": {"id": {"S": "p1"}, "row": {"S": "PHOTO"}}, "ReturnValues": "ALL_OLD"}`),
		`{"Attributes": `+item+`}`)
	same(t, "get", w.ok("GetItem", `{"TableName": "Photos", "Key": {"id": {"S": "p1"}, "row": {"S": "PHOTO"}}}`), `{}`)
}

func TestEngine_refusesWhatItDoesntKnowByName(t *testing.T) {
	w := withTable(t)
	for _, test := range []struct{ operation, body, want string }{
		{"PutItem", `{"TableName": "Photos", "Item": {}, "Expected": {}, "Speed": 1}`,
			"ValidationException: PutItem.Expected is not supported by the sandbox: use ConditionExpression; " +
				"PutItem.Speed is not supported by the sandbox"},
		{"BatchGetItem", `{"RequestItems": {"Photos": {"Keys": [], "AttributesToGet": ["a"]}}}`,
			"ValidationException: BatchGetItem.requestItems.Photos.member.AttributesToGet is not supported by the sandbox: use ProjectionExpression"},
		{"CreateTable", `{"StreamSpecification": {}}`,
			"ValidationException: CreateTable.StreamSpecification is not supported by the sandbox"},
		{"ExecuteStatement", `{}`, "UnknownOperationException: ExecuteStatement is not supported by the sandbox"},
	} {
		if got := w.fails(test.operation, test.body); got != test.want {
			t.Errorf("%s %s:\ngot  %s\nwant %s", test.operation, test.body, got, test.want)
		}
	}
	if got := w.fails("PutItem", `{"TableName": `); !strings.HasPrefix(got, "SerializationException") {
		t.Errorf("got %s", got)
	}
}
