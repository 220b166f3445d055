package appsyncjs

import (
	"strings"

	"github.com/dop251/goja"
)

// The parts of the language's library that APPSYNC_JS has, by AWS's page "Supported runtime features". Beside that list,
// `includes` and `substring` are here because AWS's own samples and generated resolvers use them; String.raw is not, because
// AWS's linter forbids it.
var (
	globalNames = words("NaN Infinity undefined")

	libraryMembers = map[string]map[string]bool{
		"Object": words("assign entries hasOwn keys values"),
		"Number": words("isFinite isNaN"),
		"Math":   words("random min max round floor ceil"),
		"JSON":   words("parse stringify"),
	}

	// methodNames are what values have, by their kind. What is missing reads as undefined, as in AppSync. Objects and
	// arrays have nothing that would turn them into text.
	methodNames = map[string]map[string]bool{
		"Object": words(""),
		"Array": words(`length concat fill flat includes indexOf join lastIndexOf pop push reverse shift slice sort splice
			unshift forEach map flatMap filter reduce reduceRight find some every findIndex findLast findLastIndex`),
		"String": words(`length charAt concat endsWith includes indexOf lastIndexOf replace replaceAll slice split startsWith
			substring toLowerCase toUpperCase trim trimEnd trimStart toString valueOf`),
		"Number":   words("toString valueOf"),
		"Boolean":  words("toString valueOf"),
		"Function": words(""),
		"Symbol":   words(""),
		"BigInt":   words(""),
	}
)

// words is the set of the words of text.
func words(text string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(text) {
		set[word] = true
	}
	return set
}

// bend changes the methods that AppSync documents to differ from JavaScript's.
func (r *realm) bend(global *goja.Object) {
	array := global.Get("Array").ToObject(r.vm).Get("prototype").ToObject(r.vm)
	sort, _ := goja.AssertFunction(array.Get("sort"))
	r.define(array, "sort", func(args goja.FunctionCall) goja.Value {
		if len(args.Arguments) > 0 {
			r.refuse("Array.prototype.sort with an argument is not supported by this runtime")
		}
		return rethrown(sort(args.This))
	})
	text := global.Get("String").ToObject(r.vm).Get("prototype").ToObject(r.vm)
	for _, name := range []string{"replace", "replaceAll"} {
		method, _ := goja.AssertFunction(text.Get(name))
		r.define(text, name, func(args goja.FunctionCall) goja.Value {
			r.checkReplacement(name, args)
			return rethrown(method(args.This, args.Arguments...))
		})
	}
}

// checkReplacement refuses what AppSync would read as Java's regular expressions and this runtime would not.
func (r *realm) checkReplacement(method string, args goja.FunctionCall) {
	for i, special := range []string{`\^$.|?*+()[]{}`, `\$`} {
		if kindOf(args.Argument(i)) != kindString {
			r.refuse("String.prototype.%s with an argument that is not a string is not supported by this runtime", method)
		}
		if argument := args.Argument(i).String(); strings.ContainsAny(argument, special) {
			r.refuse("String.prototype.%s with %q is not supported by this runtime: AppSync reads %s as in Java's regular expressions",
				method, argument, strings.Join(strings.Split(special, ""), " "))
		}
	}
}

// rethrown passes a value on, or throws the exception again.
func rethrown(v goja.Value, err error) goja.Value {
	if err != nil {
		panic(err)
	}
	return v
}

// A library is one of the language's own objects, cut down.
type library struct {
	realm   *realm
	name    string
	members map[string]goja.Value
}

// library is the object of the name with the members that are kept.
func (r *realm) library(name string, object *goja.Object) *goja.Object {
	l := &library{realm: r, name: name, members: map[string]goja.Value{}}
	for member := range libraryMembers[name] {
		l.members[member] = r.frozen(object.Get(member))
	}
	if name == "JSON" {
		l.members["parse"] = r.frozen(func(args goja.FunctionCall) goja.Value {
			value, err := r.parse(goja.Undefined(), args.Argument(0))
			if err != nil {
				// So AWS documents it: a text that is not JSON is parsed as "".
				return r.vm.ToValue("")
			}
			return value
		})
	}
	return r.vm.NewDynamicObject(l)
}

// Get is the member named key.
func (l *library) Get(key string) goja.Value {
	if member, ok := l.members[key]; ok {
		return member
	}
	return l.realm.unknown(l.name + "." + key)
}

// Set refuses: libraries are read-only.
func (l *library) Set(key string, _ goja.Value) bool { return l.realm.readOnly(l.name + "." + key) }

// Delete refuses, too.
func (l *library) Delete(key string) bool { return l.realm.readOnly(l.name + "." + key) }

// Has tells whether the library has the member.
func (l *library) Has(key string) bool { return l.members[key] != nil }

// Keys is empty: the members cannot be listed.
func (l *library) Keys() []string { return nil }

// unknown refuses to read name. Members that the engine itself looks for in any object are just absent.
func (r *realm) unknown(name string) goja.Value {
	switch name[strings.LastIndexByte(name, '.')+1:] {
	case "toJSON", "constructor", "then":
		return nil
	}
	r.refuse("%s is not supported by this runtime", name)
	return nil
}
