package appsync

import (
	"context"
	"fmt"
	"regexp"

	"lightbox.example/lightbox/sandbox/aws"
)

// s3Location is a text that stands in a bucket, as in s3://bucket/key.
var s3Location = regexp.MustCompile(`^s3://([a-z0-9][a-z0-9.-]+)/(.+)$`)

// located is the object that a property of a resource names.
func located(property string) func(aws.Resource) []aws.File {
	return func(r aws.Resource) []aws.File {
		location, _ := r.Properties[property].(string)
		at := s3Location.FindStringSubmatch(location)
		if at == nil {
			return nil
		}
		return []aws.File{{Path: property, Bucket: at[1], Key: at[2]}}
	}
}

// schemaLimit bounds a schema's text. https://docs.aws.amazon.com/general/latest/gr/appsync.html, "Schema document size"
const schemaLimit = 1 << 20

// fetched puts into text what stands at the location of S3's that a property names in its place, as in CodeS3Location beside
// Code. It is read when the resource is made, as on AWS: what is put there later is nothing until the property changes. The
// location goes. Where asking tells that nothing is made yet, what is not in the bucket yet is no fault, and text stays empty.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-appsync-resolver.html
func (s *Service) fetched(ctx context.Context, asking bool, of, property string, text, location *string, limit int64) error {
	if *location == "" {
		return nil
	}
	at := s3Location.FindStringSubmatch(*location)
	switch {
	case *text != "":
		return fmt.Errorf("%s.%sS3Location: got it beside %s, want one of the two", of, property, property)
	case at == nil:
		return fmt.Errorf("%s.%sS3Location: got %q, want s3://bucket/key", of, property, *location)
	case s.object == nil:
		return fmt.Errorf("%s.%sS3Location: want a sandbox with S3", of, property)
	}
	body, err := s.object(ctx, at[1], at[2], limit)
	switch {
	case err != nil && asking:
		return nil
	case err != nil:
		return fmt.Errorf("%s.%sS3Location: %s: %w", of, property, *location, err)
	}
	*text, *location = string(body), ""
	return nil
}
