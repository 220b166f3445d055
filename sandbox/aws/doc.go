// Package aws is the wire that the services of the sandbox share: signatures, protocols, errors and the entry of the
// request log.
//
// Package pipeline takes the same steps for each request, those of the example.
//
// What all of them note in the context's Entry becomes a line of the request log. ResourceType is what a service tells
// CloudFormation of a type of resource, and Decode reads the properties of one strictly.
//
// # Signatures
//
// Verifier checks Signature Version 4 as AWS does: in headers, in query strings, and chunk by chunk in S3's streaming
// uploads. A wrong secret, scope, date or token is an *Error with the code, status and words that the service itself would
// use; its Dialect tells which. The body's hash is part of the signature: S3 streams, so there the Body of a verified
// request is a reader whose last Read fails if the hash, or a chunk's signature, is wrong. Nothing that came out of it may
// count before that read.
//
// # Where to look
//
// verify.go has the steps of a signature (signature.go, canonical.go, dialect.go, payload.go, chunks.go), authorize.go the
// decision, arrival.go the condition keys that all services have. json.go, query.go and restxml.go are the protocols, entry.go the line of the log; representation.go
// has conditions and ranges, which S3 and CloudFront answer alike; resource.go and properties.go are what services and
// CloudFormation share.
//
// # What is not imitated
//
// Signature Version 2 and 4A (AWS4-ECDSA-P256-SHA256) are refused by name, and so are S3's forms posted by browsers.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html,
// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
package aws
