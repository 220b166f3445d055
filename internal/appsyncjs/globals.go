package appsyncjs

import (
	"strings"

	"github.com/dop251/goja"
)

// The parts of the language's library that APPSYNC_JS has, by AWS's page "Supported runtime features". Beside that list,
// `includes` and `substring` are here because AWS's own samples and generated resolvers use them; String.raw is not, because
// AWS's linter forbids it.
var (
	globalNames = words("NaN Infinity undefined Object Number Math JSON")

	libraryMembers = map[string]map[string]bool{
		"Object": words("assign entries hasOwn keys values"),
		"Number": words("isFinite isNaN"),
		"Math":   words("random min max round floor ceil"),
		"JSON":   words("parse stringify"),
	}

	// methodNames are what values have, by their kind. What is missing reads as undefined, as in AppSync.
	methodNames = map[string]map[string]bool{
		"Object": words("toString valueOf"),
		"Array": words(`length concat fill flat includes indexOf join lastIndexOf pop push reverse shift slice sort splice
			unshift forEach map flatMap filter reduce reduceRight find some every findIndex findLast findLastIndex toString`),
		"String": words(`length charAt concat endsWith includes indexOf lastIndexOf replace replaceAll slice split startsWith
			substring toLowerCase toUpperCase trim trimEnd trimStart toString valueOf`),
		"Number":   words("toString valueOf"),
		"Boolean":  words("toString valueOf"),
		"Function": words(""),
		"Symbol":   words(""),
		"BigInt":   words(""),
	}
)

// prepareGlobals cuts the realm down to what APPSYNC_JS has and adds AppSync's own globals.
func (c *call) prepareGlobals() {
	global := c.vm.GlobalObject()
	for kind, keep := range methodNames {
		prototype := global.Get(kind).ToObject(c.vm).Get("prototype").ToObject(c.vm)
		for _, name := range prototype.GetOwnPropertyNames() {
			if !keep[name] {
				_ = prototype.Delete(name)
			}
		}
	}
	c.bend(global)
	json := global.Get("JSON").ToObject(c.vm)
	c.stringify, _ = goja.AssertFunction(json.Get("stringify"))
	c.parse, _ = goja.AssertFunction(json.Get("parse"))
	kept := map[string]goja.Value{}
	for name, members := range libraryMembers {
		kept[name] = c.vm.NewDynamicObject(&library{call: c, name: name, members: members, object: global.Get(name).ToObject(c.vm)})
	}
	for _, name := range global.GetOwnPropertyNames() {
		if !globalNames[name] {
			_ = global.Delete(name)
		}
	}
	for name, value := range kept {
		c.define(global, name, value)
	}
	for _, name := range []string{"util", "extensions", "runtime", "console"} {
		c.define(global, name, c.space(name))
	}
}

// bend changes the methods that AppSync documents to differ from JavaScript's.
func (c *call) bend(global *goja.Object) {
	array := global.Get("Array").ToObject(c.vm).Get("prototype").ToObject(c.vm)
	sort, _ := goja.AssertFunction(array.Get("sort"))
	c.define(array, "sort", func(args goja.FunctionCall) goja.Value {
		if len(args.Arguments) > 0 {
			c.refuse("Array.prototype.sort with an argument is not supported by this runtime")
		}
		return c.try(sort(args.This))
	})
	text := global.Get("String").ToObject(c.vm).Get("prototype").ToObject(c.vm)
	for _, name := range []string{"replace", "replaceAll"} {
		method, _ := goja.AssertFunction(text.Get(name))
		c.define(text, name, func(args goja.FunctionCall) goja.Value {
			c.checkReplacement(name, args)
			return c.try(method(args.This, args.Arguments...))
		})
	}
}

// checkReplacement refuses what AppSync would read as Java's regular expressions and this runtime would not.
func (c *call) checkReplacement(method string, args goja.FunctionCall) {
	for i, special := range []string{`\^$.|?*+()[]{}`, `\$`} {
		if kindOf(args.Argument(i)) != kindString {
			c.refuse("String.prototype.%s with an argument that is not a string is not supported by this runtime", method)
		}
		if argument := args.Argument(i).String(); strings.ContainsAny(argument, special) {
			c.refuse("String.prototype.%s with %q is not supported by this runtime: AppSync reads %s as in Java's regular expressions",
				method, argument, strings.Join(strings.Split(special, ""), " "))
		}
	}
}

// try passes a value on, or throws the exception again.
func (c *call) try(v goja.Value, err error) goja.Value {
	if err != nil {
		panic(err)
	}
	return v
}

// define sets a property that the script cannot change.
func (c *call) define(object *goja.Object, name string, value any) {
	err := object.DefineDataProperty(name, c.vm.ToValue(value), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	if err != nil {
		panic(err)
	}
}

// A library is one of the language's own objects, cut down.
type library struct {
	call    *call
	name    string
	members map[string]bool
	object  *goja.Object
}

// Get is the member named key. A text that is not JSON parses as "", as AWS documents.
func (l *library) Get(key string) goja.Value {
	if !l.members[key] {
		return l.call.unknown(l.name + "." + key)
	}
	if l.name == "JSON" && key == "parse" {
		return l.call.vm.ToValue(func(args goja.FunctionCall) goja.Value {
			value, err := l.call.parse(goja.Undefined(), args.Argument(0))
			if err != nil {
				return l.call.vm.ToValue("")
			}
			return value
		})
	}
	return l.object.Get(key)
}

// Set refuses: libraries are read-only.
func (l *library) Set(key string, _ goja.Value) bool { return l.call.readOnly(l.name + "." + key) }

// Delete refuses, too.
func (l *library) Delete(key string) bool { return l.call.readOnly(l.name + "." + key) }

// Has tells whether the library has the member.
func (l *library) Has(key string) bool { return l.members[key] }

// Keys is empty: the members cannot be listed.
func (l *library) Keys() []string { return nil }

// unknown refuses to read name. Members that the engine itself looks for in any object are just absent.
func (c *call) unknown(name string) goja.Value {
	switch name[strings.LastIndexByte(name, '.')+1:] {
	case "toJSON", "constructor", "then":
		return nil
	}
	c.refuse("%s is not supported by this runtime", name)
	return nil
}

// readOnly refuses to change name.
func (c *call) readOnly(name string) bool {
	c.refuse("%s is read-only", name)
	return false
}

// words is the set of the words of text.
func words(text string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(text) {
		set[word] = true
	}
	return set
}
