// Command generate writes the table of package schema from CloudFormation's resource schemas, in the copy that the Python
// package cfn-lint carries. `make types` gets its wheel and runs, in the project's folder:
//
//	go run ./sandbox/cloudformation/schema/generate cfn_lint-VERSION-py3-none-any.whl
package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/assembly"
	"lightbox.example/lightbox/sandbox/cloudformation/schema"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("got %d arguments, want a wheel of cfn-lint", len(args))
	}
	types, err := inUse(os.DirFS("."))
	if err != nil {
		return err
	}
	text, err := ofWheel(args[0], types)
	if err != nil {
		return fmt.Errorf("%s: %w", args[0], err)
	}
	return os.WriteFile("sandbox/cloudformation/schema/table.json", text, 0o644)
}

// inUse are the types of AWS in the golden templates of the project, those that it can synthesize besides, and those of others.
func inUse(project fs.FS) ([]string, error) {
	types := append(slices.Collect(maps.Keys(assembly.SymbolicTypes())), schema.Besides...)
	files, err := fs.Glob(project, "testdata/*/*.json")
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, errors.New("got no testdata/*/*.json, want the golden templates: run in the project's folder")
	}
	for _, file := range files {
		var template struct {
			Resources map[string]struct{ Type string }
		}
		if err := read(project, file, &template); err != nil {
			return nil, err
		}
		for _, resource := range template.Resources {
			types = append(types, resource.Type)
		}
	}
	custom := func(name string) bool { return !strings.HasPrefix(name, "AWS::") }
	return slices.DeleteFunc(slices.Compact(sorted(types)), custom), nil
}

// ofWheel is the text of table.json by a wheel of cfn-lint.
func ofWheel(wheel string, types []string) ([]byte, error) {
	files, err := zip.OpenReader(wheel)
	if err != nil {
		return nil, err
	}
	defer func() { _ = files.Close() }()
	schemas, err := fs.Sub(files, "cfnlint/data/schemas")
	if err != nil {
		return nil, err
	}
	_, version, _ := strings.Cut(filepath.Base(wheel), "-")
	version, _, _ = strings.Cut(version, "-")
	return generate(schemas, "cfn-lint "+version, types)
}

// generate is the text of table.json by a folder as cfn-lint has it.
func generate(schemas fs.FS, source string, types []string) ([]byte, error) {
	var version struct {
		Day string `json:"schema_date"` // with the time, after a T
	}
	if err := read(schemas, "version.json", &version); err != nil {
		return nil, err
	}
	table := schema.Table{Source: source, Regions: map[string][]string{}, Types: map[string]schema.Type{}}
	table.Date, _, _ = strings.Cut(version.Day, "T")
	providers, err := fs.Glob(schemas, "providers/*-*.json") // all but sam.json
	if err != nil {
		return nil, err
	}
	from := map[string]string{} // where the schema of a type is
	for _, file := range providers {
		region := strings.TrimSuffix(path.Base(file), ".json")
		has := map[string]string{}
		if err := read(schemas, file, &has); err != nil {
			return nil, err
		}
		table.Regions[region] = []string{}
		for _, name := range types {
			switch {
			case has[name] == "" && slices.Contains(schema.Besides, name):
			case has[name] == "":
				table.Regions[region] = append(table.Regions[region], name)
			case from[name] != "" && from[name] != has[name]:
				return nil, fmt.Errorf("%s has another schema of %s than other regions, want one", region, name)
			default:
				from[name] = has[name]
			}
		}
	}
	for _, name := range types {
		n := new(node)
		if err := read(schemas, "resources/"+from[name]+".json", n); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if table.Types[name], err = n.flat(); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	text, err := encode(table)
	if err != nil {
		return nil, err
	}
	return append(indent(text, "\n", 4), '\n'), nil
}

// read decodes a file of JSON, numbers as they are written.
func read(from fs.FS, name string, into any) error {
	text, err := fs.ReadFile(from, name)
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	return decoder.Decode(into)
}

// indent gives each key of an object a line, sorted, down to some levels: a property is one line.
func indent(text json.RawMessage, line string, levels int) []byte {
	var object map[string]json.RawMessage
	if levels == 0 || json.Unmarshal(text, &object) != nil {
		return text
	}
	var entries []string
	for _, key := range slices.Sorted(maps.Keys(object)) {
		entries = append(entries, line+`  "`+key+`": `+string(indent(object[key], line+"  ", levels-1)))
	}
	return []byte("{" + strings.Join(entries, ",") + line + "}")
}

// encode is json.Marshal that leaves < and > of patterns.
func encode(value any) (json.RawMessage, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimSpace(b.Bytes()), err
}
