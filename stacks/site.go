package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"lightbox.example/lightbox/constructs"
	"lightbox.example/lightbox/internal/config"
)

// Site is where the pages are. It depends on nobody.
type Site struct {
	// Origin is what browsers say where the pages come from, as in https://d111111abcdef8.cloudfront.net; nil without a site.
	Origin *string
	// ID is its distribution's; nil without a site.
	ID *string
}

// NewSite defines the Site stack, if the settings ask for one.
func NewSite(app awscdk.App, cfg config.Config) Site {
	if !cfg.Site.Present {
		return Site{}
	}
	stack := newStack(app, "Site", "the pages", cfg)
	bucket := constructs.NewPrivateBucket(stack, "Pages", constructs.PrivateBucketProps{RemoveData: cfg.RemoveData})
	distribution := constructs.NewPageCDN(stack, "Distribution", constructs.PageCDNProps{
		Bucket: bucket, Name: cfg.SiteName(), Site: cfg.Site, PriceClass: cfg.CDN.PriceClass,
	})
	host := distribution.DistributionDomainName()
	if cfg.Site.Domain != "" {
		host = &cfg.Site.Domain
	}
	output(stack, "SiteBucketName", "Bucket of the pages", bucket.BucketName())
	output(stack, "SiteDomainName", "Host of the pages", distribution.DistributionDomainName())
	output(stack, "SiteDistributionId", "Distribution of the pages", distribution.DistributionId())
	return Site{Origin: jsii.Sprintf("https://%s", *host), ID: distribution.DistributionId()}
}

// origins are the sites that browsers call from: those of the settings, and the pages' own.
func (s Site) origins(cfg config.Config) []string {
	all := cfg.WebOrigins
	if s.Origin != nil {
		all = append(all[:len(all):len(all)], *s.Origin)
	}
	return all
}
