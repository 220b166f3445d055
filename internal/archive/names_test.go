package archive_test

import (
	"encoding/json"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"

	"lightbox.example/lightbox/internal/archive"
)

// The rule is that of the pages, too: web/lib/names.test.ts reads the same file.
func TestNames_areThoseOfTheTable(t *testing.T) {
	text, err := os.ReadFile("testdata/names.json")
	if err != nil {
		t.Fatal(err)
	}
	var table []struct {
		What  string
		Names [][2]string // a key, and its path
	}
	if err := json.Unmarshal(text, &table); err != nil || len(table) == 0 {
		t.Fatalf("got %d archives, %v", len(table), err)
	}
	for _, test := range table {
		names := archive.NewNames()
		var got [][2]string
		for _, one := range test.Names {
			got = append(got, [2]string{one[0], names.Of(one[0])})
		}
		if diff := cmp.Diff(test.Names, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.What, diff)
		}
	}
}

var refused = regexp.MustCompile(`(?i)[\x00-\x1f<>:"\\|?*\x{fffe}\x{ffff}]|[ .](/|$)|//|(^|/)(con|prn|aux|nul|com\d|lpt\d)(\.|/|$)`)

// taken tells what is wrong with a path beside others: a folder and a file of one name, or one name twice, as Windows and macOS see it.
func taken(all []string) (faults []string) {
	is := map[string]string{} // file or folder, by what is seen
	for _, one := range all {
		if refused.MatchString(one) || len(one) > 400 || !strings.HasPrefix(one, "files/") {
			faults = append(faults, "refused: "+one)
		}
		seen := strings.ToUpper(norm.NFKD.String(one))
		if is[seen] != "" {
			faults = append(faults, "twice: "+one)
		}
		is[seen] = "file"
		for up := path.Dir(seen); up != "."; up = path.Dir(up) {
			if is[up] == "file" {
				faults = append(faults, "a file and a folder: "+one)
			}
			is[up] = "folder"
		}
	}
	return faults
}

func FuzzNames_everySystemTakes(f *testing.F) {
	for _, seed := range []string{"notes\nnotes/today.txt", "a\nA\na/b\nA/b\na//b\na/", "..\n../x\n_", "con\nNUL.txt/x\n_con", "x.\nx \nx\nx (2)\nx (2)"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		names := archive.NewNames()
		var got []string
		seen := map[string]bool{}
		for key := range strings.SplitSeq(strings.ToValidUTF8(text, "_"), "\n") {
			if !seen[key] {
				seen[key] = true
				got = append(got, names.Of(key))
			}
		}
		if faults := taken(got); len(faults) > 0 {
			t.Errorf("%q: got %q: %q", text, got, faults)
		}
	})
}

func TestTaken_findsWhatASystemDoesNotTake(t *testing.T) {
	for _, all := range [][]string{{"files/a", "files/a/b"}, {"files/a/b", "files/A"}, {"files/a", "files/A"}, {"files/é", "files/e\u0301"}, {"files/nul.txt"}, {"files/a."}, {"a"}} {
		if len(taken(all)) == 0 {
			t.Errorf("control: got nothing wrong with %q", all)
		}
	}
}
