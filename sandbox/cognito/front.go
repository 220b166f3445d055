package cognito

import (
	"encoding/json"
	"net/http"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
)

// protocol is JSON 1.1 as Cognito speaks it. Its errors have bare names in __type.
var protocol = aws.JSONProtocol{
	Version: "1.1", Target: "AWSCognitoIdentityProviderService", Internal: "InternalErrorException", Browsers: true,
}

// bodyLimit is the length in bytes that a request may have. Cognito does not publish its own; the longest requests that its
// service model makes sense of are a tenth of it.
const bodyLimit = 256 << 10

// ServeHTTP answers requests to cognito-idp.REGION.amazonaws.com: operations at POST /, and the documents below
// /POOL/.well-known/ that say how the pool's tokens are verified. Operations that need AWS credentials are signed, and IAM
// decides on cognito-idp:OPERATION for the pool's ARN; the others are anyone's, a browser's at any origin too.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r, _ = aws.Begin(r, "cognito-idp", s.region, s.now)
	if aws.AllowOrigins(w, r, "GET, POST") {
		return
	}
	switch pool, document, ok := wellKnown(r); {
	case ok:
		s.serveDocument(w, r, pool, document)
	case r.URL.Path != "/":
		protocol.WriteError(w, r, aws.Refuse(http.StatusNotFound, "UnknownOperationException",
			"got %s %s, want POST / or GET /POOL/.well-known/jwks.json or openid-configuration", r.Method, r.URL.Path))
	default:
		s.serveOperation(w, r)
	}
}

// wellKnown takes the path of a document apart.
func wellKnown(r *http.Request) (pool, document string, ok bool) {
	pool, document, ok = strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/.well-known/")
	return pool, document, ok && (r.Method == http.MethodGet || r.Method == http.MethodHead)
}

func (s *Service) serveDocument(w http.ResponseWriter, r *http.Request, pool, name string) {
	document := map[string]func(string) ([]byte, error){
		"jwks.json":            s.JWKS,
		"openid-configuration": s.OpenIDConfiguration,
	}[name]
	if document == nil {
		protocol.WriteError(w, r, aws.Refuse(http.StatusNotFound, "ResourceNotFoundException", "got %s, want jwks.json or openid-configuration", name))
		return
	}
	aws.EntryOf(r.Context()).Operation = name
	body, err := document(pool)
	if err != nil {
		protocol.WriteError(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(body) // a client that went away has its answer
}

func (s *Service) serveOperation(w http.ResponseWriter, r *http.Request) {
	answer, err := s.answer(r)
	if err != nil {
		protocol.WriteError(w, r, err)
		return
	}
	w.Header().Set("Cache-Control", "no-store") // there may be tokens in it
	protocol.Write(w, r, "", json.RawMessage(answer))
}

// answer takes the steps of an operation: which, who asks, may they, and what it does.
func (s *Service) answer(r *http.Request) ([]byte, error) {
	name, err := protocol.Operation(r, bodyLimit)
	if err != nil {
		return nil, err
	}
	operation, known := Operations[name]
	if !known {
		return nil, unknownOperation(name)
	}
	if operation.Signed {
		if err := s.authorize(r, name); err != nil {
			return nil, err
		}
	}
	body, err := aws.ReadBody(r, bodyLimit)
	if err != nil {
		return nil, err
	}
	answer, refusal := s.Handle(r.Context(), name, body)
	if refusal != nil {
		return nil, refusal
	}
	return answer, nil
}

// authorize verifies the signature of a request and asks IAM whether its caller may do what it says.
func (s *Service) authorize(r *http.Request, operation string) error {
	verifier := aws.Verifier{Dialect: aws.JSON, Service: "cognito-idp", Region: s.region, Keys: s.accessKeys, Now: s.now, BodyLimit: bodyLimit}
	caller, err := verifier.Verify(r)
	if err != nil {
		return err
	}
	body, err := aws.ReadBody(r, bodyLimit)
	if err != nil {
		return err
	}
	request := aws.Request{Action: "cognito-idp:" + operation, Resource: s.Resource(body), Account: s.account}
	if decision, message := aws.Authorize(r.Context(), caller, request); decision != iam.Allow {
		return refuse("AccessDeniedException", "%s", message)
	}
	return nil
}

// noKeys are the access keys of an account without any.
type noKeys struct{}

func (noKeys) Credentials(string) (aws.Credentials, bool) { return aws.Credentials{}, false }
