package cloudwatch

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/fxamacker/cbor/v2"

	"lightbox.example/lightbox/sandbox/aws"
)

const (
	target  = "GraniteServiceVersion20100801"
	rpcPath = "/service/" + target + "/operation/"
	rpc     = "rpc-v2-cbor"
)

// protocol is the two in which AWS's newer clients call CloudWatch: Smithy's RPC v2 with CBOR, as the SDKs for Go and JavaScript do, and
// JSON 1.0, as the CLI does. What CBOR says is made JSON of, so that all else is the same. A form of the Query protocol, which older
// clients send, is refused.
//
// https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
type protocol struct{ aws.JSONProtocol }

func isRPC(r *http.Request) bool { return r.Header.Get("Smithy-Protocol") == rpc }

// Operation implements pipeline.Protocol.
func (p protocol) Operation(r *http.Request, limit int64) (string, error) {
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") || r.URL.Query().Has("Action") {
		return "", aws.Refuse(http.StatusBadRequest, "InvalidAction", "got a request of the Query protocol, want %s or JSON 1.0, as newer clients send: the sandbox knows no other", rpc)
	}
	if !isRPC(r) {
		return p.JSONProtocol.Operation(r, limit)
	}
	name, found := strings.CutPrefix(r.URL.Path, rpcPath)
	if r.Method != http.MethodPost || !found || name == "" {
		return "", aws.Refuse(http.StatusBadRequest, "UnknownOperationException", "got %s %s, want POST %sNAME", r.Method, r.URL.Path, rpcPath)
	}
	aws.EntryOf(r.Context()).Operation = name
	return name, nil
}

// decoding refuses what no client sends: keys twice, depth, and tags but that of a time.
var decoding = func() cbor.DecMode {
	mode, err := cbor.DecOptions{
		DupMapKey: cbor.DupMapKeyEnforcedAPF, MaxNestedLevels: 16, DefaultMapType: reflect.TypeFor[map[string]any](), TimeTag: cbor.DecTagOptional,
	}.DecMode()
	if err != nil {
		panic(err)
	}
	return mode
}()

var encoding = func() cbor.EncMode {
	mode, err := cbor.EncOptions{Time: cbor.TimeUnixMicro, TimeTag: cbor.EncTagRequired}.EncMode()
	if err != nil {
		panic(err)
	}
	return mode
}()

// Body is what a request says, as JSON.
func (p protocol) Body(r *http.Request, limit int64) ([]byte, error) {
	body, err := p.JSONProtocol.Body(r, limit)
	if err != nil || !isRPC(r) || len(body) == 0 {
		return body, err
	}
	tree := map[string]any{}
	if err := decoding.Unmarshal(body, &tree); err != nil {
		return nil, aws.Refuse(http.StatusBadRequest, "SerializationException", "the body: %s", err)
	}
	plain, err := asJSON(tree)
	if err != nil {
		return nil, aws.Refuse(http.StatusBadRequest, "SerializationException", "the body: %s", err)
	}
	return json.Marshal(plain)
}

// asJSON is a value that can be written as JSON: a time as whole seconds since 1970, since figures are by the minute.
func asJSON(value any) (any, error) {
	var err error
	switch value := value.(type) {
	case map[string]any:
		for key, member := range value {
			if value[key], err = asJSON(member); err != nil {
				return nil, err
			}
		}
		return value, nil
	case []any:
		for i, member := range value {
			if value[i], err = asJSON(member); err != nil {
				return nil, err
			}
		}
		return value, nil
	case time.Time:
		return value.Unix(), nil
	case nil, string, bool, uint64, int64, float64:
		return value, nil
	}
	return nil, fmt.Errorf("got a value of type %T, want a text, number, boolean, time, list or map", value)
}

// seconds is a time as answers have it.
type seconds struct{ time.Time }

// MarshalJSON writes seconds since 1970.
func (s seconds) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, float64(s.UnixMilli())/1000, 'f', -1, 64), nil
}

// MarshalCBOR writes a time with its tag.
func (s seconds) MarshalCBOR() ([]byte, error) { return encoding.Marshal(s.Time) }

// Write implements pipeline.Protocol.
func (p protocol) Write(w http.ResponseWriter, r *http.Request, operation string, output any) {
	if !isRPC(r) {
		p.JSONProtocol.Write(w, r, operation, output)
		return
	}
	if output == nil {
		output = struct{}{}
	}
	body, err := encoding.Marshal(output)
	if err != nil {
		p.WriteError(w, r, err)
		return
	}
	p.send(w, r, http.StatusOK, body)
}

// WriteError implements pipeline.Protocol.
func (p protocol) WriteError(w http.ResponseWriter, r *http.Request, err error) {
	if !isRPC(r) {
		p.JSONProtocol.WriteError(w, r, err)
		return
	}
	var refusal *aws.Error
	if !errors.As(err, &refusal) {
		refusal = aws.RefusalOf(r, err, p.Internal)
	}
	fault := "Sender"
	if refusal.Status >= http.StatusInternalServerError {
		fault = "Receiver"
	}
	w.Header().Set("X-Amzn-Query-Error", refusal.Code+";"+fault)
	body, _ := encoding.Marshal(map[string]string{"__type": p.TypeName + "#" + refusal.Code, "message": refusal.Message}) // two texts
	p.send(w, r, refusal.Status, body)
}

func (protocol) send(w http.ResponseWriter, r *http.Request, status int, body []byte) {
	w.Header().Set("Content-Type", "application/cbor")
	w.Header().Set("Smithy-Protocol", rpc)
	w.Header().Set("X-Amzn-Requestid", aws.EntryOf(r.Context()).RequestID)
	w.WriteHeader(status)
	_, _ = w.Write(body) // a client that went away has its answer
}
