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
var Operations = pipeline.Table[*Service]{
	"BatchGetItem": onItems("BatchGetItem", (*Service).batchGetItem,
		func(e *Service, in *BatchGetItemInput) []aws.Request { return onEach(e, in.RequestItems) }),
	"BatchWriteItem": onItems("BatchWriteItem", (*Service).batchWriteItem,
		func(e *Service, in *BatchWriteItemInput) []aws.Request { return onEach(e, in.RequestItems) }),
	"CreateTable": onTables("CreateTable", (*Service).createTable,
		func(e *Service, in *CreateTableInput) []aws.Request { return e.on(in.TableName) }),
	"DeleteItem": onItems("DeleteItem", (*Service).deleteItem,
		func(e *Service, in *DeleteItemInput) []aws.Request { return e.on(in.TableName) }),
	"DeleteTable": onTables("DeleteTable", (*Service).deleteTable,
		func(e *Service, in *DeleteTableInput) []aws.Request { return e.on(in.TableName) }),
	"DescribeContinuousBackups": onItems("DescribeContinuousBackups", (*Service).describeContinuousBackups,
		func(e *Service, in *DescribeContinuousBackupsInput) []aws.Request { return e.on(in.TableName) }),
	"DescribeLimits": onItems("DescribeLimits", (*Service).describeLimits, everywhere[DescribeLimitsInput]),
	"DescribeTable": onItems("DescribeTable", (*Service).describeTable,
		func(e *Service, in *DescribeTableInput) []aws.Request { return e.on(in.TableName) }),
	"DescribeTimeToLive": onItems("DescribeTimeToLive", (*Service).describeTimeToLive,
		func(e *Service, in *DescribeTimeToLiveInput) []aws.Request { return e.on(in.TableName) }),
	"GetItem": onItems("GetItem", (*Service).getItem,
		func(e *Service, in *GetItemInput) []aws.Request { return e.on(in.TableName) }),
	"ListTables": onItems("ListTables", (*Service).listTables, everywhere[ListTablesInput]),
	"ListTagsOfResource": onItems("ListTagsOfResource", (*Service).listTagsOfResource,
		func(e *Service, in *ListTagsOfResourceInput) []aws.Request { return e.on(in.ResourceArn) }),
	"PutItem": onItems("PutItem", (*Service).putItem,
		func(e *Service, in *PutItemInput) []aws.Request { return e.on(in.TableName) }),
	"Query": onItems("Query", (*Service).query,
		func(e *Service, in *QueryInput) []aws.Request { return e.onIndex(in.TableName, in.IndexName) }),
	"Scan": onItems("Scan", (*Service).scan,
		func(e *Service, in *ScanInput) []aws.Request { return e.onIndex(in.TableName, in.IndexName) }),
	"TransactGetItems":   onItems("TransactGetItems", (*Service).transactGetItems, (*Service).reads),
	"TransactWriteItems": onItems("TransactWriteItems", (*Service).transactWriteItems, (*Service).writes),
	"UpdateItem": onItems("UpdateItem", (*Service).updateItem,
		func(e *Service, in *UpdateItemInput) []aws.Request { return e.on(in.TableName) }),
	"UpdateTimeToLive": onTables("UpdateTimeToLive", (*Service).updateTimeToLive,
		func(e *Service, in *UpdateTimeToLiveInput) []aws.Request { return e.on(in.TableName) }),
}

// API is how a Service is reached over the wire. A request is a little longer at most than the largest that DynamoDB takes, a
// batch of 16 MB.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html
var API = pipeline.API[*Service]{
	Name: "dynamodb", Operations: Operations, BodyLimit: 17 << 20, Input: words, Parse: parse, Unknown: unknownOperation,
	Protocol: aws.JSONProtocol{
		Version: "1.0", Target: "DynamoDB_20120810", TypeName: "com.amazon.coral.service", Internal: "InternalServerError", CRC32: true,
	},
	Place: func(e *Service) pipeline.Place {
		return pipeline.Place{Region: e.region, Account: e.account, Keys: e.keys, Now: e.now}
	},
}

// ServeHTTP implements http.Handler: IAM decides on dynamodb:OPERATION for the tables of a request, before it is carried out.
func (e *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) { API.Serve(e, w, r) }

func unknownOperation(name string) error {
	return &Error{Type: "UnknownOperationException", Message: name + " is not supported by the sandbox"}
}

// Handle answers the operation of that name, whoever asks: a body of JSON with a body of JSON, or with an error, whose JSON is
// the body then.
func (e *Service) Handle(operation string, body []byte) ([]byte, *Error) {
	response, err := e.HandleFor(operation, body, func([]aws.Request) error { return nil })
	if err != nil {
		return nil, answer(err)
	}
	return response, nil
}

// HandleFor is Handle for somebody of whom allow says whether they may do what the request needs. Its error is that of allow,
// or an *Error.
func (e *Service) HandleFor(operation string, body []byte, allow func(needs []aws.Request) error) ([]byte, error) {
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
func onItems[In, Out any](name string, run func(*Service, *In) (*Out, error), needs func(*Service, *In) []aws.Request) pipeline.Operation[*Service] {
	return operation(name, func(e *Service, in *In) (*Out, error) {
		e.mu.RLock()
		defer e.mu.RUnlock()
		if err := e.throttle(name, needs(e, in)); err != nil {
			return nil, err
		}
		return run(e, in)
	}, needs)
}

// onTables is an operation that changes tables.
func onTables[In, Out any](name string, run func(*Service, *In) (*Out, error), needs func(*Service, *In) []aws.Request) pipeline.Operation[*Service] {
	return operation(name, func(e *Service, in *In) (*Out, error) {
		e.mu.Lock()
		defer e.mu.Unlock()
		return run(e, in)
	}, needs)
}

func operation[In, Out any](name string, run func(*Service, *In) (*Out, error), needs func(*Service, *In) []aws.Request) pipeline.Operation[*Service] {
	return pipeline.SignedEach(func(e *Service, in In) []aws.Request { return needs(e, &in) }, func(e *Service, _ context.Context, in In) (any, error) {
		arns := arnReader{Service: e, operation: name}
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
func call[In, Out any](e *Service, in *In, run func(*Service, *In) (*Out, error)) (*Out, error) {
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
