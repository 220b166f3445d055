// Package filter tells which events a subscriber gets by the filter that the subscription's resolver set with
// extensions.setSubscriptionFilter.
//
// An event passes a filter if it passes one of its groups, and a group if it passes all comparisons in it. A comparison is
// about one field of the event, by its path with dots. What the event does not have there (the mutation did not select it,
// it is null, or the path leads through a list) passes no comparison, ne and notContains neither: a filter that cannot tell
// holds back.
//
// https://docs.aws.amazon.com/appsync/latest/devguide/aws-appsync-real-time-enhanced-filtering.html and
// https://docs.aws.amazon.com/appsync/latest/devguide/extensions-js.html
package filter

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/appsyncjs"
)

// An operator tells whether what an event has in a field passes a comparison with the values of the filter. The field's
// value is not null. How many values there are is what Compile has checked.
type operator struct {
	least, most int // how many values there are; 1 and 1 stand for a value that is no list
	passes      func(field value, values []value) bool
}

// operators are all there are.
var operators = map[string]operator{
	"eq":          {1, 1, func(field value, values []value) bool { return field.equals(values[0]) }},
	"ne":          {1, 1, func(field value, values []value) bool { return !field.equals(values[0]) }},
	"lt":          {1, 1, func(field value, values []value) bool { return field.within(values[0], less) }},
	"le":          {1, 1, func(field value, values []value) bool { return field.within(values[0], less|same) }},
	"gt":          {1, 1, func(field value, values []value) bool { return field.within(values[0], greater) }},
	"ge":          {1, 1, func(field value, values []value) bool { return field.within(values[0], greater|same) }},
	"contains":    {1, 1, func(field value, values []value) bool { return field.contains(values[0]) }},
	"notContains": {1, 1, func(field value, values []value) bool { return !field.contains(values[0]) }},
	"beginsWith":  {1, 1, func(field value, values []value) bool { return field.beginsWith(values[0]) }},
	"in":          {0, maxIn, func(field value, values []value) bool { return slices.ContainsFunc(values, field.equals) }},
	"notIn":       {0, maxIn, func(field value, values []value) bool { return !slices.ContainsFunc(values, field.equals) }},
	"containsAny": {0, maxAny, func(field value, values []value) bool { return slices.ContainsFunc(values, field.contains) }},
	"between": {2, 2, func(field value, values []value) bool {
		return field.within(values[0], greater|same) && field.within(values[1], less|same)
	}},
}

// How many values the operators with lists take at most.
// https://docs.aws.amazon.com/general/latest/gr/appsync.html
const (
	maxIn  = 5
	maxAny = 20
)

// Operators are the names of all operators, sorted.
func Operators() []string { return slices.Sorted(maps.Keys(operators)) }

// A Filter is ready to be asked, by several goroutines at once too. The zero Filter lets every event pass.
type Filter struct {
	groups [][]comparison
}

type comparison struct {
	path     []string
	operator operator
	values   []value
}

// Compile makes a filter of what a resolver set; nil lets every event pass. The error joins all that is wrong with it, as
// in "filterGroup[0].filters[1]: unknown operator "like"".
func Compile(set *appsyncjs.SubscriptionFilter) (Filter, error) {
	if set == nil {
		return Filter{}, nil
	}
	if len(set.FilterGroup) == 0 {
		return Filter{}, errors.New("filterGroup: got no groups, want one at least")
	}
	var filter Filter
	var errs []error
	for i, from := range set.FilterGroup {
		if len(from.Filters) == 0 {
			errs = append(errs, fmt.Errorf("filterGroup[%d].filters: got none, want one at least", i))
		}
		var group []comparison
		for j, from := range from.Filters {
			comparison, err := compile(from)
			if err != nil {
				errs = append(errs, fmt.Errorf("filterGroup[%d].filters[%d]: %w", i, j, err))
			}
			group = append(group, comparison)
		}
		filter.groups = append(filter.groups, group)
	}
	if err := errors.Join(errs...); err != nil {
		return Filter{}, err
	}
	return filter, nil
}

// compile reads one comparison.
func compile(from appsyncjs.Filter) (comparison, error) {
	path := strings.Split(from.FieldName, ".")
	if slices.Contains(path, "") {
		return comparison{}, fmt.Errorf("field %q has an empty name", from.FieldName)
	}
	operator, ok := operators[from.Operator]
	if !ok {
		return comparison{}, fmt.Errorf("unknown operator %q, want one of %s", from.Operator, strings.Join(Operators(), " "))
	}
	single := operator.least == 1 && operator.most == 1
	raws := []json.RawMessage{from.Value}
	if !single {
		raws = nil
		if err := json.Unmarshal(from.Value, &raws); err != nil {
			return comparison{}, fmt.Errorf("%s %s: got %s, want a list", from.FieldName, from.Operator, from.Value)
		}
		if len(raws) < operator.least || len(raws) > operator.most {
			return comparison{}, fmt.Errorf("%s %s: got %d values, want %d to %d", from.FieldName, from.Operator, len(raws), operator.least, operator.most)
		}
	}
	values := make([]value, 0, len(raws))
	for _, raw := range raws {
		v := read(raw)
		if v.kind == null || v.kind == list {
			return comparison{}, fmt.Errorf("%s %s: got %s, want a string, a number or a boolean", from.FieldName, from.Operator, raw)
		}
		values = append(values, v)
	}
	return comparison{path: path, operator: operator, values: values}, nil
}

// Match tells whether an event of these fields passes the filter: a JSON object as encoding/json reads it, with or without UseNumber, nil
// for what is no object, which passes only the zero Filter.
func (f Filter) Match(fields map[string]any) bool {
	if f.groups == nil {
		return true
	}
	return fields != nil && slices.ContainsFunc(f.groups, func(group []comparison) bool {
		return !slices.ContainsFunc(group, func(c comparison) bool { return !c.passes(fields) })
	})
}

// passes tells whether an event of these fields passes the comparison.
func (c comparison) passes(fields map[string]any) bool {
	last := len(c.path) - 1
	for _, name := range c.path[:last] {
		below, ok := fields[name].(map[string]any)
		if !ok {
			return false
		}
		fields = below
	}
	field := of(fields[c.path[last]])
	return field.kind != null && c.operator.passes(field, c.values)
}
