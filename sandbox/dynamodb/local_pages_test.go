package dynamodb_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// A walked read is all pages of a query or a scan: its items, sorted where they have no order, the sort keys of a query as
// they came, and how many items it went through.
type walked struct {
	Failure  string
	Items    []string
	SortKeys []string
	Scanned  string
}

// walk reads all pages of o.
func walk(t *testing.T, o operation, do func(operation, body string) reply) (all walked, pages int) {
	t.Helper()
	request := maps.Clone(o.body)
	table := tableNamed(request["TableName"].(string))
	key := table.key
	if index, ok := request["IndexName"]; ok {
		key = table.indexes[index.(string)]
	}
	scanned := 0
	for pages = 1; ; pages++ {
		r := do(o.name, operation{body: request}.text())
		if r.failed {
			// DynamoDB Local doesn't take the last key of a range, but doesn't return it either.
			return walked{Failure: localText(r.String())}, pages
		}
		for _, i := range plain(r.body["Items"]).([]any) {
			all.Items = append(all.Items, textOf(sorted(i).(object)))
			if o.name == "Query" && len(key) == 2 {
				all.SortKeys = append(all.SortKeys, fmt.Sprint(i.(object)[key[1]]))
			}
		}
		var n int
		if _, err := fmt.Sscan(fmt.Sprint(r.body["ScannedCount"]), &n); err != nil || n > request["Limit"].(int) {
			t.Fatalf("%s %s: page of %d items: %v", o.name, o.text(), n, err)
		}
		scanned += n
		end, ok := r.body["LastEvaluatedKey"].(object)
		if !ok {
			break
		}
		request["ExclusiveStartKey"] = end
	}
	all.Scanned = fmt.Sprint(scanned)
	if o.name == "Scan" || request["IndexName"] != nil {
		slices.SortFunc(all.Items, strings.Compare)
	}
	return all, pages
}
