package cloudfront

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/cloudfront/edge"
)

const functionType = "AWS::CloudFront::Function"

// function is one CloudFront Function. Its ID is its ARN.
type function struct {
	record
	Name   string
	Code   string
	Config functionConfig
	Tags   []tag `json:",omitempty"`
}

type functionConfig struct{ Comment, Runtime string }

func (f *function) state() aws.State {
	return aws.State{PhysicalID: f.ID, Attributes: map[string]any{"FunctionARN": f.ID, "Stage": "LIVE"}}
}

func (f *function) name() string { return f.Name }

// functionProperties are the properties of AWS::CloudFront::Function that the sandbox imitates. What is not published cannot be
// associated, so AutoPublish has to be true.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudfront-function.html
type functionProperties struct {
	AutoPublish    bool
	FunctionCode   string
	FunctionConfig functionConfig
	Name           string
	Tags           []tag
}

var functionName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-zA-Z0-9-_]{1,64}$`) })

// readFunction reads and checks the properties. The error joins all faults.
func readFunction(properties map[string]any) (functionProperties, error) {
	var p functionProperties
	if err := aws.Decode(functionType, properties, &p); err != nil {
		return p, err
	}
	c := checker{kind: functionType}
	if !functionName().MatchString(p.Name) {
		c.refuse("Name", p.Name, "1 to 64 letters, digits, - and _")
	}
	if !p.AutoPublish {
		c.refuse("AutoPublish", "false", "true: the sandbox has no stage DEVELOPMENT")
	}
	c.oneOf("FunctionConfig.Runtime", p.FunctionConfig.Runtime, edge.Runtime)
	if _, err := edge.Compile(p.FunctionCode); err != nil {
		c.refuse("FunctionCode", err.Error(), "code that the sandbox can run")
	}
	return p, c.err()
}

// functionARN is as in arn:aws:cloudfront::111122223333:function/name.
func (s *Service) functionARN(name string) string {
	return "arn:aws:cloudfront::" + s.Account + ":function/" + name
}

func (s *Service) createFunction(ctx context.Context, r aws.Resource) (aws.State, error) {
	return s.putFunction(ctx, r)
}

func (s *Service) updateFunction(ctx context.Context, _ map[string]any, r aws.Resource) (aws.State, error) {
	return s.putFunction(ctx, r)
}

func (s *Service) putFunction(_ context.Context, r aws.Resource) (aws.State, error) {
	p, err := readFunction(r.Properties)
	if err != nil {
		return aws.State{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f := &function{record{s.functionARN(p.Name), ownerOf(r)}, p.Name, p.FunctionCode, p.FunctionConfig, p.Tags}
	return f.state(), s.functions.put(s.Store, f)
}

func (s *Service) deleteFunction(_ context.Context, r aws.Resource) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range s.distributions.byID {
		for _, b := range d.Config.behaviors() {
			if b.viewerRequest() == r.PhysicalID {
				return aws.Refuse(http.StatusConflict, "FunctionInUse", "Cannot delete the function, it is attached to one or more cache behaviors of distribution %s", d.ID)
			}
		}
	}
	return s.functions.delete(s.Store, r.PhysicalID)
}

// programs are compiled functions by their code.
var programs sync.Map

// programOf compiles code that was compiled before.
func programOf(code string) (*edge.Function, error) {
	if known, ok := programs.Load(code); ok {
		return known.(*edge.Function), nil
	}
	program, err := edge.Compile(code)
	if err == nil {
		programs.Store(code, program)
	}
	return program, err
}

// rewrite lets the function of the behavior, if it has one, say which path is wanted, and reports whether there is one. A
// viewer whose request a function could not deal with gets the status that AWS gives for its code, or for its answer.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-503-service-unavailable.html#http-503-cloudfront-function-limits
func (v *visit) rewrite() bool {
	if v.site.function == nil {
		return true
	}
	program, err := programOf(v.site.function.Code)
	var path string
	if err == nil {
		path, err = program.Run(v.event(), v.Now())
	}
	if err == nil {
		_, err = url.PathUnescape(path)
	}
	if _, is := errors.AsType[*edge.InvalidError](err); is {
		v.refuse(http.StatusBadGateway, "The CloudFront function returned an invalid value: "+err.Error())
		return false
	}
	if err != nil {
		v.refuse(http.StatusServiceUnavailable, "The CloudFront function associated with the CloudFront distribution is invalid or could not run: "+err.Error())
		return false
	}
	v.path = path
	return true
}

// event is what the function gets to see of the viewer's request.
func (v *visit) event() edge.Event {
	e := edge.Event{Version: "1.0", Context: edge.Context{
		DistributionDomainName: v.site.domain(), DistributionID: v.site.ID, EventType: "viewer-request", RequestID: aws.EntryOf(v.r.Context()).RequestID,
	}}
	e.Viewer.IP, _, _ = net.SplitHostPort(v.r.RemoteAddr)
	e.Request = edge.Request{
		Method: v.r.Method, URI: v.path, Query: map[string]edge.Value{}, Headers: map[string]edge.Value{"host": {Value: aws.Hostname(v.r.Host)}}, Cookies: map[string]edge.Value{},
	}
	for pair := range strings.SplitSeq(v.r.URL.RawQuery, "&") {
		if name, value, _ := strings.Cut(pair, "="); name != "" {
			e.Request.Query[name] = edge.Value{Value: value}
		}
	}
	for name, values := range v.r.Header {
		if name != "Cookie" {
			e.Request.Headers[strings.ToLower(name)] = edge.Value{Value: strings.Join(values, ",")}
		}
	}
	for _, cookie := range v.r.Cookies() {
		e.Request.Cookies[cookie.Name] = edge.Value{Value: cookie.Value}
	}
	return e
}
