package expression_test

import (
	"errors"
	"testing"
	"unicode/utf8"

	"lightbox.example/lightbox/sandbox/dynamodb/expression"
	"lightbox.example/lightbox/sandbox/dynamodb/item"
)

// seeds are expressions of all sorts.
var seeds = []string{
	"", "a", "a = :v", "#n <> a.b[3]", "a BETWEEN :v AND :v OR NOT (b IN (:v, c))", "((a = b))", "size(a) > :v AND contains(a, :v)",
	"attribute_type(a, :v)", "begins_with(a, :v", "SET a = b + :v, c = list_append(if_not_exists(d, :v), :v) REMOVE e[1] ADD f :v DELETE g :v",
	"SET a = (b - c)", "REMOVE a, a.b", "a, b.c[2], #n", "(a.b).c = :v", "!!!", "a[99999999999999999999]", "ü\xff = \x00", "NOT NOT NOT a = b",
	"a\n=\t:v", "set set = set", "a = = b", ")(", ":", "#", "a.", "[1]",
}

func scopeOf(t testing.TB) *expression.Scope {
	t.Helper()
	s, err := expression.NewScope(map[string]string{"#n": "name"}, item.Item{":v": item.Number("1"), ":s": item.SetOf(item.SS, "a")})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var fuzzed = item.Item{"a": item.ListOf(item.Number("1")), "b": item.MapOf(item.Item{"c": item.String("x")}), "f": item.Number("2")}

func FuzzCondition(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := scopeOf(t).Condition("ConditionExpression", text)
		if err != nil {
			checkMessage(t, text, err)
			return
		}
		c.Holds(fuzzed)
		c.Holds(nil)
		if k, err := c.Key(); err != nil {
			checkMessage(t, text, err)
		} else if len(k) == 0 {
			t.Errorf("%q is a key condition of nothing", text)
		}
		// A negation holds where the condition doesn't.
		n, err := scopeOf(t).Condition("ConditionExpression", "NOT ("+text+")")
		if err == nil && n.Holds(fuzzed) == c.Holds(fuzzed) {
			t.Errorf("%q and its negation are both %v", text, c.Holds(fuzzed))
		}
	})
}

func FuzzUpdate(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		u, err := scopeOf(t).Update(text)
		if err != nil {
			checkMessage(t, text, err)
			return
		}
		after, err := u.Apply(fuzzed)
		if err != nil {
			checkMessage(t, text, err)
			return
		}
		if err := after.Check(); err != nil {
			t.Errorf("%q makes %s: %v", text, after.AppendJSON(nil), err)
		}
	})
}

func FuzzProjection(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := scopeOf(t).Projection(text)
		if err != nil {
			checkMessage(t, text, err)
			return
		}
		if part := p.Of(fuzzed); !p.Of(part).Equal(part) && len(p) == 1 {
			t.Errorf("%q of %s: got %s", text, part.AppendJSON(nil), p.Of(part).AppendJSON(nil))
		}
	})
}

// checkMessage holds the error to be a message that can be sent.
func checkMessage(t *testing.T, text string, err error) {
	t.Helper()
	var fault *expression.Fault
	if !errors.As(err, &fault) {
		t.Errorf("%q: %v is no Fault", text, err)
	}
	if utf8.ValidString(text) && !utf8.ValidString(err.Error()) {
		t.Errorf("%q: the message %q is no UTF-8", text, err)
	}
}

func BenchmarkScope_Condition(b *testing.B) {
	const text = "attribute_exists(photoId) AND #o = :owner AND version = :v"
	names, v := map[string]string{"#o": "owner"}, item.Item{":owner": item.String("sub"), ":v": item.Number("3")}
	b.ReportAllocs()
	for b.Loop() {
		s, err := expression.NewScope(names, v)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := s.Condition("ConditionExpression", text); err != nil {
			b.Fatal(err)
		}
	}
}
