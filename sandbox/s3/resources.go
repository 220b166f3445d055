package s3

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/store"
)

// ResourceTypes returns what CloudFormation can make with S3, by the name of the type.
func (s *Service) ResourceTypes() map[string]aws.ResourceType {
	return map[string]aws.ResourceType{
		bucketType: {
			Replaces:   []string{"BucketName"},
			Attributes: slices.Sorted(maps.Keys((&bucket{}).attributes())),
			Properties: (*bucketProperties)(nil),
			Check:      aws.Checked(readBucket),
			Create:     s.createBucket,
			Update:     s.updateBucket,
			Delete:     s.deleteBucket,
			Find:       s.findResource,
			Read:       s.readBucket,
			List:       s.listBucketIDs,
			ARN:        bucketARN,
		},
		policyType: {
			Replaces:   []string{"Bucket"},
			Properties: (*policyProperties)(nil),
			Check:      checkPolicy,
			Create:     s.createPolicy,
			Update:     s.updatePolicy,
			Delete:     s.deletePolicy,
			Read:       s.readPolicyOf,
			List:       s.listPolicies,
			ARN:        bucketARN,
		},
		autoDeleteType: {
			Replaces:   []string{"BucketName"},
			Properties: (*autoDeleteProperties)(nil),
			Create:     s.createAutoDelete,
			Update:     s.updateAutoDelete,
			Delete:     s.emptyBucket,
			Unread:     "a custom resource is what its own function says",
		},
	}
}

const bucketType = "AWS::S3::Bucket"

// bucketProperties are the properties of AWS::S3::Bucket that the sandbox imitates.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html
type bucketProperties struct {
	BucketName       string
	BucketEncryption struct {
		ServerSideEncryptionConfiguration []struct {
			ServerSideEncryptionByDefault struct{ SSEAlgorithm string }
			BucketKeyEnabled              bool
		}
	}
	CorsConfiguration      struct{ CorsRules []corsRule }
	LifecycleConfiguration struct{ Rules []lifecycleRule }
	LoggingConfiguration   loggingConfiguration
	// NotificationConfiguration knows EventBridge alone: what it sends is decided by rules there.
	NotificationConfiguration struct {
		EventBridgeConfiguration *struct{ EventBridgeEnabled *bool }
	}
	OwnershipControls struct {
		Rules []struct{ ObjectOwnership string }
	}
	PublicAccessBlockConfiguration *publicAccessBlock
	Tags                           []tag
	VersioningConfiguration        struct{ Status string }
}

// readBucketProperties reads and checks the properties. The error joins all faults.
func readBucketProperties(properties map[string]any) (bucketProperties, error) {
	var p bucketProperties
	if err := aws.Decode(bucketType, properties, &p); err != nil {
		return p, err
	}
	var faults []error
	refuse := func(path, got, want string) {
		faults = append(faults, fmt.Errorf("%s.%s: got %q, want %s", bucketType, path, got, want))
	}
	for i, rule := range p.BucketEncryption.ServerSideEncryptionConfiguration {
		if got := rule.ServerSideEncryptionByDefault.SSEAlgorithm; got != "AES256" {
			refuse(fmt.Sprintf("BucketEncryption.ServerSideEncryptionConfiguration[%d].ServerSideEncryptionByDefault.SSEAlgorithm", i), got, "AES256, the only one that the sandbox imitates")
		}
	}
	for i, rule := range p.OwnershipControls.Rules {
		if rule.ObjectOwnership != "BucketOwnerEnforced" {
			refuse(fmt.Sprintf("OwnershipControls.Rules[%d].ObjectOwnership", i), rule.ObjectOwnership, "BucketOwnerEnforced, the only one that the sandbox imitates")
		}
	}
	if to := p.NotificationConfiguration.EventBridgeConfiguration; to != nil && to.EventBridgeEnabled == nil {
		refuse("NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled", "", "true or false")
	}
	if got := p.VersioningConfiguration.Status; !slices.Contains([]string{"", "Enabled", "Suspended"}, got) {
		refuse("VersioningConfiguration.Status", got, "Enabled or Suspended")
	}
	for i, rule := range p.CorsConfiguration.CorsRules {
		rule.check(func(path, got, want string) {
			refuse(fmt.Sprintf("CorsConfiguration.CorsRules[%d].%s", i, path), got, want)
		})
	}
	for i, rule := range p.LifecycleConfiguration.Rules {
		if rule.Status != "Enabled" && rule.Status != "Disabled" {
			refuse(fmt.Sprintf("LifecycleConfiguration.Rules[%d].Status", i), rule.Status, "Enabled or Disabled")
		}
		for of, n := range map[string]int{
			"ExpirationInDays": rule.ExpirationInDays, "NoncurrentVersionExpiration.NoncurrentDays": rule.NoncurrentVersionExpiration.NoncurrentDays,
			"AbortIncompleteMultipartUpload.DaysAfterInitiation": rule.AbortIncompleteMultipartUpload.DaysAfterInitiation,
		} {
			if n < 0 || n == 0 && isSaid(properties, fmt.Sprintf("LifecycleConfiguration.Rules.%d.%s", i, of)) {
				refuse(fmt.Sprintf("LifecycleConfiguration.Rules[%d].%s", i, of), strconv.Itoa(n), "a positive integer")
			}
		}
	}
	return p, errors.Join(faults...)
}

// isSaid reports whether a template says something at the path, as in Rules.0.Status: it is 0 without, as where it says 0.
func isSaid(properties any, path string) bool {
	step, rest, more := strings.Cut(path, ".")
	var at any
	switch here := properties.(type) {
	case map[string]any:
		at = here[step]
	case []any:
		if n, err := strconv.Atoi(step); err == nil && n < len(here) {
			at = here[n]
		}
	}
	if !more || at == nil {
		return at != nil
	}
	return isSaid(at, rest)
}

// check refuses what S3 refuses of a rule.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CORSRule.html
func (rule corsRule) check(refuse func(path, got, want string)) {
	if len(rule.AllowedMethods) == 0 || len(rule.AllowedOrigins) == 0 {
		refuse("AllowedMethods, AllowedOrigins", "", "at least one of each")
	}
	for _, method := range rule.AllowedMethods {
		if !slices.Contains(corsMethods, method) {
			refuse("AllowedMethods", method, "GET, PUT, HEAD, POST or DELETE")
		}
	}
	for path, patterns := range map[string][]string{"AllowedOrigins": rule.AllowedOrigins, "AllowedHeaders": rule.AllowedHeaders} {
		for _, pattern := range patterns {
			if strings.Count(pattern, "*") > 1 {
				refuse(path, pattern, "at most one *")
			}
		}
	}
	for _, name := range rule.ExposedHeaders {
		if strings.Contains(name, "*") {
			refuse("ExposedHeaders", name, "a name without *")
		}
	}
}

// configure gives b what the properties say.
func (s *Service) configure(b *bucket, p bucketProperties) error {
	b.CORS, b.Lifecycle, b.Tags = p.CorsConfiguration.CorsRules, p.LifecycleConfiguration.Rules, p.Tags
	b.Logging = p.LoggingConfiguration
	to := p.NotificationConfiguration.EventBridgeConfiguration
	b.EventBridge = to != nil && *to.EventBridgeEnabled
	// What nobody says anything about is blocked, as in all new buckets.
	b.PublicAccessBlock = publicAccessBlock{true, true, true, true}
	if p.PublicAccessBlockConfiguration != nil {
		b.PublicAccessBlock = *p.PublicAccessBlockConfiguration
	}
	switch {
	case p.VersioningConfiguration.Status != "":
		b.Versioning = p.VersioningConfiguration.Status
	case b.Versioning != "":
		b.Versioning = "Suspended" // once it has versions, a bucket can't be without
	}
	if to := b.Logging.DestinationBucketName; to != "" && to != b.Name && s.buckets.byName[to] == nil {
		return aws.Refuse(http.StatusBadRequest, "InvalidTargetBucketForLogging", "The target bucket for logging does not exist").With("TargetBucket", to)
	}
	return nil
}

// nameBucket makes up a name of at most 63 characters, as CloudFormation does.
func nameBucket(r aws.Resource) string {
	short := func(text string) string { return text[:min(len(text), 24)] }
	return strings.ToLower(short(r.Stack) + "-" + short(r.LogicalID) + "-" + r.Suffix)
}

func ownerOf(r aws.Resource) string { return r.Stack + "/" + r.LogicalID }

// readBucket reads the properties of a bucket, checks them, and makes up a name if they have none.
func readBucket(r aws.Resource) (bucketProperties, error) {
	p, err := readBucketProperties(r.Properties)
	if p.BucketName == "" {
		p.BucketName = nameBucket(r)
	}
	return p, errors.Join(err, checkBucketName(p.BucketName))
}

func (s *Service) createBucket(_ context.Context, r aws.Resource) (aws.State, error) {
	p, err := readBucket(r)
	if err != nil {
		return aws.State{}, err
	}
	name := p.BucketName
	var made *bucket
	err = s.changeBucket(name, func(_ store.Writer, b *bucket) (*bucket, error) {
		if b != nil && b.Owner != ownerOf(r) {
			return nil, aws.Refuse(http.StatusConflict, "BucketAlreadyOwnedByYou", "%s already exists", name).With("BucketName", name)
		}
		if b == nil {
			b = &bucket{Name: name, Region: r.Region, Created: s.Now().UTC(), Owner: ownerOf(r)}
		}
		made = b
		return b, s.configure(b, p)
	})
	if err != nil {
		return aws.State{}, err
	}
	return aws.State{PhysicalID: name, Attributes: made.attributes()}, nil
}

func (s *Service) updateBucket(_ context.Context, _ map[string]any, r aws.Resource) (aws.State, error) {
	p, err := readBucketProperties(r.Properties)
	if err != nil {
		return aws.State{}, err
	}
	var made *bucket
	err = s.changeBucket(r.PhysicalID, func(_ store.Writer, b *bucket) (*bucket, error) {
		if b == nil {
			return nil, noSuchBucket(r.PhysicalID)
		}
		made = b
		return b, s.configure(b, p)
	})
	if err != nil {
		return aws.State{}, err
	}
	return aws.State{PhysicalID: r.PhysicalID, Attributes: made.attributes()}, nil
}

func (s *Service) findResource(_ context.Context, by aws.Identifier) (aws.State, error) {
	b := s.findBucket(by["BucketName"])
	if b == nil {
		return aws.State{}, aws.NotFound(bucketType, by["BucketName"])
	}
	return aws.State{PhysicalID: b.Name, Attributes: b.attributes()}, nil
}

func (s *Service) deleteBucket(_ context.Context, r aws.Resource) error {
	var gone []body
	err := s.changeBucket(r.PhysicalID, func(tx store.Writer, b *bucket) (*bucket, error) {
		if b == nil {
			return nil, nil
		}
		for range tx.Range(spaceVersions, store.Prefix(prefixOf(b, ""))) {
			return nil, aws.Refuse(http.StatusConflict, "BucketNotEmpty", "The bucket you tried to delete is not empty. You must delete all versions in the bucket.").With("BucketName", b.Name)
		}
		var err error
		gone, err = dropUploads(tx, b)
		return nil, err
	})
	if err == nil {
		s.bodies.remove(gone...)
	}
	return err
}

// dropUploads deletes all uploads of a bucket and returns the bodies of their parts.
func dropUploads(tx store.Writer, b *bucket) ([]body, error) {
	var gone []body
	for _, value := range tx.Range(spaceUploads, store.Prefix(prefixOf(b, ""))) {
		var u upload
		if err := json.Unmarshal(value, &u); err != nil {
			return nil, err
		}
		parts, err := dropUpload(tx, b, &u)
		if err != nil {
			return nil, err
		}
		gone = append(gone, parts...)
	}
	return gone, nil
}

// attributes are what Fn::GetAtt knows of a bucket.
func (b *bucket) attributes() map[string]any {
	return map[string]any{
		"Arn":                 b.arn(),
		"DomainName":          b.Name + ".s3.amazonaws.com",
		"RegionalDomainName":  b.regionalDomain(),
		"DualStackDomainName": b.Name + ".s3.dualstack." + b.Region + ".amazonaws.com",
		"WebsiteURL":          "http://" + b.Name + ".s3-website-" + b.Region + ".amazonaws.com",
	}
}

func (b *bucket) regionalDomain() string { return b.Name + ".s3." + b.Region + ".amazonaws.com" }
