package s3

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/store"
)

const (
	policyType     = "AWS::S3::BucketPolicy"
	autoDeleteType = "Custom::S3AutoDeleteObjects"

	// maxPolicy is the length of a bucket policy in bytes.
	maxPolicy = 20 << 10

	// autoDeleteTag marks the buckets that may be emptied with their stack.
	autoDeleteTag = "aws-cdk:auto-delete-objects"
)

// policyProperties are the properties of AWS::S3::BucketPolicy.
type policyProperties struct {
	Bucket         string
	PolicyDocument any
}

// readPolicy reads the properties and the document in them.
func readPolicy(properties map[string]any) (name string, document []byte, err error) {
	var p policyProperties
	if err := aws.Decode(policyType, properties, &p); err != nil {
		return "", nil, err
	}
	document, err = json.Marshal(p.PolicyDocument)
	if err != nil {
		return "", nil, err
	}
	if len(document) > maxPolicy {
		return "", nil, fmt.Errorf("%s.PolicyDocument: got %d bytes, want at most %d", policyType, len(document), maxPolicy)
	}
	return p.Bucket, document, aws.CheckKeys(iam.Resource, policyType+" of "+p.Bucket, document)
}

// checkPolicy tells what is wrong with the document by itself, in words without the bucket's name, which may not be known yet.
func checkPolicy(r aws.Resource) error {
	_, document, err := readPolicy(r.Properties)
	if err != nil {
		return err
	}
	if _, err := iam.Parse(iam.Resource, "PolicyDocument", document); err != nil {
		return aws.Refuse(http.StatusBadRequest, "MalformedPolicy", "%s", err)
	}
	return nil
}

func (s *Service) createPolicy(_ context.Context, r aws.Resource) (aws.State, error) {
	name, document, err := readPolicy(r.Properties)
	if err != nil {
		return aws.State{}, err
	}
	return s.setPolicy(name, document, ownerOf(r))
}

func (s *Service) updatePolicy(ctx context.Context, _ map[string]any, r aws.Resource) (aws.State, error) {
	return s.createPolicy(ctx, r)
}

// setPolicy gives the bucket its policy. A bucket has one; that of another resource stays.
func (s *Service) setPolicy(name string, document []byte, owner string) (aws.State, error) {
	err := s.changeBucket(name, func(_ store.Writer, b *bucket) (*bucket, error) {
		switch {
		case b == nil:
			return nil, noSuchBucket(name)
		case b.Policy != nil && b.PolicyOwner != owner:
			return nil, fmt.Errorf("%s.Bucket: the bucket policy already exists on bucket %s", policyType, name)
		}
		if err := checkResources(b, document); err != nil {
			return nil, err
		}
		b.Policy, b.PolicyOwner = document, owner
		if err := b.compile(); err != nil {
			return nil, aws.Refuse(http.StatusBadRequest, "MalformedPolicy", "%s", err)
		}
		if ref, public := b.policies[0].Public(); public && b.PublicAccessBlock.BlockPublicPolicy {
			return nil, accessDenied(fmt.Sprintf("public policies are blocked by the BlockPublicPolicy block public access setting: %s is public", ref))
		}
		return b, nil
	})
	if err != nil {
		return aws.State{}, err
	}
	return aws.State{PhysicalID: name}, nil
}

// checkResources refuses a policy about anything but the bucket and its objects, as S3 does.
func checkResources(b *bucket, document []byte) error {
	var policy struct {
		Statement oneOrMore[struct{ Resource, NotResource oneOrMore[string] }]
	}
	if err := json.Unmarshal(document, &policy); err != nil {
		return aws.Refuse(http.StatusBadRequest, "MalformedPolicy", "%s.PolicyDocument: %s", policyType, err)
	}
	for _, statement := range policy.Statement {
		for _, resource := range slices.Concat(statement.Resource, statement.NotResource) {
			if resource != b.arn() && !strings.HasPrefix(resource, b.arn()+"/") {
				return aws.Refuse(http.StatusBadRequest, "MalformedPolicy", "Policy has invalid resource: got %s, want %s or what is below it", resource, b.arn())
			}
		}
	}
	return nil
}

// oneOrMore is a value or a list of them.
type oneOrMore[T any] []T

// UnmarshalJSON reads either.
func (o *oneOrMore[T]) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '[' {
		return json.Unmarshal(data, (*[]T)(o))
	}
	*o = make([]T, 1)
	return json.Unmarshal(data, &(*o)[0])
}

func (s *Service) deletePolicy(_ context.Context, r aws.Resource) error {
	if s.findBucket(r.PhysicalID) == nil {
		return nil
	}
	return s.changeBucket(r.PhysicalID, func(_ store.Writer, b *bucket) (*bucket, error) {
		if b != nil && b.PolicyOwner == ownerOf(r) {
			b.Policy, b.PolicyOwner = nil, ""
		}
		return b, nil
	})
}

// autoDeleteProperties are those of the CDK's resource that empties a bucket before its stack deletes it. The token names a
// Lambda function, which the sandbox does not run.
type autoDeleteProperties struct {
	ServiceToken, BucketName string
}

func (s *Service) createAutoDelete(_ context.Context, r aws.Resource) (aws.State, error) {
	var p autoDeleteProperties
	if err := aws.Decode(autoDeleteType, r.Properties, &p); err != nil {
		return aws.State{}, err
	}
	if s.findBucket(p.BucketName) == nil {
		return aws.State{}, noSuchBucket(p.BucketName)
	}
	return aws.State{PhysicalID: p.BucketName}, nil
}

func (s *Service) updateAutoDelete(ctx context.Context, _ map[string]any, r aws.Resource) (aws.State, error) {
	return s.createAutoDelete(ctx, r)
}

// emptyBucket does what the function does on deletion: all versions and uploads go, if the bucket's tag allows it.
// https://github.com/aws/aws-cdk/blob/main/packages/@aws-cdk/custom-resource-handlers/lib/aws-s3/auto-delete-objects-handler/index.ts
func (s *Service) emptyBucket(_ context.Context, r aws.Resource) error {
	b := s.findBucket(r.PhysicalID)
	if b == nil || !slices.Contains(b.Tags, tag{autoDeleteTag, "true"}) {
		return nil
	}
	var gone []body
	err := s.Store.Update(func(tx store.Writer) error {
		for place, value := range tx.Range(spaceVersions, store.Prefix(prefixOf(b, ""))) {
			v, err := decodeVersion(place, value)
			if err != nil {
				return err
			}
			gone = append(gone, v.Body)
			if err := errors.Join(tx.Delete(spaceVersions, v.place), forget(tx, v.Body)); err != nil {
				return err
			}
		}
		parts, err := dropUploads(tx, b)
		gone = append(gone, parts...)
		return err
	})
	if err == nil {
		s.bodies.remove(gone...)
	}
	return err
}
