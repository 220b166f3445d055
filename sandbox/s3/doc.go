// Package s3 is the S3 of the sandbox: buckets as CloudFormation declares them, objects with versions, uploads in parts,
// CORS, lifecycle, and every request decided by the policies of the caller and of the bucket.
//
// The operations are the table in operations.go; each is a short function in the file of its group. What the table knows and
// nobody wrote is authorized as AWS would do it and then refused by name with NotImplemented, and so are headers and
// parameters that would change what a request means.
//
// # Why steps of its own
//
// Package pipeline reads a request whole before it asks IAM. Here the operation is told from method, path, query and headers,
// bodies stream and are verified while they are stored, anonymous callers are decided by the bucket's policy, and what is
// asked of IAM goes on within an operation: the source of a copy, each key of a bulk delete, whether who asks may learn that
// an object is missing. Signatures, decisions and the global condition keys are package aws's all the same.
//
// # Where things are
//
// Events go to EventBridge from buckets that say so, kept in the transaction of the record that they are about: there is one if and
// only if that is there, over a kill too. AWS promises as much, that each is delivered at least once.
//
// Records (buckets, versions, uploads, parts) live in the store, and so do small bodies, which come and go in the transactions of their
// records. Others are in files beside it. Such a body is written to a file of its own, and counts, if it is complete and has the
// checksums that the client sent, from the transaction that refers to it; on deletion the transaction comes first. A kill in between
// leaves a file that nothing refers to, which Sweep removes. Files are not synced: they survive the end of the process, not that of the
// machine.
//
// # Why no library
//
// github.com/johannesboyne/gofakes3 has most of these operations, but keeps uploads in parts in memory, so that they are
// lost on restart and as big as what is uploaded; has versions in its memory backend alone; answers CORS by a list of its own; has
// no conditional writes, CRC64NVME or trailing checksums, and no place for an authorization between an operation and its
// parts (the source of a copy, each key of a bulk delete, 403 or 404 for what is missing). What is left of it, the routing
// and the XML, is less than the adapter would be.
//
// # Where to look
//
// operations.go is the table; run in service.go takes the steps of every request, of which locate.go finds bucket and key
// and context.go the condition keys. record.go is what the store keeps and body.go the files; resources.go and
// resource_policy.go are CloudFormation's.
//
// # What is not imitated
//
// ACLs (buckets enforce their owner), encryption other than SSE-S3, storage classes, object lock, replication, website
// hosting, notifications other than EventBridge's and events of what the CDK's Custom::S3AutoDeleteObjects removes, access points, requester pays, forms posted by browsers, and the delivery of access logs: a bucket's
// LoggingConfiguration is kept and checked, and no log arrives. Policies are given the condition keys of context.go.
//
// The documents behind all this are the API reference, https://docs.aws.amazon.com/AmazonS3/latest/API/Welcome.html, and the
// user guide, https://docs.aws.amazon.com/AmazonS3/latest/userguide/Welcome.html. Where they are silent on words and
// shapes, these are as S3 is known to answer.
package s3
