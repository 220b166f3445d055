package constructs

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscertificatemanager"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudfront"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudfrontorigins"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/config"
)

// ImageCDNProps say what a distribution serves.
type ImageCDNProps struct {
	// Bucket holds the pictures. Its own policy decides what the CDN may read; the
	// distribution adds nothing to it.
	Bucket awss3.IBucket
	// Name is the distribution's in the console, and that of its origin access control and
	// of its response headers policy, which no other of the account may have.
	Name string
	// CDN are the settings of the environment.
	CDN config.CDN
}

// NewImageCDN defines a distribution that serves the objects below `public/` of a
// bucket: GET and HEAD, over TLS, cached by path alone. The path is the key without
// `public`.
//
// Uploaded files are other people's: the response headers keep a browser from running
// what is in them, and let other sites show the pictures. A missing key answers 403,
// as S3 does where listing is not granted, for ten seconds at most.
//
// See https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html.
func NewImageCDN(scope constructs.Construct, id string, props ImageCDNProps) awscloudfront.Distribution {
	origin := awscloudfrontorigins.S3BucketOrigin_WithOriginAccessControl(props.Bucket, &awscloudfrontorigins.S3BucketOriginWithOACProps{
		OriginPath: jsii.String(access.OriginPath),
		OriginAccessControl: awscloudfront.NewS3OriginAccessControl(scope, jsii.String("OriginAccess"), &awscloudfront.S3OriginAccessControlProps{
			OriginAccessControlName: &props.Name,
		}),
	})
	options := awscloudfront.DistributionProps{
		Comment: &props.Name,
		DefaultBehavior: &awscloudfront.BehaviorOptions{
			Origin:                origin,
			AllowedMethods:        awscloudfront.AllowedMethods_ALLOW_GET_HEAD(),
			CachedMethods:         awscloudfront.CachedMethods_CACHE_GET_HEAD(),
			CachePolicy:           awscloudfront.CachePolicy_CACHING_OPTIMIZED(),
			Compress:              jsii.Bool(true),
			ViewerProtocolPolicy:  awscloudfront.ViewerProtocolPolicy_REDIRECT_TO_HTTPS,
			ResponseHeadersPolicy: imageHeaders(scope, "ResponseHeaders", props.Name),
		},
		ErrorResponses: &[]*awscloudfront.ErrorResponse{
			{HttpStatus: jsii.Number(403), Ttl: awscdk.Duration_Seconds(jsii.Number(10))},
		},
		HttpVersion: awscloudfront.HttpVersion_HTTP2_AND_3,
		PriceClass:  priceClass(props.CDN.PriceClass),
	}
	if props.CDN.WebACLARN != "" {
		options.WebAclId = &props.CDN.WebACLARN
	}
	answerTo(scope, &options, props.CDN.Domain, props.CDN.CertificateARN)
	distribution := awscloudfront.NewDistribution(scope, &id, &options)
	awscdk.Annotations_Of(distribution).AcknowledgeWarning(
		jsii.String("@aws-cdk/aws-cloudfront-origins:updateImportedBucketPolicyOac"),
		jsii.String("the bucket's own stack grants the CDN its areas, and nothing else"))
	return distribution
}

// answerTo has a distribution answer to a host name of one's own, if there is one, by its certificate. Without, it has CloudFront's.
func answerTo(scope constructs.Construct, options *awscloudfront.DistributionProps, domain, certificateARN string) {
	if domain == "" {
		return
	}
	options.DomainNames = jsii.Strings(domain)
	options.Certificate = awscertificatemanager.Certificate_FromCertificateArn(scope, jsii.String("Certificate"), &certificateARN)
	options.MinimumProtocolVersion = awscloudfront.SecurityPolicyProtocol_TLS_V1_2_2021
}

// imageHeaders defines the response headers of files that strangers uploaded.
func imageHeaders(scope constructs.Construct, id, name string) awscloudfront.ResponseHeadersPolicy {
	return awscloudfront.NewResponseHeadersPolicy(scope, &id, &awscloudfront.ResponseHeadersPolicyProps{
		ResponseHeadersPolicyName: &name,
		Comment:                   jsii.String("Pictures: shown anywhere, run nowhere"),
		SecurityHeadersBehavior: &awscloudfront.ResponseSecurityHeadersBehavior{
			ContentSecurityPolicy: &awscloudfront.ResponseHeadersContentSecurityPolicy{
				ContentSecurityPolicy: jsii.String("default-src 'none'; sandbox"), Override: jsii.Bool(true),
			},
			ContentTypeOptions: &awscloudfront.ResponseHeadersContentTypeOptions{Override: jsii.Bool(true)},
			FrameOptions: &awscloudfront.ResponseHeadersFrameOptions{
				FrameOption: awscloudfront.HeadersFrameOption_DENY, Override: jsii.Bool(true),
			},
			ReferrerPolicy: &awscloudfront.ResponseHeadersReferrerPolicy{
				ReferrerPolicy: awscloudfront.HeadersReferrerPolicy_NO_REFERRER, Override: jsii.Bool(true),
			},
			StrictTransportSecurity: &awscloudfront.ResponseHeadersStrictTransportSecurity{
				AccessControlMaxAge: awscdk.Duration_Days(jsii.Number(365)), IncludeSubdomains: jsii.Bool(true), Override: jsii.Bool(true),
			},
		},
		CorsBehavior: &awscloudfront.ResponseHeadersCorsBehavior{
			AccessControlAllowOrigins:     jsii.Strings("*"),
			AccessControlAllowMethods:     jsii.Strings("GET", "HEAD"),
			AccessControlAllowHeaders:     jsii.Strings("*"),
			AccessControlAllowCredentials: jsii.Bool(false),
			OriginOverride:                jsii.Bool(true),
		},
		CustomHeadersBehavior: &awscloudfront.ResponseCustomHeadersBehavior{
			CustomHeaders: &[]*awscloudfront.ResponseCustomHeader{{
				Header: jsii.String("Cross-Origin-Resource-Policy"), Value: jsii.String("cross-origin"), Override: jsii.Bool(true),
			}},
		},
	})
}

func priceClass(name string) awscloudfront.PriceClass {
	switch name {
	case "PriceClass_100":
		return awscloudfront.PriceClass_PRICE_CLASS_100
	case "PriceClass_200":
		return awscloudfront.PriceClass_PRICE_CLASS_200
	default:
		return awscloudfront.PriceClass_PRICE_CLASS_ALL
	}
}
