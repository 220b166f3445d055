package schema

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/golden"
)

func TestWalk_namesWhatTheSchemaDoesNotHave(t *testing.T) {
	for name, of := range map[string]struct {
		kind, properties string
		want             []string
	}{
		"all known":  {"AWS::S3::Bucket", `{"BucketName": "b", "VersioningConfiguration": {"Status": "Enabled"}}`, nil},
		"a property": {"AWS::S3::Bucket", `{"BucketNam": "b", "AccelerateConfiguration": {"AccelerationStatus": "Enabled"}}`, []string{"BucketNam"}},
		"a part, and nothing below it": {
			"AWS::S3::Bucket", `{"VersioningConfiguration": {"Stattus": {"Deep": [1]}}}`, []string{"VersioningConfiguration.Stattus"},
		},
		"parts of items": {
			"AWS::S3::Bucket", `{"Tags": [{"Key": "a", "Value": "b"}, {"Kee": "a"}, {"Kee": "a"}]}`, []string{"Tags.1.Kee", "Tags.2.Kee"},
		},
		"another case": {"AWS::S3::Bucket", `{"bucketName": "b"}`, []string{"bucketName"}},
		"any key of a map, and the parts of its values": {
			"AWS::Cognito::IdentityPoolRoleAttachment",
			`{"Roles": {"authenticated": "r"}, "RoleMappings": {"idp": {"Type": "Token"}, "other": {"Typo": 1}}}`, []string{"RoleMappings.other.Typo"},
		},
		"a value of a map that is a text": {
			"AWS::AppSync::GraphQLApi", `{"EnvironmentVariables": {"A": "b", "C": {"D": "e"}}}`, []string{"EnvironmentVariables.C.D"},
		},
		"free JSON":               {"AWS::IAM::ManagedPolicy", `{"PolicyDocument": {"Statement": [{"Anything": {"at": "all"}}]}}`, nil},
		"free JSON in a list":     {"AWS::IAM::Role", `{"Policies": [{"PolicyDocument": {"A": 1}, "Name": "n"}]}`, []string{"Policies.0.Name"}},
		"free JSON beside a text": {"AWS::S3::BucketPolicy", `{"PolicyDocument": "{}", "Bucket": "b"}`, nil},
		"either of alternatives": {
			"AWS::S3::Bucket",
			`{"LoggingConfiguration": {"TargetObjectKeyFormat": {"SimplePrefix": {}, "PartitionedPrefix": {"PartitionDateSource": "EventTime"}}}}`, nil,
		},
		"neither of alternatives": {
			"AWS::S3::Bucket", `{"LoggingConfiguration": {"TargetObjectKeyFormat": {"Prefix": {}, "SimplePrefix": {"A": 1}}}}`,
			[]string{"LoggingConfiguration.TargetObjectKeyFormat.Prefix", "LoggingConfiguration.TargetObjectKeyFormat.SimplePrefix.A"},
		},
		"an object for a list":  {"AWS::S3::Bucket", `{"Tags": {"Key": "a"}}`, []string{"Tags.Key"}},
		"a list for an object":  {"AWS::S3::Bucket", `{"VersioningConfiguration": [{"Status": "Enabled"}]}`, []string{"VersioningConfiguration.0"}},
		"a list for a map":      {"AWS::AppSync::GraphQLApi", `{"EnvironmentVariables": ["a"]}`, []string{"EnvironmentVariables.0"}},
		"an object for a text":  {"AWS::S3::Bucket", `{"BucketName": {"Name": "b"}}`, []string{"BucketName.Name"}},
		"a star":                {"AWS::S3::Bucket", `{"*": 1, "Tags": {"*": {"Key": "a"}}}`, []string{"*", "Tags.*"}},
		"what only can be read": {"AWS::S3::Bucket", `{"Arn": "a"}`, nil},
		"functions": {
			"AWS::S3::Bucket",
			`{"BucketName": {"Ref": "Name"}, "Tags": {"Fn::FindInMap": ["A", {"Odd": 1}, "C"]}, "VersioningConfiguration": {"Fn::If": ["C", {"Ref": "AWS::NoValue"}, {"Status": "Enabled"}]}}`, nil,
		},
		"functions in maps and lists": {
			"AWS::AppSync::GraphQLApi", `{"EnvironmentVariables": {"A": {"Fn::GetAtt": ["B", "C"]}}, "Tags": [{"Ref": "Tag"}, {"Key": {"Fn::Sub": "k"}}]}`, nil,
		},
		"either value of Fn::If": {
			"AWS::S3::Bucket",
			`{"VersioningConfiguration": {"Fn::If": ["C", {"State": 1}, {"Fn::If": ["D", {"Mode": 2}, {"State": 3}]}]}}`,
			[]string{"VersioningConfiguration.Mode", "VersioningConfiguration.State"},
		},
		"what is no function": {"AWS::S3::Bucket", `{"VersioningConfiguration": {"Ref": "A", "Fn::If": []}}`,
			[]string{"VersioningConfiguration.Fn::If", "VersioningConfiguration.Ref"}},
	} {
		t.Run(name, func(t *testing.T) {
			var properties map[string]any
			if err := json.Unmarshal([]byte(of.properties), &properties); err != nil {
				t.Fatal(err)
			}
			if got, err := Walk(of.kind, properties); err != nil || !slices.Equal(got, of.want) {
				t.Errorf("got %v (%v), want %v", got, err, of.want)
			}
		})
	}
}

func TestWalk_refusesATypeThatIsNotInUse(t *testing.T) {
	if got, err := Walk("AWS::SQS::Queue", nil); err == nil || !strings.Contains(err.Error(), "AWS::SQS::Queue") || !strings.Contains(err.Error(), "make types") {
		t.Errorf("got %v (%v), want an error that names it and the command", got, err)
	}
}

// The templates that ship have no path that CloudFormation does not know; one that gets another key has.
func TestWalk_findsNothingUnknownInTheGoldenTemplates(t *testing.T) {
	files, err := filepath.Glob("../../../testdata/*/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("got no template (%v)", err)
	}
	resources := 0
	for _, file := range files {
		env, stack := filepath.Base(filepath.Dir(file)), strings.TrimSuffix(filepath.Base(file), ".json")
		for id, r := range golden.Resources(t, "../../..", env, stack) {
			if strings.HasPrefix(r.Type, "Custom::") {
				continue
			}
			resources++
			if got, err := Walk(r.Type, r.Properties); err != nil || len(got) > 0 {
				t.Errorf("%s: %s (%s): got %v unknown (%v)", file, id, r.Type, got, err)
			}
			if r.Properties == nil {
				continue
			}
			r.Properties["Surprise"] = true
			if got, _ := Walk(r.Type, r.Properties); !slices.Equal(got, []string{"Surprise"}) {
				t.Errorf("%s: %s (%s): got %v, want the control noticed", file, id, r.Type, got)
			}
		}
	}
	if resources < 100 {
		t.Errorf("walked %d resources, want those of all templates", resources)
	}
}
