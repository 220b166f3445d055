// Package tokens makes and verifies the tokens of user pools, and keeps the sign-ins that they are of: signing keys and the
// documents that publish them, the claims, refresh tokens with their rotation, and what revokes a token.
//
// Other services take Verify for what a token says, and Check for whether its user is still signed in.
package tokens
