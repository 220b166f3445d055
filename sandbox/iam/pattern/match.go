package pattern

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Match reports whether the whole of text is one that p describes. The values are those of p's variables, in the order
// that Parse returned them; each counts as a literal and has to be UTF-8. A ? is one code point (one byte where text is
// not UTF-8).
func (p *Pattern) Match(text string, values []string) bool {
	// The classic walk with one way back: a mismatch only ever extends the last *, because whatever an earlier *
	// could have taken instead, the last one can take as well. It extends by whole code points: no literal that is UTF-8
	// starts inside of one.
	at, pos := 0, 0
	star, mark := -1, 0
	for {
		if at == len(p.tokens) {
			if pos == len(text) {
				return true
			}
		} else {
			switch t := &p.tokens[at]; t.kind {
			case anyRun:
				at++
				if at == len(p.tokens) {
					return true
				}
				star, mark = at, pos
				continue
			case anyOne:
				if pos < len(text) {
					pos += runeLen(text[pos:])
					at++
					continue
				}
			default:
				if n, ok := prefix(text[pos:], t.value(values), p.fold); ok {
					pos += n
					at++
					continue
				}
			}
		}
		if star < 0 || mark == len(text) {
			return false
		}
		mark += runeLen(text[mark:])
		at, pos = star, mark
	}
}

func (t *token) value(values []string) string {
	if t.kind == variable {
		return values[t.slot]
	}
	return t.text
}

// prefix reports whether text starts with want, and how many bytes of text that takes.
func prefix(text, want string, fold bool) (int, bool) {
	if !fold {
		return len(want), strings.HasPrefix(text, want)
	}
	n := 0
	for _, w := range want {
		if n == len(text) {
			return 0, false
		}
		r, size := utf8.DecodeRuneInString(text[n:])
		if r != w && !sameLetter(r, w) {
			return 0, false
		}
		n += size
	}
	return n, true
}

// sameLetter is strings.EqualFold for two code points.
func sameLetter(a, b rune) bool {
	for r := unicode.SimpleFold(a); r != a; r = unicode.SimpleFold(r) {
		if r == b {
			return true
		}
	}
	return false
}

func runeLen(text string) int {
	_, size := utf8.DecodeRuneInString(text)
	return size
}
