package datasource

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/appsyncjs"
)

// batchGet reads items of several tables. What the resolver sees of a table is in the order of its keys, with nil for an item
// that is not there.
//
// https://docs.aws.amazon.com/appsync/latest/devguide/js-aws-appsync-resolver-reference-dynamodb-batch-get-item.html
func (t Table) batchGet(ctx context.Context, op appsyncjs.Operation) (appsyncjs.Reply, error) {
	tables, added := map[string]body{}, map[string][]string{}
	for name, work := range op.Tables {
		projection, keys := withKeys(work.Projection, work.Keys)
		tables[name], added[name] = body{"Keys": work.Keys, "ConsistentRead": work.ConsistentRead}, keys
		if err := (expressions{"ProjectionExpression": projection}).into(tables[name]); err != nil {
			return appsyncjs.Reply{}, err
		}
	}
	var got struct {
		Responses       map[string][]appsyncjs.Item
		UnprocessedKeys map[string]struct{ Keys []appsyncjs.Item }
	}
	if err := t.call(ctx, "BatchGetItem", body{"RequestItems": tables}, &got); err != nil {
		return appsyncjs.Reply{}, err
	}
	reply := appsyncjs.Reply{Tables: map[string][]appsyncjs.Item{}, Unprocessed: map[string][]appsyncjs.Item{}}
	for name, work := range op.Tables {
		for _, key := range work.Keys {
			found := slices.IndexFunc(got.Responses[name], func(item appsyncjs.Item) bool { return has(item, key) })
			if found < 0 {
				reply.Tables[name] = append(reply.Tables[name], nil)
				continue
			}
			reply.Tables[name] = append(reply.Tables[name], less(got.Responses[name][found], added[name]))
		}
		reply.Unprocessed[name] = got.UnprocessedKeys[name].Keys
	}
	return reply, nil
}

// top is the attribute that a path of a projection begins with.
var top = regexp.MustCompile(`^[^.\[\s]+`)

// withKeys is a projection that has the keys' attributes too, by which items are told apart, and those that it did not have.
func withKeys(p *appsyncjs.Expression, keys []appsyncjs.Item) (all *appsyncjs.Expression, added []string) {
	if p == nil || len(keys) == 0 {
		return p, nil
	}
	var asked []string
	for path := range strings.SplitSeq(p.Text, ",") {
		name := top.FindString(strings.TrimSpace(path))
		if real, ok := p.Names[name]; ok {
			name = real
		}
		asked = append(asked, name)
	}
	all = &appsyncjs.Expression{Text: p.Text, Names: map[string]string{}}
	for placeholder, name := range p.Names {
		all.Names[placeholder] = name
	}
	for name := range keys[0] {
		if slices.Contains(asked, name) {
			continue
		}
		placeholder := fmt.Sprintf("#key%d", len(added))
		for all.Names[placeholder] != "" {
			placeholder += "_"
		}
		all.Text, all.Names[placeholder] = all.Text+", "+placeholder, name
		added = append(added, name)
	}
	return all, added
}

// has tells whether an item has the key.
func has(item, key appsyncjs.Item) bool {
	for name, value := range key {
		if !item[name].Equal(value) {
			return false
		}
	}
	return true
}

// less takes attributes out of an item.
func less(item appsyncjs.Item, names []string) appsyncjs.Item {
	for _, name := range names {
		delete(item, name)
	}
	return item
}

// batchWrite puts items into several tables, or deletes them: what DynamoDB's BatchWriteItem does. The resolver sees the items,
// or the keys, in the order of the request, with nil for what was not processed.
//
// https://docs.aws.amazon.com/appsync/latest/devguide/js-aws-appsync-resolver-reference-dynamodb-batch-put-item.html,
// https://docs.aws.amazon.com/appsync/latest/devguide/js-aws-appsync-resolver-reference-dynamodb-batch-delete-item.html
func (t Table) batchWrite(ctx context.Context, op appsyncjs.Operation) (appsyncjs.Reply, error) {
	kind, member := "PutRequest", "Item"
	if op.Name == "BatchDeleteItem" {
		kind, member = "DeleteRequest", "Key"
	}
	of := func(work appsyncjs.TableWork) []appsyncjs.Item { return append(slices.Clone(work.Items), work.Keys...) } // one of the two
	tables := map[string][]body{}
	for name, work := range op.Tables {
		for _, item := range of(work) {
			tables[name] = append(tables[name], body{kind: body{member: item}})
		}
	}
	var got struct {
		UnprocessedItems map[string][]map[string]map[string]appsyncjs.Item
	}
	if err := t.call(ctx, "BatchWriteItem", body{"RequestItems": tables}, &got); err != nil {
		return appsyncjs.Reply{}, err
	}
	reply := appsyncjs.Reply{Tables: map[string][]appsyncjs.Item{}, Unprocessed: map[string][]appsyncjs.Item{}}
	for name, work := range op.Tables {
		for _, left := range got.UnprocessedItems[name] {
			reply.Unprocessed[name] = append(reply.Unprocessed[name], left[kind][member])
		}
		for _, item := range of(work) {
			if slices.ContainsFunc(reply.Unprocessed[name], item.Equal) {
				item = nil
			}
			reply.Tables[name] = append(reply.Tables[name], item)
		}
	}
	return reply, nil
}

// transactGet reads items as they are at one moment, in the order of the request, with nil for what is not there.
//
// https://docs.aws.amazon.com/appsync/latest/devguide/js-aws-appsync-resolver-reference-dynamodb-transact-get-items.html
func (t Table) transactGet(ctx context.Context, op appsyncjs.Operation) (appsyncjs.Reply, error) {
	var actions []body
	for _, one := range op.Items {
		request := body{"TableName": one.Table, "Key": one.Key}
		if err := (expressions{"ProjectionExpression": one.Projection}).into(request); err != nil {
			return appsyncjs.Reply{}, err
		}
		actions = append(actions, body{"Get": request})
	}
	var got struct {
		Responses []struct{ Item appsyncjs.Item }
	}
	if err := t.call(ctx, "TransactGetItems", body{"TransactItems": actions}, &got); err != nil {
		return appsyncjs.Reply{}, err
	}
	var reply appsyncjs.Reply
	for _, response := range got.Responses {
		reply.Items = append(reply.Items, response.Item)
	}
	return reply, nil
}
