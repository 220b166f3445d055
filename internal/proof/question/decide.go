package question

import (
	"reflect"
	"slices"
	"strings"

	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/iam/policy"
)

// Transport is how a request reached AWS.
type Transport struct{ Name, secure, version string }

// The transports that are asked by. The bucket refuses all but the first.
var (
	TLS12     = Transport{"TLS 1.2", "true", "1.2"}
	TLS11     = Transport{"TLS 1.1", "true", "1.1"}
	PlainHTTP = Transport{Name: "plain HTTP", secure: "false"}
)

// Decide asks the evaluator whether a caller may do something: by their own policies, and about the files by the bucket's too.
func Decide(s *system.System, who Caller, q Question, over Transport) (iam.Decision, iam.Reasons) {
	context := iam.Context{{Name: "aws:SecureTransport", Value: over.secure}}
	if over.version != "" {
		context = append(context, iam.Key{Name: "s3:TlsVersion", Value: over.version})
	}
	if q.Prefix != nil {
		context = append(context, iam.Key{Name: "s3:prefix", Value: *q.Prefix})
	}
	policies := iam.Policies{Identity: system.Compiled(who.Policies), Session: who.Session}
	request := iam.Request{Principal: who.principal, Action: q.Action, Resource: q.Resource, Context: context}
	if q.Resource == s.Bucket.ARN || strings.HasPrefix(q.Resource, s.Bucket.ARN+"/") {
		policies.Resource = system.Compiled([]system.Policy{s.Bucket.Policy})
		request.ResourceAccount = s.Account
	}
	return iam.Authorize(request, policies)
}

// DecidedAlike says that a caller before and one after are answered the same to any question that names nothing that was renamed:
// all that Decide reads of them, and of their systems, is the same.
func DecidedAlike(before, after *system.System, was, is Caller) bool {
	type read struct {
		principal         iam.Principal
		identity, session []*iam.Policy
		bucket, account   string
		policy            *iam.Policy
	}
	of := func(s *system.System, who Caller) read {
		return read{who.principal, system.Compiled(who.Policies), who.Session, s.Bucket.ARN, s.Account, s.Bucket.Policy.Compiled}
	}
	return reflect.DeepEqual(of(before, was), of(after, is))
}

// FindStatement finds a statement of a caller's policies or of the bucket's by its reference; false where it is in none.
func FindStatement(s *system.System, who Caller, ref iam.Ref) (policy.Statement, bool) {
	for _, p := range append(slices.Clone(who.Policies), s.Bucket.Policy) {
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

// ConditionValues are the values that a statement compares a condition key with.
func ConditionValues(statement policy.Statement, key string) []string {
	var values []string
	for _, condition := range statement.Conditions {
		if strings.EqualFold(condition.Key, key) {
			values = append(values, condition.Values...)
		}
	}
	return values
}
