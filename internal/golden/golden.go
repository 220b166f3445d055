// Package golden reads the golden templates in testdata/, for tests of packages that import nothing of the program.
package golden

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// Bundle stands in golden templates where the name of a function's code would be.
const Bundle = "(the bundle of the function)"

// Resource is one of a golden template, as it stands there.
type Resource struct {
	Type       string
	Properties map[string]any
}

// Resources are those of the golden template of a stack, by logical id. root is the way from the test to the module's root.
func Resources(t testing.TB, root, env, stack string) map[string]Resource {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "testdata", env, stack+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var template struct{ Resources map[string]Resource }
	if err := json.Unmarshal(text, &template); err != nil {
		t.Fatalf("%s of %s: %v", stack, env, err)
	}
	return template.Resources
}
