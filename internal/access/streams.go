package access

import (
	"encoding/json"
	"slices"
)

// Stream is what a function hears of a table: the changes of some kinds of rows, in the order in which each row changed.
type Stream struct {
	// Of is the data source of the table.
	Of Source
	// Rows are the kinds of rows. A change is of a kind that the row was before it, or is after it.
	Rows []Row
	// Changes are what happens to a row.
	Changes []Change
	// Batch is how many changes it is told at once, at most.
	Batch int
}

// Change is what happens to a row, by DynamoDB's names.
type Change string

// What happens to rows.
const (
	Inserted Change = "INSERT"
	Modified Change = "MODIFY"
	Removed  Change = "REMOVE"
)

// AllChanges are all there are, in their order.
func AllChanges() []Change { return []Change{Inserted, Modified, Removed} }

// Streamed tells whether a function hears of the table of a data source.
func Streamed(functions []Function, of Source) bool {
	return slices.ContainsFunc(functions, func(f Function) bool {
		return slices.ContainsFunc(f.Streams, func(s Stream) bool { return s.Of == of })
	})
}

// object is one of a filter's pattern.
type object = map[string]any

// everyRowHas is an attribute of every row of a table, by its data source: where an image has it, there is the image.
var everyRowHas = map[Source]string{Products: "state", Photos: "row"}

// Patterns are the filters of the function's event source mapping, of which a change passes one. Of a change Lambda looks at the
// member dynamodb alone, so that what happened is told by which images there are.
//
// https://docs.aws.amazon.com/lambda/latest/dg/with-ddb-filtering.html
func (s Stream) Patterns() []string {
	var all []string
	for _, row := range s.Rows {
		kind, known := layoutOf(row)
		if !known {
			continue // ValidateFunctions says so
		}
		for _, side := range []struct {
			image, other string
			alone        Change // where there is no other image
		}{{"NewImage", "OldImage", Inserted}, {"OldImage", "NewImage", Removed}} {
			alone, both := slices.Contains(s.Changes, side.alone), slices.Contains(s.Changes, Modified)
			if !alone && !both {
				continue
			}
			images := object{side.image: object{kind.attribute: object{"S": []any{object{"prefix": kind.prefix}}}}}
			if alone != both {
				images[side.other] = object{everyRowHas[kind.source]: object{"S": []any{object{"exists": both}}}}
			}
			text, err := json.Marshal(object{"dynamodb": images})
			if err != nil {
				panic(err) // texts and booleans
			}
			all = append(all, string(text))
		}
	}
	return all
}

// layoutOf is how a table tells a kind of row.
func layoutOf(row Row) (layout, bool) {
	at := slices.IndexFunc(layouts, func(l layout) bool { return l.row == row })
	if at < 0 {
		return layout{}, false
	}
	return layouts[at], true
}
