package tour

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// A pass is how somebody asks the API: with a token, or by signing with keys, or with neither.
type pass struct {
	token string
	keys  aws.Credentials
}

// An answer is that of the API. The kind is the type of the first error, "" for none.
type answer struct {
	status        int
	data          json.RawMessage
	kind, message string
	fault         error
}

// said is an answer by its code.
func (a answer) said() string {
	switch {
	case a.fault != nil:
		return unanswered(a.fault)
	case a.kind != "":
		return a.kind
	case a.status != http.StatusOK:
		return fmt.Sprint("status ", a.status)
	}
	return allowed
}

// refused is said, where any error of the API's own, or a status 4xx, is as good as another.
func (a answer) refused() string {
	if a.fault == nil && (a.kind != "" || a.status/100 == 4) {
		return inAnyWay
	}
	return a.said()
}

// into decodes the data, of an answer without errors.
func (a answer) into(data any) error {
	if a.said() != allowed {
		return fmt.Errorf("got %s (%s), want an answer", a.said(), a.message)
	}
	return json.Unmarshal(a.data, data)
}

// isRefusal tells the errors by which AppSync, IAM or a resolver says that a caller may not.
func isRefusal(kind string) bool { return kind == unauthorized || kind == unauthorizedException }

const (
	inAnyWay              = "refused"
	unauthorized          = "Unauthorized"          // of a field
	unauthorizedException = "UnauthorizedException" // of a request
	badRequest            = "BadRequest"
)

// ask sends a query or a mutation. Headers are pairs of name and value.
func (w *walk) ask(ctx context.Context, by pass, query string, variables map[string]any, headers ...string) answer {
	text, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return answer{fault: err}
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, w.api, bytes.NewReader(text))
	if err != nil {
		return answer{fault: err}
	}
	request.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	switch {
	case by.token != "":
		request.Header.Set("Authorization", by.token)
	case by.keys.AccessKeyID != "":
		if err := w.sign(ctx, by.keys, request, text); err != nil {
			return answer{fault: err}
		}
	}
	got, err := do(w.roads.client, request)
	if err != nil {
		return answer{fault: err}
	}
	var read struct {
		Data   json.RawMessage
		Errors []struct{ ErrorType, Message string }
	}
	a := answer{status: got.status}
	if err := json.Unmarshal(got.body, &read); err != nil {
		a.kind = fmt.Sprint("status ", got.status)
		return a
	}
	a.data = read.Data
	if len(read.Errors) > 0 {
		if a.kind, a.message = read.Errors[0].ErrorType, read.Errors[0].Message; a.kind == "" {
			a.kind = "an error"
		}
	}
	return a
}

// sign signs a request to the API.
func (w *walk) sign(ctx context.Context, keys aws.Credentials, request *http.Request, body []byte) error {
	sum := sha256.Sum256(body)
	return v4.NewSigner().SignHTTP(ctx, keys, request, hex.EncodeToString(sum[:]), "appsync", w.AWS.Region, time.Now())
}
