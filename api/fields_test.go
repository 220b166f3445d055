package api

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/sandbox/appsyncjs"
)

func TestFields_areThoseOfTheSchemaThatNeedAResolver(t *testing.T) {
	var want []string
	for _, root := range roots(t) {
		for _, field := range ownFields(root) {
			want = append(want, root.Name+"."+field.Name)
		}
	}
	// All that was published or posted goes to all its subscribers, so there is nothing to filter.
	for _, unfiltered := range []string{"Subscription.onProductPublished", "Subscription.onPhotoCreated"} {
		i := slices.Index(want, unfiltered)
		want = slices.Delete(want, i, i+1)
	}
	want = append(want, "Photo.likedByMe")
	var got []string
	for _, field := range Fields() {
		got = append(got, field.Type+"."+field.Name)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
}

func TestFields_useEveryResolverThereIs(t *testing.T) {
	used := map[string]bool{Pipeline: true}
	for _, field := range Fields() {
		if len(field.Steps) == 0 {
			t.Errorf("%s.%s: got no steps, want one or more", field.Type, field.Name)
		}
		for _, step := range field.Steps {
			used[step] = true
		}
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(used)), Names()); diff != "" {
		t.Errorf("resolvers (-used +there):\n%s", diff)
	}
}

func TestFields_cannotBeChangedByTheirReader(t *testing.T) {
	first := Fields()
	first[0].Steps[0] = "x"
	first[0].Name = "x"
	if got := Fields()[0]; got.Name == "x" || got.Steps[0] == "x" {
		t.Errorf("got %v, want what it was", got)
	}
}

// actionOf is the IAM action that an operation needs.
var actionOf = map[string]string{
	"GetItem":        "dynamodb:GetItem",
	"PutItem":        "dynamodb:PutItem",
	"UpdateItem":     "dynamodb:UpdateItem",
	"DeleteItem":     "dynamodb:DeleteItem",
	"ConditionCheck": "dynamodb:ConditionCheckItem",
	"Query":          "dynamodb:Query",
}

func TestM81_actionsAreExactlyWhatTheRequestsNeed(t *testing.T) {
	needed := map[Source]map[string]map[string]bool{Products: {}, Photos: {}}
	need := func(source Source, op appsyncjs.Operation) {
		t.Helper()
		action, known := actionOf[op.Name]
		if !known {
			t.Fatalf("operation %q: got one that no action is known for", op.Name)
		}
		if needed[source][op.Index] == nil {
			needed[source][op.Index] = map[string]bool{}
		}
		needed[source][op.Index][action] = true
	}
	run := func(field Field, call func(*backend) reply) {
		b := newBackend(t)
		if got := call(b); got.err != nil {
			t.Fatalf("%s.%s: got %v, want a sample that succeeds", field.Type, field.Name, got.err)
		}
		for source, table := range map[Source]*table{Products: b.products, Photos: b.photos} {
			for _, op := range table.done {
				if len(op.Items) == 0 {
					need(source, op)
				}
				for _, item := range op.Items {
					need(source, item)
				}
				if op.Condition != nil {
					need(source, appsyncjs.Operation{Name: "GetItem"}) // AppSync's own, when the condition fails
				}
			}
		}
	}
	for _, field := range Fields() {
		name := field.Type + "." + field.Name
		switch {
		case field.Source == None:
			continue
		case name == "Photo.likedByMe":
			run(field, func(b *backend) reply {
				return b.resolve(name, appsyncjs.Context{Identity: alice, Source: args{"id": "a.b", "viewer": alice.Sub}})
			})
		default:
			run(field, func(b *backend) reply {
				calls := sampleCalls(b)
				if calls[name] == nil {
					t.Fatalf("%s: got no sample call, want one", name)
				}
				b.forget()
				return b.call(name, admin, calls[name])
			})
		}
	}
	for _, source := range []Source{Products, Photos} {
		granted := map[string]map[string]bool{}
		for _, grant := range Actions(source) {
			granted[grant.Index] = map[string]bool{}
			for _, action := range grant.Actions {
				granted[grant.Index][action] = true
			}
		}
		if diff := cmp.Diff(needed[source], granted); diff != "" {
			t.Errorf("actions of %s by index (-needed +granted):\n%s", source, diff)
		}
	}
	if got := Actions(None); got != nil {
		t.Errorf("actions of %s: got %v, want none", None, got)
	}
}
