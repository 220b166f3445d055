package appsync

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
	"github.com/vektah/gqlparser/v2/parser"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/pipeline"
	"lightbox.example/lightbox/sandbox/pipeline/input"
)

// Operations are the operations of AppSync's own API by name. APIs are CloudFormation's to make; what `cdk deploy --hotswap`
// changes of one is here.
var Operations = pipeline.Table[*Service]{
	"GetIntrospectionSchema": pipeline.Signed(func(s *Service, in introspectionInput) string {
		return s.arn(in.APIID)
	}, (*Service).introspectionSchema),
	"GetSchemaCreationStatus": pipeline.Signed(anyAPI[apiInput], (*Service).schemaCreation),
	"ListApiKeys":             pipeline.Signed(anyAPI[keysInput], (*Service).keysOf),
	"ListFunctions":           pipeline.Signed(anyAPI[functionsInput], (*Service).functionsOf),
	"StartSchemaCreation":     pipeline.Signed(anyAPI[schemaInput], (*Service).changeSchema),
	"UpdateApiKey":            pipeline.Signed(anyAPI[keyInput], (*Service).changeKey),
	"UpdateFunction":          pipeline.Signed(anyAPI[functionInput], (*Service).changeFunction),
	"UpdateResolver":          pipeline.Signed(anyAPI[resolverInput], (*Service).changeResolver),
}

// anyAPI is the resource of actions that name none.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsappsync.html
func anyAPI[In any](*Service, In) string { return "*" }

// API is how AppSync's own API is reached over the wire.
var API = pipeline.API[*Service]{
	Name: "appsync", Operations: Operations, BodyLimit: bodyLimit, Input: pipeline.Words("BadRequestException", shapes),
	Protocol: control{},
	Place: func(s *Service) pipeline.Place {
		return pipeline.Place{Region: s.region, Account: s.account, Keys: s.keys, Now: s.now}
	},
}

// shapes are the types of the service model that have a pattern.
// https://docs.aws.amazon.com/appsync/latest/APIReference/API_UpdateResolver.html
var shapes = map[string]input.Shape{"ResourceName": {Min: 1, Max: 65536, Pattern: `[_A-Za-z][_0-9A-Za-z]*`}}

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

// route is an operation's method and path, of which a step in braces is a member's.
type route struct{ method, path, operation string }

// routes are those of the operations.
// https://docs.aws.amazon.com/appsync/latest/APIReference/API_Operations.html
var routes = []route{
	{http.MethodGet, "/v1/apis/{apiId}/schema", "GetIntrospectionSchema"},
	{http.MethodGet, "/v1/apis/{apiId}/schemacreation", "GetSchemaCreationStatus"},
	{http.MethodGet, "/v1/apis/{apiId}/apikeys", "ListApiKeys"},
	{http.MethodGet, "/v1/apis/{apiId}/functions", "ListFunctions"},
	{http.MethodPost, "/v1/apis/{apiId}/apikeys/{id}", "UpdateApiKey"},
	{http.MethodPost, "/v1/apis/{apiId}/schemacreation", "StartSchemaCreation"},
	{http.MethodPost, "/v1/apis/{apiId}/functions/{functionId}", "UpdateFunction"},
	{http.MethodPost, "/v1/apis/{apiId}/types/{typeName}/resolvers/{fieldName}", "UpdateResolver"},
}

// find returns the operation of a request and the members in its path; "" if there is none.
func find(r *http.Request) (operation string, members map[string]any) {
	steps := strings.Split(r.URL.EscapedPath(), "/")
	for _, one := range routes {
		if one.method != r.Method {
			continue
		}
		if members := matched(strings.Split(one.path, "/"), steps); members != nil {
			return one.operation, members
		}
	}
	return "", nil
}

// matched are the members in the steps of a path; nil if it is another one.
func matched(pattern, steps []string) map[string]any {
	if len(steps) != len(pattern) {
		return nil
	}
	members := map[string]any{}
	for i, step := range steps {
		name, member := strings.CutPrefix(pattern[i], "{")
		if !member {
			if step != pattern[i] {
				return nil
			}
			continue
		}
		value, err := url.PathUnescape(step)
		if err != nil || value == "" {
			return nil
		}
		members[strings.TrimSuffix(name, "}")] = value
	}
	return members
}

// Operation returns the operation that the path names.
func (control) Operation(r *http.Request, _ int64) (string, error) {
	operation, _ := find(r)
	if operation == "" {
		return "", aws.Refuse(http.StatusNotFound, "UnknownOperationException", "%s %s is not an operation of appsync that the sandbox knows", r.Method, r.URL.Path)
	}
	aws.EntryOf(r.Context()).Operation = operation
	return operation, nil
}

// Body is what a request says, as JSON: the members of its body, its query and its path.
func (control) Body(r *http.Request, limit int64) ([]byte, error) {
	query, err := aws.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, aws.Refuse(http.StatusBadRequest, "BadRequestException", "got a query that can't be read: %s", err)
	}
	body, err := aws.ReadBody(r, limit)
	if err != nil {
		return nil, err
	}
	members := map[string]any{}
	if len(body) > 0 {
		tree, err := input.Parse(body)
		object, ok := tree.(map[string]any)
		if err != nil || !ok {
			return nil, aws.Refuse(http.StatusBadRequest, "BadRequestException", "got a body that is no JSON object")
		}
		members = object
	}
	for name := range query {
		if !aws.OfSignature(name) {
			members[name] = query.Get(name)
		}
	}
	_, path := find(r)
	maps.Copy(members, path)
	return json.Marshal(members)
}

// Write answers with output: a schema as it is, all else as JSON.
func (c control) Write(w http.ResponseWriter, r *http.Request, _ string, output any) {
	body, schema := []byte(nil), false
	if body, schema = output.([]byte); !schema {
		var err error
		if body, err = json.Marshal(output); err != nil {
			c.WriteError(w, r, err)
			return
		}
	}
	w.Header().Set("X-Amzn-Requestid", aws.EntryOf(r.Context()).RequestID)
	send(w, http.StatusOK, body)
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
	return []byte(b.String()), nil
}
