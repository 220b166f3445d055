package expression

import (
	"strconv"
	"strings"

	"lightbox.example/lightbox/sandbox/dynamodb/item"
)

// kind is what a node of the syntax tree is.
type kind int

const (
	isPath kind = iota
	isValue
	isCall
	isComparison // = <> < <= > >=
	isBetween
	isIn
	isAnd
	isOr
	isNot
	isSum // + -
)

// A node is an operand, a condition or the value of a SET.
type node struct {
	kind kind
	text string  // the value's placeholder, the function's name or the operator
	args []*node // of functions and operators

	steps []rawStep // of a path
	group bool      // it stands in parentheses of its own

	// What names and values stand for, once they are resolved.
	path  Path
	value item.Value
}

// A rawStep is a step of a path as it is written: a word, a #name or an index.
type rawStep struct {
	token   token
	index   int
	isIndex bool
}

func (n *node) isOperand() bool { return n.kind == isPath || n.kind == isValue || n.kind == isCall }

// all calls visit for n and the nodes below it, those below first, in the order of the text.
func (n *node) all(visit func(*node)) {
	for _, arg := range n.args {
		arg.all(visit)
	}
	visit(n)
}

// path parses a document path.
func (p *parser) path() *node {
	n := &node{kind: isPath, steps: []rawStep{p.pathName()}}
	p.pathRest(n)
	return n
}

func (p *parser) pathName() rawStep {
	t := p.token()
	if t.kind != name && (t.kind != word || isKeyword(t)) {
		p.fail()
	}
	p.at++
	return rawStep{token: t}
}

func (p *parser) pathRest(n *node) {
	for {
		switch {
		case p.take("."):
			n.steps = append(n.steps, p.pathName())
		case p.take("["):
			if p.token().kind != number {
				p.fail()
			}
			index, err := strconv.Atoi(p.token().text)
			if err != nil || index > maxIndex {
				panic(syntaxError{"List index is not within the allowable range; index: [" + p.token().text + "]"})
			}
			p.at++
			p.expect("]")
			n.steps = append(n.steps, rawStep{index: index, isIndex: true})
		default:
			return
		}
	}
}

const maxIndex = 1<<31 - 1

// operand parses a function, a value, a path, or one of them in parentheses.
func (p *parser) operand() *node {
	if p.take("(") {
		n := p.operand()
		p.expect(")")
		return p.grouped(n)
	}
	t := p.token()
	switch {
	case t.kind == value:
		p.at++
		return &node{kind: isValue, text: t.text}
	case t.kind == word && !isKeyword(t) && p.tokens[p.at+1].is("("):
		return p.call()
	}
	return p.path()
}

// grouped notes that n stands in parentheses. In a condition, a path may go on after them: (a.b).c.
func (p *parser) grouped(n *node) *node {
	p.redundant = p.redundant || n.group
	n.group = true
	if p.pathsInGroups && n.kind == isPath && (p.token().is(".") || p.token().is("[")) {
		p.pathRest(n)
		n.group = false
	}
	return n
}

func (p *parser) redundancyFault() string {
	if p.redundant {
		return "The expression has redundant parentheses;"
	}
	return ""
}

func (p *parser) call() *node {
	n := &node{kind: isCall, text: p.skip().text}
	p.expect("(")
	for {
		n.args = append(n.args, p.operand())
		if !p.take(",") {
			break
		}
	}
	p.expect(")")
	return n
}

// condition parses the grammar of conditions and filters:
//
//	condition  = and { OR and }
//	and        = not { AND not }
//	not        = NOT not | test
//	test       = operand comparator operand | operand BETWEEN operand AND operand | operand IN ( operand { , operand } )
//	           | function | ( condition )
//
// An operand may stand in parentheses too: a "(" begins either. Where bare is set, which is after a "(", an operand may stand
// alone before the ")".
func (p *parser) condition(bare bool) *node {
	n := p.and(bare)
	for p.take("or") {
		n = &node{kind: isOr, text: "or", args: []*node{n, p.and(false)}}
	}
	return n
}

func (p *parser) and(bare bool) *node {
	n := p.not(bare)
	for p.take("and") {
		n = &node{kind: isAnd, text: "and", args: []*node{n, p.not(false)}}
	}
	return n
}

func (p *parser) not(bare bool) *node {
	if p.take("not") {
		return &node{kind: isNot, text: "not", args: []*node{p.not(false)}}
	}
	return p.comparison(bare)
}

func (p *parser) comparison(bare bool) *node {
	n := p.operandOrGroup()
	t := p.token()
	switch {
	case !n.isOperand():
		return n
	case t.kind == symbol && strings.Contains(" = <> < <= > >= ", " "+t.text+" "):
		p.at++
		return &node{kind: isComparison, text: t.text, args: []*node{n, p.operand()}}
	case p.take("between"):
		low := p.operand()
		p.expect("and")
		return &node{kind: isBetween, text: "between", args: []*node{n, low, p.operand()}}
	case p.take("in"):
		return p.in(n)
	case n.kind == isCall, bare && t.is(")"):
		return n
	}
	p.fail()
	return nil
}

func (p *parser) in(n *node) *node {
	p.expect("(")
	args := []*node{n}
	for {
		args = append(args, p.operand())
		if !p.take(",") {
			break
		}
	}
	p.expect(")")
	return &node{kind: isIn, text: "in", args: args}
}

func (p *parser) operandOrGroup() *node {
	if !p.token().is("(") {
		return p.operand()
	}
	p.at++
	n := p.condition(true)
	p.expect(")")
	return p.grouped(n)
}
