package stacks

import (
	"slices"
	"testing"

	"lightbox.example/lightbox/internal/config"
)

// withSite is an environment with a site, and social sign-in, which returns to it.
func withSite(cfg *config.Config) {
	cfg.Site.Present = true
	social(cfg)
}

func TestSite_isThereWhereItIsAskedFor(t *testing.T) {
	if got := environment(t, "prod")["Site"]; got != nil {
		t.Error("prod: got a site, want none")
	}
	templates := environment(t, "prod", withSite)
	arrows := map[string][]string{"Site": nil, "Auth": {"Site"}, "Identity": {"Auth"}, "FileStorage": {"Identity", "Site"}}
	for id, wanted := range arrows {
		if got := slices.Sorted(slices.Values(templates[id].DependsOn)); !slices.Equal(got, wanted) {
			t.Errorf("%s depends on %v, want %v", id, got, wanted)
		}
	}
	var described []string
	for key, output := range templates["Site"].Outputs {
		if output.Description != "" {
			described = append(described, key)
		}
	}
	if got, want := slices.Sorted(slices.Values(described)), []string{"SiteBucketName", "SiteDistributionId", "SiteDomainName"}; !slices.Equal(got, want) {
		t.Errorf("outputs: got %v, want %v", got, want)
	}
}

// What other stacks have of the site is one text: where its pages come from.
func TestSite_isAnOriginOfFilesAndOfSignIn(t *testing.T) {
	for what, test := range map[string]struct {
		change func(*config.Config)
		host   any
	}{
		"CloudFront's name": {func(*config.Config) {}, map[string]any{"Fn::GetStackOutput": map[string]any{
			"OutputName": "PublishOutputFnGetAttDistribution830FAC52DomainName4AF90296", "Region": "us-east-1", "StackName": "Lightbox-prod-Site",
		}}},
		"its own": {func(cfg *config.Config) {
			cfg.Site.Domain, cfg.Site.CertificateARN = "www.example.org", "arn:aws:acm:us-east-1:111122223333:certificate/0f3c"
		}, nil},
	} {
		templates := environment(t, "prod", withSite, test.change)
		origin, back := any("https://www.example.org"), any("https://www.example.org/")
		if test.host != nil {
			origin = map[string]any{"Fn::Join": []any{"", []any{"https://", test.host}}}
			back = map[string]any{"Fn::Join": []any{"", []any{"https://", test.host, "/"}}}
		}
		t.Run(what, func(t *testing.T) {
			files := templates["FileStorage"].Only(t, "AWS::S3::Bucket", "Files")
			want(t, files, "CorsConfiguration.CorsRules.0.AllowedOrigins", []any{"https://www.example.com", origin})
			client := templates["Auth"].Only(t, "AWS::Cognito::UserPoolClient", "")
			want(t, client, "CallbackURLs", []any{"https://www.example.com/", back})
			want(t, client, "LogoutURLs", []any{"https://www.example.com/", back})
		})
	}
}

func TestSite_isPrivateAndKept(t *testing.T) {
	bucket := environment(t, "prod", withSite)["Site"].Only(t, "AWS::S3::Bucket", "")
	want(t, bucket, "PublicAccessBlockConfiguration.RestrictPublicBuckets", true)
	want(t, bucket, "VersioningConfiguration.Status", "Enabled")
	want(t, bucket, "CorsConfiguration", nil)
	if bucket.DeletionPolicy != "RetainExceptOnCreate" {
		t.Errorf("prod: got %s, want it kept", bucket.DeletionPolicy)
	}
	if got := environment(t, "dev", withSite)["Site"].Only(t, "AWS::S3::Bucket", "").DeletionPolicy; got != "Delete" {
		t.Errorf("dev: got %s, want it gone", got)
	}
}

func TestSite_hasADomainOfItsOwnWithItsCertificate(t *testing.T) {
	own := func(cfg *config.Config) {
		withSite(cfg)
		cfg.Site.Domain, cfg.Site.CertificateARN = "www.example.org", "arn:aws:acm:us-east-1:111122223333:certificate/0f3c"
		cfg.CDN.PriceClass = "PriceClass_100"
	}
	d := environment(t, "prod", own)["Site"].Only(t, "AWS::CloudFront::Distribution", "")
	want(t, d, "DistributionConfig.Aliases", list("www.example.org"))
	want(t, d, "DistributionConfig.ViewerCertificate.MinimumProtocolVersion", "TLSv1.2_2021")
	want(t, d, "DistributionConfig.PriceClass", "PriceClass_100")
}
