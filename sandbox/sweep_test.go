package sandbox_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/internal/sweep"
	"lightbox.example/lightbox/sandbox"
)

// pass has the function remover make a pass as its schedule does, a while from now.
func (p people) pass(t *testing.T, from time.Time, later time.Duration) sweep.Report {
	t.Helper()
	a := p.passed(t, from, later)
	var answer struct{ Swept sweep.Report }
	if err := json.Unmarshal([]byte(a.body), &answer); err != nil || a.header.Get("X-Amz-Function-Error") != "" {
		t.Fatalf("got %s: %v", a.body, err)
	}
	return answer.Swept
}

// passed is pass, with what Lambda answers.
func (p people) passed(t *testing.T, from time.Time, later time.Duration) answer {
	t.Helper()
	event := fmt.Sprintf(`{"version": "0", "source": "aws.events", "detail-type": "Scheduled Event", "time": %q, "detail": {}}`, from.Add(later).UTC().Format(time.RFC3339))
	return p.invoke(t, root, p.function(t, "RemoverFunction"), event)
}

// stray puts objects that no row names: by area, so many folders or objects, and answers their keys.
func (p people) stray(t *testing.T, words string) (keys []string) {
	t.Helper()
	folder := func(of string) string { return strings.ReplaceAll(uuid(words, of), "-", "") }
	keys = []string{
		"public/photos/" + folder("photo") + "/40.jpg", "public/photos/" + folder("photo") + "/40.webp", "originals/" + p.ann.sub + "/" + folder("photo"),
		"drafts/" + folder("draft") + "/40.webp", "public/products/" + folder("live") + "/40.jpg", "public/products/" + uuid(words, "main") + "/main.jpg",
	}
	p.put(t, keys...)
	return keys
}

func (p people) put(t *testing.T, keys ...string) {
	t.Helper()
	for _, key := range keys {
		if err := ok(p.files(root, http.MethodPut, key, []byte(key))); err != nil {
			t.Fatal(err)
		}
	}
}

// notes are the rows by which passes remember.
func (p people) notes(t *testing.T) (keys []string) {
	t.Helper()
	rows, err := p.photoRows()
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range slices.Sorted(maps.Keys(rows)) {
		if note, is := strings.CutPrefix(key, "SWEEP SWEEP#"); is {
			keys = append(keys, note)
		}
	}
	return keys
}

// settled waits until nothing changes any more of what streams bring.
func (p people) settled(t *testing.T) {
	t.Helper()
	eventually(t, "uploads that are used", func() error {
		for _, key := range p.versions(t) {
			if strings.HasPrefix(key, "uploads/") {
				return fmt.Errorf("got %s", key)
			}
		}
		return nil
	})
}

// full is a deployment with a photo of each, a draft and a live product.
func (p people) full(t *testing.T) (photo string, shown []string) {
	t.Helper()
	photo, shown = p.shownPhoto(t, p.ann, "stays")
	if _, err := p.createProduct(p.ada, "Draft", 1); err != nil {
		t.Fatal(err)
	}
	live, err := p.createProduct(p.ada, "Live", 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.publish(p.ada, live); err != nil {
		t.Fatal(err)
	}
	eventually(t, "main.jpg, and no draft of it any more", func() error {
		all := p.versions(t)
		drafts := slices.DeleteFunc(slices.Clone(all), func(key string) bool {
			return !strings.HasPrefix(key, "drafts/") || strings.HasSuffix(key, " noncurrent") || strings.HasSuffix(key, " marker")
		})
		if !slices.Contains(all, "public/products/"+live+"/main.jpg") || len(drafts) != 2 {
			return fmt.Errorf("got %v, want the two of the other product", drafts)
		}
		return nil
	})
	p.settled(t)
	return photo, shown
}

// M109: what no row names goes from every area at the second of two passes an hour apart, and from the CDN. What rows name stays, what is
// of no shape of ours, and what other areas have.
func TestSweep_M109_removesWhatTwoPassesAgreeThatNoRowNames(t *testing.T) {
	p, began := withPeople(t), time.Now()
	_, shown := p.full(t)
	p.put(t, "uploads/"+p.ann.sub+"/"+uuid("later"), "answers/"+uuid("later"), "private/"+p.ann.identity+"/x", "public/products/logo.png")
	before := p.versions(t)
	stray := p.stray(t, "stray")
	deleted := "public/photos/" + strings.ReplaceAll(uuid("deleted"), "-", "") + "/40.jpg"
	p.put(t, deleted)
	if _, err := p.files(root, http.MethodDelete, deleted, nil); err != nil {
		t.Fatal(err)
	}
	prefix := strings.SplitAfter(shown[0], "/photos/")[0]
	served := prefix + strings.TrimPrefix(stray[0], "public/photos/")
	p.cached(t, append(shown, served))

	young := p.pass(t, began, time.Hour)
	if young.Candidates != 0 || young.Objects < 15 || young.Rows < 5 || young.Foreign != 1 {
		t.Errorf("after an hour: got %+v, want nothing found, one object of another shape", young)
	}
	for _, minutes := range []time.Duration{150, 180} {
		if first := p.pass(t, began, minutes*time.Minute); first.Candidates != 6 || first.Removed != 0 || len(first.Faults) > 0 {
			t.Errorf("after %d minutes: got %+v, want 6 candidates", minutes, first)
		}
	}
	if missing := missing(append(stray, deleted+" noncurrent"), p.versions(t)); len(missing) > 0 || len(p.notes(t)) != 6 {
		t.Errorf("after one pass: got %v gone, and the notes %v, want all there", missing, p.notes(t))
	}
	second := p.pass(t, began, 210*time.Minute)
	if second.Removed != 6 || second.Candidates != 0 || second.Failed != 0 || len(p.notes(t)) > 0 {
		t.Errorf("an hour later: got %+v and the notes %v, want 6 removed", second, p.notes(t))
	}
	p.all403(t, "swept", []string{served})
	var left []string // products' keep versions, for thirty days
	for _, key := range p.versions(t) {
		if !strings.HasSuffix(key, " noncurrent") && !strings.HasSuffix(key, " marker") {
			left = append(left, key)
		} else if strings.HasPrefix(key, "public/photos/") || strings.HasPrefix(key, "originals/") {
			t.Errorf("got %s, want none of what people sent", key)
		}
	}
	current := slices.DeleteFunc(before, func(key string) bool {
		return strings.HasSuffix(key, " noncurrent") || strings.HasSuffix(key, " marker")
	})
	if diff := cmp.Diff(current, left); diff != "" {
		t.Errorf("what is there (-want +got):\n%s", diff)
	}
	for _, address := range shown {
		if got := p.cdn(t, address); got.status != http.StatusOK {
			t.Errorf("the control: %s: got %d", address, got.status)
		}
	}
	if third := p.pass(t, began, 270*time.Minute); third.Removed+third.Candidates+third.Forgotten != 0 {
		t.Errorf("another hour later: got %+v, want nothing", third)
	}
}

// missing are those of some that are not there.
func missing(want, there []string) (gone []string) {
	for _, key := range want {
		if !slices.Contains(there, key) {
			gone = append(gone, key)
		}
	}
	return gone
}

// A photo without its files goes as if it were deleted, with what its owner's profile counts of it. One whose files are back stays, and so
// does a product, which is named.
func TestSweep_removesPhotosWithoutTheirFiles(t *testing.T) {
	p := withPeople(t)
	kept, _ := p.full(t)
	began := time.Now()
	hollow, shown := p.shownPhoto(t, p.ann, "hollow")
	back, backShown := p.shownPhoto(t, p.ann, "back")
	if err := p.ask(p.ada, `mutation($id: ID!) { likePhoto(id: $id) { id } }`, map[string]any{"id": hollow}, nil); err != nil {
		t.Fatal(err)
	}
	p.settled(t)
	for _, address := range []string{shown[0], backShown[0]} {
		if _, err := p.files(root, http.MethodDelete, "public/photos/"+strings.SplitAfter(address, "/photos/")[1], nil); err != nil {
			t.Fatal(err)
		}
	}
	for _, key := range p.shown(t, "drafts/") {
		if _, err := p.files(root, http.MethodDelete, key, nil); err != nil {
			t.Fatal(err)
		}
	}
	if first := p.pass(t, began, 0); first.Candidates != 2 || len(first.Hollow) != 1 {
		t.Errorf("got %+v, want two photos found, and a product named", first)
	}
	p.put(t, "public/photos/"+strings.SplitAfter(backShown[0], "/photos/")[1])
	if second := p.pass(t, began, time.Hour); second.Removed != 1 || second.Forgotten != 1 || second.Candidates != 0 || len(second.Hollow) != 1 {
		t.Errorf("an hour later: got %+v, want one removed and one forgotten", second)
	}
	p.all403(t, "of a photo that was swept", shown)
	eventually(t, "rows", func() error {
		rows, err := p.photoRows()
		for key := range rows {
			if strings.HasPrefix(key, hollow) {
				return fmt.Errorf("got %s", key)
			}
		}
		if rows[kept+" PHOTO"] == nil || rows[back+" PHOTO"] == nil {
			err = errors.Join(err, errors.New("got another's gone"))
		}
		return err
	})
	if err := p.sumsAreRight(); err != nil {
		t.Error(err)
	}
}

// The schedule calls it: a clock that moves on finds in the third hour what was left in the first, and removes it in the fourth, but not
// what a row names by then, or was written anew.
func TestSweep_everyHourAndNeverWhatIsAtWork(t *testing.T) {
	var ahead atomic.Int64
	now := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	s := start(t, sandbox.Config{Now: now})
	p := withPeopleIn(t, s)
	p.now = now
	hour := func() {
		for range 120 {
			ahead.Add(int64(30 * time.Second))
			s.Events.Tick()
		}
	}
	stray, anew, named := p.stray(t, "stray"), p.stray(t, "anew"), p.stray(t, "named")
	for range 3 {
		hour()
	}
	eventually(t, "the third hour", func() error {
		if notes := p.notes(t); len(notes) != 15 {
			return fmt.Errorf("got the notes %v, want 15", notes)
		}
		return nil
	})
	if gone := missing(slices.Concat(stray, anew, named), p.versions(t)); len(gone) > 0 {
		t.Errorf("after one pass: got %v gone", gone)
	}
	p.put(t, anew...)
	table, err := p.table("Photos")
	if err != nil {
		t.Fatal(err)
	}
	folder := strings.Split(named[0], "/")[2]
	row := p.setRow(folder, 0, 1)
	row["renditions"] = map[string]any{"L": []any{map[string]any{"M": map[string]any{"format": map[string]any{"S": "jpeg"}, "width": map[string]any{"N": "40"}}}}}
	if err := p.call(root, "dynamodb", "PutItem", map[string]any{"TableName": table, "Item": row}, nil); err != nil {
		t.Fatal(err)
	}
	hour()
	eventually(t, "the fourth hour", func() error {
		there := slices.Concat(p.shown(t, "public/"), p.shown(t, "originals/"), p.shown(t, "drafts/"))
		if gone := missing(slices.Concat(anew, named[:3]), there); len(gone) > 0 {
			t.Fatalf("got %v gone, want it kept", gone)
		}
		if len(missing(slices.Concat(stray, named[3:]), there)) != len(stray)+3 || len(p.notes(t)) > 0 {
			return fmt.Errorf("got %v and the notes %v, want the rest gone", there, p.notes(t))
		}
		return nil
	})
}
