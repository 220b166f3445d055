package person

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// A listed is a page of versions and delete markers.
type listed struct {
	objects []types.ObjectIdentifier
	bytes   int64
}

// versions calls with each page of all versions and delete markers below a prefix, 1,000 at most.
func (s *Stores) versions(ctx context.Context, prefix string, each func(listed) error) error {
	pages := s3.NewListObjectVersionsPaginator(s.Files, &s3.ListObjectVersionsInput{Bucket: &s.Bucket, Prefix: &prefix})
	var faults []error
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return errors.Join(append(faults, err)...)
		}
		var one listed
		for _, v := range page.Versions {
			one.objects = append(one.objects, types.ObjectIdentifier{Key: v.Key, VersionId: v.VersionId})
			one.bytes += aws.ToInt64(v.Size)
		}
		for _, m := range page.DeleteMarkers {
			one.objects = append(one.objects, types.ObjectIdentifier{Key: m.Key, VersionId: m.VersionId})
		}
		if len(one.objects) > 0 {
			faults = append(faults, each(one))
		}
	}
	return errors.Join(faults...)
}

// deleteAll deletes what is on a page, which is what DeleteObjects takes. The error names each key that S3 refused.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
func (s *Stores) deleteAll(ctx context.Context, objects []types.ObjectIdentifier) error {
	output, err := s.Files.DeleteObjects(ctx, &s3.DeleteObjectsInput{
		Bucket: &s.Bucket, Delete: &types.Delete{Objects: objects, Quiet: aws.Bool(true)},
	})
	if err != nil {
		return err
	}
	var faults []error
	for _, e := range output.Errors {
		faults = append(faults, fmt.Errorf("%s: %s: %s", aws.ToString(e.Key), aws.ToString(e.Code), aws.ToString(e.Message)))
	}
	return errors.Join(faults...)
}
