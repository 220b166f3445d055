package iam_test

import (
	"encoding/json"
	"math/rand/v2"
	"testing"

	"lightbox.example/lightbox/sandbox/iam"
)

// random makes policies and requests from one small vocabulary, so that they meet often.
type random struct{ *rand.Rand }

func newRandom(seed uint64) random { return random{rand.New(rand.NewPCG(seed, 1))} }

func pick[T any](r random, list ...T) T { return list[r.IntN(len(list))] }

// some returns one to three of list, as a policy writes them: a string or a list.
func some(r random, list ...string) any {
	n := 1 + r.IntN(3)
	if n == 1 && r.IntN(2) == 0 {
		return pick(r, list...)
	}
	out := make([]string, n)
	for i := range out {
		out[i] = pick(r, list...)
	}
	return out
}

var (
	someActions    = []string{"*", "s3:*", "s3:Get*", "S3:GETOBJECT", "s3:GetObject", "s3:PutObject", "s3:ListBucket", "s3:?utObject", "sqs:*"}
	someResources  = []string{"*", "arn:aws:s3:::*", "arn:aws:s3:::b", "arn:aws:s3:::b/*", "arn:aws:s3:::b/a/*", "arn:aws:s3:::b/a/x", "arn:aws:s3:::b/?/x", "arn:aws:s3:::b/${aws:PrincipalTag/user}/*", "arn:aws:s3:::b/${aws:PrincipalTag/user, 'a'}/x", "arn:aws:s3:::b/${*}/x"}
	somePrincipals = []any{"*", map[string]any{"AWS": "*"}, map[string]any{"AWS": "111122223333"}, map[string]any{"AWS": "arn:aws:iam::111122223333:root"}, map[string]any{"AWS": "arn:aws:iam::111122223333:role/r"}, map[string]any{"AWS": []string{"arn:aws:sts::111122223333:assumed-role/r/s", "444455556666"}}, map[string]any{"Service": "s3.amazonaws.com"}}
	someConditions = []struct {
		key       string
		operators []string
		values    []string
	}{
		{"s3:prefix", []string{"StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase", "StringLikeIfExists", "ForAllValues:StringLike", "ForAnyValue:StringNotEquals"}, []string{"a", "A", "a*", "", "?", "${aws:PrincipalTag/user}", "${t:multi}"}},
		{"t:multi", []string{"StringEquals", "ForAnyValue:StringEquals", "ForAllValues:StringEquals", "ForAllValues:StringNotLike", "ForAnyValue:StringLikeIfExists", "StringNotEquals"}, []string{"a", "b*", "c"}},
		{"t:number", []string{"NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericGreaterThanEqualsIfExists", "ForAllValues:NumericLessThan"}, []string{"1", "1.0", "1.5", "-2"}},
		{"aws:SecureTransport", []string{"Bool", "BoolIfExists", "Null"}, []string{"true", "false"}},
		{"aws:SourceArn", []string{"ArnLike", "ArnEquals", "ArnNotLike", "ArnNotEquals", "ArnLikeIfExists"}, []string{"arn:aws:s3:::b", "arn:aws:s3:::*", "arn:aws:s3:::?"}},
	}
)

func (r random) statement(kind iam.Kind, effect string) map[string]any {
	s := map[string]any{
		"Effect": effect,
		pick(r, "Action", "Action", "Action", "NotAction"):         some(r, someActions...),
		pick(r, "Resource", "Resource", "Resource", "NotResource"): some(r, someResources...),
	}
	if kind == iam.Resource {
		name := "Principal"
		if effect == "Deny" {
			name = pick(r, "Principal", "Principal", "NotPrincipal")
		}
		s[name] = pick(r, somePrincipals...)
	}
	conditions := map[string]any{}
	for range r.IntN(3) {
		c := pick(r, someConditions...)
		conditions[pick(r, c.operators...)] = map[string]any{c.key: some(r, c.values...)}
	}
	if len(conditions) > 0 {
		s["Condition"] = conditions
	}
	return s
}

func (r random) statements(kind iam.Kind) []map[string]any {
	var out []map[string]any
	for range 1 + r.IntN(4) {
		out = append(out, r.statement(kind, pick(r, "Allow", "Allow", "Deny")))
	}
	return out
}

func document(t testing.TB, statements []map[string]any) string {
	t.Helper()
	data, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": statements})
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func (r random) principal() iam.Principal {
	session := iam.RoleSession{Role: "arn:aws:iam::111122223333:role/r", Name: "s"}
	if r.IntN(3) > 0 {
		session.Tags = []iam.Tag{{Key: "user", Value: pick(r, "a", "*", "?", "", "${*}", "b")}}
	}
	return pick[iam.Principal](r, iam.Anonymous{}, session, session, session, iam.Service{Name: "s3.amazonaws.com", SourceARN: "arn:aws:s3:::b"},
		iam.RoleSession{Role: "arn:aws:iam::444455556666:role/q", Name: "s"})
}

func (r random) request() iam.Request {
	request := iam.Request{
		Principal:       r.principal(),
		Action:          pick(r, "s3:GetObject", "s3:PutObject", "s3:ListBucket", "sqs:SendMessage"),
		Resource:        pick(r, "*", "arn:aws:s3:::b", "arn:aws:s3:::b/a/x", "arn:aws:s3:::b/*/x", "arn:aws:s3:::b/b/x", "arn:aws:s3:::b//x", "arn:aws:s3:::c"),
		ResourceAccount: pick(r, "", "111122223333"),
	}
	for _, k := range []iam.Key{
		{Name: "s3:prefix", Value: pick(r, "a", "A", "ab", "", "*")},
		{Name: "t:multi", Values: pick(r, []string{"a"}, []string{"a", "b1"}, []string{}, []string{""}, []string{"x", "c"})},
		{Name: "t:number", Value: pick(r, "1", "1.50", "-3", "x")},
		{Name: "aws:SecureTransport", Value: pick(r, "true", "false")},
		{Name: "aws:SourceArn", Value: pick(r, "arn:aws:s3:::b", "arn:aws:s3:::bb", "b")},
	} {
		if r.IntN(2) == 0 {
			request.Context = append(request.Context, k)
		}
	}
	return request
}
