// Package logs is as much of Amazon CloudWatch Logs as our log groups need: services of the sandbox write lines, as
// the role that they act with, and people read them with the AWS CLI (`aws logs tail`) or `lightbox sandbox logs`.
//
// A group keeps its latest Limit lines, and these as long as its retention says.
//
// # Where to look
//
// The table of operations is in service.go. put.go writes, lines.go and read.go read, pattern.go has the filters of
// FilterLogEvents, groups.go and queries.go are CloudFormation's.
//
// # What is not imitated
//
// Writing over the wire (so lines are never too late or too early), metric and subscription filters, Insights (its saved
// queries are kept, and not run), data protection, patterns of JSON fields and of space-delimited columns, and the delay with which lines appear.
//
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/Welcome.html
package logs
