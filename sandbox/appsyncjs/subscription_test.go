package appsyncjs

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

// What AppSync's EvaluateCode returns.
func TestTransform_makesSubscriptionFilters(t *testing.T) {
	filter := func(field, operator, value string) string {
		return `{"fieldName":"` + field + `","operator":"` + operator + `","value":` + value + `}`
	}
	group := func(filters ...string) string { return `{"filters":[` + strings.Join(filters, ",") + `]}` }
	tests := []struct {
		name, arguments string
		groups          []string
	}{
		{"one operator", "{ a: { eq: 1 } }", []string{group(filter("a", "eq", "1"))}},
		{"two fields", "{ a: { eq: 1 }, b: { eq: 2 } }", []string{group(filter("a", "eq", "1"), filter("b", "eq", "2"))}},
		{"and", "{ and: [{ a: { eq: 1 } }, { b: { eq: 2 } }] }", []string{group(filter("a", "eq", "1"), filter("b", "eq", "2"))}},
		{"a field beside an and", "{ z: { eq: 0 }, and: [{ a: { eq: 1 } }] }", []string{group(filter("z", "eq", "0"), filter("a", "eq", "1"))}},
		{"a path", "{ 'loc.addr.country': { eq: 'USA' } }", []string{group(filter("loc.addr.country", "eq", `"USA"`))}},
		{"two operators", "{ a: { eq: 1, ne: 2 } }", []string{group(filter("a", "eq", "1")), group(filter("a", "ne", "2"))}},
		{"or", "{ or: [{ a: { eq: 1 } }, { b: { eq: 2 } }] }", []string{group(filter("a", "eq", "1")), group(filter("b", "eq", "2"))}},
		{"or in and", "{ and: [{ a: { eq: 1 } }, { or: [{ b: { eq: 2 } }, { c: { eq: 3 } }] }] }", []string{
			group(filter("a", "eq", "1"), filter("b", "eq", "2")), group(filter("a", "eq", "1"), filter("c", "eq", "3"))}},
		{"everything", `{ up: { le: 50, ge: 20 }, and: [{ title: { ne: 'B' } }, { down: { gt: 2 } }], or: [{ by: { eq: 'A' } }, { out: { eq: false } }] }`, []string{
			group(filter("up", "le", "50"), filter("title", "ne", `"B"`), filter("down", "gt", "2"), filter("by", "eq", `"A"`)),
			group(filter("up", "le", "50"), filter("title", "ne", `"B"`), filter("down", "gt", "2"), filter("out", "eq", "false")),
			group(filter("up", "ge", "20"), filter("title", "ne", `"B"`), filter("down", "gt", "2"), filter("by", "eq", `"A"`)),
			group(filter("up", "ge", "20"), filter("title", "ne", `"B"`), filter("down", "gt", "2"), filter("out", "eq", "false"))}},
		{"an unknown operator", "{ a: { bogus: 1 } }", []string{group(filter("a", "bogus", "1"))}},
		{"not is a field", "{ not: { a: { eq: 1 } } }", []string{group(filter("not", "a", `{"eq":1}`))}},
		{"an ignored field", "{ a: { eq: 1 }, b: { eq: 2 } }, ['a']", []string{group(filter("b", "eq", "2"))}},
		{"an ignored field in and", "{ a: { eq: 1 }, and: [{ b: { eq: 2 } }] }, ['b']", []string{group(filter("a", "eq", "1"))}},
		{"rules", "{ a: { eq: 1 } }, [], { r1: { ge: 250 }, r2: { eq: 'p' } }", []string{
			group(filter("a", "eq", "1"), filter("r1", "ge", "250")), group(filter("a", "eq", "1"), filter("r2", "eq", `"p"`))}},
		{"rules alone", "{}, [], { r1: { eq: 1 } }", []string{group(filter("r1", "eq", "1"))}},
		{"nothing", "{}", nil},
		{"no operator", "{ a: {} }", nil},
		{"an empty and", "{ and: [] }", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			wantSame(t, "util.transform.toSubscriptionFilter("+test.arguments+")", `{"filterGroup":[`+strings.Join(test.groups, ",")+`]}`)
		})
	}
	for _, arguments := range []string{"", "null", "[]", `'{"a":{"eq":1}}'`} {
		wantValue(t, "util.transform.toSubscriptionFilter("+arguments+")", "null")
	}
}

func TestTransform_boundsSubscriptionFilters(t *testing.T) {
	alternatives := "{ or: [" + strings.Repeat("{ a: { eq: 1 } },", 10) + "] }"
	wantRefusal(t, "util.transform.toSubscriptionFilter({ and: ["+strings.Repeat(alternatives+",", 4)+"] })", "more than 1000 groups")
	wantRefusal(t, "util.transform.toSubscriptionFilter({ a: 1 })", "the subscription filter's a is a number, want an object")
}

func TestSetSubscriptionFilter_handsOverTheFilter(t *testing.T) {
	outcome, err := response(t, `extensions.setSubscriptionFilter(util.transform.toSubscriptionFilter({ id: { eq: ctx.args.id } })); return null`,
		Context{Arguments: map[string]any{"id": "1"}})
	if err != nil {
		t.Fatal(err)
	}
	want := &SubscriptionFilter{FilterGroup: []FilterGroup{{Filters: []Filter{{FieldName: "id", Operator: "eq", Value: json.RawMessage(`"1"`)}}}}}
	if !reflect.DeepEqual(outcome.SubscriptionFilter, want) || outcome.InvalidationFilter != nil {
		t.Errorf("got %+v and %+v, want %+v", outcome.SubscriptionFilter, outcome.InvalidationFilter, want)
	}
}

func TestSetSubscriptionInvalidationFilter_handsOverTheFilter(t *testing.T) {
	outcome, err := response(t, `extensions.setSubscriptionInvalidationFilter({ filterGroup: [{ filters: [{ fieldName: 'a', operator: 'in', value: [1, 'b'] }] }] }); return null`, Context{})
	if err != nil {
		t.Fatal(err)
	}
	want := &SubscriptionFilter{FilterGroup: []FilterGroup{{Filters: []Filter{{FieldName: "a", Operator: "in", Value: json.RawMessage(`[1,"b"]`)}}}}}
	if !reflect.DeepEqual(outcome.InvalidationFilter, want) || outcome.SubscriptionFilter != nil {
		t.Errorf("got %+v and %+v, want %+v", outcome.InvalidationFilter, outcome.SubscriptionFilter, want)
	}
}

func TestInvalidateSubscriptions_handsOverTheArguments(t *testing.T) {
	const one = "extensions.invalidateSubscriptions({ subscriptionField: 'onUserDelete', payload: { group: 'Developer' } });"
	outcome, err := response(t, one+"return null", Context{})
	if err != nil {
		t.Fatal(err)
	}
	want := []Invalidation{{SubscriptionField: "onUserDelete", Payload: json.RawMessage(`{"group":"Developer"}`)}}
	if !reflect.DeepEqual(outcome.Invalidations, want) {
		t.Errorf("got %+v, want %+v", outcome.Invalidations, want)
	}
	if _, err := response(t, strings.Repeat(one, 6), Context{}); err == nil || !strings.Contains(err.Error(), "more than 5 calls") {
		t.Errorf("six calls: got %v", err)
	}
}

func TestSetSubscriptionFilter_refusesFiltersThatCannotWork(t *testing.T) {
	filter := func(field, operator, value string) string {
		return "{ filterGroup: [{ filters: [{ fieldName: " + field + ", operator: " + operator + ", value: " + value + " }] }] }"
	}
	tests := []struct{ name, filter, want string }{
		{"nothing", "null", "is null, want an object"},
		{"no groups", "{ filterGroup: [] }", "the filter has no groups"},
		{"no filters", "{ filterGroup: [{ filters: [] }] }", "a group has no filters"},
		{"another member", "{ filterGroups: [] }", "filterGroups is not supported"},
		{"an unknown operator", filter("'a'", "'gte'", "1"), `operator "gte" on "a" is not supported`},
		{"an undefined value", filter("'a'", "'eq'", "ctx.args.missing"), "does not fit its operator"},
		{"a null value", filter("'a'", "'eq'", "null"), "does not fit its operator"},
		{"an object", filter("'a'", "'eq'", "{}"), "does not fit its operator"},
		{"a boolean to compare", filter("'a'", "'gt'", "true"), "does not fit its operator"},
		{"a number to begin with", filter("'a'", "'beginsWith'", "1"), "does not fit its operator"},
		{"one bound", filter("'a'", "'between'", "[1]"), "does not fit its operator"},
		{"an empty list", filter("'a'", "'in'", "[]"), "does not fit its operator"},
		{"a list of six", filter("'a'", "'notIn'", "[1, 2, 3, 4, 5, 6]"), "does not fit its operator"},
		{"a field without a name", filter("1", "'eq'", "1"), "fieldName is a number, want a string"},
		{"a deep field", filter("'a.b.c.d.e.f'", "'eq'", "1"), "too long or too deep"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := response(t, "extensions.setSubscriptionFilter("+test.filter+")", Context{})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q in it", err, test.want)
			}
		})
	}
	for _, operator := range []string{"eq", "ne", "le", "lt", "ge", "gt", "contains", "notContains", "beginsWith"} {
		if _, err := response(t, "extensions.setSubscriptionFilter("+filter("'a'", "'"+operator+"'", "'x'")+")", Context{}); err != nil {
			t.Errorf("%s: %v", operator, err)
		}
	}
	for _, operator := range []string{"in", "notIn", "containsAny", "between"} {
		if _, err := response(t, "extensions.setSubscriptionFilter("+filter("'a'", "'"+operator+"'", "[1, 2]")+")", Context{}); err != nil {
			t.Errorf("%s: %v", operator, err)
		}
	}
}

func TestExtensions_belongInResponseHandlers(t *testing.T) {
	for _, call := range []string{
		"extensions.setSubscriptionFilter({ filterGroup: [] })",
		"extensions.setSubscriptionInvalidationFilter({ filterGroup: [] })",
		"extensions.invalidateSubscriptions({})",
	} {
		wantRefusal(t, call, "can be called in a response handler only")
	}
}
