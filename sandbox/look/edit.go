package look

import (
	"context"
	"maps"
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
// all that was read is what it was. What somebody has added meanwhile stays.
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

// same is the condition that all attributes are what they were.
func (e *expression) same(was Row) (conditions []string) {
	for _, name := range slices.Sorted(maps.Keys(was)) {
		conditions = append(conditions, e.name(name)+" = "+e.value(was[name]))
	}
	return conditions
}

// into puts the expression into the input of an operation. What has no value is left out: DynamoDB refuses empty maps.
func (e *expression) into(in map[string]any) map[string]any {
	in["ExpressionAttributeNames"] = e.names
	if len(e.values) > 0 {
		in["ExpressionAttributeValues"] = e.values
	}
	return in
}

func (l *Looker) editRow(ctx context.Context, c RowChange, key Row) (any, error) {
	e := newExpression()
	conditions := e.same(c.Was)
	var set, remove []string
	for _, name := range slices.Sorted(maps.Keys(c.Row)) {
		old, was := c.Was[name]
		switch {
		case !was:
			conditions = append(conditions, "attribute_not_exists("+e.name(name)+")")
		case reflect.DeepEqual(old, c.Row[name]):
			continue
		}
		set = append(set, e.name(name)+" = "+e.value(c.Row[name]))
	}
	for _, name := range slices.Sorted(maps.Keys(c.Was)) {
		if _, stays := c.Row[name]; !stays {
			remove = append(remove, e.name(name))
		}
	}
	update := ""
	if set != nil {
		update += "SET " + strings.Join(set, ", ")
	}
	if remove != nil {
		update += " REMOVE " + strings.Join(remove, ", ")
	}
	if update == "" {
		return nil, badly("row: got what the row was, want another")
	}
	var out struct{ Attributes Row }
	err := l.Client.do(ctx, "dynamodb", "UpdateItem", e.into(map[string]any{
		"TableName": c.Table, "Key": key, "UpdateExpression": strings.TrimSpace(update), "ConditionExpression": strings.Join(conditions, " AND "),
		"ReturnValues": "ALL_NEW",
	}), &out)
	return changedRow{out.Attributes}, meanwhile(err)
}

// deleteRow deletes what is still as it was read. An attribute that it did not have then is seen by reading it again, since no condition asks
// for "no others".
func (l *Looker) deleteRow(ctx context.Context, c RowChange, key Row) (any, error) {
	var now struct{ Item Row }
	if err := l.Client.look(ctx, "dynamodb", "GetItem", map[string]any{"TableName": c.Table, "Key": key, "ConsistentRead": true}, &now); err != nil {
		return nil, err
	}
	if len(now.Item) != len(c.Was) {
		return nil, meanwhile(&Fault{0, &Refusal{Code: "ConditionalCheckFailedException"}})
	}
	e := newExpression()
	conditions := e.same(c.Was)
	err := l.Client.do(ctx, "dynamodb", "DeleteItem", e.into(map[string]any{
		"TableName": c.Table, "Key": key, "ConditionExpression": strings.Join(conditions, " AND "),
	}), nil)
	return struct{}{}, meanwhile(err)
}
