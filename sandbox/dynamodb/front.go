package dynamodb

import (
	"net/http"

	"lightbox/internal/iam"
	"lightbox/sandbox/aws"
)

// bodyLimit is a little more than the largest request that DynamoDB takes, a batch of 16 MB.
const bodyLimit = 17 << 20

// protocol is that of DynamoDB's low-level API.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html
var protocol = aws.JSONProtocol{
	Version: "1.0", Target: "DynamoDB_20120810", TypeName: "com.amazon.coral.service", Internal: "InternalServerError",
}

// Front is the Engine over the wire: who signed a request, and may they, before Handle answers it.
type Front struct {
	Engine *Engine
	Keys   aws.Keys
}

// ServeHTTP implements http.Handler.
func (f Front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r, _ = aws.Begin(r, "dynamodb", f.Engine.region, f.Engine.now)
	operation, err := protocol.Operation(r, bodyLimit)
	if err != nil {
		protocol.WriteError(w, r, err)
		return
	}
	verifier := aws.Verifier{Service: "dynamodb", Region: f.Engine.region, Keys: f.Keys, Now: f.Engine.now, BodyLimit: bodyLimit}
	caller, err := verifier.Verify(r)
	if err != nil {
		protocol.WriteError(w, r, err)
		return
	}
	body, err := aws.ReadBody(r, bodyLimit)
	if err != nil {
		protocol.WriteError(w, r, err)
		return
	}
	for _, need := range f.Engine.Needs(operation, body) {
		if decision, message := aws.Authorize(r.Context(), caller, need); decision == iam.Deny {
			protocol.WriteError(w, r, aws.Refuse(http.StatusBadRequest, "AccessDeniedException", "%s", message))
			return
		}
	}
	answer, refusal := f.Engine.Handle(operation, body)
	if refusal != nil {
		body, _ := refusal.MarshalJSON() // texts and items
		w.Header().Set("X-Amzn-Errortype", refusal.Type)
		protocol.Send(w, r, refusal.Status(), body)
		return
	}
	protocol.Send(w, r, http.StatusOK, answer)
}
