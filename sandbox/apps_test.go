package sandbox_test

import (
	"encoding/json"
	"net/http"
	goruntime "runtime"
	"strconv"
	"strings"
	"testing"

	"lightbox.example/lightbox/sandbox"
	"lightbox.example/lightbox/sandbox/assembly"
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
		"Bucket": bucket("Enabled"),
		"Open": madeBy("AWS::S3::BucketPolicy", "T/Bucket/Policy/Resource", object{"Bucket": ref("Bucket"), "PolicyDocument": object{
			"Version": "2012-10-17", "Statement": []any{object{"Effect": "Alow", "Principal": "*", "Action": "s3:GetObject", "Resource": joined(attribute("Bucket", "Arn"), "/*")}},
		}}),
	}, `statement 1: Effect: got "Alow", want Allow or Deny (T/Bucket/Policy/Resource) (at /Resources/Open/Properties)`)
	refused(t, s, object{
		"Queue": madeBy("AWS::SQS::Queue", "T/Queue/Resource", object{}), "Bucket": bucket("On"),
		"Output": madeBy("AWS::Logs::LogGroup", "T/Logs/Resource", object{"LogGroupName": attribute("Queue", "QueueName")}),
	}, "Unrecognized resource types: [AWS::SQS::Queue]", "Queue (T/Queue/Resource)", "And at /Resources/Bucket/Properties: AWS::S3::Bucket.VersioningConfiguration.Status")
	good := object{
		"Role": role, "Function": function(3), "Bucket": bucket("Enabled"),
		"Closed": madeBy("AWS::S3::BucketPolicy", "T/Bucket/Policy/Resource", object{"Bucket": ref("Bucket"), "PolicyDocument": object{
			"Version": "2012-10-17", "Statement": []any{object{"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": joined(attribute("Bucket", "Arn"), "/*")}},
		}}),
	}
	if err := s.Deploy(t.Context(), app(t, good), nil); err != nil {
		t.Errorf("the control: %v", err)
	}
}

// Whoever mends the first stack is not told of the second only then. Of those without a fault none is made either.
func TestDeploy_tellsTheFaultsOfAllStacks(t *testing.T) {
	s := start(t, sandbox.Config{})
	group := func(days int) object {
		return object{"Group": madeBy("AWS::Logs::LogGroup", "T/Logs/Resource", object{"RetentionInDays": days})}
	}
	stacks := func(days ...int) *assembly.Assembly {
		var all *assembly.Assembly
		for i, n := range days {
			one, err := assembly.Open(app(t, group(n)))
			if err != nil {
				t.Fatal(err)
			}
			one.Stacks[0].Name = "T" + strconv.Itoa(i)
			if all == nil {
				all = one
				continue
			}
			all.Stacks = append(all.Stacks, one.Stacks...)
		}
		return all
	}
	err := s.DeployOpened(t.Context(), stacks(7, 2, 8), nil)
	if err == nil {
		t.Fatal("got no refusal")
	}
	for _, want := range []string{"T1: AWS::Logs::LogGroup.RetentionInDays: got 2", "T2: AWS::Logs::LogGroup.RetentionInDays: got 8"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("got %v\nwant in it %s", err, want)
		}
	}
	if got := s.Stacks.Stacks(); len(got) > 0 {
		t.Errorf("got the stack %s, want none", got[0].Name)
	}
	if err := s.DeployOpened(t.Context(), stacks(7, 14, 30), nil); err != nil || len(s.Stacks.Stacks()) != 3 {
		t.Errorf("the control: got %v and %d stacks, want 3", err, len(s.Stacks.Stacks()))
	}
}

// How long a function's log is kept, said in the older way: by a function of the CDK's own, of another runtime.
func TestLogRetention_isCarriedOutWithoutItsFunction(t *testing.T) {
	s := start(t, sandbox.Config{})
	provider := madeBy("AWS::Lambda::Function", "T/LogRetention/Resource", object{
		"Runtime": "nodejs22.x", "Handler": "index.handler", "Timeout": 900, "Role": "arn:aws:iam::000000000000:role/provider",
		"Code": object{"S3Bucket": object{"Fn::Sub": "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}"}, "S3Key": "nothing.zip"},
	})
	resources := func(days string, provider object, id string) object {
		return object{id: provider, "Retention": madeBy("Custom::LogRetention", "T/F/LogRetention/Resource", object{
			"ServiceToken": attribute(id, "Arn"), "LogGroupName": "/aws/lambda/f", "RetentionInDays": days, "RemovalPolicy": "destroy",
		})}
	}
	const id = "LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8aFD4BFC8A"
	refused(t, s, resources("2", provider, id), "Custom::LogRetention.RetentionInDays: got 2")
	refused(t, s, resources("7", provider, "Another"), `AWS::Lambda::Function.Runtime: got "nodejs22.x", want provided.al2023, provided.al2, provided`)
	kept := func() int {
		groups := do(t, client(t, s), by(t, administrator, http.MethodPost, "https://logs.us-east-1.amazonaws.com/", "logs", "Logs_20140328.DescribeLogGroups", `{"logGroupNamePrefix":"/aws/lambda/f"}`))
		var said struct {
			LogGroups []struct{ RetentionInDays int } `json:"logGroups"`
		}
		decode(t, groups, &said)
		if len(said.LogGroups) == 0 {
			return -1
		}
		return said.LogGroups[0].RetentionInDays
	}
	for _, days := range []string{"7", "14"} {
		if err := s.Deploy(t.Context(), app(t, resources(days, provider, id)), nil); err != nil {
			t.Fatal(err)
		}
		if got := kept(); strconv.Itoa(got) != days {
			t.Errorf("got %d days, want %s", got, days)
		}
	}
	if err := s.Deploy(t.Context(), app(t, object{id: provider}), nil); err != nil || kept() != -1 {
		t.Errorf("got %v and the group, want it gone with what kept it", err)
	}
}

// The table of awscdk's older construct: its throughput is kept.
func TestTable_isThatOfTheOlderConstruct(t *testing.T) {
	s := start(t, sandbox.Config{})
	key := func(name string) []any { return []any{object{"AttributeName": name, "KeyType": "HASH"}} }
	table := func(change func(properties object)) object {
		properties := object{
			"KeySchema":             key("pk"),
			"AttributeDefinitions":  []any{object{"AttributeName": "pk", "AttributeType": "S"}, object{"AttributeName": "of", "AttributeType": "S"}},
			"ProvisionedThroughput": object{"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
			"GlobalSecondaryIndexes": []any{object{
				"IndexName": "byOwner", "KeySchema": key("of"), "Projection": object{"ProjectionType": "ALL"},
				"ProvisionedThroughput": object{"ReadCapacityUnits": 2, "WriteCapacityUnits": 1},
			}},
			"StreamSpecification": object{"StreamViewType": "NEW_IMAGE"},
		}
		change(properties)
		return object{"Table": madeBy("AWS::DynamoDB::Table", "T/Table/Resource", properties)}
	}
	refused(t, s, table(func(properties object) {
		properties["ImportSourceSpecification"], properties["TableClass"] = object{}, "STANDARD_INFREQUENT_ACCESS"
		properties["ProvisionedThroughput"] = object{"ReadCapacityUnits": 0, "WriteCapacityUnits": 5}
	}), "AWS::DynamoDB::Table.ImportSourceSpecification is not supported by the sandbox (T/Table/Resource)", "AWS::DynamoDB::Table.TableClass", "readCapacityUnits")
	if err := s.Deploy(t.Context(), app(t, table(func(object) {})), nil); err != nil {
		t.Fatal(err)
	}
	name := s.Stacks.Stacks()[0].Resources[0].PhysicalID
	called := func(operation string, input object) string {
		body, err := json.Marshal(input)
		if err != nil {
			t.Fatal(err)
		}
		return do(t, client(t, s), by(t, administrator, http.MethodPost, "https://dynamodb.us-east-1.amazonaws.com/", "dynamodb", "DynamoDB_20120810."+operation, string(body))).body
	}
	described := called("DescribeTable", object{"TableName": name})
	for _, want := range []string{`"ReadCapacityUnits":5`, `"ReadCapacityUnits":2`, `"BillingMode":"PROVISIONED"`, `"StreamViewType":"NEW_IMAGE"`} {
		if !strings.Contains(described, want) {
			t.Errorf("got %s, want %s", described, want)
		}
	}
	called("PutItem", object{"TableName": name, "Item": object{"pk": object{"S": "1"}, "of": object{"S": "ann"}}})
	if found := called("Query", object{
		"TableName": name, "IndexName": "byOwner", "KeyConditionExpression": "#o = :o", "ExpressionAttributeNames": object{"#o": "of"},
		"ExpressionAttributeValues": object{":o": object{"S": "ann"}},
	}); !strings.Contains(found, `"Count":1`) {
		t.Errorf("got %s by the index, want the row", found)
	}
	read := readBack(t, s, "AWS::DynamoDB::Table", name)
	if throughput, _ := read["ProvisionedThroughput"].(map[string]any); throughput["ReadCapacityUnits"] != 5.0 || read["Arn"] == nil || read["TableId"] != nil {
		t.Errorf("got %v by Cloud Control, want what the template says", read)
	}
	if err := s.Deploy(t.Context(), app(t, table(func(properties object) {
		properties["BillingMode"] = "PAY_PER_REQUEST"
		delete(properties, "ProvisionedThroughput")
		delete(properties["GlobalSecondaryIndexes"].([]any)[0].(object), "ProvisionedThroughput")
	})), nil); err != nil {
		t.Fatal(err)
	}
	if got := s.Stacks.Stacks()[0].Resources[0].PhysicalID; got != name || !strings.Contains(called("DescribeTable", object{"TableName": name}), `"BillingMode":"PAY_PER_REQUEST"`) {
		t.Errorf("got %s, want %s in the other mode", got, name)
	}
}
