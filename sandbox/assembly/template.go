package assembly

import "iter"

// Template is a CloudFormation template as it is written: intrinsic functions stand in it unresolved. Values are
// map[string]any, []any, string, json.Number and bool; there is no null.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
type Template struct {
	Name        string // of the stack, as given to ParseTemplate; all messages begin with it
	Description string
	Parameters  Ordered[*Parameter]
	Mappings    Ordered[*Mapping]
	Conditions  Ordered[*Condition]
	Rules       Ordered[*Rule]
	Resources   Ordered[*Resource]
	Outputs     Ordered[*Output]
}

// Constructs takes over the paths of constructs that another reading of the template knows, as Open does from the assembly's
// metadata; nil knows none.
func (t *Template) Constructs(from *Template) {
	if from == nil {
		return
	}
	for id, res := range t.Resources.All() {
		if known, ok := from.Resources.Get(id); ok && res.Construct == "" {
			res.Construct = known.Construct
		}
	}
}

// Resource is an entry of the section Resources.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html
type Resource struct {
	LogicalID  string
	Type       string         // as in AWS::S3::Bucket or Custom::S3AutoDeleteObjects
	Properties map[string]any // nil without any
	DependsOn  []string       // logical ids, in the order of the template
	Condition  string         // name of a condition; "" is always
	// DeletionPolicy and UpdateReplacePolicy are Delete, Retain, RetainExceptOnCreate (the former only) or Snapshot;
	// "" where the template leaves it to the type.
	DeletionPolicy      string
	UpdateReplacePolicy string
	Metadata            map[string]any
	// Construct is the path of the construct that defines the resource, as in "Identity/PrincipalTag". It is the
	// metadata aws:cdk:path; Open adds it from the assembly's metadata where the template was written without. "" where
	// neither says it.
	Construct string
}

// Parameter is an entry of the section Parameters.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
type Parameter struct {
	Name                  string
	Type                  string // one of ParameterTypes
	Default               string
	HasDefault            bool // Default may be empty
	Description           string
	NoEcho                bool
	ConstraintDescription string
	constraints
}

// Mapping is an entry of the section Mappings: two levels of keys, and strings, numbers, booleans or lists of them.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/mappings-section-structure.html
type Mapping struct {
	Name   string
	Values map[string]map[string]any
}

// Condition is an entry of the section Conditions.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/conditions-section-structure.html
type Condition struct {
	Name       string
	Expression any // a function that gives true or false
}

// Rule is an entry of the section Rules.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
type Rule struct {
	Name       string
	Condition  any // RuleCondition; nil is always
	Assertions []Assertion
}

// Assertion is what a rule demands.
type Assertion struct {
	Assert      any    // a function that gives true or false
	Description string // what people are told when it does not hold; "" without one
}

// Output is an entry of the section Outputs.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/outputs-section-structure.html
type Output struct {
	Key         string
	Value       any
	Description string
	Export      any    // the Name of Export; nil without one
	Condition   string // name of a condition; "" is always
}

// Ordered holds the entries of a section by their name, in the order of the template.
type Ordered[T any] struct {
	keys  []string
	byKey map[string]T
}

// Len returns the number of entries.
func (o Ordered[T]) Len() int { return len(o.keys) }

// Get returns the entry of that name.
func (o Ordered[T]) Get(key string) (T, bool) {
	entry, ok := o.byKey[key]
	return entry, ok
}

// All yields the names and entries in the order of the template.
func (o Ordered[T]) All() iter.Seq2[string, T] {
	return func(yield func(string, T) bool) {
		for _, key := range o.keys {
			if !yield(key, o.byKey[key]) {
				return
			}
		}
	}
}

func (o *Ordered[T]) add(key string, entry T) {
	if o.byKey == nil {
		o.byKey = map[string]T{}
	}
	o.keys = append(o.keys, key)
	o.byKey[key] = entry
}
