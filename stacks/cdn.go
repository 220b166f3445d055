package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/jsii-runtime-go"

	"lightbox.example/lightbox/constructs"
	"lightbox.example/lightbox/internal/config"
)

// CDNProps are the resources of other stacks that CDN needs.
type CDNProps struct {
	Bucket awss3.IBucket
}

// CDN serves public pictures to anyone.
type CDN struct {
	Stack awscdk.Stack
	// URL is where public pictures are, as in https://d111111abcdef8.cloudfront.net.
	URL *string
	// ID and ARN are the distribution's.
	ID, ARN *string
}

// NewCDN defines the CDN stack.
func NewCDN(app awscdk.App, cfg config.Config, props CDNProps) CDN {
	stack := newStack(app, "CDN", "public pictures, near everybody", cfg)
	distribution := constructs.NewImageCDN(stack, "Distribution", constructs.ImageCDNProps{
		// By its attributes: the library would grant the whole of its own bucket, from there.
		Bucket: awss3.Bucket_FromBucketAttributes(stack, jsii.String("Files"), &awss3.BucketAttributes{
			BucketName:               props.Bucket.BucketName(),
			BucketRegionalDomainName: props.Bucket.BucketRegionalDomainName(),
			Region:                   &cfg.Region,
		}),
		Name: cfg.ResourceName(),
		CDN:  cfg.CDN,
	})
	host := distribution.DistributionDomainName()
	if cfg.CDN.Domain != "" {
		host = &cfg.CDN.Domain
	}
	output(stack, "DistributionDomainName", "Host of public pictures", distribution.DistributionDomainName())
	output(stack, "DistributionId", "Distribution of public pictures", distribution.DistributionId())
	return CDN{
		Stack: stack, URL: jsii.Sprintf("https://%s", *host),
		ID: distribution.DistributionId(), ARN: distribution.DistributionArn(),
	}
}
