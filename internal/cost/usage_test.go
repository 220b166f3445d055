package cost

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// usageFile writes a file of use.
func usageFile(t *testing.T, text string) string {
	t.Helper()
	t.Chdir(t.TempDir())
	if err := os.WriteFile("usage.json", []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return "usage.json"
}

func TestUsage_refusesAllThatIsWrongAtOnce(t *testing.T) {
	_, err := ReadUsage(usageFile(t, `{"user": 1, "calls": -1, "pictures": 1.5, "views": "2", "mails": 99999999999,
		"each": {"percentMisses": 110, "rowBites": 1, "percentAsia": 60, "percentSouth": 41}, "webAcl": 3, "strangers": {"adresses": 1}, "zzz": {}}`))
	want := `usage.json: each: got the unknown key "rowBites", want a known key; did you mean "rowBytes"?
usage.json: strangers: got the unknown key "adresses", want a known key; did you mean "addresses"?
usage.json: the file: got the unknown key "user", want a known key; did you mean "users"?
usage.json: webAcl: got 3, want an object
usage.json: the file: got the unknown key "zzz", want one of users, calls, updates, connectedMinutes, pictures, storedPictures, deletions, views, mails, each, webAcl, strangers
usage.json: users: got nothing, want a whole number from 0 to 10000000000
usage.json: calls: got -1, want a whole number from 0 to 10000000000
usage.json: pictures: got 1.5, want a whole number from 0 to 10000000000
usage.json: views: got "2", want a whole number from 0 to 10000000000
usage.json: mails: got 99999999999, want a whole number from 0 to 10000000000
usage.json: each.percentMisses: got 110, want a whole number from 0 to 100
usage.json: each: got percentAsia and percentSouth of together 101, want at most 100`
	if err == nil {
		t.Fatal("got it read, want faults")
	}
	if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(err.Error(), "\n")); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}

func TestUsage_isRefusedAsJSONIs(t *testing.T) {
	for text, want := range map[string]string{
		`{"users": 1,`:             "usage.json:1:12: unexpected end of JSON input",
		`[]`:                       "usage.json: got an array, want an object",
		`{"users": 1, "users": 2}`: "got the key users for the second time",
		`{"each": {"rowBytes": 1, "rowBytes": 2}}`: "got the key each.rowBytes for the second time",
	} {
		if _, err := ReadUsage(usageFile(t, text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", text, err, want)
		}
	}
}

// What is left out of the counts is not there, and of the rest as usual.
func TestUsage_hasDefaultsForSizesAlone(t *testing.T) {
	got, err := ReadUsage(usageFile(t, `{"users": 1e3, "calls": 2, "pictures": 3, "views": 4, "each": {"rowBytes": 5}}`))
	if err != nil {
		t.Fatal(err)
	}
	want := DefaultUsage()
	want.Users, want.Calls, want.Pictures, want.Views, want.Each.RowBytes = 1000, 2, 3, 4, 5
	want.Updates, want.ConnectedMinutes, want.StoredPictures, want.Deletions, want.Mails = 0, 0, 0, 0, 0
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("use (-want +got):\n%s", diff)
	}
}

// However large its numbers are, the columns of a report stand apart.
func TestReport_keepsColumnsApart(t *testing.T) {
	u := DefaultUsage()
	for _, k := range u.keys() {
		*k.value = k.most
	}
	var text bytes.Buffer
	if err := NewReport("cdk.out", factsOf(t, "prod"), u, now).WriteText(&text); err != nil {
		t.Fatal(err)
	}
	// Two sums that run together have more than two digits after a point.
	together := regexp.MustCompile(`\.\d\d[^\s]`)
	for line := range strings.Lines(text.String()) {
		if together.MatchString(line) {
			t.Errorf("got %q, want a space between its columns", line)
		}
	}
	if !strings.Contains(text.String(), ",000,000,000") {
		t.Errorf("control: got no large number in\n%s", text.String())
	}
}

// The file of the default is one.
func TestUsage_isWrittenAsItIsRead(t *testing.T) {
	want := DefaultUsage()
	got, err := ReadUsage(usageFile(t, string(want.File())))
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("got %v and (-want +got):\n%s", err, diff)
	}
	for _, k := range got.keys() {
		if *k.value == 0 {
			t.Errorf("%s: the default says 0, want a number that shows what it is", k.name)
		}
		*k.value = k.most
	}
	got.Each.PercentAsia, got.Each.PercentSouth = 50, 50
	most := filepath.Join(t.TempDir(), "most.json")
	if err := os.WriteFile(most, got.File(), 0o600); err != nil {
		t.Fatal(err)
	}
	// The largest numbers that a file takes are reckoned without an overflow.
	usage, err := ReadUsage(most)
	if err != nil {
		t.Fatal(err)
	}
	prod := factsOf(t, "prod")
	for _, line := range NewBill(prod, usage) {
		if line.Quantity < 0 || line.Cost < 0 {
			t.Errorf("%s: got %d for %d", line.Item, line.Cost, line.Quantity)
		}
	}
	for _, threat := range NewCeiling(prod, usage) {
		if threat.Open < 0 || threat.Guarded < 0 {
			t.Errorf("%s: got %d and %d", threat.Name, threat.Open, threat.Guarded)
		}
	}
}
