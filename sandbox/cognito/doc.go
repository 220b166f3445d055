// Package cognito is Amazon Cognito's user pools: people sign up, prove their e-mail address, sign in by SRP or, where a client
// allows it, with the password as it is, and get tokens that other services trust.
//
// Handle knows the operations of Operations and refuses all others, and members of requests that it has no use for, by
// name. ResourceTypes are the pools, clients and groups of CloudFormation; there is no other way to make one.
//
// # What is kept
//
// Of a password only an SRP verifier and its salt. Sign-ins, refresh tokens, codes and failed attempts are in the store and
// leave it when their time is over. Challenges are kept by the client: a SECRET_BLOCK and a Session are sealed with a key
// of the store, and what the store remembers of them is which were used.
//
// # Where to look
//
// The packages below, each importing those before it at most:
//
//	refuse       the refusals, in Cognito's words
//	properties   what a template says of pools, clients and groups: the schema, the password policy
//	directory    pools, clients, groups and users as they are in the store
//	seal         what clients keep between the steps of a sign-in
//	tokens       keys, claims, sign-ins and refresh tokens; Verify and Check for other services
//	resources    pools, clients and groups of CloudFormation
//	srp, totp    the arithmetic of passwords and of authenticator apps
//
// Here is what calls them. front.go is the wire: package pipeline takes a request to its operation. The operations are in the
// files of their groups: signup.go, signin.go (with challenges.go, signin_password.go and secret.go), session.go, mfa.go, password.go, profile.go and, for
// administrators, admin.go, admin_passwords.go, groups.go, lists.go and pools.go. access.go finds who an access token is of,
// codes.go and attempts.go what they may try and how often. triggers.go calls the functions that a pool names, and
// triggers_kinds.go has what each kind is told and may answer.
//
// # What is not imitated
//
// SMS (refused by name when one would be sent), e-mail as a second factor, passkeys, remembered devices, Lambda triggers but for pre sign-up, post confirmation and
// custom message (and of these the sources PreSignUp_ExternalProvider and CustomMessage_Authentication), custom sign-in, the hosted pages
// (a client's OAuth properties are kept) and social sign-in, threat protection, import jobs, and pools whose user name is a phone
// number. Where Cognito's answer is not
// documented and not known, the function that gives it says so.
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/Welcome.html,
// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools.html
package cognito
