// Package iam decides requests by IAM policies as AWS does. It is the one engine of the proof and of the sandbox.
//
// The steps are types → parse → compile → evaluate, in the manner of github.com/cedar-policy/cedar-go: package policy
// holds the document and its strict reader, package pattern the texts with wildcards and variables, Parse compiles a
// document once, and Authorize decides any number of requests with it, concurrently, without allocating.
//
// # What decides
//
// An explicit deny in any policy wins. Else the request is denied unless it is allowed
//   - to an anonymous caller, a service or a web identity: by a resource policy that names it;
//   - to a role session, in its own account: by its role's policies or by the resource's policy (a trust policy has to
//     allow it in any case); across accounts: by both;
//   - and, where session policies were passed, by one of them too. Only what a resource policy grants to the session
//     itself escapes them.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html,
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session.
//
// # What is refused
//
// Every element, operator and type of principal that is not imitated exactly is an error of Parse which names it. Among
// them: BinaryEquals, NotPrincipal with Allow, ARNs of fewer than six parts, variables outside of String
// and ARN operators and the last part of a resource, dates without a time, CIDRs with host bits.
//
// # What is not modelled
//
// Permissions boundaries, service and resource control policies, ACLs, VPC endpoint policies, and whether an action
// exists, supports a resource or brings a condition key: the caller states the request as AWS would.
package iam
