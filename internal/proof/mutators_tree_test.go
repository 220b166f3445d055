package proof

import (
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/parser"
)

// codeTree is the syntax tree of a resolver's code. Places in it are offsets in the code, so that a
// mutant is the code as it is but for one place.
type codeTree struct {
	code  string
	nodes []codeNode
}

// A codeNode is a node of the tree that mutators look at, with what is around it.
type codeNode struct {
	ast.Node
	// module is the source file that the bundle has it from, function the declaration that it is in.
	module, function string
	// why is the reason for which a change of the node may pass; empty where it may not.
	why string
}

var (
	// An import and the export at the end are no part of a script, which is all that goja reads.
	moduleLines = regexp.MustCompile(`(?m)^import .*;$|^export \{[^}]*\};$`)
	moduleNames = regexp.MustCompile(`(?m)^// api:resolvers/(.*)$`)
)

// treeOf parses code.
func treeOf(t *testing.T, code string) codeTree {
	t.Helper()
	script := moduleLines.ReplaceAllStringFunc(code, func(line string) string { return strings.Repeat(" ", len(line)) })
	program, err := parser.ParseFile(nil, "code.js", script, 0)
	if err != nil {
		t.Fatal(err)
	}
	tree := codeTree{code: code}
	tree.walk(reflect.ValueOf(program.Body), codeNode{})
	return tree
}

// walk visits every node below v; goja's tree has no visitor of its own.
func (c *codeTree) walk(v reflect.Value, around codeNode) {
	switch v.Kind() {
	case reflect.Interface:
		if !v.IsNil() {
			c.walk(v.Elem(), around)
		}
	case reflect.Slice:
		for i := range v.Len() {
			c.walk(v.Index(i), around)
		}
	case reflect.Pointer:
		if v.IsNil() || v.Elem().Kind() != reflect.Struct {
			return
		}
		node, isNode := v.Interface().(ast.Node)
		if !isNode {
			c.walk(v.Elem(), around)
			return
		}
		around = c.inside(node, around)
		c.nodes = append(c.nodes, around)
		switch node := node.(type) {
		case *ast.PropertyKeyed:
			c.walk(reflect.ValueOf(node.Value), around) // a key is a name
		case *ast.CallExpression:
			c.walk(reflect.ValueOf(node.Callee), around)
			for i, argument := range node.ArgumentList {
				below, callee := around, c.text(node.Callee)
				switch {
				case i == 0 && wording.MatchString(callee):
					below.why = string(Words)
				case checking.MatchString(callee + "("):
					below.why = limits
				}
				c.walk(reflect.ValueOf(argument), below)
			}
		default:
			c.walk(v.Elem(), around)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			// A function lists its declarations by var a second time.
			if v.Type().Field(i).Name != "DeclarationList" {
				c.walk(v.Field(i), around)
			}
		}
	}
}

// wording are the functions that end a call with an error, or may: their first argument is what it says.
var wording = regexp.MustCompile(`^(unauthorized|notFound|conflict|badRequest|util\d*\.error|checkLength|checkId|checkPhotoId)$`)

// inside is what is around a node, and the node.
func (c *codeTree) inside(node ast.Node, around codeNode) codeNode {
	around.Node = node
	if declaration, isFunction := node.(*ast.FunctionDeclaration); isFunction && around.function == "" {
		around.function = declaration.Function.Name.Name.String()
	}
	if around.module == "" {
		for _, place := range moduleNames.FindAllStringSubmatchIndex(c.code, -1) {
			if place[0] < int(node.Idx0()) {
				around.module = c.code[place[2]:place[3]]
			}
		}
	}
	return around
}

// span is where a node is, with the brackets around it that its tree leaves out.
func (c *codeTree) span(node ast.Node) (from, to int) {
	from, to = int(node.Idx0())-1, int(node.Idx1())-1
	if branch, isIf := node.(*ast.IfStatement); isIf { // of which goja keeps no beginning
		from, _ = c.span(branch.Test)
		from = strings.LastIndex(c.code[:from], "if (")
	}
	for {
		switch depth, least := brackets(c.code[from:to]); {
		case least < 0:
			from = strings.LastIndexByte(c.code[:from], '(')
		case depth > 0:
			to += strings.IndexByte(c.code[to:], ')') + 1
		default:
			return from, to
		}
	}
}

// brackets counts the round brackets of code outside of its texts: how many are open at its end, and
// how many fewer than none at the worst place.
func brackets(code string) (depth, least int) {
	var quote rune
	for i, char := range code {
		switch {
		case quote != 0:
			if char == quote && code[i-1] != '\\' {
				quote = 0
			}
		case strings.ContainsRune("\"'`", char):
			quote = char
		case char == '(':
			depth++
		case char == ')':
			depth--
			least = min(least, depth)
		}
	}
	return depth, least
}

func (c *codeTree) text(node ast.Node) string {
	from, to := c.span(node)
	return c.code[from:to]
}

// line is the line of code at an offset, or of what is replaced there.
func (c *codeTree) line(from, to int) string {
	start := strings.LastIndexByte(c.code[:from], '\n') + 1
	end := strings.IndexByte(c.code[from:], '\n')
	if end < 0 {
		return strings.TrimSpace(c.code[start:to])
	}
	return strings.TrimSpace(c.code[start : from+end])
}
