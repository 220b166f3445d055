package iam

import (
	"fmt"
	"net/netip"
	"time"

	"lightbox.example/lightbox/sandbox/iam/pattern"
	"lightbox.example/lightbox/sandbox/iam/policy"
)

// condition is one key of one operator. All conditions of a statement have to hold.
type condition struct {
	operator
	name     string // of the operator, as written
	set      quantifier
	ifExists bool
	key      conditionKey
	operands []operand // one of them has to match; for a negated operator none may
}

// operand is one value of a condition. Which field counts is the operator's family.
type operand struct {
	src     string
	text    pattern.Pattern
	arn     pattern.ARN
	vars    []variable // of text or arn
	truth   bool       // of Bool and Null
	number  decimal
	instant time.Time
	network netip.Prefix
}

func compileCondition(src policy.Condition, variables bool) (condition, error) {
	c := condition{name: src.Operator}
	var err error
	if c.operator, c.set, c.ifExists, err = parseOperator(src.Operator); err != nil {
		return c, err
	}
	if c.key, err = compileKey(src.Key); err != nil {
		return c, err
	}
	for _, text := range src.Values {
		o, err := c.compileOperand(text, variables)
		if err != nil {
			return c, fmt.Errorf("%s: %w", src.Key, err)
		}
		c.operands = append(c.operands, o)
	}
	return c, nil
}

func (c *condition) compileOperand(text string, variables bool) (operand, error) {
	o := operand{src: text}
	var vars []pattern.Variable
	var err error
	ok := true
	switch c.family {
	case texts:
		o.text, vars, err = pattern.Parse(text, pattern.Syntax{Wildcards: c.wildcards, Variables: variables, Fold: c.fold})
	case arns:
		o.arn, vars, err = pattern.ParseARN(text, variables)
	case booleans, presence:
		o.truth, ok = text == "true", text == "true" || text == "false"
	case numbers:
		o.number, ok = parseDecimal(text)
	case instants:
		o.instant, ok = parseInstant(text)
	case addresses:
		o.network, ok = parseNetwork(text)
	}
	if !ok {
		return o, fmt.Errorf("got %q, want %s", text, wanted[c.family])
	}
	if err != nil {
		return o, err
	}
	o.vars, err = compileVariables(vars)
	return o, err
}

var wanted = map[family]string{
	booleans:  "true or false",
	presence:  "true or false",
	numbers:   "a decimal number without exponent",
	instants:  "a time as in 2026-01-31T00:00:00Z, or seconds since 1970",
	addresses: "an address or a CIDR without host bits, as in 203.0.113.0/24",
}

// holds reports whether the condition is true in the request.
func (c *condition) holds(in *input) bool {
	v := in.lookup(&c.key)
	if c.family == presence {
		// "true (the key doesn't exist) or false (the key exists and its value is not null)".
		return c.wants(!v.present)
	}
	if !v.present {
		return c.ifExists && c.set != forAny || c.absent()
	}
	switch c.set {
	case forAny:
		return c.anyPasses(in, v)
	case forAll:
		return c.allPass(in, v)
	}
	// "Multivalued context keys require a condition set operator": without one neither the operator nor its negation
	// holds.
	return !v.multi && c.passes(in, v.one)
}

// absent is the outcome for a key that the request does not have: "the values do not match and the condition is false.
// If the policy condition requires that the key is not matched […], the condition is true." With the set operators it
// does not depend on the operator: ForAllValues "also returns true if there are no keys in the request", and with
// ForAnyValue, "for no matching key or a null dataset, the condition returns false". That goes before IfExists, whose "if
// the key is not present, evaluate the condition element as true" says the contrary: a role that was allowed something
// under ForAnyValue:StringEqualsIfExists alone was denied it on AWS without the key.
// https://repost.aws/questions/QU9HFmDzP0QGuU-fd7rS6B7w/foranyvalue-stringequalsifexists-behaving-unexpectedly
func (c *condition) absent() bool {
	switch c.set {
	case forAny:
		return false
	case forAll:
		return true
	}
	return c.negated
}

func (c *condition) anyPasses(in *input, v value) bool {
	if !v.multi {
		return v.one != "" && c.passes(in, v.one)
	}
	for _, s := range v.many {
		if c.passes(in, s) {
			return true
		}
	}
	return false
}

func (c *condition) allPass(in *input, v value) bool {
	if !v.multi {
		return v.one == "" || c.passes(in, v.one)
	}
	for _, s := range v.many {
		if !c.passes(in, s) {
			return false
		}
	}
	return true
}

// passes compares one value of the request with those of the policy: "a logical OR", and for negated operators, which
// are true if none matches, "a logical NOR".
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
func (c *condition) passes(in *input, value string) bool {
	return c.matches(in, value) != c.negated
}

func (c *condition) matches(in *input, value string) bool {
	switch c.family {
	case texts:
		return c.matchesText(in, value)
	case arns:
		return c.matchesARN(in, value)
	case booleans:
		return (value == "true" || value == "false") && c.wants(value == "true")
	case numbers:
		got, ok := parseDecimal(value)
		return ok && c.anyOperand(func(o *operand) bool { return c.order.holds(got.compare(o.number)) })
	case instants:
		got, ok := parseInstant(value)
		return ok && c.anyOperand(func(o *operand) bool { return c.order.holds(got.Compare(o.instant)) })
	case addresses:
		got, ok := parseAddress(value)
		return ok && c.anyOperand(func(o *operand) bool { return o.network.Contains(got) })
	}
	return false
}

func (c *condition) anyOperand(matches func(*operand) bool) bool {
	for i := range c.operands {
		if matches(&c.operands[i]) {
			return true
		}
	}
	return false
}

func (c *condition) wants(truth bool) bool {
	for i := range c.operands {
		if c.operands[i].truth == truth {
			return true
		}
	}
	return false
}

// matchesText compares texts. A value with a variable that the request does not have matches nothing: "there is no
// equal or like value".
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-no-value
func (c *condition) matchesText(in *input, value string) bool {
	var buf [4]string
	for i := range c.operands {
		o := &c.operands[i]
		if values, ok := in.resolve(o.vars, buf[:0]); ok && o.text.Match(value, values) {
			return true
		}
	}
	return false
}

func (c *condition) matchesARN(in *input, value string) bool {
	name, ok := pattern.SplitName(value)
	if !ok {
		return false
	}
	var buf [4]string
	for i := range c.operands {
		o := &c.operands[i]
		if values, ok := in.resolve(o.vars, buf[:0]); ok && o.arn.Match(&name, values) {
			return true
		}
	}
	return false
}
