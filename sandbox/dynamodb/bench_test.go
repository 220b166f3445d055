package dynamodb_test

import (
	"fmt"
	"testing"
)

// benchmarked is how many photos there are, of 100 owners.
const benchmarked = 10_000

func benchWorld(b *testing.B) *world {
	w := withTable(b)
	for n := range benchmarked {
		w.ok("PutItem", benchItem(n, "PHOTO"))
	}
	return w
}

func benchItem(n int, row string) string {
	return fmt.Sprintf(`{"TableName": "Photos", "Item": {"id": {"S": "photo-%d"}, "row": {"S": %q}, "owner": {"S": "owner-%d"}, "likes": {"N": "%d"},
		"caption": {"S": "A caption of the usual length, of a photo that somebody took somewhere."}, "tags": {"SS": ["a", "b"]},
		"place": {"M": {"name": {"S": "Bern"}, "at": {"L": [{"N": "46.94809"}, {"N": "7.44744"}]}}}}}`, n, row, n%100, n)
}

func BenchmarkGetItem(b *testing.B) {
	w := benchWorld(b)
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		w.ok("GetItem", fmt.Sprintf(`{"TableName": "Photos", "Key": {"id": {"S": "photo-%d"}, "row": {"S": "PHOTO"}}}`, n%benchmarked))
	}
}

func BenchmarkPutItem(b *testing.B) {
	w := benchWorld(b)
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		w.ok("PutItem", benchItem(n%benchmarked, fmt.Sprint("ROW#", n)))
	}
}

func BenchmarkUpdateItem(b *testing.B) {
	w := benchWorld(b)
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		w.ok("UpdateItem", fmt.Sprintf(`{"TableName": "Photos", "Key": {"id": {"S": "photo-%d"}, "row": {"S": "PHOTO"}},
			"UpdateExpression": "ADD likes :one SET caption = :text", "ConditionExpression": "attribute_exists(id)",
			"ExpressionAttributeValues": {":one": {"N": "1"}, ":text": {"S": "new"}}}`, n%benchmarked))
	}
}

// A page of 20 items of an index, newest first.
func BenchmarkQuery(b *testing.B) {
	w := benchWorld(b)
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		w.ok("Query", fmt.Sprintf(`{"TableName": "Photos", "IndexName": "byOwner", "KeyConditionExpression": "#o = :o", "Limit": 20,
			"ScanIndexForward": false, "ExpressionAttributeNames": {"#o": "owner"}, "ExpressionAttributeValues": {":o": {"S": "owner-%d"}}}`, n%100))
	}
}

// A like: a row, the photo's count and the owner's.
func BenchmarkTransactWriteItems(b *testing.B) {
	w := benchWorld(b)
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		w.ok("TransactWriteItems", fmt.Sprintf(`{"TransactItems": [
			{"Put": {"TableName": "Photos", "Item": {"id": {"S": "photo-%[1]d"}, "row": {"S": "LIKE#%[2]d"}}, "ConditionExpression": "attribute_not_exists(id)"}},
			{"Update": {"TableName": "Photos", "Key": {"id": {"S": "photo-%[1]d"}, "row": {"S": "PHOTO"}}, "UpdateExpression": "ADD likes :one",
				"ConditionExpression": "attribute_exists(id)", "ExpressionAttributeValues": {":one": {"N": "1"}}}},
			{"Update": {"TableName": "Photos", "Key": {"id": {"S": "PROFILE"}, "row": {"S": "%[3]d"}}, "UpdateExpression": "ADD likes :one",
				"ExpressionAttributeValues": {":one": {"N": "1"}}}}]}`, n%benchmarked, n, n%100))
	}
}
