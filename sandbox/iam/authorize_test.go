package iam_test

import (
	"strings"
	"sync"
	"testing"

	"lightbox.example/lightbox/sandbox/iam"
)

const allowAll = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`

func TestAuthorize_deniesWithoutPolicies(t *testing.T) {
	for _, p := range []iam.Principal{nil, iam.Anonymous{}, signedIn("user", "me"), iam.Service{Name: "s3.amazonaws.com"}, iam.WebIdentity{Provider: "accounts.google.com"}} {
		got, reasons := iam.Authorize(iam.Request{Principal: p, Action: "s3:GetObject", Resource: bucket}, iam.Policies{})
		if got != iam.Deny || reasons.Cause != iam.NotAllowed {
			t.Errorf("%v: got %s, want a denial because nothing allows it", p, reasons)
		}
	}
}

func TestAuthorize_deniesMalformedRequests(t *testing.T) {
	all := mustParse(t, iam.Identity, "All", allowAll)
	policies := iam.Policies{Identity: []*iam.Policy{all}}
	for _, r := range []iam.Request{
		{Action: "", Resource: bucket},
		{Action: "GetObject", Resource: bucket},
		{Action: "s3:", Resource: bucket},
		{Action: ":GetObject", Resource: bucket},
		{Action: "s3:Get*", Resource: bucket},
		{Action: "s3:GetObject", Resource: ""},
		{Action: "s3:GetObject", Resource: "b/x"},
		{Action: "s3:GetObject", Resource: "arn:aws:s3:*"},
	} {
		r.Principal = signedIn("user", "me")
		got, reasons := iam.Authorize(r, policies)
		if got != iam.Deny || reasons.Cause != iam.Malformed || reasons.Verdicts() != nil || !strings.Contains(reasons.String(), ": a") {
			t.Errorf("%q on %q: got %s, want a malformed request", r.Action, r.Resource, reasons)
		}
	}
	control := iam.Request{Principal: signedIn("user", "me"), Action: "s3:GetObject", Resource: bucket}
	if got, reasons := iam.Authorize(control, policies); got != iam.Allow {
		t.Errorf("the control: %s", reasons)
	}
}

func TestAuthorize_deniesWhenAPolicyStandsInAnothersPlace(t *testing.T) {
	identity := mustParse(t, iam.Identity, "I", allowAll)
	session := mustParse(t, iam.Session, "S", allowAll)
	resource := mustParse(t, iam.Resource, "R", `{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}`)
	trust := mustParse(t, iam.Trust, "T", `{"Statement":{"Effect":"Allow","Principal":"*","Action":"*"}}`)
	request := iam.Request{Principal: signedIn("user", "me"), Action: "s3:GetObject", Resource: bucket}
	for _, p := range []iam.Policies{
		{Identity: []*iam.Policy{resource}},
		{Identity: []*iam.Policy{identity, trust}},
		{Identity: []*iam.Policy{session}},
		{Resource: []*iam.Policy{identity}},
		{Identity: []*iam.Policy{identity}, Session: []*iam.Policy{identity}},
	} {
		if _, reasons := iam.Authorize(request, p); reasons.Cause != iam.Malformed {
			t.Errorf("got %s, want malformed", reasons)
		}
	}
	if got, reasons := iam.Authorize(request, iam.Policies{Identity: []*iam.Policy{identity}, Resource: []*iam.Policy{resource}, Session: []*iam.Policy{session}}); !got {
		t.Errorf("the control: %s", reasons)
	}
}

func TestAuthorize_takesTheResourceLiterally(t *testing.T) {
	p := iam.Policies{Identity: []*iam.Policy{mustParse(t, iam.Identity, "I", `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/public/x"},
		{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::b/${*}"},
		{"Effect":"Allow","Action":"s3:ListAllMyBuckets","Resource":"*"}]}`)}}
	tests := []struct {
		action, resource string
		want             iam.Decision
	}{
		{"s3:GetObject", bucket + "/public/x", iam.Allow},
		{"s3:GetObject", bucket + "/public/*", iam.Deny},
		{"s3:GetObject", bucket + "/*", iam.Deny},
		{"s3:GetObject", "*", iam.Deny},
		{"s3:GetObject", bucket + "/public/?", iam.Deny},
		{"s3:GetObject", bucket + "/public/../public/x", iam.Deny},
		{"s3:GetObject", bucket + "/public%2Fx", iam.Deny},
		{"s3:GetObject", bucket + "//public/x", iam.Deny},
		{"s3:PutObject", bucket + "/*", iam.Allow},
		{"s3:PutObject", bucket + "/x", iam.Deny},
		{"s3:ListAllMyBuckets", "*", iam.Allow},
		{"s3:ListAllMyBuckets", bucket, iam.Allow},
	}
	for _, test := range tests {
		got, reasons := iam.Authorize(iam.Request{Principal: signedIn("user", "me"), Action: test.action, Resource: test.resource}, p)
		if got != test.want {
			t.Errorf("got %s, want %s", reasons, test.want)
		}
	}
}

func TestAuthorize_prefersThePrincipalsWordToTheContexts(t *testing.T) {
	p := iam.Policies{Identity: []*iam.Policy{mustParse(t, iam.Identity, "I", `{"Version":"2012-10-17","Statement":
		{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/${aws:PrincipalTag/user}/*"}}`)}}
	request := iam.Request{
		Principal: signedIn("user", "me"), Action: "s3:GetObject", Resource: bucket + "/sub-you/x",
		Context: iam.Context{{Name: "aws:PrincipalTag/user", Value: "sub-you"}, {Name: "AWS:principaltag/USER", Value: "sub-you"}},
	}
	if got, reasons := iam.Authorize(request, p); got != iam.Deny {
		t.Errorf("got %s, want deny", reasons)
	}
	request.Resource = bucket + "/sub-me/x"
	if got, reasons := iam.Authorize(request, p); got != iam.Allow {
		t.Errorf("the control: %s", reasons)
	}
}

func TestAuthorize_takesPrincipalsByPointer(t *testing.T) {
	session := signedIn("user", "me")
	request := iam.Request{Principal: &session, Action: "s3:GetObject", Resource: bucket}
	if got, reasons := iam.Authorize(request, iam.Policies{Identity: []*iam.Policy{mustParse(t, iam.Identity, "I", allowAll)}}); !got {
		t.Error(reasons)
	}
}

func TestAuthorize_isSafeForConcurrentUse(t *testing.T) {
	p := newShipped(t)
	var wg sync.WaitGroup
	for _, name := range []string{"a", "b", "c", "d"} {
		wg.Go(func() {
			for range 500 {
				own := iam.Request{Principal: signedIn("user", name), Action: "s3:GetObject", Resource: bucket + "/private/us-east-1:" + name + "/x", Context: overTLS()}
				if got, reasons := iam.Authorize(own, p.user); !got {
					t.Error(reasons)
				}
				foreign := own
				foreign.Resource = bucket + "/private/us-east-1:" + name + name + "/x"
				if got, reasons := iam.Authorize(foreign, p.user); got || reasons.String() == "" {
					t.Error(reasons)
				}
			}
		})
	}
	wg.Wait()
}

func TestGuestCeiling_isTwoSessionPolicies(t *testing.T) {
	ceiling := iam.GuestCeiling()
	if len(ceiling) != 2 || ceiling[0].Kind() != iam.Session || ceiling[1].Kind() != iam.Session || ceiling[1].Name() != "AmazonCognitoUnAuthedIdentitiesSessionPolicy" {
		t.Errorf("got %+v", ceiling)
	}
}

func TestPublic_followsS3(t *testing.T) {
	tests := []struct {
		name, statement string
		want            bool
	}{
		{"everyone", `"Effect":"Allow","Principal":"*"`, true},
		{"everyone by AWS", `"Effect":"Allow","Principal":{"AWS":"*"}`, true},
		{"everyone denied", `"Effect":"Deny","Principal":"*"`, false},
		{"a fixed principal", `"Effect":"Allow","Principal":{"AWS":"111122223333"}`, false},
		{"a service", `"Effect":"Allow","Principal":{"Service":"cloudfront.amazonaws.com"}`, false},
		{"a fixed source account", `"Effect":"Allow","Principal":"*","Condition":{"StringEquals":{"aws:SourceAccount":"111122223333"}}`, false},
		{"a fixed account by StringLike", `"Effect":"Allow","Principal":"*","Condition":{"StringLike":{"AWS:SourceAccount":"111122223333"}}`, false},
		{"an account with a wildcard", `"Effect":"Allow","Principal":"*","Condition":{"StringLike":{"aws:SourceAccount":"1111*"}}`, true},
		{"an account by variable", `"Effect":"Allow","Principal":"*","Condition":{"StringEquals":{"aws:SourceAccount":"${aws:PrincipalAccount}"}}`, true},
		{"one of two accounts with a wildcard", `"Effect":"Allow","Principal":"*","Condition":{"StringLike":{"aws:SourceAccount":["111122223333","*"]}}`, true},
		{"not an account", `"Effect":"Allow","Principal":"*","Condition":{"StringNotEquals":{"aws:SourceAccount":"111122223333"}}`, true},
		{"an account if it is there", `"Effect":"Allow","Principal":"*","Condition":{"StringEqualsIfExists":{"aws:SourceAccount":"111122223333"}}`, true},
		{"all of no accounts", `"Effect":"Allow","Principal":"*","Condition":{"ForAllValues:StringEquals":{"aws:SourceAccount":"111122223333"}}`, true},
		{"a fixed source", `"Effect":"Allow","Principal":"*","Condition":{"ArnEquals":{"aws:SourceArn":"arn:aws:cloudfront::111122223333:distribution/E"}}`, false},
		{"any source of a kind", `"Effect":"Allow","Principal":"*","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:cloudfront::*:distribution/*"}}`, true},
		{"a network", `"Effect":"Allow","Principal":"*","Condition":{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}`, false},
		{"all networks", `"Effect":"Allow","Principal":"*","Condition":{"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}}`, true},
		{"a condition that limits nobody", `"Effect":"Allow","Principal":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}`, true},
	}
	for _, test := range tests {
		p := mustParse(t, iam.Resource, "Bucket", `{"Version":"2012-10-17","Statement":[
			{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"},
			{"Sid":"S","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*",`+test.statement+`}]}`)
		ref, got := p.Public()
		if got != test.want || got && ref.String() != "statement 2 (S) of Bucket" {
			t.Errorf("%s: got %v, %s, want %v", test.name, got, ref, test.want)
		}
	}
}
