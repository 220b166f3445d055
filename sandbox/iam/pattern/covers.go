package pattern

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// String writes p in canonical form: two patterns that are written alike say the same. Wildcards stand for themselves,
// a literal * ? or $ is escaped, a variable is ${key} with its key in lower case, a run of wildcards has its * last, and
// the letters of a pattern that folds case are written in one case. The variables are those that Parse returned.
func (p *Pattern) String(vars []Variable) string {
	b := strings.Builder{}
	for _, s := range p.symbols(vars) {
		b.WriteString(s.String())
	}
	return b.String()
}

// String writes a in canonical form, as Pattern.String does.
func (a *ARN) String(vars []Variable) string {
	var texts [parts]string
	for i := range a.parts {
		texts[i] = a.parts[i].String(vars)
	}
	return strings.Join(texts[:], ":")
}

// Covers reports whether p surely matches every text that q matches, whatever the variables' values are. It may answer
// false for a pair of patterns that are related in a roundabout way; it never answers true wrongly.
func (p *Pattern) Covers(vars []Variable, q *Pattern, qvars []Variable) bool {
	return covers(p.symbols(vars), q.symbols(qvars))
}

// Covers is Pattern.Covers for all six parts.
func (a *ARN) Covers(vars []Variable, b *ARN, bvars []Variable) bool {
	for i := range a.parts {
		if !a.parts[i].Covers(vars, &b.parts[i], bvars) {
			return false
		}
	}
	return true
}

// symbol is one code point, a wildcard or a variable: the letters over which two patterns are compared.
type symbol struct {
	kind kind
	char rune
	ref  string // ${…} in canonical writing
}

func (s symbol) String() string {
	switch {
	case s.kind == anyRun:
		return "*"
	case s.kind == anyOne:
		return "?"
	case s.kind == variable:
		return s.ref
	case s.char == '*' || s.char == '?' || s.char == '$':
		return "${" + string(s.char) + "}"
	}
	return string(s.char)
}

func (p *Pattern) symbols(vars []Variable) []symbol {
	var out []symbol
	for i := 0; i < len(p.tokens); i++ {
		switch t := p.tokens[i]; t.kind {
		case literal:
			for text := t.text; text != ""; {
				r, size := utf8.DecodeRuneInString(text)
				text = text[size:]
				if p.fold {
					r = foldedTo(r)
				}
				out = append(out, symbol{kind: literal, char: r})
			}
		case variable:
			out = append(out, symbol{kind: variable, ref: vars[t.slot].canonical()})
		default:
			run := false
			for ; i < len(p.tokens) && (p.tokens[i].kind == anyRun || p.tokens[i].kind == anyOne); i++ {
				if p.tokens[i].kind == anyRun {
					run = true
					continue
				}
				out = append(out, symbol{kind: anyOne})
			}
			i--
			if run {
				out = append(out, symbol{kind: anyRun})
			}
		}
	}
	return out
}

// foldedTo picks one letter of those that fold to each other, the same for all of them.
func foldedTo(r rune) rune {
	first := r
	for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
		first = min(first, f)
	}
	return unicode.ToLower(first)
}

func (v Variable) canonical() string {
	key := strings.ToLower(v.Key)
	if v.HasDefault {
		return "${" + key + ", '" + v.Default + "'}"
	}
	return "${" + key + "}"
}

// covers walks q's symbols as if they were text: only a * of p takes a * or a variable of q, except that the same
// variable takes itself (it has one value in one request).
func covers(p, q []symbol) bool {
	at, pos := 0, 0
	star, mark := -1, 0
	for {
		switch {
		case at == len(p) && pos == len(q):
			return true
		case at < len(p) && p[at].kind == anyRun:
			at++
			star, mark = at, pos
			continue
		case at < len(p) && pos < len(q) && p[at].takes(q[pos]):
			at++
			pos++
			continue
		}
		if star < 0 || mark == len(q) {
			return false
		}
		mark++
		at, pos = star, mark
	}
}

func (s symbol) takes(q symbol) bool {
	if s.kind == anyOne {
		return q.kind == anyOne || q.kind == literal
	}
	return s == q
}
