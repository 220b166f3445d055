package proof

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/prooftest"
	"lightbox.example/lightbox/internal/proof/system"
)

// A team's own resources are beside Lightbox's: what of theirs could reach ours, or ours theirs, fails by name.
func TestOutside_keepsATeamsResourcesAndOursApart(t *testing.T) {
	att := func(id, name string) any { return map[string]any{"Fn::GetAtt": []any{id, name}} }
	ref := func(id string) any { return map[string]any{"Ref": id} }
	policy := func(statement map[string]any) map[string]any {
		return map[string]any{"Type": "AWS::IAM::Policy", "Properties": map[string]any{
			"PolicyName": "p", "Roles": []any{ref("OwnRole")}, "PolicyDocument": map[string]any{"Version": "2012-10-17", "Statement": []any{statement}},
		}}
	}
	allow := func(action, resource any) map[string]any {
		return map[string]any{"Effect": "Allow", "Action": action, "Resource": resource}
	}
	of := func(kind string, properties map[string]any) map[string]any {
		return map[string]any{"Type": kind, "Properties": properties}
	}
	trusting := func(principal any) map[string]any {
		return of("AWS::IAM::Role", map[string]any{"AssumeRolePolicyDocument": map[string]any{"Statement": map[string]any{
			"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal,
		}}})
	}
	queue := func(principal any) map[string]any {
		return of("AWS::SQS::QueuePolicy", map[string]any{"Queues": []any{ref("OwnQueue")}, "PolicyDocument": map[string]any{"Statement": []any{
			map[string]any{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": att("OwnQueue", "Arn"), "Principal": principal},
		}}})
	}
	const files, guest = "Files8E6940B8", "IdentityPoolUnauthenticatedRole68AEFF8B"
	for name, test := range map[string]struct {
		stack    string
		resource map[string]any
		want     string
	}{
		"control: a queue and a role":            {"FileStorage", of("AWS::SQS::Queue", map[string]any{}), ""},
		"control: a grant on one's own queue":    {"FileStorage", policy(allow([]any{"sqs:ReceiveMessage"}, att("OwnQueue", "Arn"))), ""},
		"control: a grant on one's own table":    {"FileStorage", policy(allow("dynamodb:*", []any{att("OwnTable", "Arn"), att("OwnTable", "StreamArn")})), ""},
		"control: below what is one's own":       {"FileStorage", policy(allow("dynamodb:Query", map[string]any{"Fn::Sub": "${OwnTable.Arn}/index/*"})), ""},
		"control: figures":                       {"FileStorage", policy(allow("cloudwatch:PutMetricData", "*")), ""},
		"control: no to everything":              {"FileStorage", policy(map[string]any{"Effect": "Deny", "Action": "*", "Resource": "*"}), ""},
		"control: a service may send":            {"FileStorage", queue(map[string]any{"Service": "events.amazonaws.com"}), ""},
		"control: the account may send":          {"FileStorage", queue(map[string]any{"AWS": "111122223333"}), ""},
		"control: another API's part":            {"FileStorage", of("AWS::ApiGatewayV2::Route", map[string]any{"ApiId": ref("OwnQueue")}), ""},
		"control: AWS's policy for logs":         {"FileStorage", of("AWS::IAM::Role", map[string]any{"AssumeRolePolicyDocument": map[string]any{}, "ManagedPolicyArns": []any{"arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"}}), ""},
		"the bucket, in a policy":                {"FileStorage", policy(allow("s3:GetObject", att(files, "Arn"))), "it names arn:aws:s3:::"},
		"the bucket, in a variable":              {"FileStorage", of("AWS::Lambda::Function", map[string]any{"Environment": map[string]any{"Variables": map[string]any{"FILES": ref(files)}}}), "it names "},
		"every bucket":                           {"FileStorage", policy(allow("s3:GetObject", "*")), "it allows s3:GetObject on *, which may be Lightbox's"},
		"everything":                             {"FileStorage", policy(allow("*", "*")), "it allows * on *"},
		"a bucket by its name":                   {"FileStorage", policy(allow("s3:GetObject", "arn:aws:s3:::lightbox-files-deployed/*")), "which may be Lightbox's"},
		"one's own name, longer":                 {"FileStorage", policy(allow("dynamodb:Query", map[string]any{"Fn::Sub": "${OwnTable.Arn}*"})), "which may be Lightbox's"},
		"updates of stacks":                      {"FileStorage", policy(allow([]any{"sqs:SendMessage", "cloudformation:UpdateStack"}, "*")), "it allows cloudformation:UpdateStack on *"},
		"another role":                           {"FileStorage", policy(allow("sts:AssumeRole", "arn:aws:iam::111122223333:role/x")), "which is not in the templates: what it may do is unknown"},
		"all but some actions":                   {"FileStorage", policy(map[string]any{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}), "got no Action or no Resource"},
		"all but some resources":                 {"FileStorage", policy(map[string]any{"Effect": "Allow", "Action": "s3:*", "NotResource": "x"}), "got no Action or no Resource"},
		"AWS's policy for everything":            {"FileStorage", of("AWS::IAM::Role", map[string]any{"AssumeRolePolicyDocument": map[string]any{}, "ManagedPolicyArns": []any{"arn:aws:iam::aws:policy/AdministratorAccess"}}), "got AWS's policy AdministratorAccess"},
		"a policy on a role of ours":             {"Identity", of("AWS::IAM::Policy", map[string]any{"PolicyName": "p", "Roles": []any{ref(guest)}, "PolicyDocument": map[string]any{"Statement": allow("sqs:*", "*")}}), "it names "},
		"a policy on a role by its name":         {"FileStorage", of("AWS::IAM::RolePolicy", map[string]any{"RoleName": "deployed", "PolicyName": "p"}), "RoleName: got deployed, want a resource of your own"},
		"anybody may send":                       {"FileStorage", queue("*"), "it lets in whoever comes"},
		"anybody of AWS may send":                {"FileStorage", queue(map[string]any{"AWS": "*"}), "it lets in AWS *"},
		"a trust in identity pools":              {"FileStorage", trusting(map[string]any{"Federated": "cognito-identity.amazonaws.com"}), "it lets in Federated cognito-identity.amazonaws.com"},
		"a trust in our guests":                  {"Identity", trusting(map[string]any{"AWS": att(guest, "Arn")}), "it names arn:aws:iam::"},
		"a policy as a text":                     {"FileStorage", of("AWS::Logs::ResourcePolicy", map[string]any{"PolicyDocument": `{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "logs:*", "Resource": "*"}]}`}), "it lets in whoever comes"},
		"a policy of our bucket":                 {"FileStorage", of("AWS::S3::BucketPolicy", map[string]any{"Bucket": ref(files), "PolicyDocument": map[string]any{}}), "it names "},
		"a policy of a bucket by its name":       {"FileStorage", of("AWS::S3::BucketPolicy", map[string]any{"Bucket": "deployed", "PolicyDocument": map[string]any{}}), "Bucket: got deployed, want a resource of your own"},
		"a group of a pool by its id":            {"FileStorage", of("AWS::Cognito::UserPoolGroup", map[string]any{"UserPoolId": "us-east-1_deployed", "GroupName": "Admins"}), "UserPoolId: got us-east-1_deployed"},
		"a function of ours that all may invoke": {"FileStorage", of("AWS::Lambda::Permission", map[string]any{"FunctionName": "deployed", "Principal": "*"}), "FunctionName: got deployed"},
		"stacks in stacks":                       {"FileStorage", of("AWS::CloudFormation::Stack", map[string]any{"TemplateURL": "https://x"}), "is a type of which nobody has looked at whom it reaches"},
		"a log group that ours is below":         {"FileStorage", of("AWS::Logs::LogGroup", map[string]any{"LogGroupName": "/aws/appsync/apis"}), ""},
		"logs below one's own name":              {"FileStorage", policy(allow("logs:*", "arn:aws:logs:us-east-1:111122223333:log-group:/aws/appsync/apis/*")), "which may be Lightbox's"},
		"a role that changes itself":             {"FileStorage", policy(allow("iam:PutRolePolicy", att("OwnRole", "Arn"))), "whoever changes a role gives it anything"},
		"a role that may do anything to itself":  {"FileStorage", policy(allow("*", att("OwnRole", "Arn"))), "whoever changes a role gives it anything"},
		"control: a role that is handed on":      {"FileStorage", policy(allow("iam:PassRole", att("OwnRole", "Arn"))), ""},
		"a policy of the account":                {"FileStorage", of("AWS::IAM::Role", map[string]any{"AssumeRolePolicyDocument": map[string]any{}, "ManagedPolicyArns": []any{"arn:aws:iam::111122223333:policy/poweruser"}}), "which is not in the templates"},
		"a role's session by its name":           {"FileStorage", queue(map[string]any{"AWS": "arn:aws:sts::111122223333:assumed-role/Lightbox-prod-Identity-AdminRole/x"}), "it lets in AWS arn:aws:sts"},
		"a trust in another provider":            {"FileStorage", trusting(map[string]any{"Federated": "Cognito-Identity.amazonaws.com"}), "it lets in Federated"},
		"a policy of all logs":                   {"FileStorage", of("AWS::Logs::AccountPolicy", map[string]any{"Scope": "ALL"}), "is a type of which nobody has looked"},
		"a policy of the organisation":           {"FileStorage", of("AWS::Organizations::Policy", map[string]any{"Type": "SERVICE_CONTROL_POLICY"}), "is a type of which nobody has looked"},
		"our bucket's name, encoded":             {"FileStorage", of("AWS::SSM::Parameter", map[string]any{"Value": map[string]any{"Fn::Base64": ref(files)}}), "it names Files8E6940B8"},
		"our bucket's name, cut":                 {"FileStorage", of("AWS::SSM::Parameter", map[string]any{"Value": map[string]any{"Fn::Select": []any{0, map[string]any{"Fn::Split": []any{"-", ref(files)}}}}}), "it names Files8E6940B8"},
		"a policy that is filled in":             {"FileStorage", of("AWS::IAM::Role", map[string]any{"AssumeRolePolicyDocument": map[string]any{}, "ManagedPolicyArns": []any{"{{resolve:ssm:/x}}"}}), "which a deployment fills in"},
		"control: a secret in a function":        {"FileStorage", of("AWS::Lambda::Function", map[string]any{"Environment": map[string]any{"Variables": map[string]any{"KEY": "{{resolve:secretsmanager:own:SecretString:::}}"}}}), ""},
		"a function that all may invoke":         {"FileStorage", of("AWS::Lambda::Permission", map[string]any{"FunctionName": ref("OwnQueue"), "Principal": "*"}), "which lets in whoever comes"},
		"a bucket that all may read":             {"FileStorage", of("AWS::S3::Bucket", map[string]any{"AccessControl": "PublicRead"}), "which lets in whoever comes"},
		"a user pool's group by a name like it":  {"FileStorage", of("AWS::Cognito::UserPoolGroup", map[string]any{"UserPoolId": "us-east-1_AbCdEf123"}), "UserPoolId: got us-east-1_AbCdEf123"},
		"a role that is nowhere":                 {"FileStorage", of("AWS::Backup::BackupSelection", map[string]any{"BackupSelection": map[string]any{"IamRoleArn": "arn:aws:iam::111122223333:role/service-role/AWSBackupDefaultServiceRole"}}), "which is not in the templates"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := prooftest.Altered(t, test.stack, func(template map[string]any) {
				own := map[string]any{
					"OwnQueue": of("AWS::SQS::Queue", map[string]any{}), "OwnTable": of("AWS::DynamoDB::Table", map[string]any{}),
					"OwnRole": trusting(map[string]any{"Service": "lambda.amazonaws.com"}), "Own": maps.Clone(test.resource),
				}
				for id, resource := range own {
					resource := resource.(map[string]any)
					resource["Metadata"] = map[string]any{"lightbox:outside": "orders of the shop"}
					template["Resources"].(map[string]any)[id] = resource
				}
			})
			var count Count
			violations, err := checkTemplates(prooftest.Read(t, dir), access.Rules(), &count)
			if err != nil {
				t.Fatal(err)
			}
			if test.want == "" {
				if len(violations) > 0 || count.Outside != 4 {
					t.Errorf("got %v and %v, want nothing, with 4 resources outside", violations, count)
				}
				return
			}
			expect(t, violations, test.want)
			for _, v := range violations {
				if v.Rule != "outside" {
					t.Errorf("got %v too, want only what is outside judged so", v)
				}
			}
		})
	}
}

// A name that a team states for a resource of its own does not make whatever begins with it theirs.
func TestOutside_statedNamesAreNoBeginningsOfOthers(t *testing.T) {
	type object = map[string]any
	for name, test := range map[string]struct {
		named, part object
		want        string
	}{
		"a user pool by the region": {object{"Type": "AWS::Logs::LogGroup", "Properties": object{"LogGroupName": "us-east-1"}},
			object{"Type": "AWS::Cognito::UserPoolGroup", "Properties": object{"UserPoolId": "us-east-1_AbCdEf123", "GroupName": "Admins"}}, "UserPoolId: got us-east-1_AbCdEf123"},
		"a role by the application": {object{"Type": "AWS::IAM::Role", "Properties": object{"RoleName": "Lightbox", "AssumeRolePolicyDocument": object{}}},
			object{"Type": "AWS::IAM::RolePolicy", "Properties": object{"RoleName": "Lightbox-prod-Identity-AdminRole", "PolicyName": "p"}}, "RoleName: got Lightbox-prod-Identity-AdminRole"},
		"a bucket by the application": {object{"Type": "AWS::S3::Bucket", "Properties": object{"BucketName": "lightbox"}},
			object{"Type": "AWS::S3::BucketPolicy", "Properties": object{"Bucket": "lightbox-prod-files", "PolicyDocument": object{}}}, "Bucket: got lightbox-prod-files"},
		"control: what is named itself": {object{"Type": "AWS::S3::Bucket", "Properties": object{"BucketName": "orders"}},
			object{"Type": "AWS::S3::BucketPolicy", "Properties": object{"Bucket": object{"Ref": "Named"}, "PolicyDocument": object{}}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			dir := prooftest.Altered(t, "CDN", func(template map[string]any) {
				for id, resource := range map[string]object{"Named": test.named, "Part": test.part} {
					resource["Metadata"] = object{"lightbox:outside": "orders of the shop"}
					template["Resources"].(map[string]any)[id] = resource
				}
			})
			violations, err := checkTemplates(prooftest.Read(t, dir), access.Rules(), &Count{})
			if err != nil {
				t.Fatal(err)
			}
			expect(t, violations, test.want)
		})
	}
}

// What nobody calls outside is unknown, and its owner is told the line to write. Calling a part of Lightbox so is no way out.
func TestOutside_isForWhatLightboxDoesNotNeed(t *testing.T) {
	const reason = "lightbox:outside"
	result, err := Check(prooftest.Altered(t, "CDN", func(template map[string]any) {
		for _, id := range []string{"One", "Two"} {
			template["Resources"].(map[string]any)[id] = map[string]any{"Type": "AWS::SQS::Queue"}
		}
	}))
	if err != nil || len(result.Violations) != 2 || !strings.Contains(result.Violations[0].Text, `plugin.Outside(CDN, "what it is for")`) {
		t.Errorf("got %v and %v, want the line for each of two", result.Violations, err)
	}
	for _, text := range []any{"", " ", "\u200b", 1} {
		result, err := Check(prooftest.Altered(t, "CDN", func(template map[string]any) {
			template["Resources"].(map[string]any)["One"] = map[string]any{"Type": "AWS::SQS::Queue", "Metadata": map[string]any{reason: text}}
		}))
		if err != nil || len(result.Violations) != 1 || !strings.Contains(result.Violations[0].Text, "got no reason") {
			t.Errorf("the reason %v: got %v and %v, want it refused", text, result.Violations, err)
		}
	}
	tried := map[string]bool{}
	for _, stack := range []string{"Auth", "Identity", "FileStorage", "CDN", "API"} {
		resources := map[string]any{}
		prooftest.Altered(t, stack, func(template map[string]any) { resources = template["Resources"].(map[string]any) })
		for _, id := range slices.Sorted(maps.Keys(resources)) {
			kind := resources[id].(map[string]any)["Type"].(string)
			if tried[stack+kind] {
				continue
			}
			tried[stack+kind] = true
			dir := prooftest.Altered(t, stack, func(template map[string]any) {
				resource := template["Resources"].(map[string]any)[id].(map[string]any)
				resource["Metadata"].(map[string]any)[reason] = "an attack"
			})
			s, err := system.Open(dir)
			if err != nil {
				continue
			}
			if found, err := checkTemplates(s, access.Rules(), &Count{}); err == nil && len(found) == 0 {
				t.Errorf("%s: %s is called outside, and the proof passes", stack, id)
			}
		}
	}
}
