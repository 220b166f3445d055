package cognito

import (
	"net/http"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/pipeline"
)

// protocol is JSON 1.1 as Cognito speaks it. Its errors have bare names in __type.
var protocol = aws.JSONProtocol{
	Version: "1.1", Target: "AWSCognitoIdentityProviderService", Internal: "InternalErrorException", Browsers: true,
}

// API is how the service is reached over the wire. Cognito does not publish how long a request may be; the longest that its
// service model makes sense of are a tenth of this.
var API = pipeline.API[*Service]{
	Name: "cognito-idp", Operations: Operations, BodyLimit: 256 << 10, Input: words, Protocol: protocol, Unknown: unknownOperation,
	Place: func(s *Service) pipeline.Place {
		return pipeline.Place{Region: s.directory.Region, Account: s.directory.Account, Keys: s.accessKeys, Now: s.now}
	},
}

// ServeHTTP answers requests to cognito-idp.REGION.amazonaws.com: operations at POST /, and the documents below
// /POOL/.well-known/ that say how the pool's tokens are verified. Operations that need AWS credentials are signed, and IAM
// decides on cognito-idp:OPERATION for the pool's ARN; the others are anyone's, a browser's at any origin too.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r, _ = aws.Begin(r, "cognito-idp", s.directory.Region, s.now)
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
		API.Serve(s, w, r)
	}
}

// wellKnown takes the path of a document apart.
func wellKnown(r *http.Request) (pool, document string, ok bool) {
	pool, document, ok = strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/.well-known/")
	return pool, document, ok && (r.Method == http.MethodGet || r.Method == http.MethodHead)
}

func (s *Service) serveDocument(w http.ResponseWriter, r *http.Request, pool, name string) {
	document := map[string]func(string) ([]byte, error){
		"jwks.json":            s.tokens.JWKS,
		"openid-configuration": s.tokens.OpenIDConfiguration,
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

// noKeys are the access keys of an account without any.
type noKeys struct{}

func (noKeys) Credentials(string) (aws.Credentials, bool) { return aws.Credentials{}, false }
