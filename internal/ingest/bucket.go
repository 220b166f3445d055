package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
)

// store is the bucket of files. All that ingest asks of S3 goes through it.
type store struct {
	client *s3.Client
	name   string
}

var errNotThere = errors.New("there is no such object, or no permission to read it")

// notThere is an error of reading a key as errNotThere, if that is what it says: without s3:ListBucket S3 denies access to what is
// not there.
func notThere(key string, err error) error {
	if is(err, "NoSuchKey") || is(err, "AccessDenied") {
		return fmt.Errorf("%s: %w: %w", key, errNotThere, err)
	}
	return err
}

// read reads the latest version of an object, with its ETag: one request, one version. Of more than limit bytes it reads limit + 1.
// The error is errNotThere where there is none.
func (b store) read(ctx context.Context, key string, limit int64) (content []byte, tag string, err error) {
	output, err := b.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &b.name, Key: &key})
	if err != nil {
		return nil, "", notThere(key, err)
	}
	content, err = io.ReadAll(io.LimitReader(output.Body, limit+1))
	if err := errors.Join(err, output.Body.Close()); err != nil {
		return nil, "", fmt.Errorf("%s: %w", key, err)
	}
	return content, aws.ToString(output.ETag), nil
}

// object is what is put: bytes, and the headers with which they are served.
type object struct {
	body         []byte
	contentType  string
	cacheControl string // "" for none
}

// create writes an object unless there is one of that key, and answers its ETag, if it did.
func (b store) create(ctx context.Context, key string, o object) (tag string, err error) {
	input := b.putting(key, o)
	input.IfNoneMatch = &anything
	output, err := b.client.PutObject(ctx, input, whileInConflict)
	if created, err := settle(err); !created {
		return "", err
	}
	return aws.ToString(output.ETag), nil
}

func (b store) putting(key string, o object) *s3.PutObjectInput {
	input := &s3.PutObjectInput{Bucket: &b.name, Key: &key, Body: bytes.NewReader(o.body), ContentType: &o.contentType}
	if o.cacheControl != "" {
		input.CacheControl = &o.cacheControl
	}
	return input
}

// createCopy copies an object, its type and Cache-Control included, unless there is one of the target's key.
func (b store) createCopy(ctx context.Context, from, to string) error {
	_, err := b.client.CopyObject(ctx, &s3.CopyObjectInput{
		Bucket: &b.name, Key: &to, CopySource: b.source(from), IfNoneMatch: &anything,
	}, whileInConflict)
	_, err = settle(err)
	return notThere(from, err)
}

// source names the source of a copy. Our keys have no character that a URL escapes.
func (b store) source(key string) *string {
	source := b.name + "/" + key
	return &source
}

var anything = "*"

// settle takes the refusal of a conditional put for the news that the object is there already.
func settle(err error) (created bool, _ error) {
	if is(err, "PreconditionFailed") {
		return false, nil
	}
	return err == nil, err
}

// whileInConflict lets the SDK try a conditional put again that met another one under way.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html#API_PutObject_RequestSyntax
func whileInConflict(o *s3.Options) {
	o.Retryer = retry.AddWithErrorCodes(o.Retryer, "ConditionalRequestConflict")
}

// is tells whether S3 refused with the code.
func is(err error, code string) bool {
	refusal, ok := errors.AsType[smithy.APIError](err)
	return ok && refusal.ErrorCode() == code
}
