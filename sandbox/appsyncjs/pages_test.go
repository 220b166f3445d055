package appsyncjs

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
)

// A said is a sentence of AWS's pages about the runtime, a field that shows it, and what the field comes to. Handlers and the
// data source write their names into the log, so that it tells what ran, and in which order.
type said struct {
	sentence string
	around   string   // "" for a unit resolver
	steps    []string // their code; each has a data source
	ran      string
	value    string
	fault    string
	appended int
}

// handlersNamed is a resolver whose handlers write their names and do what is given.
func handlersNamed(name, request, response string) string {
	return `export function request(ctx) { console.log('` + name + ` request'); ` + request + ` }
export function response(ctx) { console.log('` + name + ` response'); ` + response + ` }`
}

const (
	reads    = "return { operation: 'GetItem', key: util.dynamodb.toMapValues({ id: 'x' }) };"
	result   = "return ctx.result;"
	previous = "return ctx.prev.result;"
)

// https://docs.aws.amazon.com/appsync/latest/devguide/runtime-utils-js.html
var runtimePage = []said{
	{
		"The specified object is returned as the result.",
		"", []string{handlersNamed("unit", "runtime.earlyReturn({ hello: 'world' });", result)},
		"unit request", `{"hello":"world"}`, "", 0,
	}, {
		"the data source and response handler are skipped, and the next function request handler … is called",
		handlersNamed("pipeline", "return {};", previous),
		[]string{handlersNamed("one", "runtime.earlyReturn({ a: 1 });", result), handlersNamed("two", reads, "return [ctx.prev.result, ctx.result];")},
		"pipeline request, one request, two request, data, two response, pipeline response", `[{"a":1},{"id":"1"}]`, "", 0,
	}, {
		"(or the pipeline resolver response handler if this was the last AWS AppSync function)",
		handlersNamed("pipeline", "return {};", previous),
		[]string{handlersNamed("one", reads, result), handlersNamed("two", "runtime.earlyReturn(ctx.prev.result.id);", result)},
		"pipeline request, one request, data, one response, two request, pipeline response", `"1"`, "", 0,
	}, {
		"When called in an AWS AppSync pipeline resolver request handler, the pipeline execution is skipped, and the pipeline resolver response handler is called immediately.",
		handlersNamed("pipeline", "runtime.earlyReturn({ secret: 1, open: 2 });", "return { open: ctx.prev.result.open, same: ctx.result.open };"),
		[]string{handlersNamed("one", reads, result)},
		"pipeline request, pipeline response", `{"open":2,"same":2}`, "", 0,
	}, {
		`When returnOptions is given with skipTo set to "END", … the pipeline resolver response handler is called immediately: a function`,
		handlersNamed("pipeline", "return {};", previous),
		[]string{handlersNamed("one", "runtime.earlyReturn(1, { skipTo: 'END' });", result), handlersNamed("two", reads, result)},
		"pipeline request, one request, pipeline response", `1`, "", 0,
	}, {
		`When returnOptions is given with skipTo set to "END", … the pipeline resolver response handler is called immediately: a pipeline`,
		handlersNamed("pipeline", "runtime.earlyReturn(1, { skipTo: 'END' });", previous),
		[]string{handlersNamed("one", reads, result)},
		"pipeline request, pipeline response", `1`, "", 0,
	}, {
		`When returnOptions is given with skipTo set to "NEXT", the function execution is skipped, and the next pipeline handler is called: a function`,
		handlersNamed("pipeline", "return {};", previous),
		[]string{handlersNamed("one", "runtime.earlyReturn(1, { skipTo: 'NEXT' });", result), handlersNamed("two", reads, previous)},
		"pipeline request, one request, two request, data, two response, pipeline response", `1`, "", 0,
	}, {
		`When returnOptions is given with skipTo set to "NEXT", the function execution is skipped, and the next pipeline handler is called: a pipeline`,
		handlersNamed("pipeline", "runtime.earlyReturn(1, { skipTo: 'NEXT' });", previous),
		[]string{handlersNamed("one", reads, previous)},
		"pipeline request, one request, data, one response, pipeline response", `1`, "", 0,
	},
}

// https://docs.aws.amazon.com/appsync/latest/devguide/resolver-reference-overview-js.html
var overviewPage = []said{
	{
		"The response handler receives a payload back from the data source with the result of the executed request.",
		"", []string{handlersNamed("unit", reads, result)},
		"unit request, data, unit response", `{"id":"1"}`, "", 0,
	}, {
		"the list below represents the execution flow when the resolver is invoked",
		handlersNamed("pipeline", "return {};", previous), []string{handlersNamed("one", reads, result), handlersNamed("two", reads, result)},
		"pipeline request, one request, data, one response, two request, data, two response, pipeline response", `{"id":"1"}`, "", 0,
	}, {
		"The pipeline resolver request handler evaluation result is made available to the first function as ctx.prev.result.",
		handlersNamed("pipeline", "return { given: 1 };", previous), []string{handlersNamed("one", reads, previous)},
		"pipeline request, one request, data, one response, pipeline response", `{"given":1}`, "", 0,
	}, {
		"Each function evaluation result is available to the next function as ctx.prev.result.",
		handlersNamed("pipeline", "return 0;", previous), []string{
			handlersNamed("one", reads, "return ctx.prev.result + 1;"), handlersNamed("two", reads, "return ctx.prev.result + 10;"),
		},
		"pipeline request, one request, data, one response, two request, data, two response, pipeline response", `11`, "", 0,
	}, {
		"The output of the last function … is available in the pipeline resolver response handler as ctx.prev.result or ctx.result.",
		handlersNamed("pipeline", "return {};", "return [ctx.prev.result, ctx.result, ctx.error];"), []string{handlersNamed("one", reads, "return 'last';")},
		"pipeline request, one request, data, one response, pipeline response", `["last","last",null]`, "", 0,
	}, {
		"The same stash instance lives through a single resolver run.",
		handlersNamed("pipeline", "ctx.stash.a = 1; return {};", "return ctx.stash;"),
		[]string{handlersNamed("one", "ctx.stash.b = 2; "+reads, "ctx.stash.c = 3; return 0;"), handlersNamed("two", "delete ctx.stash.a; runtime.earlyReturn();", result)},
		"pipeline request, one request, data, one response, two request, pipeline response", `{"b":2,"c":3}`, "", 0,
	}, {
		"Using util.error inside a function request or response handler throws a field error immediately: a request",
		handlersNamed("pipeline", "return {};", previous), []string{handlersNamed("one", "util.error('no', 'Mine');", result), handlersNamed("two", reads, result)},
		"pipeline request, one request", `null`, "Mine: no", 0,
	}, {
		"Using util.error inside a function request or response handler throws a field error immediately: a response",
		handlersNamed("pipeline", "return {};", previous), []string{handlersNamed("one", reads, "util.error('no', 'Mine');"), handlersNamed("two", reads, result)},
		"pipeline request, one request, data, one response", `null`, "Mine: no", 0,
	}, {
		"Using util.appendError inside a function will not disrupt the execution flow of the pipeline.",
		handlersNamed("pipeline", "return {};", previous), []string{handlersNamed("one", "util.appendError('one'); "+reads, "util.appendError('two'); return 1;"), handlersNamed("two", reads, previous)},
		"pipeline request, one request, data, one response, two request, data, two response, pipeline response", `1`, "", 2,
	}, {
		"Using runtime.earlyReturn inside of a resolver request handler will return from the resolver.",
		"", []string{handlersNamed("unit", "runtime.earlyReturn(1, { skipTo: 'END' });", result)},
		"unit request", `1`, "", 0,
	},
}

// https://docs.aws.amazon.com/appsync/latest/devguide/resolver-context-reference-js.html
var contextPage = []said{
	{
		"This field [result] is available only to response handlers.",
		handlersNamed("pipeline", "return ctx.result ?? 'none';", previous),
		[]string{handlersNamed("one", reads, "return [ctx.prev.result, ctx.result.id];"), handlersNamed("two", "runtime.earlyReturn([ctx.prev.result, ctx.result ?? 'none']);", result)},
		"pipeline request, one request, data, one response, two request, pipeline response", `[["none","1"],"none"]`, "", 0,
	}, {
		"You cannot delete or replace the entire stash, but you can add, update, delete, and read properties of the stash.",
		"", []string{handlersNamed("unit", "ctx.stash.a = 1; Object.assign(ctx.stash, { b: 2, c: 3 }); ctx.stash.b = 4; delete ctx.stash.c; "+reads, "return ctx.stash;")},
		"unit request, data, unit response", `{"a":1,"b":4}`, "", 0,
	}, {
		"JSON.stringify will not include selectionSetGraphQL and selectionSetList in the string serialization.",
		"", []string{handlersNamed("unit", reads, "return [JSON.stringify(ctx.info), ctx.info, ctx.info.selectionSetList, ctx.info.selectionSetGraphQL];")},
		"unit request, data, unit response", `["{\"fieldName\":\"f\",\"parentTypeName\":\"Query\",\"variables\":null}",{"fieldName":"f","parentTypeName":"Query","variables":null},["a"],"{ a }"]`, "", 0,
	}, {
		"You could then access these as an array, such as ctx.request.headers.custom[1].",
		"", []string{handlersNamed("unit", reads, "return [ctx.request.headers.custom[1], ctx.request.headers.single];")},
		"unit request, data, unit response", `["nadia","one"]`, "", 0,
	},
}

// spoken is a store that writes into the log that it was asked.
type spoken struct{ ran *[]string }

func (s spoken) Do(context.Context, Operation) (Reply, error) {
	*s.ran = append(*s.ran, "data")
	return Reply{Item: Item{"id": Value{"S": "1"}}}, nil
}

func (s spoken) Item(context.Context, Item, bool) (Item, error) { return nil, nil }

// What AWS's pages say of the runtime, sentence by sentence.
func TestField_doesWhatThePagesSay(t *testing.T) {
	for page, sentences := range map[string][]said{"runtime": runtimePage, "overview": overviewPage, "context": contextPage} {
		for _, s := range sentences {
			t.Run(page+"/"+s.sentence, func(t *testing.T) {
				var stored []string
				field := Field{}
				if s.around != "" {
					field.Around = compile(t, s.around)
				}
				for _, code := range s.steps {
					field.Steps = append(field.Steps, Step{Name: "step", Code: compile(t, code), Store: spoken{&stored}})
				}
				answer, err := field.Resolve(context.Background(), Context{
					Request: HTTPRequest{Headers: map[string][]string{"custom": {"bailey", "nadia"}, "single": {"one"}}},
					Info:    Info{FieldName: "f", ParentTypeName: "Query", SelectionSetList: []string{"a"}, SelectionSetGraphQL: "{ a }"},
				})
				if err != nil {
					t.Fatal(err)
				}
				if got := whatRan(answer.Logs, len(stored)); got != s.ran {
					t.Errorf("ran\n%s, want\n%s", got, s.ran)
				}
				if string(answer.Value) != s.value || len(answer.Appended) != s.appended {
					t.Errorf("got %s with %d errors appended, want %s with %d", answer.Value, len(answer.Appended), s.value, s.appended)
				}
				if fault := faultOf(answer); fault != s.fault {
					t.Errorf("got the error %q, want %q", fault, s.fault)
				}
			})
		}
	}
}

// whatRan puts the data source, which was asked so many times, between the request and the response that follows it.
func whatRan(logs []LogLine, asked int) string {
	var ran []string
	for i, line := range logs {
		ran = append(ran, line.Message)
		name, isRequest := strings.CutSuffix(line.Message, " request")
		if isRequest && name != "pipeline" && asked > 0 && i+1 < len(logs) && logs[i+1].Message == name+" response" {
			ran = append(ran, "data")
			asked--
		}
	}
	for ; asked > 0; asked-- {
		ran = append(ran, "data that nobody waited for")
	}
	return strings.Join(ran, ", ")
}

func faultOf(answer Answer) string {
	if answer.Err == nil {
		return ""
	}
	return answer.Err.Error()
}

// A stash that is replaced as a whole is refused: it is read-only in ctx.
func TestField_keepsItsStash(t *testing.T) {
	for _, code := range []string{"ctx.stash = {};", "delete ctx.stash;"} {
		_, err := Field{Steps: []Step{{Name: "unit", Code: compile(t, handlersNamed("unit", code+reads, result)), Store: &row{}}}}.
			Resolve(context.Background(), Context{Stash: json.RawMessage(`{"a":1}`)})
		if err == nil {
			t.Errorf("%s: got no error", code)
		}
	}
}
