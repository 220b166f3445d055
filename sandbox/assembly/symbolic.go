package assembly

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
)

// Resolved is a stack of which every function is replaced by what it gives.
type Resolved struct {
	Stack       *Stack
	Environment Environment
	Resources   []ResolvedResource // in the order of creation
	Outputs     []OutputValue
}

// ResolvedResource is a resource of a resolved stack.
type ResolvedResource struct {
	Resource   *Resource
	PhysicalID string         // what Ref gives
	Properties map[string]any // without functions; see Resolver
}

// Resource returns the resource with the logical id.
func (r *Resolved) Resource(logicalID string) (ResolvedResource, bool) {
	for _, res := range r.Resources {
		if res.Resource.LogicalID == logicalID {
			return res, true
		}
	}
	return ResolvedResource{}, false
}

// GetAtt returns an attribute of the resource with the logical id, as the stack's environment gives it.
func (r *Resolved) GetAtt(logicalID, attribute string) (string, error) {
	res, ok := r.Resource(logicalID)
	if !ok {
		return "", fmt.Errorf("%s: got the resource %q, which the stack does not have", r.Stack.Name, clip(logicalID))
	}
	v, err := r.Environment.Resources.GetAtt(res.Resource, attribute)
	text, _ := v.(string)
	return text, err
}

// The environment of a stack that says neither account nor region.
const (
	symbolicAccount = "111122223333" // of AWS's documentation
	symbolicRegion  = "us-east-1"
)

// Symbolic resolves all stacks of the assembly without a deployment: with physical ids and attributes that have AWS's
// form, follow from the stack's name, the resource's type and its logical id alone, and are different for different
// resources of a type. A property that states the name, such as BucketName, counts as it does on AWS. SymbolicTypes are the types
// and attributes there are; any other is an error that names it. Of a resource that opaque picks, any type and attribute
// will do: it has made-up ones. The function may be nil.
//
// Parameters have the value that the app gives or their default. The parameter store holds the bootstrap version that
// the stack asks for, and nothing else. A secret's value is a text made of its name. Rules that do not hold are errors.
//
// The error joins the faults of the first stack that has any.
func Symbolic(a *Assembly, opaque func(*Resource) bool) ([]*Resolved, error) {
	return Symbols{Opaque: opaque}.Resolve(a)
}

// Symbols is how an assembly is resolved without a deployment. Any of its functions may be nil.
type Symbols struct {
	// Opaque picks resources of which any type and attribute will do; see Symbolic.
	Opaque func(*Resource) bool
	// Anew picks resources that a deployment replaced under their logical id: their physical ids and attributes are others
	// than those that Symbolic gives.
	Anew func(*Stack, *Resource) bool
	// Kept gives the stacks that are not deployed, as they were: they are not resolved anew, and others read their outputs.
	Kept func(*Stack) *Resolved
}

// Resolve resolves all stacks of the assembly, in their order, as Symbolic does.
func (how Symbols) Resolve(a *Assembly) ([]*Resolved, error) {
	s := symbols{Symbols: how, outputs: map[[3]string]string{}, exports: map[[2]string]string{}}
	for _, stack := range a.Stacks {
		if how.Kept != nil {
			if kept := how.Kept(stack); kept != nil {
				s.add(kept)
				continue
			}
		}
		resolved, err := s.resolve(stack)
		if err != nil {
			return nil, err
		}
		s.add(resolved)
	}
	return s.resolved, nil
}

// add makes the outputs of a stack known to those after it.
func (s *symbols) add(resolved *Resolved) {
	s.resolved = append(s.resolved, resolved)
	region := resolved.Environment.Region
	for _, out := range resolved.Outputs {
		s.outputs[[3]string{region, resolved.Stack.Name, out.Key}] = out.Value
		if out.Export != "" {
			s.exports[[2]string{region, out.Export}] = out.Value
		}
	}
}

// symbols is what is known of the stacks resolved so far.
type symbols struct {
	Symbols
	resolved []*Resolved
	outputs  map[[3]string]string // by region, stack's name and key
	exports  map[[2]string]string // by region and name
}

func (s *symbols) resolve(stack *Stack) (*Resolved, error) {
	account, region := stack.Account, stack.Region
	if account == "" {
		account = symbolicAccount
	}
	if region == "" {
		region = symbolicRegion
	}
	made := symbolicResources{}
	env := Environment{
		AccountID: account, Region: region, Partition: "aws", URLSuffix: "amazonaws.com",
		StackName: stack.Name, Parameters: stack.Parameters,
		Resources: made, Stacks: symbolicStacks{s, region}, SSM: symbolicSSM{stack}, Secrets: symbolicSecrets{},
	}
	env.StackID = fmt.Sprintf("arn:aws:cloudformation:%s:%s:stack/%s/%s", region, account, stack.Name, seed(stack.Name).uuid())
	r, err := NewResolver(stack.Template, env)
	if err != nil {
		return nil, err
	}
	if err := r.CheckRules(); err != nil {
		return nil, err
	}
	resolved := &Resolved{Stack: stack, Environment: env}
	var errs []error
	failed := map[string]bool{}
	for _, res := range r.Resources() {
		if slices.ContainsFunc(r.Dependencies(res.LogicalID), func(id string) bool { return failed[id] }) {
			failed[res.LogicalID] = true // of what it needs; one message is enough
			continue
		}
		properties, err := r.Properties(res.LogicalID)
		if err == nil {
			made[res.LogicalID], err = create(env, res, properties, s.Opaque != nil && s.Opaque(res), s.Anew != nil && s.Anew(stack, res))
		}
		if err != nil {
			failed[res.LogicalID] = true
			errs = append(errs, err)
			continue
		}
		resolved.Resources = append(resolved.Resources, ResolvedResource{res, made[res.LogicalID].id, properties})
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	if resolved.Outputs, err = r.Outputs(); err != nil {
		return nil, err
	}
	return resolved, nil
}

// symbolicResources are the resources made so far, by their logical ids.
type symbolicResources map[string]*creation

func (made symbolicResources) Ref(res *Resource) (string, error) {
	c, ok := made[res.LogicalID]
	if !ok {
		return "", errors.New("got nothing yet, want the resource to be created before")
	}
	return c.id, nil
}

func (made symbolicResources) GetAtt(res *Resource, name string) (any, error) {
	c, ok := made[res.LogicalID]
	if !ok {
		return nil, errors.New("got nothing yet, want the resource to be created before")
	}
	return c.attribute(name)
}

// symbolicStacks answers from the stacks resolved so far to a stack of the region.
type symbolicStacks struct {
	*symbols
	region string
}

func (s symbolicStacks) StackOutput(region, stack, key string) (string, error) {
	value, ok := s.outputs[[3]string{region, stack, key}]
	if !ok {
		return "", errors.New("got no such output, want one of a stack of the assembly that is deployed before")
	}
	return value, nil
}

func (s symbolicStacks) Export(name string) (string, error) {
	value, ok := s.exports[[2]string{s.region, name}]
	if !ok {
		return "", errors.New("got no such export, want one of a stack of the assembly that is deployed before")
	}
	return value, nil
}

type symbolicSSM struct{ stack *Stack }

func (s symbolicSSM) Parameter(name string) (string, error) {
	if name != s.stack.BootstrapParameter || name == "" {
		return "", errors.New("got a name that is known to the account only, want none but the bootstrap version's")
	}
	return strconv.Itoa(s.stack.BootstrapVersion), nil
}

type symbolicSecrets struct{}

func (symbolicSecrets) Dynamic(ref DynamicReference) (string, error) {
	key := ref.Service + ":" + ref.Name + ":" + ref.JSONKey + ":" + ref.VersionStage + ref.VersionID + ref.Version
	return "symbolic-" + seed(key).text(lowerAndDigits, 24), nil
}
