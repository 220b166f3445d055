package sandbox_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	goruntime "runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	runtime "github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"lightbox.example/lightbox/sandbox"
)

// functionArgument makes this test binary the program of a function.
const functionArgument = "function"

// function reads the object that it is told, with AWS's SDK as it is: endpoint, certificate and keys are in the environment.
func function() {
	if folder := os.Getenv(eventsVariable); folder != "" {
		noteEvents(folder)
	}
	runtime.Start(func(ctx context.Context, in struct{ Bucket, Key, Fail, Hang string }) (map[string]any, error) {
		if in.Fail != "" {
			return nil, fmt.Errorf("%s", in.Fail)
		}
		if in.Hang != "" { // without looking at anything any more
			if err := os.WriteFile(in.Hang, []byte(strconv.Itoa(os.Getpid())), 0o600); err != nil {
				return nil, err
			}
			select {}
		}
		told := map[string]any{"pid": os.Getpid()}
		if in.Key == "" {
			return told, nil
		}
		settings, err := config.LoadDefaultConfig(ctx)
		if err != nil {
			return nil, err
		}
		object, err := s3.NewFromConfig(settings).GetObject(ctx, &s3.GetObjectInput{Bucket: &in.Bucket, Key: &in.Key})
		if err != nil {
			return nil, err
		}
		text, err := io.ReadAll(object.Body)
		told["text"] = string(text)
		return told, err
	})
}

type object = map[string]any

func ref(name string) object { return object{"Ref": name} }

func attribute(name, of string) object { return object{"Fn::GetAtt": []any{name, of}} }

func joined(parts ...any) object { return object{"Fn::Join": []any{"", parts}} }

func trusting(service string) object {
	return object{"Version": "2012-10-17", "Statement": []any{object{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": object{"Service": service}}}}
}

func allowing(action string, resource any) []any {
	return []any{object{"PolicyName": "p", "PolicyDocument": object{"Version": "2012-10-17", "Statement": []any{object{"Effect": "Allow", "Action": action, "Resource": resource}}}}}
}

// The resolvers of the API: a unit, one that waits for nothing, and a pipeline whose first function can end it.
const (
	invoking = `export function request(ctx) { return {operation: 'Invoke', payload: {Fail: ctx.args.fail}, invocationType: '%s'} }
		export function response(ctx) { if (ctx.error) util.error(ctx.error.message, ctx.error.type); return JSON.stringify(ctx.result) }`
	early = `import {util, runtime} from '@aws-appsync/utils'
		export function request(ctx) { if (ctx.args.fail === 'early') runtime.earlyReturn('went early'); return {operation: 'Invoke', payload: {Fail: ctx.args.fail}} }
		export function response(ctx) { if (ctx.error) util.error(ctx.error.message, ctx.error.type); return 'called' }`
	around = `export function request() { return {} } export function response(ctx) { return 'piped ' + ctx.prev.result }`
)

// functionTemplate has a bucket that only TLS reads, a function that may read one object of it, and an API that calls it.
func functionTemplate(key string) object {
	js := object{"Name": "APPSYNC_JS", "RuntimeVersion": "1.0.0"}
	unit := func(field, kind string) object {
		return object{"Type": "AWS::AppSync::Resolver", "DependsOn": "Schema", "Properties": object{
			"ApiId": attribute("API", "ApiId"), "TypeName": "Query", "FieldName": field, "DataSourceName": attribute("Source", "Name"), "Runtime": js,
			"Code": "import {util} from '@aws-appsync/utils'\n" + fmt.Sprintf(invoking, kind),
		}}
	}
	return object{
		"Resources": object{
			"Bucket": object{"Type": "AWS::S3::Bucket", "Properties": object{"BucketName": "functions-test"}},
			"TLS": object{"Type": "AWS::S3::BucketPolicy", "Properties": object{"Bucket": ref("Bucket"), "PolicyDocument": object{"Version": "2012-10-17", "Statement": []any{object{
				"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": []any{attribute("Bucket", "Arn"), joined(attribute("Bucket", "Arn"), "/*")},
				"Condition": object{"Bool": object{"aws:SecureTransport": "false"}},
			}}}}},
			"Role": object{"Type": "AWS::IAM::Role", "Properties": object{
				"AssumeRolePolicyDocument": trusting("lambda.amazonaws.com"), "Policies": allowing("s3:GetObject", joined(attribute("Bucket", "Arn"), "/mine/*")),
			}},
			"Function": object{"Type": "AWS::Lambda::Function", "Properties": object{
				"FunctionName": "reader", "Runtime": "provided.al2023", "Handler": "bootstrap", "Role": attribute("Role", "Arn"), "MemorySize": 256, "Timeout": 60,
				"Architectures": []any{map[string]string{"amd64": "x86_64", "arm64": "arm64"}[goruntime.GOARCH]},
				"Code":          object{"S3Bucket": joined("cdk-hnb659fds-assets-", ref("AWS::AccountId"), "-", ref("AWS::Region")), "S3Key": key},
			}},
			"API":    object{"Type": "AWS::AppSync::GraphQLApi", "Properties": object{"Name": "api", "AuthenticationType": "AWS_IAM"}},
			"Schema": object{"Type": "AWS::AppSync::GraphQLSchema", "Properties": object{"ApiId": attribute("API", "ApiId"), "Definition": "type Query { call(fail: String): String later(fail: String): String piped(fail: String): String }"}},
			"SourceRole": object{"Type": "AWS::IAM::Role", "Properties": object{
				"RoleName": "source", "AssumeRolePolicyDocument": trusting("appsync.amazonaws.com"), "Policies": allowing("lambda:InvokeFunction", attribute("Function", "Arn")),
			}},
			"Source": object{"Type": "AWS::AppSync::DataSource", "Properties": object{
				"ApiId": attribute("API", "ApiId"), "Name": "Reader", "Type": "AWS_LAMBDA", "ServiceRoleArn": attribute("SourceRole", "Arn"),
				"LambdaConfig": object{"LambdaFunctionArn": attribute("Function", "Arn")},
			}},
			"Call": unit("call", "RequestResponse"), "Later": unit("later", "Event"),
			"Step": object{"Type": "AWS::AppSync::FunctionConfiguration", "Properties": object{
				"ApiId": attribute("API", "ApiId"), "Name": "step", "DataSourceName": attribute("Source", "Name"), "Runtime": js, "Code": early,
			}},
			"Piped": object{"Type": "AWS::AppSync::Resolver", "DependsOn": "Schema", "Properties": object{
				"ApiId": attribute("API", "ApiId"), "TypeName": "Query", "FieldName": "piped", "Kind": "PIPELINE", "Runtime": js, "Code": around,
				"PipelineConfig": object{"Functions": []any{attribute("Step", "FunctionId")}},
			}},
		},
		"Outputs": object{"URL": object{"Value": attribute("API", "GraphQLUrl")}},
	}
}

// functionAssembly is that of the functionTemplate. Each change is made to its resources.
func functionAssembly(t testing.TB, changes ...func(resources object)) string {
	t.Helper()
	template := functionTemplate("program.zip")
	for _, change := range changes {
		change(template["Resources"].(object))
	}
	return programAssembly(t, template, functionArgument)
}

// programAssembly writes an assembly of one stack as a synth does, with the test's own program, as an argument makes it one, as the
// asset program.zip.
func programAssembly(t testing.TB, template object, argument string) string {
	t.Helper()
	folder := t.TempDir()
	write := func(name string, mode os.FileMode, value any) {
		t.Helper()
		text, isText := value.(string)
		if !isText {
			encoded, err := json.Marshal(value)
			if err != nil {
				t.Fatal(err)
			}
			text = string(encoded)
		}
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	write("asset.program/bootstrap", 0o700, "#!/bin/sh\nexec '"+self+"' "+argument+"\n")
	write("T.template.json", 0o600, template)
	write("T.assets.json", 0o600, object{"version": "55.0.0", "dockerImages": object{}, "files": object{
		"program": object{"source": object{"path": "asset.program", "packaging": "zip"}, "destinations": object{"here": object{
			"bucketName": "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}", "objectKey": "program.zip",
		}}},
	}})
	write("manifest.json", 0o600, object{"version": "55.0.0", "artifacts": object{
		"T.assets": object{"type": "cdk:asset-manifest", "properties": object{"file": "T.assets.json"}},
		"T": object{
			"type": "aws:cloudformation:stack", "environment": "aws://unknown-account/us-east-1", "dependencies": []any{"T.assets"},
			"properties": object{"templateFile": "T.template.json", "stackName": "T"},
		},
	}})
	return folder
}

func functions(t *testing.T, changes ...func(resources object)) *sandbox.Sandbox {
	t.Helper()
	s := start(t, sandbox.Config{})
	if err := s.Deploy(t.Context(), functionAssembly(t, changes...), nil); err != nil {
		t.Fatal(err)
	}
	return s
}

// invoked is the answer to an Invoke by the developer.
func invoked(t *testing.T, s *sandbox.Sandbox, in object) answer {
	t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	return do(t, client(t, s), signed(t, http.MethodPost, "https://lambda.us-east-1.amazonaws.com/2015-03-31/functions/reader/invocations", "lambda", body))
}

// A function reads what its role may, over TLS, and nothing else.
func TestFunction_hasTheRightsOfItsRoleAlone(t *testing.T) {
	s := functions(t)
	for _, key := range []string{"mine/a", "theirs/a"} {
		if got := do(t, client(t, s), signed(t, http.MethodPut, "https://functions-test.s3.us-east-1.amazonaws.com/"+key, "s3", []byte("of "+key))); got.status != http.StatusOK {
			t.Fatalf("got %d %s", got.status, got.body)
		}
	}
	if got := invoked(t, s, object{"Bucket": "functions-test", "Key": "mine/a"}); got.status != http.StatusOK || !strings.Contains(got.body, `"text":"of mine/a"`) {
		t.Errorf("its own: got %d %s", got.status, got.body)
	}
	got := invoked(t, s, object{"Bucket": "functions-test", "Key": "theirs/a"})
	if got.header.Get("X-Amz-Function-Error") != "Unhandled" || !strings.Contains(got.body, "AccessDenied") || strings.Contains(got.body, "of theirs") {
		t.Errorf("another's: got %d %s", got.status, got.body)
	}
}

// asked is the answer of the API's only field.
func asked(t *testing.T, s *sandbox.Sandbox, query string) (data string, faults string) {
	t.Helper()
	var overview sandbox.Overview
	decode(t, get(t, http.DefaultClient, "http://"+s.HTTP()+"/_lightbox/"), &overview)
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		t.Fatal(err)
	}
	got := do(t, client(t, s), signed(t, http.MethodPost, overview.Output("T", "URL"), "appsync", body))
	var told struct {
		Data   map[string]any
		Errors []struct{ ErrorType, Message string }
	}
	if err := json.Unmarshal([]byte(got.body), &told); err != nil {
		t.Fatalf("got %d %s: %v", got.status, got.body, err)
	}
	for _, value := range told.Data {
		if text, ok := value.(string); ok {
			data = text
		}
	}
	for _, e := range told.Errors {
		faults += e.ErrorType + ": " + e.Message
	}
	return data, faults
}

func TestFunction_isCalledByAppSync(t *testing.T) {
	s := functions(t)
	if data, faults := asked(t, s, `{call}`); !strings.HasPrefix(data, `{"pid":`) || faults != "" {
		t.Errorf("got %s, %s", data, faults)
	}
	if data, faults := asked(t, s, `{call(fail:"no such picture")}`); data != "" || faults != "Lambda:Unhandled: no such picture" {
		t.Errorf("an error: got %s, %s", data, faults)
	}
	if data, faults := asked(t, s, `{later(fail:"later")}`); data != "null" || faults != "" {
		t.Errorf("nobody waits: got %s, %s", data, faults)
	}
	if data, faults := asked(t, s, `{piped}`); data != "piped called" || faults != "" {
		t.Errorf("a pipeline: got %s, %s", data, faults)
	}
	if data, faults := asked(t, s, `{piped(fail:"early")}`); data != "piped went early" || faults != "" {
		t.Errorf("a step that returns early: got %s, %s", data, faults)
	}
	if data, faults := asked(t, s, `{piped(fail:"in a pipeline")}`); data != "" || faults != "Lambda:Unhandled: in a pipeline" {
		t.Errorf("an error in a pipeline: got %s, %s", data, faults)
	}
}

func TestFunction_isCalledByAppSyncWithTheRoleOfTheDataSource(t *testing.T) {
	another := func(r object) {
		r["SourceRole"].(object)["Properties"].(object)["Policies"] = allowing("lambda:InvokeFunction", "arn:aws:lambda:us-east-1:000000000000:function:other")
	}
	if data, faults := asked(t, functions(t, another), `{call}`); data != "" || !strings.HasPrefix(faults, "Lambda:AccessDeniedException: User: arn:aws:sts::000000000000:assumed-role/source/APPSYNC_ASSUME_ROLE is not authorized to perform: lambda:InvokeFunction on resource: arn:aws:lambda:us-east-1:000000000000:function:reader") {
		t.Errorf("a role for another function: got %s, %s", data, faults)
	}
	distrust := func(r object) {
		r["SourceRole"].(object)["Properties"].(object)["AssumeRolePolicyDocument"] = trusting("lambda.amazonaws.com")
	}
	if data, faults := asked(t, functions(t, distrust), `{call}`); data != "" || !strings.HasPrefix(faults, "Lambda:AccessDeniedException: Unable to assume role") {
		t.Errorf("a role that trusts another service: got %s, %s", data, faults)
	}
}

// However the sandbox ends, its functions end with it: kill -9 of it leaves no process behind.
func TestKill_leavesNoFunctionBehind(t *testing.T) {
	if goruntime.GOOS != "linux" {
		t.Skip("elsewhere a program ends when its connection breaks")
	}
	c := spawn(t, t.TempDir(), functionAssembly(t))
	for line := ""; line != deployedLine; {
		if line = c.line(); line == "" {
			t.Fatal(c.ended())
		}
	}
	file := filepath.Join(t.TempDir(), "pid")
	request := signed(t, http.MethodPost, "http://"+c.address+"/2015-03-31/functions/reader/invocations", "lambda", []byte(`{"Hang":"`+file+`"}`))
	request.Header.Set("X-Amz-Invocation-Type", "Event")
	if got := do(t, http.DefaultClient, request); got.status != http.StatusAccepted {
		t.Fatalf("got %d %s", got.status, got.body)
	}
	pid := ""
	within(t, "the program in the middle of an event", func() bool {
		text, err := os.ReadFile(file)
		pid = string(text)
		return err == nil && pid != ""
	})
	alive := func() bool {
		stat, err := os.ReadFile("/proc/" + pid + "/stat")
		_, state, _ := strings.Cut(string(stat), ") ")
		return err == nil && !strings.HasPrefix(state, "Z")
	}
	if !alive() {
		t.Fatal("got the program gone, want it busy")
	}
	c.kill()
	within(t, "the program gone with the sandbox", func() bool { return !alive() })
}

// within waits until something holds, a minute at most.
func within(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("after a minute: want %s", what)
		}
	}
}
