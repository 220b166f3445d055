package s3

import (
	"bytes"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

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

// objectItem is an object in a listing: what is in its element, since the library takes five times as long for a thousand of them.
type objectItem struct {
	Text string `xml:",innerxml"`
}

// listed is what a listing says of an object, read from the record of its latest version.
type listed struct {
	Key      string
	Marker   bool
	Modified time.Time
	ETag     string
	Body     struct{ Size int64 }
	Checksum struct{ Algorithm, Type string }
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
	owned := c.query.Get("fetch-owner") == "true"
	result.CommonPrefixes = split(l, page, func(e entry[*listed]) {
		result.Contents = append(result.Contents, c.objectItem(l, e.item, owned))
	})
	if truncated {
		result.NextContinuationToken = c.pages.Seal(page[len(page)-1].last(), continued, c.bucket.Name)
	}
	return c.writeXML("ListBucketResult", result)
}

// objects makes a page of the objects that are there.
func (c *request) objects(l listing) (page []entry[*listed], truncated bool, err error) {
	err = c.Store.View(func(tx store.Reader) (err error) {
		page, truncated, err = collect(tx, spaceVersions, c.bucket, l, behind(c.bucket, l.after), latest())
		return err
	})
	return page, truncated, err
}

// objectItem writes the element of an object, with its owner or without.
func (c *request) objectItem(l listing, o *listed, owned bool) objectItem {
	var b strings.Builder
	element := func(name, escaped string) { b.WriteString("<" + name + ">" + escaped + "</" + name + ">") }
	element("Key", l.text(o.Key).escaped())
	element("LastModified", timestamp(o.Modified))
	element("ETag", "&#34;"+o.ETag+"&#34;")
	if o.Checksum.Algorithm != "" {
		element("ChecksumAlgorithm", strings.ToUpper(o.Checksum.Algorithm))
		element("ChecksumType", o.Checksum.Type)
	}
	element("Size", strconv.FormatInt(o.Body.Size, 10))
	element("StorageClass", "STANDARD")
	if owned {
		owner := c.owner()
		b.WriteString("<Owner><ID>" + owner.ID + "</ID><DisplayName>" + owner.DisplayName + "</DisplayName></Owner>")
	}
	return objectItem{b.String()}
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
func latest() func(place, value []byte) (string, *listed, bool, error) {
	var last []byte
	return func(place, value []byte) (string, *listed, bool, error) {
		key := place[:len(place)-8] // without the number
		if bytes.Equal(key, last) {
			return "", nil, false, nil
		}
		last = append(last[:0], key...)
		o := &listed{}
		if err := json.Unmarshal(value, o); err != nil {
			return "", nil, false, fmt.Errorf("version at %q: %w", place, err)
		}
		return o.Key, o, !o.Marker, nil
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
