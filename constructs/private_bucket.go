package constructs

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"lightbox.example/lightbox/internal/access"
)

// PrivateBucketProps are the settings of a bucket. The zero value keeps its data and
// answers no browser.
type PrivateBucketProps struct {
	// Origins are the sites whose scripts may use the bucket; none means no CORS rule.
	Origins []string
	// OpenOrigins says that Origins may hold `*` and plain HTTP. It is written into the
	// template, where the proof of access wants to see it.
	OpenOrigins bool
	// AccessLogs receives a line for each request; nil means no access logs.
	AccessLogs awss3.IBucket
	// ExpireAfterDays deletes objects of that age; 0 keeps them.
	ExpireAfterDays int
	// Rules say below which prefixes objects are deleted sooner, with their versions.
	Rules []access.Rule
	// Events sends what happens in the bucket to EventBridge, where rules decide who hears of it.
	Events bool
	// RemoveData empties and deletes the bucket with its stack.
	RemoveData bool
}

// OpenOrigins is the key of a bucket's metadata that allows any site and plain HTTP.
const OpenOrigins = "lightbox:open-origins"

// exposedHeaders are the response headers that a browser's script may read. Without
// ETag no multipart upload completes. S3 knows no wildcard here.
var exposedHeaders = []string{
	"x-amz-server-side-encryption", "x-amz-request-id", "x-amz-id-2", "ETag", "x-amz-version-id",
}

// NewPrivateBucket defines a bucket that nobody reaches without a policy that says
// so: no public access, no ACLs, TLS 1.2 or later, encrypted, versioned. A replaced or
// deleted object can be restored for 30 days; parts of uploads that were never
// finished are swept after a day.
//
// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html.
func NewPrivateBucket(scope constructs.Construct, id string, props PrivateBucketProps) awss3.Bucket {
	rule := &awss3.LifecycleRule{
		Id:                                  jsii.String("Sweep"),
		AbortIncompleteMultipartUploadAfter: awscdk.Duration_Days(jsii.Number(1)),
		NoncurrentVersionExpiration:         awscdk.Duration_Days(jsii.Number(30)),
	}
	if props.ExpireAfterDays > 0 {
		rule.Expiration = awscdk.Duration_Days(jsii.Number(props.ExpireAfterDays))
	}
	lifecycle := []*awss3.LifecycleRule{rule}
	for _, area := range props.Rules {
		if area.Days > 0 {
			days := awscdk.Duration_Days(jsii.Number(area.Days))
			lifecycle = append(lifecycle, &awss3.LifecycleRule{
				Id: jsii.String("Expire" + area.ID()), Prefix: jsii.String(area.Prefix()), Expiration: days, NoncurrentVersionExpiration: days,
			})
		}
	}
	bucket := awss3.NewBucket(scope, &id, &awss3.BucketProps{
		BlockPublicAccess:      awss3.BlockPublicAccess_BLOCK_ALL(),
		ObjectOwnership:        awss3.ObjectOwnership_BUCKET_OWNER_ENFORCED,
		Encryption:             awss3.BucketEncryption_S3_MANAGED,
		EnforceSSL:             jsii.Bool(true),
		MinimumTLSVersion:      jsii.Number(1.2),
		Versioned:              jsii.Bool(true),
		LifecycleRules:         &lifecycle,
		ServerAccessLogsBucket: props.AccessLogs,
		RemovalPolicy:          removal(props.RemoveData),
		AutoDeleteObjects:      jsii.Bool(props.RemoveData),
	})
	if props.Events {
		// Not the library's way, which has a function of its own do it for a bucket that is made here.
		bucket.Node().DefaultChild().(awss3.CfnBucket).SetNotificationConfiguration(&awss3.CfnBucket_NotificationConfigurationProperty{
			EventBridgeConfiguration: &awss3.CfnBucket_EventBridgeConfigurationProperty{EventBridgeEnabled: jsii.Bool(true)},
		})
	}
	if len(props.Origins) == 0 {
		return bucket
	}
	if props.OpenOrigins {
		bucket.Node().DefaultChild().(awss3.CfnBucket).AddMetadata(jsii.String(OpenOrigins), jsii.Bool(true))
	}
	bucket.AddCorsRule(&awss3.CorsRule{
		AllowedMethods: &[]awss3.HttpMethods{
			awss3.HttpMethods_GET, awss3.HttpMethods_HEAD, awss3.HttpMethods_PUT, awss3.HttpMethods_POST, awss3.HttpMethods_DELETE,
		},
		AllowedOrigins: jsii.Strings(props.Origins...),
		AllowedHeaders: jsii.Strings("*"),
		ExposedHeaders: jsii.Strings(exposedHeaders...),
		MaxAge:         jsii.Number(3000),
	})
	return bucket
}
