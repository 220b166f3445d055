package aws

import (
	"context"
	"errors"
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
	// Check tells all that is wrong with the properties by themselves, which Create would refuse: before anything is made, each
	// fault a line that begins with the type and the path of what it is about. It asks for nothing that is there, and some of the
	// values may be placeholders. It is nil where Properties says all that there is to say.
	Check func(r Resource) error
	// Files are the objects of S3's that Create reads, and Update where one of them is another. It is nil where there are none.
	Files func(r Resource) []File
	// Create makes the resource.
	Create func(ctx context.Context, r Resource) (State, error)
	// Update brings the resource of r.PhysicalID from the properties old to those of r, without a replacement.
	Update func(ctx context.Context, old map[string]any, r Resource) (State, error)
	// Delete removes the resource of r.PhysicalID.
	Delete func(ctx context.Context, r Resource) error
	// Find returns the resource that there is, as Create would have, and changes nothing. Of is its primary identifier; the error is
	// NotFound where there is none. A type without it can't be imported here.
	Find func(ctx context.Context, of Identifier) (State, error)
	// Own tells the service that the resource of r.PhysicalID, which another made, is r from now on. It is nil where the service
	// does not ask whose a resource is.
	Own func(ctx context.Context, r Resource) error

	// Read returns the properties that the resource has now, as the service itself knows them: what was changed past
	// CloudFormation is among them, what no read handler returns is not. Of is its primary identifier. ErrNoResource if there
	// is none. It is nil where AWS has no such handler, and Unread says so.
	Read   func(ctx context.Context, of Identifier) (map[string]any, error)
	Unread string
	// List returns the primary identifiers of all resources of the type, in some order that stays; nil where AWS has no such
	// handler. Within are the properties that a list of the type must be told, as the API of data sources.
	List func(ctx context.Context, within Identifier) ([]Identifier, error)
	// ARN is what policies of whoever reads are asked about: the resource itself, or what a list is of; "*" if nil.
	ARN func(of Identifier) string
}

// File is an object of S3's that a property names, by its path, as in Code.
type File struct{ Path, Bucket, Key string }

// Identifier has the properties that tell a resource from others of its type, by their names, as in {"BucketName": "photos"}.
// https://docs.aws.amazon.com/cloudcontrolapi/latest/userguide/resource-identifier.html
type Identifier map[string]string

// ErrNoResource is what Read returns of a resource that is not there.
var ErrNoResource = errors.New("no such resource")

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

// Checked is a Check out of what reads the properties of a resource, whose result nobody wants.
func Checked[T any](read func(r Resource) (T, error)) func(r Resource) error {
	return func(r Resource) error {
		_, err := read(r)
		return err
	}
}

// State is a resource as it came to be.
type State struct {
	PhysicalID string         // what Ref returns
	Attributes map[string]any // what Fn::GetAtt returns
}
