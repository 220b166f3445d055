package logs_test

import (
	"strings"
	"testing"

	"lightbox.example/lightbox/sandbox/logs"
)

func TestParsePattern_matchesTerms(t *testing.T) {
	for _, test := range []struct {
		pattern, message string
		want             bool
	}{
		{"", "anything", true},
		{"  ", "anything", true},
		{"a", "cat", true},
		{"A", "cat", false},
		{"a c", "cat", true},
		{"a x", "cat", false},
		{"a  -x", "cat", true},
		{"a -c", "cat", false},
		{"-x", "cat", true},
		{"?x ?a", "cat", true},
		{"?x ?y", "cat", false},
		{`"c a"`, "c at", true},
		{`"c a"`, "cat", false},
		{`"a\"b"`, `a"b`, true},
		{`"a\\b"`, `a\b`, true},
		{`-"c a" t`, "cat", true},
		{`?"{" ?"%"`, "{", true},
	} {
		p, err := logs.ParsePattern(test.pattern)
		if err != nil {
			t.Errorf("%q: %v", test.pattern, err)
		} else if got := p.Matches(test.message); got != test.want {
			t.Errorf("%q, %q: got %t, want %t", test.pattern, test.message, got, test.want)
		}
	}
}

func TestParsePattern_refusesWhatItDoesNotKnow(t *testing.T) {
	for _, pattern := range []string{
		"{ $.a = 1 }", "[a, b]", "%a+%", "a.b", `"`, `"a`, `""`, `"a"b`, `a"b"`, "-", "?", "- a", `"a\`, "é", strings.Repeat("a", 1025),
	} {
		if p, err := logs.ParsePattern(pattern); err == nil {
			t.Errorf("%q: got %+v, want an error", pattern, p)
		}
	}
}

func FuzzParsePattern(f *testing.F) {
	for _, seed := range []string{"a b", `"a b" -c ?d`, `"\"`, "{", "a\x00", "\xff"} {
		f.Add(seed, "message")
	}
	f.Fuzz(func(t *testing.T, pattern, message string) {
		p, err := logs.ParsePattern(pattern)
		if err != nil || len(pattern) > 900 { // so that there is room for more
			return
		}
		again, err := logs.ParsePattern(pattern + " ")
		if err != nil || again.Matches(message) != p.Matches(message) {
			t.Errorf("%q: a space at its end makes a difference: %v", pattern, err)
		}
		if negated, err := logs.ParsePattern(`-"zzz not there zzz" ` + pattern); err != nil || negated.Matches(message) != p.Matches(message) {
			t.Errorf("%q: a term that is not there makes a difference: %v", pattern, err)
		}
	})
}
