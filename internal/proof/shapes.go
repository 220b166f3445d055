package proof

import (
	"fmt"
	"slices"
	"strings"

	"lightbox.example/lightbox/internal/proof/question"
	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/sandbox/iam/policy"
)

// A shape is what a statement of a policy may be: whom it is about, what it lets them do or keeps
// them from, and under which conditions, word by word. A policy that looks at anything else would
// be decided by what nobody asks about.
type shape struct {
	deny       bool
	everyone   bool
	principals policy.Principals
	actions    []string // nil is any: they are asked about, one by one
	resources  []string // likewise
	conditions []policy.Condition
}

// fits tells whether a statement has the shape. Actions, principals, conditions and their values are
// sets.
func (s shape) fits(statement policy.Statement) bool {
	return statement.Deny == s.deny && !statement.NotPrincipal && !statement.NotAction && !statement.NotResource &&
		statement.Principals.Everyone == s.everyone &&
		sameSet(statement.Principals.AWS, s.principals.AWS) && sameSet(statement.Principals.Service, s.principals.Service) &&
		sameSet(statement.Principals.Federated, s.principals.Federated) && len(statement.Principals.Canonical) == 0 &&
		(s.actions == nil || sameSet(lower(statement.Actions), lower(s.actions))) &&
		(s.resources == nil || sameSet(statement.Resources, s.resources)) &&
		sameSet(conditionTexts(statement.Conditions), conditionTexts(s.conditions))
}

func sameSet(a, b []string) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(slices.Compact(a), slices.Compact(b))
}

func lower(texts []string) []string {
	var all []string
	for _, text := range texts {
		all = append(all, strings.ToLower(text))
	}
	return all
}

// conditionTexts are conditions as texts, alike for those that say the same. The names of operators
// and keys are without regard to case.
func conditionTexts(conditions []policy.Condition) []string {
	var all []string
	for _, c := range conditions {
		values := slices.Clone(c.Values)
		slices.Sort(values)
		all = append(all, fmt.Sprintf("%s %s %q", strings.ToLower(c.Operator), strings.ToLower(c.Key), slices.Compact(values)))
	}
	return all
}

func condition(operator, key string, values ...string) policy.Condition {
	return policy.Condition{Operator: operator, Key: key, Values: values}
}

// trustShapes are what the trust policy of each kind of role is: one statement, for one principal.
func trustShapes(s *system.System) map[string]shape {
	identity := func(method string, actions ...string) shape {
		return shape{
			principals: policy.Principals{Federated: []string{question.IdentityService}}, actions: actions,
			conditions: []policy.Condition{
				condition("StringEquals", question.IdentityService+":aud", s.Pool.ID),
				condition("ForAnyValue:StringLike", question.IdentityService+":amr", method),
			},
		}
	}
	service := func(name string) shape {
		return shape{principals: policy.Principals{Service: []string{name}}, actions: []string{"sts:AssumeRole"}}
	}
	signedIn := identity("authenticated", "sts:AssumeRoleWithWebIdentity", "sts:TagSession")
	return map[string]shape{
		"guest": identity("unauthenticated", "sts:AssumeRoleWithWebIdentity"), "user": signedIn, "member": signedIn,
		"appsync": service("appsync.amazonaws.com"), "lambda": service("lambda.amazonaws.com"), "function": service("lambda.amazonaws.com"),
	}
}

// bucketShapes are what a bucket's policy may say: nobody without TLS 1.2, CloudFront for this
// account, S3's delivery of logs, and the function that empties what may be lost. The site's bucket is for its distribution alone.
func bucketShapes(s *system.System, bucket system.Bucket) []shape {
	never := func(operator, key, value string) shape {
		return shape{
			deny: true, everyone: true, actions: []string{"s3:*"}, resources: []string{bucket.ARN, bucket.ARN + "/*"},
			conditions: []policy.Condition{condition(operator, key, value)},
		}
	}
	shapes := []shape{never("Bool", "aws:SecureTransport", "false"), never("NumericLessThan", "s3:TlsVersion", "1.2")}
	for _, role := range rolesByKind(s) {
		if role.kind == "lambda" {
			shapes = append(shapes, shape{
				principals: policy.Principals{AWS: []string{role.ARN}},
				actions:    []string{"s3:DeleteObject*", "s3:GetBucket*", "s3:List*", "s3:PutBucketPolicy"},
			})
		}
	}
	if s.Site != nil && bucket.At == s.Site.Bucket.At {
		return append(shapes, shape{
			principals: policy.Principals{Service: []string{"cloudfront.amazonaws.com"}}, actions: []string{"s3:GetObject"}, resources: []string{bucket.ARN + "/*"},
			conditions: []policy.Condition{condition("StringEquals", "aws:SourceArn", fmt.Sprintf("arn:%s:cloudfront::%s:distribution/%s", s.Partition, s.Account, s.Site.ID))},
		})
	}
	if bucket.At != s.Files().At {
		return append(shapes, shape{
			principals: policy.Principals{Service: []string{"logging.s3.amazonaws.com"}}, actions: []string{"s3:PutObject"},
			conditions: []policy.Condition{
				condition("ArnLike", "aws:SourceArn", s.Files().ARN), condition("StringEquals", "aws:SourceAccount", s.Account),
			},
		})
	}
	return append(shapes, shape{
		principals: policy.Principals{Service: []string{"cloudfront.amazonaws.com"}}, actions: []string{"s3:GetObject"},
		conditions: []policy.Condition{condition("ArnLike", "aws:SourceArn", fmt.Sprintf("arn:%s:cloudfront::%s:distribution/*", s.Partition, s.Account))},
	})
}

// checkShapes holds every statement to the shapes of its kind of policy. What trust has found of a role
// says it better.
func checkShapes(s *system.System, trust []Violation) []Violation {
	found := findings{rule: "patterns"}
	trusts := trustShapes(s)
	for _, role := range rolesByKind(s) {
		statements := role.Trust.Document.Statements
		if slices.ContainsFunc(trust, func(v Violation) bool { return v.At == role.At }) {
			continue
		}
		if want, known := trusts[role.kind]; !known || len(statements) != 1 || !want.fits(statements[0]) {
			found.opens(role.At, "AssumeRolePolicyDocument: got another trust policy than the role's, want it for %s, in one statement without another condition", role.purpose)
		}
	}
	for _, bucket := range s.Buckets() {
		shapes := bucketShapes(s, bucket)
		for _, statement := range bucket.Policy.Document.Statements {
			if !slices.ContainsFunc(shapes, func(one shape) bool { return one.fits(statement) }) {
				found.opens(bucket.Policy.At, "statement %d: got a principal, an effect, a resource or a condition that no statement of such a bucket has", statement.Index)
			}
		}
	}
	for _, role := range s.People() {
		for _, p := range role.Policies {
			for _, statement := range p.Document.Statements {
				if fault := personFault(statement); fault != "" {
					found.opens(p.At, "statement %d: %s", statement.Index, fault)
				}
			}
		}
	}
	return found.all
}

// personFault says what of a statement in a person's policy nobody asks about: people are let do
// things, and conditions are on the prefix of a listing alone.
func personFault(statement policy.Statement) string {
	if statement.Deny || statement.NotAction || statement.NotResource {
		return "got a Deny, a NotAction or a NotResource, want what people may do"
	}
	for _, c := range statement.Conditions {
		plain := c.Operator == "StringLike" || c.Operator == "StringEquals"
		if !plain || !strings.EqualFold(c.Key, "s3:prefix") {
			return fmt.Sprintf("got the condition %s on %s, want StringLike or StringEquals on s3:prefix alone", c.Operator, c.Key)
		}
	}
	return ""
}
