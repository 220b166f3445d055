// Package lambda is as much of AWS Lambda as functions in Go need: their programs run here, on this machine, behind Lambda's
// Runtime API and with the rights of their role.
//
// A function is made by CloudFormation, of ResourceTypes. Its code is the zip file that the template names: it is read from S3
// when the function is made or changed, and unpacked into a folder that is named by its digest. Whoever may invoke it does so by
// the API, or as a service of the sandbox by InvokeFor. Each invocation has an environment to itself, a child process of package
// process: one that is idle, or a new one. Environments end when they were idle for a while, when the function changes or its
// keys are about to end, and with the sandbox, however that ends.
//
// What a function writes goes to CloudWatch Logs with the lines that Lambda adds, as the function's role: without its leave
// nothing is written.
//
// An event source mapping reads the stream of a table with the role of its function, and waits for the signal that there is something
// new. What it has dealt with is in the store: after a kill it goes on there, and delivers again what was under way.
//
// The functions that the CDK adds for resources of its own, Providers, are taken and never run: what they would do the sandbox
// does itself.
//
// # Where to look
//
// service.go and rest.go are the API. invoke.go has what every invocation goes through, pool.go the environments of a function,
// environment.go what one is given, queue.go the invocations that nobody waits for, poller.go those of streams, with
// filter.go and give_up.go, and report.go the log. function.go, permission.go, retries.go and mapping.go are the types of
// resources, code.go the zip files.
//
// # What is not imitated
//
// Other runtimes than the provided ones, other processors than this machine's, images, layers, versions and aliases, VPCs, file
// systems, function URLs, response streams, destinations, SnapStart, provisioned concurrency, the account's limit of concurrent
// invocations, other sources of events than streams of tables, batching windows, parallel batches of a shard, $or in filters, logs in JSON, X-Ray (an active function is told that it is sampled, and nobody listens), a second start of a
// program that fails to start, a share of the processor by memory, the size of /tmp (each environment has a folder of its own,
// which TMPDIR names), the file system /var/task (LAMBDA_TASK_ROOT says where the code is) and a network without this machine.
// Lines of logs are written when an invocation is over. Of the API nothing changes a function but UpdateFunctionCode and
// UpdateFunctionConfiguration: functions are CloudFormation's.
//
// https://docs.aws.amazon.com/lambda/latest/dg/welcome.html
package lambda
