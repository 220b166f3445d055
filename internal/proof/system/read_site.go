package system

import (
	"fmt"
	"slices"
)

// firstOrigin is where a distribution says which bucket it is in front of.
const firstOrigin = "DistributionConfig.Origins.0.DomainName"

// ofSite tells the regional domain name of the site's bucket: it is behind one of several distributions, and answers no page of
// another site, which people's files do.
func (r *reader) ofSite(bucket string) bool {
	return len(r.all("AWS::CloudFront::Distribution")) > 1 && slices.ContainsFunc(r.all("AWS::CloudFront::Distribution"), func(p part) bool { return Lookup(p.Properties, firstOrigin) == bucket }) &&
		!slices.ContainsFunc(r.all("AWS::S3::Bucket"), func(p part) bool {
			domain, err := p.attribute("RegionalDomainName")
			return err == nil && domain == bucket && p.Properties["CorsConfiguration"] != nil
		})
}

// site is the system's, which there is from now on.
func (r *reader) site() *Site {
	if r.system.Site == nil {
		r.system.Site = &Site{}
	}
	return r.system.Site
}

// cloudFront reads the distributions with what they refer to: that of public pictures, which is in front of people's files,
// and, where a bucket of the site is behind one, that. A function that is not the site's is no part of the
// system, and nobody has looked at it.
func (r *reader) cloudFront() {
	distributions := r.all("AWS::CloudFront::Distribution")
	wanted := 1
	if r.system.Site != nil {
		wanted = 2
	}
	if len(distributions) != wanted {
		r.fault("got %d resources of type AWS::CloudFront::Distribution in the assembly, want %d", len(distributions), wanted)
		return
	}
	for _, p := range distributions {
		domain, err := p.attribute("DomainName")
		if err != nil {
			r.fault("%s: %w", p.Path, err)
		}
		one := Distribution{settingsOf(p), domain}
		if site := r.system.Site; site != nil && Lookup(p.Properties, firstOrigin) == site.Bucket.RegionalDomainName {
			site.Distribution = one
			continue
		}
		r.system.CDN = one
	}
	r.belongings("AWS::CloudFront::ResponseHeadersPolicy", "DistributionConfig.DefaultCacheBehavior.ResponseHeadersPolicyId", &r.system.Headers, func(s *Site) *Settings { return &s.Headers })
	r.belongings("AWS::CloudFront::OriginAccessControl", "DistributionConfig.Origins.0.OriginAccessControlId", &r.system.OriginAccess, func(s *Site) *Settings { return &s.OriginAccess })
	for _, p := range r.all("AWS::CloudFront::Function") {
		if site := r.system.Site; site != nil && Lookup(site.Properties, "DistributionConfig.DefaultCacheBehavior.FunctionAssociations.0.FunctionARN") == p.PhysicalID {
			site.Function = settingsOf(p)
		}
	}
}

// belongings reads the resources of a type of which each distribution has one: the site's is the one that it refers to.
func (r *reader) belongings(kind, path string, ofCDN *Settings, ofSite func(*Site) *Settings) {
	site, wanted := r.system.Site, 1
	if site != nil {
		wanted = 2
	}
	all := r.all(kind)
	if len(all) != wanted {
		r.fault("got %d resources of type %s in the assembly, want %d", len(all), kind, wanted)
		return
	}
	for _, p := range all {
		if site != nil && fmt.Sprint(Lookup(site.Properties, path)) == p.PhysicalID {
			*ofSite(site) = settingsOf(p)
			continue
		}
		*ofCDN = settingsOf(p)
	}
	if site != nil && ofSite(site).ID == "" {
		r.fault("%s: %s: got %v, want the %s of the assembly that is not the CDN's", site.Path, path, Lookup(site.Properties, path), kind)
	}
}
