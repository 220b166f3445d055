package access

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Limits of AWS on the length of a policy.
const (
	// ManagedPolicyLimit is in characters without white space.
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
	ManagedPolicyLimit = 6144
	// BucketPolicyLimit is in bytes (20 KB).
	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html
	BucketPolicyLimit = 20 * 1024
	// InlinePolicyLimit is of all policies that a role has in itself, in characters without white space;
	// those of functions are there.
	InlinePolicyLimit = 10240
	// reserve is for the statements that the bucket's policy has
	// besides: the denials of plain HTTP and of old TLS, some 400 bytes each. A
	// function's has as much about its log and its traces.
	reserve = 1024
)

// The longest that can stand in the policies' ARNs: the partition with the
// longest name and a bucket name of 63 characters.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
const longestPartition = "aws-us-gov"

var longestBucketARN = "arn:" + longestPartition + ":s3:::" + strings.Repeat("b", 63)

// Size is the length of one principal's compiled policy beside AWS's limit.
type Size struct {
	Principal Principal
	// Got is the length of the policy in compact JSON, where partition and bucket
	// have the longest names possible. Policies are ASCII without white space, so
	// characters are bytes. The CDN's and functions' include a reserve for the
	// rest of their policy.
	Got int
	// Limit is ManagedPolicyLimit, for the CDN BucketPolicyLimit, for functions
	// InlinePolicyLimit.
	Limit int
}

// Sizes measures the compiled policy of every principal.
func Sizes(rules []Rule) []Size {
	var sizes []Size
	for _, principal := range Principals() {
		size := Size{
			Principal: principal,
			Got:       len(document(Statements(rules, principal), principal)),
			Limit:     ManagedPolicyLimit,
		}
		switch {
		case principal == CDN:
			size.Got += reserve
			size.Limit = BucketPolicyLimit
		case principal.IsFunction():
			size.Got += reserve
			size.Limit = InlinePolicyLimit
		}
		sizes = append(sizes, size)
	}
	return sizes
}

// sizeFaults reports the policies that AWS would refuse for their length.
func sizeFaults(rules []Rule) error {
	var faults []error
	for _, size := range Sizes(rules) {
		if size.Got > size.Limit {
			faults = append(faults, fmt.Errorf("access policy of %s: got %d bytes, want at most %d; take areas away or join them",
				size.Principal, size.Got, size.Limit))
		}
	}
	return errors.Join(faults...)
}

// document renders a policy as AWS counts it.
func document(statements []Statement, principal Principal) []byte {
	type object = map[string]any
	rendered := []object{}
	for _, statement := range statements {
		resources := []string{}
		for _, key := range statement.Keys {
			resources = append(resources, longestBucketARN+"/"+key)
		}
		o := object{"Sid": statement.Sid, "Effect": "Allow", "Action": statement.Actions, "Resource": resources}
		if len(statement.Prefixes) > 0 {
			o["Resource"] = longestBucketARN
			o["Condition"] = object{"StringLike": object{"s3:prefix": statement.Prefixes}}
		}
		if principal == CDN {
			const account = "123456789012"
			o["Principal"] = object{"Service": "cloudfront.amazonaws.com"}
			o["Condition"] = object{
				"ArnLike": object{"aws:SourceArn": "arn:" + longestPartition + ":cloudfront::" + account + ":distribution/*"},
			}
		}
		rendered = append(rendered, o)
	}
	// Maps and slices of strings always encode.
	document, _ := json.Marshal(object{"Version": "2012-10-17", "Statement": rendered})
	return document
}
