package appsync

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"lightbox.example/lightbox/sandbox/appsync/graphql"
)

// Connect authorizes a WebSocket connection to an API: header is what the client put into it in the place of headers, with a
// user pool's token or with the signature of POST /graphql/connect with the body {}. An error is a *Refusal.
//
// https://docs.aws.amazon.com/appsync/latest/devguide/real-time-websocket-client.html
func (s *Service) Connect(ctx context.Context, apiID string, header map[string]string) error {
	a := s.api(apiID)
	if a == nil {
		return refuse(http.StatusNotFound, "NotFoundException", "There is no GraphQL API "+apiID)
	}
	r := s.stated(ctx, apiID, "/graphql/connect", header, "{}")
	if _, refusal := s.authenticate(a, r); refusal != nil {
		return refusal
	}
	return nil
}

// Start authorizes one subscription of a connection, by its own header over POST /graphql with data as body, and carries it
// out: the operation is read, the caller must be allowed the field, and its resolver may refuse or set a filter. An error is
// a *Refusal.
func (s *Service) Start(ctx context.Context, apiID string, header map[string]string, data string) (Subscription, error) {
	a := s.api(apiID)
	if a == nil {
		return Subscription{}, refuse(http.StatusNotFound, "NotFoundException", "There is no GraphQL API "+apiID)
	}
	r := s.stated(ctx, apiID, "/graphql", header, data)
	c, refusal := s.authenticate(a, r)
	if refusal != nil {
		return Subscription{}, refusal
	}
	req, faults, refusal := s.prepare(r, a, c, []byte(data))
	if refusal != nil {
		return Subscription{}, refusal
	}
	if faults != nil {
		return Subscription{}, &Refusal{Status: http.StatusBadRequest, Errors: faults}
	}
	if req.operation.Kind() != ast.Subscription {
		return Subscription{}, refuse(http.StatusBadRequest, "UnsupportedOperation", "Only subscriptions can be started, got a "+string(req.operation.Kind()))
	}
	return s.subscribe(ctx, req, data)
}

// stated is the request that a header of a WebSocket message states.
func (s *Service) stated(ctx context.Context, apiID, path string, header map[string]string, body string) *http.Request {
	r := (&http.Request{
		Method: http.MethodPost, URL: &url.URL{Path: path}, Host: s.host(apiID), Header: http.Header{},
		Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)), RequestURI: path,
	}).WithContext(ctx)
	for name, value := range header {
		if strings.EqualFold(name, "host") {
			r.Host = value // what was signed; a token does not care
			continue
		}
		r.Header.Set(name, value)
	}
	return r
}

// subscribe runs the resolver of a subscription, whose text is data, and says what its subscriber gets.
func (s *Service) subscribe(ctx context.Context, req *request, data string) (Subscription, error) {
	ctx, cancel := context.WithTimeout(ctx, timeLimit)
	defer cancel()
	root := req.operation.Roots()[0] // the rules of validation leave one
	arguments, fault := req.operation.Arguments(root)
	if fault != nil {
		return Subscription{}, &Refusal{Status: http.StatusBadRequest, Errors: []GraphQLError{*fault}}
	}
	result := req.operation.Begin(ctx, req, req.limits(), root)
	req.finish()
	if len(result) > 0 {
		return Subscription{}, &Refusal{Status: http.StatusBadRequest, Errors: result}
	}
	sub := Subscription{
		APIID: req.api.id, Field: root.Name, Key: root.Key, Arguments: arguments, Filter: req.filter, Expires: req.caller.expires,
	}
	var err error
	if sub.Matches, err = matcher(req.filter, arguments); err != nil {
		return Subscription{}, refuse(http.StatusBadRequest, "InvalidSubscriptionFilter", err.Error())
	}
	sub.View = s.views.of(req, root, data)
	return sub, nil
}

// publish tells the subscribers of a mutation what it answered. A field that failed, or that is null, is no event.
func (s *Service) publish(req *request, result graphql.Result) {
	publisher := s.publisher.Load()
	if publisher == nil || req.operation.Kind() != ast.Mutation || result.Data == nil {
		return
	}
	for _, root := range req.operation.Roots() {
		event := result.Data.Named(root.Key)
		if bytes.Equal(event, []byte("null")) || slices.ContainsFunc(result.Errors, func(e GraphQLError) bool {
			return len(e.Path) == 1 && e.Path[0] == any(root.Key)
		}) {
			continue
		}
		for _, field := range req.api.subscribed[root.Name] {
			(*publisher).Publish(context.WithoutCancel(req.ctx), req.api.id, field, event)
		}
	}
}
