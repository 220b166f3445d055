package iam_test

import (
	"strconv"
	"strings"
	"testing"

	"lightbox.example/lightbox/sandbox/iam"
)

func TestReasons_nameTheStatementsThatDecide(t *testing.T) {
	p := newShipped(t)
	user := signedIn("user", "me")
	tests := []struct {
		name     string
		request  iam.Request
		policies iam.Policies
		want     string
	}{
		{"an allow", iam.Request{Action: "s3:GetObject", Resource: bucket + "/private/us-east-1:me/x", Context: overTLS()}, p.user,
			"statement 3 (Own) of FileStorage/UserAccess"},
		{"an explicit deny", iam.Request{Action: "s3:GetObject", Resource: bucket + "/x", Context: iam.Context{{Name: "aws:SecureTransport", Value: "false"}}}, p.user,
			"statement 1 (TLS) of FileStorage/Bucket"},
		{"an allow in a session", iam.Request{Action: "s3:GetObject", Resource: bucket + "/public/products/x", Context: overTLS()}, p.guest,
			"statement 1 of FileStorage/GuestAccess, statement 1 of Cognito's inline session policy"},
		{"nothing", iam.Request{Action: "s3:DeleteBucket", Resource: bucket, Context: overTLS()}, p.user, ""},
	}
	for _, test := range tests {
		test.request.Principal = user
		_, reasons := iam.Authorize(test.request, test.policies)
		var got []string
		for _, ref := range reasons.Deciding() {
			got = append(got, ref.String())
		}
		if strings.Join(got, ", ") != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}

func TestReasons_sayWhatFailedInWhatCameClose(t *testing.T) {
	p := newShipped(t)
	tests := []struct {
		name    string
		request iam.Request
		near    string // the statements
		why     []string
	}{
		{"a condition on the prefix",
			iam.Request{Principal: signedIn("user", "me"), Action: "s3:ListBucket", Resource: bucket, Context: overTLS(iam.Key{Name: "s3:prefix", Value: "private/"})},
			"5", []string{`StringLike s3:prefix [`, `"private/${cognito-identity.amazonaws.com:sub}/*"`, `the request has "private/"`}},
		{"a key that is not there",
			iam.Request{Principal: signedIn("user", "me"), Action: "s3:ListBucket", Resource: bucket, Context: overTLS()},
			"5", []string{"s3:prefix", "the request has none"}},
		{"a resource",
			iam.Request{Principal: signedIn("user", "me"), Action: "s3:PutObject", Resource: bucket + "/drafts/x", Context: overTLS()},
			"2 3", []string{bucket + "/drafts/x is none of arn:aws:s3:::b/uploads/${aws:PrincipalTag/user}/*"}},
		{"a variable without a value",
			iam.Request{Principal: iam.RoleSession{Role: "arn:aws:iam::111122223333:role/user"}, Action: "s3:PutObject", Resource: bucket + "/uploads/x/y", Context: overTLS()},
			"2 3", []string{"the request has no ${aws:PrincipalTag/user}"}},
		{"nothing close",
			iam.Request{Principal: signedIn("user", "me"), Action: "s3:PutBucketPolicy", Resource: bucket, Context: overTLS()},
			"", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, reasons := iam.Authorize(test.request, p.user)
			if got != iam.Deny {
				t.Fatalf("got %s", reasons)
			}
			var near, text []string
			for _, v := range reasons.Close() {
				near = append(near, strconv.Itoa(v.Index))
				text = append(text, v.Why)
			}
			if strings.Join(near, " ") != test.near {
				t.Errorf("close: got %v, want %s", near, test.near)
			}
			for _, want := range test.why {
				if !strings.Contains(strings.Join(text, "\n"), want) || !strings.Contains(reasons.String(), want) {
					t.Errorf("got %q in %q, want %q", text, reasons, want)
				}
			}
		})
	}
}

func TestVerdicts_coverEveryStatement(t *testing.T) {
	p := iam.Policies{
		Identity: []*iam.Policy{mustParse(t, iam.Identity, "I", `{"Version":"2012-10-17","Statement":[
			{"Effect":"Deny","Action":"s3:*","Resource":"*"},
			{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"},
			{"Effect":"Allow","NotAction":"s3:GetObject","Resource":"*"},
			{"Effect":"Allow","Action":"s3:GetObject","NotResource":"arn:aws:s3:::b/*"},
			{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{
				"ForAnyValue:StringEquals":{"aws:TagKeys":["a","b"]},
				"StringEquals":{"t:k":"${t:none}","aws:PrincipalTag/user":"sub-me"},
				"Bool":{"aws:SecureTransport":"true"}}}]}`)},
		Resource: []*iam.Policy{mustParse(t, iam.Resource, "R", `{"Version":"2012-10-17","Statement":[
			{"Effect":"Allow","Principal":{"AWS":"444455556666","Service":"s3.amazonaws.com"},"Action":"s3:*","Resource":"*"},
			{"Effect":"Deny","NotPrincipal":{"AWS":"111122223333"},"Action":"s3:*","Resource":"*"}]}`)},
	}
	_, reasons := iam.Authorize(iam.Request{
		Principal: signedIn("user", "me"), Action: "s3:GetObject", Resource: bucket + "/x", ResourceAccount: account,
		Context: iam.Context{{Name: "aws:TagKeys", Values: []string{"c"}}, {Name: "t:k", Value: "v"}},
	}, p)
	want := []struct {
		ref    string
		failed iam.Element
		why    string
	}{
		{"statement 1 of I", iam.NoElement, ""},
		{"statement 2 of I", iam.NoElement, ""},
		{"statement 3 of I", iam.ActionElement, "NotAction lists s3:GetObject: s3:GetObject"},
		{"statement 4 of I", iam.ResourceElement, "arn:aws:s3:::b/x is excepted by NotResource arn:aws:s3:::b/*"},
		{"statement 5 of I", iam.ConditionElement, `ForAnyValue:StringEquals aws:TagKeys ["a", "b"] is not met: the request has the set ["c"]; ` +
			`StringEquals t:k ["${t:none}"] is not met: the request has "v", and no ${t:none}; ` +
			`Bool aws:SecureTransport ["true"] is not met: the request has none`},
		{"statement 1 of R", iam.PrincipalElement, "arn:aws:iam::111122223333:role/user as CognitoIdentityCredentials is not among the principals 444455556666, s3.amazonaws.com"},
		{"statement 2 of R", iam.PrincipalElement, "NotPrincipal lists arn:aws:iam::111122223333:role/user as CognitoIdentityCredentials"},
	}
	got := reasons.Verdicts()
	if len(got) != len(want) {
		t.Fatalf("got %d verdicts, want %d: %+v", len(got), len(want), got)
	}
	for i, w := range want {
		v := got[i]
		if v.String() != w.ref || v.Failed != w.failed || v.Why != w.why || v.Applies() != (w.failed == iam.NoElement) {
			t.Errorf("got %s, %s, %q\nwant %s, %s, %q", v.Ref, v.Failed, v.Why, w.ref, w.failed, w.why)
		}
	}
	if !got[0].Deny || got[1].Deny || got[5].Kind != iam.Resource {
		t.Errorf("got %+v", got)
	}
}

func TestReasons_areOneLineForALog(t *testing.T) {
	p := newShipped(t)
	tests := []struct {
		request iam.Request
		want    string
	}{
		{iam.Request{Action: "s3:GetObject", Resource: bucket + "/public/products/x", Context: iam.Context{{Name: "aws:SecureTransport", Value: "false"}}},
			"deny s3:GetObject on arn:aws:s3:::b/public/products/x for anonymous: a statement denies it: statement 1 (TLS) of FileStorage/Bucket"},
		{iam.Request{Principal: iam.Service{Name: "cloudfront.amazonaws.com", SourceARN: "arn:aws:cloudfront::111122223333:distribution/E", SourceAccount: account}, Action: "s3:GetObject", Resource: bucket + "/public/products/x"},
			"allow s3:GetObject on arn:aws:s3:::b/public/products/x for cloudfront.amazonaws.com for arn:aws:cloudfront::111122223333:distribution/E: allowed by the resource's policy: statement 3 (CDN) of FileStorage/Bucket"},
		{iam.Request{Principal: iam.WebIdentity{Provider: "cognito-identity.amazonaws.com", Subject: "us-east-1:a"}, Action: "s3:ListBucket", Resource: bucket},
			"deny s3:ListBucket on arn:aws:s3:::b for us-east-1:a of cognito-identity.amazonaws.com: no statement allows it"},
		{iam.Request{Action: "s3:List*", Resource: bucket},
			"deny s3:List* on arn:aws:s3:::b for anonymous: the request is malformed: an action is a service's prefix and a name without wildcards"},
	}
	for _, test := range tests {
		if _, reasons := iam.Authorize(test.request, p.cdn); reasons.String() != test.want {
			t.Errorf("got  %s\nwant %s", reasons, test.want)
		}
	}
}

func TestOperators_listsEachOnce(t *testing.T) {
	got := iam.Operators()
	if len(got) != 26 || got[0] != "ArnEquals" || got[len(got)-1] != "StringNotLike" {
		t.Errorf("got %d: %v", len(got), got)
	}
}

func TestClose_leavesOutWhatCannotAllow(t *testing.T) {
	conditioned := `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"StringEquals":{"t:k":"v"}}}}`
	request := iam.Request{Principal: signedIn("user", "me"), Action: "s3:GetObject", Resource: bucket}
	session := iam.Policies{Session: []*iam.Policy{mustParse(t, iam.Session, "S", conditioned)}}
	if _, reasons := iam.Authorize(request, session); len(reasons.Close()) != 0 {
		t.Errorf("a session policy allows nothing by itself: got %+v", reasons.Close())
	}
	identity := iam.Policies{Identity: []*iam.Policy{mustParse(t, iam.Identity, "I", conditioned)}}
	if _, reasons := iam.Authorize(request, identity); len(reasons.Close()) != 1 {
		t.Errorf("the control: got %+v", reasons.Close())
	}
}
