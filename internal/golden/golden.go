// Package golden reads the golden templates in testdata/, for tests of packages that import nothing of the program.
package golden

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// Bundle stands in golden templates where the name of a function's code would be.
const Bundle = "(the bundle of the function)"

// WithoutTriggers is the template of the stack Auth, or any other, whose user pool calls no functions: who signs up in a test is
// nobody whom a team's function knows. The functions are gone, and what is theirs stays.
func WithoutTriggers(text []byte) ([]byte, error) {
	if !bytes.Contains(text, []byte(`"AWS::Lambda::Permission"`)) {
		return text, nil
	}
	var template map[string]any
	numbers := json.NewDecoder(bytes.NewReader(text))
	numbers.UseNumber()
	if err := numbers.Decode(&template); err != nil {
		return nil, err
	}
	resources, _ := template["Resources"].(map[string]any)
	for id, one := range resources {
		switch resource, _ := one.(map[string]any); resource["Type"] {
		case "AWS::Cognito::UserPool":
			delete(resource["Properties"].(map[string]any), "LambdaConfig")
		case "AWS::Lambda::Function", "AWS::Lambda::Permission":
			delete(resources, id)
		}
	}
	return json.MarshalIndent(template, "", " ")
}

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
