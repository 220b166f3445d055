package proof

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"lightbox/internal/access"
)

// setting is a property that access rests on and no configuration may change.
type setting struct {
	at         At
	properties map[string]any
	path       string
	want       any
	why        string
}

// checkSettings holds the properties that access rests on against the invariants.
func (s *System) checkSettings(rules []access.Rule) []Violation {
	var found []Violation
	for _, p := range s.settings() {
		if got := at(p.properties, p.path); !reflect.DeepEqual(plain(got), p.want) {
			found = append(found, Violation{At: p.at, Rule: "settings", Text: fmt.Sprintf("%s: got %v, want %v: %s", p.path, show(got), show(p.want), p.why)})
		}
	}
	found = append(found, s.checkCORS()...)
	return append(found, s.checkReach(rules)...)
}

func (s *System) settings() []setting {
	var all []setting
	add := func(at At, properties map[string]any, path string, want any, why string) {
		all = append(all, setting{at, properties, path, want, why})
	}
	for _, bucket := range append([]Bucket{s.Bucket}, s.Logs...) {
		for _, block := range []string{"BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"} {
			add(bucket.At, bucket.Properties, "PublicAccessBlockConfiguration."+block, "true", "a bucket must not become public by an ACL or a policy")
		}
		add(bucket.At, bucket.Properties, "OwnershipControls.Rules.0.ObjectOwnership", "BucketOwnerEnforced", "ACLs must not grant anything")
		add(bucket.At, bucket.Properties, "WebsiteConfiguration", nil, "a website endpoint knows no TLS")
	}
	add(s.Pool.At, s.Pool.Properties, "AllowClassicFlow", "false", "credentials by the classic flow escape the ceiling over guests")
	add(s.Pool.At, s.Pool.Properties, "CognitoIdentityProviders.0.ServerSideTokenCheck", "true", "a signed-out or disabled user must get no credentials")
	add(s.Pool.At, s.Pool.Properties, "CognitoIdentityProviders.0.ProviderName", s.Pool.Provider, "tokens of another user pool must not be taken")
	add(s.Pool.At, s.Pool.Properties, "CognitoIdentityProviders.0.ClientId", s.Pool.Client, "tokens of another client must not be taken")
	add(s.Pool.At, s.Pool.Properties, "CognitoIdentityProviders.1", nil, "there is one user pool")
	for _, other := range []string{"SupportedLoginProviders", "OpenIdConnectProviderARNs", "SamlProviderARNs", "DeveloperProviderName"} {
		add(s.Pool.At, s.Pool.Properties, other, nil, "there is one user pool")
	}
	add(s.Pool.AttachmentAt, s.Pool.Attachment, "RoleMappings.UserPool.Type", "Token", "the role follows the token's groups")
	add(s.Pool.AttachmentAt, s.Pool.Attachment, "RoleMappings.UserPool.AmbiguousRoleResolution", "AuthenticatedRole", "a user in no group has the signed-in role")
	add(s.Pool.AttachmentAt, s.Pool.Attachment, "RoleMappings.UserPool.IdentityProvider", s.Pool.Provider+":"+s.Pool.Client, "the mapping is for tokens of the one client")
	add(s.Pool.TagAt, s.Pool.Tag, "PrincipalTags", map[string]any{"user": "sub"}, "policies know a user's own folder by the tag")
	add(s.Pool.TagAt, s.Pool.Tag, "UseDefaults", "false", "policies know a user's own folder by the tag")
	add(s.Pool.TagAt, s.Pool.Tag, "IdentityProviderName", s.Pool.Provider, "the tag is for tokens of the one user pool")
	const behaviour = "DistributionConfig.DefaultCacheBehavior."
	add(s.CDN.At, s.CDN.Properties, "DistributionConfig.Origins.0.OriginPath", access.OriginPath, "the CDN serves what is public, below its path")
	add(s.CDN.At, s.CDN.Properties, "DistributionConfig.Origins.1", nil, "the CDN serves the one bucket")
	add(s.CDN.At, s.CDN.Properties, "DistributionConfig.CacheBehaviors", nil, "every path is served alike")
	add(s.CDN.At, s.CDN.Properties, behaviour+"AllowedMethods", []any{"GET", "HEAD"}, "the CDN reads only")
	add(s.CDN.At, s.CDN.Properties, behaviour+"ViewerProtocolPolicy", "redirect-to-https", "nobody reads over plain HTTP")
	add(s.API.At, s.API.Properties, "AuthenticationType", "AMAZON_COGNITO_USER_POOLS", "callers are users of the pool unless they sign as IAM does")
	add(s.API.At, s.API.Properties, "AdditionalAuthenticationProviders", []any{map[string]any{"AuthenticationType": "AWS_IAM"}}, "there is no API key")
	add(s.API.At, s.API.Properties, "UserPoolConfig.AppIdClientRegex", "^"+s.Pool.Client+"$", "tokens of another client must not be taken")
	return all
}

// checkCORS makes sure that foreign sites cannot read, and that ours can read what they need.
func (s *System) checkCORS() []Violation {
	var found []Violation
	report := func(format string, args ...any) {
		found = append(found, Violation{At: s.Bucket.At, Rule: "cors", Text: fmt.Sprintf(format, args...)})
	}
	rules := items(at(s.Bucket.Properties, "CorsConfiguration.CorsRules"))
	if len(rules) != 1 {
		report("got %d CORS rules, want 1", len(rules))
	}
	for _, rule := range rules {
		if methods, wanted := at(rule, "AllowedMethods"), []any{"GET", "HEAD", "PUT", "POST", "DELETE"}; !reflect.DeepEqual(methods, wanted) {
			report("AllowedMethods: got %v, want %v: uploads and removals need all of them", methods, wanted)
		}
		exposed := items(at(rule, "ExposedHeaders"))
		for _, header := range []string{"ETag", "x-amz-version-id", "x-amz-request-id", "x-amz-id-2", "x-amz-server-side-encryption"} {
			if !slices.ContainsFunc(exposed, func(h any) bool { return strings.EqualFold(fmt.Sprint(h), header) }) {
				report("a page may not read %s, which the client needs", header)
			}
		}
		if slices.ContainsFunc(exposed, func(h any) bool { return strings.Contains(fmt.Sprint(h), "*") }) {
			report("ExposedHeaders: got %v, want names: S3 refuses wildcards", exposed)
		}
		for _, origin := range items(at(rule, "AllowedOrigins")) {
			switch text := fmt.Sprint(origin); {
			case text == "*" || strings.HasPrefix(text, "http://"):
				if !s.Bucket.OpenOrigins {
					report("pages of %s may read files: the environment does not open its origins", text)
				}
			case strings.Contains(text, "*") || !strings.HasPrefix(text, "https://"):
				report("pages of %s may read files: want origins by name", text)
			}
		}
	}
	return found
}

// checkReach makes sure that what the CDN can read is what its paths can name.
func (s *System) checkReach(rules []access.Rule) []Violation {
	var found []Violation
	for _, rule := range rules {
		if rule.CDN != 0 && !strings.HasPrefix("/"+rule.Area, access.OriginPath+"/") {
			found = append(found, Violation{At: s.CDN.At, Rule: "cdn", Text: fmt.Sprintf("the CDN may get %s, which no path below %s names", rule.Area, access.OriginPath)})
		}
	}
	return found
}

// at follows a path of keys and indexes into decoded JSON; nil where there is nothing.
func at(value any, path string) any {
	for key := range strings.SplitSeq(path, ".") {
		switch v := value.(type) {
		case map[string]any:
			value = v[key]
		case []any:
			var index int
			if _, err := fmt.Sscanf(key, "%d", &index); err != nil || index < 0 || index >= len(v) {
				return nil
			}
			value = v[index]
		default:
			return nil
		}
	}
	return value
}

// plain makes a boolean or a number the text that CloudFormation takes as well.
func plain(value any) any {
	switch value.(type) {
	case nil, string, []any, map[string]any:
		return value
	default:
		return fmt.Sprint(value)
	}
}

func show(value any) any {
	if value == nil {
		return "nothing"
	}
	return value
}
