package appsyncjs

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/dop251/goja"
)

// The module @aws-appsync/utils/dynamodb: functions that build requests from plain values.
// https://docs.aws.amazon.com/appsync/latest/devguide/built-in-modules-js.html
var dynamodbFunctions = map[string]function{
	"ddb.get":           {"({key, consistentRead?, projection?})", "A GetItem request.", getRequest},
	"ddb.put":           {"({key, item, condition?})", "A PutItem request.", putRequest},
	"ddb.update":        {"({key, update, condition?})", "An UpdateItem request.", updateRequest},
	"ddb.remove":        {"({key, condition?})", "A DeleteItem request.", removeRequest},
	"ddb.query":         {"({query, index?, filter?, limit?, nextToken?, scanIndexForward?, consistentRead?, select?, projection?})", "A Query request.", queryRequest},
	"ddb.scan":          {"({index?, filter?, limit?, nextToken?, consistentRead?, select?, projection?, totalSegments?, segment?})", "A Scan request.", scanRequest},
	"ddb.batchGet":      {"({tables: {name: {keys, consistentRead?, projection?}}})", "A BatchGetItem request.", batchGetRequest},
	"ddb.batchPut":      {"({tables: {name: items}})", "A BatchPutItem request.", batchWriteRequest("ddb.batchPut", "BatchPutItem")},
	"ddb.batchDelete":   {"({tables: {name: keys}})", "A BatchDeleteItem request.", batchWriteRequest("ddb.batchDelete", "BatchDeleteItem")},
	"ddb.transactGet":   {"({items: [{table, key, projection?}]})", "A TransactGetItems request.", transactGetRequest},
	"ddb.transactWrite": {"({items: [{putItem | updateItem | deleteItem | conditionCheck}]})", "A TransactWriteItems request.", transactWriteRequest},
}

// A payload is the argument of a helper.
type payload struct {
	*goja.Object
	call *invocation
	name string // of the helper, for messages
	out  *goja.Object
}

// request begins a request of the operation from the helper's argument, which may have the members named.
func (c *invocation) request(helper, operation, members string, args goja.FunctionCall) payload {
	return c.payload(helper, operation, members, args.Argument(0))
}

func (c *invocation) payload(helper, operation, members string, v goja.Value) payload {
	object := c.object(argument(helper, 0), v)
	c.known("the argument of "+helper, object, words(members))
	out := c.vm.NewObject()
	if operation != "" {
		c.set(out, "operation", operation)
	}
	return payload{Object: object, call: c, name: helper, out: out}
}

// path names a member in messages.
func (p payload) path(member string) string { return p.name + "'s " + member }

// copy takes members over as they are, where they are given; kinds says what they must be.
func (p payload) copy(kinds map[string]string, members ...string) {
	for _, member := range members {
		v := p.Get(member)
		if absent(v) {
			continue
		}
		p.call.want(kinds[member], p.path(member), v)
		p.call.set(p.out, member, v)
	}
}

// optionKinds are the kinds of the options that requests share.
var optionKinds = map[string]string{
	"index": kindString, "nextToken": kindString, "select": kindString, "table": kindString,
	"limit": kindNumber, "totalSegments": kindNumber, "segment": kindNumber,
	"scanIndexForward": kindBoolean, "consistentRead": kindBoolean,
}

// typed takes over the object member, with typed values, under the name as. It must be there.
func (p payload) typed(member, as string) {
	object := p.call.object(p.path(member), p.Get(member))
	if member == "key" && len(object.Keys()) == 0 {
		p.call.refuse("%s is empty", p.path(member))
	}
	p.call.set(p.out, as, p.call.typedMembers(p.path(member), object))
}

// expression takes over the filter object member as an expression, if it is there.
func (p payload) expression(member string) {
	v := p.Get(member)
	if absent(v) {
		return
	}
	c := p.call
	r := c.renderer()
	r.out.text = strings.Join(r.group(v, ""), " AND ")
	switch {
	case r.reason != "":
		c.refuse("%s is not supported by this runtime: %s", p.path(member), r.reason)
	case r.hollow != "":
		c.refuse("%s is not supported by this runtime: %s says nothing", p.path(member), r.hollow)
	}
	for _, name := range r.out.names.Keys() {
		if !plainName.MatchString(name[1:]) {
			c.refuse("%s is not supported by this runtime: the attribute %q is not a plain name", p.path(member), name[1:])
		}
	}
	c.set(p.out, member, c.expressionObject(r.out, false))
}

// plainName is a name that a placeholder can carry.
var plainName = regexp.MustCompile(`^[A-Za-z0-9_]+$`)

// projectionPath is an attribute in a projection: names with dots and indexes, as 'nested.object[1]'.
var projectionPath = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*(\[[0-9]+\])*(\.[A-Za-z_][A-Za-z0-9_]*(\[[0-9]+\])*)*$`)

var projectionName = regexp.MustCompile(`[A-Za-z_][A-Za-z0-9_]*`)

// projection takes over the list of attributes as a projection expression, if it is there.
func (p payload) projection() {
	v := p.Get("projection")
	if absent(v) {
		return
	}
	c := p.call
	names := c.vm.NewObject()
	var paths []string
	for _, element := range c.elements(p.path("projection"), v) {
		c.want(kindString, "an element of "+p.path("projection"), element)
		path := element.String()
		if !projectionPath.MatchString(path) {
			c.refuse("%s is not supported by this runtime: %q is not the path of an attribute", p.path("projection"), path)
		}
		paths = append(paths, projectionName.ReplaceAllStringFunc(path, func(name string) string {
			c.set(names, "#"+name, name)
			return "#" + name
		}))
	}
	if len(paths) == 0 {
		c.refuse("%s is empty", p.path("projection"))
	}
	projection := c.record("expression", c.vm.ToValue(strings.Join(paths, ", ")))
	c.set(projection, "expressionNames", names)
	c.set(p.out, "projection", projection)
}

func getRequest(c *invocation, args goja.FunctionCall) goja.Value {
	p := c.request("ddb.get", "GetItem", "key consistentRead projection", args)
	p.typed("key", "key")
	p.copy(optionKinds, "consistentRead")
	p.projection()
	return p.out
}

func putRequest(c *invocation, args goja.FunctionCall) goja.Value {
	p := c.request("ddb.put", "PutItem", "key item condition", args)
	return p.putItem()
}

func (p payload) putItem() goja.Value {
	p.typed("key", "key")
	p.typed("item", "attributeValues")
	p.expression("condition")
	return p.out
}

func updateRequest(c *invocation, args goja.FunctionCall) goja.Value {
	p := c.request("ddb.update", "UpdateItem", "key update condition", args)
	return p.updateItem()
}

func (p payload) updateItem() goja.Value {
	p.typed("key", "key")
	p.call.set(p.out, "update", p.update())
	p.expression("condition")
	return p.out
}

func removeRequest(c *invocation, args goja.FunctionCall) goja.Value {
	p := c.request("ddb.remove", "DeleteItem", "key condition", args)
	return p.deleteItem()
}

func (p payload) deleteItem() goja.Value {
	p.typed("key", "key")
	p.expression("condition")
	return p.out
}

func queryRequest(c *invocation, args goja.FunctionCall) goja.Value {
	p := c.request("ddb.query", "Query", "query index nextToken limit scanIndexForward consistentRead select filter projection", args)
	if absent(p.Get("query")) {
		c.refuse("%s is missing", p.path("query"))
	}
	p.expression("query")
	p.copy(optionKinds, "index", "nextToken", "limit", "scanIndexForward", "consistentRead", "select")
	p.expression("filter")
	p.projection()
	return p.out
}

func scanRequest(c *invocation, args goja.FunctionCall) goja.Value {
	p := c.request("ddb.scan", "Scan", "index limit consistentRead nextToken totalSegments segment select filter projection", args)
	p.copy(optionKinds, "index", "limit", "consistentRead", "nextToken", "totalSegments", "segment", "select")
	p.expression("filter")
	p.projection()
	return p.out
}

// tables calls each for every table of a batch and collects what it makes.
func (p payload) tables(each func(table string, v goja.Value) goja.Value) goja.Value {
	tables := p.call.object(p.path("tables"), p.Get("tables"))
	out := p.call.vm.NewObject()
	for _, table := range tables.Keys() {
		p.call.set(out, table, each(table, tables.Get(table)))
	}
	p.call.set(p.out, "tables", out)
	return p.out
}

func batchGetRequest(c *invocation, args goja.FunctionCall) goja.Value {
	p := c.request("ddb.batchGet", "BatchGetItem", "tables", args)
	return p.tables(func(table string, v goja.Value) goja.Value {
		t := c.payload("ddb.batchGet's "+table, "", "keys consistentRead projection", v)
		c.set(t.out, "keys", c.typedList(t.path("keys"), t.Get("keys")))
		t.copy(optionKinds, "consistentRead")
		t.projection()
		return t.out
	})
}

func batchWriteRequest(name, operation string) func(*invocation, goja.FunctionCall) goja.Value {
	return func(c *invocation, args goja.FunctionCall) goja.Value {
		p := c.request(name, operation, "tables", args)
		return p.tables(func(table string, v goja.Value) goja.Value { return c.typedList(p.path(table), v) })
	}
}

// typedList is an array of objects with typed values.
func (c *invocation) typedList(name string, v goja.Value) goja.Value {
	list := c.elements(name, v)
	for i, element := range list {
		at := fmt.Sprintf("%s[%d]", name, i)
		list[i] = c.typedMembers(at, c.object(at, element))
	}
	return c.list(list)
}

func transactGetRequest(c *invocation, args goja.FunctionCall) goja.Value {
	p := c.request("ddb.transactGet", "TransactGetItems", "items", args)
	items := c.elements(p.path("items"), p.Get("items"))
	for i, v := range items {
		item := c.payload(fmt.Sprintf("ddb.transactGet's items[%d]", i), "", "table key projection", v)
		item.table()
		item.typed("key", "key")
		item.projection()
		items[i] = item.out
	}
	c.set(p.out, "transactItems", c.list(items))
	return p.out
}

// table takes over the name of the table, which must be there.
func (p payload) table() {
	p.call.want(kindString, p.path("table"), p.Get("table"))
	p.call.set(p.out, "table", p.Get("table"))
}

// transactWrites are the kinds of items of ddb.transactWrite.
var transactWrites = map[string]struct {
	operation string
	members   string
	write     func(payload) goja.Value
}{
	"putItem":        {"PutItem", "table key item condition", payload.putItem},
	"updateItem":     {"UpdateItem", "table key update condition", payload.updateItem},
	"deleteItem":     {"DeleteItem", "table key condition", payload.deleteItem},
	"conditionCheck": {"ConditionCheck", "table key condition", payload.conditionCheck},
}

func (p payload) conditionCheck() goja.Value {
	if absent(p.Get("condition")) {
		p.call.refuse("%s is missing", p.path("condition"))
	}
	return p.deleteItem()
}

func transactWriteRequest(c *invocation, args goja.FunctionCall) goja.Value {
	p := c.request("ddb.transactWrite", "TransactWriteItems", "items", args)
	items := c.elements(p.path("items"), p.Get("items"))
	for i, v := range items {
		name := fmt.Sprintf("ddb.transactWrite's items[%d]", i)
		object := c.object(name, v)
		keys := object.Keys()
		if len(keys) != 1 {
			c.refuse("%s has %d members, want one of putItem, updateItem, deleteItem, conditionCheck", name, len(keys))
		}
		kind, ok := transactWrites[keys[0]]
		if !ok {
			c.refuse("%s.%s is not supported by this runtime", name, keys[0])
		}
		item := c.payload(name+"."+keys[0], "", kind.members, object.Get(keys[0]))
		item.table()
		c.set(item.out, "operation", kind.operation)
		items[i] = kind.write(item)
	}
	c.set(p.out, "transactItems", c.list(items))
	return p.out
}
