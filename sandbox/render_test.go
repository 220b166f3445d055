package sandbox_test

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws/middleware"

	"lightbox.example/lightbox/internal/render"
)

var (
	older  = []string{"120.webp", "480.webp", "480.jpg"}
	today  = []string{"160.webp", "480.webp", "600.webp", "600.jpg"}
	ofLess = []string{"160.webp", "480.webp", "480.jpg"}
)

func TestRender_makesAllSetsAnewOfWhatIsThere(t *testing.T) {
	p := operator{people: withPeople(t)}
	photo, dropped, left := p.photo(t, "a"), p.photo(t, "b"), p.photo(t, "c")
	live, draft := p.product(t, "d", true), p.product(t, "e", false)
	if err := p.ask(p.ada, `mutation { createProduct(input: { name: "bare", price: 1, currency: "EUR" }) { id } }`, nil, nil); err != nil {
		t.Fatal(err)
	}
	p.whole(t, "control: as they were made", map[string][]string{photo: today, dropped: today, left: today, live: today, draft: today})
	if got := p.must(t, false); len(got) != 0 {
		t.Errorf("control: got %v made, want nothing: all have today's sizes", got)
	}
	for id, original := range map[string]bool{photo: true, dropped: false, live: true, draft: true} {
		p.aged(t, id, original)
	}
	p.whole(t, "control: in older sizes", map[string][]string{photo: older, dropped: older, left: today, live: older, draft: older})
	before, version := p.row(t, left).text("folder"), p.row(t, live).number("version")
	want := map[string]string{photo: "the original", dropped: "480.webp", live: "the original", draft: "the original"}
	if got := p.must(t, false); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
	now := map[string][]string{photo: today, dropped: ofLess, left: today, live: today, draft: today}
	p.whole(t, "made anew", now)
	if got := p.row(t, left).text("folder"); got != before {
		t.Errorf("got another set for what had today's sizes")
	}
	if got := p.row(t, live).number("version"); got == version {
		t.Errorf("got the product at version %s still, want one more", got)
	}
	if got := p.row(t, dropped); got.number("width") != "600" || got.number("version") != "1" {
		t.Errorf("got %s pixels, version %s, want those of the photo that was sent", got.number("width"), got.number("version"))
	}
	if got := p.must(t, false); len(got) != 0 {
		t.Errorf("again: got %v made, want nothing", got)
	}
	if got := p.must(t, true); len(got) != 5 {
		t.Errorf("all: got %v, want five", got)
	}
	p.whole(t, "all made anew", now)
	p.seen(t, photo, live)
}

// seen makes sure that people see what was made, and that what relies on a set still works.
func (p operator) seen(t *testing.T, photo, live string) {
	t.Helper()
	var got struct {
		GetPhoto   photoSeen
		GetProduct struct{ ImgKey string }
	}
	if err := p.ask(p.ann, `query($photo: ID!, $live: ID!) { getPhoto(id: $photo) { picture { renditions { url } } } getProduct(id: $live) { imgKey } }`,
		map[string]any{"photo": photo, "live": live}, &got); err != nil {
		t.Fatal(err)
	}
	for _, one := range got.GetPhoto.Picture.Renditions {
		if a := p.cdn(t, one.URL); a.status != http.StatusOK {
			t.Errorf("%s: got %d", one.URL, a.status)
		}
	}
	if a := p.cdn(t, "https://"+p.output("CDN", "DistributionDomainName")+strings.TrimPrefix(got.GetProduct.ImgKey, "public")); a.status != http.StatusOK {
		t.Errorf("%s: got %d", got.GetProduct.ImgKey, a.status)
	}
	p.delete(t, photo)
	p.version(t, live, `mutation($id: ID!, $v: Int!) { unpublishProduct(id: $id, version: $v) { id } }`)
}

type photoSeen struct {
	Picture struct{ Renditions []struct{ URL string } }
}

// wire is the operator's HTTP: it counts what is called, and can end it as a kill does.
type wire struct {
	after int // how many calls are answered: the answer to the last does not come, and those that follow are not sent. 0 is never
	// before runs before a call of a name, once.
	before map[string]func()
	client *http.Client // http.DefaultClient if nil

	mu    sync.Mutex
	calls []string
}

var errKilled = errors.New("killed")

func (w *wire) Do(request *http.Request) (*http.Response, error) {
	name := middleware.GetOperationName(request.Context())
	w.mu.Lock()
	if w.after > 0 && len(w.calls) >= w.after {
		w.mu.Unlock()
		return nil, errKilled
	}
	w.calls = append(w.calls, name)
	last, before := len(w.calls) == w.after, w.before[name]
	delete(w.before, name)
	w.mu.Unlock()
	if before != nil {
		before()
	}
	response, err := cmp.Or(w.client, http.DefaultClient).Do(request)
	if err == nil && last {
		return nil, errors.Join(errKilled, response.Body.Close())
	}
	return response, err
}

// Killed after any of its calls and run again, the command leaves what an undisturbed one does.
func TestRender_isMadeGoodByTheNextRunWhereverItIsKilled(t *testing.T) {
	p := operator{people: withPeople(t)}
	photo, live := p.photo(t, "a"), p.product(t, "b", true)
	now := map[string][]string{photo: today, live: today}
	age := func() {
		p.aged(t, photo, true)
		p.aged(t, live, true)
	}
	age()
	undisturbed := &wire{}
	if outcomes, err := p.all(undisturbed, false); err != nil || len(outcomes) != 2 {
		t.Fatalf("got %v, %v, want two made", outcomes, err)
	}
	p.whole(t, "undisturbed", now)
	for n := 1; n <= len(undisturbed.calls); n++ {
		if !killedAt() {
			continue
		}
		age()
		what := fmt.Sprintf("killed after call %d, %s", n, undisturbed.calls[n-1])
		w := &wire{after: n}
		if outcomes, err := p.all(w, false); err == nil && !slices.ContainsFunc(outcomes, func(o render.Outcome) bool { return o.State == render.Failed }) {
			t.Errorf("%s: got no fault, so it was not killed", what)
		}
		p.must(t, false)
		p.whole(t, what, now)
		if got := p.must(t, false); len(got) != 0 {
			t.Errorf("%s: got %v in a third run, want nothing left", what, got)
		}
	}
	t.Logf("%d calls: %v", len(undisturbed.calls), undisturbed.calls)
}

// What others do between its calls is theirs: it makes the row's new set anew, or leaves it.
func TestRender_holdsOnToWhatOthersWrite(t *testing.T) {
	p, now := operator{people: withPeople(t)}, map[string][]string{}
	const unpublish, remove = `mutation($id: ID!, $v: Int!) { unpublishProduct(id: $id, version: $v) { id } }`, `mutation($id: ID!, $v: Int!) { deleteProduct(id: $id, version: $v) { id } }`
	for name, test := range map[string]struct {
		before string // which call they do it
		do     func(photo, live string)
		gone   bool // the row that they do it to
	}{
		"withdrawn before the function reads":  {"Invoke", func(_, live string) { p.version(t, live, unpublish) }, false},
		"withdrawn before the write":           {"UpdateItem", func(_, live string) { p.version(t, live, unpublish) }, false},
		"deleted before the write":             {"UpdateItem", func(_, live string) { p.version(t, live, remove) }, true},
		"a photo, deleted before the write":    {"TransactWriteItems", func(photo, _ string) { p.delete(t, photo) }, true},
		"made by another run before the write": {"UpdateItem", func(_, _ string) { p.must(t, false) }, false},
		"a caption": {"TransactWriteItems", func(photo, _ string) {
			if err := p.ask(p.ann, `mutation($id: ID!) { updatePhoto(id: $id, version: 1, caption: "new") { id } }`, map[string]any{"id": photo}, nil); err != nil {
				t.Error(err)
			}
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			photo, live := p.photo(t, name), p.product(t, name, true)
			now[photo], now[live] = today, today
			p.aged(t, photo, true)
			p.aged(t, live, true)
			w := &wire{before: map[string]func(){test.before: func() { test.do(photo, live) }}}
			outcomes, err := p.all(w, false)
			if err != nil || len(w.before) > 0 {
				t.Fatalf("got %v, %v left", err, w.before)
			}
			for _, o := range outcomes {
				switch {
				case o.State == render.Failed:
					t.Errorf("%s: got %v", o.Key, o.Err)
				case test.gone && o.State == render.Gone:
					delete(now, o.ID)
				}
			}
			p.whole(t, name, now)
		})
	}
}

// delete deletes a photo.
func (p operator) delete(t *testing.T, id string) {
	t.Helper()
	if err := p.ask(p.ann, `mutation($id: ID!) { deletePhoto(id: $id) { id } }`, map[string]any{"id": id}, nil); err != nil {
		t.Error(err)
	}
}

// version calls a mutation of a product at the version that it has.
func (p operator) version(t *testing.T, id, mutation string) {
	t.Helper()
	if err := p.ask(p.ada, mutation, map[string]any{"id": id, "v": atoi(t, p.row(t, id).number("version"))}, nil); err != nil {
		t.Error(err)
	}
}

// A function that makes other formats than the command knows is one that is to be deployed first: nothing is changed by it.
func TestRender_wantsTheFunctionOfItsOwnSources(t *testing.T) {
	p := operator{people: withPeople(t)}
	photo := p.photo(t, "a")
	p.by.AVIF = true
	if got := p.must(t, false); len(got) != 1 || !strings.Contains(got[photo], "deploy these sources first") {
		t.Errorf("got %v, want the photo failed", got)
	}
	p.whole(t, "failed", map[string][]string{photo: today})
}

// What cannot be made is said, its row stays as it was, and the others are made.
func TestRender_saysWhatIsMissingAndGoesOn(t *testing.T) {
	p := operator{people: withPeople(t)}
	original, file, fine := p.photo(t, "a"), p.photo(t, "b"), p.photo(t, "c")
	p.aged(t, original, true)
	p.aged(t, file, false)
	p.aged(t, fine, true)
	rows := fmt.Sprint(p.row(t, original), p.row(t, file))
	missing := "originals/" + p.row(t, original).text("original")
	largest := "public/photos/" + p.row(t, file).text("folder") + "/480.webp"
	for _, key := range []string{missing, largest} {
		p.drop(t, key)
	}
	got := p.must(t, false)
	for id, key := range map[string]string{original: missing, file: largest} {
		if !strings.Contains(got[id], "there is no "+key) {
			t.Errorf("got %s, want that there is no %s", got[id], key)
		}
	}
	if got[fine] != "the original" || len(got) != 3 {
		t.Errorf("control: got %v, want the third made", got)
	}
	if after := fmt.Sprint(p.row(t, original), p.row(t, file)); after != rows {
		t.Errorf("got the rows %s, want them as they were: %s", after, rows)
	}
}
