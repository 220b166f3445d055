package appsyncjs

import (
	"encoding/json"
	"math"

	"github.com/dop251/goja"
)

// The kinds of JavaScript values that the functions tell apart.
const (
	kindUndefined = "undefined"
	kindNull      = "null"
	kindBoolean   = "a boolean"
	kindNumber    = "a number"
	kindString    = "a string"
	kindArray     = "an array"
	kindObject    = "an object"
	kindFunction  = "a function"
)

// kindOf is the kind of v, in words that fit a message.
func kindOf(v goja.Value) string {
	switch {
	case v == nil || goja.IsUndefined(v):
		return kindUndefined
	case goja.IsNull(v):
		return kindNull
	}
	object, ok := v.(*goja.Object)
	if !ok {
		switch v.Export().(type) {
		case bool:
			return kindBoolean
		case int64, float64:
			return kindNumber
		}
		return kindString
	}
	switch object.ClassName() {
	case "Array":
		return kindArray
	case "Function":
		return kindFunction
	}
	return kindObject
}

// absent tells whether v is null or undefined.
func absent(v goja.Value) bool {
	return v == nil || goja.IsUndefined(v) || goja.IsNull(v)
}

// want refuses v unless it is of the kind.
func (c *invocation) want(kind, name string, v goja.Value) {
	if got := kindOf(v); got != kind {
		c.refuse("%s is %s, want %s", name, got, kind)
	}
}

// text is argument i of the function, a string.
func (c *invocation) text(function string, args goja.FunctionCall, i int) string {
	c.want(kindString, argument(function, i), args.Argument(i))
	return args.Argument(i).String()
}

// number is argument i of the function, a finite number.
func (c *invocation) number(function string, args goja.FunctionCall, i int) float64 {
	c.want(kindNumber, argument(function, i), args.Argument(i))
	n := args.Argument(i).ToFloat()
	if math.IsNaN(n) || math.IsInf(n, 0) {
		c.refuse("%s is %v, want a finite number", argument(function, i), n)
	}
	return n
}

// whole is argument i of the function, a number without a fraction.
func (c *invocation) whole(function string, args goja.FunctionCall, i int) int64 {
	n := c.number(function, args, i)
	if n != math.Trunc(n) || math.Abs(n) > 1<<53 {
		c.refuse("%s is %v, want a whole number", argument(function, i), n)
	}
	return int64(n)
}

func argument(function string, i int) string {
	return []string{"the first", "the second", "the third", "the fourth"}[i] + " argument of " + function
}

// object is v, which must be a plain object.
func (c *invocation) object(name string, v goja.Value) *goja.Object {
	c.want(kindObject, name, v)
	return v.(*goja.Object)
}

// elements are the elements of v, which must be an array.
func (c *invocation) elements(name string, v goja.Value) []goja.Value {
	c.want(kindArray, name, v)
	array := v.(*goja.Object)
	length := array.Get("length").ToInteger()
	if length > maxResult {
		c.refuse("%s has %d elements, want at most %d", name, length, maxResult)
	}
	values := make([]goja.Value, length)
	for i := range values {
		values[i] = array.Get(c.vm.ToValue(i).String())
	}
	return values
}

// known refuses members of object that are not in names, a list of words.
func (c *invocation) known(name string, object *goja.Object, names map[string]bool) {
	for _, key := range object.Keys() {
		if !names[key] {
			c.refuse("%s.%s is not supported by this runtime", name, key)
		}
	}
}

// record makes an object with one member.
func (c *invocation) record(key string, v goja.Value) *goja.Object {
	object := c.vm.NewObject()
	c.set(object, key, v)
	return object
}

// set sets a member of an object that this package made.
func (c *invocation) set(object *goja.Object, key string, v any) {
	err := object.DefineDataProperty(key, c.vm.ToValue(v), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
	if err != nil {
		panic(err)
	}
}

// list makes an array of values.
func (c *invocation) list(values []goja.Value) goja.Value {
	members := make([]any, len(values))
	for i, v := range values {
		members[i] = v
	}
	return c.vm.NewArray(members...)
}

// raw is the JSON of an argument, nil for null and undefined.
func (c *invocation) raw(v goja.Value) json.RawMessage {
	if absent(v) {
		return nil
	}
	encoded, err := c.encode(v)
	if err != nil {
		panic(err)
	}
	return encoded
}
