package cloudformation_test

import (
	"strings"
	"testing"
)

func TestChangeSet_saysWhetherAReplacementIsSure(t *testing.T) {
	r := newRig(t)
	text := func(name, lock string, size int) string {
		return template(object{
			"A": box(object{"Name": name}), "B": box(object{"Size": size, "Lid": object{"Lock": ref("A")}}),
			"C": box(object{"Name": "c", "Lid": object{"Lock": ref("A")}, "Size": size}), "D": box(object{"Name": lock, "Lid": object{"Lock": ref("A")}}),
		}, nil)
	}
	r.deploy("S", text("a", "d", 1))
	got := map[string]string{}
	for _, c := range r.propose("S", text("b", "e", 2)).members("Changes") {
		got[c.at("ResourceChange", "LogicalResourceId").Text] = c.at("ResourceChange", "Replacement").Text
	}
	for id, want := range map[string]string{"A": "True", "B": "Conditional", "C": "Conditional", "D": "True"} {
		if got[id] != want {
			t.Errorf("%s: got Replacement %s, want %s", id, got[id], want)
		}
	}
}

func TestChangeSet_bringsOutputsAlone(t *testing.T) {
	r := newRig(t)
	resources := object{"A": box(object{"Name": "a"})}
	r.deploy("S", template(resources, nil))
	if got := r.deploy("S", template(resources, object{"Name": output(ref("A"))})); got != "UPDATE_COMPLETE" || r.outputs("S")["Name"] != "a" {
		t.Errorf("got %s and %v, want the output", got, r.outputs("S"))
	}
}

func TestChangeSet_isExecutedOnce(t *testing.T) {
	r := newRig(t)
	r.deploy("S", template(object{"A": box(object{"Size": 1})}, nil))
	second := template(object{"A": box(object{"Size": 2})}, nil)
	other := r.must("CreateChangeSet", "StackName", "S", "ChangeSetName", "other", "TemplateBody", template(object{"A": box(object{"Size": 3})}, nil))
	set := r.propose("S", second)
	if got := len(r.must("ListChangeSets", "StackName", "S").members("Summaries")); got != 2 {
		t.Errorf("got %d change sets, want 2", got)
	}
	release := r.boxes.holding("update A")
	go func() {
		<-r.boxes.held
		if _, err := r.do("DeleteChangeSet", "ChangeSetName", set.at("ChangeSetId").Text); err == nil || !strings.HasPrefix(err.Error(), "InvalidChangeSetStatus") {
			t.Errorf("its deletion meanwhile: got %v, want InvalidChangeSetStatus", err)
		}
		if _, err := r.do("CreateChangeSet", "StackName", "S", "ChangeSetName", "c", "TemplateBody", second); err == nil || !strings.Contains(err.Error(), "is in UPDATE_IN_PROGRESS state and can not be updated.") {
			t.Errorf("another one meanwhile: got %v, want AWS's refusal", err)
		}
		if _, err := r.do("DeleteStack", "StackName", "S"); err == nil || !strings.Contains(err.Error(), "Stack [S] cannot be deleted while in status UPDATE_IN_PROGRESS") {
			t.Errorf("a deletion meanwhile: got %v, want AWS's refusal", err)
		}
		release()
	}()
	r.must("ExecuteChangeSet", "ChangeSetName", set.at("ChangeSetId").Text)
	r.rest("S")
	if _, err := r.do("ExecuteChangeSet", "ChangeSetName", set.at("ChangeSetId").Text); err == nil || !strings.HasPrefix(err.Error(), "InvalidChangeSetStatus") {
		t.Errorf("once more: got %v, want InvalidChangeSetStatus", err)
	}
	if _, err := r.do("ExecuteChangeSet", "ChangeSetName", other.at("Id").Text); err == nil || !strings.HasPrefix(err.Error(), "ChangeSetNotFound") {
		t.Errorf("the other one: got %v, want it gone", err)
	}
	if got := len(r.must("ListChangeSets", "StackName", "S").members("Summaries")); got != 0 {
		t.Errorf("afterwards: got %d change sets, want none", got)
	}
}
