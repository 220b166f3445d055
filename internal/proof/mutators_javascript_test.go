package proof

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/dop251/goja/ast"
	operator "github.com/dop251/goja/token"

	"lightbox.example/lightbox/internal/proof/prooftest"
	"lightbox.example/lightbox/internal/proof/system"
)

// codeEdit replaces a part of a resolver's code.
type codeEdit struct {
	operator string
	from, to int
	with     string
}

// javascript mutates the code of a resolver or function by its syntax tree. What many resolvers share
// and nobody is let in by is mutated in the first one that has it.
func (m mutation) javascript(t *testing.T, of system.API, seen map[any]int) {
	code, _ := m.properties()["Code"].(string)
	if code == "" {
		return
	}
	fields := []string{}
	for _, resolver := range of.Resolvers {
		if resolver.LogicalID == m.id || slices.ContainsFunc(resolver.Steps, func(step system.Step) bool { return step.LogicalID == m.id }) {
			fields = append(fields, resolver.FieldPath())
		}
	}
	tree := treeOf(t, code)
	for _, node := range tree.nodes {
		edits := tree.edits(node.Node)
		if len(edits) == 0 {
			continue
		}
		from, to := tree.span(node.Node)
		if strings.HasPrefix(node.module, "shared/") && !slices.Contains(deciding, node.module) {
			if node.module == "shared/expression.js" && strings.Count(code, `"#`)+strings.Count(code, " #") < 2 {
				continue // this resolver names no attributes
			}
			key := fmt.Sprint(node.module, node.function, from-strings.Index(code, "function "+node.function+"("), code[from:to])
			if seen[key]++; seen[key] > 1 {
				continue
			}
		}
		for i, edit := range edits {
			changed := code[:edit.from] + edit.with + code[edit.to:]
			what := fmt.Sprintf("%s: %s %s:%d: %s -> %s", m.id, node.module, node.function, edit.from, tree.line(edit.from, edit.to), edit.with)
			apart, equal := tree.reasoned(node, edit)
			if apart == "" && equal == "" {
				equal = tree.placed(of, m.id, node, code[edit.from:edit.to])
			}
			m.made(mutant{operator: "code: " + edit.operator, what: fmt.Sprint(what, " ", i), generated: true, id: m.id, code: changed, fields: fields, reason: apart, equal: equal}, func(template map[string]any) {
				template["Resources"].(map[string]any)[m.id].(map[string]any)["Properties"].(map[string]any)["Code"] = changed
			})
		}
	}
}

// deciding are the shared modules by which it is decided who may: each resolver's copy is mutated.
var deciding = []string{"shared/caller.js", "shared/keys.js", "shared/picture.js"}

// edits are the mutants at a node.
func (c *codeTree) edits(node ast.Node) []codeEdit {
	switch n := node.(type) {
	case *ast.IfStatement:
		return append(c.negated(n.Test), c.replaced(n, "drop a statement", "{}"))
	case *ast.ConditionalExpression:
		return []codeEdit{c.replaced(n, "take one side", c.text(n.Consequent)), c.replaced(n, "take one side", c.text(n.Alternate))}
	case *ast.BinaryExpression:
		return c.binary(n)
	case *ast.UnaryExpression:
		if n.Operator == operator.NOT {
			return []codeEdit{c.replaced(n, "drop a negation", c.text(n.Operand))}
		}
	case *ast.ExpressionStatement:
		return []codeEdit{c.statement(n, "")}
	case *ast.ReturnStatement:
		if n.Argument != nil && c.text(n.Argument) != "null" {
			return []codeEdit{c.replaced(n.Argument, "answer nothing", "null")}
		}
	case *ast.StringLiteral:
		return c.texts(n)
	case *ast.TemplateLiteral:
		return c.template(n)
	case *ast.NumberLiteral:
		if number, err := strconv.Atoi(n.Literal); err == nil {
			return []codeEdit{c.replaced(n, "change a number", strconv.Itoa(number+1))}
		}
	case *ast.BooleanLiteral:
		return []codeEdit{c.replaced(n, "flip a boolean", strconv.FormatBool(!n.Value))}
	case *ast.ObjectLiteral:
		return c.members(n)
	case *ast.DotExpression:
		return c.claims(n)
	case *ast.CallExpression:
		return c.calls(n)
	}
	return nil
}

func (c *codeTree) replaced(node ast.Node, operator, with string) codeEdit {
	from, to := c.span(node)
	return codeEdit{operator, from, to, with}
}

// statement is replaced with its semicolon.
func (c *codeTree) statement(node ast.Node, with string) codeEdit {
	edit := c.replaced(node, "drop a statement", with)
	if strings.HasPrefix(c.code[edit.to:], ";") {
		edit.to++
	}
	return edit
}

func (c *codeTree) negated(test ast.Node) []codeEdit {
	return []codeEdit{c.replaced(test, "negate a condition", "!("+c.text(test)+")")}
}

// contrary are the operators that say the opposite, or nearly what another says.
var contrary = map[operator.Token][]string{
	operator.LOGICAL_AND: {"||"}, operator.LOGICAL_OR: {"&&"}, operator.STRICT_EQUAL: {"!=="}, operator.STRICT_NOT_EQUAL: {"==="},
	operator.LESS: {"<=", ">="}, operator.GREATER: {">=", "<="}, operator.PLUS: {"-"}, operator.MINUS: {"+"},
}

func (c *codeTree) binary(n *ast.BinaryExpression) []codeEdit {
	_, from := c.span(n.Left)
	to, _ := c.span(n.Right)
	gap := c.code[from:to]
	at := from + strings.Index(gap, n.Operator.String())
	name := "compare otherwise"
	var all []codeEdit
	if n.Operator == operator.LOGICAL_AND || n.Operator == operator.LOGICAL_OR {
		name = "swap and and or"
		all = append(all, c.replaced(n, "take one side", c.text(n.Left)), c.replaced(n, "take one side", c.text(n.Right)))
	}
	for _, other := range contrary[n.Operator] {
		all = append(all, codeEdit{name, at, at + len(n.Operator.String()), other})
	}
	return all
}

// members takes away what an object has, one by one.
func (c *codeTree) members(n *ast.ObjectLiteral) []codeEdit {
	var all []codeEdit
	for i, member := range n.Value {
		from, to := c.span(member)
		if _, spread := member.(*ast.SpreadElement); spread {
			from = strings.LastIndex(c.code[:from], "...")
		}
		switch {
		case i+1 < len(n.Value):
			to += strings.IndexByte(c.code[to:], ',') + 1
		case i > 0:
			from = strings.LastIndexByte(c.code[:from], ',')
		}
		all = append(all, codeEdit{"remove a member", from, to, ""})
	}
	return all
}

// claims asks something else of who calls.
func (c *codeTree) claims(n *ast.DotExpression) []codeEdit {
	of, name := c.text(n.Left), n.Identifier.Name.String()
	var all []codeEdit
	for claim, others := range map[string][]string{"sub": {"username"}, "username": {"sub"}, "groups": {"claims"}} {
		if claim == name && strings.HasSuffix(of, "identity") {
			for _, other := range others {
				all = append(all, c.replaced(n, "ask another claim", of+"."+other))
			}
			if name != "groups" {
				all = append(all, c.replaced(n, "ask another claim", "ctx.args.id"))
			}
		}
	}
	return all
}

// calls swaps what a function is given, or which of two functions it is.
func (c *codeTree) calls(n *ast.CallExpression) []codeEdit {
	var all []codeEdit
	if len(n.ArgumentList) >= 2 {
		first, second := c.text(n.ArgumentList[0]), c.text(n.ArgumentList[1])
		from, _ := c.span(n.ArgumentList[0])
		_, to := c.span(n.ArgumentList[1])
		all = append(all, codeEdit{"swap arguments", from, to, second + ", " + first})
	}
	if callee, isDot := n.Callee.(*ast.DotExpression); isDot {
		if other := map[string]string{"some": "every", "every": "some"}[callee.Identifier.Name.String()]; other != "" {
			all = append(all, c.replaced(callee, "call another function", c.text(callee.Left)+"."+other))
		}
	}
	return all
}

var (
	anyOperand  = regexp.MustCompile(`(?:[#:\w]+ = :\w+|attribute_(?:not_)?exists\(\w+\))`)
	connectives = regexp.MustCompile(` (?:AND|OR) `)
	clauses     = regexp.MustCompile(`(?:SET|ADD|REMOVE) [^A-Z]+`)
)

// texts changes a text, and what DynamoDB reads in it by its grammar.
func (c *codeTree) texts(n *ast.StringLiteral) []codeEdit {
	from := int(n.Idx) - 1
	if !strings.ContainsAny(c.code[from:from+1], "\"'") {
		return nil // the name of a member
	}
	text := n.Literal[1 : len(n.Literal)-1]
	inText := func(operator string, place []int, with string) codeEdit {
		return codeEdit{operator, from + 1 + place[0], from + 1 + place[1], with}
	}
	if !strings.ContainsAny(text, "#:(") || !anyOperand.MatchString(text) && !clauses.MatchString(text) {
		return []codeEdit{inText("change a text", []int{0, len(text)}, ""), inText("change a text", []int{0, len(text)}, text+"x")}
	}
	var all []codeEdit
	for _, place := range connectives.FindAllStringIndex(text, -1) {
		other := strings.NewReplacer("AND", "OR", "OR", "AND").Replace(text[place[0]:place[1]])
		all = append(all, inText("expression: swap AND and OR", place, other))
		all = append(all, inText("expression: drop an operand", []int{0, place[1]}, ""), inText("expression: drop an operand", []int{place[0], len(text)}, ""))
	}
	for _, place := range anyOperand.FindAllStringIndex(text, -1) {
		if operand := text[place[0]:place[1]]; !strings.HasPrefix(text, "SET") {
			all = append(all, inText("expression: take anything", place, fmt.Sprintf("(%s OR NOT (%s))", operand, operand)))
			all = append(all, inText("expression: negate an operand", place, "NOT ("+operand+")"))
		}
	}
	for _, place := range clauses.FindAllStringIndex(text, -1) {
		all = append(all, inText("expression: drop a clause", place, ""))
	}
	return all
}

// template changes the texts between the values of a template.
func (c *codeTree) template(n *ast.TemplateLiteral) []codeEdit {
	var all []codeEdit
	at := int(n.OpenQuote)
	for i, element := range n.Elements {
		if i > 0 { // goja has the places of the first elements alone
			_, at = c.span(n.Expressions[i-1])
			at++
		}
		if end := at + len(element.Literal); element.Literal != "" {
			all = append(all, codeEdit{"change a text", at, end, ""}, codeEdit{"change a text", end, end, "x"})
		}
	}
	return all
}

// Each mutant of code is code that can be deployed: one that cannot would count as caught for nothing.
func TestMutants_areCodeThatRuns(t *testing.T) {
	broken, seen := map[string]int{}, map[string]int{}
	for _, m := range mutants(t, decode(t, prooftest.Assembly(t, "prod")), prooftest.Shipped(t, "prod")) {
		if m.code == "" {
			continue
		}
		if seen[m.operator]++; seen[m.operator]%5 != 1 && !*everyMutant {
			continue // the first of five of each operator
		}
		if _, err := known.compile(m.code); err != nil {
			broken[m.operator]++
			t.Logf("%s: %s: %v", m.operator, m.what, err)
		}
	}
	for _, operator := range slices.Sorted(maps.Keys(broken)) {
		t.Errorf("%s: %d mutants cannot be deployed", operator, broken[operator])
	}
}
