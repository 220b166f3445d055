package cloudformation_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestDeploy_pausesWithoutRollback(t *testing.T) {
	r := newRig(t)
	r.boxes.failing("create Outer", errors.New("no"))
	if got := r.deploy("S", pair(object{}, object{}), "DisableRollback", "true"); got != "CREATE_FAILED" {
		t.Fatalf("got %s, want CREATE_FAILED", got)
	}
	if ids := r.boxes.ids(); len(ids) != 1 {
		t.Errorf("got the boxes %v, want the one that was made", ids)
	}
	set := r.propose("S", pair(object{"Size": 3}, object{}))
	_, err := r.do("ExecuteChangeSet", "ChangeSetName", set.at("ChangeSetId").Text)
	if err == nil || !strings.Contains(err.Error(), "This stack is currently in a non-terminal [CREATE_FAILED] state.") {
		t.Errorf("with rollback: got %v, want AWS's refusal", err)
	}
	r.boxes.failing("create Outer", nil)
	r.boxes.took()
	if got := r.deploy("S", pair(object{"Size": 3}, object{}), "DisableRollback", "true"); got != "UPDATE_COMPLETE" {
		t.Fatalf("again: got %s, want UPDATE_COMPLETE\n%s", got, r.reasons("S"))
	}
	if got := r.boxes.took(); !slices.Equal(got, []string{"update Inner", "create Outer"}) {
		t.Errorf("got %v, want only what was missing", got)
	}
	// An update that fails now, and is rolled back by hand.
	r.boxes.failing("update Outer", errors.New("no"))
	if got := r.deploy("S", pair(object{"Size": 4}, object{"Size": 4}), "DisableRollback", "true"); got != "UPDATE_FAILED" {
		t.Fatalf("got %s, want UPDATE_FAILED", got)
	}
	r.boxes.failing("update Outer", nil)
	r.must("RollbackStack", "StackName", "S")
	if got := r.rest("S"); got != "UPDATE_ROLLBACK_COMPLETE" {
		t.Errorf("got %s, want UPDATE_ROLLBACK_COMPLETE", got)
	}
	if got := r.boxes.of(r.outputs("S")["InnerName"], "Size"); got != "3" {
		t.Errorf("got size %s, want 3", got)
	}
	if _, err := r.do("RollbackStack", "StackName", "S"); err == nil {
		t.Error("RollbackStack of a stack at rest succeeds")
	}
}

func TestRollbackStack_deletesWhatWasCreated(t *testing.T) {
	r := newRig(t)
	r.boxes.failing("create Outer", errors.New("no"))
	r.deploy("S", pair(object{}, object{}), "DisableRollback", "true")
	r.must("RollbackStack", "StackName", "S")
	if got := r.rest("S"); got != "ROLLBACK_COMPLETE" || r.boxes.ids() != nil {
		t.Errorf("got %s and the boxes %v, want ROLLBACK_COMPLETE and none", got, r.boxes.ids())
	}
}

func TestRollbackStack_deletesWhatIsRetainedExceptOnCreate(t *testing.T) {
	r := newRig(t)
	r.s.AnswerAtOnce()
	r.boxes.failing("create Z", errors.New("no"))
	r.deploy("S", template(object{
		"A": box(object{}, object{"DeletionPolicy": "Retain"}), "Z": box(object{"Contents": []any{ref("A")}}),
	}, nil), "DisableRollback", "true")
	r.must("RollbackStack", "StackName", "S", "RetainExceptOnCreate", "true")
	if got := r.rest("S"); got != "ROLLBACK_COMPLETE" || r.boxes.ids() != nil {
		t.Errorf("got %s and the boxes %v, want none", got, r.boxes.ids())
	}
}

// two is a template of two boxes, of which B comes after A.
func two(a, b object, more ...object) string {
	resources := object{"A": box(a), "B": box(b, object{"DependsOn": "A"})}
	for _, m := range more {
		for id, res := range m {
			resources[id] = res
		}
	}
	return template(resources, object{"A": output(ref("A"))})
}

func TestRollbackStack_goesBackToWhatWasLastComplete(t *testing.T) {
	r := newRig(t)
	r.s.AnswerAtOnce()
	r.deploy("S", two(object{"Size": 1}, object{"Size": 1}))
	r.boxes.failing("update B", errors.New("no"))
	for _, size := range []int{2, 3} {
		more := object{"Aa": box(object{"Size": size}, object{"DependsOn": "A"})}
		if got := r.deploy("S", two(object{"Size": size}, object{"Size": size}, more), "DisableRollback", "true"); got != "UPDATE_FAILED" {
			t.Fatalf("size %d: got %s, want UPDATE_FAILED", size, got)
		}
	}
	// Aa, which is new, fails to be updated as well.
	r.boxes.failing("update Aa", errors.New("no"))
	r.boxes.failing("update B", nil)
	more := object{"Aa": box(object{"Size": 4}, object{"DependsOn": "B"})}
	if got := r.deploy("S", two(object{"Size": 4}, object{"Size": 4}, more), "DisableRollback", "true"); got != "UPDATE_FAILED" {
		t.Fatalf("got %s, want UPDATE_FAILED", got)
	}
	r.boxes.took()
	r.must("RollbackStack", "StackName", "S")
	if got := r.rest("S"); got != "UPDATE_ROLLBACK_COMPLETE" {
		t.Fatalf("got %s, want UPDATE_ROLLBACK_COMPLETE\n%s", got, r.reasons("S"))
	}
	if got := r.boxes.took(); !slices.Equal(got, []string{"update A", "update B", "delete Aa"}) {
		t.Errorf("got %v, want A and B brought back, and Aa deleted", got)
	}
	if got := r.boxes.of(r.outputs("S")["A"], "Size"); got != "1" {
		t.Errorf("A: got size %s, want 1", got)
	}
}

func TestDeploy_bringsBackWhatAFailedUpdateMayHaveLeft(t *testing.T) {
	r := newRig(t)
	one := func(size int) string { return template(object{"A": box(object{"Size": size})}, nil) }
	r.deploy("S", one(1))
	r.boxes.failing("update A", errors.New("half done"))
	r.deploy("S", one(2), "DisableRollback", "true")
	r.boxes.failing("update A", nil)
	r.boxes.took()
	if got := r.deploy("S", one(1), "DisableRollback", "true"); got != "UPDATE_COMPLETE" {
		t.Fatalf("got %s, want UPDATE_COMPLETE", got)
	}
	if calls, from := r.boxes.took(), r.boxes.from["A"]; !slices.Equal(calls, []string{"update A"}) || from != "2" {
		t.Errorf("got the calls %v from size %s, want an update from what was tried", calls, from)
	}
}

func TestDeploy_replacesNothingWithoutRollback(t *testing.T) {
	r := newRig(t)
	r.deploy("S", template(object{"A": box(object{"Name": "a"})}, nil))
	if got := r.deploy("S", template(object{"A": box(object{"Name": "b"})}, nil), "DisableRollback", "true"); got != "UPDATE_FAILED" ||
		!strings.Contains(r.reasons("S"), "Replacement type updates not supported on stack with disable-rollback.") {
		t.Errorf("got %s, want UPDATE_FAILED with AWS's reason in\n%s", got, r.reasons("S"))
	}
	if got := r.boxes.ids(); !slices.Equal(got, []string{"a"}) {
		t.Errorf("got %v, want the old box", got)
	}
}

// An update that comes out with another physical id has replaced the resource.
func TestDeploy_takesAnotherPhysicalIDForAReplacement(t *testing.T) {
	r := newRig(t)
	r.deploy("S", two(object{"Name": "a", "Size": 1}, object{}))
	if got := r.deploy("S", two(object{"Name": "a", "Size": 99}, object{})); got != "UPDATE_COMPLETE" || r.outputs("S")["A"] != "a-xl" {
		t.Fatalf("got %s and %v, want the new id", got, r.outputs("S"))
	}
	if ids := r.boxes.ids(); len(ids) != 2 || slices.Contains(ids, "a") {
		t.Errorf("got the boxes %v, want the old one gone", ids)
	}
	// A deletion of a paused stack finds both.
	r.deploy("T", two(object{"Name": "t", "Size": 1}, object{}))
	r.boxes.failing("update B", errors.New("no"))
	r.deploy("T", two(object{"Name": "t", "Size": 99}, object{"Size": 1}), "DisableRollback", "true")
	for _, stack := range []string{"S", "T"} {
		r.must("DeleteStack", "StackName", stack)
		r.rest(stack)
	}
	if ids := r.boxes.ids(); ids != nil {
		t.Errorf("after the deletions: got the boxes %v, want none", ids)
	}
}

func TestDelete_leavesNothingOfARollbackThatFailed(t *testing.T) {
	r := newRig(t)
	three := func(size int, name string) string {
		return two(object{"Size": size}, object{"Name": name}, object{"C": box(object{"Size": size}, object{"DependsOn": "B"})})
	}
	r.deploy("S", three(1, "one"))
	calls := 0
	r.boxes.each = func(call string) {
		if call == "update C" || call == "update A" && calls > 0 {
			r.boxes.fail[call] = errors.New("no")
		}
		calls++
	}
	if got := r.deploy("S", three(2, "two")); got != "UPDATE_ROLLBACK_FAILED" {
		t.Fatalf("got %s, want UPDATE_ROLLBACK_FAILED", got)
	}
	r.must("DeleteStack", "StackName", "S")
	if got := r.rest("S"); got != "" || r.boxes.ids() != nil {
		t.Errorf("got %q and the boxes %v, want nothing", got, r.boxes.ids())
	}
}

func TestRollback_leavesAloneWhatOnlyTheTemplateSaysMoreOf(t *testing.T) {
	r := newRig(t)
	r.deploy("S", template(object{"A": box(object{}, object{"Metadata": object{"k": 1}})}, nil))
	r.boxes.failing("create Z", errors.New("no"))
	r.boxes.took()
	r.deploy("S", template(object{
		"A": box(object{}, object{"Metadata": object{"k": 2}, "DeletionPolicy": "Retain"}), "Z": box(object{}, object{"DependsOn": "A"}),
	}, nil))
	if got := r.boxes.took(); !slices.Equal(got, []string{"create Z"}) {
		t.Errorf("got the calls %v, want none for A", got)
	}
	r.must("DeleteStack", "StackName", "S")
	r.rest("S")
	if ids := r.boxes.ids(); ids != nil {
		t.Errorf("got the boxes %v, want the old policy to hold", ids)
	}
}
