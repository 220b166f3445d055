package s3

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/store"
)

// bucket is a bucket with its configuration, in the words of CloudFormation. A bucket that others can see is not changed.
type bucket struct {
	Name    string
	Region  string
	Created time.Time
	Owner   string // the resource that declares it, as in "stack/LogicalID"

	Versioning        string // "", Enabled or Suspended
	CORS              []corsRule
	Lifecycle         []lifecycleRule
	Logging           loggingConfiguration
	PublicAccessBlock publicAccessBlock
	EventBridge       bool `json:",omitempty"` // whether events go there
	Tags              []tag

	Policy      json.RawMessage `json:",omitempty"` // the document
	PolicyOwner string          // the resource that declares it

	policies []*iam.Policy // Policy, compiled
}

// publicAccessBlock is AWS::S3::Bucket.PublicAccessBlockConfiguration. The two about ACLs forbid what no bucket here allows.
type publicAccessBlock struct {
	BlockPublicAcls, BlockPublicPolicy, IgnorePublicAcls, RestrictPublicBuckets bool
}

type loggingConfiguration struct{ DestinationBucketName, LogFilePrefix string }

// tag is a tag of a bucket or an object.
type tag struct {
	Key, Value string `s3:"required"`
}

func (b *bucket) arn() string { return "arn:aws:s3:::" + b.Name }

// compile makes b.policies of b.Policy.
func (b *bucket) compile() error {
	b.policies = nil
	if b.Policy == nil {
		return nil
	}
	policy, err := iam.Parse(iam.Resource, "the policy of bucket "+b.Name, b.Policy)
	if err != nil {
		return err
	}
	b.policies = []*iam.Policy{policy}
	return nil
}

// bucketTable holds all buckets in memory; the store has them too.
type bucketTable struct {
	mu     sync.RWMutex
	byName map[string]*bucket
}

// loadBuckets reads the buckets from the store.
func (s *Service) loadBuckets() error {
	s.buckets.byName = map[string]*bucket{}
	return s.Store.View(func(tx store.Reader) error {
		for name, value := range tx.Range(spaceBuckets, store.Range{}) {
			b := &bucket{}
			if err := json.Unmarshal(value, b); err != nil {
				return fmt.Errorf("bucket %s: %w", name, err)
			}
			if err := b.compile(); err != nil {
				return err
			}
			s.buckets.byName[b.Name] = b
		}
		return nil
	})
}

// findBucket returns a bucket; nil if there is none.
func (s *Service) findBucket(name string) *bucket {
	s.buckets.mu.RLock()
	defer s.buckets.mu.RUnlock()
	return s.buckets.byName[name]
}

// allBuckets returns the buckets by name.
func (s *Service) allBuckets() []*bucket {
	s.buckets.mu.RLock()
	defer s.buckets.mu.RUnlock()
	var list []*bucket
	for _, b := range s.buckets.byName {
		list = append(list, b)
	}
	slices.SortFunc(list, func(a, b *bucket) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// changeBucket replaces a bucket by what change makes of a copy of it, or of nil if there is none. If change returns nil the
// bucket is removed.
func (s *Service) changeBucket(name string, change func(tx store.Writer, b *bucket) (*bucket, error)) error {
	s.buckets.mu.Lock()
	defer s.buckets.mu.Unlock()
	var next *bucket
	if current := s.buckets.byName[name]; current != nil {
		clone := *current
		next = &clone
	}
	err := s.Store.Update(func(tx store.Writer) (err error) {
		if next, err = change(tx, next); err != nil {
			return err
		}
		if next == nil {
			return tx.Delete(spaceBuckets, []byte(name))
		}
		if err := next.compile(); err != nil {
			return err
		}
		return store.PutJSON(tx, spaceBuckets, name, next)
	})
	switch {
	case err != nil:
		return err
	case next == nil:
		delete(s.buckets.byName, name)
	default:
		s.buckets.byName[name] = next
	}
	return nil
}

// listBuckets answers ListBuckets.
func (c *request) listBuckets() error {
	type item struct {
		Name         string
		CreationDate string
		BucketRegion string
	}
	var result struct {
		Owner   owner
		Buckets struct{ Bucket []item }
	}
	result.Owner = c.owner()
	for _, b := range c.allBuckets() {
		result.Buckets.Bucket = append(result.Buckets.Bucket, item{b.Name, timestamp(b.Created), b.Region})
	}
	return c.writeXML("ListAllMyBucketsResult", result)
}

// headBucket answers HeadBucket.
func (c *request) headBucket() error {
	c.w.Header().Set("X-Amz-Bucket-Region", c.bucket.Region)
	c.w.Header().Set("X-Amz-Access-Point-Alias", "false")
	c.w.WriteHeader(http.StatusOK)
	return nil
}

// getBucketLocation answers GetBucketLocation. The first region there was has no name in it.
func (c *request) getBucketLocation() error {
	region := c.bucket.Region
	if region == "us-east-1" {
		region = ""
	}
	return c.writeXML("LocationConstraint", struct {
		Region string `xml:",chardata"`
	}{region})
}

// getBucketEncryption answers GetBucketEncryption: all is encrypted by S3 itself.
func (c *request) getBucketEncryption() error {
	type algorithm struct{ SSEAlgorithm string }
	type rule struct {
		ApplyServerSideEncryptionByDefault algorithm
		BucketKeyEnabled                   bool
	}
	return c.writeXML("ServerSideEncryptionConfiguration", struct{ Rule rule }{rule{ApplyServerSideEncryptionByDefault: algorithm{"AES256"}}})
}

// getBucketVersioning answers GetBucketVersioning.
func (c *request) getBucketVersioning() error {
	return c.writeXML("VersioningConfiguration", struct {
		Status string `xml:",omitempty"`
	}{c.bucket.Versioning})
}

// owner is who owns buckets and objects: the account, by an id as long as S3's canonical user ids.
type owner struct{ ID, DisplayName string }

func (s *Service) owner() owner {
	return owner{ID: strings.Repeat("0", 52) + s.Account, DisplayName: "lightbox"}
}

// stillThere refuses what is written to a bucket that was deleted in the meantime.
func stillThere(tx store.Reader, b *bucket) error {
	if _, found := tx.Get(spaceBuckets, []byte(b.Name)); !found {
		return noSuchBucket(b.Name)
	}
	return nil
}

// bucketName is what a bucket may be called.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
func checkBucketName(name string) error {
	valid := len(name) >= 3 && len(name) <= 63 && !strings.Contains(name, "..") &&
		strings.Trim(name[:1]+name[len(name)-1:], "abcdefghijklmnopqrstuvwxyz0123456789") == "" &&
		strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789.-") == ""
	if !valid {
		return aws.Refuse(http.StatusBadRequest, "InvalidBucketName", "The specified bucket is not valid.").With("BucketName", name)
	}
	return nil
}
