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
	var group []byte // the places of the last common prefix
	for place, value := range tx.Range(space, all) {
		if group != nil && bytes.HasPrefix(place, group) {
			continue
		}
		key, item, ok, err := read(place, value)
		if err != nil {
			return nil, false, err
		}
		if !ok {
			continue
		}
		common := l.common(key)
		if common != "" {
			group = prefixOf(b, common)
			if strings.HasPrefix(l.after, common) {
				continue // on an earlier page
			}
		}
		if len(page) == l.max {
			return page, l.max > 0, nil
		}
		page = append(page, entry[T]{common, key, item})
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

// objectItem is an object in a listing.
type objectItem struct {
	Key               keyText
	LastModified      string
	ETag              string
	ChecksumAlgorithm string `xml:",omitempty"`
	ChecksumType      string `xml:",omitempty"`
	Size              int64
	StorageClass      string
	Owner             *owner
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
	Contents              []objectItem
	CommonPrefixes        []commonPrefix
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
	page, truncated, err := c.objects(l)
	if err != nil {
		return err
	}
	var result listObjectsResult
	result.Name, result.Prefix, result.Delimiter = c.bucket.Name, l.text(l.prefix), l.text(l.delimiter)
	result.StartAfter, result.ContinuationToken = l.text(startAfter), token
	result.KeyCount, result.MaxKeys, result.EncodingType, result.IsTruncated = len(page), l.max, l.encodingType(), truncated
	result.CommonPrefixes = split(l, page, func(e entry[*version]) {
		item := c.objectItem(l, e.item)
		if c.query.Get("fetch-owner") == "true" {
			owner := c.owner()
			item.Owner = &owner
		}
		result.Contents = append(result.Contents, item)
	})
	if truncated {
		result.NextContinuationToken = c.pages.Seal(page[len(page)-1].last(), continued, c.bucket.Name)
	}
	return c.writeXML("ListBucketResult", result)
}

// objects makes a page of the objects that are there.
func (c *request) objects(l listing) (page []entry[*version], truncated bool, err error) {
	err = c.Store.View(func(tx store.Reader) (err error) {
		page, truncated, err = collect(tx, spaceVersions, c.bucket, l, behind(c.bucket, l.after), latest())
		return err
	})
	return page, truncated, err
}

func (c *request) objectItem(l listing, v *version) objectItem {
	return objectItem{
		Key: l.text(v.Key), LastModified: timestamp(v.Modified), ETag: quote(v.ETag), Size: v.Body.Size, StorageClass: "STANDARD",
		ChecksumAlgorithm: strings.ToUpper(v.Checksum.Algorithm), ChecksumType: v.Checksum.Type,
	}
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

// latest reads the objects that are there: of each key the first version, if that is no delete marker.
func latest() func(place, value []byte) (string, *version, bool, error) {
	var last []byte
	return func(place, value []byte) (string, *version, bool, error) {
		key := place[:len(place)-8] // without the number
		if bytes.Equal(key, last) {
			return "", nil, false, nil
		}
		last = bytes.Clone(key)
		v, err := decodeVersion(place, value)
		if err != nil {
			return "", nil, false, err
		}
		return v.Key, v, !v.Marker, nil
	}
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
