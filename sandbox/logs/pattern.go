package logs

import (
	"errors"
	"fmt"
	"strings"
)

// Pattern is a filter pattern of terms, as FilterLogEvents takes it. The zero value matches all lines.
type Pattern struct{ all, any, none []string }

// ParsePattern reads a filter pattern: terms between spaces, "in quotation marks" if there is more in them than letters,
// digits and underscores. A line has to have all of the terms, at least one of those that begin with ?, and none of those
// that begin with -. Patterns of JSON fields { … }, of columns [ … ] and regular expressions %…% are errors.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
func ParsePattern(text string) (Pattern, error) {
	var p Pattern
	rest := strings.Trim(text, " ")
	if len(text) > 1024 {
		return p, fmt.Errorf("got a filterPattern of %d characters, want at most 1024", len(text))
	}
	if rest != "" && strings.ContainsRune("{[%", rune(rest[0])) {
		return p, fmt.Errorf("the filterPattern %q is not supported by the sandbox, which knows patterns of terms", text)
	}
	for rest != "" {
		list := &p.all
		switch rest[0] {
		case '?':
			list, rest = &p.any, rest[1:]
		case '-':
			list, rest = &p.none, rest[1:]
		}
		term, after, err := cutTerm(rest)
		if err != nil {
			return Pattern{}, fmt.Errorf("filterPattern %q: %w", text, err)
		}
		*list = append(*list, term)
		rest = strings.TrimLeft(after, " ")
	}
	return p, nil
}

// cutTerm takes the first term off a text.
func cutTerm(text string) (term, rest string, err error) {
	if !strings.HasPrefix(text, `"`) {
		term, rest, _ = strings.Cut(text, " ")
		isOther := func(c rune) bool {
			return c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z')
		}
		if term == "" || strings.ContainsFunc(term, isOther) {
			return "", "", fmt.Errorf("got the term %q, want letters, digits and underscores, or quotation marks around it", term)
		}
		return term, rest, nil
	}
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && i+1 < len(text):
			i++
			b.WriteByte(text[i])
		case c == '"' && b.Len() > 0 && (i+1 == len(text) || text[i+1] == ' '):
			return b.String(), text[i+1:], nil
		case c == '"':
			return "", "", errors.New("a term in quotation marks is empty, or ends within a word")
		default:
			b.WriteByte(c)
		}
	}
	return "", "", errors.New("a term has one quotation mark, want two")
}

// Matches reports whether a line has what the pattern asks for. Letters match in their own case only.
func (p Pattern) Matches(message string) bool {
	for _, term := range p.all {
		if !strings.Contains(message, term) {
			return false
		}
	}
	for _, term := range p.none {
		if strings.Contains(message, term) {
			return false
		}
	}
	for _, term := range p.any {
		if strings.Contains(message, term) {
			return true
		}
	}
	return len(p.any) == 0
}
