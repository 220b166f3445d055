package lambda_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/lambda"
	"lightbox.example/lightbox/sandbox/store"
)

func TestFunction_isTakenIfItIsTheCDKs(t *testing.T) {
	s, err := lambda.New(lambda.Config{Store: store.NewMemory()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	d := deploytest.New(t, "../..", "dev", s.ResourceTypes())
	d.Deploy("Auth", "Identity", "FileStorage")
	r, state := d.Resource("FileStorage", "CustomS3AutoDeleteObjects")
	function := s.ResourceTypes()["AWS::Lambda::Function"]
	name := "Lightbox-dev-FileStorage-CustomS3AutoDeleteObjectsC-abcdefghijkl"
	if want := "arn:aws:lambda:us-east-1:000000000000:function:" + name; state.PhysicalID != name || state.Attributes["Arn"] != want {
		t.Errorf("got %v, want %s", state, want)
	}
	if again, err := function.Update(context.Background(), nil, r); err != nil || again.PhysicalID != name {
		t.Errorf("got %v, %v, want the same function", again, err)
	}
	named := aws.Identifier{"FunctionName": name}
	if got, err := function.Read(t.Context(), named); err != nil || got["Runtime"] != "nodejs24.x" || got["Arn"] != state.Attributes["Arn"] {
		t.Errorf("got %v, %v, want it read", got, err)
	}
	if got, err := function.List(t.Context(), nil); err != nil || !cmp.Equal(got, []aws.Identifier{named}) {
		t.Errorf("got %v, %v, want it listed", got, err)
	}
	if err := function.Delete(context.Background(), r); err != nil {
		t.Error(err)
	}
	if _, err := function.Read(t.Context(), named); !errors.Is(err, aws.ErrNoResource) {
		t.Errorf("got %v, want it gone", err)
	}
	r.LogicalID = "Mine"
	if _, err := function.Create(context.Background(), r); err == nil || !strings.Contains(err.Error(), `AWS::Lambda::Function.Runtime: got "nodejs24.x", want provided.al2023, provided.al2, provided: no other is supported by the sandbox`) {
		t.Errorf("another function: got %v", err)
	}
	r.Properties["Layers"] = []any{"l"}
	if _, err := function.Create(context.Background(), r); err == nil || !strings.Contains(err.Error(), "AWS::Lambda::Function.Layers is not supported by the sandbox") {
		t.Errorf("a property that is not known: got %v", err)
	}
}

func TestFunction_isRefusedByName(t *testing.T) {
	r := newRig(t)
	other := map[string]string{"x86_64": "arm64", "arm64": "x86_64"}[lambda.Machine]
	for want, change := range map[string]func(properties){
		`FunctionName: got "a b"`: with("FunctionName", "a b"),
		`Runtime: got "nodejs22.x", want provided.al2023, provided.al2, provided: no other is supported by the sandbox`:           with("Runtime", "nodejs22.x"),
		`Architectures: got "` + other + `", and this machine is ` + lambda.Machine + `: synthesize for this machine's processor`: with("Architectures", []any{other}),
		"MemorySize: got 127, want 128 to 10240 MB":                                                   with("MemorySize", 127.0),
		"MemorySize: got 10241, want 128 to 10240 MB":                                                 with("MemorySize", 10241.0),
		"Timeout: got 0, want 1 to 900 seconds":                                                       with("Timeout", 0.0),
		"Timeout: got 901, want 1 to 900 seconds":                                                     with("Timeout", 901.0),
		"ReservedConcurrentExecutions: got 901, want 0 to 900":                                        with("ReservedConcurrentExecutions", 901.0),
		"Handler: got \"\"":                                                                           with("Handler", nil),
		"Role: got \"r\", want the ARN of a role":                                                     with("Role", "r"),
		"Role: AccessDeniedException: The role defined for the function cannot be assumed by Lambda.": with("Role", "arn:aws:iam::000000000000:role/none"),
		"Code: want S3Bucket and S3Key":                                                               with("Code", properties{"S3Bucket": "code"}),
		"Code: s3://code/none.zip: got 404 from S3":                                                   with("Code", properties{"S3Bucket": "code", "S3Key": "none.zip"}),
		"AWS::Lambda::Function.Code.ZipFile is not supported by the sandbox":                          with("Code", properties{"ZipFile": "x"}),
		"AWS::Lambda::Function.Layers is not supported by the sandbox":                                with("Layers", []any{"l"}),
		"AWS::Lambda::Function.VpcConfig is not supported by the sandbox":                             with("VpcConfig", properties{}),
		"AWS::Lambda::Function.EphemeralStorage is not supported by the sandbox":                      with("EphemeralStorage", properties{"Size": 1024.0}),
		`LoggingConfig.LogFormat: got "JSON", want Text`:                                              with("LoggingConfig", properties{"LogFormat": "JSON"}),
		`LoggingConfig.LogGroup: got "a b"`:                                                           with("LoggingConfig", properties{"LogGroup": "a b"}),
		`TracingConfig.Mode: got "Some"`:                                                              with("TracingConfig", properties{"Mode": "Some"}),
		"reserved keys that are currently not supported for modification. Reserved keys used in this request: AWS_REGION, _HANDLER": variables("AWS_REGION", "x", "_HANDLER", "y"),
		"Environment.Variables.AWS_ENDPOINT_URL: is the sandbox's to set":                                                           variables("AWS_ENDPOINT_URL", "x"),
		`Environment.Variables: got the name "1A"`:                                                                                  variables("1A", "x"),
		"Environment.Variables: got 4097 bytes of names and values, want at most 4096":                                              variables("AB", strings.Repeat("x", 4095)),
	} {
		err := r.update("AWS::Lambda::Function", "f", "F", function(change))
		if _, created := r.try("AWS::Lambda::Function", "Other", function(with("FunctionName", "other"), change)); err == nil || created == nil || !strings.Contains(err.Error(), want) || !strings.Contains(created.Error(), want) {
			t.Errorf("got %v and %v, want %s", err, created, want)
		}
	}
	if err := r.update("AWS::Lambda::Function", "f", "F", function(with("MemorySize", 10240.0), with("Timeout", 900.0), variables("AB", strings.Repeat("x", 4094)))); err != nil {
		t.Errorf("at the limits: got %v", err)
	}
	if _, err := r.try("AWS::Lambda::Function", "Second", function()); err == nil || !strings.Contains(err.Error(), "Function already exist: f") {
		t.Errorf("a second one of the name: got %v", err)
	}
	if state := r.make("AWS::Lambda::Function", "F", function()); state.PhysicalID != "f" || state.Attributes["Arn"] != arn {
		t.Errorf("the same again: got %+v", state)
	}
	if state := r.make("AWS::Lambda::Function", "Named", function(with("FunctionName", nil))); state.PhysicalID != "Stack-Named-abcdefghijkl" {
		t.Errorf("without a name: got %+v", state)
	}
}

// What a role does not say any more holds at once.
func TestFunction_needsARoleThatTrustsLambda(t *testing.T) {
	r := newRig(t)
	r.make("AWS::IAM::Role", "Role", properties{"RoleName": "f", "AssumeRolePolicyDocument": trust("ec2.amazonaws.com")})
	if _, err := r.invoke(order{}); refusal(err).Code != "AccessDeniedException" || refusal(err).Message != "The role defined for the function cannot be assumed by Lambda." {
		t.Errorf("got %v", err)
	}
	r.make("AWS::IAM::Role", "Role", properties{"RoleName": "f", "AssumeRolePolicyDocument": trust("lambda.amazonaws.com")})
	r.call(order{})
}

func TestFunction_changesAtOnce(t *testing.T) {
	r := newRig(t, variables("VERSION", "one"))
	before := r.call(order{})
	if err := r.update("AWS::Lambda::Function", "f", "F", function(variables("VERSION", "two"))); err != nil {
		t.Fatal(err)
	}
	after := r.call(order{})
	if before.Version != "one" || after.Version != "two" || before.Instance == after.Instance {
		t.Errorf("got %+v, then %+v", before, after)
	}
	eventually(t, "the program of before gone", func() bool { return gone(before.PID) })
	r.zips["g.zip"] = zipped(t, map[string]string{"bootstrap": "#!/bin/sh\nexit 9\n"}, 0o755)
	if err := r.update("AWS::Lambda::Function", "f", "F", function(with("Code", properties{"S3Bucket": "code", "S3Key": "g.zip"}))); err != nil {
		t.Fatal(err)
	}
	if f, _ := r.fails(order{}); !strings.HasSuffix(f.Message, "exit status 9") {
		t.Errorf("with other code: got %+v", f)
	}
	if folders := r.folders("code"); len(folders) != 1 {
		t.Errorf("got the code of %v, want one", folders)
	}
}

func TestFunction_endsWhenItIsDeleted(t *testing.T) {
	r := newRig(t)
	r.make("AWS::Lambda::Permission", "P", properties{"Action": "lambda:InvokeFunction", "FunctionName": "f", "Principal": "s3.amazonaws.com"})
	before := r.call(order{})
	r.drop("AWS::Lambda::Function", "f", function())
	if _, err := r.invoke(order{}); refusal(err).Code != "ResourceNotFoundException" {
		t.Errorf("got %v", err)
	}
	eventually(t, "the program gone", func() bool { return gone(before.PID) })
	if folders := append(r.folders("code"), r.folders("tmp")...); len(folders) != 0 {
		t.Errorf("got %v, want nothing left", folders)
	}
	r.drop("AWS::Lambda::Function", "f", function()) // again, which is no error
	r.make("AWS::Lambda::Function", "F", function())
	if err := r.service("s3.amazonaws.com", "", ""); refusal(err).Code != "AccessDeniedException" {
		t.Errorf("a permission of the function before: got %v", err)
	}
}

func TestFunction_isThereAfterARestart(t *testing.T) {
	r := newRig(t)
	before := r.call(order{})
	if err := r.lambda.Close(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the program gone", func() bool { return gone(before.PID) })
	r.open(r.dir)
	if after := r.call(order{}); after.ARN != before.ARN || after.Instance == before.Instance {
		t.Errorf("got %+v", after)
	}
}

// Close does not wait for what a function is about: it ends it.
func TestClose_endsWhatRuns(t *testing.T) {
	r := newRig(t)
	file := t.TempDir() + "/go"
	done := make(chan string)
	go func() {
		result, err := r.invoke(order{Do: "wait", Until: file})
		done <- string(result.Payload) + fmt.Sprint(err)
	}()
	eventually(t, "the program there", func() bool { _, err := os.Stat(file + ".there"); return err == nil })
	if err := r.lambda.Close(); err != nil {
		t.Fatal(err)
	}
	if got := <-done; !strings.Contains(got, "signal: killed") {
		t.Errorf("got %s", got)
	}
	if _, err := r.invoke(order{}); err == nil {
		t.Error("after it: got an answer")
	}
}

func TestCode_staysInItsFolder(t *testing.T) {
	r := newRig(t)
	for want, text := range map[string][]byte{
		"want a zip file": []byte("no zip"),
		"got a path that leads out of the zip file": zipped(t, map[string]string{"../bootstrap": "x"}, 0o755),
		"want a file or a folder":                   zipped(t, map[string]string{"bootstrap": "/bin/sh"}, 0o755|os.ModeSymlink),
	} {
		r.zips["bad.zip"] = text
		if err := r.update("AWS::Lambda::Function", "f", "F", function(with("Code", properties{"S3Bucket": "code", "S3Key": "bad.zip"}))); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	r.call(order{})
}
