package appsyncjs

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestRequest_givesTheContext(t *testing.T) {
	groups := []string{"Admins"}
	pool := "us-east-1:pool"
	tests := []struct {
		name string
		ctx  Context
		expr string
		want string
	}{
		{"arguments", Context{Arguments: map[string]any{"id": "1"}}, "[ctx.args.id, ctx.arguments.id]", `["1","1"]`},
		{"no arguments", Context{}, "[ctx.args, ctx.arguments]", `[{},{}]`},
		{"arguments as raw JSON", Context{Arguments: json.RawMessage(`{"a":1}`)}, "ctx.args", `{"a":1}`},
		{"null arguments", Context{Arguments: json.RawMessage(`null`)}, "ctx.args", `{}`},
		{"no identity", Context{}, "ctx.identity", `null`},
		{"user pool", Context{Identity: UserPoolIdentity{Sub: "s", Username: "u", Groups: groups}}, "[ctx.identity.sub, ctx.identity.username, ctx.identity.groups]", `["s","u",["Admins"]]`},
		{"no groups", Context{Identity: UserPoolIdentity{Sub: "s"}}, "ctx.identity.groups", `null`},
		{"IAM", Context{Identity: IAMIdentity{AccountID: "1", CognitoIdentityPoolID: &pool}}, "[ctx.identity.accountId, ctx.identity.cognitoIdentityPoolId, ctx.identity.cognitoIdentityId, ctx.identity.sub ?? 'none']", `["1","us-east-1:pool",null,"none"]`},
		{"source", Context{Source: map[string]any{"id": "p"}}, "ctx.source.id", `"p"`},
		{"no source", Context{}, "ctx.source", `null`},
		{"stash", Context{Stash: map[string]any{"a": 1}}, "ctx.stash", `{"a":1}`},
		{"no stash", Context{}, "ctx.stash", `{}`},
		{"no error", Context{}, "ctx.error", `null`},
		{"previous result", Context{Prev: &Prev{Result: []int{1}}}, "ctx.prev.result", `[1]`},
		{"no previous step", Context{}, "ctx.prev?.result ?? 'none'", `"none"`},
		{"environment", Context{Env: map[string]string{"TABLE": "T"}}, "ctx.env.TABLE", `"T"`},
		{"no environment", Context{}, "ctx.env", `{}`},
		{"headers", Context{Request: HTTPRequest{Headers: map[string][]string{"x-a": {"1"}}, DomainName: "api.example.com"}}, "ctx.request", `{"headers":{"x-a":"1"},"domainName":"api.example.com"}`},
		{"no headers", Context{}, "ctx.request", `{"headers":{},"domainName":null}`},
		{"info", Context{Info: Info{FieldName: "f", ParentTypeName: "Query"}}, "[ctx.info.fieldName, ctx.info.parentTypeName]", `["f","Query"]`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			outcome, err := request(t, "return "+test.expr, test.ctx)
			if err != nil {
				t.Fatal(err)
			}
			if got := string(outcome.Value); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestRequest_tellsWhatItReadsOfItsCaller(t *testing.T) {
	who := UserPoolIdentity{Sub: "s", Claims: map[string]any{"email": "e"}}
	for expr, want := range map[string]string{
		"ctx.args":                           "",
		"ctx.identity":                       "identity.sub identity.username identity.issuer identity.groups identity.claims identity.sourceIp identity.defaultAuthStrategy", // to answer it
		"ctx.identity.sub":                   "identity.sub",
		"[ctx.identity['sub'] === 's', 1]":   "identity.sub",
		"ctx.identity.claims.email":          "identity.claims",
		"ctx.request.headers['x-a'] ?? null": "request.headers",
		"{ ...ctx.request }.domainName":      "request.headers request.domainName",
		"ctx.identity.nothing ?? null":       "",
	} {
		var read []string
		_, err := request(t, "return "+expr, Context{Identity: who, Read: func(member string) { read = append(read, member) }})
		if got := strings.Join(read, " "); err != nil || got != want {
			t.Errorf("%s: got %q and error %v, want %q", expr, got, err, want)
		}
	}
}

func TestResponse_givesResultAndError(t *testing.T) {
	outcome, err := response(t, "return [ctx.result.id, ctx.error.type, ctx.error.message]", Context{
		Result: map[string]any{"id": "1"},
		Error:  &Failure{Type: "DynamoDB:ConditionalCheckFailedException", Message: "no"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(outcome.Value), `["1","DynamoDB:ConditionalCheckFailedException","no"]`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestRequest_refusesAContextThatIsNoObject(t *testing.T) {
	for _, ctx := range []Context{{Arguments: []int{1}}, {Stash: "text"}} {
		if _, err := request(t, "return 1", ctx); err == nil || !strings.Contains(err.Error(), "is not an object") {
			t.Errorf("%+v: got %v", ctx, err)
		}
	}
	if _, err := request(t, "return 1", Context{Source: func() {}}); err == nil {
		t.Error("a source that is not JSON: got no error")
	}
}

func TestRequest_keepsTheOrderOfKeys(t *testing.T) {
	if got, want := value(t, "({ b: 1, a: { d: 1, c: 2 } })"), `{"b":1,"a":{"d":1,"c":2}}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestRequest_answersNullForNothing(t *testing.T) {
	for _, body := range []string{"", "return undefined", "return null", "return () => 1"} {
		outcome, err := request(t, body, Context{})
		if err != nil || string(outcome.Value) != "null" {
			t.Errorf("%q: got %s, %v", body, outcome.Value, err)
		}
	}
}

func TestRequest_handsBackTheStash(t *testing.T) {
	for _, body := range []string{
		"ctx.stash.seen = 1; return null",
		"ctx.stash.seen = 1; util.error('no')",
		"ctx.stash.seen = 1; runtime.earlyReturn(2)",
	} {
		outcome, err := request(t, body, Context{Stash: map[string]any{"old": true}})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := string(outcome.Stash), `{"old":true,"seen":1}`; got != want {
			t.Errorf("%s: got %s, want %s", body, got, want)
		}
	}
}

func TestRequest_copiesWhatItGetsIn(t *testing.T) {
	arguments := map[string]any{"list": []any{1}}
	if _, err := request(t, "ctx.args.list.push(2); ctx.args.more = 1; return null", Context{Arguments: arguments}); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(arguments); got != "map[list:[1]]" {
		t.Errorf("the caller's arguments are now %s", got)
	}
}

func TestRequest_hasAContextThatIsReadOnly(t *testing.T) {
	for _, body := range []string{"ctx.args = {}", "ctx.stash = {}", "delete ctx.args"} {
		if _, err := request(t, body, Context{}); err == nil {
			t.Errorf("%s: got no error", body)
		}
	}
}

// Each body tries to leave a mark, and answers what it finds of the mark of the call before.
func TestRequest_leavesNothingForTheNextCall(t *testing.T) {
	tests := map[string]string{
		"a variable of the module":   "COUNT.n += 1; return COUNT.n",
		"a global":                   "const old = typeof leak; leak = 1; return old",
		"an array's prototype":       "const p = [].__proto__; if (p) { p.leak = 1 } return [].leak",
		"a method":                   "const old = [].push.leak; [].push.leak = 1; return old",
		"a string's method":          "const old = 'a'.concat.leak; 'a'.concat.leak = 1; return old",
		"a function":                 "const f = () => 1; const old = f.__proto__?.leak; f.leak = 1; return old",
		"util":                       "const old = Object.hasOwn(util, 'leak'); util.leak = 1; return old",
		"a function of util":         "const old = util.autoId.leak; util.autoId.leak = 1; return old",
		"a function of the module":   "const old = ddb.get.leak; ddb.get.leak = 1; return old",
		"a library":                  "Math.leak = 1; return null",
		"a function of a library":    "const old = JSON.parse.leak; JSON.parse.leak = 1; return old",
		"a method of a library":      "const old = Object.keys.leak; Object.keys.leak = 1; return old",
		"assign to util":             "Object.assign(util, { leak: 1 }); return null",
		"assign to a prototype":      "return Object.assign({}.__proto__ ?? {}, { leak: 1 }) && {}.leak",
		"console":                    "console.leak = 1; return null",
		"a sorted array's method":    "const old = [].sort.leak; [].sort.leak = 1; return old",
		"a literal with a prototype": "const o = { __proto__: [] }; o.leak = 1; return [].leak",
	}
	for name, body := range tests {
		t.Run(name, func(t *testing.T) {
			resolver := compile(t, "const COUNT = { n: 0 }; export const request = (ctx) => { "+body+" }; export const response = request;")
			first, firstErr := resolver.Request(Context{})
			for range 5 {
				next, err := resolver.Request(Context{})
				if (err == nil) != (firstErr == nil) || string(next.Value) != string(first.Value) {
					t.Fatalf("got %s, %v at first and %s, %v later", first.Value, firstErr, next.Value, err)
				}
			}
			clean, err := compile(t, "export const request = (ctx) => [[].leak, 'a'.leak, (1).leak, (() => 1).leak, ({}).leak, typeof leak]; export const response = request;").Request(Context{})
			if want := `[null,null,null,null,null,"undefined"]`; err != nil || string(clean.Value) != want {
				t.Errorf("another resolver sees %s, %v, want %s", clean.Value, err, want)
			}
		})
	}
}

func TestRequest_runsConcurrently(t *testing.T) {
	resolver := compile(t, handlers("ctx.stash.id = ctx.args.id; return ddb.get({ key: { id: ctx.args.id } })"))
	var group sync.WaitGroup
	for worker := range 8 {
		group.Go(func() {
			for i := range 50 {
				id := fmt.Sprintf("%d-%d", worker, i)
				outcome, err := resolver.Request(Context{Arguments: map[string]any{"id": id}})
				want := fmt.Sprintf(`{"operation":"GetItem","key":{"id":{"S":%q}}}`, id)
				if err != nil || string(outcome.Value) != want || string(outcome.Stash) != fmt.Sprintf(`{"id":%q}`, id) {
					t.Errorf("got %s, %s, %v, want %s", outcome.Value, outcome.Stash, err, want)
					return
				}
			}
		})
	}
	group.Wait()
}

// endless runs for as long as it may: loops over loops, without recursion.
const endless = "const a = [0,1,2,3,4,5,6,7,8,9]; let n = 0; " +
	"for (const b of a) for (const c of a) for (const d of a) for (const e of a) for (const f of a) for (const g of a) for (const h of a) for (const i of a) for (const j of a) { n += 1 } return n"

func TestRequest_interruptsARunawayHandler(t *testing.T) {
	for name, code := range map[string]string{
		"in the handler":   handlers(endless),
		"in a native":      handlers("return [1].map((x) => { " + endless + " })"),
		"in the module":    "const run = () => { " + endless + " }; const n = run(); " + handlers("return n"),
		"in a bent method": handlers("return [{ toString: () => { " + endless + " } }, 1].sort()"),
		"in util's reach":  handlers("return JSON.stringify({ toJSON: () => { " + endless + " } })"),
	} {
		t.Run(name, func(t *testing.T) {
			resolver := compile(t, code)
			resolver.timeLimit = 50 * time.Millisecond
			start := time.Now()
			_, err := resolver.Request(Context{})
			if !errors.Is(err, ErrTimeout) {
				t.Errorf("got %v, want %v", err, ErrTimeout)
			}
			if took := time.Since(start); took > 30*time.Second { // it would take many minutes
				t.Errorf("took %v", took)
			}
			wantValue(t, "1 + 1", "2")
		})
	}
}

func TestRequest_boundsWhatAHandlerLeaves(t *testing.T) {
	const grow = "let text = 'x'; for (const i of [0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22]) { text += text } "
	for _, body := range []string{grow + "return text", grow + "ctx.stash.text = text", grow + "util.error('no', 'T', text)"} {
		_, err := request(t, body, Context{})
		if err == nil || !strings.Contains(err.Error(), "want at most 5242880") {
			t.Errorf("%s: got %v", body[len(grow):], err)
		}
	}
}

func TestRequest_refusesRecursion(t *testing.T) {
	_, err := compile(t, "const f = (n) => f(n + 1); "+handlers("return f(0)")).Request(Context{})
	if err == nil || !strings.Contains(err.Error(), "recursion is not supported") {
		t.Errorf("got %v", err)
	}
}

func TestRequest_saysWhereAScriptFails(t *testing.T) {
	resolver := compile(t, "\nexport function request(ctx) {\n  const a = 1;\n  return missing(a);\n}\n"+responseOnly)
	_, err := resolver.Request(Context{})
	var fault *ScriptError
	if !errors.As(err, &fault) || !strings.HasPrefix(fault.Place, "code.js:4:") || fault.Message != "ReferenceError: missing is not defined" {
		t.Errorf("got %v, want a ReferenceError in line 4", err)
	}
}

func TestRequest_reportsAValueThatHasNoJSON(t *testing.T) {
	_, err := request(t, "const a = {}; a.a = a; return a", Context{})
	var fault *ScriptError
	if !errors.As(err, &fault) {
		t.Errorf("got %v, want a ScriptError", err)
	}
}

func TestRequest_wantsFunctionsAsHandlers(t *testing.T) {
	resolver := compile(t, "export const request = 1; export const response = 'x';")
	if _, err := resolver.Request(Context{}); err == nil || err.Error() != "request is a number, want a function" {
		t.Errorf("got %v", err)
	}
	if _, err := resolver.Response(Context{}); err == nil || err.Error() != "response is a string, want a function" {
		t.Errorf("got %v", err)
	}
}
