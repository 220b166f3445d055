package cloudcontrol

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/cloudformation/schema"
	"lightbox.example/lightbox/sandbox/paging"
	"lightbox.example/lightbox/sandbox/pipeline"
	"lightbox.example/lightbox/sandbox/pipeline/input"
	"lightbox.example/lightbox/sandbox/store"
)

// Operations are the operations by name, as in the header X-Amz-Target: CloudApiService.NAME.
var Operations = pipeline.Table[*Service]{
	"GetResource":   asked("cloudformation:GetResource", (*Service).getResource),
	"ListResources": asked("cloudformation:ListResources", (*Service).listResources),
}

// API is how the service is reached over the wire.
var API = pipeline.API[*Service]{
	Name: "cloudcontrolapi", Operations: Operations, BodyLimit: 1 << 20, Input: pipeline.Words("ValidationException", shapes),
	Protocol: aws.JSONProtocol{Version: "1.0", Target: "CloudApiService", Internal: "ServiceInternalErrorException"},
	Place: func(s *Service) pipeline.Place {
		return pipeline.Place{Region: s.Region, Account: s.Account, Keys: s.Keys, Now: s.Now}
	},
}

var shapes = map[string]input.Shape{
	"TypeName": {Min: 10, Max: 204, Pattern: "[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}(::MODULE){0,1}"},
}

// asked is an operation that IAM decides on by an action with CloudFormation's prefix, on all resources there are.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_cloudcontrol.html
func asked[In any](action string, run func(*Service, context.Context, In) (any, error)) pipeline.Operation[*Service] {
	return pipeline.SignedEach(func(s *Service, _ In) []aws.Request {
		return []aws.Request{{Action: action, Resource: "arn:aws:cloudformation:" + s.Region + ":" + s.Account + ":resource/*"}}
	}, run)
}

// Config is what a Service needs.
type Config struct {
	Region  string // as in us-east-1
	Account string // 12 digits
	Keys    aws.Keys
	Now     func() time.Time            // time.Now if nil
	Types   map[string]aws.ResourceType // by name, as in AWS::S3::Bucket
	Store   store.Store                 // has the secret of the tokens of pages; nil has none
}

// A Service reads the resources of an account and region.
type Service struct {
	Config
	pages *paging.Sealer
}

// New returns the service.
func New(config Config) *Service {
	if config.Now == nil {
		config.Now = time.Now
	}
	return &Service{config, paging.New(config.Store)}
}

// ServeHTTP answers requests to cloudcontrolapi.REGION.amazonaws.com.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	API.Serve(s, w, r)
}

// A kind is a type of resources, as the sandbox and CloudFormation's schemas have it.
type kind struct {
	name string
	aws.ResourceType
	schema schema.Type
}

// kind is the type of a name. Of one that AWS has and the sandbox can't make there is none.
func (s *Service) kind(name string) (kind, error) {
	of, known := schema.Current().Types[name]
	if !known {
		return kind{}, refuse("TypeNotFoundException", "The type '%s' cannot be found by the sandbox.", name)
	}
	here, made := s.Types[name]
	if !made && of.Read != nil {
		here.Read = func(context.Context, aws.Identifier) (map[string]any, error) { return nil, aws.ErrNoResource }
	}
	if !made && of.List != nil {
		here.List = func(context.Context, aws.Identifier) ([]aws.Identifier, error) { return nil, nil }
	}
	return kind{name, here, of}, nil
}

func refuse(code, format string, args ...any) error {
	return aws.Refuse(http.StatusBadRequest, code, format, args...)
}

// failed is how AWS tells what a handler says.
func (k kind) failed(code, handlerCode, message string) error {
	return refuse(code, "%s Handler returned status FAILED: %s (HandlerErrorCode: %s, RequestToken: %s)", k.name, message, handlerCode, aws.NewUUID())
}

type getResourceInput struct {
	TypeName   string `required:"true" shape:"TypeName"`
	Identifier string `required:"true" min:"1" max:"1024"`
}

// description is a resource. Properties are JSON, in a text.
type description struct{ Identifier, Properties string }

func (s *Service) getResource(ctx context.Context, in getResourceInput) (any, error) {
	k, err := s.kind(in.TypeName)
	if err != nil {
		return nil, err
	}
	if k.Read == nil {
		return nil, refuse("UnsupportedActionException", "Resource type %s does not support READ action", k.name)
	}
	of, err := k.identifier(in.Identifier)
	if err != nil {
		return nil, err
	}
	if err := k.permit(ctx, k.schema.Read, of); err != nil {
		return nil, err
	}
	properties, err := k.Read(ctx, of)
	switch {
	case errors.Is(err, aws.ErrNoResource):
		return nil, k.failed("ResourceNotFoundException", "NotFound", fmt.Sprintf("Resource of type '%s' with identifier '%s' was not found.", k.name, in.Identifier))
	case err != nil:
		return nil, err
	}
	for _, path := range k.schema.WriteOnly {
		without(properties, path)
	}
	text, err := json.Marshal(properties)
	if err != nil {
		return nil, err
	}
	return struct {
		TypeName            string
		ResourceDescription description
	}{k.name, description{k.joined(of), string(text)}}, nil
}

type listResourcesInput struct {
	TypeName      string  `required:"true" shape:"TypeName"`
	ResourceModel *string `min:"1" max:"262144"`
	MaxResults    *int    `min:"1" max:"100"`
	NextToken     *string `min:"1" max:"2048"`
}

// pageSize is how many resources an answer has that is not told otherwise.
const pageSize = 20

func (s *Service) listResources(ctx context.Context, in listResourcesInput) (any, error) {
	k, err := s.kind(in.TypeName)
	if err != nil {
		return nil, err
	}
	if k.List == nil {
		return nil, refuse("UnsupportedActionException", "Resource type %s does not support LIST action", k.name)
	}
	within, err := k.model(aws.Or(in.ResourceModel, "{}"))
	if err != nil {
		return nil, err
	}
	if err := k.permit(ctx, k.schema.List, within); err != nil {
		return nil, err
	}
	all, err := k.List(ctx, within)
	if err != nil {
		return nil, err
	}
	part, next, ok := paging.Cut(s.pages, aws.Or(in.NextToken, ""), aws.Or(in.MaxResults, pageSize), all, "CloudControl "+s.Region, k.name, fmt.Sprint(within))
	if !ok {
		return nil, refuse("InvalidRequestException", "NextToken: got one that no answer had")
	}
	answer := struct {
		TypeName             string
		ResourceDescriptions []description
		NextToken            string `json:",omitempty"`
	}{TypeName: k.name, ResourceDescriptions: []description{}, NextToken: next}
	for _, of := range part {
		text, err := json.Marshal(of)
		if err != nil {
			return nil, err
		}
		answer.ResourceDescriptions = append(answer.ResourceDescriptions, description{k.joined(of), string(text)})
	}
	return answer, nil
}
