package aws

import (
	"context"
	"fmt"
	"net/http"
	"strings"
)

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
	// Find returns the resource that there is with the identifier, which has the properties of the type's primary identifier by
	// their names, and changes nothing. Its error is NotFound where there is none. A type without it can't be imported here.
	Find func(ctx context.Context, identifier map[string]string) (State, error)
	// Own tells the service that the resource of r.PhysicalID, which another made, is r from now on. It is nil where the service
	// does not ask whose a resource is.
	Own func(ctx context.Context, r Resource) error
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

// Owner tells the resource from all others, for a service that is asked twice to make it.
func (r Resource) Owner() string { return strings.Join([]string{r.Stack, r.LogicalID, r.Suffix}, "/") }

// AlreadyExists is what a create handler answers where there is a resource with the identifier.
// https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-test-contract.html
func AlreadyExists(typeName string, identifier ...string) error {
	return fmt.Errorf("resource of type '%s' with identifier '%s' already exists", typeName, strings.Join(identifier, "|"))
}

// NotFound is what a read handler answers where there is no resource with the identifier.
// https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-test-contract.html
func NotFound(typeName string, identifier ...string) error {
	return Refuse(http.StatusNotFound, "NotFound", "Resource of type '%s' with identifier '%s' was not found.", typeName, strings.Join(identifier, "|"))
}

// MadeName is a name that CloudFormation makes up, of at most so many characters.
func (r Resource) MadeName(most int) string {
	head := r.Stack + "-" + r.LogicalID
	return head[:min(len(head), most-1-len(r.Suffix))] + "-" + r.Suffix
}

// Or is a property that can be left out, or what it is then.
func Or[T any](value *T, otherwise T) T {
	if value == nil {
		return otherwise
	}
	return *value
}

// State is a resource as it came to be.
type State struct {
	PhysicalID string         // what Ref returns
	Attributes map[string]any // what Fn::GetAtt returns
}
