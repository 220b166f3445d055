package s3

import (
	"context"
	"fmt"

	"lightbox.example/lightbox/sandbox/store"
)

// AssetBucket is the name of the bucket that the CDK's CLI puts templates and assets into, as `cdk bootstrap` makes it.
// https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
func (s *Service) AssetBucket() string {
	return fmt.Sprintf("cdk-hnb659fds-assets-%s-%s", s.Account, s.Region)
}

// Bootstrap makes the AssetBucket, if it is not there, with the versions, the encryption and the lifecycle that the CDK's
// bootstrap template gives it. Unlike there it has no policy against plain HTTP, because that is how the CLI talks to the
// sandbox.
// https://github.com/aws/aws-cdk-cli/blob/main/packages/aws-cdk/lib/api/bootstrap/bootstrap-template.yaml
func (s *Service) Bootstrap(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	name := s.AssetBucket()
	if s.findBucket(name) != nil {
		return nil
	}
	err := s.changeBucket(name, func(_ store.Writer, b *bucket) (*bucket, error) {
		if b != nil {
			return b, nil
		}
		sweep := lifecycleRule{ID: "CleanupOldVersions", Status: "Enabled"}
		sweep.NoncurrentVersionExpiration.NoncurrentDays = 30
		abort := lifecycleRule{ID: "AbortIncompleteMultipartUploads", Status: "Enabled"}
		abort.AbortIncompleteMultipartUpload.DaysAfterInitiation = 1
		return &bucket{
			Name: name, Region: s.Region, Created: s.Now().UTC(), Owner: "CDKToolkit/StagingBucket",
			Versioning: "Enabled", Lifecycle: []lifecycleRule{sweep, abort},
			PublicAccessBlock: publicAccessBlock{true, true, true, true},
		}, nil
	})
	if err != nil {
		return fmt.Errorf("s3: bootstrap: %w", err)
	}
	return nil
}
