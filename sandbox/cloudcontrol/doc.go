// Package cloudcontrol is AWS's Cloud Control API, as far as it reads: GetResource and ListResources, of the types of resources
// that the sandbox has.
//
// What is answered is what the service itself has at that moment, by aws.ResourceType's Read and List, whoever made it and
// whatever was changed since past CloudFormation. Which types AWS reads and lists, what identifies a resource, what a list must be
// told and which permissions that takes is in package schema, from CloudFormation's own schemas.
//
// # Who may
//
// cloudformation:GetResource or cloudformation:ListResources, and what the type's handler asks the service for: AWS sends those
// requests with a session of the caller's, so that policies decide about them as about the caller's own, with aws:ViaAWSService.
// Asked are the handler's permissions that read. Those that write (wafv2:AssociateWebACL, iam:PassRole), of keys (kms:Decrypt) and of
// services that the sandbox does not have stand in the schemas too, and reading what is here does without them.
//
// # What is not imitated
//
// CreateResource, UpdateResource, DeleteResource and their requests are refused by name: what deploys here is CloudFormation. So are
// RoleArn and TypeVersionId. Identifiers other than the primary one are ResourceNotFound. A list has identifiers and no other
// properties, where some handlers of AWS's give all of them.
//
// https://docs.aws.amazon.com/cloudcontrolapi/latest/APIReference/API_GetResource.html,
// https://docs.aws.amazon.com/cloudcontrolapi/latest/APIReference/API_ListResources.html,
// https://docs.aws.amazon.com/cloudcontrolapi/latest/userguide/resource-operations.html#resource-operations-permissions
package cloudcontrol
