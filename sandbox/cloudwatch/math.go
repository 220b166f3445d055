package cloudwatch

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// points are a value for each of some periods in a row, the newest first; one without data is nil.
type points []*float64

func (p points) some() bool { return slices.ContainsFunc(p, func(v *float64) bool { return v != nil }) }

// An expression computes points from those of the metrics and expressions that it names.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html#metric-math-syntax
type expression interface {
	of(named func(id string) points, length int) points
	names() []string // of what it is over
	reach() int      // how many older periods it looks at
}

type (
	constant float64
	name     string
	// binary is an operation on two series: where one has no data, it has none.
	binary struct {
		operator    byte
		left, right expression
	}
	// fill has a value where there is no data. A metric without any data has nothing to fill.
	fill struct {
		over  expression
		value float64
	}
	// diff is how much a value is more than the one before it.
	diff struct{ over expression }
	// sum adds several series up, of each time those that have data.
	sum []expression
)

func (c constant) of(_ func(string) points, length int) points {
	all := make(points, length)
	for i := range all {
		value := float64(c)
		all[i] = &value
	}
	return all
}
func (constant) names() []string { return nil }
func (constant) reach() int      { return 0 }

func (n name) of(named func(string) points, _ int) points { return named(string(n)) }
func (n name) names() []string                            { return []string{string(n)} }
func (name) reach() int                                   { return 0 }

func (b binary) of(named func(string) points, length int) points {
	left, right, all := b.left.of(named, length), b.right.of(named, length), make(points, length)
	for i := range all {
		if left[i] == nil || right[i] == nil || b.operator == '/' && *right[i] == 0 {
			continue
		}
		value := *left[i]
		switch b.operator {
		case '+':
			value += *right[i]
		case '-':
			value -= *right[i]
		case '*':
			value *= *right[i]
		case '/':
			value /= *right[i]
		}
		all[i] = &value
	}
	return all
}
func (b binary) names() []string { return append(b.left.names(), b.right.names()...) }
func (b binary) reach() int      { return max(b.left.reach(), b.right.reach()) }

func (f fill) of(named func(string) points, length int) points {
	all := slices.Clone(f.over.of(named, length))
	if !all.some() {
		return all
	}
	for i := range all {
		if all[i] == nil {
			all[i] = &f.value
		}
	}
	return all
}
func (f fill) names() []string { return f.over.names() }
func (f fill) reach() int      { return f.over.reach() }

func (d diff) of(named func(string) points, length int) points {
	from, all := d.over.of(named, length), make(points, length)
	for i := range all {
		older := slices.IndexFunc(from[i+1:], func(v *float64) bool { return v != nil })
		if from[i] != nil && older >= 0 {
			value := *from[i] - *from[i+1+older]
			all[i] = &value
		}
	}
	return all
}
func (d diff) names() []string { return d.over.names() }
func (d diff) reach() int      { return d.over.reach() + 1 }

func (s sum) of(named func(string) points, length int) points {
	all := make(points, length)
	for _, one := range s {
		for i, value := range one.of(named, length) {
			switch {
			case value == nil:
			case all[i] == nil:
				total := *value
				all[i] = &total
			default:
				*all[i] += *value
			}
		}
	}
	return all
}

func (s sum) names() (all []string) {
	for _, one := range s {
		all = append(all, one.names()...)
	}
	return all
}

func (s sum) reach() (most int) {
	for _, one := range s {
		most = max(most, one.reach())
	}
	return most
}

// token is what an expression is made of.
var token = regexp.MustCompile(`^\s*([a-z][A-Za-z0-9_]*|[A-Z_]+|[0-9]+(?:\.[0-9]+)?|[-+*/(),\[\]])`)

// parse reads an expression.
func parse(text string) (expression, error) {
	p := &parser{rest: text}
	e, err := p.sum()
	switch {
	case err != nil:
		return nil, err
	case strings.TrimSpace(p.rest) != "":
		return nil, p.unknown()
	case len(e.names()) == 0:
		return nil, errors.New("got an expression over no metric")
	}
	return e, nil
}

type parser struct{ rest string }

// unknown refuses by name what stands next.
func (p *parser) unknown() error {
	found := token.FindStringSubmatch(p.rest)
	if found == nil {
		return fmt.Errorf("got %q, want ids, numbers, + - * /, FILL(id, number), DIFF(id) and SUM([ids]): no other is supported by the sandbox", strings.TrimSpace(p.rest))
	}
	return fmt.Errorf("%s is not supported by the sandbox there, as in %q", found[1], strings.TrimSpace(p.rest))
}

// peek is the next token, "" at the end.
func (p *parser) peek() string {
	if found := token.FindStringSubmatch(p.rest); found != nil {
		return found[1]
	}
	return ""
}

// take takes the next token, if it is one of these.
func (p *parser) take(wanted ...string) (string, bool) {
	next := p.peek()
	if next == "" || !slices.Contains(wanted, next) {
		return "", false
	}
	p.rest = p.rest[len(token.FindString(p.rest)):]
	return next, true
}

func (p *parser) sum() (expression, error)     { return p.chain(p.product, "+", "-") }
func (p *parser) product() (expression, error) { return p.chain(p.value, "*", "/") }

func (p *parser) chain(part func() (expression, error), operators ...string) (expression, error) {
	left, err := part()
	for err == nil {
		operator, more := p.take(operators...)
		if !more {
			return left, nil
		}
		var right expression
		if right, err = part(); err == nil {
			left = binary{operator[0], left, right}
		}
	}
	return nil, err
}

func (p *parser) value() (expression, error) {
	next := p.peek()
	switch {
	case next == "":
		return nil, p.unknown()
	case next == "(":
		return p.within("(", ")")
	case next[0] >= '0' && next[0] <= '9':
		p.take(next)
		number, err := strconv.ParseFloat(next, 64)
		return constant(number), err
	case next[0] >= 'a' && next[0] <= 'z':
		p.take(next)
		return name(next), nil
	case next == "FILL" || next == "DIFF" || next == "SUM":
		p.take(next)
		return p.function(next)
	}
	return nil, p.unknown()
}

// within is a sum between brackets.
func (p *parser) within(open, end string) (expression, error) {
	if _, ok := p.take(open); !ok {
		return nil, p.unknown()
	}
	e, err := p.sum()
	if err != nil {
		return nil, err
	}
	if _, ok := p.take(end); !ok {
		return nil, p.unknown()
	}
	return e, nil
}

func (p *parser) function(name string) (expression, error) {
	switch name {
	case "DIFF":
		e, err := p.within("(", ")")
		return diff{e}, err
	case "SUM":
		return p.list()
	}
	e, err := p.within("(", ",")
	if err != nil {
		return nil, err
	}
	number, err := strconv.ParseFloat(p.peek(), 64)
	if err != nil {
		return nil, fmt.Errorf("FILL: got %q, want a number: no other is supported by the sandbox", strings.TrimSpace(p.rest))
	}
	p.take(p.peek())
	if _, ok := p.take(")"); !ok {
		return nil, p.unknown()
	}
	return fill{e, number}, nil
}

// list is what SUM adds up: ([m1, m2]).
func (p *parser) list() (expression, error) {
	for _, open := range []string{"(", "["} {
		if _, ok := p.take(open); !ok {
			return nil, fmt.Errorf("SUM: got %q, want a list of series, as in SUM([m1, m2]): no other is supported by the sandbox", strings.TrimSpace(p.rest))
		}
	}
	var all sum
	for {
		e, err := p.sum()
		if err != nil {
			return nil, err
		}
		all = append(all, e)
		if _, more := p.take(","); !more {
			break
		}
	}
	for _, end := range []string{"]", ")"} {
		if _, ok := p.take(end); !ok {
			return nil, p.unknown()
		}
	}
	return all, nil
}
