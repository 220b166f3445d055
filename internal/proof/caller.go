package proof

import (
	"strings"
	"sync"

	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/sandbox/iam"
)

// The two owners of the proof. They are symbols: all that is assumed of them is that they
// differ and that neither's id begins with the other's. Policies name owners by variables
// only (a check of its own), so what holds for these two holds for any two.
const (
	myIdentity    = "us-east-1:0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a"
	mySub         = "0b0b0b0b-0b0b-4b0b-8b0b-0b0b0b0b0b0b"
	otherIdentity = "us-east-1:1c1c1c1c-1c1c-4c1c-8c1c-1c1c1c1c1c1c"
	otherSub      = "1d1d1d1d-1d1d-4d1d-8d1d-1d1d1d1d1d1d"
)

// caller is somebody who asks, with the column of the access table that speaks of them.
type caller struct {
	name      string
	column    column
	principal iam.Principal
	policies  []system.Policy
	session   []*iam.Policy
}

type column uint8

const (
	nobody column = iota
	cdn
	guest
	user
	admin
	// logger is S3's delivery of access logs.
	logger
)

// callers are everybody whose access the contract speaks of.
func callers(s *system.System) []caller {
	foreign := "999999999999"
	if s.Account == foreign {
		foreign = "888888888888"
	}
	return []caller{
		{name: "anyone on the internet", principal: iam.Anonymous{}},
		{name: "CloudFront", column: cdn, principal: distributionOf(s, s.Account)},
		{name: "CloudFront of another account", principal: distributionOf(s, foreign)},
		{name: "CloudFront for our account and no distribution", principal: iam.Service{Name: cloudFront, SourceAccount: s.Account}},
		{name: "CloudFront for what is no distribution", principal: iam.Service{
			Name: cloudFront, SourceAccount: s.Account, SourceARN: "arn:" + s.Partition + ":cloudfront::" + s.Account + ":streaming-distribution/E1",
		}},
		{name: "another service for a distribution", principal: iam.Service{
			Name: "ec2.amazonaws.com", SourceAccount: s.Account, SourceARN: distributionOf(s, s.Account).SourceARN,
		}},
		{name: "S3's log delivery", column: logger, principal: iam.Service{
			Name: logDelivery, SourceAccount: s.Account, SourceARN: s.Files().ARN,
		}},
		{name: "S3's log delivery for another bucket", principal: iam.Service{
			Name: logDelivery, SourceAccount: s.Account, SourceARN: "arn:" + s.Partition + ":s3:::another",
		}},
		{name: "S3's log delivery for another account", principal: iam.Service{
			Name: logDelivery, SourceAccount: foreign, SourceARN: s.Files().ARN,
		}},
		{name: "another service for the bucket", principal: iam.Service{
			Name: "ec2.amazonaws.com", SourceAccount: s.Account, SourceARN: s.Files().ARN,
		}},
		{name: "a role of another account", principal: stranger(s.Partition, foreign), policies: everything()},
		{name: "a guest", column: guest, principal: sessionOf(s, s.Guest, "unauthenticated", ""), policies: s.Guest.Policies, session: iam.GuestCeiling()},
		{name: "a signed-in user", column: user, principal: sessionOf(s, s.User, "authenticated", mySub), policies: s.User.Policies},
		{name: "an admin", column: admin, principal: sessionOf(s, s.Admin, "authenticated", mySub), policies: s.Admin.Policies},
	}
}

// distributionOf is CloudFront on behalf of some distribution of an account. It is documented
// to send the distribution's ARN, and not the account beside it.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
func distributionOf(s *system.System, account string) iam.Service {
	return iam.Service{Name: cloudFront, SourceARN: "arn:" + s.Partition + ":cloudfront::" + account + ":distribution/E1ANYDISTRIBUTION"}
}

// sessionOf is the holder of credentials that the identity pool gave for a role: me.
func sessionOf(s *system.System, role system.Role, amr, sub string) iam.RoleSession {
	session := iam.RoleSession{
		Role: role.ARN, Name: "CognitoIdentityCredentials",
		Identity: iam.WebIdentity{Provider: identityService, Audience: s.Pool.ID, Subject: myIdentity, Methods: []string{amr}},
	}
	if sub != "" {
		session.Identity.Methods = append(session.Identity.Methods, s.Pool.Provider)
		session.Tags = []iam.Tag{{Key: "user", Value: sub}}
	}
	return session
}

const (
	identityService = "cognito-identity.amazonaws.com"
	cloudFront      = "cloudfront.amazonaws.com"
	logDelivery     = "logging.s3.amazonaws.com"
)

// stranger is a role of another account. That account lets it do everything, so that ours
// alone decides.
func stranger(partition, account string) iam.RoleSession {
	return iam.RoleSession{Role: "arn:" + partition + ":iam::" + account + ":role/stranger", Name: "stranger"}
}

// everything is what a foreign account may give its own.
var everything = sync.OnceValue(func() []system.Policy {
	const text = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`
	compiled, err := iam.Parse(iam.Identity, "the stranger's own policy", []byte(text))
	if err != nil {
		panic(err) // a constant
	}
	return []system.Policy{{Compiled: compiled}}
})

// values are what a caller's policy variables stand for.
func (c caller) values() map[string]string {
	session, ok := c.principal.(iam.RoleSession)
	if !ok {
		return nil
	}
	values := map[string]string{identityService + ":sub": session.Identity.Subject, identityService + ":aud": session.Identity.Audience}
	for _, tag := range session.Tags {
		values["aws:PrincipalTag/"+tag.Key] = tag.Value
	}
	return values
}

// named replaces the owners' ids in a text by words.
func named(text string) string {
	return strings.NewReplacer(myIdentity, "{me}", mySub, "{me}", otherIdentity, "{other}", otherSub, "{other}").Replace(text)
}
