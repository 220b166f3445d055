package appsyncjs

import (
	"encoding/json"
	"testing"
)

// What AppSync's EvaluateCode returns for these filters. The values stand for the placeholders in JSON.
func TestTransform_rendersExpressionsAsAppSync(t *testing.T) {
	tests := []struct{ name, filter, expression, names, values string }{
		{"eq", "{ v: { eq: 'x' } }", "(#v = :v_eq)", `{"#v":"v"}`, `{":v_eq":{"S":"x"}}`},
		{"ne", "{ v: { ne: 'x' } }", "(#v <> :v_ne)", `{"#v":"v"}`, `{":v_ne":{"S":"x"}}`},
		{"lt", "{ v: { lt: 10 } }", "(#v < :v_lt)", `{"#v":"v"}`, `{":v_lt":{"N":10}}`},
		{"le", "{ v: { le: 1.5 } }", "(#v <= :v_le)", `{"#v":"v"}`, `{":v_le":{"N":1.5}}`},
		{"gt", "{ v: { gt: true } }", "(#v > :v_gt)", `{"#v":"v"}`, `{":v_gt":{"BOOL":true}}`},
		{"ge", "{ v: { ge: null } }", "(#v >= :v_ge)", `{"#v":"v"}`, `{":v_ge":{"NULL":null}}`},
		{"an object", "{ v: { eq: { a: 1 } } }", "(#v = :v_eq)", `{"#v":"v"}`, `{":v_eq":{"M":{"a":{"N":1}}}}`},
		{"a list", "{ v: { eq: [1, 2] } }", "(#v = :v_eq)", `{"#v":"v"}`, `{":v_eq":{"L":[{"N":1},{"N":2}]}}`},
		{"contains", "{ title: { contains: 'Hello World' } }", "(contains(#title,:title_contains))", `{"#title":"title"}`, `{":title_contains":{"S":"Hello World"}}`},
		{"notContains", "{ v: { notContains: 'x' } }", "(NOT contains(#v,:v_notContains))", `{"#v":"v"}`, `{":v_notContains":{"S":"x"}}`},
		{"beginsWith", "{ v: { beginsWith: 'x' } }", "(begins_with(#v,:v_beginsWith))", `{"#v":"v"}`, `{":v_beginsWith":{"S":"x"}}`},
		{"between", "{ v: { between: [1, 9, 3] } }", "(#v BETWEEN :v_between_start AND :v_between_end)", `{"#v":"v"}`, `{":v_between_start":{"N":1},":v_between_end":{"N":9}}`},
		{"in", "{ v: { in: ['a', 'b'] } }", "(#v IN (:v_in_0, :v_in_1))", `{"#v":"v"}`, `{":v_in_0":{"S":"a"},":v_in_1":{"S":"b"}}`},
		{"attributeExists", "{ v: { attributeExists: true } }", "(attribute_exists(#v))", `{"#v":"v"}`, `{}`},
		{"not attributeExists", "{ v: { attributeExists: false } }", "(attribute_not_exists(#v))", `{"#v":"v"}`, `{}`},
		{"attributeType", "{ a: { attributeType: '_null' }, b: { attributeType: 'stringSet' } }", "(attribute_type(#a,:a_attributeType)) AND (attribute_type(#b,:b_attributeType))", `{"#a":"a","#b":"b"}`, `{":a_attributeType":{"S":"NULL"},":b_attributeType":{"S":"SS"}}`},
		{"size", "{ v: { size: { gt: 2, lt: 5 } } }", "((size(#v) > :v_size_gt) AND (size(#v) < :v_size_lt))", `{"#v":"v"}`, `{":v_size_gt":{"N":2},":v_size_lt":{"N":5}}`},
		{"size of size", "{ v: { size: { size: { gt: 1 } } } }", "(size(#v) > :v_size_size_gt)", `{"#v":"v"}`, `{":v_size_size_gt":{"N":1}}`},
		{"two fields", "{ id: { attributeExists: true }, version: { eq: 10 } }", "(attribute_exists(#id)) AND (#version = :version_eq)", `{"#id":"id","#version":"version"}`, `{":version_eq":{"N":10}}`},
		{"two operators", "{ v: { ge: 1, le: 5 } }", "((#v >= :v_ge) AND (#v <= :v_le))", `{"#v":"v"}`, `{":v_ge":{"N":1},":v_le":{"N":5}}`},
		{"and of one", "{ and: [{ a: { eq: 1 } }] }", "(#a = :and_0_a_eq)", `{"#a":"a"}`, `{":and_0_a_eq":{"N":1}}`},
		{"and", "{ and: [{ a: { eq: 1 } }, { b: { eq: 2 } }] }", "((#a = :and_0_a_eq) AND (#b = :and_1_b_eq))", `{"#a":"a","#b":"b"}`, `{":and_0_a_eq":{"N":1},":and_1_b_eq":{"N":2}}`},
		{"or", "{ or: [{ a: { eq: 1 } }, { b: { eq: 2 } }] }", "((#a = :or_0_a_eq) OR (#b = :or_1_b_eq))", `{"#a":"a","#b":"b"}`, `{":or_0_a_eq":{"N":1},":or_1_b_eq":{"N":2}}`},
		{"not", "{ not: { a: { eq: 1 } } }", "(NOT (#a = :not_a_eq))", `{"#a":"a"}`, `{":not_a_eq":{"N":1}}`},
		{"not of and", "{ not: { and: [{ a: { eq: 1 } }, { b: { eq: 2 } }] } }", "(NOT ((#a = :not_and_0_a_eq) AND (#b = :not_and_1_b_eq)))", `{"#a":"a","#b":"b"}`, `{":not_and_0_a_eq":{"N":1},":not_and_1_b_eq":{"N":2}}`},
		{"not of not", "{ not: { not: { a: { eq: 1 } } } }", "(NOT (NOT (#a = :not_not_a_eq)))", `{"#a":"a"}`, `{":not_not_a_eq":{"N":1}}`},
		{"and in or", "{ or: [{ and: [{ a: { eq: 1 } }, { b: { eq: 2 } }] }, { c: { eq: 3 } }] }", "(((#a = :or_0_and_0_a_eq) AND (#b = :or_0_and_1_b_eq)) OR (#c = :or_1_c_eq))", `{"#a":"a","#b":"b","#c":"c"}`, `{":or_0_and_0_a_eq":{"N":1},":or_0_and_1_b_eq":{"N":2},":or_1_c_eq":{"N":3}}`},
		{"a field beside a group", "{ a: { eq: 1 }, and: [{ b: { eq: 2 } }] }", "(#a = :a_eq) AND (#b = :and_0_b_eq)", `{"#a":"a","#b":"b"}`, `{":a_eq":{"N":1},":and_0_b_eq":{"N":2}}`},
		{"a name with a dot", "{ 'a.b': { eq: 1 } }", "(#a.b = :a.b_eq)", `{"#a.b":"a.b"}`, `{":a.b_eq":{"N":1}}`},
		{"nothing", "{}", "", `{}`, `{}`},
		{"an empty group", "{ and: [] }", "", `{}`, `{}`},
		{"a field without operators", "{ v: {} }", "", `{"#v":"v"}`, `{}`},
		{"not of nothing", "{ not: {} }", "(NOT )", `{}`, `{}`},
		{"in of nothing", "{ v: { in: [] } }", "(null)", `{"#v":"v"}`, `{}`},
		{"an empty field beside another", "{ a: { eq: 1 }, b: {} }", "(#a = :a_eq) AND ", `{"#a":"a","#b":"b"}`, `{":a_eq":{"N":1}}`},
		{"an empty member", "{ and: [{ a: { eq: 1 } }, {}] }", "((#a = :and_0_a_eq) AND )", `{"#a":"a"}`, `{":and_0_a_eq":{"N":1}}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			text, err := json.Marshal(test.expression)
			if err != nil {
				t.Fatal(err)
			}
			want := `{"expression":` + string(text) + `,"expressionNames":` + test.names + `,"expressionValues":` + test.values + `}`
			wantSame(t, "JSON.parse(util.transform.toDynamoDBFilterExpression("+test.filter+"))", want)
			wantSame(t, "JSON.parse(util.transform.toDynamoDBConditionExpression("+test.filter+"))", want)
		})
	}
}

// AWS leaves open how several fields in one member are joined; that they stay together is what any reader would expect.
func TestTransform_keepsTheFieldsOfAMemberTogether(t *testing.T) {
	wantValue(t, "JSON.parse(util.transform.toDynamoDBFilterExpression({ not: { a: { eq: 1 }, b: { eq: 2 } } })).expression",
		`"(NOT ((#a = :not_a_eq) AND (#b = :not_b_eq)))"`)
	wantValue(t, "JSON.parse(util.transform.toDynamoDBFilterExpression({ or: [{ a: { eq: 1 }, b: { eq: 2 } }, { c: { eq: 3 } }] })).expression",
		`"(((#a = :or_0_a_eq) AND (#b = :or_0_b_eq)) OR (#c = :or_1_c_eq))"`)
}

// AppSync answers null for them.
func TestTransform_answersNullForWhatItCannotRender(t *testing.T) {
	for _, filter := range []string{
		"", "null", "[]", "'string'", "{ v: { foo: 1 } }", "{ v: 'x' }", "{ a: { b: { eq: 1 } } }", "{ and: { a: { eq: 1 } } }",
		"{ and: null }", "{ and: [{ a: { eq: 1 } }, null] }", "{ not: [{ a: { eq: 1 } }] }", "{ v: { between: [1] } }",
		"{ v: { between: 'x' } }", "{ v: { in: 'x' } }", "{ v: { attributeExists: 'yes' } }", "{ v: { attributeType: 'S' } }",
		"{ v: { attributeType: 'bogus' } }", "{ v: { size: 3 } }",
	} {
		wantValue(t, "util.transform.toDynamoDBFilterExpression("+filter+")", "null")
	}
}
