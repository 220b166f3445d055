package datasource

import (
	"context"
	"encoding/json"
	"strconv"

	"lightbox.example/lightbox/sandbox/appsyncjs"
	"lightbox.example/lightbox/sandbox/dynamodb/item"
)

// page reads a page of a Query or a Scan. Its token is the key at which it ended, sealed for the API, the operation, the table,
// the index and the segment. Whether the key is within what is read DynamoDB says.
//
// https://docs.aws.amazon.com/appsync/latest/devguide/js-aws-appsync-resolver-reference-dynamodb-scan.html
func (t Table) page(ctx context.Context, op appsyncjs.Operation) (appsyncjs.Reply, error) {
	request := t.reads(op)
	if op.NextToken != "" {
		var key item.Item
		at, ok := t.Pages.Open(op.NextToken, t.pagesOf(op)...)
		if !ok {
			return appsyncjs.Reply{}, &appsyncjs.Fault{Code: "UserIllegalArgumentException", Message: "Invalid pagination token given."}
		}
		if err := json.Unmarshal([]byte(at), &key); err != nil {
			return appsyncjs.Reply{}, err
		}
		request["ExclusiveStartKey"] = key
	}
	given := expressions{"KeyConditionExpression": op.Query, "FilterExpression": op.Filter, "ProjectionExpression": op.Projection}
	if err := given.into(request); err != nil {
		return appsyncjs.Reply{}, err
	}
	var page struct {
		Items            []appsyncjs.Item
		ScannedCount     int
		LastEvaluatedKey json.RawMessage
	}
	if err := t.call(ctx, op.Name, request, &page); err != nil {
		return appsyncjs.Reply{}, err
	}
	reply := appsyncjs.Reply{Items: page.Items, ScannedCount: page.ScannedCount}
	if page.LastEvaluatedKey != nil {
		reply.NextToken = t.Pages.Seal(string(page.LastEvaluatedKey), t.pagesOf(op)...)
	}
	return reply, nil
}

// reads is the request of a Query or a Scan, without its expressions and where it begins.
func (t Table) reads(op appsyncjs.Operation) body {
	request := body{"TableName": t.Name, "ConsistentRead": op.ConsistentRead}
	if op.Name == "Query" {
		request["ScanIndexForward"] = !op.Backward
	}
	if op.Index != "" {
		request["IndexName"] = op.Index
	}
	if op.Limit > 0 {
		request["Limit"] = op.Limit
	}
	if op.Select != "" {
		request["Select"] = op.Select
	}
	if op.TotalSegments > 0 {
		request["TotalSegments"], request["Segment"] = op.TotalSegments, op.Segment
	}
	return request
}

// pagesOf is what the tokens of an operation are of.
func (t Table) pagesOf(op appsyncjs.Operation) []string {
	of := []string{"AppSync " + op.Name, t.API, t.Name, op.Index}
	if op.TotalSegments > 0 {
		of = append(of, strconv.Itoa(op.Segment), strconv.Itoa(op.TotalSegments))
	}
	return of
}
