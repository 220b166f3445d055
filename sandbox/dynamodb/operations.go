package dynamodb

import (
	"encoding/json"
	"reflect"
)

// A Handler answers an operation: a body of JSON with a body of JSON, or with an error, whose JSON is the body then.
type Handler func(e *Engine, body []byte) ([]byte, *Error)

// Operations are the operations by name, as in the header X-Amz-Target: DynamoDB_20120810.NAME.
var Operations = map[string]Handler{
	"BatchGetItem":              onItems("BatchGetItem", (*Engine).batchGetItem),
	"BatchWriteItem":            onItems("BatchWriteItem", (*Engine).batchWriteItem),
	"CreateTable":               onTables("CreateTable", (*Engine).createTable),
	"DeleteItem":                onItems("DeleteItem", (*Engine).deleteItem),
	"DeleteTable":               onTables("DeleteTable", (*Engine).deleteTable),
	"DescribeContinuousBackups": onItems("DescribeContinuousBackups", (*Engine).describeContinuousBackups),
	"DescribeTable":             onItems("DescribeTable", (*Engine).describeTable),
	"DescribeTimeToLive":        onItems("DescribeTimeToLive", (*Engine).describeTimeToLive),
	"GetItem":                   onItems("GetItem", (*Engine).getItem),
	"ListTables":                onItems("ListTables", (*Engine).listTables),
	"ListTagsOfResource":        onItems("ListTagsOfResource", (*Engine).listTagsOfResource),
	"PutItem":                   onItems("PutItem", (*Engine).putItem),
	"Query":                     onItems("Query", (*Engine).query),
	"Scan":                      onItems("Scan", (*Engine).scan),
	"TransactGetItems":          onItems("TransactGetItems", (*Engine).transactGetItems),
	"TransactWriteItems":        onItems("TransactWriteItems", (*Engine).transactWriteItems),
	"UpdateItem":                onItems("UpdateItem", (*Engine).updateItem),
	"UpdateTimeToLive":          onTables("UpdateTimeToLive", (*Engine).updateTimeToLive),
}

// Handle answers the operation of that name.
func (e *Engine) Handle(operation string, body []byte) ([]byte, *Error) {
	handler, ok := Operations[operation]
	if !ok {
		return nil, &Error{Type: "UnknownOperationException", Message: operation + " is not supported by the sandbox"}
	}
	return handler(e, body)
}

// onItems is the handler of an operation that leaves tables as they are.
func onItems[In, Out any](operation string, run func(*Engine, *In) (*Out, error)) Handler {
	return handler(operation, func(e *Engine, in *In) (*Out, error) {
		e.mu.RLock()
		defer e.mu.RUnlock()
		return run(e, in)
	})
}

// onTables is the handler of an operation that changes tables.
func onTables[In, Out any](operation string, run func(*Engine, *In) (*Out, error)) Handler {
	return handler(operation, func(e *Engine, in *In) (*Out, error) {
		e.mu.Lock()
		defer e.mu.Unlock()
		return run(e, in)
	})
}

func handler[In, Out any](operation string, run func(*Engine, *In) (*Out, error)) Handler {
	return func(e *Engine, body []byte) ([]byte, *Error) {
		var in In
		request, err := decodeRequest(operation, body, &in)
		if err != nil {
			return nil, answer(err)
		}
		arns := arnReader{Engine: e, operation: operation}
		if err := arns.read(reflect.ValueOf(&in)); err != nil {
			return nil, answer(err)
		}
		if err := check(&in, request.empty); err != nil {
			return nil, answer(err)
		}
		out, err := run(e, &in)
		if err != nil {
			return nil, answer(err)
		}
		arns.write(reflect.ValueOf(out))
		response, err := json.Marshal(out)
		if err != nil {
			return nil, answer(err)
		}
		return response, nil
	}
}

// call runs an operation on items for a caller in Go.
func call[In, Out any](e *Engine, in *In, run func(*Engine, *In) (*Out, error)) (*Out, error) {
	if err := check(in, nil); err != nil {
		return nil, err
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	out, err := run(e, in)
	if err != nil {
		return nil, answer(err)
	}
	return out, nil
}
