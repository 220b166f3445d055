package expression

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/dynamodb/item"
)

// A KeyCondition is a parsed KeyConditionExpression: a test for each of one or two attributes.
type KeyCondition map[string]KeyTest

// A KeyTest compares the key's attribute with one value, or with two: Operator is "=", "<", "<=", ">", ">=", "between" or
// "begins_with".
type KeyTest struct {
	Operator string
	Values   []item.Value
}

// Holds reports whether the test holds for a value.
func (t KeyTest) Holds(v item.Value) bool {
	args := []operand{{v, true}}
	for _, value := range t.Values {
		args = append(args, operand{value, true})
	}
	return tests[t.Operator](args)
}

// Key is the condition as a KeyConditionExpression. What it tests has yet to be held against the key of the table or index.
func (c *Condition) Key() (KeyCondition, error) {
	k := KeyCondition{}
	if m := k.add(c.root); m != "" {
		return nil, faultf("%s", m)
	}
	for _, name := range slices.Sorted(maps.Keys(k)) {
		if m := k[name].check(); m != "" {
			return nil, faultf("%s", m)
		}
	}
	if len(k) != 1 && len(k) != 2 {
		return nil, faultf("Conditions can be of length 1 or 2 only")
	}
	return k, nil
}

// mirrored are the comparisons with their operands exchanged.
var mirrored = map[string]string{"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}

func (k KeyCondition) add(n *node) string {
	if m := keyOperator(n); m != "" {
		return m
	}
	attribute, at := "", 0
	for i, arg := range n.args {
		switch {
		case n.kind == isAnd, arg.kind == isCall:
			if m := k.add(arg); m != "" {
				return m
			}
		case arg.kind == isPath && attribute != "":
			return "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition"
		case arg.kind == isPath && len(arg.path) > 1:
			return "KeyConditionExpressions cannot have conditions on nested attributes"
		case arg.kind == isPath:
			attribute, at = arg.path.Attribute(), i
		}
	}
	if n.kind == isAnd {
		return ""
	}
	if attribute == "" {
		return "Invalid condition in KeyConditionExpression: No key attribute specified"
	}
	if _, twice := k[attribute]; twice {
		return "KeyConditionExpressions must only contain one condition per key"
	}
	test := KeyTest{Operator: n.text}
	if at != 0 {
		test.Operator = mirrored[n.text]
	}
	for i, arg := range n.args {
		if i != at {
			test.Values = append(test.Values, arg.value)
		}
	}
	k[attribute] = test
	return ""
}

// keyOperator is the message for a node that no key condition has.
func keyOperator(n *node) string {
	switch {
	case n.kind == isOr, n.kind == isNot, n.kind == isIn:
		return "Invalid operator used in KeyConditionExpression: " + strings.ToUpper(n.text)
	case n.kind == isComparison && n.text == "<>", n.kind == isCall && n.text != "size" && n.text != "begins_with":
		return "Invalid operator used in KeyConditionExpression: " + n.text
	case n.kind == isCall && n.text == "size":
		return "KeyConditionExpressions cannot contain nested operations"
	case n.kind == isBetween && n.args[0].kind != isPath:
		return "Invalid condition in KeyConditionExpression: BETWEEN operator must have the key attribute as its first operand"
	case n.kind == isCall && n.args[0].kind != isPath:
		return "Invalid condition in KeyConditionExpression: begins_with operator must have the key attribute as its first operand"
	}
	return ""
}

// check refuses values that no key can be compared with.
func (t KeyTest) check() string {
	for _, v := range t.Values {
		scalar := v.Kind.Ordered() || t.Operator == "=" && (v.Kind == item.SS || v.Kind == item.NS || v.Kind == item.BS)
		if !scalar {
			return fmt.Sprintf("One or more parameter values were invalid: ComparisonOperator %s is not valid for %s AttributeValue type",
				legacyNames[t.Operator], v.Kind)
		}
	}
	return ""
}

// legacyNames are the operators as DynamoDB's messages about key conditions have them.
var legacyNames = map[string]string{
	"=": "EQ", "<": "LT", "<=": "LE", ">": "GT", ">=": "GE", "between": "BETWEEN", "begins_with": "BEGINS_WITH",
}
