package sandbox_test

import (
	"slices"
	"strings"
	"testing"
)

// identitiesOf are the ids in the identity pool that the table has for a user.
func (p people) identitiesOf(t *testing.T, sub string) (ids []string) {
	t.Helper()
	table, err := p.table("Photos")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := p.rows(table)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if id, is := strings.CutPrefix(row.text("row"), "IDENTITY#"); is && row.text("photoId") == "PROFILE#"+sub {
			ids = append(ids, id)
		}
	}
	return ids
}

// The identity pool gives the credentials, the client signs with them, and nobody says anything else.
func TestM93_linkIdentityNotesWhomTheIdentityPoolKnows(t *testing.T) {
	p := withPeople(t)
	const link = `mutation { linkIdentity }`
	for range 2 {
		for _, who := range []person{p.ann, p.ada} {
			if err := p.ask(person{keys: who.keys}, link, nil, nil); err != nil {
				t.Errorf("%s: got %v, want it noted", who.name, err)
			}
			if got := p.identitiesOf(t, who.sub); !slices.Equal(got, []string{who.identity}) {
				t.Errorf("%s: got %v, want %s alone", who.name, got, who.identity)
			}
		}
	}
	for name, who := range map[string]person{"a guest": {keys: p.guest.keys}, "a token": {Tokens: p.ann.Tokens}} {
		if err := p.ask(who, link, nil, nil); errorType(err) != "Unauthorized" {
			t.Errorf("%s: got %v, want Unauthorized", name, err)
		}
	}
	if err := p.ask(person{keys: p.ann.keys}, `mutation { linkIdentity(identityId: "`+p.ada.identity+`") }`, nil, nil); err == nil {
		t.Error("an argument: got no error, want a refusal")
	}
	if got := p.identitiesOf(t, p.ann.sub); len(got) != 1 {
		t.Errorf("got %v, want one identity", got)
	}
}
