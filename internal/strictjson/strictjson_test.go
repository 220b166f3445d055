package strictjson

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDecode_readsWhatHasOneMeaning(t *testing.T) {
	got, err := Decode(` {"a": [1.50, {"b": null}], "c": {}, "d": "é", "e": [], "f": {"a": true}} `)
	want := map[string]any{
		"a": []any{json.Number("1.50"), map[string]any{"b": nil}}, "c": map[string]any{}, "d": "é", "e": []any{}, "f": map[string]any{"a": true},
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("got %v (-want +got):\n%s", err, diff)
	}
}

func TestDecode_refusesWhatReadersReadDifferently(t *testing.T) {
	for text, want := range map[string]string{
		`{"a": 1, "a": 2}`:            `the key "a" once in an object, in one case`,
		`{"a": 1, "A": 2}`:            `the key "A" once in an object, in one case`,
		`[{"a": [{"b": 1, "b": 1}]}]`: `the key "b" once in an object, in one case`,
		`{"a": 1, "\u0061": 2}`:       `the key "a" once in an object, in one case`,
		`{} {}`:                       "and nothing behind it",
		`{`:                           "as JSON",
		`{"a" 1}`:                     "as JSON",
		`[1,]`:                        "as JSON",
		``:                            "as JSON",
	} {
		if got, err := Decode(text); err == nil || err.Error() != want {
			t.Errorf("%s: got %v and %v, want %s", text, got, err, want)
		}
	}
}
