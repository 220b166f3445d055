package s3

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
)

// operation is one of S3's. The first that fits a request is the one.
type operation struct {
	name   string
	method string
	on     target
	// with are the query parameters that select it, each as "name" or "name=value"; a name in capitals that begins with
	// X-Amz- is that of a header.
	with []string
	// action is what the caller needs; "" if the operation asks per object. With a versionId it is versioned, if that is set.
	action, versioned string
	// run carries it out; nil if nobody wrote it.
	run func(*request) error
	// reads is the document in its body; nil if it reads none.
	reads *document
	// parameters and headers are those that it knows beyond the ones that select it and those that all operations know.
	// Of headers only those count that begin with x-amz- or set conditions.
	parameters, headers []string
}

// target is what an operation is about.
type target uint8

const (
	onService target = iota
	onBucket
	onObject
)

const (
	get, head, put, post, del = http.MethodGet, http.MethodHead, http.MethodPut, http.MethodPost, http.MethodDelete
)

var (
	grouping    = []string{"prefix", "delimiter", "encoding-type"}
	overrides   = []string{"response-cache-control", "response-content-disposition", "response-content-encoding", "response-content-language", "response-content-type", "response-expires"}
	partly      = append([]string{"partNumber"}, overrides...)
	conditions  = []string{"if-match", "if-none-match", "if-modified-since", "if-unmodified-since"}
	reading     = append([]string{"range", "if-range", "x-amz-checksum-mode"}, conditions...)
	checksums   = []string{"x-amz-sdk-checksum-algorithm", "x-amz-checksum-crc32", "x-amz-checksum-crc32c", "x-amz-checksum-crc64nvme", "x-amz-checksum-sha1", "x-amz-checksum-sha256", "x-amz-trailer", "x-amz-decoded-content-length"}
	creating    = []string{"x-amz-meta-*", "x-amz-tagging", "x-amz-acl", "x-amz-grant-*", "x-amz-server-side-encryption", "x-amz-storage-class"}
	copying     = []string{"x-amz-copy-source-if-match", "x-amz-copy-source-if-none-match", "x-amz-copy-source-if-modified-since", "x-amz-copy-source-if-unmodified-since", "x-amz-source-expected-bucket-owner"}
	conditional = []string{"if-match", "if-none-match"}
)

// operations is the table of what S3 does, the more specific first.
var operations = slices.Concat([]operation{
	{name: "ListBuckets", method: get, on: onService, action: "s3:ListAllMyBuckets", run: (*request).listBuckets},

	{name: "HeadBucket", method: head, on: onBucket, action: "s3:ListBucket", run: (*request).headBucket},
	{name: "GetBucketLocation", method: get, on: onBucket, with: []string{"location"}, action: "s3:GetBucketLocation", run: (*request).getBucketLocation},
	{name: "GetBucketCors", method: get, on: onBucket, with: []string{"cors"}, action: "s3:GetBucketCORS", run: (*request).getBucketCors},
	{name: "GetBucketEncryption", method: get, on: onBucket, with: []string{"encryption"}, action: "s3:GetEncryptionConfiguration", run: (*request).getBucketEncryption},
	{name: "GetBucketVersioning", method: get, on: onBucket, with: []string{"versioning"}, action: "s3:GetBucketVersioning", run: (*request).getBucketVersioning},
	{name: "ListMultipartUploads", method: get, on: onBucket, with: []string{"uploads"}, action: "s3:ListBucketMultipartUploads", run: (*request).listMultipartUploads, parameters: append([]string{"max-uploads", "key-marker", "upload-id-marker"}, grouping...)},
	{name: "ListObjectVersions", method: get, on: onBucket, with: []string{"versions"}, action: "s3:ListBucketVersions", run: (*request).listObjectVersions, parameters: append([]string{"max-keys", "key-marker", "version-id-marker"}, grouping...)},
	{name: "ListObjectsV2", method: get, on: onBucket, with: []string{"list-type=2"}, action: "s3:ListBucket", run: (*request).listObjectsV2, parameters: append([]string{"max-keys", "continuation-token", "start-after", "fetch-owner"}, grouping...), headers: []string{"x-amz-optional-object-attributes"}},
	{name: "DeleteObjects", method: post, on: onBucket, with: []string{"delete"}, run: (*request).deleteObjects, reads: &document{"Delete", deleteLimit, deleteDocument{}}, headers: checksums},

	{name: "UploadPartCopy", method: put, on: onObject, with: []string{"partNumber", "uploadId", "X-Amz-Copy-Source"}, action: "s3:PutObject", run: (*request).uploadPartCopy, headers: append([]string{"x-amz-copy-source-range"}, copying...)},
	{name: "UploadPart", method: put, on: onObject, with: []string{"partNumber", "uploadId"}, action: "s3:PutObject", run: (*request).uploadPart, headers: checksums},
	{name: "CreateMultipartUpload", method: post, on: onObject, with: []string{"uploads"}, action: "s3:PutObject", run: (*request).createMultipartUpload, headers: append([]string{"x-amz-checksum-algorithm", "x-amz-checksum-type"}, creating...)},
	{name: "CompleteMultipartUpload", method: post, on: onObject, with: []string{"uploadId"}, action: "s3:PutObject", run: (*request).completeMultipartUpload, reads: &document{"CompleteMultipartUpload", completeLimit, completeDocument{}}, headers: slices.Concat(conditional, checksums, []string{"x-amz-checksum-type", "x-amz-mp-object-size"})},
	{name: "AbortMultipartUpload", method: del, on: onObject, with: []string{"uploadId"}, action: "s3:AbortMultipartUpload", run: (*request).abortMultipartUpload},
	{name: "ListParts", method: get, on: onObject, with: []string{"uploadId"}, action: "s3:ListMultipartUploadParts", run: (*request).listParts, parameters: []string{"max-parts", "part-number-marker"}},
	{name: "GetObjectAttributes", method: get, on: onObject, with: []string{"attributes"}, action: "s3:GetObject", versioned: "s3:GetObjectVersion", run: (*request).getObjectAttributes, headers: []string{"x-amz-object-attributes", "x-amz-max-parts", "x-amz-part-number-marker"}},
	{name: "GetObjectTagging", method: get, on: onObject, with: []string{"tagging"}, action: "s3:GetObjectTagging", versioned: "s3:GetObjectVersionTagging", run: (*request).getObjectTagging},
	{name: "PutObjectTagging", method: put, on: onObject, with: []string{"tagging"}, action: "s3:PutObjectTagging", versioned: "s3:PutObjectVersionTagging", run: (*request).putObjectTagging, reads: &document{"Tagging", taggingLimit, tagging{}}, headers: checksums},
	{name: "DeleteObjectTagging", method: del, on: onObject, with: []string{"tagging"}, action: "s3:DeleteObjectTagging", versioned: "s3:DeleteObjectVersionTagging", run: (*request).deleteObjectTagging},
}, unwritten, []operation{
	{name: "CopyObject", method: put, on: onObject, with: []string{"X-Amz-Copy-Source"}, action: "s3:PutObject", run: (*request).copyObject, headers: slices.Concat([]string{"x-amz-metadata-directive", "x-amz-tagging-directive", "x-amz-checksum-algorithm"}, creating, copying, conditional)},
	{name: "PutObject", method: put, on: onObject, action: "s3:PutObject", run: (*request).putObject, headers: slices.Concat(creating, checksums, conditional)},
	{name: "GetObject", method: get, on: onObject, action: "s3:GetObject", versioned: "s3:GetObjectVersion", run: (*request).getObject, parameters: partly, headers: reading},
	{name: "HeadObject", method: head, on: onObject, action: "s3:GetObject", versioned: "s3:GetObjectVersion", run: (*request).getObject, parameters: partly, headers: reading},
	{name: "DeleteObject", method: del, on: onObject, action: "s3:DeleteObject", versioned: "s3:DeleteObjectVersion", run: (*request).deleteObject, headers: []string{"if-match"}},

	{name: "ListObjects", method: get, on: onBucket, action: "s3:ListBucket", run: (*request).listObjects, parameters: append([]string{"max-keys", "marker"}, grouping...), headers: []string{"x-amz-optional-object-attributes"}},
	{name: "CreateBucket", method: put, on: onBucket, action: "s3:CreateBucket"},
	{name: "DeleteBucket", method: del, on: onBucket, action: "s3:DeleteBucket"},
	{name: "PostObject", method: post, on: onBucket, action: "s3:PutObject"},
})

// Operations returns the names of the operations that the sandbox carries out, in the order of the table.
func Operations() []string {
	var names []string
	for _, operation := range operations {
		if operation.run != nil {
			names = append(names, operation.name)
		}
	}
	return names
}

// find returns the operation that a request asks for; nil if there is none.
func find(r *http.Request, query url.Values, bucket, key string) *operation {
	on := onService
	switch {
	case key != "":
		on = onObject
	case bucket != "":
		on = onBucket
	}
	for i := range operations {
		if o := &operations[i]; o.method == r.Method && o.on == on && o.selected(r, query) {
			return o
		}
	}
	return nil
}

func (o *operation) selected(r *http.Request, query url.Values) bool {
	for _, with := range o.with {
		name, value, exact := strings.Cut(with, "=")
		switch {
		case strings.HasPrefix(name, "X-Amz-"):
			if len(r.Header.Values(name)) == 0 {
				return false
			}
		case !query.Has(name) || exact && query.Get(name) != value:
			return false
		}
	}
	return true
}

// everyParameter are what S3 knows of query parameters, apart from the names that select operations. Those that it does not
// know mean nothing to it.
var everyParameter = append(slices.Concat(grouping, overrides), "max-keys", "max-uploads", "max-parts", "key-marker",
	"upload-id-marker", "version-id-marker", "part-number-marker", "continuation-token", "start-after", "fetch-owner",
	"versionId", "partNumber", "uploadId", "list-type", "marker")

// everyHeader are headers that all operations know.
var everyHeader = []string{
	"x-amz-date", "x-amz-content-sha256", "x-amz-security-token", "x-amz-user-agent", "x-amz-expected-bucket-owner",
}

// checkKnown refuses by name what is not imitated: the operation, or a part of the request that would change what it means.
func (c *request) checkKnown() error {
	if c.operation.run == nil {
		return notImplemented("the sandbox does not carry out " + c.operation.name)
	}
	for name := range c.query {
		if !c.operation.knowsParameter(name) {
			return notImplemented("the sandbox does not know the parameter " + name + " of " + c.operation.name)
		}
	}
	for name := range c.r.Header {
		if !c.operation.knowsHeader(strings.ToLower(name)) {
			return aws.NotImplemented(name)
		}
	}
	return c.checkValues()
}

func notImplemented(message string) error {
	return aws.Refuse(http.StatusNotImplemented, "NotImplemented", "A parameter you provided implies functionality that is not implemented: %s", message)
}

func (o *operation) knowsParameter(name string) bool {
	if slices.Contains(o.parameters, name) || o.selectedBy(name) || name == "versionId" && (o.versioned != "") {
		return true
	}
	return !slices.Contains(everyParameter, name) && !subresources[name]
}

func (o *operation) selectedBy(name string) bool {
	return slices.ContainsFunc(o.with, func(with string) bool {
		with, _, _ = strings.Cut(with, "=")
		return strings.EqualFold(with, name)
	})
}

func (o *operation) knowsHeader(name string) bool {
	if !strings.HasPrefix(name, "x-amz-") && !slices.Contains(reading, name) {
		return true
	}
	if slices.Contains(everyHeader, name) || o.selectedBy(name) {
		return true
	}
	return slices.ContainsFunc(o.headers, func(known string) bool {
		prefix, wild := strings.CutSuffix(known, "*")
		return known == name || wild && strings.HasPrefix(name, prefix)
	})
}

// subresources are the query parameters that select operations.
var subresources = map[string]bool{}

func init() {
	for _, operation := range operations {
		for _, with := range operation.with {
			name, _, _ := strings.Cut(with, "=")
			subresources[name] = true
		}
	}
}
