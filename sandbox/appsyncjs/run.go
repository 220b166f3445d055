package appsyncjs

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/dop251/goja"
)

const (
	// handlersName is the function that the linked script hands its handlers to, importName the one that it gets the
	// members of AppSync's modules from.
	handlersName = "__handlers"
	importName   = "__import"

	// maxResult bounds what a handler may return or leave in the stash, in bytes: AppSync's limit for an evaluated
	// resolver. https://docs.aws.amazon.com/general/latest/gr/appsync.html
	maxResult = 5 << 20
)

// Request runs the request handler.
func (r *Resolver) Request(ctx Context) (Outcome, error) {
	return r.run(ctx, false)
}

// Response runs the response handler, with what the data source answered in ctx.Result and ctx.Error.
func (r *Resolver) Response(ctx Context) (Outcome, error) {
	return r.run(ctx, true)
}

// An invocation is one run of one handler: what it was given and what it has done so far.
type invocation struct {
	*realm
	ctx      Context
	now      time.Time
	response bool
	outcome  Outcome
	branches *Branches                  // of a measured copy
	broken   bool                       // the engine was stopped in the middle of something
	handlers []goja.Value               // what the module exports: request, response
	identity *goja.Object               // ctx.identity, nil for none
	watched  map[string]goja.Value      // members that Context.Read is told of, by their path
	marks    map[*goja.Object]operation // what operations.add and the like answered
}

// errEnded unwinds the stack of a handler that util.error, util.unauthorized or runtime.earlyReturn ended.
var errEnded = errors.New("the handler ended early")

func (r *Resolver) run(ctx Context, response bool) (Outcome, error) {
	members, err := ctx.encode()
	if err != nil {
		return Outcome{}, fmt.Errorf("encode the context: %w", err)
	}
	home, _ := realms.Get().(*realm)
	c := &invocation{realm: home, ctx: ctx, now: ctx.Now, response: response, branches: r.branches, marks: map[*goja.Object]operation{}}
	if c.now.IsZero() {
		c.now = time.Now()
	}
	c.current = c
	timer := time.AfterFunc(r.timeLimit, func() { c.vm.Interrupt(ErrTimeout) })
	// A panic here would be a fault of goja or of this package that some script provokes: no reason to end the process.
	err = c.guard(func() error { return c.handle(r.program, members) })
	// A realm that was stopped half-way, or may yet be, is not used again.
	if timer.Stop() && !c.broken {
		c.current = nil
		realms.Put(c.realm)
	}
	if err != nil {
		return Outcome{}, err
	}
	return c.outcome, nil
}

// handle evaluates the module, calls its handler and fills in the outcome.
func (c *invocation) handle(program *goja.Program, members []member) error {
	handler, err := c.load(program)
	if err != nil {
		return c.fault(err)
	}
	ctx, err := c.context(members)
	if err != nil {
		return err
	}
	value, err := handler(goja.Undefined(), ctx)
	switch {
	case err == nil:
		c.outcome.Value, err = c.encode(value)
	case c.ended(err):
		err = nil
	}
	if err != nil {
		return c.fault(err)
	}
	if c.outcome.Value == nil {
		c.outcome.Value = json.RawMessage("null")
	}
	c.outcome.Stash, err = c.encode(ctx.Get("stash"))
	if err != nil {
		return c.fault(err)
	}
	return nil
}

// load evaluates the module; it answers the handler of this call.
func (c *invocation) load(program *goja.Program) (goja.Callable, error) {
	if _, err := c.vm.RunProgram(program); err != nil {
		return nil, err
	}
	name, index := "request", 0
	if c.response {
		name, index = "response", 1
	}
	handler, ok := goja.AssertFunction(c.handlers[index])
	if !ok {
		return nil, &ScriptError{Message: fmt.Sprintf("%s is %s, want a function", name, kindOf(c.handlers[index]))}
	}
	return handler, nil
}

// context makes ctx inside the realm. It is read-only as in AppSync, what it holds is not.
func (c *invocation) context(members []member) (*goja.Object, error) {
	ctx := c.vm.NewObject()
	for _, m := range members {
		value, err := c.decode(m.text)
		if err == nil {
			err = c.addMember(ctx, m.name, value)
		}
		if err != nil {
			return nil, fmt.Errorf("decode the context's %s: %w", m.name, err)
		}
	}
	return ctx, defineReadOnly(ctx, "args", ctx.Get("arguments"))
}

// addMember adds one to ctx.
func (c *invocation) addMember(ctx *goja.Object, name string, value goja.Value) error {
	object, isObject := value.(*goja.Object)
	switch name {
	case "arguments", "stash":
		if kindOf(value) != kindObject {
			return errors.New("it is not an object")
		}
	case "info":
		for _, unlisted := range []string{"selectionSetList", "selectionSetGraphQL"} {
			if err := object.DefineDataProperty(unlisted, object.Get(unlisted), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE); err != nil {
				return err
			}
		}
	case "identity", "request":
		if name == "identity" {
			c.identity = object
		}
		if isObject && c.ctx.Read != nil {
			if err := c.watch(name, object); err != nil {
				return err
			}
		}
	}
	return defineReadOnly(ctx, name, value)
}

// defineReadOnly adds a member that a script cannot change.
func defineReadOnly(ctx *goja.Object, name string, value goja.Value) error {
	return ctx.DefineDataProperty(name, value, goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_TRUE)
}

// watch tells Context.Read of the members of an object that are read from now on.
func (c *invocation) watch(name string, object *goja.Object) error {
	for _, key := range object.Keys() {
		path := name + "." + key
		if c.watched == nil {
			c.watched = map[string]goja.Value{}
		}
		c.watched[path] = object.Get(key)
		if err := object.DefineAccessorProperty(key, c.reader(path), nil, goja.FLAG_TRUE, goja.FLAG_TRUE); err != nil {
			return err
		}
	}
	return nil
}

// reader is the function that reads a watched member in whichever call is running.
func (r *realm) reader(path string) goja.Value {
	if r.readers[path] == nil {
		r.readers[path] = r.frozen(func(goja.FunctionCall) goja.Value {
			r.current.ctx.Read(path)
			return r.current.watched[path]
		})
	}
	return r.readers[path]
}

// encode is the JSON of v, `null` where it has none.
func (c *invocation) encode(v goja.Value) (json.RawMessage, error) {
	text, err := c.stringify(goja.Undefined(), v)
	if err != nil {
		return nil, err
	}
	if goja.IsUndefined(text) {
		return json.RawMessage("null"), nil
	}
	raw := text.String()
	if len(raw) > maxResult {
		return nil, &ScriptError{Message: fmt.Sprintf("the result has %d bytes, want at most %d", len(raw), maxResult)}
	}
	return json.RawMessage(raw), nil
}

// ended tells whether err is the way in which this package ends a handler.
func (c *invocation) ended(err error) bool {
	var exception *goja.Exception
	return errors.As(err, &exception) && exception.Value().Export() == errEnded //nolint:errorlint // the thrown value itself
}

// end unwinds the handler.
func (c *invocation) end() {
	panic(c.vm.ToValue(errEnded))
}

// fault words an error of goja's as one of this package.
func (c *invocation) fault(err error) error {
	var interrupted *goja.InterruptedError
	if errors.As(err, &interrupted) {
		c.broken = true
		return ErrTimeout
	}
	var overflow *goja.StackOverflowError
	if errors.As(err, &overflow) {
		c.broken = true
		return &ScriptError{Message: fmt.Sprintf("calls are nested more than %d deep: recursion is not supported by this runtime", maxCalls), Place: framePlace(overflow.Stack())}
	}
	var exception *goja.Exception
	if errors.As(err, &exception) {
		return &ScriptError{Message: exception.Value().String(), Place: framePlace(exception.Stack())}
	}
	return err
}

// framePlace is the innermost place in the resolver's own code.
func framePlace(frames []goja.StackFrame) string {
	for _, frame := range frames {
		position := frame.Position()
		if strings.HasSuffix(position.Filename, codeName) && position.Line > 0 {
			return fmt.Sprintf("%s:%d:%d", codeName, position.Line, position.Column+1)
		}
	}
	return ""
}

// guard runs f and answers a panic as an error.
func (c *invocation) guard(f func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			c.broken = true
			err = fmt.Errorf("the resolver broke its engine: %v", r)
		}
	}()
	return f()
}
