// Package cognito is Amazon Cognito's user pools: people sign up, prove their e-mail address, sign in by SRP, and get
// tokens that other services trust.
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
// front.go is the wire: package pipeline takes a request to its operation. The operations are in the files of their groups:
// signup.go, signin.go (with challenges.go and package srp), session.go, mfa.go (with package totp), password.go,
// profile.go and, for administrators, admin.go, admin_passwords.go, groups.go, lists.go and pools.go. directory.go finds
// pools and people in the store, tokens.go writes what verify.go checks, and resources.go is CloudFormation's.
//
// # What is not imitated
//
// SMS, e-mail as a second factor, passkeys, remembered devices, Lambda triggers, the hosted pages and social sign-in, threat
// protection, import jobs, and pools whose user name is an e-mail address. Where Cognito's answer is not documented and not
// known, the function that gives it says so.
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/Welcome.html,
// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools.html
package cognito
