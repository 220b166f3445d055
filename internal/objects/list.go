// Package objects lists objects of a bucket and deletes them, whatever characters their keys have.
//
// S3 takes any UTF-8 for a key, and answers and asks in XML 1.0, which cannot say U+0001: a parser refuses it, or makes another key of it,
// and for that key S3 says "deleted", too. So listings ask for encoding-type=url and decode it, which the SDK does not, nor does its
// paginator decode the marker that it sends back. A key that XML cannot say is deleted by a request of its own, where it is in the URL.
//
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html#object-key-xml-related-constraints and
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
package objects

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// A Bucket is one by its name, with a client for it.
type Bucket struct {
	Client *s3.Client
	Name   string
}

// An Object is an object, a version of one, or a delete marker.
type Object struct {
	Key      string
	Version  string // its id; "" of what Latest lists
	Size     int64  // bytes
	Modified time.Time
	There    bool   // it is the current version, and no delete marker
	ETag     string // with its quotes; "" of a delete marker
}

// A Listing answers its next page, 1,000 at most, in the order of keys, and whether there are more.
type Listing func(ctx context.Context) (page []Object, more bool, err error)

// Latest lists what is there below a prefix, beyond a key.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
func (b Bucket) Latest(prefix, beyond string) Listing {
	input := &s3.ListObjectsV2Input{Bucket: &b.Name, Prefix: &prefix, EncodingType: types.EncodingTypeUrl}
	if beyond != "" {
		input.StartAfter = &beyond
	}
	pages := s3.NewListObjectsV2Paginator(b.Client, input)
	return func(ctx context.Context) (page []Object, more bool, err error) {
		listed, err := pages.NextPage(ctx)
		if err != nil {
			return nil, false, err
		}
		d := decoder{encoding: listed.EncodingType}
		for _, o := range listed.Contents {
			page = append(page, Object{Key: d.text(o.Key), Size: aws.ToInt64(o.Size), Modified: aws.ToTime(o.LastModified), There: true, ETag: aws.ToString(o.ETag)})
		}
		return page, pages.HasMorePages(), d.fault
	}
}

// Versions lists all versions and delete markers below a prefix, beyond a key.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
func (b Bucket) Versions(prefix, beyond string) Listing {
	next := versions{input: b.versionsInput(prefix)}
	if beyond != "" {
		next.input.KeyMarker = &beyond
	}
	return func(ctx context.Context) (page []Object, more bool, err error) {
		page, next, err = b.page(ctx, next)
		return page, next.more, err
	}
}

// versions are where a listing of versions goes on.
type versions struct {
	input s3.ListObjectVersionsInput
	more  bool
}

func (b Bucket) versionsInput(prefix string) s3.ListObjectVersionsInput {
	return s3.ListObjectVersionsInput{Bucket: &b.Name, Prefix: &prefix, EncodingType: types.EncodingTypeUrl}
}

// page answers one, and where the next one begins.
func (b Bucket) page(ctx context.Context, at versions) (page []Object, next versions, err error) {
	listed, err := b.Client.ListObjectVersions(ctx, &at.input)
	if err != nil {
		return nil, at, err
	}
	d := decoder{encoding: listed.EncodingType}
	for _, v := range listed.Versions {
		page = append(page, Object{d.text(v.Key), aws.ToString(v.VersionId), aws.ToInt64(v.Size), aws.ToTime(v.LastModified), aws.ToBool(v.IsLatest), aws.ToString(v.ETag)})
	}
	for _, m := range listed.DeleteMarkers {
		page = append(page, Object{Key: d.text(m.Key), Version: aws.ToString(m.VersionId), Modified: aws.ToTime(m.LastModified)})
	}
	slices.SortStableFunc(page, func(a, b Object) int { return cmp.Compare(a.Key, b.Key) })
	next = versions{at.input, aws.ToBool(listed.IsTruncated)}
	if next.more {
		next.input.KeyMarker, next.input.VersionIdMarker = aws.String(d.text(listed.NextKeyMarker)), listed.NextVersionIdMarker
	}
	return page, next, d.fault
}

// decoder decodes what a listing says, if it says that it is encoded: as in a form, with + for a space.
type decoder struct {
	encoding types.EncodingType
	fault    error // the first
}

func (d *decoder) text(said *string) string {
	if d.encoding != types.EncodingTypeUrl {
		return aws.ToString(said)
	}
	text, err := url.QueryUnescape(aws.ToString(said))
	if err != nil && d.fault == nil {
		d.fault = fmt.Errorf("a listing: got the key %q, want it encoded as in a URL", aws.ToString(said))
	}
	return text
}
