// Package appsyncjs runs AWS AppSync resolvers written for the APPSYNC_JS 1.0.0 runtime.
//
// [Compile] takes the code of a resolver or of a pipeline function, an ECMAScript module that exports `request` and
// `response` and imports nothing but '@aws-appsync/utils' and '@aws-appsync/utils/dynamodb'. The [Resolver] it returns is
// safe for concurrent use.
//
// What a handler does ends up in an [Outcome]: the value it returned, or the error of util.error and util.unauthorized, the
// errors it appended, whether runtime.earlyReturn ended it, the subscription filter it set, and its stash. A Go error means
// something else: the script itself is at fault (a [ScriptError]: it threw, or used what this runtime does not have) or it
// ran too long ([ErrTimeout]). Clients of AppSync have been seen to get errorType "Code" and the message "Runtime Error" then,
// which AWS does not document.
//
// A handler gets its context by value: JSON in, JSON out. Nothing that a call does is seen by another one: the module is
// evaluated anew for every call, and everything else in its JavaScript realm is frozen. A handler is interrupted after two
// seconds, and what it returns is bounded; the memory that it takes meanwhile is not, so run no stranger's code.
//
// [Measure] compiles an instrumented copy, which says of which branches no run has been.
//
// # What it knows
//
// [Functions] is the table of everything that `util`, `extensions`, `runtime` and the DynamoDB module have here. Reading any
// other member of them fails with its name ("util.xml is not supported by this runtime"), and so does an import that is
// unknown, at [Compile]. The language is the subset that AWS documents under "Supported runtime features"
// (https://docs.aws.amazon.com/appsync/latest/devguide/supported-features.html): other syntax is refused by [Compile] with
// its place, other globals and methods do not exist. The text of the requests that the DynamoDB module builds follows what
// AppSync's EvaluateCode returns, where that is on record; the placeholders' names are no contract, not AppSync's either.
//
// # DynamoDB
//
// [Operation] is the typed view of a request, decoded strictly. [Settle] carries one out through a [Store] and says what
// the response handler sees as ctx.result and ctx.error, failed conditions included: AppSync reads the item again, counts a
// put that changes nothing and a delete of an absent item as success, and rejects the rest.
//
// # Lambda
//
// The request {operation: 'Invoke', payload, invocationType} goes to a [Lambda], whose answer is ctx.result, and whose error
// ctx.error.
package appsyncjs
