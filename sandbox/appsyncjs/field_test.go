package appsyncjs

import (
	"context"
	"strings"
	"testing"
)

// row is a store with one item, whatever the key.
type row struct{ asked int }

func (r *row) Do(context.Context, Operation) (Reply, error) {
	r.asked++
	return Reply{Item: Item{"id": Value{"S": "1"}}}, nil
}

func (r *row) Item(context.Context, Item, bool) (Item, error) { return nil, nil }

func step(t *testing.T, name, code string, store Store) Step {
	t.Helper()
	resolver, err := Compile(code)
	if err != nil {
		t.Fatal(err)
	}
	return Step{Name: name, Code: resolver, Store: store}
}

const (
	around = "export function request() { return {}; }\nexport function response(ctx) { return { got: ctx.prev.result }; }"
	read   = "export function request() { return { operation: 'GetItem', key: { id: { S: '1' } } }; }\nexport function response(ctx) { return ctx.result; }"
	mask   = "import { runtime } from '@aws-appsync/utils';\nexport function request() { runtime.earlyReturn('early'); }\n" +
		"export function response(ctx) { return 'masked ' + ctx.prev.result; }"
	pass = "export function request() { return { payload: 'next' }; }\nexport function response(ctx) { return [ctx.prev.result, ctx.result]; }"
)

func early(skip string) string {
	return "import { runtime } from '@aws-appsync/utils';\nexport function request() { runtime.earlyReturn('early'" + skip + "); }\n" +
		"export function response() { return 'never'; }"
}

func TestField_resolves(t *testing.T) {
	fails := "import { util } from '@aws-appsync/utils';\nexport function request() { util.error('no', 'BadRequest'); }\nexport function response() { return 1; }"
	for name, test := range map[string]struct {
		around      string
		steps       []string
		want, fault string
		asked       int
	}{
		"a unit resolver":                              {steps: []string{read}, want: `{"id":"1"}`, asked: 1},
		"a pipeline step by step":                      {around, []string{read, pass}, `{"got":[{"id":"1"},"next"]}`, "", 1},
		"an error ends the pipeline":                   {around, []string{fails, read}, "null", "BadRequest: no", 0},
		"an early return goes on":                      {around, []string{early(""), pass}, `{"got":["early","next"]}`, "", 0},
		"an early return that ends, ends":              {around, []string{early(", { skipTo: 'END' }"), read}, `{"got":"early"}`, "", 0},
		"a unit resolver that returns early":           {steps: []string{early("")}, want: `"early"`},
		"a pipeline's own early return that is masked": {mask, []string{read}, `"masked early"`, "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			store := &row{}
			field := Field{}
			if test.around != "" {
				field.Around = step(t, "around", test.around, nil).Code
			}
			for _, code := range test.steps {
				given := Store(store)
				if code == pass {
					given = nil
				}
				field.Steps = append(field.Steps, step(t, "step", code, given))
			}
			answer, err := field.Resolve(context.Background(), Context{})
			if err != nil {
				t.Fatal(err)
			}
			if got := string(answer.Value); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
			if fault := ""; answer.Err != nil || test.fault != "" {
				if answer.Err != nil {
					fault = answer.Err.Error()
				}
				if fault != test.fault {
					t.Errorf("got the error %q, want %q", fault, test.fault)
				}
			}
			if store.asked != test.asked {
				t.Errorf("the store was asked %d times, want %d", store.asked, test.asked)
			}
		})
	}
}

func TestField_refusesAnOperationWithoutADataSource(t *testing.T) {
	_, err := Field{Steps: []Step{step(t, "getThing", read, nil)}}.Resolve(context.Background(), Context{})
	if err == nil || !strings.Contains(err.Error(), "getThing: got the operation GetItem") {
		t.Errorf("got %v, want an error that names the step and the operation", err)
	}
}
