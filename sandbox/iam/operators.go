package iam

import (
	"fmt"
	"slices"
	"strings"
)

// operator is one condition operator without its set prefix and IfExists.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
type operator struct {
	family    family
	negated   bool // true when no value of the policy matches
	wildcards bool // * and ? in a text are wildcards
	fold      bool // letters match in either case
	order     order
}

// family is what an operator compares.
type family uint8

const (
	texts family = iota
	arns
	booleans
	numbers
	instants
	addresses
	presence
)

// order is how the request's value has to stand to the policy's.
type order uint8

const (
	equal order = iota
	less
	lessEqual
	greater
	greaterEqual
)

func (o order) String() string {
	return [...]string{"Equals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"}[o]
}

func (o order) holds(cmp int) bool {
	switch o {
	case less:
		return cmp < 0
	case lessEqual:
		return cmp <= 0
	case greater:
		return cmp > 0
	case greaterEqual:
		return cmp >= 0
	}
	return cmp == 0
}

// operators is the table of all operators there are. ArnEquals and ArnLike "behave identically", and so do their
// negations.
var operators = map[string]operator{
	"StringEquals":              {family: texts},
	"StringNotEquals":           {family: texts, negated: true},
	"StringEqualsIgnoreCase":    {family: texts, fold: true},
	"StringNotEqualsIgnoreCase": {family: texts, fold: true, negated: true},
	"StringLike":                {family: texts, wildcards: true},
	"StringNotLike":             {family: texts, wildcards: true, negated: true},

	"ArnEquals":    {family: arns},
	"ArnLike":      {family: arns},
	"ArnNotEquals": {family: arns, negated: true},
	"ArnNotLike":   {family: arns, negated: true},

	"Bool": {family: booleans},

	"NumericEquals":            {family: numbers},
	"NumericNotEquals":         {family: numbers, negated: true},
	"NumericLessThan":          {family: numbers, order: less},
	"NumericLessThanEquals":    {family: numbers, order: lessEqual},
	"NumericGreaterThan":       {family: numbers, order: greater},
	"NumericGreaterThanEquals": {family: numbers, order: greaterEqual},

	"DateEquals":            {family: instants},
	"DateNotEquals":         {family: instants, negated: true},
	"DateLessThan":          {family: instants, order: less},
	"DateLessThanEquals":    {family: instants, order: lessEqual},
	"DateGreaterThan":       {family: instants, order: greater},
	"DateGreaterThanEquals": {family: instants, order: greaterEqual},

	"IpAddress":    {family: addresses},
	"NotIpAddress": {family: addresses, negated: true},

	"Null": {family: presence},
}

// Operators returns the names of all condition operators that Parse knows, sorted. ForAnyValue: and ForAllValues: may
// precede and IfExists may follow each of them but Null.
func Operators() []string {
	names := make([]string, 0, len(operators))
	for name := range operators {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// quantifier is the set operator of a condition.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
type quantifier uint8

const (
	noSet  quantifier = iota // the key has to be single-valued
	forAny                   // at least one of the request's values passes
	forAll                   // each of the request's values passes; so none passes, too
)

// parseOperator takes apart a name as ForAnyValue:StringLikeIfExists.
func parseOperator(name string) (op operator, set quantifier, ifExists bool, err error) {
	base := name
	if rest, ok := strings.CutPrefix(base, "ForAnyValue:"); ok {
		base, set = rest, forAny
	} else if rest, ok := strings.CutPrefix(base, "ForAllValues:"); ok {
		base, set = rest, forAll
	}
	base, ifExists = strings.CutSuffix(base, "IfExists")
	op, ok := operators[base]
	if !ok {
		return op, set, ifExists, fmt.Errorf("operator %q is not supported", name)
	}
	if op.family == presence && (ifExists || set != noSet) {
		return op, set, ifExists, fmt.Errorf("operator %q: Null stands alone, without a set operator and IfExists", name)
	}
	return op, set, ifExists, nil
}
