package objects

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
	"golang.org/x/sync/errgroup"
)

// together is how many deletions by requests of their own are made at a time.
const together = 8

// Delete deletes what is on one page of a listing: 1,000 at most, which is what DeleteObjects takes. What has no version gets a delete
// marker. The error names each key that S3 refused. S3 refuses none that was never there.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
func (b Bucket) Delete(ctx context.Context, page []Object) error {
	var listed []types.ObjectIdentifier
	var alone []Object
	for _, o := range page {
		if !inXML(o.Key) {
			alone = append(alone, o)
			continue
		}
		listed = append(listed, types.ObjectIdentifier{Key: &o.Key, VersionId: o.id()})
	}
	return errors.Join(b.deleteListed(ctx, listed), b.deleteEach(ctx, alone))
}

func (b Bucket) deleteListed(ctx context.Context, listed []types.ObjectIdentifier) error {
	if len(listed) == 0 {
		return nil
	}
	output, err := b.Client.DeleteObjects(ctx, &s3.DeleteObjectsInput{
		Bucket: &b.Name, Delete: &types.Delete{Objects: listed, Quiet: aws.Bool(true)},
	})
	if err != nil {
		return err
	}
	var faults []error
	for _, e := range output.Errors {
		refusal := &smithy.GenericAPIError{Code: aws.ToString(e.Code), Message: aws.ToString(e.Message)}
		faults = append(faults, fmt.Errorf("%s: %w", aws.ToString(e.Key), refusal))
	}
	return errors.Join(faults...)
}

// deleteEach needs the permissions that DeleteObjects does.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html
func (b Bucket) deleteEach(ctx context.Context, all []Object) error {
	faults := make([]error, len(all))
	var calls errgroup.Group
	calls.SetLimit(together)
	for i, o := range all {
		calls.Go(func() error {
			if _, err := b.Client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &b.Name, Key: &o.Key, VersionId: o.id()}); err != nil {
				faults[i] = fmt.Errorf("%q: %w", o.Key, err)
			}
			return nil
		})
	}
	return errors.Join(calls.Wait(), errors.Join(faults...))
}

// id is the version's, nil where the object is meant.
func (o Object) id() *string {
	if o.Version == "" {
		return nil
	}
	return &o.Version
}

// inXML tells whether XML 1.0 can say a key, and gives it back as it was: U+000D comes back as a line's end, unless it is written as a
// reference, and so may U+0085 and U+2028.
// https://www.w3.org/TR/xml/#charsets and https://www.w3.org/TR/xml/#sec-line-ends
func inXML(key string) bool {
	return !strings.ContainsFunc(key, func(r rune) bool { return r < ' ' || r == 0x85 || r == 0x2028 || r == 0xFFFE || r == 0xFFFF })
}

// Erase deletes all versions and delete markers below a prefix, and calls with how many of each page are gone, and of how many bytes.
// It lists each page again, since S3's answer is the same of what was never there: what stays is named by the error, and not counted.
func (b Bucket) Erase(ctx context.Context, prefix string, gone func(items int, bytes int64)) error {
	var faults []error
	at := versions{b.versionsInput(prefix), true}
	for at.more {
		page, next, err := b.page(ctx, at)
		if err != nil {
			return errors.Join(append(faults, err)...)
		}
		if len(page) > 0 {
			faults = append(faults, b.erase(ctx, at, page, gone))
		}
		at = next
	}
	return errors.Join(faults...)
}

// erase deletes a page, whose listing began there.
func (b Bucket) erase(ctx context.Context, at versions, page []Object, gone func(int, int64)) error {
	refused := b.Delete(ctx, page)
	now, _, err := b.page(ctx, at)
	if err != nil {
		return errors.Join(refused, err)
	}
	type id struct{ key, version string }
	still := map[id]bool{}
	for _, o := range now {
		still[id{o.Key, o.Version}] = true
	}
	var stays []string
	var bytes int64
	for _, o := range page {
		if still[id{o.Key, o.Version}] {
			stays = append(stays, fmt.Sprintf("%q", o.Key))
			continue
		}
		bytes += o.Size
	}
	gone(len(page)-len(stays), bytes)
	if refused != nil || len(stays) == 0 {
		return refused
	}
	return fmt.Errorf("got these there after S3 had deleted them, want none: %s", strings.Join(slices.Compact(stays), ", "))
}
