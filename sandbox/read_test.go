package sandbox_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox"
	"lightbox.example/lightbox/sandbox/cdk"
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
	var said struct {
		ResourceDescription struct{ Identifier, Properties string }
	}
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
	"AWS::Budgets::Budget":                {"Budget.CostTypes"},
	"AWS::CloudWatch::Alarm":              {"AlarmName", "ActionsEnabled"},
	"AWS::Logs::QueryDefinition":          {"QueryLanguage"},
	"AWS::SNS::Topic":                     {"TopicName", "Subscription"},
	"AWS::AppSync::DataSource":            {"DynamoDBConfig.UseCallerCredentials"},
	"AWS::AppSync::FunctionConfiguration": {"MaxBatchSize"},
	"AWS::AppSync::GraphQLApi":            {"ApiType", "QueryDepthLimit", "ResolverCountLimit", "Visibility"},
	"AWS::AppSync::Resolver":              {"Kind", "MaxBatchSize"},
	"AWS::CloudFront::Distribution": {
		"DistributionConfig.Origins.*.ConnectionAttempts", "DistributionConfig.Origins.*.ConnectionTimeout", "DistributionConfig.Restrictions",
		"DistributionConfig.Staging", "DistributionConfig.ViewerCertificate",
	},
	"AWS::Cognito::UserPool": {
		"AdminCreateUserConfig.UnusedAccountValidityDays", "EmailConfiguration", "Policies.SignInPolicy", "Schema",
	},
	"AWS::Cognito::UserPoolClient": {"ClientName"},
	"AWS::DynamoDB::GlobalTable": {
		"TableName", "SSESpecification", "Replicas.*.ContributorInsightsSpecification", "Replicas.*.TableClass", "Replicas.*.PointInTimeRecoverySpecification",
		"Replicas.*.PointInTimeRecoverySpecification.RecoveryPeriodInDays",
	},
	"AWS::Events::Rule":       {"EventBusName", "Name"},
	"AWS::IAM::ManagedPolicy": {"ManagedPolicyName"},
	"AWS::IAM::Role":          {"RoleName", "Path", "MaxSessionDuration"},
	"AWS::Lambda::EventSourceMapping": {
		"Enabled", "MaximumRecordAgeInSeconds", "MaximumBatchingWindowInSeconds", "ParallelizationFactor", "TumblingWindowInSeconds",
	},
	"AWS::Lambda::Function": {
		"FunctionName", "Architectures", "EphemeralStorage", "LoggingConfig", "LoggingConfig.LogFormat", "PackageType", "RecursiveLoop",
		"RuntimeManagementConfig", "TracingConfig",
	},
	"AWS::Logs::LogGroup": {"LogGroupName", "LogGroupClass", "DeletionProtectionEnabled"},
	"AWS::S3::Bucket": {
		"BucketName", "BucketEncryption", "OwnershipControls", "LifecycleConfiguration.TransitionDefaultMinimumObjectSize",
		"BucketEncryption.ServerSideEncryptionConfiguration.*.BucketKeyEnabled", "PublicAccessBlockConfiguration",
	},
}

// Every type that AWS reads is read here, and lists what AWS lists.
func TestRead_hasEveryTypeThatAWSReads(t *testing.T) {
	s := start(t, sandbox.Config{})
	for name, kind := range s.Stacks.Types {
		of, ok := schema.Current().Types[name]
		if !ok && strings.HasPrefix(name, "AWS::") && name != cdk.MetadataType {
			t.Errorf("%s: is not in the table of types", name)
		}
		if (kind.Read != nil) != (of.Read != nil) {
			t.Errorf("%s: is read here %v, by AWS %v", name, kind.Read != nil, of.Read != nil)
		}
		if (kind.List != nil) != (of.List != nil) {
			t.Errorf("%s: is listed here %v, by AWS %v", name, kind.List != nil, of.List != nil)
		}
		if (kind.Read == nil) != (kind.Unread != "") {
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
		if text(want) != text(got) { // a template may say numbers and truth as text
			r.t.Errorf("%s.%s: got %v, want %v", r.name, path, got, want)
		}
	}
}

// text is a single value as a template may write it.
func text(value any) string {
	if number, ok := value.(float64); ok {
		return strconv.FormatFloat(number, 'f', -1, 64)
	}
	return fmt.Sprint(value)
}

// unordered are lists that are sets.
var unordered = map[string]bool{
	"Tags": true, "ManagedPolicyArns": true, "Policies": true, "Roles": true, "AttributeDefinitions": true, "GlobalSecondaryIndexes": true,
}

func ordered(list []any) []any {
	written := func(item any) string {
		b, _ := json.Marshal(item) // it came from JSON
		return string(b)
	}
	return slices.SortedFunc(slices.Values(list), func(a, b any) int { return cmp.Compare(written(a), written(b)) })
}

// extra reports an answer's property that is neither read-only nor known to be answered.
func (r *reader) extra(path string, got any) {
	r.t.Helper()
	if object, ok := got.(map[string]any); ok && slices.ContainsFunc(r.kind.ReadOnly, func(inner string) bool { return strings.HasPrefix(inner, path+".") }) {
		for name, inner := range object {
			r.extra(path+"."+name, inner)
		}
		return
	}
	if !slices.Contains(r.kind.ReadOnly, path) && !slices.Contains(r.extras, path) {
		r.t.Errorf("%s.%s: got %v, which the template does not say", r.name, path, got)
	}
}

// inWords is what the template says of a resource in the words of its service: a role has the policies that other resources hang on it,
// a mapping the ARN of its function, and an identity pool knows the mapping of a provider by the provider.
func inWords(resource cloudformation.Resource, all []cloudformation.Resource) map[string]any {
	properties := maps.Clone(resource.Properties)
	switch resource.Type {
	case "AWS::IAM::Role":
		hang(properties, resource.PhysicalID, all)
	case "AWS::Lambda::EventSourceMapping":
		properties["FunctionName"] = fmt.Sprintf("arn:aws:lambda:us-east-1:%s:function:%s", sandbox.Account, properties["FunctionName"])
	case "AWS::Cognito::IdentityPoolRoleAttachment":
		mappings := map[string]any{}
		for _, mapping := range properties["RoleMappings"].(map[string]any) {
			mappings[mapping.(map[string]any)["IdentityProvider"].(string)] = mapping
		}
		properties["RoleMappings"] = mappings
	}
	return properties
}

// hang puts the policies into a role's properties that hang on it.
func hang(properties map[string]any, role string, all []cloudformation.Resource) {
	list := func(name string) []any { return slices.Clone(asList(properties[name])) }
	for _, r := range all {
		if !slices.Contains(asList(r.Properties["Roles"]), any(role)) {
			continue
		}
		switch r.Type {
		case "AWS::IAM::ManagedPolicy":
			properties["ManagedPolicyArns"] = append(list("ManagedPolicyArns"), r.PhysicalID)
		case "AWS::IAM::Policy":
			properties["Policies"] = append(list("Policies"), map[string]any{"PolicyName": r.Properties["PolicyName"], "PolicyDocument": r.Properties["PolicyDocument"]})
		}
	}
}

func asList(value any) []any {
	list, _ := value.([]any)
	return list
}

func TestRead_isWhatTheTemplatesSay(t *testing.T) {
	unseen := map[string]bool{}
	for _, env := range []string{"dev", "prod", "prod-operations"} {
		s := start(t, sandbox.Config{})
		if err := s.Deploy(t.Context(), deploytest.Assembly(t, "..", env), nil); err != nil {
			t.Fatal(err)
		}
		for name, kind := range s.Stacks.Types {
			if _, tried := unseen[name]; !tried && kind.Read != nil {
				unseen[name] = true
			}
		}
		all := resourcesOf(s)
		for _, resource := range all {
			if s.Stacks.Types[resource.Type].Read == nil {
				continue
			}
			unseen[resource.Type] = false
			r := &reader{t, schema.Current().Types[resource.Type], env + " " + resource.Type + " " + resource.LogicalID, answered[resource.Type]}
			r.said("", inWords(resource, all), readBack(t, s, resource.Type, identified(resource)))
		}
	}
	for name, never := range unseen {
		// No template of ours has the one, only that of social sign-in, which the sandbox refuses, the other, and schema.Besides
		// lists the rest: tests of their own read them.
		if never && name != "AWS::WAFv2::WebACLAssociation" && name != "AWS::Cognito::UserPoolDomain" && !slices.Contains(schema.Besides, name) {
			t.Errorf("%s: no template was read with one", name)
		}
	}
}
