package cloudformation_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestDirect_createsAndUpdatesWithoutAChangeSet(t *testing.T) {
	r := newRig(t)
	one := template(object{"A": box(object{"Size": 1})}, object{"Name": output(ref("A"))})
	made := r.must("CreateStack", "StackName", "S", "TemplateBody", one, "EnableTerminationProtection", "true", "Tags.member.1.Key", "k",
		"Tags.member.1.Value", "v", "ClientRequestToken", "first", "DeploymentConfig.Mode", "STANDARD")
	if status := r.rest("S"); status != "CREATE_COMPLETE" {
		t.Fatalf("created: got %s\n%s", status, r.reasons("S"))
	}
	again := r.must("CreateStack", "StackName", "S", "TemplateBody", one, "ClientRequestToken", "first")
	if id := made.at("StackId").Text; id == "" || again.at("StackId").Text != id {
		t.Errorf("the same request again: got %q, want %q", again.at("StackId").Text, id)
	}
	stack := r.must("DescribeStacks", "StackName", "S").at("Stacks", "member")
	if got := []string{stack.at("EnableTerminationProtection").Text, stack.at("Tags", "member", "Value").Text}; strings.Join(got, " ") != "true v" {
		t.Errorf("protection and tag: got %v", got)
	}
	r.must("CreateChangeSet", "StackName", "S", "ChangeSetName", "waiting", "TemplateBody", template(object{"A": box(object{"Size": 9})}, nil))
	r.must("UpdateStack", "StackName", "S", "TemplateBody", template(object{"A": box(object{"Size": 2})}, nil))
	if status := r.rest("S"); status != "UPDATE_COMPLETE" || r.boxes.of(r.boxes.ids()[0], "Size") != "2" {
		t.Errorf("updated: got %s and the size %s", status, r.boxes.of(r.boxes.ids()[0], "Size"))
	}
	if left := r.must("ListChangeSets", "StackName", "S").members("Summaries"); len(left) != 0 {
		t.Errorf("change sets of what the stack was: got %d, want none", len(left))
	}
	if _, err := r.do("UpdateStack", "StackName", "S", "UsePreviousTemplate", "true"); err == nil || err.Error() != "ValidationError: No updates are to be performed." {
		t.Errorf("the same template: got %v", err)
	}
}

func TestDirect_rollsBack(t *testing.T) {
	r := newRig(t)
	r.must("CreateStack", "StackName", "S", "TemplateBody", template(object{"A": box(object{"Size": 1})}, nil))
	r.rest("S")
	r.boxes.failing("update A", errors.New("the box is full"))
	r.must("UpdateStack", "StackName", "S", "TemplateBody", template(object{"A": box(object{"Size": 2})}, nil), "DisableRollback", "true")
	if status := r.rest("S"); status != "UPDATE_FAILED" {
		t.Errorf("without a rollback: got %s", status)
	}
	r.boxes.failing("update A", nil)
	fixed := []string{"StackName", "S", "TemplateBody", template(object{"A": box(object{"Size": 3})}, nil)}
	if _, err := r.do("UpdateStack", fixed...); err == nil || !strings.Contains(err.Error(), "non-terminal [UPDATE_FAILED] state") {
		t.Errorf("an update of what waits: got %v", err)
	}
	r.must("UpdateStack", append(fixed, "DisableRollback", "true")...)
	if status := r.rest("S"); status != "UPDATE_COMPLETE" {
		t.Errorf("an update that says so: got %s", status)
	}
}

func TestDirect_refuses(t *testing.T) {
	r := newRig(t)
	good := template(object{"A": box(object{})}, nil)
	r.must("CreateStack", "StackName", "S", "TemplateBody", good)
	r.rest("S")
	for _, c := range []struct {
		action string
		form   []string
		want   string
	}{
		{"CreateStack", []string{"StackName", "S", "TemplateBody", good}, "AlreadyExistsException: Stack [S] already exists"},
		{"CreateStack", []string{"StackName", "a_b", "TemplateBody", good}, "Value 'a_b' at 'stackName'"},
		{"CreateStack", []string{"StackName", "T"}, "Either Template URL or Template Body must be specified."},
		{"CreateStack", []string{"StackName", "T", "TemplateBody", good, "OnFailure", "DELETE"}, "OnFailure DELETE is not supported by the sandbox"},
		{"CreateStack", []string{"StackName", "T", "TemplateBody", good, "TimeoutInMinutes", "1"}, "CreateStack: TimeoutInMinutes is not supported by the sandbox"},
		{"CreateStack", []string{"StackName", "T", "TemplateBody", template(object{"A": object{"Type": "AWS::SQS::Queue"}}, nil)}, "Unrecognized resource types: [AWS::SQS::Queue]"},
		{"CreateStack", []string{"StackName", "T", "TemplateBody", template(object{"A": box(object{"Size": "big", "Colour": "red"})}, nil)}, "Test::Boxes::Box.Colour is not supported by the sandbox"},
		{"CreateStack", []string{"StackName", "T", "Capabilities.member.1", "CAPABILITY_IAM", "TemplateBody", template(object{"R": object{"Type": "AWS::IAM::Role", "Properties": object{"Tags": tagged(51)}}}, nil)}, "AWS::IAM::Role.Tags: got 51 tags, want at most 50"},
		{"UpdateStack", []string{"StackName", "None", "TemplateBody", good}, "ValidationError: Stack [None] does not exist"},
		{"UpdateStack", []string{"StackName", "S", "TemplateBody", good}, "ValidationError: No updates are to be performed."},
	} {
		if _, err := r.do(c.action, c.form...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %v: got %v, want %s", c.action, c.form, err, c.want)
		}
	}
	r.must("CreateStack", "StackName", "Fifty", "Capabilities.member.1", "CAPABILITY_IAM", "TemplateBody", template(object{"R": object{"Type": "AWS::IAM::Role", "Properties": object{"Tags": tagged(50)}}}, nil))
	if _, err := r.do("DescribeStacks", "StackName", "T"); err == nil {
		t.Error("a refused creation left a stack")
	}
	if _, err := r.as(guest, "UpdateStack", "StackName", "S", "TemplateBody", good); err == nil || !strings.HasPrefix(err.Error(), "AccessDenied") {
		t.Errorf("without a right: got %v", err)
	}
}

// tagged are so many tags of a resource.
func tagged(count int) (tags []any) {
	for i := range count {
		tags = append(tags, object{"Key": fmt.Sprint("k", i), "Value": "v"})
	}
	return tags
}
