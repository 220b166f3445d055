package cloudformation

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/assembly"
)

// planner goes through the template as an operation would, and creates nothing. What is only known when something was
// created is the placeholder that AWS has for it.
type planner struct {
	*Service
	st       *stack
	outlook  *outlook
	others   map[*Service][]*prospect
	replaced map[string]bool // whether what was there of a resource is, by logical ids of those that were planned
	holds    []holding       // of those that were planned
	imports  []string        // names of exports that were asked for
	sketched bool            // whether the template has faults, which were told
	unknown  bool            // whether a placeholder was given out
	again    bool            // whether placeholders stand for what was refused
	faults   []error         // of references
}

func (s *Service) planner(st *stack, o *outlook) *planner {
	return &planner{Service: s, st: st, outlook: o, others: map[*Service][]*prospect{}, replaced: map[string]bool{}}
}

// resolver resolves a template for the planner. The template may be a sketch.
func (p *planner) resolver(template *assembly.Template, target deployment) (*assembly.Resolver, error) {
	environment := p.environment(p.st, target.Parameters, p, elsewhere{p})
	environment.Later, environment.Told = placeholder, true
	resolver, err := assembly.NewResolver(template, environment)
	if err != nil {
		return nil, refuse("Template error: %s", oneLine(err))
	}
	if err := resolver.CheckRules(); err != nil {
		return nil, refuse("Template validation error: %s", oneLine(err))
	}
	return resolver, nil
}

// around are the stacks of a region.
func (p *planner) around(of *Service) []*prospect {
	if _, known := p.others[of]; !known {
		p.others[of] = p.outlook.stacks(of, "")
	}
	return p.others[of]
}

// resolve resolves something. The faults are those of references that lead nowhere, wherever they are told apart from what is not
// known yet; then a placeholder stands for these, so that what is beside them is looked at as well.
func resolve[T any](p *planner, what func() (T, error)) (value T, faults []error, err error) {
	p.unknown, p.faults = false, nil
	value, err = what()
	if len(p.faults) == 0 {
		return value, nil, err
	}
	faults = placed(err, p.faults)
	p.again = true
	value, err = what()
	p.again = false
	return value, faults, err
}

// placed are those of the joined faults that are about some references, each with its place.
func placed(err error, about []error) (faults []error) {
	all := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		all = joined.Unwrap()
	}
	for _, one := range all {
		var fault *assembly.Fault
		at := slices.IndexFunc(about, func(of error) bool { return errors.Is(one, of) })
		if at < 0 || !errors.As(one, &fault) {
			continue
		}
		place := fault.Path
		if fault.Kind == assembly.KindOutput {
			place = "output " + fault.LogicalID + ": " + place
		}
		faults = append(faults, fmt.Errorf("%s: %w", place, about[at]))
	}
	if faults == nil {
		return about
	}
	return faults
}

// resource plans one resource.
func (p *planner) resource(out *plan, resolver *assembly.Resolver, res *assembly.Resource) {
	fault := func(err error) {
		for _, line := range lines(err) {
			if res.Construct != "" {
				line += " (" + res.Construct + ")"
			}
			out.faults = append(out.faults, invalid{res.LogicalID, res.Type, "/Resources/" + res.LogicalID + "/Properties", line})
		}
	}
	properties, faults, err := resolve(p, func() (map[string]any, error) { return resolver.Properties(res.LogicalID) })
	fault(errors.Join(faults...))
	switch {
	case err != nil:
		properties = res.Properties // with the functions in it, which can't be resolved yet
		if !p.unknown && !p.sketched {
			fault(err)
		}
	default:
		fault(errors.Join(p.check(res, properties), checkTagCounts(res.Type, properties)))
	}
	if res.DeletionPolicy == policySnapshot || res.UpdateReplacePolicy == policySnapshot {
		fault(fmt.Errorf("%s: the policy Snapshot is not supported by the sandbox", res.Type))
	}
	next := declared(res, properties, nil)
	r := p.st.resources[res.LogicalID]
	fresh := r == nil || r.PhysicalID == ""
	c := change{Action: "Add", LogicalID: res.LogicalID, Type: res.Type, After: next.context()}
	if !fresh {
		c = compare(p.Types[res.Type], r, next)
	}
	fault(errors.Join(p.taken(res, properties, c.Replacement == "True")...))
	if !fresh {
		p.replaced[res.LogicalID] = c.Replacement != "False"
	}
	if fresh || len(c.Details) > 0 || r.Attempted != nil {
		fault(errors.Join(p.absent(resolver, res, properties)...))
		out.changes = append(out.changes, c)
	}
}

// outputs plans the outputs, and notes for the stacks that are planned after this one what they will find.
func (p *planner) outputs(out *plan, resolver *assembly.Resolver) ([]assembly.OutputValue, error) {
	outputs, faults, err := resolve(p, resolver.Outputs)
	if err != nil && !p.unknown && !p.sketched {
		faults = append(faults, err)
	}
	if err == nil && !p.outlook.looking {
		faults = append(faults, p.outlook.exportFaults(p.Service, p.st, outputs)...)
	}
	for _, fault := range faults {
		out.faults = append(out.faults, invalid{Path: "/Outputs", Message: oneLine(fault)})
	}
	holds := p.holds
	p.outlook.will(p.Service, &prospect{name: p.st.Name, outputs: outputs, imports: p.imports, unsure: err != nil, holds: func() []holding { return holds }})
	return outputs, err
}

// later is the placeholder of what is not known yet.
func (p *planner) later() string {
	p.unknown = true
	return placeholder
}

// seen is a value that another stack has, or will have.
func (p *planner) seen(value string) string {
	p.unknown = p.unknown || strings.Contains(value, placeholder)
	return value
}

// lacks refuses a reference that leads nowhere.
func (p *planner) lacks(err error) (string, error) {
	if p.again {
		return p.later(), nil
	}
	p.faults = append(p.faults, err)
	return "", err
}

// Ref is the physical id of a resource that stays.
func (p *planner) Ref(res *assembly.Resource) (string, error) {
	if r := p.st.resources[res.LogicalID]; r != nil && r.PhysicalID != "" && !p.replaced[res.LogicalID] {
		return r.PhysicalID, nil
	}
	return p.later(), nil
}

// GetAtt is an attribute of a resource that stays.
func (p *planner) GetAtt(res *assembly.Resource, name string) (any, error) {
	r := p.st.resources[res.LogicalID]
	if r != nil && r.PhysicalID != "" && !p.replaced[res.LogicalID] {
		if value, ok := r.Attributes[name]; ok {
			return attribute(value), nil
		}
	}
	kind, known := p.Types[res.Type]
	if known && !slices.Contains(kind.Attributes, name) {
		return p.lacks(unknownAttribute(res, name))
	}
	return p.later(), nil
}
