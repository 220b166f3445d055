package sandbox_test

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// A row of DynamoDB's, each attribute by its type.
type row map[string]struct{ S, N string }

func (r row) text(name string) string { return r[name].S }

func (r row) number(name string) int {
	n, _ := strconv.Atoi(r[name].N)
	return n
}

// table is the name of the deployed table.
func (b *backend) table(name string) (string, error) {
	var listed struct{ TableNames []string }
	if err := b.call(root, "dynamodb", "ListTables", map[string]any{}, &listed); err != nil {
		return "", err
	}
	for _, table := range listed.TableNames {
		if strings.Contains(table, name) {
			return table, nil
		}
	}
	return "", fmt.Errorf("got the tables %v, want one called %s", listed.TableNames, name)
}

// rows are all rows of a table.
func (b *backend) rows(table string) ([]row, error) {
	var rows []row
	input := map[string]any{"TableName": table, "ConsistentRead": true}
	for {
		var page struct {
			Items            []row
			LastEvaluatedKey map[string]any
		}
		if err := b.call(root, "dynamodb", "Scan", input, &page); err != nil {
			return nil, err
		}
		rows = append(rows, page.Items...)
		if page.LastEvaluatedKey == nil {
			return rows, nil
		}
		input["ExclusiveStartKey"] = page.LastEvaluatedKey
	}
}

// sumsAreRight reports what transactions keep equal and is not: what photos and profiles count, and the rows that they count.
func (b *backend) sumsAreRight() error {
	table, err := b.table("Photos")
	if err != nil {
		return err
	}
	rows, err := b.rows(table)
	if err != nil {
		return err
	}
	counted, counts := map[string]int{}, map[string]int{}
	for _, r := range rows {
		id, kind := r.text("photoId"), r.text("row")
		owner, _, _ := strings.Cut(id, ".")
		switch {
		case strings.HasPrefix(kind, "LIKE#"):
			counted["likes of "+id]++
			counted["likes of PROFILE#"+owner]++
		case strings.HasPrefix(kind, "COMMENT#"):
			counted["comments of "+id]++
		case kind == "PHOTO":
			counts["likes of "+id], counts["comments of "+id] = r.number("likeCount"), r.number("commentCount")
			counted["photos of PROFILE#"+owner]++
			counted["bytes of PROFILE#"+owner] += r.number("bytes")
		case kind == "PROFILE":
			counts["likes of "+id], counts["photos of "+id] = r.number("likeCount"), r.number("photoCount")
			counts["bytes of "+id] = r.number("bytes")
		case strings.HasPrefix(kind, "DAY#"): // of the calls that had a picture made, which count whatever came of them
		case strings.HasPrefix(kind, "IDENTITY#"):
		default:
			return fmt.Errorf("got a row %v, want one that is known", r)
		}
	}
	var faults []error
	for what := range merged(counted, counts) {
		if counted[what] != counts[what] {
			faults = append(faults, fmt.Errorf("%s: %d are counted, and %d are there", what, counts[what], counted[what]))
		}
	}
	return errors.Join(faults...)
}

// merged are the keys of both.
func merged(a, b map[string]int) map[string]bool {
	keys := map[string]bool{}
	for _, m := range []map[string]int{a, b} {
		for key := range m {
			keys[key] = true
		}
	}
	return keys
}
