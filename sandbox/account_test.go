package sandbox_test

import (
	"errors"
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
		if err := p.ask(who, link, nil, nil); !strings.HasPrefix(errorType(err), "Unauthorized") { // by IAM, an UnauthorizedException
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

// Whoever calls is who leaves: nobody else's account is touched, and theirs shows and posts nothing from then on.
func TestM94_deleteAccountIsOnesOwn(t *testing.T) {
	p := withPeople(t)
	if _, err := p.createPhoto(p.ada, "theirs"); err != nil {
		t.Fatal(err)
	}
	if _, err := p.createPhoto(p.ann, "hers"); err != nil {
		t.Fatal(err)
	}
	const remove = `mutation { deleteAccount }`
	for name, who := range map[string]person{"a guest": {keys: p.guest.keys}, "her credentials": {keys: p.ann.keys}} {
		if err := p.ask(who, remove, nil, nil); !strings.HasPrefix(errorType(err), "Unauthorized") {
			t.Errorf("%s: got %v, want Unauthorized", name, err)
		}
	}
	if err := p.ask(p.ann, `mutation { deleteAccount(owner: "`+p.ada.sub+`") }`, nil, nil); err == nil {
		t.Error("an argument: got no error, want a refusal")
	}
	var first, again struct{ DeleteAccount string }
	if err := errors.Join(p.ask(p.ann, remove, nil, &first), p.ask(p.ann, remove, nil, &again)); err != nil || first != again || first.DeleteAccount == "" {
		t.Errorf("got %v, then %v, and %v, want one time", first, again, err)
	}
	if _, err := p.createPhoto(p.ann, "more"); errorType(err) != "Unauthorized" {
		t.Errorf("a photo of hers: got %v, want Unauthorized", err)
	}
	if _, err := p.createPhoto(p.ada, "more"); err != nil {
		t.Errorf("a photo of another: got %v, want it made", err)
	}
	for _, who := range []person{p.ann, p.ada} {
		var profile struct{ GetProfile *struct{ Name string } }
		err := p.ask(p.ada, `query($owner: ID!) { getProfile(owner: $owner) { name } }`, map[string]any{"owner": who.sub}, &profile)
		if err != nil || (profile.GetProfile == nil) != (who.sub == p.ann.sub) {
			t.Errorf("%s: got the profile %v and %v, want hers gone alone", who.name, profile.GetProfile, err)
		}
	}
}
