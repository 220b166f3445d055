package aws

import (
	"encoding/json"
	"errors"
	"hash/crc32"
	"net/http"
	"strconv"
	"strings"
)

// JSONProtocol is the protocol of the services whose requests name their operation in X-Amz-Target and carry JSON both ways.
// https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
type JSONProtocol struct {
	Version  string // 1.0 or 1.1
	Target   string // what stands before the operation in X-Amz-Target, as in DynamoDB_20120810
	TypeName string // what stands before # in the __type of an error; "" for nothing
	Internal string // the code of a fault of the sandbox, as in InternalServerError
	Browsers bool   // whether pages of any origin call: they may not read all of an error, but its headers
	// CRC32 sends the checksum of what is answered, as DynamoDB does: some clients complain without it.
	// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html
	CRC32 bool
}

// Dialect is that of a signature's faults.
func (p JSONProtocol) Dialect() Dialect { return JSON }

// Denied is the refusal of what IAM does not allow, in the words of Authorize.
func (p JSONProtocol) Denied(message string) error {
	return Refuse(http.StatusBadRequest, "AccessDeniedException", "%s", message)
}

// Operation returns the operation that the request names in a header.
func (p JSONProtocol) Operation(r *http.Request, _ int64) (string, error) {
	target := r.Header.Get("X-Amz-Target")
	operation, ok := strings.CutPrefix(target, p.Target+".")
	if r.Method != http.MethodPost || !ok || operation == "" {
		return "", Refuse(http.StatusBadRequest, "UnknownOperationException", "got %s with X-Amz-Target %q, want POST with %s.Operation", r.Method, target, p.Target)
	}
	EntryOf(r.Context()).Operation = operation
	return operation, nil
}

// Body is the body of a request, of at most limit bytes.
func (p JSONProtocol) Body(r *http.Request, limit int64) ([]byte, error) { return ReadBody(r, limit) }

// Write answers with output, or with an empty object if it is nil.
func (p JSONProtocol) Write(w http.ResponseWriter, r *http.Request, _ string, output any) {
	if output == nil {
		output = struct{}{}
	}
	body, err := json.Marshal(output)
	if err != nil {
		p.WriteError(w, r, err)
		return
	}
	p.Send(w, r, http.StatusOK, body)
}

// A Body is a refusal whose answer is a JSON of its own, as DynamoDB's are.
type Body interface {
	error
	json.Marshaler
	Status() int
	Kind() string // of the error, as in ValidationException
}

// WriteError answers with the refusal in err, an *Error or a Body, or with p.Internal and err in the log.
func (p JSONProtocol) WriteError(w http.ResponseWriter, r *http.Request, err error) {
	var own Body
	if errors.As(err, &own) {
		body, _ := own.MarshalJSON() // texts and items
		w.Header().Set("X-Amzn-Errortype", own.Kind())
		p.Send(w, r, own.Status(), body)
		return
	}
	refusal := RefusalOf(r, err, p.Internal)
	kind := refusal.Code
	if p.TypeName != "" {
		kind = p.TypeName + "#" + kind
	}
	w.Header().Set("X-Amzn-Errortype", refusal.Code)
	if p.Browsers && !strings.ContainsFunc(refusal.Message, func(c rune) bool { return c < ' ' || c > '~' }) { // it may quote the request
		w.Header().Set("X-Amzn-Errormessage", refusal.Message)
	}
	body, _ := json.Marshal(map[string]string{"__type": kind, "message": refusal.Message}) // two strings
	p.Send(w, r, refusal.Status, body)
}

// Send answers with a body that is JSON already.
func (p JSONProtocol) Send(w http.ResponseWriter, r *http.Request, status int, body []byte) {
	w.Header().Set("Content-Type", "application/x-amz-json-"+p.Version)
	w.Header().Set("X-Amzn-Requestid", EntryOf(r.Context()).RequestID)
	if p.CRC32 {
		w.Header().Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE(body)), 10))
	}
	w.WriteHeader(status)
	_, _ = w.Write(body) // a client that went away has its answer
}
