package cloudfront

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/pipeline/input"
)

// bodyLimit is what the API reads of a body: enough for as many paths as there can be, of the greatest length.
const bodyLimit = 16 << 20

// rest is the protocol of CloudFront's API: the operation is in the path, members are in the path and the query, and the body
// is the document of one of them.
// https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html
type rest struct{}

const (
	endpoint  = "cloudfront.amazonaws.com"
	version   = "/2020-05-31"
	namespace = "http://cloudfront.amazonaws.com/doc/2020-05-31/"
)

// Dialect is that of a signature's faults.
func (rest) Dialect() aws.Dialect { return aws.Query }

// Denied is the refusal of what IAM does not allow, in the words of aws.Authorize.
func (rest) Denied(message string) error {
	return aws.Refuse(http.StatusForbidden, "AccessDenied", "%s", message)
}

// route finds the operation, and the members that are in the path.
func route(r *http.Request) (operation string, members map[string]any, err error) {
	path, ok := strings.CutPrefix(r.URL.EscapedPath(), version+"/distribution/")
	steps := strings.Split(path, "/")
	for i := range steps {
		plain, err := url.PathUnescape(steps[i])
		ok = ok && err == nil && plain != ""
		steps[i] = plain
	}
	switch ok = ok && len(steps) > 1 && steps[1] == "invalidation"; {
	case ok && r.Method == http.MethodPost && len(steps) == 2:
		return "CreateInvalidation", map[string]any{"DistributionId": steps[0]}, nil
	case ok && r.Method == http.MethodGet && len(steps) == 2:
		return "ListInvalidations", map[string]any{"DistributionId": steps[0]}, nil
	case ok && r.Method == http.MethodGet && len(steps) == 3:
		return "GetInvalidation", map[string]any{"DistributionId": steps[0], "Id": steps[2]}, nil
	}
	return "", nil, aws.Refuse(http.StatusNotFound, "UnknownOperationException", "%s %s is not an operation of cloudfront that the sandbox knows", r.Method, r.URL.Path)
}

// Operation returns the operation that the path names.
func (rest) Operation(r *http.Request, _ int64) (string, error) {
	operation, _, err := route(r)
	if err == nil {
		aws.EntryOf(r.Context()).Operation = operation
	}
	return operation, err
}

// Body is what a request says: the members as a JSON object, a line feed, and what was in the body.
func (rest) Body(r *http.Request, limit int64) ([]byte, error) {
	_, members, err := route(r)
	if err != nil {
		return nil, err
	}
	query, err := aws.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, aws.Refuse(http.StatusBadRequest, "InvalidArgument", "got a query that can't be read: %s", err)
	}
	for name := range query {
		if !aws.OfSignature(name) {
			members[name] = query.Get(name)
		}
	}
	body, err := aws.ReadBody(r, limit)
	if err != nil {
		return nil, err
	}
	head, err := json.Marshal(members)
	return append(append(head, '\n'), body...), err
}

// parse reads what Body wrote. The document is the member of its name.
func parse(body []byte) (any, error) {
	head, document, _ := bytes.Cut(body, []byte("\n"))
	tree, err := input.Parse(head)
	if err != nil || len(document) == 0 {
		return tree, err
	}
	name, value, err := parseDocument(document)
	if err != nil {
		return nil, err
	}
	tree.(map[string]any)[name] = value // Body wrote an object
	return tree, nil
}

// answer is what an operation answers with.
type answer struct {
	status   int
	location string // "" for none
	document any
}

// Write answers with output.
func (p rest) Write(w http.ResponseWriter, r *http.Request, _ string, output any) {
	a := output.(answer)
	if a.location != "" {
		w.Header().Set("Location", a.location)
	}
	send(w, r, a.status, a.document)
}

type errorDocument struct {
	XMLName   xml.Name `xml:"ErrorResponse"`
	Namespace string   `xml:"xmlns,attr"`
	Error     struct{ Type, Code, Message string }
	RequestID string `xml:"RequestId"`
}

// WriteError answers with the refusal in err.
// https://docs.aws.amazon.com/cloudfront/latest/APIReference/CommonErrors.html
func (rest) WriteError(w http.ResponseWriter, r *http.Request, err error) {
	refusal := aws.RefusalOf(r, err, "InternalFailure")
	document := errorDocument{Namespace: namespace, RequestID: aws.EntryOf(r.Context()).RequestID}
	document.Error.Type, document.Error.Code, document.Error.Message = "Sender", refusal.Code, refusal.Message
	if refusal.Status >= http.StatusInternalServerError {
		document.Error.Type = "Receiver"
	}
	if refusal.Code == "RequestEntityTooLarge" { // there is no other operation with a long body
		document.Error.Code = "BatchTooLarge"
	}
	send(w, r, refusal.Status, document)
}

func send(w http.ResponseWriter, r *http.Request, status int, document any) {
	body, _ := xml.Marshal(document) // texts, numbers and what is made of them
	w.Header().Set("Content-Type", "text/xml")
	w.Header().Set("X-Amzn-Requestid", aws.EntryOf(r.Context()).RequestID)
	w.WriteHeader(status)
	_, _ = w.Write(append([]byte(xml.Header), body...)) // a client that went away has its answer
}
