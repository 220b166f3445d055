// Package api is what AppSync runs: the GraphQL schema and the resolvers. Which resolver answers which field, and who may
// call it, is package access.
//
// The resolvers are JavaScript for the runtime APPSYNC_JS 1.0.0 (AppSync developer guide, "JavaScript runtime
// features"). They share modules, and AppSync takes one file a resolver, so Resolver bundles them. See README.md here
// for the data model.
package api

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	esbuild "github.com/evanw/esbuild/pkg/api"

	"lightbox.example/lightbox/sandbox/appsyncjs"
)

// PageLimit is the largest page that a list answers. A page of photos with likedByMe runs this many resolvers and one,
// which the API's limit of resolvers a request must allow.
const PageLimit = 100

//go:embed resolvers/*.js resolvers/shared/*.js
var sources embed.FS

// Names answers the names that Resolver knows, sorted.
func Names() []string {
	entries, err := sources.ReadDir("resolvers")
	if err != nil {
		panic(err) // the folder is compiled in
	}
	var names []string
	for _, entry := range entries {
		if !entry.IsDir() {
			names = append(names, strings.TrimSuffix(entry.Name(), ".js"))
		}
	}
	return names
}

// Resolver answers the code of resolvers/<name>.js with the shared modules it imports, as one ES module that exports
// request and response. The same sources give the same bytes. The error of a resolver over appsyncjs.CodeLimit names its file,
// the bytes it has and the bytes it may have; an unknown name and code that does not bundle are errors too.
func Resolver(name string) (string, error) { return ResolverIn(sources, name) }

// ResolverIn is Resolver with the sources in another folder of the same form: this one while somebody edits it.
func ResolverIn(folder fs.FS, name string) (string, error) {
	if !slices.Contains(Names(), name) {
		return "", fmt.Errorf("resolver %q: got an unknown name, want one of %s", name, strings.Join(Names(), ", "))
	}
	file := "resolvers/" + name + ".js"
	code, err := bundle(folder, file)
	if err != nil {
		return "", err
	}
	if err := checkSize(file, code); err != nil {
		return "", err
	}
	return code, nil
}

// checkSize refuses code that AppSync would.
func checkSize(file, code string) error {
	if len(code) > appsyncjs.CodeLimit {
		return fmt.Errorf("%s: got %d bytes bundled, want at most %d, which is AppSync's limit", file, len(code), appsyncjs.CodeLimit)
	}
	return nil
}

// bundle runs esbuild on a file of the folder. AppSync provides the two modules of @aws-appsync/utils itself.
func bundle(folder fs.FS, file string) (string, error) {
	result := esbuild.Build(esbuild.BuildOptions{
		EntryPoints: []string{"./" + file},
		Bundle:      true,
		Format:      esbuild.FormatESModule,
		Target:      esbuild.ESNext,
		Platform:    esbuild.PlatformNeutral,
		Charset:     esbuild.CharsetUTF8,
		External:    []string{"@aws-appsync/utils", "@aws-appsync/utils/dynamodb"},
		Plugins:     []esbuild.Plugin{within(folder)},
		LogLevel:    esbuild.LogLevelSilent,
	})
	var faults []error
	for _, message := range append(result.Errors, result.Warnings...) {
		faults = append(faults, fmt.Errorf("%s: %s", position(file, message.Location), message.Text))
	}
	if len(faults) > 0 {
		return "", errors.Join(faults...)
	}
	return string(result.OutputFiles[0].Contents), nil
}

// position answers where a message of esbuild points to, or the file it was asked for.
func position(file string, at *esbuild.Location) string {
	if at == nil {
		return file
	}
	return fmt.Sprintf("%s:%d:%d", at.File, at.Line, at.Column+1)
}

// within lets esbuild read the files of the folder, and no others: what else the machine that synthesizes has never matters.
func within(folder fs.FS) esbuild.Plugin {
	return esbuild.Plugin{
		Name: "within",
		Setup: func(build esbuild.PluginBuild) {
			build.OnResolve(esbuild.OnResolveOptions{Filter: `^\.`}, func(args esbuild.OnResolveArgs) (esbuild.OnResolveResult, error) {
				return esbuild.OnResolveResult{Path: path.Join(path.Dir(args.Importer), args.Path), Namespace: "api"}, nil
			})
			build.OnLoad(esbuild.OnLoadOptions{Filter: `.*`, Namespace: "api"}, func(args esbuild.OnLoadArgs) (esbuild.OnLoadResult, error) {
				code, err := fs.ReadFile(folder, args.Path)
				if err != nil {
					return esbuild.OnLoadResult{}, err
				}
				text := string(code)
				return esbuild.OnLoadResult{Contents: &text, Loader: esbuild.LoaderJS}, nil
			})
		},
	}
}
