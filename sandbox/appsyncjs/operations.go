package appsyncjs

import (
	"fmt"
	"strings"

	"github.com/dop251/goja"
)

// The operations for the attributes of ddb.update, and what they answer: the objects that AppSync's answer.
var operationFunctions = map[string]function{
	"ddb.operations.add":            {"(value)", "Sets the attribute.", markValue("add")},
	"ddb.operations.replace":        {"(value)", "Sets the attribute, as a whole.", markValue("replace")},
	"ddb.operations.remove":         {"()", "Removes the attribute.", markRemove},
	"ddb.operations.increment":      {"(by?)", "Adds to the attribute, one unless told; it must be there.", markNumber("increment")},
	"ddb.operations.decrement":      {"(by?)", "Subtracts from the attribute, one unless told; it must be there.", markNumber("decrement")},
	"ddb.operations.append":         {"(array)", "Adds to the end of the list, which must be there.", markList("append")},
	"ddb.operations.prepend":        {"(array)", "Adds to the front of the list, which must be there.", markList("prepend")},
	"ddb.operations.updateListItem": {"(value, index)", "Sets an element of the list, as a member of an array of these.", markListItem},
}

// An operation is what one of the functions above was told. Scripts see an object like AppSync's; what counts is this,
// which no object of a client's input can pass for.
type operation struct {
	kind  string
	value goja.Value
	index int64
}

// mark answers an object that stands for the operation.
func (c *invocation) mark(op operation, typeName, member string, value goja.Value) *goja.Object {
	object := c.record("type", c.vm.ToValue(typeName))
	if member != "" {
		c.set(object, member, value)
	}
	c.marks[object] = op
	return object
}

func markValue(kind string) func(*invocation, goja.FunctionCall) goja.Value {
	return func(c *invocation, args goja.FunctionCall) goja.Value {
		v := args.Argument(0)
		return c.mark(operation{kind: kind, value: v}, "OPERATION_"+strings.ToUpper(kind), "value", v)
	}
}

func markRemove(c *invocation, _ goja.FunctionCall) goja.Value {
	return c.mark(operation{kind: "remove"}, "OPERATION_REMOVE", "", nil)
}

func markNumber(kind string) func(*invocation, goja.FunctionCall) goja.Value {
	return func(c *invocation, args goja.FunctionCall) goja.Value {
		by := args.Argument(0)
		if goja.IsUndefined(by) {
			by = c.vm.ToValue(1)
		}
		c.want(kindNumber, argument("ddb.operations."+kind, 0), by)
		return c.mark(operation{kind: kind, value: by}, "OPERATION_"+strings.ToUpper(kind), "by", by)
	}
}

func markList(kind string) func(*invocation, goja.FunctionCall) goja.Value {
	return func(c *invocation, args goja.FunctionCall) goja.Value {
		c.want(kindArray, argument("ddb.operations."+kind, 0), args.Argument(0))
		return c.mark(operation{kind: kind, value: args.Argument(0)}, "OPERATION_"+strings.ToUpper(kind), "items", args.Argument(0))
	}
}

func markListItem(c *invocation, args goja.FunctionCall) goja.Value {
	index := c.whole("ddb.operations.updateListItem", args, 1)
	if index < 0 {
		c.refuse("ddb.operations.updateListItem: the index is %d, want 0 or more", index)
	}
	object := c.mark(operation{kind: "updateListItem", value: args.Argument(0), index: index}, "OPERATION_UPDATE_LIST_ITEM", "value", args.Argument(0))
	c.set(object, "index", index)
	return object
}

// An updater writes an update expression.
type updater struct {
	call    *invocation
	helper  string
	sets    []string
	removes []string
	names   *goja.Object
	values  *goja.Object
}

// update is the expression for the helper's member `update`: an object with a value or an operation for each attribute.
func (p payload) update() goja.Value {
	c := p.call
	object := c.object(p.path("update"), p.Get("update"))
	u := updater{call: c, helper: p.path("update"), names: c.vm.NewObject(), values: c.vm.NewObject()}
	for _, name := range object.Keys() {
		u.attribute(name, object.Get(name))
	}
	var clauses []string
	if len(u.sets) > 0 {
		clauses = append(clauses, "SET "+strings.Join(u.sets, ", "))
	}
	if len(u.removes) > 0 {
		clauses = append(clauses, "REMOVE "+strings.Join(u.removes, ", "))
	}
	if len(clauses) == 0 {
		c.refuse("%s is empty", u.helper)
	}
	return c.expressionObject(rendered{text: strings.Join(clauses, " "), names: u.names, values: u.values}, false)
}

// attribute adds what is to be done to one attribute.
func (u *updater) attribute(name string, v goja.Value) {
	placeholder := fmt.Sprintf("#expName_%d", len(u.names.Keys())+1)
	u.call.set(u.names, placeholder, name)
	path := u.helper + "." + name
	if kindOf(v) == kindArray {
		u.array(placeholder, path, v)
		return
	}
	object, ok := v.(*goja.Object)
	if !ok {
		u.set(placeholder, u.value(path, v))
		return
	}
	op, ok := u.call.marks[object]
	if !ok {
		u.call.refuse("%s is an object, of which AWS does not document whether it replaces the attribute: use operations.replace", path)
	}
	switch op.kind {
	case "add", "replace":
		u.set(placeholder, u.value(path, op.value))
	case "remove":
		u.removes = append(u.removes, placeholder)
	case "increment":
		u.set(placeholder, placeholder+" + "+u.value(path, op.value))
	case "decrement":
		u.set(placeholder, placeholder+" - "+u.value(path, op.value))
	case "append":
		u.set(placeholder, "list_append("+placeholder+", "+u.value(path, op.value)+")")
	case "prepend":
		u.set(placeholder, "list_append("+u.value(path, op.value)+", "+placeholder+")")
	default:
		u.call.refuse("%s: operations.%s must be in an array", path, op.kind)
	}
}

// array adds a whole list, or the elements that operations.updateListItem names.
func (u *updater) array(placeholder, path string, v goja.Value) {
	elements := u.call.elements(path, v)
	var items []operation
	for _, element := range elements {
		if object, ok := element.(*goja.Object); ok {
			if op, ok := u.call.marks[object]; ok && op.kind == "updateListItem" {
				items = append(items, op)
			}
		}
	}
	switch len(items) {
	case 0:
		u.set(placeholder, u.value(path, v))
	case len(elements):
		for _, item := range items {
			at := fmt.Sprintf("%s[%d]", placeholder, item.index)
			u.set(at, u.value(path, item.value))
		}
	default:
		u.call.refuse("%s mixes operations.updateListItem with other elements", path)
	}
}

// set adds an assignment.
func (u *updater) set(target, source string) {
	u.sets = append(u.sets, target+" = "+source)
}

// value puts a typed value under the next placeholder and answers the placeholder.
func (u *updater) value(path string, v goja.Value) string {
	placeholder := fmt.Sprintf(":expValue_%d", len(u.values.Keys())+1)
	u.call.set(u.values, placeholder, u.call.typed(path, v))
	return placeholder
}
