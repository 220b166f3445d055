package question

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/sandbox/iam"
)

// The two owners of the proof. They are symbols: all that is assumed of them is that they
// differ and that neither's id begins with the other's. Policies name owners by variables
// only (a check of its own), so what holds for these two holds for any two.
const (
	MyIdentity    = "us-east-1:0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a"
	MySub         = "0b0b0b0b-0b0b-4b0b-8b0b-0b0b0b0b0b0b"
	OtherIdentity = "us-east-1:1c1c1c1c-1c1c-4c1c-8c1c-1c1c1c1c1c1c"
	OtherSub      = "1d1d1d1d-1d1d-4d1d-8d1d-1d1d1d1d1d1d"
)

// Caller is somebody who asks, with the column of the access table that speaks of them.
type Caller struct {
	Name      string // as in "a guest"
	Column    access.Principal
	principal iam.Principal
	Policies  []system.Policy // of their role
	Session   []*iam.Policy   // Cognito's limits on guests; none for others
	Besides   []Grant         // what the contract gives a function on what are no files
}

// Grant is an action on all that a pattern of ARNs is about.
type Grant struct{ Action, Resource string }

// The kinds of callers that the table has no column for: whoever may do nothing, S3's delivery of access logs, and CloudFront on
// behalf of the site's distribution.
const (
	Nobody access.Principal = ""
	logger access.Principal = "S3's log delivery"
	pages  access.Principal = "the site's distribution"
)

// IsPerson tells callers with a role of the identity pool: guests, users and members of groups.
func (c Caller) IsPerson() bool { return c.Column == access.Guest || c.IsSignedIn() }

// IsSignedIn tells callers with a token of the user pool.
func (c Caller) IsSignedIn() bool { return c.Column == access.User || c.IsMember() }

// IsMember tells callers with a token of one group. Who is in several has the role of the first of them, and may call what any
// of them may.
func (c Caller) IsMember() bool {
	return !slices.Contains([]access.Principal{Nobody, access.CDN, access.Guest, access.User, logger, pages}, c.Column) && !c.Column.IsFunction()
}

// Callers are everybody whose access the contract speaks of, the first of a column being who it is about.
func Callers(s *system.System) []Caller {
	foreign := "999999999999"
	if s.Account == foreign {
		foreign = "888888888888"
	}
	callers := []Caller{
		{Name: "anyone on the internet", principal: iam.Anonymous{}},
		{Name: "CloudFront", Column: access.CDN, principal: distributionOf(s, s.Account)},
		{Name: "CloudFront of another account", principal: distributionOf(s, foreign)},
		{Name: "CloudFront for our account and no distribution", principal: iam.Service{Name: CloudFront, SourceAccount: s.Account}},
		{Name: "CloudFront for what is no distribution", principal: iam.Service{
			Name: CloudFront, SourceAccount: s.Account, SourceARN: "arn:" + s.Partition + ":cloudfront::" + s.Account + ":streaming-distribution/E1",
		}},
		{Name: "another service for a distribution", principal: iam.Service{
			Name: "ec2.amazonaws.com", SourceAccount: s.Account, SourceARN: distributionOf(s, s.Account).SourceARN,
		}},
		{Name: "S3's log delivery", Column: logger, principal: iam.Service{
			Name: logDelivery, SourceAccount: s.Account, SourceARN: s.Files().ARN,
		}},
		{Name: "S3's log delivery for another bucket", principal: iam.Service{
			Name: logDelivery, SourceAccount: s.Account, SourceARN: "arn:" + s.Partition + ":s3:::another",
		}},
		{Name: "S3's log delivery for another account", principal: iam.Service{
			Name: logDelivery, SourceAccount: foreign, SourceARN: s.Files().ARN,
		}},
		{Name: "another service for the bucket", principal: iam.Service{
			Name: "ec2.amazonaws.com", SourceAccount: s.Account, SourceARN: s.Files().ARN,
		}},
		{Name: "a role of another account", principal: Stranger(s.Partition, foreign), Policies: Everything()},
		{Name: "a guest", Column: access.Guest, principal: Session(s, s.Guest, "unauthenticated", ""), Policies: s.Guest.Policies, Session: iam.GuestCeiling()},
		{Name: "a signed-in user", Column: access.User, principal: Session(s, s.User, "authenticated", MySub), Policies: s.User.Policies},
	}
	for _, group := range s.Groups {
		name := access.Principal(group.Name)
		callers = append(callers, Caller{
			Name: access.GroupNamed(name).One(), Column: name, principal: Session(s, group.Role, "authenticated", MySub), Policies: group.Role.Policies,
		})
	}
	for _, function := range s.Functions {
		callers = append(callers, Caller{
			Name: "the function " + function.Name, Column: columnOfFunction(function.Name),
			principal: iam.RoleSession{Role: function.Role.ARN, Name: function.Name}, Policies: function.Role.Policies, Besides: Besides(s, function),
		})
	}
	return callers
}

// SiteOf is the site's distribution, of which there has to be one. It is none of Callers: what people's files are to it is what
// they are to any distribution of the account.
func SiteOf(s *system.System) Caller {
	arn := "arn:" + s.Partition + ":cloudfront::" + s.Account + ":distribution/" + s.Site.ID
	return Caller{Name: string(pages), Column: pages, principal: iam.Service{Name: CloudFront, SourceARN: arn}}
}

// columnOfFunction is the column of a name; of a function that the table does not have, nobody's.
func columnOfFunction(name string) access.Principal {
	if column := access.Principal(name); column.IsFunction() {
		return column
	}
	return Nobody
}

// Besides is what each function does besides what the table says of files: it writes its own log, and sends its traces where
// it is traced. With its role Lambda reads the streams that it is declared to hear of, and leaves what it could not deal with in a
// bucket that is for nothing else. What it asks of tables and of the CDN is declared too. X-Ray's actions have no resource, nor have
// those on identities.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncognitoidentity.html
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
func Besides(s *system.System, function system.Function) []Grant {
	grants := []Grant{{"logs:CreateLogStream", function.LogARN}, {"logs:PutLogEvents", function.LogARN}}
	if system.Lookup(function.Properties, "TracingConfig.Mode") == "Active" {
		grants = append(grants, Grant{"xray:PutTelemetryRecords", "*"}, Grant{"xray:PutTraceSegments", "*"})
	}
	declared := access.FunctionNamed(access.Principal(function.Name))
	streams := declared.Streams
	for _, stream := range streams {
		for _, action := range []string{"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"} {
			grants = append(grants, Grant{action, s.API.Tables[string(stream.Of)].StreamARN})
		}
	}
	for _, bucket := range s.Failures {
		if len(streams) > 0 {
			grants = append(grants, Grant{"s3:PutObject", bucket.ARN + "/*"}, Grant{"s3:ListBucket", bucket.ARN})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.API.Tables)) {
		for _, grant := range declared.Grants(access.Source(name)) {
			for _, action := range grant.Actions {
				grants = append(grants, Grant{action, grant.On(s.API.Tables[name].ARN)})
			}
		}
	}
	if declared.Users {
		pool := "arn:" + s.Partition + ":cognito-idp:" + s.Region + ":" + s.Account + ":userpool/" + s.Users.ID
		grants = append(grants, Grant{"cognito-idp:AdminDeleteUser", pool}, Grant{"cognito-idp:AdminGetUser", pool},
			Grant{"cognito-identity:DeleteIdentities", "*"}, Grant{"cognito-identity:DescribeIdentity", "*"})
	}
	if declared.Invalidates {
		grants = append(grants, Grant{"cloudfront:CreateInvalidation", "arn:" + s.Partition + ":cloudfront::" + s.Account + ":distribution/" + s.CDN.ID})
	}
	return grants
}

// distributionOf is CloudFront on behalf of some distribution of an account. It is documented
// to send the distribution's ARN, and not the account beside it.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
func distributionOf(s *system.System, account string) iam.Service {
	return iam.Service{Name: CloudFront, SourceARN: "arn:" + s.Partition + ":cloudfront::" + account + ":distribution/E1ANYDISTRIBUTION"}
}

// Session is the holder of credentials that the identity pool gave for a role: me.
func Session(s *system.System, role system.Role, amr, sub string) iam.RoleSession {
	session := iam.RoleSession{
		Role: role.ARN, Name: "CognitoIdentityCredentials",
		Identity: iam.WebIdentity{Provider: IdentityService, Audience: s.Pool.ID, Subject: MyIdentity, Methods: []string{amr}},
	}
	if sub != "" {
		session.Identity.Methods = append(session.Identity.Methods, s.Pool.Provider)
		session.Tags = []iam.Tag{{Key: "user", Value: sub}}
	}
	return session
}

// Services of AWS, by what policies call them.
const (
	IdentityService = "cognito-identity.amazonaws.com"
	CloudFront      = "cloudfront.amazonaws.com"
	logDelivery     = "logging.s3.amazonaws.com"
)

// Stranger is a role of another account. That account lets it do everything, so that ours
// alone decides.
func Stranger(partition, account string) iam.RoleSession {
	return iam.RoleSession{Role: "arn:" + partition + ":iam::" + account + ":role/stranger", Name: "stranger"}
}

// Everything is what a foreign account may give its own: a policy that allows all.
var Everything = sync.OnceValue(func() []system.Policy {
	const text = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`
	compiled, err := iam.Parse(iam.Identity, "the stranger's own policy", []byte(text))
	if err != nil {
		panic(err) // a constant
	}
	return []system.Policy{{Compiled: compiled}}
})

// Variables are what a caller's policy variables stand for, by their names as in aws:PrincipalTag/user; nil for whom the
// identity pool does not know.
func (c Caller) Variables() map[string]string {
	session, ok := c.principal.(iam.RoleSession)
	if !ok {
		return nil
	}
	values := map[string]string{IdentityService + ":sub": session.Identity.Subject, IdentityService + ":aud": session.Identity.Audience}
	for _, tag := range session.Tags {
		values["aws:PrincipalTag/"+tag.Key] = tag.Value
	}
	return values
}

// Named replaces the owners' ids in a text by {me} and {other}.
func Named(text string) string {
	return strings.NewReplacer(MyIdentity, "{me}", MySub, "{me}", OtherIdentity, "{other}", OtherSub, "{other}").Replace(text)
}
