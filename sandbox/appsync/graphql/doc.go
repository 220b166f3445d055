// Package graphql carries out GraphQL requests as AppSync does, by the June 2018 edition of the specification with the
// errors' words and shapes that AppSync answers. It knows nothing of AWS but the scalars.
//
// Parse reads, validates and coerces, so that what Execute meets is of the schema. gqlparser does the reading and most of the
// validation; its findings are put into AppSync's words, which are those of graphql-java. AppSync documents none of its
// messages: where clients have published one it is used here, the others follow graphql-java.
//
// # Where to look
//
// document.go reads and rules.go and overlap.go validate; coerce.go is for what comes in. execute.go goes through the fields
// (collect.go), complete.go and encode.go give values their form, scalar.go and introspect.go are for the types of AppSync's
// own and the schema's.
//
// https://spec.graphql.org/June2018/, https://docs.aws.amazon.com/appsync/latest/devguide/scalars.html
package graphql
