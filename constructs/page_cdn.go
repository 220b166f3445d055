package constructs

import (
	_ "embed"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudfront"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudfrontorigins"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"lightbox.example/lightbox/internal/config"
)

// PageCDNProps say what pages a distribution serves.
type PageCDNProps struct {
	// Bucket holds the pages. Its policy lets this distribution get what is in it.
	Bucket awss3.IBucket
	// Name is that of the origin access control, of the response headers policy and of the function, which no other of
	// the account may have.
	Name string
	// Site are the settings of the environment.
	Site config.Site
	// PriceClass is as in config.CDN.
	PriceClass string
}

// immutable is where a build has what it names by its content.
const immutable = "/_next/static/*"

// indexes finds the index of a folder.
//
//go:embed indexes.js
var indexes string

// NewPageCDN defines a distribution that serves a static export: GET and HEAD, over TLS, cached by path alone. How long
// browsers and edges keep a file is said by its Cache-Control, which whoever uploads it gives it: what is named by its
// content for ever, a page not at all. An edge may keep a page for a second, the least that the cache policy allows; the one
// that keeps nothing would not compress.
//
// A folder's index is found by a function, but below /_next/static/, where there are files alone: it is billed by call. What
// is not there, which S3 answers by 403 where listing is not granted, is /404.html with the status 404.
//
// The headers hold for any build. Which scripts a page may run, and whom it may call, is in the page itself.
//
// See https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html.
func NewPageCDN(scope constructs.Construct, id string, props PageCDNProps) awscloudfront.Distribution {
	file := awscloudfront.BehaviorOptions{
		Origin: awscloudfrontorigins.S3BucketOrigin_WithOriginAccessControl(props.Bucket, &awscloudfrontorigins.S3BucketOriginWithOACProps{
			OriginAccessControl: awscloudfront.NewS3OriginAccessControl(scope, jsii.String("OriginAccess"), &awscloudfront.S3OriginAccessControlProps{
				OriginAccessControlName: &props.Name,
			}),
		}),
		AllowedMethods:        awscloudfront.AllowedMethods_ALLOW_GET_HEAD(),
		CachedMethods:         awscloudfront.CachedMethods_CACHE_GET_HEAD(),
		CachePolicy:           awscloudfront.CachePolicy_CACHING_OPTIMIZED(),
		Compress:              jsii.Bool(true),
		ResponseHeadersPolicy: pageHeaders(scope, "Headers", props.Name),
		ViewerProtocolPolicy:  awscloudfront.ViewerProtocolPolicy_REDIRECT_TO_HTTPS,
	}
	page := file
	page.FunctionAssociations = &[]*awscloudfront.FunctionAssociation{{
		EventType: awscloudfront.FunctionEventType_VIEWER_REQUEST,
		Function: awscloudfront.NewFunction(scope, jsii.String("Indexes"), &awscloudfront.FunctionProps{
			FunctionName: &props.Name,
			Comment:      jsii.String("The index of a folder"),
			Runtime:      awscloudfront.FunctionRuntime_JS_2_0(),
			Code:         awscloudfront.FunctionCode_FromInline(&indexes),
			AutoPublish:  jsii.Bool(true),
		}),
	}}
	options := awscloudfront.DistributionProps{
		Comment:             &props.Name,
		DefaultBehavior:     &page,
		AdditionalBehaviors: &map[string]*awscloudfront.BehaviorOptions{immutable: &file},
		ErrorResponses: &[]*awscloudfront.ErrorResponse{{
			HttpStatus: jsii.Number(403), ResponseHttpStatus: jsii.Number(404), ResponsePagePath: jsii.String("/404.html"),
			Ttl: awscdk.Duration_Seconds(jsii.Number(10)),
		}},
		HttpVersion: awscloudfront.HttpVersion_HTTP2_AND_3,
		PriceClass:  priceClass(props.PriceClass),
	}
	answerTo(scope, &options, props.Site.Domain, props.Site.CertificateARN)
	return awscloudfront.NewDistribution(scope, &id, &options)
}

// pageHeaders defines what a page's HTML cannot say of itself, for any build. A second policy does not widen a first one: a
// browser holds a page to both.
//
// See https://www.w3.org/TR/CSP3/#multiple-policies.
func pageHeaders(scope constructs.Construct, id, name string) awscloudfront.ResponseHeadersPolicy {
	return awscloudfront.NewResponseHeadersPolicy(scope, &id, &awscloudfront.ResponseHeadersPolicyProps{
		ResponseHeadersPolicyName: &name,
		Comment:                   jsii.String("Pages: in no frame, by TLS alone"),
		SecurityHeadersBehavior: &awscloudfront.ResponseSecurityHeadersBehavior{
			ContentSecurityPolicy: &awscloudfront.ResponseHeadersContentSecurityPolicy{
				ContentSecurityPolicy: jsii.String("frame-ancestors 'none'; base-uri 'none'; object-src 'none'"), Override: jsii.Bool(true),
			},
			ContentTypeOptions: &awscloudfront.ResponseHeadersContentTypeOptions{Override: jsii.Bool(true)},
			ReferrerPolicy: &awscloudfront.ResponseHeadersReferrerPolicy{
				ReferrerPolicy: awscloudfront.HeadersReferrerPolicy_STRICT_ORIGIN_WHEN_CROSS_ORIGIN, Override: jsii.Bool(true),
			},
			// Not for what is below its name: that may be others'.
			StrictTransportSecurity: &awscloudfront.ResponseHeadersStrictTransportSecurity{
				AccessControlMaxAge: awscdk.Duration_Days(jsii.Number(365)), IncludeSubdomains: jsii.Bool(false), Override: jsii.Bool(true),
			},
		},
		CustomHeadersBehavior: &awscloudfront.ResponseCustomHeadersBehavior{
			CustomHeaders: &[]*awscloudfront.ResponseCustomHeader{{
				Header: jsii.String("Permissions-Policy"), Value: jsii.String("camera=(), geolocation=(), microphone=(), payment=(), usb=()"), Override: jsii.Bool(true),
			}},
		},
	})
}
