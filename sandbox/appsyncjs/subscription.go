package appsyncjs

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/dop251/goja"
)

// https://docs.aws.amazon.com/appsync/latest/devguide/extensions-js.html
var extensionFunctions = map[string]function{
	"extensions.setSubscriptionFilter":             {"(filter)", "Sets which events the subscriber gets. Response handlers only.", setSubscriptionFilter},
	"extensions.setSubscriptionInvalidationFilter": {"(filter)", "Sets which invalidations end the subscription. Response handlers only.", setInvalidationFilter},
	"extensions.invalidateSubscriptions":           {"({subscriptionField, payload})", "Ends the subscriptions whose invalidation filter fits the payload. Response handlers only, five a request.", invalidateSubscriptions},
}

// A SubscriptionFilter is what extensions.setSubscriptionFilter was given: an event passes if it passes one of the groups,
// and a group if it passes all its filters. It has one group at least, and a group one filter at least.
type SubscriptionFilter struct {
	FilterGroup []FilterGroup `json:"filterGroup"`
}

// A FilterGroup is a list of filters that must all hold.
type FilterGroup struct {
	Filters []Filter `json:"filters"`
}

// A Filter compares a field of the event, by its path with dots, with a value.
type Filter struct {
	FieldName string          `json:"fieldName"`
	Operator  string          `json:"operator"` // see filterOperators
	Value     json.RawMessage `json:"value"`
}

// filterOperators are the operators of subscription filters, with what their value must be.
// https://docs.aws.amazon.com/appsync/latest/devguide/aws-appsync-real-time-enhanced-filtering.html
var filterOperators = map[string]func(json.RawMessage) bool{
	"eq": isScalar, "ne": isScalar,
	"le": isOrdered, "lt": isOrdered, "ge": isOrdered, "gt": isOrdered,
	"contains": isScalar, "notContains": isScalar,
	"beginsWith": func(raw json.RawMessage) bool { return len(raw) > 0 && raw[0] == '"' },
	"in":         isList(5), "notIn": isList(5), "containsAny": isList(20),
	"between": func(raw json.RawMessage) bool {
		var bounds []json.RawMessage
		return json.Unmarshal(raw, &bounds) == nil && len(bounds) == 2 && isOrdered(bounds[0]) && isOrdered(bounds[1])
	},
}

// isOrdered tells whether raw is a number or a string.
func isOrdered(raw json.RawMessage) bool {
	return len(raw) > 0 && (raw[0] == '"' || raw[0] == '-' || raw[0] >= '0' && raw[0] <= '9')
}

// isScalar tells whether raw is a number, a string or a boolean.
func isScalar(raw json.RawMessage) bool {
	return isOrdered(raw) || string(raw) == "true" || string(raw) == "false"
}

// isList tells whether a value is an array of one to size numbers, strings and booleans.
func isList(size int) func(json.RawMessage) bool {
	return func(raw json.RawMessage) bool {
		var members []json.RawMessage
		if json.Unmarshal(raw, &members) != nil || len(members) == 0 || len(members) > size {
			return false
		}
		return !slices.ContainsFunc(members, func(member json.RawMessage) bool { return !isScalar(member) })
	}
}

func setSubscriptionFilter(c *invocation, args goja.FunctionCall) goja.Value {
	c.outcome.SubscriptionFilter = c.filterArgument("extensions.setSubscriptionFilter", args)
	return goja.Undefined()
}

func setInvalidationFilter(c *invocation, args goja.FunctionCall) goja.Value {
	c.outcome.InvalidationFilter = c.filterArgument("extensions.setSubscriptionInvalidationFilter", args)
	return goja.Undefined()
}

// filterArgument reads and checks a filter: a misspelt operator must not let everything pass.
func (c *invocation) filterArgument(name string, args goja.FunctionCall) *SubscriptionFilter {
	c.onlyInResponse(name)
	object := c.object(argument(name, 0), args.Argument(0))
	c.known("the filter", object, words("filterGroup"))
	filter := &SubscriptionFilter{FilterGroup: []FilterGroup{}}
	for _, v := range c.elements("filterGroup", object.Get("filterGroup")) {
		member := c.object("a member of filterGroup", v)
		c.known("filterGroup[]", member, words("filters"))
		group := FilterGroup{Filters: []Filter{}}
		for _, v := range c.elements("filters", member.Get("filters")) {
			group.Filters = append(group.Filters, c.filter(v))
		}
		if len(group.Filters) == 0 {
			c.refuse("%s: a group has no filters", name)
		}
		filter.FilterGroup = append(filter.FilterGroup, group)
	}
	if len(filter.FilterGroup) == 0 {
		c.refuse("%s: the filter has no groups", name)
	}
	return filter
}

// maxFieldName and maxFieldDepth bound the path of a field in a filter.
const (
	maxFieldName  = 256
	maxFieldDepth = 5
)

// filter reads one comparison.
func (c *invocation) filter(v goja.Value) Filter {
	object := c.object("a member of filters", v)
	c.known("filters[]", object, words("fieldName operator value"))
	c.want(kindString, "fieldName", object.Get("fieldName"))
	c.want(kindString, "operator", object.Get("operator"))
	f := Filter{
		FieldName: object.Get("fieldName").String(),
		Operator:  object.Get("operator").String(),
		Value:     c.raw(object.Get("value")),
	}
	if len(f.FieldName) > maxFieldName || strings.Count(f.FieldName, ".") >= maxFieldDepth {
		c.refuse("the subscription filter's field %q is too long or too deep: want at most %d bytes and %d names", f.FieldName, maxFieldName, maxFieldDepth)
	}
	fits, ok := filterOperators[f.Operator]
	if !ok {
		c.refuse("the subscription filter's operator %q on %q is not supported by this runtime", f.Operator, f.FieldName)
	}
	if !fits(f.Value) {
		c.refuse("the subscription filter's value %s on %q does not fit its operator %q", f.Value, f.FieldName, f.Operator)
	}
	return f
}

// maxInvalidations is how often a request may call extensions.invalidateSubscriptions.
const maxInvalidations = 5

func invalidateSubscriptions(c *invocation, args goja.FunctionCall) goja.Value {
	const name = "extensions.invalidateSubscriptions"
	c.onlyInResponse(name)
	object := c.object(argument(name, 0), args.Argument(0))
	c.known("the argument of "+name, object, words("subscriptionField payload"))
	c.want(kindString, "subscriptionField", object.Get("subscriptionField"))
	c.want(kindObject, "payload", object.Get("payload"))
	if len(c.outcome.Invalidations) == maxInvalidations {
		c.refuse("%s: more than %d calls", name, maxInvalidations)
	}
	c.outcome.Invalidations = append(c.outcome.Invalidations, Invalidation{
		SubscriptionField: object.Get("subscriptionField").String(),
		Payload:           c.raw(object.Get("payload")),
	})
	return goja.Undefined()
}

// onlyInResponse refuses the function in a request handler.
func (c *invocation) onlyInResponse(name string) {
	if !c.response {
		c.refuse("%s can be called in a response handler only", name)
	}
}

// toSubscriptionFilter turns a filter object into groups. Fields and the members of `and` must all hold, so their groups
// multiply; the operators of one field, the members of `or` and the rules are alternatives, so their groups add up. There is
// no `not`: it would be a field of that name. Null for what is not an object.
func toSubscriptionFilter(c *invocation, args goja.FunctionCall) goja.Value {
	const name = "util.transform.toSubscriptionFilter"
	if kindOf(args.Argument(0)) != kindObject {
		return goja.Null()
	}
	ignored := map[string]bool{}
	if !absent(args.Argument(1)) {
		for _, field := range c.elements(argument(name, 1), args.Argument(1)) {
			ignored[field.String()] = true
		}
	}
	groups := c.allOf(args.Argument(0).(*goja.Object), ignored)
	if !absent(args.Argument(2)) {
		var rules []filterGroup
		object := c.object(argument(name, 2), args.Argument(2))
		for _, field := range object.Keys() {
			rules = append(rules, c.operators(field, object.Get(field))...)
		}
		groups = product(groups, rules)
	}
	list := make([]goja.Value, 0, len(groups))
	for _, group := range groups {
		list = append(list, c.record("filters", c.list(group)))
	}
	return c.record("filterGroup", c.list(list))
}

// A filterGroup is a list of filters, as objects in the script.
type filterGroup []goja.Value

// maxGroups bounds the product.
const maxGroups = 1000

// allOf are the groups of an object whose members must all hold.
func (c *invocation) allOf(object *goja.Object, ignored map[string]bool) []filterGroup {
	var groups []filterGroup
	for _, key := range object.Keys() {
		member := object.Get(key)
		var terms []filterGroup
		switch {
		case ignored[key]:
			continue
		case key == "and":
			for _, element := range c.elements("and", member) {
				terms = product(terms, c.allOf(c.object("a member of and", element), ignored))
			}
		case key == "or":
			for _, element := range c.elements("or", member) {
				terms = append(terms, c.allOf(c.object("a member of or", element), ignored)...)
			}
		default:
			terms = c.operators(key, member)
		}
		groups = product(groups, terms)
		if len(groups) > maxGroups {
			c.refuse("the subscription filter has more than %d groups", maxGroups)
		}
	}
	return groups
}

// operators are the groups of one field: one for each operator.
func (c *invocation) operators(field string, v goja.Value) []filterGroup {
	object := c.object("the subscription filter's "+field, v)
	var groups []filterGroup
	for _, operator := range object.Keys() {
		filter := c.record("fieldName", c.vm.ToValue(field))
		c.set(filter, "operator", operator)
		c.set(filter, "value", object.Get(operator))
		groups = append(groups, filterGroup{filter})
	}
	return groups
}

// product joins every group of a with every group of b. What says nothing leaves the other as it is.
func product(a, b []filterGroup) []filterGroup {
	if len(a) == 0 || len(b) == 0 {
		return append(a, b...)
	}
	groups := make([]filterGroup, 0, len(a)*len(b))
	for _, left := range a {
		for _, right := range b {
			groups = append(groups, append(append(filterGroup{}, left...), right...))
		}
	}
	return groups
}
