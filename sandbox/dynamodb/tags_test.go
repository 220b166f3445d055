package dynamodb_test

import (
	"fmt"
	"strings"
	"testing"
)

// tags are so many, as JSON, the first with a number.
func tags(first, count int) string {
	var list []string
	for i := range count {
		list = append(list, fmt.Sprintf(`{"Key": "k%d", "Value": "v"}`, first+i))
	}
	return "[" + strings.Join(list, ",") + "]"
}

func TestTags_areFiftyAtMost(t *testing.T) {
	w := recoverable(t)
	const refusal = "ValidationException: Number of Tags exceed the current limit for the provided ResourceArn"
	add := func(first, count int) string {
		return `{"ResourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/Photos", "Tags": ` + tags(first, count) + `}`
	}
	for _, body := range []string{add(0, 51), add(100, 60)} {
		if got := w.fails("TagResource", body); got != refusal {
			t.Errorf("got %s, want %s", got, refusal)
		}
	}
	w.ok("TagResource", add(0, 50))
	w.ok("TagResource", add(10, 20)) // of the same keys
	if got := w.fails("TagResource", add(50, 1)); got != refusal {
		t.Errorf("one more: got %s, want %s", got, refusal)
	}
	table := func(name string, count int) string {
		return `{"TableName": "` + name + `", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
			"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], "Tags": ` + tags(0, count) + `}`
	}
	if got := w.fails("CreateTable", table("Many", 51)); got != refusal {
		t.Errorf("CreateTable: got %s, want %s", got, refusal)
	}
	w.ok("CreateTable", table("Fifty", 50))
}
