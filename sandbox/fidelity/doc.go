// Package fidelity keeps what outside judges say of the sandbox, and writes docs/FIDELITY.md of it: of each operation who compared it
// with what, in how many cases they agreed, and where they are known to differ. A judge is a program by others than the sandbox's
// authors: another implementation, a client with rules of its own, a published suite of tests, a model.
//
// A run of a judge is a file in records, which nobody writes by hand: Tally.Save does, when LIGHTBOX_FIDELITY names the folder. What a
// judge holds against the sandbox, and no table of its test lists with AWS's page, fails that test, so that it never comes into a
// record. The records are all that is remembered of a run: `make judges` takes an hour's worth of packages, and CI none of them.
package fidelity

// A Judge is one of those who compare. Its name is that of its record.
type Judge struct {
	Name  string
	Title string
	Is    string // what it is, and what a case is
}

// Judges are all that there are, in the order of the page.
var Judges = []Judge{
	{"dynalite", "dynalite", "Another implementation of DynamoDB, by people who compared theirs with AWS's for years. A case is one random operation with the same answer, errors and their words included."},
	{"dynamodb-local", "DynamoDB Local", "AWS's own DynamoDB for one's machine. It is not under an open licence and not fetched: LIGHTBOX_DYNAMODB_LOCAL names the folder of its jars. A case is one random operation with the same answer."},
	{"iam-simulate", "iam-simulate", "An evaluation of policies by others. A case is one random request with the same decision."},
	{"graphql-js", "graphql-js", "GraphQL's reference implementation. A case is one random document, valid or not: refused by both, or the same data by both."},
	{"graphql-http", "graphql-http", "The audit of servers of the GraphQL over HTTP specification. A case is one of its audits."},
	{"jwt-verify", "aws-jwt-verify", "AWS's own verifier of Cognito's tokens. A case is one token that it takes, or must not."},
	{"sdk-js", "AWS SDK for JavaScript", "A client with its own parsers and checksums. A case is one test of tools/judges with it."},
	{"boto3", "boto3", "AWS's client for Python, with its transfer manager. A case is one test of tools/judges with it."},
	{"s3fs", "s3fs", "A file system over S3, asynchronous, with a cache of listings. A case is one test of tools/judges with it."},
	{"aws-cli", "AWS CLI", "AWS's command line. A case is one test of tools/judges with it."},
	{"pynamodb", "PynamoDB", "A mapper of objects to DynamoDB. A case is one test of tools/judges with it."},
	{"pycognito", "pycognito", "A client of Cognito with an SRP of its own. A case is one test of tools/judges with it."},
	{"gql", "gql", "A client of GraphQL in Python, with a transport of its own for AppSync's subscriptions. A case is one test of tools/judges with it."},
	{"amplify", "Amplify", "AWS's client for front ends, by AWS's own host names. A case is one test of tools/judges with it."},
	{"redbot", "REDbot", "The linter of HTTP, on what CloudFront gives viewers: it asks again by ETag, by date, for parts and compressed. A case is one resource, or one answer, that it holds nothing against."},
	{"mint", "MinIO's mint", "The functional tests of S3 that MinIO publishes with its client for Go. A case is one of its tests; buckets, which come by templates here, are made for it by CloudFormation's handlers."},
	{"models", "AWS's service models", "The models that all of AWS's SDKs are made of, as botocore brings them. A case is one answer that another judge got, held to the model by members, types, required ones, enums and names of errors."},
}

// judge is the one of that name.
func judge(name string) (Judge, bool) {
	for _, j := range Judges {
		if j.Name == name {
			return j, true
		}
	}
	return Judge{}, false
}

// unjudged are the operations that no outside judge can compare, and why.
var unjudged = map[Operation]string{
	{"sns", "Unsubscribe"}: "it is the link in a mail here, which people follow and no client makes; owners who sign are refused by name",
}

// aspects are what is judged and is no operation, by the service of their scores.
var aspects = map[string]string{"iam": "AWS IAM"}
