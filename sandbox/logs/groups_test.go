package logs_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/logs"
	"lightbox.example/lightbox/sandbox/store"
)

func TestResourceTypes_takeTheLogGroupsOfOurTemplates(t *testing.T) {
	for _, env := range []string{"dev", "prod"} {
		r := open(t, store.NewMemory(), env)
		r.deploy()
		resource, state := r.Resource("API", "Log9")
		if want := "arn:aws:logs:us-east-1:000000000000:log-group:" + r.group + ":*"; state.Attributes["Arn"] != want || !strings.HasPrefix(r.group, "/aws/appsync/apis/") {
			t.Errorf("got %v, want %s", state, want)
		}
		kind := r.logs.ResourceTypes()["AWS::Logs::LogGroup"]
		r.write("a", "kept")
		if again, err := kind.Create(t.Context(), resource); err != nil || again.PhysicalID != r.group {
			t.Errorf("again: got %v, %v", again, err)
		}
		if got, _ := r.messages("FilterLogEvents", object{}); !cmp.Equal(got, []string{"kept"}) {
			t.Errorf("got %v, want the line to be there still", got)
		}
		resource.LogicalID = "Other"
		if _, err := kind.Create(t.Context(), resource); codeOf(err) != "ResourceAlreadyExistsException" {
			t.Errorf("another resource with its name: got %v", err)
		}
	}
}

func TestListTagsForResource_saysWhatTheTemplateDeclared(t *testing.T) {
	r := open(t, store.NewMemory(), "dev")
	kind := r.logs.ResourceTypes()["AWS::Logs::LogGroup"]
	resource := aws.Resource{Stack: "s", LogicalID: "Log", Properties: object{"LogGroupName": "tagged", "Tags": []any{object{"Key": "team", "Value": "web"}}}}
	if _, err := kind.Create(t.Context(), resource); err != nil {
		t.Fatal(err)
	}
	got, code := r.developer.Call("Logs_20140328.ListTagsForResource", object{"resourceArn": "arn:aws:logs:us-east-1:000000000000:log-group:tagged"})
	if diff := cmp.Diff(map[string]any{"tags": map[string]any{"team": "web"}}, got); code != "" || diff != "" {
		t.Errorf("got %q (-want +got):\n%s", code, diff)
	}
}

func TestCreate_refusesWhatItDoesNotKnowByName(t *testing.T) {
	kind := logs.New(logs.Config{Store: store.NewMemory()}).ResourceTypes()["AWS::Logs::LogGroup"]
	for _, test := range []struct {
		properties object
		want       string
	}{
		{object{}, ""},
		{object{"LogGroupName": "a/b", "RetentionInDays": "3653", "LogGroupClass": "STANDARD", "Tags": []any{object{"Key": "k", "Value": "v"}}}, ""},
		{object{"RetentionInDays": "2"}, "AWS::Logs::LogGroup.RetentionInDays: got 2"},
		{object{"LogGroupName": "a b"}, "AWS::Logs::LogGroup.LogGroupName"},
		{object{"LogGroupClass": "INFREQUENT_ACCESS"}, "AWS::Logs::LogGroup.LogGroupClass"},
		{object{"KmsKeyId": "k"}, "AWS::Logs::LogGroup.KmsKeyId is not supported by the sandbox"},
	} {
		_, err := kind.Create(t.Context(), aws.Resource{Stack: "s", LogicalID: "Log", Suffix: "x", Properties: test.properties})
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%v: got %v, want %q", test.properties, err, test.want)
		}
	}
	if _, err := kind.Update(t.Context(), nil, aws.Resource{PhysicalID: "gone", Properties: object{}}); codeOf(err) != "ResourceNotFoundException" {
		t.Errorf("a group that is not there: got %v", err)
	}
	if err := kind.Delete(t.Context(), aws.Resource{PhysicalID: "gone"}); err != nil {
		t.Errorf("a group that is not there: got %v", err)
	}
}
