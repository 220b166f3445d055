package pattern

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzMatch compares Match with the regular expression that says the same, and holds the promise of the package: a
// variable's value is a literal.
func FuzzMatch(f *testing.F) {
	f.Add("private/${a:b}/*", "private/me/x", "me")
	f.Add("*a?b**", "xaxbx", "*")
	f.Add("${*}${?}${$}", "*?$", "")
	f.Add("?*?€${a:b}", "é€*", "*")
	f.Add("${a:b, 'z'}", "z", "")
	f.Fuzz(func(t *testing.T, text, subject, value string) {
		if !utf8.ValidString(text) || !utf8.ValidString(subject) || !utf8.ValidString(value) || len(text) > 200 || len(subject) > 200 {
			return
		}
		p, vars, err := Parse(text, all)
		if err != nil {
			return
		}
		values := make([]string, len(vars))
		for i := range values {
			values[i] = value
		}
		expr := regexp.MustCompile(`^(?s:` + asRegexp(&p, values) + `)$`)
		got := p.Match(subject, values)
		if want := expr.MatchString(subject); got != want {
			t.Fatalf("%q matches %q with %q: got %v, want %v", text, subject, value, got, want)
		}
		if got {
			// What matches with a value also matches with that value written out as a literal, and nothing else does.
			if !substituted(&p, values).Match(subject, nil) {
				t.Fatalf("%q with %q matches %q, the literal does not", text, value, subject)
			}
		}

		canonical := p.String(vars)
		q, qvars, err := Parse(canonical, all)
		if err != nil {
			t.Fatalf("canonical %q of %q: %v", canonical, text, err)
		}
		if again := q.String(qvars); again != canonical {
			t.Fatalf("canonical %q of %q is written again as %q", canonical, text, again)
		}
		if q.Match(subject, values) != got {
			t.Fatalf("canonical %q of %q decides %q otherwise", canonical, text, subject)
		}
	})
}

// FuzzCovers holds that a pattern that covers another one matches whatever that one matches.
func FuzzCovers(f *testing.F) {
	f.Add("a*", "ab?", "abc", "v")
	f.Add("*${x:y}*", "1${x:y}2", "1v2", "v")
	f.Add("?*", "*?", "z", "")
	f.Fuzz(func(t *testing.T, p, q, subject, value string) {
		if !utf8.ValidString(value) || len(p) > 100 || len(q) > 100 || len(subject) > 100 {
			return
		}
		a, avars, err := Parse(p, all)
		if err != nil {
			return
		}
		b, bvars, err := Parse(q, all)
		if err != nil || !a.Covers(avars, &b, bvars) {
			return
		}
		// One value a key: the same variable has the same value in both, as in one request.
		if b.Match(subject, valuesOf(bvars, value)) && !a.Match(subject, valuesOf(avars, value)) {
			t.Fatalf("%q covers %q, but only the latter matches %q", p, q, subject)
		}
	})
}

func valuesOf(vars []Variable, value string) []string {
	values := make([]string, len(vars))
	for i, v := range vars {
		values[i] = strings.ToLower(v.Key) + value
	}
	return values
}

func asRegexp(p *Pattern, values []string) string {
	b := strings.Builder{}
	for i := range p.tokens {
		switch t := &p.tokens[i]; t.kind {
		case anyRun:
			b.WriteString(".*")
		case anyOne:
			b.WriteString(".")
		default:
			b.WriteString(regexp.QuoteMeta(t.value(values)))
		}
	}
	return b.String()
}

// substituted is p with its variables replaced by literals.
func substituted(p *Pattern, values []string) *Pattern {
	q := &Pattern{fold: p.fold}
	for i := range p.tokens {
		t := p.tokens[i]
		if t.kind == variable {
			t = token{kind: literal, text: values[t.slot]}
		}
		q.tokens = append(q.tokens, t)
	}
	return q
}
