package errorid

import (
	"strings"
	"testing"
)

func TestFilter_wantsAnId(t *testing.T) {
	for id, want := range map[string]string{
		"1a2b3c4d":                             `"1a2b3c4d"`,
		"1A2B3C4D":                             `"1a2b3c4d"`, // as logs have it
		"Error 1a2b3c4d":                       `"1a2b3c4d"`, // as a page shows it
		" error  1A2B3C4D-0000-4 ":             `"1a2b3c4d-0000-4"`,
		"1a2b3c4d-0000-4000-8000-0123456789ab": `"1a2b3c4d-0000-4000-8000-0123456789ab"`,
		"Q7YZ2ABCDEFGHIJK":                     `"Q7YZ2ABCDEFGHIJK"`,
		"":                                     "",
		"Error":                                "",
		"1a2b3c4":                              "", // too much is like it
		"Error 1a2b3c4":                        "",
		`1a2b3c4d" -"`:                         "",
		"1a2b3c4d 1a2b3c4d":                    "",
		strings.Repeat("a", 65):                "",
	} {
		got, err := Filter(id)
		if (err == nil) != (want != "") || got != want {
			t.Errorf("%q: got %q, %v, want %q", id, got, err, want)
		}
	}
}

func TestQuery_hasOnePlaceForTheId(t *testing.T) {
	if n := strings.Count(Query, Placeholder); n != 1 {
		t.Errorf("got %d places for the id, want one", n)
	}
}
