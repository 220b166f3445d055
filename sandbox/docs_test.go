package sandbox

import (
	"bytes"
	"cmp"
	"context"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/sandbox/appsync/filter"
	"lightbox.example/lightbox/sandbox/appsyncjs"
	"lightbox.example/lightbox/sandbox/assembly"
	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/cloudfront"
	"lightbox.example/lightbox/sandbox/dynamodb/expression"
	"lightbox.example/lightbox/sandbox/events/pattern"
	"lightbox.example/lightbox/sandbox/iam"
)

var update = flag.Bool("update", false, "write docs/SANDBOX.md anew")

const docsFile = "../docs/SANDBOX.md"

// docs/SANDBOX.md says what the sandbox knows, from the tables that it works by.
func TestSandboxPage_isFresh(t *testing.T) {
	s, err := Start(context.Background(), Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	page := sandboxPage(t, s)
	if *update {
		if err := os.WriteFile(docsFile, page, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(docsFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(string(got), string(page)); diff != "" {
		t.Errorf("docs/SANDBOX.md is stale, `go test ./sandbox -run SandboxPage -update` writes it anew (-there +wanted):\n%s", diff)
	}
}

func sandboxPage(t *testing.T, s *Sandbox) []byte {
	var b bytes.Buffer
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("# What the sandbox knows\n")
	line("Written by a test from the tables that the sandbox works by: what is not here is refused by its name. The other half of")
	line("the page is what it knows and does not imitate.\n")

	line("## Resource types\n")
	line("A property that is not listed fails the stack, as in `AWS::S3::Bucket.Foo is not supported by the sandbox`. A change of one")
	line("in **bold** makes a new resource in the place of the old one.\n")
	types := s.types()
	for _, name := range slices.Sorted(maps.Keys(types)) {
		kind := types[name]
		line("### `%s`\n", name)
		line("Properties: %s.\n", cmp.Or(properties(reflect.TypeOf(kind.Properties), "", kind.Replaces), "none"))
		if len(kind.Attributes) > 0 {
			line("Attributes: %s.\n", code(slices.Sorted(slices.Values(kind.Attributes))))
		}
		if kind.Unread != "" {
			line("Cloud Control does not read it: %s.\n", kind.Unread)
		}
	}

	line("## Operations\n")
	line("| service | operations |\n|---|---|")
	for _, service := range knownServices() {
		line("| %s | %s |", service.Title, code(service.Operations))
	}

	line("\n## Templates\n")
	line("| function | gives | where |\n|---|---|---|")
	for _, f := range assembly.Intrinsics() {
		line("| `%s` `%s` | %s | %s |", f.Name, f.Argument, f.Gives, f.In)
	}
	line("\n| pseudo parameter | gives |\n|---|---|")
	for _, p := range assembly.PseudoParameters() {
		line("| `%s` | %s |", p.Name, p.Gives)
	}
	line("\n| parameter type | gives |\n|---|---|")
	for _, p := range assembly.ParameterTypes() {
		line("| `%s` | %s |", p.Name, p.Gives)
	}

	line("\n## Policies\n")
	line("Condition operators: %s; with `IfExists`, `ForAnyValue:` and `ForAllValues:`.\n", code(iam.Operators()))
	line("Condition keys: %s.\n", code(aws.ConditionKeys()))

	line("## Event patterns\n")
	line("Operators: %s; besides exact values.\n", code(pattern.Operators()))

	line("## DynamoDB expressions\n")
	line("Comparators `=` `<>` `<` `<=` `>` `>=` `BETWEEN` `IN`, with `AND` `OR` `NOT`; clauses `SET` `REMOVE` `ADD` `DELETE`, with `+` and `-`.")
	line("Functions of conditions: %s; of updates: %s.\n", code(expression.ConditionFunctions()), code(expression.UpdateFunctions()))

	line("## Resolvers\n")
	line("| function | does |\n|---|---|")
	for _, f := range appsyncjs.Functions() {
		line("| `%s%s` | %s |", f.Name, strings.ReplaceAll(f.Args, "|", "\\|"), f.Does)
	}
	line("\nOperators of subscription filters: %s.\n", code(filter.Operators()))

	line("## CloudFront\n")
	policies := cloudfront.CachePolicies()
	names := slices.Sorted(maps.Values(policies))
	line("Managed cache policies: %s.\n", code(names))

	line("## What it does not imitate\n")
	if err := filepath.WalkDir(".", func(folder string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() || entry.Name() == "testdata" {
			return err
		}
		if text := notImitated(t, folder); text != "" {
			line("- **%s**: %s", folder, text)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// properties are those of a struct with those of the structs in it, in braces; what replaces is in bold.
func properties(kind reflect.Type, path string, replaces []string) string {
	for kind != nil && (kind.Kind() == reflect.Pointer || kind.Kind() == reflect.Slice || kind.Kind() == reflect.Map) {
		kind = kind.Elem()
	}
	if kind == nil || kind.Kind() != reflect.Struct {
		return ""
	}
	var names []string
	for i := range kind.NumField() {
		field := kind.Field(i)
		if field.Anonymous {
			names = append(names, properties(field.Type, path, replaces))
			continue
		}
		name := cmp.Or(field.Tag.Get("cfn"), field.Name)
		text := "`" + name + "`"
		if slices.Contains(replaces, strings.TrimPrefix(path+"."+name, ".")) {
			text = "**" + text + "**"
		}
		if inner := properties(field.Type, strings.TrimPrefix(path+"."+name, "."), replaces); inner != "" {
			text += " {" + inner + "}"
		}
		names = append(names, text)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

func code(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return "`" + strings.Join(names, "` `") + "`"
}

// notImitated is what a package's comment says under that heading.
func notImitated(t *testing.T, folder string) string {
	t.Helper()
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !strings.HasSuffix(file.Name(), ".go") || strings.HasSuffix(file.Name(), "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), folder+"/"+file.Name(), nil, parser.ParseComments|parser.PackageClauseOnly)
		if err != nil {
			t.Fatal(err)
		}
		if text := section(parsed.Doc, "What is not imitated"); text != "" {
			return text
		}
		if text := section(parsed.Doc, "What is not modelled"); text != "" {
			return text
		}
	}
	return ""
}

// section is the first paragraph under a heading of a comment, on one line.
func section(comment *ast.CommentGroup, heading string) string {
	_, text, found := strings.Cut(comment.Text(), "# "+heading+"\n")
	if !found {
		return ""
	}
	text, _, _ = strings.Cut(text, "\n# ")
	paragraph, _, _ := strings.Cut(strings.TrimSpace(text), "\n\n")
	return strings.Join(strings.Fields(paragraph), " ")
}
