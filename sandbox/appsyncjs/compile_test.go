package appsyncjs

import (
	"fmt"
	"strings"
	"testing"
)

const responseOnly = "export const response = (ctx) => ctx.result;\n"

func TestCompile_refusesSyntaxThatAppSyncLacks(t *testing.T) {
	tests := []struct{ name, code, want string }{
		{"try", "try { f() } catch (e) {}", "code.js:2:1: try is not supported by this runtime"},
		{"throw", "if (ctx) { throw 'x' }", "code.js:2:12: throw"},
		{"while", "while (ctx) { break }", "while"},
		{"do", "do { f() } while (ctx)", "do-while"},
		{"for with three parts", "for (let i = 0; i < 1; i += 1) {}", "for(;;)"},
		{"continue", "for (const x of []) { continue }", "continue"},
		{"label", "a: for (const x of []) { break a }", "a label"},
		{"debugger", "debugger", "debugger"},
		{"class", "const A = class {}", "class"},
		{"new", "return new Date()", "new"},
		{"this", "return this", "this"},
		{"regular expression", "return /a/", "a regular expression"},
		{"async", "const f = async () => 1", "async"},
		{"await", "const f = async () => { await 1 }", "await"},
		{"generator", "const f = function* () { yield 1 }", "a generator"},
		{"yield", "const f = function* () { yield 1 }", "yield"},
		{"++", "let a = 1; a++", "the operator ++"},
		{"--", "let a = 1; --a", "the operator --"},
		{"~", "return ~1", "the operator ~"},
		{"in", "return 'a' in ctx", "the operator in"},
		{"instanceof", "return ctx instanceof Object", "the operator instanceof"},
		{"bigint", "return 1n", "a bigint"},
		{"getter", "return { get a() { return 1 } }", "an accessor property"},
		{"setter", "return { set a(v) {} }", "an accessor property"},
		{"inside a default", "const f = (a = /x/) => a", "a regular expression"},
		{"inside a template", "return `${/x/}`", "a regular expression"},
		{"inside a pattern", "const { a = /x/ } = ctx", "a regular expression"},
		{"inside a function that is not called", "const unused = () => { while (true) {} }", "while"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Compile("export function request(ctx) {\n" + test.code + "\n}\n" + responseOnly)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q in it", err, test.want)
			}
		})
	}
}

func TestCompile_acceptsTheSyntaxThatAppSyncHas(t *testing.T) {
	code := `
import { util } from '@aws-appsync/utils';
const limits = { small: 1, large: 2 };
function sum(...numbers) { return numbers.reduce((a, b) => a + b, 0) }
export const request = (ctx) => {
  const { a = 1, b: { c } = { c: 2 }, ...rest } = ctx.args;
  let text = '';
  for (const key of Object.keys(rest)) { if (key === 'stop') { break } text += key }
  for (const key in limits) { text += key }
  switch (a) { case 1: text += 'one'; break; default: text += 'other' }
  delete rest.x;
  return { text, sum: sum(a, c, ...[1, 2]), deep: ctx.args?.x?.y ?? 'none', bits: (5 & 3) | 8, type: typeof a, nothing: void 0,
    template: ` + "`a${1 + 1}b`" + `, power: 2 ** 3, ternary: a > 1 ? 'x' : 'y' };
};
` + responseOnly
	resolver, err := Compile(code)
	if err != nil {
		t.Fatal(err)
	}
	outcome, err := resolver.Request(Context{Arguments: map[string]any{"x": nil}})
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"text":"xsmalllargeone","sum":6,"deep":"none","bits":9,"type":"number","template":"a2b","power":8,"ternary":"y"}`
	if got := string(outcome.Value); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func TestCompile_reportsAllFaultsWithTheirPlaces(t *testing.T) {
	_, err := Compile("export function request(ctx) {\n  let a = 1;\n  a++;\n  while (a) {}\n}\n" + responseOnly)
	if err == nil {
		t.Fatal("got no error")
	}
	for _, want := range []string{"code.js:3:3: the operator ++", "code.js:4:3: while"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q in it", err, want)
		}
	}
}

func TestCompile_refusesModulesAndNames(t *testing.T) {
	tests := []struct{ name, code, want string }{
		{"another module of AppSync's", "import { select } from '@aws-appsync/utils/rds';", `module "@aws-appsync/utils/rds" is not supported by this runtime`},
		{"a file", "import { a } from './a.js';", `module "./a.js" is not supported`},
		{"the code itself", "import { request as r } from 'code.js';", `module "code.js" is not supported`},
		{"a required module", "const fs = require('@aws-appsync/utils');", `"@aws-appsync/utils" is not supported`},
		{"an unknown export", "import { sync } from '@aws-appsync/utils/dynamodb'; sync();", "code.js:1:10: sync of @aws-appsync/utils/dynamodb is not supported by this runtime"},
		{"an unknown member", "import * as ddb from '@aws-appsync/utils/dynamodb'; ddb.sync();", "sync of @aws-appsync/utils/dynamodb is not supported by this runtime"},
		{"a computed member", "import * as ddb from '@aws-appsync/utils/dynamodb'; export const f = (n) => ddb[n];", "namespace is used as a value"},
		{"an unknown export of utils", "import { xml } from '@aws-appsync/utils'; xml();", "xml of @aws-appsync/utils is not supported by this runtime"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Compile(test.code + "\nexport const request = (ctx) => 1;\n" + responseOnly)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q in it", err, test.want)
			}
		})
	}
}

func TestCompile_refusesGlobalsThatAppSyncLacks(t *testing.T) {
	for _, name := range strings.Fields(`Date Promise Function eval setTimeout Map Set Symbol Proxy Reflect RegExp Error Array String
		Boolean BigInt parseInt parseFloat isNaN encodeURIComponent globalThis Intl WeakMap fetch process`) {
		_, err := Compile("export const request = (ctx) => {\n  return " + name + "; };\n" + responseOnly)
		if want := "code.js:2:10: " + name + " is not supported by this runtime"; err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", name, err, want)
		}
	}
	// Names of the code's own, members and keys are no globals.
	compile(t, handlers("const Date = 1; const f = (Map) => Map; return { Set: ctx.args.Symbol, Date, x: f(Date) }"))
}

func TestCompile_wantsBothHandlers(t *testing.T) {
	for name, code := range map[string]string{
		"request":  "export const response = (ctx) => 1;",
		"response": "export const request = (ctx) => 1;",
	} {
		_, err := Compile(code)
		if want := name + " is not exported"; err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("without %s: got %v, want %q in it", name, err, want)
		}
	}
}

func TestCompile_refusesCodeOfTheWrongSize(t *testing.T) {
	code := "export const request = (ctx) => 1;\n" + responseOnly
	if _, err := Compile(code + strings.Repeat(" ", maxCode-len(code))); err != nil {
		t.Errorf("%d bytes: %v", maxCode, err)
	}
	for _, code := range []string{"", code + strings.Repeat(" ", maxCode-len(code)+1)} {
		if _, err := Compile(code); err == nil || !strings.Contains(err.Error(), "want 1 to 32768") {
			t.Errorf("%d bytes: got %v", len(code), err)
		}
	}
}

func TestCompile_refusesWhatIsNoJavaScript(t *testing.T) {
	_, err := Compile("export function request(ctx {}\n" + responseOnly)
	if err == nil || !strings.HasPrefix(err.Error(), "code.js:1:") {
		t.Errorf("got %v, want a fault with its place", err)
	}
}

func TestCompile_refusesCodeThatIsNestedTooDeep(t *testing.T) {
	depth := 15_000
	_, err := Compile("export const request = (ctx) => " + strings.Repeat("[", depth) + strings.Repeat("]", depth) + ";\n" + responseOnly)
	if err == nil || !strings.Contains(err.Error(), "nested more than") {
		t.Errorf("got %.200v", err)
	}
}

// What is kept is by the whole code, and one caller's resolver is no other's.
func TestCompile_keepsWhatItHasCompiled(t *testing.T) {
	code := func(answer string) string {
		return "export function request() { return {}; }\nexport function response() { return " + answer + "; }\n"
	}
	answer := func(text string) (*Resolver, string) {
		t.Helper()
		resolver, err := Compile(text)
		if err != nil {
			t.Fatal(err)
		}
		outcome, err := resolver.Response(Context{})
		if err != nil {
			t.Fatal(err)
		}
		return resolver, string(outcome.Value)
	}
	first, got := answer(code("1"))
	second, again := answer(code("1"))
	if _, other := answer(code("2")); got != "1" || again != "1" || other != "2" {
		t.Errorf("got %s, %s and %s, want 1, 1 and 2", got, again, other)
	}
	if first.program != second.program || first == second {
		t.Errorf("got the resolvers %p and %p of the programs %p and %p, want two of one program", first, second, first.program, second.program)
	}
	for i := range mostCompiled {
		answer(code(fmt.Sprint(i + 10)))
	}
	if got := len(compiled.kept); got > mostCompiled {
		t.Errorf("got %d programs kept, want at most %d", got, mostCompiled)
	}
	if _, err := Compile("export function request() {"); err == nil {
		t.Error("got no fault of what is no code, want one")
	}
}
