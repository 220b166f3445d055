// Package dynamodb is Amazon DynamoDB as the sandbox and the proof need it: tables with secondary indexes, all
// expressions, transactions, in one process, over a store.
//
// There are two ways in. Methods such as PutItem take a struct with DynamoDB's parameters and give a struct with its answer
// or an *Error. Handle takes the operation's name and a body of JSON and gives a body of JSON or an *Error, whose JSON is
// the body of that answer; the table Operations has a row for each. Neither knows of
// HTTP, signatures or policies; ServeHTTP does, by package pipeline.
//
// Every operation is done when it returns, and all at once: reads are consistent, indexes too, transactions never conflict,
// and a batch leaves nothing unprocessed but what is beyond 16 MB. Items whose time to live is over are gone at once, by the
// clock of Config. What DynamoDB documents as an error is one here, in its words; what this package doesn't know, a
// parameter of the time before expressions for example, is refused by name.
//
// # Where to look
//
// operations.go is the table and the wire, and needs.go says what IAM has to allow. read.go, write.go, query.go,
// scan.go, batch.go and transact.go are the operations on items, tables.go, describe.go and ttl.go those on tables, and
// table.go keeps both; stream.go keeps what changes, and stream_read.go gives it to who may read it. words.go says how requests are read. Values are package item's, expressions package expression's; resources.go
// is CloudFormation's.
//
// # What is not imitated
//
// The API of streams (event source mappings of Lambda read them), streams that stay for a day after they were switched off, more
// shards than one, PartiQL, backups, import and export, more replicas than one, the size of what local secondary indexes hold together, index keys of several
// attributes, provisioned capacity and its throttling, that of indexes and of busy partitions, changes of a table by UpdateTable (CloudFormation's are), and the
// delay with which indexes follow. The parameters that expressions took the place of are refused by name, with the one to use: AttributesToGet,
// AttributeUpdates, ConditionalOperator, Expected, KeyConditions, QueryFilter and ScanFilter.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/Welcome.html
package dynamodb
