package cloudformation_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/sandbox/store"
)

// killed is a store that stops to take anything at some moment, as for a process that is killed then.
type killed struct {
	store.Store
	dead atomic.Bool
}

var errKilled = errors.New("killed")

func (k *killed) Update(write func(store.Writer) error) error {
	if k.dead.Load() {
		return errKilled
	}
	return k.Store.Update(write)
}

// restart opens the service anew on what the killed process left.
func (r *rig) restart(k *killed) {
	r.t.Helper()
	r.s.Close()
	k.dead.Store(false)
	r.open()
}

// chain is a template of boxes of which each refers to the one before.
func chain(n, size int, lock string) string {
	resources := object{}
	for i := range n {
		properties := object{"Size": size}
		if i > 0 {
			properties["Contents"] = []any{ref(fmt.Sprint("Box", i-1))}
		}
		if i == n/2 && lock != "" {
			properties["Lid"] = object{"Lock": lock}
		}
		resources[fmt.Sprint("Box", i)] = box(properties)
	}
	return template(resources, object{"Last": output(ref(fmt.Sprint("Box", n-1)))})
}

// A kill at each call to the service, of each kind of operation: what comes after the restart is what would have come without.
func TestService_carriesOnAfterAKill(t *testing.T) {
	const n = 4
	failing := strings.Replace(chain(n, 2, "b"), `"Outputs"`, `"Conditions":{},"Outputs"`, 1)
	for _, c := range []struct {
		name   string
		begin  func(r *rig)
		want   string
		broken string // a call that fails
	}{
		{name: "create", want: "CREATE_COMPLETE"},
		{name: "create that fails", want: "ROLLBACK_COMPLETE", broken: "create Box3"},
		{name: "update", want: "UPDATE_COMPLETE", begin: func(r *rig) { r.deploy("S", chain(n, 1, "a")) }},
		{name: "update that fails", want: "UPDATE_ROLLBACK_COMPLETE", broken: "create Box4", begin: func(r *rig) { r.deploy("S", chain(n, 1, "a")) }},
		{name: "delete", want: "", begin: func(r *rig) { r.deploy("S", chain(n, 1, "a")) }},
	} {
		for step := 2; ; step++ {
			at, each := step/2, step%2 == 1
			r := newRig(t)
			k := &killed{Store: r.db}
			r.db = k
			r.s.Close()
			r.open()
			if each {
				r.s.KeepEachStep()
			}
			if c.begin != nil {
				c.begin(r)
			}
			made := r.boxes.ids()
			r.boxes.took()
			if c.broken != "" {
				r.boxes.failing(c.broken, errors.New("broken"))
			}
			calls := 0
			r.boxes.each = func(string) {
				if calls++; calls == at {
					k.dead.Store(true)
				}
			}
			if c.name == "delete" {
				r.must("DeleteStack", "StackName", "S")
			} else {
				text := failing
				if strings.HasPrefix(c.broken, "create Box4") {
					text = chain(n+1, 2, "b")
				}
				set := r.propose("S", text)
				r.must("ExecuteChangeSet", "ChangeSetName", set.at("ChangeSetId").Text)
			}
			r.s.Wait()
			if !k.dead.Load() { // there were fewer calls
				if at == 1 {
					t.Errorf("%s: nothing was called", c.name)
				}
				break
			}
			r.restart(k)
			if got := r.rest("S"); got != c.want {
				t.Fatalf("%s, killed at call %d: got %q, want %q\n%s", c.name, at, got, c.want, r.reasons("S"))
			}
			want := n
			switch c.want {
			case "", "ROLLBACK_COMPLETE":
				want = 0
			case "UPDATE_ROLLBACK_COMPLETE":
				if diff := cmp.Diff(made, r.boxes.ids()); diff != "" {
					t.Errorf("%s, killed at call %d: boxes (-before +after)\n%s", c.name, at, diff)
				}
			}
			if got := len(r.boxes.ids()); got != want {
				t.Errorf("%s, killed at call %d: got %d boxes (%v), want %d", c.name, at, got, r.boxes.ids(), want)
			}
			if c.want == "UPDATE_COMPLETE" {
				if set := r.propose("S", failing); set.at("Status").Text != "FAILED" {
					t.Errorf("%s, killed at call %d: the template is not what is deployed: %v", c.name, at, set)
				}
			}
		}
	}
}

func TestService_keepsAllInAFile(t *testing.T) {
	r := newRig(t)
	path := filepath.Join(t.TempDir(), "db")
	open := func() {
		db, err := store.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		r.db = db
		r.open()
	}
	r.s.Close()
	open()
	r.deploy("S", pair(object{"Size": 1}, object{}), "Tags.member.1.Key", "k", "Tags.member.1.Value", "v")
	r.propose("S", pair(object{"Size": 2}, object{}))
	asked := func() []node {
		return []node{
			r.must("DescribeStacks"), r.must("DescribeStackEvents", "StackName", "S"), r.must("DescribeStackResources", "StackName", "S"),
			r.must("GetTemplate", "StackName", "S"), r.must("ListChangeSets", "StackName", "S"), r.must("ListStacks"),
			r.must("DescribeChangeSet", "StackName", "S", "ChangeSetName", "change", "IncludePropertyValues", "true"),
		}
	}
	before := asked()
	r.s.Close()
	if err := r.db.Close(); err != nil {
		t.Fatal(err)
	}
	open()
	defer func() { r.s.Close(); r.db.Close() }()
	if diff := cmp.Diff(before, asked()); diff != "" {
		t.Errorf("after a restart (-before +after):\n%s", diff)
	}
	r.boxes.took()
	r.must("ExecuteChangeSet", "StackName", "S", "ChangeSetName", "change")
	if got := r.rest("S"); got != "UPDATE_COMPLETE" || !slices.Equal(r.boxes.took(), []string{"update Inner"}) {
		t.Errorf("the change set from before: got %s, want one update", got)
	}
}

func TestService_isSafeForConcurrentUse(t *testing.T) {
	r := newRig(t)
	var clients sync.WaitGroup
	for i := range 8 {
		clients.Go(func() {
			name := fmt.Sprint("Stack", i)
			for size := range 5 {
				if got := r.deploy(name, chain(5, size, "")); !strings.HasSuffix(got, "_COMPLETE") {
					t.Errorf("%s: got %s", name, got)
				}
				r.must("DescribeStacks")
				r.must("DescribeStackEvents", "StackName", name)
				r.must("ListStackResources", "StackName", fmt.Sprint("Stack", i))
				r.s.Stacks()
			}
			r.must("DeleteStack", "StackName", name)
			r.rest(name)
		})
	}
	clients.Wait()
	if ids := r.boxes.ids(); ids != nil {
		t.Errorf("got the boxes %v, want none", ids)
	}
}
