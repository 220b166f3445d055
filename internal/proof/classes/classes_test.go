package classes

import (
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func parse(t testing.TB, patterns ...string) []Glob {
	t.Helper()
	var globs []Glob
	for _, pattern := range patterns {
		glob, ok := Parse(pattern, map[string]string{"me": "ME", "star": "a*"})
		if !ok {
			t.Fatalf("%q has a variable without a value", pattern)
		}
		globs = append(globs, glob)
	}
	return globs
}

func TestWitnesses_areOneForEachClass(t *testing.T) {
	for name, test := range map[string]struct {
		patterns, want []string
	}{
		"no pattern":               {nil, []string{""}},
		"a prefix and all else":    {[]string{"a/*"}, []string{"", "a/"}},
		"nested prefixes":          {[]string{"a/*", "a/b/*"}, []string{"", "a/", "a/b/"}},
		"everything":               {[]string{"*"}, []string{""}},
		"a prefix without slash":   {[]string{"a/*", "a*"}, []string{"", "a", "a/"}},
		"both ends":                {[]string{"a*", "*b"}, []string{"", "a", "b", "ab"}},
		"my folder and everyone's": {[]string{"p/${me}/*", "p/*"}, []string{"", "p/", "p/ME/"}},
		"one letter":               {[]string{"?"}, []string{"", "x"}},
		"a star that is a letter":  {[]string{"${star}", "a*"}, []string{"", "a", "a*"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Witnesses(parse(t, test.patterns...))
			if err != nil {
				t.Fatal(err)
			}
			slices.Sort(got)
			slices.Sort(test.want)
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// What is kept is by all that a pattern has, and is nobody's to change.
func TestWitnesses_areKeptByTheirPatterns(t *testing.T) {
	sets := [][]Glob{parse(t, "a"), parse(t, "b"), parse(t, "?"), parse(t, "*"), parse(t, "${*}"), parse(t, "a", "b"), parse(t, "ab"), parse(t, "a*"), parse(t, "a?"), parse(t)}
	for range 2 {
		for _, globs := range sets {
			want, err := witnesses(globs)
			if err != nil {
				t.Fatal(err)
			}
			got, err := Witnesses(globs)
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("%v: got %q and error %v, want %q", globs, got, err, want)
			}
			got[0] = "changed"
		}
	}
	for i := range 2 * mostKept {
		if _, err := Witnesses([]Glob{Literal(strings.Repeat("x", i))}); err != nil {
			t.Fatal(err)
		}
	}
	if len(kept.all) > mostKept {
		t.Errorf("got %d sets kept, want at most %d", len(kept.all), mostKept)
	}
}

func TestParse_withoutAValueMatchesNothing(t *testing.T) {
	if _, ok := Parse("private/${sub}/*", nil); ok {
		t.Error("got a pattern, want none")
	}
	if _, ok := Parse("private/${sub}/*", map[string]string{"sub": "me"}); !ok {
		t.Error("got none, want a pattern")
	}
}

func TestWitnesses_giveUpOnPatternsWithoutEnd(t *testing.T) {
	var patterns []string
	for _, letter := range "abcdefghijklmnopqrst" {
		patterns = append(patterns, "*"+string(letter)+"*")
	}
	if _, err := Witnesses(parse(t, patterns...)); err == nil || !strings.Contains(err.Error(), "states") {
		t.Errorf("got %v, want an error about states", err)
	}
}

// No random text is in a class without a witness.
func TestWitnesses_leaveNoClassOut(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	text := func(letters string, most int) string {
		b := make([]byte, random.IntN(most))
		for i := range b {
			b[i] = letters[random.IntN(len(letters))]
		}
		return string(b)
	}
	for range 300 {
		var patterns []string
		for range 1 + random.IntN(4) {
			patterns = append(patterns, text("ab*?", 7))
		}
		known := witnessed(t, patterns)
		for range 200 {
			if s := text("abc", 10); !known[matches(t, patterns, s)] {
				t.Fatalf("%q: the class of %q has no witness", patterns, s)
			}
		}
	}
}

// witnessed are the classes that have a witness; two for one are a fault.
func witnessed(t *testing.T, patterns []string) map[string]bool {
	t.Helper()
	witnesses, err := Witnesses(parse(t, patterns...))
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, witness := range witnesses {
		class := matches(t, patterns, witness)
		if known[class] {
			t.Fatalf("%q: two witnesses for one class: %q", patterns, witnesses)
		}
		known[class] = true
	}
	return known
}

// Patterns are the lines of the first text. What path.Match reads otherwise than IAM is left
// out: slashes, brackets, escapes and variables; so is what would take for ever.
func FuzzWitnesses(f *testing.F) {
	f.Add("a*\n*b", "ab")
	f.Add("a?\n?b\n*", "é")
	f.Add("ab*ab\nab*", "abab")
	f.Fuzz(func(t *testing.T, lines, text string) {
		patterns := strings.Split(lines, "\n")
		if strings.ContainsAny(lines+text, `/[]\$`) || !utf8.ValidString(lines) || !utf8.ValidString(text) || len(lines) > 24 || strings.Count(lines, "*") > 6 {
			t.Skip()
		}
		if !witnessed(t, patterns)[matches(t, patterns, text)] {
			t.Errorf("%q: the class of %q has no witness", patterns, text)
		}
	})
}

// matches says which patterns a text without slashes matches, by somebody else's matcher.
func matches(t *testing.T, patterns []string, text string) string {
	t.Helper()
	class := make([]byte, len(patterns))
	for i, pattern := range patterns {
		matched, err := path.Match(pattern, text)
		if err != nil {
			t.Fatal(err)
		}
		if class[i] = '-'; matched {
			class[i] = '+'
		}
	}
	return string(class)
}
