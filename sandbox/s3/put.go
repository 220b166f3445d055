package s3

import (
	"net/http"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/store"
)

const (
	maxKey      = 1024 // bytes
	maxMetadata = 2048 // bytes of names and values of x-amz-meta-*
)

// metaPrefix is what the names of the user's metadata begin with.
const metaPrefix = "X-Amz-Meta-"

// keptHeaders are sent back as they were put.
var keptHeaders = []string{"Cache-Control", "Content-Disposition", "Content-Encoding", "Content-Language", "Content-Type", "Expires"}

// putObject answers PutObject.
func (c *request) putObject() error {
	v, err := c.newVersion()
	if err != nil {
		return err
	}
	if err := c.expect(nil); err != nil {
		return err
	}
	w, sum, err := c.receive("")
	if err != nil {
		return err
	}
	defer w.drop()
	v.Checksum = sum
	if err := c.commit(w, v, nil); err != nil {
		return err
	}
	c.setVersion(v)
	c.w.Header().Set("Etag", quote(v.ETag))
	v.Checksum.setHeaders(c.w.Header())
	c.w.WriteHeader(http.StatusOK)
	return nil
}

// commit makes what w has written the latest version v of c.key, if the request's conditions hold, together with what also
// does.
func (c *request) commit(w *writer, v *version, also func(store.Writer) error) error {
	var err error
	if v.ETag == "" {
		v.ETag = w.etag()
	}
	if v.Body, err = w.keep(); err != nil {
		return err
	}
	v.Modified = c.Now().UTC()
	var gone body
	err = c.Store.Update(func(tx store.Writer) error {
		if err := c.expect(tx); err != nil {
			return err
		}
		if gone, err = insert(tx, c.bucket, v); err != nil {
			return err
		}
		if err := w.put(tx); err != nil {
			return err
		}
		if err := c.tellCreated(tx, v); err != nil || also == nil {
			return err
		}
		return also(tx)
	})
	if err != nil {
		c.bodies.remove(v.Body)
		return err
	}
	c.bodies.remove(gone)
	c.send()
	return nil
}

// newVersion begins a version of c.key with the headers and tags that the request brings, after asking for the permissions
// that these need.
func (c *request) newVersion() (*version, error) {
	v := &version{Key: c.key, Headers: map[string]string{}}
	header := c.r.Header
	size := 0
	for name, values := range header {
		value := strings.Join(values, ",")
		switch {
		case strings.HasPrefix(name, metaPrefix):
			v.Headers[name] = aws.MetadataText(value)
			size += len(name) - len(metaPrefix) + len(v.Headers[name])
		case slices.Contains(keptHeaders, name):
			v.Headers[name] = aws.HeaderText(value)
		}
	}
	if size > maxMetadata {
		return nil, aws.Refuse(http.StatusBadRequest, "MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size").With("MaxSizeAllowed", "2048")
	}
	if encoding := withoutChunked(v.Headers["Content-Encoding"]); encoding != "" {
		v.Headers["Content-Encoding"] = encoding
	} else {
		delete(v.Headers, "Content-Encoding")
	}
	if v.Headers["Content-Type"] == "" {
		v.Headers["Content-Type"] = "binary/octet-stream"
	}
	var err error
	if v.Tags, err = parseTags(header.Get("X-Amz-Tagging")); err != nil {
		return nil, err
	}
	if v.Tags != nil {
		err = c.authorize("s3:PutObjectTagging", c.bucket, c.key, c.context("s3:PutObjectTagging"))
	}
	if err == nil && header.Get("X-Amz-Acl") != "" {
		err = c.authorize("s3:PutObjectAcl", c.bucket, c.key, c.context("s3:PutObjectAcl"))
	}
	return v, err
}

// withoutChunked takes aws-chunked, which is the wire's, out of the encodings of an object.
func withoutChunked(encoding string) string {
	var kept []string
	for part := range strings.SplitSeq(encoding, ",") {
		if part = strings.TrimSpace(part); part != "" && !strings.EqualFold(part, "aws-chunked") {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, ",")
}

// expect checks the request's If-None-Match and If-Match against the latest version of c.key: in the transaction that writes,
// and before the body is read, with nil, to spare the reading.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
func (c *request) expect(tx store.Reader) error {
	none, match := c.r.Header.Get("If-None-Match"), c.r.Header.Get("If-Match")
	switch {
	case none == "" && match == "":
		return nil
	case none != "" && none != "*":
		return aws.NotImplemented("If-None-Match").With("additionalMessage", "We don't accept the provided value of If-None-Match header for this API")
	case match != "" && none != "":
		return aws.NotImplemented("If-Match,If-None-Match")
	}
	if tx == nil {
		if match != "" {
			if err := c.mayCompare(c.key); err != nil {
				return err
			}
		}
		return c.Store.View(c.expect)
	}
	v, err := findVersion(tx, c.bucket, c.key, "")
	exists := v != nil && !v.Marker
	switch {
	case err != nil:
		return err
	case none != "" && exists:
		return failedCondition("If-None-Match")
	case match != "" && !exists:
		return noSuchKey(c.key)
	case match != "" && strings.Trim(match, `"`) != v.ETag:
		return failedCondition("If-Match")
	}
	return nil
}

func failedCondition(name string) *aws.Error {
	return aws.Refuse(http.StatusPreconditionFailed, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold").With("Condition", name)
}

// setVersion writes what every answer about a stored version says.
func (c *request) setVersion(v *version) {
	c.w.Header().Set("X-Amz-Server-Side-Encryption", "AES256")
	c.setVersionID(v)
}

// setVersionID writes the version's id, in buckets that have versions or had.
func (c *request) setVersionID(v *version) {
	if c.bucket.Versioning != "" {
		c.w.Header().Set("X-Amz-Version-Id", v.ID)
	}
}

func quote(etag string) string { return `"` + etag + `"` }
