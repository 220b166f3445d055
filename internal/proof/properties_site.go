package proof

import (
	"crypto/sha256"
	"fmt"
	"slices"

	"lightbox.example/lightbox/internal/proof/system"
)

// ofTheSite stands behind the types of the site's resources, whose judgements are others than the CDN's.
const ofTheSite = " of the site"

// indexes is the hash of the function that says which file of the site is wanted. A function may rewrite whatever a viewer
// asks for: look at what changed before you put another hash here.
const indexes = "17a87e273fb668727cb30fd1bd2fb1e48eae7af9a02237dadde402d04be7c093"

// isSites tells what of CloudFront is the site's.
func (s judge) isSites(at system.At) bool {
	return s.Site != nil && slices.Contains([]system.At{s.Site.At, s.Site.Headers.At, s.Site.OriginAccess.At, s.Site.Function.At}, at)
}

// judgeSite judges CloudFront in front of the pages. Whatever can be had there, anyone may have: that the bucket has nothing
// else, nobody can see in templates.
func (s judge) judgeSite(types map[string]properties) {
	if s.Site == nil {
		return
	}
	types["AWS::CloudFront::Distribution"+ofTheSite] = s.siteDistribution(types["AWS::CloudFront::Distribution"])
	types["AWS::CloudFront::OriginAccessControl"+ofTheSite] = types["AWS::CloudFront::OriginAccessControl"]

	const policy = "ResponseHeadersPolicyConfig."
	headers := properties{}
	headers.irrelevant(Words, policy+"Comment")
	headers.irrelevant(Name, policy+"Name")
	headers.is(policy+"CustomHeadersConfig.Items", []any{map[string]any{
		"Header": "Permissions-Policy", "Override": true, "Value": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
	}})
	headers.is(policy+"SecurityHeadersConfig", map[string]any{
		"ContentSecurityPolicy": map[string]any{"ContentSecurityPolicy": "frame-ancestors 'none'; base-uri 'none'; object-src 'none'", "Override": true},
		"ContentTypeOptions":    map[string]any{"Override": true},
		"ReferrerPolicy":        map[string]any{"Override": true, "ReferrerPolicy": "strict-origin-when-cross-origin"},
		"StrictTransportSecurity": map[string]any{
			"AccessControlMaxAgeSec": 31536000, "IncludeSubdomains": false, "Override": true,
		},
	})
	types["AWS::CloudFront::ResponseHeadersPolicy"+ofTheSite] = headers

	function := properties{}
	function.is("AutoPublish", true)
	function.holds("FunctionCode", func(value any) string {
		if got := fmt.Sprintf("%x", sha256.Sum256([]byte(fmt.Sprint(value)))); got != indexes {
			return "the code whose hash is " + indexes + ", and not " + got + ": look at what changed, and put the new hash into internal/proof/properties_site.go"
		}
		return ""
	})
	function.irrelevant(Words, "FunctionConfig.Comment")
	function.is("FunctionConfig.Runtime", "cloudfront-js-2.0")
	function.irrelevant(Name, "Name")
	types["AWS::CloudFront::Function"+ofTheSite] = function
}

// siteDistribution are the judgements of the site's distribution: those of the CDN's, but for what it serves.
func (s judge) siteDistribution(cdn properties) properties {
	const config, origin = "DistributionConfig.", "DistributionConfig.Origins.*."
	site := properties{}
	for path, j := range cdn {
		site[path] = j
	}
	site.is(config+"CustomErrorResponses", []any{map[string]any{"ErrorCachingMinTTL": 10, "ErrorCode": 403, "ResponseCode": 404, "ResponsePagePath": "/404.html"}})
	for _, behaviour := range []string{config + "DefaultCacheBehavior.", config + "CacheBehaviors.*."} {
		site[behaviour+"CachePolicyId"], site[behaviour+"CachedMethods"] = cdn[config+"DefaultCacheBehavior.CachePolicyId"], cdn[config+"DefaultCacheBehavior.CachedMethods"]
		site.irrelevant(Speed, behaviour+"Compress")
		site.is(behaviour+"AllowedMethods", []any{"GET", "HEAD"})
		site.is(behaviour+"ResponseHeadersPolicyId", s.Site.Headers.ID)
		site.is(behaviour+"TargetOriginId", system.Lookup(s.Site.Properties, config+"Origins.0.Id"))
		site.is(behaviour+"ViewerProtocolPolicy", "redirect-to-https")
	}
	site.is(config+"CacheBehaviors.*.PathPattern", "/_next/static/*")
	site.is(config+"DefaultCacheBehavior.FunctionAssociations", []any{map[string]any{"EventType": "viewer-request", "FunctionARN": s.Site.Function.ID}})
	delete(site, config+"WebACLId")
	delete(site, origin+"OriginPath") // the whole bucket is for anyone
	site[config+"Aliases"] = judgement{choice: true, holds: aliases(s.Site.Settings)}
	site.is(origin+"DomainName", s.Site.Bucket.RegionalDomainName)
	site.is(origin+"OriginAccessControlId", s.Site.OriginAccess.ID)
	return site
}
