// Package lambda takes the Lambda functions that the CDK adds to templates for resources of its own, and runs none: what
// they would do the sandbox does itself.
//
// # What is not imitated
//
// That a function runs. Any but those of Providers fails its stack by name.
package lambda

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
)

const functionType = "AWS::Lambda::Function"

// Providers are the CDK's functions by what their logical ids begin with, each with the type of resource that it is for and
// that the sandbox carries out natively.
// https://github.com/aws/aws-cdk/tree/main/packages/@aws-cdk/custom-resource-handlers
var Providers = map[string]string{
	"CustomS3AutoDeleteObjectsCustomResourceProviderHandler": "Custom::S3AutoDeleteObjects",
}

// Config is what a Service needs.
type Config struct {
	Region  string // as in us-east-1
	Account string // 12 digits
}

// A Service knows functions by their names alone, so there is nothing to store.
type Service struct{ Config }

// New returns the service.
func New(config Config) *Service { return &Service{config} }

// functionProperties are the properties of AWS::Lambda::Function that the CDK's functions have.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-lambda-function.html
type functionProperties struct {
	Code                 struct{ S3Bucket, S3Key string }
	Description, Handler string
	MemorySize, Timeout  int
	Role, Runtime        string
	Environment          *struct{ Variables map[string]string }
}

// ResourceTypes is the type that CloudFormation makes with this service.
func (s *Service) ResourceTypes() map[string]aws.ResourceType {
	return map[string]aws.ResourceType{
		functionType: {
			Attributes: []string{"Arn"},
			Properties: (*functionProperties)(nil),
			Create: func(_ context.Context, r aws.Resource) (aws.State, error) {
				r.PhysicalID = madeName(r)
				return s.check(r)
			},
			Update: func(_ context.Context, _ map[string]any, r aws.Resource) (aws.State, error) { return s.check(r) },
			Delete: func(context.Context, aws.Resource) error { return nil },
		},
	}
}

// madeName is the name that CloudFormation gives a function, of at most 64 characters.
func madeName(r aws.Resource) string {
	head := r.Stack + "-" + r.LogicalID
	return head[:min(len(head), 63-len(r.Suffix))] + "-" + r.Suffix
}

// check refuses a function that is not one of the Providers.
func (s *Service) check(r aws.Resource) (aws.State, error) {
	var p functionProperties
	if err := aws.Decode(functionType, r.Properties, &p); err != nil {
		return aws.State{}, err
	}
	known := slices.Sorted(maps.Keys(Providers))
	if !slices.ContainsFunc(known, func(prefix string) bool { return strings.HasPrefix(r.LogicalID, prefix) }) {
		return aws.State{}, fmt.Errorf("%s: the function %s is not supported by the sandbox: it runs none, and knows of the CDK's own %s",
			functionType, r.LogicalID, strings.Join(known, ", "))
	}
	arn := "arn:aws:lambda:" + s.Region + ":" + s.Account + ":function:" + r.PhysicalID
	return aws.State{PhysicalID: r.PhysicalID, Attributes: map[string]any{"Arn": arn}}, nil
}
