package appsyncjs

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/file"
	"github.com/dop251/goja/token"
)

// maxDepth bounds the nesting of code, so that no code can exhaust the stack of what walks over it.
const maxDepth = 500

// checkSyntax refuses the parts of JavaScript that APPSYNC_JS does not have, all that it finds, each with its place.
// The list is AWS's page "Supported runtime features", completed by the rules of the linter @aws-appsync/eslint-plugin.
func checkSyntax(program *ast.Program) error {
	check := syntaxCheck{file: program.File}
	check.walk(reflect.ValueOf(program.Body), 0)
	return errors.Join(check.errs...)
}

type syntaxCheck struct {
	file *file.File
	errs []error
}

var nodeType = reflect.TypeFor[ast.Node]()

// walk visits every node below v. goja's tree has no visitor of its own; reflection over its fields cannot miss a node.
func (c *syntaxCheck) walk(v reflect.Value, depth int) {
	if depth > maxDepth {
		if len(c.errs) == 0 || !errors.Is(c.errs[len(c.errs)-1], errTooDeep) {
			c.errs = append(c.errs, errTooDeep)
		}
		return
	}
	switch v.Kind() {
	case reflect.Interface:
		if !v.IsNil() {
			c.walk(v.Elem(), depth)
		}
	case reflect.Pointer:
		if v.IsNil() || v.Type() == reflect.TypeFor[*file.File]() {
			return
		}
		if v.Type().Implements(nodeType) {
			node, _ := v.Interface().(ast.Node)
			if what := refused(node); what != "" {
				c.errs = append(c.errs, fmt.Errorf("%s: %s is not supported by this runtime", place(c.file, node.Idx0()), what))
			}
		}
		c.walk(v.Elem(), depth+1)
	case reflect.Slice:
		for i := range v.Len() {
			c.walk(v.Index(i), depth)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			// A function lists its var declarations a second time.
			if v.Type().Field(i).Name != "DeclarationList" {
				c.walk(v.Field(i), depth)
			}
		}
	}
}

var errTooDeep = fmt.Errorf("%s: the code is nested more than %d levels deep", codeName, maxDepth)

// refused names what node is, if APPSYNC_JS does not have it.
func refused(node ast.Node) string {
	switch n := node.(type) {
	case *ast.TryStatement:
		return "try"
	case *ast.ThrowStatement:
		return "throw (use util.error)"
	case *ast.WhileStatement:
		return "while"
	case *ast.DoWhileStatement:
		return "do-while"
	case *ast.ForStatement:
		return "for(;;) (use for-of)"
	case *ast.LabelledStatement:
		return "a label"
	case *ast.WithStatement:
		return "with"
	case *ast.DebuggerStatement:
		return "debugger"
	case *ast.ClassLiteral:
		return "class"
	case *ast.NewExpression:
		return "new"
	case *ast.ThisExpression:
		return "this"
	case *ast.RegExpLiteral:
		return "a regular expression (use util.matches)"
	case *ast.YieldExpression:
		return "yield"
	case *ast.AwaitExpression:
		return "await"
	case *ast.MetaProperty:
		return "a meta property"
	case *ast.FunctionLiteral:
		return refusedFunction(n.Async, n.Generator)
	case *ast.ArrowFunctionLiteral:
		return refusedFunction(n.Async, false)
	case *ast.BranchStatement:
		if n.Token == token.CONTINUE {
			return "continue"
		}
	case *ast.UnaryExpression:
		switch n.Operator {
		case token.INCREMENT, token.DECREMENT, token.BITWISE_NOT:
			return fmt.Sprintf("the operator %s", n.Operator)
		}
	case *ast.BinaryExpression:
		switch n.Operator {
		case token.IN:
			return "the operator in (use Object.hasOwn)"
		case token.INSTANCEOF:
			return "the operator instanceof"
		}
	case *ast.Identifier:
		if name, ok := strings.CutPrefix(n.Name.String(), absentPrefix); ok {
			return name
		}
	case *ast.NumberLiteral:
		if len(n.Literal) > 0 && n.Literal[len(n.Literal)-1] == 'n' {
			return "a bigint"
		}
	case *ast.PropertyKeyed:
		if n.Kind == ast.PropertyKindGet || n.Kind == ast.PropertyKindSet {
			return "an accessor property"
		}
	}
	return ""
}

// refusedFunction names the kinds of functions that wait or yield.
func refusedFunction(async, generator bool) string {
	if async {
		return "async"
	}
	if generator {
		return "a generator"
	}
	return ""
}

// place is where idx lies in the code that was given to Compile, as "code.js:3:10". Source maps count columns from 0.
func place(f *file.File, idx file.Idx) string {
	position := f.Position(int(idx) - f.Base())
	return fmt.Sprintf("%s:%d:%d", codeName, position.Line, position.Column+1)
}
