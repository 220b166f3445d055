package proof

import (
	"encoding/json"
	"slices"

	"lightbox.example/lightbox/internal/proof/question"
	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/sandbox/appsync/filter"
	"lightbox.example/lightbox/sandbox/appsync/graphql"
	"lightbox.example/lightbox/sandbox/appsyncjs"
)

const (
	likedByMe    = "Photo.likedByMe"
	sharedAnswer = "subscribers would take a mutation's answer for their own"
)

// likes tries the field that answers each caller for themselves; I like the photo and the other
// does not. What a query answers is marked with its caller. What a mutation answers goes to
// subscribers too, so it is not.
func (t *trial) likes(photo any) {
	id := arguments{"id": photo}
	mine, theirs := t.may(asMe, "Query.getPhoto", id), t.may(asOther, "Query.getPhoto", id)
	t.answers(asMe, mine, true, "the viewer likes it")
	t.answers(asOther, theirs, false, "somebody else likes it, and the viewer does not")
	t.answers(asOther, mine, nil, "the photo was answered to somebody else")
	t.answers(asMe, t.may(asMe, "Mutation.likePhoto", id), nil, sharedAnswer)
	for _, list := range []struct {
		field string
		args  arguments
	}{{"Query.listPhotos", arguments{}}, {"Query.photosByOwner", arguments{"owner": question.OtherSub}}} {
		t.answers(asMe, system.Lookup(t.may(asMe, list.field, list.args), "items.0"), true, "the viewer of a list likes it")
	}
}

// answers compares what likedByMe says of a photo to a caller.
func (t *trial) answers(who, photo, want any, why string) {
	got, answer, err := t.resolve(likedByMe, appsyncjs.Context{Identity: who, Source: photo})
	if err != nil || answer.Err != nil {
		t.closes(t.api.PlaceOf(likedByMe), "%s may not see %s of %v: %v%v", name(who), likedByMe, photo, show(answer.Err), show(err))
		return
	}
	t.expect(likedByMe, got, want, why)
}

// subscriptions tries which of the messages of its mutations a subscriber hears.
func (t *trial) subscriptions(mine, theirs any) {
	const withdrawn = "Subscription.onProductWithdrawn"
	for _, who := range []any{asIAM, asMe, asAdmin} {
		t.hears(who, withdrawn, arguments{}, arguments{"id": "x", "wasLive": true}, true)
		t.hears(who, withdrawn, arguments{}, arguments{"id": "x", "wasLive": false}, false)
		t.hears(who, withdrawn, arguments{}, arguments{"id": "x"}, false)
	}
	for _, one := range []struct{ field, key string }{
		{"Subscription.onPhotoChanged", "id"}, {"Subscription.onPhotoDeleted", "id"}, {"Subscription.onCommentChanged", "photoId"},
	} {
		field, key := one.field, one.key
		t.hears(asMe, field, arguments{key: theirs}, arguments{key: theirs}, true)
		t.hears(asMe, field, arguments{key: theirs}, arguments{key: mine}, false)
		if key == "id" { // which may be left out
			t.hears(asMe, field, arguments{}, arguments{key: mine}, true)
		}
	}
}

// hears subscribes and compares whether a message comes through.
func (t *trial) hears(who any, field string, args, message arguments, want bool) {
	_, answer, err := t.resolve(field, appsyncjs.Context{Identity: who, Arguments: args})
	if err != nil || answer.Err != nil {
		t.closes(t.api.PlaceOf(field), "%s may not subscribe to %s with %v: %v%v", name(who), field, args, show(answer.Err), show(err))
		return
	}
	compiled, err := filter.Compile(answer.Filter)
	if err != nil {
		t.report(field, "AppSync would refuse the filter of %s: %v", field, err)
		return
	}
	event, err := told(message)
	if err != nil {
		t.err = err
		return
	}
	switch got := compiled.Match(event); {
	case got && !want:
		t.report(field, "%s hears %v by %s with %v: the filter must hold it back", name(who), message, field, args)
	case !got && want:
		t.closes(t.api.PlaceOf(field), "%s does not hear %v by %s with %v: the filter must let it through", name(who), message, field, args)
	}
}

// told is what subscribers hear of a value, as they read it: nil for what is no object.
func told(value arguments) (map[string]any, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	event, err := graphql.Decode(text)
	object, _ := event.(map[string]any)
	return object, err
}

// untried are what no trial ran: of every resolver in the templates both handlers, and both of every
// function of its pipeline. What answers a field and was never called may do anything. Where a trial
// has failed, what lies behind that failure is left for the next run.
func untried(a system.API, calls callLog, failures []Violation) []Violation {
	found, used := findings{rule: "resolvers"}, map[system.At]bool{}
	for _, resolver := range a.Resolvers {
		field := resolver.FieldPath()
		for _, step := range resolver.Steps {
			used[step.At] = true
		}
		missing := calls.missing(field, resolver)
		switch {
		case len(missing) == 0:
		case !slices.Contains(calls.fields, field):
			found.opens(resolver.At, "no trial calls the resolver of %s: what it lets whom do is unknown", field)
		case !slices.ContainsFunc(failures, func(v Violation) bool { return v.At == resolver.At }):
			for _, which := range missing {
				found.opens(resolver.At, "no trial of %s runs the %s handler of %s: what it lets whom do is unknown", field, which.Name, which.Step)
			}
		}
	}
	for _, function := range a.Functions {
		if !used[function.At] {
			found.opens(function.At, "the function is in no pipeline, so that no trial runs it: what it lets whom do is unknown")
		}
	}
	return found.all
}

// missing are the handlers of a field that never ran.
func (l *callLog) missing(field string, resolver system.Resolver) []appsyncjs.Handler {
	steps := []string{resolver.At.Path}
	if len(resolver.Steps) > 0 {
		steps[0] = appsyncjs.Around
	}
	for _, step := range resolver.Steps {
		steps = append(steps, step.Path)
	}
	var missing []appsyncjs.Handler
	for _, step := range steps {
		for _, name := range []string{"request", "response"} {
			if which := (appsyncjs.Handler{Step: step, Name: name}); !l.ran[handler{field, which}] {
				missing = append(missing, which)
			}
		}
	}
	return missing
}
