// Package roles is the part of AWS's IAM and STS that the sandbox has: roles with their policies, as CloudFormation declares
// them, and the temporary keys of those who assumed one. A Service is the aws.Keys of all services.
//
// Who may assume a role is what its trust policy says, decided by sandbox/iam. What a session may do is looked up at every
// request: a policy that changes counts for all sessions at once, and with a role end its sessions, as in AWS.
//
// # Of whom there is no template
//
// The developer's own key, Config.Root, is a user who may do everything. The roles that `cdk bootstrap` would make
// (cdk-hnb659fds-deploy-role-ACCOUNT-REGION and its like) are there in every region. The account's principals may assume them
// if their own policies allow it, CloudFormation alone the one that executes; they may do everything.
//
// # Where to look
//
// sessions.go makes sessions and says what their keys stand for. tables.go keeps roles and policies, resources.go and
// resource_policies.go read them from templates, bootstrap.go has those of no template.
//
// # What is not imitated
//
// IAM's own API, users, groups, instance profiles, permissions boundaries, versions of managed policies, AWS's managed
// policies but those of AWSManagedPolicies, tags that are passed on from session to session, and the few seconds in which a
// change is not yet everywhere. The developer's key is a user's, and its aws:PrincipalType is nevertheless AssumedRole.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html,
// https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html
package roles
