package appsyncjs

import (
	"fmt"
	"sync"

	"github.com/dop251/goja"
)

// A realm is a JavaScript world in which handlers run, one at a time. Making one takes longer than a call, so realms are used
// again: all that a script can reach in one is frozen, and the module is evaluated anew for every call, so that nothing
// stays behind.
type realm struct {
	vm        *goja.Runtime
	current   *invocation // the call that is running
	stringify goja.Callable
	parse     goja.Callable
	freeze    goja.Callable
	spaces    map[string]goja.Value // namespaces and functions handed out so far, by name
	readers   map[string]goja.Value // functions that read watched members of a context, by their path
}

// realms keeps the realms that are not in use.
var realms = sync.Pool{New: func() any { return newRealm() }}

// maxCalls bounds the depth of calls. APPSYNC_JS has no recursion, so honest code needs few.
const maxCalls = 256

// freezer answers the functions that freeze an object, and everything that can be reached from it. It is evaluated while
// the realm still has what it needs. Objects of the host's, which `skip` knows, protect themselves.
var freezer = goja.MustCompile("freeze.js", `(function () {
	const { freeze, getOwnPropertyDescriptor, getPrototypeOf } = Object;
	const { ownKeys } = Reflect;
	const seen = new Set();
	const has = seen.has.bind(seen), add = seen.add.bind(seen);
	function all(o, skip) {
		if (o === null || (typeof o !== "object" && typeof o !== "function") || has(o) || skip(o)) return;
		add(o);
		for (const key of ownKeys(o)) {
			const property = getOwnPropertyDescriptor(o, key);
			all(property.value, skip);
			all(property.get, skip);
			all(property.set, skip);
		}
		all(getPrototypeOf(o), skip);
		freeze(o);
	}
	return { freeze, all };
})()`, true)

func newRealm() *realm {
	vm := goja.New()
	vm.SetMaxCallStackSize(maxCalls)
	r := &realm{vm: vm, spaces: map[string]goja.Value{}, readers: map[string]goja.Value{}}
	tools, err := vm.RunProgram(freezer)
	if err != nil {
		panic(fmt.Sprintf("prepare a realm: %v", err))
	}
	r.freeze, _ = goja.AssertFunction(tools.ToObject(vm).Get("freeze"))
	freezeAll, _ := goja.AssertFunction(tools.ToObject(vm).Get("all"))

	// What values inherit from is reached from the values, not from the globals that are left.
	roots := append(r.cutMethods(), vm.GlobalObject())
	hosts := r.prepareGlobals()
	skip := vm.ToValue(func(o *goja.Object) bool { return hosts[o] })
	for _, root := range roots {
		if _, err := freezeAll(goja.Undefined(), root, skip); err != nil {
			panic(fmt.Sprintf("freeze a realm: %v", err))
		}
	}
	return r
}

// cutMethods takes from values what APPSYNC_JS does not have. It answers the objects that they inherit from.
func (r *realm) cutMethods() []*goja.Object {
	global := r.vm.GlobalObject()
	var prototypes []*goja.Object
	for kind, keep := range methodNames {
		prototype := global.Get(kind).ToObject(r.vm).Get("prototype").ToObject(r.vm)
		for _, name := range prototype.GetOwnPropertyNames() {
			if !keep[name] {
				_ = prototype.Delete(name)
			}
		}
		prototypes = append(prototypes, prototype)
	}
	r.bend(global)
	return prototypes
}

// prepareGlobals cuts the globals down to what APPSYNC_JS has and adds AppSync's own. It answers the objects among
// them that are the host's.
func (r *realm) prepareGlobals() map[*goja.Object]bool {
	global := r.vm.GlobalObject()
	json := global.Get("JSON").ToObject(r.vm)
	r.stringify, _ = goja.AssertFunction(json.Get("stringify"))
	r.parse, _ = goja.AssertFunction(json.Get("parse"))

	hosts := map[string]*goja.Object{}
	for name := range libraryMembers {
		hosts[name] = r.library(name, global.Get(name).ToObject(r.vm))
	}
	for _, name := range []string{"util", "extensions", "runtime", "console"} {
		hosts[name] = r.space(name).ToObject(r.vm)
	}
	for _, name := range global.GetOwnPropertyNames() {
		if !globalNames[name] {
			_ = global.Delete(name)
		}
	}
	set := map[*goja.Object]bool{}
	for name, object := range hosts {
		r.define(global, name, object)
		set[object] = true
	}
	r.define(global, importName, func(args goja.FunctionCall) goja.Value {
		return r.member(args.Argument(0).String(), args.Argument(1).String())
	})
	r.define(global, branchName, r.branch)
	r.define(global, handlersName, func(args goja.FunctionCall) goja.Value {
		r.current.handlers = args.Arguments
		return goja.Undefined()
	})
	return set
}

// define sets a property that is not listed.
func (r *realm) define(object *goja.Object, name string, value any) {
	err := object.DefineDataProperty(name, r.vm.ToValue(value), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	if err != nil {
		panic(err)
	}
}

// frozen is a value that the script cannot change.
func (r *realm) frozen(value any) goja.Value {
	v := r.vm.ToValue(value)
	if _, err := r.freeze(goja.Undefined(), v); err != nil {
		panic(err)
	}
	return v
}

// refuse ends the handler with an exception that it cannot catch.
func (r *realm) refuse(format string, args ...any) {
	panic(r.vm.NewTypeError(fmt.Sprintf(format, args...)))
}

// readOnly refuses to change name.
func (r *realm) readOnly(name string) bool {
	r.refuse("%s is read-only", name)
	return false
}
