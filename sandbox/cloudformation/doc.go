// Package cloudformation is the sandbox's CloudFormation: stacks and change sets over the Query protocol, so that the CDK's
// own CLI deploys to the sandbox, and Deploy for a Go program that has an assembly.
//
// It knows no type of resource by name. The services say what they can make, as aws.ResourceType, and this package decides
// what is to be created, changed in place, replaced and deleted, in which order, and how it is undone.
//
// # A stack's life
//
// What happens to a stack is told by its status alone; see stages. Each stage compares what is there with what should be
// there and does what is missing, so that one which was cut off by a kill -9 is just done again: New carries on with each
// stack that is in progress. What a stage does twice, the services see twice, with the same names; aws.ResourceType says
// that they can. Before a status is shown it is in the store, with all resources that belong to it.
//
//	CREATE_IN_PROGRESS ─────────► CREATE_COMPLETE
//	  └─► ROLLBACK_IN_PROGRESS ─► ROLLBACK_COMPLETE
//	UPDATE_IN_PROGRESS ─────────► UPDATE_COMPLETE_CLEANUP_IN_PROGRESS ──────────► UPDATE_COMPLETE
//	  └─► UPDATE_ROLLBACK_IN_PROGRESS ─► UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS ─► UPDATE_ROLLBACK_COMPLETE
//	DELETE_IN_PROGRESS ─────────► DELETE_COMPLETE
//	IMPORT_IN_PROGRESS ─────────► IMPORT_COMPLETE
//	  └─► IMPORT_ROLLBACK_IN_PROGRESS ─► IMPORT_ROLLBACK_COMPLETE
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html#cfn-console-view-stack-data-resources-status-codes
//
// # What is changed
//
// Properties are compared by value after all functions are resolved, with what the last deployment made of them. A change
// set lists just these changes. A stack that is deployed again with the same template, parameters and tags has none, even if
// an output of another stack changed to which it refers weakly. A property that one of the type's Replaces names makes a new resource, which has another
// suffix; those that refer to it follow; the old one goes in the cleanup.
//
// # What is refused
//
// A type that no service has fails CreateChangeSet, as on AWS. A property that a service does not know, an attribute that a
// type does not have, a value of another form and one that the service will refuse fail the change set, by CloudFormation's early
// validation, before anything is created; all are named by DescribeEvents, each with its construct. See check.go.
//
// # What is imported
//
// An import change set takes over what is there, by the primary identifier of its type, and changes nothing. It compares nothing
// either, as on AWS: a property that is not as the template says stays so until the template says another thing.
//
// # Where to look
//
// handler.go is the table and the wire; the operations are in changeset_operations.go, stack_operations.go and
// look_operations.go. changeset.go works out what is to be done (plan.go, diff.go); operation.go does it, stage by stage
// (apply.go, rollback.go), and keep.go writes it down. deploy.go is the way in for Go.
//
// # What is not imitated
//
// Templates are JSON, or YAML without the short form of functions, which is kept as JSON; there are no transforms. No nested stacks, stack sets, stack policies, hooks, drift
// detection, rollback triggers and notifications; imports only by a list of what is to be imported. Resources of a stack are made one after the other. The tags of a stack are
// kept, and do not reach its resources. A role that CloudFormation is given to work with is not assumed: resources are made by
// their services themselves.
package cloudformation
