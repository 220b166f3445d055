package dynamodb

import (
	"encoding/json"
	"slices"
	"strings"

	"lightbox/sandbox/aws"
)

// actionsOfTransactions are the IAM actions for what a transaction does to an item; a transaction has none of its own.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
var actionsOfTransactions = map[string]string{
	"ConditionCheck": "dynamodb:ConditionCheckItem",
	"Delete":         "dynamodb:DeleteItem",
	"Get":            "dynamodb:GetItem",
	"Put":            "dynamodb:PutItem",
	"Update":         "dynamodb:UpdateItem",
}

// Needs returns what IAM must allow a caller for the operation with that request: its action on its table or index, or an
// action for each table that a batch or a transaction touches, each once. What is wrong with the request is for the
// operation to say: where no table can be read, the action is needed on all of them, "*".
//
// Members of the request are read as Handle reads them, by their exact names, the last of two counting: else one could be
// authorized for a table and reach another.
//
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
func (e *Engine) Needs(operation string, body []byte) []aws.Request {
	var needs []aws.Request
	need := func(action, resource string) {
		r := aws.Request{Action: action, Resource: resource, Account: e.account}
		if !slices.ContainsFunc(needs, func(n aws.Request) bool { return n.Action == action && n.Resource == resource }) {
			needs = append(needs, r)
		}
	}
	request := members(body)
	switch {
	case strings.HasPrefix(operation, "Transact"):
		var items []map[string]json.RawMessage
		_ = json.Unmarshal(request["TransactItems"], &items) // none, then
		for _, item := range items {
			for name, target := range item {
				if action, ok := actionsOfTransactions[name]; ok {
					need(action, e.resourceOf(text(members(target)["TableName"])))
				}
			}
		}
	case strings.HasPrefix(operation, "Batch"):
		for table := range members(request["RequestItems"]) {
			need("dynamodb:"+operation, e.resourceOf(table))
		}
	case text(request["IndexName"]) != "":
		need("dynamodb:"+operation, e.resourceOf(text(request["TableName"]))+"/index/"+text(request["IndexName"]))
	case text(request["TableName"]) != "":
		need("dynamodb:"+operation, e.resourceOf(text(request["TableName"])))
	case text(request["ResourceArn"]) != "":
		need("dynamodb:"+operation, text(request["ResourceArn"]))
	}
	if needs == nil {
		need("dynamodb:"+operation, "*")
	}
	return needs
}

// members are those of an object, none of anything else.
func members(object json.RawMessage) map[string]json.RawMessage {
	var m map[string]json.RawMessage
	if json.Unmarshal(object, &m) != nil {
		return nil
	}
	return m
}

// text is a text of JSON, "" of anything else.
func text(value json.RawMessage) string {
	var s string
	if json.Unmarshal(value, &s) != nil {
		return ""
	}
	return s
}
