package s3

import (
	"bytes"
	"encoding/xml"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"lightbox/sandbox/aws"
)

const namespace = "http://s3.amazonaws.com/doc/2006-03-01/"

// writeXML answers with a document: an element of the name with the fields of content.
func (c *call) writeXML(name string, content any) error {
	b := bytes.Buffer{}
	b.WriteString(xml.Header)
	start := xml.StartElement{Name: xml.Name{Local: name}, Attr: []xml.Attr{{Name: xml.Name{Local: "xmlns"}, Value: namespace}}}
	if err := xml.NewEncoder(&b).EncodeElement(content, start); err != nil {
		return err
	}
	c.w.Header().Set("Content-Type", "application/xml")
	c.w.WriteHeader(http.StatusOK)
	_, _ = c.w.Write(b.Bytes()) // a client that went away has its answer
	return nil
}

// readXML reads a document of at most limit bytes. If there is a check, the bytes have to pass it.
func (c *call) readXML(limit int64, document any, check func([]byte) error) error {
	body, err := io.ReadAll(io.LimitReader(c.r.Body, limit+1))
	if err != nil {
		return incomplete(err)
	}
	if int64(len(body)) > limit {
		return malformedXML()
	}
	if check != nil {
		if err := check(body); err != nil {
			return err
		}
	}
	if err := xml.Unmarshal(body, document); err != nil {
		return malformedXML()
	}
	return nil
}

func malformedXML() error {
	return aws.Refuse(http.StatusBadRequest, "MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema")
}

// timestamp is a moment in documents.
func timestamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// encodeURL is encoding-type=url: as in a form, but slashes and stars stay and ~ does not.
func encodeURL(text string) string {
	return strings.NewReplacer("%2F", "/", "%2A", "*", "~", "%7E").Replace(url.QueryEscape(text))
}
