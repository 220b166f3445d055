package cloudformation_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/sandbox/assembly"
	"lightbox.example/lightbox/sandbox/cloudformation"
)

// assemble deploys the stacks without the CLI, and returns the events as in "Stack/Box CREATE_COMPLETE".
func (c *cloud) assemble(stacks ...stackOf) (events []string, err error) {
	c.t.Helper()
	c.synth(stacks...)
	a, err := assembly.Open(c.app)
	if err != nil {
		c.t.Fatal(err)
	}
	err = c.s.Deploy(context.Background(), a, func(e cloudformation.Event) {
		events = append(events, e.Stack+"/"+e.LogicalID+" "+e.Status)
	})
	return events, err
}

func TestDeploy_bringsAnAssembly(t *testing.T) {
	c := newCloud(t)
	source := func(name string) stackOf {
		return stackOf{name: "Source", template: template(object{"A": box(object{"Name": name})}, object{"Name": output(ref("A"))})}
	}
	user := stackOf{name: "User", needs: []string{"Source"}, template: template(object{"B": box(object{"Contents": []any{
		object{"Fn::GetStackOutput": object{"StackName": "Source", "OutputName": "Name"}},
	}})}, nil)}
	want := []string{
		"Source/Source CREATE_IN_PROGRESS", "Source/A CREATE_IN_PROGRESS", "Source/A CREATE_COMPLETE", "Source/Source CREATE_COMPLETE",
		"User/User CREATE_IN_PROGRESS", "User/B CREATE_IN_PROGRESS", "User/B CREATE_COMPLETE", "User/User CREATE_COMPLETE",
	}
	if events, err := c.assemble(user, source("one")); err != nil || !slices.Equal(events, want) {
		t.Fatalf("got %v, events (-want +got):\n%s", err, cmp.Diff(want, events))
	}
	if events, err := c.assemble(user, source("one")); err != nil || events != nil {
		t.Errorf("again: got %v and the events %v, want neither", err, events)
	}
	c.boxes.took()
	// User's template is as it was, and nobody tells it that what it refers to is not: it stays behind.
	if _, err := c.assemble(user, source("two")); err != nil || !slices.Equal(c.boxes.took(), []string{"create A", "delete A"}) {
		t.Errorf("a replacement: got %v, want the one stack changed", err)
	}
	stacks := c.s.Stacks()
	if len(stacks) != 2 || stacks[0].Status != "UPDATE_COMPLETE" || stacks[0].Outputs[0].Value != "two" || string(stacks[1].Template) != user.template ||
		stacks[0].Resources[0].PhysicalID != "two" {
		t.Errorf("Stacks: got %v, want both as they are", stacks)
	}
}

// An update that is under way keeps its template, whatever ends meanwhile.
func TestDeploy_keepsTheTemplateOfWhatIsUnderWay(t *testing.T) {
	c := newCloud(t)
	one := func(name string, size int) stackOf {
		return stackOf{name: name, template: template(object{"A": box(object{"Size": size})}, nil)}
	}
	for _, first := range []stackOf{one("S", 1), one("T", 2)} {
		if _, err := c.assemble(first); err != nil {
			t.Fatal(err)
		}
	}
	c.synth(one("S", 3))
	a, err := assembly.Open(c.app)
	if err != nil {
		t.Fatal(err)
	}
	release := c.boxes.holding("update A")
	done := make(chan error)
	go func() { done <- c.s.Deploy(context.Background(), a, nil) }()
	<-c.boxes.held
	if _, err := c.assemble(stackOf{name: "T", template: template(object{"B": box(object{})}, nil)}); err != nil {
		t.Fatal(err)
	}
	release()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if got := string(c.s.Stacks()[0].Template); got != one("S", 3).template {
		t.Errorf("got the template %q, want the new one", got)
	}
}

func TestDeploy_setsTerminationProtection(t *testing.T) {
	c := newCloud(t)
	c.synth(stackOf{name: "S", template: template(object{"A": box(object{})}, nil)})
	a, err := assembly.Open(c.app)
	if err != nil {
		t.Fatal(err)
	}
	for _, protect := range []bool{true, false, true} {
		a.Stacks[0].TerminationProtection = protect
		if err := c.s.Deploy(context.Background(), a, nil); err != nil {
			t.Fatal(err)
		}
		c.s.Close()
		c.s, err = cloudformation.New(cloudformation.Config{Store: c.db, Types: c.boxes.types(), Region: region, Account: account})
		if err != nil {
			t.Fatal(err)
		}
		if got := c.s.Stacks()[0].TerminationProtection; got != protect {
			t.Errorf("after a restart: got %v, want %v", got, protect)
		}
	}
}

// A creation that failed left nothing that termination protection could protect: it is not in the way of the next.
func TestDeploy_createsAnewWhatIsProtectedAndFailed(t *testing.T) {
	c := newCloud(t)
	c.synth(stackOf{name: "S", template: template(object{"A": box(object{})}, nil)})
	a, err := assembly.Open(c.app)
	if err != nil {
		t.Fatal(err)
	}
	a.Stacks[0].TerminationProtection = true
	c.boxes.failing("create A", errors.New("no boxes left"))
	if err := c.s.Deploy(context.Background(), a, nil); err == nil || !c.s.Stacks()[0].TerminationProtection {
		t.Fatalf("a creation: got %v, want it to fail and the stack protected", err)
	}
	c.boxes.failing("create A", nil)
	if err := c.s.Deploy(context.Background(), a, nil); err != nil {
		t.Fatalf("again: got %v, want the stack", err)
	}
	if st := c.s.Stacks()[0]; st.Status != "CREATE_COMPLETE" || !st.TerminationProtection {
		t.Errorf("again: got %s, protected %v, want CREATE_COMPLETE and protected", st.Status, st.TerminationProtection)
	}
}

func TestDeploy_saysWhatFailedAndTriesAgain(t *testing.T) {
	c := newCloud(t)
	one := func(size any) stackOf {
		return stackOf{name: "S", template: template(object{"A": box(object{"Size": size})}, nil)}
	}
	c.boxes.failing("create A", errors.New("no boxes left"))
	_, err := c.assemble(one(1))
	if err == nil || !strings.HasPrefix(err.Error(), "S: ROLLBACK_COMPLETE") || !strings.Contains(err.Error(), `A (Test::Boxes::Box): Resource handler returned message: "no boxes left"`) {
		t.Errorf("a creation: got %v, want the resource and its reason", err)
	}
	c.boxes.failing("create A", nil)
	if _, err := c.assemble(one(1)); err != nil || c.s.Stacks()[0].Status != "CREATE_COMPLETE" {
		t.Errorf("again: got %v, want the stack", err)
	}
	if _, err := c.assemble(one("big")); err == nil || err.Error() != `S: Test::Boxes::Box.Size: got "big", want a whole number (at /Resources/A/Properties)` {
		t.Errorf("a fault: got %v, want it named", err)
	}
	if got := c.s.Stacks()[0].Status; got != "CREATE_COMPLETE" {
		t.Errorf("after a fault: got %s, want the stack as it was", got)
	}
	ctx, cancel := context.WithCancel(context.Background())
	release := c.boxes.holding("update A")
	c.synth(one(2))
	a, err := assembly.Open(c.app)
	if err != nil {
		t.Fatal(err)
	}
	go func() { <-c.boxes.held; cancel() }()
	if err := c.s.Deploy(ctx, a, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("a context that ends: got %v, want context.Canceled", err)
	}
	go release()
	if _, err := c.assemble(one(2)); err != nil || c.boxes.of(c.s.Stacks()[0].Resources[0].PhysicalID, "Size") != "2" {
		t.Errorf("what was under way: got %v, want it done", err)
	}
	for i, change := range []func(*assembly.Stack){func(s *assembly.Stack) { s.Region = "eu-west-1" }, func(s *assembly.Stack) { s.Account = "111122223333" }} {
		a, err := assembly.Open(c.app)
		if err != nil {
			t.Fatal(err)
		}
		change(a.Stacks[0])
		if err := c.s.Deploy(context.Background(), a, nil); err == nil || !strings.Contains(err.Error(), "the sandbox has no other") {
			t.Errorf("elsewhere, %d: got %v, want it refused", i, err)
		}
	}
}
