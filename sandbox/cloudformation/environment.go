package cloudformation

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/assembly"
)

const urlSuffix = "amazonaws.com"

// environment is what the stack's template finds where it is deployed.
func (s *Service) environment(st *stack, parameters map[string]string, resources assembly.Resources, stacks assembly.Stacks) assembly.Environment {
	return assembly.Environment{
		AccountID: s.Account, Region: s.Region, Partition: partition, URLSuffix: urlSuffix, StackName: st.Name, StackID: st.ID,
		Parameters: parameters, Resources: resources, Stacks: stacks, SSM: parameterStore{s}, Secrets: parameterStore{s},
	}
}

// made are the resources of a stack as they are.
type made struct {
	resources map[string]*resource
}

func (m made) Ref(res *assembly.Resource) (string, error) {
	r := m.resources[res.LogicalID]
	if r == nil || r.PhysicalID == "" {
		return "", errors.New("it was not created")
	}
	return r.PhysicalID, nil
}

func (m made) GetAtt(res *assembly.Resource, name string) (any, error) {
	r := m.resources[res.LogicalID]
	if r == nil || r.PhysicalID == "" {
		return nil, errors.New("it was not created")
	}
	value, ok := r.Attributes[name]
	if !ok {
		return nil, unknownAttribute(res, name)
	}
	return attribute(value), nil
}

func unknownAttribute(res *assembly.Resource, name string) error {
	return fmt.Errorf("the attribute %s of %s is not supported by the sandbox", name, res.Type)
}

// attribute is a value in the form that Fn::GetAtt gives: a text or a list of texts.
func attribute(value any) any {
	switch value := value.(type) {
	case string, []string:
		return value
	case []any:
		list := make([]string, len(value))
		for i, item := range value {
			list[i] = fmt.Sprint(item)
		}
		return list
	}
	return fmt.Sprint(value)
}

// others are the other stacks of the account. It notes which exports are asked for.
type others struct {
	*Service
	imports []string
}

func (o *others) StackOutput(region, name, key string) (string, error) {
	of := o.Service
	if region != o.Region {
		if of = o.Beside; of == nil || region != of.Region {
			return "", fmt.Errorf("got the region %s, want %s: the sandbox has no other", region, o.Region)
		}
	}
	st := of.active[name]
	if st != nil && st.Status != reviewInProgress {
		for _, out := range st.Outputs {
			if out.Key == key {
				return out.Value, nil
			}
		}
	}
	if st == nil || st.Status == reviewInProgress {
		return "", fmt.Errorf("Stack with id %s does not exist", name)
	}
	return "", fmt.Errorf("the stack %s has no output %s", name, key)
}

func (o *others) Export(name string) (string, error) {
	if !slices.Contains(o.imports, name) {
		o.imports = append(o.imports, name)
	}
	for _, st := range o.active {
		if value, ok := exported(st.Outputs, name); ok {
			return value, nil
		}
	}
	return "", fmt.Errorf("No export named %s found", name) //nolint:staticcheck // AWS's words
}

// parameterStore answers for AWS::SSM::Parameter::… and for dynamic references.
type parameterStore struct{ *Service }

func (p parameterStore) Parameter(name string) (string, error) {
	if p.Service.Parameter != nil {
		if value, ok := p.Service.Parameter(name); ok {
			return value, nil
		}
	}
	return "", fmt.Errorf("Unable to fetch parameters [%s] from parameter store for this account", name) //nolint:staticcheck // AWS's words
}

func (p parameterStore) Dynamic(ref assembly.DynamicReference) (string, error) {
	switch {
	case ref.Service == "ssm" && ref.Version == "":
		return p.Parameter(ref.Name)
	case p.Secret != nil:
		return p.Secret(ref)
	}
	return "", fmt.Errorf("%s is not supported by the sandbox", strings.TrimSuffix(ref.Service+":"+ref.Version, ":"))
}

// locked answers from an operation, which does not hold s.mu.
type locked struct{ *others }

func (l locked) StackOutput(region, name, key string) (string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.others.StackOutput(region, name, key)
}

func (l locked) Export(name string) (string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.others.Export(name)
}
