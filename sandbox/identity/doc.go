// Package identity is Cognito's identity pools: AWS credentials for guests and for people who signed in to a user pool.
//
// It is the enhanced flow alone: GetId, then GetCredentialsForIdentity. The keys are those of a role's session, made and kept
// by Roles, whose trust policy decides. Whoever they sign for is, to all other services, an iam.RoleSession with the
// claims of an identity pool's token: Identity.Audience is the pool, Identity.Subject the identity id, Identity.Methods
// either "unauthenticated" or "authenticated" with the provider and PROVIDER:CognitoSignIn:SUB. The sessions of guests are
// below iam.GuestCeiling.
//
// # Identities
//
// An identity is a guest's until a sign-in is linked to it, and then that user's for good. Every user has at most one in a
// pool: a guest who signs in for the first time keeps theirs, and one who has another gets that back instead, while the
// guest's stays a guest's.
//
// # Where to look
//
// The table of operations is in service.go. credentials.go has those of a client, look.go those that look at pools,
// identities.go who is whose, and pools.go what CloudFormation makes.
//
// # What is not imitated
//
// The classic flow, developer-authenticated identities, providers other than Cognito's user pools, several logins at once,
// role mapping by rules, and all calls that change a pool: CloudFormation does.
//
// https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flow.html,
// https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/Welcome.html
package identity
