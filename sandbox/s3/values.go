package s3

import (
	"net/http"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
)

// The values that S3 has, of which the sandbox has one of each: AES256 and aws:… are those of an encryption.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
var (
	cannedACLs     = []string{"private", "public-read", "public-read-write", "authenticated-read", "aws-exec-read", "bucket-owner-read", "bucket-owner-full-control"}
	storageClasses = []string{
		"STANDARD", "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER", "DEEP_ARCHIVE", "OUTPOSTS", "GLACIER_IR",
		"SNOW", "EXPRESS_ONEZONE", "FSX_OPENZFS", "FSX_ONTAP",
	}
)

// checkValues refuses values of general headers that ask for what the sandbox does not have.
func (c *request) checkValues() error {
	header := c.r.Header
	if owner := header.Get("X-Amz-Expected-Bucket-Owner"); owner != "" && owner != c.Account {
		return accessDenied("Access Denied")
	}
	if acl := header.Get("X-Amz-Acl"); acl != "" && acl != "bucket-owner-full-control" {
		if !slices.Contains(cannedACLs, acl) {
			return invalidArgument("x-amz-acl", acl, "The canned ACL is not one of those that S3 has.")
		}
		return aws.Refuse(http.StatusBadRequest, "AccessControlListNotSupported", "The bucket does not allow ACLs")
	}
	for name := range header {
		if strings.HasPrefix(name, "X-Amz-Grant-") {
			return aws.Refuse(http.StatusBadRequest, "AccessControlListNotSupported", "The bucket does not allow ACLs")
		}
	}
	if encryption := header.Get("X-Amz-Server-Side-Encryption"); encryption != "" && encryption != "AES256" {
		if !strings.HasPrefix(encryption, "aws:") {
			return aws.Refuse(http.StatusBadRequest, "InvalidEncryptionAlgorithmError", "The encryption request you specified is not valid. Supported value: AES256.")
		}
		return aws.NotImplemented("X-Amz-Server-Side-Encryption")
	}
	if class := header.Get("X-Amz-Storage-Class"); class != "" && class != "STANDARD" {
		if !slices.Contains(storageClasses, class) {
			return aws.Refuse(http.StatusBadRequest, "InvalidStorageClass", "The storage class you specified is not valid").With("StorageClassRequested", class)
		}
		return aws.NotImplemented("X-Amz-Storage-Class")
	}
	return nil
}
