package expression

import (
	"encoding/base64"
	"fmt"
	"maps"
	"slices"

	"lightbox.example/lightbox/sandbox/dynamodb/item"
)

// A Condition is a parsed ConditionExpression, FilterExpression or KeyConditionExpression.
type Condition struct {
	root *node
	// Paths are the document paths that it reads.
	Paths []Path
}

// Condition parses a condition. parameter is its name in messages, such as "ConditionExpression".
func (s *Scope) Condition(parameter, text string) (*Condition, error) {
	c, message := s.condition(text)
	if message != "" {
		return nil, faultf("Invalid %s: %s", parameter, message)
	}
	return c, nil
}

func (s *Scope) condition(text string) (*Condition, string) {
	if m := sizeFault(text); m != "" {
		return nil, m
	}
	var root *node
	p, message := parse(text, func(p *parser) {
		p.pathsInGroups = true
		root = p.condition(false)
	})
	if message != "" {
		return nil, message
	}
	message = firstOf(
		p.redundancyFault,
		func() string { return operatorsFault(root) },
		func() string {
			return unknownFunction(root, conditionFunctions, updateFunctions, "a condition expression")
		},
		func() string { return misusedFunction(root, true) },
		func() string { return reservedWord(root) },
		func() string { return s.checkConditions(root) },
	)
	if message != "" {
		return nil, message
	}
	c := &Condition{root: root}
	root.all(func(n *node) {
		if n.kind == isPath {
			c.Paths = append(c.Paths, n.path)
		}
	})
	return c, ""
}

// conditionFunctions are the functions of conditions and how many operands they take.
var conditionFunctions = map[string]int{
	"attribute_exists":     1,
	"attribute_not_exists": 1,
	"attribute_type":       2,
	"begins_with":          2,
	"contains":             2,
	"size":                 1,
}

// unknownFunction refuses a call of a function that is not known. The functions of others are those that belong elsewhere than
// here.
func unknownFunction(root *node, known, others map[string]int, here string) (message string) {
	root.all(func(n *node) {
		if _, ok := known[n.text]; n.kind != isCall || ok || message != "" {
			return
		}
		message = "Invalid function name; function: " + n.text
		if _, ok := others[n.text]; ok {
			message = "The function is not allowed in " + here + "; function: " + n.text
		}
	})
	return message
}

// misusedFunction is the message for a condition among operands, or the operand size among conditions.
func misusedFunction(root *node, isCondition bool) (message string) {
	report := func(n *node) {
		if message == "" {
			message = "The function is not allowed to be used this way in an expression; function: " + n.text
		}
	}
	root.all(func(n *node) {
		logical := n.kind == isAnd || n.kind == isOr || n.kind == isNot
		for _, arg := range n.args {
			if arg.kind == isCall && logical == (arg.text == "size") {
				report(arg)
			}
		}
	})
	if isCondition && root.kind == isCall && root.text == "size" {
		report(root)
	}
	return message
}

// checkConditions resolves and checks one condition after the other, in the order of the text.
func (s *Scope) checkConditions(n *node) string {
	if n.kind == isAnd || n.kind == isOr || n.kind == isNot {
		for _, arg := range n.args {
			if m := s.checkConditions(arg); m != "" {
				return m
			}
		}
		return ""
	}
	return firstOf(
		func() string { return s.resolve(n, anyPlaceholder) },
		func() string { return firstFault(n, operandCount) },
		func() string { return firstFault(n, distinctOperands) },
		func() string { return firstFault(n, operandTypes) },
	)
}

func firstFault(n *node, check func(*node) string) (message string) {
	n.all(func(n *node) {
		if message == "" {
			message = check(n)
		}
	})
	return message
}

func operandCount(n *node) string {
	switch {
	case n.kind == isCall && len(n.args) != conditionFunctions[n.text]:
		return fmt.Sprintf("Incorrect number of operands for operator or function; operator or function: %s, number of operands: %d",
			n.text, len(n.args))
	case n.kind == isIn && len(n.args)-1 > maxInArgs:
		return fmt.Sprintf("The IN operator is provided with too many operands; number of operands: %d", len(n.args)-1)
	}
	return ""
}

func distinctOperands(n *node) string {
	if n.kind != isCall && n.kind != isComparison || len(n.args) != 2 {
		return ""
	}
	if a, b := n.args[0], n.args[1]; a.kind != isPath || b.kind != isPath || !a.path.equal(b.path) {
		return ""
	}
	return fmt.Sprintf("The first operand must be distinct from the remaining operands for this operator or function; "+
		"operator: %s, first operand: %s", n.text, n.args[0].path)
}

// typeOf is the kind of a literal or of what a function gives; None for a path.
func typeOf(n *node) item.Kind {
	switch n.kind {
	case isValue:
		return n.value.Kind
	case isCall:
		return item.N // size: no other function is an operand
	}
	return item.None
}

func operandTypes(n *node) string {
	wrong := func(operator string, k item.Kind) string {
		return fmt.Sprintf("Incorrect operand type for operator or function; operator or function: %s, operand type: %s", operator, k)
	}
	switch {
	case n.kind == isComparison && n.text != "=" && n.text != "<>":
		if k := unordered(n.args); k != item.None {
			return wrong(n.text, k)
		}
	case n.kind == isBetween:
		return betweenTypes(n, wrong)
	case n.kind != isCall:
	case n.text == "attribute_exists" || n.text == "attribute_not_exists":
		if n.args[0].kind != isPath {
			return "Operator or function requires a document path; operator or function: " + n.text
		}
	case n.text == "begins_with":
		for _, arg := range n.args {
			if k := typeOf(arg); k != item.None && k != item.S && k != item.B {
				return wrong(n.text, k)
			}
		}
	case n.text == "size":
		if k := typeOf(n.args[0]); k == item.N || k == item.BOOL || k == item.NULL {
			return wrong(n.text, k)
		}
	case n.text == "attribute_type":
		return attributeType(n.args[1], wrong)
	}
	return ""
}

// unordered is the kind of the first literal that has no order.
func unordered(args []*node) item.Kind {
	for _, arg := range args {
		if k := typeOf(arg); k != item.None && !k.Ordered() {
			return k
		}
	}
	return item.None
}

func betweenTypes(n *node, wrong func(string, item.Kind) string) string {
	low, high := n.args[1], n.args[2]
	if low.kind == isValue && high.kind == isValue {
		const format = "The BETWEEN operator requires %s; lower bound operand: AttributeValue: {%s:%s}, " +
			"upper bound operand: AttributeValue: {%s:%s}"
		a, b := low.value, high.value
		switch {
		case a.Kind != b.Kind:
			return fmt.Sprintf(format, "same data type for lower and upper bounds", a.Kind, show(a), b.Kind, show(b))
		case a.Kind.Ordered() && item.Compare(a, b) > 0:
			return fmt.Sprintf(format, "upper bound to be greater than or equal to lower bound", a.Kind, show(a), b.Kind, show(b))
		}
	}
	if k := unordered(n.args); k != item.None {
		return wrong("BETWEEN", k)
	}
	return ""
}

// show is a value in the text of a message.
func show(v item.Value) string {
	switch v.Kind {
	case item.S, item.N:
		return v.Text
	case item.B:
		return base64.StdEncoding.EncodeToString([]byte(v.Text))
	}
	text := string(v.AppendJSON(nil)) // {"L":[…]}
	return text[len(`{"":`)+len(v.Kind.String()) : len(text)-1]
}

var typeNames = []string{"B", "NULL", "SS", "BOOL", "L", "BS", "N", "NS", "S", "M"}

func attributeType(arg *node, wrong func(string, item.Kind) string) string {
	k := typeOf(arg)
	switch {
	case k == item.None:
		return "Incorrect operand type for operator or function; operator or function: attribute_type, " +
			"operand type: {NS,SS,L,BS,N,M,B,BOOL,NULL,S}"
	case k != item.S:
		return wrong("attribute_type", k)
	case !slices.Contains(typeNames, arg.value.Text):
		return fmt.Sprintf("Invalid attribute type name found; type: %s, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}", arg.value.Text)
	}
	return ""
}

// ConditionFunctions are the names of the functions in conditions and filters, sorted.
func ConditionFunctions() []string { return slices.Sorted(maps.Keys(conditionFunctions)) }
