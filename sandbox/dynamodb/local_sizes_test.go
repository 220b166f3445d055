package dynamodb_test

import (
	"fmt"
	"strings"
	"testing"

	"lightbox.example/lightbox/sandbox/dynamodb/item"
)

// sized are values whose sizes are counted in ways of their own.
var sized = map[string]string{
	"nothing more":                `{"NULL": true}`,
	"a string of letters":         `{"S": "abc"}`,
	"a string of other letters":   `{"S": "日本😀é"}`,
	"an empty string":             `{"S": ""}`,
	"a binary":                    `{"B": "AQIDBA=="}`,
	"zero":                        `{"N": "0"}`,
	"a digit":                     `{"N": "7"}`,
	"two digits":                  `{"N": "42"}`,
	"three digits":                `{"N": "123"}`,
	"four digits":                 `{"N": "1234"}`,
	"a power of ten":              `{"N": "1e20"}`,
	"an odd power of ten":         `{"N": "1e21"}`,
	"a fraction":                  `{"N": "0.001"}`,
	"a fraction of odd digits":    `{"N": "1.5"}`,
	"a negative number":           `{"N": "-7"}`,
	"a negative number of digits": `{"N": "-12345"}`,
	"38 digits":                   `{"N": "12345678901234567890123456789012345678"}`,
	"38 digits, negative":         `{"N": "-12345678901234567890123456789012345678"}`,
	"38 digits, after a point":    `{"N": "1.2345678901234567890123456789012345678"}`,
	"the smallest number":         `{"N": "1e-130"}`,
	"the largest number":          `{"N": "9.9999999999999999999999999999999999999E+125"}`,
	"a set of strings":            `{"SS": ["a", "bcd", "é"]}`,
	"a set of numbers":            `{"NS": ["1", "-2", "300"]}`,
	"a set of binaries":           `{"BS": ["AQ==", "AQID"]}`,
	"an empty list":               `{"L": []}`,
	"a list":                      `{"L": [{"S": "a"}, {"N": "12"}, {"BOOL": true}]}`,
	"lists in lists":              `{"L": [{"L": [{"L": []}]}, {"L": []}]}`,
	"an empty map":                `{"M": {}}`,
	"a map":                       `{"M": {"one": {"N": "1"}, "zwei": {"S": "zwei"}, "é": {"NULL": true}}}`,
	"maps in maps":                `{"M": {"a": {"M": {"b": {"M": {}}}}, "l": {"L": [{"M": {"c": {"S": ""}}}]}}}`,
}

// compareSizes finds out the largest item with a value: both have to take it, and no larger one.
func compareSizes(t *testing.T, w *world, d *oracle) {
	const largest = 400 << 10
	put := func(value string, padding int) string {
		return `{"TableName": "Plain", "Item": {"k": {"S": "size"}, "v": ` + value + `, "p": {"S": "` + strings.Repeat("x", padding) + `"}}}`
	}
	for name, value := range sized {
		var v item.Value
		if err := v.UnmarshalJSON([]byte(value)); err != nil {
			t.Fatal(err)
		}
		padding := largest - item.Item{"k": item.String("size"), "v": v, "p": item.String("")}.Size()
		for more, refused := range []bool{false, true} {
			got, want := w.do("PutItem", put(value, padding+more)), d.do("PutItem", put(value, padding+more))
			if got.failed != refused || want.failed != refused {
				t.Errorf("%s, %s: with %d bytes more than 400 KB the engine answers %s, local %s", name, value, more, got, want)
			}
		}
	}
	// 1 MB of a query is a page.
	for n := range 25 {
		put := fmt.Sprintf(`{"TableName": "Numbers", "Item": {"k": {"N": "77"}, "s": {"N": "%d"}, "p": {"S": "%s"}}}`, n, strings.Repeat("x", 90_000+1_000*n))
		if got, want := w.do("PutItem", put), d.do("PutItem", put); got.failed || want.failed {
			t.Fatal(got, want)
		}
	}
	for _, forward := range []bool{true, false} {
		o := operation{name: "Query", body: object{"TableName": "Numbers", "KeyConditionExpression": "k = :k", "Limit": 1000,
			"ExpressionAttributeValues": object{":k": object{"N": "77"}}, "ScanIndexForward": forward, "ProjectionExpression": "s"}}
		got, n := walk(t, o, w.do)
		want, m := walk(t, o, d.do)
		if fmt.Sprint(got) != fmt.Sprint(want) || n != m || n != 3 {
			t.Errorf("forward %t: %d pages %v, local has %d pages %v", forward, n, got, m, want)
		}
	}
}
