package sandbox_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/sandbox"
)

// A told is a stack of an assembly: its name, those that it needs, and its template without the braces.
type told struct{ name, needs, template string }

// tell writes an assembly of stacks.
func tell(t *testing.T, stacks ...told) string {
	t.Helper()
	folder, artifacts := t.TempDir(), []string{}
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, stack := range stacks {
		write(stack.name+".json", "{"+stack.template+"}")
		needs := ""
		if stack.needs != "" {
			needs = fmt.Sprintf("%q", stack.needs)
		}
		artifacts = append(artifacts, fmt.Sprintf(`%q: {"type": "aws:cloudformation:stack", "environment": "aws://unknown-account/unknown-region",
			"dependencies": [%s], "properties": {"templateFile": "%s.json"}}`, stack.name, needs, stack.name))
	}
	write("manifest.json", `{"version": "48.0.0", "artifacts": {`+strings.Join(artifacts, ",")+`}}`)
	return folder
}

// part is an entry of a template, of a construct.
func part(id, typeName, properties string) string {
	return fmt.Sprintf(`%q: {"Type": %q, "Metadata": {"aws:cdk:path": "App/%s"}, "Properties": {%s}}`, id, typeName, id, properties)
}

func group(id, name string) string {
	return part(id, "AWS::Logs::LogGroup", `"LogGroupName": `+name)
}

func resources(parts ...string) string { return `"Resources": {` + strings.Join(parts, ",") + `}` }

func outputs(parts ...string) string { return `, "Outputs": {` + strings.Join(parts, ",") + `}` }

const anExport = `"%s": {"Value": %s, "Export": {"Name": "%s"}}`

// base is a stack that is there when the others are told of.
var base = told{"Base", "", resources(
	group("Log", `"taken"`), part("Pool", "AWS::Cognito::UserPool", ""),
	part("Domain", "AWS::Cognito::UserPoolDomain", `"Domain": "taken", "UserPoolId": {"Ref": "Pool"}`),
) + outputs(fmt.Sprintf(anExport, "Log", `"taken"`, "base-log"), `"Pool": {"Value": {"Ref": "Pool"}}`)}

// user uses what base exports.
var user = told{"User", "", resources(group("Own", `{"Fn::Join": ["", ["own-", {"Fn::ImportValue": "base-log"}]]}`))}

// What a deployment could know is told before anything is made, all of it, of all stacks, with the construct's path.
func TestDeploy_tellsWhatItCouldKnowBeforeAnythingIsMade(t *testing.T) {
	s := start(t, sandbox.Config{})
	if err := s.Deploy(t.Context(), tell(t, base, user), nil); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Stacks.ByHand().Make(t.Context(), "AWS::Logs::LogGroup", "Log", map[string]any{"LogGroupName": "by-hand"}); err != nil {
		t.Fatal(err)
	}
	pool := s.Overview().Output("Base", "Pool")
	const api = `"ApiId": {"Fn::GetAtt": ["API", "ApiId"]}`
	graph := part("API", "AWS::AppSync::GraphQLApi", `"Name": "a", "AuthenticationType": "AWS_IAM"`)
	none := func(id string) string {
		return part(id, "AWS::AppSync::DataSource", api+`, "Name": "none", "Type": "NONE"`)
	}
	resolver := func(id, field, more string) string {
		return part(id, "AWS::AppSync::Resolver", api+`, "TypeName": "Query", "FieldName": "`+field+`", "DataSourceName": "none",
			"Runtime": {"Name": "APPSYNC_JS", "RuntimeVersion": "1.0.0"}, `+more)
	}
	const code = `"Code": "export const request = () => ({payload: 1});\nexport const response = (ctx) => ctx.result;"`
	const nothing = "cdk-hnb659fds-assets-000000000000-us-east-1"
	for name, test := range map[string]struct {
		stacks []told
		want   []string // lines
	}{
		"an export of nobody's": {
			[]told{{"A", "", resources(group("One", `{"Fn::ImportValue": "nobody"}`), group("Two", `{"Fn::ImportValue": "base-log2"}`), group("Three", `"bad name"`))}},
			[]string{
				`A: Properties.LogGroupName.Fn::ImportValue: No export named nobody found (App/One) (at /Resources/One/Properties)`,
				`A: Properties.LogGroupName.Fn::ImportValue: No export named base-log2 found (App/Two) (at /Resources/Two/Properties)`,
				`A: AWS::Logs::LogGroup.LogGroupName: got "bad name", want 1 to 512 letters, digits and ._-/# (App/Three) (at /Resources/Three/Properties)`,
			},
		},
		"outputs of nobody's": {
			[]told{{"A", "", resources(
				group("One", `{"Fn::GetStackOutput": {"StackName": "Base", "OutputName": "Nope"}}`),
				group("Two", `{"Fn::GetStackOutput": {"StackName": "Nope", "OutputName": "Log"}}`),
			) + outputs(`"O": {"Value": {"Fn::ImportValue": "nobody"}}`)}},
			[]string{
				`A: Properties.LogGroupName.Fn::GetStackOutput: the stack Base has no output Nope (App/One) (at /Resources/One/Properties)`,
				`A: Properties.LogGroupName.Fn::GetStackOutput: Stack with id Nope does not exist (App/Two) (at /Resources/Two/Properties)`,
				`A: output O: Value.Fn::ImportValue: No export named nobody found (at /Outputs)`,
			},
		},
		"an export of a stack that comes later": {
			[]told{
				{"A", "", resources(group("One", `{"Fn::ImportValue": "later"}`))},
				{"B", "A", resources(group("Two", `"two"`)) + outputs(fmt.Sprintf(anExport, "O", `"x"`, "later"))},
			},
			[]string{`A: Properties.LogGroupName.Fn::ImportValue: No export named later found (App/One) (at /Resources/One/Properties)`},
		},
		"an export that is there already": {
			[]told{
				{"A", "", resources(group("One", `"one"`)) + outputs(fmt.Sprintf(anExport, "O", `"x"`, "base-log"), fmt.Sprintf(anExport, "P", `"x"`, "p"), fmt.Sprintf(anExport, "Q", `"x"`, "p"))},
				{"B", "A", resources(group("Two", `"two"`)) + outputs(fmt.Sprintf(anExport, "O", `"x"`, "p"))},
			},
			[]string{
				`A: Export with name base-log is already exported by stack Base (at /Outputs)`,
				`A: Export with name p is already exported by stack A, in another output (at /Outputs)`,
				`B: Export with name p is already exported by stack A (at /Outputs)`,
			},
		},
		"an export in use, changed":  {[]told{{"Base", "", strings.Replace(base.template, `"Value": "taken"`, `"Value": "other"`, 1)}}, []string{`Base: Cannot update export base-log as it is in use by User (at /Outputs)`}},
		"an export in use, taken":    {[]told{{"Base", "", strings.Replace(base.template, `, "Export"`, `, "Description": "x"}, "More": {"Value": "y", "Export"`, 1)}}, []string{`Base: Cannot update export base-log as it is in use by User (at /Outputs)`}},
		"an export in use, left out": {[]told{{"Base", "", strings.Replace(base.template, `, "Export": {"Name": "base-log"}`, "", 1)}}, []string{`Base: Cannot delete export base-log as it is in use by User (at /Outputs)`}},
		"names that are taken": {
			[]told{
				{"A", "", resources(group("One", `"taken"`), group("Two", `"by-hand"`), group("Three", `"new"`), group("Four", `"new"`))},
				{"B", "A", resources(group("Five", `"new"`), part("Files", "AWS::S3::Bucket", `"BucketName": "told-files"`), part("More", "AWS::S3::Bucket", `"BucketName": "told-files"`))},
			},
			[]string{
				`A: AWS::Logs::LogGroup.LogGroupName: got "taken", that of Log of the stack Base, want another: there can be only one (App/One) (at /Resources/One/Properties)`,
				`A: AWS::Logs::LogGroup.LogGroupName: got "by-hand", that of one that is there, of no stack, want another: there can be only one (App/Two) (at /Resources/Two/Properties)`,
				`A: AWS::Logs::LogGroup.LogGroupName: got "new", that of Three (App/Three), want another: there can be only one (App/Four) (at /Resources/Four/Properties)`,
				`B: AWS::Logs::LogGroup.LogGroupName: got "new", that of Three (App/Three) of the stack A, want another: there can be only one (App/Five) (at /Resources/Five/Properties)`,
				`B: AWS::S3::Bucket.BucketName: got "told-files", that of Files (App/Files), want another: there can be only one (App/More) (at /Resources/More/Properties)`,
			},
		},
		"a name that a resource leaves to another": {
			[]told{{"Base", "", strings.Replace(base.template, `"Log": {"Type"`, `"Renamed": {"Type"`, 1)}},
			[]string{`Base: AWS::Logs::LogGroup.LogGroupName: got "taken", that of Log, want another: there can be only one (App/Log) (at /Resources/Renamed/Properties)`},
		},
		"domains of user pools": {
			[]told{{"A", "", resources(
				part("Pool", "AWS::Cognito::UserPool", ""),
				part("One", "AWS::Cognito::UserPoolDomain", `"Domain": "taken", "UserPoolId": {"Ref": "Pool"}`),
				part("Two", "AWS::Cognito::UserPoolDomain", `"Domain": "two", "UserPoolId": {"Ref": "Pool"}`),
				part("Three", "AWS::Cognito::UserPoolDomain", `"Domain": "three", "UserPoolId": {"Fn::GetStackOutput": {"StackName": "Base", "OutputName": "Pool"}}`),
			)}},
			[]string{
				`A: AWS::Cognito::UserPoolDomain.Domain: got "taken", that of Domain of the stack Base, want another: there can be only one (App/One) (at /Resources/One/Properties)`,
				`A: AWS::Cognito::UserPoolDomain.UserPoolId: got that of One (App/One), want another: there can be only one (App/Two) (at /Resources/Two/Properties)`,
				`A: AWS::Cognito::UserPoolDomain.UserPoolId: got "POOL", that of Domain of the stack Base, want another: there can be only one (App/Three) (at /Resources/Three/Properties)`,
			},
		},
		"parts of an API": {
			[]told{{"A", "", resources(graph, none("One"), none("Two"), resolver("Three", "a", code), resolver("Four", "a", code), resolver("Control", "b", code))}},
			[]string{
				`A: AWS::AppSync::DataSource.ApiId and Name: got that of One (App/One), want another: there can be only one (App/Two) (at /Resources/Two/Properties)`,
				`A: AWS::AppSync::Resolver.ApiId and TypeName and FieldName: got that of Three (App/Three), want another: there can be only one (App/Four) (at /Resources/Four/Properties)`,
			},
		},
		"a second policy of a bucket": {
			[]told{{"A", "", resources(part("Files", "AWS::S3::Bucket", ""), policy("One"), policy("Two"))}},
			[]string{`A: AWS::S3::BucketPolicy.Bucket: got that of One (App/One), want another: there can be only one (App/Two) (at /Resources/Two/Properties)`},
		},
		"objects that are not there": {
			[]told{{"A", "", resources(
				graph, part("Schema", "AWS::AppSync::GraphQLSchema", api+`, "DefinitionS3Location": "s3://`+nothing+`/none.graphql"`),
				none("Source"), resolver("One", "a", `"CodeS3Location": "s3://no-such-bucket-here/code.js"`),
				part("Role", "AWS::IAM::Role", `"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}`),
				part("Function", "AWS::Lambda::Function", `"Code": {"S3Bucket": "`+nothing+`", "S3Key": "none.zip"}, "Runtime": "provided.al2023", "Handler": "bootstrap",
					"Architectures": ["`+runtimeArchitecture+`"], "Role": {"Fn::GetAtt": ["Role", "Arn"]}`),
			)}},
			[]string{
				`A: AWS::AppSync::GraphQLSchema.DefinitionS3Location: got s3://` + nothing + `/none.graphql, want an object that is there: got 404 from S3 (App/Schema) (at /Resources/Schema/Properties)`,
				`A: AWS::AppSync::Resolver.CodeS3Location: got s3://no-such-bucket-here/code.js, want an object that is there: got 404 from S3 (App/One) (at /Resources/One/Properties)`,
				`A: AWS::Lambda::Function.Code: got s3://` + nothing + `/none.zip, want an object that is there: got 404 from S3 (App/Function) (at /Resources/Function/Properties)`,
			},
		},
		"what leads nowhere in one template, and the faults of all": {
			[]told{
				{"A", "", resources(
					group("One", `{"Ref": "Nope"}`), group("Two", `{"Fn::GetAtt": ["Nope", "Arn"]}`), group("Three", `"bad name"`),
					`"Four": {"Type": "AWS::Logs::LogGroup", "DependsOn": "Nope", "Metadata": {"aws:cdk:path": "App/Four"}, "Properties": {"RetentionInDays": 2}}`,
				)},
				{"B", "", `"Resources": {}`},
				{"C", "A", resources(group("Five", `"also bad"`), group("Six", `{"Fn::ImportValue": "of-b"}`), group("Seven", `{"Fn::GetStackOutput": {"StackName": "A", "OutputName": "Nope"}}`))},
			},
			[]string{
				`A: resource One (App/One): Properties.LogGroupName.Ref: got "Nope", want a parameter, a resource or a supported pseudo parameter of this template`,
				`A: resource Two (App/Two): Properties.LogGroupName.Fn::GetAtt: got "Nope", want a resource of this template`,
				`A: resource Four (App/Four): DependsOn[0]: got "Nope", want a resource of this template`,
				`B: Resources: got none, want at least one resource`,
				`A: AWS::Logs::LogGroup.LogGroupName: got "bad name", want 1 to 512 letters, digits and ._-/# (App/Three) (at /Resources/Three/Properties)`,
				`A: AWS::Logs::LogGroup.RetentionInDays: got 2, want one of [1 3 5 7 14 30 60 90 120 150 180 365 400 545 731 1096 1827 2192 2557 2922 3288 3653] (App/Four) (at /Resources/Four/Properties)`,
				`C: AWS::Logs::LogGroup.LogGroupName: got "also bad", want 1 to 512 letters, digits and ._-/# (App/Five) (at /Resources/Five/Properties)`,
				`C: Properties.LogGroupName.Fn::ImportValue: No export named of-b found (App/Six) (at /Resources/Six/Properties)`,
				`C: Properties.LogGroupName.Fn::GetStackOutput: the stack A has no output Nope (App/Seven) (at /Resources/Seven/Properties)`,
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var events int
			if name == "domains of user pools" {
				test.want[2] = strings.Replace(test.want[2], "POOL", pool, 1)
			}
			err := s.Deploy(t.Context(), tell(t, test.stacks...), func(sandbox.Event) { events++ })
			if err == nil || events > 0 {
				t.Fatalf("got %v and %d events, want it refused before there is one", err, events)
			}
			if diff := cmp.Diff(test.want, strings.Split(err.Error(), "\n")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	// The control: what was told of one, and that which comes by another stack of the assembly, is deployed without.
	control := []told{
		{"A", "", resources(group("One", `"one"`), group("Two", `{"Fn::Join": ["", ["by-", {"Fn::ImportValue": "base-log"}]]}`)) + outputs(fmt.Sprintf(anExport, "O", `{"Ref": "One"}`, "a-one"))},
		{"B", "A", resources(group("Two", `{"Fn::Join": ["", [{"Fn::ImportValue": "a-one"}, "-b"]]}`), group("Three", `{"Fn::Join": ["", [{"Fn::GetStackOutput": {"StackName": "A", "OutputName": "O"}}, "-c"]]}`))},
	}
	for _, times := range []string{"first", "again"} {
		if err := s.Deploy(t.Context(), tell(t, control...), nil); err != nil {
			t.Errorf("the control, %s: got %v, want it deployed", times, err)
		}
	}
	// A name that a stack gives up is free for those that are deployed after it, and not for those before.
	first, after := told{"M", "", resources(group("One", `"moved"`))}, told{"N", "M", resources(group("One", `"moved"`))}
	given := told{"M", "", resources(group("One", `"other"`))}
	before := told{"M", "N", given.template}
	if err := s.Deploy(t.Context(), tell(t, first), nil); err != nil {
		t.Fatal(err)
	}
	after.needs = ""
	if err := s.Deploy(t.Context(), tell(t, before, after), nil); err == nil || !strings.Contains(err.Error(), `N: AWS::Logs::LogGroup.LogGroupName: got "moved", that of One of the stack M`) {
		t.Errorf("a name that is given up later: got %v, want it refused", err)
	}
	after.needs = "M"
	if err := s.Deploy(t.Context(), tell(t, given, after), nil); err != nil {
		t.Errorf("a name that is given up before: got %v, want it deployed", err)
	}
}

// runtimeArchitecture is this machine's processor as Lambda calls it.
var runtimeArchitecture = map[string]string{"amd64": "x86_64", "arm64": "arm64"}[runtime.GOARCH]

// policy is a policy of the bucket Files.
func policy(id string) string {
	return part(id, "AWS::S3::BucketPolicy", `"Bucket": {"Ref": "Files"}, "PolicyDocument": {"Version": "2012-10-17", "Statement": [
		{"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": {"Fn::Join": ["", [{"Fn::GetAtt": ["Files", "Arn"]}, "/*"]]}}]}`)
}
