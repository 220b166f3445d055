package appsyncjs

import (
	"fmt"

	"github.com/dop251/goja"
)

// https://docs.aws.amazon.com/appsync/latest/devguide/built-in-util-js.html, "Error utils", and
// https://docs.aws.amazon.com/appsync/latest/devguide/runtime-utils-js.html
var errorFunctions = map[string]function{
	"util.error":          {"(message, errorType?, data?, errorInfo?)", "Ends the handler with an error.", throwError},
	"util.appendError":    {"(message, errorType?, data?, errorInfo?)", "Adds an error to the response; the handler goes on.", appendError},
	"util.unauthorized":   {"()", "Ends the handler with AppSync's own error for a caller who may not see the field.", unauthorized},
	"runtime.earlyReturn": {"(value?, {skipTo}?)", "Ends the handler with a value: the data source and the response handler are skipped, in a pipeline resolver its functions.", earlyReturn},
	"console.log":         {"(...values)", "Writes a line to the resolver's log.", func(c *invocation, args goja.FunctionCall) goja.Value { return c.log("log", args) }},
	"console.error":       {"(...values)", "Writes a line to the resolver's log.", func(c *invocation, args goja.FunctionCall) goja.Value { return c.log("error", args) }},
}

func throwError(c *invocation, args goja.FunctionCall) goja.Value {
	e := c.userError("util.error", args)
	c.outcome.Error = &e
	c.end()
	return nil
}

func appendError(c *invocation, args goja.FunctionCall) goja.Value {
	c.outcome.Appended = append(c.outcome.Appended, c.userError("util.appendError", args))
	return goja.Undefined()
}

func unauthorized(c *invocation, _ goja.FunctionCall) goja.Value {
	e := Error{Message: "Unauthorized", Type: "Unauthorized", Unauthorized: true}
	if info := c.ctx.Info; info.FieldName != "" {
		e.Message = fmt.Sprintf("Not Authorized to access %s on type %s", info.FieldName, info.ParentTypeName)
	}
	c.outcome.Error = &e
	c.end()
	return nil
}

// userError reads the arguments of util.error and util.appendError.
func (c *invocation) userError(name string, args goja.FunctionCall) Error {
	e := Error{Message: c.text(name, args, 0), Data: c.raw(args.Argument(2)), Info: c.raw(args.Argument(3))}
	if !absent(args.Argument(1)) {
		e.Type = c.text(name, args, 1)
	}
	return e
}

func earlyReturn(c *invocation, args goja.FunctionCall) goja.Value {
	const name = "runtime.earlyReturn"
	if options := args.Argument(1); !absent(options) {
		object := c.object(argument(name, 1), options)
		c.known("the option", object, words("skipTo"))
		if skipTo := object.Get("skipTo"); !absent(skipTo) {
			c.outcome.SkipTo = skipTo.String()
			if c.outcome.SkipTo != "END" && c.outcome.SkipTo != "NEXT" {
				c.refuse("skipTo is %q, want \"END\" or \"NEXT\"", c.outcome.SkipTo)
			}
		}
	}
	c.outcome.Value = c.raw(args.Argument(0))
	c.outcome.Early = true
	c.end()
	return nil
}

// maxLog bounds the lines one handler may write.
const maxLog = 1000

// log keeps a line. Values that are not strings are written as JSON, as AppSync writes them.
func (c *invocation) log(level string, args goja.FunctionCall) goja.Value {
	if len(c.outcome.Logs) == maxLog {
		c.refuse("console.%s: more than %d lines", level, maxLog)
	}
	line := ""
	for i, v := range args.Arguments {
		if i > 0 {
			line += " "
		}
		if kindOf(v) == kindString {
			line += v.String()
			continue
		}
		encoded, err := c.encode(v)
		if err != nil {
			panic(err)
		}
		line += string(encoded)
	}
	c.outcome.Logs = append(c.outcome.Logs, LogLine{Level: level, Message: line})
	return goja.Undefined()
}
