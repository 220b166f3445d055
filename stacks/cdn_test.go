package stacks

import (
	"testing"

	"lightbox.example/lightbox/internal/cdktest"
	"lightbox.example/lightbox/internal/config"
)

func distribution(t *testing.T, templates cdktest.Templates) cdktest.Resource {
	t.Helper()
	return templates["CDN"].Only(t, "AWS::CloudFront::Distribution", "")
}

func TestCDN_servesPublicThroughOriginAccessControl(t *testing.T) {
	template := environment(t, "prod")["CDN"]
	d := distribution(t, environment(t, "prod"))
	want(t, d, "DistributionConfig.Origins.0.OriginPath", "/public")
	want(t, d, "DistributionConfig.Origins.0.S3OriginConfig.OriginAccessIdentity", "")
	want(t, d, "DistributionConfig.Origins.1", nil)
	control := template.Only(t, "AWS::CloudFront::OriginAccessControl", "")
	want(t, control, "OriginAccessControlConfig.SigningBehavior", "always")
	want(t, control, "OriginAccessControlConfig.SigningProtocol", "sigv4")
	want(t, d, "DistributionConfig.Origins.0.OriginAccessControlId", map[string]any{"Fn::GetAtt": list(control.LogicalID, "Id")})
}

func TestCDN_readsOnly(t *testing.T) {
	d := distribution(t, environment(t, "prod"))
	want(t, d, "DistributionConfig.DefaultCacheBehavior.AllowedMethods", list("GET", "HEAD"))
	want(t, d, "DistributionConfig.DefaultCacheBehavior.CachedMethods", list("GET", "HEAD"))
	want(t, d, "DistributionConfig.CacheBehaviors", nil)
}

func TestCDN_redirectsToHTTPS(t *testing.T) {
	want(t, distribution(t, environment(t, "prod")), "DistributionConfig.DefaultCacheBehavior.ViewerProtocolPolicy", "redirect-to-https")
}

func TestCDN_cachesByPathAndCompresses(t *testing.T) {
	d := distribution(t, environment(t, "prod"))
	// The managed policy CachingOptimized, by the id that AWS gives it.
	want(t, d, "DistributionConfig.DefaultCacheBehavior.CachePolicyId", "658327ea-f89d-4fab-a63d-7e88639e58f6")
	want(t, d, "DistributionConfig.DefaultCacheBehavior.Compress", true)
}

func TestCDN_headersShowPicturesAndRunNothing(t *testing.T) {
	template := environment(t, "prod")["CDN"]
	headers := template.Only(t, "AWS::CloudFront::ResponseHeadersPolicy", "")
	const security = "ResponseHeadersPolicyConfig.SecurityHeadersConfig."
	want(t, headers, security+"ContentSecurityPolicy", map[string]any{"ContentSecurityPolicy": "default-src 'none'; sandbox", "Override": true})
	want(t, headers, security+"ContentTypeOptions.Override", true)
	want(t, headers, security+"FrameOptions", map[string]any{"FrameOption": "DENY", "Override": true})
	want(t, headers, security+"StrictTransportSecurity.AccessControlMaxAgeSec", 365*24*3600)
	want(t, headers, "ResponseHeadersPolicyConfig.CustomHeadersConfig.Items", []any{
		map[string]any{"Header": "Cross-Origin-Resource-Policy", "Value": "cross-origin", "Override": true},
	})
	want(t, headers, "ResponseHeadersPolicyConfig.CorsConfig.AccessControlAllowOrigins.Items", list("*"))
	want(t, headers, "ResponseHeadersPolicyConfig.CorsConfig.AccessControlAllowCredentials", false)
	want(t, distribution(t, environment(t, "prod")), "DistributionConfig.DefaultCacheBehavior.ResponseHeadersPolicyId",
		map[string]any{"Ref": headers.LogicalID})
}

func TestCDN_forgetsAMissingKeyInTenSeconds(t *testing.T) {
	want(t, distribution(t, environment(t, "prod")), "DistributionConfig.CustomErrorResponses",
		[]any{map[string]any{"ErrorCode": 403.0, "ErrorCachingMinTTL": 10.0}})
}

func TestCDN_takesACustomDomainAndAWebACL(t *testing.T) {
	d := distribution(t, environment(t, "prod"))
	want(t, d, "DistributionConfig.Aliases", nil)
	want(t, d, "DistributionConfig.WebACLId", nil)
	want(t, d, "DistributionConfig.PriceClass", "PriceClass_All")

	certificate := "arn:aws:acm:us-east-1:111122223333:certificate/0f0e0d0c-0b0a-4908-8706-050403020100"
	webACL := "arn:aws:wafv2:us-east-1:111122223333:global/webacl/images/0f0e0d0c-0b0a-4908-8706-050403020100"
	d = distribution(t, environment(t, "prod", func(cfg *config.Config) {
		cfg.CDN = config.CDN{Domain: "images.example.com", CertificateARN: certificate, WebACLARN: webACL, PriceClass: "PriceClass_100"}
	}))
	want(t, d, "DistributionConfig.Aliases", list("images.example.com"))
	want(t, d, "DistributionConfig.ViewerCertificate.AcmCertificateArn", certificate)
	want(t, d, "DistributionConfig.ViewerCertificate.MinimumProtocolVersion", "TLSv1.2_2021")
	want(t, d, "DistributionConfig.WebACLId", webACL)
	want(t, d, "DistributionConfig.PriceClass", "PriceClass_100")
}
