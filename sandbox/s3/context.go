package s3

import (
	"crypto/tls"
	"net/http"
	"strconv"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
)

// tlsVersions are the values of s3:TlsVersion.
var tlsVersions = map[uint16]string{
	tls.VersionTLS10: "1.0", tls.VersionTLS11: "1.1", tls.VersionTLS12: "1.2", tls.VersionTLS13: "1.3",
}

// conditionHeaders are the headers that are condition keys, for the actions that write.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html
var conditionHeaders = map[string]string{
	"X-Amz-Acl":                    "s3:x-amz-acl",
	"X-Amz-Copy-Source":            "s3:x-amz-copy-source",
	"X-Amz-Metadata-Directive":     "s3:x-amz-metadata-directive",
	"X-Amz-Server-Side-Encryption": "s3:x-amz-server-side-encryption",
	"X-Amz-Storage-Class":          "s3:x-amz-storage-class",
	"If-Match":                     "s3:if-match",
	"If-None-Match":                "s3:if-none-match",
}

// listParameters are the parameters that are condition keys of the actions that list objects and versions. There they are
// keys even if they are empty.
var listParameters = map[string]string{"prefix": "s3:prefix", "delimiter": "s3:delimiter", "max-keys": "s3:max-keys"}

// context is what policies may ask of the request with regard to an action.
func (c *request) context(action string) iam.Context {
	keys := c.baseContext()
	switch {
	case strings.HasPrefix(action, "s3:ListBucket"):
		for parameter, name := range listParameters {
			if c.query.Has(parameter) {
				keys = append(keys, iam.Key{Name: name, Value: c.query.Get(parameter)})
			}
		}
	case strings.HasPrefix(action, "s3:Put"):
		for header, name := range conditionHeaders {
			keys = add(keys, name, c.r.Header.Get(header))
		}
		keys = append(keys, tagKeys(c.r.Header.Get("X-Amz-Tagging"))...)
	}
	if strings.HasPrefix(action, "s3:DeleteObject") {
		keys = add(keys, "s3:if-match", c.r.Header.Get("If-Match"))
	}
	if strings.Contains(action, "ObjectVersion") {
		keys = add(keys, "s3:VersionId", c.query.Get("versionId"))
	}
	return keys
}

// baseContext are S3's own keys that have to do with how the request came.
func (c *request) baseContext() iam.Context {
	keys := iam.Context{{Name: "s3:ResourceAccount", Value: c.Account}}
	if c.r.TLS != nil {
		keys = add(keys, "s3:TlsVersion", tlsVersions[c.r.TLS.Version])
	}
	if c.caller.SignedAt.IsZero() {
		return keys
	}
	keys = add(add(keys, "s3:signatureversion", "AWS4-HMAC-SHA256"), "s3:x-amz-content-sha256", c.caller.Payload)
	if !c.caller.Presigned {
		return add(keys, "s3:authType", "REST-HEADER")
	}
	age := c.Now().Sub(c.caller.SignedAt).Milliseconds()
	return add(add(keys, "s3:authType", "REST-QUERY-STRING"), "s3:signatureAge", strconv.FormatInt(age, 10))
}

// add adds a key; without a value it is absent.
func add(keys iam.Context, name, value string) iam.Context {
	if value == "" {
		return keys
	}
	return append(keys, iam.Key{Name: name, Value: value})
}

// tagKeys are the keys of the tags that a request brings.
func tagKeys(header string) iam.Context {
	tags, err := parseTags(header)
	if err != nil || len(tags) == 0 {
		return nil
	}
	var keys iam.Context
	var names []string
	for _, tag := range tags {
		names = append(names, tag.Key)
		keys = append(keys, iam.Key{Name: "s3:RequestObjectTag/" + tag.Key, Value: tag.Value})
	}
	return append(keys, iam.Key{Name: "s3:RequestObjectTagKeys", Values: names})
}

// authorizeOperation decides about the operation itself.
func (c *request) authorizeOperation() error {
	if c.operation.name == "PostObject" && isForm(c.r.Header) {
		return nil // its policy and signature are within it: it is refused by name, whoever sent it
	}
	action := c.operation.action
	if c.operation.versioned != "" && c.query.Has("versionId") {
		action = c.operation.versioned
	}
	if action == "" {
		return nil
	}
	return c.authorize(action, c.bucket, c.key, c.context(action))
}

// isForm reports whether a body is a form as browsers post one.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTForms.html
func isForm(header http.Header) bool {
	kind, _, _ := strings.Cut(header.Get("Content-Type"), ";")
	return strings.EqualFold(strings.TrimSpace(kind), "multipart/form-data")
}

// authorize decides about an action on an object of a bucket, on the bucket if the key is "", on all if there is no bucket.
func (c *request) authorize(action string, b *bucket, key string, context iam.Context) error {
	request := aws.Request{Action: action, Resource: "*", Account: c.Account, Context: context}
	if b != nil {
		request.Resource = b.arn()
		request.Policies = b.policies
		request.RestrictPublic = b.PublicAccessBlock.RestrictPublicBuckets
	}
	if key != "" {
		request.Resource += "/" + key
	}
	decision, message := aws.Authorize(c.r.Context(), c.caller, request)
	if decision == iam.Allow {
		return nil
	}
	// Only who is of an account is told why.
	if _, ok := c.caller.Principal.(iam.RoleSession); !ok {
		message = "Access Denied"
	}
	return accessDenied(strings.Replace(message, "resource: "+request.Resource, `resource: "`+request.Resource+`"`, 1))
}

func accessDenied(message string) error {
	return aws.Refuse(http.StatusForbidden, "AccessDenied", "%s", message)
}

// missing is the refusal of an object that is not there: who may list the bucket learns that, all others learn nothing. The
// question is put with the key as the prefix, so a permission to list a folder is enough for what is missing in it.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html#API_GetObject_Permissions
func (c *request) missing(b *bucket, key string, refusal error) error {
	const action = "s3:ListBucket"
	context := append(c.baseContext(), iam.Key{Name: "s3:prefix", Value: key})
	if err := c.authorize(action, b, "", context); err != nil {
		return err
	}
	return refusal
}

func noSuchKey(key string) error {
	return aws.Refuse(http.StatusNotFound, "NoSuchKey", "The specified key does not exist.").With("Key", key)
}

func noSuchVersion(key, id string) error {
	return aws.Refuse(http.StatusNotFound, "NoSuchVersion", "The specified version does not exist.").With("Key", key).With("VersionId", id)
}
