package api

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/sandbox/appsyncjs"
)

func TestFields_areThoseThatClientsCallAndThoseWithAResolver(t *testing.T) {
	var want []string
	for _, root := range roots(t) {
		for _, field := range ownFields(root) {
			want = append(want, root.Name+"."+field.Name)
		}
	}
	want = append(want, "Photo.likedByMe")
	var got []string
	for _, field := range access.Fields() {
		got = append(got, field.Path())
		// All that was published or posted goes to all its subscribers, so there is nothing to filter.
		unfiltered := field.Path() == "Subscription.onProductPublished" || field.Path() == "Subscription.onPhotoCreated"
		if unfiltered != (len(field.Steps) == 0) {
			t.Errorf("%s: got the steps %v, want some of all but the unfiltered subscriptions", field.Path(), field.Steps)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
}

func TestFields_useEveryResolverThereIs(t *testing.T) {
	used := map[string]bool{access.Pipeline: true}
	for _, field := range access.Fields() {
		for _, step := range field.Steps {
			used[step] = true
		}
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(used)), Names()); diff != "" {
		t.Errorf("resolvers (-used +there):\n%s", diff)
	}
	delete(used, access.Pipeline)
	if diff := cmp.Diff(slices.Sorted(maps.Keys(used)), slices.Sorted(maps.Keys(access.Steps()))); diff != "" {
		t.Errorf("steps (-used +declared):\n%s", diff)
	}
}

// actionOf is the IAM action that an operation needs, without "dynamodb:".
var actionOf = map[string]string{
	"GetItem":        "GetItem",
	"PutItem":        "PutItem",
	"UpdateItem":     "UpdateItem",
	"DeleteItem":     "DeleteItem",
	"ConditionCheck": "ConditionCheckItem",
	"Query":          "Query",
}

func TestM81_actionsAreExactlyWhatTheRequestsNeed(t *testing.T) {
	needed := map[string]access.Step{}
	need := func(name string, op appsyncjs.Operation) {
		t.Helper()
		action, known := actionOf[op.Name]
		if !known {
			t.Fatalf("operation %q: got one that no action is known for", op.Name)
		}
		step := needed[name]
		if step.Actions != nil && step.Index != op.Index {
			t.Errorf("%s: got requests of the indexes %q and %q, want one", name, step.Index, op.Index)
		}
		step.Index = op.Index
		if !slices.Contains(step.Actions, action) {
			step.Actions = append(step.Actions, action)
		}
		needed[name] = step
	}
	declared := access.Steps()
	run := func(field access.Field, call func(*backend) reply) {
		b := newBackend(t)
		if got := call(b); got.err != nil {
			t.Fatalf("%s: got %v, want a sample that succeeds", field.Path(), got.err)
		}
		// A step that asks nothing or a function needs no action; the function takes its own commands only.
		var asking []string
		for _, name := range field.Steps {
			if source := declared[name].Source; source == access.Products || source == access.Photos {
				asking = append(asking, name)
			} else {
				needed[name] = access.Step{Source: source}
			}
		}
		if len(*b.photos.log) != len(asking) {
			t.Fatalf("%s: got %d requests, want one a step", field.Path(), len(*b.photos.log))
		}
		for i, done := range *b.photos.log {
			step := needed[asking[i]]
			step.Source = done.source
			needed[asking[i]] = step
			op := done.op
			if len(op.Items) == 0 {
				need(asking[i], op)
			}
			for _, item := range op.Items {
				need(asking[i], item)
			}
			if op.Condition != nil {
				need(asking[i], appsyncjs.Operation{Name: "GetItem"}) // AppSync's own, when the condition fails
			}
		}
	}
	for _, field := range access.Fields() {
		switch {
		case len(field.Steps) == 0:
			continue
		case len(field.Steps) == 1 && declared[field.Steps[0]].Source == access.None:
			needed[field.Steps[0]] = access.Step{Source: access.None}
		case field.Path() == "Photo.likedByMe":
			run(field, func(b *backend) reply {
				return b.resolve(field.Path(), appsyncjs.Context{Identity: alice, Source: args{"id": "a.b", "viewer": alice.Sub}})
			})
		default:
			run(field, func(b *backend) reply {
				calls := sampleCalls(b)
				if calls[field.Path()] == nil {
					t.Fatalf("%s: got no sample call, want one", field.Path())
				}
				b.forget()
				return b.call(field.Path(), callerOf(field.Path()), calls[field.Path()])
			})
		}
	}
	for name, step := range declared {
		if diff := cmp.Diff(needed[name], step, cmpopts.SortSlices(strings.Compare)); diff != "" {
			t.Errorf("%s (-needed +declared):\n%s", name, diff)
		}
	}
	if got := access.Actions(access.None); got != nil {
		t.Errorf("actions of %s: got %v, want none", access.None, got)
	}
}
