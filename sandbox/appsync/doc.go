// Package appsync is AWS AppSync's GraphQL APIs: a schema, resolvers, who may use which field, and the events of
// mutations.
package appsync
