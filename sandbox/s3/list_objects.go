package s3

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"

	"lightbox.example/lightbox/sandbox/store"
)

// A listing of objects is written from their records as they are in the store, without values in between: for a thousand keys the
// libraries for JSON and XML take five times as long as all else.

// objectsPage is a page of a listing of objects.
type objectsPage struct {
	lines     []byte // the elements Contents, and CommonPrefixes behind them
	count     int    // of both
	last      string // what the page ends with, a key or a common prefix
	truncated bool
}

// lineOfObject is how many bytes an element has, more or less.
const lineOfObject = 300

// objects makes a page of the objects that are there, each with its owner or without.
func (c *request) objects(l listing, owned bool) (p objectsPage, err error) {
	owner := ""
	if owned {
		owner = "<Owner><ID>" + c.owner().ID + "</ID><DisplayName>" + c.owner().DisplayName + "</DisplayName></Owner>"
	}
	err = c.Store.View(func(tx store.Reader) error {
		page, truncated, err := collect(tx, spaceVersions, c.bucket, l, behind(c.bucket, l.after), latest(c.bucket))
		if err != nil {
			return err
		}
		p.count, p.truncated = len(page), truncated
		if truncated {
			p.last = page[len(page)-1].last()
		}
		p.lines = make([]byte, 0, lineOfObject*len(page))
		for _, e := range page {
			if e.common != "" {
				continue
			}
			o, err := readListed(e.item)
			if err != nil {
				return fmt.Errorf("version of %q: %w", e.key, err)
			}
			p.lines = l.appendObject(p.lines, e.key, o, owner)
		}
		for _, e := range page {
			if e.common != "" {
				p.lines = appendElement(append(p.lines, "<CommonPrefixes>"...), "Prefix", l.text(e.common).escaped())
				p.lines = append(p.lines, "</CommonPrefixes>"...)
			}
		}
		return nil
	})
	return p, err
}

// latest reads the objects that are there: of each key the record of the first version, if that is no delete marker.
func latest(b *bucket) func(place, value []byte) (string, []byte, bool, error) {
	var last []byte
	return func(place, value []byte) (string, []byte, bool, error) {
		of := place[:len(place)-8] // without the number
		if bytes.Equal(of, last) {
			return "", nil, false, nil
		}
		last = append(last[:0], of...)
		head := value[:max(0, bytes.Index(value, []byte(`,"Modified":`)))] // the names that come first
		return keyAt(b, place), value, !bytes.HasSuffix(head, []byte(`,"Marker":true`)), nil
	}
}

// listed is what a listing says of an object besides its key.
type listed struct {
	modified, etag, algorithm, kind string
	size                            int64
}

// readListed reads the record of a version. In what json.Marshal writes of one no other member has the names that are looked for, and
// no text has a quote that is not escaped.
func readListed(record []byte) (o listed, err error) {
	text := func(from []byte, name string) string {
		_, rest, _ := bytes.Cut(from, []byte(name))
		end := max(0, bytes.IndexByte(rest, '"'))
		return string(rest[:end])
	}
	o.modified, o.etag = text(record, `"Modified":"`), text(record, `"ETag":"`)
	if _, body, found := bytes.Cut(record, []byte(`"Body":{`)); found {
		_, size, _ := bytes.Cut(body, []byte(`"Size":`))
		if o.size, err = strconv.ParseInt(string(size[:max(0, bytes.IndexAny(size, ",}"))]), 10, 64); err != nil {
			return o, err
		}
	}
	if _, sum, found := bytes.Cut(record, []byte(`"Checksum":{`)); found {
		o.algorithm, o.kind = text(sum, `"Algorithm":"`), text(sum, `"Type":"`)
	}
	at, err := time.Parse(time.RFC3339Nano, o.modified)
	o.modified = timestamp(at)
	return o, err
}

// appendObject writes the element of an object.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
func (l listing) appendObject(b []byte, key string, o listed, owner string) []byte {
	b = appendElement(append(b, "<Contents>"...), "Key", l.text(key).escaped())
	b = appendElement(b, "LastModified", o.modified)
	b = append(append(append(b, "<ETag>&#34;"...), o.etag...), "&#34;</ETag>"...)
	if o.algorithm != "" {
		b = appendElement(b, "ChecksumAlgorithm", strings.ToUpper(o.algorithm))
		b = appendElement(b, "ChecksumType", o.kind)
	}
	b = append(strconv.AppendInt(append(b, "<Size>"...), o.size, 10), "</Size><StorageClass>STANDARD</StorageClass>"...)
	return append(append(b, owner...), "</Contents>"...)
}

func appendElement(b []byte, name, escaped string) []byte {
	b = append(append(append(b, '<'), name...), '>')
	b = append(append(b, escaped...), "</"...)
	return append(append(b, name...), '>')
}
