package appsync

import (
	goruntime "runtime"
	"testing"
	"time"

	"lightbox.example/lightbox/sandbox/appsync/graphql"
)

// watcher is a request to subscribe to onNote of an API of its own, by a way of authorization and in groups.
func watcher(t *testing.T, mode string, groups ...string) (*request, graphql.RootField) {
	t.Helper()
	schema, err := graphql.LoadSchema(`type Query { note: ID } type Subscription { onNote: ID }`)
	if err != nil {
		t.Fatal(err)
	}
	operation, faults := graphql.Parse(schema, graphql.Request{Query: `subscription { onNote }`}, true)
	if faults != nil {
		t.Fatal(faults)
	}
	return &request{api: &api{schema: schema}, caller: &caller{mode: mode, groups: groups}, operation: operation}, operation.Roots()[0]
}

// Who asks for the same and may have the same has the same view, and nobody else.
func TestViews_areSharedByThoseWhoSeeTheSame(t *testing.T) {
	var known views
	req, root := watcher(t, byUserPool, "Admins", "Staff")
	view := known.of(req, root, "text")
	as := func(mode string, groups ...string) *request {
		return &request{api: req.api, caller: &caller{mode: mode, groups: groups, expires: time.Now()}, operation: req.operation}
	}
	if known.of(as(byUserPool, "Admins", "Staff"), root, "text") != view {
		t.Error("got another view for another caller with the same rights, want the same")
	}
	elsewhere, otherRoot := watcher(t, byUserPool, "Admins", "Staff")
	for name, got := range map[string]*View{
		"another text":            known.of(req, root, "text "),
		"another way in":          known.of(as(byIAM, "Admins", "Staff"), root, "text"),
		"a group less":            known.of(as(byUserPool, "Admins"), root, "text"),
		"a group of a like name":  known.of(as(byUserPool, "Admins Staff"), root, "text"),
		"no group":                known.of(as(byUserPool), root, "text"),
		"another state of an API": known.of(elsewhere, otherRoot, "text"),
	} {
		if got == view {
			t.Errorf("%s: got the same view, want another", name)
		}
	}
}

func TestViews_goWithTheLastWhoHasThem(t *testing.T) {
	var known views
	req, root := watcher(t, byKey)
	kept := known.of(req, root, "kept")
	known.of(req, root, "left")
	count := func() int {
		known.mutex.Lock()
		defer known.mutex.Unlock()
		return len(known.known)
	}
	for end := time.Now().Add(time.Minute); count() > 1; goruntime.GC() {
		if time.Now().After(end) {
			t.Fatalf("got %d views, want the one that somebody has", count())
		}
	}
	if known.of(req, root, "kept") != kept {
		t.Error("got another view than the one that somebody has")
	}
}
