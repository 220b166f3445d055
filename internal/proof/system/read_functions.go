package system

import (
	"fmt"
	"slices"
	"strings"
)

// Function is a Lambda function of ours. The library's own, which empty buckets, are none.
type Function struct {
	At
	// Name is what the access table calls it, as its construct id says: pictures of PicturesFunction.
	Name string
	// ID is what Lambda calls it, which Ref gives.
	ID, ARN string
	Role    Role
	// LogARN is the log group that it writes to, as policies name what is in it: with :* at its end.
	LogARN string
	// Properties are the function's, resolved.
	Properties map[string]any
}

// Mapping lets Lambda read a stream for a function.
type Mapping struct {
	At
	// Stream is the ARN of what it reads, Function the physical id of whom it invokes.
	Stream, Function string
	Properties       map[string]any
}

// failures is the property of a mapping with the ARN of the bucket for what its function could not deal with.
const failures = "DestinationConfig.OnFailure.Destination"

// mappings reads the event source mappings.
func (r *reader) mappings() {
	for _, p := range r.all("AWS::Lambda::EventSourceMapping") {
		stream, _ := p.Properties["EventSourceArn"].(string)
		function, _ := p.Properties["FunctionName"].(string)
		r.system.Mappings = append(r.system.Mappings, Mapping{p.At, stream, function, p.Properties})
	}
}

// named tells whether a mapping leaves something in the bucket of an ARN.
func (r *reader) named(bucket string) bool {
	return slices.ContainsFunc(r.all("AWS::Lambda::EventSourceMapping"), func(p part) bool { return Lookup(p.Properties, failures) == bucket })
}

// Invocation is a data source that invokes a function.
type Invocation struct {
	At
	FunctionARN string
	Role        Role
}

// functions reads the functions, and what they write their logs to.
func (r *reader) functions() {
	logs := map[string]string{}
	for _, p := range r.all("AWS::Logs::LogGroup") {
		arn, err := p.attribute("Arn")
		if err != nil {
			r.fault("%s: %w", p.Path, err)
		}
		logs[p.PhysicalID] = arn
	}
	for _, p := range r.all("AWS::Lambda::Function") {
		_, id, _ := strings.Cut(p.Construct(), "/")
		name, ours := strings.CutSuffix(id, "Function")
		if !ours || name == "" || strings.Contains(name, "/") {
			continue
		}
		arn, err := p.attribute("Arn")
		if err != nil {
			r.fault("%s: %w", p.Path, err)
		}
		group, _ := Lookup(p.Properties, "LoggingConfig.LogGroup").(string)
		r.system.Functions = append(r.system.Functions, Function{
			At: p.At, Name: strings.ToLower(name[:1]) + name[1:], ID: p.PhysicalID, ARN: arn, Role: r.service(p, "Role"),
			LogARN: logs[group], Properties: p.Properties,
		})
	}
}

// service is the role that a resource has at a property: one of those that AWS services assume.
func (r *reader) service(p part, property string) Role {
	arn := p.Properties[property]
	at := slices.IndexFunc(r.system.Services, func(role Role) bool { return role.ARN == arn })
	if at < 0 {
		r.fault("%s: got the role %v, want one of the assembly that no person has", p.Path, arn)
		return Role{}
	}
	return r.system.Services[at]
}

// invocation reads a data source over a function.
func (r *reader) invocation(p part) Invocation {
	return Invocation{At: p.At, FunctionARN: fmt.Sprint(Lookup(p.Properties, "LambdaConfig.LambdaFunctionArn")), Role: r.service(p, "ServiceRoleArn")}
}

// FunctionNamed is the function of a name; false where there is none.
func (s *System) FunctionNamed(name string) (Function, bool) {
	at := slices.IndexFunc(s.Functions, func(f Function) bool { return f.Name == name })
	if at < 0 {
		return Function{}, false
	}
	return s.Functions[at], true
}
