package appsync

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"lightbox.example/lightbox/sandbox/appsync/graphql"
	"lightbox.example/lightbox/sandbox/appsyncjs"
	"lightbox.example/lightbox/sandbox/aws"
)

const (
	// bodyLimit bounds a request's body. AppSync documents no figure.
	bodyLimit = 1 << 20
	// timeLimit is how long AppSync lets a request run.
	// https://docs.aws.amazon.com/general/latest/gr/appsync.html, "Request execution time"
	timeLimit = 30 * time.Second
)

// ServeHTTP answers POST https://ID.appsync-api.REGION.amazonaws.com/graphql. A request that is refused as a whole has a
// status of its own; whatever happens to fields, the status is 200.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r, entry := aws.Begin(r, "appsync", s.region, s.now)
	entry.Operation = "GraphQL" // until the fields are known
	header := w.Header()
	header.Set("X-Amzn-Requestid", entry.RequestID)
	header.Set("Access-Control-Allow-Origin", "*")
	header.Set("Access-Control-Expose-Headers", "x-amzn-RequestId,x-amzn-ErrorType,x-amz-user-agent,x-amzn-ErrorMessage,Date,x-amz-schema-version")
	if r.Method == http.MethodOptions {
		entry.Operation = "Preflight"
		header.Set("Access-Control-Allow-Methods", "POST")
		header.Set("Access-Control-Allow-Headers", "accept,authorization,content-encoding,content-type,host,x-amz-content-sha256,x-amz-date,x-amz-security-token,x-amz-user-agent,x-amzn-requestid,x-api-key")
		header.Set("Access-Control-Max-Age", "172800")
		w.WriteHeader(http.StatusOK)
		return
	}
	began := time.Now() // how long it takes, by the machine's clock
	answer, refusal := s.answer(r)
	s.count(r.Host, refusal, time.Since(began))
	if refusal == nil {
		send(w, http.StatusOK, answer)
		return
	}
	body, err := json.Marshal(struct {
		Errors []GraphQLError `json:"errors"`
	}{refusal.Errors})
	if err != nil {
		entry.Fault = err
	}
	header.Set("X-Amzn-Errortype", refusal.Errors[0].ErrorType)
	send(w, refusal.Status, body)
}

func send(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client may be gone
}

// answer carries out the operation of a request.
func (s *Service) answer(r *http.Request) (json.RawMessage, *Refusal) {
	id, ok := s.apiOf(r.Host)
	a := s.api(id)
	switch {
	case !ok || a == nil || r.URL.Path != "/graphql":
		return nil, refuse(http.StatusNotFound, "NotFoundException", "There is no GraphQL API at "+r.Host+r.URL.Path)
	case r.Method != http.MethodPost:
		return nil, refuse(http.StatusMethodNotAllowed, "MethodNotAllowedException", "The sandbox takes GraphQL by POST alone, got "+r.Method)
	}
	began := s.now()
	result, refusal := s.operate(a, r)
	if refusal != nil {
		s.summarize(r.Context(), a, refusal.Status, began)
		return nil, refusal
	}
	if result.Errors != nil {
		s.summarize(r.Context(), a, http.StatusOK, began)
	}
	return result.JSON(), nil
}

// operate carries out the operation of a request to an API.
func (s *Service) operate(a *api, r *http.Request) (graphql.Result, *Refusal) {
	body, err := aws.ReadBody(r, bodyLimit)
	if err != nil {
		refusal := aws.RefusalOf(r, err, "InternalFailure")
		return graphql.Result{}, refuse(refusal.Status, refusal.Code, refusal.Message)
	}
	c, refusal := s.authenticate(a, r)
	if refusal != nil {
		return graphql.Result{}, refusal
	}
	req, faults, refusal := s.prepare(r, a, c, body)
	if refusal != nil {
		return graphql.Result{}, refusal
	}
	if faults != nil {
		return graphql.Result{Errors: faults}, nil
	}
	if req.operation.Kind() == ast.Subscription {
		return graphql.Result{Errors: []GraphQLError{{Message: "Subscriptions are served over WebSockets, at the API's real-time endpoint."}}}, nil
	}
	// Whoever asked may be gone: what was begun is done to the end.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), timeLimit)
	defer cancel()
	result := req.operation.Execute(ctx, req, req.limits())
	req.finish()
	s.publish(req, result)
	return result, nil
}

// prepare reads an operation for a caller, and asks IAM about its root fields. A signer who may have none of them is refused
// with "Permission denied", which is what clients of AppSync get; one who may have some gets null for the others.
func (s *Service) prepare(r *http.Request, a *api, c *caller, body []byte) (*request, []GraphQLError, *Refusal) {
	asked, refusal := parse(body)
	if refusal != nil {
		return nil, nil, refusal
	}
	if a.schema == nil {
		return nil, nil, refuse(http.StatusBadRequest, noSchema, "The API has no schema.")
	}
	operation, faults := graphql.Parse(a.schema, asked, a.settings.introspection())
	if faults != nil {
		return nil, faults, nil
	}
	req := &request{ctx: r.Context(), service: s, api: a, caller: c, http: httpRequest(r), operation: operation}
	roots := operation.Roots()
	names := make([]string, len(roots))
	for i, root := range roots {
		names[i] = root.Name
	}
	aws.EntryOf(r.Context()).Operation = strings.Join(names, " ")
	if c.mode == byIAM {
		req.denied = s.permit(req, roots)
		if len(req.denied) > 0 && len(req.denied) == len(distinct(names)) {
			return nil, nil, unauthorized("Permission denied")
		}
	}
	return req, nil, nil
}

func distinct(names []string) map[string]bool {
	set := map[string]bool{}
	for _, n := range names {
		set[n] = true
	}
	return set
}

// parse reads the body of a request: one JSON object with query, and optionally operationName and variables.
func parse(body []byte) (graphql.Request, *Refusal) {
	malformed := func(message string) *Refusal {
		return refuse(http.StatusBadRequest, "MalformedHttpRequestException", message)
	}
	if len(body) == 0 {
		return graphql.Request{}, malformed("Request body is empty.")
	}
	var asked graphql.Request
	members := map[string]any{"query": &asked.Query, "operationName": &asked.OperationName, "variables": &asked.Variables}
	if err := aws.Members(body, members); err != nil || asked.Query == "" {
		return graphql.Request{}, malformed("Unable to parse GraphQL query.")
	}
	return asked, nil
}

// httpRequest is ctx.request. Resolvers see no cookies.
// https://docs.aws.amazon.com/appsync/latest/devguide/resolver-context-reference-js.html, "Access request headers"
func httpRequest(r *http.Request) appsyncjs.HTTPRequest {
	headers := make(map[string][]string, len(r.Header)+1)
	for name, values := range r.Header {
		headers[strings.ToLower(name)] = values
	}
	delete(headers, "cookie")
	headers["host"] = []string{r.Host}
	return appsyncjs.HTTPRequest{Headers: headers}
}
