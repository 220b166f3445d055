package appsyncjs

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dop251/goja"
)

// dynamodbModule and utilsModule are the modules that a resolver may import.
const (
	utilsModule    = "@aws-appsync/utils"
	dynamodbModule = "@aws-appsync/utils/dynamodb"

	// dynamodbSpace is the name of the DynamoDB module in messages and in the table of functions.
	dynamodbSpace = "ddb"
)

// A Function is one thing that AppSync gives to resolvers and this runtime has.
type Function struct {
	Name string // as "util.autoId"; members of @aws-appsync/utils/dynamodb are named "ddb.get"
	Args string // as "(value, normalizationType)"
	Does string // one sentence
}

// Functions is everything that util, extensions, runtime, console and the DynamoDB module have in this runtime, by name.
// What is not in it is refused by name.
func Functions() []Function {
	list := make([]Function, 0, len(functions))
	for name, f := range functions {
		list = append(list, Function{Name: name, Args: f.args, Does: f.does})
	}
	slices.SortFunc(list, func(a, b Function) int { return cmp.Compare(a.Name, b.Name) })
	return list
}

// function is a row of the table: its arguments and purpose for the documentation, and what it does.
type function struct {
	args string
	does string
	call func(*invocation, goja.FunctionCall) goja.Value
}

// functions is the table, by full name. It is put together from the tables beside the functions themselves.
var functions = join(
	generalFunctions,
	errorFunctions,
	timeFunctions,
	typeFunctions,
	transformFunctions,
	extensionFunctions,
	dynamodbFunctions,
	operationFunctions,
)

func join(tables ...map[string]function) map[string]function {
	all := map[string]function{}
	for _, table := range tables {
		for name, f := range table {
			all[name] = f
		}
	}
	return all
}

// spaces are the names that have members: "util", "util.time", …
var spaces = func() map[string]bool {
	set := map[string]bool{}
	for name := range functions {
		for i := strings.LastIndexByte(name, '.'); i > 0; i = strings.LastIndexByte(name[:i], '.') {
			set[name[:i]] = true
		}
	}
	return set
}()

// exports are the names that the module at path exports, nil for a module this runtime does not have.
func exports(path string) []string {
	switch path {
	case utilsModule:
		return []string{"extensions", "runtime", "util"}
	case dynamodbModule:
		return members(dynamodbSpace)
	}
	return nil
}

// members are the names right below space, sorted.
func members(space string) []string {
	var names []string
	for name := range functions {
		rest, ok := strings.CutPrefix(name, space+".")
		if !ok {
			continue
		}
		name, _, _ := strings.Cut(rest, ".")
		names = append(names, name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// member is what the module at path exports as name.
func (r *realm) member(path, name string) goja.Value {
	if path == dynamodbModule {
		return r.space(dynamodbSpace + "." + name)
	}
	return r.space(name)
}

// space is the namespace or function with the full name, made when it is first read.
func (r *realm) space(name string) goja.Value {
	if value, ok := r.spaces[name]; ok {
		return value
	}
	var value goja.Value
	if f, ok := functions[name]; ok {
		value = r.frozen(func(args goja.FunctionCall) goja.Value { return f.call(r.current, args) })
	} else if spaces[name] {
		value = r.vm.NewDynamicObject(&namespace{realm: r, name: name})
	} else {
		return r.unknown(name)
	}
	r.spaces[name] = value
	return value
}

// A namespace is util, util.time and their like, as an object whose members come from the table.
type namespace struct {
	realm *realm
	name  string
}

// Get is the member named key; one that is not in the table is refused by its full name.
func (n *namespace) Get(key string) goja.Value { return n.realm.space(n.name + "." + key) }

// Set refuses: namespaces are read-only.
func (n *namespace) Set(key string, _ goja.Value) bool { return n.realm.readOnly(n.name + "." + key) }

// Delete refuses, too.
func (n *namespace) Delete(key string) bool { return n.realm.readOnly(n.name + "." + key) }

// Has tells whether the table has the member.
func (n *namespace) Has(key string) bool {
	full := n.name + "." + key
	_, ok := functions[full]
	return ok || spaces[full]
}

// Keys are the members.
func (n *namespace) Keys() []string { return members(n.name) }
