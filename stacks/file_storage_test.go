package stacks

import (
	"slices"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/cdktest"
	"lightbox.example/lightbox/internal/config"
)

func files(t *testing.T, templates cdktest.Templates) cdktest.Resource {
	t.Helper()
	return templates["FileStorage"].Only(t, "AWS::S3::Bucket", "Files")
}

func TestFileStorage_bucketsAreClosed(t *testing.T) {
	for _, env := range []string{"dev", "prod"} {
		for _, bucket := range environment(t, env)["FileStorage"].All("AWS::S3::Bucket") {
			for _, block := range []string{"BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"} {
				want(t, bucket, "PublicAccessBlockConfiguration."+block, true)
			}
			want(t, bucket, "OwnershipControls.Rules.0.ObjectOwnership", "BucketOwnerEnforced")
			want(t, bucket, "WebsiteConfiguration", nil)
			want(t, bucket, "AccessControl", nil)
		}
	}
}

func TestFileStorage_encryptsAndKeepsVersions(t *testing.T) {
	bucket := files(t, environment(t, "prod"))
	want(t, bucket, "VersioningConfiguration.Status", "Enabled")
	want(t, bucket, "BucketEncryption.ServerSideEncryptionConfiguration.0.ServerSideEncryptionByDefault.SSEAlgorithm", "AES256")
}

func TestFileStorage_sweepsUnfinishedUploadsAndOldVersions(t *testing.T) {
	rule := cdktest.Resource{Type: "rule", Properties: map[string]any{"Rule": files(t, environment(t, "prod")).Get("LifecycleConfiguration.Rules.0")}}
	want(t, rule, "Rule.Status", "Enabled")
	want(t, rule, "Rule.AbortIncompleteMultipartUpload.DaysAfterInitiation", 1)
	want(t, rule, "Rule.NoncurrentVersionExpiration.NoncurrentDays", 30)
	// What people uploaded does not expire.
	want(t, rule, "Rule.ExpirationInDays", nil)
}

func TestFileStorage_logsAccessToABucketThatForgets(t *testing.T) {
	template := environment(t, "prod")["FileStorage"]
	logs := template.Only(t, "AWS::S3::Bucket", "AccessLogs")
	want(t, files(t, environment(t, "prod")), "LoggingConfiguration.DestinationBucketName", map[string]any{"Ref": logs.LogicalID})
	want(t, logs, "LifecycleConfiguration.Rules.0.ExpirationInDays", 30)
	want(t, logs, "CorsConfiguration", nil)
}

func TestFileStorage_refusesPlainAndOldTLS(t *testing.T) {
	for _, policy := range environment(t, "prod")["FileStorage"].All("AWS::S3::BucketPolicy") {
		var denied []any
		statements, _ := policy.Get("PolicyDocument.Statement").([]any)
		for _, s := range statements {
			if cdktest.Get(s, "Effect") == "Deny" && cdktest.Get(s, "Action") == "s3:*" && cdktest.Get(s, "Principal.AWS") == "*" {
				denied = append(denied, cdktest.Get(s, "Condition"))
			}
		}
		if len(denied) != 2 {
			t.Fatalf("%s: got %d denials for everybody, want 2", policy.LogicalID, len(denied))
		}
		if got := denied[0].(map[string]any)["Bool"]; cdktest.Get(got, "aws:SecureTransport") != "false" {
			t.Errorf("%s: plain HTTP is not denied: %v", policy.LogicalID, denied[0])
		}
		if got := denied[1].(map[string]any)["NumericLessThan"]; cdktest.Get(got, "s3:TlsVersion") != 1.2 {
			t.Errorf("%s: old TLS is not denied: %v", policy.LogicalID, denied[1])
		}
	}
}

func TestFileStorage_answersTheConfiguredOriginsOnly(t *testing.T) {
	bucket := files(t, environment(t, "prod", func(cfg *config.Config) {
		cfg.WebOrigins = []string{"https://shop.example.com", "https://www.example.com"}
	}))
	want(t, bucket, "CorsConfiguration.CorsRules.0.AllowedOrigins", list("https://shop.example.com", "https://www.example.com"))
	want(t, bucket, "CorsConfiguration.CorsRules.1", nil)
}

func TestFileStorage_exposesWhatTheClientReadsByName(t *testing.T) {
	bucket := files(t, environment(t, "prod"))
	want(t, bucket, "CorsConfiguration.CorsRules.0.AllowedMethods", list("GET", "HEAD", "PUT", "POST", "DELETE"))
	want(t, bucket, "CorsConfiguration.CorsRules.0.AllowedHeaders", list("*"))
	want(t, bucket, "CorsConfiguration.CorsRules.0.ExposedHeaders",
		list("x-amz-server-side-encryption", "x-amz-request-id", "x-amz-id-2", "ETag", "x-amz-version-id"))
}

// The statement that lets CloudFront in names the areas of the table, not the bucket.
func TestFileStorage_letsDistributionsOfThisAccountReadPublicAreasOnly(t *testing.T) {
	template := environment(t, "prod")["FileStorage"]
	policy := template.Only(t, "AWS::S3::BucketPolicy", "Files")
	var areas []string
	statements, _ := policy.Get("PolicyDocument.Statement").([]any)
	for _, s := range statements {
		if cdktest.Get(s, "Principal.Service") != "cloudfront.amazonaws.com" {
			continue
		}
		r := cdktest.Resource{Type: "statement", Properties: s.(map[string]any)}
		want(t, r, "Action", "s3:GetObject")
		// Nothing but the source's ARN, which CloudFront is documented to send, and which has the account.
		want(t, r, "Condition", map[string]any{"ArnLike": map[string]any{"aws:SourceArn": map[string]any{"Fn::Join": []any{"", []any{
			"arn:", map[string]any{"Ref": "AWS::Partition"}, ":cloudfront::", map[string]any{"Ref": "AWS::AccountId"}, ":distribution/*",
		}}}}})
		areas = append(areas, cdktest.Get(s, "Resource.Fn::Join.1.1").(string))
	}
	if wanted := []string{"/public/products/*", "/public/photos/*"}; !slices.Equal(areas, wanted) {
		t.Errorf("CloudFront may read %v, want %v", areas, wanted)
	}
}

func TestM83_M84_prodKeepsFilesAndRunsNoCustomCode(t *testing.T) {
	prod, dev := environment(t, "prod"), environment(t, "dev")
	for id, template := range prod {
		for _, r := range template.Resources {
			if strings.HasPrefix(r.Type, "Custom::") || r.Type == "AWS::Lambda::Function" && r.Get("Handler") != "bootstrap" {
				t.Errorf("prod has %s in %s, want no code of the library's own", r.Type, id)
			}
		}
	}
	for _, bucket := range prod["FileStorage"].All("AWS::S3::Bucket") {
		if bucket.DeletionPolicy != "RetainExceptOnCreate" || bucket.UpdateReplacePolicy != "Retain" {
			t.Errorf("%s: got %s and %s in prod, want RetainExceptOnCreate and Retain", bucket.LogicalID, bucket.DeletionPolicy, bucket.UpdateReplacePolicy)
		}
	}
	// The control: dev leaves nothing behind.
	if bucket := files(t, dev); bucket.DeletionPolicy != "Delete" {
		t.Errorf("got %s in dev, want Delete", bucket.DeletionPolicy)
	}
	if emptied := dev["FileStorage"].All("Custom::S3AutoDeleteObjects"); len(emptied) != 3 {
		t.Errorf("got %d buckets emptied in dev, want 3", len(emptied))
	}
}

func TestM84_prodKeepsUsersAndRows(t *testing.T) {
	prod, dev := environment(t, "prod"), environment(t, "dev")
	for stack, kind := range map[string]string{"Auth": "AWS::Cognito::UserPool", "API": "AWS::DynamoDB::GlobalTable"} {
		for _, r := range prod[stack].All(kind) {
			if r.DeletionPolicy != "Retain" || r.UpdateReplacePolicy != "Retain" {
				t.Errorf("%s: got %s and %s in prod, want Retain", r.LogicalID, r.DeletionPolicy, r.UpdateReplacePolicy)
			}
		}
		for _, r := range dev[stack].All(kind) {
			if r.DeletionPolicy != "Delete" {
				t.Errorf("%s: got %s in dev, want Delete", r.LogicalID, r.DeletionPolicy)
			}
		}
	}
	want(t, userPool(t, prod), "DeletionProtection", "ACTIVE")
	want(t, userPool(t, dev), "DeletionProtection", "INACTIVE")
	for _, table := range prod["API"].All("AWS::DynamoDB::GlobalTable") {
		want(t, table, "Replicas.0.DeletionProtectionEnabled", true)
		want(t, table, "Replicas.0.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled", true)
	}
}
