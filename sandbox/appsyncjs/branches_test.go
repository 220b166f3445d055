package appsyncjs

import (
	"fmt"
	"go/token"
	"slices"
	"testing"
)

// Each construct that branches has its ways, and a run takes those that its values lead to.
func TestMeasure_namesTheWaysThatNoRunTook(t *testing.T) {
	for name, test := range map[string]struct {
		body string // of a handler; ctx.args are {yes: true, list: [1], none: []}
		want []string
	}{
		"if":                       {"if (ctx.args.yes) { return 1 } return 2", []string{"ctx.args.yes false", "return 2 reached"}},
		"if, and what is after it": {"if (!ctx.args.yes) { return 1 } return 2", []string{"ctx.args.yes false"}},
		"operands of a condition":  {"if (ctx.args.yes || ctx.args.no) { return 1 }", []string{"ctx.args.yes false", "ctx.args.no false", "ctx.args.no true"}},
		"?:":                       {"return ctx.args.no ? 1 : 2", []string{"ctx.args.no true"}},
		"&&":                       {"return ctx.args.no && ctx.args.yes", []string{"ctx.args.no true"}},
		"||":                       {"return ctx.args.yes || ctx.args.no", []string{"ctx.args.yes false"}},
		"??":                       {"return ctx.args.no ?? 1", []string{"ctx.args.no value"}},
		"?.":                       {"return ctx.args.no?.more", []string{"ctx.args.no value"}},
		"?. of a function":         {"return ctx.args.list.map?.((one) => one)", []string{"ctx.args.list.map null", "ctx.args.list.map value"}},
		"a loop":                   {"for (const one of ctx.args.none) { util.error(one) }", []string{"ctx.args.none some"}},
		"a loop that is there":     {"for (const one of ctx.args.list) { ctx.stash.a = one }", []string{"ctx.args.list none"}},
		"a loop over keys":         {"for (const one in ctx.args) { ctx.stash.a = one }", []string{"ctx.args none"}},
		"a switch":                 {"switch (ctx.args.list[0]) { case 1: return 1; case 2: return 2 }", []string{"ctx.args.list[0] default", "2 case"}},
		"a default":                {"function f(a = 1, { b = 2, d: { e = 5 } = {} } = {}, [c = 3] = [4]) { return a + b + c + e } return f(undefined)", []string{"3 used"}},
		"a function":               {"const f = () => 1; function g() { return 2 } return g()", []string{"1 called"}},
		"what ends all":            {"util.error('no'); return 1", []string{"return 1 reached"}},
		"control: no branch":       {"return ctx.args.yes", nil},
	} {
		t.Run(name, func(t *testing.T) {
			code := imports + "export function request(ctx) { " + test.body + " }\nexport function response() {}"
			measured, branches, err := Measure(code)
			if err != nil {
				t.Fatal(err)
			}
			ctx := Context{Now: now, Arguments: map[string]any{"yes": true, "list": []int{1}, "none": []int{}}}
			got, err := measured.Request(ctx)
			if err != nil {
				t.Fatal(err)
			}
			want, err := compile(t, "export function request(ctx) { "+test.body+" }\nexport function response() {}").Request(ctx)
			if err != nil || string(got.Value) != string(want.Value) || fmt.Sprint(got.Error) != fmt.Sprint(want.Error) {
				t.Errorf("the copy answers %s and %v, want %s and %v", got.Value, got.Error, want.Value, want.Error)
			}
			if _, err := measured.Response(ctx); err != nil {
				t.Fatal(err)
			}
			var untried []string
			for _, branch := range branches.Untried() {
				if branch.Line != 1 {
					t.Errorf("%v: want line 1", branch)
				}
				untried = append(untried, branch.Source+" "+branch.Way)
			}
			if !slices.Equal(untried, test.want) {
				t.Errorf("got %q, want %q", untried, test.want)
			}
		})
	}
}

// What measured code calls is no function that a resolver has: AppSync has none.
func TestMeasure_givesResolversNothingToCall(t *testing.T) {
	if token.IsIdentifier(branchName) {
		t.Errorf("code can say %s", branchName)
	}
	for _, call := range []string{branchName + "(0, 1)", "__branch(0, 1)", "branch(0, 1)"} {
		if resolver, err := Compile("export function request() { return " + call + " }\nexport function response() {}"); err == nil {
			if got, err := resolver.Request(Context{}); err == nil && got.Error == nil {
				t.Errorf("%s: got %s, want it refused", call, got.Value)
			}
		}
	}
	resolver, err := Compile("export function request() { return isNaN ? 1 : 1 }\nexport function response() {}")
	if err == nil {
		_, err = resolver.Request(Context{})
	}
	if err == nil {
		t.Error("control: a global that AppSync lacks is there")
	}
}

// What does not compile is not measured.
func TestMeasure_refusesWhatCompileRefuses(t *testing.T) {
	for _, code := range []string{"", "export function request() { while (true) {} }"} {
		if _, _, err := Measure(code); err == nil {
			t.Errorf("%q: got no error, want one", code)
		}
	}
}
