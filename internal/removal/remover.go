// Package removal is what the function remover does with S3: it removes what a row no longer names. Which areas it erases and in
// which it puts delete markers is its column of the access table. The calls, each a point where it may be killed:
//
//	erase:  ListObjectVersions  s3:ListBucketVersions on the bucket, by s3:prefix
//	        DeleteObjects       s3:DeleteObjectVersion
//	delete: ListObjectsV2       s3:ListBucket on the bucket, by s3:prefix
//	        DeleteObjects       s3:DeleteObject
package removal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/bucket"
)

// Remover is the function `remover`: it removes what a row no longer names.
type Remover struct {
	client *s3.Client
	bucket string
}

// NewRemover is the function on a bucket.
func NewRemover(client *s3.Client, settings bucket.Settings) *Remover {
	return &Remover{client, settings.Bucket}
}

// Answer is what the function answers, as JSON.
type Answer struct {
	Done bool `json:"done"`
}

// aRemovable is an object that is removed by itself: no folder, and nothing a folder's name begins like.
var aRemovable = bucket.Whole(bucket.Uploads + bucket.Sub + "/" + bucket.UUID + "|" + bucket.Originals + bucket.Sub + "/" + bucket.Folder + "|" +
	bucket.Answers + "(" + bucket.Claim + "|" + bucket.Folder + bucket.Version + ")|" + bucket.Products + bucket.Product + `/main\.jpg`)

type removeCommand struct {
	Folders []string `json:"folders"`
	Objects []string `json:"objects"`
}

// Handle answers the event
//
//	{"remove": {"folders": ["public/photos/FOLDER/"], "objects": ["uploads/SUB/UUID", "originals/SUB/FOLDER", "answers/UUID",
//	            "answers/PRODUCT.VERSION.UUID", "answers/FOLDER.VERSION", "public/products/ID/main.jpg"]}}
//
// with {"done": true} when nothing of it is left, whether there was anything or not. Folders are those of sets: of photos,
// products and drafts. What is in an area to be erased loses all its versions and delete markers; in the others it gets a
// delete marker, unless it has one. If one key is not of these, the error names it and nothing is removed. What S3 refuses to
// delete is bucket.Named, and everything else is removed all the same.
func (r *Remover) Handle(ctx context.Context, event json.RawMessage) (Answer, error) {
	var command struct {
		Remove *removeCommand `json:"remove"`
	}
	if err := bucket.Decode(event, &command); err != nil {
		return Answer{}, err
	}
	if err := bucket.Only(map[string]bool{"remove": command.Remove != nil}); err != nil {
		return Answer{}, err
	}
	if err := r.remove(ctx, command.Remove); err != nil {
		return Answer{}, bucket.Named("remove", err)
	}
	return Answer{Done: true}, nil
}

func (r *Remover) remove(ctx context.Context, c *removeCommand) error {
	if err := c.check(); err != nil {
		return err
	}
	var faults []error
	for _, prefix := range append(c.Folders, c.Objects...) {
		var err error
		if erased(prefix) {
			err = r.erase(ctx, prefix)
		} else {
			err = r.delete(ctx, prefix)
		}
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", prefix, err))
		}
	}
	return errors.Join(faults...)
}

func (c *removeCommand) check() error {
	var faults []error
	if len(c.Folders)+len(c.Objects) == 0 {
		faults = append(faults, errors.New("got neither folders nor objects, want at least one"))
	}
	for i, folder := range c.Folders {
		if _, _, err := bucket.FolderIn(bucket.Sets, folder); err != nil {
			faults = append(faults, fmt.Errorf("folders[%d]: %w", i, err))
		}
	}
	for i, key := range c.Objects {
		faults = append(faults, bucket.Matches(fmt.Sprintf("objects[%d]", i), aRemovable, key,
			"uploads/SUB/UUID, originals/SUB/FOLDER, answers/ and a claim, or public/products/ID/main.jpg"))
	}
	return errors.Join(faults...)
}

// erased tells whether the column of the function in the table lets it erase versions there.
func erased(key string) bool {
	for _, rule := range access.Rules() {
		if strings.HasPrefix(key, rule.Prefix()) {
			return rule.Functions[access.Remover]&access.Erase != 0
		}
	}
	return false
}

// meant tells whether a listed key is what the prefix stands for: all that is in a folder, or the one object.
func meant(prefix, key string) bool { return key == prefix || strings.HasSuffix(prefix, "/") }

// erase removes all versions and delete markers of an object or of what is in a folder, a page after the other. Of keys that
// begin alike the shortest is listed first, so an object's are over at the first other key.
func (r *Remover) erase(ctx context.Context, prefix string) error {
	var faults []error
	pages := s3.NewListObjectVersionsPaginator(r.client, &s3.ListObjectVersionsInput{Bucket: &r.bucket, Prefix: &prefix})
	for over := false; !over && pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return errors.Join(append(faults, err)...)
		}
		var found []types.ObjectIdentifier
		add := func(key, version *string) {
			if meant(prefix, *key) {
				found = append(found, types.ObjectIdentifier{Key: key, VersionId: version})
			} else {
				over = true
			}
		}
		for _, v := range page.Versions {
			add(v.Key, v.VersionId)
		}
		for _, m := range page.DeleteMarkers {
			add(m.Key, m.VersionId)
		}
		faults = append(faults, r.deleteAll(ctx, found))
	}
	return errors.Join(faults...)
}

// delete puts a delete marker on an object or on what is in a folder.
func (r *Remover) delete(ctx context.Context, prefix string) error {
	var faults []error
	pages := s3.NewListObjectsV2Paginator(r.client, &s3.ListObjectsV2Input{Bucket: &r.bucket, Prefix: &prefix})
	for over := false; !over && pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return errors.Join(append(faults, err)...)
		}
		var found []types.ObjectIdentifier
		for _, o := range page.Contents {
			if meant(prefix, *o.Key) {
				found = append(found, types.ObjectIdentifier{Key: o.Key})
			} else {
				over = true
			}
		}
		faults = append(faults, r.deleteAll(ctx, found))
	}
	return errors.Join(faults...)
}

// deleteAll deletes what is on one page of a listing: 1,000 at most, which is what DeleteObjects takes. The error names each
// key that S3 refused.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
func (r *Remover) deleteAll(ctx context.Context, objects []types.ObjectIdentifier) error {
	if len(objects) == 0 {
		return nil
	}
	quiet := true
	output, err := r.client.DeleteObjects(ctx, &s3.DeleteObjectsInput{
		Bucket: &r.bucket, Delete: &types.Delete{Objects: objects, Quiet: &quiet},
	})
	if err != nil {
		return err
	}
	var faults []error
	for _, e := range output.Errors {
		faults = append(faults, fmt.Errorf("%s: %s: %s", text(e.Key), text(e.Code), text(e.Message)))
	}
	return errors.Join(faults...)
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
