package s3

import (
	"bytes"
	"math"
	"net/http"
	"strconv"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/store"
)

// pageSize is how much a listing holds at most.
const pageSize = 1000

// listing is what a request wants listed.
type listing struct {
	prefix, delimiter string
	after             string // the key, or common prefix, that the last page ended with
	max               int
	url               bool // encoding-type=url
}

// entry is one line of a listing: an item, or a common prefix.
type entry[T any] struct {
	common string // "" for an item
	key    string
	item   T
}

// listing reads the parameters that all listings have.
func (c *request) listing(maxParameter string) (listing, error) {
	l := listing{prefix: c.query.Get("prefix"), delimiter: c.query.Get("delimiter"), max: pageSize}
	if c.query.Has("encoding-type") {
		encoding := c.query.Get("encoding-type")
		if l.url = encoding == "url"; !l.url {
			return l, invalidArgument("encoding-type", encoding, "Invalid Encoding Method specified in Request")
		}
	}
	if text := c.query.Get(maxParameter); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n > math.MaxInt32 {
			return l, invalidArgument(maxParameter, text, "Argument "+maxParameter+" must be an integer between 0 and 2147483647")
		}
		l.max = min(n, pageSize)
	}
	return l, nil
}

// text writes a key, prefix or delimiter as the request wants it.
func (l listing) text(s string) keyText {
	if l.url {
		return keyText(encodeURL(s))
	}
	return keyText(s)
}

// encodingType is what the answer says of itself.
func (l listing) encodingType() string {
	if l.url {
		return "url"
	}
	return ""
}

// common is what a key is grouped under, "" if it stands for itself.
func (l listing) common(key string) string {
	if l.delimiter == "" {
		return ""
	}
	head, _, found := strings.Cut(key[len(l.prefix):], l.delimiter)
	if !found {
		return ""
	}
	return l.prefix + head + l.delimiter
}

// collect goes through the records of a space at from and behind it, as long as their keys have the prefix, and makes a page
// of them. read tells whether a record is an item.
func collect[T any](tx store.Reader, space string, b *bucket, l listing, from []byte, read func(place, value []byte) (key string, item T, ok bool, err error)) (page []entry[T], truncated bool, err error) {
	all := store.Prefix(prefixOf(b, l.prefix))
	if bytes.Compare(from, all.From) > 0 {
		all.From = from
	}
	for all.From != nil {
		next := all
		next.From = nil
		for place, value := range tx.Range(space, all) {
			key, item, ok, err := read(place, value)
			if err != nil {
				return nil, false, err
			}
			if !ok {
				continue
			}
			common := l.common(key)
			if common != "" {
				next.From = store.PrefixEnd(prefixOf(b, common)) // whatever else has it is not read
			}
			if common == "" || !strings.HasPrefix(l.after, common) { // not on an earlier page
				if len(page) == l.max {
					return page, l.max > 0, nil
				}
				page = append(page, entry[T]{common, key, item})
			}
			if common != "" {
				break
			}
		}
		all = next
	}
	return page, false, nil
}

// commonPrefix is an element of listings.
type commonPrefix struct{ Prefix keyText }

// split hands the items of a page to add, and returns its common prefixes.
func split[T any](l listing, page []entry[T], add func(entry[T])) (prefixes []commonPrefix) {
	for _, e := range page {
		if e.common == "" {
			add(e)
			continue
		}
		prefixes = append(prefixes, commonPrefix{l.text(e.common)})
	}
	return prefixes
}

// listObjectsResult is the answer to ListObjectsV2.
type listObjectsResult struct {
	Name                  string
	Prefix                keyText
	StartAfter            keyText `xml:",omitempty"`
	ContinuationToken     string  `xml:",omitempty"`
	NextContinuationToken string  `xml:",omitempty"`
	KeyCount              int
	MaxKeys               int
	Delimiter             keyText `xml:",omitempty"`
	EncodingType          string  `xml:",omitempty"`
	IsTruncated           bool
	Lines                 []byte `xml:",innerxml"` // Contents and CommonPrefixes
}

// listObjectsV2 answers ListObjectsV2.
func (c *request) listObjectsV2() error {
	l, err := c.listing("max-keys")
	if err != nil {
		return err
	}
	token, startAfter := c.query.Get("continuation-token"), c.query.Get("start-after")
	l.after = startAfter
	if c.query.Has("continuation-token") {
		if l.after, err = c.openToken(token); err != nil {
			return err
		}
	}
	page, err := c.objects(l, c.query.Get("fetch-owner") == "true")
	if err != nil {
		return err
	}
	var result listObjectsResult
	result.Name, result.Prefix, result.Delimiter = c.bucket.Name, l.text(l.prefix), l.text(l.delimiter)
	result.StartAfter, result.ContinuationToken = l.text(startAfter), token
	result.KeyCount, result.MaxKeys, result.EncodingType, result.IsTruncated = page.count, l.max, l.encodingType(), page.truncated
	result.Lines = page.lines
	if page.truncated {
		result.NextContinuationToken = c.pages.Seal(page.last, continued, c.bucket.Name)
	}
	return c.writeXML("ListBucketResult", result)
}

// last is where a next page goes on behind.
func (e entry[T]) last() string {
	if e.common != "" {
		return e.common
	}
	return e.key
}

// behind is the place behind all records of a key; nil for no key.
func behind(b *bucket, key string) []byte {
	if key == "" {
		return nil
	}
	return store.PrefixEnd(placeOf(b, key))
}

// continued is the operation of which continuation tokens are.
const continued = "S3 ListObjectsV2"

// openToken reads a continuation token.
func (c *request) openToken(token string) (string, error) {
	last, ok := c.pages.Open(token, continued, c.bucket.Name)
	if !ok {
		return "", aws.Refuse(http.StatusBadRequest, "InvalidArgument", "The continuation token provided is incorrect").With("ArgumentName", "continuation-token")
	}
	return last, nil
}
