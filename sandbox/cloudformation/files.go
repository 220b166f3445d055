package cloudformation

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/assembly"
	"lightbox.example/lightbox/sandbox/aws"
)

// absent tells the objects of S3's that the service will read to make the resource, and that are not there: neither now nor when
// the files of the assembly are put there. Where a custom resource comes first, it may put them.
func (p *planner) absent(resolver *assembly.Resolver, res *assembly.Resource, properties map[string]any) (faults []error) {
	kind := p.Types[res.Type]
	if p.outlook.looking || p.Object == nil || kind.Files == nil {
		return nil
	}
	var had []aws.File
	if r := p.st.resources[res.LogicalID]; r != nil && r.PhysicalID != "" && !p.replaced[res.LogicalID] {
		had = kind.Files(p.told(p.st, res.LogicalID, r.version))
	}
	for _, file := range kind.Files(p.told(p.st, res.LogicalID, version{Properties: properties})) {
		at := assembly.Destination{Bucket: file.Bucket, Key: file.Key, Region: p.Region}
		if slices.Contains(had, file) || has(file.Bucket+file.Key, placeholder) || p.outlook.files[at] || customFirst(resolver, res) {
			continue
		}
		if err := p.Object(context.WithoutCancel(p.ctx), file.Bucket, file.Key); err != nil {
			faults = append(faults, fmt.Errorf("%s.%s: got s3://%s/%s, want an object that is there: %w", res.Type, file.Path, file.Bucket, file.Key, err))
		}
	}
	return faults
}

// customFirst reports whether a resource is made after a custom one, directly or not.
func customFirst(resolver *assembly.Resolver, res *assembly.Resource) bool {
	types := map[string]string{}
	for _, other := range resolver.Resources() {
		types[other.LogicalID] = other.Type
	}
	seen := map[string]bool{}
	var custom func(id string) bool
	custom = func(id string) bool {
		if seen[id] {
			return false
		}
		seen[id] = true
		if kind := types[id]; strings.HasPrefix(kind, "Custom::") || kind == "AWS::CloudFormation::CustomResource" {
			return true
		}
		return slices.ContainsFunc(resolver.Dependencies(id), custom)
	}
	return custom(res.LogicalID)
}

// ahead tells, before the first resource is made, what the operation will ask for and nobody has: exports and outputs of other
// stacks, objects of S3's, and that others use what it takes away. A change set does not tell it, as these may come before it is
// executed.
func (r *run) ahead() (faults []error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := r.planner(r.st, new(outlook))
	template, err := r.template(r.st.Name, r.op.Target.Template)
	if err != nil {
		return []error{err}
	}
	resolver, err := p.resolver(template, r.op.Target)
	if err != nil {
		return []error{err}
	}
	for _, res := range resolver.Resources() {
		properties, lacking, err := resolve(p, func() (map[string]any, error) { return resolver.Properties(res.LogicalID) })
		faults = append(faults, lacking...)
		if err == nil {
			faults = append(faults, p.absent(resolver, res, properties)...)
		}
	}
	outputs, lacking, err := resolve(p, resolver.Outputs)
	if faults = append(faults, lacking...); err == nil {
		faults = append(faults, p.outlook.exportFaults(p.Service, p.st, outputs)...)
	}
	return faults
}
