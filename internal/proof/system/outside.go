package system

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/assembly"
)

// OutsideKey is the key of a resource's metadata that says that it is none of the system's, and why it is there.
const OutsideKey = "lightbox:outside"

// Outside is a team's own resource, beside the system.
type Outside struct {
	Resource
	Reason any // as the metadata has it: a text
	// Names are what it is called by: its physical id, and its ARN where it has one.
	Names []string
}

func isOutside(res *assembly.Resource) bool {
	_, is := res.Metadata[OutsideKey]
	return is
}

// outside reads a resource of the team's own.
func (r *reader) outside(p part, one Resource) {
	var names []string
	if id := assembly.SymbolicTypes()[one.Type].ID; !isProperty(id) {
		names = append(names, p.PhysicalID)
	}
	if arn, err := p.attribute("Arn"); err == nil {
		names = append(names, strings.TrimSuffix(arn, ":*"))
	}
	r.system.Outside = append(r.system.Outside, Outside{Resource: one, Reason: p.Resource.Metadata[OutsideKey], Names: names})
}

// isProperty tells a name that is what a property says, such as that of a bucket's policy: the bucket's.
func isProperty(pattern string) bool {
	return strings.HasPrefix(pattern, "{") && pattern[1] >= 'A' && pattern[1] <= 'Z' && !strings.Contains(pattern, "|")
}

// Names are what the system's own resources are called by: physical ids, ARNs and other attributes that are made up.
func (r *reader) names() {
	if len(r.system.Outside) == 0 {
		return // nobody could say them
	}
	kinds := assembly.SymbolicTypes()
	for _, stack := range r.stacks {
		for _, resource := range stack.Resources {
			if isOutside(resource.Resource) {
				continue
			}
			r.system.Names = append(r.system.Names, resource.PhysicalID)
			for attribute, pattern := range kinds[resource.Resource.Type].Attributes {
				if isProperty(pattern) {
					continue // a property, as it is written
				}
				value, err := stack.GetAtt(resource.Resource.LogicalID, attribute)
				if err != nil {
					r.fault("%s: %w", placeOf(stack, resource).Path, err)
				}
				r.system.Names = append(r.system.Names, strings.TrimSuffix(value, ":*"))
			}
		}
	}
	// Names of a few letters, such as a group's or a field's, are within something else that has to be named.
	r.system.Names = slices.DeleteFunc(r.system.Names, func(name string) bool { return len(name) < 12 })
	slices.Sort(r.system.Names)
	r.system.Names = slices.Compact(r.system.Names)
}

// UnknownTypes is the error for resources of types that are not the system's.
type UnknownTypes struct{ Resources []Resource }

// Error names each resource and its type.
func (u *UnknownTypes) Error() string {
	var errs []error
	for _, resource := range u.Resources {
		errs = append(errs, fmt.Errorf("%s: %s", resource.Path, resource.Unknown()))
	}
	return errors.Join(errs...).Error()
}

// Unknown says that the type of a resource is not known, and what its owner does about it.
func (r Resource) Unknown() string {
	return fmt.Sprintf(`%s is a type that the proof does not know. What is yours, and none of Lightbox's, is one line in main.go: plugin.Outside(%s, "what it is for")`,
		r.Type, r.Stack)
}

// unknownTypes makes sure that each resource is of a type of the system's, or Outside.
func unknownTypes(a *assembly.Assembly) error {
	kinds, unknown := assembly.SymbolicTypes(), &UnknownTypes{}
	for _, stack := range a.Stacks {
		for _, res := range stack.Template.Resources.All() {
			if _, known := kinds[res.Type]; known || isOutside(res) {
				continue
			}
			one := assembly.ResolvedResource{Resource: res}
			unknown.Resources = append(unknown.Resources, Resource{At: placeOf(&assembly.Resolved{Stack: stack}, one), Type: res.Type})
		}
	}
	if len(unknown.Resources) == 0 {
		return nil
	}
	return unknown
}
