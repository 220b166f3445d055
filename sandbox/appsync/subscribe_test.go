package appsync_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/sandbox/appsync"
)

// header is what a client puts into a message in the place of headers: what it would send with that request.
func (r *rig) header(as caller, path, body string) map[string]string {
	r.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, "https://"+r.host()+path, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	as(req, body)
	header := map[string]string{"host": r.host()}
	for name := range req.Header {
		header[name] = req.Header.Get(name)
	}
	return header
}

// start starts a subscription.
func (r *rig) start(as caller, query string, variables vars) (appsync.Subscription, *appsync.Refusal) {
	r.t.Helper()
	data, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		r.t.Fatal(err)
	}
	sub, err := r.apis.Start(context.Background(), r.id, r.header(as, "/graphql", string(data)), string(data))
	var refusal *appsync.Refusal
	if err != nil && !errors.As(err, &refusal) {
		r.t.Fatalf("got %v, want a refusal", err)
	}
	return sub, refusal
}

func TestConnect_authorizesTokensAndSignatures(t *testing.T) {
	r := newRig(t, "prod")
	connect := func(as caller) error {
		return r.apis.Connect(t.Context(), r.id, r.header(as, "/graphql/connect", "{}"))
	}
	for name, as := range map[string]caller{"a token": r.person("ann").as(), "a guest": r.guest()} {
		if err := connect(as); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, as := range map[string]caller{"nobody": nobody, "no token": bearer("x")} {
		var refusal *appsync.Refusal
		if err := connect(as); !errors.As(err, &refusal) || refusal.Status != http.StatusUnauthorized {
			t.Errorf("%s: got %v, want 401", name, err)
		}
	}
	elsewhere := r.header(r.guest(), "/graphql", "{}")
	if err := r.apis.Connect(t.Context(), r.id, elsewhere); err == nil {
		t.Error("the signature of another path was taken")
	}
	if err := r.apis.Connect(t.Context(), "nope", r.header(r.guest(), "/graphql/connect", "{}")); err == nil {
		t.Error("an API that is not there was connected to")
	}
}

// M34: guests hear of the catalogue and of nothing else. M60: neither does anybody hear of drafts.
func TestStart_authorizesEachSubscription(t *testing.T) {
	r := newRig(t, "prod")
	ann, guest := r.person("ann"), r.guest()
	tests := []struct {
		query          string
		guest, signeIn bool
	}{
		{`subscription{onProductPublished{id name}}`, true, true},
		{`subscription{onProductWithdrawn{id wasLive}}`, true, true},
		{`subscription{onPhotoCreated{id}}`, false, true},
		{`subscription{onPhotoChanged{id}}`, false, true},
		{`subscription{onPhotoDeleted{id}}`, false, true},
		{`subscription{onCommentChanged(photoId:"` + ann.sub + `.00000000-0000-4000-8000-000000000001"){id}}`, false, true},
		{`subscription{onDraftCreated{id}}`, false, false},
		{`{listProducts{nextToken}}`, false, false},
		{`subscription{onCommentChanged{id}}`, false, false},
	}
	for _, tt := range tests {
		for _, who := range []struct {
			name string
			as   caller
			may  bool
		}{{"guest", guest, tt.guest}, {"signed in", ann.as(), tt.signeIn}, {"nobody", nobody, false}} {
			sub, refusal := r.start(who.as, tt.query, nil)
			if (refusal == nil) != who.may {
				t.Errorf("%s: %s: got %v %v, want allowed %t", tt.query, who.name, sub.Field, refusal, who.may)
			}
		}
	}
	sub, _ := r.start(ann.as(), `subscription{onPhotoCreated{id}}`, nil)
	if left := sub.Expires.Sub(r.clock.Now()); left <= 0 || left > 24*time.Hour {
		t.Errorf("got %v until the token ends", left)
	}
}

func TestSubscriptions_getWhatTheMutationSelected(t *testing.T) {
	r := newRig(t, "prod")
	ann, bob := r.person("ann"), r.person("bob")
	photo := r.photoOf(ann, 1)
	sub, refusal := r.start(bob.as(), `subscription{news:onPhotoChanged{id who:owner caption}}`, nil)
	if refusal != nil {
		t.Fatal(refusal)
	}
	change := func(version, selection string) string {
		t.Helper()
		r.must(ann.as(), `mutation{x:updatePhoto(id:"`+photo+`",version:`+version+`,caption:"Hi"){`+selection+`}}`, nil)
		told := r.events.take()
		if len(told) != 1 || !strings.HasPrefix(told[0], "onPhotoChanged ") {
			t.Fatalf("got %q, want one event", told)
		}
		return strings.TrimPrefix(told[0], "onPhotoChanged ")
	}
	event := change("1", "i:id owner likeCount")
	if !strings.Contains(event, `"id":"`) || strings.Contains(event, "caption") {
		t.Errorf("got %s, want the selected fields by their names", event)
	}
	data, faults := sub.View.Project(read(t, event))
	if faults != nil || !strings.Contains(string(data), `{"news":{"id":"`) || !strings.Contains(string(data), `"who":"`+ann.sub+`","caption":null}}`) {
		t.Errorf("got %s %v, want null for what the mutation did not select", data, faults)
	}
	data, faults = sub.View.Project(read(t, change("2", "id caption")))
	if string(data) != `{"news":null}` || len(faults) != 1 || faults[0].Message != "Cannot return null for non-nullable type: 'ID' within parent 'Photo' (/news/who)" {
		t.Errorf("got %s %v, want an error for owner, which cannot be null", data, faults)
	}
	r.refused(ann.as(), `mutation{updatePhoto(id:"`+photo+`",version:1,caption:"Hi"){id}}`, nil, "Conflict")
	if told := r.events.take(); told != nil {
		t.Errorf("a mutation that failed: got %q", told)
	}
}

func TestSubscriptions_areFiltered(t *testing.T) {
	r := newRig(t, "prod")
	ann, boss := r.person("ann"), r.person("boss", "Admins")
	one, other := r.photoOf(ann, 1), r.photoOf(ann, 2)
	r.events.take()
	all, refusal := r.start(ann.as(), `subscription{onPhotoChanged{id}}`, nil)
	if refusal != nil {
		t.Fatal(refusal)
	}
	mine, refusal := r.start(ann.as(), `subscription($id:ID){onPhotoChanged(id:$id){id}}`, vars{"id": one})
	if refusal != nil {
		t.Fatal(refusal)
	}
	for id, want := range map[string]bool{one: true, other: false} {
		r.must(ann.as(), `mutation($id:ID!){likePhoto(id:$id){id}}`, vars{"id": id})
		for _, told := range r.events.take() {
			event := read(t, strings.TrimPrefix(told, "onPhotoChanged "))
			if !all.Matches(event) || mine.Matches(event) != want {
				t.Errorf("%s: got %t without and %t with an id, want true and %t", event.JSON, all.Matches(event), mine.Matches(event), want)
			}
		}
	}
	r.must(ann.as(), `mutation($id:ID!){likePhoto(id:$id){likeCount}}`, vars{"id": one})
	if told := r.events.take(); len(told) != 1 || mine.Matches(read(t, strings.TrimPrefix(told[0], "onPhotoChanged "))) {
		t.Errorf("without the id selected: got %q, want it to reach nobody who asks for an id", told)
	}

	withdrawn, refusal := r.start(r.guest(), `subscription{onProductWithdrawn{id wasLive}}`, nil)
	if refusal != nil {
		t.Fatal(refusal)
	}
	for shown, version := range map[bool]int{true: 2, false: 1} {
		r.must(boss.as(), `mutation($id:ID!,$v:Int!){deleteProduct(id:$id,version:$v){id wasLive}}`, vars{"id": r.productOf(boss, shown), "v": version})
		for _, told := range r.events.take() {
			event, ok := strings.CutPrefix(told, "onProductWithdrawn ")
			if ok && withdrawn.Matches(read(t, event)) != shown {
				t.Errorf("M60: %s: got %t, want guests to be told %t", event, !shown, shown)
			}
		}
	}
}

func TestSubscriptions_withoutAFilterCompareTheArguments(t *testing.T) {
	r := newRig(t, "prod")
	if err := r.Update("API", "GraphQLSchema", func(p map[string]any) {
		p["Definition"] = strings.Replace(p["Definition"].(string), "onPhotoCreated: Photo", "onPhotoCreated(owner: ID, caption: String, likeCount: Int): Photo", 1)
	}); err != nil {
		t.Fatal(err)
	}
	ann := r.person("ann")
	tests := []struct {
		arguments string
		want      []bool // of the events below
	}{
		{``, []bool{true, true, true, true}},
		{`(owner:"a")`, []bool{true, true, false, false}},
		{`(owner:"a",likeCount:1)`, []bool{true, false, false, false}},
		{`(caption:null)`, []bool{false, true, false, false}},
		{`(owner:"5")`, []bool{false, false, false, false}},
	}
	events := []string{`{"owner":"a","caption":"c","likeCount":1}`, `{"owner":"a","caption":null}`, `{"owner":5}`, `{}`}
	for _, tt := range tests {
		sub, refusal := r.start(ann.as(), `subscription{onPhotoCreated`+tt.arguments+`{id}}`, nil)
		if refusal != nil {
			t.Fatal(refusal)
		}
		var got []bool
		for _, event := range events {
			got = append(got, sub.Matches(read(t, event)))
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %s", tt.arguments, diff)
		}
	}
}

// read reads an event's text.
func read(t *testing.T, text string) *appsync.Event {
	t.Helper()
	event, err := appsync.ReadEvent(json.RawMessage(text))
	if err != nil {
		t.Fatal(err)
	}
	return event
}
