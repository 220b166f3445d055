package lambda

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/lambda/process"
	"lightbox.example/lightbox/sandbox/pipeline/input"
)

// bodyLimit is what the service reads of a body: more than an event may have, so that the refusal can say how much it was.
const bodyLimit = 4 * process.Limit

// rest is the protocol of Lambda's API: the operation is in the path, members are in the path, the query and in headers, and the
// body of Invoke is the event.
// https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
type rest struct{}

const root = "/2015-03-31/functions"

// Dialect is that of a signature's faults.
func (rest) Dialect() aws.Dialect { return aws.JSON }

// Denied is the refusal of what IAM does not allow, in the words of aws.Authorize.
func (rest) Denied(message string) error {
	return aws.Refuse(http.StatusForbidden, "AccessDeniedException", "%s", message)
}

// route finds the operation, and the function's name as it stands in the path.
func route(r *http.Request) (operation, function string, err error) {
	path, ok := strings.CutPrefix(r.URL.EscapedPath(), root)
	name, rest, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	switch function, err = url.PathUnescape(name); {
	case !ok || err != nil || path != "" && path[0] != '/':
	case r.Method == http.MethodGet && name == "" && rest == "":
		return "ListFunctions", "", nil
	case r.Method == http.MethodGet && rest == "" && !strings.HasSuffix(path, "/"):
		return "GetFunction", function, nil
	case r.Method == http.MethodGet && rest == "configuration":
		return "GetFunctionConfiguration", function, nil
	case r.Method == http.MethodPut && rest == "code":
		return "UpdateFunctionCode", function, nil
	case r.Method == http.MethodPut && rest == "configuration":
		return "UpdateFunctionConfiguration", function, nil
	case r.Method == http.MethodPost && rest == "invocations":
		return "Invoke", function, nil
	}
	return "", "", aws.Refuse(http.StatusNotFound, "UnknownOperationException", "%s %s is not an operation of lambda that the sandbox knows", r.Method, r.URL.Path)
}

// Operation returns the operation that the path names.
func (rest) Operation(r *http.Request, _ int64) (string, error) {
	operation, _, err := route(r)
	if err == nil {
		aws.EntryOf(r.Context()).Operation = operation
	}
	return operation, err
}

// headers are the members of Invoke that are in headers.
var headers = map[string]string{
	"X-Amz-Client-Context": "ClientContext", "X-Amz-Durable-Execution-Name": "DurableExecutionName",
	"X-Amz-Invocation-Type": "InvocationType", "X-Amz-Log-Type": "LogType", "X-Amz-Tenant-Id": "TenantId",
}

// Body is what a request says: the members as a JSON object, a line feed, and what was in the body.
func (rest) Body(r *http.Request, limit int64) ([]byte, error) {
	operation, function, err := route(r)
	if err != nil {
		return nil, err
	}
	query, err := aws.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, aws.Refuse(http.StatusBadRequest, "ValidationException", "got a query that can't be read: %s", err)
	}
	members := map[string]any{}
	if function != "" {
		members["FunctionName"] = function
	}
	for name := range query {
		if name == "MaxItems" {
			if n, err := strconv.Atoi(query.Get(name)); err == nil {
				members[name] = n
				continue
			}
		}
		if !aws.OfSignature(name) {
			members[name] = query.Get(name)
		}
	}
	for header, name := range headers {
		if value := r.Header.Get(header); value != "" {
			members[name] = value
		}
	}
	body, err := aws.ReadBody(r, limit)
	if err != nil {
		return nil, err
	}
	if r.Method == http.MethodPut {
		if err := merge(members, operation, body); err != nil {
			return nil, err
		}
		body = nil
	}
	head, err := json.Marshal(members)
	return append(append(head, '\n'), body...), err
}

// merge adds the members in a body, which is a JSON object, to those of the path.
func merge(members map[string]any, operation string, body []byte) error {
	tree, err := input.Parse(body)
	object, ok := tree.(map[string]any)
	if err != nil || !ok {
		return aws.Refuse(http.StatusBadRequest, "SerializationException", "%s: got a body that is no JSON object", operation)
	}
	for name, member := range object {
		if _, there := members[name]; !there {
			members[name] = member
		}
	}
	return nil
}

// parse reads what Body wrote. The event of an Invoke is the member Payload.
func parse(body []byte) (any, error) {
	head, payload, _ := bytes.Cut(body, []byte("\n"))
	tree, err := input.Parse(head)
	if members, ok := tree.(map[string]any); ok && len(payload) > 0 {
		members["Payload"] = string(payload)
	}
	return tree, err
}

// Write answers with output.
func (p rest) Write(w http.ResponseWriter, r *http.Request, _ string, output any) {
	result, ok := output.(Result)
	if !ok {
		body, err := json.Marshal(output)
		if err != nil {
			p.WriteError(w, r, err)
			return
		}
		send(w, http.StatusOK, aws.EntryOf(r.Context()).RequestID, body)
		return
	}
	header := w.Header()
	if result.Status == http.StatusOK {
		header.Set("X-Amz-Executed-Version", latest)
	}
	if result.FunctionError != "" {
		header.Set("X-Amz-Function-Error", result.FunctionError)
	}
	if result.Tail != "" {
		header.Set("X-Amz-Log-Result", result.Tail)
	}
	send(w, result.Status, result.RequestID, result.Payload)
}

// WriteError answers with the refusal in err. Faults of a signature are 403 here.
// https://docs.aws.amazon.com/lambda/latest/api/CommonErrors.html
func (rest) WriteError(w http.ResponseWriter, r *http.Request, err error) {
	refusal := aws.RefusalOf(r, err, "ServiceException")
	status := refusal.Status
	switch refusal.Code {
	case "ExpiredTokenException", "IncompleteSignatureException", "InvalidSignatureException", "MissingAuthenticationTokenException", "UnrecognizedClientException":
		status = http.StatusForbidden
	}
	members := map[string]string{"Type": "User", "message": refusal.Message}
	if status >= http.StatusInternalServerError {
		members["Type"] = "Service"
	}
	for _, detail := range refusal.Details {
		members[detail.Name] = detail.Value
	}
	body, _ := json.Marshal(members) // texts
	w.Header().Set("X-Amzn-Errortype", refusal.Code)
	send(w, status, aws.EntryOf(r.Context()).RequestID, body)
}

func send(w http.ResponseWriter, status int, requestID string, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Amzn-Requestid", requestID)
	w.WriteHeader(status)
	_, _ = w.Write(body) // a client that went away has its answer
}
