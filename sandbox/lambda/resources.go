package lambda

import (
	"maps"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
)

// The types of resources.
const (
	functionType   = "AWS::Lambda::Function"
	permissionType = "AWS::Lambda::Permission"
	retriesType    = "AWS::Lambda::EventInvokeConfig"
	mappingType    = "AWS::Lambda::EventSourceMapping"
)

// Providers are the CDK's functions by what their logical ids begin with, each with the type of resource that it is for and
// that the sandbox carries out natively.
// https://github.com/aws/aws-cdk/tree/main/packages/@aws-cdk/custom-resource-handlers
var Providers = map[string]string{
	"CustomS3AutoDeleteObjectsCustomResourceProviderHandler": "Custom::S3AutoDeleteObjects",
	"LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8a":           "Custom::LogRetention",
}

// provides reports whether a function is one of the Providers.
func provides(logicalID string) bool {
	return slices.ContainsFunc(slices.Collect(maps.Keys(Providers)), func(prefix string) bool { return strings.HasPrefix(logicalID, prefix) })
}

// ResourceTypes are the types that CloudFormation makes with this service.
func (s *Service) ResourceTypes() map[string]aws.ResourceType {
	return map[string]aws.ResourceType{
		functionType: {
			Replaces:   []string{"FunctionName"},
			Attributes: []string{"Arn"},
			Properties: (*functionProperties)(nil),
			Check:      aws.Checked(readFunction),
			Files:      zipOf,
			Create:     s.createFunction,
			Update:     s.updateFunction,
			Delete:     s.deleteFunction,
			Read:       s.readFunction,
			List:       s.listFunctionIDs,
			ARN:        s.functionARN,
		},
		permissionType: {
			Replaces:   []string{"Action", "FunctionName", "Principal", "SourceAccount", "SourceArn"},
			Attributes: []string{"Id"},
			Properties: (*permissionProperties)(nil),
			Check:      aws.Checked(readPermission),
			Create:     s.createPermission,
			Update:     s.updatePermission,
			Delete:     s.deletePermission,
			Read:       s.readPermission,
			List:       s.listPermissions,
			ARN:        s.functionARN,
		},
		retriesType: {
			Replaces:   []string{"FunctionName", "Qualifier"},
			Properties: (*retriesProperties)(nil),
			Check:      aws.Checked(readRetries),
			Create:     s.createRetries,
			Update:     s.updateRetries,
			Delete:     s.deleteRetries,
			Read:       s.readRetries,
			List:       s.listRetries,
			ARN:        s.functionARN,
		},
		mappingType: {
			Replaces:   []string{"EventSourceArn", "StartingPosition"},
			Attributes: []string{"EventSourceMappingArn", "Id"},
			Properties: (*mappingProperties)(nil),
			Check:      aws.Checked(readMapping),
			Create:     s.createMapping,
			Update:     s.updateMapping,
			Delete:     s.deleteMapping,
			Read:       s.readMapping,
			List:       s.listMappings,
			ARN:        s.mappingARN,
		},
	}
}

// longestName is how many characters the name of a function has at most.
const longestName = 64
