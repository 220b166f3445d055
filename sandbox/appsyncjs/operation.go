package appsyncjs

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// An Operation is the request of a resolver as its data source reads it. Only the members that the operation has are set.
// AWS describes them in https://docs.aws.amazon.com/appsync/latest/devguide/js-resolver-reference-dynamodb.html.
type Operation struct {
	// Name is "GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan", "BatchGetItem", "BatchPutItem",
	// "BatchDeleteItem", "TransactGetItems" or "TransactWriteItems"; in a transaction also "ConditionCheck"; "Invoke" for a
	// Lambda function, which has a Payload; and "" for the request of a NONE data source, which has a Payload alone.
	Name    string
	Payload json.RawMessage // null if there is none
	Async   bool            // invocationType: 'Event'

	Table          string // of a transaction's item
	Key            Item
	Attributes     Item // attributeValues: the rest of the item, without its key
	Update         *Expression
	Condition      *Condition
	Query          *Expression
	Filter         *Expression
	Projection     *Expression
	Index          string
	NextToken      string
	Limit          int // 0 for none
	Select         string
	ConsistentRead bool
	Backward       bool // scanIndexForward: false
	Segment        int
	TotalSegments  int // 0 for none

	Items  []Operation          // of a transaction, in their order
	Tables map[string]TableWork // of a batch
}

// An Expression is a DynamoDB expression with its placeholders.
type Expression struct {
	Text   string
	Names  map[string]string // "#name" to the attribute's name
	Values Item              // ":value" to a typed value
}

// A Condition is the condition of a write, and what AppSync does when it fails.
type Condition struct {
	Expression
	// EqualsIgnore are attributes that do not count when a failed put is compared with the item that is there.
	EqualsIgnore []string
	// EventualRead asks for an eventually consistent read of that item (consistentRead: false).
	EventualRead bool
	// HideItem keeps the item out of the reasons of a cancelled transaction (returnValuesOnConditionCheckFailure: false).
	HideItem bool
}

// TableWork is what a batch does with one table.
type TableWork struct {
	Keys           []Item // BatchGetItem and BatchDeleteItem
	Items          []Item // BatchPutItem
	ConsistentRead bool
	Projection     *Expression
}

// operationMembers are the members that a request may have, by operation; `operation` and `version` are in every one.
var operationMembers = map[string]string{
	"":                   "payload",
	"GetItem":            "key consistentRead projection",
	"PutItem":            "key attributeValues condition",
	"UpdateItem":         "key update condition",
	"DeleteItem":         "key condition",
	"Query":              "query index nextToken limit scanIndexForward consistentRead select filter projection",
	"Scan":               "index limit consistentRead nextToken totalSegments segment select filter projection",
	"BatchGetItem":       "tables",
	"BatchPutItem":       "tables",
	"BatchDeleteItem":    "tables",
	"TransactGetItems":   "transactItems",
	"TransactWriteItems": "transactItems",
	"Invoke":             "payload invocationType",
}

// transactMembers are the members of a transaction's items, by operation; `table` and `operation` are in every one.
var transactMembers = map[string]string{
	"PutItem":        "key attributeValues condition",
	"UpdateItem":     "key update condition",
	"DeleteItem":     "key condition",
	"ConditionCheck": "key condition",
}

// maxTransactItems is DynamoDB's limit for a transaction.
const maxTransactItems = 100

// DecodeOperation reads the value that a request handler returned. A member that the operation does not have is an error that
// names it; so is one of AppSync's that this package leaves out: versioned data sources (Sync, _version, …) and the Custom
// strategy for failed conditions.
func DecodeOperation(raw json.RawMessage) (Operation, error) {
	d := decoder{}
	op := d.operation(raw, operationMembers)
	if d.err != nil {
		return Operation{}, fmt.Errorf("request: %w", d.err)
	}
	return op, nil
}

// A decoder reads a request and keeps the first fault.
type decoder struct {
	err error
}

func (d *decoder) fail(format string, args ...any) {
	if d.err == nil {
		d.err = fmt.Errorf(format, args...)
	}
}

// object splits an object into its members, which must be among those allowed (all, if that is "*").
func (d *decoder) object(at string, raw json.RawMessage, allowed string) map[string]json.RawMessage {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(raw, &members); err != nil || members == nil {
		if whole, ok := strings.CutSuffix(at, "."); ok {
			at = whole + ": "
		}
		d.fail("%sgot %s, want an object", at, abridged(raw))
		return nil
	}
	names := words(allowed)
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if allowed != "*" && !names[name] {
			d.fail("%s%s is not supported by this runtime", at, name)
		}
	}
	return members
}

// read decodes a member into v, if it is there and not null.
func (d *decoder) read(at string, members map[string]json.RawMessage, name, want string, v any) bool {
	raw, ok := members[name]
	if !ok || string(raw) == "null" {
		return false
	}
	if err := json.Unmarshal(raw, v); err != nil {
		d.fail("%s%s: got %s, want %s", at, name, abridged(raw), want)
	}
	return true
}

// operation reads a whole request; allowed are its members by name.
func (d *decoder) operation(raw json.RawMessage, allowed map[string]string) Operation {
	if len(raw) == 0 || string(raw) == "null" {
		return Operation{Payload: json.RawMessage("null")}
	}
	var op Operation
	d.read("", d.object("", raw, "*"), "operation", "a string", &op.Name)
	names, ok := allowed[op.Name]
	if !ok {
		d.fail("operation %q is not supported by this runtime", op.Name)
		return op
	}
	members := d.object(strings.TrimPrefix(op.Name+": ", ": "), raw, names+" operation version")
	d.version(members)
	if op.Name == "" || op.Name == "Invoke" {
		if op.Payload = members["payload"]; op.Payload == nil {
			op.Payload = json.RawMessage("null")
		}
		op.Async = d.invocationType(members)
		return op
	}
	d.members(&op, members)
	switch {
	case strings.HasPrefix(op.Name, "Batch"):
		op.Tables = d.tables(op.Name, members["tables"])
	case strings.HasPrefix(op.Name, "Transact"):
		op.Items = d.transactItems(op.Name, members["transactItems"])
	}
	return op
}

// version checks the one member that carries no meaning: AWS's examples still write it.
func (d *decoder) version(members map[string]json.RawMessage) {
	version := ""
	if d.read("", members, "version", "a string", &version) && version != "2018-05-29" && version != "2017-02-28" {
		d.fail("version %q is not supported by this runtime", version)
	}
}

// invocationType reports whether a Lambda function is invoked without waiting for its answer.
// https://docs.aws.amazon.com/appsync/latest/devguide/resolver-reference-lambda-js.html
func (d *decoder) invocationType(members map[string]json.RawMessage) bool {
	kind := ""
	if d.read("", members, "invocationType", "a string", &kind) && kind != "RequestResponse" && kind != "Event" {
		d.fail("invocationType: got %q, want RequestResponse or Event", kind)
	}
	return kind == "Event"
}

// members reads what operations share.
func (d *decoder) members(op *Operation, members map[string]json.RawMessage) {
	at := op.Name + ": "
	switch op.Name {
	case "GetItem", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheck":
		if op.Key = d.item(at+"key", members["key"]); d.err == nil && len(op.Key) == 0 {
			d.fail("%skey is empty", at)
		}
	case "Query":
		if members["query"] == nil {
			d.fail("%squery is missing", at)
		}
	}
	if op.Name == "PutItem" {
		op.Attributes = d.item(at+"attributeValues", members["attributeValues"])
	}
	if op.Name == "UpdateItem" && members["update"] == nil {
		d.fail("%supdate is missing", at)
	}
	op.Update = d.expression(at, members, "update", true)
	op.Query = d.expression(at, members, "query", true)
	op.Filter = d.expression(at, members, "filter", true)
	op.Projection = d.expression(at, members, "projection", false)
	op.Condition = d.condition(at, members)
	d.read(at, members, "index", "a string", &op.Index)
	d.read(at, members, "nextToken", "a string", &op.NextToken)
	d.read(at, members, "select", "a string", &op.Select)
	d.read(at, members, "consistentRead", "true or false", &op.ConsistentRead)
	if d.read(at, members, "limit", "a whole number", &op.Limit) && op.Limit < 1 {
		d.fail("%slimit is %d, want 1 or more", at, op.Limit)
	}
	d.read(at, members, "segment", "a whole number", &op.Segment)
	d.read(at, members, "totalSegments", "a whole number", &op.TotalSegments)
	forward := true
	d.read(at, members, "scanIndexForward", "true or false", &forward)
	op.Backward = !forward
	switch op.Select {
	case "", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES", "SPECIFIC_ATTRIBUTES":
	default:
		d.fail("%sselect %q is not supported by this runtime", at, op.Select)
	}
}

// item reads an object of typed values.
func (d *decoder) item(at string, raw json.RawMessage) Item {
	if raw == nil {
		d.fail("%s is missing", at)
		return nil
	}
	item, err := decodeItem(raw)
	if err != nil {
		d.fail("%s: %w", at, err)
	}
	return item
}

const expressionMembers = "expression expressionNames"

// expression reads the member of the name, nil if it is missing.
func (d *decoder) expression(at string, members map[string]json.RawMessage, name string, values bool) *Expression {
	raw := members[name]
	if raw == nil || string(raw) == "null" {
		return nil
	}
	allowed := expressionMembers
	if values {
		allowed += " expressionValues"
	}
	e := d.expressionOf(at+name, d.object(at+name+".", raw, allowed))
	return &e
}

// expressionOf reads the members of an expression.
func (d *decoder) expressionOf(at string, members map[string]json.RawMessage) Expression {
	var e Expression
	d.read(at+".", members, "expression", "a string", &e.Text)
	if e.Text == "" {
		d.fail("%s.expression is empty", at)
	}
	d.read(at+".", members, "expressionNames", "an object of names", &e.Names)
	if raw := members["expressionValues"]; raw != nil && string(raw) != "null" {
		e.Values = d.item(at+".expressionValues", raw)
	}
	for name := range e.Names {
		if !strings.HasPrefix(name, "#") {
			d.fail("%s.expressionNames: %q must begin with #", at, name)
		}
	}
	for name := range e.Values {
		if !strings.HasPrefix(name, ":") {
			d.fail("%s.expressionValues: %q must begin with :", at, name)
		}
	}
	return e
}

// condition reads the member condition, whose options differ inside and outside of transactions.
func (d *decoder) condition(at string, members map[string]json.RawMessage) *Condition {
	raw := members["condition"]
	if raw == nil || string(raw) == "null" {
		return nil
	}
	options := " equalsIgnore consistentRead conditionalCheckFailedHandler"
	if members["table"] != nil {
		options = " returnValuesOnConditionCheckFailure"
	}
	at += "condition"
	parts := d.object(at+".", raw, expressionMembers+" expressionValues"+options)
	c := Condition{Expression: d.expressionOf(at, parts)}
	d.read(at+".", parts, "equalsIgnore", "a list of names", &c.EqualsIgnore)
	consistent, show := true, true
	d.read(at+".", parts, "consistentRead", "true or false", &consistent)
	d.read(at+".", parts, "returnValuesOnConditionCheckFailure", "true or false", &show)
	c.EventualRead, c.HideItem = !consistent, !show
	if handler := parts["conditionalCheckFailedHandler"]; handler != nil && string(handler) != "null" {
		strategy := ""
		d.read(at+".", d.object(at+".conditionalCheckFailedHandler.", handler, "strategy"), "strategy", "a string", &strategy)
		if strategy != "Reject" {
			d.fail("%s.conditionalCheckFailedHandler.strategy %q is not supported by this runtime", at, strategy)
		}
	}
	return &c
}

// transactItems reads the items of a transaction.
func (d *decoder) transactItems(operation string, raw json.RawMessage) []Operation {
	var list []json.RawMessage
	if err := json.Unmarshal(raw, &list); err != nil || len(list) == 0 || len(list) > maxTransactItems {
		d.fail("%s: transactItems: want a list of 1 to %d items", operation, maxTransactItems)
		return nil
	}
	items := make([]Operation, len(list))
	for i, raw := range list {
		at := fmt.Sprintf("%s: transactItems[%d].", operation, i)
		item := Operation{Name: "GetItem"}
		allowed := "table key projection"
		if operation == "TransactWriteItems" {
			d.read(at, d.object(at, raw, "*"), "operation", "a string", &item.Name)
			members, ok := transactMembers[item.Name]
			if !ok {
				d.fail("%soperation %q is not supported by this runtime", at, item.Name)
				return nil
			}
			allowed = "table operation " + members
		}
		members := d.object(at, raw, allowed)
		if d.read(at, members, "table", "a string", &item.Table); item.Table == "" {
			d.fail("%stable is missing", at)
		}
		d.members(&item, members)
		if item.Name == "ConditionCheck" && item.Condition == nil {
			d.fail("%scondition is missing", at)
		}
		items[i] = item
	}
	return items
}

// tables reads the tables of a batch.
func (d *decoder) tables(operation string, raw json.RawMessage) map[string]TableWork {
	at := operation + ": tables."
	work := map[string]TableWork{}
	for table, raw := range d.object(at, raw, "*") {
		var w TableWork
		at := at + table
		switch operation {
		case "BatchGetItem":
			members := d.object(at+".", raw, "keys consistentRead projection")
			w.Keys = d.items(at+".keys", members["keys"])
			w.Projection = d.expression(at+".", members, "projection", false)
			d.read(at+".", members, "consistentRead", "true or false", &w.ConsistentRead)
		case "BatchPutItem":
			w.Items = d.items(at, raw)
		case "BatchDeleteItem":
			w.Keys = d.items(at, raw)
		}
		work[table] = w
	}
	if len(work) == 0 {
		d.fail("%s: tables is empty", operation)
	}
	return work
}

// items reads a list of objects of typed values, one at least.
func (d *decoder) items(at string, raw json.RawMessage) []Item {
	var list []json.RawMessage
	if err := json.Unmarshal(raw, &list); err != nil || len(list) == 0 {
		d.fail("%s: want a list of items that is not empty", at)
		return nil
	}
	items := make([]Item, len(list))
	for i, raw := range list {
		items[i] = d.item(fmt.Sprintf("%s[%d]", at, i), raw)
	}
	return items
}
