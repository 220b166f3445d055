package dynamodb

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/pipeline"
)

// Operations are the operations by name, as in the header X-Amz-Target: DynamoDB_20120810.NAME.
var Operations = pipeline.Table[*Engine]{
	"BatchGetItem": onItems("BatchGetItem", (*Engine).batchGetItem,
		func(e *Engine, in *BatchGetItemInput) []aws.Request { return onEach(e, in.RequestItems) }),
	"BatchWriteItem": onItems("BatchWriteItem", (*Engine).batchWriteItem,
		func(e *Engine, in *BatchWriteItemInput) []aws.Request { return onEach(e, in.RequestItems) }),
	"CreateTable": onTables("CreateTable", (*Engine).createTable,
		func(e *Engine, in *CreateTableInput) []aws.Request { return e.on(in.TableName) }),
	"DeleteItem": onItems("DeleteItem", (*Engine).deleteItem,
		func(e *Engine, in *DeleteItemInput) []aws.Request { return e.on(in.TableName) }),
	"DeleteTable": onTables("DeleteTable", (*Engine).deleteTable,
		func(e *Engine, in *DeleteTableInput) []aws.Request { return e.on(in.TableName) }),
	"DescribeContinuousBackups": onItems("DescribeContinuousBackups", (*Engine).describeContinuousBackups,
		func(e *Engine, in *DescribeContinuousBackupsInput) []aws.Request { return e.on(in.TableName) }),
	"DescribeTable": onItems("DescribeTable", (*Engine).describeTable,
		func(e *Engine, in *DescribeTableInput) []aws.Request { return e.on(in.TableName) }),
	"DescribeTimeToLive": onItems("DescribeTimeToLive", (*Engine).describeTimeToLive,
		func(e *Engine, in *DescribeTimeToLiveInput) []aws.Request { return e.on(in.TableName) }),
	"GetItem": onItems("GetItem", (*Engine).getItem,
		func(e *Engine, in *GetItemInput) []aws.Request { return e.on(in.TableName) }),
	"ListTables": onItems("ListTables", (*Engine).listTables, everywhere[ListTablesInput]),
	"ListTagsOfResource": onItems("ListTagsOfResource", (*Engine).listTagsOfResource,
		func(e *Engine, in *ListTagsOfResourceInput) []aws.Request { return e.on(in.ResourceArn) }),
	"PutItem": onItems("PutItem", (*Engine).putItem,
		func(e *Engine, in *PutItemInput) []aws.Request { return e.on(in.TableName) }),
	"Query": onItems("Query", (*Engine).query,
		func(e *Engine, in *QueryInput) []aws.Request { return e.onIndex(in.TableName, in.IndexName) }),
	"Scan": onItems("Scan", (*Engine).scan,
		func(e *Engine, in *ScanInput) []aws.Request { return e.onIndex(in.TableName, in.IndexName) }),
	"TransactGetItems":   onItems("TransactGetItems", (*Engine).transactGetItems, (*Engine).reads),
	"TransactWriteItems": onItems("TransactWriteItems", (*Engine).transactWriteItems, (*Engine).writes),
	"UpdateItem": onItems("UpdateItem", (*Engine).updateItem,
		func(e *Engine, in *UpdateItemInput) []aws.Request { return e.on(in.TableName) }),
	"UpdateTimeToLive": onTables("UpdateTimeToLive", (*Engine).updateTimeToLive,
		func(e *Engine, in *UpdateTimeToLiveInput) []aws.Request { return e.on(in.TableName) }),
}

// API is how an Engine is reached over the wire. A request is a little longer at most than the largest that DynamoDB takes, a
// batch of 16 MB.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html
var API = pipeline.API[*Engine]{
	Name: "dynamodb", Operations: Operations, BodyLimit: 17 << 20, Input: words, Parse: parse, Unknown: unknownOperation,
	Protocol: aws.JSONProtocol{
		Version: "1.0", Target: "DynamoDB_20120810", TypeName: "com.amazon.coral.service", Internal: "InternalServerError",
	},
	Place: func(e *Engine) pipeline.Place {
		return pipeline.Place{Region: e.region, Account: e.account, Keys: e.keys, Now: e.now}
	},
}

// ServeHTTP implements http.Handler: IAM decides on dynamodb:OPERATION for the tables of a request, before it is carried out.
func (e *Engine) ServeHTTP(w http.ResponseWriter, r *http.Request) { API.Serve(e, w, r) }

func unknownOperation(name string) error {
	return &Error{Type: "UnknownOperationException", Message: name + " is not supported by the sandbox"}
}

// Handle answers the operation of that name, whoever asks: a body of JSON with a body of JSON, or with an error, whose JSON is
// the body then.
func (e *Engine) Handle(operation string, body []byte) ([]byte, *Error) {
	response, err := e.HandleFor(operation, body, func([]aws.Request) error { return nil })
	if err != nil {
		return nil, answer(err)
	}
	return response, nil
}

// HandleFor is Handle for somebody of whom allow says whether they may do what the request needs. Its error is that of allow,
// or an *Error.
func (e *Engine) HandleFor(operation string, body []byte, allow func(needs []aws.Request) error) ([]byte, error) {
	request, err := API.Read(e, operation, body)
	if err != nil {
		return nil, err
	}
	if err := allow(request.Needs()); err != nil {
		return nil, err
	}
	out, err := request.Run(context.Background())
	if err != nil {
		return nil, answer(err)
	}
	return json.Marshal(out)
}

// onItems is an operation that leaves tables as they are.
func onItems[In, Out any](name string, run func(*Engine, *In) (*Out, error), needs func(*Engine, *In) []aws.Request) pipeline.Operation[*Engine] {
	return operation(name, func(e *Engine, in *In) (*Out, error) {
		e.mu.RLock()
		defer e.mu.RUnlock()
		return run(e, in)
	}, needs)
}

// onTables is an operation that changes tables.
func onTables[In, Out any](name string, run func(*Engine, *In) (*Out, error), needs func(*Engine, *In) []aws.Request) pipeline.Operation[*Engine] {
	return operation(name, func(e *Engine, in *In) (*Out, error) {
		e.mu.Lock()
		defer e.mu.Unlock()
		return run(e, in)
	}, needs)
}

func operation[In, Out any](name string, run func(*Engine, *In) (*Out, error), needs func(*Engine, *In) []aws.Request) pipeline.Operation[*Engine] {
	return pipeline.SignedEach(func(e *Engine, in In) []aws.Request { return needs(e, &in) }, func(e *Engine, _ context.Context, in In) (any, error) {
		arns := arnReader{Engine: e, operation: name}
		if err := arns.read(reflect.ValueOf(&in)); err != nil {
			return nil, answer(err)
		}
		out, err := run(e, &in)
		if err != nil {
			return nil, answer(err)
		}
		arns.write(reflect.ValueOf(out))
		return out, nil
	})
}

// call runs an operation on items for a caller in Go.
func call[In, Out any](e *Engine, in *In, run func(*Engine, *In) (*Out, error)) (*Out, error) {
	if err := words.Check(in); err != nil {
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
