package cloudformation_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/sandbox/store"
)

func TestDelete_goesBackwardsAndKeepsWhatIsRetained(t *testing.T) {
	r := newRig(t)
	text := template(object{
		"A": box(object{}), "B": box(object{"Contents": []any{ref("A")}}), "C": box(object{"Contents": []any{ref("B")}}),
		"Kept": box(object{"Name": "kept"}, object{"DeletionPolicy": "Retain"}), "Also": box(object{"Name": "also"}, object{"DeletionPolicy": "RetainExceptOnCreate"}),
	}, nil)
	r.deploy("S", text)
	id := r.must("DescribeStacks", "StackName", "S").at("Stacks", "member", "StackId").Text
	r.boxes.took()
	r.must("DeleteStack", "StackName", "S")
	if got := r.rest("S"); got != "" {
		t.Fatalf("got %s, want no stack", got)
	}
	if got := r.boxes.took(); !slices.Equal(got, []string{"delete C", "delete B", "delete A"}) {
		t.Errorf("got %v, want the reverse of the creation", got)
	}
	if got := r.boxes.ids(); !slices.Equal(got, []string{"also", "kept"}) {
		t.Errorf("got the boxes %v, want those with a policy", got)
	}
	if _, err := r.do("DescribeStacks", "StackName", "S"); err == nil || err.Error() != "ValidationError: Stack with id S does not exist" {
		t.Errorf("got %v, want AWS's words", err)
	}
	if got := r.status(id); got != "DELETE_COMPLETE" {
		t.Errorf("by its id: got %s, want DELETE_COMPLETE", got)
	}
	if events := r.events(id); !slices.Contains(events, "Kept DELETE_SKIPPED") || events[len(events)-1] != "S DELETE_COMPLETE" {
		t.Errorf("got the events %v, want Kept DELETE_SKIPPED, and DELETE_COMPLETE at the end", events)
	}
	r.must("DeleteStack", "StackName", "S") // as on AWS
	// The same again is another stack, whose boxes have other names.
	if got := r.deploy("S", template(object{"A": box(object{})}, nil)); got != "CREATE_COMPLETE" || r.status(id) != "DELETE_COMPLETE" {
		t.Errorf("again: got %s, want CREATE_COMPLETE", got)
	}
}

func TestDelete_knowsTheLatestDependencies(t *testing.T) {
	r := newRig(t)
	text := func(size int, more ...object) string {
		return template(object{"A": box(object{}, more...), "B": box(object{}), "C": box(object{"Size": size})}, nil)
	}
	r.deploy("S", text(1))
	r.deploy("S", text(2, object{"DependsOn": []string{"B", "C"}}))
	r.boxes.took()
	r.must("DeleteStack", "StackName", "S")
	r.rest("S")
	if got := r.boxes.took(); got[0] != "delete A" {
		t.Errorf("got %v, want A before what it depends on now", got)
	}
}

func TestDelete_ofACreationThatFailedHonoursRetainExceptOnCreate(t *testing.T) {
	r := newRig(t)
	r.boxes.failing("create Z", errors.New("no"))
	r.deploy("S", template(object{
		"Kept": box(object{"Name": "kept"}, object{"DeletionPolicy": "Retain"}), "Not": box(object{"Name": "not"}, object{"DeletionPolicy": "RetainExceptOnCreate"}),
		"Z": box(object{"Contents": []any{ref("Kept"), ref("Not")}}),
	}, nil))
	if got := r.boxes.ids(); !slices.Equal(got, []string{"kept"}) {
		t.Errorf("got the boxes %v, want the retained one", got)
	}
}

func TestDelete_stopsAtWhatCannotBeDeleted(t *testing.T) {
	r := newRig(t)
	r.deploy("S", template(object{"A": box(object{}), "B": box(object{"Contents": []any{ref("A")}}), "C": box(object{})}, nil))
	r.boxes.failing("delete B", errors.New("not empty"))
	r.boxes.took()
	r.must("DeleteStack", "StackName", "S")
	if got := r.rest("S"); got != "DELETE_FAILED" {
		t.Fatalf("got %s, want DELETE_FAILED", got)
	}
	if got := r.boxes.took(); !slices.Equal(got, []string{"delete C", "delete B"}) {
		t.Errorf("got %v, want nothing deleted that B depends on", got)
	}
	if !strings.Contains(r.reasons("S"), "S DELETE_FAILED The following resource(s) failed to delete: [B].") {
		t.Errorf("got\n%swant the reason", r.reasons("S"))
	}
	r.must("DeleteStack", "StackName", "S", "RetainResources.member.1", "B")
	if got := r.rest("S"); got != "" || len(r.boxes.ids()) != 1 {
		t.Errorf("with B retained: got %q and %v, want the rest gone", got, r.boxes.ids())
	}
}

func TestDelete_givesUpACreation(t *testing.T) {
	r := newRig(t)
	r.s.AnswerAtOnce()
	release := r.boxes.holding("create Inner")
	set := r.propose("S", pair(object{}, object{}))
	r.must("ExecuteChangeSet", "ChangeSetName", set.at("ChangeSetId").Text)
	<-r.boxes.held
	if got := r.status("S"); got != "CREATE_IN_PROGRESS" {
		t.Errorf("got %s, want CREATE_IN_PROGRESS while a call is under way", got)
	}
	if got := r.events("S"); got[len(got)-1] != "Inner CREATE_IN_PROGRESS" {
		t.Errorf("got the events %v, want the progress", got)
	}
	r.must("DeleteStack", "StackName", "S")
	release()
	if got := r.rest("S"); got != "" || r.boxes.ids() != nil {
		t.Errorf("got %q and the boxes %v, want nothing", got, r.boxes.ids())
	}
	if got := r.boxes.took(); slices.Contains(got, "create Outer") {
		t.Errorf("got %v, want no more creations", got)
	}
}

func TestDelete_isRefusedWithTerminationProtection(t *testing.T) {
	r := newRig(t)
	r.deploy("S", template(object{"A": box(object{})}, nil))
	r.must("UpdateTerminationProtection", "StackName", "S", "EnableTerminationProtection", "true")
	if _, err := r.do("DeleteStack", "StackName", "S"); err == nil || err.Error() != "ValidationError: Stack [S] cannot be deleted while TerminationProtection is enabled" {
		t.Errorf("got %v, want AWS's refusal", err)
	}
	if got := r.must("DescribeStacks", "StackName", "S").at("Stacks", "member", "EnableTerminationProtection").Text; got != "true" {
		t.Errorf("got EnableTerminationProtection %s, want true", got)
	}
	r.must("UpdateTerminationProtection", "StackName", "S", "EnableTerminationProtection", "false")
	r.must("DeleteStack", "StackName", "S")
	if got := r.rest("S"); got != "" {
		t.Errorf("without protection: got %s, want no stack", got)
	}
}

func TestUpdate_retainsByUpdateReplacePolicy(t *testing.T) {
	r := newRig(t)
	one := func(name string) string {
		return template(object{"A": box(object{"Name": name}, object{"UpdateReplacePolicy": "Retain"})}, nil)
	}
	r.deploy("S", one("a"))
	if got := r.propose("S", one("b")).at("Changes", "member", "ResourceChange", "PolicyAction").Text; got != "ReplaceAndRetain" {
		t.Errorf("got PolicyAction %s, want ReplaceAndRetain", got)
	}
	r.deploy("S", one("b"))
	if got := r.boxes.ids(); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("got %v, want the old box retained", got)
	}
}

func TestUpdate_completesWhenACleanupFails(t *testing.T) {
	r := newRig(t)
	r.deploy("S", template(object{"A": box(object{}), "B": box(object{})}, nil))
	r.boxes.failing("delete B", errors.New("not empty"))
	if got := r.deploy("S", template(object{"A": box(object{})}, nil)); got != "UPDATE_COMPLETE" {
		t.Errorf("got %s, want UPDATE_COMPLETE", got)
	}
	if got := r.events("S"); !slices.Contains(got, "B DELETE_FAILED") {
		t.Errorf("got the events %v, want B DELETE_FAILED", got)
	}
	if got := r.must("ListStackResources", "StackName", "S").members("StackResourceSummaries"); len(got) != 1 {
		t.Errorf("got the resources %v, want A alone", got)
	}
}

func TestUpdate_refusesAnotherType(t *testing.T) {
	r := newRig(t)
	r.deploy("S", template(object{"A": box(object{})}, nil))
	_, err := r.do("CreateChangeSet", "StackName", "S", "ChangeSetName", "c", "ChangeSetType", "UPDATE", "Capabilities.member.1", "CAPABILITY_IAM",
		"TemplateBody", template(object{"A": object{"Type": "AWS::IAM::Role"}}, nil))
	if err == nil || !strings.Contains(err.Error(), "Update of resource type is not permitted.") {
		t.Errorf("got %v, want AWS's refusal", err)
	}
}

func TestStacks_shareOutputsAndExports(t *testing.T) {
	r := newRig(t)
	source := func(name string) string {
		return template(object{"A": box(object{"Name": name})}, object{"Name": export(ref("A"), "box-name")})
	}
	strong := template(object{"A": box(object{}), "B": box(object{"Contents": []any{object{"Fn::ImportValue": "box-name"}}})}, object{"B": output(ref("B"))})
	weak := template(object{"B": box(object{"Contents": []any{object{"Fn::GetStackOutput": object{"StackName": "Source", "OutputName": "Name"}}}})},
		object{"B": output(ref("B"))})

	if got := r.deploy("Strong", strong); got != "ROLLBACK_COMPLETE" || !strings.Contains(r.reasons("Strong"), "No export named box-name found") {
		t.Errorf("an export that is not there: got %s, want a failure with the reason in\n%s", got, r.reasons("Strong"))
	}
	if calls := r.boxes.took(); calls != nil {
		t.Errorf("an export that is not there: got %v, want it told before the first resource", calls)
	}
	r.must("DeleteStack", "StackName", "Strong")
	r.rest("Strong")
	r.deploy("Source", source("one"))
	r.deploy("Strong", strong)
	r.deploy("Weak", weak)
	for _, stack := range []string{"Strong", "Weak"} {
		if got := r.boxes.of(r.outputs(stack)["B"], "Contents"); got != "[one]" {
			t.Errorf("%s: got %s, want the output of the other stack", stack, got)
		}
	}
	if got := r.deploy("Source", source("two")); got != "UPDATE_ROLLBACK_COMPLETE" ||
		!strings.Contains(r.reasons("Source"), "Cannot update export box-name as it is in use by Strong") {
		t.Errorf("an export in use: got %s, want a rollback with the reason in\n%s", got, r.reasons("Source"))
	}
	more := strings.Replace(source("one"), `"Outputs"`, `"Description":"more","Outputs"`, 1)
	if got := r.deploy("Source", strings.Replace(more, `"Name":"one"`, `"Name":"one","Size":2`, 1)); got != "UPDATE_COMPLETE" {
		t.Errorf("the export as it was: got %s, want UPDATE_COMPLETE", got)
	}
	r.must("DeleteStack", "StackName", "Source")
	if got := r.rest("Source"); got != "UPDATE_COMPLETE" ||
		!strings.Contains(r.reasons("Source"), "Export box-name cannot be deleted as it is in use by Strong") {
		t.Errorf("the deletion: got %s, want the stack as it was, with the reason in\n%s", got, r.reasons("Source"))
	}
	if got := r.deploy("Other", template(object{"A": box(object{})}, object{"Name": export("x", "box-name")})); got != "ROLLBACK_COMPLETE" {
		t.Errorf("the same export again: got %s, want ROLLBACK_COMPLETE", got)
	}
	r.must("DeleteStack", "StackName", "Strong")
	r.rest("Strong")
	if got := r.deploy("Source", source("two")); got != "UPDATE_COMPLETE" {
		t.Errorf("without the other stack: got %s, want UPDATE_COMPLETE", got)
	}
	// Nobody tells who refers weakly: with the same template there is nothing to do, and with another the reference is new.
	set := r.propose("Weak", weak)
	if status, reason := set.at("Status").Text, set.at("StatusReason").Text; status != "FAILED" || !strings.Contains(reason, "didn't contain changes") {
		t.Errorf("the same template: got %s (%s), want a change set without changes", status, reason)
	}
	if got := r.deploy("Weak", strings.Replace(weak, `"Type":`, `"Metadata":{"a":"b"},"Type":`, 1)); got != "UPDATE_COMPLETE" || r.boxes.of(r.outputs("Weak")["B"], "Contents") != "[two]" {
		t.Errorf("the weak reference: got %s and %s, want the new output", got, r.boxes.of(r.outputs("Weak")["B"], "Contents"))
	}
}

func TestTemplate_isKeptAsItWasGiven(t *testing.T) {
	r := newRig(t)
	text := "{\r\n\t\"Resources\": {\"A\" : {\"Type\":\"Test::Boxes::Box\", \"Properties\": {\"Contents\": [\"<&>\\u00e9é😀 ]]>\"]}}}\r\n}\n"
	r.deploy("S", text)
	for _, stage := range []string{"Original", "Processed"} {
		if diff := cmp.Diff(text, r.must("GetTemplate", "StackName", "S", "TemplateStage", stage).at("TemplateBody").Text); diff != "" {
			t.Errorf("%s (-given +got):\n%s", stage, diff)
		}
	}
	r.files["https://bucket.s3.amazonaws.com/t.json"] = []byte(strings.Replace(text, "é😀", "e", 1))
	made := r.must("CreateChangeSet", "StackName", "S", "ChangeSetName", "c", "TemplateURL", "https://bucket.s3.amazonaws.com/t.json")
	if got := r.must("DescribeChangeSet", "ChangeSetName", made.at("Id").Text).members("Changes"); len(got) != 1 {
		t.Errorf("by its URL: got the changes %v, want one", got)
	}
	if _, err := r.do("CreateChangeSet", "StackName", "S", "ChangeSetName", "d", "TemplateURL", "https://bucket.s3.amazonaws.com/none"); err == nil || !strings.Contains(err.Error(), "S3 error") {
		t.Errorf("a URL of nothing: got %v, want an S3 error", err)
	}
}

func TestStackOutput_isOfThisRegion(t *testing.T) {
	r := newRig(t)
	r.deploy("Source", template(object{"A": box(object{})}, object{"Name": output(ref("A"))}))
	set := r.propose("S", template(object{"B": box(object{"Name": object{"Fn::GetStackOutput": object{
		"StackName": "Source", "OutputName": "Name", "Region": "eu-west-1",
	}}})}, nil))
	events := r.must("DescribeEvents", "StackName", "S", "ChangeSetName", "change").members("OperationEvents")
	if set.at("Status").Text != "FAILED" || len(events) != 1 || !strings.Contains(events[0].at("ValidationStatusReason").Text, "got the region eu-west-1, want us-east-1") {
		t.Errorf("got %s with %v, want the region refused", set.at("Status").Text, events)
	}
}

func TestTemplates_areKeptAsLongAsTheyAreNeeded(t *testing.T) {
	r := newRig(t)
	r.s.AnswerAtOnce()
	first, second := template(object{"A": box(object{"Size": 1})}, nil), template(object{"A": box(object{"Size": 2})}, nil)
	r.deploy("S", first)
	// While an update is under way, and after it failed, another stack's operation ends.
	r.boxes.failing("update A", errors.New("no"))
	release := r.boxes.holding("update A")
	r.must("ExecuteChangeSet", "ChangeSetName", r.propose("S", second).at("ChangeSetId").Text)
	<-r.boxes.held
	r.deploy("T", template(object{"A": box(object{"Size": 3})}, nil))
	go func() { r.boxes.failing("update A", nil); release(); <-r.boxes.held }()
	r.rest("S")
	r.deploy("U", template(object{"A": box(object{"Size": 4})}, nil))
	for _, stack := range []string{"S", "T", "U"} {
		if got := r.must("GetTemplate", "StackName", stack).at("TemplateBody").Text; got == "" {
			t.Errorf("%s: got no template", stack)
		}
	}
	texts := 0
	if err := r.db.View(func(tx store.Reader) error {
		for range tx.Range("cloudformation/templates", store.Range{}) {
			texts++
		}
		return nil
	}); err != nil || texts > 4 {
		t.Errorf("got %d texts (%v), want those of three stacks and at most one that was tried", texts, err)
	}
}
