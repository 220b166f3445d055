package sandbox_test

import (
	goruntime "runtime"
	"strings"
	"testing"

	"lightbox.example/lightbox/sandbox"
)

// app is an assembly of one stack of these resources.
func app(t testing.TB, resources object) string {
	t.Helper()
	return programAssembly(t, object{"Resources": resources}, functionArgument)
}

// madeBy is an entry of a template, as the construct of that path makes it.
func madeBy(kind, construct string, properties object) object {
	return object{"Type": kind, "Properties": properties, "Metadata": object{"aws:cdk:path": construct}}
}

// refused deploys resources, and reports each text that the refusal is without, and a stack that there is all the same.
func refused(t *testing.T, s *sandbox.Sandbox, resources object, want ...string) {
	t.Helper()
	err := s.Deploy(t.Context(), app(t, resources), nil)
	if err == nil {
		t.Fatal("got no refusal")
	}
	for _, text := range want {
		if !strings.Contains(err.Error(), text) {
			t.Errorf("got %s\nwant in it %s", err, text)
		}
	}
	if stacks := s.Stacks.Stacks(); len(stacks) > 0 {
		t.Errorf("got the stack %s, %s, want none", stacks[0].Name, stacks[0].Status)
	}
}

func TestDeploy_takesTheMetadataOfTheCDK(t *testing.T) {
	s := start(t, sandbox.Config{})
	metadata := func(analytics string) object {
		return object{"CDKMetadata": madeBy("AWS::CDK::Metadata", "T/CDKMetadata/Default", object{"Analytics": analytics})}
	}
	for _, analytics := range []string{"v2:deflate64:H4sIAAAA", "v2:deflate64:another"} {
		if err := s.Deploy(t.Context(), app(t, metadata(analytics)), nil); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.Stacks.Stacks()[0]; got.Status != "UPDATE_COMPLETE" || len(got.Resources) != 1 || got.Resources[0].PhysicalID == "" {
		t.Errorf("got %+v, want the note", got)
	}
}

// Names and values, of all services, the construct beside each.
func TestDeploy_tellsAllFaultsBeforeAnythingIsMade(t *testing.T) {
	s := start(t, sandbox.Config{})
	role := madeBy("AWS::IAM::Role", "T/Role/Resource", object{
		"AssumeRolePolicyDocument": object{"Version": "2012-10-17", "Statement": []any{object{
			"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": object{"Service": "lambda.amazonaws.com"},
		}}},
	})
	function := func(timeout int) object {
		return madeBy("AWS::Lambda::Function", "T/Function/Resource", object{
			"Runtime": "provided.al2023", "Handler": "bootstrap", "Timeout": timeout, "Role": attribute("Role", "Arn"), "Architectures": []any{map[string]string{"amd64": "x86_64", "arm64": "arm64"}[goruntime.GOARCH]},
			"Code": object{"S3Bucket": object{"Fn::Sub": "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}"}, "S3Key": "program.zip"},
		})
	}
	bucket := func(status string, more ...string) object {
		properties := object{"VersioningConfiguration": object{"Status": status}}
		for _, name := range more {
			properties[name] = "x"
		}
		return madeBy("AWS::S3::Bucket", "T/Bucket/Resource", properties)
	}
	refused(t, s, object{
		"Role": role, "Function": function(0), "Bucket": bucket("On", "Foo"),
		"Group": madeBy("AWS::Logs::LogGroup", "T/Logs/Resource", object{"RetentionInDays": 2, "LogGroupClass": "INFREQUENT_ACCESS"}),
		"Policy": madeBy("AWS::IAM::Policy", "T/Policy/Resource", object{
			"PolicyName": "p", "Roles": []any{object{"Ref": "Role"}},
			"PolicyDocument": object{"Version": "2012-10-17", "Statement": []any{object{
				"Effect": "Allow", "Action": "s3:GetObject", "Resource": attribute("Bucket", "Arn"), "Condition": object{"StringAlike": object{"aws:userid": "x"}},
			}}},
		}),
	},
		`AWS::Lambda::Function.Timeout: got 0, want 1 to 900 seconds (T/Function/Resource) (at /Resources/Function/Properties)`,
		`AWS::S3::Bucket.Foo is not supported by the sandbox (T/Bucket/Resource)`,
		`AWS::S3::Bucket.VersioningConfiguration.Status: got "On", want Enabled or Suspended (T/Bucket/Resource)`,
		`AWS::Logs::LogGroup.RetentionInDays: got 2, want one of`,
		`AWS::Logs::LogGroup.LogGroupClass: got "INFREQUENT_ACCESS", want STANDARD`,
		`StringAlike`,
	)
	refused(t, s, object{
		"Queue": madeBy("AWS::SQS::Queue", "T/Queue/Resource", object{}), "Bucket": bucket("On"),
		"Output": madeBy("AWS::Logs::LogGroup", "T/Logs/Resource", object{"LogGroupName": attribute("Queue", "QueueName")}),
	}, "Unrecognized resource types: [AWS::SQS::Queue]", "Queue (T/Queue/Resource)", "And at /Resources/Bucket/Properties: AWS::S3::Bucket.VersioningConfiguration.Status")
	good := object{"Role": role, "Function": function(3), "Bucket": bucket("Enabled")}
	if err := s.Deploy(t.Context(), app(t, good), nil); err != nil {
		t.Errorf("the control: %v", err)
	}
}
