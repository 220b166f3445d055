// Package prooftest gives tests of the proof what ships, and what ships with one change.
//
// Templates are the golden ones, of package deploytest: no test of the proof runs the CDK.
package prooftest

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/internal/proof/system"
)

// Environments are those that ship.
var Environments = []string{"dev", "prod"}

// Assembly is a folder with an environment's templates, as a synth writes it.
func Assembly(t testing.TB, env string) string {
	t.Helper()
	return deploytest.WholeAssembly(t, root(t), env)
}

// Shipped is an environment's system.
func Shipped(t testing.TB, env string) *system.System {
	t.Helper()
	return Read(t, Assembly(t, env))
}

// Read is the system of the assembly in a folder.
func Read(t testing.TB, dir string) *system.System {
	t.Helper()
	s, err := system.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// root is the folder of go.mod.
func root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
	}
	t.Fatal("no go.mod above the test's folder")
	return ""
}

// Altered is prod's assembly with one template, decoded, that is not as it ships.
func Altered(t testing.TB, stack string, change func(template map[string]any)) string {
	t.Helper()
	return deploytest.WholeAssembly(t, root(t), "prod", func(of string, text []byte) []byte {
		if of != stack {
			return text
		}
		var template map[string]any
		if err := json.Unmarshal(text, &template); err != nil {
			t.Fatal(err)
		}
		change(template)
		changed, err := json.Marshal(template)
		if err != nil {
			t.Fatal(err)
		}
		return changed
	})
}

// Edited is prod's assembly in which the properties of one resource, found by its construct path,
// are not as they ship.
func Edited(t testing.TB, stack, path string, edit func(properties map[string]any)) string {
	t.Helper()
	found := false
	dir := Altered(t, stack, Resource(path, func(resource map[string]any) {
		found = true
		edit(resource["Properties"].(map[string]any))
	}))
	if !found {
		t.Fatalf("%s has no %s", stack, path)
	}
	return dir
}

// Resource is a change of the resource with a construct path, for Altered.
func Resource(path string, edit func(resource map[string]any)) func(template map[string]any) {
	return func(template map[string]any) {
		for _, resource := range template["Resources"].(map[string]any) {
			if metadata, _ := system.Lookup(resource, "Metadata").(map[string]any); metadata["aws:cdk:path"] == path {
				edit(resource.(map[string]any))
			}
		}
	}
}

// Set changes a property, at a path as of system.Lookup; nil takes it away.
func Set(properties map[string]any, path string, value any) {
	holder, key := any(properties), path
	if dot := strings.LastIndex(path, "."); dot >= 0 {
		holder, key = system.Lookup(properties, path[:dot]), path[dot+1:]
	}
	object := holder.(map[string]any)
	if value == nil {
		delete(object, key)
		return
	}
	object[key] = value
}

// Code replaces a text in the code of a resolver or function, for Altered. It panics where there is no such text: a test of what
// changes nothing would say nothing.
func Code(path, from, to string) func(template map[string]any) {
	return func(template map[string]any) {
		found := false
		Resource(path, func(resource map[string]any) {
			properties := resource["Properties"].(map[string]any)
			code := properties["Code"].(string)
			found = strings.Contains(code, from)
			properties["Code"] = strings.Replace(code, from, to, 1)
		})(template)
		if !found {
			panic(fmt.Sprintf("%s: got no %q in its code", path, from))
		}
	}
}

// Granting adds a statement, of Allow, Listing or Elsewhere, to a policy: prod's assembly with it. The path is the construct's,
// which begins with its stack.
func Granting(path string, statement map[string]any) func(testing.TB) string {
	return func(t testing.TB) string {
		stack, _, _ := strings.Cut(path, "/")
		added := maps.Clone(statement)
		if elsewhere, is := added[notFiles]; is {
			added["Resource"] = elsewhere
			delete(added, notFiles)
		} else {
			arn := any(map[string]any{"Fn::GetAtt": []any{Shipped(t, "prod").Bucket.LogicalID, "Arn"}})
			if stack != "FileStorage" {
				arn = Shipped(t, "prod").Bucket.ARN
			}
			if added["Resource"] = arn; statement["Resource"] != "" {
				added["Resource"] = map[string]any{"Fn::Join": []any{"", []any{arn, "/", statement["Resource"]}}}
			}
		}
		return Edited(t, stack, path, func(properties map[string]any) {
			document := properties["PolicyDocument"].(map[string]any)
			document["Statement"] = append(document["Statement"].([]any), added)
		})
	}
}

// Allow is a statement on keys of the bucket, "" for the bucket itself.
func Allow(action, key string) map[string]any {
	return map[string]any{"Effect": "Allow", "Action": action, "Resource": key}
}

// notFiles is the key of a resource that is none of the bucket's, in a statement for Granting.
const notFiles = "not files"

// Elsewhere is a statement on what is none of the bucket's, as CloudFormation says it.
func Elsewhere(action string, resource any) map[string]any {
	return map[string]any{"Effect": "Allow", "Action": action, notFiles: resource}
}

// Listing is a statement that gives listings below a prefix.
func Listing(prefix string) map[string]any {
	statement := Allow("s3:ListBucket", "")
	statement["Condition"] = map[string]any{"StringLike": map[string]any{"s3:prefix": prefix}}
	return statement
}

// SchemaWith replaces a text of the schema, which is there once: prod's assembly with it.
func SchemaWith(from, to string) func(testing.TB) string {
	return func(t testing.TB) string {
		return Edited(t, "API", "API/GraphQL/Schema", func(properties map[string]any) {
			text := properties["Definition"].(string)
			if strings.Count(text, from) != 1 {
				t.Fatalf("the schema has %q %d times, want once", from, strings.Count(text, from))
			}
			properties["Definition"] = strings.Replace(text, from, to, 1)
		})
	}
}
