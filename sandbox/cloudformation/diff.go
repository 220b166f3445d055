package cloudformation

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/assembly"
	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/cloudformation/schema"
)

// replaces are the names of the properties whose change from old to next needs a new resource.
func replaces(kind aws.ResourceType, old, next map[string]any) []string {
	var names []string
	for _, path := range kind.Replaces {
		if !schema.Same(schema.At(old, path), schema.At(next, path)) {
			name, _, _ := strings.Cut(path, ".")
			names = append(names, name)
		}
	}
	return names
}

// change is what a change set does to one resource.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChange.html
type change struct {
	Action       string // Add, Modify or Remove
	LogicalID    string
	PhysicalID   string
	Type         string
	Replacement  string // of a Modify: True, False or Conditional
	PolicyAction string // what becomes of a physical resource that goes
	Scope        []string
	Details      []detail
	Before       string // the resource as JSON; "" for none
	After        string
}

// detail is a change of one property, or of one attribute of the resource's entry in the template.
type detail struct {
	Attribute  string // Properties, Metadata, DeletionPolicy or UpdateReplacePolicy
	Name       string // of the property
	Kind       string // Add, Remove or Modify
	Recreation string // Always or Never
	Dynamic    bool   // whether the value is only known when the change set is executed
	Before     string
	After      string
}

// compare finds the changes from the resource as it is to what the template says of it now.
func compare(kind aws.ResourceType, r *resource, next version) change {
	c := change{Action: "Modify", LogicalID: r.LogicalID, PhysicalID: r.PhysicalID, Type: r.Type, Replacement: "False"}
	always := replaces(kind, r.Properties, next.Properties)
	names := map[string]bool{}
	for name := range r.Properties {
		names[name] = true
	}
	for name := range next.Properties {
		names[name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		old, had := r.Properties[name]
		now, has := next.Properties[name]
		if had && has && schema.Same(old, now) {
			continue
		}
		d := newDetail("Properties", name, old, now)
		if slices.Contains(always, name) {
			d.Recreation = "Always"
			if c.Replacement == "False" || !d.Dynamic {
				c.Replacement = map[bool]string{true: "Conditional", false: "True"}[d.Dynamic]
			}
		}
		c.Details = append(c.Details, d)
	}
	c.attribute("Metadata", anyOf(r.Metadata), anyOf(next.Metadata))
	c.attribute("DeletionPolicy", r.DeletionPolicy, next.DeletionPolicy)
	c.attribute("UpdateReplacePolicy", r.UpdateReplacePolicy, next.UpdateReplacePolicy)
	for _, d := range c.Details {
		if !slices.Contains(c.Scope, d.Attribute) {
			c.Scope = append(c.Scope, d.Attribute)
		}
	}
	if c.Replacement != "False" {
		c.PolicyAction = "ReplaceAndDelete"
		if next.UpdateReplacePolicy == policyRetain {
			c.PolicyAction = "ReplaceAndRetain"
		}
	}
	c.Before, c.After = r.context(), next.context()
	return c
}

// attribute notes a change of an attribute of the resource's entry.
func (c *change) attribute(name string, old, now any) {
	if !schema.Same(old, now) {
		c.Details = append(c.Details, newDetail(name, "", old, now))
	}
}

// anyOf is nil for no object.
func anyOf(object map[string]any) any {
	if len(object) == 0 {
		return nil
	}
	return object
}

func newDetail(attribute, name string, old, now any) detail {
	d := detail{Attribute: attribute, Name: name, Kind: "Modify", Recreation: "Never", Before: shown(old), After: shown(now)}
	d.Dynamic = strings.Contains(d.After, placeholder)
	switch {
	case d.Before == "":
		d.Kind = "Add"
	case d.After == "":
		d.Kind = "Remove"
	}
	return d
}

// shown is a value as the answers of CloudFormation have it: a text, or JSON of what is none.
func shown(value any) string {
	switch value.(type) {
	case nil:
		return ""
	case map[string]any, []any:
		text, _ := json.Marshal(value) // values out of JSON
		return string(text)
	}
	return fmt.Sprint(value)
}

// context is the version as the JSON that a change set has of it.
func (v version) context() string {
	entry := map[string]any{}
	if len(v.Properties) > 0 {
		entry["Properties"] = v.Properties
	}
	if len(v.Metadata) > 0 {
		entry["Metadata"] = v.Metadata
	}
	if v.DeletionPolicy != "" {
		entry["DeletionPolicy"] = v.DeletionPolicy
	}
	if v.UpdateReplacePolicy != "" {
		entry["UpdateReplacePolicy"] = v.UpdateReplacePolicy
	}
	return shown(entry)
}

// declared is a resource as its template has it, with the properties resolved.
func declared(res *assembly.Resource, properties map[string]any, dependencies []string) version {
	return version{
		Type: res.Type, Properties: properties, Metadata: res.Metadata, Dependencies: dependencies,
		DeletionPolicy: res.DeletionPolicy, UpdateReplacePolicy: res.UpdateReplacePolicy,
	}
}
