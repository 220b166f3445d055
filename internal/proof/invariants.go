package proof

import (
	"fmt"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/system"
)

// invariant is a property that access rests on and that no configuration may change. They are
// written by hand: nothing here is computed from what the stacks do.
type invariant struct {
	at         system.At
	properties map[string]any
	path       string
	want       any // a value, nil for none, or a span
	why        string
	// needed says that clients break without it; otherwise somebody could do more.
	needed bool
}

// span is what a number must lie in.
type span struct{ least, most float64 }

func (s span) String() string { return fmt.Sprintf("%v to %v", s.least, s.most) }

// holder collects the invariants of a resource.
type holder struct {
	at         system.At
	properties map[string]any
	all        *[]invariant
}

// must is for a property that keeps somebody out.
func (h holder) must(path string, want any, why string) {
	*h.all = append(*h.all, invariant{h.at, h.properties, path, want, why, false})
}

// needs is for a property that lets clients do what they are for.
func (h holder) needs(path string, want any, why string) {
	*h.all = append(*h.all, invariant{h.at, h.properties, path, want, why, true})
}

func invariantsOf(s *system.System) []invariant {
	var all []invariant
	of := func(at system.At, properties map[string]any) holder { return holder{at, properties, &all} }
	for _, bucket := range s.Buckets() {
		b := of(bucket.At, bucket.Properties)
		for _, block := range []string{"BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"} {
			b.must("PublicAccessBlockConfiguration."+block, "true", "a bucket must not become public by an ACL or a policy")
		}
		b.must("OwnershipControls.Rules.0.ObjectOwnership", "BucketOwnerEnforced", "ACLs must not grant anything")
		b.must("WebsiteConfiguration", nil, "a website endpoint knows no TLS")
	}
	of(s.Bucket.At, s.Bucket.Properties).must("VersioningConfiguration.Status", "Enabled", "what is removed or overwritten can be brought back")
	peopleInvariants(of(s.Users.At, s.Users.Properties), of(s.Client.At, s.Client.Properties))
	poolInvariants(s, of(s.Pool.At, s.Pool.Properties), of(s.Pool.AttachmentAt, s.Pool.Attachment), of(s.Pool.TagAt, s.Pool.Tag))
	cdnInvariants(s, of(s.CDN.At, s.CDN.Properties), of(s.Headers.At, s.Headers.Properties))
	apiInvariants(s, of(s.API.At, s.API.Properties))
	if s.Site != nil {
		site := of(s.Site.At, s.Site.Properties)
		site.must("DistributionConfig.Origins.1", nil, "the pages are in one bucket")
		site.must("DistributionConfig.CacheBehaviors.1", nil, "what is for ever is in one folder")
	}
	return all
}

// FixedProperties are those that an invariant holds to one value, not to a span.
func FixedProperties(s *system.System) []system.Property {
	var all []system.Property
	for _, i := range invariantsOf(s) {
		if _, isSpan := i.want.(span); !isSpan {
			all = append(all, system.Property{Stack: i.at.Stack, LogicalID: i.at.LogicalID, Path: i.path})
		}
	}
	return all
}

// peopleInvariants are those of how people sign up and sign in.
func peopleInvariants(users, client holder) {
	users.must("AutoVerifiedAttributes", []any{"email"}, "who never proves an address never signs in")
	users.must("AliasAttributes", []any{"email"}, "who signs in by an address has proven it, and no two have the same")
	users.must("AccountRecoverySetting.RecoveryMechanisms.0.Name", "verified_email", "who recovers an account reads its proven address")
	users.must("AccountRecoverySetting.RecoveryMechanisms.1", nil, "who recovers an account reads its proven address")
	users.needs("Schema", nil, "CloudFormation fails every change of a pool that has one")
	users.must("UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate", []any{"email"}, "a new address counts when it is proven, not before")
	client.must("WriteAttributes", []any{"email"}, "nothing that others go by is the user's own to write")
	client.must("PreventUserExistenceErrors", "ENABLED", "nobody can find out by trying who has an account")
	client.must("ExplicitAuthFlows", []any{"ALLOW_USER_SRP_AUTH"}, "no password leaves a browser")
	client.must("EnableTokenRevocation", "true", "signing out ends what was signed in")
}

// poolInvariants are those of who gets credentials of AWS, and which.
func poolInvariants(s *system.System, pool, attachment, tag holder) {
	pool.must("AllowClassicFlow", "false", "credentials by the classic flow escape the ceiling over guests")
	pool.must("CognitoIdentityProviders.0.ServerSideTokenCheck", "true", "a signed-out or disabled user must get no credentials")
	pool.must("CognitoIdentityProviders.0.ProviderName", s.Pool.Provider, "tokens of another user pool must not be taken")
	pool.must("CognitoIdentityProviders.0.ClientId", s.Client.ID, "tokens of another client must not be taken")
	pool.must("CognitoIdentityProviders.1", nil, "there is one user pool")
	for _, other := range []string{"SupportedLoginProviders", "OpenIdConnectProviderARNs", "SamlProviderARNs", "DeveloperProviderName"} {
		pool.must(other, nil, "there is one user pool")
	}
	attachment.must("RoleMappings.UserPool.Type", "Token", "the role follows the token's groups")
	attachment.must("RoleMappings.UserPool.AmbiguousRoleResolution", "AuthenticatedRole", "a user in no group has the signed-in role")
	attachment.must("RoleMappings.UserPool.IdentityProvider", s.Pool.Provider+":"+s.Client.ID, "the mapping is for tokens of the one client")
	tag.must("PrincipalTags", map[string]any{"user": "sub"}, "policies know a user's own folder by the tag")
	tag.must("UseDefaults", "false", "policies know a user's own folder by the tag")
	tag.must("IdentityProviderName", s.Pool.Provider, "the tag is for tokens of the one user pool")
}

// cdnInvariants are those of what strangers are served: other people's uploads.
func cdnInvariants(s *system.System, distribution, headers holder) {
	const behaviour = "DistributionConfig.DefaultCacheBehavior."
	distribution.must("DistributionConfig.Origins.0.OriginPath", access.OriginPath, "the CDN serves what is public, below its path")
	distribution.must("DistributionConfig.Origins.1", nil, "the CDN serves the one bucket")
	distribution.must("DistributionConfig.CacheBehaviors", nil, "every path is served alike")
	distribution.must(behaviour+"AllowedMethods", []any{"GET", "HEAD"}, "the CDN reads only")
	distribution.must(behaviour+"ViewerProtocolPolicy", "redirect-to-https", "nobody reads over plain HTTP")
	distribution.must(behaviour+"ResponseHeadersPolicyId", s.Headers.ID, "an upload must not act as a page of ours")
	const security = "ResponseHeadersPolicyConfig.SecurityHeadersConfig."
	headers.must(security+"ContentSecurityPolicy", map[string]any{"ContentSecurityPolicy": "default-src 'none'; sandbox", "Override": true},
		"a script in an upload must not run")
	headers.must(security+"ContentTypeOptions.Override", "true", "an upload is what it says it is")
	headers.must(security+"FrameOptions", map[string]any{"FrameOption": "DENY", "Override": true}, "no site passes an upload off as its own page")
	const cors = "ResponseHeadersPolicyConfig.CorsConfig."
	headers.must(cors+"AccessControlAllowCredentials", "false", "public pictures need none")
	headers.needs(cors+"AccessControlAllowOrigins.Items", []any{"*"}, "any site may show what is public")
	headers.needs("ResponseHeadersPolicyConfig.CustomHeadersConfig.Items",
		[]any{map[string]any{"Header": "Cross-Origin-Resource-Policy", "Value": "cross-origin", "Override": true}}, "any site may show what is public")
}

// apiInvariants are those of who reaches the API, and how far a question may go.
func apiInvariants(s *system.System, api holder) {
	api.must("AuthenticationType", "AMAZON_COGNITO_USER_POOLS", "callers are users of the pool unless they sign as IAM does")
	api.must("AdditionalAuthenticationProviders", []any{map[string]any{"AuthenticationType": "AWS_IAM"}}, "there is no API key")
	api.must("UserPoolConfig.AppIdClientRegex", "^"+s.Client.ID+"$", "tokens of another client must not be taken")
	api.must("QueryDepthLimit", span{1, 15}, "0 is no limit; 15 is what tools need to read the schema")
	api.must("ResolverCountLimit", span{1, 250}, "0 is no limit; 250 is a page of photos and to spare")
}
