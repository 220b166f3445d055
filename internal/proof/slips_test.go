package proof

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/prooftest"
	"lightbox.example/lightbox/internal/proof/system"
)

// slip is a setting that somebody gets wrong: a property, and what it became. A value of nil
// is a property that is not there any more.
type slip struct {
	// row numbers the misuse case that the setting stops, "" where it stops none by itself.
	row, operator, path string
	value               any
}

// added is a value that becomes one more of a list.
type added struct{ element map[string]any }

const (
	behaviour = "DistributionConfig.DefaultCacheBehavior."
	headers   = "ResponseHeadersPolicyConfig."
)

// slips are by the type of the resource.
var slips = map[string][]slip{
	"AWS::S3::Bucket": {
		{"M05", "unblock public access", "PublicAccessBlockConfiguration.BlockPublicAcls", false},
		{"M05", "unblock public access", "PublicAccessBlockConfiguration.BlockPublicPolicy", false},
		{"M05", "unblock public access", "PublicAccessBlockConfiguration.IgnorePublicAcls", false},
		{"M05", "unblock public access", "PublicAccessBlockConfiguration.RestrictPublicBuckets", false},
		{"M05", "unblock public access", "PublicAccessBlockConfiguration", nil},
		{"M05", "let ACLs in", "OwnershipControls.Rules.0.ObjectOwnership", "ObjectWriter"},
		{"", "serve a website", "WebsiteConfiguration", map[string]any{"IndexDocument": "index.html"}},
		{"M66", "forget versions", "VersioningConfiguration.Status", "Suspended"},
		{"M66", "forget versions", "VersioningConfiguration", nil},
		{"M74", "widen CORS", "CorsConfiguration.CorsRules.0.AllowedOrigins", []any{"*"}},
		{"M74", "widen CORS", "CorsConfiguration.CorsRules.0.AllowedOrigins", []any{"https://*.com"}},
		{"M74", "widen CORS", "CorsConfiguration.CorsRules.0.AllowedOrigins", []any{"http://evil.example"}},
		{"M74", "widen CORS", "CorsConfiguration.CorsRules.0.AllowedOrigins", []any{"null"}},
		{"M80", "break CORS", "CorsConfiguration.CorsRules.0.ExposedHeaders", []any{"*"}},
		{"M80", "break CORS", "CorsConfiguration.CorsRules.0.ExposedHeaders", []any{"x-amz-request-id"}},
		{"", "break CORS", "CorsConfiguration.CorsRules.0.AllowedMethods", []any{"GET"}},
		{"", "break CORS", "CorsConfiguration.CorsRules.0.AllowedMethods", []any{"GET", "HEAD", "PUT", "POST"}},
	},
	"AWS::Cognito::UserPool": {
		{"M61", "take addresses unproven", "UserAttributeUpdateSettings", nil},
		{"M61", "take addresses unproven", "UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate", []any{}},
		{"", "let in without an address", "AutoVerifiedAttributes", nil},
		{"", "let in without an address", "AutoVerifiedAttributes", []any{"phone_number"}},
		{"", "sign in by what is not proven", "AliasAttributes", []any{"email", "preferred_username"}},
		{"", "recover by something else", "AccountRecoverySetting", nil},
		{"", "recover by something else", "AccountRecoverySetting.RecoveryMechanisms.0.Name", "verified_phone_number"},
		{"", "recover by something else", "AccountRecoverySetting.RecoveryMechanisms", []any{
			map[string]any{"Name": "verified_email", "Priority": 1}, map[string]any{"Name": "verified_phone_number", "Priority": 2},
		}},
		{"", "make a pool that can't be changed", "Schema", []any{map[string]any{"Name": "email", "Required": true, "Mutable": true}}},
		{"M72", "run code at sign-up", "LambdaConfig", map[string]any{"PostConfirmation": "arn:aws:lambda:us-east-1:111122223333:function:promote"}},
		{"M92", "write tokens", "LambdaConfig", map[string]any{"PreTokenGeneration": "arn:aws:lambda:us-east-1:111122223333:function:promote"}},
		{"M92", "write tokens", "LambdaConfig", map[string]any{"PreTokenGenerationConfig": map[string]any{
			"LambdaArn": "arn:aws:lambda:us-east-1:111122223333:function:promote", "LambdaVersion": "V3_0",
		}}},
	},
	"AWS::Cognito::UserPoolClient": {
		{"M19", "tell who exists", "PreventUserExistenceErrors", "LEGACY"},
		{"M19", "tell who exists", "PreventUserExistenceErrors", nil},
		{"M20", "take passwords", "ExplicitAuthFlows", []any{"ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH"}},
		{"M20", "take passwords", "ExplicitAuthFlows", []any{"ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"}},
		{"M20", "take passwords", "ExplicitAuthFlows", []any{"ALLOW_ADMIN_USER_PASSWORD_AUTH"}},
		{"M20", "take passwords", "ExplicitAuthFlows", nil},
		{"M21", "open OAuth", "AllowedOAuthFlows", []any{"implicit"}},
		{"M21", "open OAuth", "AllowedOAuthFlows", []any{"code", "implicit"}},
		{"M21", "open OAuth", "CallbackURLs", []any{"https://example.com"}},
		{"M21", "open OAuth", "LogoutURLs", []any{"https://example.com"}},
		{"M61", "let users write what others go by", "WriteAttributes", []any{"email", "custom:role"}},
		{"M61", "let users write what others go by", "WriteAttributes", nil},
		{"M64", "keep tokens alive", "EnableTokenRevocation", false},
		{"M64", "keep tokens alive", "AccessTokenValidity", 24 * 60},
		{"M64", "keep tokens alive", "AccessTokenValidity", 61},
		{"M64", "keep tokens alive", "AccessTokenValidity", 4},
		{"M64", "keep tokens alive", "TokenValidityUnits.AccessToken", "hours"},
		{"M64", "keep tokens alive", "TokenValidityUnits.AccessToken", nil},
		{"M64", "keep tokens alive", "IdTokenValidity", 24 * 60},
		{"M64", "keep tokens alive", "TokenValidityUnits.IdToken", "hours"},
		{"M64", "keep tokens alive", "TokenValidityUnits.IdToken", "days"},
		{"M64", "keep tokens alive", "TokenValidityUnits.IdToken", nil},
		{"M64", "keep tokens alive", "TokenValidityUnits", nil},
		{"M64", "keep tokens alive", "RefreshTokenValidity", 10 * 365 * 24 * 60},
		{"M64", "keep tokens alive", "TokenValidityUnits.RefreshToken", "hours"},
		{"M64", "keep tokens alive", "TokenValidityUnits.RefreshToken", nil},
		{"M64", "keep tokens alive", "RefreshTokenRotation.Feature", "DISABLED"},
		{"M64", "keep tokens alive", "RefreshTokenRotation.Feature", nil},
		{"M64", "keep tokens alive", "RefreshTokenRotation.RetryGracePeriodSeconds", 60},
		{"M64", "keep tokens alive", "RefreshTokenRotation", nil},
	},
	"AWS::Cognito::IdentityPool": {
		{"M37", "open the identity pool", "AllowClassicFlow", true},
		{"M64", "open the identity pool", "CognitoIdentityProviders.0.ServerSideTokenCheck", false},
		{"M62", "open the identity pool", "CognitoIdentityProviders.0.ClientId", "another"},
		{"M62", "open the identity pool", "CognitoIdentityProviders.0.ProviderName", "cognito-idp.us-east-1.amazonaws.com/us-east-1_other"},
		{"M23", "open the identity pool", "SupportedLoginProviders", map[string]any{"accounts.google.com": "x"}},
		{"M23", "open the identity pool", "OpenIdConnectProviderARNs", []any{"arn:aws:iam::111122223333:oidc-provider/x.example"}},
		{"M23", "open the identity pool", "DeveloperProviderName", "login.example"},
		{"M62", "open the identity pool", "CognitoIdentityProviders", added{map[string]any{
			"ProviderName": "cognito-idp.us-east-1.amazonaws.com/us-east-1_other", "ClientId": "another", "ServerSideTokenCheck": true,
		}}},
		{"M23", "open the identity pool", "SamlProviderARNs", []any{"arn:aws:iam::111122223333:saml-provider/x"}},
	},
	"AWS::Cognito::IdentityPoolRoleAttachment": {
		{"", "change the role mapping", "RoleMappings.UserPool.Type", "Rules"},
		{"", "change the role mapping", "RoleMappings.UserPool.AmbiguousRoleResolution", "Deny"},
		{"M62", "change the role mapping", "RoleMappings.UserPool.IdentityProvider", "another"},
		{"", "change the role mapping", "RoleMappings", nil},
	},
	"AWS::Cognito::IdentityPoolPrincipalTag": {
		{"", "change the principal tag", "PrincipalTags.user", "email"},
		{"", "change the principal tag", "PrincipalTags.user", "username"},
		{"", "change the principal tag", "UseDefaults", true},
		{"", "change the principal tag", "IdentityProviderName", "another"},
	},
	"AWS::CloudFront::Distribution": {
		{"", "change the origin path", "DistributionConfig.Origins.0.OriginPath", ""},
		{"", "change the origin path", "DistributionConfig.Origins.0.OriginPath", "/private"},
		{"", "change the origin path", "DistributionConfig.Origins.0.OriginPath", "/public/photos"},
		{"", "serve another origin", "DistributionConfig.Origins", added{map[string]any{
			"Id": "other", "DomainName": "other.example", "CustomOriginConfig": map[string]any{"OriginProtocolPolicy": "https-only"},
		}}},
		{"M13", "open the CDN", behaviour + "AllowedMethods", []any{"GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"}},
		{"M13", "open the CDN", "DistributionConfig.CacheBehaviors", []any{map[string]any{"PathPattern": "/x/*"}}},
		{"M14", "open the CDN", behaviour + "ViewerProtocolPolicy", "allow-all"},
		{"M14", "open the CDN", behaviour + "ViewerProtocolPolicy", "https-only"},
		{"M15", "run what is uploaded", behaviour + "ResponseHeadersPolicyId", nil},
	},
	"AWS::CloudFront::ResponseHeadersPolicy": {
		{"M15", "run what is uploaded", headers + "SecurityHeadersConfig.ContentSecurityPolicy.ContentSecurityPolicy", "default-src 'none'"},
		{"M15", "run what is uploaded", headers + "SecurityHeadersConfig.ContentSecurityPolicy.Override", false},
		{"M15", "run what is uploaded", headers + "SecurityHeadersConfig.ContentTypeOptions", nil},
		{"M15", "run what is uploaded", headers + "SecurityHeadersConfig", nil},
		{"M76", "hide what is public", headers + "CustomHeadersConfig.Items.0.Value", "same-origin"},
		{"M76", "hide what is public", headers + "CorsConfig.AccessControlAllowOrigins.Items", []any{"https://shop.example.com"}},
		{"", "show with credentials", headers + "CorsConfig.AccessControlAllowCredentials", true},
		{"M77", "let sites frame it", headers + "SecurityHeadersConfig.FrameOptions.FrameOption", "SAMEORIGIN"},
		{"M77", "let sites frame it", headers + "SecurityHeadersConfig.FrameOptions", nil},
	},
	"AWS::AppSync::GraphQLApi": {
		{"M16", "open the API", "AuthenticationType", "AWS_IAM"},
		{"M16", "open the API", "AuthenticationType", "API_KEY"},
		{"M16", "open the API", "AdditionalAuthenticationProviders", []any{map[string]any{"AuthenticationType": "AWS_IAM"}, map[string]any{"AuthenticationType": "API_KEY"}}},
		{"", "open the API", "AdditionalAuthenticationProviders", nil},
		{"M18", "ask without end", "QueryDepthLimit", 0},
		{"M18", "ask without end", "QueryDepthLimit", nil},
		{"M18", "ask without end", "QueryDepthLimit", 75},
		{"M18", "ask without end", "ResolverCountLimit", 0},
		{"M18", "ask without end", "ResolverCountLimit", 10000},
		{"M62", "open the API", "UserPoolConfig.AppIdClientRegex", ".*"},
		{"M62", "open the API", "UserPoolConfig.AppIdClientRegex", nil},
	},
}

// settings mutates what access rests on besides policies.
func (m mutation) settings() {
	for _, s := range m.slips() {
		m.edit(s.operator, s.String(), s.make)
	}
}

// slips are those that can happen to the resource.
func (m mutation) slips() []slip {
	all := slips[fmt.Sprint(m.resource["Type"])]
	if system.Lookup(m.properties(), headers+"SecurityHeadersConfig") != nil && system.Lookup(m.properties(), headers+"CorsConfig") == nil {
		// The site's are for no other site, and have no frame option beside their policy.
		return slices.DeleteFunc(slices.Clone(all), func(s slip) bool {
			return strings.HasPrefix(s.path, headers+"CorsConfig") || strings.Contains(s.path, ".FrameOptions")
		})
	}
	if m.resource["Type"] == "AWS::S3::Bucket" && m.properties()["CorsConfiguration"] == nil {
		// A bucket of logs has neither CORS nor versions.
		return slices.DeleteFunc(slices.Clone(all), func(s slip) bool {
			return strings.HasPrefix(s.path, "CorsConfiguration") || strings.HasPrefix(s.path, "VersioningConfiguration")
		})
	}
	return all
}

func (s slip) String() string { return fmt.Sprintf("%s = %v", s.path, s.value) }

// make gets the setting wrong.
func (s slip) make(properties map[string]any) {
	value := s.value
	if more, ok := value.(added); ok {
		value = append(slices.Clone(system.Items(system.Lookup(properties, s.path))), more.element)
	}
	prooftest.Set(properties, s.path, value)
}

// The misuse cases that a setting stops: the proof has nothing to say of the resource as it
// ships, and a violation of each slip.
func TestMisuse_settings(t *testing.T) {
	check := func(s *system.System) []Violation {
		return slices.Concat(checkSettings(s, access.Rules()), CheckCalls(s, access.Functions(), access.Rules()))
	}
	control := check(prooftest.Shipped(t, "prod"))
	for stack, template := range decode(t, prooftest.Assembly(t, "prod")) {
		for id, resource := range template["Resources"].(map[string]any) {
			m := mutation{id: id, resource: resource.(map[string]any)}
			path, _ := system.Lookup(m.resource, "Metadata").(map[string]any)["aws:cdk:path"].(string)
			there := func(v Violation) bool { return v.Path == path }
			for _, s := range m.slips() {
				if s.row == "" {
					continue
				}
				t.Run(s.row+" "+s.operator+"/"+s.String(), func(t *testing.T) {
					if at := slices.IndexFunc(control, there); at >= 0 {
						t.Errorf("as it ships: got %v, want nothing", control[at])
					}
					found := check(prooftest.Read(t, prooftest.Edited(t, stack, path, s.make)))
					if !slices.ContainsFunc(found, there) {
						t.Errorf("got %v, want a violation of %s", found, path)
					}
				})
			}
		}
	}
}

// Each invariant has a slip that breaks it: one that nothing can break, or that nobody thought of breaking, is found here.
func TestInvariants_haveASlipThatEachCatches(t *testing.T) {
	key := func(i invariant) string { return i.at.Path + ": " + i.path }
	caught := map[string]bool{}
	for stack, template := range decode(t, prooftest.Assembly(t, "prod")) {
		for id, resource := range template["Resources"].(map[string]any) {
			m := mutation{id: id, resource: resource.(map[string]any)}
			path, _ := system.Lookup(m.resource, "Metadata").(map[string]any)["aws:cdk:path"].(string)
			for _, s := range m.slips() {
				for _, i := range invariantsOf(prooftest.Read(t, prooftest.Edited(t, stack, path, s.make))) {
					if !satisfies(system.Lookup(i.properties, i.path), i.want) {
						caught[key(i)] = true
					}
				}
			}
		}
	}
	for _, i := range invariantsOf(prooftest.Shipped(t, "prod")) {
		if !satisfies(system.Lookup(i.properties, i.path), i.want) {
			t.Errorf("%s: broken as it ships", key(i))
		}
		if !caught[key(i)] {
			t.Errorf("%s: no slip breaks this invariant, want one in slips", key(i))
		}
	}
}
