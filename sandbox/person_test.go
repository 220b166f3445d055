package sandbox_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	erase "lightbox.example/lightbox/internal/person"
)

// inAll is what somebody has who has something in every store: see has.
const inAll = "account 1 photos 1 comments 4 likes 2 days 1 products 0 originals/{user}/ 1 protected/{identity}/ 4 private/{identity}/ 4"

// erasedBy are what a round erased whatever the table's stream has removed meanwhile: of photos that are gone it does so, too.
func erasedBy(counts erase.Counts) bool {
	return counts.Items(erase.Account) == 1 && counts.Items(erase.Photos) == 1 && counts.Items(erase.Comments) >= 2 && counts.Items(erase.Likes) >= 1 &&
		counts.Items(erase.Days) == 1 && counts.Items("uploads/{user}/") >= 1 && counts.Items("protected/{identity}/") == 4 && counts.Items("private/{identity}/") == 4
}

// said are counts as a line, without what is kept to the end, and without uploads: those that were posted go by themselves.
func said(counts erase.Counts) string {
	var parts []string
	for _, one := range counts {
		switch one.Of {
		case erase.Identities, erase.Pairs, erase.Profile, "uploads/{user}/":
		default:
			parts = append(parts, fmt.Sprint(one.Of, " ", one.Items))
		}
	}
	return strings.Join(parts, " ")
}

func TestErase_leavesOthersAsTheyWere(t *testing.T) {
	l := withLeaving(t)
	before := l.left(t)
	who := l.joins(t, "leaver")
	stores := l.stores(t, nil)
	if _, err := stores.Erase(t.Context(), who, nil); !errors.Is(err, erase.ErrStays) || len(l.left(t, who)) < 10 {
		t.Fatalf("who stays: got %v and %d things, want %v and all", err, len(l.left(t, who)), erase.ErrStays)
	}
	found, err := stores.Survey(t.Context(), who, nil)
	if err != nil || said(found.Counts) != inAll || found.Items("uploads/{user}/") < 1 || len(found.Identities) != 1 || !found.Leaving.IsZero() {
		t.Fatalf("a survey: got %s, %v %v, %v\nwant %s", said(found.Counts), found.Identities, found.Leaving, err, inAll)
	}
	if err := stores.Mark(t.Context(), who); err != nil {
		t.Fatal(err)
	}
	done, err := stores.Erase(t.Context(), who, nil)
	if err != nil || !erasedBy(done.Counts) || done.Until.IsZero() {
		t.Errorf("got %s, %v, %v\nwant %s and a mark", said(done.Counts), done.Until, err, inAll)
	}
	who.Identities = found.Identities
	l.marked(t, "the first round", who)
	// What tokens and keys of before bring in meanwhile.
	for _, key := range []string{"private/" + found.Identities[0] + "/late", "uploads/" + who.Sub + "/late"} {
		if err := ok(l.files(root, "PUT", key, []byte("late"))); err != nil {
			t.Fatal(err)
		}
	}
	l.aged(t, who)
	who.Identities = nil // the pair row says them
	if done, err = stores.Erase(t.Context(), who, nil); err != nil || !done.Until.IsZero() || done.Items("private/{identity}/") != 1 || done.Items("uploads/{user}/") != 1 {
		t.Errorf("the last round: got %v, %v", done, err)
	}
	l.backAt(t, before)
	if _, err := stores.Erase(t.Context(), who, nil); !errors.Is(err, erase.ErrStays) {
		t.Errorf("after the last round: got %v, want nobody who leaves", err)
	}
	// Who was made to try something goes at once, with no mark.
	made := l.joins(t, "made")
	counts, err := stores.Unmake(t.Context(), made, nil)
	if err != nil || !erasedBy(counts) || counts.Items(erase.Identities) != 1 {
		t.Errorf("Unmake: got %s, %v\nwant %s", said(counts), err, inAll)
	}
	l.backAt(t, before)
}

// marked makes sure that a mark and a pair row are left of somebody, and nothing else.
func (l leaving) marked(t *testing.T, what string, who erase.Person) {
	t.Helper()
	left := l.left(t, who)
	all := strings.Join(left, "")
	if len(left) != 2 || !strings.Contains(all, `{"S":"IDENTITY#`) || !strings.Contains(all, `"leaving"`) || strings.Contains(all, `"name"`) {
		t.Errorf("%s: got\n%s\nwant the pair row and the mark", what, strings.Join(left, "\n"))
	}
}

// Killed after any of its calls and called again, it leaves what an undisturbed one does, and counts nothing down twice.
func TestErase_goesOnWhereverItIsKilled(t *testing.T) {
	l := withLeaving(t)
	before := l.left(t)
	for _, round := range []string{"the first", "the last"} {
		begin := func(name string) erase.Person {
			who := l.joins(t, name)
			if err := l.stores(t, nil).Mark(t.Context(), who); err != nil {
				t.Fatal(err)
			}
			if round == "the last" { // with what came in since the first
				if _, err := l.stores(t, nil).Erase(t.Context(), who, nil); err != nil {
					t.Fatal(err)
				}
				for _, identity := range l.identitiesOf(t, who.Sub) {
					if err := ok(l.files(root, "PUT", "private/"+identity+"/late", []byte("late"))); err != nil {
						t.Fatal(err)
					}
				}
				l.aged(t, who)
			}
			return who
		}
		undisturbed, control := &wire{}, begin("undisturbed"+round[4:])
		if _, err := l.stores(t, undisturbed).Erase(t.Context(), control, nil); err != nil {
			t.Fatal(err)
		}
		if round == "the first" {
			l.last(t, "undisturbed", control)
		}
		for n := 1; n <= len(undisturbed.calls); n++ {
			if !killedAt() {
				continue
			}
			who := begin(fmt.Sprint(round[4:], n))
			what := fmt.Sprintf("%s round, killed after call %d, %s", round, n, undisturbed.calls[n-1])
			w := &wire{after: n}
			if _, err := l.stores(t, w).Erase(t.Context(), who, nil); err == nil && len(w.calls) >= n { // the table's stream may save it a call
				t.Errorf("%s: got no fault, so it was not killed", what)
			}
			_, err := l.stores(t, nil).Erase(t.Context(), who, nil)
			if err != nil && (round == "the first" || !errors.Is(err, erase.ErrStays)) {
				t.Errorf("%s: again: %v", what, err)
			}
			if round == "the first" {
				l.last(t, what, who)
			}
			if left := l.left(t, who); len(left) > 0 {
				t.Errorf("%s: got %v left", what, left)
			}
		}
		t.Logf("%s round, killed after each of %d calls: %v", round, len(undisturbed.calls), undisturbed.calls)
	}
	l.backAt(t, before)
}

// last makes sure that the first round left the mark, and does the last.
func (l leaving) last(t *testing.T, what string, who erase.Person) {
	t.Helper()
	l.marked(t, what, who)
	l.aged(t, who)
	if _, err := l.stores(t, nil).Erase(t.Context(), who, nil); err != nil {
		t.Errorf("%s: the last round: %v", what, err)
	}
}

// backAt makes sure that everything is as it was.
func (l leaving) backAt(t *testing.T, before []string) {
	t.Helper()
	if diff := cmp.Diff(before, l.left(t)); diff != "" {
		t.Errorf("want all as it was before they joined (-want +got):\n%s", diff)
	}
}

func TestErase_worksWhereManyDoAtOnce(t *testing.T) {
	l := withLeaving(t)
	before := l.left(t)
	var leavers []erase.Person
	for _, name := range []string{"one", "two", "three"} {
		who := l.joins(t, name)
		if err := l.stores(t, nil).Mark(t.Context(), who); err != nil {
			t.Fatal(err)
		}
		leavers = append(leavers, who)
	}
	for _, round := range []string{"the first", "the last"} {
		var all sync.WaitGroup
		for _, who := range leavers {
			if round == "the last" {
				l.aged(t, who)
			}
			stores := l.stores(t, nil)
			for range 3 {
				all.Go(func() {
					if _, err := stores.Erase(t.Context(), who, nil); err != nil && !errors.Is(err, erase.ErrStays) {
						t.Errorf("%s, %s round: %v", who.Username, round, err)
					}
				})
			}
		}
		all.Wait()
	}
	l.backAt(t, before)
}

// What is left of a photo that is gone counts nowhere any more.
func TestErase_takesWhatStandsUnderAPhotoThatIsGone(t *testing.T) {
	l := withLeaving(t)
	who := l.joins(t, "leaver")
	table, err := l.table("Photos")
	if err == nil { // without the stream's knowledge of what is below it
		err = l.call(root, "dynamodb", "UpdateItem", map[string]any{
			"TableName": table, "Key": stored{"photoId": {"S": l.photo}, "row": {"S": "PHOTO"}}, "UpdateExpression": "SET photoOwner = :nobody",
			"ExpressionAttributeValues": stored{":nobody": {"S": "nobody"}},
		}, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	stores := l.stores(t, nil)
	if err := stores.Mark(t.Context(), who); err != nil {
		t.Fatal(err)
	}
	if done, err := stores.Erase(t.Context(), who, nil); err != nil || !erasedBy(done.Counts) {
		t.Errorf("got %s, %v\nwant %s", said(done.Counts), err, inAll)
	}
}

// Of an admin who leaves the catalogue stays. It was made of what is theirs, and is made anew of itself from now on.
func TestErase_leavesTheCatalogue(t *testing.T) {
	l := withLeaving(t)
	p := operator{people: l.people}
	live, draft := p.product(t, "a", true), p.product(t, "b", false)
	pool := l.backend.people(t)
	pool.SignUp("boss", "Admins")
	boss, err := l.enter(pool, "boss")
	if err != nil {
		t.Fatal(err)
	}
	control, err := l.createProduct(boss, "of another", 1)
	if err != nil {
		t.Fatal(err)
	}
	kept := p.row(t, control).text("original")
	who, stores := erase.Person{Sub: l.ada.sub, Username: "ada"}, l.stores(t, nil)
	if err := stores.Mark(t.Context(), who); err != nil {
		t.Fatal(err)
	}
	if done, err := stores.Erase(t.Context(), who, nil); err != nil || done.Items(erase.Products) != 2 {
		t.Errorf("got %v, %v, want two products", done, err)
	}
	for _, id := range []string{live, draft} {
		if r := p.row(t, id); r.text("original") != "" || r.text("folder") == "" {
			t.Errorf("got %v, want its picture without an original", r)
		}
	}
	if got := p.row(t, control).text("original"); kept == "" || got != kept {
		t.Errorf("control: got %q, want another's as it was, %q", got, kept)
	}
	if got := p.must(t, true); got[live] != "600.webp" || got[draft] != "600.webp" || got[control] != "the original" {
		t.Errorf("made anew: got %v, want both from their largest rendition", got)
	}
}

// A name that is no sub's would be a folder of others, or all of them.
func TestErase_wantsASubAndIdentities(t *testing.T) {
	stores := erase.New(erase.Clients{}, erase.Names{})
	for _, who := range []erase.Person{{}, {Sub: "a/b"}, {Sub: "*"}, {Sub: "../x"}, {Sub: "s", Identities: []string{""}}, {Sub: "s", Identities: []string{"us-east-1:0/x"}}} {
		_, erased := stores.Erase(t.Context(), who, nil)
		_, surveyed := stores.Survey(t.Context(), who, nil)
		for what, err := range map[string]error{"Erase": erased, "Survey": surveyed, "Mark": stores.Mark(t.Context(), who)} {
			if err == nil || !strings.Contains(err.Error(), "want") {
				t.Errorf("%s of %+v: got %v, want it refused", what, who, err)
			}
		}
	}
}

// Who has the name by now is another, whatever the mark says.
func TestErase_doesNotHitWhoHasTheNameByNow(t *testing.T) {
	l := withLeaving(t)
	first := l.joins(t, "same")
	if err := l.call(root, "cognito-idp", "AdminDeleteUser", map[string]any{"UserPoolId": l.output("Auth", "UserPoolId"), "Username": "same"}, nil); err != nil {
		t.Fatal(err)
	}
	second := l.joins(t, "same")
	before := l.left(t, second)
	stores := l.stores(t, nil)
	if found, err := stores.Survey(t.Context(), first, nil); err != nil || found.Items(erase.Account) != 0 {
		t.Errorf("a survey: got %v, %v, want no account", found, err)
	}
	if err := stores.Mark(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	if _, err := stores.Erase(t.Context(), first, nil); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(before, l.left(t, second)); diff != "" {
		t.Errorf("want the second as they were (-want +got):\n%s", diff)
	}
	if user, err := stores.Find(t.Context(), "same"); err != nil || user.Sub != second.Sub {
		t.Errorf("got %+v, %v, want the second", user, err)
	}
	if user, err := stores.Find(t.Context(), first.Sub); err != nil || user.There() || user.Sub != first.Sub {
		t.Errorf("got %+v, %v, want the first by their sub alone", user, err)
	}
}

// Subs are no secret, and everybody chooses their user name: one that is another's sub means the other.
func TestFind_takesASubForASubWhateverOthersAreCalled(t *testing.T) {
	l := withLeaving(t)
	pool, stores := l.backend.people(t), l.stores(t, nil)
	maria := l.joins(t, "maria")
	pool.SignUp(maria.Sub) // mallory
	mallory, err := l.enter(pool, maria.Sub)
	if err != nil {
		t.Fatal(err)
	}
	l.has(t, mallory)
	hers := erase.Person{Sub: mallory.sub, Username: mallory.name, Identities: []string{mallory.identity}}
	before := l.left(t)
	for _, step := range []struct {
		what, user, sub string
		there           bool
	}{
		{"a sub", maria.Sub, maria.Sub, true},
		{"the same in capitals", strings.ToUpper(maria.Sub), maria.Sub, true},
		{"control: a name", "maria", maria.Sub, true},
		{"who is named so, by their own sub", mallory.sub, mallory.sub, true},
		{"who is named so, by the address", maria.Sub + "@example.com", mallory.sub, true},
		{"a sub of nobody's", uuid("of", "nobody"), uuid("of", "nobody"), false},
	} {
		if user, err := stores.Find(t.Context(), step.user); err != nil || user.Sub != step.sub || user.There() != step.there {
			t.Errorf("%s: got %+v, %v, want %s", step.what, user, err, step.sub)
		}
	}
	if diff := cmp.Diff(before, l.left(t)); diff != "" {
		t.Fatalf("got changes by looking:\n%s", diff)
	}
	if err := stores.Mark(t.Context(), maria); err != nil {
		t.Fatal(err)
	}
	all := l.left(t, hers)
	for range 2 {
		who, err := stores.Find(t.Context(), maria.Sub)
		if err != nil || who.Sub != maria.Sub {
			t.Fatalf("got %+v, %v, want maria, there or gone", who, err)
		}
		if _, err := stores.Erase(t.Context(), who.Person(), nil); err != nil {
			t.Fatal(err)
		}
	}
	if user, err := stores.Find(t.Context(), maria.Sub); err != nil || user.There() || user.Sub != maria.Sub {
		t.Errorf("who is gone: got %+v, %v, want her sub alone", user, err)
	}
	own := func(lines []string) (own []string) { // her name is maria's sub, as what was erased of maria has it
		for _, line := range lines {
			if strings.Contains(line, mallory.sub) || strings.Contains(line, mallory.identity) {
				own = append(own, line)
			}
		}
		return own
	}
	if diff := cmp.Diff(own(all), own(l.left(t, hers))); diff != "" {
		t.Errorf("want mallory as she was (-want +got):\n%s", diff)
	}
	for _, user := range []string{"", "a b", strings.Repeat("x", 129)} {
		if _, err := stores.Find(t.Context(), user); err == nil || !strings.Contains(err.Error(), "want a user name, an e-mail address or a sub") {
			t.Errorf("%q: got %v, want what a name is", user, err)
		}
	}
}

// The remover may come late. Who signed in a minute before their account goes has tokens that are good for an hour.
func TestErase_keepsTheMarkForTwoHoursAfterTheAccountIsGone(t *testing.T) {
	l := withLeaving(t)
	before := l.left(t)
	who := l.joins(t, "late")
	stores := l.stores(t, nil)
	if err := stores.Mark(t.Context(), who); err != nil {
		t.Fatal(err)
	}
	row := stored{"photoId": {"S": "PROFILE#" + who.Sub}, "row": {"S": "PROFILE"}, "username": {"S": "late"}, "leaving": {"S": "2020-01-02T03:04:05.678Z"}}
	l.put(t, row) // three hours and more pass without a remover
	by, err := l.enter(l.backend.people(t), "late")
	if err != nil {
		t.Fatal(err)
	}
	who.Identities = []string{by.identity}
	for _, round := range []string{"the first that comes", "an hour later"} {
		done, err := stores.Erase(t.Context(), who, nil)
		if left := time.Until(done.Until); err != nil || left < erase.Afterlife-time.Minute || left > erase.Afterlife {
			t.Errorf("%s: got a mark until %s, %v, want it for two hours", round, done.Until, err)
		}
		l.marked(t, round, who)
		if err := l.ask(by, `mutation($id: ID!) { addComment(photoId: $id, text: "late") { id } }`, map[string]any{"id": l.photo}, nil); err != nil {
			t.Fatal(err) // a token of before
		}
		if err := ok(l.files(by.keys, http.MethodPut, "private/"+by.identity+"/late", []byte("late"))); err != nil {
			t.Fatal(err)
		}
	}
	l.aged(t, who)
	if done, err := stores.Erase(t.Context(), who, nil); err != nil || !done.Until.IsZero() {
		t.Errorf("control: two hours after the account: got a mark until %s, %v, want none", done.Until, err)
	}
	l.backAt(t, before)
}
