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

// planner goes through the template as an operation would, and creates nothing. What is only known when something was
// created is the placeholder that AWS has for it.
type planner struct {
	*Service
	st       *stack
	replaced map[string]bool // logical ids
	unknown  bool            // whether a placeholder was given out
	faults   []error         // of references
}

// plan finds out what the deployment would change. An error is one of the template, its rules or its parameters, as a whole.
// s.mu is held.
func (s *Service) plan(st *stack, target deployment) (*plan, error) {
	template, err := s.template(st.Name, target.Template)
	if err != nil {
		return nil, refuse("Template format error: %s", oneLine(err))
	}
	unknown, err := s.unknownTypes(st, template)
	if err != nil {
		return nil, err
	}
	p := &planner{Service: s, st: st, replaced: map[string]bool{}}
	environment := s.environment(st, target.Parameters, p, &others{Service: s, planned: p.later})
	environment.Later = placeholder
	resolver, err := assembly.NewResolver(template, environment)
	if err != nil {
		return nil, refuse("Template error: %s", oneLine(err))
	}
	if err := resolver.CheckRules(); err != nil {
		return nil, refuse("Template validation error: %s", oneLine(err))
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
	p.unknown, p.faults = false, nil
	outputs, err := resolver.Outputs()
	for _, fault := range p.faults {
		out.faults = append(out.faults, invalid{Path: "/Outputs", Message: oneLine(fault)})
	}
	if err != nil && !p.unknown && len(p.faults) == 0 {
		out.faults = append(out.faults, invalid{Path: "/Outputs", Message: oneLine(err)})
	}
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

// resource plans one resource.
func (p *planner) resource(out *plan, resolver *assembly.Resolver, res *assembly.Resource) {
	p.unknown, p.faults = false, nil
	properties, err := resolver.Properties(res.LogicalID)
	fault := func(err error) {
		for _, line := range lines(err) {
			if res.Construct != "" {
				line += " (" + res.Construct + ")"
			}
			out.faults = append(out.faults, invalid{res.LogicalID, res.Type, "/Resources/" + res.LogicalID + "/Properties", line})
		}
	}
	switch {
	case len(p.faults) > 0:
		fault(errors.Join(p.faults...))
	case err != nil && !p.unknown:
		fault(err)
	case err != nil:
		properties = res.Properties // with the functions in it, which can't be resolved yet
	default:
		fault(errors.Join(p.check(res, properties), checkTagCounts(res.Type, properties)))
	}
	if res.DeletionPolicy == policySnapshot || res.UpdateReplacePolicy == policySnapshot {
		fault(fmt.Errorf("%s: the policy Snapshot is not supported by the sandbox", res.Type))
	}
	next := declared(res, properties, nil)
	r := p.st.resources[res.LogicalID]
	if r == nil || r.PhysicalID == "" {
		out.changes = append(out.changes, change{Action: "Add", LogicalID: res.LogicalID, Type: res.Type, After: next.context()})
		return
	}
	c := compare(p.Types[res.Type], r, next)
	p.replaced[res.LogicalID] = c.Replacement != "False"
	if len(c.Details) > 0 || r.Attempted != nil {
		out.changes = append(out.changes, c)
	}
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

// later is the placeholder of what is not known yet.
func (p *planner) later() string {
	p.unknown = true
	return placeholder
}

func (p *planner) Ref(res *assembly.Resource) (string, error) {
	if r := p.st.resources[res.LogicalID]; r != nil && r.PhysicalID != "" && !p.replaced[res.LogicalID] {
		return r.PhysicalID, nil
	}
	return p.later(), nil
}

func (p *planner) GetAtt(res *assembly.Resource, name string) (any, error) {
	r := p.st.resources[res.LogicalID]
	if r != nil && r.PhysicalID != "" && !p.replaced[res.LogicalID] {
		if value, ok := r.Attributes[name]; ok {
			return attribute(value), nil
		}
	}
	kind, known := p.Types[res.Type]
	if known && !slices.Contains(kind.Attributes, name) {
		err := unknownAttribute(res, name)
		p.faults = append(p.faults, err)
		return nil, err
	}
	return p.later(), nil
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
		if _, ok := s.Types[res.Type]; !ok && !slices.Contains(unknown, res.Type) {
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
