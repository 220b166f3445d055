// Package ssm is as much of AWS's parameter store as the CDK needs: the version of the bootstrap stack, to be read.
//
// # What is not imitated
//
// Parameters that one makes, their versions, lists and secrets.
//
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
package ssm

import (
	"context"
	"net/http"
	"strings"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/pipeline"
)

// Parameters are the parameters that the sandbox has, all of them of type String. The version is one that all features of
// the pinned CDK are content with.
// https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
var Parameters = map[string]string{
	"/cdk-bootstrap/hnb659fds/version": "30",
}

// Operations are the operations by name, as in the header X-Amz-Target: AmazonSSM.NAME.
var Operations = pipeline.Table[*Service]{
	"GetParameter": pipeline.Signed((*Service).parameterARN, (*Service).getParameter),
}

// API is how the service is reached over the wire.
var API = pipeline.API[*Service]{
	Name: "ssm", Operations: Operations, BodyLimit: 64 << 10, Input: pipeline.Words("ValidationException", nil),
	Protocol: aws.JSONProtocol{Version: "1.1", Target: "AmazonSSM", Internal: "InternalErrorException"},
	Place: func(s *Service) pipeline.Place {
		return pipeline.Place{Region: s.Region, Account: s.Account, Keys: s.Keys, Now: s.Now}
	},
}

// Config is what a Service needs.
type Config struct {
	Region  string // as in us-east-1
	Account string // 12 digits
	Keys    aws.Keys
	Now     func() time.Time // time.Now if nil
}

// A Service is the parameter store of an account and region.
type Service struct{ Config }

// New returns the service.
func New(config Config) *Service {
	if config.Now == nil {
		config.Now = time.Now
	}
	return &Service{config}
}

// ServeHTTP answers requests to ssm.REGION.amazonaws.com.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	API.Serve(s, w, r)
}

// Parameter is the value of the parameter of a name, and whether there is one: what a template's parameter of the type
// AWS::SSM::Parameter::Value<String> becomes.
func (s *Service) Parameter(name string) (string, bool) {
	value, ok := Parameters[name]
	return value, ok
}

// getParameterInput has the members of the request. What WithDecryption says makes no difference to a String.
type getParameterInput struct {
	Name           string `required:"true" min:"1" max:"2048"`
	WithDecryption bool
}

// name is the parameter's name, which may be given as its ARN.
func (s *Service) name(in getParameterInput) string {
	if name, ok := strings.CutPrefix(in.Name, s.arn("")); ok {
		return "/" + strings.TrimPrefix(name, "/")
	}
	return in.Name
}

func (s *Service) arn(name string) string {
	return "arn:aws:ssm:" + s.Region + ":" + s.Account + ":parameter/" + strings.TrimPrefix(name, "/")
}

func (s *Service) parameterARN(in getParameterInput) string { return s.arn(s.name(in)) }

func (s *Service) getParameter(_ context.Context, in getParameterInput) (any, error) {
	name := s.name(in)
	value, ok := Parameters[name]
	if !ok {
		return nil, aws.Refuse(http.StatusBadRequest, "ParameterNotFound", "the sandbox has no parameter %s", name)
	}
	return map[string]any{"Parameter": map[string]any{
		"Name": name, "Type": "String", "Value": value, "Version": 1, "ARN": s.arn(name), "DataType": "text",
	}}, nil
}
