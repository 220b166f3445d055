package sandbox_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox"
	sandboxaws "lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/cloudcontrol"
	"lightbox.example/lightbox/sandbox/cloudformation"
	"lightbox.example/lightbox/sandbox/cloudformation/schema"
)

// listed are the identifiers of all resources of a type, from as many answers as there are.
func listed(t testing.TB, s *sandbox.Sandbox, typeName string, model map[string]any) []string {
	t.Helper()
	var identifiers []string
	input := map[string]string{"TypeName": typeName}
	if model != nil {
		text, err := json.Marshal(model)
		if err != nil {
			t.Fatal(err)
		}
		input["ResourceModel"] = string(text)
	}
	for {
		got, _ := control(t, s, administrator, "ListResources", input)
		var page struct {
			ResourceDescriptions []struct{ Identifier, Properties string }
			NextToken            string
		}
		decode(t, got, &page)
		for _, one := range page.ResourceDescriptions {
			identifiers = append(identifiers, one.Identifier)
		}
		if page.NextToken == "" {
			return identifiers
		}
		if len(page.ResourceDescriptions) != 20 {
			t.Fatalf("%s: got a page of %d, want 20", typeName, len(page.ResourceDescriptions))
		}
		input["NextToken"] = page.NextToken
	}
}

func resourcesOf(s *sandbox.Sandbox) (all []cloudformation.Resource) {
	for _, stack := range s.Stacks.Stacks() {
		all = append(all, stack.Resources...)
	}
	return all
}

// found is the one resource of a type whose logical id begins so, with its stack.
func found(t testing.TB, s *sandbox.Sandbox, typeName, prefix string) (stack string, resource cloudformation.Resource) {
	t.Helper()
	for _, st := range s.Stacks.Stacks() {
		for _, r := range st.Resources {
			if r.Type == typeName && strings.HasPrefix(r.LogicalID, prefix) {
				return st.Name, r
			}
		}
	}
	t.Fatalf("got no %s %s…", typeName, prefix)
	return "", resource
}

func TestControl(t *testing.T) {
	s := deployed(t, sandbox.Config{})
	for name, test := range map[string]func(*testing.T, *sandbox.Sandbox){
		"lists what there is":               listsWhatThereIs,
		"refuses as AWS does":               refusesAsAWS,
		"asks the caller's rights":          asksRights,
		"asks them of every type":           asksEverywhere,
		"sees what is changed by hand":      seesHands,
		"sees what a service's own API did": seesOwnAPI,
		"changes parts of an API":           changesParts,
	} {
		t.Run(name, func(t *testing.T) { test(t, s) })
	}
}

// Each resource of a stack is in the list of its type, within what its template says it belongs to.
func listsWhatThereIs(t *testing.T, s *sandbox.Sandbox) {
	lists := map[string][]string{}
	tried := 0
	for _, r := range resourcesOf(s) {
		of := schema.Current().Types[r.Type]
		if of.List == nil {
			continue
		}
		var model map[string]any
		for _, name := range of.List.Required {
			if model == nil {
				model = map[string]any{}
			}
			model[name] = r.Properties[name]
		}
		key := fmt.Sprint(r.Type, model)
		if lists[key] == nil {
			lists[key] = listed(t, s, r.Type, model)
		}
		if !slices.Contains(lists[key], identified(r)) {
			t.Errorf("%s %s: got %v, want %s among it", r.Type, r.LogicalID, lists[key], identified(r))
		}
		tried++
	}
	if tried < 50 {
		t.Errorf("tried %d resources, want those of dev", tried)
	}
	_, api := found(t, s, "AWS::AppSync::GraphQLApi", "GraphQL")
	if got := listed(t, s, "AWS::AppSync::Resolver", map[string]any{"ApiId": api.Attributes["ApiId"], "TypeName": "NoSuchType"}); len(got) > 0 {
		t.Errorf("resolvers of another type: got %v, want none", got)
	}
}

func refusesAsAWS(t *testing.T, s *sandbox.Sandbox) {
	get := func(kind, identifier string) map[string]string {
		return map[string]string{"TypeName": kind, "Identifier": identifier}
	}
	list := func(kind, model string) map[string]string {
		return map[string]string{"TypeName": kind, "ResourceModel": model}
	}
	_, bucket := found(t, s, "AWS::S3::Bucket", "Files")
	for _, test := range []struct {
		operation string
		input     map[string]string
		code, say string
	}{
		{"GetResource", get("AWS::S3::Bucket", bucket.PhysicalID), "", ""},
		{"GetResource", get("AWS::S3::Bucket", `{"BucketName": "`+bucket.PhysicalID+`"}`), "", ""},
		{"GetResource", get("AWS::S3::Bucket", "no-such-bucket"), "ResourceNotFoundException", "HandlerErrorCode: NotFound"},
		{"GetResource", get("AWS::S3::Bucket", "a|b"), "InvalidRequestException", "/properties/BucketName"},
		{"GetResource", get("AWS::S3::Bucket", `{"Arn": "x"}`), "InvalidRequestException", "/properties/BucketName"},
		{"GetResource", get("AWS::S3::Bucket", `{`), "InvalidRequestException", "want an object"},
		{"GetResource", get("AWS::SQS::Queue", "x"), "TypeNotFoundException", "AWS::SQS::Queue"},
		{"GetResource", get("AWS::Cognito::UserPoolDomain", "p|d"), "ResourceNotFoundException", ""},
		{"GetResource", get("AWS::IAM::Policy", "x"), "UnsupportedActionException", "READ"},
		{"GetResource", get("AWS::AppSync::GraphQLSchema", "x"), "UnsupportedActionException", "READ"},
		{"GetResource", get("AWS::Lambda::Permission", "no-such-function|x"), "ResourceNotFoundException", ""},
		{"ListResources", list("AWS::S3::Bucket", "{}"), "", ""},
		{"ListResources", list("AWS::Cognito::UserPoolIdentityProvider", `{"UserPoolId": "p"}`), "", `"ResourceDescriptions":[]`},
		{"ListResources", list("AWS::WAFv2::WebACLAssociation", "{}"), "UnsupportedActionException", "LIST"},
		{"ListResources", list("AWS::AppSync::DataSource", "{}"), "InvalidRequestException", "required key [ApiId]"},
		{"ListResources", list("AWS::AppSync::DataSource", `{"Foo": 1}`), "InvalidRequestException", "Foo"},
		{"ListResources", list("AWS::AppSync::DataSource", `[]`), "InvalidRequestException", "ResourceModel"},
		{"ListResources", map[string]string{"TypeName": "AWS::S3::Bucket", "NextToken": "-1"}, "InvalidRequestException", "NextToken"},
		{"CreateResource", get("AWS::S3::Bucket", "x"), "UnknownOperationException", "CreateResource is not an operation"},
		{"GetResource", map[string]string{"TypeName": "AWS::S3::Bucket", "Identifier": "x", "RoleArn": "arn:aws:iam::000000000000:role/r"}, "ValidationException", "RoleArn is not supported"},
	} {
		got, code := control(t, s, administrator, test.operation, test.input)
		if code != test.code || !strings.Contains(got.body, test.say) || (got.status == http.StatusOK) != (code == "") {
			t.Errorf("%s %v: got %d %s %s, want %q with %q", test.operation, test.input, got.status, code, got.body, test.code, test.say)
		}
	}
}

// Who reads must be allowed to ask Cloud Control, and to ask the service as Cloud Control does for them.
func asksRights(t *testing.T, s *sandbox.Sandbox) {
	_, bucket := found(t, s, "AWS::S3::BucketPolicy", "Files")
	input := map[string]string{"TypeName": "AWS::S3::BucketPolicy", "Identifier": identified(bucket)}
	allow := func(action, resource, condition string) string {
		return `{"Effect": "Allow", "Action": "` + action + `", "Resource": "` + resource + `"` + condition + `}`
	}
	ask := allow("cloudformation:GetResource", "arn:aws:cloudformation:us-east-1:000000000000:resource/*", "")
	arn := "arn:aws:s3:::" + identified(bucket)
	for name, test := range map[string]struct {
		statements []string
		says       string // "" for an answer
	}{
		"both":                {[]string{ask, allow("s3:GetBucketPolicy", arn, "")}, ""},
		"by a service":        {[]string{ask, allow("s3:GetBucketPolicy", arn, `, "Condition": {"Bool": {"aws:ViaAWSService": "true"}}`)}, ""},
		"not by a service":    {[]string{ask, allow("s3:GetBucketPolicy", arn, `, "Condition": {"Bool": {"aws:ViaAWSService": "false"}}`)}, "s3:GetBucketPolicy"},
		"Cloud Control alone": {[]string{ask}, "AWS::S3::BucketPolicy Handler returned status FAILED: User: arn:aws:sts"},
		"another bucket":      {[]string{ask, allow("s3:GetBucketPolicy", arn+"x", "")}, "HandlerErrorCode: AccessDenied"},
		"S3 alone":            {[]string{allow("s3:*", "*", "")}, "cloudformation:GetResource on resource: arn:aws:cloudformation:us-east-1:000000000000:resource/*"},
		"lists":               {[]string{allow("cloudformation:ListResources", "*", ""), allow("s3:*", "*", "")}, "cloudformation:GetResource"},
	} {
		who := assumed(t, s, `{"Version": "2012-10-17", "Statement": [`+strings.Join(test.statements, ",")+`]}`)
		got, code := control(t, s, who, "GetResource", input)
		if want := map[bool]string{true: "AccessDeniedException"}[test.says != ""]; code != want || !strings.Contains(got.body, test.says) {
			t.Errorf("%s: got %d %s, want %q with %q", name, got.status, got.body, want, test.says)
		}
	}
}

// Of every type, what its handler asks for is enough, on the ARN that policies of that service have; and nothing is answered without.
func asksEverywhere(t *testing.T, s *sandbox.Sandbox) {
	const ask = "arn:aws:cloudformation:us-east-1:000000000000:resource/*"
	statements := func(actions []string, resource string) string {
		text, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": map[string]any{
			"Effect": "Allow", "Resource": []string{ask, resource}, "Action": append(actions, "cloudformation:GetResource"),
		}})
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	nobody := assumed(t, s, statements(nil, ask))
	tried := map[string]bool{}
	for _, r := range resourcesOf(s) {
		kind, of := s.Stacks.Types[r.Type], schema.Current().Types[r.Type]
		if kind.Read == nil || tried[r.Type] {
			continue
		}
		tried[r.Type] = true
		named, values := sandboxaws.Identifier{}, strings.Split(identified(r), "|")
		for i, name := range of.PrimaryIdentifier {
			named[name] = values[i]
		}
		input := map[string]string{"TypeName": r.Type, "Identifier": identified(r)}
		reader := assumed(t, s, statements(cloudcontrol.Needs(of.Read), kind.ARN(named)))
		if got, _ := control(t, s, reader, "GetResource", input); got.status != http.StatusOK {
			t.Errorf("%s: got %s, want it read", r.Type, got.body)
		}
		if got, code := control(t, s, nobody, "GetResource", input); code != "AccessDeniedException" {
			t.Errorf("%s: got %s, want it refused without the rights of its handler", r.Type, got.body)
		}
	}
	if len(tried) < 20 {
		t.Errorf("tried %v, want the types of dev", slices.Sorted(maps.Keys(tried)))
	}
}

// What is changed past CloudFormation is read, and its stack knows nothing of it; taken back, it is as it was.
func seesHands(t *testing.T, s *sandbox.Sandbox) {
	for _, test := range []struct {
		kind, id, property string
		change             func(properties map[string]any)
	}{
		{"AWS::S3::Bucket", "Files", "PublicAccessBlockConfiguration", func(p map[string]any) {
			p["PublicAccessBlockConfiguration"] = map[string]any{"BlockPublicAcls": false}
		}},
		{"AWS::IAM::Role", "AdminRole", "MaxSessionDuration", func(p map[string]any) { p["MaxSessionDuration"] = 7200.0 }},
		{"AWS::Cognito::UserPoolClient", "WebClient", "EnableTokenRevocation", func(p map[string]any) { p["EnableTokenRevocation"] = false }},
		{"AWS::AppSync::GraphQLApi", "GraphQL", "QueryDepthLimit", func(p map[string]any) { p["QueryDepthLimit"] = 75.0 }},
		{"AWS::DynamoDB::GlobalTable", "Photos", "WriteOnDemandThroughputSettings", func(p map[string]any) { delete(p, "WriteOnDemandThroughputSettings") }},
		{"AWS::Lambda::Function", "RemoverFunction", "Timeout", func(p map[string]any) { p["Timeout"] = 9.0 }},
		{"AWS::CloudFront::ResponseHeadersPolicy", "ResponseHeaders", "ResponseHeadersPolicyConfig", func(p map[string]any) {
			p["ResponseHeadersPolicyConfig"].(map[string]any)["Comment"] = "by hand"
		}},
		{"AWS::Logs::LogGroup", "RemoverLog", "RetentionInDays", func(p map[string]any) { p["RetentionInDays"] = 1.0 }},
		{"AWS::Events::Rule", "Remover", "State", func(p map[string]any) { p["State"] = "DISABLED" }},
	} {
		stack, r := found(t, s, test.kind, test.id)
		before := readBack(t, s, test.kind, identified(r))
		if err := s.Stacks.ByHand().Change(t.Context(), stack, r.LogicalID, test.change); err != nil {
			t.Fatal(err)
		}
		after := readBack(t, s, test.kind, identified(r))
		if cmp.Equal(before[test.property], after[test.property]) {
			t.Errorf("%s %s: got %v after a change, want another", test.kind, test.property, after[test.property])
		}
		if _, now := found(t, s, test.kind, test.id); !cmp.Equal(now.Properties, r.Properties) {
			t.Errorf("%s: the stack says %v, want %v", test.kind, now.Properties, r.Properties)
		}
		if err := s.Stacks.ByHand().Change(t.Context(), stack, r.LogicalID, func(map[string]any) {}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, readBack(t, s, test.kind, identified(r))); diff != "" {
			t.Errorf("%s: taken back (-before +after):\n%s", test.kind, diff)
		}
	}
	properties := map[string]any{"RoleName": "beside", "AssumeRolePolicyDocument": map[string]any{"Version": "2012-10-17", "Statement": []any{
		map[string]any{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": map[string]any{"AWS": "arn:aws:iam::000000000000:root"}},
	}}}
	state, err := s.Stacks.ByHand().Make(t.Context(), "AWS::IAM::Role", "Beside", properties)
	if err != nil || !slices.Contains(listed(t, s, "AWS::IAM::Role", nil), "beside") {
		t.Fatalf("got %v, want a role that no template has", err)
	}
	if err := s.Stacks.ByHand().Unmake(t.Context(), "AWS::IAM::Role", "Beside", state, properties); err != nil || slices.Contains(listed(t, s, "AWS::IAM::Role", nil), "beside") {
		t.Errorf("got %v, want it gone again", err)
	}
	for _, err := range []error{
		s.Stacks.ByHand().Change(t.Context(), "Lightbox-dev-API", "NoSuch", func(map[string]any) {}),
		s.Stacks.ByHand().Remove(t.Context(), "NoSuch", "NoSuch"),
	} {
		if err == nil || !strings.Contains(err.Error(), "has no resource NoSuch") {
			t.Errorf("got %v, want a refusal by name", err)
		}
	}
}

// What somebody did by a service's own API is read too.
func seesOwnAPI(t *testing.T, s *sandbox.Sandbox) {
	_, table := found(t, s, "AWS::DynamoDB::GlobalTable", "Products")
	body := fmt.Sprintf(`{"TableName": %q, "TimeToLiveSpecification": {"AttributeName": "gone", "Enabled": true}}`, table.PhysicalID)
	got := do(t, client(t, s), by(t, administrator, http.MethodPost, "https://dynamodb.us-east-1.amazonaws.com/", "dynamodb", "DynamoDB_20120810.UpdateTimeToLive", body))
	if got.status != http.StatusOK {
		t.Fatal(got.body)
	}
	want := map[string]any{"AttributeName": "gone", "Enabled": true}
	if got := readBack(t, s, table.Type, identified(table))["TimeToLiveSpecification"]; !cmp.Equal(got, any(want)) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// An update by CloudFormation is read as well, and a resource that it deletes is gone.
func TestRead_followsAnUpdate(t *testing.T) {
	s := deployed(t, sandbox.Config{})
	_, rule := found(t, s, "AWS::Events::Rule", "Remover")
	_, permission := found(t, s, "AWS::Lambda::Permission", "Remover")
	folder := deploytest.Assembly(t, "..", "dev", func(stack string, template []byte) []byte {
		return []byte(strings.ReplaceAll(string(template), `rate(1 hour)`, `rate(2 hours)`))
	})
	if err := s.Deploy(t.Context(), folder, nil); err != nil {
		t.Fatal(err)
	}
	if got := readBack(t, s, rule.Type, identified(rule))["ScheduleExpression"]; got != "rate(2 hours)" {
		t.Errorf("got %v, want the schedule of the new template", got)
	}
	stack, _ := found(t, s, permission.Type, "Remover")
	if err := s.Stacks.ByHand().Remove(t.Context(), stack, permission.LogicalID); err != nil {
		t.Fatal(err)
	}
	got, code := control(t, s, administrator, "GetResource", map[string]string{"TypeName": permission.Type, "Identifier": identified(permission)})
	if code != "ResourceNotFoundException" {
		t.Errorf("got %s, want it gone", got.body)
	}
}

// Beside a sandbox of another region Cloud Control of us-east-1 has what is made there, and what an account has once.
func TestControl_abroadHasItsOwn(t *testing.T) {
	s := start(t, sandbox.Config{Region: "eu-west-1"})
	state, err := s.Abroad.Stacks.ByHand().Make(t.Context(), "AWS::SNS::Topic", "Topic", map[string]any{"TopicName": "abroad"})
	if err != nil {
		t.Fatal(err)
	}
	if got := listed(t, s, "AWS::SNS::Topic", nil); !slices.Equal(got, []string{state.PhysicalID}) {
		t.Errorf("topics: got %v, want %s", got, state.PhysicalID)
	}
	properties := map[string]any{"LogGroupName": "at-home"}
	if _, err := s.Stacks.ByHand().Make(t.Context(), "AWS::Logs::LogGroup", "Group", properties); err != nil {
		t.Fatal(err)
	}
	if got := listed(t, s, "AWS::Logs::LogGroup", nil); len(got) > 0 {
		t.Errorf("log groups: got %v, want none of the other region's", got)
	}
	role := map[string]any{"RoleName": "everywhere", "AssumeRolePolicyDocument": map[string]any{"Version": "2012-10-17", "Statement": []any{
		map[string]any{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": map[string]any{"AWS": "arn:aws:iam::000000000000:root"}},
	}}}
	if _, err := s.Stacks.ByHand().Make(t.Context(), "AWS::IAM::Role", "Role", role); err != nil {
		t.Fatal(err)
	}
	if got := listed(t, s, "AWS::IAM::Role", nil); !slices.Contains(got, "everywhere") {
		t.Errorf("roles: got %v, want those of the account", got)
	}
}
