package cdktest

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2/cxapi"
)

// Templates are the templates of an app, by construct id.
type Templates map[string]*Template

// Template is one synthesized CloudFormation template.
type Template struct {
	// StackName is the name that CloudFormation knows the stack by.
	StackName string
	// TerminationProtection is whether CloudFormation refuses to delete the stack.
	TerminationProtection bool
	// DependsOn are the construct ids of the stacks that must be deployed before.
	DependsOn []string
	// Text is the template as written.
	Text      []byte
	Resources map[string]Resource
	Outputs   map[string]Output
}

// Resource is one resource of a template.
type Resource struct {
	LogicalID           string `json:"-"`
	Type                string
	Properties          map[string]any
	DependsOn           any
	DeletionPolicy      string
	UpdateReplacePolicy string
}

// Output is one output of a template.
type Output struct {
	Description string
	Value       any
}

func parse(data []byte) (*Template, error) {
	template := &Template{Text: data}
	if err := json.Unmarshal(data, template); err != nil {
		return nil, err
	}
	for id, resource := range template.Resources {
		resource.LogicalID = id
		template.Resources[id] = resource
	}
	return template, nil
}

func isStack(stacks []cxapi.CloudFormationStackArtifact, id string) bool {
	return slices.ContainsFunc(stacks, func(stack cxapi.CloudFormationStackArtifact) bool { return *stack.Id() == id })
}

// All are the resources of a type, by logical id.
func (t *Template) All(kind string) []Resource {
	var found []Resource
	for _, id := range slices.Sorted(maps.Keys(t.Resources)) {
		if t.Resources[id].Type == kind {
			found = append(found, t.Resources[id])
		}
	}
	return found
}

// Only is the one resource of a type whose logical id starts with prefix.
func (t *Template) Only(test testing.TB, kind, prefix string) Resource {
	test.Helper()
	found := slices.DeleteFunc(t.All(kind), func(r Resource) bool { return !strings.HasPrefix(r.LogicalID, prefix) })
	if len(found) != 1 {
		test.Fatalf("got %d resources of type %s named %s…, want 1", len(found), kind, prefix)
	}
	return found[0]
}

// Get follows a path of keys into the resource's properties, as in "Replicas.0.Region";
// nil where there is nothing.
func (r Resource) Get(path string) any { return Get(r.Properties, path) }

// Get follows a path of keys and indexes into decoded JSON; nil where there is nothing.
func Get(value any, path string) any {
	for _, key := range strings.Split(path, ".") {
		switch v := value.(type) {
		case map[string]any:
			value = v[key]
		case []any:
			i, err := strconv.Atoi(key)
			if err != nil || i < 0 || i >= len(v) {
				return nil
			}
			value = v[i]
		default:
			return nil
		}
	}
	return value
}
