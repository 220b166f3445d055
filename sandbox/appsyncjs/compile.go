package appsyncjs

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/parser"
	"github.com/evanw/esbuild/pkg/api"
)

const (
	// maxCode is AppSync's limit for the code of a resolver or function, in bytes.
	// https://docs.aws.amazon.com/appsync/latest/APIReference/API_Resolver.html
	maxCode = 32768

	// codeName is what AppSync calls the code in its messages.
	codeName = "code.js"

	// timeLimit is how long a handler may run: what AppSync gives a whole request. It stops what would never end. It is
	// measured by the clock, so a shorter one would stop good handlers on a busy machine.
	timeLimit = 30 * time.Second
)

// A Resolver is compiled code: of a unit resolver, of a pipeline resolver or of a pipeline function.
// It is safe for concurrent use.
type Resolver struct {
	program   *goja.Program
	timeLimit time.Duration
	branches  *Branches // of a measured copy
}

// Compile checks and compiles code, an ECMAScript module that exports `request` and `response`. All faults that esbuild or
// the check of the syntax find are reported together, each as "code.js:LINE:COLUMN: …". Code that was compiled before is not
// compiled again, of the last so many.
func Compile(code string) (*Resolver, error) {
	if known, ok := compiled.load(code); ok {
		return &known, nil
	}
	resolver, err := translate(code)
	if err == nil {
		compiled.store(code, *resolver)
	}
	return resolver, err
}

// mostCompiled bounds what is kept of compiled code: an API has some thirty pieces, at a few hundred kB each.
const mostCompiled = 128

// compiled is what Compile has made.
var compiled programs

// programs are resolvers by their code.
type programs struct {
	mutex sync.Mutex
	kept  map[string]Resolver
}

func (p *programs) load(code string) (Resolver, bool) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	resolver, ok := p.kept[code]
	return resolver, ok
}

// store forgets all others where there are too many: whoever needs them compiles them again.
func (p *programs) store(code string, resolver Resolver) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.kept == nil || len(p.kept) >= mostCompiled {
		p.kept = map[string]Resolver{}
	}
	p.kept[code] = resolver
}

func translate(code string) (*Resolver, error) {
	_, tree, err := parse(code)
	if err != nil {
		return nil, err
	}
	program, err := goja.CompileAST(tree, true)
	if err != nil {
		return nil, err
	}
	return &Resolver{program: program, timeLimit: timeLimit}, nil
}

// parse links code and checks it; it answers the script and its tree.
func parse(code string) (string, *ast.Program, error) {
	if len(code) == 0 || len(code) > maxCode {
		return "", nil, fmt.Errorf("%s has %d bytes, want 1 to %d", codeName, len(code), maxCode)
	}
	script, err := link(code)
	if err != nil {
		return "", nil, err
	}
	tree, err := parser.ParseFile(nil, codeName, script, 0)
	if err != nil {
		return "", nil, err
	}
	return script, tree, checkSyntax(tree)
}

// link joins code and the modules it imports into one script, which hands its handlers to the function named handlersName.
// The source map inside keeps the places of errors.
func link(code string) (string, error) {
	result := api.Build(api.BuildOptions{
		EntryPoints: []string{"entry"},
		Bundle:      true,
		Format:      api.FormatIIFE,
		Target:      api.ESNext,
		TreeShaking: api.TreeShakingFalse,
		Sourcemap:   api.SourceMapInline,
		// goja reads nothing of the map but places.
		SourcesContent: api.SourcesContentExclude,
		Charset:        api.CharsetUTF8,
		LogLevel:       api.LogLevelSilent,
		Define:         absentIn(code),
		// A read of a name that a module does not have must fail here, not be undefined later.
		LogOverride: map[string]api.LogLevel{"import-is-undefined": api.LogLevelError},
		Plugins:     []api.Plugin{modules(code)},
	})
	if len(result.Errors) > 0 {
		return "", linkErrors(result.Errors)
	}
	script := string(result.OutputFiles[0].Contents)
	if strings.Contains(script, "__export(") {
		return "", fmt.Errorf("%s: a module's namespace is used as a value: name the members that you read, as in ddb.get", codeName)
	}
	return script, nil
}

// modules serves esbuild everything it may load: the entry, the code, and the modules of AppSync.
func modules(code string) api.Plugin {
	const entry, resolver, builtin = "entry", "resolver", "builtin"
	contents := func(text string) api.OnLoadResult {
		return api.OnLoadResult{Contents: &text, Loader: api.LoaderJS}
	}
	return api.Plugin{Name: "appsync", Setup: func(build api.PluginBuild) {
		build.OnResolve(api.OnResolveOptions{Filter: ".*"}, func(args api.OnResolveArgs) (api.OnResolveResult, error) {
			switch {
			case args.Kind == api.ResolveEntryPoint:
				return api.OnResolveResult{Path: entry, Namespace: entry}, nil
			case args.Namespace == entry:
				return api.OnResolveResult{Path: codeName, Namespace: resolver}, nil
			case args.Kind == api.ResolveJSImportStatement && exports(args.Path) != nil:
				return api.OnResolveResult{Path: args.Path, Namespace: builtin}, nil
			}
			return api.OnResolveResult{}, fmt.Errorf("module %q is not supported by this runtime", args.Path)
		})
		build.OnLoad(api.OnLoadOptions{Filter: ".*", Namespace: entry}, func(api.OnLoadArgs) (api.OnLoadResult, error) {
			return contents(fmt.Sprintf("import { request, response } from %q;\n%s(request, response);", codeName, handlersName)), nil
		})
		build.OnLoad(api.OnLoadOptions{Filter: ".*", Namespace: resolver}, func(api.OnLoadArgs) (api.OnLoadResult, error) {
			return contents(code), nil
		})
		build.OnLoad(api.OnLoadOptions{Filter: ".*", Namespace: builtin}, func(args api.OnLoadArgs) (api.OnLoadResult, error) {
			var text strings.Builder
			for _, name := range exports(args.Path) {
				fmt.Fprintf(&text, "export const %s = %s(%q, %q);\n", name, importName, args.Path, name)
			}
			return contents(text.String()), nil
		})
	}}
}

// absentPrefix begins the names that absent globals get, for checkSyntax to refuse them.
const absentPrefix = "__absent_"

// absentGlobals renames the globals of other JavaScript engines where the code means them: esbuild knows its scopes.
var absentGlobals = sync.OnceValue(func() map[string]string {
	names := words(`setTimeout setInterval clearTimeout clearInterval setImmediate queueMicrotask structuredClone fetch crypto
		TextEncoder TextDecoder URL URLSearchParams Buffer process global window self document Intl atob btoa performance`)
	for _, name := range goja.New().GlobalObject().GetOwnPropertyNames() {
		names[name] = true
	}
	renamed := map[string]string{}
	for name := range names {
		if !globalNames[name] && libraryMembers[name] == nil {
			renamed[name] = absentPrefix + name
		}
	}
	return renamed
})

// absentIn are those of absentGlobals that code may name. esbuild looks at each it is given, which takes longer than all else where
// code names none, as most does.
func absentIn(code string) map[string]string {
	if strings.Contains(code, `\u`) { // which may stand for any letter of a name
		return absentGlobals()
	}
	named := map[string]string{}
	for name, renamed := range absentGlobals() {
		if strings.Contains(code, name) {
			named[name] = renamed
		}
	}
	return named
}

// missingExport finds the two messages of esbuild's for a name that a module does not export.
var missingExport = regexp.MustCompile(`^(?:No matching export in "(.*)" for import "(.*)"|Import "(.*)" will always be undefined because there is no matching export in "(.*)")$`)

// linkErrors words esbuild's errors as this package does.
func linkErrors(messages []api.Message) error {
	var errs []error
	for _, m := range messages {
		text := strings.ReplaceAll(m.Text, "resolver:"+codeName, codeName)
		text = strings.ReplaceAll(text, `"builtin:`, `"`)
		if found := missingExport.FindStringSubmatch(text); found != nil {
			module, name := found[1]+found[4], found[2]+found[3]
			text = fmt.Sprintf("%s of %s is not supported by this runtime", name, module)
			if module == codeName {
				text = name + " is not exported"
			}
		}
		if m.Location == nil || m.Location.Namespace == "entry" {
			errs = append(errs, fmt.Errorf("%s: %s", codeName, text))
			continue
		}
		errs = append(errs, fmt.Errorf("%s:%d:%d: %s", codeName, m.Location.Line, m.Location.Column+1, text))
	}
	return errors.Join(errs...)
}
