package sandbox

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"testing"

	"lightbox.example/lightbox/sandbox/cloudformation/schema"
)

// What makes a new resource here does so on AWS, by CloudFormation's own schemas, and the other way round for each
// property that the sandbox reads. Conditional ones are left to each service: the schemas do not say the condition.
func TestTypes_replaceWhatCloudFormationReplaces(t *testing.T) {
	s, err := Start(context.Background(), Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	compared := 0
	for name, kind := range s.types() {
		fixed := schema.Replaces(name)
		if _, ok := schema.Current().Types[name]; !ok {
			continue
		}
		compared++
		for _, property := range kind.Replaces {
			if !slices.Contains(fixed, property) {
				t.Errorf("%s.%s: a change makes a new resource, want it changed in place as CloudFormation does", name, property)
			}
		}
		for _, property := range fixed {
			if strings.Contains(property, ".") || !reads(kind.Properties, property) {
				continue
			}
			if !slices.Contains(kind.Replaces, property) {
				t.Errorf("%s.%s: changed in place, want a new resource as CloudFormation makes", name, property)
			}
		}
	}
	if compared < 15 {
		t.Errorf("compared %d types, want all that the templates have", compared)
	}
}

// reads reports whether the struct that properties points to has a field for the property.
func reads(properties any, property string) bool {
	if properties == nil {
		return false
	}
	of := reflect.TypeOf(properties).Elem()
	for i := range of.NumField() {
		field := of.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("cfn"), ",")
		if name == property || name == "" && field.Name == property {
			return true
		}
	}
	return false
}
