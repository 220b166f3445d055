package s3

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/store"
)

const (
	maxTags      = 10
	taggingLimit = 64 << 10 // bytes of a document of tags
)

// tagging is the document Tagging.
type tagging struct {
	TagSet struct {
		Tag []tag
	} `s3:"required"`
}

// parseTags reads x-amz-tagging, "a=b&c=d".
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html
func parseTags(header string) ([]tag, error) {
	if header == "" {
		return nil, nil
	}
	query, err := url.ParseQuery(header)
	var tags []tag
	for key, values := range query {
		if len(values) != 1 {
			err = url.EscapeError(key)
		}
		tags = append(tags, tag{key, values[0]})
	}
	if err != nil {
		return nil, aws.Refuse(http.StatusBadRequest, "InvalidArgument", "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.").
			With("ArgumentName", "x-amz-tagging").With("ArgumentValue", header)
	}
	slices.SortFunc(tags, func(a, b tag) int { return strings.Compare(a.Key, b.Key) })
	return tags, checkTags(tags)
}

// checkTags refuses tags that no object may have.
func checkTags(tags []tag) error {
	if len(tags) > maxTags {
		return aws.Refuse(http.StatusBadRequest, "BadRequest", "Object tags cannot be greater than 10")
	}
	for i, t := range tags {
		fault := ""
		switch {
		case t.Key == "" || utf8.RuneCountInString(t.Key) > 128 || !isTagText(t.Key):
			fault = "The TagKey you have provided is invalid"
		case utf8.RuneCountInString(t.Value) > 256 || !isTagText(t.Value):
			fault = "The TagValue you have provided is invalid"
		case strings.HasPrefix(t.Key, "aws:"):
			fault = "System tags cannot be added/updated by requester"
		case slices.ContainsFunc(tags[:i], func(other tag) bool { return other.Key == t.Key }):
			fault = "Cannot provide multiple Tags with the same key"
		}
		if fault != "" {
			return aws.Refuse(http.StatusBadRequest, "InvalidTag", "%s", fault).With("TagKey", t.Key)
		}
	}
	return nil
}

// isTagText reports whether a tag may have the text: letters, digits, spaces and + - = . _ : / @.
func isTagText(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsSpace(r) && !strings.ContainsRune("+-=._:/@", r)
	})
}

// getObjectTagging answers GetObjectTagging.
func (c *request) getObjectTagging() error {
	v, err := c.lookUp()
	if err != nil {
		return err
	}
	var document tagging
	document.TagSet.Tag = v.Tags
	c.setVersionID(v)
	return c.writeXML("Tagging", document)
}

// putObjectTagging answers PutObjectTagging.
func (c *request) putObjectTagging() error {
	var document tagging
	if err := c.readXML(&document, c.checkDigests); err != nil {
		return err
	}
	if err := checkTags(document.TagSet.Tag); err != nil {
		return err
	}
	return c.setTags(document.TagSet.Tag, http.StatusOK)
}

// deleteObjectTagging answers DeleteObjectTagging.
func (c *request) deleteObjectTagging() error { return c.setTags(nil, http.StatusNoContent) }

func (c *request) setTags(tags []tag, status int) error {
	if _, err := c.lookUp(); err != nil {
		return err
	}
	var v *version
	err := c.Store.Update(func(tx store.Writer) (err error) {
		v, err = findVersion(tx, c.bucket, c.key, c.query.Get("versionId"))
		if err != nil {
			return err
		}
		if v == nil || v.Marker {
			return noSuchKey(c.key)
		}
		v.Tags = tags
		return store.PutJSON(tx, spaceVersions, v.place, v)
	})
	if err != nil {
		return err
	}
	c.setVersionID(v)
	c.w.WriteHeader(status)
	return nil
}
