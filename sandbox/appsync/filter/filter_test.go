package filter_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"lightbox.example/lightbox/sandbox/appsync/filter"
	"lightbox.example/lightbox/sandbox/appsyncjs"
)

// compile makes a filter of its JSON, as in {"filterGroup":[…]}.
func compile(t testing.TB, text string) filter.Filter {
	t.Helper()
	f, err := filter.Compile(parse(t, text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return f
}

func parse(t testing.TB, text string) *appsyncjs.SubscriptionFilter {
	t.Helper()
	var set appsyncjs.SubscriptionFilter
	if err := json.Unmarshal([]byte(text), &set); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return &set
}

// read reads an event as those are who are told of it; what is no object is nil.
func read(event string) (value map[string]any) {
	decoder := json.NewDecoder(strings.NewReader(event))
	decoder.UseNumber()
	if decoder.Decode(&value) != nil {
		return nil
	}
	return value
}

// one is the filter with one comparison.
func one(field, operator, value string) string {
	return `{"filterGroup":[{"filters":[{"fieldName":"` + field + `","operator":"` + operator + `","value":` + value + `}]}]}`
}

func TestFilter_comparesAsItsOperatorSays(t *testing.T) {
	tests := []struct {
		operator, value string
		passes, fails   []string // of the field `f`; "absent" for an event without it
	}{
		{"eq", `"a"`, []string{`"a"`}, []string{`"A"`, `"ab"`, `["a"]`, `1`, `{"a":"a"}`, `null`, "absent"}},
		{"eq", `1`, []string{`1`, `1.0`, `10e-1`}, []string{`"1"`, `1.5`, `true`, `[1]`, `1e999`, `null`, "absent"}},
		{"eq", `0.5`, []string{`0.5`, `5e-1`}, []string{`0.50001`}},
		{"eq", `true`, []string{`true`}, []string{`false`, `"true"`, `1`, `null`, "absent"}},
		{"eq", `false`, []string{`false`}, []string{`true`, `0`, `""`, `null`, "absent"}},
		{"ne", `"a"`, []string{`"b"`, `1`, `["a"]`}, []string{`"a"`, `null`, "absent"}},
		{"ne", `true`, []string{`false`}, []string{`true`, `null`, "absent"}},
		{"lt", `5`, []string{`4`, `4.999`, `-1`}, []string{`5`, `6`, `"4"`, `null`, "absent"}},
		{"le", `5`, []string{`4`, `5`}, []string{`5.001`, `"5"`, `null`, "absent"}},
		{"gt", `5`, []string{`6`, `5.001`}, []string{`5`, `4`, `"6"`, `true`, `null`, "absent"}},
		{"ge", `5`, []string{`5`, `6`}, []string{`4`, `[6]`, `null`, "absent"}},
		{"lt", `"m"`, []string{`"a"`, `"lz"`, `""`}, []string{`"m"`, `"z"`, `1`}},
		{"ge", `"2026-11-21T00:00:00Z"`, []string{`"2026-11-21T00:00:00Z"`, `"2026-12-01T00:00:00Z"`}, []string{`"2026-11-20T23:59:59Z"`}},
		{"contains", `"oo"`, []string{`"foot"`, `["oo"]`, `["a","oo"]`}, []string{`"fo"`, `["foot"]`, `[]`, `1`, `null`, "absent"}},
		{"contains", `2`, []string{`[1,2]`}, []string{`["2"]`, `"2"`, `2`}},
		{"notContains", `"oo"`, []string{`"fo"`, `["foot"]`, `[]`}, []string{`"foot"`, `["oo"]`, `null`, "absent"}},
		{"beginsWith", `"ab"`, []string{`"ab"`, `"abc"`}, []string{`"cab"`, `"a"`, `["ab"]`, `1`, `null`, "absent"}},
		{"in", `["a",1,true]`, []string{`"a"`, `1`, `true`}, []string{`"b"`, `"1"`, `false`, `["a"]`, `null`, "absent"}},
		{"notIn", `["a",1]`, []string{`"b"`, `2`}, []string{`"a"`, `1`, `null`, "absent"}},
		{"between", `[2,4]`, []string{`2`, `3`, `4`}, []string{`1.999`, `4.001`, `"3"`, `null`, "absent"}},
		{"between", `["b","d"]`, []string{`"b"`, `"c"`, `"d"`}, []string{`"a"`, `"da"`}},
		{"containsAny", `["a","b"]`, []string{`["x","b"]`, `["a"]`}, []string{`["x"]`, `[]`, `null`, "absent"}},
	}
	asked := map[string]bool{}
	for _, test := range tests {
		asked[test.operator] = true
		f := compile(t, one("f", test.operator, test.value))
		for want, fields := range map[bool][]string{true: test.passes, false: test.fails} {
			for _, field := range fields {
				event := `{"f":` + field + `,"g":1}`
				if field == "absent" {
					event = `{"g":1}`
				}
				if got := f.Match(read(event)); got != want {
					t.Errorf("f %s %s with %s: got %t, want %t", test.operator, test.value, event, got, want)
				}
			}
		}
	}
	for _, operator := range filter.Operators() {
		if !asked[operator] {
			t.Errorf("operator %s: got no test, want one", operator)
		}
	}
}

func TestFilter_asksAllOfAGroupAndOneOfTheGroups(t *testing.T) {
	f := compile(t, `{"filterGroup":[
		{"filters":[{"fieldName":"a","operator":"eq","value":1},{"fieldName":"b","operator":"eq","value":2}]},
		{"filters":[{"fieldName":"c","operator":"eq","value":3}]}]}`)
	for event, want := range map[string]bool{
		`{"a":1,"b":2}`:       true,
		`{"a":1,"b":1}`:       false,
		`{"a":1,"b":1,"c":3}`: true,
		`{"c":3}`:             true,
		`{"b":2}`:             false,
		`{}`:                  false,
	} {
		if got := f.Match(read(event)); got != want {
			t.Errorf("%s: got %t, want %t", event, got, want)
		}
	}
}

func TestFilter_followsAPath(t *testing.T) {
	f := compile(t, one("a.b.c", "eq", `1`))
	for event, want := range map[string]bool{
		`{"a":{"b":{"c":1}}}`: true,
		`{"a":{"b":{"c":2}}}`: false,
		`{"a.b.c":1}`:         false,
		`{"a":{"b":null}}`:    false,
		`{"a":[{"b":1}]}`:     false,
		`{"a":1}`:             false,
	} {
		if got := f.Match(read(event)); got != want {
			t.Errorf("%s: got %t, want %t", event, got, want)
		}
	}
	if compile(t, one("a.b", "ne", `1`)).Match(read(`{"a":null}`)) {
		t.Error("a.b ne 1 without an a: got true, want false")
	}
}

func TestFilter_letsAllPassWhereNoneWasSet(t *testing.T) {
	f, err := filter.Compile(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, event := range []string{`{}`, `null`, `{"a":1}`} {
		if !f.Match(read(event)) {
			t.Errorf("%s: got false, want true", event)
		}
	}
}

func TestFilter_holdsBackWhatIsNoObject(t *testing.T) {
	f := compile(t, one("a", "ne", `1`))
	for _, event := range []string{`null`, `1`, `[]`, `"a"`, ``, `{`} {
		if f.Match(read(event)) {
			t.Errorf("%q: got true, want false", event)
		}
	}
}

func TestCompile_refusesWhatCannotWork(t *testing.T) {
	tests := []struct{ filter, want string }{
		{`{"filterGroup":[]}`, "filterGroup: got no groups"},
		{`{"filterGroup":[{"filters":[]}]}`, "filterGroup[0].filters: got none"},
		{one("a", "like", `1`), `filterGroup[0].filters[0]: unknown operator "like"`},
		{one("a", "eq", `null`), "a eq: got null, want a string, a number or a boolean"},
		{one("a", "eq", `[1]`), "a eq: got [1]"},
		{one("a", "eq", `{}`), "a eq: got {}"},
		{one("a", "in", `1`), "a in: got 1, want a list"},
		{one("a", "in", `[1,2,3,4,5,6]`), "a in: got 6 values, want 0 to 5"},
		{one("a", "in", `[[1]]`), "a in: got [1]"},
		{one("a", "between", `[1]`), "a between: got 1 values, want 2 to 2"},
		{one("a", "containsAny", `[`+strings.Repeat("1,", 20)+`1]`), "a containsAny: got 21 values, want 0 to 20"},
		{one("a..b", "eq", `1`), `field "a..b" has an empty name`},
		{one("", "eq", `1`), `field "" has an empty name`},
	}
	for _, test := range tests {
		if _, err := filter.Compile(parse(t, test.filter)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %s", test.filter, err, test.want)
		}
	}
}

func TestCompile_tellsAllFaults(t *testing.T) {
	_, err := filter.Compile(parse(t, `{"filterGroup":[{"filters":[]},{"filters":[{"fieldName":"a","operator":"x","value":1}]}]}`))
	if err == nil || strings.Count(err.Error(), "filterGroup[") != 2 {
		t.Errorf("got %v, want two faults", err)
	}
}

// Whatever resolvers may set can be compiled: both know the same operators.
func TestOperators_areThoseThatResolversMaySet(t *testing.T) {
	want := []string{"beginsWith", "between", "contains", "containsAny", "eq", "ge", "gt", "in", "le", "lt", "ne", "notContains", "notIn"}
	if got := filter.Operators(); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func FuzzFilter(f *testing.F) {
	f.Add("a", "eq", `1`, `{"a":1}`)
	f.Add("a.b", "in", `["x"]`, `{"a":{"b":"x"}}`)
	f.Add("a", "between", `[1,"b"]`, `{"a":[1]}`)
	f.Add("a", "containsAny", `[true]`, `{"a":[true]}`)
	opposites := map[string]string{"eq": "ne", "contains": "notContains", "in": "notIn"}
	f.Fuzz(func(t *testing.T, field, operator, value, event string) {
		set := func(operator string) (filter.Filter, error) {
			return filter.Compile(&appsyncjs.SubscriptionFilter{FilterGroup: []appsyncjs.FilterGroup{{Filters: []appsyncjs.Filter{
				{FieldName: field, Operator: operator, Value: json.RawMessage(value)},
			}}}})
		}
		compiled, err := set(operator)
		if err != nil {
			return
		}
		passes := compiled.Match(read(event))
		var object map[string]any
		isObject := json.Unmarshal([]byte(event), &object) == nil && object != nil
		if passes && !isObject {
			t.Errorf("%s %s %s with %q: got true, want false", field, operator, value, event)
		}
		opposite, ok := opposites[operator]
		if !ok {
			return
		}
		negated, err := set(opposite)
		if err != nil {
			t.Fatalf("%s: %v", opposite, err)
		}
		if passes && negated.Match(read(event)) {
			t.Errorf("%s %s and %s %s with %s: got true twice, want opposites", field, operator, opposite, value, event)
		}
	})
}
