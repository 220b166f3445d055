package sandbox_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox"
	"lightbox.example/lightbox/sandbox/cloudformation"
	"lightbox.example/lightbox/sandbox/cloudformation/schema"
)

// control asks Cloud Control, and returns the answer with the kind of its refusal.
func control(t testing.TB, s *sandbox.Sandbox, who aws.Credentials, operation string, input map[string]string) (answer, string) {
	t.Helper()
	body, err := json.Marshal(input)
	if err != nil {
		t.Fatal(err)
	}
	got := do(t, client(t, s), by(t, who, http.MethodPost, "https://cloudcontrolapi.us-east-1.amazonaws.com/", "cloudcontrolapi", "CloudApiService."+operation, string(body)))
	return got, got.header.Get("X-Amzn-Errortype")
}

var administrator = aws.Credentials{AccessKeyID: sandbox.AccessKeyID, SecretAccessKey: sandbox.SecretAccessKey}

// readBack is what Cloud Control reads of a resource.
func readBack(t testing.TB, s *sandbox.Sandbox, typeName, identifier string) map[string]any {
	t.Helper()
	got, _ := control(t, s, administrator, "GetResource", map[string]string{"TypeName": typeName, "Identifier": identifier})
	var said struct{ ResourceDescription struct{ Identifier, Properties string } }
	decode(t, got, &said)
	if said.ResourceDescription.Identifier != identifier {
		t.Errorf("%s: got the identifier %s, want %s", typeName, said.ResourceDescription.Identifier, identifier)
	}
	properties := map[string]any{}
	if err := json.Unmarshal([]byte(said.ResourceDescription.Properties), &properties); err != nil {
		t.Fatal(err)
	}
	return properties
}

// identified is the primary identifier of a resource of a stack.
func identified(r cloudformation.Resource) string {
	var parts []string
	for _, name := range schema.Current().Types[r.Type].PrimaryIdentifier {
		value, ok := r.Attributes[name]
		if !ok {
			value, ok = r.Properties[name]
		}
		if !ok {
			value = r.PhysicalID
		}
		parts = append(parts, fmt.Sprint(value))
	}
	return strings.Join(parts, "|")
}

// answered are what AWS answers of a type though no template said so, besides what is read-only: defaults, and names that it made.
var answered = map[string][]string{
	"AWS::S3::Bucket": {
		"BucketName", "BucketEncryption", "OwnershipControls", "LifecycleConfiguration.TransitionDefaultMinimumObjectSize",
		"BucketEncryption.ServerSideEncryptionConfiguration.*.BucketKeyEnabled", "PublicAccessBlockConfiguration",
	},
	"AWS::IAM::Role":          {"RoleName", "Path", "MaxSessionDuration"},
	"AWS::IAM::ManagedPolicy": {"ManagedPolicyName"},
}

// Every type that AWS reads is read here, and lists what AWS lists.
func TestRead_hasEveryTypeThatAWSReads(t *testing.T) {
	s := start(t, sandbox.Config{})
	for name, kind := range s.Stacks.Types {
		of, ok := schema.Current().Types[name]
		if !ok && strings.HasPrefix(name, "AWS::") {
			t.Errorf("%s: is not in the table of types", name)
		}
		if (kind.Read != nil) != (of.Read != nil) && !slices.Contains(unreadYet, name) {
			t.Errorf("%s: is read here %v, by AWS %v", name, kind.Read != nil, of.Read != nil)
		}
		if (kind.List != nil) != (of.List != nil) && !slices.Contains(unreadYet, name) {
			t.Errorf("%s: is listed here %v, by AWS %v", name, kind.List != nil, of.List != nil)
		}
		if (kind.Read == nil) != (kind.Unread != "") && !slices.Contains(unreadYet, name) {
			t.Errorf("%s: says %q, want a reason where it is not read and only there", name, kind.Unread)
		}
	}
}

// A reader compares what is read with what a template says.
type reader struct {
	t      *testing.T
	kind   schema.Type
	name   string // of the type and the resource
	extras []string
}

// said reports what the template says and the answer does not, and what the answer has besides.
func (r *reader) said(path string, want, got any) {
	r.t.Helper()
	if slices.Contains(r.kind.WriteOnly, path) {
		if got != nil {
			r.t.Errorf("%s.%s: got %v, want nothing of what is write-only", r.name, path, got)
		}
		return
	}
	switch want := want.(type) {
	case map[string]any:
		object, ok := got.(map[string]any)
		if !ok {
			r.t.Errorf("%s.%s: got %v, want %v", r.name, path, got, want)
			return
		}
		for _, name := range slices.Sorted(maps.Keys(want)) {
			r.said(strings.TrimPrefix(path+"."+name, "."), want[name], object[name])
		}
		for _, name := range slices.Sorted(maps.Keys(object)) {
			if _, there := want[name]; !there {
				r.extra(strings.TrimPrefix(path+"."+name, "."), object[name])
			}
		}
	case []any:
		list, ok := got.([]any)
		if !ok || len(list) != len(want) {
			r.t.Errorf("%s.%s: got %v, want %v", r.name, path, got, want)
			return
		}
		if unordered[path] {
			want, list = ordered(want), ordered(list)
		}
		for i := range want {
			r.said(path+".*", want[i], list[i])
		}
	default:
		if fmt.Sprint(want) != fmt.Sprint(got) { // a template may say numbers and truth as text
			r.t.Errorf("%s.%s: got %v, want %v", r.name, path, got, want)
		}
	}
}

// unordered are lists that are sets.
var unordered = map[string]bool{"Tags": true, "ManagedPolicyArns": true, "Policies": true, "Roles": true}

func ordered(list []any) []any {
	text := func(item any) string {
		b, _ := json.Marshal(item) // it came from JSON
		return string(b)
	}
	return slices.SortedFunc(slices.Values(list), func(a, b any) int { return cmp.Compare(text(a), text(b)) })
}

// extra reports an answer's property that is neither read-only nor known to be answered.
func (r *reader) extra(path string, got any) {
	r.t.Helper()
	if !slices.Contains(r.kind.ReadOnly, path) && !slices.Contains(r.extras, path) {
		r.t.Errorf("%s.%s: got %v, which the template does not say", r.name, path, got)
	}
}

// hung puts the policies that other resources hang on a role into what its own template says: a role is read with all of them.
func hung(role cloudformation.Resource, all []cloudformation.Resource) map[string]any {
	properties := maps.Clone(role.Properties)
	list := func(name string) []any { return slices.Clone(asList(properties[name])) }
	for _, r := range all {
		if !slices.Contains(asList(r.Properties["Roles"]), any(role.PhysicalID)) {
			continue
		}
		switch r.Type {
		case "AWS::IAM::ManagedPolicy":
			properties["ManagedPolicyArns"] = append(list("ManagedPolicyArns"), r.PhysicalID)
		case "AWS::IAM::Policy":
			properties["Policies"] = append(list("Policies"), map[string]any{"PolicyName": r.Properties["PolicyName"], "PolicyDocument": r.Properties["PolicyDocument"]})
		}
	}
	return properties
}

func asList(value any) []any {
	list, _ := value.([]any)
	return list
}

func TestRead_isWhatTheTemplatesSay(t *testing.T) {
	for _, env := range []string{"dev", "prod", "prod-site"} {
		s := start(t, sandbox.Config{})
		if err := s.Deploy(t.Context(), deploytest.Assembly(t, "..", env), nil); err != nil {
			t.Fatal(err)
		}
		var all []cloudformation.Resource
		for _, stack := range s.Stacks.Stacks() {
			all = append(all, stack.Resources...)
		}
		for _, resource := range all {
			if s.Stacks.Types[resource.Type].Read == nil {
				continue
			}
			said := resource.Properties
			if resource.Type == "AWS::IAM::Role" {
				said = hung(resource, all)
			}
			r := &reader{t, schema.Current().Types[resource.Type], env + " " + resource.Type + " " + resource.LogicalID, answered[resource.Type]}
			r.said("", said, readBack(t, s, resource.Type, identified(resource)))
		}
	}
}

// unreadYet are the types whose services do not read them.
var unreadYet = []string{
	"AWS::AppSync::DataSource", "AWS::AppSync::FunctionConfiguration", "AWS::AppSync::GraphQLApi", "AWS::AppSync::GraphQLSchema", "AWS::AppSync::Resolver",
	"AWS::CloudFront::Distribution", "AWS::CloudFront::Function", "AWS::CloudFront::OriginAccessControl", "AWS::CloudFront::ResponseHeadersPolicy",
	"AWS::Cognito::IdentityPool", "AWS::Cognito::IdentityPoolPrincipalTag", "AWS::Cognito::IdentityPoolRoleAttachment",
	"AWS::Cognito::UserPool", "AWS::Cognito::UserPoolClient", "AWS::Cognito::UserPoolGroup", "AWS::DynamoDB::GlobalTable", "AWS::Events::Rule",
	"AWS::Lambda::EventInvokeConfig", "AWS::Lambda::EventSourceMapping", "AWS::Lambda::Function", "AWS::Lambda::Permission", "AWS::Logs::LogGroup",
	"AWS::WAFv2::WebACLAssociation",
}
