// Package verify reads back what an environment has in the account, and proves that.
//
// The frame is what CloudFormation was given: the templates, the physical ids and the outputs of the stacks. What lives is
// read resource by resource, by AWS's Cloud Control API: its answers are in CloudFormation's own form, from the read handlers
// that CloudFormation's drift detection uses. The closed table of rows says how each type is read, what it is read by
// where no handler reads it, and which actions that takes; a type that has no row is refused by name.
//
// The properties of the templates, their functions resolved with the ids that there are, are compared with what lives. Where
// they are equal the template's words stay, with their functions; where they differ, what lives stands in their place; what
// lives beside the templates is a resource like theirs. Of that the system is made that package proof judges.
//
// https://docs.aws.amazon.com/cloudcontrolapi/latest/userguide/resource-operations-read.html
package verify
