package cloudformation_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// pair is a template of two boxes, of which Outer refers to Inner.
func pair(inner, outer object) string {
	outer["Contents"] = []any{ref("Inner")}
	return template(object{"Outer": box(outer), "Inner": box(inner)}, object{"InnerName": output(ref("Inner")), "OuterArn": output(att("Outer", "Arn"))})
}

func TestDeploy_createsInTheOrderOfDependencies(t *testing.T) {
	r := newRig(t)
	if got := r.deploy("S", pair(object{"Size": 1}, object{})); got != "CREATE_COMPLETE" {
		t.Fatalf("got %s, want CREATE_COMPLETE\n%s", got, r.reasons("S"))
	}
	if got := r.boxes.took(); !slices.Equal(got, []string{"create Inner", "create Outer"}) {
		t.Errorf("got %v, want Inner before Outer", got)
	}
	want := []string{
		"S REVIEW_IN_PROGRESS", "S CREATE_IN_PROGRESS", "Inner CREATE_IN_PROGRESS", "Inner CREATE_COMPLETE", "Outer CREATE_IN_PROGRESS",
		"Outer CREATE_COMPLETE", "S CREATE_COMPLETE",
	}
	if diff := cmp.Diff(want, r.events("S")); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	inner := r.outputs("S")["InnerName"]
	if !strings.HasPrefix(inner, "s-inner-") || len(inner) != len("s-inner-")+12 {
		t.Errorf("got the name %s, want s-inner- and a suffix of 12 characters", inner)
	}
	outer, _ := strings.CutPrefix(r.outputs("S")["OuterArn"], "arn:aws:boxes:::")
	if got := r.boxes.of(outer, "Contents"); got != "["+inner+"]" {
		t.Errorf("Outer: got the contents %s, want Inner's physical id", got)
	}
}

func TestChangeSet_failsWithoutChanges(t *testing.T) {
	r := newRig(t)
	text := pair(object{"Size": 1}, object{})
	r.deploy("S", text)
	r.boxes.took()
	// The same in other words: keys in another order, a number as a text, a description.
	for _, text := range []string{text, strings.Replace(text, `"Size":1`, `"Size":"1"`, 1), strings.Replace(text, `{"Out`, `{"Description":"new","Out`, 1)} {
		set := r.propose("S", text)
		const want = "The submitted information didn't contain changes. Submit different information to create a change set."
		if set.at("Status").Text != "FAILED" || set.at("ExecutionStatus").Text != "UNAVAILABLE" || set.at("StatusReason").Text != want {
			t.Errorf("%s: got %v, want FAILED: %s", text, set, want)
		}
		_, err := r.do("ExecuteChangeSet", "ChangeSetName", set.at("ChangeSetId").Text)
		if err == nil || !strings.HasPrefix(err.Error(), "InvalidChangeSetStatus: ") {
			t.Errorf("execution: got %v, want InvalidChangeSetStatus", err)
		}
	}
	if calls := r.boxes.took(); calls != nil {
		t.Errorf("got %v, want no calls", calls)
	}
	if set := r.propose("S", text, "Tags.member.1.Key", "k", "Tags.member.1.Value", "v"); set.at("Status").Text != "CREATE_COMPLETE" {
		t.Errorf("other tags: got %s, want a change", set.at("Status").Text)
	}
}

func TestDeploy_updatesInPlaceWhatChanged(t *testing.T) {
	r := newRig(t)
	r.deploy("S", pair(object{"Size": 1}, object{"Size": 1}))
	before := r.outputs("S")
	r.boxes.took()
	if got := r.deploy("S", pair(object{"Size": 2}, object{"Size": 1})); got != "UPDATE_COMPLETE" {
		t.Fatalf("got %s, want UPDATE_COMPLETE", got)
	}
	if got := r.boxes.took(); !slices.Equal(got, []string{"update Inner"}) {
		t.Errorf("got %v, want one update", got)
	}
	if diff := cmp.Diff(before, r.outputs("S")); diff != "" {
		t.Errorf("outputs changed:\n%s", diff)
	}
	if got := r.boxes.of(before["InnerName"], "Size"); got != "2" {
		t.Errorf("got size %s, want 2", got)
	}
	want := []string{
		"S UPDATE_IN_PROGRESS", "Inner UPDATE_IN_PROGRESS", "Inner UPDATE_COMPLETE", "S UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "S UPDATE_COMPLETE",
	}
	if got := r.events("S"); !slices.Equal(got[len(got)-len(want):], want) {
		t.Errorf("got the events %v, want %v at the end", got, want)
	}
}

func TestDeploy_replacesBeforeItDeletes(t *testing.T) {
	r := newRig(t)
	r.deploy("S", pair(object{"Lid": object{"Color": "red", "Lock": "a"}}, object{}))
	before := r.outputs("S")
	r.boxes.took()
	set := r.propose("S", pair(object{"Lid": object{"Color": "red", "Lock": "b"}}, object{}))
	changes := map[string]string{}
	for _, c := range set.members("Changes") {
		change := c.at("ResourceChange")
		changes[change.at("LogicalResourceId").Text] = change.at("Action").Text + " " + change.at("Replacement").Text + " " + change.at("PolicyAction").Text
	}
	if diff := cmp.Diff(map[string]string{"Inner": "Modify True ReplaceAndDelete", "Outer": "Modify False "}, changes); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	r.must("ExecuteChangeSet", "ChangeSetName", set.at("ChangeSetId").Text)
	if got := r.rest("S"); got != "UPDATE_COMPLETE" {
		t.Fatalf("got %s, want UPDATE_COMPLETE\n%s", got, r.reasons("S"))
	}
	if got := r.boxes.took(); !slices.Equal(got, []string{"create Inner", "update Outer", "delete Inner"}) {
		t.Errorf("got %v, want the new one, then those that refer to it, then the old one", got)
	}
	after := r.outputs("S")
	if after["InnerName"] == before["InnerName"] || after["OuterArn"] != before["OuterArn"] {
		t.Errorf("got %v after %v, want another Inner and the same Outer", after, before)
	}
	if ids := r.boxes.ids(); slices.Contains(ids, before["InnerName"]) || len(ids) != 2 {
		t.Errorf("got the boxes %v, want the old one gone", ids)
	}
}

func TestDeploy_rollsBackACreation(t *testing.T) {
	r := newRig(t)
	r.boxes.failing("create Outer", errors.New("no more boxes"))
	if got := r.deploy("S", pair(object{}, object{})); got != "ROLLBACK_COMPLETE" {
		t.Fatalf("got %s, want ROLLBACK_COMPLETE", got)
	}
	if ids := r.boxes.ids(); ids != nil {
		t.Errorf("got the boxes %v, want none", ids)
	}
	reasons := r.reasons("S")
	for _, want := range []string{
		`Outer CREATE_FAILED Resource handler returned message: "no more boxes" (RequestToken: `, "HandlerErrorCode: GeneralServiceException)",
		"S ROLLBACK_IN_PROGRESS The following resource(s) failed to create: [Outer]. Rollback requested by user.", "Inner DELETE_COMPLETE",
	} {
		if !strings.Contains(reasons, want) {
			t.Errorf("got the events\n%swant %s", reasons, want)
		}
	}
	_, err := r.do("CreateChangeSet", "StackName", "S", "ChangeSetName", "c", "ChangeSetType", "UPDATE", "TemplateBody", pair(object{}, object{}))
	if err == nil || !strings.HasSuffix(err.Error(), "is in ROLLBACK_COMPLETE state and can not be updated.") {
		t.Errorf("an update: got %v, want AWS's refusal", err)
	}
	r.must("DeleteStack", "StackName", "S")
	if got := r.rest("S"); got != "" {
		t.Errorf("after the deletion: got %s, want no stack", got)
	}
}

func TestDeploy_rollsBackAnUpdate(t *testing.T) {
	r := newRig(t)
	three := func(size int, lock string, more object) string {
		resources := object{
			"A": box(object{"Size": size}), "B": box(object{"Lid": object{"Lock": lock}}, object{"DependsOn": "A"}),
			"C": box(object{"Contents": []any{ref("B"), size}}),
		}
		for id, res := range more {
			resources[id] = res
		}
		return template(resources, object{"B": output(ref("B"))})
	}
	r.deploy("S", three(1, "a", object{"Old": box(object{})}))
	before, boxes := r.outputs("S"), r.boxes.ids()
	r.boxes.took()
	r.boxes.failing("create Z", errors.New("no"))
	if got := r.deploy("S", three(2, "b", object{"Z": box(object{}, object{"DependsOn": "C"}), "D": box(object{})})); got != "UPDATE_ROLLBACK_COMPLETE" {
		t.Fatalf("got %s, want UPDATE_ROLLBACK_COMPLETE\n%s", got, r.reasons("S"))
	}
	if diff := cmp.Diff(before, r.outputs("S")); diff != "" {
		t.Errorf("outputs (-before +after):\n%s", diff)
	}
	if diff := cmp.Diff(boxes, r.boxes.ids()); diff != "" {
		t.Errorf("boxes (-before +after):\n%s", diff)
	}
	for _, id := range boxes {
		if strings.HasPrefix(id, "s-a-") && r.boxes.of(id, "Size") != "1" || strings.HasPrefix(id, "s-c-") && r.boxes.of(id, "Contents") != "["+before["B"]+" 1]" {
			t.Errorf("%s: got size %s, contents %s, want what it had", id, r.boxes.of(id, "Size"), r.boxes.of(id, "Contents"))
		}
	}
	// The template is the old one again, and a good one goes through.
	if set := r.propose("S", three(1, "a", object{"Old": box(object{})})); set.at("Status").Text != "FAILED" {
		t.Errorf("the old template: got %v, want no changes", set)
	}
	if got := r.deploy("S", three(2, "b", nil)); got != "UPDATE_COMPLETE" {
		t.Errorf("got %s, want UPDATE_COMPLETE\n%s", got, r.reasons("S"))
	}
}

func TestDeploy_undoesAnUpdateThatFailedHalfway(t *testing.T) {
	r := newRig(t)
	one := func(size int) string { return template(object{"A": box(object{"Size": size})}, nil) }
	r.deploy("S", one(1))
	r.boxes.failing("update A", errors.New("half done"))
	if got := r.deploy("S", one(2)); got != "UPDATE_ROLLBACK_FAILED" {
		t.Fatalf("got %s, want UPDATE_ROLLBACK_FAILED", got)
	}
	if _, err := r.do("ContinueUpdateRollback", "StackName", "S", "ResourcesToSkip.member.1", "B"); err == nil {
		t.Error("ContinueUpdateRollback skips a resource that there is not")
	}
	r.must("ContinueUpdateRollback", "StackName", "S")
	if got := r.rest("S"); got != "UPDATE_ROLLBACK_FAILED" {
		t.Errorf("continued with the same fault: got %s, want UPDATE_ROLLBACK_FAILED", got)
	}
	r.boxes.failing("update A", nil)
	r.boxes.took()
	r.must("ContinueUpdateRollback", "StackName", "S")
	if got := r.rest("S"); got != "UPDATE_ROLLBACK_COMPLETE" {
		t.Errorf("got %s, want UPDATE_ROLLBACK_COMPLETE", got)
	}
	if got := r.boxes.took(); !slices.Equal(got, []string{"update A"}) {
		t.Errorf("got %v, want the update back", got)
	}
}

func TestContinueUpdateRollback_skips(t *testing.T) {
	r := newRig(t)
	one := func(size int) string { return template(object{"A": box(object{"Size": size})}, nil) }
	for _, form := range [][]string{{"ResourcesToSkip.member.1", "A"}, {"ForceRollback", "true"}} {
		r.boxes.failing("update A", nil)
		stack := "S" + form[0][:1]
		r.deploy(stack, one(1))
		r.boxes.failing("update A", errors.New("no"))
		r.deploy(stack, one(2))
		r.must("ContinueUpdateRollback", append([]string{"StackName", stack}, form...)...)
		if got := r.rest(stack); got != "UPDATE_ROLLBACK_COMPLETE" {
			t.Errorf("%v: got %s, want UPDATE_ROLLBACK_COMPLETE", form, got)
		}
		if !strings.Contains(r.reasons(stack), "A UPDATE_COMPLETE Resource skipped during UpdateRollback") {
			t.Errorf("%v: got\n%swant the resource skipped", form, r.reasons(stack))
		}
	}
}
