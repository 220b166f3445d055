package aws

import (
	"bytes"
	"encoding/xml"
	"net/http"
)

// RESTXMLError returns the document of a refusal as S3 writes it, without a namespace and with the details of the fault.
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#RESTErrorResponses
func RESTXMLError(r *http.Request, refusal *Error) []byte {
	entry := EntryOf(r.Context())
	b := bytes.Buffer{}
	b.WriteString(xml.Header + "<Error>")
	elements := append([]Detail{{"Code", refusal.Code}, {"Message", refusal.Message}}, refusal.Details...)
	elements = append(elements, Detail{"RequestId", entry.RequestID}, Detail{"HostId", entry.HostID()})
	for _, element := range elements {
		b.WriteString("<" + element.Name + ">")
		_ = xml.EscapeText(&b, []byte(element.Value)) // a buffer takes all
		b.WriteString("</" + element.Name + ">")
	}
	b.WriteString("</Error>")
	return b.Bytes()
}
