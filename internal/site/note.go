package site

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
)

// noteKey is the object that says of the latest deployment whether it came to its end. Nobody is answered it, as the function at the
// edge takes a name without a dot for a folder's, for which reason no build has one either.
const noteKey = "deployment"

// begun is its metadata while the deployment goes on, or when it was ended before its end.
const begun = "begun"

// ErrOther is that two deployments came at once. The one that began later ends as it should, or says this as well, if a file of it
// is not there any more.
var ErrOther = errors.New("another deployment came in between, so this one ended early: see that none runs, and run this again")

// note is what the bucket says of the latest deployment.
type note struct {
	etag  string // none if there was none
	begun bool
}

// lastNote reads the note.
func (s *Site) lastNote(ctx context.Context) (note, error) {
	head, err := s.Files.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &s.Bucket, Key: aws.String(noteKey)})
	if refusal, is := errors.AsType[smithy.APIError](err); is && refusal.ErrorCode() == "NotFound" {
		return note{}, nil
	}
	if err != nil {
		return note{}, err
	}
	return note{aws.ToString(head.ETag), head.Metadata[begun] != ""}, nil
}

// write replaces the note, if it is still the one that was read or written before.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
func (s *Site) write(ctx context.Context, before note, begins bool) (note, error) {
	input := &s3.PutObjectInput{Bucket: &s.Bucket, Key: aws.String(noteKey), Body: strings.NewReader(rand.Text()), CacheControl: aws.String(never)}
	if begins {
		input.Metadata = map[string]string{begun: "yes"}
	}
	if before.etag == "" {
		input.IfNoneMatch = aws.String("*")
	} else {
		input.IfMatch = &before.etag
	}
	put, err := s.Files.PutObject(ctx, input)
	if refusal, is := errors.AsType[smithy.APIError](err); is && slices.Contains([]string{"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"}, refusal.ErrorCode()) {
		return note{}, ErrOther
	}
	if err != nil {
		return note{}, err
	}
	return note{aws.ToString(put.ETag), begins}, nil
}

// still is whether no other deployment has begun.
func (s *Site) still(ctx context.Context, mine note) error {
	now, err := s.lastNote(ctx)
	if err == nil && now != mine {
		return ErrOther
	}
	return err
}

// whole is whether all of a build is there as it is to be, and no other deployment has begun. What is old may go then.
func (s *Site) whole(ctx context.Context, mine note, build Build) error {
	listed, err := s.list(ctx)
	if err != nil {
		return err
	}
	found := 0
	for _, object := range listed {
		if f, wanted := build[object.Key]; wanted && f.etag() == object.ETag {
			found++
		}
	}
	if found < len(build) {
		return ErrOther
	}
	return s.still(ctx, mine)
}
