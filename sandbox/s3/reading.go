package s3

import (
	"context"
	"encoding/json"
	"maps"

	"lightbox.example/lightbox/sandbox/aws"
)

// smallestTransition is what S3 says of a lifecycle that says nothing of it.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLifecycleConfiguration.html
const smallestTransition = "all_storage_classes_128K"

// readBucket is a bucket as S3's own operations tell of it. Encryption, and that ACLs are off, are there whether or not somebody said
// so: all new buckets have both.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-bucket-encryption.html,
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
func (s *Service) readBucket(_ context.Context, of aws.Identifier) (map[string]any, error) {
	b := s.findBucket(of["BucketName"])
	if b == nil {
		return nil, aws.ErrNoResource
	}
	p := bucketProperties{BucketName: b.Name, LoggingConfiguration: b.Logging, PublicAccessBlockConfiguration: &b.PublicAccessBlock, Tags: b.Tags}
	p.CorsConfiguration.CorsRules, p.LifecycleConfiguration.Rules, p.VersioningConfiguration.Status = b.CORS, b.Lifecycle, b.Versioning
	if b.EventBridge {
		p.NotificationConfiguration.EventBridgeConfiguration = &struct{ EventBridgeEnabled *bool }{&b.EventBridge}
	}
	properties := aws.Encode(p)
	properties["BucketEncryption"] = map[string]any{"ServerSideEncryptionConfiguration": []any{map[string]any{
		"BucketKeyEnabled": false, "ServerSideEncryptionByDefault": map[string]any{"SSEAlgorithm": "AES256"},
	}}}
	properties["OwnershipControls"] = map[string]any{"Rules": []any{map[string]any{"ObjectOwnership": "BucketOwnerEnforced"}}}
	if lifecycle, ok := properties["LifecycleConfiguration"].(map[string]any); ok {
		lifecycle["TransitionDefaultMinimumObjectSize"] = smallestTransition
	}
	maps.Copy(properties, b.attributes())
	return properties, nil
}

func (s *Service) listBucketIDs(context.Context, aws.Identifier) (list []aws.Identifier, err error) {
	for _, b := range s.allBuckets() {
		list = append(list, aws.Identifier{"BucketName": b.Name})
	}
	return list, nil
}

func (s *Service) readPolicyOf(_ context.Context, of aws.Identifier) (map[string]any, error) {
	b := s.findBucket(of["Bucket"])
	if b == nil || b.Policy == nil {
		return nil, aws.ErrNoResource
	}
	p := policyProperties{Bucket: b.Name}
	if err := json.Unmarshal(b.Policy, &p.PolicyDocument); err != nil {
		return nil, err
	}
	return aws.Encode(p), nil
}

func (s *Service) listPolicies(context.Context, aws.Identifier) (list []aws.Identifier, err error) {
	for _, b := range s.allBuckets() {
		if b.Policy != nil {
			list = append(list, aws.Identifier{"Bucket": b.Name})
		}
	}
	return list, nil
}

// bucketARN is what policies are asked about, of a bucket and of its policy.
func bucketARN(of aws.Identifier) string {
	name := of["BucketName"] + of["Bucket"]
	if name == "" {
		return "*" // a list
	}
	return (&bucket{Name: name}).arn()
}
