package assembly

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Resolver replaces the intrinsic functions of a template by what they give in an environment. It does not change, and
// can be used by several goroutines if the environment can.
//
// Values without functions stay as they are; AWS::NoValue removes the member or the element in whose place it stands.
// What CloudFormation would refuse, what this package does not know and what the environment does not answer is an error
// that names stack, entry and path. Nothing is ever left out, emptied or made a wildcard instead.
type Resolver struct {
	template   *Template
	env        Environment
	parameters Ordered[ParameterValue]
	conditions map[string]bool
	resources  []*Resource
	needs      map[string][]string
}

// NewResolver resolves the parameters and conditions of the template, and from them which resources exist and in which
// order they are created. The error joins all faults; a cycle is one of them.
func NewResolver(t *Template, env Environment) (*Resolver, error) {
	r := &Resolver{template: t, env: env, conditions: map[string]bool{}, needs: map[string][]string{}}
	var faults faults
	r.resolveParameters(&faults)
	if err := faults.err(); err != nil {
		return nil, err
	}
	r.resolveConditions(&faults)
	if err := faults.err(); err != nil {
		return nil, err
	}
	if err := r.orderResources(); err != nil {
		return nil, err
	}
	return r, nil
}

// Parameters returns the values of all parameters.
func (r *Resolver) Parameters() []ParameterValue {
	var list []ParameterValue
	for _, p := range r.parameters.All() {
		list = append(list, p)
	}
	return list
}

// Holds reports whether the condition of that name is true. There is none of that name if ok is false.
func (r *Resolver) Holds(condition string) (holds, ok bool) {
	holds, ok = r.conditions[condition]
	return holds, ok
}

// Resources returns the resources whose conditions hold in the order of creation: each after those it depends on, and
// else as the template has them.
func (r *Resolver) Resources() []*Resource { return slices.Clone(r.resources) }

// Dependencies returns the logical ids that the resource depends on, sorted: by DependsOn, or by a Ref, Fn::GetAtt or
// Fn::Sub in its properties or its metadata. The branches of Fn::If that do not count are left out.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-dependson.html
func (r *Resolver) Dependencies(logicalID string) []string { return slices.Clone(r.needs[logicalID]) }

// exists reports whether the stack has the resource.
func (r *Resolver) exists(res *Resource) bool {
	return res.Condition == "" || r.conditions[res.Condition]
}

func (r *Resolver) resolveParameters(faults *faults) {
	for name, p := range r.template.Parameters.All() {
		fault := func(err error) {
			if p.ConstraintDescription != "" {
				err = fmt.Errorf("%w (%s)", err, clip(p.ConstraintDescription))
			}
			faults.add(&Fault{Stack: r.template.Name, Kind: KindParameter, LogicalID: name, Err: err})
		}
		given, ok := r.env.Parameters[name]
		if !ok && !p.HasDefault {
			fault(errors.New("got no value, want one: there is no default"))
			continue
		}
		if !ok {
			given = p.Default
		}
		value, err := p.value(given, r.env.SSM)
		if err != nil {
			fault(err)
			continue
		}
		r.parameters.add(name, ParameterValue{Name: name, Given: given, Value: value})
	}
	for _, name := range slices.Sorted(maps.Keys(r.env.Parameters)) {
		if _, ok := r.template.Parameters.Get(name); !ok {
			faults.add(&Fault{Stack: r.template.Name, Kind: KindParameter, LogicalID: name, Err: errors.New("got a value for it, want one of the template's parameters")})
		}
	}
}

// orderResources finds the dependencies and the order of creation.
func (r *Resolver) orderResources() error {
	var ids []string
	var faults faults
	for id, res := range r.template.Resources.All() {
		if !r.exists(res) {
			continue
		}
		ids = append(ids, id)
		needs := map[string]bool{}
		for i, other := range res.DependsOn {
			if on, ok := r.template.Resources.Get(other); ok && !r.exists(on) {
				faults.add(&Fault{
					Stack: r.template.Name, Kind: KindResource, LogicalID: id, Construct: res.Construct,
					Path: path{keyStep("DependsOn"), indexStep(i)}.String(), Err: absent(on),
				})
				continue
			}
			if _, defined := r.template.Resources.Get(other); defined || !r.env.Told {
				needs[other] = true
			}
		}
		s := scanner{in: InResources, holds: func(c string) bool { return r.conditions[c] }}
		s.found = func(kind nameKind, name string) {
			other, ok := r.template.Resources.Get(name)
			if ok && kind != nameOfCondition && kind != nameOfMapping && r.exists(other) {
				needs[name] = true
			}
		}
		s.value(res.Properties)
		s.value(res.Metadata)
		r.needs[id] = slices.Sorted(maps.Keys(needs))
	}
	if err := faults.err(); err != nil {
		return err
	}
	ordered, cycle := dependencyOrder(ids, func(id string) []string { return r.needs[id] })
	if cycle != nil {
		return &Fault{
			Stack: r.template.Name, Kind: KindResource, LogicalID: cycle[0],
			Err: fmt.Errorf("got a circular dependency, %s", arrows(cycle)),
		}
	}
	for _, id := range ordered {
		res, _ := r.template.Resources.Get(id)
		r.resources = append(r.resources, res)
	}
	return nil
}

// absent says that a resource is not there to be referred to.
func absent(res *Resource) error {
	return fmt.Errorf("got %s, want a resource that exists: its condition %s does not hold", res.LogicalID, res.Condition)
}

// Properties returns the resolved properties of the resource, an empty object where it has none. The error joins all
// faults in them; a resource that the template does not have, or whose condition does not hold, is one as well.
func (r *Resolver) Properties(logicalID string) (map[string]any, error) {
	res, ok := r.template.Resources.Get(logicalID)
	if !ok {
		return nil, &Fault{Stack: r.template.Name, Kind: KindResource, LogicalID: logicalID, Err: errors.New("got a name that the template does not define")}
	}
	w := r.walk(Fault{Stack: r.template.Name, Kind: KindResource, LogicalID: logicalID, Construct: res.Construct}, InResources)
	if !r.exists(res) {
		w.fail("%w", absent(res))
		return nil, w.faults.err()
	}
	w.path = path{keyStep("Properties")}
	properties := make(map[string]any, len(res.Properties))
	for _, name := range sortedKeys(res.Properties) {
		if v, ok := w.at(keyStep(name), res.Properties[name]); ok && v != (any)(nothing{}) {
			properties[name] = v
		}
	}
	w.dynamic(properties)
	if err := w.faults.err(); err != nil {
		return nil, err
	}
	return properties, nil
}
