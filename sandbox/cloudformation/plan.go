package cloudformation

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/assembly"
)

// plan is what would come of a deployment.
type plan struct {
	changes []change
	// other says that something changes beside resources: outputs or tags.
	other  bool
	faults []invalid
}

// invalid is a fault that is found before anything is created.
type invalid struct {
	LogicalID, Type string
	Path            string // as in /Resources/Bucket/Properties
	Message         string
}

func (p *plan) empty() bool { return len(p.changes) == 0 && !p.other }

// plan finds out what the deployment would change. An error is one of the template, its rules or its parameters, as a whole.
// s.mu is held.
func (s *Service) plan(st *stack, target deployment, o *outlook) (*plan, error) {
	template, err := s.template(st.Name, target.Template)
	if err != nil {
		return nil, refuse("Template format error: %s", oneLine(err))
	}
	return s.planner(st, o).plan(target, template)
}

// plan is that of a template, which may be a sketch.
func (p *planner) plan(target deployment, template *assembly.Template) (*plan, error) {
	st := p.st
	unknown, err := p.unknownTypes(st, template)
	if err != nil {
		return nil, err
	}
	resolver, err := p.resolver(template, target)
	if err != nil {
		return nil, err
	}
	if st.is(target, values(template, resolver)) {
		return &plan{}, nil
	}
	out := &plan{}
	present := map[string]bool{}
	for _, res := range resolver.Resources() {
		present[res.LogicalID] = true
		p.resource(out, resolver, res)
	}
	for _, r := range st.sorted() {
		if !present[r.LogicalID] {
			out.changes = append(out.changes, removal(r))
		}
	}
	outputs, err := p.outputs(out, resolver)
	if len(unknown) > 0 {
		return nil, unrecognized(template, unknown, out.faults)
	}
	out.other = err != nil || !slices.Equal(outputs, st.Outputs) || !sameTags(target.Tags, st.Tags) || st.Status == reviewInProgress
	return out, nil
}

// is reports whether the stack was deployed as the target says. Then nothing is resolved anew: nobody tells a stack that an
// output of another changed, and its change set is empty.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-getstackoutput.html
func (st *stack) is(target deployment, values []parameter) bool {
	for _, r := range st.resources {
		if r.PhysicalID == "" || r.Attempted != nil {
			return false
		}
	}
	return st.Stable && st.Status != reviewInProgress && st.Template == target.Template && maps.Equal(st.Parameters, target.Parameters) &&
		sameTags(st.Tags, target.Tags) && slices.Equal(st.Values, values)
}

// mostTags is how many tags a resource of AWS's has at most.
// https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
const mostTags = 50

// checkTagCounts refuses more tags than a resource can have, in whichever property its type has them.
func checkTagCounts(kind string, properties map[string]any) error {
	var faults []error
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		count := 0
		switch tags := properties[name].(type) {
		case []any:
			count = len(tags)
		case map[string]any:
			count = len(tags)
		}
		if strings.HasSuffix(name, "Tags") && count > mostTags {
			faults = append(faults, fmt.Errorf("%s.%s: got %d tags, want at most %d", kind, name, count, mostTags))
		}
	}
	return errors.Join(faults...)
}

func removal(r *resource) change {
	c := change{Action: "Remove", LogicalID: r.LogicalID, PhysicalID: r.PhysicalID, Type: r.Type, PolicyAction: "Delete", Before: r.context()}
	if r.DeletionPolicy == policyRetain || r.DeletionPolicy == policyRetainButOnCreate {
		c.PolicyAction = policyRetain
	}
	return c
}

// checkTypes refuses types that no service has, and another type under a logical id that is there.
func (s *Service) checkTypes(st *stack, template *assembly.Template) error {
	unknown, err := s.unknownTypes(st, template)
	if err == nil && len(unknown) > 0 {
		err = unrecognized(template, unknown, nil)
	}
	return err
}

// unknownTypes are the types that no service has. It refuses another type under a logical id that is there.
func (s *Service) unknownTypes(st *stack, template *assembly.Template) (unknown []string, err error) {
	var changed []string
	for id, res := range template.Resources.All() {
		if _, ok := s.Types[res.Type]; !ok && res.Type != "" && !slices.Contains(unknown, res.Type) {
			unknown = append(unknown, res.Type)
		}
		if r := st.resources[id]; r != nil && r.PhysicalID != "" && r.Type != res.Type {
			changed = append(changed, id)
		}
	}
	if len(unknown) == 0 && len(changed) > 0 {
		return nil, refuse("Update of resource type is not permitted. The new template modifies resource type of the following resources: [%s]",
			strings.Join(changed, ", "))
	}
	return unknown, nil
}

func sameTags(a, b []Tag) bool {
	sorted := func(tags []Tag) []Tag {
		return slices.SortedFunc(slices.Values(tags), func(a, b Tag) int { return strings.Compare(a.Key, b.Key) })
	}
	return slices.Equal(sorted(a), sorted(b))
}

// lines are the reasons that an error joins.
func lines(err error) []string {
	if err == nil {
		return nil
	}
	return strings.Split(err.Error(), "\n")
}

// oneLine is an error in the form of the messages of AWS.
func oneLine(err error) string { return strings.Join(lines(err), "; ") }
