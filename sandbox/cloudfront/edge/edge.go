// Package edge runs CloudFront Functions, JavaScript of the runtime cloudfront-js-2.0, for viewer requests.
//
// Code is a script with a function named handler. It gets the event, and its answer is the request, whose uri it may have
// changed. The sandbox takes no other change: another header, cookie, query string or method is refused by its name, and so is
// an answer in the place of the request. Key value stores, which are imported, and handlers that are async are not there.
//
// The language is ECMAScript 5.1 and what later editions the engine knows, which is more than AWS's: code that runs here may be
// refused there. As on AWS nothing evaluates text, there is no timer, no network and no file. Each run begins anew: nothing
// that one has left is seen by the next.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
package edge

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/dop251/goja"
)

// Runtime is the one that functions are written for.
const Runtime = "cloudfront-js-2.0"

// maxCode is the most bytes of a function.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-functions
const maxCode = 10 << 10

// timeLimit stops what would never end. AWS allows less than a millisecond of its own machines; by the clock of a busy one that
// would stop good code.
const timeLimit = 5 * time.Second

// A Function is compiled code. It is safe for concurrent use.
type Function struct{ program *goja.Program }

// Compile checks and compiles code. The error says what is wrong and where, as in "function.js: Line 1:1 Unexpected token".
func Compile(code string) (*Function, error) {
	if len(code) == 0 || len(code) > maxCode {
		return nil, fmt.Errorf("got %d bytes, want 1 to %d", len(code), maxCode)
	}
	if strings.HasPrefix(strings.TrimSpace(code), "import") {
		return nil, errors.New("got an import, want none: the sandbox has no key value stores")
	}
	program, err := goja.Compile("function.js", code, true)
	if err != nil {
		return nil, err
	}
	f := &Function{program}
	if _, err := f.handler(goja.New()); err != nil {
		return nil, err
	}
	return f, nil
}

// Request is what a function sees of a viewer's.
type Request struct {
	Method  string           `json:"method"`
	URI     string           `json:"uri"` // the path, as the viewer wrote it
	Query   map[string]Value `json:"querystring"`
	Headers map[string]Value `json:"headers"` // by names in lower case
	Cookies map[string]Value `json:"cookies"`
}

// Value is that of a header, a cookie or a part of the query string; of several of a name it is the last or, of a header, all.
type Value struct {
	Value string `json:"value"`
}

// Event is what a function is called with.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
type Event struct {
	Version string  `json:"version"` // 1.0
	Context Context `json:"context"`
	Viewer  struct {
		IP string `json:"ip"`
	} `json:"viewer"`
	Request Request `json:"request"`
}

// Context says what a function is called for.
type Context struct {
	DistributionDomainName string `json:"distributionDomainName"`
	DistributionID         string `json:"distributionId"`
	EventType              string `json:"eventType"` // viewer-request
	RequestID              string `json:"requestId"`
}

// An InvalidError is a fault of what a function has answered. Any other error of a run is one of its code.
type InvalidError struct{ Reason string }

func (e *InvalidError) Error() string { return e.Reason }

func invalid(format string, args ...any) error { return &InvalidError{fmt.Sprintf(format, args...)} }

// Run calls the handler at a time, and returns the request's uri as it leaves it.
func (f *Function) Run(event Event, now time.Time) (uri string, err error) {
	given, err := plain(event)
	if err != nil {
		return "", err
	}
	vm := goja.New()
	vm.SetTimeSource(func() time.Time { return now })
	timer := time.AfterFunc(timeLimit, func() { vm.Interrupt("the function runs too long") })
	defer timer.Stop()
	handler, err := f.handler(vm)
	if err != nil {
		return "", err
	}
	text, _ := json.Marshal(given) // it was JSON before
	argument, err := parse(vm, text)
	if err != nil {
		return "", err
	}
	result, err := handler(goja.Undefined(), argument)
	if err != nil {
		return "", err
	}
	if _, promised := result.Export().(*goja.Promise); promised {
		return "", invalid("got a promise, want a request: the sandbox has no async handlers")
	}
	answered, err := plain(result.Export())
	if err != nil {
		return "", invalid("got an answer that is no JSON: %v", err)
	}
	return changedURI(given["request"].(map[string]any), answered)
}

// changedURI is that of an answered request, which differs from the given one in nothing else.
func changedURI(given, answered map[string]any) (string, error) {
	if _, answers := answered["statusCode"]; answers {
		return "", invalid("got a response, want the request: the sandbox takes no responses of functions")
	}
	for _, name := range slices.Sorted(maps.Keys(answered)) {
		if _, known := given[name]; !known {
			return "", invalid("request.%s: got %v, and the sandbox does not know what that is", name, answered[name])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if name != "uri" && !reflect.DeepEqual(given[name], answered[name]) {
			return "", invalid("request.%s: got %v, want it unchanged: the sandbox takes another uri alone", name, answered[name])
		}
	}
	uri, _ := answered["uri"].(string)
	if !strings.HasPrefix(uri, "/") {
		return "", invalid("request.uri: got %v, want a path that begins with a slash", answered["uri"])
	}
	return uri, nil
}

// handler evaluates the code.
func (f *Function) handler(vm *goja.Runtime) (goja.Callable, error) {
	if _, err := vm.RunString(restricted); err != nil {
		return nil, err
	}
	if err := vm.Set("console", map[string]any{"log": func(goja.FunctionCall) goja.Value { return goja.Undefined() }}); err != nil {
		return nil, err
	}
	if _, err := vm.RunProgram(f.program); err != nil {
		return nil, err
	}
	handler, ok := goja.AssertFunction(vm.Get("handler"))
	if !ok {
		return nil, errors.New("got no function named handler, want one")
	}
	return handler, nil
}

// restricted takes away what evaluates text.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html#writing-functions-javascript-features-restricted-features-20
const restricted = `(() => {
	const none = function () { throw new TypeError('nothing evaluates text in a CloudFront function'); };
	const kinds = [function () {}, async function () {}];
	for (const kind of kinds) { Object.getPrototypeOf(kind).constructor = none; }
	globalThis.eval = none;
	globalThis.Function = none;
})()`

// plain is a value as JSON has it; it has to be an object there.
func plain(value any) (map[string]any, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	var object map[string]any
	if err := json.Unmarshal(text, &object); err != nil {
		return nil, err
	}
	if object == nil {
		return nil, errors.New("got nothing, want an object")
	}
	return object, nil
}

// parse makes an object of the engine of JSON.
func parse(vm *goja.Runtime, text []byte) (goja.Value, error) {
	read, _ := goja.AssertFunction(vm.Get("JSON").ToObject(vm).Get("parse"))
	return read(goja.Undefined(), vm.ToValue(string(text)))
}
