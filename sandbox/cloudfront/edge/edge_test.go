package edge_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"lightbox.example/lightbox/sandbox/cloudfront/edge"
)

// event is what a browser that asks for a path makes of it.
func event(uri string) edge.Event {
	none := map[string]edge.Value{}
	return edge.Event{Version: "1.0", Request: edge.Request{
		Method: "GET", URI: uri, Query: map[string]edge.Value{"id": {Value: "1"}}, Headers: map[string]edge.Value{"host": {Value: "d1.cloudfront.net"}}, Cookies: none,
	}}
}

func run(t *testing.T, code string) (string, error) {
	t.Helper()
	f, err := edge.Compile(code)
	if err != nil {
		t.Fatal(err)
	}
	return f.Run(event("/photos"), time.Now())
}

func TestRun_answersWithTheURIThatTheHandlerLeaves(t *testing.T) {
	for code, want := range map[string]string{
		`function handler(event) { return event.request; }`:                                                               "/photos",
		`function handler(event) { const r = event.request; r.uri += '/index.html'; return r; }`:                          "/photos/index.html",
		`function handler({ request }) { console.log(request.uri); request.uri = '/' + request.method; return request; }`: "/GET",
		`function handler(event) { return { ...event.request, uri: '/' + event.request.querystring.id.value }; }`:         "/1",
		`let n = 0; function handler(event) { event.request.uri = '/' + ++n; return event.request; }`:                     "/1",
	} {
		f, err := edge.Compile(code)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // nothing stays
			if got, err := f.Run(event("/photos"), time.Now()); got != want || err != nil {
				t.Errorf("%s: got %s and %v, want %s", code, got, err, want)
			}
		}
	}
}

func TestRun_refusesByNameWhatItDoesNotKnow(t *testing.T) {
	for code, want := range map[string]string{
		`function handler() { return { statusCode: 302 }; }`:                                          "no responses of functions",
		`function handler() {}`:                                                                       "want an object",
		`function handler(event) { event.request.uri = 'photos'; return event.request; }`:             "request.uri: got photos",
		`function handler(event) { event.request.method = 'PUT'; return event.request; }`:             "request.method: got PUT",
		`function handler(event) { event.request.headers.x = { value: 'y' }; return event.request; }`: "request.headers: got",
		`function handler(event) { event.request.querystring = {}; return event.request; }`:           "request.querystring: got",
		`function handler(event) { delete event.request.cookies; return event.request; }`:             "request.cookies: got",
		`function handler(event) { event.request.body = 'x'; return event.request; }`:                 "request.body: got x",
		`async function handler(event) { return event.request; }`:                                     "no async handlers",
	} {
		_, err := run(t, code)
		if _, is := errors.AsType[*edge.InvalidError](err); !is || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want it invalid and to say %q", code, err, want)
		}
	}
}

func TestRun_evaluatesNoText(t *testing.T) {
	for _, call := range []string{`eval('1')`, `new Function('1')()`, `(function () {}).constructor('1')()`, `setTimeout(handler, 1)`, `require('fs')`, `missing`} {
		_, err := run(t, `function handler(event) { `+call+`; return event.request; }`)
		if _, is := errors.AsType[*edge.InvalidError](err); err == nil || is {
			t.Errorf("%s: got %v, want a fault of the code", call, err)
		}
	}
}

func TestCompile_refusesWhatIsNoFunction(t *testing.T) {
	for code, want := range map[string]string{
		"":                                "got 0 bytes",
		strings.Repeat(" ", 10<<10) + "x": "want 1 to 10240",
		`import cf from 'cloudfront'; function handler(event) { return event.request; }`: "no key value stores",
		`function handler(`:                "function.js",
		`function other() {}`:              "want one",
		`const handler = 1;`:               "want one",
		`throw new Error('at the start');`: "at the start",
	} {
		if _, err := edge.Compile(code); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: got %v, want it to say %q", code, err, want)
		}
	}
	if _, err := edge.Compile(`function handler(event) { return event.request; }` + strings.Repeat(" ", 10<<10-49)); err != nil {
		t.Errorf("the longest: got %v, want it taken", err)
	}
}
