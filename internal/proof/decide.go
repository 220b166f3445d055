package proof

import (
	"slices"
	"strings"

	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/iam/policy"
)

// transport is how a request reached AWS.
type transport struct{ name, secure, version string }

var (
	tls12     = transport{"TLS 1.2", "true", "1.2"}
	tls11     = transport{"TLS 1.1", "true", "1.1"}
	plainHTTP = transport{name: "plain HTTP", secure: "false"}
)

// decide asks the evaluator.
func decide(s *system.System, who caller, q question, over transport) (iam.Decision, iam.Reasons) {
	context := iam.Context{{Name: "aws:SecureTransport", Value: over.secure}}
	if over.version != "" {
		context = append(context, iam.Key{Name: "s3:TlsVersion", Value: over.version})
	}
	if q.prefix != nil {
		context = append(context, iam.Key{Name: "s3:prefix", Value: *q.prefix})
	}
	policies := iam.Policies{Identity: system.Compiled(who.policies), Session: who.session}
	request := iam.Request{Principal: who.principal, Action: q.action, Resource: q.resource, Context: context}
	if q.resource == s.Bucket.ARN || strings.HasPrefix(q.resource, s.Bucket.ARN+"/") {
		policies.Resource = system.Compiled([]system.Policy{s.Bucket.Policy})
		request.ResourceAccount = s.Account
	}
	return iam.Authorize(request, policies)
}

// findStatement finds a statement by its reference.
func findStatement(s *system.System, who caller, ref iam.Ref) (policy.Statement, bool) {
	for _, p := range append(slices.Clone(who.policies), s.Bucket.Policy) {
		if p.Construct() != ref.Policy {
			continue
		}
		for _, statement := range p.Document.Statements {
			if statement.Index == ref.Index {
				return statement, true
			}
		}
	}
	return policy.Statement{}, false
}

// conditionOn are the values that a statement compares a condition key with.
func conditionOn(statement policy.Statement, key string) []string {
	var values []string
	for _, condition := range statement.Conditions {
		if strings.EqualFold(condition.Key, key) {
			values = append(values, condition.Values...)
		}
	}
	return values
}
