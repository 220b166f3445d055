package iam

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// canonicalConditions returns the conditions' canonical texts, sorted, without those that always hold.
func (s *statement) canonicalConditions() []string {
	var list []string
	for i := range s.conditions {
		if text, always := s.conditions[i].canonical(); !always {
			list = append(list, text)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// canonical writes the condition as in `ForAnyValue:StringEquals aws:tagkeys ["a", "b"]`, and reports whether it holds
// in every request.
func (c *condition) canonical() (text string, always bool) {
	operands := c.operands
	switch c.family {
	case texts:
		operands = widest(operands, func(small, large operand) bool {
			return large.text.Covers(sources(large.vars), &small.text, sources(small.vars))
		})
	case arns:
		operands = widest(operands, func(small, large operand) bool {
			return large.arn.Covers(sources(large.vars), &small.arn, sources(small.vars))
		})
	}
	values := canonicalList(operands, func(o operand) string { return strconv.Quote(c.operandText(&o)) })
	always = c.family == presence && c.wants(true) && c.wants(false)
	return fmt.Sprintf("%s %s [%s]", c.canonicalName(), strings.ToLower(c.key.name), values), always
}

// canonicalName is the operator's name, the same for operators that say the same.
func (c *condition) canonicalName() string {
	not := [2]string{"", "Not"}[boolIndex(c.negated)]
	name := map[family]string{
		texts:     "String" + not + [2]string{"Equals", "Like"}[boolIndex(c.wild())] + [2]string{"", "IgnoreCase"}[boolIndex(c.fold)],
		arns:      "Arn" + not + "Like",
		booleans:  "Bool",
		numbers:   "Numeric" + not + c.order.String(),
		instants:  "Date" + not + c.order.String(),
		addresses: not + "IpAddress",
		presence:  "Null",
	}[c.family]
	switch c.set {
	case forAny:
		name = "ForAnyValue:" + name
	case forAll:
		name = "ForAllValues:" + name
	}
	// Where an absent key holds anyway, or never, IfExists adds nothing.
	if c.ifExists && !c.absent() && c.set != forAny {
		name += "IfExists"
	}
	return name
}

// wild reports whether a text among the operands has a wildcard.
func (c *condition) wild() bool {
	return c.wildcards && slices.ContainsFunc(c.operands, func(o operand) bool { return o.text.Wild() })
}

// operandText writes a value in one notation.
func (c *condition) operandText(o *operand) string {
	switch c.family {
	case texts:
		return o.text.String(sources(o.vars))
	case arns:
		return o.arn.String(sources(o.vars))
	case numbers:
		return o.number.String()
	case instants:
		return o.instant.UTC().Format(time.RFC3339Nano)
	case addresses:
		return o.network.String()
	}
	return strconv.FormatBool(o.truth)
}
