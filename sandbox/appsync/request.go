package appsync

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"lightbox.example/lightbox/sandbox/appsync/datasource"
	"lightbox.example/lightbox/sandbox/appsync/graphql"
	"lightbox.example/lightbox/sandbox/appsyncjs"
	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
)

// request is one operation of one caller: the backend of its execution.
type request struct {
	ctx       context.Context // that of the call, with its entry in the log
	service   *Service
	api       *api
	caller    *caller
	http      appsyncjs.HTTPRequest
	operation *graphql.Operation
	denied    map[string]bool // root fields that IAM denies

	mutex   sync.Mutex
	roles   map[string]func() (aws.Caller, error)
	refused *aws.Entry // the first decision that denied a data source
	faults  []error    // of the sandbox
	lines   []string   // of the API's log
	filter  *appsyncjs.SubscriptionFilter
}

// Authorize implements graphql.Backend.
func (r *request) Authorize(parent *ast.Definition, field *ast.FieldDefinition) *graphql.Error {
	if r.api.admits(r.caller, parent, field) && (parent != r.operation.Root() || !r.denied[field.Name]) {
		return nil
	}
	fault := forbidden(field.Name, parent.Name)
	return &fault
}

// Resolver implements graphql.Backend.
func (r *request) Resolver(parent, field string) graphql.Resolver {
	found, ok := r.api.resolvers[parent+"."+field]
	if !ok {
		return nil
	}
	return func(ctx context.Context, f graphql.Field) (json.RawMessage, []graphql.Error) {
		return r.resolve(ctx, found, f)
	}
}

// fieldLimit is how long a field's data sources may take.
// https://docs.aws.amazon.com/general/latest/gr/appsync.html, "Request execution time for mutations, queries, and subscriptions"
const fieldLimit = 30 * time.Second

// resolve runs a field's resolver.
func (r *request) resolve(ctx context.Context, found resolver, f graphql.Field) (json.RawMessage, []graphql.Error) {
	field, err := r.field(found)
	if err != nil {
		return nil, []graphql.Error{r.broken(f, err)}
	}
	ctx, cancel := context.WithTimeout(ctx, fieldLimit)
	defer cancel()
	list, text := f.Selection()
	answer, err := field.Resolve(ctx, appsyncjs.Context{
		Arguments: f.Arguments, Identity: r.caller.identity, Source: f.Source, Env: r.api.settings.EnvironmentVariables,
		Request: r.http, Now: r.service.now(),
		Info: appsyncjs.Info{
			FieldName: f.Name, ParentTypeName: f.Parent.Name, Variables: f.Variables(),
			SelectionSetList: list, SelectionSetGraphQL: text,
		},
	})
	r.log(f, answer, err)
	if err != nil {
		return nil, []graphql.Error{r.broken(f, err)}
	}
	r.mutex.Lock()
	r.filter = answer.Filter
	r.mutex.Unlock()
	var faults []graphql.Error
	for i := range answer.Appended {
		faults = append(faults, said(f, &answer.Appended[i]))
	}
	if answer.Err != nil {
		return nil, append(faults, said(f, answer.Err))
	}
	return answer.Value, faults
}

// field is the resolver with the data sources as the request reaches them.
func (r *request) field(found resolver) (field appsyncjs.Field, err error) {
	if found.around != nil {
		if field.Around, err = found.around.compile(); err != nil {
			return field, err
		}
	}
	for _, s := range found.steps {
		made := appsyncjs.Step{Name: s.name}
		if made.Code, err = s.code.compile(); err != nil {
			return field, err
		}
		allow := func(ctx context.Context, needs []aws.Request) error {
			return r.allow(ctx, s.source.ServiceRoleArn, needs)
		}
		switch s.source.Type {
		case sourceDynamoDB:
			made.Store = datasource.Table{DynamoDB: r.service.tables, Name: s.source.DynamoDBConfig.TableName, API: r.api.id, Pages: r.service.pages, Allow: allow}
		case sourceLambda:
			made.Lambda = datasource.Function{Lambda: r.service.functions, ARN: s.source.LambdaConfig.LambdaFunctionArn, By: r.service.arn(r.api.id), Allow: allow}
		case sourceNone:
		default:
			return field, fmt.Errorf("%s: its data source is not there", s.name)
		}
		field.Steps = append(field.Steps, made)
	}
	return field, nil
}

// allow asks IAM whether the role of a data source may do what a resolver wants done. AppSync assumes it, if its trust policy
// says so.
func (r *request) allow(ctx context.Context, role string, needs []aws.Request) error {
	who, err := r.as(role)
	if err != nil {
		r.mutex.Lock()
		r.faults = append(r.faults, err)
		r.mutex.Unlock()
		return &appsyncjs.Fault{Code: "AccessDeniedException", Message: "Unable to assume role " + role + "."}
	}
	for _, need := range needs {
		sub, entry := aws.WithEntry(aws.ByService(ctx)) // the call's own has one writer, and this may be one of several goroutines
		decision, message := aws.Authorize(sub, who, need)
		if decision == iam.Allow {
			continue
		}
		r.mutex.Lock()
		if r.refused == nil {
			r.refused = entry
		}
		r.mutex.Unlock()
		return &appsyncjs.Fault{Code: "AccessDeniedException", Message: message, RequestID: entry.RequestID}
	}
	return nil
}

// as is AppSync with a role, asked once a request.
func (r *request) as(role string) (aws.Caller, error) {
	r.mutex.Lock()
	if r.roles == nil {
		r.roles = map[string]func() (aws.Caller, error){}
	}
	assume, known := r.roles[role]
	if !known {
		assume = sync.OnceValues(func() (aws.Caller, error) { return r.service.as(r.ctx, role) })
		r.roles[role] = assume
	}
	r.mutex.Unlock()
	return assume()
}

// as is AppSync with a role.
func (s *Service) as(ctx context.Context, role string) (aws.Caller, error) {
	sub, _ := aws.WithEntry(aws.ByService(ctx))
	return s.roles.As(sub, role, "APPSYNC_ASSUME_ROLE", iam.Service{Name: "appsync.amazonaws.com"})
}

// said is an error that a resolver asked for.
func said(f graphql.Field, e *appsyncjs.Error) graphql.Error {
	if e.Unauthorized {
		return forbidden(f.Name, f.Type.Name())
	}
	return graphql.Error{ErrorType: e.Type, Untyped: e.Type == "", Message: e.Message, Data: f.Filter(e.Data), ErrorInfo: e.Info}
}

// broken is the error of a resolver that did not come to its end. The client learns no more than that; the log says why.
func (r *request) broken(f graphql.Field, err error) graphql.Error {
	var script *appsyncjs.ScriptError
	if errors.As(err, &script) || errors.Is(err, appsyncjs.ErrTimeout) {
		return graphql.Error{ErrorType: "Code", Message: "Runtime Error"}
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.faults = append(r.faults, fmt.Errorf("%s.%s: %w", f.Parent.Name, f.Name, err))
	return graphql.Error{ErrorType: "MappingTemplate", Message: err.Error()}
}

// finish enters what came up in the course of the request into the log of the calls.
func (r *request) finish() {
	entry := aws.EntryOf(r.ctx)
	if r.refused != nil {
		entry.Decided, entry.Decision, entry.Reasons = true, r.refused.Decision, r.refused.Reasons
	}
	if r.faults != nil {
		entry.Fault = errors.Join(r.faults...)
	}
	r.service.deliver(r.ctx, r.api, r.lines)
}

func (r *request) limits() graphql.Limits {
	return graphql.Limits{Depth: r.api.settings.QueryDepthLimit, Resolvers: r.api.settings.ResolverCountLimit}
}
