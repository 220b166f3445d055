package verify

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"

	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/sandbox/assembly"
)

// alive is the assembly of what lives: the templates, with what is another in the place of what they say, and the strays as
// resources of the stacks that they are parts of.
func (l *life) alive() (*assembly.Assembly, error) {
	all := &assembly.Assembly{Dir: l.frame.assembly.Dir}
	for _, stack := range l.frame.assembly.Stacks {
		changed, err := l.rewritten(stack)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", stack.Name, err)
		}
		all.Stacks = append(all.Stacks, changed)
	}
	return all, nil
}

func (l *life) rewritten(stack *assembly.Stack) (*assembly.Stack, error) {
	decoder := json.NewDecoder(bytes.NewReader(stack.Text))
	decoder.UseNumber()
	var template map[string]any
	if err := decoder.Decode(&template); err != nil {
		return nil, err
	}
	resources, _ := template["Resources"].(map[string]any)
	touched := false
	for id, resource := range resources {
		if properties, is := l.changed[stack.Name+"/"+id]; is {
			resource.(map[string]any)["Properties"] = properties
			touched = true
		}
	}
	for _, s := range l.strays {
		if s.of.standing.stack != stack {
			continue
		}
		resources[s.logicalID()] = map[string]any{
			"Type": s.kind, "Properties": bare(s), "Metadata": map[string]any{"aws:cdk:path": s.place()},
		}
		touched = true
	}
	if !touched {
		return stack, nil
	}
	text, err := json.Marshal(template)
	if err != nil {
		return nil, err
	}
	parsed, err := assembly.ParseTemplate(stack.Name, text)
	if err != nil {
		return nil, err
	}
	for id, resource := range parsed.Resources.All() {
		if was, there := stack.Template.Resources.Get(id); there {
			resource.Construct = was.Construct
		}
	}
	changed := *stack
	changed.Text, changed.Template = text, parsed
	return &changed, nil
}

// bare are the properties of a stray that a template could say, less what AWS answers where none says it.
func bare(s stray) map[string]any {
	c, all := comparison{kind: s.kind}, map[string]any{}
	for key, value := range answered(s.kind, s.properties, nil) {
		if !c.equal(key, value, nothing{}) {
			all[key] = c.merge(key, nil, map[string]any{}, value)
		}
	}
	return all
}

// system is the system of an assembly of the account's, by the ids that there are.
func (a *account) system(of *assembly.Assembly) (*system.System, error) {
	return system.ReadAs(of, func() ([]*assembly.Resolved, error) {
		var all []*assembly.Resolved
		for _, stack := range of.Stacks {
			resolved, err := a.resolve(stack)
			if err != nil {
				return nil, err
			}
			all = append(all, resolved)
		}
		return all, nil
	})
}

func (a *account) resolve(stack *assembly.Stack) (*assembly.Resolved, error) {
	environment := a.frame.stacks[stack.Name].environment(a.frame, lives{a, stack.Name})
	resolver, err := assembly.NewResolver(stack.Template, environment)
	if err != nil {
		return nil, err
	}
	resolved := &assembly.Resolved{Stack: stack, Environment: environment}
	for _, resource := range resolver.Resources() {
		properties, err := resolver.Properties(resource.LogicalID)
		if err != nil {
			return nil, err
		}
		physical, err := environment.Resources.Ref(resource)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", placeOf(stack, resource), err)
		}
		resolved.Resources = append(resolved.Resources, assembly.ResolvedResource{Resource: resource, PhysicalID: physical, Properties: properties})
	}
	resolved.Outputs, err = resolver.Outputs()
	return resolved, err
}

// adopt lets functions of templates ask for a stray, as for any resource.
func (a *account) adopt(all []stray) {
	for _, s := range all {
		a.parts[s.of.standing.stack.Name+"/"+s.logicalID()] = &part{
			account: a, standing: s.of.standing, physical: s.physical(),
			resource: &assembly.Resource{LogicalID: s.logicalID(), Type: s.kind, Construct: s.place()},
			live:     func() (map[string]any, error) { return maps.Clone(s.properties), nil },
		}
	}
}
