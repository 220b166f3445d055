package iam_test

import (
	"strings"
	"testing"

	"lightbox.example/lightbox/sandbox/iam"
)

// Whom a policy names as an origin access identity, and who it is not.
func TestOriginIdentity_isNamedByItsCanonicalIDOrItsARN(t *testing.T) {
	identity := iam.OriginIdentity{ID: "E3ABC", Canonical: strings.Repeat("a1", 48)}
	const arn = `"arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity `
	for principal, want := range map[string]iam.Decision{
		`{"CanonicalUser": "` + strings.Repeat("a1", 48) + `"}`: iam.Allow,
		`{"CanonicalUser": "` + strings.Repeat("b2", 48) + `"}`: iam.Deny,
		`{"AWS": ` + arn + `E3ABC"}`:                            iam.Allow,
		`{"AWS": ` + arn + `E3ABCD"}`:                           iam.Deny,
		`"*"`:                                                   iam.Allow,
		`{"Service": "cloudfront.amazonaws.com"}`:               iam.Deny,
		`{"AWS": "000000000000"}`:                               iam.Deny,
	} {
		policy, err := iam.Parse(iam.Resource, "bucket", []byte(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": `+principal+`, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}]}`))
		if err != nil {
			t.Fatal(err)
		}
		got, reasons := iam.Authorize(iam.Request{Principal: identity, Action: "s3:GetObject", Resource: "arn:aws:s3:::b/x"}, iam.Policies{Resource: []*iam.Policy{policy}, RestrictPublic: principal != `"*"`})
		if got != want {
			t.Errorf("%s: got %s, want %s: %s", principal, got, want, reasons)
		}
		if public, _ := iam.Authorize(iam.Request{Principal: identity, Action: "s3:GetObject", Resource: "arn:aws:s3:::b/x"}, iam.Policies{Resource: []*iam.Policy{policy}, RestrictPublic: true}); principal == `"*"` && public != iam.Deny {
			t.Error("got what a public policy gives where that is restricted")
		}
	}
}
