package look

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// A RowChange is what POST /_lightbox/data does: it puts a row, in the place of what it was, or deletes it. Rows are as DynamoDB
// writes them.
type RowChange struct {
	Table string
	Do    string // put or delete
	Row   Row    // how it is to be; of put
	Was   Row    // how it was read; none of a row that is new
}

// changeRow changes a row only as it was read. Of an edit that is so: only attributes that the edit changes are written, under the condition that
// all that was read is what it was, or as much of it as fits. What somebody has added meanwhile stays.
func (l *Looker) changeRow(ctx context.Context, c RowChange) (any, error) {
	if c.Do != "put" && c.Do != "delete" {
		return nil, badly("do: got %q, want put or delete", c.Do)
	}
	t, err := l.table(ctx, c.Table)
	if err != nil {
		return nil, err
	}
	var key Row
	if c.Was != nil {
		if key, err = c.Was.key(t); err != nil {
			return nil, badly("was: %w", err)
		}
	}
	switch {
	case c.Do == "delete" && c.Was == nil:
		return nil, badly("was: got none, want the row that is to be deleted as it was read")
	case c.Do == "delete":
		return l.deleteRow(ctx, c, key)
	}
	now, err := c.Row.key(t)
	switch {
	case err != nil:
		return nil, badly("row: %w", err)
	case c.Was == nil:
		return l.newRow(ctx, c, t)
	case !reflect.DeepEqual(key, now):
		return nil, badly("row: got another %s, want that of the row: with another key it is another row", t.keyNames())
	}
	return l.editRow(ctx, c, key)
}

type changedRow struct {
	Row Row `json:"row"`
}

// overtaken is what DynamoDB says of a row that is another now.
var overtaken error = &Fault{http.StatusBadRequest, &Refusal{Code: "ConditionalCheckFailedException"}}

// meanwhile is the answer to who was overtaken.
func meanwhile(err error) error {
	if is(err, "ConditionalCheckFailedException") {
		return conflict("the row is not any more what it was when it was read: nothing was changed. Read it again")
	}
	return err
}

func (l *Looker) newRow(ctx context.Context, c RowChange, t *Table) (any, error) {
	err := l.Client.do(ctx, "dynamodb", "PutItem", map[string]any{
		"TableName": c.Table, "Item": c.Row, "ConditionExpression": "attribute_not_exists(#k)", "ExpressionAttributeNames": map[string]string{"#k": t.Key[0].Name},
	}, nil)
	if is(err, "ConditionalCheckFailedException") {
		err = conflict("row: got the %s of a row that is there, want another: nothing was changed", t.keyNames())
	}
	return changedRow{c.Row}, err
}

// An expression is written attribute by attribute.
type expression struct {
	names  map[string]string
	values map[string]any
}

func newExpression() *expression { return &expression{map[string]string{}, map[string]any{}} }

func (e *expression) name(attribute string) string {
	n := "#" + strconv.Itoa(len(e.names))
	e.names[n] = attribute
	return n
}

func (e *expression) value(v any) string {
	n := ":" + strconv.Itoa(len(e.values))
	e.values[n] = v
	return n
}

// mostConditions is how many comparisons an expression has: it takes 300 operators, and there is an AND between two of them.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-expression-parameters
const mostConditions = 150

// same is the condition that attributes are what they were, of as many as fit. It returns the others.
func (e *expression) same(was Row, names []string, conditions []string) (all, left []string) {
	fit := min(len(names), mostConditions-len(conditions))
	for _, name := range names[:fit] {
		conditions = append(conditions, e.name(name)+" = "+e.value(was[name]))
	}
	return conditions, names[fit:]
}

// into puts the expression into the input of an operation. What has no value is left out: DynamoDB refuses empty maps.
func (e *expression) into(in map[string]any) map[string]any {
	in["ExpressionAttributeNames"] = e.names
	if len(e.values) > 0 {
		in["ExpressionAttributeValues"] = e.values
	}
	return in
}

// editRow writes what changes. Of a row with more attributes than fit into a condition those that stay as they are, which the edit does not write, are
// read again a moment before.
func (l *Looker) editRow(ctx context.Context, c RowChange, key Row) (any, error) {
	e := newExpression()
	var added, changed, kept, set, remove []string
	for _, name := range slices.Sorted(maps.Keys(c.Row)) {
		old, was := c.Was[name]
		switch {
		case !was:
			added = append(added, "attribute_not_exists("+e.name(name)+")")
		case reflect.DeepEqual(old, c.Row[name]):
			kept = append(kept, name)
			continue
		default:
			changed = append(changed, name)
		}
		set = append(set, e.name(name)+" = "+e.value(c.Row[name]))
	}
	for _, name := range slices.Sorted(maps.Keys(c.Was)) {
		if _, stays := c.Row[name]; !stays {
			remove = append(remove, e.name(name))
			changed = append(changed, name)
		}
	}
	switch n := len(added) + len(changed); {
	case n == 0:
		return nil, badly("row: got what the row was, want another")
	case n > mostConditions:
		return nil, badly("row: got %d attributes that change, want at most %d at once: a condition of DynamoDB's takes no more", n, mostConditions)
	}
	conditions, left := e.same(c.Was, append(changed, kept...), added)
	if len(left) > 0 {
		if now, err := l.row(ctx, c.Table, key); err != nil || !now.has(c.Was, left) {
			return nil, cmp.Or(err, meanwhile(overtaken))
		}
	}
	update := ""
	if set != nil {
		update += "SET " + strings.Join(set, ", ")
	}
	if remove != nil {
		update += " REMOVE " + strings.Join(remove, ", ")
	}
	var out struct{ Attributes Row }
	err := l.Client.do(ctx, "dynamodb", "UpdateItem", e.into(map[string]any{
		"TableName": c.Table, "Key": key, "UpdateExpression": strings.TrimSpace(update), "ConditionExpression": strings.Join(conditions, " AND "),
		"ReturnValues": "ALL_NEW",
	}), &out)
	return changedRow{out.Attributes}, meanwhile(err)
}

// row reads a row as it is now.
func (l *Looker) row(ctx context.Context, table string, key Row) (Row, error) {
	var now struct{ Item Row }
	err := l.Client.look(ctx, "dynamodb", "GetItem", map[string]any{"TableName": table, "Key": key, "ConsistentRead": true}, &now)
	return now.Item, err
}

// has reports whether attributes are what they were.
func (r Row) has(was Row, names []string) bool {
	return !slices.ContainsFunc(names, func(name string) bool { return !reflect.DeepEqual(r[name], was[name]) })
}

// deleteRow deletes what is still as it was read. An attribute that it did not have then is seen by reading it again, since no condition asks
// for "no others"; so are those that do not fit into a condition.
func (l *Looker) deleteRow(ctx context.Context, c RowChange, key Row) (any, error) {
	e := newExpression()
	conditions, left := e.same(c.Was, slices.Sorted(maps.Keys(c.Was)), nil)
	now, err := l.row(ctx, c.Table, key)
	if err != nil || len(now) != len(c.Was) || !now.has(c.Was, left) {
		return nil, cmp.Or(err, meanwhile(overtaken))
	}
	err = l.Client.do(ctx, "dynamodb", "DeleteItem", e.into(map[string]any{
		"TableName": c.Table, "Key": key, "ConditionExpression": strings.Join(conditions, " AND "),
	}), nil)
	return struct{}{}, meanwhile(err)
}
