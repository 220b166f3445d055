package expression_test

import (
	"encoding/json"
	"strings"
	"testing"

	"lightbox.example/lightbox/sandbox/dynamodb/expression"
	"lightbox.example/lightbox/sandbox/dynamodb/item"
)

// values reads attributes from JSON; "" stands for none.
func values(t testing.TB, text string) item.Item {
	t.Helper()
	if text == "" {
		return nil
	}
	var i item.Item
	if err := json.Unmarshal([]byte(text), &i); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return i
}

// message parses an expression, and everything around it, and returns what is wrong with it.
func message(t testing.TB, parameter, text string, names map[string]string, v string) string {
	t.Helper()
	scope, err := expression.NewScope(names, values(t, v))
	if err == nil {
		switch parameter {
		case "UpdateExpression":
			_, err = scope.Update(text)
		case "ProjectionExpression":
			_, err = scope.Projection(text)
		case "KeyConditionExpression":
			var c *expression.Condition
			if c, err = scope.Condition(parameter, text); err == nil {
				_, err = c.Key()
			}
		default:
			_, err = scope.Condition(parameter, text)
		}
	}
	if err == nil {
		err = scope.Unused()
	}
	if err == nil {
		return ""
	}
	return err.Error()
}

type messageTest struct {
	text, values string
	want         string // after "Invalid PARAMETER: "; "" if there is nothing wrong
}

func runMessages(t *testing.T, parameter string, tests []messageTest) {
	t.Helper()
	for _, test := range tests {
		names := map[string]string{}
		for _, word := range strings.FieldsFunc(test.text, func(r rune) bool { return !strings.ContainsRune("#abcdez", r) }) {
			if len(word) == 2 && word[0] == '#' {
				names[word] = word[1:]
			}
		}
		if len(names) == 0 {
			names = nil
		}
		want := test.want
		if want != "" {
			want = "Invalid " + parameter + ": " + want
		}
		if got := message(t, parameter, test.text, names, test.values); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", test.text, got, want)
		}
	}
}

// What DynamoDB answers to conditions, as others have recorded it: github.com/architect/dynalite/test/scan.js,
// github.com/scylladb/scylladb/test/alternator.
func TestScope_Condition_messages(t *testing.T) {
	const (
		redundant = "The expression has redundant parentheses;"
		one       = `{":a": {"N": "1"}}`
	)
	misused := func(f string) string {
		return "The function is not allowed to be used this way in an expression; function: " + f
	}
	count := func(f, n string) string {
		return "Incorrect number of operands for operator or function; operator or function: " + f + ", number of operands: " + n
	}
	kind := func(f, k string) string {
		return "Incorrect operand type for operator or function; operator or function: " + f + ", operand type: " + k
	}
	path := func(f string) string {
		return "Operator or function requires a document path; operator or function: " + f
	}
	distinct := func(op, p string) string {
		return "The first operand must be distinct from the remaining operands for this operator or function; operator: " +
			op + ", first operand: " + p
	}
	undefined := func(v string) string {
		return "An expression attribute value used in expression is not defined; attribute value: " + v
	}
	unnamed := func(n string) string {
		return "An expression attribute name used in the document path is not defined; attribute name: " + n
	}
	runMessages(t, "FilterExpression", []messageTest{
		{"", "", "The expression can not be empty;"},
		{strings.Repeat("x", 4097), "", "Expression size has exceeded the maximum allowed size; expression size: 4097"},

		{"foo", "", `Syntax error; token: "<EOF>", near: "foo"`},
		{"a = b AND NOT c", "", `Syntax error; token: "<EOF>", near: "c"`},
		{"things are not gonna be ok", "", `Syntax error; token: "are", near: "things are not"`},
		{"a > 4", "", `Syntax error; token: "4", near: "> 4"`},
		{"a > 4 ", "", `Syntax error; token: "4", near: "> 4 "`},
		{"a = ", "", `Syntax error; token: "<EOF>", near: "= "`},
		{"a.set = b", "", `Syntax error; token: "set", near: ".set ="`},
		{"attribute_exists(Delete)", "", `Syntax error; token: "Delete", near: "(Delete)"`},
		{"attribute_exists(Pictures-RearView)", "", `Syntax error; token: "-", near: "Pictures-RearView"`},
		{`attribute_exists("Pictures")`, "", `Syntax error; token: """, near: "("Pictures"`},
		{"attribute_exists(Pictures..RearView)", "", `Syntax error; token: ".", near: "..RearView"`},
		{"attribute_exists(asdf[a])", "", `Syntax error; token: "a", near: "[a]"`},
		{"a in b", "", `Syntax error; token: "b", near: "in b"`},
		{"a in (b,c,)", "", `Syntax error; token: ")", near: ",)"`},
		{"a > between", "", `Syntax error; token: "between", near: "> between"`},
		{"(a)between(b.(c.d))and(c)", "", `Syntax error; token: "(", near: ".(c"`},
		{"a > :things.stuff", one, `Syntax error; token: ".", near: ":things.stuff"`},
		{"b[:a] > a", "", `Syntax error; token: ":a", near: "[:a]"`},
		{"ü > a", "", `Syntax error; token: "ü", near: "ü >"`},
		{"(a)between(b.c[4.5].d)and(:a)", "", `Syntax error; token: ".", near: "4.5"`},
		{"size(a).b > a", "", `Syntax error; token: ".", near: ").b"`},
		{"(size(a))[0] > a", "", `Syntax error; token: "[", near: ")[0"`},
		{"# = a", "", `Syntax error; token: "#", near: "# ="`},
		{"a = : b", "", `Syntax error; token: ":", near: "= : b"`},
		{"(a) AND b = c", "", `Syntax error; token: "AND", near: ") AND b"`},
		{"(b = c AND a)", "", `Syntax error; token: ")", near: "a)"`},
		{"(NOT a) = b", "", `Syntax error; token: ")", near: "a) ="`},
		{"(a = b) = c", "", `Syntax error; token: "=", near: ") = c"`},
		{"a = (b = c)", "", `Syntax error; token: "=", near: "b = c"`},
		{"a[99999999999] = b", "", `List index is not within the allowable range; index: [99999999999]`},

		{"a=b and a > ((views))", "", redundant},
		{"(a)between(((b.c)).d)and(c)", "", redundant},
		{"a > whatever((:things), ((a)))", "", redundant},
		{"a=b AND ((a=b AND a=c)) AND a=d", "", redundant},
		{"a=b OR ((a=c OR (a=d OR a=e)))", "", redundant},
		{"((a=b))", "", redundant},

		{"a = if_not_exists(a, b)", "", "The function is not allowed in a condition expression; function: if_not_exists"},
		{"a=b and whatever((:things)) > a", "", "Invalid function name; function: whatever"},
		{"attRIbute_exIsts((views), #a)", "", "Invalid function name; function: attRIbute_exIsts"},
		{"a = " + strings.Repeat("f(", 1000) + "b" + strings.Repeat(")", 1000), "", "Invalid function name; function: f"},

		{"a=b and attribute_exists((views), (#a)) > b", "", misused("attribute_exists")},
		{"begins_with(things, a) > b", "", misused("begins_with")},
		{"size(contains(a, b)) > a", "", misused("contains")},
		{"size(things)", "", misused("size")},
		{"a = b OR size(things)", "", misused("size")},
		{"NOT size(things)", "", misused("size")},
		{"a between b and attribute_exists(things)", "", misused("attribute_exists")},
		{"a in (b, attribute_exists(things))", "", misused("attribute_exists")},

		{"attribute_exists(views, #a)", "", "Attribute name is a reserved keyword; reserved keyword: views"},
		{":a < abOrT", "", "Attribute name is a reserved keyword; reserved keyword: abOrT"},
		{"a.status = b", "", "Attribute name is a reserved keyword; reserved keyword: status"},

		{"attribute_exists(#Pictures.RearView, :a) and a=b", "", unnamed("#Pictures")},
		{"begins_with(Pictures.#RearView)", "", unnamed("#RearView")},
		{"#4g > a", "", unnamed("#4g")},
		{"#_ > a", "", unnamed("#_")},
		{"(a)between(b.c[45].#x)and(:a)", "", unnamed("#x")},
		{"begins_with(:hello, #x, #y)", "", undefined(":hello")},
		{":a < :b", "", undefined(":a")},

		{"attribute_exists(things, a) and a=a", "", count("attribute_exists", "2")},
		{"attribute_type(things)", "", count("attribute_type", "1")},
		{"begins_with(things, size(a), b)", "", count("begins_with", "3")},
		{"contains(things)", "", count("contains", "1")},
		{"size(things, a) > b", "", count("size", "2")},
		{"a IN (" + strings.Repeat("b,", 100) + "b)", "", "The IN operator is provided with too many operands; number of operands: 101"},

		{"a = a AND #a = b AND :views > a", "", distinct("=", "[a]")},
		{"#a <> a", "", distinct("<>", "[a]")},
		{"((a=a) OR (a=a))", "", distinct("=", "[a]")},
		{"contains(ab.bc[1].a, ab.bc[1].#a)", "", distinct("contains", "[ab, bc, [1], a]")},
		{":a > :a", one, ""},

		{"attribute_type(a, b)", "", kind("attribute_type", "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}")},
		{"attribute_type(a, size(a)) and a=a and a=:a", one, kind("attribute_type", "N")},
		{"attribute_type(a, :a)", `{":a": {"SS": ["1"]}}`, kind("attribute_type", "SS")},
		{"attribute_type(a, :a)", `{":a": {"S": "1"}}`, "Invalid attribute type name found; type: 1, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}"},
		{"begins_with(a, size(b)) and a=:a", one, kind("begins_with", "N")},
		{"begins_with(:a, a)", `{":a": {"M": {}}}`, kind("begins_with", "M")},
		{"size(size(a)) > :a", one, kind("size", "N")},
		{"size(:a) > a", `{":a": {"BOOL": true}}`, kind("size", "BOOL")},
		{"attribute_not_exists(size(:a))", one, kind("size", "N")},
		{"attribute_exists(:a) and a=b", one, path("attribute_exists")},
		{"a < :a", `{":a": {"L": []}}`, kind("<", "L")},
		{":a >= a", `{":a": {"NULL": true}}`, kind(">=", "NULL")},
		{"a between :a and :a", `{":a": {"BOOL": true}}`, kind("BETWEEN", "BOOL")},
		{"a between :b and :a", `{":a": {"S": "a"}, ":b": {"N": "1"}}`,
			"The BETWEEN operator requires same data type for lower and upper bounds; " +
				"lower bound operand: AttributeValue: {N:1}, upper bound operand: AttributeValue: {S:a}"},
		{"a between :b and :a", `{":a": {"S": "a"}, ":b": {"S": "b"}}`,
			"The BETWEEN operator requires upper bound to be greater than or equal to lower bound; " +
				"lower bound operand: AttributeValue: {S:b}, upper bound operand: AttributeValue: {S:a}"},
		{"a<b " + strings.Repeat("or (a<b ", 149) + strings.Repeat(")", 149), "", ""},
		{"a<b " + strings.Repeat("or (a<b ", 454) + strings.Repeat(")", 454), "", "The expression contains too many operators; operator count: 301"},
		{strings.Repeat("not ", 1000) + "a<b", "", "The expression contains too many operators; operator count: 301"},

		{"(a.b).c = (d.e)[1] AND (NOT (a = b OR c <> d)) and aTTribute = b", "", "Attribute name is a reserved keyword; reserved keyword: aTTribute"},
		{"(a.b).c = (d.e)[1] AND (NOT (a = b OR c <> d)) and e in (:a, (b))", one, ""},
	})
}

// The source is github.com/architect/dynalite/test/updateItem.js.
func TestScope_Update_messages(t *testing.T) {
	const all = `{":a": {"S": "a"}, ":b": {"N": "1"}, ":c": {"SS": ["a"]}, ":l": {"L": []}}`
	overlap := func(kind, one, two string) string {
		return "Two document paths " + kind + " with each other; must remove or rewrite one of these paths; path one: " + one +
			", path two: " + two
	}
	wrong := func(op, k string) string {
		return "Incorrect operand type for operator or function; operator or function: " + op + ", operand type: " + k
	}
	clause := func(op, k string) string {
		return "Incorrect operand type for operator or function; operator: " + op + ", operand type: " + k + ", typeSet: ALLOWED_FOR_" + op + "_OPERAND"
	}
	runMessages(t, "UpdateExpression", []messageTest{
		{"", "", "The expression can not be empty;"},
		{"INVALID SYNTAX HERE", "", `Syntax error; token: "INVALID", near: "INVALID SYNTAX"`},
		{"set a", "", `Syntax error; token: "<EOF>", near: "a"`},
		{"set a=set", "", `Syntax error; token: "set", near: "=set"`},
		{"set a = size(b)", "", "The function is not allowed in an update expression; function: size"},
		{"set a = ((status))", "", "The expression has redundant parentheses;"},
		{"set a = (((b) + (c)))", "", "The expression has redundant parentheses;"},
		{"SET AND = :a", "", `Syntax error; token: "AND", near: "SET AND ="`},
		{"remove a = b", "", `Syntax error; token: "=", near: "a = b"`},
		{"add a b", "", `Syntax error; token: "b", near: "a b"`},
		{"ADD hits : incr", "", `Syntax error; token: ":", near: "hits : incr"`},
		{"set :a = b", "", `Syntax error; token: ":a", near: "set :a ="`},
		{"set a = b * c", "", `Syntax error; token: "*", near: "b * c"`},
		{"set a[1] = 1", "", `Syntax error; token: "1", near: "= 1"`},
		{"SET if_not_exist(a, b) = a", "", `Syntax error; token: "(", near: "if_not_exist(a"`},
		{"set (a = (b + c))", "", `Syntax error; token: "(", near: "set (a"`},
		{"set a = (b.c).d + e", "", `Syntax error; token: ".", near: ").d"`},
		{"set a = b + c + d", "", `Syntax error; token: "+", near: "c + d"`},
		{"set a = (b + c) + d", "", `Syntax error; token: "+", near: ") + d"`},
		{"set a = if_not_exists(a, :b + :c)", "", `Syntax error; token: "+", near: ":b + :c"`},
		{"set a = _f(b)", "", `Syntax error; token: "_", near: "= _f"`},
		{"set #as, #Lambda = :a", "", `Syntax error; token: ",", near: "#as, #Lambda"`},

		{" set #c = :c set abOrt = true ", "", "Attribute name is a reserved keyword; reserved keyword: abOrt"},
		{" remove Absolute ", "", "Attribute name is a reserved keyword; reserved keyword: Absolute"},
		{"set #c = if_not_exist(:c) set c = d", "", "Invalid function name; function: if_not_exist"},
		{"set a = #c set c = :d", "", `The "SET" section can only be used once in an update expression;`},
		{"remove #d set a = b remove e", "", `The "REMOVE" section can only be used once in an update expression;`},
		{"SET #y = if_not_exists(:c)", "", "An expression attribute name used in the document path is not defined; attribute name: #y"},
		{"SET #a = if_not_exists(:c)", "", "An expression attribute value used in expression is not defined; attribute value: :c"},

		{"set d[1] = a, d.b = a, c[1].a = a, #c = if_not_exists(a)", "", overlap("overlap", "[c, [1], a]", "[c]")},
		{"set a = :a remove a", all, overlap("overlap", "[a]", "[a]")},
		{"remove a.b set a[1] = d", "", overlap("conflict", "[a, b]", "[a, [1]]")},

		{"add a.b :a", all, clause("ADD", "STRING")},
		{"delete a.b :b", all, clause("DELETE", "NUMBER")},
		{"delete a.b :a", `{":a": {"L": [{"N": "1"}]}}`, clause("DELETE", "LIST")},
		{"add a.b :a", `{":a": {"BOOL": true}}`, clause("ADD", "BOOLEAN")},

		{"set a = list_append(c)", "", "Incorrect number of operands for operator or function; operator or function: list_append, number of operands: 1"},
		{"set a = if_not_exists(:a, c)", all, "Operator or function requires a document path; operator or function: if_not_exists"},
		{"set a = if_not_exists(if_not_exists(a, b), c)", "", "Operator or function requires a document path; operator or function: if_not_exists"},
		{"set a = list_append(:a, a)", all, wrong("list_append", "S")},
		{"set a = a - :c", all, wrong("-", "SS")},
		{"set a = :a + :b", all, wrong("+", "S")},
		{"set a = list_append(b, list_append(c, d))", "", "The function is not allowed to be used this way in an expression; function: list_append"},
		{"set a = list_append(if_not_exists(a, :l), :l)", `{":l": {"L": []}}`, ""},
		{"set a = ((b.c.d)+(e)), #b = if_not_exists(a, if_not_exists(b, c)) - d remove e add z :n", `{":n": {"N": "1"}}`, ""},
	})
}

func TestScope_Projection_messages(t *testing.T) {
	runMessages(t, "ProjectionExpression", []messageTest{
		{"", "", "The expression can not be empty;"},
		{"!!! INVALID !!!", "", `Syntax error; token: "!", near: "!!"`},
		{"a,", "", `Syntax error; token: "<EOF>", near: ","`},
		{"(a)", "", `Syntax error; token: "(", near: "(a"`},
		{"size(a)", "", `Syntax error; token: "(", near: "size(a"`},
		{"a, between", "", `Syntax error; token: "between", near: ", between"`},
		{"add", "", `Syntax error; token: "add", near: "add"`},
		{"a, abort", "", "Attribute name is a reserved keyword; reserved keyword: abort"},
		{"a, #y", "", "An expression attribute name used in the document path is not defined; attribute name: #y"},
		{"a.b, a", "", "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a]"},
		{"a.b, a[1]", "", "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a, [1]]"},
		{"a.b, a.c[1], #d, a.c[2] . e", "", ""},
	})
}

// The source is github.com/architect/dynalite/test/query.js.
func TestScope_KeyCondition_messages(t *testing.T) {
	for _, test := range []messageTest{
		{"a > b and size(b) > c or a > c", "", "Invalid operator used in KeyConditionExpression: OR"},
		{"a in (b, size(c), d)", "", "Invalid operator used in KeyConditionExpression: IN"},
		{"attribute_exists(a)", "", "Invalid operator used in KeyConditionExpression: attribute_exists"},
		{"contains(a.d, b)", "", "Invalid operator used in KeyConditionExpression: contains"},
		{"not a > b", "", "Invalid operator used in KeyConditionExpression: NOT"},
		{"a <> b", "", "Invalid operator used in KeyConditionExpression: <>"},
		{":a between size(b) and size(a) and b > :b", `{":a": {"S": "1"}, ":b": {"S": "1"}}`,
			"Invalid condition in KeyConditionExpression: BETWEEN operator must have the key attribute as its first operand"},
		{"begins_with(:a, b) and a > :b", `{":a": {"S": "1"}, ":b": {"S": "1"}}`,
			"Invalid condition in KeyConditionExpression: begins_with operator must have the key attribute as its first operand"},
		{"size(b) > a AND a.b > b AND b > c", "", "KeyConditionExpressions cannot contain nested operations"},
		{"a between size(b) and size(a)", "", "KeyConditionExpressions cannot contain nested operations"},
		{"b > a.b", "", "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition"},
		{"begins_with(a, b)", "", "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition"},
		{"b.d > a AND c.d > e.f", "", "KeyConditionExpressions cannot have conditions on nested attributes"},
		{":b > :a AND a < :b", `{":a": {"N": "1"}, ":b": {"N": "1"}}`, "Invalid condition in KeyConditionExpression: No key attribute specified"},
		{"b > :a AND b < :a and c = :a and d = :a", `{":a": {"N": "1"}}`, "KeyConditionExpressions must only contain one condition per key"},
		{":a = a and b = :a and :a = c", `{":a": {"S": "a"}}`, "Conditions can be of length 1 or 2 only"},
		{"a = :a", `{":a": {"BOOL": true}}`, "One or more parameter values were invalid: ComparisonOperator EQ is not valid for BOOL AttributeValue type"},
		{":a >= a AND (b BETWEEN :a AND :a)", `{":a": {"S": "a"}}`, ""},
	} {
		if got := message(t, "KeyConditionExpression", test.text, nil, test.values); got != test.want {
			t.Errorf("%s\ngot  %s\nwant %s", test.text, got, test.want)
		}
	}
}

func TestNewScope_messages(t *testing.T) {
	for _, test := range []struct {
		names  map[string]string
		values item.Item
		want   string
	}{
		{names: map[string]string{}, want: "ExpressionAttributeNames must not be empty"},
		{values: item.Item{}, want: "ExpressionAttributeValues must not be empty"},
		{names: map[string]string{"a": "a"}, want: `ExpressionAttributeNames contains invalid key: Syntax error; key: "a"`},
		{names: map[string]string{"#": "a"}, want: `ExpressionAttributeNames contains invalid key: Syntax error; key: "#"`},
		{names: map[string]string{"#a-b": "a"}, want: `ExpressionAttributeNames contains invalid key: Syntax error; key: "#a-b"`},
		{values: item.Item{":b": {}, "b": item.String("a")}, want: `ExpressionAttributeValues contains invalid key: Syntax error; key: "b"`},
		{values: item.Item{":b": {}}, want: "ExpressionAttributeValues contains invalid value: " +
			"Supplied AttributeValue is empty, must contain exactly one of the supported datatypes for key :b"},
		{values: item.Item{":b": item.Number("x")}, want: "ExpressionAttributeValues contains invalid value: " +
			"The parameter cannot be converted to a numeric value: x for key :b"},
		{names: map[string]string{"#b": "b", "#a": "a"}, want: "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a, #b}"},
		{values: item.Item{":b": item.Null()}, want: "Value provided in ExpressionAttributeValues unused in expressions: keys: {:b}"},
	} {
		scope, err := expression.NewScope(test.names, test.values)
		if err == nil {
			err = scope.Unused()
		}
		if err == nil || err.Error() != test.want {
			t.Errorf("%v %v: got %v, want %s", test.names, test.values, err, test.want)
		}
	}
}
