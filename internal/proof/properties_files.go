package proof

import (
	"fmt"
	"slices"
	"strings"

	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/sandbox/cloudformation/schema"
)

// judgeFiles judges the buckets.
func (s judge) judgeFiles(types map[string]properties) {
	bucket := properties{}
	bucket.is("BucketEncryption", map[string]any{"ServerSideEncryptionConfiguration": []any{
		map[string]any{"ServerSideEncryptionByDefault": map[string]any{"SSEAlgorithm": "AES256"}},
	}})
	bucket.proven("cors", "CorsConfiguration.CorsRules.*.AllowedMethods", "CorsConfiguration.CorsRules.*.ExposedHeaders")
	bucket["CorsConfiguration.CorsRules.*.AllowedOrigins"] = judgement{needed: true, choice: true, holds: func(value any) string {
		if origins := fmt.Sprint(value); origins == "[]" || value == nil {
			return "the sites that may use the bucket"
		}
		return "" // what they may be is the rule cors
	}}
	bucket.is("CorsConfiguration.CorsRules.*.AllowedHeaders", []any{"*"})
	bucket.is("CorsConfiguration.CorsRules.*.MaxAge", 3000)
	bucket.proven("life", "LifecycleConfiguration.Rules")
	bucket.may("LoggingConfiguration", s.logging()...)
	bucket.is("OwnershipControls", map[string]any{"Rules": []any{map[string]any{"ObjectOwnership": "BucketOwnerEnforced"}}})
	bucket.is("VersioningConfiguration", map[string]any{"Status": "Enabled"})
	types["AWS::S3::Bucket"] = bucket

	policy := properties{}
	policy.proven("grants", "Bucket", "PolicyDocument")
	types["AWS::S3::BucketPolicy"] = policy

	empties := properties{}
	var names, functions []any
	for _, b := range s.Buckets() {
		names = append(names, b.Name)
	}
	for _, function := range ofType(s.System, "AWS::Lambda::Function") {
		if kindOfFunction(s.System, function) != "function" {
			functions = append(functions, function.ARN)
		}
	}
	empties.is("BucketName", names...)
	empties.is("ServiceToken", functions...)
	types["Custom::S3AutoDeleteObjects"] = empties
}

// logging is where accesses to the files may be written down.
func (s judge) logging() []any {
	var all []any
	for _, logs := range s.Logs {
		all = append(all, map[string]any{"DestinationBucketName": logs.Name})
	}
	return all
}

// judgeCDN judges CloudFront: what strangers are served, and how.
func (s judge) judgeCDN(types map[string]properties) {
	const config, behaviour, origin = "DistributionConfig.", "DistributionConfig.DefaultCacheBehavior.", "DistributionConfig.Origins.*."
	cdn := properties{}
	cdn.irrelevant(Words, config+"Comment")
	cdn.is(config+"CustomErrorResponses", []any{map[string]any{"ErrorCachingMinTTL": 10, "ErrorCode": 403}})
	cdn.is(behaviour+"CachePolicyId", "658327ea-f89d-4fab-a63d-7e88639e58f6") // Managed-CachingOptimized
	cdn.is(behaviour+"CachedMethods", []any{"GET", "HEAD"})
	cdn.irrelevant(Speed, behaviour+"Compress", config+"HttpVersion")
	cdn.is(config+"IPV6Enabled", true)
	cdn.is(behaviour+"TargetOriginId", system.Lookup(s.CDN.Properties, config+"Origins.0.Id"))
	cdn.is(config+"Enabled", true)
	cdn.choice(config+"PriceClass", "PriceClass_100", "PriceClass_200", "PriceClass_All")
	cdn.is(origin+"DomainName", s.Bucket.RegionalDomainName)
	cdn.irrelevant(Name, origin+"Id")
	cdn.is(origin+"OriginAccessControlId", s.OriginAccess.ID)
	cdn.proven("settings", origin+"OriginPath")
	cdn.is(origin+"S3OriginConfig", map[string]any{"OriginAccessIdentity": ""})
	cdn.holds(config+"Aliases", aliases(s.CDN.Settings))
	cdn.holds(config+"ViewerCertificate", certificate)
	cdn.holds(config+"WebACLId", func(value any) string {
		if text, _ := value.(string); !strings.Contains(text, ":global/webacl/") {
			return "a web ACL of CloudFront"
		}
		return ""
	})
	for _, optional := range []string{"Aliases", "ViewerCertificate", "WebACLId"} {
		j := cdn[config+optional]
		j.needed, j.choice = false, true
		cdn[config+optional] = j
	}
	types["AWS::CloudFront::Distribution"] = cdn

	access := properties{}
	access.irrelevant(Name, "OriginAccessControlConfig.Name")
	access.is("OriginAccessControlConfig.OriginAccessControlOriginType", "s3")
	access.is("OriginAccessControlConfig.SigningBehavior", "always")
	access.is("OriginAccessControlConfig.SigningProtocol", "sigv4")
	types["AWS::CloudFront::OriginAccessControl"] = access

	const policy = "ResponseHeadersPolicyConfig."
	headers := properties{}
	headers.irrelevant(Words, policy+"Comment")
	headers.irrelevant(Name, policy+"Name")
	headers.is(policy+"CorsConfig.AccessControlAllowHeaders", map[string]any{"Items": []any{"*"}})
	headers.is(policy+"CorsConfig.AccessControlAllowMethods", map[string]any{"Items": []any{"GET", "HEAD"}})
	headers.is(policy+"CorsConfig.OriginOverride", true)
	headers.is(policy+"SecurityHeadersConfig.ReferrerPolicy", map[string]any{"Override": true, "ReferrerPolicy": "no-referrer"})
	headers.is(policy+"SecurityHeadersConfig.StrictTransportSecurity", map[string]any{
		"AccessControlMaxAgeSec": 31536000, "IncludeSubdomains": true, "Override": true,
	})
	types["AWS::CloudFront::ResponseHeadersPolicy"] = headers
}

// aliases wants one domain of a distribution's own, and its certificate.
func aliases(of system.Settings) func(value any) string {
	return func(value any) string {
		if len(system.Items(value)) != 1 || system.Lookup(of.Properties, "DistributionConfig.ViewerCertificate") == nil {
			return "one domain, and its certificate"
		}
		return ""
	}
}

// certificate holds a distribution's own domain to TLS 1.2 of 2021.
func certificate(value any) string {
	parts, _ := value.(map[string]any)
	arn, _ := parts["AcmCertificateArn"].(string)
	if !strings.Contains(arn, ":acm:us-east-1:") || parts["MinimumProtocolVersion"] != "TLSv1.2_2021" || parts["SslSupportMethod"] != "sni-only" || len(parts) != 3 {
		return "a certificate of us-east-1, TLSv1.2_2021 and sni-only, and nothing else"
	}
	return ""
}

// judgeRoles judges IAM.
func (s judge) judgeRoles(types map[string]properties) {
	role := properties{}
	role.irrelevant(Words, "Description")
	role.proven("trust", "AssumeRolePolicyDocument")
	role.proven("services", "ManagedPolicyArns")
	role.proven("grants", "Policies")
	role["Tags"] = judgement{choice: true, holds: func(value any) string {
		for _, tag := range system.Items(value) {
			if strings.EqualFold(fmt.Sprint(system.Lookup(tag, "Key")), "user") {
				return "no tag user: policies know a user's own folder by it, and a role's tags are those of whoever has it"
			}
		}
		return ""
	}}
	types["AWS::IAM::Role"] = role

	managed := properties{}
	managed.irrelevant(Words, "Description")
	managed.is("Path", "/")
	managed.proven("grants", "PolicyDocument", "Roles")
	managed.needs("Roles")
	types["AWS::IAM::ManagedPolicy"] = managed

	policy := properties{}
	policy.irrelevant(Name, "PolicyName")
	policy.proven("grants", "PolicyDocument", "Roles")
	policy.needs("Roles")
	types["AWS::IAM::Policy"] = policy
}

// tagged are the properties of a type that are tags of its own.
func tagged(kind string) []string {
	return slices.DeleteFunc([]string{schema.Current().Types[kind].TagProperty}, func(path string) bool { return path == "" })
}
