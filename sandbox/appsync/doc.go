// Package appsync is AWS AppSync's GraphQL APIs: a schema, resolvers in JavaScript, who may use which field, and the events
// of mutations.
//
// APIs are made by CloudFormation alone, of ResourceTypes. A request goes through these steps: who sends it (caller.go), what
// it asks for (package graphql), may the caller have each of the fields (access.go), and what answers them (request.go): the
// resolvers, in sandbox/appsyncjs, whose data sources act with a role of their own.
//
// # Why steps of its own
//
// Package pipeline has one operation a request, whose caller AWS's signature tells, and one answer. Here a document names any
// number of fields, each of which is allowed or not by itself, callers bring tokens as well as signatures, and a denial leaves
// the others standing. Signatures, decisions and the global condition keys are package aws's all the same.
//
// # Where AWS is silent
//
// IAM is asked about the root fields alone. A signer who may have none of those it asks for gets 401 "Permission denied",
// which clients have published; one who may have some gets null and "Unauthorized" for the others. A field that must not be
// null and failed has one error, its own. A mutation's field that failed or is null is no event. A filter that a
// subscription's resolver set takes the place of its arguments. The words of the errors for limits, and of tokens that are
// not the pool's, are the sandbox's own; their types and statuses are not.
//
// # Where to look
//
// endpoint.go takes these steps. subscribe.go, subscription.go and view.go are what package realtime needs. resources.go, with a
// file for each type, and state.go are the APIs as CloudFormation makes them. Package datasource carries out what
// resolvers ask of DynamoDB and of Lambda functions, package filter what they let subscribers have.
//
// # What is not imitated
//
// OpenID Connect and Lambda functions as authorization, data sources but DynamoDB's, Lambda's and none, resolvers in VTL,
// versioned data sources, caching, batching, merged and private APIs, custom domains, AppSync's own API but what `cdk deploy --hotswap` asks of it, invalidation of
// subscriptions, requests by GET, tracing. The log has summaries of those requests alone that were answered with errors. What the templates of an API ask for beyond what is here fails the stack by name.
//
// https://docs.aws.amazon.com/appsync/latest/devguide/what-is-appsync.html
package appsync
