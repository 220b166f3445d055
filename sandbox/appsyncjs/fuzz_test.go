package appsyncjs

import (
	"encoding/json"
	"errors"
	"testing"
	"time"
)

// FuzzCompile checks that no code breaks the compiler or the engine, and that every outcome is JSON.
func FuzzCompile(f *testing.F) {
	for _, code := range []string{
		imports + handlers("return ddb.get({ key: { id: ctx.args.id } })"),
		imports + handlers("return ddb.update({ key: { id: 1 }, update: { a: ddb.operations.increment(), b: [ddb.operations.updateListItem(1, 0)] } })"),
		imports + handlers("util.error('a', 'b', [ctx], ctx)"),
		imports + handlers("for (const k of Object.keys(ctx)) { console.log(k, ctx[k]) } return util.time.nowFormatted('yyyy[X]')"),
		imports + handlers("return util.transform.toSubscriptionFilter({ or: [{ a: { eq: 1 } }], b: {} }, ['b'], { c: { ne: [] } })"),
		imports + handlers("return JSON.parse(util.transform.toDynamoDBFilterExpression({ not: { a: { size: { between: [1, 2] } } } }))"),
		imports + handlers("return [1].map((x) => ({ ...ctx, [x]: `${x}` })).flat().join()"),
		imports + "export const request = util.autoId; export { request as response };",
		"export * from '@aws-appsync/utils'; export const request = 1",
		"export default 1; export const request = (...a) => a, response = ({ args: { a = 1 } }) => a;",
	} {
		f.Add(code, `{"id":"1"}`)
	}
	f.Fuzz(func(t *testing.T, code, arguments string) {
		resolver, err := Compile(code)
		if err != nil || !json.Valid([]byte(arguments)) {
			return
		}
		resolver.timeLimit = 100 * time.Millisecond
		for _, run := range []func(Context) (Outcome, error){resolver.Request, resolver.Response} {
			outcome, err := run(Context{Arguments: json.RawMessage(arguments), Result: json.RawMessage(arguments)})
			if err != nil {
				continue
			}
			for _, raw := range []json.RawMessage{outcome.Value, outcome.Stash} {
				if !json.Valid(raw) {
					t.Errorf("got %s, which is not JSON", raw)
				}
			}
		}
		clean, err := cleanCheck().Request(Context{})
		if err != nil || string(clean.Value) != `[null,null,null,"undefined"]` {
			t.Errorf("the next call finds %s, %v", clean.Value, err)
		}
	})
}

// cleanCheck looks for marks of earlier calls.
func cleanCheck() *Resolver {
	resolver, err := Compile("export const request = (ctx) => [[].leak, 'a'.leak, ({}).leak, typeof leak]; export const response = request;")
	if err != nil {
		panic(err)
	}
	return resolver
}

// FuzzDecodeOperation checks that every request either is refused or has the members that its operation needs.
func FuzzDecodeOperation(f *testing.F) {
	for _, request := range []string{
		`{"payload":1}`,
		`{"operation":"GetItem","key":{"id":{"S":"1"}}}`,
		`{"operation":"PutItem","key":{"id":{"N":1}},"attributeValues":{"a":{"L":[{"SS":["a"]}]}},"condition":{"expression":"a","equalsIgnore":["a"]}}`,
		`{"operation":"Query","query":{"expression":"a","expressionNames":{"#a":"a"},"expressionValues":{":a":{"M":{"b":{"NULL":null}}}}},"limit":1}`,
		`{"operation":"TransactWriteItems","transactItems":[{"operation":"ConditionCheck","table":"t","key":{"id":{"B":""}},"condition":{"expression":"a"}}]}`,
		`{"operation":"BatchGetItem","tables":{"t":{"keys":[{"id":{"S":"1"}}]}}}`,
	} {
		f.Add([]byte(request))
	}
	f.Fuzz(func(t *testing.T, request []byte) {
		op, err := DecodeOperation(request)
		if err != nil {
			return
		}
		switch op.Name {
		case "GetItem", "PutItem", "UpdateItem", "DeleteItem":
			if len(op.Key) == 0 {
				t.Errorf("%s has no key", request)
			}
		case "TransactWriteItems", "TransactGetItems":
			if len(op.Items) == 0 {
				t.Errorf("%s has no items", request)
			}
		}
		for name, v := range op.Attributes {
			if _, err := json.Marshal(v.Plain()); err != nil || !v.Equal(v) {
				t.Errorf("%s: %v is not itself, %v", name, v, err)
			}
		}
		seen, err := Settle(t.Context(), op, &store{err: &Fault{Code: codeConditionFailed}, item: op.Attributes})
		if err != nil {
			t.Error(err)
		}
		if _, err := json.Marshal(seen); err != nil {
			t.Error(err)
		}
	})
}

// FuzzMatches checks util.matches against what it may not do: break, or answer two things.
func FuzzMatches(f *testing.F) {
	f.Add("^[0-9a-f]{8}$", "deadbeef")
	f.Add("a*b", "aab\n")
	f.Add("(?i:x)|[", "X")
	f.Add(`a\Q`, "a")
	resolver, err := Compile(imports + handlers("return util.matches(ctx.args.pattern, ctx.args.value)"))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, pattern, value string) {
		outcome, err := resolver.Request(Context{Arguments: map[string]any{"pattern": pattern, "value": value}})
		var fault *ScriptError
		if err != nil && !errors.As(err, &fault) {
			t.Errorf("got %v, want an answer or a ScriptError", err)
		}
		if err == nil && string(outcome.Value) != "true" && string(outcome.Value) != "false" {
			t.Errorf("got %s", outcome.Value)
		}
	})
}
