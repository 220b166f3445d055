package errorid

import (
	"strings"
	"testing"
)

func TestFilter_wantsAnId(t *testing.T) {
	for id, ok := range map[string]bool{
		"1a2b3c4d":                             true,
		"1a2b3c4d-0000-4000-8000-0123456789ab": true,
		"Q7YZ2ABCDEFGHIJK":                     true,
		"1a2b3c4":                              false, // too much is like it
		`1a2b3c4d" -"`:                         false,
		"1a2b3c4d ":                            false,
		strings.Repeat("a", 65):                false,
	} {
		got, err := Filter(id)
		if (err == nil) != ok || ok && got != `"`+id+`"` {
			t.Errorf("%q: got %q, %v, want it taken %t", id, got, err, ok)
		}
	}
}

func TestQuery_hasOnePlaceForTheId(t *testing.T) {
	if n := strings.Count(Query, Placeholder); n != 1 {
		t.Errorf("got %d places for the id, want one", n)
	}
}
