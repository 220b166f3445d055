package fidelity_test

import (
	"strings"

	"lightbox.example/lightbox/sandbox/fidelity"
)

// A known is a case in which a judge holds something against the sandbox, and AWS's page is against the judge.
type known struct {
	cases string // what its name begins with, or "" for any
	says  string // what is in the judge's words or in the last refusal, or "" for any
	fidelity.Difference
	of fidelity.Operation
}

// is reports whether a case is of the difference.
func (k known) is(v verdict, last string) bool {
	return strings.HasPrefix(v.Case, k.cases) && (strings.Contains(v.Why, k.says) || strings.Contains(last, k.says))
}

const (
	guideS3      = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/"
	referenceS3  = "https://docs.aws.amazon.com/AmazonS3/latest/API/"
	guideAppSync = "https://docs.aws.amazon.com/appsync/latest/devguide/"
)

// knownDifferences are, by judge, what AWS's page decides against the judge.
var knownDifferences = map[string][]known{
	"boto3": {{
		says: "decimal.Rounded", of: fidelity.Operation{Service: "dynamodb", Name: "GetItem"},
		Difference: fidelity.Difference{What: "a number has 38 digits besides zeros, which come back plain: boto3 counts the zeros and reads it not", Page: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html#HowItWorks.DataTypes.Number"},
	}},
	"graphql-http": {
		inHTTP("22EB", "the type of an answer is application/json", "security-authz.html"),
		inHTTP("9ABE", "the type of a request is not looked at", "security-authz.html"),
		inHTTP("58B", "extensions of a request are not looked at", "monitoring.html"),
		inHTTP("865D", "what is wrong with a document is in errors, with status 200", "monitoring.html"),
		inHTTP("556A", "what is wrong with a document is in errors, with status 200", "monitoring.html"),
		inHTTP("D586", "data is null beside errors", "troubleshooting-and-common-mistakes.html"),
		inHTTP("51FE", "what is wrong with a document is in errors, with status 200", "monitoring.html"),
		inHTTP("74FF", "what is wrong with a document is in errors, with status 200", "monitoring.html"),
		inHTTP("5E5B", "data is null beside errors", "troubleshooting-and-common-mistakes.html"),
		inHTTP("86EE", "what is wrong with variables is in errors, with status 200", "monitoring.html"),
	},
	"models": {
		inStacks("DescribeStackEvents"), inStacks("DescribeEvents"),
	},
	"mint": {
		inS3("", "Please use AWS4-HMAC-SHA256", "PutObject", "new buckets take no signatures of version 2", guideS3+"UsingAWSSDK.html#UsingAWSSDK-sig2-deprecation"),
		inS3("testFunctionalV2", "400 Bad Request", "HeadBucket", "new buckets take no signatures of version 2", guideS3+"UsingAWSSDK.html#UsingAWSSDK-sig2-deprecation"),
		inS3("testGetObjectAttributesErrorCases", "expected NoSuchVersion but got InvalidArgument", "GetObjectAttributes", "what is no id of a version at all is an invalid argument", referenceS3+"ErrorResponses.html#ErrorCodeList"),
		inS3("testGetObjectACLContext", "AccessControlListNotSupported", "PutObject", "buckets made since 2023 have no ACLs", guideS3+"about-object-ownership.html"),
		inS3("testListUnsorted", "user metadata", "ListObjectsV2", "a listing has no metadata: MinIO's own parameter", referenceS3+"API_ListObjectsV2.html"),
	},
}

// inStacks is a status that AWS's page has for a stack, and the model not for its event.
func inStacks(operation string) known {
	return known{
		cases: operation + ".", says: "got 'REVIEW_IN_PROGRESS'", of: fidelity.Operation{Service: "cloudformation", Name: operation},
		Difference: fidelity.Difference{What: "a stack that a change set is to make is in review", Page: "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html#cfn-console-view-stack-data-resources-status-codes"},
	}
}

func inHTTP(audit, what, page string) known {
	return known{cases: audit, of: fidelity.Operation{Service: "appsync", Name: "POST /graphql"}, Difference: fidelity.Difference{What: what, Page: guideAppSync + page}}
}

func inS3(cases, says, operation, what, page string) known {
	return known{cases: cases, says: says, of: fidelity.Operation{Service: "s3", Name: operation}, Difference: fidelity.Difference{What: what, Page: page}}
}
