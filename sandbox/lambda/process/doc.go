// Package process is an execution environment of a Lambda function: its program as a child of this process, behind the Lambda
// Runtime API on a port of 127.0.0.1, with limits of time and memory, and what it writes.
//
// An Instance takes one invocation at a time. It is of no more use when an Outcome says that it Ended.
//
// # How children end
//
// Close ends a child with all of its process group. On Linux the kernel kills it when this process dies, however that
// happens. Elsewhere its runtime ends when its connection to the Runtime API breaks, as aws-lambda-go's does.
//
// # What is not imitated
//
// Extensions, the Telemetry API, streamed responses, and that an environment is frozen between invocations: what a function
// does in the background goes on. The start may take ten seconds, and as long again as the function's time limit; AWS begins
// anew after ten. Memory is the largest resident set of the program itself, on Linux alone; elsewhere it is not limited.
//
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html,
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
package process
