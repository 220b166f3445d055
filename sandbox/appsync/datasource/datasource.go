// Package datasource carries out what resolvers ask of a DynamoDB data source, or of a Lambda function, with its role.
//
// # What is not imitated
//
// Sync and the other operations of versioned data sources, and BatchInvoke, which are refused by name.
package datasource

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"lightbox.example/lightbox/sandbox/appsyncjs"
	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/dynamodb"
	"lightbox.example/lightbox/sandbox/paging"
)

// Table is a data source over a table: an appsyncjs.Store. Batches and transactions name their tables themselves, which the
// role has to allow one by one. An operation that it does not know is refused by name.
//
// https://docs.aws.amazon.com/appsync/latest/devguide/js-resolver-reference-dynamodb.html
type Table struct {
	DynamoDB *dynamodb.Service
	Name     string
	API      string         // its id, which pages are of
	Pages    *paging.Sealer // makes the tokens of pages
	// Allow is asked before each request to DynamoDB, the GetItem after a failed condition included,
	// with the actions that it needs; its error is the request's. Nil allows everything.
	Allow func(ctx context.Context, needs []aws.Request) error
}

// body is the request of an operation of DynamoDB.
type body map[string]any

// Do implements appsyncjs.Store.
func (t Table) Do(ctx context.Context, op appsyncjs.Operation) (appsyncjs.Reply, error) {
	switch op.Name {
	case "GetItem":
		request := body{"TableName": t.Name, "Key": op.Key, "ConsistentRead": op.ConsistentRead}
		return t.one(ctx, op.Name, "Item", request, expressions{"ProjectionExpression": op.Projection})
	case "PutItem", "UpdateItem", "DeleteItem":
		request, given := write(op)
		request["TableName"] = t.Name
		request["ReturnValues"] = map[string]string{"PutItem": "NONE", "UpdateItem": "ALL_NEW", "DeleteItem": "ALL_OLD"}[op.Name]
		reply, err := t.one(ctx, op.Name, "Attributes", request, given)
		if op.Name == "PutItem" && err == nil {
			reply.Item = whole(op)
		}
		return reply, err
	case "Query", "Scan":
		return t.page(ctx, op)
	case "BatchGetItem":
		return t.batchGet(ctx, op)
	case "BatchPutItem", "BatchDeleteItem":
		return t.batchWrite(ctx, op)
	case "TransactGetItems":
		return t.transactGet(ctx, op)
	case "TransactWriteItems":
		return t.transact(ctx, op)
	default:
		return appsyncjs.Reply{}, fmt.Errorf("the operation %s of a DynamoDB data source is not supported by the sandbox", op.Name)
	}
}

// Item implements appsyncjs.Store.
func (t Table) Item(ctx context.Context, key appsyncjs.Item, consistent bool) (appsyncjs.Item, error) {
	reply, err := t.one(ctx, "GetItem", "Item", body{"TableName": t.Name, "Key": key, "ConsistentRead": consistent}, nil)
	return reply.Item, err
}

// one runs an operation that answers one item, in the member of that name.
func (t Table) one(ctx context.Context, operation, member string, request body, given expressions) (appsyncjs.Reply, error) {
	if err := given.into(request); err != nil {
		return appsyncjs.Reply{}, err
	}
	var response map[string]json.RawMessage
	if err := t.call(ctx, operation, request, &response); err != nil {
		return appsyncjs.Reply{}, err
	}
	var reply appsyncjs.Reply
	if text := response[member]; text != nil {
		return reply, json.Unmarshal(text, &reply.Item)
	}
	return reply, nil
}

func (t Table) transact(ctx context.Context, op appsyncjs.Operation) (appsyncjs.Reply, error) {
	var actions []body
	for _, item := range op.Items {
		request, given := write(item)
		if err := given.into(request); err != nil {
			return appsyncjs.Reply{}, err
		}
		request["TableName"] = item.Table
		if item.Condition != nil && !item.Condition.HideItem {
			request["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
		}
		name, known := map[string]string{"PutItem": "Put", "UpdateItem": "Update", "DeleteItem": "Delete", "ConditionCheck": "ConditionCheck"}[item.Name]
		if !known {
			return appsyncjs.Reply{}, fmt.Errorf("the action %s of a transaction is not supported by the sandbox", item.Name)
		}
		actions = append(actions, body{name: request})
	}
	return appsyncjs.Reply{}, t.call(ctx, "TransactWriteItems", body{"TransactItems": actions}, new(json.RawMessage))
}

// write is the request of a write, without the name of its table.
func write(op appsyncjs.Operation) (body, expressions) {
	given := expressions{"UpdateExpression": op.Update}
	if op.Condition != nil {
		given["ConditionExpression"] = &op.Condition.Expression
	}
	if op.Name == "PutItem" {
		return body{"Item": whole(op)}, given
	}
	return body{"Key": op.Key}, given
}

// whole is the item that a put writes.
func whole(op appsyncjs.Operation) appsyncjs.Item {
	item := appsyncjs.Item{}
	for name, value := range op.Attributes {
		item[name] = value
	}
	for name, value := range op.Key {
		item[name] = value
	}
	return item
}

// expressions are those of a request, by parameter.
type expressions map[string]*appsyncjs.Expression

// into puts the expressions into a request, with the placeholders of all of them. One that
// stands for two things is an error that names it.
func (e expressions) into(request body) error {
	names, values := map[string]string{}, appsyncjs.Item{}
	for parameter, expression := range e {
		if expression == nil {
			continue
		}
		request[parameter] = expression.Text
		for placeholder, name := range expression.Names {
			if other, taken := names[placeholder]; taken && other != name {
				return fmt.Errorf("the placeholder %s stands for %s and for %s, want one meaning in a request", placeholder, other, name)
			}
			names[placeholder] = name
		}
		for placeholder, value := range expression.Values {
			if other, taken := values[placeholder]; taken && !other.Equal(value) {
				return fmt.Errorf("the placeholder %s stands for two values, want one in a request", placeholder)
			}
			values[placeholder] = value
		}
	}
	if len(names) > 0 {
		request["ExpressionAttributeNames"] = names
	}
	if len(values) > 0 {
		request["ExpressionAttributeValues"] = values
	}
	return nil
}

// call runs an operation of DynamoDB and reads its answer.
func (t Table) call(ctx context.Context, operation string, request body, response any) error {
	text, err := json.Marshal(request)
	if err != nil {
		return err
	}
	answer, err := t.DynamoDB.HandleFor(operation, text, func(needs []aws.Request) error {
		if t.Allow == nil {
			return nil
		}
		return t.Allow(ctx, needs)
	})
	var fault *dynamodb.Error
	switch {
	case err == nil:
		return json.Unmarshal(answer, response)
	case !errors.As(err, &fault):
		return err
	}
	result := &appsyncjs.Fault{Code: fault.Type, Message: fault.Message}
	for _, reason := range fault.Reasons {
		var item appsyncjs.Item
		if reason.Item != nil {
			text, err := json.Marshal(reason.Item)
			if err != nil {
				return err
			}
			if err := json.Unmarshal(text, &item); err != nil {
				return err
			}
		}
		result.Reasons = append(result.Reasons, appsyncjs.Reason{Code: reason.Code, Message: reason.Message, Item: item})
	}
	return result
}
