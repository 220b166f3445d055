package appsyncjs

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
)

// imports are the imports that every piece of code in these tests gets, on its first line.
const imports = `import { util, runtime, extensions } from '@aws-appsync/utils'; import * as ddb from '@aws-appsync/utils/dynamodb'; `

// now is the clock of these tests: the moment of AWS's examples.
var now = time.Date(2018, 2, 6, 19, 1, 35, 749_000_000, time.UTC)

// compile compiles code with the imports in front of it.
func compile(t testing.TB, code string) *Resolver {
	t.Helper()
	resolver, err := Compile(imports + code)
	if err != nil {
		t.Fatalf("Compile: %v", err)
	}
	return resolver
}

// handlers is a module with the body as both its handlers.
func handlers(body string) string {
	return `const handle = (ctx) => { ` + body + ` }; export function request(ctx) { return handle(ctx) } export function response(ctx) { return handle(ctx) }`
}

// request runs the body as a request handler.
func request(t testing.TB, body string, ctx Context) (Outcome, error) {
	t.Helper()
	if ctx.Now.IsZero() {
		ctx.Now = now
	}
	return compile(t, handlers(body)).Request(ctx)
}

// response runs the body as a response handler.
func response(t testing.TB, body string, ctx Context) (Outcome, error) {
	t.Helper()
	return compile(t, handlers(body)).Response(ctx)
}

// value is the JSON of a JavaScript expression, evaluated in a request handler.
func value(t testing.TB, expression string) string {
	t.Helper()
	outcome, err := request(t, "return "+expression, Context{})
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	if outcome.Error != nil {
		t.Fatalf("%s: %v", expression, outcome.Error)
	}
	return string(outcome.Value)
}

// wantValue compares the JSON of an expression.
func wantValue(t *testing.T, expression, want string) {
	t.Helper()
	if got := value(t, expression); got != want {
		t.Errorf("%s\n got %s\nwant %s", expression, got, want)
	}
}

// wantSame compares the JSON of an expression, whatever the order of its keys.
func wantSame(t *testing.T, expression, want string) {
	t.Helper()
	if got := value(t, expression); canonicalJSON(t, got) != canonicalJSON(t, want) {
		t.Errorf("%s\n got %s\nwant %s", expression, got, want)
	}
}

func canonicalJSON(t *testing.T, text string) string {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	sorted, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(sorted)
}

// wantRefusal wants the evaluation of an expression to fail with a message that contains want.
func wantRefusal(t *testing.T, expression, want string) {
	t.Helper()
	outcome, err := request(t, "return "+expression, Context{})
	var fault *ScriptError
	if !errors.As(err, &fault) {
		t.Errorf("%s: got %s and %v, want a ScriptError", expression, outcome.Value, err)
		return
	}
	if !strings.Contains(fault.Message, want) {
		t.Errorf("%s: got the message %q, want it to contain %q", expression, fault.Message, want)
	}
}
