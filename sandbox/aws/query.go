package aws

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"net/http"
	"slices"
)

// QueryProtocol is the protocol of the services whose requests are forms with Action=… and whose answers are XML.
// https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
type QueryProtocol struct {
	Namespace string // of the answers, as in http://cloudformation.amazonaws.com/doc/2010-05-15/
	Version   string // that requests must name, as in 2011-06-15; "" takes any
	// DeniedCode is the code of what IAM does not allow; "" is AccessDenied, which most services say.
	DeniedCode string
}

// Dialect is that of a signature's faults.
func (p QueryProtocol) Dialect() Dialect { return Query }

// Denied is the refusal of what IAM does not allow, in the words of Authorize.
func (p QueryProtocol) Denied(message string) error {
	return Refuse(http.StatusForbidden, cmp.Or(p.DeniedCode, "AccessDenied"), "%s", message)
}

// Operation returns the operation that the form names.
func (p QueryProtocol) Operation(r *http.Request, limit int64) (string, error) {
	raw, err := p.Body(r, limit)
	if err != nil {
		return "", err
	}
	form, err := ParseQuery(string(raw))
	if err != nil {
		return "", Refuse(http.StatusBadRequest, "MalformedQueryString", "%s", err)
	}
	operation := form.Get("Action")
	if operation == "" {
		return "", Refuse(http.StatusBadRequest, "MissingAction", "want a parameter Action that names the operation")
	}
	EntryOf(r.Context()).Operation = operation
	if version := form.Get("Version"); p.Version != "" && version != p.Version {
		return "", Refuse(http.StatusBadRequest, "NoSuchVersion", "The requested version (%s) is not valid.", version)
	}
	return operation, nil
}

// Body is the form, in the query string and the body together.
func (p QueryProtocol) Body(r *http.Request, limit int64) ([]byte, error) {
	form := []byte(r.URL.RawQuery)
	if r.Method != http.MethodPost {
		return form, nil
	}
	body, err := ReadBody(r, limit)
	return slices.Concat(form, []byte("&"), body), err
}

// Write answers with result, whose fields become the elements of OperationResult; nil answers without one.
func (p QueryProtocol) Write(w http.ResponseWriter, r *http.Request, operation string, result any) {
	b := bytes.Buffer{}
	e := xml.NewEncoder(&b)
	response := start(operation+"Response", p.Namespace)
	err := e.EncodeToken(response)
	if err == nil && result != nil {
		err = e.EncodeElement(result, start(operation+"Result", ""))
	}
	if err == nil {
		metadata := struct{ RequestId string }{EntryOf(r.Context()).RequestID} //nolint:staticcheck // the element's name
		err = e.EncodeElement(metadata, start("ResponseMetadata", ""))
	}
	if err == nil {
		err = e.EncodeToken(response.End())
	}
	if err == nil {
		err = e.Flush()
	}
	if err != nil {
		p.WriteError(w, r, err)
		return
	}
	sendXML(w, r, http.StatusOK, b.Bytes())
}

func start(name, namespace string) xml.StartElement {
	element := xml.StartElement{Name: xml.Name{Local: name}}
	if namespace != "" {
		element.Attr = []xml.Attr{{Name: xml.Name{Local: "xmlns"}, Value: namespace}}
	}
	return element
}

// queryError is the document of an error.
type queryError struct {
	XMLName xml.Name `xml:"ErrorResponse"`
	Space   string   `xml:"xmlns,attr"`
	Error   struct {
		Type, Code, Message string
	}
	RequestID string `xml:"RequestId"`
}

// WriteError answers with the refusal in err, or with InternalFailure and err in the log.
func (p QueryProtocol) WriteError(w http.ResponseWriter, r *http.Request, err error) {
	refusal := RefusalOf(r, err, "InternalFailure")
	document := queryError{Space: p.Namespace, RequestID: EntryOf(r.Context()).RequestID}
	document.Error.Type, document.Error.Code, document.Error.Message = "Sender", refusal.Code, refusal.Message
	if refusal.Status >= http.StatusInternalServerError {
		document.Error.Type = "Receiver"
	}
	body, _ := xml.Marshal(document) // strings
	sendXML(w, r, refusal.Status, body)
}

func sendXML(w http.ResponseWriter, r *http.Request, status int, body []byte) {
	w.Header().Set("Content-Type", "text/xml")
	w.Header().Set("X-Amzn-Requestid", EntryOf(r.Context()).RequestID)
	w.WriteHeader(status)
	_, _ = w.Write(body) // a client that went away has its answer
}
