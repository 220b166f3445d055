package schema

import (
	_ "embed"
	"encoding/json"
	"sync"
)

//go:embed table.json
var text []byte

// Table is what table.json holds.
type Table struct {
	// Source is where the schemas are from, as in "cfn-lint 1.58.0", and Date the day of them, as in "2026-10-20".
	Source string `json:"source"`
	Date   string `json:"date"`
	// Regions are those of all partitions, each with the types in use that it lacks, sorted.
	Regions map[string][]string `json:"regions"`
	Types   map[string]Type     `json:"types"` // by name, as in AWS::S3::Bucket
}

// Type is a type of resources. Its paths are as in "LoggingConfiguration.DestinationBucketName"; a step * is any item of a
// list, or any key of a map.
type Type struct {
	// CreateOnly are properties whose change makes a new resource; ConditionalCreateOnly those whose change does in some
	// cases, which the schema does not tell. Replaces and Immutable add what the schema leaves out.
	CreateOnly            []string `json:"createOnly,omitempty"`
	ConditionalCreateOnly []string `json:"conditionalCreateOnly,omitempty"`
	// PrimaryIdentifier are the properties that name a resource to import, in the order of the import's identifier.
	PrimaryIdentifier []string `json:"primaryIdentifier"`
	ReadOnly          []string `json:"readOnly,omitempty"`  // what no template can set
	WriteOnly         []string `json:"writeOnly,omitempty"` // what CloudFormation can't read back
	Required          []string `json:"required,omitempty"`  // of the properties on the first level
	// TagProperty is where the tags are, "" for a type without tags or with tags of parts of it.
	TagProperty string `json:"tagProperty,omitempty"`
	// Read and List are the handlers of those names, nil where AWS has none.
	Read *Handler `json:"read,omitempty"`
	List *Handler `json:"list,omitempty"`
	// Properties are all there are, on all levels, by path. Where a schema goes round, the second time is Open.
	Properties map[string]Property `json:"properties"`
}

// Handler is what AWS carries one operation out with, by the rights of whoever asks for it.
// https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html#schema-properties-handlers
type Handler struct {
	Permissions []string `json:"permissions"` // as in s3:GetBucketPolicy; it may have stars
	// Required are the properties that a ListResources must give in its ResourceModel.
	Required []string `json:"required,omitempty"`
}

// Property is what a value at a path has to be. Of alternatives it says what they have in common, and has the parts of all.
type Property struct {
	// Type is of array, boolean, integer, number, object and string; more than one where a value may be either.
	Type []string `json:"type,omitempty"`
	Enum []string `json:"enum,omitempty"` // the values there are, as text; nil for any
	// Pattern is ECMA's, which Go's regexp does not always read.
	Pattern string `json:"pattern,omitempty"`
	// Min and Max bound a number, the length of a string, or that of an array; "" is without a bound.
	Min      json.Number `json:"min,omitempty"`
	Max      json.Number `json:"max,omitempty"`
	Required []string    `json:"required,omitempty"` // of an object, the parts that it must have
	// Open is an object of any parts at all, as a policy document.
	Open bool `json:"open,omitempty"`
}

// Current returns the committed table, which is read once: callers share it, and change nothing in it.
func Current() *Table { return current() }

var current = sync.OnceValue(func() *Table {
	table := new(Table)
	if err := json.Unmarshal(text, table); err != nil {
		panic("schema: table.json: " + err.Error()) // it is part of the program
	}
	return table
})
