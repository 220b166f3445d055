package s3

import (
	"encoding/xml"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"lightbox/sandbox/aws"
)

const namespace = "http://s3.amazonaws.com/doc/2006-03-01/"

// name is the XMLName of a document: its tag says what it is called, and the namespace comes of itself.
type name struct{}

// writeXML answers with a document, whose first field is its name.
func (c *call) writeXML(document any) error {
	body, err := xml.Marshal(document)
	if err != nil {
		return err
	}
	c.w.Header().Set("Content-Type", "application/xml")
	c.w.WriteHeader(http.StatusOK)
	_, _ = c.w.Write(append([]byte(xml.Header), body...)) // a client that went away has its answer
	return nil
}

// readXML reads a document of at most limit bytes.
func (c *call) readXML(limit int64, document any) error {
	body, err := io.ReadAll(io.LimitReader(c.r.Body, limit+1))
	if err != nil {
		return incomplete(err)
	}
	if int64(len(body)) > limit {
		return malformedXML()
	}
	if err := c.checkDigests(body); err != nil {
		return err
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
