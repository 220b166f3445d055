package lambda

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/hex"
	"slices"

	"lightbox.example/lightbox/sandbox/aws"
)

// namedInput is the input of the operations that look at a function.
type namedInput struct {
	FunctionName string `required:"true" shape:"NamespacedFunctionName"`
	Qualifier    string `shape:"Qualifier"`
}

// namedNeeds are what IAM has to allow, by the action of the operation's name.
func (s *Service) namedNeeds(in namedInput) []aws.Request {
	return []aws.Request{s.need("", in.FunctionName, in.Qualifier)}
}

// configuration is how a function is shown.
// https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html
func (f *live) configuration() map[string]any {
	p := &f.Settings
	digest, _ := hex.DecodeString(f.Digest) // it was encoded here
	tracing := "PassThrough"
	if p.traced() {
		tracing = "Active"
	}
	c := map[string]any{
		"FunctionName": f.Name, "FunctionArn": f.arn, "Runtime": p.Runtime, "Role": p.Role, "Handler": p.Handler,
		"CodeSize": f.Size, "CodeSha256": base64.StdEncoding.EncodeToString(digest), "Description": p.Description,
		"Timeout": p.timeout(), "MemorySize": p.memory(), "LastModified": f.Modified.UTC().Format("2006-01-02T15:04:05.000-0700"),
		"Version": latest, "RevisionId": f.Revision, "State": "Active", "LastUpdateStatus": "Successful", "PackageType": "Zip",
		"Architectures": []string{p.processor()}, "TracingConfig": map[string]string{"Mode": tracing},
		"LoggingConfig": map[string]string{"LogFormat": "Text", "LogGroup": p.logGroup(f.Name)},
	}
	if variables := p.variables(); len(variables) > 0 {
		c["Environment"] = map[string]any{"Variables": variables}
	}
	return c
}

func (s *Service) getConfiguration(_ context.Context, in namedInput) (any, error) {
	f, err := s.shown(in.FunctionName, in.Qualifier)
	if err != nil {
		return nil, err
	}
	return f.configuration(), nil
}

func (s *Service) getFunction(_ context.Context, in namedInput) (any, error) {
	f, err := s.shown(in.FunctionName, in.Qualifier)
	if err != nil {
		return nil, err
	}
	output := map[string]any{"Configuration": f.configuration(), "Code": map[string]string{"RepositoryType": "S3"}}
	if reserved := f.Settings.ReservedConcurrentExecutions; reserved != nil {
		output["Concurrency"] = map[string]int{"ReservedConcurrentExecutions": *reserved}
	}
	if len(f.Settings.Tags) > 0 {
		tags := map[string]string{}
		for _, tag := range f.Settings.Tags {
			tags[tag.Key] = tag.Value
		}
		output["Tags"] = tags
	}
	return output, nil
}

// listInput is the input of ListFunctions.
type listInput struct {
	Marker   string
	MaxItems *int `min:"1" max:"10000"`
}

// pageLimit is how many functions a page has at most.
// https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html
const pageLimit = 50

func (s *Service) listFunctions(_ context.Context, in listInput) (any, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var all []*live
	for _, f := range s.live {
		if f.Name > in.Marker {
			all = append(all, f)
		}
	}
	slices.SortFunc(all, func(a, b *live) int { return cmp.Compare(a.Name, b.Name) })
	output := map[string]any{}
	if limit := min(aws.Or(in.MaxItems, pageLimit), pageLimit); len(all) > limit {
		all = all[:limit]
		output["NextMarker"] = all[limit-1].Name
	}
	list := []any{}
	for _, f := range all {
		list = append(list, f.configuration())
	}
	output["Functions"] = list
	return output, nil
}

// Function is a function as a page or a test shows it.
type Function struct {
	Name, ARN string
	LogGroup  string
	Running   int   // environments, idle ones included
	PIDs      []int // of their processes
}

// Functions returns all functions, by name.
func (s *Service) Functions() []Function {
	s.mu.RLock()
	defer s.mu.RUnlock()
	running := map[string][]int{}
	for e := range s.started {
		running[e.ARN] = append(running[e.ARN], e.PID())
	}
	var list []Function
	for _, f := range s.live {
		list = append(list, Function{f.Name, f.arn, f.Settings.logGroup(f.Name), len(running[f.arn]), running[f.arn]})
	}
	slices.SortFunc(list, func(a, b Function) int { return cmp.Compare(a.Name, b.Name) })
	return list
}
