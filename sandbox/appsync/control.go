package appsync

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
	"github.com/vektah/gqlparser/v2/parser"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/pipeline"
)

// Operations are the operations of AppSync's own API by name. APIs are CloudFormation's to make.
var Operations = pipeline.Table[*Service]{
	"GetIntrospectionSchema": pipeline.Signed(func(s *Service, in introspectionInput) string {
		return s.arn(in.APIID)
	}, (*Service).introspectionSchema),
}

// API is how AppSync's own API is reached over the wire.
var API = pipeline.API[*Service]{
	Name: "appsync", Operations: Operations, BodyLimit: bodyLimit, Input: pipeline.Words("BadRequestException", nil),
	Protocol: control{},
	Place: func(s *Service) pipeline.Place {
		return pipeline.Place{Region: s.region, Account: s.account, Keys: s.keys, Now: s.now}
	},
}

// Control answers requests to appsync.REGION.amazonaws.com.
func (s *Service) Control() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { API.Serve(s, w, r) })
}

// control is the protocol of AppSync's own API: the operation is in the path, members are in the path and the query.
// https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
type control struct{}

// Dialect is that of a signature's faults.
func (control) Dialect() aws.Dialect { return aws.JSON }

// Denied is the refusal of what IAM does not allow, in the words of aws.Authorize.
func (control) Denied(message string) error {
	return aws.Refuse(http.StatusForbidden, "AccessDeniedException", "%s", message)
}

// Operation returns the operation that the path names: GET /v1/apis/ID/schema.
func (control) Operation(r *http.Request, _ int64) (string, error) {
	if _, ok := schemaPath(r); !ok || r.Method != http.MethodGet {
		return "", aws.Refuse(http.StatusNotFound, "UnknownOperationException", "%s %s is not an operation of appsync that the sandbox knows", r.Method, r.URL.Path)
	}
	aws.EntryOf(r.Context()).Operation = "GetIntrospectionSchema"
	return "GetIntrospectionSchema", nil
}

// schemaPath is the id of the API whose schema a path names.
func schemaPath(r *http.Request) (id string, ok bool) {
	steps := strings.Split(r.URL.EscapedPath(), "/")
	if len(steps) != 5 || steps[1] != "v1" || steps[2] != "apis" || steps[4] != "schema" {
		return "", false
	}
	id, err := url.PathUnescape(steps[3])
	return id, err == nil && id != ""
}

// Body is what a request says, as JSON.
func (control) Body(r *http.Request, _ int64) ([]byte, error) {
	query, err := aws.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, aws.Refuse(http.StatusBadRequest, "BadRequestException", "got a query that can't be read: %s", err)
	}
	members := map[string]any{}
	for name := range query {
		if !aws.OfSignature(name) {
			members[name] = query.Get(name)
		}
	}
	members["apiId"], _ = schemaPath(r)
	return json.Marshal(members)
}

// Write answers with output, a schema.
func (control) Write(w http.ResponseWriter, r *http.Request, _ string, output any) {
	w.Header().Set("X-Amzn-Requestid", aws.EntryOf(r.Context()).RequestID)
	send(w, http.StatusOK, []byte(output.(string)))
}

// WriteError answers with the refusal in err.
// https://docs.aws.amazon.com/appsync/latest/APIReference/CommonErrors.html
func (control) WriteError(w http.ResponseWriter, r *http.Request, err error) {
	refusal := aws.RefusalOf(r, err, "InternalFailureException")
	body, _ := json.Marshal(map[string]string{"message": refusal.Message}) // a text
	w.Header().Set("X-Amzn-Requestid", aws.EntryOf(r.Context()).RequestID)
	w.Header().Set("X-Amzn-Errortype", refusal.Code)
	send(w, refusal.Status, body)
}

type introspectionInput struct {
	APIID             string `aws:"apiId" required:"true"`
	Format            string `aws:"format" required:"true"`
	IncludeDirectives string `aws:"includeDirectives"`
}

// introspectionSchema answers the schema of an API as AppSync writes it: anew, without what is for people alone.
// https://docs.aws.amazon.com/appsync/latest/APIReference/API_GetIntrospectionSchema.html
func (s *Service) introspectionSchema(_ context.Context, in introspectionInput) (any, error) {
	a := s.api(in.APIID)
	switch {
	case in.Format != "SDL":
		return nil, aws.Refuse(http.StatusBadRequest, "BadRequestException", "format %s is not supported by the sandbox, want SDL", in.Format)
	case in.IncludeDirectives == "false":
		return nil, aws.Refuse(http.StatusBadRequest, "BadRequestException", "a schema without directives is not supported by the sandbox")
	case a == nil || a.sdl == "":
		return nil, aws.Refuse(http.StatusNotFound, "NotFoundException", "No schema found for API %s", in.APIID)
	}
	document, err := parser.ParseSchema(&ast.Source{Input: a.sdl})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(document.Definitions, func(a, b *ast.Definition) int { return strings.Compare(a.Name, b.Name) })
	var b strings.Builder
	formatter.NewFormatter(&b).FormatSchemaDocument(document)
	return b.String(), nil
}
