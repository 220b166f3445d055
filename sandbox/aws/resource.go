package aws

import "context"

// ResourceType is what a service tells CloudFormation of one type of resource, as in AWS::S3::Bucket. The functions may be
// called again after a kill -9: Create with the same Stack and LogicalID, Delete of what is gone, which is no error.
type ResourceType struct {
	// Replaces are the properties, by their path, of which a change needs a new resource, as in BucketName.
	Replaces []string
	// Attributes are the names that Fn::GetAtt knows.
	Attributes []string
	// Properties is a nil pointer to the struct that Decode reads the properties into: what is not in it is refused.
	Properties any
	// Create makes the resource.
	Create func(ctx context.Context, r Resource) (State, error)
	// Update brings the resource of r.PhysicalID from the properties old to those of r, without a replacement.
	Update func(ctx context.Context, old map[string]any, r Resource) (State, error)
	// Delete removes the resource of r.PhysicalID.
	Delete func(ctx context.Context, r Resource) error
}

// Resource is a resource as a template declares it, intrinsics resolved.
type Resource struct {
	Partition, Region, Account string
	Stack                      string // the stack's name
	LogicalID                  string
	PhysicalID                 string // "" before Create
	// Suffix is made of 12 lower case letters and digits, for names that the service makes up. A replacement has another.
	Suffix     string
	Properties map[string]any
}

// State is a resource as it came to be.
type State struct {
	PhysicalID string         // what Ref returns
	Attributes map[string]any // what Fn::GetAtt returns
}
