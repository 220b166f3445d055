package s3

import (
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
)

// source is what x-amz-copy-source names.
type source struct {
	bucket *bucket
	key    string
	id     string // of a version; "" for the latest
}

// copyResult is the document of a copy.
type copyResult struct {
	LastModified string
	ETag         string
	*checksumElements
	ChecksumType string `xml:",omitempty"`
}

// changesKeeping reports whether a copy says how the object is to be kept. S3 doesn't ask whether it is kept so already: that is how
// objects are encrypted in their place.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/specifying-s3-encryption.html
func (c *request) changesKeeping() bool {
	return c.r.Header.Get("X-Amz-Server-Side-Encryption") != "" || c.r.Header.Get("X-Amz-Storage-Class") != ""
}

// copyObject answers CopyObject.
func (c *request) copyObject() error {
	directives, err := c.directives()
	if err != nil {
		return err
	}
	from, err := c.source()
	if err != nil {
		return err
	}
	if from.bucket == c.bucket && from.key == c.key && from.id == "" && !directives.metadata && !c.changesKeeping() {
		return invalidRequest("This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.")
	}
	v, err := c.newVersion()
	if err != nil {
		return err
	}
	old, file, err := c.openSource(from)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	if err := c.inherit(v, old, from, directives); err != nil {
		return err
	}
	if err := c.expect(nil); err != nil {
		return err
	}
	algorithm, err := parseAlgorithm(c.r.Header)
	if err != nil {
		return err
	}
	if algorithm == "" {
		algorithm = old.Checksum.Algorithm
	}
	w := c.bodies.create(algorithm)
	defer w.drop()
	if _, err := pour(w, file); err != nil {
		return err
	}
	v.Checksum = checksum{Algorithm: algorithm, Value: sumOf(w.sum), Type: fullObject}
	if err := c.commit(w, v, nil); err != nil {
		return err
	}
	c.setVersion(v)
	c.setSourceVersion(from, old)
	return c.writeXML("CopyObjectResult", copyResult{timestamp(v.Modified), quote(v.ETag), v.Checksum.element(), v.Checksum.Type})
}

// directives tell what of a copy comes with the request instead of from the source.
type directives struct{ metadata, tags bool }

func (c *request) directives() (directives, error) {
	var d directives
	for name, replace := range map[string]*bool{"X-Amz-Metadata-Directive": &d.metadata, "X-Amz-Tagging-Directive": &d.tags} {
		switch value := c.r.Header.Get(name); value {
		case "", "COPY":
		case "REPLACE":
			*replace = true
		default:
			return d, invalidArgument(strings.ToLower(name), value, "Unknown metadata directive.")
		}
	}
	if !d.tags && c.r.Header.Get("X-Amz-Tagging") != "" {
		return d, invalidArgument("x-amz-tagging", c.r.Header.Get("X-Amz-Tagging"), "x-amz-tagging may be given with the tagging directive REPLACE only.")
	}
	return d, nil
}

// inherit gives a copy what the directives leave to its source. Tags need permissions of their own, if there are any.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html#API_CopyObject_RequestSyntax
func (c *request) inherit(v, old *version, from source, d directives) error {
	if !d.metadata {
		v.Headers = old.Headers
	}
	if d.tags || len(old.Tags) == 0 {
		return nil
	}
	v.Tags = old.Tags
	read := "s3:GetObjectTagging"
	if from.id != "" {
		read = "s3:GetObjectVersionTagging"
	}
	if err := c.authorize(read, from.bucket, from.key, c.baseContext()); err != nil {
		return err
	}
	return c.authorize("s3:PutObjectTagging", c.bucket, c.key, c.context("s3:PutObjectTagging"))
}

// source reads x-amz-copy-source: "bucket/key", encoded as in a URL, where a plus is a space, with "?versionId=…" or without.
func (c *request) source() (source, error) {
	header := c.r.Header.Get("X-Amz-Copy-Source")
	invalid := invalidArgument("x-amz-copy-source", "x-amz-copy-source", "Invalid copy source object key")
	path, query, versioned := strings.Cut(header, "?versionId=")
	path, err := url.QueryUnescape(strings.TrimPrefix(path, "/"))
	name, key, _ := strings.Cut(path, "/")
	if err != nil || name == "" || key == "" {
		return source{}, invalid
	}
	from := source{bucket: c.findBucket(name), key: key}
	if from.bucket == nil {
		return source{}, noSuchBucket(name)
	}
	if versioned {
		if from.id, err = url.QueryUnescape(query); err != nil {
			return source{}, invalid
		}
		if err := checkID(from.id); err != nil {
			return source{}, err
		}
	}
	if owner := c.r.Header.Get("X-Amz-Source-Expected-Bucket-Owner"); owner != "" && owner != c.Account {
		return source{}, accessDenied("Access Denied")
	}
	return from, nil
}

// openSource finds and opens the source of a copy, if the caller may read it and the conditions on it hold.
func (c *request) openSource(from source) (*version, io.ReadSeekCloser, error) {
	action, keys := "s3:GetObject", c.baseContext()
	if from.id != "" {
		action, keys = "s3:GetObjectVersion", add(keys, "s3:VersionId", from.id)
	}
	if err := c.authorize(action, from.bucket, from.key, keys); err != nil {
		return nil, nil, err
	}
	for range replacementRetries {
		v, err := c.find(from.bucket, from.key, from.id)
		switch {
		case err != nil:
			return nil, nil, err
		case v.Marker && from.id != "":
			return nil, nil, invalidRequest("The source of a copy request may not specifically refer to a delete marker by version id.")
		case v.Marker:
			return nil, nil, c.missing(from.bucket, from.key, noSuchKey(from.key))
		}
		if err := c.precondition(v, "X-Amz-Copy-Source-"); err != nil {
			return nil, nil, err
		}
		file, err := c.bodies.open(v.Body)
		if errors.Is(err, fs.ErrNotExist) {
			continue // replaced between the two steps
		}
		return v, file, err
	}
	return nil, nil, errors.New("s3: the body of the copy's source is gone")
}

// setSourceVersion says which version was copied.
func (c *request) setSourceVersion(from source, old *version) {
	if from.bucket.Versioning != "" {
		c.w.Header().Set("X-Amz-Copy-Source-Version-Id", old.ID)
	}
}

// sourceRange reads x-amz-copy-source-range, "bytes=first-last", within size bytes; all of them without it.
func (c *request) sourceRange(size int64) (first, length int64, err error) {
	text := c.r.Header.Get("X-Amz-Copy-Source-Range")
	if text == "" {
		return 0, size, nil
	}
	from, to, _ := strings.Cut(strings.TrimPrefix(text, "bytes="), "-")
	first, last, ok := aws.ParseRange(text, size)
	switch {
	case !ok || from == "" || to == "":
		return 0, 0, invalidArgument("x-amz-copy-source-range", text, "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy")
	case first >= size:
		return 0, 0, invalidRequest("The specified copy range is invalid for the source object size")
	case to != strconv.FormatInt(last, 10):
		return 0, 0, aws.Refuse(http.StatusBadRequest, "InvalidArgument", "Range specified is not valid for source object of size: %d", size).
			With("ArgumentName", "x-amz-copy-source-range").With("ArgumentValue", text)
	}
	return first, last - first + 1, nil
}
