package iam_test

import (
	"slices"
	"strings"
	"testing"

	"lightbox.example/lightbox/sandbox/iam"
)

func identityPolicies(t *testing.T, documents ...string) []*iam.Policy {
	t.Helper()
	var out []*iam.Policy
	for _, d := range documents {
		if !strings.HasPrefix(d, "{\"Version") {
			d = `{"Version":"2012-10-17","Statement":` + d + `}`
		}
		out = append(out, mustParse(t, iam.Identity, "I", d))
	}
	return out
}

// sameRules tells whether two sets of policies have one canonical form.
func sameRules(a, b []*iam.Policy) bool {
	return slices.EqualFunc(iam.Normalize(a...), iam.Normalize(b...), func(x, y iam.Rule) bool { return x.String() == y.String() })
}

func TestNormalize_forgetsHowAPolicyIsWritten(t *testing.T) {
	tests := []struct {
		name string
		a, b []string
	}{
		{"statements in one or in two",
			[]string{`[{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":["arn:aws:s3:::b/x","arn:aws:s3:::b/y"]}]`},
			[]string{`[{"Effect":"Allow","Action":"s3:PutObject","Resource":["arn:aws:s3:::b/y","arn:aws:s3:::b/x"]},{"Effect":"Allow","Action":"s3:GetObject","Resource":["arn:aws:s3:::b/x","arn:aws:s3:::b/y"]}]`}},
		{"statements in one or in two policies",
			[]string{`[{"Effect":"Allow","Action":"s3:*","Resource":"*"},{"Effect":"Deny","Action":"s3:Put*","Resource":"*"}]`},
			[]string{`{"Effect":"Deny","Action":"s3:Put*","Resource":"*"}`, `{"Effect":"Allow","Action":"s3:*","Resource":"*"}`}},
		{"the Sid", []string{`{"Sid":"a","Effect":"Allow","Action":"s3:*","Resource":"*"}`}, []string{`{"Sid":"b","Effect":"Allow","Action":"s3:*","Resource":"*"}`}},
		{"the Version, where there is no variable",
			[]string{`{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b/*"}`},
			[]string{`{"Version":"2008-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b/*"}}`}},
		{"the case of actions and keys",
			[]string{`{"Effect":"Allow","Action":"S3:getobject","Resource":"*","Condition":{"Bool":{"AWS:securetransport":"true"}}}`},
			[]string{`{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":true}}}`}},
		{"an action beside its wildcard", []string{`{"Effect":"Allow","Action":["s3:Get*","s3:GetObject"],"Resource":"*"}`}, []string{`{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}`}},
		{"a resource beside its wildcard",
			[]string{`{"Effect":"Allow","Action":"s3:*","Resource":["arn:aws:s3:::b/*","arn:aws:s3:::b/${aws:PrincipalTag/u}/*"]}`},
			[]string{`{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b/*"}`}},
		{"a rule under a condition beside the same without",
			[]string{`[{"Effect":"Allow","Action":"s3:*","Resource":"*"},{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"Null":{"t:k":"true"}}}]`},
			[]string{`{"Effect":"Allow","Action":"s3:*","Resource":"*"}`}},
		{"an allowance that is denied",
			[]string{`[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/x"},{"Effect":"Deny","Action":"s3:Get*","Resource":"arn:aws:s3:::b/*"}]`},
			[]string{`{"Effect":"Deny","Action":"s3:Get*","Resource":"arn:aws:s3:::b/*"}`}},
		{"NotAction with a pattern too many",
			[]string{`{"Effect":"Allow","NotAction":["s3:Get*","s3:GetObject","sqs:*"],"Resource":"*"}`},
			[]string{`{"Effect":"Allow","NotAction":["sqs:*","s3:get*"],"Resource":"*"}`}},
		{"NotAction beside a wider one",
			[]string{`[{"Effect":"Allow","NotAction":["s3:Get*","sqs:*"],"Resource":"*"},{"Effect":"Allow","NotAction":"s3:GetObject","Resource":"*"}]`},
			[]string{`{"Effect":"Allow","NotAction":"s3:GetObject","Resource":"*"}`}},
		{"NotResource beside a wider one",
			[]string{`[{"Effect":"Deny","Action":"*","NotResource":["arn:aws:s3:::b/*","arn:aws:s3:::c"]},{"Effect":"Deny","Action":"*","NotResource":"arn:aws:s3:::b/x"}]`},
			[]string{`{"Effect":"Deny","Action":"*","NotResource":"arn:aws:s3:::b/x"}`}},
		{"ArnEquals and ArnLike",
			[]string{`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"ArnEquals":{"aws:SourceArn":"arn:aws:s3:::b*"},"ArnNotEquals":{"t:k":"arn:aws:s3:::c"}}}`},
			[]string{`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"ArnNotLike":{"t:k":"arn:aws:s3:::c"},"ArnLike":{"aws:SourceArn":"arn:aws:s3:::b*"}}}`}},
		{"StringLike without a wildcard",
			[]string{`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringLike":{"t:k":["b","a${*}"]}}}`},
			[]string{`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"t:k":["a*","b","b"]}}}`}},
		{"condition values beside a wildcard",
			[]string{`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringLike":{"s3:prefix":["a/","a/*"]}}}`},
			[]string{`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringLike":{"s3:prefix":"a/**"}}}`}},
		{"numbers",
			[]string{`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"NumericLessThan":{"s3:TlsVersion":1.20,"t:n":["-0","01"]}}}`},
			[]string{`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"NumericLessThan":{"t:n":[1,"0.0"],"s3:TlsVersion":["1.2"]}}}`}},
		{"dates and networks",
			[]string{`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"DateLessThan":{"aws:CurrentTime":"2020-01-01T02:00:00+02:00"},"IpAddress":{"aws:SourceIp":"1.2.3.4"}}}`},
			[]string{`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"DateLessThan":{"aws:CurrentTime":"1577836800"},"IpAddress":{"aws:SourceIp":["1.2.3.4/32","1.2.3.4"]}}}`}},
		{"IfExists where an absent key holds anyway",
			[]string{`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringNotEqualsIfExists":{"t:k":"a"},"ForAllValues:StringEqualsIfExists":{"t:l":"a"}}}`},
			[]string{`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringNotEquals":{"t:k":"a"},"ForAllValues:StringEquals":{"t:l":"a"}}}`}},
		{"a condition that always holds",
			[]string{`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Null":{"t:k":["true","false"]}}}`},
			[]string{`{"Effect":"Allow","Action":"*","Resource":"*"}`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a, b := identityPolicies(t, test.a...), identityPolicies(t, test.b...)
			if !sameRules(a, b) || !sameRules(b, a) {
				t.Errorf("got different rules:\n%s\n\n%s", lines(iam.Normalize(a...)), lines(iam.Normalize(b...)))
			}
		})
	}
}

func TestNormalize_tellsPoliciesApart(t *testing.T) {
	base := `{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/${aws:PrincipalTag/u}/*","Condition":{"StringLike":{"s3:prefix":["a/*"]},"Bool":{"aws:SecureTransport":"true"}}}`
	tests := []struct{ name, old, new string }{
		{"the effect", `"Allow"`, `"Deny"`},
		{"a wider action", `s3:GetObject`, `s3:Get*`},
		{"one action more", `"s3:GetObject"`, `["s3:GetObject","s3:PutObject"]`},
		{"NotAction", `"Action"`, `"NotAction"`},
		{"NotResource", `"Resource"`, `"NotResource"`},
		{"a wildcard for the variable", `${aws:PrincipalTag/u}`, `*`},
		{"another variable", `${aws:PrincipalTag/u}`, `${aws:PrincipalTag/v}`},
		{"a default", `${aws:PrincipalTag/u}`, `${aws:PrincipalTag/u, 'x'}`},
		{"a shorter resource", `/${aws:PrincipalTag/u}/*`, `/*`},
		{"no slash", `}/*`, `}*`},
		{"the case of the key", `:::b/`, `:::B/`},
		{"one condition less", `"StringLike":{"s3:prefix":["a/*"]},`, ``},
		{"a negated condition", `"StringLike"`, `"StringNotLike"`},
		{"IfExists", `"StringLike"`, `"StringLikeIfExists"`},
		{"a set operator", `"StringLike"`, `"ForAllValues:StringLike"`},
		{"another set operator", `"StringLike"`, `"ForAnyValue:StringLike"`},
		{"equals for like", `"StringLike"`, `"StringEquals"`},
		{"another key", `s3:prefix`, `s3:delimiter`},
		{"a wider value", `["a/*"]`, `["a*"]`},
		{"one value more", `["a/*"]`, `["a/*","b/*"]`},
		{"the other truth", `"true"`, `"false"`},
	}
	for _, test := range tests {
		changed := strings.Replace(base, test.old, test.new, 1)
		if changed == base {
			t.Fatalf("%s: nothing changed", test.name)
		}
		if sameRules(identityPolicies(t, base), identityPolicies(t, changed)) {
			t.Errorf("%s: got equal", test.name)
		}
	}
	silent := `{"Effect":"Allow","Action":"s3:*","NotResource":["arn:aws:s3:::b/*","arn:aws:s3:::b/${aws:PrincipalTag/u}/x"]}`
	loud := `{"Effect":"Allow","Action":"s3:*","NotResource":"arn:aws:s3:::b/*"}`
	if sameRules(identityPolicies(t, silent), identityPolicies(t, loud)) {
		t.Error("a variable in a NotResource: got equal")
	}
	if sameRules(identityPolicies(t, silent), identityPolicies(t, silent, strings.Replace(silent, "b/*", "b/y", 1))) {
		t.Error("a NotResource with a variable beside a narrower one: got equal")
	}
	if sameRules(identityPolicies(t, base), nil) || !sameRules(identityPolicies(t, base), identityPolicies(t, base, base)) {
		t.Error("the control failed")
	}
}

func TestNormalize_readsPrincipals(t *testing.T) {
	of := func(principal string) []*iam.Policy {
		return []*iam.Policy{mustParse(t, iam.Trust, "T", `{"Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":`+principal+`}}`)}
	}
	for _, pair := range [][2]string{
		{`"*"`, `{"AWS":"*"}`},
		{`{"AWS":"111122223333"}`, `{"AWS":["arn:aws:iam::111122223333:root"]}`},
		{`"*"`, `{"AWS":["111122223333","*"],"Service":"s3.amazonaws.com"}`},
		{`{"Service":["a.amazonaws.com","b.amazonaws.com"]}`, `{"Service":["b.amazonaws.com","a.amazonaws.com"]}`},
	} {
		if !sameRules(of(pair[0]), of(pair[1])) {
			t.Errorf("%s and %s: got different rules", pair[0], pair[1])
		}
	}
	for _, pair := range [][2]string{
		{`"*"`, `{"AWS":"111122223333"}`},
		{`{"AWS":"111122223333"}`, `{"AWS":"444455556666"}`},
		{`{"AWS":"111122223333"}`, `{"AWS":"arn:aws:iam::111122223333:role/r"}`},
		{`{"Service":"cognito-identity.amazonaws.com"}`, `{"Federated":"cognito-identity.amazonaws.com"}`},
		{`{"Service":"a.amazonaws.com"}`, `{"Service":["a.amazonaws.com","b.amazonaws.com"]}`},
	} {
		if sameRules(of(pair[0]), of(pair[1])) {
			t.Errorf("%s and %s: got equal rules", pair[0], pair[1])
		}
	}
}

func TestNormalize_keepsWhatMakesAPolicyPublic(t *testing.T) {
	denied := `{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}`
	granted := `{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/x"}`
	a := mustParse(t, iam.Resource, "R", `{"Statement":[`+denied+`]}`)
	b := mustParse(t, iam.Resource, "R", `{"Statement":[`+denied+`,`+granted+`]}`)
	if sameRules([]*iam.Policy{a}, []*iam.Policy{b}) {
		t.Error("got equal, but only one of them is public")
	}
}

func TestNormalize_writesRulesAsSentences(t *testing.T) {
	p := mustParse(t, iam.Resource, "R", `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Principal":{"Service":"cloudfront.amazonaws.com","AWS":"arn:aws:iam::111122223333:root"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*",
			"Condition":{"StringEquals":{"aws:SourceAccount":"111122223333"},"ForAnyValue:StringNotLike":{"t:k":["b*","a"]}}},
		{"Effect":"Deny","NotPrincipal":{"AWS":"111122223333"},"NotAction":["s3:Get*","s3:List*"],"NotResource":["arn:aws:s3:::c","arn:aws:s3:::b"]}]}`)
	want := `allow s3:getobject on arn:aws:s3:::b/* for 111122223333 when ForAnyValue:StringNotLike t:k ["a", "b*"] and StringEquals aws:sourceaccount ["111122223333"]
allow s3:getobject on arn:aws:s3:::b/* for service cloudfront.amazonaws.com when ForAnyValue:StringNotLike t:k ["a", "b*"] and StringEquals aws:sourceaccount ["111122223333"]
deny not s3:get*, s3:list* on not arn:aws:s3:::b, arn:aws:s3:::c for not 111122223333`
	if got := lines(iam.Normalize(p)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func lines(rules []iam.Rule) string {
	var out []string
	for _, r := range rules {
		out = append(out, r.String())
	}
	return strings.Join(out, "\n")
}

// TestProperty_equalPoliciesDecideAlike changes random policies at random, and where the canonical form stays the same
// asks them the same.
func TestProperty_equalPoliciesDecideAlike(t *testing.T) {
	r := newRandom(6)
	equal, different := 0, 0
	for range 2 * propertyPolicies {
		kind := pick(r, iam.Identity, iam.Resource)
		before := r.statements(kind)
		after := r.change(kind, before)
		a := []*iam.Policy{mustParse(t, kind, "A", document(t, before))}
		b := []*iam.Policy{mustParse(t, kind, "B", document(t, after))}
		if !sameRules(a, b) {
			different++
			continue
		}
		equal++
		for range 2 * propertyRequests {
			request := r.request()
			pa, pb := iam.Policies{Identity: a}, iam.Policies{Identity: b}
			if kind == iam.Resource {
				restrict := r.IntN(2) == 0
				pa, pb = iam.Policies{Resource: a, RestrictPublic: restrict}, iam.Policies{Resource: b, RestrictPublic: restrict}
			}
			was, why := iam.Authorize(request, pa)
			is, because := iam.Authorize(request, pb)
			if was != is {
				t.Fatalf("equal, but %s\nand %s\n%s\n%s\n%s", why, because, document(t, before), document(t, after), lines(iam.Normalize(a...)))
			}
		}
	}
	if equal < propertyPolicies/10 || different < propertyPolicies/10 {
		t.Errorf("got %d equal and %d different pairs: too few of one", equal, different)
	}
}

// change returns statements that may or may not say the same.
func (r random) change(kind iam.Kind, statements []map[string]any) []map[string]any {
	out := slices.Clone(statements)
	switch r.IntN(4) {
	case 0:
		r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	case 1:
		out = append(out, r.statement(kind, pick(r, "Allow", "Deny")))
	case 2:
		if len(out) > 1 {
			out = slices.Delete(out, 0, 1)
		}
	default:
		i := r.IntN(len(out))
		out[i] = r.statement(kind, out[i]["Effect"].(string))
	}
	return out
}
