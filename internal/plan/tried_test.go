package plan

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/sandbox"
	"lightbox.example/lightbox/sandbox/assembly"
	"lightbox.example/lightbox/sandbox/cloudformation"
)

// What is foretold of each case is tried: the old assembly is deployed to the sandbox and then the new one. A deployment that
// can't be fails where it was foretold, and nothing of that stack is another. Otherwise exactly the resources are others that
// were foretold to be made anew, and exactly the outputs; stacks that stay behind and that are left over are as they were.
func TestPlans_foretellWhatHappens(t *testing.T) {
	for _, name := range slices.Sorted(maps.Keys(scenarios)) {
		s := scenarios[name]
		if s.untried != "" {
			continue
		}
		t.Run(name, func(t *testing.T) { try(t, s.old(t), s.next(t)) })
	}
}

// A construct of each type, given another id, but for the types of which the scenarios rename one.
func TestPlans_foretellWhatARenamedConstructDoes(t *testing.T) {
	seen := map[string]bool{}
	for name := range scenarios {
		if !strings.HasSuffix(name, " renamed") {
			continue
		}
		before, after := open(t, scenarios[name].old(t)), open(t, scenarios[name].next(t))
		for i, stack := range before.Stacks {
			for id, r := range stack.Template.Resources.All() {
				if _, there := after.Stacks[i].Template.Resources.Get(id); !there {
					seen[r.Type] = true
				}
			}
		}
	}
	for _, stack := range open(t, prod(t)).Stacks {
		for id, r := range stack.Template.Resources.All() {
			if seen[r.Type] {
				continue
			}
			seen[r.Type] = true
			path := strings.TrimSuffix(r.Construct, "/Resource")
			t.Run(path, func(t *testing.T) { try(t, prod(t), prod(t, renamed(path, id))) })
		}
	}
	if len(seen) < 20 {
		t.Errorf("tried %d types, want those of five stacks", len(seen))
	}
}

func try(t *testing.T, old, next string) {
	t.Helper()
	p := compare(t, old, next)
	cloud, err := sandbox.Start(t.Context(), sandbox.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cloud.Close() })
	if err := cloud.Deploy(t.Context(), old, nil); err != nil {
		t.Fatal(err)
	}
	before := cloud.Stacks.Stacks()
	skipped := map[string]bool{} // what was kept, by logical and physical id
	var events []sandbox.Event
	err = cloud.Deploy(t.Context(), next, func(e sandbox.Event) {
		events = append(events, e)
		if e.Status == "DELETE_SKIPPED" {
			skipped[e.LogicalID+" "+e.PhysicalID] = true
		}
	})
	after := cloud.Stacks.Stacks()
	failing := slices.IndexFunc(p.Stacks, func(s Stack) bool { return s.Verdict == Cannot })
	if failing < 0 {
		if err != nil {
			t.Fatalf("got %v, want it deployed: nothing else was foretold", err)
		}
	} else {
		fails(t, p.Stacks[failing], events, err)
	}
	for i, s := range p.Stacks {
		was, is := stackOf(before, s.Name), stackOf(after, s.Name)
		switch {
		case s.Deed == Abandoned, s.Deed == Unchanged:
			was.TerminationProtection = is.TerminationProtection // which is no matter of the template
			if !reflect.DeepEqual(was, is) {
				t.Errorf("%s: is not as it was (-was +is):\n%s", s.Name, cmp.Diff(was, is))
			}
		case failing >= 0 && i >= failing:
			if diff := cmp.Diff(physical(was), physical(is)); diff != "" && s.Deed == Updated {
				t.Errorf("%s: is not as it was after a failure (-was +is):\n%s", s.Name, diff)
			}
		default:
			happened(t, s, was, is, before, skipped)
		}
	}
}

// fails looks for the resource that was foretold to be refused.
func fails(t *testing.T, s Stack, events []sandbox.Event, err error) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), s.Name) {
		t.Fatalf("got %v, want %s to fail", err, s.Name)
	}
	var refused []string
	for _, e := range events {
		if strings.HasSuffix(e.Status, "_FAILED") && !e.OfStack() {
			refused = append(refused, e.LogicalID)
		}
	}
	for _, f := range s.Findings {
		early := strings.Contains(err.Error(), "/Resources/"+f.LogicalID+"/") // before anything is made
		if f.Verdict == Cannot && (early || slices.Contains(refused, f.LogicalID)) {
			return
		}
	}
	t.Errorf("%s: %v failed (%v), want one that was foretold of %+v", s.Name, refused, err, s.Findings)
}

// happened compares what became of a stack with what was foretold.
func happened(t *testing.T, s Stack, was, is cloudformation.Stack, before []cloudformation.Stack, skipped map[string]bool) {
	t.Helper()
	old, now := physical(was), physical(is)
	anew := map[string]Finding{}
	for _, f := range slices.Concat(s.Findings, s.Unnoticed) {
		if f.Verdict == Replaces {
			anew[f.LogicalID] = f
		}
	}
	for id, one := range now {
		f, foretold := anew[id]
		before, there := old[id]
		switch {
		case there && !foretold && before != one:
			t.Errorf("%s/%s: was %s and is %s, which was not foretold", s.Name, id, before, one)
		case there && foretold && before == one && !sameName(f):
			t.Errorf("%s/%s: is %s as before, want the new one that was foretold", s.Name, id, one)
		}
	}
	for id, f := range anew {
		if _, there := now[id]; !there {
			t.Errorf("%s/%s: is not there, want the new one that was foretold", s.Name, id)
		}
		stack, logicalID, _ := strings.Cut(f.Instead, "/")
		gone := logicalID + " " + physical(stackOf(before, stack))[logicalID]
		if stack == s.Name && skipped[gone] != strings.Contains(f.Says, "is kept") && !sameName(f) {
			t.Errorf("%s/%s: the old one was kept: %v, want what was foretold: %s", s.Name, id, skipped[gone], f.Says)
		}
	}
	var others, foretold []string
	for _, out := range is.Outputs {
		for _, stack := range before {
			if !sameEnvironment(&assembly.Stack{Name: stack.Name}, &assembly.Stack{Name: is.Name}) {
				continue
			}
			for _, b := range stack.Outputs {
				if b.Key == out.Key && b.Value != out.Value && out.Description != "" {
					others = append(others, out.Key)
				}
			}
		}
	}
	for _, f := range s.Findings {
		if _, list, ok := strings.Cut(f.Says, "amplify_outputs.json: "); ok {
			foretold = strings.Split(strings.TrimSuffix(list, "."), ", ")
		}
		if f.Verdict == LeftOver && !skipped[f.LogicalID+" "+old[f.LogicalID]] {
			t.Errorf("%s/%s: was not kept, want it left over", s.Name, f.LogicalID)
		}
		if f.Verdict == Final && strings.Contains(f.Says, "is deleted, and nothing") && skipped[f.LogicalID+" "+old[f.LogicalID]] {
			t.Errorf("%s/%s: was kept, want it deleted", s.Name, f.LogicalID)
		}
	}
	slices.Sort(others)
	slices.Sort(foretold)
	if diff := cmp.Diff(foretold, others); diff != "" {
		t.Errorf("%s: other outputs changed (-foretold +changed):\n%s", s.Name, diff)
	}
}

// sameName reports whether a new resource has the name of the old one, which is its physical id.
func sameName(f Finding) bool {
	return slices.Contains([]string{"AWS::Cognito::UserPoolGroup", "AWS::IAM::Policy", "AWS::Lambda::Permission"}, f.Type)
}

func stackOf(all []cloudformation.Stack, name string) cloudformation.Stack {
	for _, s := range all {
		if s.Name == name {
			return s
		}
	}
	return cloudformation.Stack{}
}

// physical are the physical ids of a stack's resources.
func physical(s cloudformation.Stack) map[string]string {
	found := map[string]string{}
	for _, r := range s.Resources {
		if r.PhysicalID != "" {
			found[r.LogicalID] = r.PhysicalID
		}
	}
	return found
}
