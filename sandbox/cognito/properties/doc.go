// Package properties is what a template says of user pools, app clients and groups: it decodes and checks their properties, says
// which updates of a pool Cognito takes, and answers what follows from them for users, their attributes and their passwords.
// It keeps nothing and knows no store.
package properties
