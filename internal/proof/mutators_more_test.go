package proof

import (
	"fmt"
	"regexp"
	"strings"
)

// attachments mutates who holds a policy and who gets a role.
func (m mutation) attachments() {
	roles := items(m.properties()["Roles"])
	for i := range roles {
		if len(roles) > 1 {
			m.edit("detach a policy", fmt.Sprintf("role %d", i+1), func(p map[string]any) {
				rest := append([]any{}, roles[:i]...)
				p["Roles"] = append(rest, roles[i+1:]...)
			})
		}
	}
	if m.resource["Type"] == "AWS::IAM::ManagedPolicy" {
		for name, output := range map[string]string{
			"guest": "PublishOutputRefIdentityPoolUnauthenticatedRole68AEFF8BA5F8864A",
			"user":  "PublishOutputRefIdentityPoolAuthenticatedRole42131CF52425238A",
			"admin": "PublishOutputRefAdminRole38563C57E39B54D1",
		} {
			role := map[string]any{"Fn::GetStackOutput": map[string]any{
				"StackName": "Lightbox-prod-Identity", "Region": "us-east-1", "OutputName": output,
			}}
			if !strings.Contains(fmt.Sprint(roles), output) {
				m.edit("attach a policy to another role", name, func(p map[string]any) { p["Roles"] = append(items(p["Roles"]), role) })
			}
		}
	}
	if attached, ok := m.properties()["Roles"].(map[string]any); ok {
		m.edit("swap roles", "guests and users", func(p map[string]any) {
			p["Roles"] = map[string]any{"authenticated": attached["unauthenticated"], "unauthenticated": attached["authenticated"]}
		})
		m.edit("swap roles", "guests as users", func(p map[string]any) {
			p["Roles"] = map[string]any{"authenticated": attached["authenticated"], "unauthenticated": attached["authenticated"]}
		})
	}
	if m.resource["Type"] == "AWS::Cognito::UserPoolGroup" {
		for _, role := range []string{"IdentityPoolAuthenticatedRole42131CF5", "IdentityPoolUnauthenticatedRole68AEFF8B"} {
			m.edit("swap roles", "admins get "+role, func(p map[string]any) {
				p["RoleArn"] = map[string]any{"Fn::GetAtt": []any{role, "Arn"}}
			})
		}
	}
}

// flips are the settings that access rests on, by type: a path and a value that opens it.
var flips = map[string][]struct {
	operator, path string
	value          any
}{
	"AWS::S3::Bucket": {
		{"unblock public access", "PublicAccessBlockConfiguration.BlockPublicAcls", false},
		{"unblock public access", "PublicAccessBlockConfiguration.BlockPublicPolicy", false},
		{"unblock public access", "PublicAccessBlockConfiguration.IgnorePublicAcls", false},
		{"unblock public access", "PublicAccessBlockConfiguration.RestrictPublicBuckets", false},
		{"unblock public access", "PublicAccessBlockConfiguration", nil},
		{"let ACLs in", "OwnershipControls.Rules.0.ObjectOwnership", "ObjectWriter"},
		{"widen CORS", "CorsConfiguration.CorsRules.0.AllowedOrigins", []any{"*"}},
		{"widen CORS", "CorsConfiguration.CorsRules.0.AllowedOrigins", []any{"https://*.com"}},
		{"widen CORS", "CorsConfiguration.CorsRules.0.AllowedOrigins", []any{"http://evil.example"}},
		{"widen CORS", "CorsConfiguration.CorsRules.0.AllowedOrigins", []any{"null"}},
		{"break CORS", "CorsConfiguration.CorsRules.0.ExposedHeaders", []any{"*"}},
		{"break CORS", "CorsConfiguration.CorsRules.0.ExposedHeaders", []any{"x-amz-request-id"}},
		{"break CORS", "CorsConfiguration.CorsRules.0.AllowedMethods", []any{"GET"}},
		{"break CORS", "CorsConfiguration.CorsRules.0.AllowedMethods", []any{"GET", "HEAD", "PUT", "POST"}},
	},
	"AWS::Cognito::IdentityPool": {
		{"open the identity pool", "AllowClassicFlow", true},
		{"open the identity pool", "CognitoIdentityProviders.0.ServerSideTokenCheck", false},
		{"open the identity pool", "CognitoIdentityProviders.0.ClientId", "another"},
		{"open the identity pool", "CognitoIdentityProviders.0.ProviderName", "cognito-idp.us-east-1.amazonaws.com/us-east-1_other"},
		{"open the identity pool", "SupportedLoginProviders", map[string]any{"accounts.google.com": "x"}},
		{"open the identity pool", "SamlProviderARNs", []any{"arn:aws:iam::111122223333:saml-provider/x"}},
	},
	"AWS::Cognito::IdentityPoolRoleAttachment": {
		{"change the role mapping", "RoleMappings.UserPool.Type", "Rules"},
		{"change the role mapping", "RoleMappings.UserPool.AmbiguousRoleResolution", "Deny"},
		{"change the role mapping", "RoleMappings.UserPool.IdentityProvider", "another"},
		{"change the role mapping", "RoleMappings", nil},
	},
	"AWS::Cognito::IdentityPoolPrincipalTag": {
		{"change the principal tag", "PrincipalTags.user", "email"},
		{"change the principal tag", "PrincipalTags.user", "username"},
		{"change the principal tag", "UseDefaults", true},
		{"change the principal tag", "IdentityProviderName", "another"},
	},
	"AWS::CloudFront::Distribution": {
		{"change the origin path", "DistributionConfig.Origins.0.OriginPath", ""},
		{"change the origin path", "DistributionConfig.Origins.0.OriginPath", "/private"},
		{"change the origin path", "DistributionConfig.Origins.0.OriginPath", "/public/photos"},
		{"open the CDN", "DistributionConfig.DefaultCacheBehavior.AllowedMethods", []any{"GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"}},
		{"open the CDN", "DistributionConfig.DefaultCacheBehavior.ViewerProtocolPolicy", "allow-all"},
		{"open the CDN", "DistributionConfig.CacheBehaviors", []any{map[string]any{"PathPattern": "/x/*"}}},
	},
	"AWS::AppSync::GraphQLApi": {
		{"open the API", "AuthenticationType", "AWS_IAM"},
		{"open the API", "AuthenticationType", "API_KEY"},
		{"open the API", "AdditionalAuthenticationProviders", []any{map[string]any{"AuthenticationType": "AWS_IAM"}, map[string]any{"AuthenticationType": "API_KEY"}}},
		{"open the API", "AdditionalAuthenticationProviders", nil},
		{"open the API", "UserPoolConfig.AppIdClientRegex", ".*"},
		{"open the API", "UserPoolConfig.AppIdClientRegex", nil},
	},
}

func (m mutation) settings() {
	for _, flip := range flips[fmt.Sprint(m.resource["Type"])] {
		parent, key := flip.path[:max(0, strings.LastIndex(flip.path, "."))], flip.path[strings.LastIndex(flip.path, ".")+1:]
		if strings.HasPrefix(flip.path, "Cors") && m.properties()["CorsConfiguration"] == nil {
			continue
		}
		m.edit(flip.operator, fmt.Sprintf("%s = %v", flip.path, flip.value), func(p map[string]any) {
			holder := p
			if parent != "" {
				holder = at(p, parent).(map[string]any)
			}
			if holder[key] = flip.value; flip.value == nil {
				delete(holder, key)
			}
		})
	}
}

var (
	publicDirectives = regexp.MustCompile(` @aws_iam @aws_cognito_user_pools`)
	userDirective    = regexp.MustCompile(` @aws_cognito_user_pools\b`)
	adminDirective   = regexp.MustCompile(` @aws_cognito_user_pools\(cognito_groups: \["Admins"\]\)`)
)

// schema mutates the directives of the schema one by one.
func (m mutation) schema() {
	text, _ := m.properties()["Definition"].(string)
	if text == "" {
		return
	}
	replace := func(operator string, pattern *regexp.Regexp, with string) {
		for _, place := range pattern.FindAllStringIndex(text, -1) {
			line := text[strings.LastIndex(text[:place[0]], "\n")+1 : place[1]]
			m.edit(operator, strings.TrimSpace(line)+" -> "+with, func(p map[string]any) {
				p["Definition"] = text[:place[0]] + with + text[place[1]:]
			})
		}
	}
	replace("remove a directive", publicDirectives, "")
	replace("remove a directive", publicDirectives, " @aws_iam")
	replace("remove a directive", publicDirectives, " @aws_cognito_user_pools")
	replace("remove a directive", userDirective, "")
	replace("change a directive", adminDirective, " @aws_cognito_user_pools")
	replace("change a directive", adminDirective, ` @aws_cognito_user_pools(cognito_groups: ["Admins", "Users"])`)
	replace("change a directive", adminDirective, ` @aws_iam @aws_cognito_user_pools(cognito_groups: ["Admins"])`)
	replace("change a directive", userDirective, " @aws_api_key @aws_cognito_user_pools")
}
