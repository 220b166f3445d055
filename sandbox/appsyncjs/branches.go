package appsyncjs

import (
	"reflect"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/file"
	"github.com/dop251/goja/token"
)

// branchName is the function that measured code tells which way it took. No code can say it.
const branchName = "taken branch"

// A Branch is one way that code can take at one place.
type Branch struct {
	// Line is the place in the code that was given to Measure, from 1.
	Line int
	// Source is the condition, or what else is there, as in "row.state !== \"LIVE\"".
	Source string
	// Way is what happens there: "true" or "false" of each operand of a condition, "null" or "value" of the left side of
	// ?? and ?., "some" or "none" of what a loop goes through, "used" of a default, "called" of a function, "case" of one
	// and "default" of what a switch looks at, "reached" of the last statement of a block.
	Way string

	offset int // in the script
}

// Branches are all branches of a piece of code, and which of them runs have taken so far.
type Branches struct {
	all   []Branch
	taken []atomic.Bool
}

// Count is how many branches there are.
func (b *Branches) Count() int { return len(b.all) }

// Untried are the branches that no run has taken, in the order of the code.
func (b *Branches) Untried() []Branch {
	var untried []Branch
	for i, branch := range b.all {
		if !b.taken[i].Load() {
			untried = append(untried, branch)
		}
	}
	slices.SortStableFunc(untried, func(a, b Branch) int { return a.offset - b.offset })
	return untried
}

// Measure is Compile for an instrumented copy of the code, which does the same, and notes the branches that it takes.
func Measure(code string) (*Resolver, *Branches, error) {
	script, tree, err := parse(code)
	if err != nil {
		return nil, nil, err
	}
	m := measure{script: script, file: tree.File, whole: map[ast.Node]bool{}}
	m.walk(reflect.ValueOf(tree.Body))
	program, err := goja.CompileAST(tree, true)
	if err != nil {
		return nil, nil, err
	}
	branches := &Branches{all: m.branches, taken: make([]atomic.Bool, len(m.branches))}
	return &Resolver{program: program, timeLimit: timeLimit, branches: branches}, branches, nil
}

// measure rewrites a tree so that it calls branchName at each branch.
type measure struct {
	script   string
	file     *file.File
	branches []Branch
	whole    map[ast.Node]bool // what is measured with the node that it is in
}

// walk rewrites every node below v, outer ones first.
func (m *measure) walk(v reflect.Value) {
	switch v.Kind() {
	case reflect.Interface:
		if !v.IsNil() {
			m.walk(v.Elem())
		}
	case reflect.Pointer:
		if v.IsNil() || v.Type() == reflect.TypeFor[*file.File]() {
			return
		}
		if node, isNode := v.Interface().(ast.Node); isNode && v.Type().Implements(nodeType) {
			m.node(node)
		}
		m.walk(v.Elem())
	case reflect.Slice:
		for i := range v.Len() {
			m.walk(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).Name != "DeclarationList" {
				m.walk(v.Field(i))
			}
		}
	}
}

// node measures what branches at a node.
func (m *measure) node(node ast.Node) {
	switch n := node.(type) {
	case *ast.IfStatement:
		n.Test = m.condition(n.Test)
	case *ast.ConditionalExpression:
		n.Test = m.condition(n.Test)
	case *ast.BinaryExpression:
		switch {
		case n.Operator == token.COALESCE:
			n.Left = m.told(n.Left, n.Left, "null", "value")
		case isLogical(n) && !m.whole[n]:
			n.Left = m.condition(n.Left)
		}
	case *ast.AssignExpression:
		if n.Operator == token.LOGICAL_AND || n.Operator == token.LOGICAL_OR || n.Operator == token.COALESCE {
			n.Right = m.mark(n.Right, "used")
		}
	case *ast.CallExpression:
		m.method(n)
	case *ast.Optional:
		if !m.whole[n] {
			n.Expression = m.told(n.Expression, n.Expression, "null", "value")
		}
	case *ast.ForOfStatement:
		n.Source = m.told(n.Source, n.Source, "none", "some")
	case *ast.ForInStatement:
		n.Source = m.told(n.Source, n.Source, "none", "some")
	case *ast.SwitchStatement:
		m.cases(n)
	case *ast.BlockStatement:
		if !m.whole[n] {
			n.List = m.last(n.List)
		}
	default:
		m.function(node)
	}
}

// function measures functions that are called, and defaults that are used.
func (m *measure) function(node ast.Node) {
	switch n := node.(type) {
	case *ast.FunctionLiteral:
		m.body(n, n.Body)
	case *ast.ArrowFunctionLiteral:
		switch body := n.Body.(type) {
		case *ast.BlockStatement:
			m.body(n, body)
		case *ast.ExpressionBody:
			body.Expression = m.mark(body.Expression, "called")
		}
	case *ast.ParameterList:
		for _, binding := range n.List {
			binding.Initializer = m.mark(binding.Initializer, "used")
		}
	case *ast.PropertyShort:
		n.Initializer = m.mark(n.Initializer, "used")
	case *ast.ObjectPattern:
		for _, property := range n.Properties {
			if keyed, isKeyed := property.(*ast.PropertyKeyed); isKeyed {
				m.initial(keyed.Value)
			}
		}
	case *ast.ArrayPattern:
		for _, element := range n.Elements {
			m.initial(element)
		}
	}
}

// body measures a function's.
func (m *measure) body(of ast.Node, block *ast.BlockStatement) {
	m.whole[block] = true
	block.List = m.first(of, m.last(block.List), "called")
}

// method notes the ways of a?.b?.() without a way to take them: its value alone, without what it is a method of, cannot be
// handed on. It stays untried, so that nobody writes it.
func (m *measure) method(n *ast.CallExpression) {
	callee, isOptional := n.Callee.(*ast.Optional)
	if !isOptional {
		return
	}
	switch callee.Expression.(type) {
	case *ast.DotExpression, *ast.BracketExpression:
		m.whole[callee] = true
		m.add(callee.Expression, "null", "value")
	}
}

// initial measures the default of a part of a pattern.
func (m *measure) initial(part ast.Expression) {
	switch p := part.(type) {
	case *ast.AssignExpression:
		p.Right = m.mark(p.Right, "used")
	case *ast.Binding:
		p.Initializer = m.mark(p.Initializer, "used")
	}
}

func isLogical(n *ast.BinaryExpression) bool {
	return n.Operator == token.LOGICAL_AND || n.Operator == token.LOGICAL_OR
}

// condition measures each operand of a condition.
func (m *measure) condition(e ast.Expression) ast.Expression {
	switch n := e.(type) {
	case *ast.BinaryExpression:
		if isLogical(n) {
			m.whole[n] = true
			n.Left, n.Right = m.condition(n.Left), m.condition(n.Right)
			return n
		}
	case *ast.UnaryExpression:
		if n.Operator == token.NOT {
			n.Operand = m.condition(n.Operand)
			return n
		}
	}
	return m.told(e, e, "false", "true")
}

// told is an expression whose value says which of two ways is taken.
func (m *measure) told(at, e ast.Expression, ways ...string) ast.Expression {
	number, known := m.add(at, ways...)
	if !known {
		return e
	}
	return call(at.Idx0(), number, e)
}

// mark is an expression that is a way by itself; nil stays nil.
func (m *measure) mark(e ast.Expression, way string) ast.Expression {
	if e == nil {
		return nil
	}
	number, known := m.add(e, way)
	if !known {
		return e
	}
	return &ast.SequenceExpression{Sequence: []ast.Expression{call(e.Idx0(), number, nil), e}}
}

// first are statements of which the first is a way by itself.
func (m *measure) first(at ast.Node, list []ast.Statement, way string) []ast.Statement {
	number, known := m.add(at, way)
	if !known {
		return list
	}
	return append([]ast.Statement{&ast.ExpressionStatement{Expression: call(at.Idx0(), number, nil)}}, list...)
}

// last are statements of which the last is a way by itself: what comes before it may always end the handler.
func (m *measure) last(list []ast.Statement) []ast.Statement {
	if len(list) < 2 {
		return list
	}
	end := len(list) - 1
	return append(list[:end:end], m.first(list[end], list[end:], "reached")...)
}

// cases measures which case of a switch is taken, and whether none is.
func (m *measure) cases(n *ast.SwitchStatement) {
	if n.Default < 0 {
		n.Default = len(n.Body)
		n.Body = append(n.Body, &ast.CaseStatement{Case: n.Switch})
	}
	for _, one := range n.Body {
		at, way := one.Test, "case"
		if at == nil {
			at, way = n.Discriminant, "default"
		}
		one.Consequent = m.first(at, m.last(one.Consequent), way)
	}
}

// add notes branches at a node, if it is one of the code's, and not of what it is linked with.
func (m *measure) add(at ast.Node, ways ...string) (number int, known bool) {
	if branching, isIf := at.(*ast.IfStatement); isIf && branching.If == 0 {
		at = branching.Test // goja does not say where an if behind an else begins
	}
	position := m.file.Position(int(at.Idx0()) - m.file.Base())
	if !strings.HasSuffix(position.Filename, codeName) {
		return 0, false
	}
	number = len(m.branches)
	for _, way := range ways {
		m.branches = append(m.branches, Branch{Line: position.Line, Source: m.source(at), Way: way, offset: int(at.Idx0())})
	}
	return number, true
}

// source is the text of a node, on one line and not too long.
func (m *measure) source(at ast.Node) string {
	const most = 100
	from, to := int(at.Idx0())-m.file.Base(), int(at.Idx1())-m.file.Base()
	text := m.script[from:]
	if from < to && to <= len(m.script) {
		text = m.script[from:to]
	} else {
		text, _, _ = strings.Cut(text, "\n")
	}
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "…"
	}
	return text
}

// call is a call of branchName.
func call(at file.Idx, number int, value ast.Expression) ast.Expression {
	arguments := []ast.Expression{&ast.NumberLiteral{Idx: at, Value: int64(number)}}
	if value != nil {
		arguments = append(arguments, value)
	}
	return &ast.CallExpression{
		Callee: &ast.Identifier{Name: branchName, Idx: at}, LeftParenthesis: at, ArgumentList: arguments, RightParenthesis: at,
	}
}

// branch notes the branch that measured code has taken, and answers the value that decided.
func (r *realm) branch(args goja.FunctionCall) goja.Value {
	value := args.Argument(1)
	branches := r.current.branches
	if branches == nil {
		return value
	}
	number := int(args.Argument(0).ToInteger())
	if len(args.Arguments) > 1 && decides(branches.all[number].Way, value) {
		number++
	}
	branches.taken[number].Store(true)
	return value
}

// decides tells whether a value leads to the second of two ways, of which the first is given.
func decides(first string, value goja.Value) bool {
	switch first {
	case "null":
		return !goja.IsNull(value) && !goja.IsUndefined(value)
	case "none":
		object, isObject := value.(*goja.Object)
		return isObject && len(object.Keys()) > 0
	}
	return value.ToBoolean()
}
