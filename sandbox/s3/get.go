package s3

import (
	"errors"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/store"
)

// replacementRetries is how often a body is looked for that is replaced again and again.
const replacementRetries = 10

// getObject answers GetObject and HeadObject.
func (c *request) getObject() error {
	if err := c.checkOverrides(); err != nil {
		return err
	}
	v, file, err := c.openVersion()
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	header := c.w.Header()
	for name, text := range v.Headers {
		if name, octets, ok := sent(name, text); ok {
			header[name] = []string{octets}
		}
	}
	header.Set("Etag", quote(v.ETag))
	header.Set("Last-Modified", v.Modified.UTC().Format(http.TimeFormat))
	c.setVersion(v)
	if len(v.Tags) > 0 {
		header.Set("X-Amz-Tagging-Count", strconv.Itoa(len(v.Tags)))
	}
	if err := c.precondition(v, ""); err != nil {
		if isRefusal(err, "PreconditionFailed") {
			c.forgetHeaders(v)
		}
		return err
	}
	for parameter, name := range overridden {
		if octets, _ := aws.HeaderOctets(c.query.Get(parameter)); octets != "" {
			header.Set(name, octets)
		}
	}
	part, sum, err := c.slice(v)
	if err != nil {
		c.forgetHeaders(v)
		return err
	}
	header.Set("Accept-Ranges", "bytes")
	header.Set("Content-Length", strconv.FormatInt(part.Length, 10))
	status := http.StatusOK
	if part.Partial {
		status = http.StatusPartialContent
		header.Set("Content-Range", part.ContentRange(v.Body.Size))
	}
	if strings.EqualFold(c.r.Header.Get("X-Amz-Checksum-Mode"), "ENABLED") {
		sum.setHeaders(header)
	}
	if _, err := file.Seek(part.First, io.SeekStart); err != nil {
		return err
	}
	c.w.WriteHeader(status)
	if c.r.Method != http.MethodHead {
		hand(c.w, file, part.Length)
	}
	return nil
}

// forgetHeaders takes back what belongs to an object and not to a refusal.
func (c *request) forgetHeaders(v *version) {
	header := c.w.Header()
	for name := range v.Headers {
		name, _, _ = sent(name, "")
		delete(header, name)
	}
	header.Del("Etag")
	header.Del("Last-Modified")
}

// sent is a kept header as it is sent: those of the user in lower case, as S3 has them.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html#UserMetadata
func sent(name, text string) (onWire, octets string, ok bool) {
	if strings.HasPrefix(name, metaPrefix) {
		return strings.ToLower(name), aws.MetadataOctets(text), true
	}
	octets, ok = aws.HeaderOctets(text)
	return name, octets, ok
}

// openVersion finds the version that the request is about and opens its body.
func (c *request) openVersion() (*version, io.ReadSeekCloser, error) {
	for range replacementRetries {
		v, err := c.lookUp()
		if err != nil {
			return nil, nil, err
		}
		file, err := c.bodies.open(v.Body)
		if errors.Is(err, fs.ErrNotExist) {
			continue // replaced between the two steps
		}
		return v, file, err
	}
	return nil, nil, errors.New("s3: the body of the version is gone")
}

// overridden are the headers that a request may ask to be answered with.
var overridden = map[string]string{
	"response-cache-control":       "Cache-Control",
	"response-content-disposition": "Content-Disposition",
	"response-content-encoding":    "Content-Encoding",
	"response-content-language":    "Content-Language",
	"response-content-type":        "Content-Type",
	"response-expires":             "Expires",
}

// checkOverrides refuses response-… to callers without a signature, and values that no header can have.
func (c *request) checkOverrides() error {
	if len(c.query) == 0 {
		return nil
	}
	for parameter := range overridden {
		if c.query.Has(parameter) && c.caller.Anonymous() {
			return invalidRequest("Request specific response headers cannot be used for anonymous GET requests.")
		}
	}
	for _, parameter := range slices.Sorted(maps.Keys(overridden)) {
		if value := c.query.Get(parameter); value != "" {
			if _, ok := aws.HeaderOctets(value); !ok {
				return invalidArgument(parameter, value, "Header value cannot be represented using ISO-8859-1.")
			}
		}
	}
	return nil
}

// lookUp returns the version of c.key that the request is about, the latest if it names none. What is not there, and what is
// deleted, it refuses.
func (c *request) lookUp() (*version, error) {
	id := c.query.Get("versionId")
	if c.query.Has("versionId") {
		if err := checkID(id); err != nil {
			return nil, err
		}
	}
	v, err := c.find(c.bucket, c.key, id)
	if err == nil && v.Marker {
		return nil, c.deleted(v, id)
	}
	return v, err
}

// find returns a version of any bucket, which may be a delete marker. What is not there it refuses.
func (c *request) find(b *bucket, key, id string) (*version, error) {
	var v *version
	err := c.Store.View(func(tx store.Reader) (err error) {
		v, err = findVersion(tx, b, key, id)
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case v != nil:
		return v, nil
	case id != "":
		return nil, c.missing(b, key, noSuchVersion(key, id))
	}
	return nil, c.missing(b, key, noSuchKey(key))
}

// deleted is the refusal of a version that is a delete marker.
func (c *request) deleted(v *version, id string) error {
	if id == "" {
		if err := c.missing(c.bucket, v.Key, nil); err != nil {
			return err
		}
	}
	header := c.w.Header()
	header.Set("X-Amz-Delete-Marker", "true")
	c.setVersionID(v)
	if id == "" {
		return noSuchKey(v.Key)
	}
	header.Set("Allow", del)
	header.Set("Last-Modified", v.Modified.UTC().Format(http.TimeFormat))
	return aws.Refuse(http.StatusMethodNotAllowed, "MethodNotAllowed", "The specified method is not allowed against this resource.").
		With("Method", c.r.Method).With("ResourceType", "DeleteMarker")
}

// checkID refuses what can't be the id of a version.
func checkID(id string) error {
	if _, ok := numberOf(id); ok || id == nullID {
		return nil
	}
	message := "Invalid version id specified"
	if id == "" {
		message = "Version id cannot be the empty string"
	}
	return invalidArgument("versionId", id, message)
}

func invalidArgument(name, value, message string) *aws.Error {
	return aws.Refuse(http.StatusBadRequest, "InvalidArgument", "%s", message).With("ArgumentName", name).With("ArgumentValue", value)
}
