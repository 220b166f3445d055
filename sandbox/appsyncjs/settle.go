package appsyncjs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// A Store is DynamoDB as a data source reaches it, with the data source's role.
type Store interface {
	// Do carries out one operation, conditions included, and answers what DynamoDB answers. An error that DynamoDB itself
	// reports is a *Fault; any other ends the request.
	Do(ctx context.Context, op Operation) (Reply, error)
	// Item reads the item of the data source's own table with the key, nil for none. AppSync does this when the condition
	// of a write failed; it is a GetItem with the data source's role, so the role may forbid it.
	Item(ctx context.Context, key Item, consistent bool) (Item, error)
}

// A Lambda is a Lambda function as a data source reaches it, with the data source's role.
type Lambda interface {
	// Invoke invokes the function: what it answered is the result, and null if nobody waits for it. What went wrong is what
	// Seen.Error says, as AppSync words it: the error of the function is of the type "Lambda:Unhandled". The error is for what
	// is no matter of the resolver's.
	Invoke(ctx context.Context, payload json.RawMessage, async bool) (Seen, error)
}

// A Reply is what DynamoDB answered.
type Reply struct {
	Item         Item   // GetItem: the item; PutItem and UpdateItem: the new one; DeleteItem: the old one; nil for none
	Items        []Item // Query and Scan; TransactGetItems in the order of the request, with nil for what is not there
	NextToken    string // Query and Scan: opaque, "" on the last page
	ScannedCount int    // Query and Scan

	// Tables and Unprocessed belong to the batches: the items (the keys, of BatchDeleteItem) in the order of the request,
	// with nil for those that are not there or were not processed, and those that were not processed.
	Tables      map[string][]Item
	Unprocessed map[string][]Item
}

// The codes of DynamoDB that AppSync treats on its own.
const (
	codeConditionFailed     = "ConditionalCheckFailedException"
	codeTransactionCanceled = "TransactionCanceledException"
)

// A Fault is an error of DynamoDB's API.
type Fault struct {
	Code      string // without a namespace, as "ConditionalCheckFailedException"
	Message   string
	RequestID string
	Reasons   []Reason // of a TransactionCanceledException: one for each item of the request
}

// Error words the fault as AppSync passes it on.
func (f *Fault) Error() string {
	return fmt.Sprintf("%s (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: %s; Request ID: %s)", f.Message, f.Code, f.RequestID)
}

// A Reason is why DynamoDB cancelled a transaction, for one of its items.
type Reason struct {
	Code    string // "ConditionalCheckFailed", "TransactionConflict", …; "None" for an item that is not to blame
	Message string
	Item    Item // the item in the table, where the condition failed
}

// Seen is what a response handler sees of its data source: Context.Result and Context.Error.
type Seen struct {
	Result any // plain JSON values
	Error  *Failure
}

// Settle carries out op and says what the response handler sees. The error is for what is no matter of the resolver's.
//
// When the condition of a put, update or delete fails, AppSync reads the item that is there. A put that would have written
// just that item (attributes in equalsIgnore aside), and a delete of an item that is not there, count as success; anything
// else is an error of type "DynamoDB:ConditionalCheckFailedException", with the item as ctx.result.
// https://docs.aws.amazon.com/appsync/latest/devguide/js-aws-appsync-resolver-reference-dynamodb-condition-expressions.html
//
// A cancelled transaction is an error of type "DynamoDB:TransactionCanceledException", with the reasons as
// ctx.result.cancellationReasons; where a condition failed, the reason holds the item, unless the condition hides it.
// https://docs.aws.amazon.com/appsync/latest/devguide/js-aws-appsync-resolver-reference-dynamodb-transact-write-items.html
func Settle(ctx context.Context, op Operation, store Store) (Seen, error) {
	if op.Name == "" {
		return Seen{Result: op.Payload}, nil
	}
	reply, err := store.Do(ctx, op)
	if err == nil {
		return Seen{Result: op.result(reply)}, nil
	}
	var fault *Fault
	if !errors.As(err, &fault) {
		return Seen{}, err
	}
	switch {
	case fault.Code == codeConditionFailed && op.Condition != nil:
		return op.settleCondition(ctx, fault, store)
	case fault.Code == codeTransactionCanceled:
		return op.settleTransaction(fault), nil
	}
	return fault.seen(nil), nil
}

// seen is the fault as a handler sees it.
func (f *Fault) seen(result any) Seen {
	return Seen{Result: result, Error: &Failure{Message: f.Error(), Type: "DynamoDB:" + f.Code}}
}

// settleCondition decides what a failed condition means.
func (op Operation) settleCondition(ctx context.Context, fault *Fault, store Store) (Seen, error) {
	current, err := store.Item(ctx, op.Key, !op.Condition.EventualRead)
	if err != nil {
		var fault *Fault
		if errors.As(err, &fault) {
			return fault.seen(nil), nil
		}
		return Seen{}, err
	}
	if op.achieved(current) {
		return Seen{Result: current.Plain()}, nil
	}
	return fault.seen(current.Plain()), nil
}

// achieved tells whether current, the item that is there (nil for none), is what op wanted.
func (op Operation) achieved(current Item) bool {
	switch op.Name {
	case "DeleteItem":
		return current == nil
	case "PutItem":
		return current != nil && without(op.wanted(), op.Condition.EqualsIgnore).Equal(without(current, op.Condition.EqualsIgnore))
	}
	// An update does not say what the item should be.
	return false
}

// wanted is the item that a put writes.
func (op Operation) wanted() Item {
	item := make(Item, len(op.Attributes)+len(op.Key))
	for name, value := range op.Attributes {
		item[name] = value
	}
	for name, value := range op.Key {
		item[name] = value
	}
	return item
}

// without is item less the attributes named.
func without(item Item, names []string) Item {
	rest := make(Item, len(item))
	for name, value := range item {
		if !slices.Contains(names, name) {
			rest[name] = value
		}
	}
	return rest
}

// settleTransaction words the reasons as AppSync documents them.
func (op Operation) settleTransaction(fault *Fault) Seen {
	reasons := make([]any, len(fault.Reasons))
	for i, reason := range fault.Reasons {
		entry := map[string]any{"type": reason.Code, "message": reason.Message}
		switch reason.Code {
		case "", "None":
			entry["type"], entry["message"] = "None", "None"
		case "ConditionalCheckFailed":
			entry["type"], entry["message"] = "ConditionCheckFailed", "The condition check failed."
			if reason.Item != nil && !op.hides(i) {
				entry["item"] = reason.Item.Plain()
			}
		}
		reasons[i] = entry
	}
	result := map[string]any{"cancellationReasons": reasons}
	if op.Name == "TransactGetItems" {
		result["items"] = nil
	} else {
		result["keys"] = nil
	}
	return fault.seen(result)
}

// hides tells whether the condition of item i keeps the item that is there to itself.
func (op Operation) hides(i int) bool {
	return i < len(op.Items) && op.Items[i].Condition != nil && op.Items[i].Condition.HideItem
}

// result is ctx.result of an operation that succeeded.
func (op Operation) result(reply Reply) any {
	switch op.Name {
	case "Query", "Scan":
		result := map[string]any{"items": plainItems(reply.Items), "nextToken": nil, "scannedCount": reply.ScannedCount}
		if reply.NextToken != "" {
			result["nextToken"] = reply.NextToken
		}
		return result
	case "TransactWriteItems":
		keys := make([]any, len(op.Items))
		for i, item := range op.Items {
			keys[i] = item.Key.Plain()
		}
		return map[string]any{"keys": keys, "cancellationReasons": nil}
	case "TransactGetItems":
		return map[string]any{"items": plainItems(reply.Items), "cancellationReasons": nil}
	case "BatchPutItem":
		return op.batchResult(reply, "unprocessedItems")
	case "BatchGetItem", "BatchDeleteItem":
		return op.batchResult(reply, "unprocessedKeys")
	}
	return reply.Item.Plain()
}

// batchResult has every table of the request, whatever became of it.
func (op Operation) batchResult(reply Reply, unprocessed string) any {
	data, rest := map[string]any{}, map[string]any{}
	for table := range op.Tables {
		data[table] = plainItems(reply.Tables[table])
		rest[table] = plainItems(reply.Unprocessed[table])
	}
	return map[string]any{"data": data, unprocessed: rest}
}

// plainItems are the items as plain values; never nil.
func plainItems(items []Item) []any {
	list := make([]any, len(items))
	for i, item := range items {
		list[i] = item.Plain()
	}
	return list
}
