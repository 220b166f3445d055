package aws

import "testing"

func TestMembers_takesNamesAsTheyAre(t *testing.T) {
	for text, want := range map[string]string{
		`{"query": "a"}`: "a", `{"query": "a", "QUERY": "b"}`: "a", `{"QUERY": "b"}`: "", `{"query": "a", "query": "b"}`: "b", `{"x": [], "query": null}`: "", `null`: "",
	} {
		query := ""
		if err := Members([]byte(text), map[string]any{"query": &query}); err != nil || query != want {
			t.Errorf("%s: got %q and %v, want %q", text, query, err, want)
		}
	}
	for _, text := range []string{``, `[]`, `{`, `{"query": 5}`, `{"query": "a"} {}`, `{"query": "a"`} {
		query := ""
		if err := Members([]byte(text), map[string]any{"query": &query}); err == nil {
			t.Errorf("%s: got %q, want an error", text, query)
		}
	}
}
