package proof

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"lightbox.example/lightbox/internal/proof/prooftest"
	"lightbox.example/lightbox/sandbox/assembly"
)

// What is proven is what is deployed. The assembly has what a synth writes of a stack's publishing.
func TestDelivery_isOfWhatWasProvenByTheAccountItself(t *testing.T) {
	type object = map[string]any
	const role = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/cdk-hnb659fds-deploy-role-${AWS::AccountId}-us-east-1"
	for name, test := range map[string]struct {
		change func(stack, assets object)
		want   string
	}{
		"control: as the library writes it": {func(object, object) {}, ""},
		"another template":                  {func(stack, _ object) { stack["stackTemplateAssetObjectUrl"] = "s3://evil/evil.json" }, "another template would be deployed"},
		"another file in its place": {func(_, assets object) {
			assets["files"].(object)["abc"].(object)["source"].(object)["path"] = "evil.json"
		}, "another template would be deployed"},
		"a program that makes a file": {func(_, assets object) {
			assets["files"].(object)["abc"].(object)["source"].(object)["executable"] = []any{"sh"}
		}, "got executable, which a deployment runs or reads"},
		"a file among people's files": {func(_, assets object) {
			assets["files"].(object)["def"] = object{"source": object{"path": "x"}, "destinations": object{"a": object{"bucketName": "lightbox-files", "objectKey": "public/products/x"}}}
		}, "want the file by its hash where the templates are"},
		"an image": {func(_, assets object) { assets["dockerImages"] = object{"x": object{}} }, "got the image x"},
		"somebody else's word to take a role": {func(_, assets object) {
			assets["files"].(object)["abc"].(object)["destinations"].(object)["a"].(object)["assumeRoleExternalId"] = "x"
		}, "got assumeRoleExternalId, and nobody has looked"},
		"a file of a stack that is none": {func(_, assets object) {
			assets["files"].(object)["abc"].(object)["destinations"].(object)["a"].(object)["bucketName"] = "cdk-assets-of-others"
		}, "want the file by its hash where the templates are"},
		"a role of another account": {func(stack, _ object) { stack["cloudFormationExecutionRoleArn"] = "arn:aws:iam::999999999999:role/x" }, "want a role of the account itself"},
		"control: a role by the account's number": {func(stack, _ object) {
			stack["cloudFormationExecutionRoleArn"] = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/cdk-x-cfn-exec-role-111122223333-us-east-1"
		}, ""},
		"somebody who is told":      {func(stack, _ object) { stack["notificationArns"] = []any{"arn:aws:sns:us-east-1:999999999999:x"} }, "notificationArns: got"},
		"a tag that names a folder": {func(stack, _ object) { stack["tags"] = object{"user": "victim"} }, "got a tag user"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := prooftest.Assembly(t, "prod")
			var manifest object
			edit(t, filepath.Join(dir, "manifest.json"), &manifest, func() {
				artifacts := manifest["artifacts"].(object)
				stack := artifacts["CDN"].(object)["properties"].(object)
				stack["assumeRoleArn"], stack["stackTemplateAssetObjectUrl"] = role, "s3://cdk-assets/abc.json"
				artifacts["CDN.assets"] = object{"type": "cdk:asset-manifest", "properties": object{"file": "CDN.assets.json"}}
				assets := object{"version": "55.0.0", "files": object{"abc": object{
					"source": object{"path": "CDN.template.json", "packaging": "file"}, "destinations": object{"a": object{"bucketName": "cdk-assets", "objectKey": "abc.json", "assumeRoleArn": role}},
				}}, "dockerImages": object{}}
				test.change(stack, assets)
				var none object
				edit(t, filepath.Join(dir, "CDN.assets.json"), &none, func() { none = assets })
			})
			result, err := Check(dir)
			if err != nil {
				t.Fatal(err)
			}
			if test.want == "" && len(result.Violations) > 0 {
				t.Errorf("got %v, want nothing", result.Violations)
			}
			if test.want != "" {
				expect(t, result.Violations, test.want)
			}
		})
	}
}

// The code of a function is a file that is published with its stack.
func TestDelivery_isOfTheCodeThatWasBuilt(t *testing.T) {
	for path, want := range map[string]string{
		"":                 "",
		picturesFunction:   "Code.S3Key: got evil.zip, want a file that the stack publishes",
		removerFunction:    "Code.S3Key: got evil.zip, want a file that the stack publishes",
		"API/Log/Resource": "",
	} {
		dir := prooftest.Altered(t, "API", prooftest.Resource(path, func(resource map[string]any) {
			if code, has := resource["Properties"].(map[string]any)["Code"].(map[string]any); has {
				code["S3Key"] = "evil.zip"
			}
		}))
		a, err := assembly.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		violations, err := checkDelivery(a)
		if err != nil {
			t.Fatal(err)
		}
		expect(t, violations, want)
	}
}

// edit changes a file of JSON, or makes it.
func edit(t *testing.T, file string, into *map[string]any, change func()) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	change()
	if text, err = json.Marshal(*into); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// Away from us-east-1, the alarms and the budget that can be only there are there. Nothing else is, and they in no other account.
func TestDelivery_isOfOneRegionButForTheAlarmsOfCloudFront(t *testing.T) {
	const account, home, abroad = "aws://111122223333/", "us-east-1", "eu-west-1"
	for name, test := range map[string]struct {
		stack, environment string // that is another
		want               string
	}{
		"control":                          {"Operations", account + abroad, ""},
		"alarms in a third region":         {"OperationsGlobal", account + "eu-central-1", "stacks are in " + account + "eu-central-1 and " + account + abroad},
		"alarms of another account":        {"OperationsGlobal", "aws://999999999999/" + home, "stacks are in " + account + abroad + " and aws://999999999999/" + home},
		"another stack in the alarms' own": {"CDN", account + home, "stacks are in " + account + abroad + " and " + account + home},
	} {
		t.Run(name, func(t *testing.T) {
			a, err := assembly.Open(abroadWith(t, func(environments map[string]string) {
				for id := range environments {
					environments[id] = account + abroad
				}
				environments["OperationsGlobal"] = account + home
				environments[test.stack] = test.environment
			}))
			if err != nil {
				t.Fatal(err)
			}
			found, err := checkDelivery(a)
			if err != nil {
				t.Fatal(err)
			}
			expect(t, found, test.want)
		})
	}
}

// abroadWith is prod with alarms, OperationsGlobal among its stacks, each in an environment of the manifest that place says by its id.
func abroadWith(t *testing.T, place func(environments map[string]string)) string {
	t.Helper()
	dir := prooftest.Assembly(t, withOperations)
	for _, id := range []string{"Operations", "OperationsGlobal"} {
		template, err := os.ReadFile(filepath.Join("../../testdata/prod-operations-eu-west-1", id+".json"))
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, id+".template.json"), template, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	var manifest map[string]any
	edit(t, filepath.Join(dir, "manifest.json"), &manifest, func() {
		artifacts := manifest["artifacts"].(map[string]any)
		artifacts["OperationsGlobal"] = map[string]any{
			"type": "aws:cloudformation:stack", "displayName": "OperationsGlobal", "dependencies": []string{"CDN"},
			"properties": map[string]any{"templateFile": "OperationsGlobal.template.json", "stackName": "Lightbox-prod-OperationsGlobal"},
		}
		environments := map[string]string{}
		for id, artifact := range artifacts {
			if artifact.(map[string]any)["type"] == "aws:cloudformation:stack" {
				environments[id] = ""
			}
		}
		place(environments)
		for id, environment := range environments {
			artifacts[id].(map[string]any)["environment"] = environment
		}
	})
	return dir
}
