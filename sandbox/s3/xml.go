package s3

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

// documents are the buffers of writeXML.
var documents = sync.Pool{New: func() any { return new(bytes.Buffer) }}

const namespace = "http://s3.amazonaws.com/doc/2006-03-01/"

// writeXML answers with a document: an element of the name with the fields of content.
func (c *request) writeXML(name string, content any) error {
	b := documents.Get().(*bytes.Buffer)
	defer documents.Put(b)
	b.Reset()
	b.WriteString(xml.Header)
	start := xml.StartElement{Name: xml.Name{Local: name}, Attr: []xml.Attr{{Name: xml.Name{Local: "xmlns"}, Value: namespace}}}
	if err := xml.NewEncoder(b).EncodeElement(content, start); err != nil {
		return err
	}
	c.w.Header().Set("Content-Type", "application/xml")
	c.w.Header().Set("Content-Length", strconv.Itoa(b.Len()))
	c.w.WriteHeader(http.StatusOK)
	_, _ = c.w.Write(b.Bytes()) // a client that went away has its answer
	return nil
}

// keyText is a key, or a part of one. What XML 1.0 cannot say S3 writes as a reference all the same, which parsers refuse: it is for that
// that listings have encoding-type=url.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html#AmazonS3-ListObjectsV2-request-uri-querystring-EncodingType
type keyText string

// MarshalXML writes the element.
func (k keyText) MarshalXML(e *xml.Encoder, start xml.StartElement) error {
	return e.EncodeElement(struct {
		Text string `xml:",innerxml"`
	}{k.escaped()}, start)
}

// escaped is the key as it is in an element.
func (k keyText) escaped() string {
	plain := func(r rune) bool { return r >= ' ' && r < 0x7F && !strings.ContainsRune(`<>&'"`, r) }
	if strings.IndexFunc(string(k), func(r rune) bool { return !plain(r) }) < 0 {
		return string(k)
	}
	var b strings.Builder
	for _, r := range string(k) {
		if r < ' ' || r == 0xFFFE || r == 0xFFFF {
			fmt.Fprintf(&b, "&#x%x;", r)
			continue
		}
		_ = xml.EscapeText(&b, []byte(string(r))) // a builder takes all
	}
	return b.String()
}

// timestamp is a moment in documents.
func timestamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// encodeURL is encoding-type=url: as in a form, but slashes and stars stay and ~ does not.
func encodeURL(text string) string {
	return urlAsS3.Replace(url.QueryEscape(text))
}

var urlAsS3 = strings.NewReplacer("%2F", "/", "%2A", "*", "~", "%7E")
