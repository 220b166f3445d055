package restore

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// A Version is a file as it was, or that it was deleted.
type Version struct {
	ID      string
	At      time.Time
	Bytes   int64
	Current bool
	Deleted bool // a delete marker
}

// Versions are those that a bucket has of a key, the latest first. Older ones go after the days that the bucket's lifecycle says.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/RetrievingObjectVersions.html
func Versions(ctx context.Context, files *s3.Client, bucket, key string) ([]Version, error) {
	var found []Version
	pages := s3.NewListObjectVersionsPaginator(files, &s3.ListObjectVersionsInput{Bucket: &bucket, Prefix: &key})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, v := range page.Versions {
			if aws.ToString(v.Key) == key {
				found = append(found, Version{aws.ToString(v.VersionId), aws.ToTime(v.LastModified), aws.ToInt64(v.Size), aws.ToBool(v.IsLatest), false})
			}
		}
		for _, m := range page.DeleteMarkers {
			if aws.ToString(m.Key) == key {
				found = append(found, Version{aws.ToString(m.VersionId), aws.ToTime(m.LastModified), 0, aws.ToBool(m.IsLatest), true})
			}
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%s: got no version of it in %s, want a key that there is or was", key, bucket)
	}
	slices.SortStableFunc(found, func(a, b Version) int {
		if a.Current != b.Current {
			return map[bool]int{true: -1, false: 1}[a.Current]
		}
		return b.At.Compare(a.At)
	})
	return found, nil
}

// PutBack puts a version of a file on top of the others, with its type and metadata, and returns the new version. What was the
// latest stays among the older ones.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/RestoringPreviousVersions.html
func PutBack(ctx context.Context, files *s3.Client, bucket, key, version string) (string, error) {
	versions, err := Versions(ctx, files, bucket, key)
	if err != nil {
		return "", err
	}
	i := slices.IndexFunc(versions, func(v Version) bool { return v.ID == version })
	switch {
	case i < 0:
		return "", fmt.Errorf("%s: got the version %q, want one of %s", key, version, strings.Join(ids(versions), ", "))
	case versions[i].Deleted:
		return "", fmt.Errorf("%s: got the version %s, which is its deletion, want one with a file", key, version)
	case versions[i].Current:
		return "", fmt.Errorf("%s: got the version %s, which is there now, want an older one", key, version)
	}
	source := bucket + "/" + (&url.URL{Path: key}).EscapedPath() + "?versionId=" + url.QueryEscape(version)
	out, err := files.CopyObject(ctx, &s3.CopyObjectInput{Bucket: &bucket, Key: &key, CopySource: &source})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.VersionId), nil
}

// ids are those of the versions that have a file and are not there now.
func ids(versions []Version) (list []string) {
	for _, v := range versions {
		if !v.Deleted && !v.Current {
			list = append(list, v.ID)
		}
	}
	return list
}
