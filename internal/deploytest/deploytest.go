// Package deploytest brings our templates to services of the sandbox in a test, without CloudFormation.
//
// Templates are the golden ones, with the code of package api in the place of its hashes.
package deploytest

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	placeholder "lightbox.example/lightbox/internal/golden"
	"lightbox.example/lightbox/sandbox/assembly"
	"lightbox.example/lightbox/sandbox/aws"
)

// Account and Region are where everything is deployed.
const (
	Account = "000000000000"
	Region  = "us-east-1"
)

// A Deployment is an environment of which some stacks are deployed.
type Deployment struct {
	t       testing.TB
	env     string
	root    string // of the module, above the test
	types   map[string]aws.ResourceType
	made    map[string]Made   // by stack and logical id, as in Identity/AdminRole38563C57
	outputs map[string]string // by stack and key
	stack   string            // that is being deployed
	there   map[string]bool   // the stacks that were deployed
}

// A Made is a deployed resource of one of the types.
type Made struct {
	Type     string
	Resource aws.Resource // as it was declared
	State    aws.State
}

// New prepares to deploy the templates of an environment, "dev" or "prod", or "prod-site", which is prod with a site, or "prod-operations", with alarms too. What a resource of another type than these is
// made of is not looked at, and its physical id and attributes are made up. The templates are in testdata at the root of
// the module, root above the test.
func New(t testing.TB, root, env string, types ...map[string]aws.ResourceType) *Deployment {
	d := &Deployment{
		t: t, env: env, root: root,
		types: map[string]aws.ResourceType{}, made: map[string]Made{}, outputs: map[string]string{}, there: map[string]bool{},
	}
	for _, table := range types {
		maps.Copy(d.types, table)
	}
	return d
}

// Deploy creates the resources of stacks, and before a stack's own those of the stacks that it needs and that are not there
// yet. It fails the test if one is refused.
func (d *Deployment) Deploy(stacks ...string) {
	d.t.Helper()
	for _, stack := range stacks {
		for _, one := range dependencies(d.env) {
			if one.stack == stack {
				d.Deploy(slices.DeleteFunc(slices.Clone(one.needs), d.has)...)
			}
		}
		d.stack = stack
		if err := d.deploy(stack); err != nil {
			d.t.Fatal(err)
		}
		d.there[stack] = true
	}
}

// has reports whether a stack is there.
func (d *Deployment) has(stack string) bool { return d.there[stack] }

// Name is the name of a stack.
func (d *Deployment) Name(stack string) string { return "Lightbox-" + named(d.env) + "-" + stack }

func (d *Deployment) deploy(stack string) error {
	file := fileOf(d.root, d.env, stack)
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if stack == "Auth" {
		if text, err = placeholder.WithoutTriggers(text); err != nil {
			return err
		}
	}
	if text, err = withCode(filepath.Dir(file), text); err != nil {
		return err
	}
	template, err := assembly.ParseTemplate(d.Name(stack), text)
	if err != nil {
		return err
	}
	resolver, err := assembly.NewResolver(template, assembly.Environment{
		AccountID: Account, Region: Region, Partition: "aws", URLSuffix: "amazonaws.com", StackName: d.Name(stack),
		StackID:   "arn:aws:cloudformation:" + Region + ":" + Account + ":stack/" + d.Name(stack) + "/1",
		Resources: d, Stacks: d, SSM: d,
	})
	if err != nil {
		return err
	}
	for _, resource := range resolver.Resources() {
		properties, err := resolver.Properties(resource.LogicalID)
		if err != nil {
			return err
		}
		kind, ok := d.types[resource.Type]
		if !ok {
			continue
		}
		r := aws.Resource{
			Partition: "aws", Region: Region, Account: Account, Stack: d.Name(stack), LogicalID: resource.LogicalID,
			Suffix: "abcdefghijkl", Properties: properties,
		}
		state, err := kind.Create(context.Background(), r)
		if err != nil {
			return fmt.Errorf("%s: %s: %w", d.Name(stack), resource.LogicalID, err)
		}
		r.PhysicalID = state.PhysicalID
		d.made[stack+"/"+resource.LogicalID] = Made{resource.Type, r, state}
	}
	outputs, err := resolver.Outputs()
	for _, output := range outputs {
		d.outputs[d.Name(stack)+"/"+output.Key] = output.Value
	}
	return err
}

// Output is the value of a stack's output.
func (d *Deployment) Output(stack, key string) string {
	d.t.Helper()
	value, err := d.StackOutput(Region, d.Name(stack), key)
	if err != nil {
		d.t.Fatal(err)
	}
	return value
}

// Resource is the deployed resource whose logical id begins with the prefix, and what became of it.
func (d *Deployment) Resource(stack, prefix string) (aws.Resource, aws.State) {
	d.t.Helper()
	made := d.made[d.find(stack, prefix)]
	return made.Resource, made.State
}

// One is the deployed resource of a type whose logical id begins with the prefix.
func (d *Deployment) One(kind, prefix string) Made {
	d.t.Helper()
	for _, made := range d.made {
		if made.Type == kind && strings.HasPrefix(made.Resource.LogicalID, prefix) {
			return made
		}
	}
	d.t.Fatalf("no %s was made whose id begins with %s", kind, prefix)
	return Made{}
}

// All are the deployed resources, in no order.
func (d *Deployment) All() []Made { return slices.Collect(maps.Values(d.made)) }

func (d *Deployment) find(stack, prefix string) string {
	d.t.Helper()
	for id := range d.made {
		if strings.HasPrefix(id, stack+"/"+prefix) {
			return id
		}
	}
	d.t.Fatalf("no resource of %s was made whose id begins with %s", stack, prefix)
	return ""
}

// Update brings a resource to the properties that change leaves, in place.
func (d *Deployment) Update(stack, prefix string, change func(properties map[string]any)) error {
	d.t.Helper()
	id := d.find(stack, prefix)
	next := d.made[id]
	old := next.Resource.Properties
	next.Resource.Properties = maps.Clone(old)
	change(next.Resource.Properties)
	if _, err := d.types[next.Type].Update(context.Background(), old, next.Resource); err != nil {
		return err
	}
	d.made[id] = next
	return nil
}

// Delete removes a resource.
func (d *Deployment) Delete(stack, prefix string) error {
	d.t.Helper()
	made := d.made[d.find(stack, prefix)]
	return d.types[made.Type].Delete(context.Background(), made.Resource)
}

// Ref is the physical id of a resource.
func (d *Deployment) Ref(resource *assembly.Resource) (string, error) {
	if made, ok := d.made[d.stack+"/"+resource.LogicalID]; ok {
		return made.State.PhysicalID, nil
	}
	return strings.ToLower(resource.LogicalID), nil
}

// GetAtt is an attribute of a resource.
func (d *Deployment) GetAtt(resource *assembly.Resource, attribute string) (any, error) {
	if made, ok := d.made[d.stack+"/"+resource.LogicalID]; ok {
		value, ok := made.State.Attributes[attribute]
		if !ok {
			return nil, fmt.Errorf("%s has no attribute %s", resource.LogicalID, attribute)
		}
		return value, nil
	}
	name := strings.ToLower(resource.LogicalID)
	switch {
	case !strings.HasSuffix(attribute, "Arn"):
		return name, nil
	case resource.Type == "AWS::S3::Bucket":
		return "arn:aws:s3:::" + name, nil
	case resource.Type == "AWS::Lambda::Function":
		return "arn:aws:lambda:" + Region + ":" + Account + ":function:" + name, nil
	case resource.Type == "AWS::IAM::Role":
		return "arn:aws:iam::" + Account + ":role/" + name, nil
	}
	service := strings.ToLower(strings.Split(resource.Type, "::")[1])
	return "arn:aws:" + service + ":" + Region + ":" + Account + ":" + name, nil
}

// StackOutput is the output of a stack that was deployed before.
func (d *Deployment) StackOutput(_, stack, key string) (string, error) {
	value, ok := d.outputs[stack+"/"+key]
	if !ok {
		return "", fmt.Errorf("%s has no output %s", stack, key)
	}
	return value, nil
}

// Export is an error: no stack exports anything.
func (*Deployment) Export(name string) (string, error) { return "", fmt.Errorf("no export %s", name) }

// Parameter is the version of the bootstrap stack.
func (*Deployment) Parameter(string) (string, error) { return "30", nil }
