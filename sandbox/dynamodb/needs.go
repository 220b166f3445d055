package dynamodb

import (
	"maps"
	"slices"

	"lightbox.example/lightbox/sandbox/aws"
)

// What IAM must allow for a request is told from what was read of it: the operation's action on its table or index, or an
// action for each table that a batch or a transaction touches. Where no table is named, it is the action on "*".
//
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html

// everywhere is the need of an operation that is about no table.
func everywhere[In any](*Service, *In) []aws.Request { return nil }

// on is the need of an operation on the table that a text of a request stands for; none without one.
func (e *Service) on(table string) []aws.Request {
	if table == "" {
		return nil
	}
	return []aws.Request{{Resource: e.resourceOf(table)}}
}

// onIndex is on for an operation that may name an index.
func (e *Service) onIndex(table string, index *string) []aws.Request {
	if index == nil || *index == "" {
		return e.on(table)
	}
	return []aws.Request{{Resource: e.resourceOf(table) + "/index/" + *index}}
}

// onEach are the needs of a batch.
func onEach[V any](e *Service, items map[string]V) (needs []aws.Request) {
	for _, table := range slices.Sorted(maps.Keys(items)) {
		needs = append(needs, aws.Request{Resource: e.resourceOf(table)})
	}
	return needs
}

// A transaction has no action of its own, but one for each thing that it does to an item.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
func (e *Service) writes(in *TransactWriteItemsInput) (needs []aws.Request) {
	need := func(action, table string) {
		needs = append(needs, aws.Request{Action: "dynamodb:" + action, Resource: e.resourceOf(table)})
	}
	for _, x := range in.TransactItems {
		if x.ConditionCheck != nil {
			need("ConditionCheckItem", x.ConditionCheck.TableName)
		}
		if x.Delete != nil {
			need("DeleteItem", x.Delete.TableName)
		}
		if x.Put != nil {
			need("PutItem", x.Put.TableName)
		}
		if x.Update != nil {
			need("UpdateItem", x.Update.TableName)
		}
	}
	return needs
}

func (e *Service) reads(in *TransactGetItemsInput) (needs []aws.Request) {
	for _, x := range in.TransactItems {
		if x.Get != nil {
			needs = append(needs, aws.Request{Action: "dynamodb:GetItem", Resource: e.resourceOf(x.Get.TableName)})
		}
	}
	return needs
}
