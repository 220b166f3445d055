package appsyncjs

import (
	"strconv"
	"strings"

	"github.com/dop251/goja"
)

// https://docs.aws.amazon.com/appsync/latest/devguide/transformation-helpers-in-util-transform-js.html
var transformFunctions = map[string]function{
	"util.transform.toDynamoDBFilterExpression":    {"(filter)", "The JSON text of a DynamoDB expression for the filter; null for a filter that has none.", toExpression},
	"util.transform.toDynamoDBConditionExpression": {"(condition)", "The same for a condition.", toExpression},
	"util.transform.toSubscriptionFilter":          {"(filter, ignoredFields?, rules?)", "The argument of extensions.setSubscriptionFilter for the filter; null for what is not a filter.", toSubscriptionFilter},
}

// toExpression answers null for what it cannot express, as AppSync does: the writer of a resolver gets no message.
// The helpers of the DynamoDB module, which share the renderer, refuse it with the reason.
func toExpression(c *invocation, args goja.FunctionCall) goja.Value {
	expression, reason := c.render(args.Argument(0))
	if reason != "" {
		return goja.Null()
	}
	return c.vm.ToValue(string(c.raw(c.expressionObject(expression, true))))
}

// A rendered expression, with its placeholders in the order of their first use.
type rendered struct {
	text   string
	names  *goja.Object
	values *goja.Object
}

// expressionObject is the expression as a member of a request. AppSync's transform has expressionValues even when they are
// empty, which DynamoDB would refuse; the helpers leave them out.
func (c *invocation) expressionObject(e rendered, always bool) *goja.Object {
	object := c.record("expression", c.vm.ToValue(e.text))
	if always || len(e.names.Keys()) > 0 {
		c.set(object, "expressionNames", e.names)
	}
	if always || len(e.values.Keys()) > 0 {
		c.set(object, "expressionValues", e.values)
	}
	return object
}

// comparisons are the operators that put a sign between an attribute and a value.
var comparisons = map[string]string{"eq": "=", "ne": "<>", "le": "<=", "lt": "<", "ge": ">=", "gt": ">"}

// typeCodes are DynamoDB's names for the types that attributeType compares with.
var typeCodes = map[string]string{
	"_null": "NULL", "string": "S", "stringSet": "SS", "number": "N", "numberSet": "NS", "binary": "B", "binarySet": "BS",
	"boolean": "BOOL", "list": "L", "map": "M",
}

// A renderer writes a filter object as an expression. Its texts, the parentheses and the names of placeholders are those
// that AppSync's EvaluateCode returns.
type renderer struct {
	call   *invocation
	out    rendered
	reason string // why the filter has no expression
	hollow string // a part of the filter that says nothing, which leaves a gap in the expression
}

// render is the expression for a filter, or the reason why there is none.
func (c *invocation) render(filter goja.Value) (rendered, string) {
	r := c.renderer()
	r.out.text = strings.Join(r.group(filter, ""), " AND ")
	return r.out, r.reason
}

func (c *invocation) renderer() *renderer {
	return &renderer{call: c, out: rendered{names: c.vm.NewObject(), values: c.vm.NewObject()}}
}

// fail keeps the first reason.
func (r *renderer) fail(reason string) []string {
	if r.reason == "" {
		r.reason = reason
	}
	return nil
}

// group renders the members of a filter object: fields, and, or, not. prefix begins the names of its values.
func (r *renderer) group(v goja.Value, prefix string) []string {
	if kindOf(v) != kindObject {
		return r.fail("a filter is " + kindOf(v) + ", want an object")
	}
	object := v.(*goja.Object)
	var parts []string
	for _, key := range object.Keys() {
		member := object.Get(key)
		switch key {
		case "and", "or":
			if kindOf(member) != kindArray {
				return r.fail(key + " is " + kindOf(member) + ", want an array")
			}
			var terms []string
			for i, element := range r.call.elements(key, member) {
				terms = append(terms, wrap(r.group(element, prefix+key+"_"+strconv.Itoa(i)+"_"), "AND"))
			}
			if len(terms) == 0 {
				r.hollow = prefix + key
			}
			parts = append(parts, wrap(terms, strings.ToUpper(key)))
		case "not":
			parts = append(parts, "(NOT "+wrap(r.group(member, prefix+"not_"), "AND")+")")
		default:
			r.call.set(r.out.names, "#"+key, key)
			parts = append(parts, wrap(r.field("#"+key, member, prefix+key), "AND"))
		}
	}
	if len(parts) == 0 {
		r.hollow = prefix + "{}"
	}
	return parts
}

// wrap joins terms, with parentheses where there are several.
func wrap(terms []string, operator string) string {
	if len(terms) < 2 {
		return strings.Join(terms, "")
	}
	return "(" + strings.Join(terms, " "+operator+" ") + ")"
}

// field renders the operators of one field. path is the placeholder, or size() of it; name begins the names of its values.
func (r *renderer) field(path string, v goja.Value, name string) []string {
	if kindOf(v) != kindObject {
		return r.fail(name + " is " + kindOf(v) + ", want an object of operators")
	}
	object := v.(*goja.Object)
	var terms []string
	for _, operator := range object.Keys() {
		operand := object.Get(operator)
		if operator == "size" {
			size := path
			if !strings.HasPrefix(path, "size(") {
				size = "size(" + path + ")"
			}
			terms = append(terms, r.field(size, operand, name+"_size")...)
			continue
		}
		terms = append(terms, r.operator(path, operator, operand, name+"_"+operator)...)
	}
	if len(terms) == 0 {
		r.hollow = name
	}
	return terms
}

// operator renders one operator.
func (r *renderer) operator(path, operator string, operand goja.Value, name string) []string {
	term := func(parts ...string) []string { return []string{"(" + strings.Join(parts, "") + ")"} }
	if sign, ok := comparisons[operator]; ok {
		return term(path, " ", sign, " ", r.value(name, operand))
	}
	switch operator {
	case "contains":
		return term("contains(", path, ",", r.value(name, operand), ")")
	case "notContains":
		return term("NOT contains(", path, ",", r.value(name, operand), ")")
	case "beginsWith":
		return term("begins_with(", path, ",", r.value(name, operand), ")")
	case "between":
		bounds := r.operands(name, operand)
		if len(bounds) < 2 {
			return r.fail(name + " wants two bounds")
		}
		return term(path, " BETWEEN ", r.value(name+"_start", bounds[0]), " AND ", r.value(name+"_end", bounds[1]))
	case "in":
		values := r.operands(name, operand)
		if len(values) == 0 {
			r.hollow = name
			return []string{"(null)"}
		}
		texts := make([]string, len(values))
		for i, v := range values {
			texts[i] = r.value(name+"_"+strconv.Itoa(i), v)
		}
		return term(path, " IN (", strings.Join(texts, ", "), ")")
	case "attributeExists":
		if kindOf(operand) != kindBoolean {
			return r.fail(name + " is " + kindOf(operand) + ", want a boolean")
		}
		if operand.ToBoolean() {
			return term("attribute_exists(", path, ")")
		}
		return term("attribute_not_exists(", path, ")")
	case "attributeType":
		code, ok := typeCodes[operand.String()]
		if !ok {
			return r.fail(name + " is " + operand.String() + ", which is not a type")
		}
		return term("attribute_type(", path, ",", r.value(name, r.call.vm.ToValue(code)), ")")
	}
	return r.fail("the operator " + operator + " is not known")
}

// value puts a typed value under the placeholder of the name and answers the placeholder.
func (r *renderer) value(name string, v goja.Value) string {
	r.call.set(r.out.values, ":"+name, r.call.typed(name, v))
	return ":" + name
}

// operands are the elements of an operand that must be an array.
func (r *renderer) operands(name string, v goja.Value) []goja.Value {
	if kindOf(v) != kindArray {
		r.fail(name + " is " + kindOf(v) + ", want an array")
		return nil
	}
	return r.call.elements(name, v)
}
