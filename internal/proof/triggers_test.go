package proof

import (
	"slices"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/prooftest"
	"lightbox.example/lightbox/internal/proof/question"
	"lightbox.example/lightbox/internal/proof/system"
)

// welcome is a function that a team has declared.
var welcome = access.Function{Name: "welcome", Description: "d", Triggers: []access.Trigger{access.PreSignUp, access.CustomMessage}}

// declaring is that function, and those that ship which resolvers call.
func declaring(function access.Function) []access.Function {
	return append(slices.DeleteFunc(access.Functions(), access.Function.IsTrigger), function)
}

type object = map[string]any

func getAtt(of, name string) object { return object{"Fn::GetAtt": []any{of, name}} }

// the resources of welcome, by their logical ids, as constructs makes them.
func welcomeResources() object {
	at := func(id string, resource object) object {
		resource["Metadata"] = object{"aws:cdk:path": "Auth/" + id + "/Resource"}
		return resource
	}
	return object{
		"WelcomeRole": at("WelcomeRole", object{"Type": "AWS::IAM::Role", "Properties": object{"AssumeRolePolicyDocument": object{"Version": "2012-10-17", "Statement": []any{object{
			"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": object{"Service": "lambda.amazonaws.com"},
		}}}}}),
		"WelcomeLog": at("WelcomeLog", object{
			"Type": "AWS::Logs::LogGroup", "Properties": object{"RetentionInDays": 30}, "DeletionPolicy": "RetainExceptOnCreate", "UpdateReplacePolicy": "Retain",
		}),
		"WelcomeAccess": at("WelcomeAccess", object{"Type": "AWS::IAM::Policy", "Properties": object{
			"PolicyName": "WelcomeAccess", "Roles": []any{object{"Ref": "WelcomeRole"}}, "PolicyDocument": object{"Version": "2012-10-17", "Statement": []any{
				object{"Sid": "WriteLog", "Effect": "Allow", "Action": []any{"logs:CreateLogStream", "logs:PutLogEvents"}, "Resource": getAtt("WelcomeLog", "Arn")},
				object{"Sid": "SendTraces", "Effect": "Allow", "Action": []any{"xray:PutTelemetryRecords", "xray:PutTraceSegments"}, "Resource": "*"},
			}},
		}}),
		"WelcomeFunction": at("WelcomeFunction", object{"Type": "AWS::Lambda::Function", "DependsOn": []any{"WelcomeAccess", "WelcomeRole"}, "Properties": object{
			"Architectures": []any{"arm64"}, "Code": object{"S3Bucket": object{"Fn::Sub": "cdk-hnb659fds-assets-${AWS::AccountId}-us-east-1"}, "S3Key": "welcome.zip"},
			"Description": "d", "Handler": "bootstrap", "LoggingConfig": object{"LogGroup": object{"Ref": "WelcomeLog"}}, "MemorySize": 512,
			"Role": getAtt("WelcomeRole", "Arn"), "Runtime": "provided.al2023", "Timeout": 4, "TracingConfig": object{"Mode": "Active"},
		}}),
		"WelcomePermission": at("WelcomePermission", object{"Type": "AWS::Lambda::Permission", "Properties": object{
			"Action": "lambda:InvokeFunction", "FunctionName": getAtt("WelcomeFunction", "Arn"), "Principal": "cognito-idp.amazonaws.com",
			"SourceAccount": object{"Ref": "AWS::AccountId"}, "SourceArn": getAtt(poolID, "Arn"),
		}}),
	}
}

const (
	poolID = "UserPool6BA7E5F2"
)

// withWelcome is prod with the function welcome, which the user pool calls. Each change is made to the resources of Auth.
func withWelcome(t testing.TB, changes ...func(resources object)) *system.System {
	t.Helper()
	return prooftest.Read(t, prooftest.Altered(t, "Auth", func(template map[string]any) {
		resources := template["Resources"].(object)
		for id, resource := range resources { // a team's own functions
			if kind := resource.(object)["Type"].(string); !strings.HasPrefix(kind, "AWS::Cognito::") {
				delete(resources, id)
			}
		}
		for id, resource := range welcomeResources() {
			resources[id] = resource
		}
		arn := getAtt("WelcomeFunction", "Arn")
		propertiesOf(resources, poolID)["LambdaConfig"] = object{"PreSignUp": arn, "CustomMessage": arn}
		for _, change := range changes {
			change(resources)
		}
	}))
}

func propertiesOf(resources object, id string) object {
	return resources[id].(object)["Properties"].(object)
}

// setting changes a property of a resource; nil takes it away.
func setting(id, path string, value any) func(resources object) {
	return func(resources object) { prooftest.Set(propertiesOf(resources, id), path, value) }
}

// granted lets welcome do something besides.
func granted(action string, resource any) func(resources object) {
	return func(resources object) {
		document := propertiesOf(resources, "WelcomeAccess")["PolicyDocument"].(object)
		document["Statement"] = append(document["Statement"].([]any), object{"Effect": "Allow", "Action": action, "Resource": resource})
	}
}

// copied is a resource once more, under another id.
func copied(id, as string, change func(properties object)) func(resources object) {
	return func(resources object) {
		twin := welcomeResources()[id].(object)
		twin["Metadata"] = object{"aws:cdk:path": "Auth/" + as + "/Resource"}
		change(twin["Properties"].(object))
		resources[as] = twin
	}
}

// What the user pool calls is what is declared, and calls nobody else's: M73, M78, M79 and M92.
func TestTriggers_areThoseThatAreDeclared(t *testing.T) {
	another := "arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_another"
	keep := func(object) {}
	for name, test := range map[string]struct {
		change func(resources object)
		want   string // in a sentence of the proof; empty is that it passes
	}{
		"control":                    {keep, ""},
		"control: for x86_64":        {setting("WelcomeFunction", "Architectures", []any{"x86_64"}), ""},
		"control: another bundle":    {setting("WelcomeFunction", "Code.S3Key", "another.zip"), ""},
		"M92 writes tokens":          {setting(poolID, "LambdaConfig.PreTokenGeneration", getAtt("WelcomeFunction", "Arn")), "LambdaConfig.PreTokenGeneration: got"},
		"M92 writes tokens, newer":   {setting(poolID, "LambdaConfig.PreTokenGenerationConfig", object{"LambdaArn": getAtt("WelcomeFunction", "Arn"), "LambdaVersion": "V2_0"}), "want none: it writes the groups of tokens"},
		"M73 another trigger":        {setting(poolID, "LambdaConfig.PostConfirmation", getAtt("WelcomeFunction", "Arn")), "LambdaConfig.PostConfirmation: got"},
		"M73 a trigger of sign-in":   {setting(poolID, "LambdaConfig.PreAuthentication", getAtt("WelcomeFunction", "Arn")), "no function of access.Functions is declared for it"},
		"M73 a function elsewhere":   {setting(poolID, "LambdaConfig.PreSignUp", "arn:aws:lambda:us-east-1:111122223333:function:spy"), "want the function welcome"},
		"M73 an undeclared function": {copied("WelcomeFunction", "SpyFunction", keep), "the function spy is not one of access.Functions"},
		"no trigger":                 {setting(poolID, "LambdaConfig.CustomMessage", nil), "LambdaConfig.CustomMessage: got nothing, want the function welcome"},
		"no triggers":                {setting(poolID, "LambdaConfig", nil), "LambdaConfig.PreSignUp: got nothing, want the function welcome"},
		"no permission":              {func(resources object) { delete(resources, "WelcomePermission") }, "cognito-idp.amazonaws.com may not invoke the function for"},
		"M78 another pool":           {setting("WelcomePermission", "SourceArn", another), "for " + another + ": nothing that is declared needs that"},
		"M78 any pool":               {setting("WelcomePermission", "SourceArn", nil), "for nothing: nothing that is declared needs that"},
		"M78 any account":            {setting("WelcomePermission", "SourceAccount", nil), "nothing that is declared needs that"},
		"M78 anybody":                {setting("WelcomePermission", "Principal", "*"), "* may use lambda:InvokeFunction on"},
		"M78 another service":        {setting("WelcomePermission", "Principal", "s3.amazonaws.com"), "s3.amazonaws.com may use lambda:InvokeFunction on"},
		"M78 more than a call":       {setting("WelcomePermission", "Action", "lambda:*"), "Action: got lambda:*"},
		"M78 by a URL":               {setting("WelcomePermission", "FunctionUrlAuthType", "NONE"), "FunctionUrlAuthType: got NONE, and " + unread},
		"M78 one more":               {copied("WelcomePermission", "MorePermission", func(p object) { p["SourceArn"] = another }), "for " + another + ": nothing that is declared needs that"},
		"M78 of another function":    {copied("WelcomePermission", "MorePermission", func(p object) { p["FunctionName"] = "pictures" }), "on pictures for"},
		"M79 confirms users":         {granted("cognito-idp:AdminConfirmSignUp", "*"), "the function welcome may use cognito-idp:AdminConfirmSignUp on *"},
		"M79 makes admins":           {granted("cognito-idp:AdminAddUserToGroup", "*"), "the function welcome may use cognito-idp:AdminAddUserToGroup on *"},
		"M79 reads files":            {granted("s3:GetObject", "arn:aws:s3:::*"), "the function welcome may use s3:GetObject on"},
		"M79 calls functions":        {granted("lambda:InvokeFunction", "*"), "the function welcome may use lambda:InvokeFunction on"},
		"M79 has a policy of AWS":    {setting("WelcomeRole", "ManagedPolicyArns", []any{"arn:aws:iam::aws:policy/AmazonCognitoPowerUser"}), "the role has AWS's policy"},
		"a bucket":                   {setting("WelcomeFunction", "Environment", object{"Variables": object{"BUCKET": "x"}}), "Environment.Variables.BUCKET: got x, and " + unread},
		"more than Cognito waits":    {setting("WelcomeFunction", "Timeout", 25), "Timeout: got 25, want 4"},
		"more memory":                {setting("WelcomeFunction", "MemorySize", 1769), "MemorySize: got 1769, want 512"},
	} {
		t.Run(name, func(t *testing.T) {
			expect(t, checkInvariants(withWelcome(t, test.change), access.Rules(), declaring(welcome), &Count{}), test.want)
		})
	}
}

// A declared function that a template lacks, and one that is there and not declared.
func TestTriggers_areThereAsDeclared(t *testing.T) {
	declared := declaring(welcome)
	expect(t, checkInvariants(prooftest.Shipped(t, "prod"), access.Rules(), declared, &Count{}), "there is no function welcome: access.Functions declares it")
	undeclared := checkInvariants(withWelcome(t), access.Rules(), access.Functions(), &Count{})
	expect(t, undeclared, "the function welcome is not one of access.Functions")
	expect(t, undeclared, "LambdaConfig.PreSignUp: got")
	expect(t, undeclared, "nothing that is declared needs that")
	// One that stands with the bucket, or answers resolvers too.
	misplaced := access.Function{Name: access.Remover, Description: "d", Triggers: []access.Trigger{access.PreSignUp}}
	found := CheckCalls(prooftest.Shipped(t, "prod"), []access.Function{misplaced}, access.Rules())
	expect(t, found, "the function remover stands in API: want it in Auth, with the user pool that calls it")
	expect(t, found, "resolvers call the function remover: want the user pool alone to call it")
}

// M72: the misuse rows are about the functions of the user pool as about all others.
func TestM72_M79_functionsOfTheUserPoolMakeNobodyAnAdmin(t *testing.T) {
	asked := func(s *system.System) (attempts, allowed int) {
		callers := callersByName(s)
		for _, m := range misuses {
			for _, a := range m.everybody(s) {
				if a.who != "the function welcome" {
					continue
				}
				attempts++
				if decision, _ := question.Decide(s, callers[a.who], questionOf(s, a), a.over); bool(decision) != a.may {
					allowed++
				}
			}
		}
		return attempts, allowed
	}
	if attempts, allowed := asked(withWelcome(t)); attempts < 15 || allowed > 0 {
		t.Errorf("got %d attempts, of which %d got through, want 15 or more and none", attempts, allowed)
	}
	for _, action := range []string{"cognito-idp:AdminAddUserToGroup", "iam:PassRole", "cognito-idp:UpdateUserPool"} {
		if _, allowed := asked(withWelcome(t, granted(action, "*"))); allowed == 0 {
			t.Errorf("%s: got none through, want it noticed", action)
		}
	}
}
