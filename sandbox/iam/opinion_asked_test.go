package iam_test

import (
	"slices"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/prooftest"
	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/sandbox/iam"
)

// opinionConditions are of keys that S3's actions bring: the package knows which do.
var opinionConditions = []struct {
	key       string
	operators []string
	values    []string
}{
	{"s3:prefix", []string{"StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase", "StringLikeIfExists", "Null"}, []string{"a", "A", "a*", "?", "", "${aws:PrincipalTag/user}"}},
	{"aws:TagKeys", []string{"ForAnyValue:StringEquals", "ForAllValues:StringEquals", "ForAllValues:StringNotLike", "ForAnyValue:StringLikeIfExists", "ForAllValues:StringLikeIfExists", "ForAnyValue:StringNotEquals", "StringEquals", "StringNotLike", "Null"}, []string{"a", "b*", "c"}},
	{"s3:TlsVersion", []string{"NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericGreaterThanEqualsIfExists"}, []string{"1.2", "1.3", "1"}},
	{"aws:SecureTransport", []string{"Bool", "BoolIfExists", "Null"}, []string{"true", "false"}},
	{"aws:SourceArn", []string{"ArnLike", "ArnEquals", "ArnNotLike", "ArnNotEquals", "ArnLikeIfExists"}, []string{"arn:aws:s3:::b", "arn:aws:s3:::*", "arn:aws:*:*:*:b", "arn:aws:s?:::b"}},
	{"aws:SourceIp", []string{"IpAddress", "NotIpAddress", "IpAddressIfExists"}, []string{"203.0.113.0/24", "198.51.100.7/32", "2001:db8::/32"}},
	{"aws:CurrentTime", []string{"DateLessThan", "DateGreaterThanEquals", "DateEquals"}, []string{"2026-01-31T00:00:00Z", "2030-01-01T00:00:00Z"}},
	{"aws:PrincipalTag/user", []string{"StringEquals", "StringNotEqualsIgnoreCase", "StringLikeIfExists", "Null"}, []string{"a", "b", "*"}},
	{"aws:PrincipalArn", []string{"ArnLike", "ArnNotEquals", "StringLike"}, []string{"arn:aws:iam::111122223333:role/r", "arn:aws:iam::*:role/*"}},
}

var (
	opinionActions    = []string{"*", "s3:*", "s3:Get*", "S3:GETOBJECT", "s3:GetObject", "s3:PutObject", "s3:ListBucket", "s3:?utObject", "sqs:*"}
	opinionResources  = []string{"*", "arn:aws:s3:::*", "arn:aws:s3:::b", "arn:aws:s3:::b/*", "arn:aws:s3:::b/a/*", "arn:aws:s3:::b/a/x", "arn:aws:s3:::b/?/x", "arn:aws:s3:::b/${aws:PrincipalTag/user}/*", "arn:aws:s3:::b/${aws:PrincipalTag/user, 'a'}/x"}
	opinionPrincipals = []any{"*", map[string]any{"AWS": "*"}, map[string]any{"AWS": "111122223333"}, map[string]any{"AWS": "arn:aws:iam::111122223333:root"}, map[string]any{"AWS": "arn:aws:iam::111122223333:role/r"}, map[string]any{"AWS": []any{"arn:aws:sts::111122223333:assumed-role/r/s", "444455556666"}}, map[string]any{"Service": "cloudfront.amazonaws.com"}}
)

func (r random) opinionStatement(kind iam.Kind) any {
	effect := pick(r, "Allow", "Allow", "Deny")
	s := map[string]any{
		"Effect": effect,
		pick(r, "Action", "Action", "Action", "NotAction"):         some(r, opinionActions...),
		pick(r, "Resource", "Resource", "Resource", "NotResource"): some(r, opinionResources...),
	}
	if kind == iam.Resource {
		name := "Principal"
		if effect == "Deny" {
			name = pick(r, "Principal", "Principal", "NotPrincipal")
		}
		s[name] = pick(r, opinionPrincipals...)
	}
	conditions := map[string]any{}
	for range r.IntN(3) {
		c := pick(r, opinionConditions...)
		operator, values := pick(r, c.operators...), some(r, c.values...)
		if operator == "Null" {
			values = pick(r, "true", "false")
		}
		conditions[operator] = map[string]any{c.key: values}
	}
	if len(conditions) > 0 {
		s["Condition"] = conditions
	}
	return s
}

func (r random) opinionDocument(kind iam.Kind) any {
	var statements []any
	for range 1 + r.IntN(4) {
		statements = append(statements, r.opinionStatement(kind))
	}
	return map[string]any{"Version": "2012-10-17", "Statement": statements}
}

// randomAsked are random requests to random policies. A key has values of its type, as AWS gives it.
func randomAsked(count int) []asked {
	r := newRandom(6)
	var all []asked
	for range count {
		a := asked{restrict: r.IntN(4) == 0}
		if r.IntN(5) > 0 {
			a.resource = r.opinionDocument(iam.Resource)
		}
		a.request = iam.Request{Principal: r.opinionPrincipal(), Action: pick(r, "s3:GetObject", "s3:PutObject", "s3:ListBucket"), ResourceAccount: account, Context: r.opinionContext()}
		if _, isSession := a.request.Principal.(iam.RoleSession); isSession {
			a.identity = []any{r.opinionDocument(iam.Identity)}
			if r.IntN(3) == 0 {
				a.session = []any{r.opinionDocument(iam.Session)}
			}
		}
		if a.request.Resource = pick(r, "arn:aws:s3:::b/a/x", "arn:aws:s3:::b/b/x", "arn:aws:s3:::b//x", "arn:aws:s3:::c/x"); a.request.Action == "s3:ListBucket" {
			a.request.Resource = pick(r, "arn:aws:s3:::b", "arn:aws:s3:::c")
			if r.IntN(2) == 0 {
				a.request.Context = append(a.request.Context, iam.Key{Name: "s3:prefix", Value: pick(r, "a", "A", "ab", "", "*")})
			}
		}
		all = append(all, a)
	}
	return all
}

func (r random) opinionPrincipal() iam.Principal {
	session := iam.RoleSession{Role: "arn:aws:iam::111122223333:role/r", Name: "s"}
	if r.IntN(3) > 0 {
		session.Tags = []iam.Tag{{Key: "user", Value: pick(r, "a", "*", "?", "", "${*}", "b")}}
	}
	return pick[iam.Principal](r, iam.Anonymous{}, session, session, session,
		iam.Service{Name: "cloudfront.amazonaws.com", SourceARN: "arn:aws:s3:::b"}, iam.RoleSession{Role: "arn:aws:iam::444455556666:role/q", Name: "s"})
}

func (r random) opinionContext() iam.Context {
	var context iam.Context
	for _, k := range []iam.Key{
		{Name: "aws:TagKeys", Values: pick(r, []string{"a"}, []string{"a", "b1"}, []string{"x", "c"}, []string{}, []string{""})},
		{Name: "s3:TlsVersion", Value: pick(r, "1.2", "1.20", "1.3")},
		{Name: "aws:SecureTransport", Value: pick(r, "true", "false")},
		{Name: "aws:SourceArn", Value: pick(r, "arn:aws:s3:::b", "arn:aws:s3:::bb")},
		{Name: "aws:SourceIp", Value: pick(r, "203.0.113.9", "198.51.100.7", "2001:db8::1")},
		{Name: "aws:CurrentTime", Value: pick(r, "2026-01-31T00:00:00Z", "2026-06-01T00:00:00Z", "2031-01-01T00:00:00Z")},
	} {
		if r.IntN(2) == 0 {
			context = append(context, k)
		}
	}
	return context
}

// shippedSessions are the session policies under which what ships is asked for: none, as wide as Cognito's for guests,
// and narrower.
var shippedSessions = [][]any{
	nil,
	{map[string]any{"Version": "2012-10-17", "Statement": []any{map[string]any{"Effect": "Allow", "Action": []any{"s3:*", "appsync:*"}, "Resource": "*"}}}},
	{map[string]any{"Version": "2012-10-17", "Statement": []any{map[string]any{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::*/public/*"}}}},
}

// shippedAsked are requests to what ships, of each environment: by who has a role, under each session policy, by anybody
// and by CloudFront.
func shippedAsked(t *testing.T) []asked {
	t.Helper()
	var all []asked
	for _, env := range prooftest.Environments {
		s := prooftest.Shipped(t, env)
		roles := []system.Role{s.Guest, s.User}
		for _, group := range s.Groups {
			roles = append(roles, group.Role)
		}
		for _, role := range roles {
			a := asked{resource: documentOf(s, s.Bucket.Policy), restrict: true}
			for _, policy := range role.Policies {
				a.identity = append(a.identity, documentOf(s, policy))
			}
			a.request.ResourceAccount = strings.Split(role.ARN, ":")[4]
			a.request.Principal = iam.RoleSession{
				Role: role.ARN, Name: "CognitoIdentityCredentials", Tags: []iam.Tag{{Key: "user", Value: "me"}},
				Identity: iam.WebIdentity{Provider: "cognito-identity.amazonaws.com", Subject: "us-east-1:me"},
			}
			for _, a.session = range shippedSessions {
				all = append(all, a.everywhere(s)...)
			}
		}
		for _, principal := range []iam.Principal{
			iam.Anonymous{},
			iam.Service{Name: "cloudfront.amazonaws.com", SourceARN: "arn:aws:cloudfront::" + strings.Split(s.Guest.ARN, ":")[4] + ":distribution/E"},
			iam.Service{Name: "cloudfront.amazonaws.com", SourceARN: "arn:aws:cloudfront::999999999999:distribution/E"},
		} {
			a := asked{resource: documentOf(s, s.Bucket.Policy), restrict: true}
			a.request.Principal, a.request.ResourceAccount = principal, strings.Split(s.Guest.ARN, ":")[4]
			all = append(all, a.everywhere(s)...)
		}
	}
	return all
}

// documentOf is a policy as its template has it, resolved.
func documentOf(s *system.System, policy system.Policy) any {
	for at, one := range s.Documents {
		if one.Compiled != policy.Compiled {
			continue
		}
		for _, resource := range s.Resources {
			if resource.Stack == at.Stack && resource.LogicalID == at.LogicalID {
				return system.Lookup(resource.Properties, at.Path)
			}
		}
	}
	return nil
}

// everywhere is the request for each action on one's own and another's files of each area, on a file beside them, and for
// each field of the API.
func (a asked) everywhere(s *system.System) []asked {
	var all []asked
	secure := iam.Context{{Name: "aws:SecureTransport", Value: "true"}, {Name: "s3:TlsVersion", Value: "1.3"}}
	ask := func(action, resource string, context iam.Context) {
		a.request.Action, a.request.Resource, a.request.Context = action, resource, context
		all = append(all, a)
	}
	keys := []string{"x.png"}
	for _, rule := range access.Rules() {
		for _, owner := range []string{"me", "somebody"} {
			keys = append(keys, strings.NewReplacer("{user}", owner, "{identity}", "us-east-1:"+owner).Replace(rule.Area)+"x.png")
		}
	}
	for _, key := range keys {
		for _, action := range []string{"s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:GetObjectVersion"} {
			ask(action, s.Bucket.ARN+"/"+key, secure)
		}
		ask("s3:ListBucket", s.Bucket.ARN, append(slices.Clone(secure), iam.Key{Name: "s3:prefix", Value: key[:strings.LastIndexByte(key, '/')+1]}))
		ask("s3:GetObject", s.Bucket.ARN+"/"+key, iam.Context{{Name: "aws:SecureTransport", Value: "false"}})
		ask("s3:GetObject", s.Bucket.ARN+"/"+key, iam.Context{{Name: "aws:SecureTransport", Value: "true"}, {Name: "s3:TlsVersion", Value: "1.1"}})
	}
	if a.resource = nil; a.identity != nil {
		for _, field := range access.Fields() {
			ask("appsync:GraphQL", s.API.ARN+"/types/"+field.Type+"/fields/"+field.Name, nil)
		}
	}
	return all
}
