package appsyncjs

import (
	"reflect"
	"strings"
	"testing"
)

func TestUtilError_endsTheHandler(t *testing.T) {
	outcome, err := request(t, `ctx.stash.a = 1; [1].map((x) => util.error('no', 'BadRequest', { a: 1 }, { b: 2 })); ctx.stash.a = 2; return 1`, Context{})
	if err != nil {
		t.Fatal(err)
	}
	want := Error{Message: "no", Type: "BadRequest", Data: []byte(`{"a":1}`), Info: []byte(`{"b":2}`)}
	if outcome.Error == nil || !reflect.DeepEqual(*outcome.Error, want) {
		t.Errorf("got %+v, want %+v", outcome.Error, want)
	}
	if string(outcome.Value) != "null" || string(outcome.Stash) != `{"a":1}` {
		t.Errorf("got the value %s and the stash %s", outcome.Value, outcome.Stash)
	}
}

func TestUtilError_needsNothingButAMessage(t *testing.T) {
	for _, body := range []string{"util.error('no')", "util.error('no', null, null, null)", "util.error('no', undefined)"} {
		outcome, err := request(t, body, Context{})
		if err != nil {
			t.Fatal(err)
		}
		if want := (Error{Message: "no"}); outcome.Error == nil || !reflect.DeepEqual(*outcome.Error, want) {
			t.Errorf("%s: got %+v, want %+v", body, outcome.Error, want)
		}
	}
	wantRefusal(t, "util.error({ message: 'no' })", "the first argument of util.error is an object, want a string")
	wantRefusal(t, "util.error('no', 1)", "the second argument of util.error is a number, want a string")
}

func TestError_readsAsTypeAndMessage(t *testing.T) {
	for want, e := range map[string]*Error{"no": {Message: "no"}, "Conflict: no": {Message: "no", Type: "Conflict"}} {
		if e.Error() != want {
			t.Errorf("got %s, want %s", e.Error(), want)
		}
	}
}

func TestUtilAppendError_letsTheHandlerGoOn(t *testing.T) {
	outcome, err := response(t, `util.appendError('one', 'T', ctx.result); util.appendError('two'); return 'value'`, Context{Result: []int{1}})
	if err != nil {
		t.Fatal(err)
	}
	want := []Error{{Message: "one", Type: "T", Data: []byte(`[1]`)}, {Message: "two"}}
	if !reflect.DeepEqual(outcome.Appended, want) || string(outcome.Value) != `"value"` || outcome.Error != nil {
		t.Errorf("got %+v with the value %s and the error %v, want %+v", outcome.Appended, outcome.Value, outcome.Error, want)
	}
}

func TestUtilUnauthorized_endsTheHandler(t *testing.T) {
	outcome, err := request(t, `util.unauthorized(); return 1`, Context{Info: Info{FieldName: "getPhoto", ParentTypeName: "Query"}})
	if err != nil {
		t.Fatal(err)
	}
	want := Error{Message: "Not Authorized to access getPhoto on type Query", Type: "Unauthorized", Unauthorized: true}
	if outcome.Error == nil || !reflect.DeepEqual(*outcome.Error, want) {
		t.Errorf("got %+v, want %+v", outcome.Error, want)
	}
}

func TestEarlyReturn_endsTheHandlerWithAValue(t *testing.T) {
	for body, want := range map[string]Outcome{
		"runtime.earlyReturn({ a: 1 })":                     {Value: []byte(`{"a":1}`)},
		"runtime.earlyReturn()":                             {Value: []byte(`null`)},
		"runtime.earlyReturn(null)":                         {Value: []byte(`null`)},
		"runtime.earlyReturn(1, { skipTo: 'END' })":         {Value: []byte(`1`), SkipTo: "END"},
		"runtime.earlyReturn(1, { skipTo: 'NEXT' })":        {Value: []byte(`1`), SkipTo: "NEXT"},
		"[1].forEach((x) => runtime.earlyReturn(x))":        {Value: []byte(`1`)},
		"runtime.earlyReturn(false, { skipTo: undefined })": {Value: []byte(`false`)},
	} {
		outcome, err := request(t, body+"; return 'too far'", Context{})
		if err != nil {
			t.Fatal(err)
		}
		if !outcome.Early || string(outcome.Value) != string(want.Value) || outcome.SkipTo != want.SkipTo {
			t.Errorf("%s: got %+v, want %+v", body, outcome, want)
		}
	}
	wantRefusal(t, "runtime.earlyReturn(1, { skipTo: 'LAST' })", `skipTo is "LAST", want "END" or "NEXT"`)
	wantRefusal(t, "runtime.earlyReturn(1, { skip: 'END' })", "the option.skip is not supported")
}

func TestConsole_keepsLines(t *testing.T) {
	outcome, err := request(t, `console.log('a', { b: 1 }, [null], undefined, 1); console.error('c'); return null`, Context{})
	if err != nil {
		t.Fatal(err)
	}
	want := []LogLine{{"log", `a {"b":1} [null] null 1`}, {"error", "c"}}
	if !reflect.DeepEqual(outcome.Logs, want) {
		t.Errorf("got %+v, want %+v", outcome.Logs, want)
	}
	_, err = request(t, "const a = [0,1,2,3,4,5,6,7,8,9,10]; for (const b of a) for (const c of a) for (const d of a) { console.log('x') }", Context{})
	if err == nil || !strings.Contains(err.Error(), "more than 1000 lines") {
		t.Errorf("1331 lines: got %v", err)
	}
}
